"""What runs notebooks and keeps the record; nothing else imports it."""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
