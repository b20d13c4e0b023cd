"""Coverage-guided fuzzing of every observer (make fuzz): no bytes may make one fail in a way it does not announce.

    python tests/fuzz/fuzz_observers.py [OBSERVER] [libFuzzer options]

Seeds are the payloads of the synthetic cases. What the fuzzer finds belongs into the observer's own tests.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["scanner"]):
    from scanner.capture.frames import Frame
    from scanner.capture.headers import Tally, scan
    from scanner.capture.sources import open_source
    from scanner.capture.wants import TCP, UDP, EtherType, Selector, Snap
    from scanner.errors import Malformed
    from scanner.observers import Observer, observers

    observers()  # imports every one of them: what is imported later is not instrumented, and fuzzed blindly

CASES = Path(__file__).parents[2] / "pcaps"
HEAD = 10  # bytes of an input that choose the observer, the ports, the kind of frame and the sender's address
SIX, CUT, OVER_TCP = 1, 2, 4  # bits of one of them


def chosen(name: str) -> list[Observer]:
    """The observers to fuzz: all, or the one named."""
    return [observer for observer in observers() if not name or observer.__name__.endswith(f".{name}")]


def kinds(observer: Observer) -> list[int]:
    """The kinds of frame without IP it asks for."""
    snap = [want.organisation << 16 | want.protocol for want in observer.WANTS if isinstance(want, Snap)]
    return snap + [want.value for want in observer.WANTS if isinstance(want, EtherType)]


def one_input(targets: list[Observer], data: bytes) -> None:
    """Hand one input to one observer."""
    if len(data) < HEAD:
        return
    observer = targets[data[0] % len(targets)]
    source, target, flags = int.from_bytes(data[1:3], "big"), int.from_bytes(data[3:5], "big"), data[5]
    known = kinds(observer)
    kind = known[source % len(known)] if known else 0x0800  # an observer may rely on the frame being one it asked for
    sender = (data[6:HEAD] * 4 if flags & SIX else data[6:HEAD]) if not known else b""
    frame = Frame(
        "f", 1, 1, "", b"\2" * 6, b"\2" * 6, kind, sender, bytes(len(sender)),
        0 if known else TCP if flags & OVER_TCP else UDP, source, target, data[HEAD:], bool(flags & CUT),
    )  # fmt: skip
    if not frame.payload and not known:
        return  # such frames are never chosen
    try:
        for seen in observer.observe(frame):
            if not seen.value.isprintable() or len(seen.value) > 255:
                raise AssertionError(f"{seen.channel} gives text that is not safe")
    except Malformed:
        pass


def seeds(targets: list[Observer], folder: Path) -> None:
    """Write every payload of the cases that an observer wants as a seed."""
    selector = Selector([observer.WANTS for observer in targets])
    for path in sorted(CASES.glob("*/traffic.pcap")):
        with open_source(str(path), path.parent.name) as source:
            for batch in source.batches():
                for frame, mask in scan(batch, selector, Tally("seeds")):
                    number = (mask & -mask).bit_length() - 1
                    known = kinds(targets[number])
                    first = known.index(frame.ethertype) if known else frame.src_port
                    flags = (SIX if len(frame.src_ip) == 16 else 0) | (OVER_TCP if frame.protocol == TCP else 0)
                    head = bytes([number]) + first.to_bytes(2, "big") + frame.dst_port.to_bytes(2, "big") + bytes([flags])
                    head += frame.src_ip[:4].ljust(4, b"\0")
                    (folder / f"{path.parent.name}-{frame.number}").write_bytes(head + frame.payload)


def main() -> None:
    """Fuzz until libFuzzer is told to stop (-max_total_time, -runs) or something breaks."""
    name = sys.argv[1] if len(sys.argv) > 1 and chosen(sys.argv[1]) else ""
    targets = chosen(name)
    options = [argument for argument in sys.argv[1:] if argument != name]
    with tempfile.TemporaryDirectory() as folder:
        seeds(targets, Path(folder))
        atheris.Setup([sys.argv[0], *options, folder], lambda data: one_input(targets, data))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
