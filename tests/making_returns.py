"""Returns for tests, from a few rows of text, typed as the readers type them."""

from pathlib import Path

import pandas as pd
import writing_returns

from thurrock_analysis.returns.returns import Returns

Row = dict[str, str]
WHERE = {"LA": "str", "YEAR": "Int64", "file": "str", "row": "Int64"}
DATES = (
    "DOB MC_DOB DECOM DEC REVIEW DUC DATE_INT DATE_MATCH DATE_PLACED DATE_PLACED_CEASED DATE_PERM "
    "MIS_START MIS_END SW_DECOM SW_DEC DOLO_START DOLO_END PersonBirthDate PersonDeathDate "
    "ExpectedPersonBirthDate CINreferralDate CINclosureDate DateOfInitialCPC InitialCPCtarget "
    "AssessmentActualStartDate AssessmentInternalReviewDate AssessmentAuthorisationDate "
    "CINPlanStartDate CINPlanEndDate S47ActualStartDate CPPstartDate CPPendDate CPPreviewDate "
    "PPStartDate LBPSentDate InitialPPMeetingDate StepDecisionDate CourtAppDate LetterInitCPDate "
    "RoleStartDate RoleEndDate start end"
)
YES_OR_NO = (
    "MOTHER CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT SUBSTANCE_MISUSE "
    "INTERVENTION_RECEIVED INTERVENTION_OFFERED FOSTER_CARE ReferralNFA ICPCnotRequired "
    "AgencyWorker StepUpGrad Absat30Sept FGDMMeetingOffer FGDMMeetingFac"
)
NUMBERS = (
    "SDQ_SCORE NB_ADOPTR NumberOfPreviousCPP NumberOfVacancies NoAgencyFTE NoAgencyHeadcount FTE "
    "FTE30 Cases30 WorkingDaysLost ContractWeeks ReviewMeetingsCount latitude longitude fte"
)
WHOLE = "episode assessment factor plan"
YES = {"1": True, "true": True, "Y": True, "Yes": True}
NO = {"0": False, "false": False, "N": False, "No": False}
SPANS = {"collection": "str", "LA": "str", "YEAR": "Int64", "start": "date", "end": "date"}


def typed(rows: list[Row] | pd.DataFrame, columns: str = "") -> pd.DataFrame:
    """Type rows of text by the names of their columns; what is blank or absent is missing.

    Dates are written 2022-03-31. Columns of Annex A are dates where their name has the word Date
    or date, and yes or no where it ends with a question mark or has (Y/N).
    """
    frame = pd.DataFrame(rows, dtype="str")
    frame = frame.reindex(columns=[*dict.fromkeys([*frame.columns, *columns.split(), *WHERE])])
    blank = frame.isna() | frame.eq("")
    told = {name: _typed(frame[name].mask(blank[name]), _kind(name)) for name in frame}
    told["LA"] = told["LA"].fillna("")
    return pd.DataFrame(told, index=frame.index)


def returns(
    spans: list[Row] | None = None, **tables: list[Row] | pd.DataFrame | tuple[list[Row], str]
) -> Returns:
    """Return what these tables would be read as.

    Parameters
    ----------
    spans : list of dict, optional
        `collection`, `LA`, `YEAR`, `start` and `end` of each return; none is not known.
    tables : list of dict
        Rows by the names of ``forms.csv``, each with the columns that it fills, or a pair of
        rows and of further columns that are blank.

    Examples
    --------
    >>> held = returns(episodes=[{"CHILD": "1", "DECOM": "2022-01-05", "RNE": "S", "DEC": ""}])
    >>> held.table("episodes")[["DECOM", "DEC", "LA"]].iloc[0].tolist()
    [Timestamp('2022-01-05 00:00:00'), NaT, '']
    """
    read = {
        name: typed(*rows) if isinstance(rows, tuple) else typed(rows, COLUMNS.get(name, ""))
        for name, rows in tables.items()
    }
    kinds = {name: _typed(pd.Series([], dtype="str"), kind) for name, kind in SPANS.items()}
    held = typed(spans) if spans else pd.DataFrame(kinds)
    return Returns(read, spans=held.reindex(columns=list(SPANS)))


COLUMNS = writing_returns.COLUMNS | {
    "cin_children": "LAchildID UPN UPNunknown FormerUPN PersonBirthDate ExpectedPersonBirthDate "
    "Sex PersonDeathDate Ethnicity",
    "cin_disabilities": "LAchildID Disability",
    "cin_details": "LAchildID episode CINreferralDate ReferralSource PrimaryNeedCode "
    "CINclosureDate ReasonForClosure DateOfInitialCPC ReferralNFA",
    "cin_assessments": "LAchildID episode assessment AssessmentActualStartDate "
    "AssessmentInternalReviewDate AssessmentAuthorisationDate",
    "cin_factors": "LAchildID episode assessment factor AssessmentFactors",
    "cin_plans": "LAchildID episode CINPlanStartDate CINPlanEndDate",
    "cin_section_47": "LAchildID episode S47ActualStartDate InitialCPCtarget DateOfInitialCPC "
    "ICPCnotRequired",
    "cin_protection_plans": "LAchildID episode plan CPPstartDate CPPendDate "
    "InitialCategoryOfAbuse LatestCategoryOfAbuse NumberOfPreviousCPP",
    "cin_reviews": "LAchildID episode plan CPPreviewDate",
}
"""The columns of each table, where a test leaves some out."""


def _kind(name: str) -> str:
    if name in WHERE:
        return WHERE[name]
    if name in DATES.split() or ("date" in name.lower() and " " in name):
        return "date"
    if name in YES_OR_NO.split() or name.endswith("?") or "(Y/N)" in name:
        return "boolean"
    if name in WHOLE.split() or name.startswith("Number of"):
        return "Int64"
    return "Float64" if name in NUMBERS.split() else "str"


def _typed(text: pd.Series, kind: str) -> pd.Series:
    if kind == "date":
        return pd.to_datetime(text, format="%Y-%m-%d").astype("datetime64[s]")
    if kind == "boolean":
        return text.map(YES | NO).astype("boolean")
    if kind in ("Int64", "Float64"):
        return pd.to_numeric(text).astype(kind)
    return text.astype("str")


def five_years(folder: Path, copies: int = 1) -> Returns:
    """Stack the yearly SSDA903 files of a folder, the latest return winning; copy its children.

    Files are named by the year in which each return opens, as ``2017-episodes.csv``.
    """
    keys = {"episodes": ["CHILD", "DECOM"], "header": ["CHILD"], "uasc": ["CHILD"]}
    found: dict[str, list[pd.DataFrame]] = {}
    for path in sorted(folder.glob("*.csv")):
        year, name = path.stem.split("-", 1)
        rows = pd.read_csv(path, dtype="str").assign(YEAR=str(int(year) + 1))
        for column in rows.columns.intersection(DATES.split()):
            day = pd.to_datetime(rows[column], format="%d/%m/%Y")
            rows[column] = day.dt.strftime("%Y-%m-%d").fillna("")
        found.setdefault(name, []).append(rows)
    tables = {}
    for name, parts in found.items():
        rows = pd.concat(parts, ignore_index=True)
        key = keys.get(name)
        rows = rows.drop_duplicates(key, keep="last") if key else rows
        rows = pd.concat([rows.assign(CHILD=f"{n}-" + rows["CHILD"]) for n in range(copies)])
        tables[name] = rows.reset_index(drop=True)
    years = sorted({year for rows in tables.values() for year in rows["YEAR"]})
    spans = [
        {"collection": "SSDA903", "YEAR": year, "start": f"{int(year) - 1}-04-01",
         "end": f"{year}-03-31"}
        for year in years
    ]  # fmt: skip
    return returns(spans, **tables)


def case(folder: Path) -> Returns:
    """Return a case of one year's tables of the SSDA903, its stand-in for no date left out."""
    tables = {}
    for path in folder.glob("*.csv"):
        rows = pd.read_csv(path, dtype="str")
        for column in rows.columns.intersection(DATES.split()):
            day = pd.to_datetime(rows[column], format="%d/%m/%Y")
            rows[column] = day.where(day.dt.year > 1900).dt.strftime("%Y-%m-%d").fillna("")
        tables[path.stem] = rows
    return returns(**tables)
