"""Tables as a reader sees them: text in every cell, a caption, numbers to the right."""

from html import escape

import pandas as pd

LEFT = ' style="text-align: left"'
"""JupyterLab sets every cell of a table to the right."""
WIDEST_NUMBER = len("missing or suppressed")
"""Characters; a column with a longer cell holds words and is read from the left."""


def html(table: pd.DataFrame, caption: str) -> str:
    r"""Write a table as accessible HTML.

    Parameters
    ----------
    table : DataFrame of str
        The first column names the row; the others are numbers, or words where a cell is long.
    caption : str
        What the table shows; ``""`` where the words above it say so.

    Examples
    --------
    >>> html(pd.DataFrame({"Year": ["2025"], "Referrals": ["1,885"]}), "Referrals")[-56:]
    '2025</th><td class="num">1,885</td></tr></tbody></table>'
    >>> html(pd.DataFrame({"Year": ["2025"], "Why": ["so\nand so"]}), "Why")[-54:]
    '<td class="num">so<br>and so</td></tr></tbody></table>'
    """
    texts = table.astype("str")
    kinds = [LEFT if is_words(texts[name]) else ' class="num"' for name in texts.columns[1:]]
    head = f'<th scope="col"{LEFT}>{escape(str(texts.columns[0]))}</th>' + "".join(
        f'<th scope="col"{kind}>{escape(str(name))}</th>'
        for name, kind in zip(texts.columns[1:], kinds, strict=True)
    )
    rows = [
        f'<tr><th scope="row"{LEFT}>{lines(first)}</th>'
        + "".join(f"<td{kind}>{lines(cell)}</td>" for cell, kind in zip(rest, kinds, strict=True))
        + "</tr>"
        for first, *rest in texts.itertuples(index=False)
    ]
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<table class="figures">{above}'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def folded(table: pd.DataFrame, caption: str) -> str:
    """Write a table that a reader opens by its caption."""
    return f"<details><summary>{escape(caption)}</summary>{html(table, '')}</details>"


def lines(cell: str) -> str:
    """Write a cell, its lines below one another."""
    return escape(cell).replace("\n", "<br>")


def is_words(column: pd.Series) -> bool:
    """Say whether a column holds words: a cell longer than a number, a name with one, or a day.

    Examples
    --------
    >>> is_words(pd.Series(["OS18, line 65"])), is_words(pd.Series(["1,885", "suppressed"]))
    (True, False)
    >>> is_words(pd.Series(["27 Feb 2013"]))
    True
    """
    named = column.str.contains(r"^[A-Za-z].*\d|^\d+ [A-Z][a-z]{2} \d{4}$")
    return bool(column.str.len().max() > WIDEST_NUMBER or named.any())
