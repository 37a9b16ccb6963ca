"""Cells as people write them, read into what they mean: once for each different text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from thurrock_analysis.record.inventory import resting_on
from thurrock_analysis.returns import statutory
from thurrock_analysis.returns.statutory import Field

FLOAT = r"[+-]?\d+\.0+"
SCIENTIFIC = r"\d\.\d+[eE]\+\d+"
POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]?( \d([A-Z]{2})?)?"
FORMULA = r'="(.*)"'
LETTERED = r"^[A-Z]{1,2}\)\s*"
DESCRIBED = r"\s*[:\u2013-].*$"
SERIAL = r"\d{5}(\.\d+)?"
"""A day as a spreadsheet counts them, from 1927 to 2173."""
DAY_ZERO = pd.Timestamp("1899-12-30")
TIME = r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$"
WRITTEN = ["%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y", "%d/%b/%Y", "%d/%b/%y", "%d/%B/%Y", "%Y%m%d"]
"""How dates are written; the first two are no fault in a column that keeps to one of them."""
PLAIN, AS_WRITTEN = 2, "as written"
ODDLY = {"date": "date_form", "flag": "flag_form"}
"""Which rule a cell breaks that is not written as most of its column."""
LIKE_A_NUMBER = r"0\d+|\d+E[+]?\d+"
HALF = 0.5
CENTURY = 1950
"""A year of two digits is of the hundred years that begin here."""
FIRST, LAST = pd.Timestamp("1900-01-02"), pd.Timestamp("2100-12-31")
DTYPES = {
    "id": "str",
    "text": "str",
    "code": "str",
    "postcode": "str",
    "date": "datetime64[s]",
    "flag": "boolean",
    "whole": "Int64",
    "place": "Int64",
    "number": "Float64",
}


@dataclass
class Meant:
    """What different texts mean: a value each, and what is wrong with some."""

    values: pd.Series
    faults: dict[str, np.ndarray] = field(default_factory=dict)
    """A mask over the texts by the rule that they break."""


@dataclass
class Column:
    """A column that was read, its values also as numbers in their order, -1 where missing."""

    values: pd.Series
    numbers: np.ndarray
    faults: dict[str, np.ndarray]
    """A mask over the rows by the rule that they break."""


def read(one: Field, cells: pd.Series, files: np.ndarray) -> Column:
    """Read a column of text; `files` numbers the file of each cell."""
    places, texts = pd.factorize(cells)
    if not any(texts):
        missing = pd.Series(pd.NA, index=cells.index, dtype=DTYPES[one.kind])
        return Column(missing, np.full(len(cells), -1), {})
    texts = pd.Series(np.asarray(texts, dtype=object), dtype="str")
    meant = READERS[one.kind](one, texts)
    faults = {rule: mask[places] for rule, mask in meant.faults.items() if mask.any()}
    if rule := ODDLY.get(one.kind):
        faults = at_odds(faults, files, rule)
    values = meant.values.astype(DTYPES[one.kind])
    taken = pd.Series(values.array.take(places), index=cells.index)
    numbers = pd.factorize(alike(one, values), sort=True)[0][places]
    return Column(taken, numbers, {rule: mask for rule, mask in faults.items() if mask.any()})


def alike(one: Field, values: pd.Series) -> pd.Series:
    """Return values of which those that stand for the same are the same."""
    if one.kind != "code":
        return values
    return same(values, statutory.codes()[one.codes]["read_as"])


def same(values: pd.Series, read_as: pd.Series) -> pd.Series:
    """Return codes, each that another stands for as that other."""
    others = read_as[read_as.ne(read_as.index)]
    return values.replace(others.to_dict()) if values.isin(others.index).any() else values


@resting_on("codes")
def blanks() -> frozenset[str]:
    """Return the words that mean nothing."""
    return frozenset(statutory.codes()["BLANK"].index)


def blank(texts: pd.Series, words: frozenset[str]) -> np.ndarray:
    """Say which texts are words that mean nothing."""
    return np.asarray(texts.str.upper().isin(words))


def all_among(texts: pd.Series, known: Iterable[str]) -> bool:
    """Say whether every text that is not blank is one of those known, sign by sign."""
    return bool(texts.isin([*known, ""]).all())


def without(values: pd.Series, *masks: np.ndarray) -> pd.Series:
    """Return values, missing where any of some masks holds."""
    return values.mask(np.logical_or.reduce(masks))


def rewritten(texts: pd.Series, pattern: str, by: str) -> tuple[pd.Series, np.ndarray]:
    """Rewrite the texts that a pattern matches whole, and say which these are."""
    matching = np.asarray(texts.str.fullmatch(pattern).fillna(False), bool)
    if not matching.any():
        return texts, matching
    found = texts.copy()
    found[matching] = texts[matching].str.replace(pattern, by, regex=True)
    return found, matching


def unformula(texts: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Take texts out of the formula by which a spreadsheet is kept from counting them."""
    return rewritten(texts, FORMULA, r"\1")


def uncounted(texts: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Take from whole numbers the decimals that a spreadsheet has added."""
    return rewritten(texts, r"([+-]?\d+)\.0+", r"\1")


def ids(_: Field, texts: pd.Series) -> Meant:
    """Read identifiers, which are text: ``007``, ``1E05`` and ``NA`` are some."""
    found, quoted = unformula(texts)
    found, floats = uncounted(found)
    word = blank(found, frozenset(["NULL"]))
    alike = (np.asarray(found.str.fullmatch(LIKE_A_NUMBER)) | blank(found, blanks())) & ~word
    return Meant(
        without(found, word, np.asarray(found.eq(""))),
        {
            "id_form": alike if alike.mean() < HALF else np.zeros(len(texts), bool),
            "spreadsheet_number": floats | quoted,
            "spreadsheet_digits": np.asarray(found.str.fullmatch(SCIENTIFIC)),
            "formula": np.asarray(found.str.startswith("=")),
            "blank_word": word,
        },
    )


def words(_: Field, texts: pd.Series) -> Meant:
    """Read text as it stands."""
    word = blank(texts, frozenset(["NULL"]))
    formula = np.asarray(texts.str.startswith("="))
    return Meant(
        without(texts, word, np.asarray(texts.eq(""))), {"formula": formula, "blank_word": word}
    )


def codes(one: Field, texts: pd.Series) -> Meant:
    """Read codes of a list; which of them a year has is asked where the year is known."""
    known = statutory.codes()[one.codes]
    written = dict(zip(known.index.str.upper(), known.index, strict=True))
    spelled = known.index[known["spelled"]]
    if all_among(texts, known.index.difference(spelled)):
        return Meant(texts.mask(texts.eq("")))
    found, _ = unformula(texts)
    found = uncounted(found)[0].str.upper()
    found, described = undescribed(found, pd.Index(written))
    found = found.map(written).fillna(found)
    spoken = known.index[known["read_as"].ne(known.index)]  # a word for a code, in any case
    word = ~np.asarray(found.isin(known.index)) & blank(found, blanks())
    found = without(found, word, np.asarray(found.eq("")))
    strange = np.asarray(found.notna() & ~found.isin(known.index))
    return Meant(
        found,
        {
            "blank_word": word,
            "code_form": np.asarray(found.notna() & found.ne(texts) & ~found.isin(spoken))
            & ~strange
            & ~described,
            "code_spelling": np.asarray(found.isin(spelled)),
            "unknown_code": strange,
        },
    )


def undescribed(texts: pd.Series, known: pd.Index) -> tuple[pd.Series, np.ndarray]:
    """Take codes out of descriptions as Annex A has them, and say which they were.

    >>> texts = pd.Series(["A) MALE", "Q) 6: POLICE", "N1 - ABUSE", "X) 6"], dtype="str")
    >>> undescribed(texts, pd.Index(["MALE", "6", "N1"]))[0].tolist()
    ['MALE', '6', 'N1', '6']
    """
    found, described = texts, np.zeros(len(texts), bool)
    for cut in (LETTERED, DESCRIBED):
        if found.isin(known).all():
            break
        shorter = found.str.replace(cut, "", regex=True)
        better = np.asarray(~found.isin(known) & (shorter.isin(known) | (cut is LETTERED)))
        described |= better & np.asarray(shorter.ne(found))
        found = found.where(~better, shorter)
    meant = np.asarray(found.isin(known))
    return found.where(meant, texts), described & meant


def flags(_: Field, texts: pd.Series) -> Meant:
    """Read yes and no, however they are written."""
    known = statutory.codes()["FLAG"]["group"].map({"true": True, "false": False})
    if all_among(texts, known.index):
        values = texts.map(known).astype("boolean")
        return Meant(values, as_written(texts, values))
    plain, numbers = uncounted(texts.str.upper())
    plain = undescribed(plain, known.index.str.upper())[0].str.lower()
    values = plain.map(known).astype("boolean")
    word = blank(texts, blanks())
    lost = np.asarray(texts.ne("") & ~plain.isin(known.index)) & ~word
    found = {"blank_word": word, "spreadsheet_number": numbers & ~lost, "unreadable_flag": lost}
    return Meant(values, found | as_written(plain, values))


def as_written(texts: pd.Series, values: pd.Series) -> dict[str, np.ndarray]:
    """Say which yes and no are written in words, and which as figures."""
    figure, told = np.asarray(texts.isin(["0", "1"])), np.asarray(values.notna())
    return {f"{AS_WRITTEN} {place}": told & (figure == place) for place in range(PLAIN)}


def numbers(one: Field, texts: pd.Series) -> Meant:
    """Read numbers, whole or not."""
    word = blank(texts, blanks())
    found = pd.to_numeric(texts.where(~word & texts.ne("")), errors="coerce").astype("Float64")
    found = found.mask(found.abs().eq(np.inf).fillna(False))
    broken = found.ne(found.round()).fillna(False) & (one.kind == "whole")
    lost = np.asarray((found.isna() & texts.ne("")) | broken) & ~word
    floats = np.asarray(texts.str.fullmatch(FLOAT)) & (one.kind == "whole") & ~lost
    return Meant(
        found.mask(lost),
        {"blank_word": word, "spreadsheet_number": floats, "unreadable_number": lost},
    )


def postcodes(_: Field, texts: pd.Series) -> Meant:
    """Read postcodes, in capitals with one space before the last three signs."""
    word = blank(texts, blanks())
    found = without(texts.str.upper().str.replace(r"\s+", " ", regex=True), word, texts.eq(""))
    whole = found.str.replace(r"^([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})$", r"\1 \2", regex=True)
    amiss = np.asarray(whole.notna() & ~whole.str.fullmatch(POSTCODE).fillna(False).astype(bool))
    return Meant(whole, {"blank_word": word, "postcode_form": amiss})


def dates(_: Field, texts: pd.Series) -> Meant:
    """Read days: 31/03/2018, ISO, years of two digits, names of months, a spreadsheet's count."""
    return alike_dates(texts) or any_dates(texts)


def alike_dates(texts: pd.Series) -> Meant | None:
    """Read days that are all written in one of the two plain ways, or blank; else nothing."""
    empty = texts.eq("").to_numpy(bool)
    dashed = not empty.all() and texts.iloc[int(empty.argmin())][4:5] == "-"
    found = pd.to_datetime(texts, format=WRITTEN[int(dashed)], errors="coerce")
    if not (found.between(FIRST, LAST).to_numpy() | empty).all():
        return None
    return Meant(
        found.astype("datetime64[s]"),
        {f"{AS_WRITTEN} {place}": (dashed == place) & ~empty for place in range(PLAIN)},
    )


def any_dates(texts: pd.Series) -> Meant:
    """Read days however they are written."""
    word = blank(texts, blanks())
    plain = texts.where(~word, "").str.replace(TIME, "", regex=True)
    plain = plain.str.replace(r"^(\d{1,2})[-. ]([A-Za-z]+|\d{1,2})[-. ]", r"\1/\2/", regex=True)
    found = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[s]")
    form = np.full(len(texts), -1)
    for place, written in enumerate(WRITTEN):
        open_ = found.isna() & plain.ne("")
        if not open_.any():
            break
        read = pd.to_datetime(plain[open_], format=written, errors="coerce").astype("datetime64[s]")
        if "%y" in written:
            late = read.dt.year >= CENTURY + 100
            read = read.mask(late, read - pd.DateOffset(years=100))
        found[open_] = read
        form[np.flatnonzero(open_)[read.notna()]] = place
    serial = np.asarray(found.isna() & plain.str.fullmatch(SERIAL))
    if serial.any():
        days = np.floor(plain[serial].astype(float)).astype(int)
        found[serial] = DAY_ZERO.as_unit("s") + pd.to_timedelta(days, unit="D").astype(
            "timedelta64[s]"
        )
    word = word | np.asarray(found.eq(FIRST - pd.Timedelta(days=1)))
    lost = np.asarray(plain.ne("") & (found.isna() | ~found.between(FIRST, LAST))) & ~word
    odd = serial | (form >= PLAIN)
    return Meant(
        found.mask(lost | word),
        {
            "blank_word": word,
            "unreadable_date": lost,
            "date_form": odd & ~lost & ~word,
            **{f"{AS_WRITTEN} {place}": form == place for place in range(PLAIN)},
        },
    )


def at_odds(faults: dict[str, np.ndarray], files: np.ndarray, rule: str) -> dict[str, np.ndarray]:
    """Add to the cells oddly written those that are not written as most of their file's."""
    plain = [faults.pop(name) for name in [*faults] if name.startswith(AS_WRITTEN)]
    if len(plain) < PLAIN:
        return faults
    first, second = (np.bincount(files[mask], minlength=files.max() + 1) for mask in plain)
    odd = np.where((first >= second)[files], plain[1], plain[0])
    faults[rule] = faults.get(rule, np.zeros(len(files), bool)) | odd
    return faults


READERS: dict[str, Callable[[Field, pd.Series], Meant]] = {
    "id": ids,
    "text": words,
    "code": codes,
    "flag": flags,
    "whole": numbers,
    "place": numbers,
    "number": numbers,
    "postcode": postcodes,
    "date": dates,
}
