"""What an analyst begins with: open a report, find a measure, find an area, take figures."""

from collections.abc import Iterable

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.report import open_report
from thurrock_analysis.findings.view import named, nearest
from thurrock_analysis.record import areas as known_areas
from thurrock_analysis.record import dictionary, measures, releases, store, tidy

__all__ = ["areas", "figures", "find_measures", "open_report"]

Years = int | str | Iterable[int] | None
WIDE = ("area", "year", "measure")
LONG = ["area", "code", "measure", "group", "year", "period_end", "value", "unit", "status",
        "numerator", "denominator", "release"]  # fmt: skip


def find_measures(text: str = "") -> pd.DataFrame:
    """Find measures by a piece of their name, label or definition.

    Parameters
    ----------
    text : str
        Any part, in small letters or capitals; all measures if left out. Several words must
        all be found.

    Returns
    -------
    DataFrame
        Indexed by the measure's name: label, unit, first and last closing year with a number,
        areas (with a number in that last year), breakdowns, groups (of measures, that a verb
        takes as well), definition, source.

    Examples
    --------
    >>> find_measures("vacan").loc["social_worker_vacancy_percent", "unit"]
    'percent'
    >>> find_measures("flying carpets").empty
    True
    """
    table = measures.table()
    groups = dictionary.read("groupings").groupby("measure")["grouping"].agg(", ".join)
    table = table.assign(groups=groups.reindex(table.index).fillna(""))
    words = plain(text).split()
    searched = [plain(" ".join(map(str, row))) for row in table.reset_index()[SEARCHED].to_numpy()]
    found = table[[all(word in one for word in words) for one in searched]]
    held = pd.DataFrame([_reach(str(name)) for name in found.index], found.index, REACH)
    publishers = dictionary.read("collections").set_index("collection")
    publishers = publishers.reindex(found["collection"])
    return pd.concat([found[["label", "unit"]], held, found[["groups"]]], axis=1).assign(
        definition=found["definition"],
        source=(publishers["publisher"] + ", " + publishers["title"]).to_list(),
    )


SEARCHED = ["measure", "label", "short", "phrase", "definition", "groups"]
REACH = ["first", "last", "areas", "breakdowns"]


def plain(text: str) -> str:
    """Write a text as a search compares it."""
    return text.lower().replace("_", " ").replace("-", " ")


def _reach(measure: str) -> dict[str, object]:
    """Return which years and how many areas have a number, and what it is broken down by."""
    rows = store.load([measure])
    rows = rows[rows["value"].notna()]
    whole = rows[rows["breakdown"].eq(tidy.ALL)]
    years = (whole if len(whole) else rows)["period_end"].dt.year
    ways = sorted(set(rows["breakdown"].unique()) - {tidy.ALL})
    return {
        "first": years.min() if len(years) else pd.NA,
        "last": years.max() if len(years) else pd.NA,
        "areas": rows.loc[rows["period_end"].dt.year.eq(years.max()), "area"].nunique(),
        "breakdowns": ", ".join(ways),
    }


def areas(text: str = "", region: str = "") -> pd.DataFrame:
    """Find authorities, regions and England by a piece of their name, or by their region.

    Parameters
    ----------
    text : str
        Any part of a name, or a name as people write it; all areas if left out.
    region : str
        Name or code of a region; its authorities only.

    Returns
    -------
    DataFrame
        Indexed by name: code, level, region, first_year and last_year (of an authority that was
        created or abolished), note.

    Raises
    ------
    ThurrockError
        There is no such region.

    Examples
    --------
    >>> areas("dorset")["code"].to_dict()
    {'Dorset': 'E06000059', 'Dorset (to 2019)': 'E10000009'}
    >>> len(areas(region="East of England")), areas.find("Hull").name
    (11, 'Kingston upon Hull, City of')
    """
    within = _region(region) if region else ""
    wanted, meant = known_areas.plain(text), known_areas.named(text)
    rows = [
        {
            "name": known_areas.titles()[area.code],
            "code": area.code,
            "level": area.level,
            "region": known_areas.get(area.region).name if area.region else "",
            "first_year": area.first_year,
            "last_year": area.last_year,
            "note": area.note,
        }
        for area in known_areas.table().values()
        if (wanted in known_areas.plain(area.name) or area.code == meant)
        and within in ("", area.region)
        and area.level != known_areas.FICTIONAL
    ]
    columns = ["name", "code", "level", "region", "first_year", "last_year", "note"]
    frame = pd.DataFrame(rows, columns=columns).set_index("name").sort_index()
    return frame.astype({"first_year": "Int64", "last_year": "Int64"})


areas.find = known_areas.find  # type: ignore[attr-defined]


def _region(text: str) -> str:
    """Return the code of a region."""
    regions = [area for area in known_areas.table().values() if area.level == "region"]
    for area in regions:
        if text.lower() in (area.name.lower(), area.code.lower()):
            return area.code
    right = nearest(text, [area.name for area in regions])
    raise ThurrockError(f"There is no region {text!r}: {right}.")


def figures(
    *names: str,
    areas: str | Iterable[str] | None = None,
    years: Years = None,
    breakdown: str = tidy.ALL,
    wide: str = "",
    as_at: str = "",
) -> pd.DataFrame:
    """Take published figures of measures as a plain frame with names.

    Parameters
    ----------
    *names : str
        Measures, or groups of measures such as ``"conversion"``.
    areas : str or iterable of str, optional
        Names, ONS codes or DfE numbers; every authority if left out. Regions and England are
        given where they are named.
    years : int, iterable of int or ``"newest"``, optional
        Closing years; all if left out.
    breakdown : str
        What the groups are of, such as ``"placement type"``; the whole if left out.
    wide : str
        What becomes the columns: ``"year"``, ``"area"`` or ``"measure"``; left out, one row a
        figure.
    as_at : str
        ISO date: only what had been published by then; the newest if left out.

    Returns
    -------
    DataFrame
        One row a figure: area, code, measure, group, year, period_end, value, unit, status (why
        there is no value), numerator, denominator, release. Wide, values only, NaN where there
        is none for whatever reason. Only what the publisher printed: what a committee paper
        prints of the same measure is not among it.

    Raises
    ------
    ThurrockError
        A measure, area, year or breakdown is not held; the sentence names the nearest.

    Examples
    --------
    >>> rates = figures("looked_after_rate", areas=["Thurrock", "England"], wide="area")
    >>> rates.loc[2016].tolist()
    [81.0, 60.0]
    """
    wanted = named(*names)
    if not wanted:
        raise ThurrockError("Name a measure: find_measures('...') looks for one.")
    rows = store.load(wanted)
    rows = rows[rows["breakdown"].eq(breakdown)]
    if rows.empty:
        known = sorted(set(store.load(wanted)["breakdown"].unique()) - {tidy.ALL})
        right = nearest(breakdown, known) if known else "only the whole is held"
        raise ThurrockError(f"{names[0]} is not broken down by {breakdown!r}: {right}.")
    rows = tidy.conform(store.as_at(rows, releases.resolve_as_at(as_at)))
    codes = _codes(areas)
    rows = rows[rows["area"].isin(codes)].sort_values("area", key=lambda c: c.map(codes.index))
    found = rows.assign(year=rows["period_end"].dt.year, code=rows["area"])
    when = zip(found["code"], found["year"], strict=True)
    existed = pd.Series([known_areas.get(code).existed(at) for code, at in when], found.index)
    found = found[found["value"].notna() | existed]
    return _shaped(_of_years(found, years, wanted[0]), wide, codes if areas is not None else [])


def _codes(wanted: str | Iterable[str] | None) -> list[str]:
    if wanted is None:
        return [area.code for area in known_areas.table().values() if area.level == "authority"]
    texts = wanted if isinstance(wanted, Iterable) and not isinstance(wanted, str) else [wanted]
    return [known_areas.find(text).code for text in texts]


def _of_years(rows: pd.DataFrame, wanted: Years, name: str) -> pd.DataFrame:
    if wanted is None:
        return rows
    held = sorted(rows["year"].unique())
    if wanted == "newest":
        return rows[rows["year"].isin(held[-1:])]
    each = wanted if isinstance(wanted, Iterable) and not isinstance(wanted, str) else [wanted]
    years = [_year(one) for one in each]
    for year in years:
        if year not in held:
            reach = f"{held[0]} to {held[-1]} are held" if held else "no year is held"
            raise ThurrockError(f"{name} has no figure of {year} for these areas: {reach}.")
    return rows[rows["year"].isin(years)]


def _year(one: object) -> int:
    try:
        number = float(str(one))
    except ValueError:
        number = 0.5
    if not number.is_integer():
        raise ThurrockError(f"{one!r} is no closing year: write 2024 for the year 2023-24.")
    return int(number)


def _shaped(rows: pd.DataFrame, wide: str, codes: list[str]) -> pd.DataFrame:
    rows = rows.assign(
        area=rows["code"].map(known_areas.titles()),
        unit=rows["measure"].map(measures.table()["unit"]),
    )
    if not wide:
        return rows[LONG].sort_values(["measure", "group", "area", "year"], ignore_index=True)
    if wide not in WIDE:
        raise ThurrockError(f"wide takes 'year', 'area' or 'measure', not {wide!r}.")
    several = [name for name in ("measure", "group") if rows[name].nunique() > 1]
    down = [name for name in dict.fromkeys([*several, "area", "year"]) if name != wide]
    table = rows.pivot(index=down, columns=wide, values="value").rename_axis(columns=None)
    asked = [known_areas.titles()[code] for code in codes] or list(rows["area"].unique())
    if wide == "area":
        return table.reindex(columns=asked)
    if down == ["area"]:
        return table.reindex(asked)
    return table if wide == "year" else table[rows[wide].unique()]
