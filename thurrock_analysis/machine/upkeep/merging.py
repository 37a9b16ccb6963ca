"""Add what further files print to the record, as a build of all files would."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from thurrock_analysis.machine.upkeep import build, history
from thurrock_analysis.record import measures, tidy


@dataclass(frozen=True)
class Merged:
    """The record with further figures in it.

    Attributes
    ----------
    held : DataFrame
        The record before.
    made : DataFrame
        What it now says of the measures touched.
    touched : set of str
        The measures whose rows may differ from before.
    fresh : DataFrame
        What the record did not know of a release: new figures, repeats and revisions.
    unlike : DataFrame
        New figures of which the record has another of the same release, from the source named
        in the column ``held_source``. They are fresh as well if their own source goes before.
    """

    held: pd.DataFrame
    made: pd.DataFrame
    touched: set[str]
    fresh: pd.DataFrame
    unlike: pd.DataFrame

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The whole record, which takes its time."""
        others = self.held[~self.held["measure"].isin(self.touched)]
        whole = history.coded([others, self.made])
        for label in tidy.LABELS_OF_RECORD:
            whole[label] = whole[label].cat.remove_unused_categories()
        return whole.sort_values("measure", kind="stable", ignore_index=True)

    @property
    def left_out(self) -> pd.DataFrame:
        """The figures of `unlike` that yield to what the record has."""
        key = [*tidy.KEY, "source"]
        taken = pd.MultiIndex.from_frame(self.fresh[key])
        return self.unlike[~pd.MultiIndex.from_frame(self.unlike[key]).isin(taken)]

    @property
    def confirmed(self) -> int:
        """How many of the fresh figures repeat what was printed before."""
        told = history.plain(self.made[tidy.KEY])
        return len(self.fresh) - len(self.fresh.merge(told, on=tidy.KEY))


def merge(held: pd.DataFrame, new: pd.DataFrame, sources: pd.DataFrame) -> Merged:
    """Add what files print to what the record knows of releases.

    The log of the measures concerned is taken from the record, the new figures are put to it,
    and parts, recomputed ratios and history are made anew from all of it: the record depends on
    what was printed, not on the order in which it came in.

    Parameters
    ----------
    held : DataFrame
        The record.
    new : DataFrame
        Published figures of one or more releases, with their sources.
    sources : DataFrame
        ``sources.csv``, with rows for the sources of the new figures.

    Raises
    ------
    ThurrockError
        The result is no valid tidy table.
    """
    before = history.unpack(held[held["measure"].isin(with_parts(set(new["measure"])))])
    both = history.coded([before.assign(fresh=False), new.assign(fresh=True)])
    log = history.settle(both, sources)
    fresh = log[log["fresh"]]
    touched = concerned(set(fresh["measure"]))
    made = history.plain(held[:0])
    if touched:
        made = build.complete(log[log["measure"].isin(touched | parts(touched))], touched)
        made = history.pack(made[made["measure"].isin(touched)])
    return Merged(
        held, made, touched, fresh, contradicted(both[~both["fresh"]], both[both["fresh"]])
    )


def with_parts(names: set[str]) -> set[str]:
    """Return some measures, those that have one of them for a part, and the parts of all."""
    known = concerned(names)
    return known | parts(known)


def concerned(names: set[str]) -> set[str]:
    """Return some measures, and those that have one of them for a part."""
    made = (one.measure for one in measures.made_of_parts())
    return names | {name for name in made if parts([name]) & names}


def parts(names: Iterable[str]) -> set[str]:
    """Return the measures that others are made of.

    >>> sorted(parts(["referral_rate", "referrals"]))
    ['population_0_17', 'referrals']
    """
    known = map(measures.get, names)
    todo = [part for one in known for part in (one.numerator, one.denominator) if part]
    found = set()
    while todo:
        part = todo.pop()
        found.add(part.measure)
        todo += [other for other in (part.plus, part.less, part.otherwise) if other]
    return found


def contradicted(before: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return the new rows that differ from what is known of the same figure and release.

    A sign that leaves open why a figure is not printed contradicts nothing.
    """
    known = before[[*tidy.KEY, "value", "status", "source"]].rename(columns="held_{}".format)
    known = known.rename(columns={f"held_{column}": column for column in tidy.KEY})
    both = new.merge(known, on=tidy.KEY)
    vague = both["status"].eq(history.VAGUE) | both["held_status"].eq(history.VAGUE)
    value = both["value"].ne(both["held_value"]) & both["value"].notna()
    unlike = both[~vague & (value | both["status"].astype("str").ne(both["held_status"]))]
    return unlike.astype(dict.fromkeys(unlike.select_dtypes("category"), "str"))
