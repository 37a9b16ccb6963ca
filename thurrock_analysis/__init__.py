"""Children's-services statistics of English authorities: figures, analysis, reports."""

__version__ = "0.1.0"
