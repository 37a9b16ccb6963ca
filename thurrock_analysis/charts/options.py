"""What a chart may be asked for, checked before it is drawn in the house style."""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from numbers import Integral, Real
from typing import Any, ParamSpec

import pandas as pd

from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.look import NARROW, house_style, on_sheet, sheet
from thurrock_analysis.errors import ThurrockError

Asked = ParamSpec("Asked")
Right = tuple[str, Callable[[Any], bool]]
"""What an option takes, in words, and whether a value is that."""


def chart(draw: Callable[Asked, Drawing]) -> Callable[Asked, Drawing]:
    """Make a function a chart: its options are checked, and it draws in the house style."""
    usual = inspect.signature(draw).parameters

    @functools.wraps(draw)
    def drawn(*what: Asked.args, **options: Asked.kwargs) -> Drawing:
        for name in options.keys() & OPTIONS.keys() & usual.keys():
            value, (wanted, right) = options[name], OPTIONS[name]
            if value is not usual[name].default and not _fits(value, right):
                raise ThurrockError(f"The option {name} of a chart takes {wanted}, not {value!r}.")

        def at(width: float) -> Drawing:
            with house_style(), on_sheet(width):
                return draw(*what, **options)

        made = at(sheet())
        return replace(made, narrow=lambda: at(NARROW))

    return drawn


def _fits(value: Any, right: Callable[[Any], bool]) -> bool:
    try:
        return right(value)
    except (TypeError, ValueError, AttributeError):
        return False


def _number(value: Any, kind: type = Real) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _levels(value: Any) -> bool:
    pairs = value.items() if isinstance(value, Mapping) else [value]
    return all(isinstance(name, str) and _number(level) for name, level in pairs)


def _moments(value: Any) -> bool:
    return all(isinstance(label, str) and pd.notna(pd.Timestamp(day)) for day, label in value)


def _names(value: Any) -> bool:
    return all(isinstance(text, str) for pair in value.items() for text in pair)


TEXT: Right = ("text", lambda value: isinstance(value, str))
SWITCH: Right = ("True or False", lambda value: isinstance(value, bool))
WHOLE: Right = ("a whole number", lambda value: _number(value, Integral) and value >= 0)
LEVELS: Right = ("a name and a number, such as ('target', 80.0)", _levels)
MOMENTS: Right = ("pairs of a date and a label, such as [('2016-03-31', 'inspection')]", _moments)
NAMES: Right = ("a dictionary of names, such as {'E06000034': 'Our area'}", _names)
OPTIONS = (
    dict.fromkeys(("headline", "subtitle", "source", "suffix", "focus"), TEXT)
    | dict.fromkeys(("zero", "markers", "shared"), SWITCH)
    | dict.fromkeys(("decimals", "base"), WHOLE)
    | dict.fromkeys(("breaks", "events"), MOMENTS)
    | {"reference": LEVELS, "labels": NAMES}
)
"""What each option takes, beside what it is if left out."""
