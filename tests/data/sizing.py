"""How large a cluster must be: measures what a frame costs, and computes the tables of docs/cluster.md from that.

    make sizing CAPTURE=…

CAPTURE: an identity-dense one of some hundred MB (nearly half its frames are of protocols in which devices say who they are).
The other extreme, bulk transfer of which nothing is decoded, is made here. CPU time, one process, file in the page cache.
The page keeps the figures and what follows from them; tests/test_sizing.py computes the second from the first again.
"""

import pickle
import re
import resource
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import packets

from scanner import engine
from scanner.capture import compiled
from scanner.capture.slices import SIZE
from scanner.cluster import GROUP
from scanner.cluster import SIZE as CLUSTER_SIZE
from scanner.collector import collect_rarely
from scanner.evidence import Evidence, merge
from scanner.pieces import pieces

PAGE = Path(__file__).parents[2] / "docs" / "cluster.md"
TASK = 0.001
"""Seconds of a Dask scheduler's time for a task (https://distributed.dask.org/en/latest/, "low latency")."""

PETABYTE, DAY = 10**15, 86_400
T = TypeVar("T")
Figures = dict[str, Any]


def tables(found: Figures) -> str:
    """What follows from the figures: cost of a frame and a byte, of a petabyte, of a thousand sensors."""
    kinds = {name: found[name] for name in ("dense", "bulk")}
    rate = {name: kind["bytes"] / kind["cpu"] for name, kind in kinds.items()}  # bytes a second and core
    rate["mixed"] = 1 / (0.01 / rate["dense"] + 0.99 / rate["bulk"])
    titles = {
        "dense": "identity-dense (broadcast and multicast of a LAN, what a plain switch port hears)",
        "mixed": "mirror port: 1 % of the bytes as above, the rest bulk",
        "bulk": "bulk only",
    }
    rows = ["| traffic | bytes a frame | CPU a million frames | one core reads |", "|---|---|---|---|"]
    for name, kind in kinds.items():
        frame, million = kind["bytes"] / kind["frames"], kind["cpu"] / kind["frames"] * 10**6
        rows.append(f"| {titles[name]} | {frame:.0f} | {million:.1f} s | {rate[name] / 10**6:.0f} MB/s |")
    rows += ["", "| a petabyte of | core hours | cores, to be done in a day | reads from storage |", "|---|---|---|---|"]
    for name, title in titles.items():
        hours = PETABYTE / rate[name] / 3600
        rows.append(f"| {title} | {hours:,.0f} | {hours / 24:,.0f} | {PETABYTE / DAY / 10**9:.1f} GB/s |")
    rows += ["", "| a thousand sensors that record | a day | cores that keep up |", "|---|---|---|"]
    for megabits, name in ((0.05, "dense"), (10, "mixed"), (100, "mixed"), (1000, "mixed")):
        each = megabits * 10**6 / 8
        title = titles[name].partition(":")[0].partition(" (")[0]
        volume, cores = 1000 * each * DAY / 10**12, 1000 * each / rate[name]
        rows.append(f"| {megabits:g} Mbit/s each, {title} | {volume:,.1f} TB | {cores:,.1f} |")
    piece, limit = CLUSTER_SIZE >> 20, 2 * CLUSTER_SIZE >> 20
    count, cut = PETABYTE / CLUSTER_SIZE, found["cut"]["bytes"] / found["cut"]["cpu"] / 10**6
    merging = found["merge"]["cpu"] / found["merge"]["bytes"] * PETABYTE / 3600
    rows.append(
        f"""
- Captures of {limit} MiB and more are cut, which reads them once more, {cut:,.0f} MB/s and core. Let sensors begin a new file
  before that, and nothing is read twice.
- The scheduler: a petabyte is {count / 10**6:.1f} million pieces of {piece} MiB, about two tasks each:
  {2 * count * TASK / 3600:.1f} hours of its one core at {TASK * 1000:g} ms a task.
- The client merges what the cluster has merged, {GROUP} pieces at a time. At most, where no piece has a device in common with
  another, that is {merging:,.0f} hours of its one core for an identity-dense petabyte, {merging / 100:,.0f} for one of
  mirror ports.
- Memory: {found["memory"]["mib"]} MiB a worker process while it reads. The client holds the evidence of all devices."""
    )
    return "\n".join(rows)


def measure(capture: Path) -> Figures:
    """All figures, on this machine, now."""
    collect_rarely()
    found: Figures = {"date": datetime.now(UTC).date().isoformat(), "lane": compiled.name()}
    found["dense"] = _reading(capture)
    found["memory"] = {"mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "bulk.pcap"
        made.write_bytes(_bulk())
        found["bulk"] = _reading(made)
    source = engine.Input(str(capture), "capture")
    parts, seconds = _timed(lambda: list(pieces([source], Evidence(), SIZE)))
    size = capture.stat().st_size
    found["cut"] = {"bytes": size, "cpu": seconds}
    bags = [pickle.dumps(engine.read_piece(part)[1], -1) for part in parts]
    _, seconds = _timed(lambda: merge(pickle.loads(bag) for bag in bags))  # noqa: S301 - written a line above
    found["merge"] = {"bytes": size, "cpu": seconds}
    return found


def _reading(path: Path) -> Figures:
    evidence, seconds = _timed(lambda: engine.read(engine.Input(str(path), "capture")))
    return {"frames": evidence.ledgers["capture"].frames, "bytes": path.stat().st_size, "cpu": seconds}


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    before = time.process_time()
    outcome = work()
    return outcome, round(time.process_time() - before, 3)


def _bulk() -> bytes:
    """100,000 full segments between fifty hosts."""
    chance = Random(1)
    hosts = [(f"02:00:00:00:01:{n:02x}", f"10.0.1.{n}") for n in range(1, 51)]
    frames = []
    for _ in range(500):
        source, target = chance.sample(hosts, 2)
        frames.append(packets.segment(source, target, (40000, 40001), b"\0\0" + chance.randbytes(1446)))
    return packets.pcap([]) + packets.pcap(frames)[24:] * 200


def written(found: Figures) -> str:
    """The figures as TOML."""
    lines = [f"date = {found['date']}", f'lane = "{found["lane"]}"']
    for name in ("dense", "bulk", "cut", "merge", "memory"):
        values = ", ".join(f"{key} = {value}" for key, value in found[name].items())
        lines += [f"{name} = {{ {values} }}"]
    return "\n".join(lines)


def figures(page: str) -> Figures:
    """The figures a page holds."""
    match = re.search(r"(?s)<!-- measured -->\n```toml\n(.*?)\n```", page)
    return tomllib.loads(match[1]) if match else {}


def renewed(page: str, found: Figures) -> str:
    """The page with these figures and what follows from them."""
    for name, content in (("measured", f"```toml\n{written(found)}\n```"), ("computed", tables(found))):
        page = re.sub(rf"(?s)(<!-- {name} -->\n).*?(\n<!-- end -->)", lambda at, new=content: f"{at[1]}{new}{at[2]}", page)  # type: ignore[misc]
    return page


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8"), measure(Path(sys.argv[1]))), encoding="utf-8")
