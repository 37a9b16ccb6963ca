"""Returns about children and workers: read whatever their form, checked, stacked over years."""

from typing import TYPE_CHECKING, Any

from thurrock_analysis.returns.returns import NotInReturnsError, Returns

if TYPE_CHECKING:
    from thurrock_analysis.returns.loading import load_returns

__all__ = ["NotInReturnsError", "Returns", "load_returns"]


def __getattr__(name: str) -> Any:
    """Import what reads returns when it is first asked for: every report starts without it."""
    if name != "load_returns":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from thurrock_analysis.returns.loading import load_returns

    return load_returns
