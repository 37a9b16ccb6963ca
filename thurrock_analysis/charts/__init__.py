"""House style and charts: tidy rows in, a picture out with its alternative in words."""

from thurrock_analysis.charts.bars import ranked_bars
from thurrock_analysis.charts.bridge import bridge
from thurrock_analysis.charts.control import control
from thurrock_analysis.charts.drawing import Drawing
from thurrock_analysis.charts.fan import fan
from thurrock_analysis.charts.incidence import incidence
from thurrock_analysis.charts.lines import small_multiples, trend
from thurrock_analysis.charts.look import house_style, style
from thurrock_analysis.charts.panels import index_trend, indexed, spotlight
from thurrock_analysis.charts.ranges import ranges
from thurrock_analysis.charts.timeline import Moments

__all__ = [
    "Drawing",
    "Moments",
    "bridge",
    "control",
    "fan",
    "house_style",
    "incidence",
    "index_trend",
    "indexed",
    "ranges",
    "ranked_bars",
    "small_multiples",
    "spotlight",
    "style",
    "trend",
]
