"""What came of a refresh, in a few lines."""

from collections.abc import Iterator
from pathlib import Path

from thurrock_analysis import words
from thurrock_analysis.machine.refresh.front import PAGE
from thurrock_analysis.machine.refresh.run import Result


def summary(result: Result) -> Iterator[str]:
    """Say what failed, what was left out or altered, and, last, how much was made."""
    for making in result.made:
        for outcome in making.failures:
            where = f"code cell {outcome.cell}: " if outcome.cell else ""
            yield f"{making.name}, {outcome.name} failed: {where}{outcome.error}"
        if making.error:
            yield f"{making.name} failed: {making.error}"
    yield from result.left_out
    if result.altered:
        yield f"Run as altered here, not as shipped: {words.listed(result.altered)}."
    asked = sum(len(making.plan.notebooks) for making in result.made)
    done = sum(
        len(making.outcomes) - len(making.failures) for making in result.made if not making.error
    )
    whose = f"{len(result.made)} authorities"
    if len(result.made) == 1:
        whose = result.made[0].name
    yield f"{done} of {asked} reports for {whose} in {result.seconds:.1f} s: {_page(result)}"


def _page(result: Result) -> Path:
    folder = result.made[0].plan.out if len(result.made) == 1 else result.out
    return folder / PAGE
