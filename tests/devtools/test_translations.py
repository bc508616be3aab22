# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The files of translations are whole."""

import re

import polib
import pytest

from devtools import addons, places, translations

#: Terms that are the same as in English, which the files leave empty; by language,
#: None is for all.
SAME = {
    # the clock, names, and what is abbreviated everywhere so
    None: {*(f"{hour:02}:00" for hour in range(24)), "ID", "Odoo", "SMS", "Zadarma"},
    # a colon, units, and words that German has from English or Latin
    "de": {
        *("%(figure)s: %(when)s", "MB", "Administrator", "Dashboard", "Icon"),
        *("In E.164.", "Journal", "Lead", "Leads", "Name", "Name in Zadarma", "Online"),
        *(
            "Position",
            "Secret",
            "Text",
            "%(number)s: %(recording)s",
            "Mailbox",
            "Medium",
        ),
    },
    # what has no words, units, Odoo's own Spanish word for leads, and words with one
    # Latin root
    "es": {
        "%(figure)s: %(when)s",
        "%(number)s: %(recording)s",
        "MB",
        "Error",
        "Lead",
        "Leads",
        "Probable",
        "Color",
        # days, abbreviated
        "%(amount)s, %(days)s d",
    },
    # units, and words that English has from French; PBX as on Zadarma's own pages
    "fr": {
        *("Configuration", "Contact", "Contacts", "Conversation", "Conversations"),
        *("Date",),
        *(
            "Document",
            "Documents",
            "Digest",
            "Journal",
            "Message",
            "Messages",
            "Minutes",
            "Note",
            "Notes",
        ),
        *("Notification", "Notifications", "PBX", "Participant", "Participants"),
        *("Position", "Probable"),
        *("Secret", "Source", "Absence", "Menu"),
    },
    # what has no words, units, and words that Polish has from English or Latin
    "pl": {
        *("%(figure)s: %(when)s", "%(number)s: %(recording)s", "MB", "Administrator"),
        *("Lead", "Online", "Tag", "Menu", "Medium"),
    },
    # a colon between two values
    "ru": {"%(figure)s: %(when)s", "%(number)s: %(recording)s"},
    "uk": {"%(figure)s: %(when)s", "%(number)s: %(recording)s"},
}
#: What a language writes otherwise: the quotes of others, and spaces at which a line
#: must not break.
WRONG = {
    "de": r"[«»”]|\bz\. B\.",
    "es": r"[“”„]|« | »| [:;?!]",
    "fr": r"[“”„]|«(?!\u00a0)|(?<!\u00a0)»|(?<!\u00a0)[;?!]|\b:(?!\w)| [:;?!]",
    "pl": r"[«»“]| [:;?!]",
    "ru": r"[“”„]|« | »| [:;?!]",
    "uk": r"[“”„]|« | »| [:;?!]",
}
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|\{\{?[^{}]*\}?\}")
_TAG = re.compile(r"</?\w+")
_ADDRESS = re.compile(r"https?://(?:[\w./-]*\w)?")
_MARKUP = re.compile(r"<[^>]*>|&\w+;")


def _terms(path):
    """The entries of a file by what a program finds them by."""
    return {
        (entry.msgctxt, entry.msgid, entry.comment): entry
        for entry in polib.pofile(str(path))
        if not entry.obsolete
    }


def _folder(addon):
    return places.CHECKOUT / addon / "i18n"


@pytest.fixture(params=addons.names())
def addon(request):
    """Each addon."""
    return request.param


@pytest.fixture(params=translations.LANGUAGES)
def language(request):
    """Each language."""
    return request.param


def test_there_is_a_list_for_each_language():
    assert set(SAME) == {None, *translations.LANGUAGES}


def test_no_term_is_missing_and_none_is_stale(addon, language):
    known = _terms(_folder(addon) / f"{addon}.pot")
    translated = _terms(_folder(addon) / f"{language}.po")
    assert sorted(map(str, known.keys() - translated.keys())) == []
    assert sorted(map(str, translated.keys() - known.keys())) == []


def test_every_term_is_translated(addon, language):
    lacking = [
        entry.msgid
        for entry in polib.pofile(str(_folder(addon) / f"{language}.po"))
        if entry.fuzzy
        or entry.obsolete
        or not entry.msgstr
        and entry.msgid not in SAME[None] | SAME[language]
    ]
    assert lacking == []


def test_what_is_filled_in_is_the_same_in_the_translation(addon, language):
    """A placeholder too many breaks what shows the term, one too few hides."""
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(_folder(addon) / f"{language}.po"))
        if entry.msgstr
        for found in (_PLACEHOLDER, _TAG)
        if sorted(found.findall(entry.msgid)) != sorted(found.findall(entry.msgstr))
    ]
    assert wrong == []


def test_no_term_is_excused_in_vain(language):
    empty = {
        entry.msgid
        for addon in addons.names()
        for entry in polib.pofile(str(_folder(addon) / f"{language}.po"))
        if not entry.msgstr
    }
    assert SAME[language] - empty == set()


def _text(term):
    """What people read of a term: without tags, an address as one word."""
    return _MARKUP.sub("", _ADDRESS.sub("x", term.replace("…", "..."))).strip()


def _translated(addon, language):
    """Pairs of a term and its translation, as people read them."""
    for entry in polib.pofile(str(_folder(addon) / f"{language}.po")):
        if entry.msgstr:
            yield _text(entry.msgid), _text(entry.msgstr)


def test_there_is_a_rule_of_writing_for_each_language():
    assert set(WRONG) == set(translations.LANGUAGES)


def test_quotes_and_spaces_are_the_language_s_own(addon, language):
    wrong = re.compile(rf"""{WRONG[language]}|"|\S {{2,}}\S""")
    assert [
        text for _, text in _translated(addon, language) if wrong.search(text)
    ] == []


def test_a_sentence_ends_as_in_english(addon, language):
    """A colon too many or too few is seen; a full stop may be an abbreviation's."""
    wrong = [
        text
        for term, text in _translated(addon, language)
        for mark in ".:?"
        if term.endswith(mark) != text.endswith(mark)
        and (mark != "." or term.endswith(mark))
    ]
    assert wrong == []
