"""Stocks and the flows that should explain them."""

import pandas as pd


def stock_flow(figures: pd.DataFrame, stock: str, inflow: str, outflow: str) -> pd.DataFrame:
    """Hold opening + in - out against closing, year by year.

    Parameters
    ----------
    figures : DataFrame
        Tidy figures of one area holding the three measures, whole ("all") groups.
    stock, inflow, outflow : str
        Names of the measures: a count at date and two counts in year.

    Returns
    -------
    DataFrame
        Indexed by closing year: opening, starts, ends, closing, expected and unexplained
        (closing less expected); years without all four are left out.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "measure": ["s", "s", "i", "o"],
    ...     "period_end": pd.to_datetime(["2015-03-31", "2016-03-31", "2016-03-31", "2016-03-31"]),
    ...     "value": [201.0, 291.0, 326.0, 236.0],
    ... })
    >>> stock_flow(rows, "s", "i", "o").loc[2016, "unexplained"]
    np.float64(0.0)
    """
    wide = figures.assign(year=figures["period_end"].dt.year).pivot_table(
        index="year", columns="measure", values="value", observed=True
    )
    wide = wide.reindex(columns=[stock, inflow, outflow])
    table = pd.DataFrame(
        {
            "opening": wide[stock].reindex(wide.index - 1).to_numpy(),
            "starts": wide[inflow],
            "ends": wide[outflow],
            "closing": wide[stock],
        }
    ).dropna()
    expected = table["opening"] + table["starts"] - table["ends"]
    return table.assign(expected=expected, unexplained=table["closing"] - expected)


def agency_for_each_vacancy(agency_share: float, vacancy_share: float) -> float:
    """Say how many agency workers there must be for each vacant post.

    Parameters
    ----------
    agency_share : float
        Agency workers over agency workers and those in post.
    vacancy_share : float
        Vacant posts over vacant posts and those in post.

    Returns
    -------
    float
        Above 1 there are more agency workers than vacancies: some cover no vacant post, or the
        two shares count different people or different units. NaN where a share is 0 or 1, as
        in an authority without vacancies or without staff of its own.

    Examples
    --------
    >>> round(agency_for_each_vacancy(0.50, 0.21), 2)
    3.76
    """
    if not (0 <= agency_share < 1 and 0 < vacancy_share < 1):
        return float("nan")
    agency = agency_share / (1 - agency_share)
    vacant = vacancy_share / (1 - vacancy_share)
    return agency / vacant
