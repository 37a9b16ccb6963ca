"""The release calendar: when each period was first published, and what "as at" a date means."""

import datetime

import pandas as pd

from thurrock_analysis import paths, words
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import dictionary, provenance
from thurrock_analysis.record.areas import Area
from thurrock_analysis.record.inventory import resting_on


@resting_on("releases")
def calendar() -> pd.DataFrame:
    """Return the calendar, one row a release, indexed by its name.

    Columns include collection, period_end, first_published (datetime64) and date_status,
    which is ``"stated"`` where a source gives the date and ``"assumed"`` where a cautious
    lag stands in for it.
    """
    rows = dictionary.read("releases").set_index("release")
    for column in ["period_end", "first_published"]:
        rows[column] = pd.to_datetime(rows[column])
    return rows


def period_end(release: str) -> pd.Timestamp:
    """Return the day on which the newest period of a release closes."""
    rows = calendar()
    if release not in rows.index:
        raise ThurrockError(
            f"The release {release!r} has no date: add a row to data/publishers/releases.csv."
        )
    end: pd.Timestamp = rows.loc[release, "period_end"]
    return end


def published(release: pd.Series) -> pd.Series:
    """Return the date each release was first published."""
    dates = release.map(calendar()["first_published"])
    if dates.isna().any():
        name = release[dates.isna()].iloc[0]
        raise ThurrockError(
            f"The release {name!r} has no date: add a row to data/publishers/releases.csv."
        )
    return dates


def first_published(collections: pd.Series, period_ends: pd.Series) -> pd.Series:
    """Return when figures of a collection and period were first published, NaT if unknown.

    A document without a period of its own in the calendar dates only the figures it prints.
    """
    where = pd.MultiIndex.from_arrays([collections, period_ends])
    return pd.Series(_first_dates().reindex(where).to_numpy(), index=collections.index)


@resting_on("releases")
def _first_dates() -> pd.Series:
    """Return the days of first publication by collection and period."""
    rows = calendar().dropna(subset="period_end")
    return rows.set_index(["collection", "period_end"])["first_published"]


def held() -> list[str]:
    """Return the releases that the shipped record holds, from its sidecar."""
    names: list[str] = provenance.read(paths.record())["releases"]
    return names


def not_held(as_at: str) -> pd.DataFrame:
    """Return the tables of each collection's newest release that the record does not hold.

    Parameters
    ----------
    as_at : str
        ISO date: the newest release that was out by then.

    Returns
    -------
    DataFrame of str
        Columns release, title (of the collection), table (``"all"``: no file of the release is
        held), instead (what of it the record has from elsewhere, if anything) and why.

    Examples
    --------
    >>> rows = not_held("2026-03-31").query("release == 'CLA 2025'")
    >>> rows.loc[rows["table"].eq("care leavers staying put"), "instead"].item()
    'the share aged 19 to 20 from the local authority interactive tool'
    """
    filed = dictionary.read("sources")["release"].unique()
    rows = calendar().query("first_published <= @as_at").sort_values("period_end")
    rows = rows[rows["collection"].isin({name.rpartition(" ")[0] for name in filed})]
    newest = rows.groupby("collection").tail(1).index
    whole = pd.DataFrame({"release": newest.difference(filed), "table": "all", "instead": ""})
    known = dictionary.read("not_held")
    found = pd.concat([known[known["release"].isin(newest)], whole.assign(why="not obtained")])
    titles = dictionary.read("collections").set_index("collection")["title"]
    found.insert(1, "title", found["release"].map(calendar()["collection"]).map(titles))
    return found.reset_index(drop=True)


def due(day: datetime.date) -> list[tuple[str, int, pd.Timestamp]]:
    """Return the statistics whose next release should be out by a day, and is not held.

    Parameters
    ----------
    day : date
        The day of reading, not what a report is "as at".

    Returns
    -------
    list of (str, int, Timestamp)
        Title of the collection, closing year that its next release should have, and when: a year
        after the newest one that is held, for each of these is annual. The longest overdue first.

    Examples
    --------
    >>> due(datetime.date(2026, 11, 25))[-1]
    ('Children looked after in England including adoptions', 2026, Timestamp('2026-11-24 00:00:00'))
    """
    rows = calendar().loc[held()].sort_values("period_end")
    newest = rows.drop_duplicates("collection", keep="last").set_index("collection")
    year = pd.DateOffset(years=1)
    expected = (newest["first_published"] + year).sort_values()
    expected = expected[expected <= pd.Timestamp(day)]
    titles = dictionary.read("collections").set_index("collection")["title"]
    return [
        (titles[name], newest["period_end"][name].year + 1, when) for name, when in expected.items()
    ]


def due_in_words(day: datetime.date) -> list[str]:
    """Name each release that should be out by a day and is not held, a phrase each.

    >>> due_in_words(datetime.date(2026, 11, 3))[-1]
    'Children in need, 2026 (by about 3 November 2026, going by the last)'
    """
    return [
        f"{title}, {year} (by about {words.day(str(when.date()))}, going by the last)"
        for title, year, when in due(day)
    ]


def in_words(release: str) -> str:
    """Name a release as readers know it: what the publisher calls it, and when it came out.

    >>> in_words("CIN 2025"), in_words("returns")
    ('Children in need, by 3 Nov 2025', 'returns')
    """
    rows = calendar()
    if release not in rows.index:
        return release
    row = rows.loc[release]
    titles = dictionary.read("collections").set_index("collection")["title"]
    title = row["title"] if row["collection"] == "documents" else titles[row["collection"]]
    by = "by " * (row["date_status"] == "assumed")
    return f"{title}, {by}{words.day(str(row['first_published'].date()), short=True)}"


def newest_year(collection: str, date: str) -> int:
    """Return the closing year of the newest release of some statistics out by a date; 0 if none."""
    rows = calendar().loc[held()]
    out = rows["first_published"].le(pd.Timestamp(date))
    years = rows.loc[rows["collection"].eq(collection) & out, "period_end"].dt.year
    return int(years.max()) if len(years) else 0


def span(names: list[str]) -> tuple[str, str]:
    """Return the ISO dates of the oldest and the newest of some releases."""
    dates = calendar().loc[names, "first_published"]
    return dates.min().date().isoformat(), dates.max().date().isoformat()


def resolve_as_at(text: str | int | datetime.date | None) -> str:
    """Return an ISO date that the record can speak for; the newest release if none is named."""
    oldest, newest = span(held())
    if text is None or text == "":
        return newest
    date = parse(text).isoformat()
    if not oldest <= date <= newest:
        raise ThurrockError(
            f"The record cannot speak for {date}: its releases run from {oldest} to {newest}."
        )
    return date


def check_existed(area: Area, date: str) -> None:
    """Refuse an authority of which nothing can have been published by a date."""
    if not area.first_year:
        return
    rows = calendar()
    first = rows[rows["period_end"].dt.year == area.first_year]["first_published"].min()
    if pd.Timestamp(date) < first:
        raise ThurrockError(
            f"Nothing had been published on {area.name} by {date}: {area.note} "
            f"Name a date from {first:%Y-%m-%d} on."
        )


def parse(text: str | int | datetime.date) -> datetime.date:
    """Read an ISO date: as text, as papermill guesses it (20180331), or a date already.

    >>> parse("2018-03-31") == parse(20180331) == parse(datetime.datetime(2018, 3, 31, 0, 15))
    True
    """
    try:
        if isinstance(text, datetime.datetime):  # a Timestamp is one too
            return text.date()
        if isinstance(text, datetime.date):
            return text
        return datetime.date.fromisoformat(str(text).strip())
    except (TypeError, ValueError):
        raise ThurrockError(
            f"{str(text)!r} is not a date: write year, month and day, as 2018-03-31."
        ) from None
