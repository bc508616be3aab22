# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The addons of this checkout."""

import ast
import hashlib

from .places import CHECKOUT

MAIN = "zadarma_connector"

#: Shown beside the connector in the demo and used by the tests: customers with
#: their own app, and automation rules.
COMPANIONS = ("base_automation", "contacts")

#: Neither changes what an installed database holds.
WITHOUT_EFFECT = ("tests", "readme", "__pycache__")


def names(checkout=CHECKOUT):
    """Return the names of the addons, the main one first."""
    found = {path.parent.name for path in checkout.glob("*/__manifest__.py")}
    return sorted(found, key=lambda name: (name != MAIN, name))


def dependencies(checkout=CHECKOUT):
    """Return the modules that a database needs before ours are installed."""
    ours = names(checkout)
    needed = set(COMPANIONS)
    for name in ours:
        manifest = (checkout / name / "__manifest__.py").read_text()
        needed.update(ast.literal_eval(manifest).get("depends", ()))
    return sorted(needed.difference(ours))


def fingerprint(checkout=CHECKOUT):
    """Return a key of the addons' files; it changes when one has to be updated."""
    total = hashlib.sha256()
    for name in names(checkout):
        folder = checkout / name
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder)
            if relative.parts[0] in WITHOUT_EFFECT or "__pycache__" in relative.parts:
                continue
            if path.is_file():
                total.update(f"{name}/{relative}\0".encode())
                total.update(path.read_bytes())
    return total.hexdigest()[:16]
