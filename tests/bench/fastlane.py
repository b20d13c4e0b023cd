"""The fast lane alone: every record of a capture read, counted and chosen from, nothing decoded. `fastlane.py CAPTURE`."""

import sys

from scanner.capture.frames import ALIKE, Frame
from scanner.capture.lane import feed, tally
from scanner.capture.repeats import Meaning
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector
from scanner.observers import observers


def main(path: str) -> None:
    selector = Selector([observer.WANTS for observer in observers()])
    counts, chosen = tally("c", selector), 0

    def take(_frame: Frame, _mask: int) -> tuple[Meaning, int]:
        nonlocal chosen
        chosen += 1
        return ALIKE, 0

    with open_source(path, "c") as source:
        for batch in source.batches():
            feed(batch, selector, counts, take)
            if counts.full():  # as `engine.Line` does: what is remembered begins anew
                counts.told()
                counts.forget()
    print(counts.ledger.frames, chosen)


if __name__ == "__main__":
    main(sys.argv[1])
