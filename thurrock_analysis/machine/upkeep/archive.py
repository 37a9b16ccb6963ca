"""Write ``data/``: the record, its readable excerpt, its coverage, each with a sidecar."""

from pathlib import Path
from typing import Any

import pandas as pd

from thurrock_analysis import paths
from thurrock_analysis.machine.upkeep import build
from thurrock_analysis.record import areas, dictionary, inventory, provenance, releases, store, tidy

OGL = {
    "name": "Open Government Licence v3.0",
    "url": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "attribution": "Contains public sector information licensed under the Open Government "
    "Licence v3.0.",
}
EXCERPT = "E06000034"


def build_all(root: Path) -> pd.DataFrame:
    """Build every data file from publishers' files and return the record."""
    figures = build.record(root)
    write_neighbours(build.models(root))
    write_record(figures)
    return figures


def write_record(figures: pd.DataFrame) -> None:
    """Write the record, its excerpt for Thurrock, its coverage, and their sidecars."""
    labels = dict.fromkeys(tidy.LABELS_OF_RECORD, "category")
    dates = dict.fromkeys(tidy.DATES, "datetime64[s]")
    figures.astype(labels | dates).to_parquet(paths.record(), compression="zstd", index=False)
    about = description(figures)
    provenance.write(paths.record(), about)
    excerpt = paths.record().with_name("thurrock.csv")
    rows = figures[figures["area"] == EXCERPT]
    rows = rows.dropna(axis=1, how="all")
    rows.to_csv(excerpt, index=False, lineterminator="\n", float_format="%.10g")
    name = areas.get(EXCERPT).name
    provenance.write(excerpt, about | {"title": f"The record of {name}, readable as text"})
    table = paths.record().with_name("coverage.csv")
    store.coverage(figures).to_csv(table, index=False, lineterminator="\n")
    provenance.write(table, about | {"title": "What the record holds and what it does not"})


def write_neighbours(models: pd.DataFrame) -> None:
    """Write the neighbour models and their sidecar."""
    path = dictionary.file("neighbours")
    models.to_csv(path, index=False, lineterminator="\n")
    inventory.recount()
    sources = dictionary.read("neighbour_models")
    provenance.write(
        path,
        {
            "title": "Statistical neighbours of English authorities, by model",
            "publisher": "Department for Education",
            "releases": ["2012 committee paper", *sources["model"]],
            "period": "in force from 2012-10-09, 2021-04-01 and 2025-05-01",
            "licence": OGL,
            "counts": "For each authority the ten most similar ones, the closest first.",
            "did": "Rows instead of pairs of columns, ONS codes instead of DfE numbers; the list "
            "of 2012 is transcribed from a committee paper and has only Thurrock's neighbours.",
            "sources": sources[["file", "publisher", "title"]].to_dict("records"),
            "status": "published",
        },
    )


def description(figures: pd.DataFrame) -> dict[str, Any]:
    """Describe the record for its sidecar."""
    sources = dictionary.read("sources")
    held = sorted(figures["release"].astype("str").unique())
    ends = figures["period_end"].dropna()
    return {
        "title": "Children's social care in English authorities, regions and England",
        "publisher": "Department for Education; Office for National Statistics",
        "releases": held,
        "newest_release": releases.span(held)[1],
        "period": f"{ends.min():%Y-%m-%d} to {ends.max():%Y-%m-%d}",
        "rows": len(figures),
        "licence": OGL,
        "counts": "Each measure as data/dictionary/measures.csv defines it; numbers, statuses and "
        "revisions as printed by the publisher.",
        "did": "Put into one tidy table; each symbol kept as a status beside a missing value; "
        "parts of the same release put beside each rate; rates computed where a release prints "
        "only the parts (origin 'recomputed'); a release that repeats the one before named in the "
        "row that it repeats (confirmed).",
        "sources": sources[["source", "release", "publisher", "title"]].to_dict("records"),
        "status": "published",
    }
