"""Returns about children and workers: read whatever their form, checked, stacked over years."""

from thurrock_analysis.returns.loading import load_returns
from thurrock_analysis.returns.returns import NotInReturnsError, Returns

__all__ = ["NotInReturnsError", "Returns", "load_returns"]
