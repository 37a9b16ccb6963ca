"""What one area's figures are at one date: its own, those beside it, and what is known of them."""

import functools
import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar, cast

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import bounded, telling
from thurrock_analysis.findings.finding import NotHeldError
from thurrock_analysis.metrics import bounds, comparators, zeros
from thurrock_analysis.record import areas, dictionary, inspections, measures, releases, store, tidy
from thurrock_analysis.record.areas import Area
from thurrock_analysis.record.measures import Measure

MOST_NAMED = 12
"""Names that one sentence can list."""
EITHER = "missing or suppressed"
"""The status of a sign that stands for two reasons."""
Asked = TypeVar("Asked", bound=Callable[..., Any])


def once(function: Asked) -> Asked:
    """Keep what a function of a view returns, for as long as the view: its figures do not change.

    A frame or series is handed out as a copy, which costs nothing until it is changed.
    """

    @functools.wraps(function)
    def asked(view: "View", *given: Hashable) -> Any:
        key = (function, *given)
        if key not in view._kept:
            view._kept[key] = function(view, *given)
        found = view._kept[key]
        return found.copy(deep=False) if isinstance(found, pd.DataFrame | pd.Series) else found

    return cast(Asked, asked)


def grouping(name: str) -> list[str]:
    """Return the measures of a grouping, in its order."""
    rows = dictionary.read("groupings")
    return list(rows.loc[rows["grouping"] == name, "measure"])


def named(*wanted: str) -> list[str]:
    """Return the measures that some names mean, each a measure's own or a grouping's.

    >>> named("conversion")[:2], named("referral_rate")
    (['assessments_per_100_referrals', 'section_47_per_100_referrals'], ['referral_rate'])
    """
    if not wanted:
        raise ThurrockError("Name a measure or a group of measures: find_measures() has them.")
    found: list[str] = []
    for name in wanted:
        members = [name] if name in measures.table().index else grouping(name)
        if not members:
            known = [*measures.table().index, *dictionary.read("groupings")["grouping"].unique()]
            raise ThurrockError(
                f"There is no measure or group of measures {name!r}: "
                f"{nearest(name, known)}; find_measures('...') looks for one."
            )
        found += members
    return list(dict.fromkeys(found))


def apart(rows: pd.DataFrame) -> pd.DataFrame:
    """Return groups of which no child is in two: of a total and its parts printed, one."""
    for breakdown in rows["breakdown"].unique():
        for group, aside in bounded.twice(breakdown):
            printed = rows.loc[rows["group"].eq(group) & rows["value"].notna(), "period_end"]
            rows = rows[~(rows["group"].isin(aside) & rows["period_end"].isin(printed))]
    return rows


def shares_of(rows: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return each group as a percentage of the whole as it stood in the group's release.

    A group that cannot be (not applicable) counts nobody and is left out.
    """
    rows = apart(rows[rows["status"].ne("not applicable")])
    base = store.same_vintage(rows, history)
    return rows.assign(value=100 * rows["value"] / base, numerator=rows["value"], denominator=base)


def steps_of(table: str, kind: str, name: str) -> pd.DataFrame:
    """Return the steps of a chain or a scenario in order, or name the nearest there is."""
    rows = dictionary.read(table)
    steps = rows[rows[kind] == name]
    if steps.empty:
        raise ThurrockError(
            f"There is no {kind} {name!r}: {nearest(name, list(rows[kind].unique()))}."
        )
    return steps.assign(place=steps["order"].astype(int)).sort_values("place")


def nearest(name: str, known: Sequence[str]) -> str:
    """Name what comes nearest to a name that is not known, or what there is.

    >>> nearest("sauce", ["source", "month"]), nearest("x", ["source", "month"])
    ("'source' would be right", "one of 'month' and 'source' would be right")
    """
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    if near or len(known) > MOST_NAMED:
        near = near or get_close_matches(name, known, n=1, cutoff=0.0)
        return " or ".join(repr(one) for one in near) + " would be right"
    return f"one of {words.listed(repr(one) for one in sorted(known))} would be right"


def why(rows: pd.DataFrame) -> str:
    """Say why some figures are without a number; of several reasons, for which years each.

    A sign that stands for two reasons says nothing of a year that has one of them beside it.

    >>> ends = pd.to_datetime(["2023-03-31", "2024-03-31"])
    >>> rows = pd.DataFrame({"period_end": ends, "status": ["suppressed", "not returned"]})
    >>> why(rows), why(rows[:1])
    ('hidden by the publisher in 2023; no return was made in 2024', 'hidden by the publisher')
    >>> either = pd.DataFrame({"period_end": ends[1:], "status": "missing or suppressed"})
    >>> why(pd.concat([either, rows]))
    'hidden by the publisher in 2023; no return was made in 2024'
    """
    years = dict(rows["period_end"].dt.year.groupby(rows["status"].astype("str")).agg(set))
    known = set().union(*(of for status, of in years.items() if status != EITHER))
    years = {status: of - known if status == EITHER else of for status, of in years.items()}
    said = {spoken(str(status)): words.year_spans(of) for status, of in years.items() if of}
    if len(said) == 1:
        return next(iter(said))
    return "; ".join(f"{reason} in {of}" for reason, of in sorted(said.items(), key=lambda x: x[1]))


def spoken(status: str) -> str:
    """Write the reason for a missing figure as a sentence says it."""
    known = {row["status"]: row["spoken"] for row in dictionary.rows("shorthand")}
    return known.get(status, status)


@dataclass(eq=False)
class View:
    """The figures of one area and of those it is compared with, as known at a date.

    Attributes
    ----------
    area : Area
        The authority, region or country.
    as_at : str
        ISO date: only what had been published by then.
    neighbours : DataFrame
        Its statistical neighbours; empty where no model has it.
    """

    area: Area
    as_at: str
    neighbours: pd.DataFrame
    record: store.Record = field(repr=False)
    _kept: dict[tuple[Hashable, ...], Any] = field(default_factory=dict, repr=False)

    def figures(self, *names: str, breakdown: str = tidy.ALL) -> pd.DataFrame:
        """Return the published figures of some measures for every area, as known at the date.

        A printed 0 that reads like nothing recorded has no value, and a status that says so.

        Parameters
        ----------
        *names : str
            Measures.
        breakdown : str
            What the groups are of, such as ``"placement type"``; ``"all"`` for the whole.

        Examples
        --------
        >>> from thurrock_analysis import open_report
        >>> rows = open_report("Thurrock").figures("referral_rate")
        >>> rows["area"].nunique() > 150
        True
        """
        return self._together(
            "figures", names, lambda name: self.published(name, breakdown), breakdown
        )

    def _together(
        self,
        kind: str,
        names: Sequence[str],
        make: Callable[[str], pd.DataFrame],
        breakdown: str = tidy.ALL,
    ) -> pd.DataFrame:
        """Put the rows of some measures together, each made once for this view."""
        found = []
        for name in names:
            key = (kind, name, breakdown)
            if key not in self._kept:
                self._kept[key] = make(name)
            found.append(self._kept[key])
        if len(found) == 1:
            return found[0].copy(deep=False)  # what a caller writes into it stays its own
        return pd.concat(found, ignore_index=True) if found else tidy.conform(pd.DataFrame())

    def published(self, name: str, breakdown: str = tidy.ALL) -> pd.DataFrame:
        """Return the published figures of a measure, made once for all reports on the date."""
        known, key = self.record.seen(self.as_at), (name, breakdown)
        if key not in known:
            whole = breakdown == tidy.ALL
            known[key] = (
                telling.told(self, name) if whole else telling.as_known(self, name, breakdown)
            )
        return known[key]

    def own(self, *names: str, breakdown: str = tidy.ALL) -> pd.DataFrame:
        """Return the figures of some measures for the area itself, while it existed.

        Examples
        --------
        >>> from thurrock_analysis import open_report
        >>> rows = open_report("Thurrock").own("looked_after")
        >>> rows.loc[rows["period_end"].eq("2025-03-31"), "value"].item()
        276.0
        """
        return self._together("own", names, lambda name: self._own(name, breakdown), breakdown)

    def _own(self, name: str, breakdown: str) -> pd.DataFrame:
        rows = self.figures(name, breakdown=breakdown)
        rows = rows[rows["area"] == self.area.code]
        existed = rows["period_end"].dt.year.map(self.area.existed).astype(bool)
        return rows[existed | rows["value"].notna()].reset_index(drop=True)

    def compare(self, *names: str) -> pd.DataFrame:
        """Return measures for the area, its neighbours (mean and median), region and England.

        The neighbours are the same in every year of a measure: `metrics.comparators.lasting`.

        Examples
        --------
        >>> from thurrock_analysis import open_report
        >>> open_report("Thurrock").compare("referral_rate")["area"].unique().tolist()[:3]
        ['E06000034', 'E12000006', 'E92000001']
        """
        return self._together("compared", names, self._compared)

    def _compared(self, name: str) -> pd.DataFrame:
        rows = self.figures(name)
        around = rows[rows["area"].isin([self.area.region, areas.ENGLAND])]
        around = around[around["area"] != self.area.code]
        nearby = comparators.neighbours(rows, self.neighbours, measures.get(name).decimals)
        return tidy.conform(pd.concat([self.own(name), around, nearby]))

    def history(self, *names: str) -> pd.DataFrame:
        """Return every publication of some measures for the area that was out by the date.

        Examples
        --------
        >>> from thurrock_analysis import open_report
        >>> rows = open_report("Thurrock").history("looked_after")
        >>> rows.loc[rows["period_end"].eq("2017-03-31"), "value"].tolist()
        [345.0, 333.0]
        """
        rows = self.record.of(names)
        return tidy.conform(
            rows[
                rows["area"].eq(self.area.code)
                & rows["breakdown"].eq(tidy.ALL)
                & rows["origin"].eq("published")
                & rows["published"].le(self.as_at)
            ].sort_values("published")
        )

    @once
    def years(self, name: str) -> list[int]:
        """Return the closing years in which the area has a number for a measure, oldest first."""
        rows = self.own(name)[["period_end", "value"]].dropna()
        return sorted(int(year) for year in rows["period_end"].dt.year.unique())

    def jointly(self, names: Iterable[str]) -> str:
        """Say who makes the return on some measures together with the area, if anybody does."""
        rows = dictionary.read("joint")
        collections = {measures.get(name).collection for name in names}
        rows = rows[rows["area"].eq(self.area.code) & rows["collection"].isin(collections)]
        titles = [areas.titles()[code] for code in rows["joint"]]
        return f" Two authorities make one return: look at {words.listed(titles)}." * bool(titles)

    @once
    def later(self, name: str) -> str:
        """Say which years after the area's newest number have no figure, why, and what is known."""
        rows = self.own(name)
        rows = self.hidden(name, rows.loc[rows["value"].notna(), "period_end"].max())
        if rows.empty:
            return ""
        years = words.year_spans(set(rows["period_end"].dt.year))
        label, known = measures.get(name).label, self.known(name, rows)
        return f"No figure of {label} can be told for {years} ({known})."

    def known(self, name: str, rows: pd.DataFrame) -> str:
        """Say why figures are hidden, and what the newest of them can be where that is known."""
        open_to = rows["status"].ne(zeros.STATUS)  # of what is printed in doubt nothing follows
        ends = sorted(rows.loc[open_to, "period_end"].unique(), reverse=True)
        told = (self._allows(name, end) for end in ends)
        allowed = next((one for one in told if one is not None), "")
        return "; ".join(filter(None, [why(rows), allowed]))

    def hidden(
        self, name: str, after: pd.Timestamp, before: pd.Timestamp = pd.Timestamp.max
    ) -> pd.DataFrame:
        """Return the area's figures between two days that have a reason and no number.

        The groups that a share counts are among them: while one is hidden there is no share.
        """
        rows = pd.concat([self.own(name), self._hidden_parts(name)])
        rows = rows[rows["period_end"].gt(after) & rows["period_end"].lt(before)]
        told = rows.loc[rows["value"].notna(), "period_end"]
        return rows[~rows["period_end"].isin(told)]

    def _hidden_parts(self, name: str) -> pd.DataFrame:
        """Return the groups without a number that a share counts: it has no figure then either."""
        part = measures.get(name).numerator
        if part is None or part.breakdown == tidy.ALL:
            return self.own(name).iloc[:0]
        rows = self.own(part.measure, breakdown=part.breakdown)
        return rows[rows["group"].isin(part.groups) & rows["value"].isna()]

    def _allows(self, name: str, end: pd.Timestamp) -> str | None:
        """Say what a hidden share can be, ``""`` of anything at all, None of what is not known."""
        measure = measures.get(name)
        low, high, whole = self.between(name, end)
        if math.isnan(whole):
            return None
        told, ended = words.number(whole), words.when(end, measure)
        if (low, high) == (0, whole):
            return ""
        return f"{words.bounded(low, high, whole)} of {told} {ended}"

    def between(self, name: str, end: pd.Timestamp) -> tuple[float, float, float]:
        """Return the least and the most that a hidden share counts, and of how many; NaN untold."""
        whole = self._whole(measures.get(name), end)
        if not measures.get(name).is_share or not whole > 0:
            return math.nan, math.nan, math.nan
        low, high = (float(round(bound * whole / 100)) for bound in self.allowed(name, end))
        return low, high, whole

    def _whole(self, measure: Measure, end: pd.Timestamp) -> float:
        """Return what a share of a period is of, NaN where it is not a number."""
        base = measure.denominator
        if base is None or base.breakdown != tidy.ALL or base.plus or base.less:
            return math.nan
        rows = self.own(base.measure)
        return float(rows.loc[rows["period_end"].eq(end), "value"].sum(min_count=1))

    def allowed(self, name: str, end: pd.Timestamp) -> bounds.Bounds:
        """Return the least and the most that a hidden figure can be, by what is printed.

        >>> from thurrock_analysis import open_report
        >>> report = open_report("Rutland")
        >>> report.allowed("looked_after_three_placements_percent", pd.Timestamp("2021-03-31"))
        (0.0, 100.0)
        """
        measure = measures.get(name)
        part, whole = measure.numerator, self._whole(measure, end)
        if not measure.is_share:
            return (-math.inf if measure.is_balance else 0.0), math.inf
        nested = part and measure.denominator and part.measure == measure.denominator.measure
        if not (nested and part and part.breakdown != tidy.ALL and whole > 0):
            return 0.0, 100.0
        low, high = self.limits(part.measure, part.breakdown, part.groups, end)
        return 100 * low / whole, min(100 * high / whole, 100.0)

    @once
    def printings(self, name: str) -> pd.DataFrame:
        """Return every publication of a count of the area and of its groups, whenever it was."""
        rows = self.record.of([name])
        return rows[rows["area"].eq(self.area.code)]

    @once
    def printed(self, name: str) -> pd.DataFrame:
        """Return a count of the area and of its groups as the date has them."""
        return tidy.conform(store.as_at(self.printings(name), self.as_at))

    def limits(
        self, name: str, breakdown: str, groups: Iterable[str], end: str | pd.Timestamp
    ) -> bounds.Bounds:
        """Return the least and the most that groups of a count can be together, by what is printed.

        >>> from thurrock_analysis import open_report
        >>> report = open_report("Thurrock")
        >>> report.limits("looked_after_ceased", "reason", ["moved abroad"], "2021-03-31")
        (0.0, 5.0)
        """
        return self._limits(name, breakdown, tuple(groups), pd.Timestamp(end))

    @once
    def _limits(
        self, name: str, breakdown: str, groups: tuple[str, ...], end: pd.Timestamp
    ) -> bounds.Bounds:
        return bounded.limits(self, name, breakdown, groups, end)

    def held(self, names: Iterable[str]) -> list[str]:
        """Return those measures for which the area has a number in two years or more."""
        found = [name for name in names if len(self.years(name)) > 1]
        if not found:
            raise NotHeldError(
                f"The record holds too few figures of {self.area.spoken} to answer this."
                + self.jointly(names)
            )
        return found

    @property
    def peers(self) -> list[str]:
        """Whom the area is ranked among: its neighbours, else its like in its region."""
        if len(self.neighbours):
            return list(self.neighbours["neighbour"])
        return [
            area.code
            for area in areas.table().values()
            if area.level == self.area.level
            and area.region == self.area.region
            and area.code != self.area.code
        ]

    @property
    def model(self) -> str:
        """Which neighbour model is used, and whether it is later than the date."""
        if self.neighbours.empty:
            return f"{self.area.name} has no statistical neighbours in any model held"
        name = self.neighbours["model"].iloc[0]
        later = " (a later model: none was in force at this date)"
        return f"{name} model" + later * bool(self.neighbours["later"].iloc[0])

    def events(self) -> list[tuple[pd.Timestamp, str]]:
        """Return the inspections of the area whose reports were out by the date: day and grades.

        Examples
        --------
        >>> from thurrock_analysis import open_report
        >>> open_report("Thurrock").events()[0][1]
        'Inspection: good'
        """
        return inspections.marked(self.area, self.as_at)

    def breaks(self, *names: str, breakdown: str = tidy.ALL) -> pd.DataFrame:
        """Return the breaks in series of some measures that concern the area.

        Returns
        -------
        DataFrame of str
            Columns of ``breaks.csv``: among them period_end, of the first period on the new
            basis, label and note.
        """
        rows = dictionary.read("breaks")
        return rows[
            rows["measure"].isin(names)
            & rows["breakdown"].eq(breakdown)
            & rows["area"].isin(["", self.area.code])
        ]

    @once
    def broken(self, name: str) -> int:
        """Return the closing year of the first period after the newest break of a series; or 0."""
        return max((int(end[:4]) for end in self.breaks(name)["period_end"]), default=0)

    def notes(self, *names: str, breakdown: str = tidy.ALL) -> str:
        """Return what the breaks in series of some measures mean, in sentences."""
        return " ".join(self.breaks(*names, breakdown=breakdown)["note"].unique())

    def source(self, figures: pd.DataFrame) -> str:
        """Name the publisher, titles and releases of some figures, for the line below a chart."""
        return words.source(figures)

    def revised(self, figures: pd.DataFrame) -> str:
        """Say of whom the figures of some measures are later revisions than the date."""
        if figures.empty:
            return ""
        rows = self.figures(*figures["measure"].unique())
        rows = rows[
            rows["area"].isin([self.area.code, self.area.region, areas.ENGLAND, *self.peers])
        ]
        late = rows[rows["method"].str.startswith("later revision")]
        if late.empty:
            return ""
        whose = words.listed(sorted({areas.get(code).spoken for code in late["area"]}))
        which = "; ".join(map(releases.in_words, sorted(late["release"].unique())))
        return (
            f"No release of the time is held with every figure above of {whose}: where it is not, "
            f"a later revision is shown ({which})."
        )
