"""A notebook's declared parameters, and the values asked for on the command line."""

import ast
import io
import math
import re
import tokenize
from dataclasses import dataclass

from thurrock_analysis.errors import ThurrockError, quoted

Value = str | int | float | bool | list[str] | list[int] | list[float] | list[bool]

EXAMPLE = 'authority: str = "Thurrock"  # help'


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's parameters cell."""

    name: str
    type: str
    default: Value
    help: str

    def shown_default(self) -> str:
        """Return the default as it would be typed after ``-p NAME``."""
        values = self.default if isinstance(self.default, list) else [self.default]
        return ",".join(
            str(value).lower() if isinstance(value, bool) else str(value) for value in values
        )


def declared_parameters(notebook: str, source: str) -> tuple[Parameter, ...]:
    """Read the parameters cell of a notebook."""
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise ThurrockError(
            f"Line {error.lineno} of the parameters of the notebook {notebook} is not Python."
        ) from error
    comments = _comments(source)
    found = [_parameter(notebook, statement, comments) for statement in statements]
    repeated = {p.name for p in found if [q.name for q in found].count(p.name) > 1}
    if repeated:
        raise ThurrockError(f"The notebook {notebook} declares {min(repeated)} more than once.")
    return tuple(found)


def coerce(parameter: Parameter, text: str) -> Value:
    """Turn typed text into a value of the parameter's declared type."""
    item = parameter.type.removeprefix("list[").removesuffix("]")
    pieces = [text] if item == parameter.type else [p.strip() for p in text.split(",") if p.strip()]
    values = []
    for piece in pieces:
        try:
            values.append(_read(item, piece))
        except ValueError:
            example = f", such as {shown}" if (shown := parameter.shown_default()) else ""
            raise ThurrockError(
                f"The parameter {parameter.name} takes {_CALLED[item]}{example}, not "
                f"{quoted(piece)}."
            ) from None
    return values[0] if item == parameter.type else values  # type: ignore[return-value]


_FORM = {
    "str": re.compile(r".*", re.DOTALL),
    "int": re.compile(r"[+-]?[0-9]+"),
    "float": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"),
    "bool": re.compile(r"true|false|yes|no", re.IGNORECASE),
}
_CALLED = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}


def _read(item: str, text: str) -> str | int | float | bool:
    """Return a value of a simple type; a ValueError if the text is none."""
    if not _FORM[item].fullmatch(text):
        raise ValueError
    if item == "bool":
        return text.lower() in ("true", "yes")
    if item == "float" and not math.isfinite(float(text)):
        raise ValueError
    return float(text) if item == "float" else int(text) if item == "int" else text


def _parameter(notebook: str, statement: ast.stmt, comments: dict[int, str]) -> Parameter:
    where = f"Line {statement.lineno} of the parameters of the notebook {notebook}"
    if not (
        isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and statement.value is not None
    ):
        raise ThurrockError(f"{where} is not an annotated literal such as `{EXAMPLE}`.")
    type_ = ast.unparse(statement.annotation)
    item = type_.removeprefix("list[").removesuffix("]")
    if item not in _FORM or type_ not in (item, f"list[{item}]"):
        raise ThurrockError(
            f"{where} has the type {type_}; it can be {', '.join(_FORM)} or a list of one, "
            "such as list[str]."
        )
    try:
        default = ast.literal_eval(statement.value)
    except ValueError as error:
        raise ThurrockError(
            f"{where} works its value out; it must be a literal such as `{EXAMPLE}`."
        ) from error
    if not _fits(default, type_, item):
        raise ThurrockError(f"{where} gives {default!r}, which is not of the type {type_}.")
    help_ = comments.get(statement.end_lineno or statement.lineno, "")
    return Parameter(statement.target.id, type_, default, help_)


def _fits(value: object, type_: str, item: str) -> bool:
    if type_ != item:
        return isinstance(value, list) and all(_fits(one, item, item) for one in value)
    wanted: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "bool": (bool,)}
    if isinstance(value, bool):  # bool is a kind of int, which is never what is meant
        return item == "bool"
    return isinstance(value, wanted.get(item, (int, float)))


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").rstrip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }
