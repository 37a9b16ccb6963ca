"""What an average over several years says and hides."""


def entered(
    before: float, counts_before: list[float], now: float, counts_now: list[float], left: float
) -> float:
    """Work out the mean of the year that entered an average, given that of the year that left.

    Parameters
    ----------
    before, now : float
        The average over three years, and over the three that begin a year later, in days.
    counts_before, counts_now : list of float
        Children in each year of each average, oldest first; the last two of the first list
        are the first two of the second.
    left : float
        The mean of the year that left, which is not printed: an assumption.

    Returns
    -------
    float
        The mean of the year that entered, in days.

    Examples
    --------
    >>> counts = [8, 10, 12], [10, 12, 13]
    >>> [round(entered(710, counts[0], 625, counts[1], left)) for left in (500, 710, 900)]
    [352, 481, 598]
    """
    days = now * sum(counts_now) - before * sum(counts_before)
    return (days + left * counts_before[0]) / counts_now[-1]


def with_waiting(done: list[float], waiting: list[float]) -> tuple[float, float]:
    """Average the children who have arrived, and at least what all take who set out.

    Parameters
    ----------
    done : list of float
        Days that children took who were adopted.
    waiting : list of float
        Days that children have waited so far who are not.

    Returns
    -------
    adopted_only, all_at_least : float, float
        The mean of those adopted, and the mean of all with the days so far of those who wait:
        the true mean of all can only be larger.

    Examples
    --------
    >>> with_waiting([300, 400], [900])
    (350.0, 533.3333333333334)
    """
    return sum(done) / len(done), sum(done + waiting) / len(done + waiting)
