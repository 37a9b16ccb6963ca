"""Claims of the documents, checked: the same arithmetic on the same figures, then a verdict."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.metrics.rounding import half_away
from thurrock_analysis.papers import computations, documents, figures, quotations, references
from thurrock_analysis.papers.computations import COMPUTATIONS, Result
from thurrock_analysis.papers.references import Fact, Published
from thurrock_analysis.papers.sources import NotThereError, Sources, unit_of
from thurrock_analysis.record import dictionary
from thurrock_analysis.record.areas import Area
from thurrock_analysis.record.fingerprint import remembered
from thurrock_analysis.record.parsing import Row
from thurrock_analysis.record.schema import refused

PRINTED = re.compile(r"\d[\d,.]*(?<![,.])")
"""A number as printed, without its sign."""
OTHER = "other"
"""A published measure that counts something else."""
REMARK = "remark"
"""What is stated of another base that is told beside the claim but cannot make it hold."""
CONSISTENT, OTHER_BASE, INCONSISTENT, MISSED, UNCHECKED = VERDICTS = (
    "consistent",
    "only on another base",
    "inconsistent",
    "did not come true",
    "cannot be checked",
)
WEIGHTS = [INCONSISTENT, MISSED, OTHER_BASE, UNCHECKED, CONSISTENT]
"""Verdicts in the order in which claims of one consequence are told."""
AHEAD = ("forecast", "promise")
"""Kinds of claims on what was to come: what was published later cannot contradict them."""
ARTICLES = {
    "rise": "a rise",
    "fall": "a fall",
    "same way": "the same way",
    "significant rise": "a significant rise",
    "significant fall": "a significant fall",
}
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


@remembered
def read() -> tuple[list[Row], dict[str, list[Row]]]:
    """Read every claim, and the other bases on which claims are tried.

    Returns
    -------
    list of dict
        The claims.
    dict of list
        By claim, the rows of another cut-off, population or rounding.

    Raises
    ------
    ThurrockError
        A row cannot be right, or names an unknown computation, input, or inputs of different
        units.

    Examples
    --------
    >>> claims, others = read()
    >>> len(claims), len(others["OF16-003"])
    (293, 2)
    """
    others = defaultdict(list)
    for table in ("claims", "other_bases"):
        for place, row in dictionary.lines(table):
            if fault := fault_of(row["computation"], row["inputs"]):
                raise refused(place, row, *fault)
            if row["stated"] != REMARK and (said := unlike(row["inputs"])):
                raise refused(place, row, "inputs", f"{said}: only a remark may hold the two")
    for row in dictionary.rows("other_bases"):
        others[row["claim"]].append(row)
    return dictionary.rows("claims"), dict(others)


def fault_of(name: str, text: str) -> tuple[str, str] | None:
    """Return the column that is wrong and what would be right, or None."""
    if not name:
        return ("inputs", "inputs need a computation") if text else None
    if name not in COMPUTATIONS:
        return "computation", f"one of {', '.join(sorted(COMPUTATIONS))} is needed"
    try:
        given = references.read(text)
        found = {unit_of(reference) for reference in given.values()} - {""}
    except ThurrockError as fault:
        return "inputs", str(fault)
    wanted = COMPUTATIONS[name]
    if wanted.needed - set(given) or (set(given) - wanted.needed and not wanted.more):
        return "inputs", f"{name} needs {', '.join(sorted(wanted.needed)) or 'a figure or more'}"
    if len(found) > 1 and not wanted.mixed:
        return "inputs", f"{name} needs one unit, not {' and '.join(sorted(found))}"
    return None


def unlike(text: str) -> str:
    """Say which fact stands beside a published measure of another definition, if one does."""
    given = references.read(text).values()
    published = {each.series[0] for each in given if isinstance(each, Published)}
    for fact in (each.name for each in given if isinstance(each, Fact)):
        for measure in published & others_than().get(fact, set()):
            return f"{fact} counts something else than {measure}, as counterparts.csv says"
    return ""


@remembered
def others_than() -> dict[str, set[str]]:
    """Return, by fact, the published measures that come near it and count something else."""
    found = defaultdict(set)
    for row in dictionary.rows("counterparts"):
        if row["definition"] == OTHER:
            found[row["fact"]].add(references.named(row["measure"])[0])
    return found


@remembered
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
    DataFrame of str
        The claims, the most consequential and of these the newest first, with verdict,
        recomputed, base and sentence. Computed once for as long as the data stays as it is, also
        for processes that are forked from this one.

    Examples
    --------
    >>> from thurrock_analysis.record import areas
    >>> counts(check_all(areas.find("Thurrock"), "2012-12-31"))["cannot be checked"]
    2
    """
    claims, others = read()
    held = documents.held(area, as_at)
    claims = [claim for claim in claims if claim["document"] in held]
    tried = [*claims, *(row for claim in claims for row in others.get(claim["claim"], []))]
    named = (each for row in tried for each in references.read(row["inputs"]).values())
    where = Sources(area, as_at, frozenset(named))
    checked = [
        claim | vars(check(claim, others.get(claim["claim"], []), where)) for claim in claims
    ]
    checked.sort(key=lambda row: documents.out()[row["document"]], reverse=True)
    checked.sort(key=lambda row: (-int(row["consequence"]), WEIGHTS.index(row["verdict"])))
    columns = [*dictionary.columns()["claims"], *Check.__annotations__]
    return pd.DataFrame(checked, columns=columns, dtype="str")


def check(claim: Row, others: list[Row], where: Sources) -> Check:
    """Check one claim: as printed, then on each other base."""
    outcome, gap = attempt(claim, claim["document"], where)
    tried = [(row, attempt(row, claim["document"], where)[0]) for row in others]
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
    failed = MISSED if is_ahead(claim) else INCONSISTENT
    return Check(failed if outcome else UNCHECKED, recomputed, "", joined(begun, spoken))


def is_ahead(claim: Row) -> bool:
    """Say whether a claim is on what was to come, and is held against what came."""
    if claim["kind"] not in AHEAD:
        return False
    out = documents.out()[claim["document"]]
    named = references.read(claim["inputs"]).values()
    came = (each.end for each in named if isinstance(each, Published))
    return any(end > out for end in came)


def begun_small(text: str) -> str:
    """Begin with a small letter what stands after a colon, unless it is an abbreviation.

    >>> begun_small("The fig"), begun_small("GCSE results")
    ('the fig', 'GCSE results')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def remarks(known: list[tuple[Row, Result]]) -> list[str]:
    """Return what is told beside a claim whatever its verdict."""
    return [f"{row['base']}: {result.working}" for row, result in known if row["stated"] == REMARK]


def against(outcome: Result, claim: Row) -> str:
    """Set what was computed against what is stated."""
    if isinstance(outcome.value, str):
        return f"{outcome.working}; not {ARTICLES.get(claim['stated'], claim['stated'])}"
    number, _, label = claim["stated"].partition("~")
    printed = figures.thousands(number) + "%" * (claim["unit"] == "percent")
    said = label or printed
    return (
        f"{outcome.working}; {'the text says' if prints(claim, said) else 'the claim needs'} {said}"
    )


def prints(claim: Row, said: str) -> bool:
    """Say whether the words of a claim hold a number or, in place of one, a phrase.

    >>> prints({"quotation": "a rise to 1,372 in 2017"}, "1,372")
    True
    >>> prints({"quotation": "by 27.10.12"}, "0"), prints({"quotation": "half of them"}, "half")
    (False, True)
    """
    if (number := PRINTED.search(said)) is None:
        return quotations.letters(said) in quotations.letters(claim["quotation"])
    printed = PRINTED.findall(claim["quotation"].replace(",", ""))
    return number[0].replace(",", "") in printed


def attempt(row: Row, document: str, where: Sources) -> tuple[Result | None, str]:
    """Compute a row, or say why it cannot be."""
    if not row["computation"]:
        return None, row.get("needed", "")
    try:
        given = {
            role: where.find(reference, document)
            for role, reference in references.read(row["inputs"]).items()
        }
    except NotThereError as gap:
        return None, " ".join(filter(None, [sentence_of(str(gap)), row.get("needed", "")]))
    return COMPUTATIONS[row["computation"]].function(**given), ""


def agrees(stated: str, tolerance: str, result: Result) -> bool:
    """Say whether a result is what is stated.

    A number agrees if it rounds to the printed one at its printed decimals, half away from zero,
    or lies within the tolerance; a word agrees with itself.

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
