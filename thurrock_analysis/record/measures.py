"""The measure dictionary: what each figure counts, over what, from where."""

import difflib
import re
from dataclasses import dataclass

import pandas as pd
from pandas.tseries.offsets import MonthEnd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.record.parsing import Row

POPULATION = "population_0_17"
AVERAGED = ("percent", "days", "months", "points")
"""Units of figures that are averages or shares whether or not their parts are held."""
NET = "children (net)"
"""The unit of differences between counts, which can be negative."""
MONTHS = {"in month": 1, "three months": 3, "in year": 12}
"""How long the spans are that a publisher's figures count."""


@dataclass(frozen=True)
class Part:
    """A numerator or denominator: a measure, whole or summed over groups of a breakdown.

    Attributes
    ----------
    plus : Part or None
        A further part to add, as in agency workers + social workers in post.
    less : Part or None
        A further part to take away, as in children who come - children who go.
    otherwise : Part or None
        What stands in where a release does not print the part itself: usually the groups that
        make it up.
    """

    measure: str
    breakdown: str
    groups: tuple[str, ...]
    plus: "Part | None" = None
    less: "Part | None" = None
    otherwise: "Part | None" = None

    def __str__(self) -> str:
        """Write the part as the dictionary does, without what may stand in for it."""
        groups = f"[{self.breakdown}={'|'.join(self.groups)}]" * (self.breakdown != "all")
        further = f" + {self.plus}" * bool(self.plus) + f" - {self.less}" * bool(self.less)
        return f"{self.measure}{groups}{further}"


@dataclass(frozen=True)
class Measure:
    """One entry of the dictionary; attributes are its columns."""

    measure: str
    label: str
    short: str
    phrase: str
    unit: str
    decimals: int
    polarity: str
    basis: str
    collection: str
    numerator: Part | None
    denominator: Part | None
    per: int
    can_exceed_100: bool
    definition: str
    statutory_source: str
    publisher_series: str

    @property
    def is_balance(self) -> bool:
        """Whether the measure is a difference of counts, of which no percentage can be taken."""
        return self.unit == NET

    @property
    def is_in_year_to_date(self) -> bool:
        """Whether it is counted on a day of what happened in the year to it, as its phrase says."""
        return self.basis == "at date" and self.phrase.endswith("in the year")

    @property
    def is_at_date(self) -> bool:
        """Whether it is of a day alone."""
        return self.basis == "at date" and not self.is_in_year_to_date

    @property
    def is_money(self) -> bool:
        """Whether its figures are pounds."""
        return self.unit.startswith("pounds")

    @property
    def is_share(self) -> bool:
        """Whether it is a percentage of a whole, of which there are at most 100."""
        return self.unit == "percent" and not self.can_exceed_100

    @property
    def is_count(self) -> bool:
        """Whether areas add up to England's figure, beside which one area's says nothing."""
        return not (self.is_ratio or self.unit in AVERAGED or "per " in self.unit)

    @property
    def is_ratio(self) -> bool:
        """Whether the measure is a rate or percentage with parts."""
        return self.denominator is not None

    @property
    def is_made_of_parts(self) -> bool:
        """Whether it is a ratio, a difference or a sum of counts, and so follows from others."""
        return self.numerator is not None


@resting_on("measures")
def table() -> pd.DataFrame:
    """Return the dictionary as a frame, one row a measure, indexed by its name."""
    return dictionary.read("measures").set_index("measure")


@resting_on("measures")
def _rows() -> dict[str, Row]:
    """Return the rows of the dictionary by the measure's name."""
    return {row["measure"]: row for row in dictionary.rows("measures")}


@resting_on("measures")
def get(name: str) -> Measure:
    """Return one measure.

    >>> get("referral_rate").numerator.measure
    'referrals'
    """
    if name not in _rows():
        near = difflib.get_close_matches(name, list(_rows()), n=3, cutoff=0.4)
        hint = " or ".join(map(repr, near)) or "a name of data/dictionary/measures.csv"
        raise ThurrockError(f"There is no measure {name!r}: {hint} would be right.")
    row = _rows()[name]
    return Measure(
        name,
        row["label"],
        row["short"],
        row["phrase"],
        row["unit"],
        int(row["decimals"]),
        row["polarity"],
        row["basis"],
        row["collection"],
        part(row["numerator"]),
        part(row["denominator"]),
        int(row["per"] or 1),
        row["can_exceed_100"] == "yes",
        row["definition"],
        row["statutory_source"],
        row["publisher_series"],
    )


def part(text: str) -> Part | None:
    """Read how the dictionary writes a numerator or denominator.

    >>> part("initial_conferences[duration=0 to 10 days|11 to 15 days]").groups
    ('0 to 10 days', '11 to 15 days')
    >>> part("agency_workers + social_workers").plus.measure
    'social_workers'
    >>> print(part("children_in_need_starts - children_in_need_ends").less)
    children_in_need_ends
    >>> part("referrals else referrals[source=police|schools]").otherwise.groups
    ('police', 'schools')
    """
    if not text:
        return None
    first, _, rest = text.partition(" else ")
    match = re.fullmatch(r"(\w+)(?:\[([\w ]+)=([^\]]+)\])?(?: ([+-]) (.+))?", first)
    if not match:
        raise ThurrockError(
            f"{text!r} is no part of a ratio: write a measure, measure[breakdown=group|group], "
            "several of these with ' + ' or ' - ' between them, or another after ' else '."
        )
    measure, breakdown, groups, sign, more = match.groups()
    chosen = tuple(groups.split("|")) if groups else ("all",)
    plus, less = (part(more if sign == side else "") for side in "+-")
    return Part(measure, breakdown or "all", chosen, plus, less, part(rest))


@resting_on("measures")
def ratios() -> list[Measure]:
    """Return every measure that is a rate or percentage of known parts."""
    return [measure for measure in map(get, _rows()) if measure.is_ratio]


@resting_on("measures")
def made_of_parts() -> list[Measure]:
    """Return the ratios, differences and sums of counts: what follows from others.

    >>> [one.measure for one in made_of_parts() if not one.is_ratio]
    ['looked_after_net_gain', 'looked_after_special_guardianship']
    """
    return [measure for measure in map(get, _rows()) if measure.is_made_of_parts]


def period_end(collections: pd.Series, years: pd.Series) -> pd.Series:
    """Return the closing dates of reporting years; a day at the end of a month is its last.

    >>> ends = period_end(pd.Series(["CIN", "NEET"]), pd.Series([2016, 2016]))
    >>> [end.date().isoformat() for end in ends]
    ['2016-03-31', '2016-02-29']
    """
    days = dictionary.read("collections").set_index("collection")["closing_day"]
    return pd.to_datetime(years.astype("str") + "-" + collections.map(days)) + MonthEnd(0)


def period_start(ends: pd.Series, basis: pd.Series) -> pd.Series:
    """Return the first day of the months that end on each date, NaT for what is of one day.

    >>> ends = pd.to_datetime(pd.Series(["2016-03-31", "2016-02-29", "2016-03-31"]))
    >>> starts = period_start(ends, pd.Series(["in year", "three months", "at date"]))
    >>> starts.dt.strftime("%Y-%m-%d").tolist()
    ['2015-04-01', '2015-12-01', nan]
    """
    starts = pd.Series(pd.NaT, index=ends.index, dtype="datetime64[ns]")
    for name, months in MONTHS.items():
        mine = basis.eq(name).to_numpy()
        starts[mine] = ends[mine] - MonthEnd(months) + pd.Timedelta(days=1)
    return starts
