"""What a folder of returns holds: typed tables, what is wrong with them, what they span."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.returns import issues

Derived = TypeVar("Derived")
MADE_UP = "SY"
"""What the ids of a synthetic return begin with."""
IDENTIFIERS = ["CHILD", "LAchildID", "Child Unique ID", "SWENo"]


class NotInReturnsError(ThurrockError):
    """The returns do not hold what an indicator needs; the text says what is lacking."""


@dataclass(frozen=True)
class Returns:
    """The returns of one authority or many, stacked over years, whatever files they came from.

    Attributes
    ----------
    tables : dict of str to DataFrame
        By the names of ``data/statutory/forms.csv``. Each has the statutory columns, typed, then
        `LA` (str; empty where no file names one), `YEAR` (closing year of the return), `file` and
        `row`. Ids are text; dates ``datetime64[s]``; yes and no ``boolean``; codes ``str``; what
        is blank is missing. A table of a collection that is held and has no row is an empty frame.
        Tables of the CIN census below the child carry `episode`, the number of its ``CINdetails``
        among the child's of that return, and reviews and factors the number of their parent.
    issues : DataFrame
        See `thurrock_analysis.returns.issues`.
    counts : DataFrame
        One row a table of a file: rows `read`, `blank`, `kept`, `aside` and `repeated`; read is
        the sum of the others. They are of all that the files hold, also where `day` is set.
    spans : DataFrame
        One row a collection, `LA` and `YEAR` held: `start` and `end` of what the return covers.
    day : Timestamp or None
        The day at whose end all this was known, where what came later was cut.
    """

    tables: dict[str, pd.DataFrame]
    issues: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=issues.COLUMNS))
    counts: pd.DataFrame = field(default_factory=pd.DataFrame)
    spans: pd.DataFrame = field(default_factory=pd.DataFrame)
    day: pd.Timestamp | None = None
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table.

        Raises
        ------
        NotInReturnsError
            No return that would hold it was found.
        """
        if name not in self.tables:
            raise NotInReturnsError(f"The returns hold no table {name}.")
        return self.tables[name]

    @property
    def synthetic(self) -> bool:
        """Whether every child and worker is one that `thurrock sample` made up."""
        ids = [
            table[column]
            for table in self.tables.values()
            for column in IDENTIFIERS
            if column in table and len(table)
        ]
        return bool(ids) and all(each.str.startswith(MADE_UP).all() for each in ids)

    def once(self, derive: Callable[["Returns"], Derived]) -> Derived:
        """Return what is derived from these returns, derived only once."""
        if derive not in self.kept:
            self.kept[derive] = derive(self)
        derived: Derived = self.kept[derive]
        return derived
