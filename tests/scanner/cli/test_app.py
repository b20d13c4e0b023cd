"""The command line as a whole: help, ways out."""

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
