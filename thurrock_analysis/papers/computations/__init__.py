"""The arithmetic behind claims: small functions over figures, each with its working in words.

A module that is imported here registers its computations.
"""

from thurrock_analysis.papers.computations import arithmetic, places, relations
from thurrock_analysis.papers.computations.registry import COMPUTATIONS, Result, number

__all__ = ["COMPUTATIONS", "Result", "arithmetic", "number", "places", "relations"]
