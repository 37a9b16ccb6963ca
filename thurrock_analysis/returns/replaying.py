"""Returns as they would have been on an earlier day.

A row that begins after the day is out; an end, and what explains it, that came after the day is
not known, nor what another table says of it; what a return says only when its year closes is out
where the year was not over. What later returns corrected stands corrected: returns keep no history
of their own.
"""

import pandas as pd

from thurrock_analysis.record import dictionary
from thurrock_analysis.returns import issues, statutory
from thurrock_analysis.returns.returns import Returns
from thurrock_analysis.returns.statutory import Form

DATE, YEAR = "date", "year"


def as_at(returns: Returns, day: pd.Timestamp) -> Returns:
    """Return what the data would have said at the end of a day.

    Examples
    --------
    >>> from thurrock_analysis.indicators import example
    >>> held = as_at(example.returns(), pd.Timestamp("2021-08-31")).table("episodes")
    >>> len(held), int(held["DEC"].isna().sum())
    (4, 2)
    """
    spans = _spans(returns.spans, day)
    told = {name: _cut(statutory.forms()[name], rows, returns.spans, day)
            for name, rows in returns.tables.items()}  # fmt: skip
    told |= _known_above(returns.tables, told, day)
    found = returns.issues
    if len(found) and "YEAR" in found:
        kept = found["YEAR"].isna() | pd.to_numeric(found["YEAR"]).le(_closing(day))
        found = found[kept]
    found = found if len(found) else issues.together([])
    return Returns(told, found, returns.counts, spans, day)


def _spans(spans: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return what is covered until the day."""
    if not len(spans):
        return spans
    begun = spans[spans["start"].le(day)]
    return begun.assign(end=begun["end"].clip(upper=day))


def _closing(day: pd.Timestamp) -> int:
    return int(day.year + (day.month > 3))


def _cut(form: Form, rows: pd.DataFrame, spans: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return what of a table was known."""
    rules = dictionary.read("replay")
    rules = rules[rules["form"].eq(form.name)]
    if rules["known_by"].eq(YEAR).any():
        return rows[_closed(form, rows, spans, day)]
    fields = {name: one for name, one in form.fields.items() if name in rows and one.kind == DATE}
    starts = [name for name in fields if name in form.key]
    for name in starts:
        rows = rows[~rows[name].gt(day)]
    hidden = {}
    for name, one in fields.items():
        if (one.in_year or form.own) and name not in starts:
            later = rows[name].gt(day)
            with_it = rules.loc[rules["known_by"].eq(name), "column"]
            for column in [name, *(each for each in with_it if each in rows)]:
                hidden[column] = rows[column].mask(later)
    return rows.assign(**hidden)


def _known_above(
    tables: dict[str, pd.DataFrame], told: dict[str, pd.DataFrame], day: pd.Timestamp
) -> dict[str, pd.DataFrame]:
    """Return tables without the rows of what began, or told of them, after the day."""
    found = {}
    rules = dictionary.read("replay")
    for form, known_by in zip(rules["form"], rules["known_by"], strict=True):
        name, _, column = known_by.partition(".")
        if not column or form not in told or name not in tables:
            continue
        above, rows = statutory.forms()[name], told[form]
        places = [each for each, one in above.fields.items() if one.kind == "place"]
        key = [*statutory.KEYS, above.identifier, *places]
        starts = [each for each, one in above.fields.items() if one.key and one.kind == DATE]
        later = tables[name][[*starts, column]].gt(day).any(axis=1)
        gone = pd.MultiIndex.from_frame(tables[name].loc[later, key])
        found[form] = rows[~pd.MultiIndex.from_frame(rows[key]).isin(gone)]
    return found


def _closed(form: Form, rows: pd.DataFrame, spans: pd.DataFrame, day: pd.Timestamp) -> "pd.Series":
    """Say of which rows the return's last day had passed."""
    if not len(spans):
        return pd.Series(True, index=rows.index)
    held = spans[spans["collection"].eq(form.collection)]
    over = set(held.loc[held["end"].le(day), "YEAR"].dropna().astype(int))
    return rows["YEAR"].isin(over)
