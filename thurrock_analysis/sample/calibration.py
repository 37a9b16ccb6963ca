"""How near the shipped sample lies to the published totals: ``docs/sample.md``."""

import pandas as pd

from thurrock_analysis.sample import events, totals, truth

WITHIN = 0.05, 3.0
"""A count lies within this share of the published one, or so many children or workers."""
POINTS = 3.0
"""A percentage lies within so many points."""
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
    return "\n".join([*lines, "", "The published figure stands in brackets.", ""])


if __name__ == "__main__":
    print(page(truth.table(events.draw())), end="")
