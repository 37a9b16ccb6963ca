"""Claims of the documents, checked: the same arithmetic on the same figures, then a verdict."""

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.papers import checks, computations, documents, references
from thurrock_analysis.papers.computations import COMPUTATIONS, Result
from thurrock_analysis.papers.references import NotThereError, Sources
from thurrock_analysis.record.areas import Area

COLUMNS = [
    "claim", "document", "line", "subject", "kind", "consequence", "statement", "quotation",
    "computation", "inputs", "stated", "unit", "tolerance", "needed",
]  # fmt: skip
BASES = ["claim", "base", "computation", "inputs", "stated", "tolerance"]
PRINTED = re.compile(r"\d[\d,.]*(?<![,.])")
"""A number as printed, without its sign."""
REMARK = "remark"
"""What is stated of another base that is told beside the claim but cannot make it hold."""
CONSISTENT, OTHER_BASE, INCONSISTENT, UNCHECKED = VERDICTS = (
    "consistent",
    "only on another base",
    "inconsistent",
    "cannot be checked",
)
CONSEQUENCES = ("3", "2", "1")
ARTICLES = {"rise": "a rise", "fall": "a fall", "same way": "the same way"}
"""Words for relations that a sentence needs an article for."""


@dataclass(frozen=True)
class Check:
    """What came of one claim.

    Attributes
    ----------
    verdict : str
        One of `VERDICTS`.
    recomputed : str
        The value that the words as printed give; ``""`` if none can be computed.
    base : str
        On which other base the claim holds; ``""`` if it needs none or there is none.
    sentence : str
        What a reader can check by hand, a line for each base.
    """

    verdict: str
    recomputed: str
    base: str
    sentence: str


def read() -> pd.DataFrame:
    """Read every claim.

    Returns
    -------
    DataFrame of str
        Columns `COLUMNS`. ``stated`` is the printed number (``95~almost all``: and its words) or
        the word for a relation; ``tolerance`` is how far a vague number may be off, else its last
        printed decimal counts; ``needed`` says what would be needed where nothing held can check
        the claim.

    Raises
    ------
    ThurrockError
        A claim has no line, is of an unknown document, or names an unknown computation, input,
        or inputs of different units.
    """
    path = documents.file("claims")
    rows = checks.read(path, COLUMNS)
    papers = documents.registry().index
    number = pd.to_numeric(rows["tolerance"], errors="coerce").notna()
    faults = {
        "claim": (rows["claim"].eq("") | rows.duplicated("claim"), "each claim has its own name"),
        "document": (~rows["document"].isin(papers), "documents.csv has no such document"),
        "line": (rows["line"].eq(""), "a claim needs the line it stands on"),
        "consequence": (~rows["consequence"].isin(CONSEQUENCES), "3, 2 or 1 is needed"),
        "quotation": (
            rows["quotation"].str.split().str.len().gt(documents.MOST_WORDS),
            f"a quotation has at most {documents.MOST_WORDS} words",
        ),
        "tolerance": (rows["tolerance"].ne("") & ~number, "a number is needed, or nothing"),
        "needed": (
            rows["needed"].eq("") & rows["computation"].eq(""),
            "a claim that nothing computes says what would be needed",
        ),
        "stated": (
            rows["stated"].eq("") & rows["computation"].ne(""),
            "a computation needs what is stated",
        ),
    }
    checks.refuse_any(rows, faults, path)
    check_inputs(rows, path)
    return rows


def bases(claims: pd.DataFrame) -> pd.DataFrame:
    """Read the other bases on which claims are tried: another cut-off, population or rounding.

    Parameters
    ----------
    claims : DataFrame
        What `read` returns.

    Returns
    -------
    DataFrame of str
        Columns `BASES`. ``stated`` is what the claim comes to on this base where that is another
        word or number, or `REMARK`.
    """
    path = documents.file("other_bases")
    rows = checks.read(path, BASES)
    checks.refuse(
        rows, ~rows["claim"].isin(claims["claim"]), "claim", "claims.csv has no such", path
    )
    checks.refuse(rows, rows["base"].eq(""), "base", "another base needs a name", path)
    check_inputs(rows, path)
    return rows


def check_inputs(rows: pd.DataFrame, path: Path) -> None:
    """Refuse the first row whose computation or inputs cannot be right."""
    for at, (name, text) in enumerate(zip(rows["computation"], rows["inputs"], strict=True)):
        fault = fault_of(name, text)
        if fault:
            column, right = fault
            bad = pd.Series(range(len(rows)), index=rows.index).eq(at)
            checks.refuse(rows, bad, column, right, path)


def fault_of(name: str, text: str) -> tuple[str, str] | None:
    """Return the column that is wrong and what would be right, or None."""
    if not name:
        return ("inputs", "inputs need a computation") if text else None
    if name not in COMPUTATIONS:
        return "computation", f"one of {', '.join(sorted(COMPUTATIONS))} is needed"
    try:
        given = references.read(text)
        units = {role: references.unit_of(reference) for role, reference in given.items()}
    except ThurrockError as fault:
        return "inputs", str(fault)
    wanted = COMPUTATIONS[name]
    if wanted.needed - set(given) or (set(given) - wanted.needed and not wanted.more):
        return "inputs", f"{name} needs {', '.join(sorted(wanted.needed)) or 'a figure or more'}"
    found = {unit for unit in units.values() if unit}
    if len(found) > 1 and not wanted.mixed:
        return "inputs", f"{name} needs one unit, not {' and '.join(sorted(found))}"
    return None


@cache
def check_all(area: Area, as_at: str) -> pd.DataFrame:
    """Check every claim of the documents on an area that were out by a date.

    Parameters
    ----------
    area : Area
        The subject of the documents.
    as_at : str
        ISO date: published figures are those known then.

    Returns
    -------
    DataFrame
        The claims, the most consequential and of these the newest first, with verdict,
        recomputed, base and sentence.
    """
    rows = read()
    others = bases(rows)
    papers = documents.registry()
    out = rows["document"].map(references.published_dates())
    rows = rows[rows["document"].map(papers["area"]).eq(area.code) & out.le(pd.Timestamp(as_at))]
    tried = pd.concat([rows, others])["inputs"]
    sources = Sources(area, as_at, references.measures_of(tried))
    found = [
        check(claim, others[others["claim"].eq(claim["claim"])].to_dict("records"), sources)
        for claim in rows.to_dict("records")
    ]
    checked = pd.concat(
        [rows.reset_index(drop=True), pd.DataFrame(found, columns=list(Check.__annotations__))],
        axis=1,
    )
    weight = checked["verdict"].map({INCONSISTENT: 0, OTHER_BASE: 1, UNCHECKED: 2, CONSISTENT: 3})
    order = checked.assign(weight=weight, out=out[rows.index].to_numpy()).sort_values(
        ["consequence", "weight", "out"], ascending=[False, True, False], kind="stable"
    )
    return order.drop(columns=["weight", "out"]).reset_index(drop=True)


def check(claim: dict[str, str], others: list[dict[str, str]], sources: Sources) -> Check:
    """Check one claim: as printed, then on each other base.

    Parameters
    ----------
    claim : dict
        A row of `read`.
    others : list of dict
        Its rows of `bases`.
    sources : Sources
        Where its inputs are looked up.
    """
    outcome, gap = attempt(claim, claim["document"], sources)
    tried = [(row, attempt(row, claim["document"], sources)[0]) for row in others]
    known = [(row, result) for row, result in tried if result is not None]
    spoken = joined(*(f"{row['base']}: {result.working}" for row, result in known))
    recomputed = shown(outcome) if outcome else ""
    if outcome and agrees(claim["stated"], claim["tolerance"], outcome):
        return Check(CONSISTENT, recomputed, "", joined(outcome.working, spoken))
    begun = against(outcome, claim) if outcome else f"needed: {begun_small(gap)}"
    for row, result in known:
        stated = row["stated"] or claim["stated"]
        if agrees(stated, row["tolerance"] or claim["tolerance"], result):
            told = [f"{row['base']}: {result.working}", *remarks(known)]
            return Check(OTHER_BASE, recomputed, row["base"], joined(begun, *told))
    verdict = INCONSISTENT if outcome else UNCHECKED
    return Check(verdict, recomputed, "", joined(begun, spoken))


def begun_small(text: str) -> str:
    """Begin with a small letter what stands after a colon, unless it is an abbreviation.

    Examples
    --------
    >>> begun_small("The fig"), begun_small("GCSE results")
    ('the fig', 'GCSE results')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def remarks(known: list[tuple[dict[str, str], Result]]) -> list[str]:
    """Return what is told beside a claim whatever its verdict."""
    return [f"{row['base']}: {result.working}" for row, result in known if row["stated"] == REMARK]


def against(outcome: Result, claim: dict[str, str]) -> str:
    """Set what was computed against what is stated."""
    if isinstance(outcome.value, str):
        return f"{outcome.working}; not {ARTICLES.get(claim['stated'], claim['stated'])}"
    number, _, label = claim["stated"].partition("~")
    printed = references.thousands(number) + "%" * (claim["unit"] == "percent")
    said = label or printed
    return (
        f"{outcome.working}; {'the text says' if prints(claim, said) else 'the claim needs'} {said}"
    )


def prints(claim: dict[str, str], said: str) -> bool:
    """Say whether the words of a claim hold a number or, in place of one, a phrase.

    Examples
    --------
    >>> prints({"quotation": "a rise to 1,372 in 2017"}, "1,372")
    True
    >>> prints({"quotation": "by 27.10.12"}, "0"), prints({"quotation": "half of them"}, "half")
    (False, True)
    """
    if (number := PRINTED.search(said)) is None:
        return documents.letters(said) in documents.letters(claim["quotation"])
    printed = PRINTED.findall(claim["quotation"].replace(",", ""))
    return number[0].replace(",", "") in printed


def attempt(row: dict[str, str], document: str, sources: Sources) -> tuple[Result | None, str]:
    """Compute a row, or say why it cannot be."""
    if not row["computation"]:
        return None, row.get("needed", "")
    try:
        given = {
            role: sources.find(reference, document)
            for role, reference in references.read(row["inputs"]).items()
        }
    except NotThereError as gap:
        return None, " ".join(filter(None, [sentence_of(str(gap)), row.get("needed", "")]))
    return COMPUTATIONS[row["computation"]].function(**given), ""


def agrees(stated: str, tolerance: str, result: Result) -> bool:
    """Say whether a result is what is stated.

    A number agrees if it rounds to the printed one at its printed decimals, half away from zero,
    or lies within the tolerance; a word agrees with itself.

    Examples
    --------
    >>> agrees("72.9", "", Result(Fraction(24500, 336), ""))
    True
    >>> agrees("50", "5", Result(Fraction(48), "")), agrees("rise", "", Result("fall", ""))
    (True, False)
    """
    number = references.NUMBER.fullmatch(stated)
    if isinstance(result.value, str) or number is None:
        return result.value == stated
    if tolerance:
        return abs(result.value - Fraction(number[1])) <= Fraction(tolerance)
    decimals = len(number[1].partition(".")[2])
    return half_away(float(result.value), decimals) == float(number[1])


def shown(result: Result) -> str:
    """Write the value of a result."""
    return result.value if isinstance(result.value, str) else computations.number(result.value)


def sentence_of(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".") * bool(text)


def joined(*sentences: str) -> str:
    """Put sentences on lines of their own, each with its capital and its full stop."""
    return "\n".join(sentence_of(one) for one in sentences if one)


def counts(checked: pd.DataFrame) -> dict[str, int]:
    """Return how many claims have each verdict, in the order of `VERDICTS`."""
    found = Counter(checked["verdict"])
    return {verdict: found[verdict] for verdict in VERDICTS}
