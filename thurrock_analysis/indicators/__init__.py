"""Indicators by their statutory definitions, from returns: cases in, tidy figures out."""
