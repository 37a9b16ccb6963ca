"""Sentences of a paper, each with the claims that it makes, as the claims of others are held."""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.findings.carried import NEIGHBOURS
from thurrock_analysis.findings.view import spoken
from thurrock_analysis.machine.outputs.figures import KeyFigure
from thurrock_analysis.metrics import movement
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.record import areas
from thurrock_analysis.record.measures import Measure
from thurrock_analysis.record.parsing import Row

OWN = "this paper"
VERDICTS = {
    "larger": "The change is larger than such figures usually move.",
    "usual": "Such figures often move as much.",
}
OTHERS = {
    "england": (areas.ENGLAND, "England"),
    NEIGHBOURS: (NEIGHBOURS, "the mean of its neighbours"),
}
SIDES = {1: "above", -1: "below", 0: "level with"}
COMPARED = {1: "above", -1: "below", 0: "level"}


@dataclass(frozen=True)
class Statement:
    """A sentence.

    Attributes
    ----------
    text : str
        As it is read.
    claims : sequence of dict
        What it claims, as rows of ``claims.csv``.
    names : sequence of str
        Parts of it whose numbers claim nothing: periods, what is counted, sources.
    """

    text: str
    claims: Sequence[Row] = ()
    names: Sequence[str] = ()


def claim(words_: str, stated: str, computation: str, unit: str = "", **inputs: str) -> Row:
    """Return a claim of the paper as a row of ``claims.csv``."""
    return {
        "claim": OWN,
        "document": OWN,
        "kind": "",
        "quotation": words_,
        "statement": words_,
        "stated": stated,
        "unit": unit,
        "tolerance": "",
        "computation": computation,
        "inputs": "; ".join(f"{role}={what}" for role, what in inputs.items()),
    }


def told(one: KeyFigure) -> list[Statement]:
    """Say a figure and how it moved, then where it stands, then what is found of its change."""
    measure = one.measure
    if measure is None:
        return []
    if one.value is None:
        why = spoken(str(one.row.get("status") or "not held"))
        text = f"{one.name}: no number can be told for {one.period} ({why})."
        return [Statement(text, names=names_of(one, measure))]
    said = [_moved(one, measure), *_stands(one, measure)]
    verdict = one.line.get("verdict", "")
    if verdict in VERDICTS and not one.beside.get("broken"):
        said.append(Statement(VERDICTS[verdict]))
    return said


def names_of(one: KeyFigure, measure: Measure) -> list[str]:
    """Return what is called by a name with a number in it: measure and periods."""
    phrase = measure.phrase
    names = [one.name, measure.label, measure.short, phrase, phrase.removeprefix("of ")]
    names += [words.agreeing(name, 1) for name in names]
    ends = [str(one.row.get("period_end") or ""), one.beside.get("before_end", "")]
    days = [datetime.date.fromisoformat(end[:10]) for end in ends if end]
    names += [
        text for end in days for text in (words.when(end, measure), words.period(end, measure))
    ]
    return names


def _reference(one: KeyFigure, area: str = "", end: str = "") -> str:
    name, end = one.row["measure"], end or one.row["period_end"]
    return f"latest:{name}:{area or one.row['area']}:{end[:10]}"


def _printed(value: float, measure: Measure) -> str:
    return f"{half_away(value, measure.decimals):.{measure.decimals}f}"


def _value_claims(one: KeyFigure, measure: Measure, text: str) -> list[Row]:
    """Return what a told figure claims: the published value, and that its parts give it."""
    assert one.value is not None
    stated = _printed(one.value, measure)
    found = [claim(text, stated, "outturn", measure.unit, figure=_reference(one))]
    parts = [
        float(part)
        for name in ("numerator", "denominator")
        if (part := one.row.get(name)) is not None
    ]
    if " of " in text and len(parts) == 2:
        decimals = int(any(part != round(part) for part in parts))
        top, whole = (f"{half_away(part, decimals):.{decimals}f}" for part in parts)
        if words.number(float(top), decimals) in text:
            found.append(claim(text, stated, "share", measure.unit, part=top, whole=whole))
    shown = half_away(one.value, measure.decimals)
    if len(parts) == 2 and words.behind(shown, parts[0], parts[1], measure):
        top, whole = (f"{part:.0f}" for part in parts)
        found.append(_behind(text, stated, measure, top, whole))
    return found


def _behind(text: str, stated: str, measure: Measure, top: str, whole: str) -> Row:
    """Return the claim that a rate follows from its two numbers, as it is counted."""
    if measure.per == 1:
        return claim(text, stated, "multiple", measure.unit, now=top, before=whole)
    if measure.unit.endswith("000 children"):
        return claim(text, stated, "rate", measure.unit, count=top, population=whole)
    return claim(text, stated, "share", measure.unit, part=top, whole=whole)


def _moved(one: KeyFigure, measure: Measure) -> Statement:
    """Say a figure and how it moved since the number before it."""
    nan, row = math.nan, {name: one.row.get(name) for name in ("value", "numerator", "denominator")}
    end = datetime.date.fromisoformat(one.row["period_end"][:10])
    figures = {name: nan if value is None else value for name, value in row.items()}
    text = words.told(pd.Series(figures | {"period_end": end}), measure)
    claims = _value_claims(one, measure, text)
    names = names_of(one, measure)
    before = one.beside.get("before")
    if allows := one.beside.get("allows"):
        text, names = f"{text}; {allows}", [*names, allows]
    if before is None:
        return Statement(f"{words.capital(text)}.", claims, names)
    moved, more = _change(one, measure)
    when = words.when(datetime.date.fromisoformat(one.beside["before_end"]), measure)
    said = f"{words.capital(text)}, {moved} {when}."
    if one.beside.get("open"):
        first, more = words.figure(before, measure), []
        said = f"{words.capital(text)}. Rounding leaves open whether it moved from {first} {when}."
    claims.append(
        claim(said, _printed(before, measure), "outturn", measure.unit,
              figure=_reference(one, end=one.beside["before_end"]))
    )  # fmt: skip
    return Statement(said, claims + more, names)


def _change(one: KeyFigure, measure: Measure) -> tuple[str, list[Row]]:
    """Say how a figure moved, as a reader with the two printed numbers finds it."""
    row, first = _pair(one), words.figure(one.beside["before"], measure)
    text, up = words.moved(row, measure), row["change"] > 0
    if row["broken"]:
        return text, []
    if movement.same_number(row, measure):
        level = {"value": str(row["numerator_last"]), "other": str(row["numerator_first"])}
        return text, [claim(text, "level", "compare", **level)]
    pair = {"now": _reference(one), "before": _reference(one, end=one.beside["before_end"])}
    if text.startswith("unchanged"):
        return text, [claim(text, "unchanged", "direction", **pair)]
    way = claim(text, "rise" if up else "fall", "direction", **pair)
    points = measure.unit == "percent" or measure.is_balance
    exact, printed, decimals = row["percent"], _per_cent(row), 0
    if points:
        exact, printed, decimals = row["change"], row["change"], measure.decimals
    if math.isnan(exact) or half_away(printed, decimals) != half_away(exact, decimals):
        # The unrounded parts give another size than the two numbers that are printed.
        return f"{'up' if up else 'down'} from {first}", [way]
    size = f"{half_away(exact, decimals):.{decimals}f}"
    by = claim(text, size, "difference" if points else "percent_change", **pair)
    return text, [by] if text.startswith("in effect") else [by, way]


def _pair(one: KeyFigure) -> pd.Series:
    """Return a figure and the one before as `words.moved` takes them."""
    pair = {
        "value_first": one.beside["before"],
        "value_last": one.value,
        "percent": one.beside["percent"],
        "numerator_first": one.beside["before_numerator"],
        "numerator_last": one.row.get("numerator"),
        "broken": one.beside["broken"],
    }
    found = {name: math.nan if value is None else value for name, value in pair.items()}
    return pd.Series(found | {"change": found["value_last"] - found["value_first"]})


def _per_cent(pair: pd.Series) -> float:
    first = pair["value_first"]
    return float(100 * pair["change"] / first) if first else math.nan


def _stands(one: KeyFigure, measure: Measure) -> list[Statement]:
    """Say on which side of England and of its neighbours' mean a figure lies, and its rank."""
    beside, clauses, claims, names = one.beside, [], [], names_of(one, measure)
    untold: list[str] = []
    for name, (area, called) in OTHERS.items():
        if (other := beside.get(name)) is None:
            continue
        gap, reference = _sign(one.value, other, measure), _reference(one, area)
        shown = f"{called} ({words.figure(other, measure)})"
        claims.append(
            claim(shown, _printed(other, measure), "outturn", measure.unit, figure=reference)
        )
        if name in beside.get("straddled", []):
            untold.append(shown)
            continue
        clauses.append(f"{SIDES[gap]} {shown}")
        claims.append(
            claim(clauses[-1], COMPARED[gap], "compare", value=_reference(one), other=reference)
        )
    said = f"It is {' and '.join(clauses)}" if clauses else ""
    if beside.get("place"):
        among = "its neighbours" if beside["among"] == NEIGHBOURS else "its like in its region"
        place = f"{beside['place']} among itself and {among}"
        said = f"{said}, and {place}" if said else f"It is {place}"
        field = _reference(one, beside["among"]).replace("latest:", "among:")
        if isinstance(beside["rank"], int):
            claims.append(claim(place, beside["place"], "place", own=_reference(one), field=field))
        else:
            names.append(beside["place"])
    if not said:
        return []
    better = words.better(measure) if clauses else ""
    left = f" Rounding leaves open on which side of {words.listed(untold)} it lies."
    return [Statement(f"{said}{better}.{left * bool(untold)}", claims, names)]


def _sign(value: float | None, other: float, measure: Measure) -> int:
    assert value is not None
    gap = half_away(value, measure.decimals) - half_away(other, measure.decimals)
    return (gap > 0) - (gap < 0)
