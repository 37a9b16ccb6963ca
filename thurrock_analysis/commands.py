"""The commands of ``thurrock``. Nothing heavy is imported until one needs it."""

import contextlib
import sys
from pathlib import Path
from typing import Any

import click

from thurrock_analysis import __version__, paths
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.upkeep.commands import data, take


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="thurrock")
def commands() -> None:
    """Children's-services statistics for English local authorities."""


@commands.command()
@click.argument("notebooks", nargs=-1, metavar="[NOTEBOOK]...")
@click.option(
    "--authority",
    "authorities",
    multiple=True,
    metavar="A",
    help="Name, ONS code or number of an authority; may be given more than once.",
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="R",
    help='Every authority of a region, such as "East of England".',
)
@click.option("--all", "everywhere", is_flag=True, help="Every authority.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Run the refreshes that a TOML file lists (docs/schedule.md), and nothing else.",
)
@click.option("--as-at", metavar="DATE", help="Only what was published by this day (YYYY-MM-DD).")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for reports; `reports` if left out.",
)
@click.option(
    "--returns",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The council's own returns: reports go to reports/internal and are not for publication.",
)
@click.option(
    "--sample", is_flag=True, help="Report on a fictional authority, from returns made up for it."
)
@click.option(
    "-p",
    "parameters",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="Set a parameter of every notebook that has it; `thurrock list` shows them.",
)
@click.option(
    "--cell-timeout",
    type=click.IntRange(min=1),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="How long one cell may take.",
)
@click.option(
    "--kernels",
    type=click.Choice(["auto", "papermill"]),
    default="auto",
    show_default=True,
    envvar="THURROCK_KERNELS",
    help="Who starts kernels; auto forks them where the system can.",
)
def refresh(
    parameters: tuple[tuple[str, str], ...],
    as_at: str | None,
    out: Path | None,
    folder: Path | None,
    sample: bool,
    config: Path | None,
    **asked: Any,
) -> None:
    """Run notebooks (all, or those named) for one authority or many, and write their reports."""
    import os

    from thurrock_analysis.findings import paging
    from thurrock_analysis.machine.refresh import run

    os.environ.pop(paging.ASKED, None)  # begun in a cell of JupyterLab, it writes pages no less

    if config:
        if parameters or as_at or out or folder or sample or any(map(asked.get, _CHOICES)):
            raise ThurrockError("--config stands alone: the file says what is to be made.")
        _refresh_all(paths.meant(config), asked["kernels"])
        return
    given = _given([*parameters, *(("as_at", date) for date in [as_at] if date is not None)])
    if "authority" in given:
        asked["authorities"] += (given.pop("authority"),)
    asked |= {"as_at": given.pop("as_at", ""), "out": out and paths.meant(out)}
    if text := given.pop("returns", ""):
        folder = folder or Path(text)
    if sample:
        if folder or any(asked[name] for name in ("authorities", "regions", "everywhere")):
            raise ThurrockError("--sample is of the fictional authority alone: name no other.")
        asked |= _sampled(asked["notebooks"])
    elif folder:
        asked["returns"] = str(paths.meant(folder))
    result = run.refresh(run.Options(given=given, **asked))
    for line in result.summary():
        _say(line)
    if result.failed:
        sys.exit(1)


_CHOICES = ("notebooks", "authorities", "regions", "everywhere")


def _refresh_all(config: Path, kernels: Any) -> None:
    """Run every refresh of a configuration file: one that fails does not stop the others."""
    import datetime
    from dataclasses import replace

    from thurrock_analysis.machine.refresh import run
    from thurrock_analysis.machine.refresh.config import read
    from thurrock_analysis.record import releases

    asked, failed = read(config), 0
    for options in asked:
        try:
            result = run.refresh(replace(options, kernels=kernels))
        except ThurrockError as error:
            _say(f"thurrock: {error}", err=True)
            failed += 1
        else:
            for line in result.summary():
                _say(line)
            failed += result.failed
    if late := releases.due_in_words(datetime.date.today()):
        _say(f"Newer releases are due and not held: {'; '.join(late)}.")
    _say(f"{len(asked) - failed} of {len(asked)} refreshes of {config.name} without a failure")
    if failed:
        sys.exit(1)


@commands.command("list")
def list_notebooks() -> None:
    """List the notebooks and their parameters."""
    from thurrock_analysis.machine.refresh.sources import read_all

    found, left_out = read_all(paths.notebooks())
    for place, notebook in enumerate(found):
        when = " (run only when it is named)" * notebook.only_named
        said = notebook.fault or notebook.title
        click.echo(f"{chr(10) if place else ''}{notebook.name}: {said}{when}")
        rows = [(p.name, p.type, p.shown_default(), p.help) for p in notebook.parameters]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
        for row in rows:
            cells = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
            click.echo(f"  {'  '.join([*cells, row[3]])}".rstrip())
    for line in left_out:
        click.echo(f"\n{line}")


@commands.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[JUPYTER OPTIONS]")
def lab(options: tuple[str, ...]) -> None:
    """Open JupyterLab at the project, with working copies of the notebooks.

    The copies are in notebooks/exploratory: what is saved there changes no report. Options
    are Jupyter's own, as in `thurrock lab --no-browser --port 9999`.
    """
    import importlib.util
    import os
    import subprocess

    from thurrock_analysis.machine.lab import command, make_working_copies, variables

    if importlib.util.find_spec("jupyterlab") is None:
        raise ThurrockError("JupyterLab is not installed here: install the package jupyterlab.")
    for sentence in make_working_copies():
        click.echo(f"thurrock: {sentence}", err=True)
    os.environ |= variables()
    if sys.platform == "win32":  # there, exec would give the terminal back too soon
        sys.exit(subprocess.call(command(list(options))))
    os.execv(sys.executable, command(list(options)))


@commands.command()
@click.argument("name")
@click.option("--from", "source", metavar="NOTEBOOK", help="Begin as this shipped notebook.")
def new(name: str, source: str | None) -> None:
    """Make a notebook of your own, NAME, in notebooks/exploratory."""
    from thurrock_analysis.machine.lab import create

    path = create(name, source or "")
    click.echo(f"{path} is yours: open it with `thurrock lab`.")


@commands.command()
@click.option("--authority", default="", metavar="A", help="Name, ONS code or number of one.")
@click.option("--as-at", default="", metavar="DATE", help="The date of the report (YYYY-MM-DD).")
@click.option(
    "--reports",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the reports; `reports` if left out.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The document; committee-paper-DATE.docx beside the report if left out.",
)
def paper(authority: str, as_at: str, reports: Path | None, out: Path | None) -> None:
    """Write a committee paper from a report that was made, as a Word document.

    Every sentence with a number is held against the record first, and nothing is written if one
    does not follow. What officers must decide or write is left as marked blanks.
    """
    from thurrock_analysis.machine.outputs.paper import writing

    folder = paths.meant(reports) if reports else paths.reports()
    _say(writing.write_paper(authority, as_at, folder, paths.meant(out) if out else None))


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--against", type=click.Path(path_type=Path), metavar="OLD", help="The last return, to compare."
)
@click.option("--authority", default="", metavar="A", help="Whose published figures stand beside.")
@click.option(
    "--vanished",
    type=click.Choice(["open", "closed"]),
    default="open",
    show_default=True,
    help="What to make of an episode that is open in one return and absent from the next.",
)
@click.option(
    "--with-records", is_flag=True, help="Write ids and values of children into the issue table."
)
def check(folder: Path, against: Path | None, **asked: Any) -> None:
    """Say what is wrong with the returns in FOLDER, and what they come to.

    Writes a page, the issues and the figures to reports/internal/check, which git ignores. Exit
    status: 0 clean, 1 issues, 2 unreadable.
    """
    from thurrock_analysis.machine.checking import run

    result = run.check(paths.meant(folder), against=against and paths.meant(against), **asked)
    for line in result.lines:
        _say(line)
    sys.exit(result.status)


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--authority", required=True, metavar="A", help="Whose returns these are.")
@click.option("--to", default="", metavar="DATE", help="Last day of the month to publish up to.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for publications; `reports/published` if left out.",
)
def publish(folder: Path, authority: str, to: str, out: Path | None) -> None:
    """Publish of the returns in FOLDER what gives no child away.

    Small counts are hidden, and what would reveal them. All that was published before is known.
    """
    from thurrock_analysis.machine.publishing import run

    result = run.publish(paths.meant(folder), authority, to, out and paths.meant(out))
    for line in result.lines:
        _say(line)


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", type=click.IntRange(min=0), help="Another draw than the one shipped.")
@click.option(
    "--size",
    type=click.FloatRange(min=0.05),
    default=1,
    show_default=True,
    metavar="N",
    help="How many authorities' worth of children and workers.",
)
@click.option(
    "--unconditioned", is_flag=True, help="Draw around the published totals, not to meet them."
)
@click.option("--faults", is_flag=True, help="Put bad data in, and list it in faults.csv.")
@click.option(
    "--change-of-worker",
    "ratio",
    type=click.FloatRange(min=1, max=2),
    default=1,
    metavar="RATIO",
    help="Multiply late reviews and moves after a change of worker by this.",
)
def sample(
    folder: Path, seed: int | None, size: float, unconditioned: bool, faults: bool, ratio: float
) -> None:
    """Write ten years of returns of a fictional authority into FOLDER, and what is true of them."""
    from thurrock_analysis.sample import events, writing

    drawn, target = events.SHIPPED if seed is None else seed, paths.meant(folder)
    writing.write(target, drawn, size, not unconditioned, faults, ratio)
    _say(writing.said(target))


commands.add_command(data)
commands.add_command(take)


def run(arguments: list[str] | None) -> int:
    """Run one command and return its exit code; an error is a sentence."""
    try:
        commands.main(arguments, prog_name="thurrock", standalone_mode=False)
    except ThurrockError as error:
        _say(f"thurrock: {error}", err=True)
        return 2
    except OSError as error:  # such as a full disk below the standard output
        _say(f"thurrock: {error.filename or 'The output'}: {error.strerror or error}.", err=True)
        return 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except (click.exceptions.Exit, SystemExit) as end:
        code = end.exit_code if isinstance(end, click.exceptions.Exit) else end.code
        return code if isinstance(code, int) else 0
    return 0


def _sampled(notebooks: tuple[str, ...]) -> dict[str, Any]:
    """Write the sample where this project's is not, and return what a refresh of it is asked."""
    from thurrock_analysis.machine.refresh.plan import RETURNS
    from thurrock_analysis.machine.refresh.sources import read_all
    from thurrock_analysis.record import areas
    from thurrock_analysis.sample import writing

    shipped, _ = read_all(paths.notebooks())
    folder = paths.internal() / "sample"
    writing.keep(folder)
    fictional = next(area for area in areas.table().values() if area.level == areas.FICTIONAL)
    return {
        "returns": str(folder / writing.RETURNS),
        "authorities": (fictional.name,),
        "notebooks": notebooks or tuple(one.name for one in shipped if one.needs == RETURNS),
    }


def _say(line: str, err: bool = False) -> None:
    """Write a line, where there is still somebody to read it."""
    with contextlib.suppress(OSError):
        click.echo(line, err=err)


def _given(parameters: list[tuple[str, str]]) -> dict[str, str]:
    """Put parameters together; each may be given once."""
    given: dict[str, str] = {}
    for name, value in parameters:
        if name in given:
            raise ThurrockError(f"The parameter {name} is given twice.")
        given[name] = value
    return given
