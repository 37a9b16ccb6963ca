"""The questions on promises: done by their date, repeated, come back, seen in the figures."""

import textwrap
from collections import Counter

import pandas as pd
from matplotlib.figure import Figure

from thurrock_analysis import charts, measures, words
from thurrock_analysis.answers import common, papers
from thurrock_analysis.evidence import actions, inputs, judgements, outcomes
from thurrock_analysis.loaders import documents
from thurrock_analysis.metrics import change, movement
from thurrock_analysis.notebook import Answer, NotHeldError, Report

DONE = "Was-it-done-by-its-date?"
TWICE = "Which-actions-stand-twice?"
BACK = "Which-recommendations-came-back?"
SEEN = "Would-we-know-that-it-worked?"
ROAD = "What-did-inspectors-judge,-and-what-moved?"
OVERALL = "overall effectiveness"
MOST_ROLES, LONGEST_ROLE = 10, 90
CHANCE = "could be chance"
UNTESTED = ", chance not tested"
UNITS = {"percent": "%", "per 10,000 children": " per 10,000"}


def ledger(report: Report, on: str) -> Answer:
    """Say how the actions stood on a day, as far as the plans record."""
    rows = plans_of(report)
    day = on or report.as_at
    known = rows.assign(state=actions.ledger(rows, day))
    state = known["state"].value_counts()
    late = known[known["state"].isin(actions.LATE)]
    states = "; ".join(f"{state.get(one, 0)} {one}" for one in actions.STATES)
    sentence = (
        f"{papers.counted(len(rows), 'action')} stand in {plan_names(rows)}. A plan records "
        "progress up to the day it was printed, and no later record is held. By that record, on "
        f"{papers.long(day)}: {states}. What became of the {len(late)} past their date is not "
        "known from these documents."
    )
    headline = f"{len(late)} of {len(rows)} actions: not known whether they were done"
    chart, alt = by_role(late, headline, plan_names(rows))
    return Answer(
        DONE,
        headline,
        sentence,
        papers.nothing(report),
        by_recommendation(known),
        f"Actions of each recommendation on {papers.long(day)}",
        "An action may have been done without a record, so this is a list of what to ask for, not "
        f"of what was left undone. {after_the_paper(rows)} {first_alone(rows)}",
        chart,
        alt,
    )


def by_recommendation(known: pd.DataFrame) -> pd.DataFrame:
    """Write how many actions of each recommendation stand where, and the last date of all."""
    asked = actions.recommendations().set_index("recommendation")["text"]
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
    >>> standing(pd.Series([actions.DONE, actions.UNDATED, actions.DONE]))
    '2 recorded as completed, 1 without a date'
    """
    counts = Counter(states)
    return ", ".join(f"{counts[one]} {one}" for one in actions.STATES if counts[one])


def overdue(report: Report, on: str) -> Answer:
    """List the actions past their date on a day, with the rule that made a date of their words."""
    plans = plans_of(report)
    day = on or report.as_at
    late = actions.ledger(plans, day).isin(actions.LATE)
    rows = plans[late].sort_values("due", kind="stable")
    if rows.empty:
        raise NotHeldError(
            f"No action on {report.area.name} was past its date on {papers.long(day)}."
        )
    begun = rows["document"].map(documents.registry()["counts_from"])
    early = rows["due"].lt(begun)
    twice = actions.repeats(plans)
    elsewhere = rows["action"].isin(twice.loc[twice["done"], "places"].explode())
    sentence = f"Past their date on {papers.long(day)} with no completion recorded: {len(rows)}."
    if elsewhere.any():
        sentence += (
            " The same words are marked as completed under another recommendation for "
            f"{int(elsewhere.sum())}: {words.listed(rows.loc[elsewhere, 'action'])}."
        )
    open_ = rows[~early & ~elsewhere]
    if len(open_):
        first = open_["due"].min()
        sentence += (
            f" Of the others {int(open_['due'].eq(first).sum())} were due first, on "
            f"{papers.long(first)}."
        )
    if early.any():
        sentence += (
            " Dated before the plan itself, perhaps by a slip: "
            f"{words.listed(rows.loc[early, 'action'])}."
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
        DONE, "", sentence, papers.nothing(report), table, f"Past their date on {papers.long(day)}"
    )


def after_the_paper(rows: pd.DataFrame) -> str:
    """Say which actions are recorded as completed in a document older than their date."""
    out = rows["document"].map(inputs.published_dates()).dt.strftime("%Y-%m-%d")
    early = rows[rows["progress"].eq(actions.COMPLETED) & rows["due"].gt(out)]
    if early.empty:
        return "No action is recorded as completed before its date."
    return (
        f"{papers.counted(len(early), 'action')} recorded as completed were due only after the "
        f"paper that says so: {words.listed(early['action'])}."
    )


def first_alone(rows: pd.DataFrame) -> str:
    """Say how many are completed if a mark stands for the first action of its row alone."""
    marked = rows[rows["progress"].eq(actions.COMPLETED)]
    firsts = int(marked["action"].str.endswith("a").sum())
    return (
        f"A mark that is printed once for several actions is taken for all of them; taken for the "
        f"first alone, {firsts} are recorded as completed."
    )


def by_role(late: pd.DataFrame, headline: str, source: str) -> tuple[Figure | None, str]:
    """Draw how many actions past their date each role leads, and describe the chart."""
    if late.empty:
        return None, ""
    role = (
        late["owner"]
        .str.partition(";")[0]
        .map(lambda name: textwrap.shorten(name, LONGEST_ROLE, placeholder=" …"))
    )
    counts = role.value_counts().head(MOST_ROLES)
    rows = pd.DataFrame({"group": counts.index, "value": counts.astype(float), "status": ""})
    what = "Actions past their date by the post named first: whom to ask"
    what += f"; the {MOST_ROLES} posts with most" * (role.nunique() > MOST_ROLES)
    chart = charts.ranked_bars(rows, label="group", headline=headline, subtitle=what, source=source)
    return chart, charts.alt_for_bars(rows, label="group", what=what)


def repeats(report: Report) -> Answer:
    """Say which actions a plan prints under more than one recommendation."""
    rows = actions.repeats(plans_of(report))
    if rows.empty:
        raise NotHeldError(f"No plan on {report.area.name} prints an action twice.")
    places = int(rows["places"].map(len).sum())
    apart = rows[~(rows["same_progress"] & rows["same_due"] & rows["same_owner"])]
    sentence = (
        f"{papers.counted(len(rows), 'action')} stand under two recommendations or more, {places} "
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
        papers.nothing(report),
        table,
        "Actions under several recommendations",
        "Where the same action is completed in one place and blank in another, one of the two "
        "records is wrong, or the action is done for one recommendation alone.",
    )


def returned(report: Report) -> Answer:
    """Say which earlier recommendations come back in a later inspection."""
    asked = asked_of(report)
    rows = actions.returns()
    rows = rows[rows["later"].isin(asked.index) & rows["earlier"].isin(asked.index)]
    if rows.empty:
        raise NotHeldError(
            f"No recommendation on {report.area.name} had come back in a later inspection by this "
            "date."
        )
    earlier = asked[asked["document"].eq(asked.loc[rows["earlier"].iloc[0], "document"])]
    sentence = (
        f"{rows['earlier'].nunique()} of {len(earlier)} recommendations of the earlier inspection "
        f"come back in {rows['later'].nunique()} of the later one."
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
        papers.nothing(report),
        table,
        "Recommendations that came back",
        "Which recommendation repeats another was judged by hand, for the reason given; a stricter "
        "reader would count fewer.",
    )


def seen(report: Report, base_year: int) -> Answer:
    """Say for each recommendation which measures would show that it worked, and what they show."""
    asked = asked_of(report)
    rows = outcomes.read()
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
    untested = sum(count for way, count in ways.items() if way.endswith(UNTESTED))
    sentence = (
        f"{len(without)} of {rows['recommendation'].nunique()} recommendations have no measure in "
        f"any published statistics: {words.listed(without)}. For {printed} a later paper printed a "
        f"figure. Of {len(pairs)} published measures since {base_year}, {ways['better']} moved the "
        f"better way and {ways['worse']} the worse way by more than chance, {ways[CHANCE]} by no "
        f"more than chance could, {ways['up'] + ways['down']} have no better end, and of "
        f"{untested} the published figures do not say what chance could do."
    )
    table = pd.DataFrame(
        [
            {"Recommendation": pair["code"]}
            | {key: value for key, value in pair.items() if key != "code"}
            for pair in [*pairs, *unmeasured(rows)]
        ]
    )
    table = table.sort_values("Recommendation", key=lambda column: column.map(order), kind="stable")
    again = table["Recommendation"].duplicated()
    full = table["Recommendation"] + ": " + table["Recommendation"].map(asked["text"])
    table["Recommendation"] = table["Recommendation"].where(again, full)
    shown = report.own(*measured["measure"].unique())
    return Answer(
        SEEN,
        "",
        sentence,
        shown,
        table,
        f"Recommendations, what would show that they worked, and what the record shows since "
        f"{base_year}",
        "A measure that moved after a recommendation did not move because of it, and two years say "
        "nothing of those between. Timeliness is what is counted where quality was asked for. "
        f"{boards(asked.loc[rows['recommendation'].unique()])}",
    )


def boards(asked: pd.DataFrame) -> str:
    """Say which recommendations are not to the authority itself."""
    others = asked[~asked["addressed_to"].str.contains("local authority")]
    by_whom = others.groupby("addressed_to").apply(lambda rows: words.listed(rows.index))
    return " ".join(f"To the {whom}: {codes}." for whom, codes in by_whom.items())


def asked_of(report: Report) -> pd.DataFrame:
    """Return the recommendations of the documents on the area that were out by the date."""
    rows = actions.recommendations().set_index("recommendation")
    return rows[rows["document"].isin(papers.held_documents(report))]


def told_by(report: Report, codes: str) -> str:
    """Keep of some facts those of documents that were out by the date."""
    facts = documents.facts().set_index("fact")["document"]
    known = papers.held_documents(report)
    return " ".join(code for code in codes.split() if facts[code] in known)


def moved(report: Report, row: object, base_year: int) -> list[dict[str, str]]:
    """Write one measure of a recommendation: first year, newest, and which way it moved."""
    name = str(row.measure)  # type: ignore[attr-defined]
    measure = measures.get(name)
    years = [year for year in report.years(name) if year >= base_year]
    if len(years) < 2:
        return []
    pair = change.between(report.own(name), measure, years[0], years[-1]).iloc[0]
    return [
        {
            "code": str(row.recommendation),  # type: ignore[attr-defined]
            "Measure": measure.label,
            "First": f"{words.figure(pair['value_first'], measure)} ({years[0]})",
            "Newest": f"{words.figure(pair['value_last'], measure)} ({years[-1]})",
            "Direction": way_of(change.verdict(pair), movement.direction(pair, measure)),
            "Printed in the paper": printed_facts(str(row.printed)),  # type: ignore[attr-defined]
        }
    ]


def way_of(verdict: str, direction: str) -> str:
    """Say which way a measure moved, if chance alone does not do as much.

    Examples
    --------
    >>> way_of("yes", "better"), way_of("no", "better"), way_of("unknown", "worse")
    ('better', 'could be chance', 'worse, chance not tested')
    """
    if verdict == "unknown":
        return direction + UNTESTED
    return direction if verdict == "yes" else CHANCE


def printed_facts(codes: str) -> str:
    """Write the facts that a paper printed for a recommendation."""
    facts = documents.facts().set_index("fact")
    return ", ".join(
        facts.loc[code, "value"] + UNITS.get(facts.loc[code, "unit"], f" {facts.loc[code, 'unit']}")
        for code in codes.split()
    ) or common.NO_FIGURE  # fmt: skip


def unmeasured(rows: pd.DataFrame) -> list[dict[str, str]]:
    """Write what would have to be counted, for recommendations that name it."""
    return [
        {
            "code": row.recommendation,
            "Measure": f"Needed: {row.needed}",
            "First": common.NO_FIGURE,
            "Newest": common.NO_FIGURE,
            "Direction": common.NO_FIGURE,
            "Printed in the paper": printed_facts(row.printed),
        }
        for row in rows[rows["needed"].ne("")].itertuples()
    ]


def order(text: str) -> tuple[str, int]:
    """Return where a recommendation stands among all: year, then number."""
    year, number = text.split("-")
    return year, int(number) if number.isdigit() else 99


def road(report: Report) -> Answer:
    """Say how inspectors judged the area, each time on the scale of the framework of the time."""
    held = judgements.read()
    rows = held[
        held["area"].eq(report.area.code)
        & held["grade"].ne("")
        & held["published"].between("1", report.as_at)
    ]
    if rows.empty:
        raise NotHeldError(f"No graded inspection of {report.area.name} is held by this date.")
    overall = rows[rows["judgement"].str.contains(OVERALL)].sort_values("published")
    steps = [
        f"{row.grade}{subject(row.judgement)} ({dated_by(row)}{row.published[:4]})"
        for row in overall.itertuples()
    ]
    frameworks = rows["framework"].nunique()
    apart = " Each has its own scale: a grade of one is no step of another." * (frameworks > 1)
    sentence = (
        f"{report.area.name} was judged {words.listed(steps)}, "
        f"under {papers.counted(frameworks, 'framework')} of inspection.{apart}"
    )
    table = pd.DataFrame(
        {
            "Judgement": rows["judgement"],
            "Grade": [
                f"{row.grade}: {row.rank} of {len(judgements.scale(row.framework))}"
                for row in rows.itertuples()
            ],
            "Scale of": rows["framework"],
            "Published": [dated_by(row) + brief(row.published) for row in rows.itertuples()],
        }
    ).iloc[rows["published"].argsort(kind="stable").to_list()]
    return Answer(
        ROAD,
        "",
        sentence,
        papers.nothing(report),
        table,
        f"Inspection judgements of {report.area.name}, newest last; 1 is the best grade",
        "A focused visit has no grade. Inspections before 2018 are held only where a document "
        "prints them; one whose day it does not print was out by the day of that document.",
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
    return common.progress(report, "road", ROAD, base_year, caution, events=report.events())


def subject(judgement: str) -> str:
    """Say what an overall judgement is about, where the framework has several."""
    about = judgement.replace(OVERALL, "").strip(": ")
    return f" for {about}" if about else ""


def plans_of(report: Report) -> pd.DataFrame:
    """Return the actions of the plans on the area that were out by the date."""
    known = papers.held_documents(report)
    rows = actions.read()
    rows = rows[rows["document"].isin(known)]
    if rows.empty:
        raise NotHeldError(f"No plan of action on {report.area.name} was out by this date.")
    return rows


def plan_names(rows: pd.DataFrame) -> str:
    """Name the documents that hold the plans."""
    return words.listed(papers.called(code) for code in rows["document"].unique())


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
    state = rows.assign(state=actions.ledger(rows, on or report.as_at))
    for (document, name), count in state.groupby(["document", "state"]).size().items():
        print(f"{document:8}{name:40}{count:4}")
