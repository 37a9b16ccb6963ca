"""Which figures are published of which spans, computed from the returns."""

import pandas as pd

from thurrock_analysis.disclosure.counts import COUNT, WHOLE, elementary, kinds
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings.own_returns import OwnReturns, collection_of
from thurrock_analysis.indicators import periods, yearly
from thurrock_analysis.indicators.cases import definitions
from thurrock_analysis.record import dictionary

YEARLY, MONTHLY, ROLLING = "years", "months", "rolling"
YEARS, MONTHS = 3, 12
"""How many of each are published: the newest."""
ASKED = ["measure", "split", "start", "end"]
COLUMNS = ["period_start", "period_end"]


def last_day(own: OwnReturns, to: str) -> pd.Timestamp:
    """Return the last day that is published of: the last of a month."""
    covered = yearly.covered(own.returns, "SSDA903")
    held = covered if len(covered) else yearly.covered(own.returns, "CIN census")
    if held.empty:
        raise ThurrockError("There is nothing to publish: no SSDA903 and no census is held.")
    newest = held["period_end"].max()
    day = pd.to_datetime(to, format="%Y-%m-%d", errors="coerce") if to else newest
    if pd.isna(day) or not day.is_month_end or not held["period_start"].min() < day <= newest:
        raise ThurrockError(
            f"--to {to} is not a day to publish to: the last day of a month up to "
            f"{newest.date()}, the last that the returns cover, would be right."
        )
    return day


def asked(own: OwnReturns, day: pd.Timestamp) -> pd.DataFrame:
    """Return each measure, split and span that is published up to a day, and the kind of span."""
    rows = []
    for row in dictionary.rows("publishable"):
        name, flows = row["measure"], is_flow(row["measure"])
        held = yearly.covered(own.returns, collection_of(name))
        for kind in row["windows"].split("|"):
            splits = [WHOLE[0], *filter(None, row["splits"].split("|") if kind == YEARLY else [])]
            days = _days(_spans(held, kind, day), flows)
            rows += [(name, split, *span, kind) for split in splits for span in days]
    found = pd.DataFrame(rows, columns=[*ASKED, "span"], dtype="str")
    return found.drop_duplicates(ASKED, ignore_index=True)


def since(end: str) -> str:
    """Return the first day of the year that a figure of a day looks back over.

    >>> since("2026-02-28")
    '2025-03-01'
    """
    return str((pd.Timestamp(end) + periods.DAY - pd.DateOffset(years=1)).date())


def _spans(held: pd.DataFrame, name: str, day: pd.Timestamp) -> pd.DataFrame:
    """Return the spans of a kind that lie within the periods that are held."""
    closed = held[held["period_end"] <= day]
    if name == YEARLY or held.empty:
        return closed.tail(YEARS)
    if name == yearly.POOLED:
        return yearly.pooled(closed).tail(YEARS)
    back = day + periods.DAY - pd.DateOffset(years=1)
    if held["period_end"].max() < day or held["period_start"].min() > back:
        return held[:0]
    if name == ROLLING:
        return periods.between(str(back.date()), str(day.date()))
    return periods.months(str(back.date()), str(day.date())).tail(MONTHS)


def _days(spans: pd.DataFrame, flows: bool) -> list[tuple[str, str]]:
    ends = spans["period_end"].dt.strftime("%Y-%m-%d")
    starts = spans["period_start"].dt.strftime("%Y-%m-%d") if flows else ends.map(since)
    return list(dict.fromkeys(zip(starts, ends, strict=True)))


def computed(own: OwnReturns, wanted: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that are asked for, and those of the pieces that spans have in common.

    `named` says which are asked for. A figure that the returns do not allow is left out.
    """
    figures = _computed(own, wanted).assign(named=True)
    flows = wanted[wanted["measure"].map(is_flow).astype(bool)]
    pieces = [
        (*key, *piece)
        for key, rows in flows.groupby(ASKED[:2], sort=False)
        for piece in elementary(rows[ASKED[2:]].itertuples(index=False, name=None))
    ]
    more = pd.DataFrame(pieces, columns=ASKED, dtype="str").merge(
        wanted, how="left", indicator=True
    )
    more = more.loc[more["_merge"].eq("left_only"), ASKED]
    if more.empty:
        return figures
    return pd.concat([figures, _computed(own, more).assign(named=False)], ignore_index=True)


def is_flow(measure: str) -> bool:
    """Say whether a measure is of a span and not of its last day."""
    return str(definitions()[measure]["basis"]) != "at date"


def _computed(own: OwnReturns, wanted: pd.DataFrame) -> pd.DataFrame:
    """Compute measures of the same spans together."""
    spans_of = wanted.groupby(ASKED[:2], sort=False)[ASKED[2:]].agg(tuple).apply(tuple, axis=1)
    parts = []
    for (split, spans), names in spans_of.groupby([spans_of.index.get_level_values(1), spans_of]):
        windows = pd.DataFrame(
            {name: pd.to_datetime(list(days)) for name, days in zip(COLUMNS, spans, strict=True)}
        ).astype("datetime64[s]")
        chosen = list(names.index.get_level_values(0))
        rows = own.over(windows, chosen, "" if split == WHOLE[0] else split)
        parts.append(_told(rows, split, windows))
    return pd.concat(parts, ignore_index=True)


def _told(rows: pd.DataFrame, split: str, windows: pd.DataFrame) -> pd.DataFrame:
    kind = rows["measure"].map(kinds())
    counts = kind.eq(COUNT)
    return pd.DataFrame(
        {
            "measure": rows["measure"],
            "split": split,
            "group": rows["group"],
            "start": rows["period_start"].dt.strftime("%Y-%m-%d"),
            "end": rows["period_end"].dt.strftime("%Y-%m-%d"),
            "value": rows["value"].where(~counts),
            "numerator": rows["value"].where(counts, rows["numerator"]),
            "denominator": rows["denominator"],
        }
    )
