"""Rules that every computed sentence keeps: each recomputes what it checks from the figures."""

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.findings.finding import Finding
from thurrock_analysis.findings.report import Report
from thurrock_analysis.papers import documents
from thurrock_analysis.record import areas, dictionary, measures
from thurrock_analysis.record.measures import Measure

NEVER = {
    "a number that is none": r"\bnan\b|NaT|\bNone\b|\binf\b|no figure%",
    "up or down by nothing": r"\b(up|down) 0(\.0+)?%|\b(up|down) 0(\.0+)? percentage",
    "a change over zero": r"% from £?0(\.0+)?%? in\b|\(\+inf",
    "a plural of one": r"(?<![\d.,])1 (measures|figures|conclusions|children|cases|groups)\b"
    r"|(?<![\d.,])1(\.0)? points\b|(?<![\d.,])1 (have|were)\b|(?<![\d.,])1 of [^.;:]*?\bwere\b",
    "a span of one year": r"\b(\d{4}) to \1\b",
    "a missing article": r"\b(in|of) (North|South) (East|West)\b(?! [A-Z])",
    "words run together": r"[a-z]\.[A-Z]|  +|\(\)|,,| ,| \.|;\.",
    "a word twice": r"\b([A-Za-z]+) \1\b",
}
LONGEST = 45
"""Words in one sentence."""
CLOSING = re.compile(r"\b((?:19|20)\d\d)(?:-(\d\d))?\b")
COUNTED = re.compile(r"(-?£?\d(?:[\d,.]*\d)?)(%?)(?: of ([\d,.]*\d))? (?:of )?$")
MOVED = re.compile(
    r"\b((?i:up|down|unchanged|in effect unchanged|the same number as the|it was|after)) ?"
    r"(?:([\d,.]*\d)(%| percentage points?)? )?(?:from )?£?(-?[\d,.]*\d)%? in (\d{4})"
)
BOUNDED = re.compile(r"(?:(At least|At most) |(?:[\d,]+ to ))?([\d,]+) of ([\d,]+) ")
"""What is told of a hidden number: the least, the most, or both."""
HIDDEN = re.compile(
    r"(?:^|In .{3,60}? |: )[Nn]o figure of .*? can be told for .*?\)\.( The last:)? "
)
"""What a line says of hidden years before it tells an older one."""
TURN = re.compile(
    r", (highest|lowest) since then (?:of the years with a figure )?£?([\d,.]*\d)%?(?:, last)? "
    r"in (\d{4})"
)
GONE = re.compile(
    r"number moved from ([\d,.]*\d) to ([\d,.]*\d), (?:just as|([\d,.]+) (more|fewer) than) they"
)
PLACED = re.compile(r"(joint )?(?:(\d+)\w\w )?(highest|lowest) of (\d+)")
GAP = re.compile(r"([\d,.]*\d)( points?|%) (above|below) England \(£?([\d,.]*\d)%?\)")
FELL = re.compile(
    r"[Ss]ince (\d{4})\b[^;.]*?(\d+|all|none) (?:of )?(?:(\d+) )?"
    r"[a-z][a-z ]*?(?: with figures to \d{4})? fell"
)
MORE = "by more than is usual"
HELD_TO = re.compile(r" with figures to \d{4} ")
STILL = 5
"""Per cent up to which a measure can be in effect unchanged."""
SHORT = re.compile(r"[Ss]ince (\d{4})\b")
BY = re.compile(r"\(([+−])(\d+)%\)")
AHEAD = re.compile(
    r"For (?:\d+ \w+ )?([\d-]{4,7}), of which no figure is held yet, "
    r"(?:between ([\d,.]*\d)%? and )?([\d,.]*\d)%? .*expected (?:in|to be) "
)
CHANCE = re.compile(r"The chance of .* is (\d+)%")
STEP = r"£?([\d,.]*\d)( million)? (?:goe?s? )?with "
STEPPED = re.compile(
    r" ([\d-]{4,7}), (?:£?([\d,.]*\d)( million)? (more|fewer) than|as) in (\d{4})\."
)
BRIDGED = re.compile(
    r".*?: £?([\d,.]*\d) .*?, (?:([\d,.]*\d) (more|fewer) than|as many as) in (\d{4}): "
    r"([+−]?[\d,.]*\d) .*? and ([+−]?[\d,.]*\d) all others\."
)
MIXED = re.compile(
    r"; (?:a mix of its neighbours that|its neighbour [^;]+, which) (?:moved like|followed) it to "
    r"(\d{4})(?: little better than its own mean)?"
    r"(?: and is set to its level,)? came to £?([\d,.]*\d)%?\. "
    r"(?:From (\d{4}) to|In) (\d{4}), (\d+|none) of (\d+) other councils"
)
FEW = re.compile(
    r"; (?:[0-5]|[0-4] at most) in \d+ groups? whose|at most [0-4] of "
    r"|(?:adopted|guardianship) at most [0-4]\b"
)
LEFT = {
    "looked_after_adopted": "adopted",
    "looked_after_special_guardianship": "left to special guardianship",
}
Rule = Callable[[Finding], Iterator[str]]


def number(text: str) -> float:
    """Read a printed number."""
    return float(text.replace(",", "").lstrip("£"))


def rounded(value: float, decimals: int = 0) -> float:
    """Round half away from zero, on decimals."""
    exact = Decimal(repr(round(float(value), decimals + 6)))
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def closing(year: str, end: str | None) -> int:
    """Return the closing year of "2024-25" or "2025"."""
    return int(year) + bool(end)


def own(one: Finding) -> pd.DataFrame:
    """Return the area's own figures of whole measures, by closing year."""
    if one.report is None or not len(one.figures):
        return pd.DataFrame()
    rows = one.figures
    rows = rows[rows["area"].eq(one.report.area.code) & rows["breakdown"].eq("all")]
    return rows.assign(year=rows["period_end"].dt.year)


def told(one: Finding) -> Iterator[tuple[Measure, pd.DataFrame, str, str]]:
    """Yield each line that tells a measure: the measure, its rows, the words before and after.

    What tells no newest figure first has rules of its own.
    """
    rows = own(one)
    if one.verb in ("outlook", "decompose"):
        return
    names = [] if rows.empty else rows["measure"].unique()
    # A balance tells its number first, then sums of flows, which `wrong_flows` holds.
    known = {
        name: measures.get(name) for name in names[: 1 if "unexplained" in one.table else None]
    }
    for line in one.sentence.split("\n"):
        lead = HIDDEN.search(line)
        hidden, line = (line[: lead.end()], line[lead.end() :]) if lead else ("", line)
        found = [each for each in known.values() if each.phrase.removeprefix("of ") in line]
        if found:
            measure = max(found, key=lambda each: len(each.phrase))
            before, after = line.split(measure.phrase.removeprefix("of "), 1)
            yield measure, rows[rows["measure"].eq(measure.measure)], hidden + before, after


def bad_words(one: Finding) -> Iterator[str]:
    """No word or sign that a reader would stumble over."""
    said = " ".join(filter(None, [one.sentence, one.doubt, one.shown.caption, one.rest.caption]))
    for what, pattern in NEVER.items():
        if found := re.search(pattern, said):
            yield f"{what}: ...{said[max(found.start() - 30, 0) : found.end() + 20]}..."


def long_sentences(one: Finding) -> Iterator[str]:
    """No sentence that nobody can read aloud."""
    for said in re.split(r"(?<=[.:;])\s+|\n", one.sentence):
        if len(said.split()) > LONGEST:
            yield f"a sentence of {len(said.split())} words: {said[:60]}..."


def hidden_told(one: Finding) -> Iterator[str]:
    """A figure without a number has a reason, and no table shows a number in its place."""
    if len(one.figures) and (one.figures["value"].isna() & one.figures["status"].eq("")).any():
        yield "a figure without a number has no reason"
    for table in (one.shown, one.rest):
        if table.reasons is not None:
            both = table.reasons.ne("") & table.frame[table.reasons.columns].notna()
            if both.to_numpy().any():
                yield "a hidden figure is shown as a number"


def before_it_existed(one: Finding) -> Iterator[str]:
    """Nothing is shown of an area from before it existed."""
    first = one.report.area.first_year if one.report else 0
    born = pd.Timestamp(first - 1, 4, 1) if first else pd.Timestamp.min
    if len(own(one)) and (own(one)["period_end"] < born).any():
        yield f"a figure before {born.date()}"


def other_years(one: Finding) -> Iterator[str]:
    """Every year in the sentence is one of the figures'."""
    if one.report is None or not len(one.figures) or " would " in one.sentence:
        return
    ends = one.figures["period_end"].dt.year
    known = set(range(int(ends.min()), int(ends.max()) + 1)) | inspected(one)
    if one.verb == "outlook":
        known |= set(one.table["year"])
    # A year asked for, and one in the name of a group or document, are none that is told.
    papers = "|".join(re.escape(row["called"]) for row in documents.registry().values())
    said = re.sub(rf"from \d{{4}} on\b|\(to \d{{4}}\)(?=,| \d)|{papers}", "", one.sentence)
    for year, end in CLOSING.findall(said):
        if closing(year, end) not in known:
            yield f"{year} is the year of no figure"


def inspected(one: Finding) -> set[int]:
    """Return the years of inspections and the years beside them."""
    days = [] if one.report is None else [day for day, _ in one.report.events()]
    return {day.year + back for day in days for back in (0, 1)}


def wrong_newest(one: Finding) -> Iterator[str]:
    """What is told first of a measure is its newest number, and hidden later years are said."""
    for measure, rows, before, after in told(one):
        ended, counted = CLOSING.search(after), COUNTED.search(before)
        numbers = rows.dropna(subset=["value"])
        if not ended or not counted or numbers.empty:
            continue
        newest = numbers.loc[numbers["period_end"].idxmax()]
        if "hidden or not held" in one.sentence:  # of a part, without which no whole is told
            told_of = numbers[numbers["year"].eq(closing(*ended.groups()))]
            if told_of.empty:
                yield f"{measure.measure} of {ended[0]} is not held"
                continue
            yield from wrong_number(measure, told_of.iloc[-1], counted, after)
            continue
        if closing(*ended.groups()) != newest["year"]:
            yield f"{measure.measure} is of {ended[0]}, and {newest['year']} is held"
            continue
        later = [*rows["period_end"], *hidden_parts(one.report, measure)]
        if max(later) > newest["period_end"] and "can be told for" not in before + after:
            yield f"{measure.measure}: nothing says that later years are hidden"
        yield from wrong_number(measure, newest, counted, after)


def hidden_parts(report: Report | None, measure: Measure) -> list[pd.Timestamp]:
    """Return the periods in which a group that a share counts has no number."""
    part = measure.numerator
    if part is None or part.breakdown == "all" or report is None:
        return []
    rows = report.own(part.measure, breakdown=part.breakdown)  # while it existed
    rows = rows[rows["group"].isin(part.groups)]
    return list(rows.loc[rows["value"].isna(), "period_end"])


def wrong_number(measure: Measure, row: pd.Series, counted: re.Match, after: str) -> Iterator[str]:
    """The number that is told is the figure's, and children are the parts of their share."""
    shown, percent, whole = counted.groups()
    if not whole:
        if number(shown) != rounded(row["value"], measure.decimals):
            yield f"{shown} {measure.measure} is {row['value']}"
        if bool(percent) != (measure.unit == "percent"):
            yield f"{shown}{percent} has not the unit of {measure.measure}"
        return
    share = re.search(r"\(([\d.,]+)%\)", after)
    parts = rounded(row["numerator"], 1), rounded(row["denominator"], 1)
    if (number(shown), number(whole)) != parts:
        yield f"{shown} of {whole} are not the parts of {measure.measure}: {parts}"
    if not share or number(share[1]) != rounded(100 * parts[0] / parts[1], measure.decimals):
        yield f"{shown} of {whole} is not {share and share[1]}%"


def wrong_moves(one: Finding) -> Iterator[str]:
    """What moved moved that way, by as much, from that figure, and further in the turn named."""
    for measure, rows, _, after in told(one):
        moved, turn = MOVED.search(after), TURN.search(after)
        numbers = rows.dropna(subset=["value"]).drop_duplicates("year").set_index("year")
        if not moved:
            continue
        way, size, unit, text, since = moved.groups()
        way = way.lower()
        last = numbers.iloc[-1]
        first = numbers.loc[int(since)] if int(since) in numbers.index else None
        if first is None or number(text) != rounded(first["value"], measure.decimals):
            yield f"{measure.measure} was not {text} in {since}"
            continue
        gone = last["value"] - first["value"]
        still = measure.unit == "percent" and last["numerator"] == first["numerator"]
        if way in ("up", "down") and (still or (gone > 0) != (way == "up") or not gone):
            yield f"{way} from {text} to {last['value']} ({measure.measure})"
        if way == "the same number as the" and not still:
            yield f"{measure.measure}: {last['numerator']} is not {first['numerator']}"
        if size and unit:
            yield from wrong_size(measure, first, last, number(size), unit)
        if turn:
            between = numbers.loc[int(since) + 1 : last.name - 1, "value"]
            gaps = len(between) < last.name - 1 - int(since)
            if gaps and "of the years with" not in after and not bounded(measure, number(turn[2])):
                yield f"{turn[0]}: a year between has no figure"
            end = between.max() if turn[1] == "highest" else between.min()
            if (
                number(turn[2]) != rounded(end, measure.decimals)
                or int(turn[3]) not in (between.index[between.eq(end)])
            ):
                yield f"{turn[1]} is not {turn[2]} in {turn[3]} ({measure.measure})"


def bounded(measure: Measure, value: float) -> bool:
    """Say whether what is hidden cannot lie beyond: at an end of a share, or by other groups."""
    part = measure.numerator
    return measure.is_share and (value in (0, 100) or bool(part and part.breakdown != "all"))


def wrong_size(
    measure: Measure, first: pd.Series, last: pd.Series, size: float, unit: str
) -> Iterator[str]:
    """A share moves by points, a balance by its count, all else by per cent of the parts."""
    if measure.unit == "percent" and unit == "%":
        yield f"{measure.measure} is a share, and moved by {size}%"
    if measure.is_balance:
        yield f"{measure.measure} is a balance, and moved by {size}{unit}"
    gone = rounded(abs(last["value"] - first["value"]), measure.decimals)
    if unit == "%":
        gone = rounded(abs(change(measure, first, last)))
    if size != gone:
        yield f"{measure.measure} moved by {gone}, not by {size}{unit}"


def change(measure: Measure, first: pd.Series, last: pd.Series) -> float:
    """Return a change in per cent, of the unrounded parts where both figures have them."""
    parts = [row["numerator"] / row["denominator"] * measure.per for row in (first, last)]
    ends = [first["value"], last["value"]] if pd.isna(parts).any() else parts
    return 100 * (ends[1] / ends[0] - 1)


def wrong_places(one: Finding) -> Iterator[str]:
    """A rank is that of the area among those with a figure, from the nearer end, joint if so."""
    found = PLACED.search(one.sentence)
    if not found or one.report is None or one.chart is None or one.verb == "expected":
        return
    field = one.chart.what[0]
    ranks = (one.rest if len(one.rest) else one.shown).frame
    values = ranks["value"]
    here = field.loc[field["area"].eq(one.report.area.code), "value"].iloc[0]
    joint, order, end, of = found.groups()
    above, below = int((values > here).sum()), int((values < here).sum())
    beyond = above if end == "highest" else below
    if (int(order or 1), int(of)) != (beyond + 1, len(values)) or beyond > min(above, below):
        yield f"{found[0]}, with {above} above and {below} below of {len(values)}"
    if bool(joint) != (values.eq(here).sum() > 1):
        yield f"{found[0]}, which {'nobody' if joint else 'somebody'} shares"
    if not values.is_monotonic_decreasing:
        yield "a ranking that is not in its order"


def wrong_expected(one: Finding) -> Iterator[str]:
    """Ratios are ranked among all authorities, and on the side of their range that is said."""
    if one.verb != "expected" or one.report is None:
        return
    known = pd.read_csv(paths.record().with_name("expected.csv"))
    known = known[known["published"].le(one.report.as_at)]
    known = known[known["edition"].eq(known["edition"].max())].dropna(subset=["actual"])
    known["ratio"] = known["actual"] / known["expected"]
    own_rows = known[known["area"].eq(one.report.area.code)].set_index("measure")
    outside, _, within = one.sentence.partition(" the range of ")
    for row in one.table.dropna(subset=["actual"]).itertuples():
        label = measures.table()["label"].str.removesuffix(" per 10,000 children").eq(row.label)
        name = next(each for each in label.index[label] if each in own_rows.index)
        here, field = own_rows.loc[name], known.loc[known["measure"].eq(name), "ratio"]
        above, below = int((field > here["ratio"]).sum()), int((field < here["ratio"]).sum())
        found = PLACED.search(row.rank)
        beyond = above if found and found[3] == "highest" else below
        if not found or (int(found[2] or 1), int(found[4])) != (beyond + 1, len(field)):
            yield f"{row.rank} of {name}, with {above} above and {below} below"
        if len(one.table) > 1 and (f"{row.label} (" in outside.split(" lie within")[0]) == (
            row.low <= row.actual <= row.high
        ):
            yield f"{row.label} of {row.actual} is on the wrong side of {row.low} to {row.high}"
        side = "below" if row.actual < row.low else "above" if row.actual > row.high else "within"
        if len(one.table) == 1 and not outside.endswith(side):
            yield f"{row.actual} is {side} {row.low} to {row.high}"
        said = re.search(rf"{re.escape(row.label)} \(([\d,]+), where ([\d,]+) would", one.sentence)
        if said and tuple(map(number, said.groups())) != (row.actual, rounded(row.expected)):
            yield f"{said[0]}: {row.actual} and {row.expected}"


def wrong_outlook(one: Finding) -> Iterator[str]:
    """What is expected is a later year's, the numbers those of its table, the newest the newest."""
    if one.verb != "outlook":
        return
    ahead, _, newest = one.sentence.partition(" such forecasts hold); ")
    rows = own(one).dropna(subset=["value"])
    last = rows.loc[rows["period_end"].idxmax()]
    measure = measures.get(last["measure"])
    found, now = AHEAD.search(ahead), re.match(r"([\d,.]*\d)%? .*?([\d-]{4,7})[.,]", newest)
    if not found or not now:
        yield "an outlook that says neither what is expected nor what was last"
        return
    year = closing(*CLOSING.search(found[1]).groups())
    if year not in set(one.table["year"]):
        yield f"{year} is not ahead"
        return
    row = one.table.set_index("year").loc[year]
    said = number(found[2] or found[3]), number(found[3])
    if said != tuple(rounded(row[end], measure.decimals) for end in ("from_80", "to_80")):
        yield f"{found[0]} is not {row['from_80']} to {row['to_80']}"
    told = number(now[1]), closing(*CLOSING.search(now[2]).groups())
    if told != (rounded(last["value"], measure.decimals), last["year"]) or year <= last["year"]:
        yield f"{now[0]} expected for {year}, and {last['value']} of {last['year']} is held"
    side = re.search(r", (above|below) all of that range\.", newest)
    far = "below" if last["value"] < row["from_80"] else "above"
    if bool(side) == (row["from_80"] <= last["value"] <= row["to_80"]) or side and side[1] != far:
        yield f"{last['value']} beside {row['from_80']} to {row['to_80']}: {newest}"
    chance = CHANCE.search(one.sentence)
    if chance and number(chance[1]) != rounded(row["chance"]):
        yield f"{chance[0]} is not {row['chance']}"


def wrong_parts(one: Finding) -> Iterator[str]:
    """Parts add up to the change; what goes with a step is its part, and no part is left out."""
    if one.verb != "decompose":
        return
    *steps, total = one.table[["label", "part"]].itertuples(index=False)
    if rounded(sum(step.part for step in steps), 1) != rounded(total.part, 1):
        yield f"the parts are {sum(step.part for step in steps)}, the change {total.part}"
    found = STEPPED.search(one.sentence)
    if not found:
        yield "nothing says how much changed"
        return
    size = number(found[2] or "0") * (1e6 if found[3] else 1) * (-1 if found[4] == "fewer" else 1)
    if rounded(size, 1) != rounded(total.part, 1):
        yield f"{found[0]}: the change is {total.part}"
    for step in steps if "first" in one.table else []:
        told_of = re.search(STEP + names_of(step.label), one.sentence)
        said = number(told_of[1]) * (1e6 if told_of[2] else 1) if told_of else 0
        if rounded(said, 1) != rounded(abs(step.part), 1):
            yield f"{said} with {step.label}, which is {step.part}"


def names_of(step: str) -> str:
    """Return a pattern of what a step of a chain is called, whichever way it moved."""
    rows = dictionary.read("chains")
    named = rows.loc[rows["step"].eq(step), ["more", "fewer", "step"]].to_numpy().ravel()
    return f"(?:{'|'.join(re.escape(name) for name in {*named} - {''})})"


def wrong_bridge(one: Finding) -> Iterator[str]:
    """A change is that of the table, and its two parts add up to it."""
    if one.verb != "bridge":
        return
    found, table = BRIDGED.match(one.sentence), one.table.set_index("year").sort_index()
    if not found or int(found[4]) not in table.index:
        yield "nothing says how much changed, and since when"
        return
    gone = table.iloc[-1] - table.loc[int(found[4])]
    more = number(found[2] or "0") * (-1 if found[3] == "fewer" else 1)
    said = number(found[1]), more, *(number(found[at].replace("−", "-")) for at in (5, 6))
    right = (
        rounded(table["all"].iloc[-1], 1),
        *(rounded(gone[name], 1) for name in ("all", "part", "others")),
    )
    if said != right or rounded(said[2] + said[3], 1) != said[1]:
        yield f"{said} should be {right}"


def wrong_mix(one: Finding) -> Iterator[str]:
    """A mix is the newest of its table, and the years are those after the event."""
    if one.verb != "after":
        return
    found, table = MIXED.search(one.sentence), one.table.set_index("year").sort_index()
    if not found:
        yield "nothing says what a mix came to"
        return
    before, mix, first, last, far, of = found.groups()
    decimals = measures.get(one.figures["measure"].iloc[0]).decimals
    later = table.index[table.index > int(before)]
    if number(mix) != rounded(table["mix"].iloc[-1], decimals):
        yield f"{mix} is not {table['mix'].iloc[-1]}"
    if (int(first or last), int(last)) != (later.min(), later.max()):
        yield f"{first} to {last} are not the years after {before}"
    if (0 if far == "none" else int(far)) > int(of):
        yield f"{far} of {of}"
    share = (1 + (0 if far == "none" else int(far))) / (1 + int(of))
    if ("farther apart than 19 in 20" in one.sentence) != (share <= 0.05):
        yield f"{far} of {of} is the wrong verdict: {one.sentence[-60:]}"


def wrong_gaps(one: Finding) -> Iterator[str]:
    """The gap to England is that of the parts, and on the side that is said."""
    gap = GAP.search(one.sentence)
    for measure, rows, _, _ in told(one):
        if not gap or one.report is None:
            continue
        here = rows.dropna(subset=["value"]).iloc[-1]
        all_of = one.report.figures(measure.measure)
        all_of = all_of[all_of["area"].eq(areas.ENGLAND)]
        there = all_of[all_of["period_end"].eq(here["period_end"])].iloc[0]
        size = here["value"] - there["value"]
        if measure.unit != "percent":
            size = change(measure, there, here)
        said = number(gap[1]), gap[2] != "%", gap[3], number(gap[4])
        side = "above" if size > 0 else "below"
        right = rounded(abs(size)), measure.unit == "percent", side, there["value"]
        if said != right:
            yield f"{gap[0]} should be {right}"


def wrong_falls(one: Finding) -> Iterator[str]:
    """As many measures fell as are said to, and those named moved as much as is said."""
    rows = own(one).dropna(subset=["value"]) if len(own(one)) else own(one)
    for part in re.split(r"(?<=\.)\s", one.sentence):
        since = SHORT.search(part)
        if not since or not BY.search(part):
            continue
        moved, ends = {}, {}
        for name, each in rows.groupby("measure", observed=True):
            each = each.drop_duplicates("year").set_index("year")
            first = int(since[1])
            if first in each.index and each.index[-1] > first and each.loc[first, "value"]:
                moved[name] = change(measures.get(name), each.loc[first], each.iloc[-1])
                ends[name] = each.index[-1]
        if HELD_TO.search(part):
            moved = {name: moved[name] for name in moved if ends[name] == max(ends.values())}
        left = part
        for name in sorted(moved, key=lambda each: -len(measures.get(each).short)):
            label, size = measures.get(name).short.lower(), moved[name]
            for whole, sign, text in re.findall(rf"({re.escape(label)} {BY.pattern})", left):
                left = left.replace(whole, "")
                if rounded(size) != float(text) * (1 if sign == "+" else -1):
                    yield f"{label} moved by {size:.1f}%, not by {sign}{text}%"
        if count := FELL.search(part):
            # One in effect unchanged is told as such, or as what it is.
            # Of what moved by more than is usual, that it fell is all that the figures say.
            most, least = (sum(rounded(size) < to for size in moved.values()) for to in (0, -STILL))
            least *= MORE not in part
            total = int(count[3]) if count[3] else len(moved)
            words = {"all": total, "none": 0}
            said = words[count[2]] if count[2] in words else int(count[2])
            if not least <= said <= most or total != len(moved):
                yield f"{least} to {most} of {len(moved)} fell: {part}"


def wrong_groups(one: Finding) -> Iterator[str]:
    """Groups that are told are parts of their whole, and the rest is what is hidden."""
    found = re.search(r" by [a-z ]+: of £?([\d,]+), (.*)", one.sentence)
    if not found:
        return
    whole, said = number(found[1]), found[2].split(". ")[0]
    counts = [(number(n), number(p)) for n, p in re.findall(r" £?([\d,]+) \((\d+)%\)", said)]
    for count, share in counts:
        if rounded(100 * count / whole) != share:
            yield f"{count} of {whole} is not {share}%"
    rest = re.search(r"; (?:at most |[\d,]+ to )?([\d,]+) in (\d+) groups? whose", said)
    left = number(rest[1]) if rest and number(rest[1]) > 5 else 0  # five stands for what is left
    if sum(count for count, _ in counts) + left > whole:
        yield f"more than all {whole} are told"
    newest = one.figures[one.figures["value"].gt(0)]["period_end"].max()
    year = one.figures[one.figures["period_end"].eq(newest)]
    if rest and int(rest[2]) > year["status"].eq("suppressed").sum():
        yield f"{rest[2]} groups are not hidden"


def small_told(one: Finding) -> Iterator[str]:
    """No hidden count of five or less is told by what is left of a total."""
    said = f"{one.sentence} {one.doubt}"
    if found := FEW.search(said):
        yield f"{found[0]} tells a small number"
    ways = re.match(r"In .*? in ([\d-]{4,7}): (.*?)\. From (\d{4}) to (\d{4}): (.*)", said)
    if one.verb != "routes" or not ways:
        return
    ended = closing(*CLOSING.search(ways[1]).groups())
    for first, last, text in ((ended, ended, ways[2]), (int(ways[3]), int(ways[4]), ways[5])):
        for name, way in LEFT.items():
            values = printed_ways(one.report, name).reindex(range(first, last + 1))
            exact = re.search(rf"{way} ([\d,]+)(?! to|[\d,])", text)
            if exact and values.isna().any() and number(exact[1]) - values.sum() <= 5:
                yield f"{exact[0]}, of which {values.sum()} are printed"


def printed_ways(report: Report | None, name: str) -> pd.Series:
    """Return by year how many left care one way: as printed, or as the sum of printed reasons."""
    assert report is not None
    rows = report.own(name)
    whole = rows.set_index(rows["period_end"].dt.year)["value"]
    rows = report.own("looked_after_ceased", breakdown="reason")
    rows = rows[rows["group"].str.startswith(LEFT[name].removeprefix("left to "))]
    sums = rows.groupby(rows["period_end"].dt.year)["value"].agg(
        lambda each: each.sum(skipna=False)
    )
    return whole.combine_first(sums)


def other_roundings(one: Finding) -> Iterator[str]:
    """A number in a headline is the one in the sentence or the table, digit for digit."""
    if one.chart is None or not len(one.figures):
        return
    texts = [table.texts().to_numpy().ravel().tolist() for table in (one.shown, one.rest)]
    known = one.sentence + " " + " ".join(str(cell) for cells in texts for cell in cells)
    known = known.replace("−", "")
    known += "".join(f" {closing(*year)}" for year in CLOSING.findall(known))
    headline = CLOSING.sub(lambda year: str(closing(*year.groups())), one.chart.options["headline"])
    for text in re.findall(r"(?<![\d.,])\d(?:[\d,]*\d)?(?:\.\d+)?%?", headline):
        if not re.search(rf"(?<![\d.,]){re.escape(text)}(?![\d]|\.\d)", known):
            yield f"{text} stands in the headline alone"


def other_cells(one: Finding) -> Iterator[str]:
    """A table by year holds the figures themselves."""
    rows, table = own(one), one.table
    if rows.empty or "year" not in table.columns:
        return
    for name in set(table.columns) & set(rows["measure"]):
        known = rows[rows["measure"].eq(name)].drop_duplicates("year").set_index("year")["value"]
        shown = table.set_index("year")[name].reindex(known.index)
        if not shown.equals(known.astype("float64")):
            yield f"the table has other figures of {name}"


def wrong_flows(one: Finding) -> Iterator[str]:
    """Sums of flows are those of the years named; the highest year-end is the highest."""
    table = one.table
    if "unexplained" not in table.columns:
        return
    for years, end, said in re.findall(
        r"In the (\d+) years to \w+ (\d{4}): (.*?)[.;] ", one.sentence
    ):
        part = table[table["year"].between(int(end) - int(years) + 1, int(end))]
        sums = {rounded(part[name].sum(), 1) for name in ("starts", "ends")}
        counts = {number(text) for text in re.findall(r"(?<![\d,.])\d[\d,]*(?:\.\d)?(?= )", said)}
        if len(part) != int(years) or sums != counts:
            yield f"{said} is not {sums} over {years} years"
    for first, last, gap, more in GONE.findall(one.sentence):
        ends = (
            table[side].map(lambda end: rounded(end, 1)).eq(number(text))
            for side, text in (("opening", first), ("closing", last))
        )
        opened, closed = (table.loc[is_end, "year"] for is_end in ends)
        spans = [
            table[table["year"].between(one_year, other)]["unexplained"].sum()
            for one_year in opened
            for other in closed
        ]
        told = number(gap or "0") * (-1 if more == "fewer" else 1)
        if told not in [rounded(span, 1) for span in spans]:
            yield f"from {first} to {last}: {spans} unexplained, not {told}"
    rows = own(one)
    rows = rows[rows["measure"].eq(rows["measure"].iloc[0])].set_index("year")["value"]
    peak = re.search(
        r"highest year-end number(?: printed)? was ([\d,.]+), .*?(\d{4})", one.sentence
    )
    if peak and (
        number(peak[1]) != rounded(rows.max(), 1)
        or int(peak[2]) not in rows.index[rows == rows.max()]
    ):
        yield f"{peak[0]}, not {rows.max()}"


def empty_cells(one: Finding) -> Iterator[str]:
    """No cell of a table is empty: one without a number says why."""
    for table in (one.shown, one.rest):
        if table.texts().isin(["nan", "", "None"]).to_numpy().any():
            yield f"an empty cell in: {table.caption}"


RULES: list[Rule] = [
    bad_words, long_sentences, hidden_told, before_it_existed, other_years, wrong_newest,
    wrong_moves, wrong_places, wrong_gaps, wrong_falls, wrong_groups, other_roundings,
    small_told, other_cells, wrong_flows, empty_cells, wrong_expected, wrong_outlook, wrong_parts,
    wrong_bridge, wrong_mix,
]  # fmt: skip
SAID_OF_GAPS: list[Rule] = [bad_words, long_sentences]


def faults(one: Finding) -> Iterator[str]:
    """Yield what is wrong with a finding."""
    for rule in RULES if one.held else SAID_OF_GAPS:
        for fault in rule(one):
            yield f"{rule.__name__}: {fault}"


def of_first_page(report: Report, line: dict[str, object]) -> Iterator[str]:
    """Yield what is wrong with a line of any box: none is of a year after which one is hidden."""
    if line["box"] == "moved":
        yield from of_index(line)
    if line["box"] == "ahead" or not line["sentence"]:
        return
    measure, sentence = measures.get(str(line["measure"])), str(line["sentence"])
    rows = report.own(measure.measure).sort_values("period_end")
    newest = max([*rows["period_end"], *hidden_parts(report, measure)])
    told_of = CLOSING.search(sentence)
    found = BOUNDED.match(sentence) if "The number is " in sentence else None
    if found:
        yield from of_hidden(report, measure, found, sentence)
        return
    last = rows.dropna(subset=["value"]).iloc[-1]
    if not told_of or closing(*told_of.groups()) != newest.year or last["period_end"] < newest:
        yield f"the newest year is {newest.year}: {sentence}"
    elif line["box"] in ("matters", "better"):
        for fault in of_what_matters(report, measure, sentence):
            yield f"{fault}: {sentence}"


def of_hidden(report: Report, measure: Measure, found: re.Match, sentence: str) -> Iterator[str]:
    """Yield what is wrong with a line on a hidden figure: its bounds, its year, a side it lacks."""
    newest = max([*report.own(measure.measure)["period_end"], *hidden_parts(report, measure)])
    low, high, whole = report.between(measure.measure, newest)
    if (number(found[2]), number(found[3])) != (low if found[1] == "At least" else high, whole):
        yield f"hidden is {low} to {high} of {whole}: {sentence}"
    if closing(*CLOSING.search(sentence).groups()) != newest.year:
        yield f"the newest year is {newest.year}: {sentence}"
    england = re.search(r"; England ([\d.]+)%.*? That is .*?(above|below) England", sentence)
    ends = 100 * low / whole, 100 * high / whole
    if england and not all((end > number(england[1])) == (england[2] == "above") for end in ends):
        yield f"{ends} is not {england[2]} England: {sentence}"


def of_what_matters(report: Report, measure: Measure, sentence: str) -> Iterator[str]:
    """Yield what is wrong with a line that sets a measure beside England and its own past."""
    for what, pattern in NEVER.items():
        if re.search(pattern, sentence):
            yield what
    rows = report.figures(measure.measure).dropna(subset=["value"])
    rows = rows.assign(year=rows["period_end"].dt.year)
    own, whole = (
        rows[rows["area"].eq(code)].set_index("year")["value"]
        for code in (report.area.code, areas.ENGLAND)
    )
    year = own.index.max()
    england = re.search(r"; England £?([\d,.]*\d)%?[,.]", sentence)
    if not england or number(england[1]) != rounded(whole[year], measure.decimals):
        yield f"England is {whole[year]}"
    side = re.search(r"That is (?:farther )?(above|below) (England|the mean|what would)", sentence)
    if "That is level with England" in sentence:
        if own[year] != whole[year]:
            yield "not level with England"
    elif not side:
        yield "no side"
        return
    if side and side[2] == "England" and (own[year] > whole[year]) != (side[1] == "above"):
        yield f"{side[1]} England"
    lasting = re.search(r"It was (above|below) England in each of the last (\d) years", sentence)
    if lasting:
        gaps = (own - whole).mul(1 if lasting[1] == "above" else -1)
        years = int(lasting[2])
        if not gaps.reindex(range(year - years + 1, year + 1)).gt(0).all():
            yield f"not {years} years on that side"
        if years < 5 and gaps.get(year - years, 0) > 0:
            yield f"more than {years} years on that side"
    span = re.search(r"five years before \(£?([\d,.]*\d)%? to £?([\d,.]*\d)%?\)\.", sentence)
    before = own.reindex(range(year - 5, year))
    if span:
        ends = before.min(), before.max()
        place = "lower than in" if own[year] < ends[0] else "higher than in"
        place = "within the range" if ends[0] <= own[year] <= ends[1] else place
        right = tuple(rounded(end, measure.decimals) for end in ends)
        if (
            before.isna().any()
            or tuple(map(number, span.groups())) != right
            or (place not in sentence)
        ):
            yield f"the five years before are {before.tolist()}"


def of_index(line: dict[str, object]) -> Iterator[str]:
    """Yield what is wrong with a line of the index: its sentence and its cells are one."""
    sentence = str(line["sentence"])
    for what, pattern in NEVER.items():
        if re.search(pattern, sentence):
            yield f"{what}: {sentence}"
    measure = measures.get(str(line["measure"]))
    for cell in ("value", "before"):
        if str(line[cell]) not in sentence:
            yield f"{cell} {line[cell]} does not stand in: {sentence}"
    if measure.is_balance and "%" in str(line["change"]):
        yield f"a percentage of a balance: {sentence}"
    if not re.search(r"(?:from|as the|after) \S+ (?:in|on|to) .*\d{4}", sentence):
        yield f"the figure before has no period: {sentence}"
    if line["weight"] and line["verdict"] not in ("larger", "usual"):
        yield f"a weight without a verdict: {sentence}"
    up = re.search(r"\b(up|down) \d", sentence)
    if up and str(line["direction"]) in ("same number", "unchanged"):
        yield f"{up[1]} where nothing moved: {sentence}"
