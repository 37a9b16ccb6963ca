"""Write docs/indicators.md from data/statutory/indicators.csv: `make indicators`."""

from pathlib import Path

from thurrock_analysis.record import dictionary

PAGE = Path(__file__).resolve().parents[1] / "docs" / "indicators.md"
HEAD = """# Indicators from returns

Made from `data/statutory/indicators.csv` by `make indicators`: the definition of each figure that
is computed from a council's own returns, with how sure it is: **P** in an official document, **N**
reproduced from published figures, **C** taken from community code that implements the official
text, **I** inferred, **O** a measure of our own, **?** could not be verified.
"""


def written() -> str:
    """Return the page: a section a family, the unverified definitions first."""
    rows = dictionary.read("indicators")
    doubtful = rows[rows["confidence"].isin(["?", "I"])]
    lines = [HEAD, "## Could not be verified, or inferred", ""]
    lines += [
        f"- `{row.measure}` ({row.confidence}): {row.numerator}." for row in doubtful.itertuples()
    ]
    for family, part in rows.groupby("family", sort=False):
        title = str(family).replace("_", " ").capitalize()
        lines += ["", f"## {title}", ""]
        lines += [
            "| Measure | Counts | Over | Left out | Source |",
            "| --- | --- | --- | --- | --- |",
        ]
        for row in part.itertuples():
            cells = [
                f"`{row.measure}` ({row.unit}, {row.basis})",
                row.numerator,
                row.denominator,
                row.left_out,
                f"{row.source} **{row.confidence}**",
            ]
            lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
