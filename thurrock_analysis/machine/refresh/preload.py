"""Make ready, once and before any fork, what every kernel would otherwise make for itself."""

import builtins
import contextlib
import gc
import importlib
import io
import sys
from collections.abc import Iterable

KERNEL_MODULES = (
    *(
        "ipykernel.kernelapp",
        "ipykernel.ipkernel",
        "ipykernel.zmqshell",
        "tornado.platform.asyncio",
    ),
    *("IPython.core.completer", "IPython.core.completerlib", "IPython.core.debugger"),
    *("IPython.core.oinspect", "IPython.core.pylabtools", "IPython.extensions.storemagic"),
    "sqlite3",
)
STORE = "thurrock_analysis.record.store"
AREAS = "thurrock_analysis.record.areas"
CLAIMS = "thurrock_analysis.papers.claims"
CHANGE = "thurrock_analysis.metrics.change"
LIMITS = "scipy.special"
"""What it imports when a notebook asks for limits of chance."""


def preload(modules: Iterable[str]) -> None:
    """Import modules as a kernel would have imported them, and ready what they need."""
    _import_kernel()
    builtins.get_ipython = _InKernel  # type: ignore[attr-defined]
    gc.disable()  # imports leave almost no garbage
    try:
        for name in modules:
            with contextlib.suppress(Exception):
                _import(name)
    finally:
        gc.enable()
        del builtins.get_ipython  # type: ignore[attr-defined]
    if CHANGE in sys.modules:
        importlib.import_module(LIMITS)
    # What fails here fails again in the notebook, which then says so.
    with contextlib.suppress(Exception):
        if STORE in sys.modules:
            sys.modules[STORE].held()
    with contextlib.suppress(Exception):
        _warm_drawing()


def prepare(authority: str, as_at: str) -> None:
    """Ready what all notebooks of one authority and date ask for."""
    with contextlib.suppress(Exception):
        if CLAIMS in sys.modules:
            sys.modules[CLAIMS].check_all(sys.modules[AREAS].find(authority), as_at)


def _import(name: str) -> None:
    """Import what a notebook names: ``from a import b`` gives a.b, where b may be no module."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, attribute = name.rpartition(".")
        getattr(importlib.import_module(module), attribute)  # it may be imported when asked for


def _import_kernel() -> None:
    for name in KERNEL_MODULES:
        importlib.import_module(name)
    # Half of a kernel's start goes into a debugger, for which a report has no use.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    importlib.import_module("ipykernel.debugger")
    del sys.modules["debugpy"]


def _warm_drawing() -> None:
    """Draw a throw-away chart, so that fonts and layout are ready in every forked kernel."""
    if "matplotlib.figure" not in sys.modules:
        return
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 1), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([1, 2], [1, 2], label="a")
    axes.set_title("a", fontweight="bold")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png")


class _InKernel:
    """Stands in for the shell: pandas asks at import whether it is in a kernel."""

    kernel = True
