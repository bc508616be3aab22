# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds what a file of Odoo models defines, and which names it writes."""

import ast
import datetime
import enum
import re
from typing import NamedTuple

#: Attributes that every program has: whoever says ``.days`` means a timedelta's.
_PYTHON_S = {
    name
    for kind in (str, bytes, dict, list, set, datetime.datetime, datetime.timedelta)
    for name in dir(kind)
}
#: A name, a path of names, a field with its aggregate; a model's name looks the same.
_PATH = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*(?::[a-z_]+)?")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
#: ``"date_start DESC, id"``
_ORDER = re.compile(r"[a-z_]+(?: (?:asc|desc|ASC|DESC))?(?:, ?[a-z_]+(?: [a-zA-Z]+)*)*")
_IS_SQL = re.compile(r"\b(?:SELECT|FROM|WHERE|UPDATE|INSERT INTO|JOIN|ORDER BY)\b")
#: Of a context: ``{"default_account_id": 1}``.
_DEFAULT = "default_"
#: In SQL: values, placeholders and remarks.
_NO_NAMES = re.compile(r"'[^']*'|%(?:\(\w+\))?s|--.*")
#: Whose first argument is SQL.
_SQL_CALLS = {"SQL", "Index", "UniqueIndex", "Constraint"}
#: Fields whose first argument is a model, as what is taken from ``env``.
_RELATIONS = {"Many2one", "One2many", "Many2many"}
#: Arguments and attributes whose text names fields.
_CODE_TEXTS = {"domain", "order", "_order"}
#: What is for people to read.
_WORDING = {"_", "_lt"}
_LABELS = {"help", "string"}
#: What gives back records of the same model.
_SAME_MODEL = {
    *("browse", "create", "exists", "filtered", "filtered_domain", "search", "sorted"),
    *("search_fetch", "sudo", "with_company", "with_context", "with_env", "with_user"),
    "_filtered_access",
}
#: Decorators that name fields of the class's own model.
_OWN_PATHS = {"depends", "constrains", "onchange"}


class Kind(enum.Enum):
    """How a name is written."""

    ATTRIBUTE = "attribute"
    TEXT = "text"
    MODEL = "model"
    SQL = "sql"


class Name(NamedTuple):
    """A name as written.

    :param model: of the class around it, if the name is one of its own records; else
        ``None``
    """

    line: int
    kind: Kind
    text: str
    model: str | None


def names(tree):
    """Return a list of :class:`Name` for all that a module writes."""
    visitor = _Visitor(_imported(tree))
    visitor.visit(tree)
    return visitor.found


def model_of(node):
    """Return a class's ``_name`` (or ``None``) and the set of what it inherits."""
    told = {
        target.id: ast.literal_eval(statement.value)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and target.id in ("_name", "_inherit")
    }
    parents = told.get("_inherit", ())
    return told.get("_name"), {parents} if isinstance(parents, str) else set(parents)


def assigns(node, name):
    """Whether a class assigns a name."""
    return any(
        isinstance(statement, ast.Assign)
        and getattr(statement.targets[0], "id", None) == name
        for statement in node.body
    )


def defined(statement):
    """Return the names that a statement of a class defines: a method, or fields."""
    if isinstance(statement, ast.FunctionDef):
        return [statement.name]
    if isinstance(statement, ast.AnnAssign):
        return [statement.target.id]
    value = getattr(statement, "value", None)
    is_field = (
        isinstance(statement, ast.Assign)
        and isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and getattr(value.func.value, "id", None) == "fields"
    )
    return [target.id for target in statement.targets] if is_field else []


def calls_super(method):
    """Whether a method calls what it overrides."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == method.name
        and _is_super(node.value)
        for node in ast.walk(method)
    )


def choices(tree):
    """Return the keys of all selection fields of a module."""
    return {
        pair.elts[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) == "Selection"
        for pair in ast.walk(node)
        if isinstance(pair, ast.Tuple)
        and pair.elts
        and isinstance(pair.elts[0], ast.Constant)
    }


def _is_super(node):
    return isinstance(node, ast.Call) and getattr(node.func, "id", None) == "super"


def _called(node):
    """The last name of what is called."""
    return getattr(node.func, "attr", getattr(node.func, "id", None))


def _imported(tree):
    return {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


class _Visitor(ast.NodeVisitor):
    def __init__(self, imported):
        self.imported = imported
        self.found = []
        self.model = None
        #: variables with records of the class's own model
        self.own = set()

    def _add(self, node, kind, text, model=None):
        self.found.append(Name(node.lineno, kind, text, model))

    def _add_words(self, node, kind=Kind.TEXT):
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                text = part.value
                if kind is Kind.SQL:
                    text = _NO_NAMES.sub(" ", text)
                for word in _WORD.findall(text):
                    self._add(part, kind, word)

    def _add_first(self, arguments, kind):
        """Take the first argument if it is a text, and return the others."""
        if arguments and isinstance(arguments[0], ast.Constant):
            self._add(arguments[0], kind, arguments[0].value)
            return arguments[1:]
        return arguments

    def visit_ClassDef(self, node):
        name, parents = model_of(node)
        self.model = name or next(iter(parents), None)
        self.generic_visit(node)
        self.model = None

    def visit_FunctionDef(self, node):
        self.own = {"self"}
        self.generic_visit(node)

    def visit_For(self, node):
        self._note_own(node.target, node.iter)
        self.generic_visit(node)

    def _visit_comprehension(self, node):
        for part in node.generators:
            self._note_own(part.target, part.iter)
        self.generic_visit(node)

    visit_ListComp = visit_SetComp = visit_DictComp = _visit_comprehension
    visit_GeneratorExp = _visit_comprehension

    def _note_own(self, target, value):
        if isinstance(target, ast.Name) and self._is_own(value):
            self.own.add(target.id)

    def _is_own(self, node):
        """Whether a value is records of the class's own model."""
        if isinstance(node, ast.Name):
            return node.id in self.own
        if isinstance(node, ast.Subscript):
            return self._is_own(node.value)
        return (
            isinstance(node, ast.Call)
            and getattr(node.func, "attr", None) in _SAME_MODEL
            and self._is_own(node.func.value)
        )

    def visit_Attribute(self, node):
        of = getattr(node.value, "id", None)
        if self._is_own(node.value) or _is_super(node.value):
            self._add(node, Kind.ATTRIBUTE, node.attr, self.model)
        elif of not in self.imported and node.attr not in _PYTHON_S:
            self._add(node, Kind.ATTRIBUTE, node.attr)
        self.generic_visit(node)

    def visit_Subscript(self, node):
        self.visit(node.value)
        if getattr(node.value, "attr", None) == "env":
            for other in self._add_first([node.slice], Kind.MODEL):
                self.visit(other)
        else:
            self.visit(node.slice)

    def visit_Assign(self, node):
        target = getattr(node.targets[0], "id", None)
        if target in _CODE_TEXTS:
            self._add_words(node.value)
        elif target in ("_name", "_inherit"):
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant):
                    self._add(part, Kind.MODEL, part.value)
        else:
            self._note_own(node.targets[0], node.value)
            self.generic_visit(node)

    def visit_Expr(self, node):
        # a text that stands by itself is a docstring
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_JoinedStr(self, node):
        for part in node.values:
            if isinstance(part, ast.FormattedValue) or _IS_SQL.search(part.value):
                self.visit(part)

    def visit_keyword(self, node):
        if node.arg in _CODE_TEXTS:
            self._add_words(node.value)
        elif node.arg == "related":
            self._add(node.value, Kind.TEXT, node.value.value, self.model)
        elif node.arg not in _LABELS:
            self.visit(node.value)

    def visit_Call(self, node):
        called = _called(node)
        arguments = list(node.args)
        if called in _WORDING:
            arguments = []
        elif called in _OWN_PATHS:
            for argument in arguments:
                if isinstance(argument, ast.Constant):
                    self._add(argument, Kind.TEXT, argument.value, self.model)
                else:
                    self.visit(argument)
            return
        elif called in _SQL_CALLS and arguments:
            self._add_words(arguments.pop(0), Kind.SQL)
        elif called in _RELATIONS:
            arguments = self._add_first(arguments, Kind.MODEL)
        elif called == "split" and isinstance(node.func.value, ast.Constant):
            self._add_words(node.func.value)
        for part in (node.func, *arguments, *node.keywords):
            self.visit(part)

    def visit_Constant(self, node):
        if not isinstance(node.value, str):
            return
        if _IS_SQL.search(node.value):
            self._add_words(node, Kind.SQL)
        elif _PATH.fullmatch(node.value):
            text = node.value.split(":")[0]
            self._add(node, Kind.TEXT, text.removeprefix(_DEFAULT))
        elif _ORDER.fullmatch(node.value):
            self._add_words(node)
