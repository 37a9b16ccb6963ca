"""Run the notebooks and publish their reports: ``thurrock refresh``."""
