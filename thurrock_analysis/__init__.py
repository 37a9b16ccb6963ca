"""Children's-services statistics of English local authorities: open a report and ask it.

>>> from thurrock_analysis import areas, figures, find_measures, open_report
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thurrock_analysis.findings.report import open_report
    from thurrock_analysis.front_door import areas, figures, find_measures

__version__ = "0.2.0"
__all__ = ["areas", "figures", "find_measures", "open_report"]


def __getattr__(name: str) -> Any:
    """Import what an analyst needs when it is first asked for: the command starts without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from thurrock_analysis import front_door

    return getattr(front_door, name)


def __dir__() -> list[str]:
    """Return what an analyst needs, for completion."""
    return __all__
