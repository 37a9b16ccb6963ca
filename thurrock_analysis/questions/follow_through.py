"""The questions on promises: done by their date, repeated, come back, seen in the figures."""

from collections import Counter
from dataclasses import replace

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import unusual
from thurrock_analysis.findings.finding import Finding, NotHeldError, question
from thurrock_analysis.findings.report import Report
from thurrock_analysis.findings.table import NO_FIGURE, Format, Table
from thurrock_analysis.metrics import change, movement
from thurrock_analysis.papers import documents, facts, plans
from thurrock_analysis.questions import citing
from thurrock_analysis.record import areas, dictionary, inspections, measures, releases

USUAL, UNCHANGED = "no more than usual", "in effect unchanged"
UNTOLD = "not told apart from the usual"
UNITS = {"percent": "%", "per 10,000 children": " per 10,000"}


@question
def ledger(report: Report, on: str = "") -> Finding:
    """Say how the actions stood on a day, as far as the plans record.

    Parameters
    ----------
    on : str
        ISO date; ``""`` for the date of the report.

    Returns
    -------
    Finding
        Its table has a row a recommendation: how many of its actions stand where, and the last
        date of all.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> ledger(open_report("Thurrock"), "2012-12-31").sentence[:60]
    'Of 110 actions promised in the committee paper of October 20'
    """
    rows = plans_of(report)
    day = day_of(report, on)
    known = rows.assign(state=plans.ledger(rows, day))
    state = known["state"].value_counts()
    return Finding(
        f"Of {words.counted(len(rows), 'action')} promised in {plan_names(rows)}, "
        f"{state.get(plans.DONE, 0)} are marked as completed in the plan itself, "
        f"{state.get(plans.LATE, 0)} had passed their date without a mark in the paper itself, "
        f"{state.get(plans.TO_COME, 0)} are not yet due on {words.day(day)} and "
        f"{state.get(plans.UNDATED, 0)} are without a date.{silent(known)}",
        shown=by_recommendation(
            known,
            f"What the plans record of each recommendation, held against {words.day(day)}",
        ),
        doubt="An action may have been done without a record, so this is a list of what to ask "
        f"for, not of what was left undone. {after_the_paper(rows)} {first_alone(rows)}",
    )


def day_of(report: Report, on: str) -> str:
    """Return a day that is named, or that of the report."""
    return releases.parse(on).isoformat() if on else report.as_at


def silent(known: pd.DataFrame) -> str:
    """Say of how many actions no record is held after their paper, and what marks they carry."""
    rows = known[known["state"].eq(plans.SILENT)]
    if rows.empty:
        return ""
    marks = sorted(rows.loc[rows["progress"].ne(""), "progress"].unique())
    coded = int(rows["progress"].ne("").sum())
    only = f"; {coded} carry a code that their plan does not explain ({words.listed(marks)})"
    return (
        f" Of {len(rows)} that fell due by then no record after {plan_names(rows)} is held, so "
        f"what became of them is not known here{only * bool(coded)}."
    )


def by_recommendation(known: pd.DataFrame, caption: str) -> Table:
    """Return how many actions of each recommendation stand where, and the last date of all."""
    asked = dictionary.read("recommendations").set_index("recommendation")["text"]
    grouped = known.groupby("recommendation", sort=False)
    last = grouped["due"].max()
    frame = pd.DataFrame(
        {
            "recommendation": [f"{code}: {asked[code]}" for code in last.index],
            "standing": [standing(states) for _, states in grouped["state"]],
            "last": [brief(day) if day else "no date is printed" for day in last],
        }
    )
    heads = {"recommendation": "Recommendation", "standing": "How its actions stand"}
    return Table(frame, caption, heads | {"last": "Last date"})


def standing(states: pd.Series) -> str:
    """Say how many actions are in each state.

    Examples
    --------
    >>> standing(pd.Series([plans.DONE, plans.UNDATED, plans.DONE]))
    '2 recorded as completed, 1 without a date'
    """
    counts = Counter(states)
    return ", ".join(f"{counts[one]} {one}" for one in plans.STATES if counts[one])


@question
def overdue(report: Report, on: str = "") -> Finding:
    """List the actions due by a day and not recorded as completed, with the rule of their date.

    Parameters
    ----------
    on : str
        ISO date; ``""`` for the date of the report.

    Returns
    -------
    Finding
        Its ``rest`` has a row an action.
    """
    promised = plans_of(report)
    day = day_of(report, on)
    unmarked = plans.ledger(promised, day).isin(plans.OPEN)
    rows = promised[unmarked].sort_values("due", kind="stable")
    if rows.empty:
        raise NotHeldError(f"No action on {report.area.spoken} was due before {words.day(day)}.")
    papers = documents.registry()
    early = rows["due"].lt(rows["document"].map(lambda code: papers[code]["counts_from"]))
    twice = plans.repeats(promised)
    elsewhere = rows["action"].isin(twice.loc[twice["done"], "places"].explode())
    sentence = (
        f"Due before {words.day(day)} with no completion recorded: {len(rows)}. No record after "
        f"{plan_names(rows)} is held."
    )
    if elsewhere.any():
        sentence += (
            " The same words are marked as completed under another recommendation for "
            f"{int(elsewhere.sum())}: {words.listed(rows.loc[elsewhere, 'action'])}."
        )
    if early.any():
        sentence += (
            " Dated before the plan itself, perhaps by a slip: "
            f"{words.listed(rows.loc[early, 'action'])}."
        )
    open_ = rows[~early & ~elsewhere]
    if len(open_):
        first = open_["due"].min()
        sentence += (
            f" Due first, these aside: {int(open_['due'].eq(first).sum())}, on {words.day(first)}."
        )
    frame = pd.DataFrame(
        {
            "action": rows["action"] + ": " + rows["text"],
            "owner": rows["owner"],
            "due": rows["due"].map(brief) + " (" + rows["timescale"] + "; " + rows["rule"] + ")",
            "progress": rows["progress"].replace("", "nothing is printed there"),
        }
    )
    return Finding(
        sentence,
        rest=Table(
            frame.reset_index(drop=True),
            f"The {len(rows)} actions due before {words.day(day)}, as their papers record them",
            {"action": "Action", "owner": "Owner", "due": "Due, as printed",
             "progress": "Progress, as printed"},
        ),
    )  # fmt: skip


def after_the_paper(rows: pd.DataFrame) -> str:
    """Say which actions are recorded as completed in a document older than their date."""
    out = rows["document"].map(documents.out())
    early = rows[rows["progress"].eq(plans.COMPLETED) & rows["due"].gt(out)]
    if early.empty:
        return "No action is recorded as completed before its date."
    return (
        f"{words.counted(len(early), 'action')} recorded as completed were due only after the "
        f"paper that says so: {words.listed(early['action'])}."
    )


def first_alone(rows: pd.DataFrame) -> str:
    """Say how many are completed if a mark stands for the first action of its row alone."""
    marked = rows[rows["progress"].eq(plans.COMPLETED)]
    firsts = int(marked["action"].str.endswith("a").sum())
    return (
        f"A mark that is printed once for several actions is taken for all of them; taken for the "
        f"first alone, {firsts} are recorded as completed."
    )


@question
def repeats(report: Report) -> Finding:
    """Say which actions a plan prints under more than one recommendation.

    Returns
    -------
    Finding
        Its table has a row an action: where it stands, and whether the places agree.
    """
    rows = plans.repeats(plans_of(report))
    if rows.empty:
        raise NotHeldError(f"No plan on {report.area.spoken} prints an action twice.")
    places = int(rows["places"].map(len).sum())
    agree = {"same_due": "Same date", "same_owner": "Same owner", "same_progress": "Same progress"}
    apart = rows[~rows[list(agree)].all(axis=1)]
    yes_no = rows[list(agree)].replace({True: "yes", False: "no"})
    frame = pd.DataFrame({"action": rows["text"], "places": rows["places"].map(words.listed)})
    return Finding(
        f"{words.counted(len(rows), 'action')} stand under two recommendations or more, {places} "
        f"times in all, so the plans hold {places - len(rows)} fewer different actions than they "
        f"print. For {len(apart)} of them the places do not agree on date, owner or progress.",
        shown=Table(
            frame.join(yes_no), "Actions under several recommendations",
            {"action": "Action", "places": "Places"} | agree,
        ),
        doubt="Where the same action is completed in one place and blank in another, one of the "
        "two records is wrong, or the action is done for one recommendation alone.",
    )  # fmt: skip


@question
def returned(report: Report) -> Finding:
    """Say which earlier recommendations come back in a later inspection.

    Returns
    -------
    Finding
        Its table has a row a pair: the earlier, the later, and why it is the same.
    """
    asked = asked_of(report)
    rows = dictionary.read("repeated")
    rows = rows[rows["later"].isin(asked.index) & rows["earlier"].isin(asked.index)]
    if rows.empty:
        raise NotHeldError(
            f"No recommendation on {report.area.spoken} had come back in a later inspection by "
            "this date."
        )
    earlier, later = (
        asked[asked["document"].eq(asked.loc[rows[when].iloc[0], "document"])]
        for when in ("earlier", "later")
    )
    in_full = {when: rows[when] + ": " + rows[when].map(asked["text"])
               for when in ("earlier", "later")}  # fmt: skip
    return Finding(
        f"{rows['earlier'].nunique()} of {len(earlier)} recommendations of "
        f"{year_of(rows['earlier'])} come back in {rows['later'].nunique()} of the {len(later)} of "
        f"{year_of(rows['later'])}. Those of other inspections are not held.",
        shown=Table(
            rows.assign(**in_full).reset_index(drop=True), "Recommendations that came back",
            {"earlier": "Earlier", "later": "Later", "because": "Why it is the same"},
        ),
        doubt="Which recommendation repeats another was judged by hand, for the reason given; a "
        "stricter reader would count fewer.",
    )  # fmt: skip


def year_of(codes: pd.Series) -> str:
    """Return the year that the codes of some recommendations begin with."""
    return str(codes.iloc[0]).partition("-")[0]


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
        way it moved. What would have to be counted besides is in ``rest``.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> seen(open_report("Thurrock"), 2016).table[["first", "newest"]].iloc[0].tolist()
    [17.5, 16.0]
    """
    asked = asked_of(report)
    rows = dictionary.read("outcomes")
    rows = rows[rows["recommendation"].isin(asked.index)]
    if rows.empty:
        raise NotHeldError(
            f"No recommendation on {report.area.spoken} that was out by this date has measures of "
            "what came of it."
        )
    known = citing.held_documents(report)
    rows = rows.assign(printed=[told_by(known, codes) for codes in rows["printed"]])
    measured = rows[rows["measure"].ne("")]
    without = [code for code in rows["recommendation"].unique()
               if code not in set(measured["recommendation"])]  # fmt: skip
    printed = rows[rows["printed"].ne("")]["recommendation"].nunique()
    moves = moved(report, measured, base_year)
    return Finding(
        f"{len(without)} of {rows['recommendation'].nunique()} recommendations have no measure in "
        f"any published statistics. For {printed} of all a later paper printed a figure. "
        f"{told_ways(Counter(moves['direction']), base_year)} Without a measure are "
        f"{words.listed(without)}.",
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


def in_full(table: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Put the rows in the order of their recommendations, each told in full the first time."""
    if table.empty:
        return table
    table = table.sort_values("recommendation", key=lambda column: column.map(order), kind="stable")
    code = table["recommendation"]
    told = code + ": " + code.map(asked["text"])
    return table.assign(recommendation=code.where(code.duplicated(), told)).reset_index(drop=True)


def told_ways(ways: Counter[str], base_year: int) -> str:
    """Say how many measures moved which way.

    Examples
    --------
    >>> told_ways(Counter({"better": 2, "no more than usual": 3}), 2016)
    'Of 5 published measures since 2016: 2 better and 3 no more than usual.'
    """
    if not ways:
        return f"No published measure of them has two years since {base_year}."
    said = words.listed(f"{count} {way}" for way, count in sorted(ways.items()))
    return f"Of {ways.total()} published measures since {base_year}: {said}."


def boards(asked: pd.DataFrame) -> str:
    """Say which recommendations are not to the authority itself."""
    others = asked[~asked["addressed_to"].str.contains("local authority")]
    by_whom = others.index.to_series().groupby(others["addressed_to"]).agg(words.listed)
    return " ".join(f"To the {whom}: {codes}." for whom, codes in by_whom.items())


def asked_of(report: Report) -> pd.DataFrame:
    """Return the recommendations of the documents on the area that were out by the date."""
    rows = dictionary.read("recommendations").set_index("recommendation")
    return rows[rows["document"].isin(citing.held_documents(report))]


def told_by(known: list[str], codes: str) -> str:
    """Keep of some facts those of some documents."""
    told = facts.by_name()
    return " ".join(code for code in codes.split() if told[code]["document"] in known)


def moved(report: Report, measured: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Set the first year of measures of recommendations beside the newest, and England's.

    A year before a break of the series is not set beside one after it.
    """
    columns = ["recommendation", "measure", "first", "newest", "england", "direction", "name",
               "year_first", "year_newest"]  # fmt: skip
    found = []
    for row in measured.itertuples():
        measure = measures.get(row.measure)
        since = max(base_year, report.broken(row.measure))
        years = [year for year in report.years(row.measure) if year >= since]
        if len(years) > 1:
            pair = change.between(report.own(row.measure), measure, years[0], years[-1]).iloc[0]
            verdict = unusual.changed(report, row.measure, years[0], years[-1])
            found.append(
                (
                    row.recommendation,
                    measure.label + told_too(row.printed),
                    pair["value_first"],
                    pair["value_last"],
                    england(report, row.measure, years[-1]),
                    way_of(verdict.kind, movement.direction(pair, measure)),
                    row.measure,
                    years[0],
                    years[-1],
                )
            )
    return pd.DataFrame(found, columns=columns)


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


def england(report: Report, name: str, year: int) -> float:
    """Return England's figure of a measure and year; a count of all England compares with none."""
    rows = report.figures(name)
    rows = rows[rows["area"].eq(areas.ENGLAND) & rows["period_end"].dt.year.eq(year)]
    known = measures.get(name).is_ratio and len(rows)
    return float(rows["value"].iloc[-1]) if known else float("nan")


def way_of(verdict: str, direction: str) -> str:
    """Say which way a measure moved, if such figures do not usually move as much.

    Examples
    --------
    >>> way_of("larger", "better"), way_of("usual", "better"), way_of("untold", "worse")
    ('better', 'no more than usual', 'not told apart from the usual')
    """
    return {"larger": direction, "usual": USUAL, "unchanged": UNCHANGED, "untold": UNTOLD}[verdict]


def told_too(codes: str) -> str:
    """Write, on a line of its own, the facts that a later paper printed."""
    rows = [facts.by_name()[code] for code in codes.split()]
    told = words.listed(row["value"] + UNITS.get(row["unit"], f" {row['unit']}") for row in rows)
    return f"\nprinted by a later paper: {told}" * bool(codes)


def unmeasured(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what would have to be counted, for recommendations that name it."""
    rows = rows[rows["needed"].ne("")]
    return pd.DataFrame(
        {
            "recommendation": rows["recommendation"],
            "needed": rows["needed"] + rows["printed"].map(told_too),
        }
    )


def order(text: str) -> tuple[str, int]:
    """Return where a recommendation stands among all: year, then number."""
    year, number = text.split("-")
    return year, int(number) if number.isdigit() else 99


@question
def road(report: Report) -> Finding:
    """Say how inspectors judged the area, each time on the scale of the framework of the time.

    Returns
    -------
    Finding
        Its table has the overall judgements, the newest last; those of single services and themes
        are in ``rest``.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> road(open_report("Thurrock")).table.iloc[-1].tolist()[:2]
    ['overall effectiveness', 'Outstanding: 1 of 4']
    """
    rows = inspections.graded(report.area, report.as_at)
    if rows.empty:
        raise NotHeldError(f"No graded inspection of {report.area.spoken} is held by this date.")
    whole = rows["judgement"].str.contains(inspections.OVERALL)
    steps = [
        f"{row.grade}{subject(row.judgement)} ({dated_by(row)}{row.published[:4]})"
        for row in rows[whole].itertuples()
    ]
    frameworks = rows["framework"].nunique()
    apart = " Grades of different frameworks cannot be compared." * (frameworks > 1)
    return Finding(
        f"{report.area.name} was judged {words.listed(steps)}, "
        f"under {words.counted(frameworks, 'framework')} of inspection.{apart}",
        shown=graded(
            rows[whole],
            f"Overall judgements of {report.area.spoken}, newest last; 1 is the best grade",
        ),
        doubt="A focused visit has no grade. Inspections before 2018 are held only where a "
        "document prints them; one whose day it does not print was out by the day of that "
        "document.",
        rest=graded(rows[~whole], "The judgements of single services and themes"),
    )


def graded(rows: pd.DataFrame, caption: str) -> Table:
    """Return judgements as a table."""
    steps = dictionary.read("scales")["framework"].value_counts()
    of = rows["framework"].map(steps).astype("str")
    frame = pd.DataFrame(
        {
            "judgement": rows["judgement"],
            "grade": rows["grade"] + ": " + rows["rank"] + " of " + of,
            "framework": rows["framework"],
            "published": [dated_by(row) + brief(row.published) for row in rows.itertuples()],
        }
    )
    return Table(
        frame.reset_index(drop=True), caption,
        {"judgement": "Judgement", "grade": "Grade", "framework": "Scale of",
         "published": "Published"},
    )  # fmt: skip


def dated_by(judgement: object) -> str:
    """Say "by" of a judgement that a paper tells without the day of the inspection."""
    return "" if judgement.start else "by "  # type: ignore[attr-defined]


def subject(judgement: str) -> str:
    """Say what an overall judgement is about, where the framework has several."""
    about = judgement.replace(inspections.OVERALL, "").strip(": ")
    return f" for {about}" if about else ""


def plans_of(report: Report) -> pd.DataFrame:
    """Return the actions of the plans on the area that were out by the date."""
    known = citing.held_documents(report)
    rows = plans.actions()
    rows = rows[rows["document"].isin(known)]
    if rows.empty:
        raise NotHeldError(f"No plan of action on {report.area.spoken} was out by this date.")
    return rows


def plan_names(rows: pd.DataFrame) -> str:
    """Name the documents that hold the plans."""
    return words.listed(citing.called(code) for code in rows["document"].unique())


def brief(date: str) -> str:
    """Write an ISO date as a table does."""
    return words.day(date, short=True)


def print_ledger(report: Report, on: str = "") -> None:
    """Print how the actions stand: what a regression test compares."""
    try:
        rows = plans_of(report)
    except NotHeldError as gap:
        print(gap)
        return
    state = rows.assign(state=plans.ledger(rows, day_of(report, on)))
    for (document, name), count in state.groupby(["document", "state"]).size().items():
        print(f"{document:8}{name:44}{count:4}")
