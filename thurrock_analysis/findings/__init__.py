"""Findings: what an analyst keeps, alters and gives away."""
