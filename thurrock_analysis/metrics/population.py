"""A population of ages and kinds of placement ahead: rates with their doubt, and what they imply.

Who is here moves between kinds of placement, ages on the birthday and leaves, at rates that are
constant within a stratum (class, time in care at the start of a year, band of ages); others enter
at random. So those here now are multinomial at any later day and those who enter are Poisson: both
are drawn at once for each day asked, from matrix exponentials, without a step a day or a child.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ADULT = 18 * 12
"""Months of age at which nobody is looked after any longer."""
YEAR = 12
PARTS = 8
"""Parts of a span; a birthday lies in the middle of a quarter of it."""
PRIOR = 1.0
"""Events that the rate of like strata counts for in a cell."""
ENTERED = 0.5
"""Events added to a count of entries: Jeffreys' prior of a Poisson rate."""
CALM = 1
"""Years for which the prior counts, in which years differ by chance alone."""
LARGEST = 1.0
"""By how much years may differ in who stays, as a logarithm: few children tell no more."""
PARAMETERS = 250
"""Sets of rates among which the draws are shared."""
ANCHORINGS = 12
"""Rounds in which rates are scaled to the ends of years."""
SEED = 903


@dataclass(frozen=True)
class Strata:
    """Classes of children by time in care and band of ages, a row each, in this order.

    Attributes
    ----------
    group, stay : ndarray
        Class, and time in care when the year began: 0 where it began later.
    youngest, oldest : ndarray
        Months of age at which it begins, and at which the next one does.
    """

    group: Ints
    stay: Ints
    youngest: Ints
    oldest: Ints

    @classmethod
    def of_bands(cls, bands: Sequence[Ints], stays: int) -> "Strata":
        """Return the strata of classes whose bands of age begin at some months."""
        rows = [
            (group, stay, low, high)
            for group, starts in enumerate(bands)
            for stay in range(stays)
            for low, high in zip(starts, [*starts[1:], ADULT], strict=True)
        ]
        return cls(*np.array(rows, "int64").reshape(-1, 4).T)

    def find(self, group: Ints, stay: Ints, months: Ints) -> Ints:
        """Return the stratum of children; who is younger than any band is in the first."""
        inside = np.clip(months, 0, ADULT - 1)
        keys = self._key(self.group, self.stay, self.youngest)
        at = np.searchsorted(keys, self._key(group, stay, inside), side="right") - 1
        return np.asarray(np.maximum(at, np.searchsorted(keys, self._key(group, stay, 0 * inside))))

    def _key(self, group: Ints, stay: Ints, months: Ints) -> Ints:
        return (group * (self.stays + 1) + stay) * ADULT + months

    @property
    def stays(self) -> int:
        """How many times in care are told apart."""
        return int(self.stay.max(initial=0)) + 1

    @property
    def groups(self) -> int:
        """How many classes there are."""
        return int(self.group.max(initial=0)) + 1


@dataclass(frozen=True)
class Observed:
    """What happened, and who was here how long.

    Attributes
    ----------
    exposure, exits : ndarray
        Years lived, and who left before 18, by stratum and kind of placement.
    moves : ndarray
        By stratum, kind before and kind after.
    entered : ndarray
        Children by class and whole month that they entered in, the oldest first.
    entries : ndarray
        Who entered, by class and month of age.
    placed : ndarray
        Who entered, by stratum and kind of placement.
    stock : ndarray
        Who is here on the last day: rows of class, months of age, time in care, kind and number.
    followed : ndarray
        Who was here when a whole year began, or entered in it, and is not yet 18 at its end: by
        year, stratum and kind then.
    stayed : ndarray
        Who of them was here at its end: by year, time in care when it began and kind at its end.
    """

    strata: Strata
    exposure: Floats
    exits: Floats
    moves: Floats
    entered: Ints
    entries: Ints
    placed: Ints
    stock: Ints
    followed: Ints
    stayed: Ints


@dataclass(frozen=True)
class Rates:
    """Sets of rates a year, each set drawn from what the observed leave open.

    Attributes
    ----------
    moving : ndarray
        By set, stratum, kind before and kind after.
    leaving : ndarray
        By set, stratum and kind.
    arriving : ndarray
        Children a year, by set and class.
    spread : ndarray
        Variance of a year's entries over its mean, by class.
    arrival : ndarray
        Shares of the months of age at entry, by class.
    placing : ndarray
        Shares of the kinds at entry, by set and stratum.
    shaking : ndarray
        Standard deviation of a year's share of those who stay, beyond chance, by set: a logarithm.
    """

    moving: Floats
    leaving: Floats
    arriving: Floats
    spread: Floats
    arrival: Floats
    placing: Floats
    shaking: Floats


@dataclass(frozen=True)
class Ahead:
    """How many are here: draws by day asked, draw and kind, and the means of the sets of rates."""

    draws: Ints
    means: Floats


def estimated(
    seen: Observed, sets: int = PARAMETERS, seed: int = SEED, *, anchored: bool = True
) -> Rates:
    """Draw sets of rates: gamma for those of moving and leaving, Dirichlet for shares.

    A cell is drawn towards what its stratum and its kinds have by themselves, by as much as one
    event weighs; one without exposure has that rate. Entries have the variance that their months
    or years show, where it is larger than chance.

    Parameters
    ----------
    anchored : bool
        Whether rates of leaving are scaled to who was still here at the ends of the years, and
        years differ in who stays as those held did; else rates stand alone.
    """
    rng = np.random.default_rng(seed)
    leaving = _posterior(rng, seen.exits, seen.exposure, _alike(seen.exits, seen.exposure), sets)
    moving = _posterior(rng, seen.moves, seen.exposure[:, :, None], _alike_moves(seen), sets)
    entered, months = seen.entered.sum(axis=1), seen.entered.shape[1]
    spread = np.array([dispersion(row) for row in seen.entered])
    arriving = rng.gamma((entered + ENTERED) / spread, 1, (sets, len(entered))) * spread
    arriving *= YEAR / max(months, 1) * (entered > 0)
    arrival = seen.entries / np.maximum(seen.entries.sum(axis=1, keepdims=True), 1)
    pooled = seen.placed.sum(axis=0) + 1 / seen.placed.shape[1]
    placing = rng.gamma(seen.placed + PRIOR * pooled / pooled.sum(), 1, (sets, *seen.placed.shape))
    placing /= placing.sum(axis=-1, keepdims=True)
    shaking = np.zeros(sets)
    if anchored:
        anchor, stay = _anchor(seen, moving.mean(axis=0), leaving.mean(axis=0))
        shaking = _shaking(rng, seen, stay, sets)
        leaving *= np.exp(anchor) * _level(rng, seen, shaking)[:, None, None]
    return Rates(moving, leaving, arriving, spread, arrival, placing, shaking)


def _anchor(seen: Observed, moving: Floats, leaving: Floats) -> tuple[Floats, Floats]:
    """Return how to scale rates of leaving, as logarithms, so that years end as they did.

    Events that bunch within a year leave another number at its end than a constant rate does. One
    factor for each time in care, one for each kind. Also returns the chance to be here at the end
    of a year, by stratum and kind.
    """
    stay, strata = seen.strata.stay, np.arange(seen.strata.stays)
    member = (stay == strata[:, None]).astype("float64")
    followed, stayed = seen.followed.sum(axis=0), seen.stayed.sum(axis=0)
    began = member @ followed.sum(axis=1)
    told = np.zeros(leaving.shape)
    margins = [(stayed.sum(axis=1), 1), (stayed.sum(axis=0), 0)]
    for _ in range(ANCHORINGS):
        powers = _powers(moving[None], leaving[None] * np.exp(told), YEAR)[:, :, 0]
        year = np.where((stay == 0)[:, None, None], powers[1::2].mean(axis=0), powers[-1])
        here = member @ (followed[:, None] @ year)[:, 0]
        for held, axis in margins:
            expected = here.sum(axis=axis)
            gone = began - expected if axis else expected
            step = np.clip((expected - held) / np.maximum(gone + PRIOR, 1), -0.5, 0.5)
            told = told + (step[stay][:, None] if axis else step[None])
    return told, year.sum(axis=-1)


def _shaking(rng: np.random.Generator, seen: Observed, chance: Floats, sets: int) -> Floats:
    """Draw by how much years differ in who stays, beyond chance, from how much the years held did.

    The ratio of the variance to that of chance is drawn from a scaled inverse chi-square, to which
    the prior adds the ratio 1 with the weight of some years.
    """
    expected = (seen.followed * chance).sum(axis=(1, 2))
    variance = (seen.followed * chance * (1 - chance)).sum(axis=(1, 2))
    missed = seen.stayed.sum(axis=(1, 2)) - expected
    held = variance > 0
    square = (missed[held] ** 2 / variance[held]).sum()
    years = max(held.sum() - 1, 0) + CALM  # the rates were scaled to those same years
    ratio = (square + CALM) / rng.chisquare(years, sets)
    beyond = np.maximum(ratio - 1, 0) * (
        variance[held].sum() / max(expected[held] @ expected[held], 1)
    )
    return np.asarray(np.minimum(np.sqrt(beyond), LARGEST))


def _level(rng: np.random.Generator, seen: Observed, shaking: Floats) -> Floats:
    """Draw factors of the rates of leaving: years that differ leave their mean in doubt."""
    began, stayed = seen.followed.sum(), seen.stayed.sum()
    if not 0 < stayed < began:
        return np.ones(len(shaking))
    doubt = shaking / np.sqrt(len(seen.followed)) / np.log(began / stayed)
    return np.asarray(np.exp(rng.normal(0, 1, len(shaking)) * doubt))


def _alike(events: Floats, exposure: Floats) -> Floats:
    """Return the rate that like cells have: that of the kind, times that of the stratum."""
    kinds = events.sum(axis=0) / np.maximum(exposure.sum(axis=0), 1e-9)
    factor = (events.sum(axis=1) + PRIOR) / (exposure @ kinds + PRIOR)
    return np.asarray(kinds * factor[:, None])


def _alike_moves(seen: Observed) -> Floats:
    """Return the rate that like cells have: that of moving at all, times where the age moves to."""
    out = _alike(seen.moves.sum(axis=2), seen.exposure)
    strata, into = seen.strata, seen.moves.sum(axis=1)
    _, band = np.unique(
        np.column_stack([strata.group, strata.youngest]), axis=0, return_inverse=True
    )
    member = band.reshape(-1, 1) == np.arange(band.max() + 1)
    share = member.T @ into + PRIOR * into.sum(axis=0) / max(into.sum(), 1)
    share = (share[band] * np.ones_like(into))[:, None, :] * (1 - np.eye(into.shape[1]))
    return np.asarray(out[:, :, None] * share / np.maximum(share.sum(axis=2, keepdims=True), 1e-9))


def _posterior(
    rng: np.random.Generator, events: Floats, exposure: Floats, prior: Floats, sets: int
) -> Floats:
    """Draw rates from events and a prior, which weighs as much as an event."""
    seen = prior > 0  # what never happened anywhere never will
    shape = np.where(seen, events + PRIOR, 1.0)
    time = exposure + PRIOR / np.where(seen, prior, 1.0)
    drawn = rng.gamma(shape, 1, (sets, *events.shape))
    return np.asarray(np.where(seen, drawn / time, 0.0))


def dispersion(months: Ints) -> float:
    """Return the variance over the mean of a count by year, or by month if that is larger.

    It is at least one: chance is always there. Years are the last whole ones.
    """
    years = months[len(months) % YEAR :].reshape(-1, YEAR).sum(axis=1)
    found = [1.0]
    for counts in (months, years):
        if len(counts) > 1 and counts.mean() > 0:
            found.append(float(counts.var(ddof=1) / counts.mean()))
    return max(found)


def projected(
    seen: Observed, rates: Rates, months: Sequence[int], draws: int = 1000, seed: int = SEED
) -> Ahead:
    """Draw how many are here, by kind, so many months ahead each.

    Parameters
    ----------
    months : sequence of int
        Whole months ahead, growing.
    """
    rng = np.random.default_rng(seed + 1)
    sets, _, kinds = rates.leaving.shape
    each = -(-draws // sets)
    group = _Pooled.of(seen.stock)
    here = _Held.start(seen.strata, seen.stock, sets, kinds)
    flow = _Flow(seen.strata, rates)
    began: list[tuple[int, Floats]] = []  # when spans began, and how many entered in each
    shaken = [np.ones((each, sets))]
    told, means, stops = [], [], [0]
    for stop in sorted({*months, *range(YEAR, max(months) + 1, YEAR)}):
        at = stops[-1]
        span = stop - at
        here = here.after(flow.powers(span), span)
        began.append((at, _many(rng, rates.spread, rates.arriving * span / YEAR, each)))
        shock = rng.normal(0, rates.shaking * np.sqrt(span / YEAR), (each, sets))
        shaken = [one * np.exp(shock) for one in shaken] + [np.exp(shock / 2)]
        stops.append(stop)
        if stop in months:
            chance = group.weights @ here.spread_out(len(seen.stock))
            came = np.zeros((each, sets, kinds))
            mean = group.number @ chance
            for (start, many), factor in zip(began, shaken[1:], strict=True):
                since = tuple(one - start for one in stops if one > start)
                per_child = flow.later(start % YEAR, since)[1]
                entered = np.matmul(many[:, :, None], per_child)[:, :, 0]
                came += entered * factor[..., None]
                mean = mean + entered.sum(axis=0) / each
            counts = group.drawn(rng, chance, shaken[0]) + rng.poisson(came)
            told.append(counts.reshape(-1, kinds)[:draws])
            means.append(mean)
        if stop % YEAR == 0:
            here = here.next_year()
    return Ahead(np.array(told), np.array(means))


@dataclass(frozen=True)
class _Pooled:
    """Those here in groups by class, year of age, time in care and kind, drawn together.

    Within a group chances are averaged: that makes the variance of a draw no smaller.
    """

    number: Ints
    weights: Floats

    @classmethod
    def of(cls, stock: Ints) -> "_Pooled":
        """Group those here."""
        rows = np.column_stack([stock[:, 0], stock[:, 1] // YEAR, stock[:, 2:4]])
        groups, of = np.unique(rows, axis=0, return_inverse=True)
        weights = np.zeros((len(groups), len(stock)))
        weights[of.reshape(-1), np.arange(len(stock))] = stock[:, 4]
        number = weights.sum(axis=1)
        return cls(number.astype("int64"), weights / np.maximum(number, 1)[:, None])

    def drawn(self, rng: np.random.Generator, chance: Floats, factor: Floats) -> Ints:
        """Draw how many are in each kind, their chance to stay times a factor of the draw."""
        left = chance.any(axis=(0, 2))  # the others are 18 by then
        here = np.maximum(chance[:, left], 0) * factor[..., None, None]
        all_of = here.sum(axis=-1, keepdims=True)
        here /= np.maximum(all_of, 1)
        full = np.concatenate([1 - np.minimum(all_of, 1), here], axis=-1)
        return np.asarray(rng.multinomial(self.number[left], full).sum(axis=2)[..., 1:])


def _many(rng: np.random.Generator, spread: Floats, mean: Floats, each: int) -> Floats:
    """Draw the mean number who enter in a span, which differs from span to span."""
    mean = np.broadcast_to(mean, (each, *mean.shape))
    extra = np.maximum(spread - 1, 1e-9)
    drawn = rng.gamma(np.maximum(mean, 1e-12) / extra) * extra
    return np.where((spread > 1) & (mean > 0), drawn, mean)


def exponential(matrices: Floats) -> Floats:
    """Return the exponentials of many small matrices, by scaling, series and squaring."""
    size = float(np.abs(matrices).sum(axis=-1).max(initial=0))
    squarings = max(0, int(np.ceil(np.log2(max(size, 1e-12) / 0.5))))
    scaled = matrices / 2**squarings
    told = np.eye(matrices.shape[-1]) + scaled
    term = scaled
    for order in range(2, 8):
        term = term @ scaled / order
        told += term
    for _ in range(squarings):
        told = told @ told
    return np.asarray(told)


def _powers(moving: Floats, leaving: Floats, months: int) -> Floats:
    """Return what becomes of a child over 0 to 8 parts of a span, by part, stratum and set."""
    generator = moving.swapaxes(0, 1).copy()
    diagonal = np.arange(moving.shape[-1])
    generator[..., diagonal, diagonal] = 0
    generator[..., diagonal, diagonal] = -generator.sum(axis=-1) - leaving.swapaxes(0, 1)
    part = exponential(generator * (months / YEAR / PARTS))
    told = np.empty((PARTS + 1, *part.shape))
    told[0], told[1] = np.eye(part.shape[-1]), part
    for power in range(2, PARTS + 1):
        np.matmul(told[power // 2], told[power - power // 2], out=told[power])
    return told


@dataclass(frozen=True)
class _Held:
    """Chances by kind: by set and start, each with its stratum and months of age."""

    strata: Strata
    stratum: Ints
    age: Ints
    row: Ints
    chance: Floats

    @classmethod
    def start(cls, strata: Strata, stock: Ints, sets: int, kinds: int) -> "_Held":
        """Return those here now, each surely in its kind."""
        group, age, stay, kind, _ = stock.T
        chance = np.broadcast_to(np.eye(kinds)[kind], (sets, len(stock), kinds))
        return cls(strata, strata.find(group, stay, age), age, np.arange(len(stock)), chance)

    def after(self, powers: Floats, months: int) -> "_Held":
        """Return them so many months later, within a year; who is 18 by then is gone."""
        oldest = self.strata.oldest
        until = (oldest[self.stratum] - self.age - 0.5) / months
        first = np.where(until < 1, 2 * np.floor(until * PARTS / 2).astype("int64") + 1, PARTS)
        stays = (first == PARTS) | (oldest[self.stratum] < ADULT)
        keys = self.stratum * (PARTS + 1) + first
        order = np.flatnonzero(stays)[np.argsort(keys[stays], kind="stable")]
        starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
        chance = np.empty((len(self.chance), len(order), self.chance.shape[-1]))
        for low, high in zip(
            starts, [*starts[1:], len(order)], strict=False
        ):  # none where all are 18
            at = order[low:high]
            stratum, part = self.stratum[at[0]], first[at[0]]
            moved = powers[part, stratum]
            if part < PARTS:
                moved = moved @ powers[PARTS - part, stratum + 1]
            np.matmul(self.chance[:, at], moved, out=chance[:, low:high])
        stratum = self.stratum[order] + (first[order] < PARTS)
        return replace(
            self, stratum=stratum, age=self.age[order] + months, row=self.row[order], chance=chance
        )

    def next_year(self) -> "_Held":
        """Return them when a further year begins: their time in care is longer."""
        strata = self.strata
        stay = np.minimum(strata.stay[self.stratum] + 1, strata.stays - 1)
        stratum = strata.find(strata.group[self.stratum], stay, self.age)
        return replace(self, stratum=stratum)

    def spread_out(self, rows: int) -> Floats:
        """Return the chances of all who started, 0 of who is gone."""
        told = np.zeros((len(self.chance), rows, self.chance.shape[-1]))
        told[:, self.row] = self.chance
        return told

    def by_group(self) -> Floats:
        """Return the chances summed by class."""
        groups = np.arange(self.strata.groups)
        member = self.strata.group[self.stratum] == groups[:, None]
        return np.stack([self.chance[:, one].sum(axis=1) for one in member], axis=1)


@dataclass
class _Flow:
    """What becomes of children, each span and each wave of those who enter worked out once."""

    strata: Strata
    rates: Rates
    spans: dict[int, Floats] = field(default_factory=dict)
    waves: dict[tuple[int, tuple[int, ...]], tuple[_Held, Floats]] = field(default_factory=dict)

    def powers(self, months: int) -> Floats:
        """Return what becomes of a child over parts of a span."""
        if months not in self.spans:
            self.spans[months] = _powers(self.rates.moving, self.rates.leaving, months)
        return self.spans[months]

    def later(self, begun: int, stops: tuple[int, ...]) -> tuple[_Held, Floats]:
        """Return where those are who entered before the first stop, at the last, and by class.

        A wave begins some months after a year did, and stops are told in months from then.
        """
        key = begun, stops
        if key not in self.waves:
            *before, stop = stops
            if before:
                one, span = self.later(begun, tuple(before))[0], stop - before[-1]
                if (begun + before[-1]) % YEAR == 0:
                    one = one.next_year()
                one = one.after(self.powers(span), span)
            else:
                one = _entering(self.strata, self.rates, self.powers(stop), stop)
            self.waves[key] = one, one.by_group()
        return self.waves[key]


def _entering(strata: Strata, rates: Rates, powers: Floats, months: int) -> _Held:
    """Return where one child a class is at the end of a span who enters on any day of it.

    Entries lie in the middle of the four quarters of the span, birthdays likewise.
    """
    new = np.flatnonzero(strata.stay == 0)
    quarters = PARTS // 2
    parts, rows = [], []
    for stratum in new:
        group, low, high = strata.group[stratum], strata.youngest[stratum], strata.oldest[stratum]
        share = rates.arrival[group]
        ages = low + np.flatnonzero(share[low:high])
        place = rates.placing[:, stratum, None] / quarters
        for quarter in range(quarters):
            ahead = 2 * quarter + 1  # parts from the entry to the end
            until = (high - ages - 0.5) / months * PARTS
            first = np.where(until < ahead, 2 * np.floor(until / 2).astype("int64") + 1, ahead)
            first = np.minimum(first, ahead)
            older = np.round(months * ahead / PARTS).astype("int64")
            crosses = until < ahead
            for part in np.unique(first[~crosses]):
                at = ages[~crosses & (first == part)]
                vector = place @ powers[part, stratum]
                parts.append(vector * share[at][:, None])
                rows.append(np.column_stack([np.full(len(at), stratum), at + older]))
            if high == ADULT:
                continue
            for part in np.unique(first[crosses]):
                at = ages[crosses & (first == part)]
                moved = place @ powers[part, stratum] @ powers[ahead - part, stratum + 1]
                parts.append(moved * share[at][:, None])
                rows.append(np.column_stack([np.full(len(at), stratum + 1), at + older]))
    kinds = rates.placing.shape[-1]
    found = np.concatenate([np.empty((0, 2), "int64"), *rows])
    chance = np.concatenate([np.zeros((len(rates.placing), 0, kinds)), *parts], axis=1)
    order = np.lexsort((found[:, 1], found[:, 0]))
    new = np.flatnonzero(np.diff(found[order], axis=0, prepend=-1).any(axis=1))
    cells = found[order[new]]
    summed = np.add.reduceat(chance[:, order], new, axis=1) if len(new) else chance
    return _Held(strata, cells[:, 0], cells[:, 1], np.arange(len(cells)), summed)


def interval(draws: Ints, level: float) -> tuple[Ints, Ints]:
    """Return the ends between which the middle share of draws lies, by day asked and kind."""
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(draws, tails, axis=1, method="inverted_cdf")
    return low.astype("int64"), high.astype("int64")
