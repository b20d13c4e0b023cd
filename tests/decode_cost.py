"""What each observer costs a frame (make costs): microseconds for one payload of its own, the median over all there are.

    python tests/decode_cost.py [CAPTURE …]

Payloads are those of the synthetic cases; captures named are measured instead. An observer's figure is the median over its
distinct frames of the best of several runs, with everything it yields taken. Frequent protocols have a limit; the program
ends with 1 if one is over it.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

from scanner.capture.frames import Frame
from scanner.capture.headers import Tally, scan
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector
from scanner.errors import Malformed
from scanner.observers import Observer, observers

CASES = Path(__file__).parents[1] / "pcaps"
LIMIT = 15.0
FREQUENT = ("arp", "dhcp", "dns", "mdns", "nbns", "nd", "ssdp", "tls")
MOST_FRAMES, RUNS, REPEATS = 100, 12, 25


def wanted(captures: Iterable[Path]) -> dict[Observer, list[Frame]]:
    """The first distinct frames each observer asks for."""
    every = observers()
    selector = Selector([observer.WANTS for observer in every])
    found: dict[Observer, dict[object, Frame]] = defaultdict(dict)
    for path in captures:
        with open_source(str(path), path.name) as source:
            for batch in source.batches():
                for frame, mask in scan(batch, selector, Tally("costs")):
                    for number, observer in enumerate(every):
                        if mask >> number & 1 and len(found[observer]) < MOST_FRAMES:
                            found[observer].setdefault((frame.src_port, frame.dst_port, frame.payload), frame)
    return {observer: list(frames.values()) for observer, frames in found.items()}


def cost(observer: Observer, frame: Frame) -> float:
    """Microseconds for one frame, 0 for one it says nothing of: somebody else's, on the same port."""
    try:
        if not any(True for _ in islice(observer.observe(frame), 1)):
            return 0.0
    except Malformed:
        return 0.0
    best = float("inf")
    for _ in range(RUNS):
        begun = perf_counter()
        for _ in range(REPEATS):
            for _ in observer.observe(frame):
                pass
        best = min(best, perf_counter() - begun)
    return best / REPEATS * 1e6


def main() -> int:
    """Print a line for each observer, dearest first."""
    captures = [Path(name) for name in sys.argv[1:]] or sorted(CASES.glob("*/traffic.pcap"))
    rows = []
    for observer, frames in wanted(captures).items():
        costs = [each for frame in frames if (each := cost(observer, frame))]
        if costs:
            rows.append((median(costs), max(costs), len(costs), observer.__name__.rpartition(".")[2]))
    print(f"{'observer':<14}{'frames':>8}{'median us':>11}{'most us':>10}")
    over = 0
    for middle, most, frames_read, name in sorted(rows, reverse=True):
        note = "" if name not in FREQUENT else f"  limit {LIMIT:.0f}" + (" EXCEEDED" if middle > LIMIT else "")
        over += "EXCEEDED" in note
        print(f"{name:<14}{frames_read:>8}{middle:>11.1f}{most:>10.1f}{note}")
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())
