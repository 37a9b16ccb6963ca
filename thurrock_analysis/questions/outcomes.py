"""The question whether anybody would know that recommendations worked: what the figures show."""

from collections import Counter
from dataclasses import replace

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import unusual
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import NO_FIGURE, Format, Table
from thurrock_analysis.metrics import change, movement
from thurrock_analysis.papers import facts
from thurrock_analysis.questions import citing
from thurrock_analysis.record import areas, dictionary, measures
from thurrock_analysis.record.measures import Measure

NO_MOVE = {
    "usual": "no more than usual",
    "unchanged": "in effect unchanged",
    "untold": "not told apart from the usual",
}
"""What is said, by its verdict, of a measure that did not move more than such figures do."""
BETTER_END = {"fall": "low", "rise": "high"}
"""Which end of a measure a promise takes for the better."""
KEPT, BROKEN = "as promised", "against the promise"
OF_PROMISE = {"better": KEPT, "worse": BROKEN}
UNITS = {"percent": "%", "per 10,000 children": " per 10,000"}


@question
def seen(report: Report, base_year: int) -> Finding:
    """Say for each recommendation which measures would show that it worked, and what they show.

    Parameters
    ----------
    base_year : int
        Closing year to compare with.

    Returns
    -------
    Finding
        Its table has a row a recommendation and measure: first year, newest, England's, and which
        way it moved: of a measure that a plan promised to move, whether it moved as promised.
        What would have to be counted besides is in ``rest``.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> seen(open_report("Thurrock"), 2016).table[["first", "newest"]].iloc[0].tolist()
    [17.5, 16.0]
    """
    asked = citing.recommendations(report)
    rows = outcomes_of(report, asked)
    measured = rows[rows["measure"].ne("")]
    of = rows["recommendation"].nunique()
    printed = rows[rows["printed"].ne("")]["recommendation"].nunique()
    moves = moved(report, measured, base_year)
    return Finding(
        f"{of - measured['recommendation'].nunique()} of {of} recommendations have no measure in "
        f"any published statistics. For {printed} of all a later paper printed a figure. "
        f"{told_ways(moves['direction'], base_year)}{promises(moves)}",
        report.own(*measured["measure"].unique()),
        moved_table(in_full(moves, asked), base_year),
        "A measure that moved after a recommendation did not move because of it, and two years say "
        "nothing of those between. Timeliness is what is counted where quality was asked for. "
        f"{boards(asked.loc[rows['recommendation'].unique()])}",
        rest=Table(
            in_full(unmeasured(rows), asked),
            "What would have to be counted besides",
            {"recommendation": "Recommendation", "needed": "Needed"},
        ),
    )


def outcomes_of(report: Report, asked: pd.DataFrame) -> pd.DataFrame:
    """Return the measures of recommendations, with what papers that were out say of them."""
    rows = dictionary.read("outcomes")
    rows = rows[rows["recommendation"].isin(asked.index)]
    if rows.empty:
        raise NotHeldError(
            f"No recommendation on {report.area.spoken} that was out by this date has measures of "
            "what came of it."
        )
    known = citing.held_documents(report)
    claims = dictionary.read("claims").set_index("claim")
    out = rows["promise"].map(claims["document"]).isin(known)
    printed = [told_by(known, codes) for codes in rows["printed"]]
    return rows.assign(
        printed=printed,
        promised=rows["promised"].where(out, ""),
        where=[citing.place(claims.loc[code]) if code else "" for code in rows["promise"]],
    )


def told_by(known: list[str], codes: str) -> str:
    """Keep of some facts those of some documents."""
    told = facts.by_name()
    return " ".join(code for code in codes.split() if told[code]["document"] in known)


def moved(report: Report, measured: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Set the first year of measures of recommendations beside the newest, and England's.

    A year before a break of the series is not set beside one after it.
    """
    found = []
    for row in measured.itertuples():
        measure = measures.get(row.measure)
        since = max(base_year, report.broken(row.measure))
        years = [year for year in report.years(row.measure) if year >= since]
        if len(years) > 1:
            pair = change.between(report.own(row.measure), measure, years[0], years[-1]).iloc[0]
            verdict = unusual.changed(report, row.measure, years[0], years[-1])
            found.append(
                {
                    "recommendation": row.recommendation,
                    "measure": measure.label
                    + promised_too(row.promised, row.where)
                    + told_too(row.printed),
                    "first": pair["value_first"],
                    "newest": pair["value_last"],
                    "england": england(report, row.measure, years[-1]),
                    "direction": way_of(verdict.kind, pair, measure, row.promised),
                    "name": row.measure,
                    "year_first": years[0],
                    "year_newest": years[-1],
                }
            )
    columns = ["recommendation", "measure", "first", "newest", "england", "direction", "name",
               "year_first", "year_newest"]  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def way_of(verdict: str, pair: pd.Series, measure: Measure, promised: str = "") -> str:
    """Say which way a measure moved, if such figures do not usually move as much.

    Of a promise it is said whether it was kept in any case, and that the move is a usual one.

    Examples
    --------
    >>> pair, closed = pd.Series({"change": 13.5}), measures.get("assessed_not_in_need_percent")
    >>> [way_of("larger", pair, closed, promised) for promised in ("", "fall", "rise")]
    ['up', 'against the promise', 'as promised']
    >>> way_of("usual", pair, closed, "fall")
    'against the promise (no more than usual)'
    >>> way_of("usual", pair, closed), way_of("unchanged", pair, closed, "fall")
    ('no more than usual', 'in effect unchanged')
    """
    if verdict == "unchanged" or (verdict in NO_MOVE and not promised):
        return NO_MOVE[verdict]
    if promised:
        measure = replace(measure, polarity=BETTER_END[promised])
    direction = movement.direction(pair, measure)
    if not promised or direction not in OF_PROMISE:
        return direction
    return OF_PROMISE[direction] + as_usual(verdict)


def as_usual(verdict: str) -> str:
    """Say in brackets that a move is no unusual one, or is not known to be."""
    return f" ({NO_MOVE[verdict]})" if verdict in NO_MOVE else ""


def england(report: Report, name: str, year: int) -> float:
    """Return England's figure of a measure and year; a count of all England compares with none."""
    rows = report.figures(name)
    rows = rows[rows["area"].eq(areas.ENGLAND) & rows["period_end"].dt.year.eq(year)]
    known = measures.get(name).is_ratio and len(rows)
    return float(rows["value"].iloc[-1]) if known else float("nan")


def told_ways(ways: pd.Series, base_year: int) -> str:
    """Say how many measures moved which way.

    Examples
    --------
    >>> told_ways(pd.Series(["worse", "no more than usual", "worse"]), 2016)
    'Of 3 published measures since 2016: 1 no more than usual and 2 worse.'
    """
    if ways.empty:
        return f"No published measure of them has two years since {base_year}."
    said = words.listed(f"{count} {way}" for way, count in sorted(Counter(ways).items()))
    return f"Of {words.counted(len(ways), 'published measure')} since {base_year}: {said}."


def promises(moves: pd.DataFrame) -> str:
    """Name the measures that moved as a plan had promised, and those that moved the other way."""
    said = ""
    for way in (KEPT, BROKEN):
        named = []
        for row in moves[moves["direction"].str.startswith(way)].itertuples():
            measure = measures.get(row.name)
            first, newest = (words.figure(value, measure) for value in (row.first, row.newest))
            usual = row.direction.removeprefix(way).strip(" ()")
            told = [f"{first} in {row.year_first}, {newest} in {row.year_newest}", usual]
            named.append(f"{measure.label} ({'; '.join(filter(None, told))})")
        said += f" Moved {way}: {words.listed(named)}." * bool(named)
    return said


def moved_table(rows: pd.DataFrame, base_year: int) -> Table:
    """Return what the measures show: numbers with their years, and which way they moved."""
    heads = {"recommendation": "Recommendation", "measure": "Measure", "first": "First",
             "newest": "Newest", "england": "England", "direction": "Direction"}  # fmt: skip
    each = [Format.of(measures.get(name)) for name in rows["name"]]
    dated = {
        when: [replace(one, suffix=f"{one.suffix} ({year})")
               for one, year in zip(each, rows[f"year_{when}"], strict=True)]
        for when in ("first", "newest")
    }  # fmt: skip
    none = ["not published" if measures.get(name).is_ratio else NO_FIGURE for name in rows["name"]]
    beside = [replace(one, missing=said) for one, said in zip(each, none, strict=True)]
    return Table(
        rows[list(heads)],
        f"Published measures of the recommendations since {base_year}, or since a break in them",
        heads,
        dated | {"england": beside},
    )


def in_full(table: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Tell the recommendation of each row, in full the first time."""
    code = table["recommendation"]
    told = code + ": " + code.map(asked["text"])
    return table.assign(recommendation=code.where(code.duplicated(), told)).reset_index(drop=True)


def unmeasured(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what would have to be counted, for recommendations that name it."""
    rows = rows[rows["needed"].ne("")]
    needed = rows["needed"] + rows["printed"].map(told_too)
    return pd.DataFrame({"recommendation": rows["recommendation"], "needed": needed})


def promised_too(way: str, where: str) -> str:
    """Write, on a line of its own, which way a plan promised that a measure would move."""
    return f"\npromised: a {way} ({where})" * bool(way)


def told_too(codes: str) -> str:
    """Write, on a line of its own, the facts that a later paper printed."""
    rows = [facts.by_name()[code] for code in codes.split()]
    told = words.listed(row["value"] + UNITS.get(row["unit"], f" {row['unit']}") for row in rows)
    return f"\nprinted by a later paper: {told}" * bool(codes)


def boards(asked: pd.DataFrame) -> str:
    """Say which recommendations are not to the authority itself."""
    others = asked[~asked["addressed_to"].str.contains("local authority")]
    by_whom = others.index.to_series().groupby(others["addressed_to"]).agg(words.listed)
    return " ".join(f"To the {whom}: {codes}." for whom, codes in by_whom.items())
