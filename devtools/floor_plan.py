# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reads the addon's features as a house of floors: who uses whose names.

Odoo binds by name, so imports show next to nothing: a method, a field, a model or a
scheduled job belongs to the topmost feature that defines it, and whoever writes its
name uses it. A method that calls ``super()``'s of the same name defines nothing. What
is written as a choice of some selection is no name, and neither are keys of Odoo's own
actions.
"""

import ast
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from . import code_names
from .code_names import Kind

#: Keys of Odoo's actions.
_ODOO_S = {"res_model", "res_id"}
#: What every record has.
_EVERYBODY_S = {"id"}


class Use(NamedTuple):
    """A name of one feature (``owner``), written in a file of another one."""

    file: str
    line: int
    feature: str
    name: str
    owner: str


class House:
    """The features of an addon, the first one on top.

    :param addon: the addon's folder
    """

    def __init__(self, addon):
        self.folder = Path(addon)
        models = self.folder / "models"
        self.floors = _imported_names(models / "__init__.py")
        self.trees = {
            (feature, path): ast.parse(path.read_text())
            for feature in self.floors
            for path in sorted((models / feature).glob("*.py"))
        }
        #: from (feature, model, name) to the files that define it; a plain class's
        #: model is ``None``
        self.definitions = defaultdict(list)
        self.fields = set()
        self.methods = set()
        self._models = {}
        self._owners = {}
        self._owners_by_model = {}
        self._parents = defaultdict(set)
        for (feature, path), tree in self.trees.items():
            for node in tree.body:
                if isinstance(node, ast.ClassDef):
                    self._read_class(feature, path, node)
        self._choices = set().union(*map(code_names.choices, self.trees.values()))
        self._pure = _pure_names(self.folder / "zadarma_api")
        self._jobs = {
            job: self._owners[method]
            for job, method in _jobs(self.folder / "data" / "ir_cron.xml").items()
        }

    def lines(self):
        """Return how many lines each feature has."""
        lines = dict.fromkeys(self.floors, 0)
        for feature, path in self.trees:
            lines[feature] += len(path.read_text().splitlines())
        return lines

    def upward(self):
        """Return the uses of names that only a feature below has, as a sorted list."""
        found = set()
        for (feature, path), tree in self.trees.items():
            file = str(path.relative_to(self.folder))
            for line, name, owner in [*self._imports(tree), *self._uses(tree)]:
                if self.floors.index(owner) > self.floors.index(feature):
                    found.add(Use(file, line, feature, name, owner))
        return sorted(found)

    def overridden_twice(self):
        """Return what one feature defines more than once of a model: a dict from
        (feature, model, name) to the files."""
        return {
            key: files
            for key, files in self.definitions.items()
            if key[1] and len(files) > 1
        }

    def columns_in(self, path):
        """Return the fields of ours that a file names: what is no method."""
        columns = self.fields - self.methods - self._choices - self._pure
        return {
            one.text
            for one in code_names.names(ast.parse(path.read_text()))
            if one.kind is not Kind.MODEL and one.text in columns
        }

    def hooks_in(self, path):
        """Return the private methods of ours that another addon's file extends or
        calls."""
        tree = ast.parse(path.read_text())
        own = {
            method.name
            for node in tree.body
            if isinstance(node, ast.ClassDef) and not self._extends(node)
            for method in node.body
            if isinstance(method, ast.FunctionDef)
            and not code_names.calls_super(method)
        }
        told = {one.text for one in code_names.names(tree)}
        told |= {
            node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
        }
        return {name for name in told & self.methods - own if name.startswith("_")}

    def _extends(self, node):
        """Whether a class is one more part of a model of ours."""
        name, parents = code_names.model_of(node)
        model = name or next(iter(parents), None)
        return model in self._models

    def _topmost(self, features):
        return min(filter(None, features), key=self.floors.index, default=None)

    def _take(self, owners, key, feature):
        owners[key] = self._topmost([owners.get(key), feature])

    def _read_class(self, feature, path, node):
        name, parents = code_names.model_of(node)
        if name and name not in parents:
            self._take(self._models, name, feature)
        if code_names.assigns(node, "_auto"):
            return  # the columns of a report are reached by its name only
        model = name or next(iter(parents), None)
        self._parents[model] |= parents - {model}
        for statement in node.body:
            is_method = isinstance(statement, ast.FunctionDef)
            overrides = is_method and code_names.calls_super(statement)
            for one in set(code_names.defined(statement)) - _EVERYBODY_S:
                (self.methods if is_method else self.fields).add(one)
                self.definitions[feature, model, one].append(path.name)
                if not overrides:
                    self._take(self._owners, one, feature)
                    self._take(self._owners_by_model, (model, one), feature)

    def _owner_of_own(self, model, name):
        """Whose a name is on records of a model; ``None`` if nobody here defines it."""
        return self._topmost(
            [
                self._owners_by_model.get((model, name)),
                *(self._owner_of_own(one, name) for one in self._parents[model]),
            ]
        )

    def _imports(self, tree):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level == 2:
                feature = (node.module or "").split(".")[0]
                if feature in self.floors:
                    yield node.lineno, node.module, feature

    def _uses(self, tree):
        """Yield (line, name, owner) for all names of ours that a file writes."""
        for one in code_names.names(tree):
            for name, owner in self._owners_of(one):
                if owner:
                    yield one.line, name, owner

    def _owners_of(self, written):
        """The names in what is written, each with its owner or ``None``."""
        _line, kind, text, model = written
        if kind is Kind.SQL:
            table = text.replace("_", ".")
            return [(text, self._models.get(table) or self._owners.get(text))]
        if kind is Kind.MODEL or text in self._models:
            return [(text, self._models.get(text))]
        if text in self._jobs or text.startswith("zadarma_connector."):
            return [(text, self._jobs.get(text.removeprefix("zadarma_connector.")))]
        if self._is_no_name(written):
            return []
        first, *others = text.split(".")
        own = model and self._owner_of_own(model, first)
        return [
            (first, own or self._owners.get(first)),
            *((one, self._owners.get(one)) for one in others),
        ]

    def _is_no_name(self, written):
        """Whether a text is a choice or a key, or an attribute of the pure part's."""
        if written.kind is Kind.ATTRIBUTE:
            return not written.model and written.text in self._pure
        return written.text in self._choices or written.text in _ODOO_S


def _imported_names(path):
    """The names that a package imports, in this order."""
    return [
        alias.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]


def _pure_names(folder):
    """What the classes of the part without Odoo have: it is above all floors."""
    return {
        name
        for path in folder.glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        for name in code_names.defined(statement)
    }


def _jobs(path):
    """From the xmlid of each scheduled job to the method that it calls."""
    return {
        record.get("id"): record.findtext("field[@name='code']")
        .removeprefix("model.")
        .removesuffix("()")
        for record in ElementTree.parse(path).iter("record")
    }
