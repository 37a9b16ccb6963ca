"""A council's own returns, opened beside its published record."""

from functools import cached_property
from pathlib import Path

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import quality
from thurrock_analysis.findings.finding import NotHeldError
from thurrock_analysis.indicators import compute, periods, within_years, yearly
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.record import areas, dictionary, measures
from thurrock_analysis.record.areas import Area
from thurrock_analysis.returns import replaying
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

NOT_GIVEN = (
    "The council's own returns were not given (thurrock refresh --returns FOLDER). They would tell "
)
MOST = 8
"""Figures that a sentence about what is lacking names."""


class OwnReturns:
    """The returns of one authority and what they come to.

    Attributes
    ----------
    returns : Returns
        Tables, issues, counts and spans.
    area : Area
        Whose they are.
    later : OwnReturns or None
        All that is held, where `returns` is what an earlier day knew.
    """

    later: "OwnReturns | None"

    def __init__(self, returns: Returns, area: Area, as_at: str = "") -> None:
        if returns.synthetic and area.level != areas.FICTIONAL:
            raise ThurrockError(
                f"These returns are synthetic: they never stand under the name of {area.name}. Use "
                "`thurrock refresh --sample`."
            )
        self.area = area
        self.las = _own(returns, area)
        self.returns = returns
        self.later = None
        if as_at:
            self.later = OwnReturns(returns, area)
            self.returns = replaying.as_at(returns, pd.Timestamp(as_at))

    @classmethod
    def read(cls, folder: str, area: Area, as_at: str = "") -> "OwnReturns | None":
        """Read the returns in a folder, as they were on a day; none where no folder is named."""
        if not folder:
            return None
        from thurrock_analysis.returns import load_returns

        return cls(load_returns(Path(folder).expanduser()), area, as_at)

    @property
    def origin(self) -> str:
        """What a chart says its figures come from: nothing synthetic stands without that word."""
        return "synthetic returns" if self.returns.synthetic else "the council's own returns"

    @cached_property
    def issues(self) -> pd.DataFrame:
        """The issues of the authority's own rows, and of files as a whole."""
        issues = self.returns.issues
        return issues[issues["LA"].fillna("").isin(self.las)]

    @cached_property
    def alone(self) -> Returns:
        """What was read of the authority, without the rows, issues and years of others."""
        of_it = {
            name: rows[rows["LA"].isin(self.las)] for name, rows in self.returns.tables.items()
        }
        spans = self.returns.spans
        spans = spans[spans["LA"].isin(self.las)] if len(spans) else spans
        return Returns(of_it, self.issues, self.returns.counts, spans, self.returns.day)

    @cached_property
    def others(self) -> int:
        """How many other authorities the same files hold."""
        held = self.returns.spans
        return len(set(held["LA"]) - self.las) if len(held) else 0

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Every figure that the returns allow, of the years that they cover, as a tidy table."""
        return self._under_its_name(self._yearly[0])

    @cached_property
    def gaps(self) -> dict[str, str]:
        """Why a figure, or some of its years, cannot be computed: a sentence a measure."""
        gaps = self._yearly[1].drop_duplicates("measure")
        return dict(zip(gaps["measure"], gaps["gap"], strict=True))

    @cached_property
    def _yearly(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return yearly.yearly(self.returns)

    def monthly(self, names: list[str], by: str = "") -> pd.DataFrame:
        """Return measures by month; one of a day looks back over the twelve months to it."""
        parts = []
        for name in names:
            held = yearly.covered(self.returns, collection_of(name))
            if held.empty:
                raise NotHeldError(f"The returns do not hold {measures.get(name).label}.")
            windows = periods.months(held["period_start"].min(), held["period_end"].max())
            if dictionary.read("indicators").set_index("measure")["basis"][name] == "at date":
                back = windows["period_end"] + periods.DAY - pd.DateOffset(years=1)
                windows = windows.assign(period_start=back)
            rows, gaps = compute.indicators(self.returns, windows, [name], by)
            if rows.empty:
                raise NotHeldError(str(gaps["gap"].iloc[0]))
            parts.append(rows)
        return self._under_its_name(pd.concat(parts, ignore_index=True))

    def series(self, name: str, by: str) -> pd.DataFrame:
        """Return a measure by month or week; of what no return covers the value is missing."""
        every = within_years.windows(self.alone, collection_of(name), by)
        asked = every.loc[every["covered"], ["period_start", "period_end"]].reset_index(drop=True)
        rows, gaps = compute.indicators(self.returns, asked, [name])
        if rows.empty:
            said = "" if gaps.empty else str(gaps["gap"].iloc[0])
            raise NotHeldError(said or f"The returns do not hold {measures.get(name).label}.")
        rows = self._under_its_name(rows).dropna(subset="value")
        whole = every[["period_end"]].astype("datetime64[s]")
        first, last = rows["period_end"].min(), rows["period_end"].max()
        whole = whole[whole["period_end"].between(first, last)]
        kept = [column for column in rows if column != "period_end"]
        told = whole.merge(rows[["period_end", *kept]], how="left", on="period_end")
        return told.assign(measure=name, area=self.area.code)

    def over(self, windows: pd.DataFrame, names: list[str], by: str = "") -> pd.DataFrame:
        """Return measures over any spans, as far as the returns allow them."""
        return self._under_its_name(compute.indicators(self.returns, windows, names, by)[0])

    def cases(self, name: str, period_end: str = "") -> pd.DataFrame:
        """Return the children or workers behind a figure of a year: never to be published."""
        held = yearly.covered(self.returns, collection_of(name))
        if period_end:
            held = held[held["period_end"].eq(pd.Timestamp(period_end))]
        if held.empty:
            raise ThurrockError(f"The returns cover no year ending on {period_end or 'any day'}.")
        try:
            cases: Cases = compute.known()[name](self.returns, held.tail(1).reset_index(drop=True))
        except NotInReturnsError as gap:
            raise NotHeldError(str(gap)) from None
        return cases.rows[cases.rows["LA"].isin(self.las)]

    def doubts(self, names: list[str]) -> str:
        """Say which issues of the data touch some figures.

        A rule that names no figure touches all that rest on the table, or on the unreadable file.
        """
        issues, indicators = self.issues, dictionary.read("indicators")
        rules = dictionary.read("rules").set_index("rule")["indicators"].str.split()
        naming = {rule for rule, touched in rules.items() if set(touched) & set(names)}
        general = {rule for rule, touched in rules.items() if not touched}
        rests = indicators.loc[indicators["measure"].isin(names), "tables"].str.split().sum()
        here = issues["table"].fillna("").isin({"", *rests})
        touching = issues["rule"].isin(naming) | (issues["rule"].isin(general) & here)
        found = issues[touching & issues["severity"].ne("note")]
        if found.empty:
            return "No issue of the data touches these figures."
        return f"Issues of the data that touch these figures: {quality.by_severity(found)}."

    def _under_its_name(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["area"].isin(self.las)].assign(area=self.area.code)


def _authority(text: str) -> str | None:
    """Return the code of the authority that a return's text means; a region makes no return."""
    code = areas.codes().get(text.upper()) or areas.named(text)
    return code if code and areas.get(code).level in ("authority", "joint") else None


def _own(returns: Returns, area: Area) -> set[str]:
    """Return how the returns write the authority; returns of others alone are refused."""
    written = set(returns.spans["LA"].fillna("").astype("str")) if len(returns.spans) else set()
    known = {text: _authority(text) for text in written - {""}}
    own = {text for text, code in known.items() if code == area.code}
    unknown = {text for text, code in known.items() if code is None}
    others = {areas.get(code).name for code in known.values() if code not in (None, area.code)}
    if others and not own:
        raise ThurrockError(
            f"These returns are of {words.listed(sorted(others))}: they do not stand under the "
            f"name of {area.name}. Name their own authority."
        )
    return own | {""} if own else unknown | {""}


def collection_of(name: str) -> str:
    """Return which return a measure is computed from.

    >>> collection_of("looked_after"), collection_of("contacts")
    ('SSDA903', 'Annex A')
    """
    rows = dictionary.read("indicators").set_index("measure")
    if name not in rows.index:
        raise ThurrockError(f"No indicator from returns is called {name!r}.")
    forms = dictionary.read("forms").set_index("form")["collection"]
    return str(forms[rows.loc[name, "tables"].split()[0]])


def not_given(family: str) -> str:
    """Say what returns would tell of a family of figures, first what nobody publishes.

    >>> not_given("workforce")[:60]
    "The council's own returns were not given (thurrock refresh -"
    """
    rows, known = dictionary.read("indicators"), measures.table()
    names = [name for name in rows.loc[rows["family"].eq(family), "measure"] if name in known.index]
    collected = set(dictionary.read("forms")["collection"])
    alone = sorted(names, key=lambda name: known.loc[name, "collection"] not in collected)
    labels = list(dict.fromkeys(known.loc[name, "label"] for name in alone))
    more = f" and {len(labels) - MOST} more figures" * (len(labels) > MOST)
    return f"{NOT_GIVEN}{'; '.join(labels[:MOST])}{more}; by month and for any group."
