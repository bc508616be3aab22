# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who uses whom among the simulator's folders and files."""

import ast
import functools
from pathlib import Path

import pytest

import pbx_simulator

ROOT = Path(pbx_simulator.__file__).parent
# Each may use those before it; the empty one puts them together.
FOLDERS = ["protocol", "account", "calls", "messages", "media", "webphone", ""]
FLOORS = 7
FILES = sorted(ROOT.rglob("*.py"))


def folder(path):
    return str(path.parent.relative_to(ROOT)).strip(".")


def used_by(path):
    """Return the files of the simulator that a file imports while it runs.

    What is imported for its types alone says what is handed in, by whoever is above.
    """
    found, tree = set(), ast.parse(path.read_text())
    for_types = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in set(ast.walk(tree)) - for_types:
        if isinstance(node, ast.ImportFrom) and node.level:
            base = path.parents[node.level - 1].joinpath(
                *(node.module or "").split(".")
            )
            found.add(base.with_suffix(".py"))
            found |= {base / f"{one.name}.py" for one in node.names}
    return {one for one in found if one in FILES}


@functools.cache
def floor(path):
    return 1 + max(map(floor, used_by(path)), default=0)


def test_every_folder_has_its_place():
    assert {folder(path) for path in FILES} == set(FOLDERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nobody_uses_what_is_above(path):
    places = {FOLDERS.index(folder(one)) for one in used_by(path)}
    assert max(places, default=0) <= FOLDERS.index(folder(path))


def test_the_house_is_no_higher():
    assert max(map(floor, FILES)) == FLOORS


def test_nothing_of_the_addon_is_used():
    texts = {path: path.read_text() for path in FILES}
    assert not [path for path, text in texts.items() if "zadarma_connector" in text]
