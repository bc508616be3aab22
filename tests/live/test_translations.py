# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The templates of the translations hold what Odoo finds in the code."""

import polib

from devtools import addons, places, translations


def _terms(path):
    """What a program finds terms by, and where they are."""
    return {
        (entry.msgid, entry.comment, tuple(sorted(entry.occurrences)))
        for entry in polib.pofile(str(path))
    }


def test_templates_are_what_odoo_exports(ready, database_name, tmp_path):
    for addon in addons.names():
        exported = tmp_path / f"{addon}.pot"
        translations.export(ready, database_name, addon, exported)
        kept = _terms(places.CHECKOUT / addon / "i18n" / exported.name)
        found = _terms(exported)
        advice = "run ./dev translations"
        assert sorted(found - kept) == [], f"{advice}: new"
        assert sorted(kept - found) == [], f"{advice}: gone"
