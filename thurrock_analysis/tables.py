"""Tables as a reader sees them: text in every cell, a caption, numbers to the right."""

from html import escape

import pandas as pd


def html(table: pd.DataFrame, caption: str) -> str:
    """Write a table as accessible HTML.

    Parameters
    ----------
    table : DataFrame of str
        The first column names the row; the others are shown to the right.
    caption : str
        What the table shows.

    Examples
    --------
    >>> html(pd.DataFrame({"Year": ["2025"], "Referrals": ["1,885"]}), "Referrals")[:40]
    '<table class="figures"><caption>Referral'
    """
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in table.columns)
    rows = [
        f'<tr><th scope="row">{escape(str(first))}</th>'
        + "".join(f"<td>{escape(str(cell))}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in table.itertuples(index=False)
    ]
    return (
        f'<table class="figures"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
