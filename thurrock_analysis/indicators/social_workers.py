"""How many social workers looked-after children have in a year."""

import numpy as np
import pandas as pd

from thurrock_analysis.indicators import care, windows
from thurrock_analysis.indicators.cases import Cases
from thurrock_analysis.indicators.compute import measure
from thurrock_analysis.returns.returns import Returns


@measure
def looked_after_three_social_workers_percent(returns: Returns, periods: pd.DataFrame) -> Cases:
    """Share of looked-after children with three or more social workers in a period."""
    spells = care.table(returns, "sw_episodes", "SW_ID", "SW_DECOM", "SW_DEC")
    spells = spells[(spells["SW_ID"].notna() & spells["SW_DECOM"].notna()).to_numpy()]
    at, places = windows.overlapping(
        windows.days(spells["SW_DECOM"]),
        windows.until(spells["SW_DEC"]),
        windows.days(periods["period_start"]),
        windows.days(periods["period_end"]),
    )
    told = spells[["child", "SW_ID"]].iloc[at].assign(place=places).drop_duplicates()
    rows = care.stock(returns, periods)
    count = care.looked_up(care.counted(told["child"], told["place"]), rows)
    based = count > 0
    rows = rows.assign(social_workers=count)[based]
    name = "looked_after_three_social_workers_percent"
    met = np.asarray(count[based] >= 3)
    return care.cases(name, rows, care.covered(returns, periods), met, 1)
