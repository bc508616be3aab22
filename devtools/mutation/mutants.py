# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The mutants of a module, as cosmic-ray makes them."""

import ast
from typing import NamedTuple

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

#: Of the operators that cosmic-ray has: each comparison to its opposite and to the one
#: that differs at the bound, each arithmetic operator to one other. All the others of
#: it would mostly be told by the same tests.
_COMPARISONS = (
    "Eq_NotEq NotEq_Eq Is_IsNot IsNot_Is Lt_LtE Lt_GtE LtE_Lt LtE_Gt Gt_GtE Gt_LtE"
    " GtE_Gt GtE_Lt"
).split()
_ARITHMETIC = (
    "Add_Sub Sub_Add Mul_FloorDiv Div_Mul FloorDiv_Mul Mod_Mul Pow_Mul BitOr_BitAnd"
    " BitAnd_BitOr"
).split()
_OPERATORS = [
    *(f"ReplaceComparisonOperator_{change}" for change in _COMPARISONS),
    *(f"ReplaceBinaryOperator_{change}" for change in _ARITHMETIC),
    "ReplaceUnaryOperator_USub_UAdd",
    "ReplaceUnaryOperator_Delete_Not",
    "AddNot",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ReplaceAndWithOr",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ReplaceFalseWithTrue",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ZeroIterationForLoop",
]


class Mutant(NamedTuple):
    """A module with one change.

    :ivar number: of the line that was changed
    :ivar line: that line, without its indentation; ``becomes`` is what it is now, empty
        if lines were removed
    :ivar source: the whole module
    """

    number: int
    line: str
    becomes: str
    source: str


def mutants(source):
    """Return the mutants of a module's text, in the order of their lines.

    Annotations are left alone: what they say is checked by mypy.
    """
    annotations = list(_annotations(source))
    found = {}
    for name in _OPERATORS:
        operator = plugins.get_operator(f"core/{name}")()
        positions = [
            position
            for node in ast_nodes(get_ast(source))
            for position in operator.mutation_positions(node)
        ]
        for occurrence, (start, _end) in enumerate(positions):
            if not any(first <= start < last for first, last in annotations):
                mutated = mutate_code(source, operator, occurrence)
                if mutated != source and _compiles(mutated):
                    found[mutated] = _mutant(source, mutated, start[0])
    return sorted(found.values())


def _mutant(source, mutated, number):
    before, after = source.splitlines(), mutated.splitlines()
    becomes = after[number - 1].strip() if len(before) == len(after) else ""
    return Mutant(number, before[number - 1].strip(), becomes, mutated)


def _annotations(source):
    """Where annotations begin and end, as (line, column)."""
    for node in ast.walk(ast.parse(source)):
        for name in ("annotation", "returns"):
            if found := getattr(node, name, None):
                yield (
                    (found.lineno, found.col_offset),
                    (found.end_lineno, found.end_col_offset),
                )


def _compiles(source):
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True
