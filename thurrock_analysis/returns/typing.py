"""The tables of one form, from all files, as one typed table; what is wrong with its cells."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from thurrock_analysis.returns import cells, issues
from thurrock_analysis.returns.recognising import Recognised
from thurrock_analysis.returns.statutory import Form

AUTHORITY = "LA"
UNREADABLE = "unreadable_date"
Fault = tuple[str, str, np.ndarray, pd.Series]


@dataclass
class Typed:
    """One table of all files, typed, with its faults.

    Attributes
    ----------
    frame : DataFrame
        The statutory columns, `LA`, `YEAR` (as the files say it, else missing), `file`, `row`.
    source : ndarray of int
        Of which of the tables each row is.
    aside : ndarray of bool
        Rows that are in no figure.
    numbers : dict of str to ndarray of int
        The values of each column, numbered in their order.
    faults : list
        Rule, column, mask over the rows, and their cells as they were written.
    outdated : ndarray of bool
        Rows in place of which a later return has others.
    """

    form: Form
    tables: list[Recognised]
    frame: pd.DataFrame
    source: np.ndarray
    aside: np.ndarray
    numbers: dict[str, np.ndarray] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    outdated: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no row outdated."""
        self.outdated = np.zeros(len(self.frame), bool)

    def issues(self) -> Iterable[pd.DataFrame]:
        """Yield the issues of the cells, once the years are known."""
        for rule, column, mask, written in self.faults:
            yield self.tell(mask, rule, column, written)

    def tell(
        self,
        mask: np.ndarray,
        rule: str,
        column: str,
        values: pd.Series | None = None,
        done: str = "",
    ) -> pd.DataFrame:
        """Return an issue for each of some rows."""
        return told(self.form, self.frame[mask], rule, column, values, done)


def told(
    form: Form,
    rows: pd.DataFrame,
    rule: str,
    column: str,
    values: pd.Series | None = None,
    done: str = "",
) -> pd.DataFrame:
    """Return an issue for each of some rows of a typed table, with other values if given."""
    value = rows[column] if values is None else values.loc[rows.index]
    place = rows[["file", "row", "LA", "YEAR"]]
    ids = rows.get(form.identifier, "")
    named = place.assign(table=form.name, id=ids, value=value)
    return issues.raise_for(named, "value", rule, done=done).assign(column=column)


def typed(form: Form, tables: list[Recognised]) -> Typed:
    """Read the cells of all tables of one form."""
    lengths = [len(table.cells) for table in tables]
    source = np.repeat(np.arange(len(tables)), lengths)
    columns = [*form.fields, *({"LA", "YEAR"} - set(form.fields))]
    written = pd.concat([table.cells for table in tables], ignore_index=True)
    written = written.reindex(columns=columns, fill_value="").astype("str")
    if any(set(columns) > set(table.cells) for table in tables):
        written = written.fillna("")
    faults, read, numbers = [], {}, {}
    for name, one in form.fields.items():
        if name != "YEAR":
            column = cells.read(one, written[name], source)
            read[name], numbers[name] = column.values, column.numbers
            faults += [
                (rule, name, mask, written[name][mask]) for rule, mask in column.faults.items()
            ]
    frame = pd.DataFrame(read, index=written.index)
    frame["LA"] = written["LA"]
    numbers["LA"] = pd.factorize(frame["LA"], sort=True)[0]
    frame["YEAR"] = year_column(tables, written["YEAR"], source)
    files = pd.array([table.raw.file for table in tables], dtype="str")
    frame["file"] = files.take(source)
    frame["row"] = np.concatenate(
        [table.cells.index.to_numpy(np.int64) for table in tables] or [[]]
    )
    found = Typed(form, tables, frame, source, np.zeros(len(frame), bool), numbers, faults)
    set_aside(found, written)
    for table in tables:  # the texts of a region take more memory than what they mean
        table.cells = pd.DataFrame(columns=table.cells.columns)
    return found


def year_column(tables: list[Recognised], cells_: pd.Series, source: np.ndarray) -> pd.Series:
    """Return the closing years that the files themselves state."""
    places, texts = pd.factorize(cells_)
    numbers = pd.to_numeric(pd.Series(texts, dtype="str"), errors="coerce").astype("Int64")
    found = pd.Series(numbers.array.take(places), index=cells_.index)
    stated = pd.array([table.raw.year for table in tables], dtype="Int64").take(source)
    return found.fillna(pd.Series(stated, index=cells_.index))


def breaking(faults: list[Fault], rule: str, column: str) -> np.ndarray | bool:
    """Say which rows break a rule in a column."""
    masks = (mask for broken, name, mask, _ in faults if (broken, name) == (rule, column))
    return next(masks, False)


def set_aside(found: Typed, written: pd.DataFrame) -> None:
    """Set aside the rows that cannot be used, and name those that lack what is needed."""
    frame, form = found.frame, found.form
    names = pd.Series(form.identifier, index=frame.index)
    again = written.get(form.identifier, names.eq("")).eq(form.identifier).to_numpy()
    if again.any():
        found.faults = [
            (rule, column, mask & ~again, cells_) for rule, column, mask, cells_ in found.faults
        ]
        found.faults.append(("header_again", form.identifier, again, names))
        found.aside |= again
    faults = found.faults
    for column, one in form.fields.items():
        if not one.needed:
            continue
        there = np.array([column in table.cells for table in found.tables], bool)[found.source]
        lacking = frame[column].isna().to_numpy() & there & ~found.aside
        if one.needed == "row":
            # one issue for the row that goes, not one more for the word that stood in the cell
            found.faults = [
                (rule, name, mask & ~lacking if name == column else mask, cells_)
                for rule, name, mask, cells_ in found.faults
            ]
            strange = lacking & breaking(faults, UNREADABLE, column)
            for rule, mask in (("missing_key", lacking & ~strange), (f"{UNREADABLE}_key", strange)):
                found.faults.append((rule, column, mask, written[column][mask]))
            found.aside |= lacking
        else:
            bare = lacking & written[column].eq("").to_numpy()
            found.faults.append(("missing_cell", column, bare, written[column][bare]))
    found.faults = [fault for fault in found.faults if fault[2].any()]
