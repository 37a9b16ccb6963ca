"""Add releases to the record, which keeps of each figure its first publication and its changes."""

from dataclasses import dataclass

import pandas as pd

from thurrock_analysis.machine.upkeep import build
from thurrock_analysis.machine.upkeep.build import SERIES
from thurrock_analysis.metrics import ratios
from thurrock_analysis.metrics.ratios import with_year
from thurrock_analysis.record import dictionary, measures, releases, tidy

TRIPLE = ["measure", "breakdown", "group"]
PRINTED = ["value", "status"]
VAGUE = "missing or suppressed"


@dataclass(frozen=True)
class Merged:
    """The record with new releases in it.

    Attributes
    ----------
    figures : DataFrame
        Every row of the record as it was, and the new rows that say something new.
    unlike : DataFrame
        New rows left out because the record has another figure of the same release, from the
        file named in the column ``held_source``.
    unclear : DataFrame
        New rows left out because they revise a figure that a later release, held already, may
        have printed as before: the record does not keep repeats, so it cannot tell.
    """

    figures: pd.DataFrame
    unlike: pd.DataFrame
    unclear: pd.DataFrame


def plain(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the record with text for categories and dates to the second."""
    labels = dict.fromkeys([*tidy.LABELS, *tidy.LABELS_OF_SOURCE], "str")
    return figures.astype(labels | dict.fromkeys(tidy.DATES, "datetime64[s]"))


def complete(held: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Add dates, parts and recomputed ratios to new rows, within their releases.

    Parameters
    ----------
    held : DataFrame
        The record: it gives the parts that a release has in it already.
    new : DataFrame
        Published figures of one or more releases.

    Returns
    -------
    DataFrame
        The new rows, completed, and ratios computed from them.
    """
    own, repeated = context(held, new)
    whole = build.complete(pd.concat([own, new, repeated], ignore_index=True))
    key = pd.MultiIndex.from_frame(whole[tidy.KEY])
    ours = key.isin(pd.MultiIndex.from_frame(new[tidy.KEY]))
    computed = whole["origin"].eq("recomputed") & counted(whole, pd.concat([own, new]))
    return inherit(held, plain(whole[ours | computed]))


def counted(rows: pd.DataFrame, seen: pd.DataFrame) -> pd.Series:
    """Say of which ratios the release itself was seen to print the numerator.

    A release that reports five years does not count anew what it leaves out.
    """
    place = ["release", "area", "year"]
    numerators = {one.measure: one.numerator.measure for one in measures.ratios() if one.numerator}
    wanted = with_year(rows)[place].assign(measure=rows["measure"].map(numerators))
    known = pd.MultiIndex.from_frame(with_year(seen)[[*place, "measure"]])
    return pd.Series(pd.MultiIndex.from_frame(wanted).isin(known), index=rows.index)


def yielding(held: pd.DataFrame, figures: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return the figures of a table that no other table held of the release prints.

    The tables of a release differ now and then, and LAIT copies them: what is held counts.
    """
    dates = releases.calendar()["first_published"]
    parts = []
    for release, rows in figures.groupby("release"):
        others = pd.MultiIndex.from_frame(printed(str(release), besides=table))
        told = held[held["origin"].eq("published") & held["published"].le(dates[release])]
        told = told[told["release"].ne(release)]
        known = pd.MultiIndex.from_frame(told[tidy.FIGURE])
        repeated = pd.MultiIndex.from_frame(rows[TRIPLE]).isin(others)
        repeated &= pd.MultiIndex.from_frame(rows[tidy.FIGURE]).isin(known)
        own = held.loc[held["release"].eq(release), tidy.FIGURE]
        repeated &= ~pd.MultiIndex.from_frame(rows[tidy.FIGURE]).isin(pd.MultiIndex.from_frame(own))
        parts.append(rows[~repeated])
    return pd.concat(parts, ignore_index=True)


def inherit(held: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Give new ratios without parts those of the record that reproduce them."""
    known = measures.ratios()
    givers = held[held["measure"].isin([measure.measure for measure in known])]
    names = pd.MultiIndex.from_frame(rows[tidy.FIGURE])
    givers = givers[pd.MultiIndex.from_frame(givers[tidy.FIGURE]).isin(names)]
    both = ratios.inherit_parts(pd.concat([givers, rows], ignore_index=True), known)
    return both.iloc[len(givers) :].reset_index(drop=True)


def context(held: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what the record knows of the releases of new rows, for the same areas and years.

    Returns
    -------
    own, repeated : DataFrame
        The release's own rows; and the figures it printed as they stood before, which the
        record leaves out: those of the tables that ``sources.csv`` names for the release.
    """
    years = with_year(new)["year"].unique()
    rows = held[held["origin"].eq("published") & held["area"].isin(new["area"].unique())]
    rows = rows[with_year(rows)["year"].isin(years)]
    own, repeated = [rows[rows["release"].isin(new["release"].unique())]], [rows[:0]]
    dates = releases.calendar()["first_published"]
    for release in new["release"].unique():
        mine = rows[rows["release"] == release]
        triples = pd.concat([mine[TRIPLE], printed(release)]).drop_duplicates()
        known = rows[rows["published"] <= dates[release]].merge(triples, on=TRIPLE)
        known = known.sort_values(["published", "release"], kind="stable")
        repeated.append(known.drop_duplicates(tidy.FIGURE, keep="last").assign(release=release))
    return pd.concat(own), pd.concat(repeated)


def printed(release: str, besides: str = "") -> pd.DataFrame:
    """Return the measures, breakdowns and groups in the tables held of a release, but one."""
    sources, columns = dictionary.read("sources"), dictionary.read("columns")
    held = sources.loc[(sources["release"] == release) & (sources["table"] != besides), "table"]
    return columns.loc[columns["table"].isin(held), TRIPLE].drop_duplicates()


def merge(held: pd.DataFrame, new: pd.DataFrame) -> Merged:
    """Complete the published figures of new releases, and add them to the record.

    Parameters
    ----------
    held : DataFrame
        The record; no row of it is lost or altered.
    new : DataFrame
        Published figures of one or more releases.

    Returns
    -------
    Merged
        The record with the rows that are first publications or changes, and what was left out.

    Raises
    ------
    ThurrockError
        The result is no valid tidy table.
    """
    held, new = plain(held), plain(new)
    if new.empty:
        return Merged(held, new.assign(held_source=""), new)
    unlike, _ = apart(held, new)  # before the record's own figures complete the release
    figures, unclear = insert(held, complete(held, new))
    return Merged(tidy.check(figures, "the record"), unlike, unclear)


def insert(held: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add completed rows to the record where they say something new.

    Returns
    -------
    figures, unclear : DataFrame
        The record with them; and those left out, as `Merged` has them.
    """
    _, rows = apart(held, new)
    names = pd.MultiIndex.from_frame(rows[SERIES])
    touched = held[pd.MultiIndex.from_frame(held[SERIES]).isin(names)]
    added: list[pd.DataFrame] = []
    unclear: list[pd.DataFrame] = [rows[:0]]
    for _, release in rows.groupby(["published", "release"]):
        fresh, doubtful = news(pd.concat([touched, *added]), release, later(held, release))
        added.append(fresh)
        unclear.append(doubtful)
    figures = pd.concat([held, *added])
    figures = figures.sort_values([*SERIES, "published", "release"], kind="stable")
    return figures.reset_index(drop=True), pd.concat(unclear, ignore_index=True)


def apart(held: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set apart the new rows whose figure and release the record has: those unlike, the rest."""
    known = held[[*tidy.KEY, *PRINTED, "source"]]
    same = new[tidy.KEY].merge(known, on=tidy.KEY, how="left", indicator=True)
    same.index = new.index
    both = same["_merge"].eq("both")
    unlike = both & contradicts(new, same)
    return new.assign(held_source=same["source"])[unlike], new[~both]


def contradicts(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Say where two rows of one figure and release differ in value or status.

    A sign that leaves open why a figure is not printed agrees with one that says why.
    """
    vague = one["status"].eq(VAGUE) | other["status"].eq(VAGUE)
    status = one["status"].ne(other["status"]) & ~(
        vague & one["value"].isna() & other["value"].isna()
    )
    return status | (one["value"].ne(other["value"]) & one["value"].notna())


def later(held: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Return for each row of one release when a later one held might repeat it, NaT if never."""
    after = held[held["published"].gt(rows["published"].iloc[0]) & held["origin"].ne("document")]
    soonest = after.groupby(["measure", "breakdown"])["published"].min()
    where = pd.MultiIndex.from_frame(rows[["measure", "breakdown"]])
    return pd.Series(soonest.reindex(where).to_numpy(), index=rows.index)


def news(
    held: pd.DataFrame, rows: pd.DataFrame, might_repeat: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of one release that the record does not say already, and the unclear."""
    log = pd.concat(
        [held.assign(fresh=False), rows.assign(fresh=True, might_repeat=might_repeat)],
        ignore_index=True,
    ).sort_values([*SERIES, "published", "release"], kind="stable", ignore_index=True)
    first = ~log.duplicated(SERIES)
    changed = log["fresh"] & build.tells(log)
    told = log.groupby(SERIES)["published"].shift(-1) <= log["might_repeat"]
    unclear = changed & ~first & log["might_repeat"].notna() & ~told
    return log.loc[changed & ~unclear, tidy.COLUMNS], log.loc[unclear, tidy.COLUMNS]
