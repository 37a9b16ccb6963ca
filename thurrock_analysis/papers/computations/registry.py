"""What a computation is and comes to, and the register of those that a claim can name."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from thurrock_analysis import words

DECIMALS = 1


@dataclass(frozen=True)
class Result:
    """What a computation comes to.

    Attributes
    ----------
    value : Fraction or str
        A number, or the word for a relation.
    working : str
        The computation as a reader repeats it by hand.
    """

    value: Fraction | str
    working: str


def number(value: Fraction, decimals: int = DECIMALS) -> str:
    """Write a number with as many decimals at most, none where they are noughts.

    Examples
    --------
    >>> number(Fraction(245, 336) * 100), number(Fraction(-27)), number(Fraction(11, 5), 2)
    ('72.9', '−27', '2.2')
    """
    text = words.number(float(value), decimals).replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Computation(NamedTuple):
    """A computation as a claim names it."""

    function: Callable[..., Result]
    needed: frozenset[str]
    """The roles it needs."""
    more: bool
    """Whether it takes further figures under names of one's own."""
    mixed: bool
    """Whether its figures are of different units by their nature."""


COMPUTATIONS: dict[str, Computation] = {}
"""Every computation by its name."""


def computation(*, mixed: bool = False) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Register a function as a computation that a claim can name."""

    def register(function: Callable[..., Result]) -> Callable[..., Result]:
        roles = inspect.signature(function).parameters.values()
        needed = frozenset(role.name for role in roles if role.kind is not role.VAR_KEYWORD)
        COMPUTATIONS[function.__name__] = Computation(
            function, needed, len(needed) < len(roles), mixed
        )
        return function

    return register
