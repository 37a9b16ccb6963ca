"""What a finding hands to the page of a report, beside what its notebook shows."""

import os

MIME = "application/vnd.thurrock.chart+json"
"""Of a chart for a page: ``wide`` and ``narrow`` as SVG, ``told`` in full, and its ``csv``."""
ASKED = "THURROCK_PAGES"
"""The variable by which a refresh tells its kernels that a page will be made."""


def wanted() -> bool:
    """Say whether a page will be made of what is shown."""
    return bool(os.environ.get(ASKED))
