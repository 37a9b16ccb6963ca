"""The command line: ``thurrock``. Nothing heavy is imported until a command needs it."""

import sys
from pathlib import Path

import click

from thurrock_analysis import __version__
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.machine.upkeep.commands import data, take

INTERRUPTED = 130
TERMINATED = 143


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="thurrock")
def commands() -> None:
    """Children's-services statistics for English local authorities."""


@commands.command()
@click.argument("notebooks", nargs=-1, metavar="[NOTEBOOK]...")
@click.option("--authority", metavar="A", help="Name, ONS code or number of the authority.")
@click.option("--as-at", metavar="DATE", help="Only what was published by this day (YYYY-MM-DD).")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for reports; `reports` if left out.",
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
    type=click.Choice(["auto", "fork", "spawn"]),
    default="auto",
    show_default=True,
    envvar="THURROCK_KERNELS",
    help="How kernels are started; auto forks them where the system can.",
)
def refresh(
    notebooks: tuple[str, ...],
    authority: str | None,
    as_at: str | None,
    out: Path | None,
    parameters: tuple[tuple[str, str], ...],
    cell_timeout: int,
    kernels: str,
) -> None:
    """Run notebooks (all, or those named) and write their reports."""
    from thurrock_analysis.machine.refresh.run import Options
    from thurrock_analysis.machine.refresh.run import refresh as run
    from thurrock_analysis.machine.stopping import terminable

    given = _given(parameters, {"authority": authority, "as_at": as_at})
    options = Options(
        notebooks=list(notebooks),
        given=given,
        out=out,
        kernels=kernels,  # type: ignore[arg-type]
        cell_timeout=cell_timeout,
    )
    with terminable():
        result = run(options)
    for outcome in result.outcomes:
        if outcome.error:
            where = f"code cell {outcome.cell}: " if outcome.cell else ""
            click.echo(f"{outcome.name} failed: {where}{outcome.error}")
    done = sum(not outcome.error for outcome in result.outcomes)
    click.echo(
        f"{done} of {len(result.outcomes)} reports in {result.seconds:.1f} s: "
        f"{result.folder / 'index.html'}"
    )
    if result.failed:
        sys.exit(1)


@commands.command("list")
def list_notebooks() -> None:
    """List the notebooks and their parameters."""
    from thurrock_analysis import paths
    from thurrock_analysis.machine.refresh.sources import choose, read_notebook

    folder = paths.notebooks()
    for place, name in enumerate(choose(folder, [])):
        notebook = read_notebook(folder / f"{name}.ipynb")
        click.echo(f"{chr(10) if place else ''}{name}: {notebook.title}")
        rows = [(p.name, p.type, p.shown_default(), p.help) for p in notebook.parameters]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            cells = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
            click.echo(f"  {'  '.join([*cells, row[3]])}".rstrip())


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

    from thurrock_analysis.machine.lab import command, jupyter_path, make_working_copies

    if importlib.util.find_spec("jupyterlab") is None:
        raise ThurrockError("JupyterLab is not installed here: install the package jupyterlab.")
    for sentence in make_working_copies():
        click.echo(f"thurrock: {sentence}", err=True)
    os.environ["JUPYTER_PATH"] = jupyter_path()
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


commands.add_command(data)
commands.add_command(take)


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : list of str, optional
        What follows ``thurrock``; those of this process if left out.

    Returns
    -------
    int
        The exit code: 0 when all went well, 1 when a notebook failed, 2 when something asked
        for or shipped is not right, 130 after Ctrl-C.
    """
    from thurrock_analysis.machine.stopping import Terminated

    try:
        commands.main(arguments, prog_name="thurrock", standalone_mode=False)
    except ThurrockError as error:
        click.echo(f"thurrock: {error}", err=True)
        return 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("thurrock: Stopped; the previous reports are as they were.", err=True)
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _given(
    parameters: tuple[tuple[str, str], ...], options: dict[str, str | None]
) -> dict[str, str]:
    """Put parameters and options together; each may be given once."""
    given = {name: value for name, value in options.items() if value is not None}
    for name, value in parameters:
        if name in given:
            raise ThurrockError(f"The parameter {name} is given twice.")
        given[name] = value
    return given
