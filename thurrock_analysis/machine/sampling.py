"""What `thurrock refresh --sample` reports on: a fictional authority and its own returns."""

from typing import Any

from thurrock_analysis import paths
from thurrock_analysis.machine.files import Staging
from thurrock_analysis.record import areas

NOTEBOOK = "returns"


def sampled(notebooks: tuple[str, ...]) -> dict[str, Any]:
    """Write the sample where it is not yet, and return what a refresh of it is asked for."""
    folder = paths.internal() / "sample"
    if not folder.is_dir():
        from thurrock_analysis.sample import writing

        advice = "set THURROCK_REPORTS_DIR to a folder that can be written"
        with Staging(folder, "The sample", advice) as staging:
            writing.write(staging.folder)
            staging.publish()
    fictional = next(area for area in areas.table().values() if area.level == areas.FICTIONAL)
    return {
        "returns": str(folder),
        "authorities": (fictional.name,),
        "notebooks": notebooks or (NOTEBOOK,),
    }
