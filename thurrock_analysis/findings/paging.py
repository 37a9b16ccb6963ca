"""Tables that page and sort, where somebody looks at them in JupyterLab.

`thurrock lab` says so to its kernels and serves what is needed from this machine: itables' copy of
DataTables, and ``paging.js``. A kernel that was not started for an open notebook, such as that of
a batch run in Lab's terminal, has no session and shows plain tables. A cell holds the plain table
in either case and the script only works on it, so that a copy which is opened elsewhere, or not
trusted, loses nothing.
"""

import os
import re
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from thurrock_analysis import words

ASKED = "THURROCK_LAB"
"""The variable by which `thurrock lab` tells its kernels that it serves the script."""
SESSION = "JPY_SESSION_NAME"
"""The variable by which Jupyter tells a kernel for which notebook it was started."""
FEW = 12
"""So many rows are seen at a glance, and stay a plain table."""
PAGE = 20
"""So many rows make a page: the years of a trend are not torn apart."""
SCRIPT = """\
<script type="module">
const { baseUrl } = JSON.parse(document.getElementById("jupyter-config-data").textContent);
const { paged } = await import(`${baseUrl}static/paging.js`);
paged();
</script>"""


def wanted() -> bool:
    """Say whether what is shown is looked at in a JupyterLab that serves the script."""
    return bool(os.environ.get(ASKED) and os.environ.get(SESSION))


def served() -> list[Path]:
    """Return the folders with what such a JupyterLab has to serve."""
    found = find_spec("itables")  # not imported: that would take pandas and a second
    package = Path(found.origin).parent if found and found.origin else Path()
    return [Path(__file__).parent / "served", package / "html"]


def keys(texts: Iterable[str], numbers: Iterable[float] | None = None) -> list[str]:
    """Return by what the cells of a column sort, as an attribute of each: ``""`` is as read.

    What is read would put 1,885 before 23, and April before March.

    >>> keys(["1,885", "hidden"], [1885.0, float("nan")])
    [' data-order="1885.0"', ' data-order="nan"']
    >>> keys(["April 2024", "by 3 Mar 2024"]), keys(["April 2024", "Medway"])
    ([' data-order="2024-04-00"', ' data-order="2024-03-03"'], ['', ''])
    """
    if numbers is not None:
        found = [str(number) for number in numbers]
    else:
        found = [_date(text) for text in texts]
        if not all(found):
            return [""] * len(found)
    return [f' data-order="{key}"' for key in found]


_MONTHS = [name[:3] for name in words.MONTHS]
_DATE = re.compile(rf"(?:\D*\b(\d{{1,2}}) |)({'|'.join(_MONTHS)})[a-z]* (\d{{4}})")


def _date(text: str) -> str:
    found = _DATE.fullmatch(text)
    return f"{found[3]}-{_MONTHS.index(found[2]) + 1:02}-{found[1] or 0:>02}" if found else ""
