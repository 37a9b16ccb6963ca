"""The questions on promises: done by their date, repeated, come back, seen in the figures."""

from collections import Counter

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings import common
from thurrock_analysis.findings.report import Answer, NotHeldError, Report
from thurrock_analysis.metrics import change, movement
from thurrock_analysis.papers import documents, facts, plans, schema
from thurrock_analysis.questions import citing
from thurrock_analysis.record import areas, dictionary, measures, releases

DONE = "Was-it-done-by-its-date?"
TWICE = "Which-actions-stand-twice?"
BACK = "Which-recommendations-came-back?"
SEEN = "Would-we-know-that-it-worked?"
ROAD = "How-did-inspectors-judge?"
MOVED = "What-moved-in-the-figures-on-the-way?"
OVERALL = "overall effectiveness"
CHANCE, FEW = "could be chance", "too few cases to tell"
UNTESTED = " (chance not tested)"
UNITS = {"percent": "%", "per 10,000 children": " per 10,000"}


def ledger(report: Report, on: str) -> Answer:
    """Say how the actions stood on a day, as far as the plans record."""
    rows = plans_of(report)
    day = on or report.as_at
    known = rows.assign(state=plans.ledger(rows, day))
    state = known["state"].value_counts()
    late = int(known["state"].isin(plans.LATE).sum())
    sentence = (
        f"Of {citing.counted(len(rows), 'action')} promised in {plan_names(rows)}, "
        f"{state.get(plans.DONE, 0)} are marked as completed in the plan itself, {late} were "
        f"past their date on {citing.long(day)}, {state.get(plans.TO_COME, 0)} not yet due and "
        f"{state.get(plans.UNDATED, 0)} without a date. No later record is held, so what became "
        f"of the {late} is not known here: {state.get(plans.OVERDUE, 0)} carry nothing, "
        f"{state.get(plans.UNCLEAR, 0)} a status that their plan does not explain{marks(known)}."
        f"{late_at_once(rows, day)}"
    )
    return Answer(
        DONE,
        "",
        sentence,
        citing.nothing(report),
        by_recommendation(known),
        f"What the plans record of each recommendation, held against {citing.long(day)}",
        "An action may have been done without a record, so this is a list of what to ask for, not "
        f"of what was left undone. {after_the_paper(rows)} {first_alone(rows)}",
    )


def late_at_once(rows: pd.DataFrame, day: str) -> str:
    """Say how many actions were late on the day their paper came out, where that day is known."""
    said = ""
    papers_out = releases.calendar().loc[rows["document"].unique()]
    for document, paper in papers_out[papers_out["date_status"].eq("stated")].iterrows():
        out = f"{paper['first_published']:%Y-%m-%d}"
        if out <= day:
            plan = rows[rows["document"].eq(document)]
            late = int(plans.ledger(plan, out).isin(plans.LATE).sum())
            said += (
                f" On the day of {citing.called(document)} itself {late} of its actions were late."
            )
    return said


def marks(known: pd.DataFrame) -> str:
    """Name the marks that a plan does not explain."""
    found = known.loc[known["state"].eq(plans.UNCLEAR), "progress"].unique()
    return f" ({words.listed(sorted(found))})" * bool(len(found))


def by_recommendation(known: pd.DataFrame) -> pd.DataFrame:
    """Write how many actions of each recommendation stand where, and the last date of all."""
    asked = schema.read("recommendations").set_index("recommendation")["text"]
    grouped = known.groupby("recommendation", sort=False)
    last = grouped["due"].max()
    return pd.DataFrame(
        {
            "Recommendation": [f"{code}: {asked[code]}" for code in last.index],
            "How its actions stand": [standing(states) for _, states in grouped["state"]],
            "Last date": [brief(day) if day else "no date is printed" for day in last],
        }
    )


def standing(states: pd.Series) -> str:
    """Say how many actions are in each state.

    Examples
    --------
    >>> standing(pd.Series([plans.DONE, plans.UNDATED, plans.DONE]))
    '2 recorded as completed, 1 without a date'
    """
    counts = Counter(states)
    return ", ".join(f"{counts[one]} {one}" for one in plans.STATES if counts[one])


def overdue(report: Report, on: str) -> Answer:
    """List the actions past their date on a day, with the rule that made a date of their words."""
    promised = plans_of(report)
    day = on or report.as_at
    late = plans.ledger(promised, day).isin(plans.LATE)
    rows = promised[late].sort_values("due", kind="stable")
    if rows.empty:
        raise NotHeldError(
            f"No action on {report.area.name} was past its date on {citing.long(day)}."
        )
    papers = documents.registry()
    early = rows["due"].lt(rows["document"].map(lambda code: papers[code]["counts_from"]))
    twice = plans.repeats(promised)
    elsewhere = rows["action"].isin(twice.loc[twice["done"], "places"].explode())
    sentence = f"Past their date on {citing.long(day)} with no completion recorded: {len(rows)}."
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
            f" Due first, these aside: {int(open_['due'].eq(first).sum())}, on "
            f"{citing.long(first)}."
        )
    table = pd.DataFrame(
        {
            "Action": [f"{row.action}: {row.text}" for row in rows.itertuples()],
            "Owner": rows["owner"].to_list(),
            "Due, as printed": [
                f"{brief(row.due)} ({row.timescale}; {row.rule})" for row in rows.itertuples()
            ],
            "Progress, as printed": rows["progress"]
            .replace("", "nothing is printed there")
            .to_list(),
        }
    )
    return Answer(
        DONE,
        "",
        sentence,
        citing.nothing(report),
        table.iloc[:0],
        "",
        rest=table,
        rest_caption=f"The {len(rows)} actions past their date on {citing.long(day)}",
    )


def after_the_paper(rows: pd.DataFrame) -> str:
    """Say which actions are recorded as completed in a document older than their date."""
    out = rows["document"].map(documents.out())
    early = rows[rows["progress"].eq(plans.COMPLETED) & rows["due"].gt(out)]
    if early.empty:
        return "No action is recorded as completed before its date."
    return (
        f"{citing.counted(len(early), 'action')} recorded as completed were due only after the "
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


def repeats(report: Report) -> Answer:
    """Say which actions a plan prints under more than one recommendation."""
    rows = plans.repeats(plans_of(report))
    if rows.empty:
        raise NotHeldError(f"No plan on {report.area.name} prints an action twice.")
    places = int(rows["places"].map(len).sum())
    apart = rows[~(rows["same_progress"] & rows["same_due"] & rows["same_owner"])]
    sentence = (
        f"{citing.counted(len(rows), 'action')} stand under two recommendations or more, {places} "
        f"times in all, so the plans hold {places - len(rows)} fewer different actions than they "
        "print. "
        f"For {len(apart)} of them the places do not agree on date, owner or progress."
    )
    table = pd.DataFrame(
        {
            "Action": rows["text"],
            "Places": [words.listed(one) for one in rows["places"]],
            "Same date": yes_no(rows["same_due"]),
            "Same owner": yes_no(rows["same_owner"]),
            "Same progress": yes_no(rows["same_progress"]),
        }
    )
    return Answer(
        TWICE,
        "",
        sentence,
        citing.nothing(report),
        table,
        "Actions under several recommendations",
        "Where the same action is completed in one place and blank in another, one of the two "
        "records is wrong, or the action is done for one recommendation alone.",
    )


def returned(report: Report) -> Answer:
    """Say which earlier recommendations come back in a later inspection."""
    asked = asked_of(report)
    rows = schema.read("repeated")
    rows = rows[rows["later"].isin(asked.index) & rows["earlier"].isin(asked.index)]
    if rows.empty:
        raise NotHeldError(
            f"No recommendation on {report.area.name} had come back in a later inspection by this "
            "date."
        )
    earlier, later = (
        asked[asked["document"].eq(asked.loc[rows[when].iloc[0], "document"])]
        for when in ("earlier", "later")
    )
    sentence = (
        f"{rows['earlier'].nunique()} of {len(earlier)} recommendations of "
        f"{year_of(rows['earlier'])} come back in {rows['later'].nunique()} of the {len(later)} of "
        f"{year_of(rows['later'])}. Those of other inspections are not held."
    )
    table = pd.DataFrame(
        {
            "Earlier": [f"{code}: {asked.loc[code, 'text']}" for code in rows["earlier"]],
            "Later": [f"{code}: {asked.loc[code, 'text']}" for code in rows["later"]],
            "Why it is the same": rows["because"],
        }
    )
    return Answer(
        BACK,
        "",
        sentence,
        citing.nothing(report),
        table,
        "Recommendations that came back",
        "Which recommendation repeats another was judged by hand, for the reason given; a stricter "
        "reader would count fewer.",
    )


def year_of(codes: pd.Series) -> str:
    """Return the year that the codes of some recommendations begin with."""
    return str(codes.iloc[0]).partition("-")[0]


def seen(report: Report, base_year: int) -> Answer:
    """Say for each recommendation which measures would show that it worked, and what they show."""
    asked = asked_of(report)
    rows = schema.read("outcomes")
    rows = rows[rows["recommendation"].isin(asked.index)]
    if rows.empty:
        raise NotHeldError(
            f"No recommendation on {report.area.name} that was out by this date has measures of "
            "what came of it."
        )
    rows = rows.assign(printed=[told_by(report, codes) for codes in rows["printed"]])
    measured = rows[rows["measure"].ne("")]
    without = [code for code in rows["recommendation"].unique()
               if code not in set(measured["recommendation"])]  # fmt: skip
    printed = rows[rows["printed"].ne("")]["recommendation"].nunique()
    pairs = [pair for row in measured.itertuples() for pair in moved(report, row, base_year)]
    ways = Counter(pair["Direction"] for pair in pairs)
    sentence = (
        f"{len(without)} of {rows['recommendation'].nunique()} recommendations have no measure in "
        f"any published statistics. For {printed} of all a later paper printed a figure. "
        f"{told_ways(ways, base_year)} Without a measure are {words.listed(without)}."
    )
    shown = report.own(*measured["measure"].unique())
    return Answer(
        SEEN,
        "",
        sentence,
        shown,
        in_full(pd.DataFrame(pairs), asked),
        f"Published measures of the recommendations since {base_year}, or since a break in them",
        "A measure that moved after a recommendation did not move because of it, and two years say "
        "nothing of those between. Timeliness is what is counted where quality was asked for. "
        f"{boards(asked.loc[rows['recommendation'].unique()])}",
        rest=in_full(pd.DataFrame(unmeasured(rows)), asked),
        rest_caption="What would have to be counted besides",
    )


def in_full(table: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Put the rows in the order of their recommendations, each told in full the first time."""
    if table.empty:
        return table
    table = table.sort_values("Recommendation", key=lambda column: column.map(order), kind="stable")
    code = table["Recommendation"]
    told = code + ": " + code.map(asked["text"])
    return table.assign(Recommendation=code.where(code.duplicated(), told))


def told_ways(ways: Counter[str], base_year: int) -> str:
    """Say how many measures moved which way.

    Examples
    --------
    >>> told_ways(Counter({"better": 2, "could be chance": 3}), 2016)
    'Of 5 published measures since 2016: 2 better and 3 could be chance.'
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
    rows = schema.read("recommendations").set_index("recommendation")
    return rows[rows["document"].isin(citing.held_documents(report))]


def told_by(report: Report, codes: str) -> str:
    """Keep of some facts those of documents that were out by the date."""
    known = citing.held_documents(report)
    told = facts.by_name()
    return " ".join(code for code in codes.split() if told[code]["document"] in known)


def moved(report: Report, row: object, base_year: int) -> list[dict[str, str]]:
    """Write one measure of a recommendation: first year, newest, and which way it moved.

    A year before a break of the series is not set beside one after it.
    """
    name = str(row.measure)  # type: ignore[attr-defined]
    measure = measures.get(name)
    since = max(base_year, report.broken(name))
    years = [year for year in report.years(name) if year >= since]
    if len(years) < 2:
        return []
    pair = change.between(report.own(name), measure, years[0], years[-1]).iloc[0]
    return [
        {
            "Recommendation": str(row.recommendation),  # type: ignore[attr-defined]
            "Measure": measure.label + told_too(str(row.printed)),  # type: ignore[attr-defined]
            "First": f"{words.figure(pair['value_first'], measure)} ({years[0]})",
            "Newest": f"{words.figure(pair['value_last'], measure)} ({years[-1]})",
            "England": england(report, name, years[-1]),
            "Direction": way_of(change.verdict(pair), movement.direction(pair, measure)),
        }
    ]


def england(report: Report, name: str, year: int) -> str:
    """Write England's figure of a measure and year; a count of all England compares with none."""
    if not measures.get(name).is_ratio:
        return common.NO_FIGURE
    rows = report.figures(name)
    rows = rows[rows["area"].eq(areas.ENGLAND) & rows["period_end"].dt.year.eq(year)]
    if rows.empty or rows["value"].isna().all():
        return "not published"
    return words.figure(rows["value"].iloc[-1], measures.get(name))


def way_of(verdict: str, direction: str) -> str:
    """Say which way a measure moved, if chance alone does not do as much.

    Examples
    --------
    >>> way_of("yes", "better"), way_of("no", "better"), way_of("unknown", "worse")
    ('better', 'could be chance', 'worse (chance not tested)')
    """
    if verdict == "unknown":
        return direction + UNTESTED
    return {"yes": direction, "no": CHANCE, "too few": FEW}[verdict]


def told_too(codes: str) -> str:
    """Write, on a line of its own, the facts that a later paper printed."""
    rows = [facts.by_name()[code] for code in codes.split()]
    told = words.listed(row["value"] + UNITS.get(row["unit"], f" {row['unit']}") for row in rows)
    return f"\nprinted by a later paper: {told}" * bool(codes)


def unmeasured(rows: pd.DataFrame) -> list[dict[str, str]]:
    """Write what would have to be counted, for recommendations that name it."""
    return [
        {"Recommendation": row.recommendation, "Needed": row.needed + told_too(row.printed)}
        for row in rows[rows["needed"].ne("")].itertuples()
    ]


def order(text: str) -> tuple[str, int]:
    """Return where a recommendation stands among all: year, then number."""
    year, number = text.split("-")
    return year, int(number) if number.isdigit() else 99


def road(report: Report) -> Answer:
    """Say how inspectors judged the area, each time on the scale of the framework of the time."""
    held = schema.read("judgements")
    rows = held[
        held["area"].eq(report.area.code)
        & held["grade"].ne("")
        & held["published"].between("1", report.as_at)
    ]
    if rows.empty:
        raise NotHeldError(f"No graded inspection of {report.area.name} is held by this date.")
    whole = rows["judgement"].str.contains(OVERALL)
    overall = rows[whole].sort_values("published")
    steps = [
        f"{row.grade}{subject(row.judgement)} ({dated_by(row)}{row.published[:4]})"
        for row in overall.itertuples()
    ]
    frameworks = rows["framework"].nunique()
    apart = " Grades of different frameworks cannot be compared." * (frameworks > 1)
    sentence = (
        f"{report.area.name} was judged {words.listed(steps)}, "
        f"under {citing.counted(frameworks, 'framework')} of inspection.{apart}"
    )
    return Answer(
        ROAD,
        "",
        sentence,
        citing.nothing(report),
        graded(rows[whole]),
        f"Overall judgements of {report.area.name}, newest last; 1 is the best grade",
        "A focused visit has no grade. Inspections before 2018 are held only where a document "
        "prints them; one whose day it does not print was out by the day of that document.",
        rest=graded(rows[~whole]),
        rest_caption="The judgements of single services and themes",
    )


def graded(rows: pd.DataFrame) -> pd.DataFrame:
    """Write judgements as a table, the newest last."""
    rows = rows.sort_values("published", kind="stable")
    steps = dictionary.read("scales")["framework"].value_counts()
    return pd.DataFrame(
        {
            "Judgement": rows["judgement"],
            "Grade": [
                f"{row.grade}: {row.rank} of {steps[row.framework]}" for row in rows.itertuples()
            ],
            "Scale of": rows["framework"],
            "Published": [dated_by(row) + brief(row.published) for row in rows.itertuples()],
        }
    )


def dated_by(judgement: object) -> str:
    """Say "by" of a judgement that a paper tells without the day of the inspection."""
    return "" if judgement.start else "by "  # type: ignore[attr-defined]


def on_the_way(report: Report, base_year: int) -> Answer:
    """Draw the figures that moved most between the inspections, with the inspections marked."""
    caution = (
        "An inspection and a change of figures that follows it are two facts; neither shows that "
        "one made the other."
    )
    return common.progress(report, "road", MOVED, base_year, caution, events=report.events())


def subject(judgement: str) -> str:
    """Say what an overall judgement is about, where the framework has several."""
    about = judgement.replace(OVERALL, "").strip(": ")
    return f" for {about}" if about else ""


def plans_of(report: Report) -> pd.DataFrame:
    """Return the actions of the plans on the area that were out by the date."""
    known = citing.held_documents(report)
    rows = plans.actions()
    rows = rows[rows["document"].isin(known)]
    if rows.empty:
        raise NotHeldError(f"No plan of action on {report.area.name} was out by this date.")
    return rows


def plan_names(rows: pd.DataFrame) -> str:
    """Name the documents that hold the plans."""
    return words.listed(citing.called(code) for code in rows["document"].unique())


def yes_no(column: pd.Series) -> list[str]:
    """Write yes or no."""
    return ["yes" if one else "no" for one in column]


def brief(date: str) -> str:
    """Write an ISO date, whole or of a month only, as a table does."""
    day = pd.Timestamp(date)
    return f"{day.day} {day:%b %Y}" if len(date) > len("2018-03") else f"{day:%b %Y}"


def print_ledger(report: Report, on: str) -> None:
    """Print how the actions stand: what a regression test compares."""
    try:
        rows = plans_of(report)
    except NotHeldError as gap:
        print(gap)
        return
    state = rows.assign(state=plans.ledger(rows, on or report.as_at))
    for (document, name), count in state.groupby(["document", "state"]).size().items():
        print(f"{document:8}{name:44}{count:4}")
