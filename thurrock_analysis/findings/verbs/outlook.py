"""Where a measure goes: what is expected, between which numbers, and how often such held."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thurrock_analysis import charts, paths, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.table import YEAR, Format, Table
from thurrock_analysis.findings.verbs.trend import closing, never_told
from thurrock_analysis.findings.view import grouping, named
from thurrock_analysis.metrics import calibration
from thurrock_analysis.metrics.calibration import LEVELS, QUANTILES
from thurrock_analysis.metrics.forecasting import HORIZONS
from thurrock_analysis.record import fingerprint, measures, provenance
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

GROUP = "outlook"
HOLDING = {0.8: "four in five", 0.95: "95 in 100"}
MIDDLE = 0.5
COLUMNS = {0.025: "from_95", 0.1: "from_80", MIDDLE: "expected", 0.9: "to_80", 0.975: "to_95"}
WRITTEN = {str(share): share for share in QUANTILES}


def place() -> Path:
    """Return where the shipped outlook lies: beside the record."""
    return paths.record().with_name("outlook.parquet")


@fingerprint.keeping(lambda: fingerprint.of_files([str(place())]))
def editions() -> pd.DataFrame:
    """Return every edition of the outlook, its quantiles named by numbers.

    Raises
    ------
    ThurrockError
        The file is missing, or not what its sidecar says.
    """
    provenance.verify(place())
    return pd.read_parquet(place()).rename(columns=WRITTEN)


@question
def outlook(
    report: "Report", measure: str, until: int | None = None, target: float | None = None
) -> Finding:
    """Say between which numbers a measure is expected, and the chance of reaching a target.

    Parameters
    ----------
    measure : str
        One of the group ``"outlook"``.
    until : int, optional
        The closing year that is told, up to three ahead; the next if left out.
    target : float, optional
        A number to reach by then. Of a measure with a better end, that many or better; of any
        other, that many or fewer from above it, or more from below.

    Returns
    -------
    Finding
        Its table has a row a year ahead, with how often such intervals held so far: it is counted
        in the editions before that of the newest release that was out by the report's date. More
        than a year ahead nothing is told until forecasts of three years have come due.

    Raises
    ------
    ThurrockError
        The measure is not forecast, or the year not reached.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> open_report("Thurrock", "2019-03-31").outlook("looked_after").sentence[-57:]
    '(four in five such forecasts hold); 299 on 31 March 2018.'
    """
    (name,) = named(measure)[:1]
    about = measures.get(name)
    if name not in grouping(GROUP):
        known = words.listed(map(repr, grouping(GROUP)))
        raise ThurrockError(f"There is no outlook of {name!r}: there is one of {known}.")
    before, rows = made_by(report, about)
    rows = mine(report, rows, about)
    due = came_due(report, before, about)
    rows, few = tried(rows, due)
    told = row_of(rows, until)
    shown = rows if until is None else rows[rows["horizon"].le(told["horizon"])]
    said, chances = reaching(shown, told, about, target)
    own = report.own(name)
    return Finding(
        f"{expected(report, told, about)}{said}",
        own,
        years_table(report, shown, about, chances, due),
        " ".join(filter(None, [past(due, int(told["horizon"])), few, method(told),
                               beyond(report, told, about), report.notes(name)])),
        picture(report, own, shown, about, target),
    )  # fmt: skip


def made_by(report: "Report", about: Measure) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a measure's earlier editions and the one of the report's date."""
    held = editions()
    out = held[held["measure"].eq(about.measure) & held["published"].le(report.as_at)]
    if out.empty:
        raise NotHeldError(
            f"No outlook of {about.label} had been made by {words.day(report.as_at)}: it takes "
            f"forecasts of {calibration.LEAST_ORIGINS} years that have come due."
        )
    newest = out["published"].eq(out["published"].max())
    edition = out[newest]
    base = edition["period_end"].min() - pd.DateOffset(years=1)
    since = report.figures(about.measure).dropna(subset="value")["period_end"].max()
    if since > base:
        raise NotHeldError(
            f"The outlook of {about.label} was made before the figures {words.when(since, about)} "
            "came out: 'thurrock data outlook' makes it anew."
        )
    return out[~newest], edition


def mine(report: "Report", edition: pd.DataFrame, about: Measure) -> pd.DataFrame:
    """Return the area's rows of an edition, the next year first."""
    rows = edition[edition["area"].eq(report.area.code)].sort_values("horizon")
    if len(rows):
        return rows.reset_index(drop=True)
    if report.area.level in ("region", "country"):
        raise NotHeldError("An outlook is made for authorities, not for regions or England.")
    name = about.measure
    why = report.later(name) or never_told(report, [name])
    why = why or f"No number of {about.label} is held for {report.area.spoken}."
    raise NotHeldError(
        f"There is no outlook without the newest figure. {why}{report.jointly([name])}"
    )


def came_due(report: "Report", before: pd.DataFrame, about: Measure) -> pd.DataFrame:
    """Return the forecasts of earlier editions beside what came, as far as known at the date."""
    known = report.figures(about.measure).set_index(["area", "period_end"])["value"]
    return calibration.scored(before, known, about.decimals)


def tried(rows: pd.DataFrame, due: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the years ahead that enough past forecasts stand behind, and what is not told."""
    years = rows["horizon"].map(due.groupby("horizon")["published"].nunique()).fillna(0).astype(int)
    enough = years.ge(calibration.LEAST_ORIGINS) | rows["horizon"].eq(HORIZONS[0])
    if enough.all():
        return rows, ""
    ends = words.listed(rows.loc[~enough, "period_end"].dt.year.astype("str"))
    return rows[enough], (
        f"Nothing is told of {ends}: too few past forecasts so far ahead have come due "
        f"(in {words.listed(years[~enough].astype('str'))} of the "
        f"{calibration.LEAST_ORIGINS} years that are needed)."
    )


def beyond(report: "Report", told: pd.Series, about: Measure) -> str:
    """Say so where the upper end lies above the posts that there are."""
    parts = grouping(f"room for {about.measure}")
    if not parts:
        return ""
    held = report.own(*parts).pivot(index="period_end", columns="measure", values="value")
    posts = held.reindex(columns=parts).dropna().sum(axis=1)
    if posts.empty or posts.iloc[-1] >= told[calibration.ends_of(LEVELS[0])[1]]:
        return ""
    return (
        f"Filled and vacant there were {words.figure(posts.iloc[-1], about)} posts "
        f"{words.when(posts.index[-1], about)}: more social workers take new ones, of which the "
        "forecast knows nothing."
    )


def row_of(rows: pd.DataFrame, until: int | None) -> pd.Series:
    """Return the row of a closing year, the next if none is named."""
    if until is None:
        return rows.iloc[0]
    if not str(until).isdigit():
        raise ThurrockError(f"until takes a closing year, such as 2027, not {until!r}.")
    until = int(until)
    found = rows[rows["period_end"].dt.year.eq(until)]
    if len(found):
        return found.iloc[0]
    first, last = (int(end.year) for end in rows["period_end"].iloc[[0, -1]])
    if first < until <= first + len(HORIZONS) - 1:
        raise NotHeldError(
            f"No outlook reaches {until} yet: it takes forecasts of {calibration.LEAST_ORIGINS} "
            "years that far ahead that have come due."
        )
    raise ThurrockError(f"An outlook reaches from {first} to {last}, not to {until!r}.")


def expected(report: "Report", row: pd.Series, about: Measure) -> str:
    """Say between which numbers four of five forecasts hold, and the newest figure.

    Whoever reads it may do so after the day that it is for: until then, and until its figure is
    out, the figure is not held. A range that does not include the newest figure is said to be so.
    """
    low, high = (words.figure(row[share], about) for share in calibration.ends_of(LEVELS[0]))
    between = low if low == high else f"between {low} and {high}"
    before = row["period_end"] - pd.DateOffset(years=int(row["horizon"]))
    said = f"{between} {about.phrase} are expected in {report.area.spoken}"
    who, were, what = about.phrase.partition(" were ")
    if were:
        said = f"{between} {who} of {report.area.spoken} are expected to be {what}"
    elif high == "1":  # of one no plural is said
        said = f"{between} is expected in {report.area.spoken} for {about.label}"
    return (
        f"For {words.period(row['period_end'], about)}, of which no figure is held yet, {said} "
        f"({HOLDING[LEVELS[0]]} such forecasts hold); "
        f"{words.figure(row['newest'], about)} {words.when(before, about)}{beside(row)}."
    )


def beside(row: pd.Series) -> str:
    """Say so where all of the interval lies on one side of the newest figure."""
    low, high = (row[share] for share in calibration.ends_of(LEVELS[0]))
    if low <= row["newest"] <= high:
        return ""
    return f", {'below' if row['newest'] < low else 'above'} all of that range"


def reaching(
    rows: pd.DataFrame, told: pd.Series, about: Measure, target: float | None
) -> tuple[str, list[float]]:
    """Say the chance of reaching a target in the year told; return that of every year."""
    if target is None:
        return "", []
    if not isinstance(target, int | float) or not 0 <= target < np.inf:
        raise ThurrockError(f"target takes a number that is not negative, not {target!r}.")
    below = {"low": True, "high": False}.get(about.polarity, bool(target <= told["newest"]))
    unit = 10.0**-about.decimals
    quantiles = rows[list(QUANTILES)].to_numpy()
    chances = calibration.chance(quantiles, target, below, unit).tolist()
    at = list(rows["horizon"]).index(told["horizon"])
    bound = "or less" if about.unit == "percent" else "or fewer"
    wanted = f"{words.figure(target, about)} {bound if below else 'or more'}"
    return f" The chance of {wanted} by then is {odds(chances[at])}.", chances


def odds(chance: float) -> str:
    """Write a chance, no nearer to the ends than the quantiles can tell.

    Examples
    --------
    >>> odds(0.183), odds(0.004), odds(0.999)
    ('18%', 'at most 1 in 100', 'at least 99 in 100')
    """
    if chance <= QUANTILES[0]:
        return "at most 1 in 100"
    return "at least 99 in 100" if chance >= QUANTILES[-1] else f"{words.number(100 * chance)}%"


def past(due: pd.DataFrame, horizon: int) -> str:
    """Say how often intervals of earlier editions held, as far as was known at the date."""
    due = due[due["horizon"].eq(horizon)]
    ahead = f"{words.counted(horizon, 'year')} ahead"
    if due.empty:
        return f"No earlier outlook {ahead} has come due yet: how well it holds is not known."
    wide, narrow = (f"held {level}" for level in LEVELS[::-1])
    by_year = due.groupby("published")[narrow].mean()
    shares = [due[narrow].mean(), due[wide].mean(), by_year.min(), by_year.max()]
    held, wider, least, most = (f"{words.number(100 * share)}%" for share in shares)
    spread = f" ({least} to {most} from year to year)" * (len(by_year) > 1)
    few = " So few years say little." * (len(by_year) <= calibration.LEAST_ORIGINS)
    return (
        f"Of {len(due):,} such forecasts {ahead}, made for all authorities in "
        f"{words.counted(len(by_year), 'year')}, {held} held where {HOLDING[LEVELS[0]]} should"
        f"{spread} and {wider} where {HOLDING[LEVELS[1]]} should.{few}"
    )


def method(row: pd.Series) -> str:
    """Say what the forecast is by, and what is refused."""
    name, _, why = str(row["method"]).partition(": ")
    reason = f" ({why})" if why else ", which came nearest so far over all authorities"
    refused = [
        f"No interval of {level:.0%} is given: it takes {calibration.needed(level)} past errors, "
        f"{row['errors']} are known."
        for level in LEVELS
        if row[list(calibration.ends_of(level))].isna().any()
    ]
    return " ".join([f"Method: {name}{reason}.", *refused])


def years_table(
    report: "Report", rows: pd.DataFrame, about: Measure, chances: list[float], due: pd.DataFrame
) -> Table:
    """Return what is expected of each year ahead, and how often such forecasts held."""
    days = closing(rows.assign(basis=about.basis))
    frame = rows[list(COLUMNS)].rename(columns=COLUMNS)
    frame.insert(0, "year", rows["period_end"].dt.year)
    held = due.groupby("horizon")[f"held {LEVELS[0]}"].mean()
    frame["held"] = 100 * rows["horizon"].map(held)
    if chances:
        frame["chance"] = [100 * chance for chance in chances]
    return Table(
        frame,
        f"{report.area.name}: {about.label} expected, {days}",
        {"year": "Year", "from_95": "95% from", "from_80": "80% from", "expected": "Expected",
         "to_80": "80% to", "to_95": "95% to", "held": "The 80% held so far in",
         "chance": "Chance of the target"},
        dict.fromkeys(COLUMNS.values(), Format.of(about, "refused"))
        | {"year": YEAR, "held": Format(0, "%", missing="not known"), "chance": Format(0, "%")},
    )  # fmt: skip


def picture(
    report: "Report", own: pd.DataFrame, rows: pd.DataFrame, about: Measure, target: float | None
) -> Chart:
    """Return the chart of the figures and the fan of what is expected."""
    ahead = rows.rename(columns=COLUMNS | {MIDDLE: "value"})
    bands = {
        HOLDING[level]: (COLUMNS[low], COLUMNS[high])
        for level in LEVELS[::-1]
        for low, high in [calibration.ends_of(level)]
        if rows[low].notna().all()
    }
    last = rows.iloc[-1]
    low, high = (words.figure(last[share], about) for share in calibration.ends_of(LEVELS[0]))
    return Chart(
        charts.fan, own, ahead, bands,
        name=report.area.name,
        headline=f"{report.area.name}: {low} to {high} expected "
        f"{words.when(last['period_end'], about)}",
        reference=None if target is None else (f"Target {words.figure(target, about)}", target),
    )  # fmt: skip
