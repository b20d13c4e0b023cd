"""Speed beside the peers: whole commands in alternating pairs, every peer's result checked, every goal beside its figure.

    make bench                       all of it (some minutes), written to bench/RESULTS.md
    python tests/bench/bench.py --megabytes 48 --pairs 3 --only files

The goals are fixed here, from the project's plan; a figure that misses one is printed as missed. Needs nothing but the
project; peers that are not installed are named as such. The live goal needs root (two network namespaces, tcpreplay).
"""

import argparse
import gzip
import json
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from live import listened
from measure import TOP, Run, machine, middle, pairs, ratio, run
from peers import PEERS, Peer
from traffic import FLOOD_DEVICES, bulk, flood, repeat, write

HERE = Path(__file__).parent
BIGPCAP = TOP.parent / "shared" / "tools" / "bigpcap.py"


@dataclass(frozen=True, slots=True)
class Line:
    """One goal and what came of it."""

    what: str
    goal: str
    figure: str
    met: bool | None

    @property
    def cells(self) -> tuple[str, ...]:
        return self.what, self.goal, self.figure, {True: "met", False: "**missed**", None: ""}[self.met]


@dataclass(slots=True)
class Bench:
    folder: Path
    megabytes: int
    count: int

    def fieldmark(self, capture: Path, *more: str, workers: int | None = None) -> list[str]:
        """The whole product: SQLite and HTML, all observers."""
        chosen = [] if workers is None else ["--workers", str(workers)]
        outputs = ["--db", str(self.folder / "out.db"), "--html", str(self.folder / "out.html"), "-q"]
        return [sys.executable, "-m", "scanner", "scan", str(capture), *outputs, *chosen, *more]

    def scanned(self, runs: Sequence[Run]) -> str:
        """How much was found: a fast result that finds less is no result."""
        bad = [each.code for each in runs if each.code not in (0, 3)]
        if bad:
            raise SystemExit(f"fieldmark ended with {bad[0]}: {(self.folder / 'stderr.txt').read_text()[:500]}")
        with sqlite3.connect(self.folder / "out.db") as db:
            devices = db.execute("SELECT count(*) FROM inventory").fetchone()[0]
            evidence = db.execute("SELECT count(*) FROM evidence").fetchone()[0]
        return f"{devices:,} devices, {evidence:,} pieces of evidence"

    # --- captures

    def identity(self) -> Path:
        """The identity-dense capture, made by the plan's own tool."""
        path = self.folder / "identity.pcap"
        if not path.exists():
            if not BIGPCAP.exists():
                raise SystemExit("the identity-dense capture needs ../shared/tools/bigpcap.py and the captures beside it")
            subprocess.run(
                [sys.executable, str(BIGPCAP), str(path), str(self.megabytes)], check=True, stdout=subprocess.DEVNULL
            )
        return path

    def bulk(self) -> Path:
        path = self.folder / "bulk.pcap"
        if not path.exists():
            write(path, bulk(self.megabytes * 1_000_000 // 723))
        return path

    # --- goals

    def files(self) -> Iterator[Line]:
        """Goals 1 to 4: against the peers, on both captures."""
        for name, capture in (("identity-dense", self.identity()), ("bulk", self.bulk())):
            ours = self.fieldmark(capture)
            single = self.fieldmark(capture, workers=1)
            for peer in PEERS:
                yield from self._against(peer, name, capture, ours, single)
            last = run(ours, folder=self.folder)
            yield Line(f"{name}: found", "", self.scanned([last]), None)
            yield Line(f"{name}: peak memory of a process", "≤ 250 MiB", f"{last.peak:.0f} MiB", last.peak <= 250)
            if tcpdump := next((peer for peer in PEERS if peer.program == "tcpdump" and peer.path), None):
                lane = [sys.executable, str(HERE / "fastlane.py"), str(capture)]
                a, b = pairs(lane, tcpdump.command(capture, self.folder), self.count, self.folder)
                held = ratio(a, b, "cpu")
                yield Line(f"{name}: fast lane alone, CPU against {tcpdump.name}", "≤ 2.0", f"{held:.2f}", held <= 2)

    def _against(self, peer: Peer, name: str, capture: Path, ours: list[str], single: list[str]) -> Iterator[Line]:
        goals = {
            ("p0f", "identity-dense"): ((ours, "wall", 0.5), (single, "cpu", 1.0)),
            ("p0f", "bulk"): ((ours, "wall", 1.0), (single, "cpu", 1.2)),
            ("mercury", "identity-dense"): ((ours, "wall", 0.5),),
            ("mercury", "bulk"): ((ours, "wall", 1.0),),
            ("tshark -T fields", "identity-dense"): ((ours, "wall", 1 / 40),),
            ("nfstream", "identity-dense"): ((ours, "wall", 1 / 10),),
            ("ndpiReader", "identity-dense"): ((ours, "wall", 1 / 3),),
        }
        if not peer.path:
            yield Line(f"{name}: against {peer.name}", "", "not installed", None)
            return
        for command, field, most in goals.get((peer.name, name), ((ours, "wall", None),)):
            a, b = pairs(command, peer.command(capture, self.folder), self.count, self.folder)
            proof = run(peer.command(capture, self.folder), folder=self.folder)
            if not peer.did(proof, self.folder):
                yield Line(f"{name}: against {peer.name}", "", f"{peer.name} gave no result (exit {proof.code})", None)
                return
            held = ratio(a, b, field)
            kind = "one process" if command is single else "default workers"
            figure = f"{held:.3g} ({middle(a, field):.2f} s against {middle(b, field):.2f} s)"
            goal = "" if most is None else f"≤ {most:.3g}"
            yield Line(f"{name}: {field}, {kind}, against {peer.name}", goal, figure, None if most is None else held <= most)

    def stages(self) -> Iterator[Line]:
        """Where the time goes, for the goals that are missed."""
        for name, capture in (("identity-dense", self.identity()), ("bulk", self.bulk())):
            done = run([sys.executable, str(HERE / "stages.py"), str(capture), str(self.folder)], folder=self.folder)
            for stage, seconds in json.loads(done.output).items():
                yield Line(f"{name}: one process, {stage}", "", f"{seconds:.2f} s CPU", None)

    def costs(self) -> Iterator[Line]:
        """What decoding a frame costs, by protocol."""
        done = run([sys.executable, str(HERE.parent / "decode_cost.py")], folder=self.folder)
        rows = [line.split() for line in done.output.splitlines()[1:] if len(line.split()) >= 4]
        frequent = [row for row in rows if "limit" in row]
        for name, _, median, *_ in [*frequent, *[row for row in rows if row not in frequent][:5]]:
            limit = 15.0 if name in {row[0] for row in frequent} else None
            met = None if limit is None else float(median) <= limit
            yield Line(f"decoding a frame of {name}, CPU", "≤ 15 µs" if limit else "", f"{median} µs", met)

    def growth(self) -> Iterator[Line]:
        """Goal 6: ten times the frames of one network."""
        small, large = self.folder / "once.pcap", self.folder / "ten.pcap"
        if not large.exists():
            write(small, bulk(60_000, seed=3))
            repeat(small, large, 10)
        a, b = pairs(self.fieldmark(large, workers=1), self.fieldmark(small, workers=1), self.count, self.folder)
        held = ratio(a, b, "cpu")
        yield Line("ten times the file, CPU", "≤ 10.5", f"{held:.2f}", held <= 10.5)

    def split(self) -> Iterator[Line]:
        """One process or many: the same bytes."""
        made = []
        for workers in (1, 2, 4):
            run(self.fieldmark(self.identity(), workers=workers), folder=self.folder)
            made.append(((self.folder / "out.db").read_bytes(), (self.folder / "out.html").read_bytes()))
        same = len(set(made)) == 1
        yield Line("database and page with 1, 2 and 4 workers", "the same bytes", "the same" if same else "they differ", same)

    def start(self) -> Iterator[Line]:
        """Goal 7: start-up."""
        helped = [run([sys.executable, "-m", "scanner", "--help"], folder=self.folder) for _ in range(self.count + 1)][1:]
        small = self.folder / "hundred.pcap"
        write(small, (frame for frame, _ in zip(bulk(400), range(100), strict=False)))
        done = [run(self.fieldmark(small), folder=self.folder) for _ in range(self.count + 1)][1:]
        yield Line("`--help`, wall", "≤ 0.25 s", f"{middle(helped, 'wall'):.2f} s", middle(helped, "wall") <= 0.25)
        yield Line("a capture of 100 frames, wall", "≤ 0.5 s", f"{middle(done, 'wall'):.2f} s", middle(done, "wall") <= 0.5)

    def flood(self) -> Iterator[Line]:
        """Goal 5: a million spoofed addresses."""
        path = self.folder / "flood.pcap"
        if not path.exists():
            write(path, flood(1_000_000))
        done = run(self.fieldmark(path), folder=self.folder)
        self.scanned([done])
        with sqlite3.connect(self.folder / "out.db") as db:
            kept = db.execute("SELECT count(*) FROM inventory WHERE hostname LIKE 'device-%'").fetchone()[0]
        yield Line("flood of 10⁶ MACs: peak memory", "≤ 700 MiB", f"{done.peak:.0f} MiB", done.peak <= 700)
        yield Line("flood of 10⁶ MACs: real devices kept", f"{FLOOD_DEVICES}", f"{kept}", kept == FLOOD_DEVICES)

    def scale(self) -> Iterator[Line]:
        """Goal 8: many devices."""
        done = run([sys.executable, str(HERE / "scale.py"), str(self.folder)], folder=self.folder)
        figures = json.loads(done.output)
        yield Line(
            "100,000 devices, 1,000,000 pieces of evidence into SQLite, CPU",
            "≤ 4 s",
            f"{figures['stored']:.2f} s",
            figures["stored"] <= 4,
        )
        yield Line("their page", "≤ 6 MB", f"{figures['megabytes']:.1f} MB", figures["megabytes"] <= 6)
        paint = figures["painted"]
        yield Line(
            "first paint in Chromium",
            "≤ 1 s",
            "no Chromium" if paint is None else f"{paint:.2f} s",
            None if paint is None else paint <= 1,
        )

    def packed(self) -> Iterator[Line]:
        """Goal 9: gzip."""
        plain, packed = self.bulk(), self.folder / "bulk.pcap.gz"
        if not packed.exists():
            with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
                shutil.copyfileobj(source, target, 1 << 20)
        load = "from scanner.capture.sources import open_source"
        script = f"import sys; {load}; sum(map(len, open_source(sys.argv[1], 'c').batches()))"
        a, b = pairs([sys.executable, "-c", script, str(packed)], ["gzip", "-dc", str(packed)], self.count, self.folder)
        c = run([sys.executable, "-c", script, str(plain)], folder=self.folder)
        held = (middle(a, "cpu") - c.cpu) / middle(b, "cpu")
        yield Line("gzip: what unpacking adds, CPU against `gzip -dc`", "≤ 1.3", f"{held:.2f}", held <= 1.3)

    def live(self) -> Iterator[Line]:
        """Goal 10: listening."""
        yield Line("live, 100,000 frames a second for 60 s", "no drop", *listened(self.bulk(), self.folder))


PARTS: dict[str, Callable[[Bench], Iterator[Line]]] = {
    "files": Bench.files, "stages": Bench.stages, "costs": Bench.costs, "split": Bench.split, "growth": Bench.growth,
    "start": Bench.start, "flood": Bench.flood,
    "scale": Bench.scale, "packed": Bench.packed, "live": Bench.live,
}  # fmt: skip


def versions() -> str:
    """Fieldmark's and the peers'."""
    found = [f"fieldmark {version('fieldmark')} ({fast_lane()})"]
    for peer in PEERS:
        if peer.path and shutil.which("dpkg-query"):
            owner = subprocess.run(
                ["dpkg-query", "-S", peer.path.replace("/usr/sbin", "/usr/sbin")], capture_output=True, text=True
            )
            package = owner.stdout.partition(":")[0]
            if package:
                asked = subprocess.run(
                    ["dpkg-query", "-W", "-f", "${Package} ${Version}", package], capture_output=True, text=True
                )
                found.append(asked.stdout)
    return ", ".join(found)


def fast_lane() -> str:
    """Which fast lane runs."""
    said = subprocess.run([sys.executable, "-m", "scanner", "--version"], capture_output=True, text=True, cwd=TOP, check=True)
    return next(line.partition(":")[2].strip() for line in said.stdout.splitlines() if "reads with" in line)


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--megabytes", type=int, default=486, help="size of the captures")
    options.add_argument("--pairs", type=int, default=5, help="alternating runs of each pair")
    options.add_argument("--only", choices=PARTS, action="append", help="only these parts; nothing is written")
    options.add_argument("--folder", type=Path, help="where captures are kept between runs")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        folder = chosen.folder or Path(fresh)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, chosen.megabytes, chosen.pairs)
        lines = []
        for name in chosen.only or PARTS:
            for line in PARTS[name](bench):
                lines.append(line)
                print(" | ".join(line.cells), flush=True)
    if not chosen.only:
        head = (
            f"# Speed\n\nMeasured by `make bench` on {machine()} ({platform.machine()}); files in the page cache, captures of "
            f"{chosen.megabytes} MB, medians of {chosen.pairs} alternating pairs.\n{versions()}.\n\n"
        )
        table = ["| what | goal | figure | |", "|---|---|---|---|", *(f"| {' | '.join(line.cells)} |" for line in lines)]
        results = TOP / "bench" / "RESULTS.md"
        results.parent.mkdir(exist_ok=True)
        results.write_text(head + "\n".join(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
