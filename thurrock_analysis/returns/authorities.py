"""Whose returns they are: what lies in one folder with returns of one authority is its own."""

from collections.abc import Iterable

import pandas as pd

from thurrock_analysis import words
from thurrock_analysis.record import areas
from thurrock_analysis.returns import issues
from thurrock_analysis.returns.typing import AUTHORITY, Typed


def assign(found: list[Typed]) -> Iterable[pd.DataFrame]:
    """Write the one authority that some tables name into all, and yield the issues.

    Where none is named nothing is known; where several are, a table has to name its own.
    """
    texts = [one.frame[AUTHORITY] for one in found if not one.form.own]
    counts = pd.concat(texts).value_counts().drop("", errors="ignore") if texts else pd.Series()
    meant = {text: code(text) for text in counts.index}
    if not meant:
        return
    counted = len(set(meant.values()))
    right = str(counts.index[0])
    bare: list[str] = []
    for one in found:
        said = one.frame[AUTHORITY]
        other = said.ne(right) if counted == 1 else said.eq("")
        if not other.any():
            continue
        if counted == 1:
            one.frame[AUTHORITY] = said.mask(other, right)
            one.numbers[AUTHORITY] = pd.factorize(one.frame[AUTHORITY], sort=True)[0]
            bare.append(one.form.name)
        elif not one.form.own:
            told = f"one of {counted} authorities"
            yield issues.of_file("", "authority_unknown", told, AUTHORITY, table=one.form.name)
    if bare:
        told = f"{right}: {words.listed(bare)}"
        yield issues.of_file("", "authority_of_others", told, AUTHORITY, LA=right)


def code(text: str) -> str:
    """Return the code of the authority that a return's text means, else the text.

    >>> code("883"), code("Thurrock") == code("883"), code("Nowhere")
    ('E06000034', True, 'Nowhere')
    """
    return areas.codes().get(text.upper()) or areas.named(text) or text
