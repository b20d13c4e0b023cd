"""The other tools, each with the command that does its job on a file and with what proves that it did it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from measure import Run

NFSTREAM = os.environ.get("NFSTREAM_PYTHON", "nfstream")
"""A library: the Python that has it (`python -m venv …; pip install nfstream`)."""

_COUNT_FLOWS = "import sys, nfstream; print(sum(1 for _ in nfstream.NFStreamer(source=sys.argv[1])))"

FIELDS = (
    "eth.src",
    "dhcp.option.hostname",
    "dhcp.option.vendor_class_id",
    "dns.qry.name",
    "dns.resp.name",
    "tls.handshake.extensions_server_name",
    "http.server",
    "http.user_agent",
    "arp.src.proto_ipv4",
)
"""What the project's plan compares with: fields Fieldmark also reads (SSDP's stand among those of HTTP)."""


@dataclass(frozen=True, slots=True)
class Peer:
    """command: from capture and work folder; did: whether a finished run shows its result."""

    name: str
    program: str
    command: Callable[[Path, Path], list[str]]
    did: Callable[[Run, Path], bool]

    @property
    def path(self) -> str:
        return shutil.which(self.program) or ""


def _tshark(capture: Path, _: Path) -> list[str]:
    wanted = [part for field in FIELDS for part in ("-e", field)]
    return ["tshark", "-n", "-r", str(capture), "-T", "fields", *wanted]


def _lines(log: Path, word: str = "") -> int:
    """Lines with the word in what a peer has written, which is then removed."""
    if not log.exists():
        return 0
    # Line by line: what this process holds would show as the peak of those it starts (getrusage(2) counts from before exec).
    with log.open(errors="replace") as file:
        lines = sum(word in line for line in file)
    log.unlink()
    return lines


PEERS = (
    Peer(
        "tcpdump -w /dev/null",
        "tcpdump",
        lambda capture, _: ["tcpdump", "-n", "-r", str(capture), "-w", "/dev/null"],
        lambda run, _: run.code == 0,
    ),
    Peer(
        "p0f",
        "p0f",
        lambda capture, folder: ["p0f", "-r", str(capture), "-o", str(folder / "p0f.log")],
        # It ends with success though it could not write: its log is what shows that it worked.
        lambda _, folder: _lines(folder / "p0f.log", "mod=") > 0,
    ),
    Peer(
        "ndpiReader",
        "ndpiReader",
        lambda capture, folder: ["ndpiReader", "-q", "-i", str(capture), "-C", str(folder / "ndpi.csv")],
        lambda run, folder: run.code == 0 and _lines(folder / "ndpi.csv") > 1,
    ),
    Peer(
        "prads",
        "prads",
        lambda capture, folder: ["prads", "-r", str(capture), "-l", str(folder / "prads.log")],
        lambda run, folder: run.code == 0 and _lines(folder / "prads.log") > 1,
    ),
    Peer(
        "mercury",
        "mercury",
        lambda capture, folder: ["mercury", "-r", str(capture), "-f", str(folder / "mercury.json")],
        lambda run, folder: run.code == 0 and _lines(folder / "mercury.json", "fingerprints") > 0,
    ),
    Peer(
        "nfstream",
        NFSTREAM,
        lambda capture, _: [NFSTREAM, "-c", _COUNT_FLOWS, str(capture)],
        lambda run, _: run.code == 0 and int(run.output or 0) > 0,
    ),
    Peer("tshark -T fields", "tshark", _tshark, lambda run, _: run.code == 0 and len(run.output) > 1000),
)
