"""Processes as the system sees them (Linux, proc(5)): for tests that end one from outside."""

import time
from collections.abc import Callable
from pathlib import Path


def group(leader: int) -> dict[int, int]:
    """Living processes of the process group with this leader, each with its parent."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, member_of, *_ = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(member_of) == leader and state != "Z":
            found[int(stat.parent.name)] = int(parent)
    return found


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is true; AssertionError if it takes longer."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
