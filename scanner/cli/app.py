"""The command line as a whole: the commands, and what becomes of a fault."""

import errno
import os
import sys
from pathlib import Path

import typer

from scanner import __version__
from scanner.cli import check, diff, listen, lookup, merge, reassess, report, scan, tables, why
from scanner.collector import collect_rarely
from scanner.errors import FieldmarkError

INTERRUPTED = 130
BUG = 1

app = typer.Typer(
    name="fieldmark",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would print captured bytes
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Passive network inventory: which devices are there, who makes them, which are of PRC origin, and in which frame "
    "one can see it. Reads captures or listens; never sends.",
)
app.command("scan")(scan.scan)
app.command("listen")(listen.listen)
app.command("report")(report.report)
app.command("diff")(diff.diff)
app.command("merge")(merge.merge)
app.command("reassess")(reassess.reassess)
app.command("why")(why.why)
app.command("lookup")(lookup.lookup)
app.command("tables")(tables.tables)
app.command("check")(check.check)


def _version(wanted: bool) -> None:
    if wanted:
        from scanner.capture import compiled
        from scanner.cli.knowledge import versions

        typer.echo(f"fieldmark {__version__}")
        typer.echo(f"  reads with: {compiled.name()}")
        for line in versions():
            typer.echo(line)
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False,
        "--version",
        "-V",
        callback=_version,
        is_eager=True,
        help="Print the versions of the program and its tables.",
    ),
) -> None:
    pass


def run(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    collect_rarely()
    try:
        result = app(arguments, standalone_mode=False)
    except typer.Exit as leave:
        return leave.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except (BrokenPipeError, SystemExit) as leave:
        # typer leaves by itself when the reader of our output went away (`| head`): no fault of ours, and nobody to tell.
        if isinstance(leave, SystemExit) and not isinstance(leave.__context__, BrokenPipeError):
            raise
        _give_up_standard_output()
        return 0
    except OSError as fault:
        return _tell(_of_standard_output(fault))
    except Exception as fault:  # noqa: BLE001 - the last line: a user gets one sentence, not a traceback
        return _tell(fault)
    return result if isinstance(result, int) else 0


def _of_standard_output(fault: OSError) -> Exception:
    """What to tell of a fault of the operating system that nobody caught: files of ours have a word for a full disk, so what
    is left is standard output."""
    if fault.filename or fault.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return fault
    from scanner import output

    _give_up_standard_output()
    return output.fault(Path("standard output"), fault)


def _give_up_standard_output() -> None:
    """Whatever still waits to be written goes nowhere: it must not fail once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(fault: Exception) -> int:
    if isinstance(fault, FieldmarkError) or hasattr(fault, "exit_code"):
        if message := str(fault):  # none where typer has printed the help already
            print(f"fieldmark: {message}", file=sys.stderr)
        return int(getattr(fault, "exit_code", BUG))
    if os.environ.get("FIELDMARK_DEBUG"):
        raise fault
    place = _place(fault)
    print(
        f"fieldmark: a bug: {type(fault).__name__} in {place}; please report it (FIELDMARK_DEBUG=1 shows the details)",
        file=sys.stderr,
    )
    return BUG


def _place(fault: Exception) -> str:
    """Module and line of a bug, without the data that led to it."""
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')} line {trace.tb_lineno}" if trace else "?"
