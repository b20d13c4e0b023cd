"""Do we read what tshark reads? Every value of a few fields, frame by frame, over all captures at hand.

    python tests/agreement.py [FOLDER]      (or: make agreement)

Prints each difference, the differences that are known and why they are there (`EXPLAINED`), and the share of values on which
both agree, field by field: of all, and without the explained ones. Not part of the everyday gate: tshark takes minutes.

Like is compared with like. We decode the first part of a message by itself and, where the rest comes, the whole; so tshark is
asked twice, joining segments and fragments and not joining them, and what it shows either way counts. A name asked for is one
in a standard query. What stands in the packet that an ICMP error quotes is not said by who sent the error.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from scanner.capture.frames import Frame
from scanner.capture.headers import Tally, scan
from scanner.capture.joining import Joiner
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector
from scanner.errors import Damaged, Malformed, Unreadable
from scanner.observers import Observer, observers
from scanner.wire.dns import dotted
from scanner.wire.text import safe

ROOT = Path(__file__).parents[1]
CAPTURES = ROOT.parent / "shared" / "captures"
TARGET = 0.995

FIELDS = {
    "dhcp.hostname": "dhcp.option.hostname",
    "dhcp.vendor_class": "dhcp.option.vendor_class_id",
    "dns.query": "dns.qry.name",
    "mdns.query": "dns.qry.name",
    "llmnr.query": "dns.qry.name",
    "tls.sni": "tls.handshake.extensions_server_name",
    "quic.sni": "tls.handshake.extensions_server_name",
    "ssdp.server": "http.server",
    "lldp.system_name": "lldp.tlv.system.name",
    "lldp.system_description": "lldp.tlv.system.desc",
    "cdp.device_id": "cdp.deviceid",
    "cdp.platform": "cdp.platform",
    "cdp.version": "cdp.software_version",
}
LAYER = {"dns.query": "dns", "mdns.query": "mdns", "llmnr.query": "llmnr", "quic.sni": "quic", "ssdp.server": "ssdp"}
NOT_LAYER = {"tls.sni": "quic"}
QUERIES = {"dns.query", "mdns.query", "llmnr.query"}
LOWER = QUERIES | {"tls.sni", "quic.sni"}
LINES = {"cdp.version"}  # tshark gives each line of these by itself
QUOTING = {"icmp", "icmpv6"}
READINGS = (
    (),
    (
        *("-o", "tcp.desegment_tcp_streams:FALSE", "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"),
        *("-o", "tcp.analyze_sequence_numbers:FALSE"),  # else it passes over segments sent again
    ),
)
SEPARATOR, AGGREGATOR = "\x1f", "\x1e"
LOST = "\N{REPLACEMENT CHARACTER}"  # tshark's for a byte that is no UTF-8

Values = dict[str, set[tuple[int, str]]]


class Row(NamedTuple):
    """A value of one frame, and who has it: "both", "ours" or "theirs"."""

    channel: str
    frame: int
    who: str
    value: str


class Explained(NamedTuple):
    """Differences of one capture, one in each of these frames, and why they are there."""

    capture: str
    channel: str
    who: str
    frames: tuple[int, ...]
    reason: str


RAW_IPV6 = "0003_tcpdump_LINKTYPE_IPV6_invalid.pcap"
FUZZ = "0273_nDPI_fuzz-2006-06-26-2594.pcap"  # bytes turned on purpose
BROADCOM = "dlt_brcm__brcm-tag.pcap"
EXPLAINED = (
    Explained(RAW_IPV6, "dns.query", "ours", (1,), "IPv4 under the link type of raw IPv6: we go by the version in the header"),
    Explained(FUZZ, "dhcp.hostname", "theirs", (484,), "the client's MAC is a group address: nobody has said this"),
    Explained(FUZZ, "dhcp.vendor_class", "theirs", (484,), "the client's MAC is a group address: nobody has said this"),
    Explained(
        *(FUZZ, "dns.query", "theirs", (103, 183, 216, 244, 343, 373, 414, 418, 584)),
        "the class is none that exists; three of these names end in the middle, and what follows is read as their class",
    ),
    Explained(
        *(FUZZ, "dns.query", "theirs", (8, 109, 352, 571)),
        "not sent to port 53: tshark also knows DNS by its looks, which we do not go by",
    ),
    Explained(
        *("0296_nDPI_tls_invalid_reads.pcap", "tls.sni", "theirs", (12,)),
        "the extensions do not add up to their length: no client says hello like this, and tshark calls it malformed",
    ),
    Explained("WeMoLink.pcap", "tls.sni", "ours", (96,), "tshark takes it for Gearman, because the client's port is 4730"),
    Explained(BROADCOM, "dhcp.hostname", "ours", (1, 2, 4, 5, 10, 12), "tshark 4.0 does not read link type 281"),
    Explained(BROADCOM, "dhcp.vendor_class", "ours", (1, 2, 4, 5, 10, 12), "tshark 4.0 does not read link type 281"),
)


def canonical(channel: str, value: str) -> str:
    """One spelling for both: white space and controls that have a letter (BEL to CR) folded; case, where names have none."""
    folded = " ".join(re.sub(r"\\(x0[7-9a-d]|[abtnvfr])", " ", safe(value, 4096)).split())[:200]
    return folded.lower().rstrip(".") if channel in LOWER else folded


def ours(path: Path) -> Values | None:
    """Our values, by channel; None if we do not read the capture."""
    everyone = observers()
    selector, tally = Selector([observer.WANTS for observer in everyone]), Tally(path.name)  # no memory: repeats, too
    joiner = Joiner(selector)
    found: Values = defaultdict(set)
    try:
        with open_source(str(path), path.name) as source:
            for batch in source.batches():
                for frame, mask in scan(batch, selector, tally, joiner.followed):
                    _observe(everyone, frame, mask, found)
                    for message, wanted in joiner.feed(frame, mask):
                        _observe(everyone, message, wanted, found)
    except Unreadable:
        return None
    except Damaged:
        pass
    return found


def _observe(everyone: tuple[Observer, ...], frame: Frame, mask: int, found: Values) -> None:
    for number, observer in enumerate(everyone):
        if not mask >> number & 1:
            continue
        try:
            for seen in observer.observe(frame):
                if seen.channel in FIELDS:
                    value = dotted(seen.value).decode() if seen.channel in QUERIES else seen.value
                    found[seen.channel].add((frame.number, canonical(seen.channel, value)))
        except Malformed:
            pass


def theirs(path: Path) -> Values:
    """tshark's values, by channel, of all its readings."""
    found: Values = defaultdict(set)
    for options in READINGS:
        for row in _ask(path, options):
            layers = row["frame.protocols"].split(":")
            if QUOTING & {*layers}:
                continue
            for channel, name in FIELDS.items():
                if not row[name] or LAYER.get(channel, layers[0]) not in layers or NOT_LAYER.get(channel) in layers:
                    continue
                if channel in QUERIES and not _asks(row):
                    continue
                values = row[name].split(AGGREGATOR)
                for value in [" ".join(values)] if channel in LINES else values:
                    if not re.fullmatch("<[^<>]+>", value):  # its remark in place of a name
                        found[channel].add((int(row["frame.number"]), canonical(channel, _escapes(value))))
    return found


def _ask(path: Path, options: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """A row for each frame in which tshark finds one of the fields."""
    names = sorted(set(FIELDS.values()))
    columns = ["frame.number", "frame.protocols", "dns.flags.response", "dns.flags.opcode", *names]
    command = ["tshark", "-n", *options, "-r", str(path), "-Y", " or ".join(names), "-T", "fields"]
    command += ["-E", f"aggregator={AGGREGATOR}", "-E", f"separator={SEPARATOR}"]
    command += [part for column in columns for part in ("-e", column)]
    lines = subprocess.run(command, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    for line in lines.split("\n"):
        row = dict(zip(columns, line.split(SEPARATOR), strict=False))
        if len(row) == len(columns):
            yield row


def _asks(row: dict[str, str]) -> bool:
    """Whether all its DNS messages are standard queries."""
    responses, opcodes = ({*row[name].split(AGGREGATOR)} for name in ("dns.flags.response", "dns.flags.opcode"))
    return responses <= {"0", "False"} and opcodes <= {"0"}


def _escapes(value: str) -> str:
    """tshark's octal escapes in our spelling."""
    return re.sub(r"\\([0-3][0-7]{2})", lambda digits: f"\\x{int(digits[1], 8):02x}", value)


def compare(mine: Values, other: Values) -> Iterator[Row]:
    """Each value, and who has it. Where tshark has lost a byte, ours must be the same but for that one character."""
    for channel in FIELDS:
        both = mine[channel] & other[channel]
        left = mine[channel] - both
        for frame, value in sorted(other[channel] - both):
            same = re.compile(re.escape(value).replace(LOST, r"(?:[^\0-\x7f]|\\x[89a-f][0-9a-f])"))
            match = next((each for each in sorted(left) if each[0] == frame and same.fullmatch(each[1])), None)
            if match and LOST in value:
                left.discard(match)
                both.add(match)
            else:
                yield Row(channel, frame, "theirs", value)
        yield from (Row(channel, frame, "ours", value) for frame, value in sorted(left))
        yield from (Row(channel, frame, "both", value) for frame, value in sorted(both))


def _of_both(path: Path) -> list[Row]:
    mine = ours(path)
    return [] if mine is None else [*compare(mine, theirs(path))]


class Account:
    """What all captures came to."""

    def __init__(self, explained: tuple[Explained, ...] = EXPLAINED) -> None:
        self.counts = {channel: Counter[str]() for channel in FIELDS}
        self._explained = explained
        self._left = {(*each[:3], frame) for each in explained for frame in each.frames}

    def enter(self, capture: str, row: Row) -> None:
        """Count a value, and print it if it is a difference."""
        self.counts[row.channel][row.who] += 1
        if row.who == "both":
            return
        known = (key := (capture, row.channel, row.who, row.frame)) in self._left
        if known:
            self._left.remove(key)
            self.counts[row.channel]["explained"] += 1
        print(f"{capture} frame {row.frame}: {row.channel} only {row.who}: {row.value!r}" + (" (explained)" if known else ""))

    def finish(self) -> bool:
        """Print reasons and figures; returns whether they are what they should be."""
        print("\nExplained:")
        for each in self._explained:
            found = sum((*each[:3], frame) not in self._left for frame in each.frames)
            print(f"{found} of {len(each.frames)} {each.channel} only {each.who} in {each.capture}: {each.reason}")
        print("\nvalues read alike, of all, without the explained ones:")
        for channel, count in (self.counts | {"all": sum(self.counts.values(), Counter[str]())}).items():
            agreed, total = count["both"], count["both"] + count["ours"] + count["theirs"]
            rest = total - count["explained"]
            shares = f"  {agreed / total:9.4%}  {agreed / rest:9.4%}" if agreed else ""
            print(f"{channel:26}{agreed:7} of {total:7}, {rest:7}{shares}")
        return agreed >= TARGET * total and agreed == rest


def main() -> int:
    """Print agreement field by field; 0 if it is what it should be."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CAPTURES
    if not shutil.which("tshark") or not folder.is_dir():
        print(f"NOT RUN: needs tshark and captures in {folder}")
        return 0
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".csv", ".json", ".md"})
    account = Account()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, rows in zip(paths, pool.map(_of_both, paths), strict=True):
            for row in rows:
                account.enter(path.name, row)
    return 0 if account.finish() else 1


if __name__ == "__main__":
    sys.exit(main())
