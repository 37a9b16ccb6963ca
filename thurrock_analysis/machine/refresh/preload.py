"""Import ahead what notebooks import, and turn a process into a kernel.

The process may be the fork server, whose kernels inherit what it imported, or a kernel that
is started while another notebook runs. Either way a notebook must not be able to tell.
"""

import builtins
import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Iterable

INLINE = "module://matplotlib_inline.backend_inline"

KERNEL_MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "IPython.core.completer",
    "IPython.core.pylabtools",
)


def kernel_environment() -> dict[str, str]:
    """Return the environment of a process that will be a kernel."""
    return {
        **os.environ,
        "MPLBACKEND": INLINE,
        # One thread each: kernels run side by side, and a fork must not cut threads short.
        "OPENBLAS_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def drop_own_folder() -> None:
    """Drop from the path the folder that ``python -m`` put first; a kernel has none there."""
    if sys.flags.safe_path:
        return
    here = sys.path.pop(0)
    package = __name__.partition(".")[0]
    if not any(finder.find_spec(package, None) for finder in sys.meta_path):
        sys.path.append(here)  # the package is run from a folder that it is not installed in


def preload(modules: Iterable[str]) -> None:
    """Import modules as a kernel would have imported them.

    Parameters
    ----------
    modules : iterable of str
        Names to import. One that fails is left for the notebook to report in its own words.
    """
    for name in KERNEL_MODULES:
        importlib.import_module(name)
    builtins.get_ipython = _InKernel  # type: ignore[attr-defined]
    gc.disable()  # imports leave almost no garbage
    try:
        for name in modules:
            _try_import(name)
    finally:
        gc.enable()
        del builtins.get_ipython  # type: ignore[attr-defined]


def become_kernel(connection_file: str, parent: int) -> None:
    """Serve one notebook until killed.

    Parameters
    ----------
    connection_file : str
        Path of the file that says where to listen.
    parent : int
        The process without which the kernel ends.
    """
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = ["ipykernel_launcher", "-f", connection_file]
    IPKernelApp.launch_instance(
        argv=[
            "-f",
            connection_file,
            "--HistoryManager.hist_file=:memory:",
            "--IPKernelApp.log_level=ERROR",
            f"--IPKernelApp.parent_handle={parent}",
        ]
    )


def warm_drawing() -> None:
    """Draw a throw-away chart, so that fonts and layout are ready in every forked kernel."""
    if "matplotlib.figure" not in sys.modules:
        return
    import io

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 1), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([1, 2], [1, 2], label="a")
    axes.set_title("a")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png")


class _InKernel:
    """Stands in for the shell: pandas asks at import whether it is in a kernel."""

    kernel = True


def _try_import(name: str) -> None:
    with contextlib.suppress(Exception):  # `from a import b` gives a.b, which may be no module
        importlib.import_module(name)
