"""Who is looked after, who starts and ceases, and who comes back."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care, windows
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.indicators.coverage import Asked, asked
from thurrock_analysis.indicators.windows import Flags
from thurrock_analysis.returns.returns import Returns

HOME = ("home to parents, planned", "home to parents, not planned")
ALONE = "unaccompanied asylum-seeking"


@measure
def looked_after(returns: Returns, periods: pd.DataFrame, *, short_breaks: bool = False) -> Cases:
    """Children looked after at the end of the last day.

    Parameters
    ----------
    short_breaks : bool
        Whether children under V3 and V4 count, as they do in no published figure.

    Examples
    --------
    >>> from thurrock_analysis.indicators import example, periods
    >>> looked_after(example.returns(), periods.years(2021, 2022)).figures()["value"].tolist()
    [2.0, 2.0]
    """
    rows = care.stock(returns, periods, short_breaks=short_breaks)
    return care.cases("looked_after", rows, care.at_date(returns, periods))


@measure
def looked_after_in_year(
    returns: Returns, periods: pd.DataFrame, *, short_breaks: bool = False
) -> Cases:
    """Children looked after at any time in a period."""
    rows = care.during(returns, periods, short_breaks=short_breaks)
    return care.cases("looked_after_in_year", rows, care.covered(returns, periods))


@measure
def looked_after_starts(
    returns: Returns, periods: pd.DataFrame, *, short_breaks: bool = False
) -> Cases:
    """Children who start to be looked after, once each, at their first start."""
    told = care.episodes(returns, short_breaks=short_breaks)
    begun = told["RNE"].eq("S").to_numpy()
    rows = care.events(returns, periods, begun, "DECOM", short_breaks=short_breaks)
    return care.cases("looked_after_starts", rows, care.covered(returns, periods))


def leaving(returns: Returns, periods: pd.DataFrame, *, short_breaks: bool = False) -> pd.DataFrame:
    """Return the children who cease to be looked after in each period, at their last ceasing."""
    return care.over(returns, periods, _leaving, short_breaks=short_breaks)


def _leaving(returns: Returns, periods: pd.DataFrame, *, short_breaks: bool) -> pd.DataFrame:
    ended = care.episodes(returns, short_breaks=short_breaks)["REC"]
    left = (ended.notna() & ended.ne("X1")).to_numpy()
    return care.events(returns, periods, left, "DEC", "last", short_breaks=short_breaks)


@measure
def looked_after_ceased(
    returns: Returns, periods: pd.DataFrame, *, short_breaks: bool = False
) -> Cases:
    """Children who cease to be looked after, once each, at their last ceasing."""
    rows = leaving(returns, periods, short_breaks=short_breaks)
    return care.cases("looked_after_ceased", rows, care.covered(returns, periods))


@measure
def looked_after_unaccompanied(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Unaccompanied asylum-seeking children looked after at the end of the last day."""
    returns.table("uasc")
    rows = care.stock(returns, periods)
    rows = rows[(rows["unaccompanied"] == ALONE).to_numpy()]
    return care.cases("looked_after_unaccompanied", rows, care.at_date(returns, periods))


@measure
def looked_after_unaccompanied_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of looked-after children who are unaccompanied and seek asylum."""
    returns.table("uasc")
    rows, covered = care.stock(returns, periods), care.at_date(returns, periods)
    name = "looked_after_unaccompanied_percent"
    return care.cases(name, rows, covered, rows["unaccompanied"] == ALONE, 1)


def _back_within(returns: Returns, rows: pd.DataFrame, months: int) -> Flags:
    """Return whether each child who ceased starts again within months of it."""
    told = care.episodes(returns)
    begun = told[told["RNE"].eq("S").to_numpy()]
    child = rows["child"].to_numpy()
    again = windows.following(
        begun["child"].to_numpy(), begun["first"].to_numpy(), child, windows.days(rows["DEC"])
    )
    latest = windows.days(windows.back(rows["DEC"], -months))
    return np.asarray((again != windows.MISSING) & (again <= latest))


def _followed(returns: Returns, periods: pd.DataFrame, months: int) -> Asked:
    last = windows.back(periods["period_end"], -months)
    las = returns.once(care.children).las
    return asked(returns, periods, las, last=last, needs=f"the {months} months after it")


@measure
def looked_after_returned_percent(
    returns: Returns, periods: pd.DataFrame, *, months: int = 12
) -> Cases:
    """Share of children who ceased to be looked after and start again within a year.

    Parameters
    ----------
    months : int
        How long after the ceasing a start counts, its last day included.

    Examples
    --------
    >>> from thurrock_analysis.indicators import example, periods
    >>> year = periods.years(2021, 2021)
    >>> looked_after_returned_percent(example.returns(), year).figures()["value"].tolist()
    [100.0]
    """
    rows, followed = leaving(returns, periods), _followed(returns, periods, months)
    back = _back_within(returns, rows, months)
    return care.cases("looked_after_returned_percent", rows, followed, back, 1)


@measure
def looked_after_home_lasting_percent(
    returns: Returns, periods: pd.DataFrame, *, months: int = 12
) -> Cases:
    """Share of children who went home to parents and do not start again within a year.

    Parameters
    ----------
    months : int
        As for `looked_after_returned_percent`.
    """
    rows, followed = leaving(returns, periods), _followed(returns, periods, months)
    rows = rows[rows["REC"].isin(care.codes("reason", *HOME)).to_numpy()]
    lasting = ~_back_within(returns, rows, months)
    return care.cases("looked_after_home_lasting_percent", rows, followed, lasting, 1)


@measure
def looked_after_early_permanence(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Children fostered at some time in a period by carers who may adopt them."""
    early = care.episodes(returns)["PLACE"].isin(care.codes("early permanence")).to_numpy()
    rows = care.placed_in(returns, periods, early)
    return care.cases("looked_after_early_permanence", rows, care.covered(returns, periods))
