"""How measures moved: newest against a first year, a panel each beside the comparators."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from thurrock_analysis import charts, words
from thurrock_analysis.charts import Moments
from thurrock_analysis.charts.look import MAX_SERIES
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import known, models, pooled, rounded, unusual, window
from thurrock_analysis.findings.finding import Chart, Finding, NotHeldError, question
from thurrock_analysis.findings.table import YEAR, Format, Table, reasons
from thurrock_analysis.findings.verbs.returned import by_month
from thurrock_analysis.findings.view import View, named, why
from thurrock_analysis.metrics import change, comparators, usual, zeros
from thurrock_analysis.metrics.usual import Verdict
from thurrock_analysis.record import areas, dictionary, measures
from thurrock_analysis.record.measures import Measure

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import Report

YEARLY, MONTHLY = "year", "month"
FIRST = 0
"""Earlier than every year."""
KINDS = {"larger": "larger", "usual": "usual", "unchanged": "in effect unchanged",
         "untold": "cannot be told"}  # fmt: skip
"""What a table says of a change."""
ALONE = "larger by itself, not among so many"
UNTOLD = "No figure "
"""How a line begins of which the newest years have no figure."""
STILL, USUAL = "hardly moved", "moved by no more than is usual"
MORE = "by more than is usual"
APART = f"moved otherwise than England {MORE}"
MANY = f"moved {MORE} for one figure, not among so many"
OPEN = "moved by what cannot be told from the usual"
WAYS = (f"fell {MORE}", f"rose {MORE}", APART, "fell", "rose", MANY, USUAL, OPEN, STILL)
"""What is said of measures of one kind together, in this order."""
FEW = 2
"""Measures that are named, not counted."""


@question
def trend(
    report: "Report",
    *names: str,
    since: int | None = None,
    index: bool = False,
    beside: Sequence[str] = (),
    zero: bool = True,
    events: Moments = (),
    by: str = YEARLY,
) -> Finding:
    """Say where measures stand and how they moved since a year, beside the comparators.

    The sentence has a line a measure; one that is held for a single year is told without a change.

    Parameters
    ----------
    *names : str
        Measures, or groups of measures such as ``"funnel"``, ``"conversion"``, ``"timeliness"``.
    since : int, optional
        Closing year to compare with; a measure that begins later is compared with its first
        year. Left out, all years.
    index : bool
        Set every measure to 100 in the same year: which of them moved most?
    beside : sequence of str, optional
        Up to three areas to compare with, in place of neighbours, region and England.
    zero : bool
        Start the axes at zero.
    events : sequence of (date, str)
        Dates to mark, such as ``report.events()``.
    by : str
        ``"year"``; or ``"month"``, from the council's own returns.

    Returns
    -------
    Finding
        Its table has a row a year and a column a measure; its figures are those of the area,
        its neighbours (mean and median), its region and England, in every year.

    Raises
    ------
    ThurrockError
        A name is no measure and no group of measures.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> open_report("Thurrock").trend("looked_after_rate", since=2020).sentence[-50:]
    's before (64 to 68), and down 12% from 68 in 2020.'
    """
    wanted, first = named(*names), year_of(since)
    if by == MONTHLY:
        return by_month(report, wanted, first)
    if by != YEARLY:
        raise ThurrockError(f"by takes {YEARLY!r} or {MONTHLY!r}, not {by!r}.")
    if index:
        members = wording(names[0], "members") if len(names) == 1 else ""
        return indexed(report, wanted, first, members or "measures")
    told = current_first(report, answered(report, wanted, first))
    pairs = {row["measure"]: row for row in changes(report, told, first).to_dict("records")}
    current = [row for name, row in pairs.items() if not report.later(name)]
    pairs |= {row["measure"]: row for row in judged(report, current)}
    lines = [line(report, name, pairs.get(name), first) for name in told]
    lines[0] = words.uncapital(lines[0]) if lines[0].startswith(UNTOLD) else lines[0]
    moved = [row for name, row in pairs.items() if not report.later(name)]
    said = [
        doubts(report, moved),
        known.told(report, moved),
        pooled.told(report, told),
        *(wording(name) for name in names),
        report.notes(*told),
    ]
    if not beside:
        drawn = list(pairs)
        said += [models.members(report, drawn), models.otherwise(report, drawn, ranked=False)]
    rows = with_areas(report, told, beside) if beside else report.compare(*told)
    shown = rows[rows["measure"].isin(pairs)]
    return Finding(
        f"In {report.area.spoken} " + "\n".join(lines),
        rows,
        year_table(report, told),
        " ".join(part for part in said if part),
        panels(report, shown, headline(report, moved or [*pairs.values()]), zero, events)
        if pairs
        else None,
    )


def year_of(since: int | str | None) -> int:
    """Return a closing year as a number."""
    text = str(since or FIRST)
    if not text.isdigit():
        raise ThurrockError(f"since takes a closing year, such as 2016, not {since!r}.")
    return int(text)


def with_areas(report: "Report", names: list[str], beside: Sequence[str]) -> pd.DataFrame:
    """Return measures for the area and others that are named."""
    if isinstance(beside, str) or len(beside) > MAX_SERIES - 1:
        raise ThurrockError(f"beside takes a list of at most {MAX_SERIES - 1} areas.")
    codes = [areas.find(text).code for text in beside]
    rows = report.figures(*names)
    return pd.concat([report.own(*names), *(rows[rows["area"] == code] for code in codes)])


def changes(report: "Report", names: list[str], base_year: int) -> pd.DataFrame:
    """Set each measure's newest year beside the base year, or the first year held after it."""
    parts = [pd.DataFrame({"measure": []})]
    for name in names:
        years = [year for year in report.years(name) if year >= base_year]
        if len(years) > 1:
            rows = report.own(name)
            pair = change.between(rows, measures.get(name), years[0], years[-1])
            end = rows.loc[rows["value"].notna(), "period_end"].max()
            verdict = unusual.changed(report, name, years[0], years[-1])
            parts.append(
                pair.assign(
                    year_first=years[0],
                    year_last=years[-1],
                    period_end=end,
                    kind=kind_of(verdict),
                    broken=years[0] < report.broken(name) <= years[-1],
                )
            )
    return pd.concat(parts[1:] or parts, ignore_index=True)


def answered(report: "Report", names: list[str], base_year: int) -> list[str]:
    """Return the measures with a figure from the base year on, or a reason why there is none."""
    found = [name for name in names if len(from_year(report, name, base_year))]
    if any(
        any(year >= base_year for year in report.years(name))
        or len(nothing_recorded(report, name, base_year))
        for name in found
    ):
        return found
    if found:
        hidden = " ".join(untold(report, name, base_year) for name in found)
        raise NotHeldError(
            f"In {report.area.spoken} {words.uncapital(hidden)}{report.jointly(names)}"
        )
    raise NotHeldError(
        f"The record holds no number of {report.area.spoken} to answer this"
        + f" from {base_year} on" * bool(base_year)
        + f".{report.jointly(names)}"
    )


def from_year(report: View, name: str, base_year: int) -> pd.DataFrame:
    """Return the area's figures from a year on, those without a number among them."""
    rows = report.own(name)
    return rows[rows["period_end"].dt.year.ge(base_year)]


def untold(report: View, name: str, base_year: int) -> str:
    """Say that a measure has no number from a year on, why, and what it can be."""
    rows = from_year(report, name, base_year)
    years, known = words.year_spans(set(rows["period_end"].dt.year)), report.known(name, rows)
    return f"{UNTOLD}of {measures.get(name).label} can be told for {years} ({known})."


def never_told(report: View, names: Sequence[str]) -> str:
    """Say of measures that have a reason in every year and never a number why that is so."""
    without = [name for name in names if len(report.own(name)) and not report.years(name)]
    return " ".join(untold(report, name, FIRST) for name in without)


def current_first(report: View, names: list[str]) -> list[str]:
    """Put measures whose newest years are hidden, or are no figure, after those with a figure."""
    return sorted(names, key=lambda name: (not report.years(name), bool(report.later(name))))


def wording(name: str, column: str = "caution") -> str:
    """Return what has to be said whenever a measure or group of measures is told, if anything."""
    return str(dictionary.read("wording").set_index("about")[column].get(name, ""))


def judged(report: "Report", pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to several changes what is said of them, corrected for their number."""
    told = verdicts(report, pairs)
    return [
        row | {"kind": kind_of(verdict), "key": verdict.key, "move": unusual.move(verdict)}
        for row, verdict in zip(pairs, told, strict=True)
    ]


def kind_of(verdict: Verdict) -> str:
    """Return the kind of a verdict; ``""`` where none is ever told, as of England and regions."""
    return "" if verdict.reason == "no authority" else verdict.kind


def in_a_word(kind: str, key: str) -> str:
    """Say in a table what a change is."""
    return ALONE if key == "among many" else KINDS[kind or "untold"]


def verdicts(report: "Report", pairs: list[dict[str, Any]]) -> list[Verdict]:
    """Say of several changes whether each is larger than usual, corrected for their number."""
    found = [
        unusual.changed(report, row["measure"], row["year_first"], row["year_last"])
        for row in pairs
    ]
    return usual.corrected(found)


def doubts(report: "Report", pairs: list[dict[str, Any]]) -> str:
    """Say of several changes which are larger than such figures usually move, and which not.

    Where one is larger by itself, it is said over how many it is corrected.
    """
    if not pairs:
        return ""
    told = verdicts(report, pairs)
    found: dict[str, list[str]] = {}
    for row, verdict in zip(pairs, told, strict=True):
        said = unusual.in_words(verdict, row["year_last"] - row["year_first"])
        found.setdefault(said, []).append(measures.get(row["measure"]).short)
    if len(found) == 1:
        each = "The change" if len(pairs) == 1 else "Each change"
        return f"{each}: {next(iter(found))}.{unusual.family(told)}"
    lines = [f"{words.listed(names)}: {said}." for said, names in found.items()]
    return " ".join(lines) + unusual.family(told)


def line(report: "Report", name: str, pair: dict[str, Any] | None, base_year: int) -> str:
    """Say one measure's newest value, England's, its five years before, its change, what is hidden.

    Years before a break of the series, or a hidden one, leave no range of five years. Where the
    newest years are hidden that comes first, and no change to an old year is told.
    """
    measure, series, later = measures.get(name), report.own(name), report.later(name)
    if not any(year >= base_year for year in report.years(name)):
        zero = len(nothing_recorded(report, name, base_year))
        return (unrecorded if zero else untold)(report, name, base_year)
    newest = series.dropna(subset=["value"]).iloc[-1]
    england = window.england(report, name, newest["period_end"])
    told = rounded.told(newest, measure) + f"; England {england}" * bool(england)
    if later:
        return f"{later} The last: {told}.{moved_since(report, name, newest)}"
    if pair is None:
        only = f"the only year with a figure{f' from {base_year} on' if base_year else ''}"
        beside = f" England had {england}." * bool(england)
        return (
            f"{rounded.told(newest, measure)}, {only}.{beside}{without(report, newest, base_year)}"
        )
    row = pd.Series(pair)
    among = window.beside(report, name)
    turned = turn(report, row, measure, row["year_last"] - window.YEARS * bool(among))
    turned *= not row["broken"]
    moved = f"{words.moved(row, measure)} in {row['year_first']}"
    told_by = words.unrounded(row, measure).strip() * ("% from" in moved)
    aside = "; ".join(filter(None, [told_by, apart(row)]))
    moved += f" ({aside})" * bool(aside) + turned
    if not rounded.moved(series, measure, row["year_first"], row["year_last"]):
        first = f"{words.figure(row['value_first'], measure)} in {row['year_first']}"
        return f"{told}. Rounding leaves open whether it moved from {first}."
    without_number = without(report, row, row["year_first"])
    if row["kind"] == "untold" and not row["broken"]:
        moved = f"it was {words.figure(row['value_first'], measure)} in {row['year_first']}{turned}"
        beside = f"It is {among}; {moved}" if among else words.capital(moved)
        return f"{told}. {beside}.{without_number}"
    it_is = f"It is {among}, and {moved}." if among else f"It is {moved}."
    return f"{told}. {it_is}{without_number}"


def apart(row: pd.Series) -> str:
    """Say of a change that is larger than usual, among all that are told with it, that it is so.

    >>> apart(pd.Series({"kind": "larger", "move": "rise"})), apart(pd.Series({"kind": "usual"}))
    ('an unusual rise', '')
    """
    return f"an unusual {row['move']}" if row["kind"] == "larger" else ""


def moved_since(report: "Report", name: str, last: pd.Series) -> str:
    """Say which way a measure went since its last figure, where bounds of the hidden one tell."""
    hidden = report.hidden(name, last["period_end"])
    end = hidden["period_end"].max()
    low, high = report.allowed(name, end)
    if not low > last["value"] and not high < last["value"]:
        return ""
    way = "higher" if low > last["value"] else "lower"
    return f" By what is known of {end.year} it is {way} since."


def unrecorded(report: "Report", name: str, base_year: int) -> str:
    """Say of a measure without a number that it is printed as 0 and reads like nothing recorded."""
    rows, measure = nothing_recorded(report, name, base_year), measures.get(name)
    newest, years = rows.iloc[-1], words.year_spans(rows["period_end"].dt.year)
    england = window.england(report, name, newest["period_end"])
    whole = f" of {words.number(newest['denominator'])}" * bool(newest["denominator"] > 0)
    told = f"0{whole} {words.when(newest['period_end'], measure)}"
    later = report.hidden(name, newest["period_end"])
    nor = words.year_spans(set(later["period_end"].dt.year))
    return (
        f"No figure of {measure.label} can be told for {years} ({zeros.STATUS}: {told}"
        + f"; England {england}" * bool(england)
        + f"), nor for {nor} ({report.known(name, later)}" * bool(len(later))
        + ")."
    )


def nothing_recorded(report: "Report", name: str, base_year: int) -> pd.DataFrame:
    """Return the area's zeros from a year on that read like nothing recorded."""
    rows = from_year(report, name, base_year)
    return rows[rows["status"].eq(zeros.STATUS)]


def without(report: "Report", newest: pd.Series, first: int) -> str:
    """Say which years from a first one to the newest have no number, and why."""
    rows = report.hidden(newest["measure"], pd.Timestamp.min, newest["period_end"])
    rows = rows[rows["period_end"].dt.year.ge(first)]
    years = words.year_spans(set(rows["period_end"].dt.year))
    return f" No figure can be told for {years} ({why(rows)})." * bool(len(rows))


def turn(report: "Report", row: pd.Series, measure: Measure, before: int) -> str:
    """Name a year between, from which a measure has moved more than between first and newest.

    One that the range of years before the newest tells already, not earlier than ``before``, is
    left out. It is the highest or lowest of all years only if no hidden one can lie beyond it.
    """
    series = report.own(measure.measure)
    year = series["period_end"].dt.year
    among = series[year.gt(row["year_first"]) & year.lt(row["year_last"])].dropna(subset="value")
    ends = row["value_first"], row["value_last"]
    high, low = among["value"].max(), among["value"].min()
    for side, at, beyond in (("highest", high, high > max(ends)), ("lowest", low, low < min(ends))):
        if beyond and abs(at - row["value_last"]) > abs(row["change"]):
            when = among.loc[among["value"].eq(at), "period_end"].dt.year
            last = " last" * (len(when) > 1)
            of = " of the years with a figure" * (not is_extreme(report, row, side, at))
            told = f", {side} since then{of} {words.figure(at, measure)},{last} in {when.max()}"
            return told.replace(", in ", " in ") if when.max() < before else ""
    return ""


def is_extreme(report: "Report", row: pd.Series, side: str, at: float) -> bool:
    """Say whether no year without a number, between the first and the newest, can lie beyond."""
    name, last = row["measure"], row["period_end"]
    without = set(range(row["year_first"] + 1, row["year_last"])) - set(report.years(name))
    for end in (last.replace(year=year) for year in without):
        low, high = report.allowed(name, end)
        if (side == "highest" and high > at) or (side == "lowest" and low < at):
            return False
    return True


def headline(report: "Report", pairs: list[dict[str, Any]]) -> str:
    """Say which measure of several moved most: what a chart of them has for a title."""
    most = max(pairs, key=lambda row: 0.0 if row["broken"] else size_of(row["percent"]))
    measure = measures.get(most["measure"])
    if report.later(most["measure"]):
        return f"{report.area.name}: {measure.label}, last told for {most['year_last']}"
    moved = f"{words.moved(pd.Series(most), measure)} in {most['year_first']}"
    if moved.startswith("after "):
        moved = f"{words.figure(most['value_last'], measure)} {moved}"
    if len(pairs) == 1:
        return f"{report.area.name}: {measure.label}, {moved}"
    label = f"{measure.short[:1].lower()}{measure.short[1:]}"
    return f"Moved most in {report.area.spoken}: {label}, {moved}"


def size_of(percent: float) -> float:
    """Return how large a change is among others; one from zero never competes."""
    return 0.0 if math.isnan(percent) else abs(percent)


def panels(
    report: "Report", rows: pd.DataFrame, title: str, zero: bool, events: Moments = ()
) -> Chart:
    """Return a chart of each measure beside its comparators in a panel of its own."""
    rows = rows[rows["area"] != comparators.neighbour_code("median")]
    units = {measures.get(name).unit for name in rows["measure"].unique()}
    ended = closing(rows[rows["area"] == report.area.code])
    return Chart(
        charts.small_multiples, rows, panels="measure", by="area", headline=title,
        subtitle=f"{words.listed(sorted(units)).capitalize()}, {ended}",
        focus=report.area.code, zero=zero, events=events,
    )  # fmt: skip


def closing(rows: pd.DataFrame) -> str:
    """Say of which days some figures are: "years ending 31 March", or "on 31 March"."""
    said = {}
    for on_day, part in rows.groupby(
        rows["measure"].map(lambda name: measures.get(name).is_at_date)
    ):
        days = words.years_ending(part["period_end"])
        said[on_day] = days.replace("years ending", "on") if on_day else days
    return " and ".join(said[on_day] for on_day in sorted(said))


def called(names: Sequence[str]) -> str:
    """Name the measures of a table: of many the first, and how many more.

    >>> called(["re_referral_percent"]), called(["referral_rate", "looked_after_rate", "referrals"])
    ('Re-referrals within 12 months', 'Referrals and 2 more')
    """
    first, *more = (measures.get(name).short for name in names)
    return f"{first} and {len(more)} more" if more else first


def year_table(report: "Report", names: list[str], caption: str = "") -> Table:
    """Return some measures of the area by year, newest first, with the reason where hidden."""
    rows = report.own(*names)
    rows = rows.assign(year=rows["period_end"].dt.year)
    wide = rows.pivot(index="year", columns="measure", values=["value", "status"])
    wide = wide.sort_index(ascending=False)
    values = wide["value"].reindex(columns=names).astype("float64")
    return Table(
        values.rename_axis(columns=None).reset_index(),
        caption or f"{report.area.name}: {called(names)}, {closing(rows)}",
        {"year": "Year"} | {name: measures.get(name).label for name in names},
        {name: Format.of(measures.get(name), "not held") for name in names},
        reasons(wide["status"].reindex(columns=names)),
    )


def indexed(report: "Report", names: list[str], base_year: int, members: str) -> Finding:
    """Say which of several measures moved most since a base year, which is 100."""
    report.held(names)
    pairs = changes(report, names, base_year)
    pairs = pairs[pairs["value_first"] > 0] if len(pairs) else pairs
    if pairs.empty:
        raise NotHeldError(
            f"Each of these measures of {report.area.spoken} starts from zero or is suppressed."
        )
    base_year = int(pairs["year_first"].max())
    pairs = changes(report, list(pairs["measure"]), base_year)
    pairs = pairs[pairs["value_first"].gt(0) & pairs["year_first"].eq(base_year)]
    if pairs.empty:
        raise NotHeldError(f"No two years of {report.area.spoken} from {base_year} on are held.")
    order = judged(report, pairs.to_dict("records"))
    most = max(order, key=lambda row: size_of(row["percent"]))
    rows = report.own(*pairs["measure"])
    rows = rows[rows["period_end"].dt.year >= base_year]
    units = {measures.get(name).unit for name in pairs["measure"]}
    drawn = [
        part.assign(value=change.unrounded(part, measures.get(str(name))))
        for name, part in rows.groupby("measure", sort=False, observed=True)
    ]
    return Finding(
        f"In {report.area.spoken} since {base_year}, {in_windows(order, members)}.",
        rows,
        change_table(report, order, base_year),
        doubts(report, order),
        Chart(
            charts.index_trend, pd.concat(drawn), by="measure", base=base_year,
            headline=f"{report.area.name}: {moved_by(most)} moved most since {base_year}",
            subtitle=f"{words.listed(sorted(units)).capitalize()}, {base_year} = 100, "
            f"{closing(rows)}",
        ),
    )  # fmt: skip


def in_windows(pairs: list[dict[str, Any]], members: str) -> str:
    """Tell measures with one newest year together, and those that end before it apart."""
    newest = max(row["year_last"] for row in pairs)
    late = sorted({row["year_last"] for row in pairs} - {newest}, reverse=True)
    alike = {year: [row for row in pairs if row["year_last"] == year] for year in (newest, *late)}
    said = order_in_words(alike[newest], members + f" with figures to {newest}" * bool(late))
    return said + "".join(
        f". With figures to {year} only: {order_in_words(alike[year], members)}" for year in late
    )


def order_in_words(order: list[dict[str, Any]], members: str) -> str:
    """Say how many measures moved by more than usual, and how many did not; in that order.

    Of each way the few are named, or they are counted and the one that moved most is named.
    """
    ways: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for row in order:
        ways[way_of(row)].append(row)
    gone = [way for way in ways if ways[way]]
    told = [
        way_in_words(way, ways[way], len(order), members, way in (gone[0], STILL)) for way in gone
    ]
    named = next((place for place, one in enumerate(told) if f" {members} " in one), len(told))
    later = [one.replace(f" {members} ", " ", 1) for one in told[named + 1 :]]
    return "; ".join([*told[: named + 1], *later])


def way_in_words(
    way: str, rows: list[dict[str, Any]], total: int, members: str, alone: bool
) -> str:
    """Name the few measures that went one way, or count them and name the one that moved most.

    Only one did where ``alone``: beside others that moved even more it would not be the only one.
    """
    if len(rows) <= FEW:
        only = "only " * (alone and len(rows) == 1 and total > FEW)
        return f"{only}{words.listed(map(moved_by, rows))} {way}"
    most = moved_by(max(rows, key=lambda row: size_of(row["percent"])))
    count = f"all {total}" if len(rows) == total else f"{len(rows)} of {total}"
    return f"{count} {members} {way}" + f", {most} most" * (way != STILL)


def way_of(row: dict[str, Any]) -> str:
    """Say which way a measure moved: a direction only of what moved by more than is usual.

    Of England and its regions nothing is usual, and their change is told as it is printed.
    """
    way = "fell" if (row["change"] or row["percent"]) < 0 else "rose"
    if row["kind"] == "larger":
        beside = "difference" in row["move"]
        return APART if beside else f"{way} {MORE}"
    if row["kind"] == "unchanged" or moved_by(row).endswith(("(0%)", "(0 points)", "(0.0 points)")):
        return STILL
    if row["kind"] == "usual":
        return MANY if row["key"] == "among many" else USUAL
    return OPEN if row["kind"] == "untold" else way


def moved_by(row: dict[str, Any]) -> str:
    """Name a measure and its change in brackets."""
    measure = measures.get(str(row["measure"]))
    return f"{measure.short.lower()} ({words.signed(pd.Series(row), measure)})"


def change_table(report: "Report", order: list[dict[str, Any]], base_year: int) -> Table:
    """Return changes as a table: first and newest value, change and whether it is usual."""
    pairs = pd.DataFrame(order)
    each = [measures.get(name) for name in pairs["measure"]]
    moved = [
        row["change"] if measure.unit == "percent" else row["percent"]
        for row, measure in zip(pairs.to_dict("records"), each, strict=True)
    ]
    frame = pd.DataFrame(
        {
            "label": [measure.label for measure in each],
            "first": pairs["value_first"],
            "newest": pairs["value_last"],
            "year": pairs["year_last"],
            "change": moved,
            "verdict": [in_a_word(*one) for one in zip(pairs["kind"], pairs["key"], strict=True)],
        }
    )
    plain = [Format.of(measure) for measure in each]
    return Table(
        frame,
        f"{report.area.name}: each measure in {base_year} and in its newest year",
        {"label": "Measure", "first": str(base_year), "newest": "Newest", "year": "Its year",
         "change": "Change", "verdict": "Against the usual"},
        {"first": plain, "newest": plain, "year": YEAR,
         "change": [Format.of_change(measure) for measure in each]},
    )  # fmt: skip
