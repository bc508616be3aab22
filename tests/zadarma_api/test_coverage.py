# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""docs/zadarma.md says of each operation of Zadarma's whether it is used."""

import ast
import re
from pathlib import Path

from zadarma_api import client

DOCS = Path(__file__).parents[2] / "docs" / "zadarma.md"
ROW = re.compile(r"^\| `([A-Z]+) (/v1/\S+)` \| (yes|) ?\| (\S.*) \|$", re.MULTILINE)
ROWS = [match.groups() for match in ROW.finditer(DOCS.read_text())]


def used():
    """The operations that the client asks for, their parts in braces left out."""
    found = set()
    for node in ast.walk(ast.parse(Path(client.__file__).read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_request":
            method, path = node.args[:2]
            found.add((method.value, f"/v1/{_path(path)}"))
    return found


def _path(node):
    if isinstance(node, ast.Name):
        return getattr(client, node.id)
    if isinstance(node, ast.JoinedStr):
        parts = (getattr(part, "value", None) for part in node.values)
        return "".join(one if isinstance(one, str) else "{}" for one in parts)
    return node.value


def test_every_operation_is_listed_once(openapi):
    specified = [
        (method.upper(), path)
        for path, operations in openapi["paths"].items()
        for method in operations
        if method in ("get", "post", "put", "delete")
    ]
    assert [row[:2] for row in ROWS] == specified


def test_what_is_used_is_said_to_be():
    said = {
        (method, re.sub(r"\{\w+\}", "{}", path))
        for method, path, is_used, _why in ROWS
        if is_used
    }
    assert said == used()


def test_each_has_a_reason():
    assert all(len(why) > 8 for *_operation, why in ROWS)
