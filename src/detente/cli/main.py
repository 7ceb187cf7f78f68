"""The command line: which commands there are, and what becomes of an error.

Exit codes: 0 done; 1 the case (or a file) is bad; 2 the request is; 130 stopped by Ctrl-C, SIGTERM or SIGHUP.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import detente
from detente.cli.commands.ask import ask
from detente.cli.commands.check import check
from detente.cli.commands.diff import diff
from detente.cli.commands.estimate import estimate
from detente.cli.commands.files import catalogue, export, new, schema
from detente.cli.commands.inquire import require, watch, worth
from detente.cli.commands.judge import judge
from detente.cli.commands.play import play
from detente.cli.commands.read import read
from detente.cli.commands.run import run
from detente.cli.commands.scoring.forecast import forecast
from detente.cli.commands.scoring.score import score
from detente.cli.commands.sensitivity import sensitivity
from detente.cli.commands.sentences import sentences
from detente.cli.commands.show import show
from detente.cli.commands.solve import solve
from detente.cli.commands.studies import rerun, studies
from detente.cli.laboratory import open_laboratory
from detente.cli.terminal import screen
from detente.cli.terminal.compiling import SOLVING, told_of_compiling
from detente.cli.terminal.stopping import stop_alike
from detente.errors import CaseError, DetenteError, RequestError, StoppedError
from detente.inert import inert_lines

EXIT_STOPPED = 130


class Commands(TyperGroup):
    """The commands, with every foreseen error turned into words and an exit code."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        with _inert_complaints():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        try:
            with _inert_complaints():
                return super().invoke(ctx)
        except CaseError as error:
            screen.problems(error.problems)
            raise typer.Exit(1) from error
        except RequestError as error:
            screen.complain(str(error))
            raise typer.Exit(2) from error
        except StoppedError as error:
            screen.complain(str(error))
            raise typer.Exit(EXIT_STOPPED) from error
        except DetenteError as error:
            screen.complain(str(error))
            raise typer.Exit(1) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            screen.complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            screen.complain("stopped before anything was finished")
            raise typer.Exit(EXIT_STOPPED) from error


@contextmanager
def _inert_complaints() -> Generator[None]:
    """Make the words of a complaint about the command line inert; they quote what was typed."""
    try:
        yield
    except Exception as error:
        if hasattr(error, "format_message") and isinstance(getattr(error, "message", None), str):
            error.message = inert_lines(error.message)  # pyright: ignore[reportAttributeAccessIssue]
        raise


app = typer.Typer(
    cls=Commands,
    help="From an analyst's account of a crisis to a solved game and an honest answer.",
    epilog="CASE is a file or a name from the catalogue. Start with: detente run iran-2025",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    run,
    check,
    show,
    solve,
    ask,
    judge,
    play,
    watch,
    worth,
    sensitivity,
    require,
    diff,
    estimate,
    forecast,
    score,
    export,
    new,
    schema,
    sentences,
    read,
    catalogue,
    rerun,
):
    app.command()(command)
app.command("open")(open_laboratory)
app.add_typer(studies, name="studies")


def _print_version(wanted: bool) -> None:
    if wanted:
        screen.say(f"detente {detente.__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """From an analyst's account of a crisis to a solved game and an honest answer."""
    context.with_resource(screen.remarks())
    if context.invoked_subcommand in SOLVING:
        context.with_resource(told_of_compiling())


def main() -> None:
    """Entry point of the `detente` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without λ shows ? instead of failing
    sys.stdout, sys.stderr = screen.Guard(sys.stdout), screen.Guard(sys.stderr)
    stop_alike()
    try:
        app(prog_name="detente")
    except SystemExit as done:
        if done.code != EXIT_STOPPED:
            raise
        # A draw may still be under way in compiled code, for minutes: who stops a program does not wait for it.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(EXIT_STOPPED)
