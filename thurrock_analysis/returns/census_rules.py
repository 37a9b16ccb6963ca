"""The rules that guard the indicators of the censuses, each an expression over a linked table.

A rule holds where its sentence in ``rules.csv`` is broken. Tables below an episode of need come
with its referral, closure and NFA, reviews with their plan's start, factors with how many the
assessment has. What a return does not say breaks no rule.
"""

from collections.abc import Callable, Iterable

import pandas as pd

from thurrock_analysis.returns import statutory
from thurrock_analysis.returns.cells import DTYPES
from thurrock_analysis.returns.typing import told

Tables = dict[str, pd.DataFrame]
Check = Callable[[pd.DataFrame], pd.Series]
COLLECTION = "CIN census"
CHILD = ["LA", "LAchildID"]
EPISODE = ["LA", "YEAR", "LAchildID", "episode"]
OF_EPISODE = ["CINreferralDate", "CINclosureDate", "ReferralNFA"]
SERVICES = ["cin_assessments", "cin_plans", "cin_section_47", "cin_protection_plans"]
"""What does not follow a referral of no further action."""
ALONE = "21"
"""The factor that says that there is none."""

RULES: dict[str, tuple[str, Check]] = {
    # cin_children
    "birth_unknown": (
        "PersonBirthDate",
        lambda c: c["PersonBirthDate"].isna() & c["ExpectedPersonBirthDate"].isna(),
    ),
    # cin_details
    "closure_before_referral": (
        "CINclosureDate",
        lambda d: d["CINclosureDate"].lt(d["CINreferralDate"]),
    ),
    "closure_without_reason": (
        "ReasonForClosure",
        lambda d: d["CINclosureDate"].notna() & d["ReasonForClosure"].isna() & ~d["nfa"],
    ),
    "reason_without_closure": (
        "CINclosureDate",
        lambda d: d["CINclosureDate"].isna() & d["ReasonForClosure"].notna(),
    ),
    "transfer_before_referral": (
        "DateOfInitialCPC",
        lambda d: d["DateOfInitialCPC"].lt(d["CINreferralDate"]),
    ),
    "services_without_action": ("ReferralNFA", lambda d: d["nfa"] & d["served"]),
    # cin_assessments, cin_factors
    "assessment_ends_before": (
        "AssessmentAuthorisationDate",
        lambda a: a["AssessmentAuthorisationDate"].lt(a["AssessmentActualStartDate"]),
    ),
    "assessment_before_referral": (
        "AssessmentActualStartDate",
        lambda a: a["AssessmentActualStartDate"].lt(a["CINreferralDate"]),
    ),
    "factor_not_alone": (
        "AssessmentFactors",
        lambda f: f["AssessmentFactors"].eq(ALONE) & f["factors"].gt(1),
    ),
    # cin_section_47
    "conference_before_enquiry": (
        "DateOfInitialCPC",
        lambda s: s["DateOfInitialCPC"].lt(s["S47ActualStartDate"]),
    ),
    "conference_not_required": (
        "ICPCnotRequired",
        lambda s: s["ICPCnotRequired"].fillna(False) & s["DateOfInitialCPC"].notna(),
    ),
    # cin_plans, cin_protection_plans, cin_reviews
    "need_plan_ends_before": (
        "CINPlanEndDate",
        lambda p: p["CINPlanEndDate"].lt(p["CINPlanStartDate"]),
    ),
    "protection_plan_ends_before": ("CPPendDate", lambda p: p["CPPendDate"].lt(p["CPPstartDate"])),
    "protection_plans_overlap": ("CPPstartDate", lambda p: p["CPPstartDate"].lt(p["before_end"])),
    "review_before_plan": ("CPPreviewDate", lambda r: r["CPPreviewDate"].le(r["CPPstartDate"])),
    # workforce_authority, workforce_workers
    "covered_above_vacancies": (
        "NoAgencyFTE",
        lambda a: a["NoAgencyFTE"].gt(a["NumberOfVacancies"]),
    ),
    "role_ends_before": ("RoleEndDate", lambda w: w["RoleEndDate"].lt(w["RoleStartDate"])),
    "fte_range": ("FTE", lambda w: w["FTE"].lt(0) | w["FTE"].gt(1)),
    "leaver_with_hours": ("FTE", lambda w: w["RoleEndDate"].notna() & w["FTE"].gt(0)),
}
"""The column that each rule faults, and where the rule is broken."""


def check(tables: Tables) -> Iterable[pd.DataFrame]:
    """Yield the issues of all rules over the stacked tables of the censuses."""
    found = linked(tables)
    for rule, (column, broken) in RULES.items():
        form = statutory.forms()[statutory.rules()[rule].form]
        if form.name in found:
            frame = found[form.name]
            mask = broken(frame).fillna(False).to_numpy(bool)
            if mask.any():
                yield told(form, frame[mask], rule, column)


def linked(tables: Tables) -> Tables:
    """Return tables with what their rules ask of other rows and tables.

    Of a table that is not held, as where one list alone was sent, nothing is known.
    """
    found = dict(tables)
    forms = statutory.forms().values()
    blanks = {one.name: blank(one) for one in forms if one.collection == COLLECTION}
    if not blanks.keys() & tables.keys():
        return found
    held = blanks | tables
    details = held["cin_details"].assign(nfa=held["cin_details"]["ReferralNFA"].fillna(False))
    served = pd.concat([held[name][EPISODE] for name in SERVICES]).drop_duplicates()
    served = served[served["episode"].notna()]
    details = details.merge(served.assign(served=True), how="left", on=EPISODE)
    details = details.assign(served=details["served"].notna())
    known = details.loc[details["episode"].notna(), [*EPISODE, *OF_EPISODE]]
    factors = held["cin_factors"]
    within = factors.groupby([*EPISODE, "assessment"], dropna=False)["row"]
    plans = held["cin_protection_plans"].sort_values([*CHILD, "CPPstartDate"], kind="stable")
    ends = plans["CPPendDate"].fillna(pd.Timestamp.max.floor("s").as_unit("s"))
    started = plans.loc[plans["plan"].notna(), [*EPISODE, "plan", "CPPstartDate"]]
    joined = {
        "cin_details": details,
        "cin_assessments": held["cin_assessments"].merge(known, how="left", on=EPISODE),
        "cin_factors": factors.assign(factors=within.transform("size")),
        "cin_protection_plans": plans.assign(
            before_end=ends.groupby([plans[name] for name in CHILD]).shift()
        ),
        "cin_reviews": held["cin_reviews"].merge(started, how="left", on=[*EPISODE, "plan"]),
    }
    return found | {name: rows for name, rows in joined.items() if name in tables}


def blank(form: statutory.Form) -> pd.DataFrame:
    """Return a typed table without a row."""
    kinds = {name: DTYPES[one.kind] for name, one in form.fields.items()}
    kinds |= {"LA": "str", "YEAR": "Int64", "file": "str", "row": "int64"}
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in kinds.items()})
