# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The English terms can be translated: one entry of a translator has one meaning.

Only what a program can see; `docs/glossary.md` says how terms are written.
"""

import collections
import re
from xml.etree import ElementTree

import polib
import pytest

from devtools import addons, places

#: What Odoo calls a term where it names a thing, as the templates cite it.
_NAMES = ("field_description", "selection,name", "ir.ui.menu,name", "ir.model,name")
#: Elements of views, and attributes of theirs, that name a thing.
_TITLES = ("field", "filter", "group", "page", "separator", "label")
#: What is counted. Terms have no plural forms, so the number follows a colon.
_COUNTED = (
    *("attempts", "callers", "calls", "contacts", "customers", "days", "entries"),
    *("extensions", "hours", "messages", "minutes", "notifications", "numbers"),
    *("people", "recordings", "rows", "seconds", "steps", "tasks", "users"),
)
#: Placeholders that stand for somebody who "calls", no number.
_PEOPLE = ("caller", "extension", "holder", "person")
_COUNT = re.compile(rf"%(?:\((\w+)\))?[sd] (?:\w+ )?(?:{'|'.join(_COUNTED)})\b")


def _template(addon):
    return polib.pofile(str(places.CHECKOUT / addon / "i18n" / f"{addon}.pot"))


def _elements(addon, *folders):
    """All elements of the XML files in some folders of an addon."""
    for folder in folders:
        for path in sorted((places.CHECKOUT / addon / folder).rglob("*.xml")):
            yield from ElementTree.parse(path).iter()


def _words(text):
    return " ".join((text or "").split())


def _own_texts(element):
    """The texts of an element, without those of the elements in it."""
    yield element.text or ""
    for child in element:
        yield child.tail or ""


def _is_button(element):
    """Whether an element does something; one that is pressed in shows something."""
    return (
        element.tag == "button"
        and "oe_stat_button" not in element.get("class", "")
        and "t-att-aria-pressed" not in element.attrib
    )


def _buttons(addon):
    """What is written on the buttons of an addon."""
    found = {
        _words(element.get("string") or "".join(_own_texts(element)))
        for element in _elements(addon, "views", "wizards", "static/src")
        if _is_button(element)
    }
    # the steps of the set-up: pairs of a method and what its button says
    pair = re.compile(r'\(\s*"action_\w+",\s*self\.env\._\(\s*"([^"]+)"')
    for path in sorted((places.CHECKOUT / addon / "models").rglob("*.py")):
        found.update(pair.findall(path.read_text(encoding="utf-8")))
    return found - {""}


def _nouns(addon):
    """What names a thing: fields, choices, menus, models, columns, groups."""
    cited = {
        entry.msgid
        for entry in _template(addon)
        if any(name in place for place, _ in entry.occurrences for name in _NAMES)
    }
    written = {
        element.get("string")
        for element in _elements(addon, "views", "wizards")
        if element.tag in _TITLES
    }
    heads = {
        _words(element.text)
        for element in _elements(addon, "static/src")
        if element.tag in ("th", "h5")
    }
    return (cited | written | heads) - {None, ""}


@pytest.fixture(params=addons.names())
def addon(request):
    """Each addon."""
    return request.param


def test_what_buttons_say_is_found(addon):
    known = {"Get PBX", "Test Routing", "Ring the Salesperson", "Create Contact"}
    some = {"zadarma_connector": known, "zadarma_connector_crm": {"Create Lead"}}
    assert some.get(addon, set()) <= _buttons(addon)


def test_no_term_is_both_a_button_and_a_noun():
    """One language has "Anrufen" and "Anruf" where English has "Call" for both."""
    buttons = set().union(*map(_buttons, addons.names()))
    nouns = set().union(*map(_nouns, addons.names()))
    assert sorted(buttons & nouns) == []


def test_no_two_terms_differ_by_capitals_only():
    alike = collections.defaultdict(set)
    for addon in addons.names():
        for entry in _template(addon):
            alike[_words(entry.msgid).casefold()].add(_words(entry.msgid))
    assert [sorted(terms) for terms in alike.values() if len(terms) > 1] == []


def test_no_count_needs_a_plural(addon):
    assert [
        entry.msgid
        for entry in _template(addon)
        for found in _COUNT.finditer(entry.msgid)
        if found[1] not in _PEOPLE
    ] == []


def test_nothing_is_glued_to_words(addon):
    """Beside what is filled in stand no words: other languages order them otherwise."""
    glued = []
    for element in _elements(addon, "static/src"):
        before = element.text
        for child in element:
            beside = (_words(before), _words(child.tail))
            if "t-out" in child.attrib and (
                re.search(r"\w$", beside[0]) or re.match(r"\w", beside[1])
            ):
                glued.append(beside)
            before = child.tail
    assert glued == []
