"""Formulas of scenarios, which are data: sums of named numbers and nothing else."""

import ast
import math
import operator
from collections.abc import Callable, Mapping

from thurrock_analysis.errors import ThurrockError

SIGNS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
FUNCTIONS: dict[str, Callable[..., float]] = {
    "min": min,
    "max": max,
    "ceil": math.ceil,
    "floor": math.floor,
}


def evaluate(formula: str, names: Mapping[str, float]) -> float:
    """Work out a formula.

    Parameters
    ----------
    formula : str
        Numbers, names, ``+ - * /``, brackets, and `FUNCTIONS`.
    names : mapping of str to float
        What each name stands for.

    Raises
    ------
    ThurrockError
        The formula has anything else in it.

    Examples
    --------
    >>> evaluate("max(0, ceil(all * share / 100 - inside))", {"all": 9, "share": 50, "inside": 3})
    2
    """

    def value(node: ast.AST) -> float:
        match node:
            case ast.Expression(body=body):
                return value(body)
            case ast.Constant(value=int() | float() as number):
                return number
            case ast.Name(id=name) if name in names:
                return names[name]
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in SIGNS:
                return SIGNS[type(sign)](value(left), value(right))
            case ast.Call(func=ast.Name(id=name), args=given, keywords=[]) if name in FUNCTIONS:
                return FUNCTIONS[name](*map(value, given))
        raise ThurrockError(
            f"{formula!r} is no sum: write numbers, {', '.join(names)}, signs, brackets, "
            f"{', '.join(FUNCTIONS)}."
        )

    try:
        return value(ast.parse(formula, mode="eval"))
    except SyntaxError:
        raise ThurrockError(f"{formula!r} is no sum: a bracket or a sign is amiss.") from None
