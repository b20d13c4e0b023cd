"""The fast lane alone: every record of a capture read, counted and chosen from, nothing decoded. `fastlane.py CAPTURE`."""

import sys

from scanner.capture.headers import Tally, scan
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector
from scanner.observers import observers


def main(path: str) -> None:
    selector, tally = Selector([observer.WANTS for observer in observers()]), Tally("c")
    chosen = 0
    with open_source(path, "c") as source:
        for batch in source.batches():
            chosen += sum(1 for _ in scan(batch, selector, tally))
    print(tally.ledger.frames, chosen)


if __name__ == "__main__":
    main(sys.argv[1])
