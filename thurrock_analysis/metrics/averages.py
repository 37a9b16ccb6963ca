"""What an average over several years says and hides."""


def newest_year(
    before: float, counts_before: list[float], now: float, counts_now: list[float]
) -> tuple[float, float]:
    """Work out what two overlapping three-year averages say of the year that entered.

    Parameters
    ----------
    before, now : float
        The average over three years, and over the three that begin a year later, in days.
    counts_before, counts_now : list of float
        Children in each year of each average, oldest first; the last two of the first list
        are the first two of the second.

    Returns
    -------
    days_more, if_left_same : float, float
        The days that the entering year's children took less those that the leaving year's
        took, and the entering year's average if the leaving year's was the old average.

    Examples
    --------
    >>> days, mean = newest_year(710, [8, 10, 12], 625, [10, 12, 13])
    >>> round(days), round(mean)
    (575, 481)
    """
    days = now * sum(counts_now) - before * sum(counts_before)
    return days, (days + before * counts_before[0]) / counts_now[-1]


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
