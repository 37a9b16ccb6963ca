"""What would be expected of an area with its children and its factors of need."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from thurrock_analysis import charts, paths, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.table import NO_FIGURE, Format, Table
from thurrock_analysis.findings.verbs.trend import wording
from thurrock_analysis.findings.view import View, named, nearest, spoken
from thurrock_analysis.record import dictionary, measures, provenance

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

LIKE = "95 of 100 authorities with its children and factors of need"
MISSED = 0.05
UNIT = " per 10,000 children"


@question
def expected(report: "Report", *names: str) -> Finding:
    """Set what an authority has beside what one would expect of it from its need.

    Parameters
    ----------
    *names : str
        Rates, counts, or groups of measures such as ``"funnel"``; left out, the whole funnel.

    Returns
    -------
    Finding
        Its table has a row a measure: the count, what would be expected, the range in which 95
        of 100 authorities with these factors lie, the ratio of count to expected and its rank;
        `rest` has the ratios of earlier editions.

    Raises
    ------
    ThurrockError
        Nothing is expected of a measure by that name; the sentence names the nearest.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> table = open_report("Thurrock").expected("section_47").table
    >>> table[["actual", "expected", "ratio"]].round(2).to_numpy().tolist()
    [[476.0, 906.3, 0.53]]
    """
    wanted = of_funnel(*names)
    known = ranked(held(report))
    own = known[known["area"].eq(report.area.code) & known["measure"].isin(wanted)]
    now = own[own["edition"].eq(known["edition"].max())]
    if now.empty:
        raise NotHeldError(why_none(report, wanted, int(known["edition"].max())))
    return Finding(
        told_all(report, now) if len(now) > 1 else told_one(report, now.iloc[0]),
        report.own(*now["measure"]),
        table_of(report, now),
        " ".join(filter(None, [rests_on(now, known), *hidden(report, now), without(wanted, now)])),
        chart_of(report, now if len(now) > 1 else own),
        by_edition(own) if own["edition"].nunique() > 1 else Table(),
    )


def of_funnel(*names: str) -> list[str]:
    """Return the rates meant, in the order of the funnel; all where none is named."""
    rates = list(dictionary.read("factors")["measure"].unique())
    counts = {rate: measures.get(rate).numerator for rate in rates}
    known = {str(count): rate for rate, count in counts.items() if count}
    found = [known.get(name, name) for name in named(*names)] if names else rates
    if strange := [name for name in found if name not in rates]:
        right = nearest(strange[0], [*rates, *known])
        raise ThurrockError(f"Nothing is expected of {strange[0]!r}: {right}.")
    return sorted(dict.fromkeys(found), key=rates.index)


def held(view: View) -> pd.DataFrame:
    """Return the editions of expected values that were out by the report's date."""
    path = paths.record().with_name("expected.csv")
    if not path.is_file():
        raise ThurrockError(f"{paths.place(path)} is missing: run 'thurrock data expected'.")
    rows = read(path, provenance.verify(path))
    found = rows[rows["published"].le(view.as_at)]
    if found.empty:
        first = words.day(rows["published"].min())
        raise NotHeldError(
            f"No expected values exist for {words.day(view.as_at)}: the factors of need are held "
            f"for a first edition on what was out on {first}."
        )
    return found


@lru_cache(maxsize=1)
def read(path: Path, checksum: str) -> pd.DataFrame:
    """Read the expected values, once for each state of their file."""
    return pd.read_csv(path, dtype={"factors_of": "str", "hidden": "str"})


def ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the ratio of actual to expected, and its rank among all authorities from either end."""
    rows = rows.assign(ratio=rows["actual"] / rows["expected"])
    within = rows.groupby(["edition", "measure"])["ratio"]
    return rows.assign(
        highest=within.rank(ascending=False, method="min"),
        lowest=within.rank(method="min"),
        of=within.transform("count"),
    )


def why_none(view: View, wanted: list[str], edition: int) -> str:
    """Say why nothing can be expected of an area."""
    if view.area.level != "authority":
        return f"Expected values are of single authorities, and {view.area.spoken} is none."
    rows = dictionary.read("factors")
    needed = rows.loc[rows["measure"].isin(wanted), "factor"].unique()
    return (
        f"Nothing can be expected of {view.area.spoken} for {edition}: a figure of it, or a factor "
        f"of need, is not held. Factors are {words.listed(map(factor_label, needed))}."
    )


def factor_label(text: str) -> str:
    """Name a factor.

    Examples
    --------
    >>> factor_label("looked_after[unaccompanied=unaccompanied asylum-seeking]")
    'looked-after children (unaccompanied asylum-seeking)'
    """
    part = measures.part(text)
    assert part is not None
    groups = f" ({words.listed(part.groups)})" * (part.breakdown != "all")
    return measures.get(part.measure).label + groups


def thing(row: Any) -> str:
    """Name what is counted: a rate's label without its base."""
    return measures.get(row.measure).label.removesuffix(UNIT)


def side(row: Any) -> str:
    """Say on which side of the range a figure lies."""
    if row.actual < row.low_95:
        return "below"
    return "above" if row.actual > row.high_95 else "within"


def place(row: Any) -> str:
    """Say the rank of a ratio."""
    return words.place(int(row.highest), int(row.lowest), int(row.of))


def beside(row: Any) -> str:
    """Write a figure with what would be expected and its rank."""
    return (
        f"{thing(row)} ({words.number(row.actual)}, where {words.number(row.expected)} would be "
        f"expected; {place(row)})"
    )


def told_one(view: View, row: Any) -> str:
    """Say what one measure came to beside its expected value."""
    measure = measures.get(row.measure)
    when = words.when(pd.Timestamp(row.period_end), measure)
    spread = f"{words.number(row.low_95)} to {words.number(row.high_95)}"
    if pd.isna(row.actual):
        return (
            f"How many {thing(row)} {view.area.name} had {when} is not printed "
            f"({spoken(row.status)}); {words.number(row.expected)} would be expected, and {LIKE} "
            f"have {spread}."
        )
    return (
        f"{view.area.name} had {words.number(row.actual)} {thing(row)} {when}, where "
        f"{words.number(row.expected)} would be expected: {words.number(row.ratio, 2)} of it, "
        f"{place(row)}, and {side(row)} the range of {LIKE} ({spread})."
    )


def told_all(view: View, rows: pd.DataFrame) -> str:
    """Say which of several measures lie outside their range, and which within."""
    known = list(rows.dropna(subset=["actual"]).itertuples())
    sides: dict[str, list[Any]] = {"below": [], "above": [], "within": []}
    for row in known:
        sides[side(row)].append(row)
    year = int(rows["edition"].iloc[0])
    parts = [
        f"{words.listed(map(beside, found))} {'lies' if len(found) == 1 else 'lie'} {where}"
        for where, found in sides.items()
        if found and where != "within"
    ]
    opening = f"{view.area.name}, year to March {year}: "
    if not known:
        return f"{opening}none of {len(rows)} figures is printed."
    if not parts:
        far = max(known, key=lambda row: abs(row.ratio - 1))
        return (
            f"{opening}all {len(known)} figures lie within the range of {LIKE}; farthest from what "
            f"would be expected: {beside(far)}."
        )
    rest = f" The other {len(sides['within'])} lie within it." * (len(sides["within"]) > 1)
    rest = rest or " The other lies within it." * bool(sides["within"])
    return f"{opening}{words.listed(parts)} the range of {LIKE}.{rest}"


def rests_on(now: pd.DataFrame, known: pd.DataFrame) -> str:
    """Say which factors were used, how far the ranges hold, and what they do not mean."""
    rows = dictionary.read("factors")
    rows = rows[rows["measure"].isin(now["measure"])]
    uses = rows["factor"].value_counts(sort=False)
    common, some = (
        [factor_label(str(name)) for name in uses.index[chosen]]
        for chosen in (uses.eq(len(now)), uses.lt(len(now)))
    )
    extra = f" For some it goes by {words.listed(some)} too." * bool(some)
    years = words.year_spans({int(year) for text in now["factors_of"] for year in text.split()})
    alike = known[known["edition"].eq(now["edition"].iloc[0]) & known["actual"].notna()]
    alike = alike[alike["measure"].isin(now["measure"])]
    inside = 100 * alike["actual"].between(alike["low_95"], alike["high_95"]).mean()
    tested = int(now["actual"].notna().sum())
    outside = words.number(MISSED * tested, 1)
    several = f" Of {tested} figures {outside} lie outside on average." * (tested > 1)
    return (
        "Expected from all other authorities by residents aged 0 to 17, "
        f"{words.listed(common)} (newest then out: {years}).{extra} Of {len(alike):,} figures "
        f"that the fit had not seen {words.number(inside)}% lay in their range.{several} "
        f"{wording('expected')}"
    )


def hidden(view: View, now: pd.DataFrame) -> list[str]:
    """Name figures that are not printed, and factors: a sentence each."""
    rows = now[now["actual"].isna()]
    told = [f"{thing(row)} ({spoken(row.status)})" for row in rows.itertuples()]
    figures = f"Not printed: {words.listed(told)}." * (bool(told) and len(now) > 1)
    factors = [factor_label(str(name)) for name in now["hidden"].dropna().unique()]
    taken = (
        f"Hidden for {view.area.name}: {words.listed(factors)}; taken as three. The range allows "
        "for one to five; hidden to protect another number, it could be more."
    )
    return [figures, taken * bool(factors)]


def without(wanted: list[str], now: pd.DataFrame) -> str:
    """Name measures of which nothing is expected in the edition."""
    lacking = [name for name in wanted if name not in set(now["measure"])]
    names = words.listed(measures.get(name).label.removesuffix(UNIT) for name in lacking)
    year = int(now["edition"].iloc[0])
    return f"For {year} nothing can be expected of {names}: no figures are held." * bool(lacking)


def table_of(view: View, now: pd.DataFrame) -> Table:
    """Return a row a measure: count, expected, range, ratio and rank."""
    frame = pd.DataFrame(
        {
            "label": [thing(row) for row in now.itertuples()],
            "actual": now["actual"].to_numpy(),
            "expected": now["expected"].to_numpy(),
            "low": now["low_95"].to_numpy(),
            "high": now["high_95"].to_numpy(),
            "ratio": now["ratio"].to_numpy(),
            "rank": [NO_FIGURE if pd.isna(row.ratio) else place(row) for row in now.itertuples()],
        }
    )
    status = pd.DataFrame({"actual": now["status"].fillna("").to_numpy()})
    return Table(
        frame,
        f"{view.area.name}, year to March {now['edition'].iloc[0]}, beside what would be expected",
        {"label": "Measure", "actual": "Number", "expected": "Expected", "low": "Range from",
         "high": "to", "ratio": "Number over expected", "rank": "Rank"},
        {name: Format() for name in ("actual", "expected", "low", "high")} | {"ratio": Format(2)},
        status.where(frame[["actual"]].isna().to_numpy(), ""),
    )  # fmt: skip


def by_edition(own: pd.DataFrame) -> Table:
    """Return the ratios of each edition, the newest first."""
    wide = own.pivot(index="measure", columns="edition", values="ratio")
    wide = wide.reindex(list(own["measure"].unique())).sort_index(axis=1, ascending=False)
    names = [measures.get(str(name)).label.removesuffix(UNIT) for name in wide.index]
    wide = wide.set_axis([str(year) for year in wide.columns], axis=1).reset_index(drop=True)
    wide.insert(0, "label", names)
    return Table(
        wide.rename_axis(columns=None),
        "Number over expected, each year on what was out when its figures came out",
        {"label": "Measure"},
        {name: Format(2) for name in wide.columns[1:]},
    )


def chart_of(view: View, rows: pd.DataFrame) -> Chart:
    """Return ratios beside their ranges: of every measure, or of one in every edition."""
    several = rows["measure"].nunique() > 1
    names = [
        measures.get(row.measure).short if several else str(row.edition)
        for row in rows.itertuples()
    ]
    drawn = pd.DataFrame(
        {
            "name": names,
            "value": rows["ratio"].to_numpy(),
            "low": (rows["low_95"] / rows["expected"]).to_numpy(),
            "high": (rows["high_95"] / rows["expected"]).to_numpy(),
        }
    )
    own = view.own(*rows["measure"].unique())
    return Chart(
        charts.ranges, drawn, ("as expected", 1.0),
        headline=headline(view, rows),
        subtitle="Number over expected number, "
        + (f"year to March {rows['edition'].iloc[0]}" if several else thing(rows.iloc[0])),
        source=view.source(own[own["period_end"].dt.year.isin(rows["edition"])]),
        range_name="range of 95 in 100 such authorities",
    )  # fmt: skip


def headline(view: View, rows: pd.DataFrame) -> str:
    """Name the figure that lies farthest from what would be expected; of one measure the newest."""
    known = rows.dropna(subset=["ratio"])
    if known.empty:
        return view.area.name
    newest = known[known["edition"].eq(known["edition"].max())]
    far = newest.loc[(newest["ratio"] - 1).abs().idxmax()]
    return f"{view.area.name}: {thing(far)} {words.number(far['ratio'], 2)} of what is expected"
