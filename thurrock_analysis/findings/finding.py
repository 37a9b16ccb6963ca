"""A finding: what one question comes to, to be read, kept, altered and given away."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import pandas as pd

from thurrock_analysis import pages
from thurrock_analysis.charts import Drawing
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import giving, noting, paging
from thurrock_analysis.findings.table import Table

if TYPE_CHECKING:
    from IPython.display import Markdown

    from thurrock_analysis.findings.report import Report

FIRST = re.compile(r"(.*?)((?<!\bSt)[.?!](?= [A-Z0-9])|$)(.*)", re.DOTALL)
"""A first sentence, its stop, and what follows it."""

Asked = ParamSpec("Asked")
Question = Callable[Concatenate["Report", Asked], "Finding"]


class NotHeldError(ThurrockError):
    """The figures that a question needs are not held for the area at the date."""


class Chart:
    """A chart that is drawn when it is wanted: which kind, of what, with which options."""

    def __init__(self, kind: Callable[..., Drawing], *what: Any, **options: Any) -> None:
        self.kind, self.what, self.options = kind, what, options

    def __repr__(self) -> str:
        """Return which kind of chart it is, and how to see it."""
        return f"<{self.kind.__name__}: draw() shows it>"

    def draw(self, **changes: Any) -> Drawing:
        """Draw the chart, some of its options changed.

        Raises
        ------
        ThurrockError
            This kind of chart has no such option.
        """
        known = list(signature(self.kind).parameters)[len(self.what) :]
        for name in changes:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"{near[0]!r} is the nearest of " if near else "it has "
                raise ThurrockError(
                    f"This chart has no option {name!r}: {hint}{', '.join(sorted(known))}."
                )
        return self.kind(*self.what, **{**self.options, **changes})


@dataclass(frozen=True, repr=False)
class Finding:
    """What one question comes to.

    At the end of a cell a finding shows itself. It holds what it shows, so that an analyst can
    go on from it.

    Attributes
    ----------
    sentence : str
        The answer in full, computed; of several measures a line each.
    table : DataFrame
        Its numbers, unrounded; the first column names the row.
    figures : DataFrame
        The tidy rows that it rests on, every area among them.
    shown : Table
        The table as read: numbers, and how each is written.
    doubt : str
        How sure it is, computed.
    chart : Chart or None
        The chart, drawn when it is shown.
    rest : Table
        More rows, which a reader unfolds.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> back = open_report("Medway").trend("re_referral_percent", since=2016)
    >>> back.table[["year", "re_referral_percent"]].head(2)
       year  re_referral_percent
    0  2025                 24.8
    1  2024                 23.9
    """

    sentence: str
    figures: pd.DataFrame = field(default_factory=pd.DataFrame)
    shown: Table = field(default_factory=Table)
    doubt: str = ""
    chart: Chart | None = None
    rest: Table = field(default_factory=Table)
    key: bool = True
    """Whether its figures of the area are key figures of the report."""
    report: "Report | None" = None
    verb: str = ""
    """The verb or question that it answers."""
    table: pd.DataFrame = field(init=False)
    """The numbers of the table, unrounded; the first column names the row."""

    def __post_init__(self) -> None:
        """Put the numbers where completion finds them."""
        object.__setattr__(self, "table", self.shown.frame)

    @property
    def held(self) -> bool:
        """Whether there is an answer: a gap has none."""
        return True

    def draw(self, **changes: Any) -> Drawing:
        """Draw the chart again with other options.

        Parameters
        ----------
        **changes
            Options of its kind of chart, such as ``zero=False``, ``headline="..."``,
            ``events=report.events()`` or ``focus``.

        Returns
        -------
        Drawing
            With ``figure``, ``alt`` and ``save``; at the end of a cell it shows itself.

        Raises
        ------
        ThurrockError
            The finding has no chart, or its chart has no such option.

        Examples
        --------
        >>> from thurrock_analysis import open_report
        >>> back = open_report("Medway").trend("re_referral_percent", since=2016)
        >>> back.draw(headline="Medway: who comes back").told[:25]
        'Line charts, 2011 to 2025'
        """
        if self.chart is None:
            raise ThurrockError(
                f"This finding has no chart to draw: it is a sentence and a table. {self.sentence}"
            )
        return self.chart.draw(**changes)

    def save(self, path: str | Path, **changes: Any) -> Path:
        """Draw the chart into a file: ``.svg``, ``.png`` or ``.pdf``.

        Parameters
        ----------
        path : str or Path
            A file that is new, or that a finding wrote before.
        **changes
            As in `draw`.

        Examples
        --------
        >>> from thurrock_analysis import open_report
        >>> folder = getfixture("tmp_path")
        >>> report = open_report("Medway")
        >>> report.rank("re_referral_percent").save(folder / "rank.svg").name
        'rank.svg'
        """
        return self.draw(**changes).save(path)

    def to_csv(self, path: str | Path) -> Path:
        """Write the figures with the names of areas and measures, units and sources.

        Parameters
        ----------
        path : str or Path
            A file that is new, or that a finding wrote before.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        ThurrockError
            There is no figure to write, or the file is not a finding's own.

        Examples
        --------
        >>> from thurrock_analysis import open_report
        >>> folder = getfixture("tmp_path")
        >>> open_report("Medway").trend("referral_rate").to_csv(folder / "rates.csv").name
        'rates.csv'
        """
        return giving.to_csv(self, Path(path))

    def to_excel(self, path: str | Path) -> Path:
        """Write a workbook: the sentence with its doubt and source, the table, the figures.

        Parameters, returns and errors are those of `to_csv`.

        Examples
        --------
        >>> from thurrock_analysis import open_report
        >>> folder = getfixture("tmp_path")
        >>> open_report("Medway").trend("referral_rate").to_excel(folder / "rates.xlsx").name
        'rates.xlsx'
        """
        return giving.to_excel(self, Path(path))

    def __repr__(self) -> str:
        """Return the sentence: what a terminal shows."""
        return self.sentence

    def _ipython_display_(self) -> None:
        """Show sentence, chart, table, rest and doubt; the area's figures become key figures."""
        from IPython.display import HTML, display

        names = list(self.figures["measure"].unique()) if len(self.figures) else []
        lines = [_answered(line) for line in self.sentence.split("\n")]
        bullets = [f"- {line}" for line in lines] if lines[1:] else lines
        about: dict[str, Any] = {"measures": names}
        if self.report is not None:  # its place among what the report hands on
            about |= {"finding": len(self.report.taken)}
        display(_said("\n".join(bullets)), metadata={"thurrock": about})
        if self.chart is not None:
            self._show_chart()
        if len(self.shown):
            display(HTML(self.shown.html(paged=paging.wanted())))
        if len(self.rest):
            display(HTML(self.rest.html(folded=True, paged=paging.wanted())))
        if self.doubt:
            display(_said(f"*How sure?* {self.doubt}"))
        if self.report is not None:
            for note in noting.beside(self.report, self.figures):
                display(_said(note))
            self.report.take(self)

    def _show_chart(self) -> None:
        """Show the chart, and hand its data to a page if one will be made."""
        from IPython.display import display

        data, metadata = self.draw()._repr_mimebundle_()
        if pages.MIME in data:
            data[pages.MIME]["csv"] = giving.csv_of(self).decode("utf-8-sig")
        display(data, metadata=metadata, raw=True)


class Gap(Finding):
    """A question that nothing held can answer: the sentence says why."""

    @property
    def held(self) -> bool:
        """Whether there is an answer: a gap has none."""
        return False

    def _ipython_display_(self) -> None:
        """Show why, the first time in full."""
        from IPython.display import display

        seen = self.report.gaps if self.report is not None else set()
        again = self.sentence in seen
        display(_said("As above: nothing is held." if again else _answered(self.sentence)))
        if self.report is not None:
            self.report.take(self)


def _answered(text: str) -> str:
    """Make the first sentence of an answer bold.

    >>> _answered("In St. Helens 0.5 in 10 fell. England rose.")
    '**In St. Helens 0.5 in 10 fell.** England rose.'
    """
    first, stop, rest = FIRST.match(text).groups()  # type: ignore[union-attr]
    return f"**{first}{stop}**{rest}"


def _said(text: str) -> "Markdown":
    """Return Markdown in which no HTML and no picture lives: parts of it may have been typed."""
    from IPython.display import Markdown

    return Markdown(text.replace("&", "&amp;").replace("<", "&lt;").replace("![", "!&#91;"))


def question(function: Question[Asked]) -> Question[Asked]:
    """Make a function that takes a report a question: what is not held gives a `Gap`.

    The finding also says of whom its figures are later revisions than the report's date.
    """

    @functools.wraps(function)
    def ask(report: "Report", /, *given: Asked.args, **named: Asked.kwargs) -> Finding:
        try:
            found = function(report, *given, **named)
        except NotHeldError as gap:
            return Gap(str(gap), report=report)
        late = report.revised(found.figures) if found.key else ""
        doubt = " ".join(part for part in (found.doubt, late) if part)
        return replace(found, doubt=doubt, report=report, verb=function.__name__)

    return ask
