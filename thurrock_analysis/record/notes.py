"""What analysts note beside the figures: ``notes.csv`` in the folder of the reports."""

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import areas, dictionary, measures, parsing, schema
from thurrock_analysis.record.measures import Measure

TABLE = "notes"


def held() -> list[schema.Line]:
    """Return every note, each with its place; none where nobody made the file.

    Raises
    ------
    ThurrockError
        A row cannot be right. The sentence names file, row and column.

    Examples
    --------
    >>> [row["measure"] for _, row in held()]
    []
    """
    path = paths.notes()
    if not path.exists():
        return []
    columns = list(dictionary.columns()[TABLE].values())
    body = parsing.rows(path, [one.column for one in columns])
    found = [((path, number), row) for number, row in enumerate(body, start=2)]
    schema.check(columns, found, dictionary.listed)
    for place, row in found:
        try:
            row["area"] = areas.find(row["area"]).code
        except ThurrockError as unknown:
            raise schema.refused(place, row, "area", str(unknown)) from None
        if row["value"] and (wanted := _wanted(float(row["value"]), measures.get(row["measure"]))):
            raise schema.refused(place, row, "value", wanted)
    return found


def _wanted(value: float, measure: Measure) -> str:
    """Say what would be right in place of a number that a measure cannot have."""
    if measure.is_share and not 0 <= value <= 100:
        return "a percentage from 0 to 100 is needed"
    return "no figure of this measure is below 0" * (value < 0 and not measure.is_balance)


def of(area: str, figures: pd.DataFrame) -> list[parsing.Row]:
    """Return the notes on an area that stand beside figures: those on one of their measures."""
    shown = set(figures["measure"]) if len(figures) else set()
    return [row for _, row in held() if row["area"] == area and row["measure"] in shown]
