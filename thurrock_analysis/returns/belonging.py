"""Rows of flat tables, which do not say what they belong to: their dates say it.

A review or an assessment that stands in a table of its own, without the number of its plan or of
its episode of need, belongs to the one within whose dates its own lies.
"""

import pandas as pd

from thurrock_analysis.record import dictionary
from thurrock_analysis.returns import statutory
from thurrock_analysis.returns.parts import Part, Tables, parts
from thurrock_analysis.returns.typing import told


def placed(held: Tables) -> tuple[Tables, list[pd.DataFrame]]:
    """Place rows without a number in what they fit, and number them; tell of none or several."""
    found, issues = dict(held), list[pd.DataFrame]()
    dated = {row["form"]: row for row in dictionary.rows("parts") if row["opens"]}
    for name, part in parts().items():
        if name not in found:
            continue
        if name in dated and part.part_of in found:
            found[name], more = joined(found[name], found[part.part_of], dated[name])
            issues += more
        found[name] = numbered(found[name], part)
    return found, issues


def joined(
    rows: pd.DataFrame, above: pd.DataFrame, by: dict[str, str]
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Give rows without a number the year and number of what they fit, of several the last."""
    form, numbers = statutory.forms()[by["form"]], parts()[by["part_of"]].address[2:]
    loose = rows[numbers[-1]].isna()
    if not loose.any():
        return rows, []
    pairs = candidates(
        rows[loose], above[["LA", "YEAR", form.identifier, *numbers, *spans(by)]], by
    )
    pairs = pairs.sort_values(by["opens"], kind="stable")
    counts = pairs.groupby("place").size().reindex(rows.index[loose], fill_value=0)
    of = pairs.drop_duplicates("place", keep="last").set_index("place")[["YEAR", *numbers]]
    found = rows.copy()
    found.loc[of.index, ["YEAR", *numbers]] = of
    return found, [
        told(form, rows.loc[counts.index[broken]], rule, by["date"] or form.identifier)
        for rule, broken in (("part_of_none", counts.eq(0)), ("part_of_several", counts.gt(1)))
        if broken.any()
    ]


def spans(by: dict[str, str]) -> list[str]:
    """Return the columns that bound the dates of what a row may belong to."""
    return [by[name] for name in ("opens", "closes") if by[name]]


def candidates(rows: pd.DataFrame, above: pd.DataFrame, by: dict[str, str]) -> pd.DataFrame:
    """Return each row, by its `place`, beside each of what it may belong to.

    A row without a date of its own may belong to any of its child in its year.
    """
    child = ["LA", statutory.forms()[by["form"]].identifier]
    own = [*child, by["date"] or "YEAR"]
    pairs = rows[own].rename_axis("place").reset_index()
    if not by["date"]:
        return pairs.merge(above, on=own)
    pairs = pairs.merge(above, on=child)
    day, opens, closes = (pairs[by[name]] for name in ("date", "opens", "closes"))
    begun = opens < day if by["after"] else opens <= day
    return pairs[begun & (closes.isna() | (day <= closes))]


def numbered(rows: pd.DataFrame, part: Part) -> pd.DataFrame:
    """Count rows without a number on within what they belong to, in the order of their keys."""
    above = parts()[part.part_of].address if part.part_of else part.address[:2]
    number = part.address[-1]
    if part.address == above or rows[number].notna().all():
        return rows
    of = ["LA", "YEAR", *above[1:]]
    known = rows.groupby(of, dropna=False)[number].transform("max").fillna(0)
    loose = rows[rows[number].isna()]
    loose = loose.sort_values([name for name in part.key if name in rows], kind="stable")
    place = loose.groupby(of, dropna=False, sort=False).cumcount() + 1
    return rows.assign(**{number: rows[number].fillna(known + place.reindex(rows.index))})
