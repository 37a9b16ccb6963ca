"""Adoption in the return beside adoption in Annex A list 10: by child, how many days apart."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import adoption, list_10
from thurrock_analysis.returns.returns import Returns

DATES = {
    "entered care": ("care_start", list_10.ENTERED),
    "decision": ("DATE_INT", list_10.DECIDED),
    "placement order": ("ordered", list_10.ORDERED),
    "match": ("DATE_MATCH", list_10.MATCHED),
    "moved in": ("moved_in", list_10.PLACED),
    "placed for fostering": ("fostered_from", list_10.FOSTERED),
    "adopted": ("DEC", list_10.ADOPTED),
}


def reconcile_adoption(returns: Returns) -> pd.DataFrame:
    """Return every date of the adopted children as the return and as list 10 have it.

    Returns
    -------
    DataFrame
        `LA`, `id`, `date` (what it is of), `ssda903`, `annex_a`, `days` (how much later the
        return has it, missing where one has none) and `held_by` (``both``, ``SSDA903``,
        ``Annex A`` or ``neither``). Children stand in it whom either calls adopted.

    Raises
    ------
    NotInReturnsError
        No episodes, or no list 10, are held.

    Examples
    --------
    >>> from thurrock_analysis.indicators import example
    >>> told = reconcile_adoption(example.adopted())
    >>> told[told["days"].ne(0) & told["days"].notna()][["date", "days"]].to_numpy().tolist()
    [['moved in', 4.0]]
    """
    listed = returns.table("adoption").reindex(columns=list_10.COLUMNS)
    listed = listed[listed[list_10.ADOPTED].notna()].rename(columns={list_10.CHILD: "id"})
    listed = listed.drop_duplicates(["LA", "id"], keep="last")
    own = adoption.every(returns).drop_duplicates(["LA", "id"], keep="last")
    both = own.assign(LA=own["LA"].astype("str")).merge(listed, how="outer", on=["LA", "id"])
    parts = [
        both[["LA", "id"]].assign(date=name, ssda903=both[first], annex_a=both[second])
        for name, (first, second) in DATES.items()
    ]
    told = pd.concat(parts, ignore_index=True).sort_values(["LA", "id"], kind="stable")
    held = told["ssda903"].notna() + 2 * told["annex_a"].notna()
    return told.assign(
        days=(told["ssda903"] - told["annex_a"]).dt.days.astype("float64"),
        held_by=np.array(["neither", "SSDA903", "Annex A", "both"])[held],
    ).reset_index(drop=True)
