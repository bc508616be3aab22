# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The addon is a house of floors: a feature uses what is above it, and nothing below.

The order of the features is that of ``zadarma_connector/models/__init__.py``; how a
use is recognised is told in ``devtools/floor_plan.py``.
"""

import re
import textwrap

import lizard
import pytest

from devtools import addons, places
from devtools.floor_plan import House

ADDON = places.CHECKOUT / "zadarma_connector"
GLUE = tuple(name for name in addons.names() if name != addons.MAIN)
#: Names that mean something else where they stand: (feature, name) to the reason.
EXCEPTIONS = {
    ("account", "numbers"): "a key of what the API answers",
    ("account", "note"): "the note of an activity of Odoo's",
    ("account", "partner_id"): "the contact of a company",
    ("journal", "added"): "a word for what storing a call came to",
    ("journal", "corrected"): "a word for what storing a call came to",
    ("call", "reached"): "a value of the wizard in which calls are logged by hand",
}
#: Code whose functions are held to a size; a test is a list of steps.
CODE = (*GLUE, "zadarma_connector", "pbx_simulator", "devtools", "benchmarks")
LONGEST = 50
MOST_COMPLEX = 12
#: Lists, not decisions: functions that may be longer, with the reason.
LONG = {
    "devtools/cli.py:parser": "each command and its options once",
    "zadarma_connector/models/account/zadarma_account_client.py:_explain": (
        "each error and what a user can do about it"
    ),
    "zadarma_connector/models/routing/zadarma_routing_explanation.py:_reason_texts": (
        "each reason and its sentence"
    ),
}


@pytest.fixture(scope="module")
def house():
    return House(ADDON)


def test_nothing_is_used_from_below(house):
    found = house.upward()
    wrong = [
        f"{use.file}:{use.line} uses {use.name}, which is of {use.owner}"
        for use in found
        if (use.feature, use.name) not in EXCEPTIONS
    ]
    assert not wrong, "\n".join(wrong)
    # an exception that nobody needs any more is taken off the list
    assert EXCEPTIONS.keys() == {(use.feature, use.name) for use in found}


def test_all_folders_are_features(house):
    folders = {path.parent.name for path in ADDON.glob("models/*/*.py")}
    assert folders == set(house.floors)
    assert not [*ADDON.glob("models/*.py")][1:], "a model outside of its feature"


def test_a_feature_overrides_a_method_once(house):
    assert not house.overridden_twice()


def test_no_order_of_imports_decides():
    for path in ADDON.glob("models/**/*.py"):
        assert "isort: split" not in path.read_text(), path


def test_no_feature_is_much_larger_than_others(house):
    lines = house.lines()
    assert max(lines.values()) <= 0.22 * sum(lines.values()), lines


def test_controllers_know_methods_only(house):
    for path in ADDON.glob("controllers/*.py"):
        assert not house.columns_in(path), path


@pytest.mark.parametrize("addon", GLUE)
def test_other_addons_use_documented_hooks(house, addon):
    documented = set(
        re.findall(
            r"`(?:[\w.]+\.)?(_\w+)`",
            (places.CHECKOUT / "docs" / "extending.md")
            .read_text()
            .partition("\n## Hooks for other addons\n")[2]
            .partition("\n## ")[0],
        )
    )
    folder = places.CHECKOUT / addon
    # an addon that only extends windows has no models
    files = [*folder.glob("models/*.py")] or [*folder.glob("wizards/*.py")]
    used = {name for path in files for name in house.hooks_in(path)}
    assert used, "an addon that uses nothing of ours"
    assert used <= documented, used - documented


def test_functions_are_short_and_simple():
    wrong = {}
    for path in sorted(path for name in CODE for path in _code_files(name)):
        for function in lizard.analyze_file(str(path)).function_list:
            size = (function.length, function.cyclomatic_complexity)
            if size[0] > LONGEST or size[1] > MOST_COMPLEX:
                name = f"{path.relative_to(places.CHECKOUT)}:{function.name}"
                wrong[name] = size
    known = LONG.keys()
    assert not {name: wrong[name] for name in wrong.keys() - known}
    # an exception that nobody needs any more is taken off the list
    assert sorted(known - wrong.keys()) == []


def _code_files(name):
    for path in (places.CHECKOUT / name).rglob("*.py"):
        if "tests" not in path.relative_to(places.CHECKOUT).parts:
            yield path


# -- what counts as a use ------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("call._below()", "_below"),
        ("super()._below()", "_below"),
        ("records.low_field = 1", "low_field"),
        ("self.env['house.low']", "house.low"),
        ("fields.Many2one('house.low')", "house.low"),
        ("search([('low_field', '=', 1)])", "low_field"),
        ("search([], order='id, low_field DESC')", "low_field"),
        ("search([('top_id.low_field', '=', 1)])", "low_field"),
        ("read_group([], ['low_field:sum'])", "low_field"),
        ("write({'low_field': 1})", "low_field"),
        ("fields.Char(related='top_id.low_field')", "low_field"),
        ("fields.Char(domain=\"[('low_field', '=', id)]\")", "low_field"),
        ("api.depends('top_id.low_field')", "low_field"),
        ("SQL('SELECT low_field FROM house_top')", "low_field"),
        ("SQL('SELECT FROM house_low WHERE TRUE')", "house_low"),
        ("models.Index('(low_field)')", "low_field"),
        ("'top_field low_field'.split()", "low_field"),
        ("env.ref('zadarma_connector.cron_low')", "zadarma_connector.cron_low"),
        ("start('cron_low')", "cron_low"),
        ("search([], 0, 1, 'low_field DESC, id')", "low_field"),
        ("with_context({'default_low_field': 1})", "low_field"),
        ("cr.execute('SELECT low_field FROM house_top')", "low_field"),
        ("cr.execute(f'SELECT low_field FROM {table}')", "low_field"),
        ("getattr(other, '_below')", "_below"),
        ("self.mapped('low_field')", "low_field"),
        ("from ..low.house_low import LIMIT", "low.house_low"),
        # on an own record it is the model's own field, whoever has one of this name
        ("self.both", "both"),
        ("self.sudo().both", "both"),
        ("[top.both for top in self]", "both"),
        ("top = self.browse(1); top.both", "both"),
        ("api.depends('both')", "both"),
    ],
)
def test_a_use_from_below_is_seen(tmp_path, code, name):
    assert [use.name for use in _small_house(tmp_path, code).upward()] == [name]


@pytest.mark.parametrize(
    "code",
    [
        "self.top_field + other.both",
        "self.env._('low_field')",
        "fields.Selection([('low_field', 'Low')])",
        "fields.Char(help='low_field')",
        "SQL(\"SELECT 'low_field' FROM house_top -- low_field\")",
        "SQL('SELECT top_field FROM house_top WHERE id = %(low_field)s', low_field=1)",
        "'low_field is a sentence'",
        "low_field = 1",
        "self.write({'top_field': 1})",
        # Odoo's method, which a feature below overrides
        "self.unlink()",
        # a hook, which a feature below fills
        "self._hook()",
    ],
)
def test_what_is_no_use_from_below(tmp_path, code):
    assert not _small_house(tmp_path, code).upward()


def test_a_second_override_is_seen(tmp_path):
    house = _small_house(tmp_path, "pass")
    assert not house.overridden_twice()
    second = tmp_path / "models" / "low" / "second.py"
    second.write_text((tmp_path / "models" / "low" / "house_low.py").read_text())
    assert set(House(tmp_path).overridden_twice()) == {
        ("low", "house.low", name) for name in ("low_field", "_below", "_cron_low")
    } | {("low", "house.top", name) for name in ("both", "_hook", "unlink")}


def _small_house(folder, code):
    """A house of two floors, the upper one of which has some code."""
    files = {
        "models/__init__.py": "from . import (top, low)",
        "models/top/house_top.py": f"""
            class Other(models.Model):
                _name = "house.other"
                both = fields.Char()

            class Top(models.Model):
                _name = "house.top"
                top_id = fields.Many2one("house.top")
                top_field = fields.Char()

                def _hook(self):
                    return None

                def _use(self):
                    {code}
            """,
        "models/low/house_low.py": """
            class Low(models.Model):
                _name = "house.low"
                low_field = fields.Char()

                def _below(self):
                    return 1

                def _cron_low(self):
                    return 1

            class Top(models.Model):
                _inherit = "house.top"
                both = fields.Char()

                def _hook(self):
                    return super()._hook()

                def unlink(self):
                    return super().unlink()
            """,
        "data/ir_cron.xml": """\
            <odoo>
                <record id="cron_low" model="ir.cron">
                    <field name="code">model._cron_low()</field>
                </record>
            </odoo>
            """,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return House(folder)
