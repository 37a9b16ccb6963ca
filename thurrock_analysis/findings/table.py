"""Tables: numbers that stay numbers, and how a reader sees each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import paging
from thurrock_analysis.record.measures import Measure

LEFT = ' style="text-align: left"'
"""JupyterLab sets every cell of a table to the right."""
NO_FIGURE = "–"


@dataclass(frozen=True)
class Format:
    """How the numbers of a column, or of one row of it, are written."""

    decimals: int = 0
    suffix: str = ""
    signed: bool = False
    missing: str = NO_FIGURE
    thousands: bool = True
    prefix: str = ""

    @classmethod
    def of(cls, measure: Measure, missing: str = NO_FIGURE) -> "Format":
        """Return how figures of a measure are written."""
        percent, pounds = "%" * (measure.unit == "percent"), "£" * measure.is_money
        return cls(measure.decimals, percent, missing=missing, prefix=pounds)

    @classmethod
    def of_change(cls, measure: Measure) -> "Format":
        """Return how a change of a measure is written: points of a percentage, else per cent."""
        if measure.unit == "percent":
            return cls(measure.decimals, words.POINTS, signed=True)
        return cls(0, "%", signed=True, missing="from zero")

    def write(self, value: float) -> str:
        """Write a number.

        >>> Format(1, "%").write(15.96), Format(signed=True).write(-3), Format().write(float("nan"))
        ('16.0%', '−3', '–')
        """
        if pd.isna(value):
            return self.missing
        if self.signed:
            return words.with_sign(value, self.decimals, self.suffix)
        text = words.number(value, self.decimals)
        return self.prefix + (text if self.thousands else text.replace(",", "")) + self.suffix


YEAR = Format(thousands=False)
"""A year is a number that nobody separates."""
Formats = Mapping[str, Format | Sequence[Format]]


@dataclass(frozen=True, repr=False)
class Table:
    """A frame of numbers and words with what a reader needs to see of it.

    Attributes
    ----------
    frame : DataFrame
        The first column names the row. Numbers are unrounded; NaN where there is none.
    caption : str
        What the table shows.
    heads : mapping of str to str
        What stands above a column, where that is not its name.
    formats : mapping of str to Format or sequence of Format
        How a column of numbers is written: all of it, or each row for itself.
    reasons : DataFrame or None
        Words for cells without a number: same index, some of the columns, ``""`` where none.
    """

    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    caption: str = ""
    heads: Mapping[str, str] = field(default_factory=dict)
    formats: Formats = field(default_factory=dict)
    reasons: pd.DataFrame | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.frame)

    def __repr__(self) -> str:
        """Return the table as read."""
        return f"{self.caption}\n{self.texts().to_string(index=False)}"

    def texts(self) -> pd.DataFrame:
        """Return the table as read: text in every cell, headings as column names.

        >>> rows = pd.DataFrame({"year": [2025], "share": [15.96]})
        >>> Table(rows, heads={"share": "Share"}, formats={"share": Format(1, "%")}).texts()
           year  Share
        0  2025  16.0%
        """
        columns = {name: self._column(name) for name in self.frame.columns}
        shown = pd.DataFrame(columns, index=self.frame.index, dtype="str")
        return shown.rename(columns=lambda name: self.heads.get(name, str(name)))

    def html(self, *, folded: bool = False, paged: bool = False) -> str:
        r"""Write the table as accessible HTML, opened by its caption if folded.

        If paged, a long one sorts, by what its cells hold, and comes in pages: see `paging`.

        >>> Table(pd.DataFrame({"year": [2025], "plans": [1885]}), "Plans").html()[-56:]
        '2025</th><td class="num">1,885</td></tr></tbody></table>'
        >>> Table(pd.DataFrame({"Year": ["2025"], "Why": ["so\nand so"]})).html()[-67:]
        '<td style="text-align: left">so<br>and so</td></tr></tbody></table>'
        """
        paged = paged and len(self) > paging.FEW
        if folded:
            html = self._html("", paged)
            return f"<details><summary>{escape(self.caption)}</summary>{html}</details>"
        return self._html(self.caption, paged)

    def _column(self, name: str) -> list[str]:
        column = self.frame[name]
        if name not in self.formats and not self._is_number(name):
            return ["" if pd.isna(cell) else str(cell) for cell in column]
        formats = self.formats.get(name, Format())
        each = [formats] * len(column) if isinstance(formats, Format) else formats
        shown = [one.write(value) for one, value in zip(each, column, strict=True)]
        if self.reasons is None or name not in self.reasons:
            return shown
        why = self.reasons[name].fillna("")
        return [reason or text for reason, text in zip(why, shown, strict=True)]

    def _is_number(self, name: str) -> bool:
        counted = pd.api.types.is_numeric_dtype(self.frame[name])
        return bool(counted) and name != self.frame.columns[0]

    def _html(self, caption: str, paged: bool) -> str:
        texts = self.texts()
        columns = [
            self._cells(name, texts.iloc[:, place], paged)
            for place, name in enumerate(self.frame.columns)
        ]
        head, *rows = ("".join(cells) for cells in zip(*columns, strict=True))
        above = f"<caption>{escape(caption)}</caption>" if caption else ""
        length = f' data-page-length="{paging.PAGE}"' if paged else ""
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return (
            f'<table class="figures"{length}>{above}'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{paging.SCRIPT * paged}"
        )

    def _cells(self, name: str, texts: pd.Series, paged: bool) -> list[str]:
        """Return the cells of a column, its head before them."""
        is_first, column = name == self.frame.columns[0], self.frame[name]
        is_number = not is_first and (name in self.formats or self._is_number(name))
        kind = ' class="num"' if is_number else LEFT
        tag, scope = ("th", ' scope="row"') if is_first else ("td", "")
        keys = paging.keys(texts, column if is_number else None) if paged else [""] * len(texts)
        cells = [
            f"<{tag}{scope}{kind}{key}>{_lines(text)}</{tag}>"
            for key, text in zip(keys, texts, strict=True)
        ]
        return [f'<th scope="col"{kind}>{escape(str(texts.name))}</th>', *cells]


def reasons(status: pd.DataFrame) -> pd.DataFrame:
    """Return why figures are missing as a table takes it: in its row order, ``""`` for a number."""
    return status.astype("object").fillna("").reset_index(drop=True)


def _lines(cell: str) -> str:
    return escape(cell).replace("\n", "<br>")
