# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The papers' links lead somewhere."""

import re

import pytest

from devtools import addons, places

_LINK = re.compile(r"\]\((?!\w+:)([^)\s#]*)(?:#([^)\s]+))?\)")


def _papers():
    """All papers, relative to the checkout."""
    folders = ("docs", "devtools", "pbx_simulator", *addons.names())
    found = [*places.CHECKOUT.glob("*.md")]
    for folder in folders:
        found += (places.CHECKOUT / folder).rglob("*.md")
    return sorted(path.relative_to(places.CHECKOUT) for path in found)


def _anchors(path):
    """What can be linked to in a paper: its headings, as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


@pytest.mark.parametrize("paper", _papers(), ids=str)
def test_links_lead_somewhere(paper):
    path = places.CHECKOUT / paper
    lost = []
    for link, anchor in _LINK.findall(path.read_text(encoding="utf-8")):
        target = path.parent / link if link else path
        if not target.exists() or anchor and anchor not in _anchors(target):
            lost.append(f"{link}#{anchor}" if anchor else link)
    assert lost == []


def test_each_feature_has_its_decisions():
    """The folders of `models/` are the features that decisions are sorted by."""
    text = (places.CHECKOUT / "docs" / "decisions.md").read_text(encoding="utf-8")
    models = places.CHECKOUT / "zadarma_connector" / "models"
    assert [
        folder.name
        for folder in models.iterdir()
        if (folder / "__init__.py").exists()
        and f"zadarma_connector/models/{folder.name}" not in text
    ] == []
