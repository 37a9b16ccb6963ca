"""How much figures usually move: the shipped table, by edition and measure."""

from pathlib import Path

from thurrock_analysis import paths
from thurrock_analysis.record import fingerprint, parsing, provenance
from thurrock_analysis.record.fingerprint import keeping
from thurrock_analysis.record.parsing import Row

COLUMNS = ["measure", "edition", "kind", "phi", "tau2", "df", "over2", "over3", "over5", "over10",
           "changes", "last_year", "rests_on"]  # fmt: skip


def path() -> Path:
    """Return where the table lies."""
    return paths.record().with_name("usual_movement.csv")


@keeping(lambda: fingerprint.of_files([str(path())]))
def table() -> dict[str, dict[str, Row]]:
    """Return the rows of each edition, by its date and the measure.

    Raises
    ------
    ThurrockError
        The file is missing, truncated or not what its sidecar says.
    """
    provenance.verify(path())
    found: dict[str, dict[str, Row]] = {}
    for row in parsing.rows(path(), COLUMNS):
        found.setdefault(row["edition"], {})[row["measure"]] = row
    return found


def edition(as_at: str) -> dict[str, Row]:
    """Return the newest edition that could be made by a date, empty where there was none.

    Parameters
    ----------
    as_at : str
        ISO date.

    Examples
    --------
    >>> edition("2018-03-31")["looked_after_rate"]["edition"]
    '2017-12-31'
    >>> edition("2010-12-31")
    {}
    """
    known = [date for date in table() if date <= as_at]
    return table()[max(known)] if known else {}
