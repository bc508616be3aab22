# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""docs/upgrading.md names what we use of Odoo's private names, and where."""

import ast
import re

import pytest

from devtools import addons, places

ADDON = places.CHECKOUT / "zadarma_connector"
TEXT = (places.CHECKOUT / "docs" / "upgrading.md").read_text()
ROWS = [
    (re.findall(r"`([^`]+)`", first), re.findall(r"`([^`]+)`", second))
    for first, second in re.findall(r"^\| ([^|]+) \| ([^|]+) \|", TEXT, re.M)
    if "`" in first and "/" in second
]


def _sources():
    for name in addons.names():
        for path in (places.CHECKOUT / name).rglob("*.py"):
            parts = path.relative_to(places.CHECKOUT).parts
            if "tests" not in parts and "zadarma_api" not in parts:
                yield ast.parse(path.read_text())


def _private(name):
    return re.fullmatch(r"_[a-z]\w*", name)


def _used_and_own():
    """The private names that our code reads from something, and those it defines."""
    used, own, extended = set(), set(), set()
    for tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and _private(node.attr):
                used.add(node.attr)
            elif isinstance(node, ast.FunctionDef):
                names = {
                    inner.attr
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Attribute)
                    and isinstance(inner.value, ast.Call)
                    and getattr(inner.value.func, "id", None) == "super"
                }
                (extended if node.name in names else own).add(node.name)
            elif isinstance(node, ast.Assign):
                own.update(getattr(one, "id", "") for one in node.targets)
            elif isinstance(node, ast.AnnAssign):
                own.add(getattr(node.target, "id", ""))
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                own.add(node.attr)
    return used | set(filter(_private, extended)), own


@pytest.mark.parametrize(("names", "files"), ROWS)
def test_what_is_listed_is_there(names, files):
    texts = [(ADDON / file) for file in files]
    for path in texts:
        assert path.exists(), path
    content = "".join(path.read_text() for path in texts if path.is_file())
    for name in names:
        if content and "." not in name:
            assert re.search(rf"\b{name}\b", content), name


def test_what_is_used_is_listed():
    used, own = _used_and_own()
    # of Python's named tuples
    of_odoo = used - own - {"_replace"}
    listed = set(re.findall(r"`(\w+)`", TEXT))
    assert of_odoo, "nothing found: the test is broken"
    assert not of_odoo - listed
