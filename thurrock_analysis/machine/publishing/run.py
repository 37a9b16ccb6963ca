"""A publication from beginning to end: compute, protect, write what may leave."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from thurrock_analysis import paths, words
from thurrock_analysis.disclosure import counts, protecting, table
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import giving
from thurrock_analysis.findings.own_returns import OwnReturns
from thurrock_analysis.indicators import defining
from thurrock_analysis.machine.files import FileLock, Staging
from thurrock_analysis.machine.publishing import ledger, windows, writing
from thurrock_analysis.machine.refresh import run_record
from thurrock_analysis.record import areas, store
from thurrock_analysis.record.areas import Area

ADVICE = "choose another folder with --out"


@dataclass(frozen=True)
class Result:
    """What became of a publication."""

    lines: list[str]


def publish(returns: Path, authority: str, to: str = "", out: Path | None = None) -> Result:
    """Publish what gives no child away of the returns of an authority.

    Parameters
    ----------
    to : str
        The last day of a month; the last that the returns cover without it.
    out : Path, optional
        Folder of publications, outside that of internal reports.
    """
    area = areas.find(authority)
    target = _target(out or paths.reports() / "published") / area.slug
    own = OwnReturns.read(str(returns), area)
    assert own is not None
    day = windows.last_day(own, to)
    with _alone(area):
        book, protection = protected(own, day, ledger.earlier(area), published(area))
        shown = table.released(book, protection)
        issue = writing.Issue(area, day, run_record.now(), own.returns.synthetic, limits(), shown)
        with Staging(target / issue.day, "The publication", ADVICE) as staging:
            writing.write(issue, staging.folder)
            kept = _keep(area, issue, staging.folder)
            listed = _list(book, protection, kept)
            staging.publish()
    return Result([*said(book, protection), f"{target / issue.day / writing.PAGE}; {listed}"])


def limits() -> tuple[int, int]:
    """Return the least and the most of the counts that are never told."""
    return defining.limit("smallest_hidden"), defining.limit("largest_hidden")


def published(area: Area) -> pd.DataFrame:
    """Return all that the publisher ever printed of an authority."""
    record = store.load()
    return record[record["area"].eq(area.code)]


def protected(
    own: OwnReturns, day: pd.Timestamp, before: pd.DataFrame, record: pd.DataFrame
) -> tuple[counts.Book, protecting.Protection]:
    """Compute the figures up to a day and hide what has to be."""
    now = windows.asked(own, day)
    past = before[windows.ASKED].drop_duplicates()
    wanted = pd.concat([now[windows.ASKED], past]).drop_duplicates(ignore_index=True)
    figures = ledger.known(windows.computed(own, wanted), before)
    spans = figures[windows.ASKED].merge(now, how="left", on=windows.ASKED)["span"].fillna("")
    figures = figures.assign(span=spans.to_numpy(), offered=spans.ne("").to_numpy())
    book = counts.book(figures, record)
    return book, protecting.protect(book.system, *limits())


def said(book: counts.Book, protection: protecting.Protection) -> list[str]:
    """Say how much is shown. The share of cases is for those inside: it tells of what is hidden."""
    offered, truth = np.array(book.system.offered), np.array(book.system.truth)
    shown = offered & ~protection.hidden
    small = int((protection.small & offered).sum())
    others = int((protection.hidden & offered & ~protection.small).sum())
    cells = f"{shown.sum():,} of {offered.sum():,} counts are shown"
    share = 100 * truth[shown].sum() / max(truth[offered].sum(), 1)
    lines = [
        f"{cells} ({100 * shown.sum() / max(offered.sum(), 1):.0f}%), and with them "
        f"{share:.1f}% of the cases counted (do not publish that share).",
        f"Hidden: {words.counted(small, 'small count')}, and {others:,} more to protect them and "
        f"{(protection.small & ~offered).sum():,} that are only implied.",
    ]
    if narrowed := len(protection.narrowed):
        lines.append(f"Of {narrowed} hidden counts others have published what narrows them.")
    return lines


@contextlib.contextmanager
def _alone(area: Area) -> Iterator[None]:
    """Let nobody publish of the authority meanwhile: the two would not know of each other."""
    folder = ledger.folder(area)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        holder = lock.acquire()
    except OSError as error:
        raise ThurrockError(f"{folder} cannot be written ({error.strerror}).") from error
    if holder is not None:
        raise ThurrockError(
            f"Another command (process {holder or 'unknown'}) is publishing of {area.name}; wait "
            "for it to end."
        )
    try:
        yield
    finally:
        lock.release()


def _target(out: Path) -> Path:
    if out.absolute().is_relative_to(paths.internal()):
        raise ThurrockError(f"{paths.internal()} is for what is not published: name another --out.")
    return out.absolute()


def _keep(area: Area, issue: writing.Issue, folder: Path) -> Path:
    """Keep a copy before anything is published, so that none is ever forgotten."""
    kept = ledger.folder(area) / f"{issue.day}-{issue.made[:19].replace(':', '')}.csv"
    try:
        shutil.copyfile(folder / writing.FIGURES, kept)
    except OSError as error:
        raise ThurrockError(
            f"{kept} cannot be written ({error.strerror}), and without it the next publication "
            "would not know this one."
        ) from error
    return kept


def _list(book: counts.Book, protection: protecting.Protection, kept: Path) -> Path:
    """List for those inside what is hidden, why, and of what something is known anyway."""
    rows = [
        {
            **key._asdict(),
            "count": book.system.truth[cell],
            "why": "small" if protection.small[cell] else "protects a small count",
            "ruled_out_by_others": " ".join(map(str, protection.narrowed.get(cell, []))),
        }
        for key, cell in book.keys.items()
        if protection.hidden[cell] and (book.system.offered[cell] or cell in protection.narrowed)
    ]
    path = kept.with_name("hidden") / kept.name
    path.parent.mkdir(exist_ok=True)
    giving.guarded(pd.DataFrame(rows)).to_csv(path, index=False, lineterminator="\n")
    return path
