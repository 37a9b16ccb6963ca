"""How near the shipped sample lies to the published totals: ``docs/sample.md``."""

import pandas as pd

from thurrock_analysis.sample import events, totals, truth

WITHIN = 0.05, 3.0
"""A count lies within this share of the published one, or so many children or workers."""
POINTS = 3.0
"""A percentage lies within so many points."""
EXACT = 1e-9
FORMATS = (
    "The CIN census is valid under the schemas of 2017 to 2026 that others keep, the workforce "
    "census to 2024 under that of 2022. No schema was at hand for the workforce census of 2025, "
    "the SSDA903 files and the workbook. Pre-proceedings of 2025-26 are in no schema seen, and so "
    "in no file; care leavers aged 22 to 25 stand in returns from 2024 on, which is assumed."
)
COUNTS = [
    "looked_after",
    "looked_after_starts",
    "looked_after_ceased",
    "looked_after_unaccompanied",
    "looked_after_adopted",
    "child_protection_plan_starts",
    "child_protection_plans",
    "referrals",
    "social_workers",
]
SHARES = [
    "looked_after_outside_boundary_percent",
    "looked_after_three_placements_percent",
    "looked_after_long_term_stable_percent",
    "assessment_within_45_days_percent",
    "social_worker_vacancy_percent",
    "agency_social_worker_percent",
    "social_worker_turnover_percent",
]


def table(found: pd.DataFrame, published: dict[str, dict[int, float]]) -> pd.DataFrame:
    """Set the sample beside what was published, where both have a figure.

    Parameters
    ----------
    found : DataFrame
        The truth of a sample.
    published : dict
        By measure and year.

    Returns
    -------
    DataFrame
        measure, year, sample, published, gap, limit, and whether it `holds`.
    """
    rows = found[found["measure"].isin([*COUNTS, *SHARES])]
    rows = rows.assign(year=rows["period_end"].str[:4].astype(int), sample=rows["value"])
    rows["published"] = [
        published[name].get(year) for name, year in zip(rows["measure"], rows["year"], strict=True)
    ]
    rows = rows[rows["published"].notna()].reset_index(drop=True)
    rows["gap"] = rows["sample"] - rows["published"]
    share, least = WITHIN
    limits = (rows["published"] * share).clip(lower=least)
    rows["limit"] = limits.where(rows["measure"].isin(COUNTS), POINTS)
    rows["holds"] = rows["gap"].abs() <= rows["limit"]
    return rows[["measure", "year", "sample", "published", "gap", "limit", "holds"]]


def page(found: pd.DataFrame) -> str:
    """Return the page of the documentation, made from the truth of the shipped sample."""
    rows = table(found, totals.published())
    lines = [
        "# How near the sample lies to what was published",
        "",
        "Written by `python -m thurrock_analysis.sample.calibration`. `thurrock sample` simulates "
        f"a fictional authority, {events.AUTHORITY}; the shipped seed is conditioned on the "
        "published totals of Thurrock. Counts should lie within 5 per cent or 3 persons of them, "
        "percentages within 3 points.",
        "",
        "| Measure | years | largest gap | in | allowed there | hold |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name in [*COUNTS, *SHARES]:
        part = rows[rows["measure"] == name]
        worst = part.loc[(part["gap"].abs() / part["limit"]).idxmax()]
        lines.append(
            f"| {name} | {part['year'].min()}-{part['year'].max()} | {worst['gap']:+.1f} | "
            f"{worst['year']} | {worst['limit']:.1f} | {part['holds'].sum()} of {len(part)} |"
        )
    lines += ["", "| Measure | " + " | ".join(map(str, sorted(rows["year"].unique()))) + " |"]
    lines.append("|---|" + "---:|" * rows["year"].nunique())
    for name in [*COUNTS, *SHARES]:
        part = rows[rows["measure"] == name].set_index("year")
        cells = [
            f"{part.at[year, 'sample']:.0f} ({part.at[year, 'published']:.0f})"
            if year in part.index
            else ""
            for year in sorted(rows["year"].unique())
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["", "The published figure stands in brackets.", "", *_not_carried(found), "", FORMATS]
    return "\n".join([*lines, ""])


def _not_carried(found: pd.DataFrame) -> list[str]:
    """Say by how much what the returns hold misses the truth."""
    apart = found[(found["truth"] - found["value"]).abs() > EXACT]
    lines = [
        "Truth and returns agree in every other measure of `data/statutory/indicators.csv`:",
        "",
        "| Measure | figures that differ | largest gap |",
        "|---|---:|---:|",
    ]
    for name, part in apart.groupby("measure"):
        gaps = part["value"] - part["truth"]
        worst = gaps.loc[gaps.abs().idxmax()]
        of = found["measure"].eq(name).sum()
        lines.append(f"| {name} | {len(part)} of {of} | {worst:+.1f} |")
    return lines


if __name__ == "__main__":
    print(page(truth.table(events.draw())), end="")
