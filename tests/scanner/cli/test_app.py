"""The command line as a whole: help, ways out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from scanner.cli import app


def test_without_a_command_the_help_is_all_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run([]) == 2
    shown = capsys.readouterr()
    assert "Passive network inventory" in shown.out + shown.err
    assert "fieldmark: " not in shown.err


@pytest.mark.parametrize("arguments", [["scan", "--nope"], ["nope"], ["scan", "--workers", "-3", "x"]])
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("fieldmark: ")


@pytest.mark.parametrize("fault", [KeyboardInterrupt, typer.Abort])
def test_an_interrupt_is_no_bug(
    fault: type[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(app, "app", interrupted)
    assert app.run(["tables"]) == app.INTERRUPTED
    assert "bug" not in capsys.readouterr().err


QUIET = ["scan", "--demo", "-q", "--csv", "a"]
COMMANDS = [["--version"], ["--help"], ["tables"], ["scan", "--demo"], ["scan", "--demo", "--json"], QUIET]
FULL = Path("/dev/full")


def started(arguments: list[str], folder: Path, stdout: int) -> tuple[int, list[str]]:
    """Exit code and lines on standard error of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "scanner", *arguments],
        cwd=folder,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        check=False,
    )
    return done.returncode, done.stderr.splitlines()


@pytest.mark.skipif(not FULL.exists(), reason="no device here that is always full")
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_full_disk_behind_standard_output_is_no_bug(arguments: list[str], tmp_path: Path) -> None:
    with FULL.open("wb") as full:
        code, lines = started(arguments, tmp_path, full.fileno())
    what = "standard output: cannot be written: no space is left: free some, or name a file on another disk"
    assert (code, lines) == ((0, []) if arguments == QUIET else (5, [f"fieldmark: {what}"]))


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_reader_who_has_gone_is_no_fault(arguments: list[str], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    code, lines = started(arguments, tmp_path, writing)
    os.close(writing)
    assert (code, lines) == (0, [])
