"""Computations that come to the word for a relation of figures."""

from fractions import Fraction

from thurrock_analysis import words
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.papers.computations.registry import Result, computation, number
from thurrock_analysis.papers.figures import Figure

CHANCE = Fraction("1.96")
"""Standard errors that chance alone does not exceed, at five per cent."""
WITHIN = "within chance"


@computation()
def direction(now: Figure, before: Figure) -> Result:
    """Say whether a figure rose or fell: ``rise``, ``fall`` or ``unchanged``."""
    change = now.value - before.value
    word = "rise" if change > 0 else "fall" if change < 0 else "unchanged"
    return Result(word, f"{before.dated}, then {now.dated}: {spoken(word, change)}")


def spoken(word: str, change: Fraction) -> str:
    """Say a rise or a fall with its size."""
    return f"a {word} of {number(abs(change), 2)}" if change else word


@computation()
def same_way(now: Figure, before: Figure, other_now: Figure, other_before: Figure) -> Result:
    """Say whether two figures moved the same way: ``same way`` or ``opposite ways``."""
    one, two = now.value - before.value, other_now.value - other_before.value
    word = "same way" if one * two > 0 or one == two == 0 else "opposite ways"
    return Result(
        word,
        f"{before.dated}, then {now.dated}, and {other_before.dated}, then {other_now.dated}",
    )


@computation()
def compare(value: Figure, other: Figure) -> Result:
    """Say where a figure lies beside another: ``above``, ``below`` or ``level``."""
    gap = value.value - other.value
    word = "above" if gap > 0 else "below" if gap < 0 else "level"
    with_ = f"{word} {other.text}" if gap else f"level with {other.text}"
    return Result(word, f"{value.text} is {with_}")


@computation()
def below_all(value: Figure, **others: Figure) -> Result:
    """Say whether a figure is below every one of others: ``below all`` or ``not below all``."""
    above = [other.text for other in others.values() if value.value >= other.value]
    texts = words.listed(other.text for other in others.values())
    return Result("not below all" if above else "below all", f"{value.text}, beside {texts}")


@computation()
def close(value: Figure, other: Figure, by: Figure) -> Result:
    """Say whether a figure is in line with another: ``in line``, ``above`` or ``below``."""
    gap = value.value - other.value
    word = "in line" if abs(gap) <= by.value else "above" if gap > 0 else "below"
    return Result(word, f"{value.text} and {other.text} are {number(abs(gap), 2)} apart")


@computation()
def within(value: Figure, **others: Figure) -> Result:
    """Say where a figure lies beside a range: ``within``, ``above`` or ``below``."""
    low, high = (edge(others.values(), key=lambda f: f.value) for edge in (min, max))
    word = "above" if value.value > high.value else "below" if value.value < low.value else "within"
    return Result(word, f"{value.text} lies {word} {low.text} to {high.text}")


@computation()
def order(first: Figure, second: Figure) -> Result:
    """Say which of two days comes first: ``before``, ``after`` or ``same day``."""
    gap = first.value - second.value
    word = "before" if gap < 0 else "after" if gap > 0 else "same day"
    beside = f"comes {word}" if gap else f"is the {word} as"
    return Result(word, f"{first.text} {beside} {second.text}")


@computation()
def one_share(at_most: Figure, at_least: Figure) -> Result:
    """Say whether two words for a share can be true of one number: ``reconcilable`` or not."""
    fits = at_least.value < at_most.value
    return Result(
        "reconcilable" if fits else "irreconcilable",
        f"{at_most.text} beside {at_least.text}: {'a' if fits else 'no'} share is both",
    )


@computation(mixed=True)
def explains(now: Figure, before: Figure, part_now: Figure, part_before: Figure) -> Result:
    """Say whether a part accounts for at least half of the change of its whole.

    The word is ``explains`` or ``does not explain``; what all the rest did is in the working.
    """
    whole, part = now.value - before.value, part_now.value - part_before.value
    word = "explains" if whole and part / whole >= Fraction(1, 2) else "does not explain"
    return Result(
        word,
        f"the whole moved by {number(whole)} ({before.text} to {now.text}), the part by "
        f"{number(part)} ({part_before.text} to {part_now.text}), all the rest by "
        f"{number(whole - part)}",
    )


@computation(mixed=True)
def possible(percent: Figure, whole: Figure) -> Result:
    """Say whether a whole number of cases gives a printed percentage: ``possible`` or not."""
    cases = round(percent.value * whole.value / 100)
    exact = 100 * Fraction(cases) / whole.value
    decimals = len(percent.text.removesuffix("%").partition(".")[2])
    fits = Fraction(str(half_away(float(exact), decimals))) == percent.value
    return Result(
        "possible" if fits else "impossible",
        f"the nearest whole number, {cases} of {whole.text}, is {number(exact)} per cent",
    )


@computation(mixed=True)
def ceiling(percent: Figure, met: Figure, of: Figure, every: Figure) -> Result:
    """Say whether a year can still reach a percentage after a part of it: ``possible`` or not.

    ``met`` of the first ``of`` cases met the condition; at best all the rest of ``every`` do.
    """
    best = 100 * (every.value - of.value + met.value) / every.value
    return Result(
        "possible" if percent.value <= best else "impossible",
        f"{met.text} of the first {of.text}; had all others of {every.text} met it as well, "
        f"{number(best)} per cent at most",
    )


@computation()
def significant(now: Figure, before: Figure) -> Result:
    """Say whether a count of events moved by more than chance: ``significant rise`` or ``fall``.

    The word is ``within chance`` where the difference of two Poisson counts does not reach 1.96
    standard errors.
    """
    change, both = now.value - before.value, now.value + before.value
    word = beyond_chance(change, change**2 / both)
    return Result(
        word, f"{before.dated}, then {now.dated}: a change of {number(change)}, {by_chance(word)}"
    )


@computation(mixed=True)
def significant_share(
    part_now: Figure, whole_now: Figure, part_before: Figure, whole_before: Figure
) -> Result:
    """Say whether a share moved by more than chance, as `significant` does of a count.

    The test is that of two proportions with their pooled error.
    """
    now, before = part_now.value / whole_now.value, part_before.value / whole_before.value
    pooled = (part_now.value + part_before.value) / (whole_now.value + whole_before.value)
    error = pooled * (1 - pooled) * (1 / whole_now.value + 1 / whole_before.value)
    word = beyond_chance(now - before, (now - before) ** 2 / error)
    return Result(
        word,
        f"{part_before.text} of {whole_before.dated}, then {part_now.text} of {whole_now.dated}: "
        f"{number(100 * before)} per cent, then {number(100 * now)}, {by_chance(word)}",
    )


def beyond_chance(change: Fraction, square: Fraction) -> str:
    """Say whether a change is significant, given the square of how many errors it is."""
    if square < CHANCE**2:
        return WITHIN
    return "significant rise" if change > 0 else "significant fall"


def by_chance(word: str) -> str:
    """Say in a clause what a word of `beyond_chance` means."""
    return "which chance alone can do" if word == WITHIN else "more than chance alone does"
