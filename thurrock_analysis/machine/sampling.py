"""What `thurrock refresh --sample` reports on: a fictional authority and its own returns."""

from typing import Any

from thurrock_analysis import paths
from thurrock_analysis.record import areas

NOTEBOOK = "returns"


def sampled(notebooks: tuple[str, ...]) -> dict[str, Any]:
    """Write the sample where it is not yet, and return what a refresh of it is asked for."""
    from thurrock_analysis.sample import writing

    folder = paths.internal() / "sample"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        writing.write(folder)
    fictional = next(area for area in areas.table().values() if area.level == areas.FICTIONAL)
    return {
        "returns": str(folder / writing.RETURNS),
        "authorities": (fictional.name,),
        "notebooks": notebooks or (NOTEBOOK,),
    }
