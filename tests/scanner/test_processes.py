"""Work in several processes: all outcomes, bounded ahead, and every way it can end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Timer

import pytest
from running import group, until

from scanner.errors import WorkerLost
from scanner.processes import Processes

ROOT = Path(__file__).parents[2]


def test_every_piece_has_its_outcome() -> None:
    assert sorted(Processes(2)(abs, range(-20, 0))) == list(range(1, 21))
    assert list(Processes(2)(abs, [])) == []


def test_pieces_are_drawn_as_processes_become_free() -> None:
    pieces = iter(range(100))
    next(Processes(2)(abs, pieces))
    assert next(pieces) <= 4


def test_what_the_work_raises_arrives() -> None:
    with pytest.raises(TypeError):
        list(Processes(2)(len, [1]))  # type: ignore[arg-type] # the mistake is the test


def test_a_process_that_dies_is_one_clear_line() -> None:
    with pytest.raises(WorkerLost, match=r"ended by itself .out of memory, or killed.: .*--workers") as caught:
        list(Processes(2)(os._exit, [9]))
    assert caught.value.exit_code == 7


SLEEPERS = """
import sys, time
from scanner.processes import Processes
def pieces():
    for _ in range(2):
        yield 60
    print("handed out", flush=True)
    time.sleep(60)
if __name__ == "__main__":
    list(Processes(2)(time.sleep, pieces()))
"""


@pytest.mark.parametrize("deadly", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_its_parent(tmp_path: Path, deadly: signal.Signals) -> None:
    script = tmp_path / "sleepers.py"
    script.write_text(SLEEPERS)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == b"handed out\n"
    until(lambda: len(group(process.pid)) == 5)  # parent, resource tracker, server, two workers
    time.sleep(0.5)  # both have settled
    process.send_signal(deadly)
    process.wait(20)
    until(lambda: not group(process.pid))
    said = process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    assert said.count(b"Traceback") == (deadly == signal.SIGINT)  # the script's own; none of a worker


def half_an_answer(_: int) -> bytes:
    """Ends the process from aside while it sends more than a pipe holds."""
    Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return bytes(1 << 28)


def test_nor_does_one_that_dies_while_it_answers_leave_anybody_waiting() -> None:
    with pytest.raises(WorkerLost):
        list(Processes(2)(half_an_answer, [1, 2]))


@pytest.mark.parametrize("number", [1, 2])
def test_large_pieces_and_large_outcomes_do_not_wait_for_each_other(number: int) -> None:
    outcomes = Processes(number)(bytes, [bytearray(8 << 20)] * 6)
    assert [len(outcome) for outcome in outcomes] == [8 << 20] * 6
