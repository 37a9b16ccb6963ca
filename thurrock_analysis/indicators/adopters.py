"""Prospective adopters, by families, from Annex A list 11."""

import pandas as pd

from thurrock_analysis.indicators.annex_a import ANNEX_A
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.choosing import in_periods, on_days
from thurrock_analysis.indicators.compute import register
from thurrock_analysis.indicators.covering import covered
from thurrock_analysis.indicators.defining import cases
from thurrock_analysis.indicators.splitting import ethnicity
from thurrock_analysis.returns.returns import Returns

FAMILY, ADOPTER = "Family identifier", "Individual adopter identifier"
ENQUIRED, LEFT = "Date enquiry received", "Date of leaving adoption process"
FIRST, FIRST_ENDED = "Date Stage 1 started", "Date Stage 1 ended"
SECOND, SECOND_ENDED = "Date Stage 2 started", "Date Stage 2 ended"
APPROVED, MATCHED = "Date application approved", "Date adopter matched with child(ren)"
ORDERED = "Date of Adoption Order"
DATES = [ENQUIRED, FIRST, FIRST_ENDED, SECOND, SECOND_ENDED, APPROVED, MATCHED, ORDERED, LEFT]
EVENTS = {"adopter_enquiries": ENQUIRED, "adopters_approved": APPROVED}
"""Of these, each date in a period counts."""
STANDING = {"adopters_in_assessment": (FIRST, APPROVED), "adopters_waiting": (APPROVED, MATCHED)}
"""Of these, what has begun by a day and has neither come to its next step by it nor been left."""
LASTING = {
    "adopter_stage_one_days": (FIRST, FIRST_ENDED),
    "adopter_stage_two_days": (SECOND, SECOND_ENDED),
    "adopter_approval_to_match_days": (APPROVED, MATCHED),
}
"""Of these, the days between two dates, the later of which lies in a period."""


def families(returns: Returns) -> pd.DataFrame:
    """Return one row a family, with the earliest of each date that its adopters have."""
    rows = returns.table("adopters").reindex(columns=["LA", FAMILY, ADOPTER, "Ethnicity", *DATES])
    named = dict.fromkeys([FAMILY, ADOPTER, "Ethnicity"], "str")
    rows = rows.astype(named | dict.fromkeys(DATES, "datetime64[s]"))
    rows = rows.assign(
        id=rows[FAMILY].fillna(rows[ADOPTER]),
        alone=rows[FAMILY].isna(),
        ethnicity=ethnicity(rows["Ethnicity"]),
    )
    found = rows.groupby(["LA", "alone", "id"], as_index=False, sort=False)
    return found.agg({"ethnicity": "first", **dict.fromkeys(DATES, "min")})


def happened(returns: Returns, periods: pd.DataFrame, *, name: str) -> Cases:
    """Count families with a date in a period."""
    asked = covered(returns, ANNEX_A, periods)
    return cases(name, in_periods(returns.once(families), EVENTS[name], asked[0]), asked)


def withdrawn(returns: Returns, periods: pd.DataFrame, *, name: str) -> Cases:
    """Count families who left the adoption process without a child."""
    asked = covered(returns, ANNEX_A, periods)
    rows = in_periods(returns.once(families), LEFT, asked[0])
    return cases(name, rows[~(rows[ORDERED] <= rows[LEFT])], asked)


def standing(returns: Returns, periods: pd.DataFrame, *, name: str) -> Cases:
    """Count families who have come to a step by a day, and not to the next."""
    asked = covered(returns, ANNEX_A, periods, day=True)
    begun, over = STANDING[name]
    rows = on_days(returns.once(families), begun, over, asked[0])
    return cases(name, rows[~(rows[LEFT] <= rows["period_end"])], asked)


def lasting(returns: Returns, periods: pd.DataFrame, *, name: str) -> Cases:
    """Mean days from one date of a family to another; who lacks the first is in no figure."""
    asked = covered(returns, ANNEX_A, periods)
    begun, ended = LASTING[name]
    rows = in_periods(returns.once(families), ended, asked[0])
    days = (rows[ended] - rows[begun]).dt.days
    days = days.where(days >= 0)
    return cases(name, rows, asked, days, days.notna().astype("float64"))


for counting, names in (
    (happened, EVENTS),
    (withdrawn, ["adopters_withdrawn"]),
    (standing, STANDING),
    (lasting, LASTING),
):
    for one in names:
        register(one, counting, name=one)
