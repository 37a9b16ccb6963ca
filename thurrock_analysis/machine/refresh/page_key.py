"""The key to the abbreviations that a page uses."""

import re
from functools import cache
from html import escape

from bs4 import BeautifulSoup, Tag

from thurrock_analysis.record import dictionary


def add(soup: BeautifulSoup, elsewhere: str) -> None:
    """Explain, at the end of a page, each abbreviation that it uses, in its charts as well."""
    main = soup.find("main")
    assert isinstance(main, Tag)
    said = f"{main.get_text(' ')} {elsewhere}"
    used = sorted({found[0] for found in _pattern().finditer(said)}, key=str.lower)
    if not used:
        return
    meanings = _meanings()
    items = "".join(f"<dt>{escape(one)}</dt><dd>{escape(meanings[one])}</dd>" for one in used)
    key = f'<h2 id="abbreviations">Abbreviations</h2><dl class="key">{items}</dl>'
    main.append(BeautifulSoup(key, "html.parser"))


@cache
def _meanings() -> dict[str, str]:
    return {row["abbreviation"]: row["meaning"] for row in dictionary.rows("abbreviations")}


@cache
def _pattern() -> re.Pattern[str]:
    known = sorted(map(re.escape, _meanings()), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(known)})(?!\w)")
