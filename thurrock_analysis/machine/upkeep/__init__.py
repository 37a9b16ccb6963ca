"""Keeping the record: build it from publishers' files, import a release, show what differs."""
