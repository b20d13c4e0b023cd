"""Whole processes, measured by the operating system: CPU of the process and its children, wall time, peak memory."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

TOP = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Run:
    """cpu: user and system seconds, children included; wall: seconds; peak: MiB of the largest process."""

    cpu: float
    wall: float
    peak: float
    code: int
    output: str


def run(command: Sequence[str], *, folder: Path, kept: Path | None = None) -> Run:
    """Run a command in `folder` and wait for it. kept: where its standard output goes (default: read, and given back)."""
    out = (kept or folder / "stdout.txt").open("wb+")
    # As an installed program has it: pip compiles every module once. A checkout, which may not be written to, does not.
    bytecode = {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    with out, (folder / "stderr.txt").open("wb+") as err:
        begin = time.monotonic()
        child = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, **bytecode, "PYTHONPATH": str(TOP)},
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = "" if kept else out.read(1 << 20).decode(errors="replace")
    return Run(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, child.returncode, text)


def pairs(one: Sequence[str], other: Sequence[str], count: int, folder: Path) -> tuple[list[Run], list[Run]]:
    """Run two commands in turn, so that a machine that slows down slows both; the first pair warms up and is dropped."""
    found = [(run(one, folder=folder), run(other, folder=folder)) for _ in range(count + 1)][1:]
    return [first for first, _ in found], [second for _, second in found]


def ratio(ours: Sequence[Run], theirs: Sequence[Run], field: str) -> float:
    """The median of ours over theirs, pair by pair."""
    return float(median(getattr(a, field) / max(getattr(b, field), 1e-3) for a, b in zip(ours, theirs, strict=True)))


def middle(runs: Sequence[Run], field: str) -> float:
    """The median of one figure."""
    return float(median(getattr(each, field) for each in runs))


def machine() -> str:
    """What was measured on, without a name."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "unknown processor",
    )
    # Distributions build Python with profiles, version managers as a rule without: that makes a fifth of the time.
    built = "the distribution's" if sys.base_prefix == "/usr" else "built on its own"
    python = f"Python {sys.version.split()[0]} ({built})"
    return f"{model}, {os.cpu_count()} cores, {python}, Linux {os.uname().release.split('-')[0]}"
