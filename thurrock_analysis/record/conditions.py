"""Conditions on a row, by which claims count rows and the schema says when a cell is needed."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from thurrock_analysis.errors import ThurrockError

WRITTEN = re.compile(r"([a-z_]+)(<=|>=|!=|!~|=|<|>|~)(.*)")
HOLDS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda cell, text: cell == text,
    "!=": lambda cell, text: cell != text,
    "~": lambda cell, text: text.lower() in cell.lower(),
    "!~": lambda cell, text: text.lower() not in cell.lower(),
    "<": lambda cell, text: "" != cell < text,
    "<=": lambda cell, text: "" != cell <= text,
    ">": lambda cell, text: cell > text,
    ">=": lambda cell, text: cell >= text,
}
"""What each sign asks; an empty cell is neither before nor after anything."""


class Condition(NamedTuple):
    """What a cell of a row must be."""

    column: str
    sign: str
    text: str

    def holds(self, row: Mapping[str, str]) -> bool:
        """Say whether a row meets it."""
        return HOLDS[self.sign](row[self.column], self.text)

    def __str__(self) -> str:
        """Say it as a sentence does."""
        return f"{self.column} is {'not ' * (self.sign == '!=')}{self.text or 'empty'}"


def read(text: str, columns: Iterable[str], table: str) -> list[Condition]:
    """Read conditions on the columns of a table, with commas between them.

    >>> due, late = read("document=OS12,due<2012-10-27", ["document", "due"], "actions")
    >>> late.holds({"due": "2012-10-26"}), late.holds({"due": ""}), str(due)
    (True, False, 'document is OS12')
    """
    found = []
    for part in filter(None, text.split(",")):
        match = WRITTEN.fullmatch(part)
        if match is None or match[1] not in columns:
            raise ThurrockError(f"{part!r} is no condition on a column of {table}")
        found.append(Condition(*match.groups()))
    return found
