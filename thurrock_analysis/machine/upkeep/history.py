"""What each release printed, cell by cell, and the record that says the same in fewer rows.

A *log* has a row for each figure and release that printed it. The *record* has a row for each
value that a figure had: the release that printed it first and, as ``confirmed``, the later ones
that printed it again. Each can be made from the other, so it does not matter in which order
releases came in.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from thurrock_analysis.loaders import cells
from thurrock_analysis.record import releases, tidy

SERIES = [*tidy.FIGURE, "origin"]
"""What names the history of a figure: its releases in succession."""
IN_TIME = [*SERIES, "published", "release"]
BETWEEN, IN = "; ", ": "
VAGUE = "missing or suppressed"


def pack(log: pd.DataFrame) -> pd.DataFrame:
    """Write a log as the record holds it.

    Parameters
    ----------
    log : DataFrame
        Tidy table with every release in full.

    Returns
    -------
    DataFrame
        `tidy.RECORD`: of each figure its first publication and every later change of value,
        status or parts, in order of publication. ``confirmed`` names each later release that
        repeats the row and, behind a colon, the source where it does.
    """
    ordered = plain(log).sort_values(IN_TIME, kind="stable", ignore_index=True)
    told = tells(ordered)
    run = told.cumsum()
    said = (ordered["release"] + IN + ordered["source"])[~told]
    confirmed = pd.Series("", index=run[told], dtype="str")
    for _, again in said.groupby(run[~told].groupby(run[~told]).cumcount()):
        where = run[again.index]
        before = confirmed[where]
        confirmed[where] = before + before.where(before.eq(""), BETWEEN) + again.to_numpy()
    record = ordered.loc[told, tidy.COLUMNS].assign(confirmed=confirmed.to_numpy())
    return tidy.check(record.reset_index(drop=True), "the record", tidy.RECORD)


def unpack(record: pd.DataFrame) -> pd.DataFrame:
    """Return the log of what releases printed, which the record was made from.

    Parameters
    ----------
    record : DataFrame
        The record, or all of it on some measures.

    Returns
    -------
    DataFrame
        A row for each published figure and release, without what is computed from others:
        parts, and ratios of parts.

    Examples
    --------
    >>> row = {"measure": ["referrals"], "period_end": ["2017-03-31"], "value": [9.0],
    ...        "origin": ["published"]}
    >>> log = tidy.conform(pd.DataFrame(row)).assign(source="c1", release="CIN 2024")
    >>> log = pd.concat([log, log.assign(release="CIN 2025")], ignore_index=True)
    >>> record = pack(log.assign(published=releases.published(log["release"])))
    >>> record["confirmed"].tolist(), unpack(record)["release"].tolist()
    (['CIN 2025: c1'], ['CIN 2024', 'CIN 2025'])
    """
    rows = record[record["origin"].eq("published")]
    log = coded([rows[tidy.COLUMNS], *repeats(rows)])
    log = log.assign(numerator=float("nan"), denominator=float("nan"), method="")
    return log.assign(published=dates(log["release"]))[tidy.COLUMNS]


def repeats(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the rows that releases repeat, as each of them printed them: the first, the second ...

    What is confirmed is said in few ways, and each is read once.
    """
    said = rows["confirmed"].astype("category").cat
    ways = [[one.split(IN, 1) for one in way.split(BETWEEN) if one] for way in said.categories]
    for at in range(max(map(len, ways), default=0)):
        has = np.array([len(way) > at for way in ways])
        again = has[said.codes]
        names = pd.DataFrame([way[at] for way in ways if len(way) > at], dtype="category")
        names = names.iloc[(has.cumsum() - 1)[said.codes[again]]].set_axis(rows.index[again])
        yield rows.loc[again, tidy.COLUMNS].assign(release=names[0], source=names[1])


def coded(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Put frames below each other, labels as categories in their order: compared, sorted fast."""
    labels = [label for label in tidy.LABELS_OF_RECORD if label in frames[0]]
    packed = [frame.astype(dict.fromkeys(labels, "category")) for frame in frames]
    whole = pd.concat([frame.drop(columns=labels) for frame in packed], ignore_index=True)
    for label in labels:
        columns = [one[label] for one in packed]
        if len(columns) > 1 or not columns[0].cat.categories.is_monotonic_increasing:
            whole[label] = union_categoricals(columns, sort_categories=True)
        else:
            whole[label] = columns[0].array
    return whole[frames[0].columns]


def dates(release: pd.Series) -> pd.Series:
    """Return when each release of a coded log was published."""
    known = releases.published(pd.Series(release.cat.categories, dtype="str"))
    return pd.Series(known.to_numpy()[release.cat.codes], release.index)


def plain(figures: pd.DataFrame) -> pd.DataFrame:
    """Return figures with text for categories and dates to the second."""
    kinds = dict.fromkeys(tidy.LABELS_OF_RECORD, "str")
    kinds |= dict.fromkeys(tidy.DATES, "datetime64[s]")
    return figures.astype({column: kinds[column] for column in figures if column in kinds})


def settle(log: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Keep one row a figure and release, whichever files carry it, in order of publication."""
    order = {table.name: at for at, table in enumerate(cells.tables())}
    rank = sources["table"].map(order).groupby(sources["source"]).min()
    log = coded([log])
    ranked = log.assign(
        vague=log["status"].eq(VAGUE), rank=log["source"].astype("object").map(rank)
    )
    ranked = ranked.sort_values(["vague", "rank", "source"], kind="stable")
    settled = ranked.drop_duplicates(tidy.KEY)[log.columns]
    settled = settled.assign(published=dates(settled["release"]))
    settled = settled.sort_values(IN_TIME, kind="stable", ignore_index=True)
    return settled[~blank(settled)].reset_index(drop=True)


def tells(ordered: pd.DataFrame) -> pd.Series:
    """Say which rows of an ordered log are first publications or changes, not repeats."""
    figure = ordered.groupby(SERIES, observed=True).ngroup()
    changed = differs(ordered[["value", "status"]], figure)
    parts = ordered[["numerator", "denominator"]].groupby(changed.cumsum()).ffill()
    return changed | differs(parts, changed.cumsum())


def blank(ordered: pd.DataFrame) -> pd.Series:
    """Say which rows of an ordered log leave open what an earlier row of the figure says.

    The local authority interactive tool prints one sign for a missing and for a suppressed
    figure: it takes back neither a number nor a sign that says which.
    """
    vague = ordered["status"].eq(VAGUE)
    figure = ordered.groupby(SERIES, observed=True).ngroup()
    return vague & (~vague).groupby(figure).cumsum().gt(0)


def differs(rows: pd.DataFrame, figure: pd.Series) -> pd.Series:
    """Say which rows are the first of their figure or differ from the row before."""
    before = rows.groupby(figure).shift()
    same = rows.eq(before) | rows.isna() & before.isna()
    return ~figure.duplicated() | ~same.all(axis=1)
