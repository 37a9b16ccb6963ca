"""House style, charts, and the text alternatives computed from their figures.

The charts of one subject are each a function: tidy rows and words in, a finished figure out.
"""

from thurrock_analysis.charts.alt import alt_for_bars, alt_for_bridge, alt_for_shares, alt_for_trend
from thurrock_analysis.charts.bars import dot_interval, ranked_bars
from thurrock_analysis.charts.changes import bridge
from thurrock_analysis.charts.display import png, show
from thurrock_analysis.charts.lines import trend
from thurrock_analysis.charts.look import house_style, style
from thurrock_analysis.charts.panels import index_trend, indexed, small_multiples, spotlight
from thurrock_analysis.charts.shares import stacked_share

__all__ = [
    "alt_for_bars",
    "alt_for_bridge",
    "alt_for_shares",
    "alt_for_trend",
    "bridge",
    "dot_interval",
    "house_style",
    "index_trend",
    "indexed",
    "png",
    "ranked_bars",
    "show",
    "small_multiples",
    "spotlight",
    "stacked_share",
    "style",
    "trend",
]
