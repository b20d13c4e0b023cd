"""Where the time of one scan goes, in one process: `stages.py CAPTURE FOLDER` prints CPU seconds of each stage as JSON."""

import json
import sys
import time
from pathlib import Path

from fingerprints.catalogue import load
from reports.formats import html
from scanner.collector import collect_rarely
from scanner.engine import Input, finish, read
from scanner.judgement.policy import load as load_policy
from scanner.store.writing import write


def main(capture: str, folder: Path) -> None:
    collect_rarely()  # as the command line does
    catalogue, policy = load(), load_policy()
    figures = {"starting and tables": time.process_time()}

    def took(stage: str) -> None:
        figures[stage] = time.process_time() - sum(figures.values())

    evidence = read(Input(capture, "capture"))
    took("reading and decoding")
    inventory = finish(evidence, catalogue, policy)
    took("judging")
    write(folder / "stages.db", inventory, evidence)
    took("database")
    html.render(inventory)
    took("page")
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
