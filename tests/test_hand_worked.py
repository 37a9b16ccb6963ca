"""Indicators against cases that were worked by hand from their definitions."""

import calendar
import io
import math
import re
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from tests import making_returns
from thurrock_analysis.indicators import compute, periods, profile
from thurrock_analysis.returns.returns import Returns

HERE = Path(__file__).parent / "hand_worked"
STATUTORY = Path(__file__).parents[1] / "data" / "statutory"
FAMILIES = ["demand", "placements", "adoption", "workforce", "care_leavers"]
DAY = re.compile(r"\b(\d\d)/(\d\d)/(\d{4})\b")
KEY = re.compile(r"(\w+)(?: @(\w+))?(?: \[(.+)\])?")
COVERED = "01/04/2010 - 31/03/2030"
COLLECTIONS = ["SSDA903", "CIN census", "CSWW"]

Case = dict[str, Any]


def cases(family: str) -> list[Case]:
    read: list[Case] = yaml.safe_load((HERE / f"{family}.yml").read_text(encoding="utf-8"))
    return read


def named(family: str) -> list[Any]:
    return [pytest.param(case, id=f"{family}: {case['case']}") for case in cases(family)]


ALL = [param for family in FAMILIES for param in named(family)]


def day(text: str) -> date:
    dd, mm, yyyy = text.split("/")
    return date(int(yyyy), int(mm), int(dd))


def held(case: Case) -> Returns:
    """Return the tables of a case, typed; a row belongs to the return that the period closes.

    The other tables of a collection that is held are empty.
    """
    tables = {name: typed(name, rows) for name, rows in rows_of(case).items()}
    areas = {area for table in tables.values() for area in table["LA"]}
    spans = pd.concat([covered(case, area) for area in sorted(areas)], ignore_index=True)
    sent = {collections()[name] for name in tables}
    others = {name for name, collection in collections().items() if collection in sent}
    return Returns({name: empty(name) for name in others} | tables, spans=spans)


@cache
def collections() -> dict[str, str]:
    forms = pd.read_csv(STATUTORY / "forms.csv")
    return dict(zip(forms["form"], forms["collection"], strict=True))


@cache
def empty(name: str) -> pd.DataFrame:
    return typed(name, [])


def rows_of(case: Case) -> dict[str, Any]:
    rows = {}
    for name, text in case["tables"].items():
        iso = DAY.sub(r"\3-\2-\1", text)
        read = pd.read_csv(io.StringIO(iso), dtype="str", keep_default_na=False)
        rows[name] = read.assign(YEAR=read.get("YEAR", case["period"][-4:]))
    return rows


def typed(name: str, rows: Any) -> pd.DataFrame:
    return making_returns.typed(rows, making_returns.COLUMNS.get(name, ""))


def covered(case: Case, area: str) -> pd.DataFrame:
    """Return a row a collection and return year: lists of the period, a workforce of September."""
    first, last = (pd.Timestamp(day(text)) for text in case.get("covers", COVERED).split(" - "))
    start, end = ([pd.Timestamp(day(text))] for text in case["period"].split(" - "))
    listed = {"collection": "Annex A", "LA": area, "YEAR": end[0].year, "start": start, "end": end}
    rows = [pd.DataFrame(listed)]
    for name in COLLECTIONS:
        shift = pd.DateOffset(months=6 if name == "CSWW" else 0)
        start = pd.date_range(first, last, freq=pd.DateOffset(years=1)) + shift
        end = start + pd.DateOffset(years=1) - pd.Timedelta(days=1)
        spans = {"collection": name, "LA": area, "YEAR": end.year, "start": start, "end": end}
        rows.append(pd.DataFrame(spans))
    return pd.concat(rows).astype({"start": "datetime64[s]", "end": "datetime64[s]"})


def told(text: object) -> tuple[float | None, float | None, float | None]:
    """Return numerator, denominator and value of ``2 of 5 = 40``, ``0 of 0``, ``3`` or ``none``."""
    text = str(text)
    if text == "none":
        return None, None, None
    if " of " not in text:
        return None, None, float(text)
    parts, _, value = text.partition(" = ")
    numerator, denominator = map(float, parts.split(" of "))
    return numerator, denominator, float(Fraction(value)) if value else None


@pytest.mark.parametrize("case", ALL)
def test_indicators_equal_what_was_worked_by_hand(case: Case) -> None:
    start, end = (day(text).isoformat() for text in case["period"].split(" - "))
    asked = {key: KEY.fullmatch(key).groups("") for key in case["expect"]}  # type: ignore[union-attr]
    figures, gaps = compute.indicators(
        held(case),
        periods.between(start, end),
        {key[0] for key in asked.values()},
        case.get("by", ""),
    )
    for key, expected in case["expect"].items():
        measure, area, group = asked[key]
        found = figures[figures["measure"].eq(measure) & figures["area"].eq(area)]
        found = found[found["group"].eq(group)] if group else found
        if expected == "gap":
            assert measure in set(gaps["measure"]), f"{key} should be a gap"
            assert found["value"].isna().all(), f"{key} should have no value"
        else:
            assert len(found) == 1, f"{key}: {gaps['gap'].tolist()} {found['group'].tolist()}"
            compare(key, found.iloc[0], expected)


def compare(key: str, figure: pd.Series, expected: object) -> None:
    numerator, denominator, value = told(expected)
    got = f"{key}: expected {expected}, got " + ", ".join(
        f"{name} {figure[name]}" for name in ["numerator", "denominator", "value"]
    )
    if value is None:
        assert pd.isna(figure["value"]), got
    else:
        assert figure["value"] == pytest.approx(value, rel=1e-6), got
    if denominator is not None:
        assert figure["numerator"] == pytest.approx(numerator, rel=1e-6), got
        assert figure["denominator"] == pytest.approx(denominator, rel=1e-6), got


RELATIVE = re.compile(r"(\d+) of (\d+) against (\d+) of (\d+) = (\S+) \((\S+) to (\S+)\)")


def parts(expected: str) -> tuple[list[int], list[float]]:
    said = RELATIVE.fullmatch(expected)
    assert said, f"not understood: {expected}"
    numbers = [float(text.replace("none", "nan")) for text in said.groups()[4:]]
    return [int(text) for text in said.groups()[:4]], numbers


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-5, abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("case", named("profile"))
def test_relative_rates_equal_what_was_worked_by_hand(case: Case) -> None:
    start, end = (day(text).isoformat() for text in case["period"].split(" - "))
    cohort = compute.known()[case["cohort"]](held(case), periods.between(start, end))
    compared = profile.profile(cohort, residents(case), case["by"]).set_index("group")
    assert compared.index.is_unique
    for group, expected in case["expect"].items():
        (children, population, _, _), numbers = parts(expected)
        found = compared.loc[group]
        assert found[["children", "population"]].tolist() == [children, population], group
        assert found[["relative_rate", "lower", "upper"]].tolist() == [near(n) for n in numbers]


def residents(case: Case) -> pd.DataFrame:
    """Return the population of a case; a band of ages has its residents in its lowest year."""
    rows = pd.DataFrame(case["population"].items(), columns=[case["by"], "population"])
    if case["by"] != "age":
        return rows.assign(age=4)
    lowest = rows["age"].str.extract(r"(\d+)")[0].astype("int64")
    return rows.assign(age=lowest.mask(rows["age"].eq("under 1 year"), 0))


@pytest.mark.parametrize("case", named("profile"))
def test_relative_rates_follow_from_their_closed_form(case: Case) -> None:
    for expected in case["expect"].values():
        (a, n, b, m), numbers = parts(expected)
        assert numbers == [near(number) for number in closed_form(a, n, b, m)]


def closed_form(a: int, n: int, b: int, m: int) -> list[float]:
    if not n or not m:
        return [math.nan] * 3
    halves = [count + 0.5 for count in (a, n, b, m)]
    ratio = halves[0] / halves[1] / (halves[2] / halves[3])
    spread = 1.959964 * math.sqrt(
        sum(1 / h for h in halves[::2]) - sum(1 / h for h in halves[1::2])
    )
    return [
        (a / n) / (b / m) if b else math.nan,
        ratio * math.exp(-spread) if a else 0.0,
        ratio * math.exp(spread) if b else math.inf,
    ]


COUNTED = re.compile(
    r"(?P<start>[\d/]{10}) (?:"
    r"- (?P<end>[\d/]{10}) = (?P<days>\d+) (?P<kind>working days|days)|"
    r"\+ (?P<months>\d+) months = (?P<later>[\d/]{10})|"
    r"on (?P<on>[\d/]{10}) is (?P<age>\d+)|"
    r"is a (?P<weekday>\w+day))"
)
WORKED = [
    pytest.param(line, id=line)
    for line in dict.fromkeys(
        line for family in FAMILIES for case in cases(family) for line in case.get("counted", [])
    )
]


@pytest.mark.parametrize("line", WORKED)
def test_what_was_counted_by_hand_is_counted_right(line: str) -> None:
    said = COUNTED.fullmatch(line)
    assert said, f"not understood: {line}"
    start = day(said["start"])
    if said["weekday"]:
        assert start.strftime("%A") == said["weekday"]
    elif said["months"]:
        assert months_after(start, int(said["months"])) == day(said["later"])
    elif said["age"]:
        on = day(said["on"])
        assert on.year - start.year - ((on.month, on.day) < (start.month, start.day)) == int(
            said["age"]
        )
    elif said["kind"] == "days":
        assert (day(said["end"]) - start).days == int(said["days"])
    else:
        assert working_days(start, day(said["end"])) == int(said["days"])


def months_after(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


@cache
def bank_holidays() -> set[date]:
    listed = yaml.safe_load((HERE / "bank_holidays.yml").read_text(encoding="utf-8"))
    return {day(f"{text}/{year}") for year, days in listed.items() for text in days.split()}


def works(on: date) -> bool:
    return on.weekday() < 5 and on not in bank_holidays()


def working_days(start: date, end: date) -> int:
    """Count them one by one; a date that is no working day counts as the next."""
    while not works(start):
        start += timedelta(days=1)
    while not works(end):
        end += timedelta(days=1)
    return sum(works(start + timedelta(days=n + 1)) for n in range((end - start).days))


@pytest.mark.parametrize("family", [*FAMILIES, "profile"])
def test_each_family_has_twenty_cases_and_only_measures_that_exist(family: str) -> None:
    listed = pd.read_csv(STATUTORY / "indicators.csv")
    told = cases(family)
    asked = {key.split()[0] for case in told for key in case["expect"] if family in FAMILIES}
    assert len(told) >= 20
    assert asked | {case["cohort"] for case in told if "cohort" in case} <= set(listed["measure"])


def test_the_page_on_returns_says_how_many_cases_there_are() -> None:
    page = (Path(__file__).parents[1] / "docs" / "returns.md").read_text(encoding="utf-8")
    said = re.search(r"(\d+) cases worked by hand", page)
    assert said and int(said[1]) == sum(len(cases(family)) for family in [*FAMILIES, "profile"])
