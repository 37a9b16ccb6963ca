"""What differs between two versions of the record, figure by figure."""

import io
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.upkeep.history import SERIES
from thurrock_analysis.record import areas, tidy

CONTENT = ["value", "status", "numerator", "denominator"]
KINDS = ["added", "dropped", "changed", "earlier"]
SIDE = [*CONTENT, "release", "published"]
LIMIT = 20
IN_REPOSITORY = "data/record/figures.parquet"


def read(text: str) -> pd.DataFrame:
    """Read a version of the record."""
    path = Path(text)
    if path.is_dir():
        raise ThurrockError(f"{text} is a folder: name the file {IN_REPOSITORY} of a version.")
    if path.is_file():
        return parse(path.read_bytes(), text)
    if ":" not in text:
        raise ThurrockError(
            f"{text} is missing: name a Parquet file, or a revision and a colon, as HEAD~1:."
        )
    return parse(at_revision(*text.split(":", 1)), text)


def at_revision(revision: str, path: str) -> bytes:
    """Return the record's file as a revision of the repository has it."""
    place = f"{revision}:{path}" if path else f"{revision}:./{IN_REPOSITORY}"
    command = ["git", "-C", str(paths.home()), "show", "--end-of-options", place]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise ThurrockError("The program git is not installed: name a Parquet file.") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().splitlines()[-1].rstrip(".")
        raise ThurrockError(
            f"{place} is no file of the repository ({reason}): name a revision that has it."
        ) from None


def parse(content: bytes, name: str) -> pd.DataFrame:
    """Read the content of a record's file."""
    try:
        figures = pd.read_parquet(io.BytesIO(content))
    except (ValueError, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise ThurrockError(f"{name} is no Parquet file ({reason}): name a record.") from None
    lacking = [column for column in tidy.COLUMNS if column not in figures.columns]
    if lacking:
        raise ThurrockError(
            f"{name} is no record: it lacks the columns {', '.join(lacking[:3])}; name a version "
            f"of {IN_REPOSITORY}."
        )
    return figures[tidy.COLUMNS]


def compare(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Say which figures differ between two versions of the record.

    Parameters
    ----------
    old, new : DataFrame
        Tidy tables; a row is a first publication or a later change.

    Returns
    -------
    DataFrame
        A row a difference: what names the figure and its origin; ``kind``; value, status,
        numerator, denominator, release and published, each as ``old_...`` and ``new_...``.
        A figure is ``"added"`` or ``"dropped"`` once. It is ``"changed"`` wherever a release
        revises it or says something else than before, and ``"earlier"`` where a publication
        before the first one held has come in. Sources and methods are not compared.

    Examples
    --------
    >>> row = pd.DataFrame({"measure": ["referrals"], "value": [2423], "release": ["CIN 2024"]})
    >>> compare(tidy.conform(row), tidy.conform(row.assign(value=2424)))["kind"].tolist()
    ['changed']
    """
    old, new = _packed(old), _packed(new)
    old_rows, new_rows = (_hashes(side, [*tidy.KEY, *CONTENT]) for side in (old, new))
    old_names, new_names = _hashes(old, SERIES), _hashes(new, SERIES)
    gone = ~np.isin(old_rows, new_rows)
    come = ~np.isin(new_rows, old_rows)
    known_before = np.isin(new_names[come], old_names)
    known_after = np.isin(old_names[gone], new_names)
    lost, found = _as_text(old[gone]), _as_text(new[come])
    parts = [
        _alone(found[~known_before], "added", "new"),
        _alone(lost[~known_after], "dropped", "old"),
    ]
    touched = np.concatenate([new_names[come][known_before], old_names[gone][known_after]])
    parts += _revised(
        lost[known_after],
        found[known_before],
        _as_text(old[np.isin(old_names, touched)]),
        _as_text(new[np.isin(new_names, touched)]),
    )
    columns = [*SERIES, "kind", *(f"{side}_{c}" for side in ("old", "new") for c in SIDE)]
    changes = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    changes = changes.drop_duplicates([*SERIES, "old_release", "new_release"])
    changes = changes[~_repeated(changes) | changes["kind"].eq("earlier")]
    return changes.sort_values([*SERIES, "new_published"], ignore_index=True)


def _packed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame the types in which equal cells have equal hashes, and hash fast."""
    labels = dict.fromkeys([*tidy.LABELS, *tidy.LABELS_OF_SOURCE], "category")
    dates = dict.fromkeys(tidy.DATES, "datetime64[s]")
    return frame.astype(labels | dates).reset_index(drop=True)


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn labels into text, so that rows of two frames merge."""
    return frame.astype(dict.fromkeys([*tidy.LABELS, *tidy.LABELS_OF_SOURCE], "str"))


def _hashes(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    return np.asarray(pd.util.hash_pandas_object(frame[columns], index=False))


def _alone(rows: pd.DataFrame, kind: str, side: str) -> pd.DataFrame:
    """Keep the latest row of each figure that only one side has."""
    last = rows.sort_values("published", kind="stable").drop_duplicates(SERIES, keep="last")
    return _side(last, side).assign(kind=kind)


def _side(rows: pd.DataFrame, side: str) -> pd.DataFrame:
    return rows[[*SERIES, *SIDE]].rename(columns={column: f"{side}_{column}" for column in SIDE})


def _revised(
    lost: pd.DataFrame, found: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame
) -> list[pd.DataFrame]:
    """Pair the rows that differ of figures that both sides have."""
    key = [*SERIES, "release"]
    paired = pd.MultiIndex.from_frame(lost[key]).isin(pd.MultiIndex.from_frame(found[key]))
    came = _stood(_side(found, "new"), old, "new", "old").assign(kind="changed")
    came.loc[came["old_published"] > came["new_published"], "kind"] = "earlier"
    went = _stood(_side(lost[~paired], "old"), new, "old", "new")
    return [came, went.assign(kind="changed")]


def _stood(rows: pd.DataFrame, log: pd.DataFrame, side: str, other: str) -> pd.DataFrame:
    """Put beside each row what the other side's log said of the figure at that time.

    That is the same release where the log has it, else the latest before, else the first.
    """
    wide = rows.reset_index().merge(_side(log, other), on=SERIES)
    at, then = wide[f"{side}_published"], wide[f"{other}_published"]
    own = wide[f"{side}_release"].eq(wide[f"{other}_release"])
    wide = wide.assign(own=~own, late=then > at, far=(then - at).abs())
    wide = wide.sort_values(["index", "own", "late", "far"], kind="stable")
    return wide.drop_duplicates("index").drop(columns=["index", "own", "late", "far"])


def _repeated(changes: pd.DataFrame) -> pd.Series:
    """Say where both sides say the same, though another release says it first."""
    old, new = (
        changes[[f"{side}_{column}" for column in CONTENT]].set_axis(CONTENT, axis=1)
        for side in ("old", "new")
    )
    return (old.eq(new) | old.isna() & new.isna()).all(axis=1)


def summary(changes: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """Say in lines of text which releases and how many figures, by measure, differ."""
    lines = []
    before, after = (set(side["release"].astype("str").unique()) for side in (old, new))
    for word, names in (("added", after - before), ("removed", before - after)):
        lines.append(f"releases {word}: {', '.join(sorted(names)) or 'none'}")
    counts = changes.groupby("kind").size().reindex(KINDS, fill_value=0)
    lines.append("figures: " + ", ".join(f"{counts[kind]:,} {kind}" for kind in KINDS))
    if changes.empty:
        return lines
    return lines + tabulated(
        pd.crosstab(changes["measure"], changes["kind"]).reindex(columns=KINDS)
    )


def tabulated(counts: pd.DataFrame) -> list[str]:
    """Write counts by measure below each other, none where there is nothing to count."""
    if counts.empty:
        return []
    table = counts.fillna(0).astype(int)
    width = max(map(len, table.index))
    columns = {name: max(len(name) + 2, 10) for name in table}
    head = "".join(f"{name:>{columns[name]}}" for name in table)
    rows = (
        "".join(f"{row[name]:>{columns[name]},}" for name in table) for _, row in table.iterrows()
    )
    lines = [f"{name:<{width}}{row}" for name, row in zip(table.index, rows, strict=True)]
    return [f"  {' ' * width}{head}", *(f"  {line}" for line in lines)]


def listing(changes: pd.DataFrame, limit: int | None = LIMIT) -> list[str]:
    """List each figure that changed, then each that has an earlier publication: a line each."""
    rows = pd.concat([changes[changes["kind"] == kind] for kind in ("changed", "earlier")])
    lines = [line(row) for row in rows.head(limit or len(rows)).to_dict("records")]
    rest = len(rows) - len(lines)
    return [*lines, f"... and {rest:,} more: --all lists them."] if rest else lines


def line(row: dict[str, object]) -> str:
    """Write one change, as ``measure / group / area / period: old -> new``."""
    group = row["group"] if row["breakdown"] == tidy.ALL else f"{row['breakdown']}: {row['group']}"
    known = areas.table().get(str(row["area"]))
    where = [row["measure"], group, known.name if known else row["area"]]
    day = pd.Timestamp(str(row["period_end"]))
    name = " / ".join(map(str, where)) + f" / {day:%Y-%m-%d}"
    if row["origin"] != "published":
        name += f" [{row['origin']}]"
    parts = any(
        row[f"old_{part}"] != row[f"new_{part}"] and pd.notna(row[f"{side}_{part}"])
        for part in ("numerator", "denominator")
        for side in ("old", "new")
    )
    old, new = (side_text(row, side, parts) for side in ("old", "new"))
    if row["kind"] == "earlier":
        return f"{name}: {new} now comes before {old}"
    return f"{name}: {old} -> {new}"


def side_text(row: dict[str, object], side: str, parts: bool) -> str:
    """Write what one side says of a figure: value or status, parts if wanted, release."""
    value = row[f"{side}_value"]
    text = str(row[f"{side}_status"]) if pd.isna(value) else number(value)
    if parts:
        top, bottom = row[f"{side}_numerator"], row[f"{side}_denominator"]
        text += f" from {number(top)} / {number(bottom)}"
    return f"{text} ({row[f'{side}_release']})"


def number(value: object) -> str:
    """Write a number with no more decimals than it has.

    >>> number(2423.0), number(16.5), number(float("nan"))
    ('2,423', '16.5', '?')
    """
    if not isinstance(value, float) or pd.isna(value):
        return "?"
    return f"{value:,.6f}".rstrip("0").rstrip(".")
