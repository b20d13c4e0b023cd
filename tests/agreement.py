"""Do we read what tshark reads? Every value of a few fields, frame by frame, over all captures at hand.

    python tests/agreement.py [FOLDER]      (or: make agreement)

Prints the share of values on which both agree, field by field, and lists each difference. Not part of the everyday gate:
tshark takes minutes. Frames whose values lie inside a tunnel, an IP fragment or a later TCP segment, and those tshark itself
calls malformed, are left out on both sides, for they are another matter than decoding.
"""

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scanner.capture.headers import Tally, scan
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector
from scanner.errors import Damaged, Malformed, Unreadable
from scanner.observers import observers
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
    "ssdp.server": "http.server",
    "lldp.system_name": "lldp.tlv.system.name",
    "lldp.system_description": "lldp.tlv.system.desc",
    "cdp.device_id": "cdp.deviceid",
    "cdp.platform": "cdp.platform",
    "cdp.version": "cdp.software_version",
}
LAYER = {
    "dns.query": "dns",
    "mdns.query": "mdns",
    "llmnr.query": "llmnr",
    "ssdp.server": "ssdp",
    "http.server": "http",
    "http.user_agent": "http",
}
LOWER = {"dns.query", "mdns.query", "llmnr.query", "tls.sni"}
TUNNELS = {
    "gre",
    "vxlan",
    "geneve",
    "gtp",
    "teredo",
    "capwap",
    "erspan",
    "mpls",
    "pppoes",
    "ppp",
    "l2tp",
    "icmp",
    "icmpv6",
    "ipv6.fraghdr",
}
LINES = {"cdp.version"}  # tshark gives each line of these by itself
SEPARATOR = "\x1e"

Values = dict[str, set[tuple[int, str]]]


def canonical(channel: str, value: str) -> str:
    """One spelling for both: escaped line ends and white space folded, and case where names have none."""
    folded = " ".join(re.sub(r"\\(x0[ad9]|[rnt])", " ", safe(value, 4096)).split())[:200]
    return folded.lower().rstrip(".") if channel in LOWER else folded


def ours(path: Path) -> Values | None:
    """Our values, by channel; None if we do not read the capture."""
    everyone = observers()
    selector, tally = Selector([observer.WANTS for observer in everyone]), Tally(path.name)
    found: Values = defaultdict(set)
    try:
        with open_source(str(path), path.name) as source:
            for batch in source.batches():
                for frame, mask in scan(batch, selector, tally):
                    for number, observer in enumerate(everyone):
                        if mask >> number & 1:
                            _observe(observer, frame, found)
    except Unreadable:
        return None
    except Damaged:
        pass
    return found


def _observe(observer: object, frame: object, found: Values) -> None:
    try:
        for seen in observer.observe(frame):  # type: ignore[attr-defined] # an Observer and a Frame
            if seen.channel in FIELDS:
                found[seen.channel].add((frame.number, canonical(seen.channel, seen.value)))  # type: ignore[attr-defined]
    except Malformed:
        pass


def theirs(path: Path) -> tuple[Values, set[int]]:
    """tshark's values, and the frames in which values may lie deeper than we look."""
    names = sorted(set(FIELDS.values()))
    columns = [
        "frame.number",
        "frame.protocols",
        "ip.frag_offset",
        "tcp.segment.count",
        "dns.flags.response",
        "_ws.malformed",
        *names,
    ]
    # It is to read each segment by itself, repeated ones too: joining them is not asked here.
    command = [
        "tshark",
        "-n",
        "-o",
        "tcp.desegment_tcp_streams:FALSE",
        "-o",
        "tcp.analyze_sequence_numbers:FALSE",
        "-r",
        str(path),
        "-Y",
        " or ".join(names),
        "-T",
        "fields",
        "-E",
        f"aggregator={SEPARATOR}",
    ]
    command += ["-E", "separator=\x1f", *(part for column in columns for part in ("-e", column))]
    lines = subprocess.run(command, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    found: Values = defaultdict(set)
    deeper: set[int] = set()
    for line in lines.split("\n"):
        row = dict(zip(columns, line.split("\x1f"), strict=False))
        if len(row) < len(columns):
            continue
        number, layers = int(row["frame.number"]), row["frame.protocols"].split(":")
        if (
            set(layers) & TUNNELS
            or layers.count("ip") + layers.count("ipv6") > 1
            or row["tcp.segment.count"]
            or row["_ws.malformed"]
        ):
            deeper.add(number)
        for channel, name in FIELDS.items():
            wanted = LAYER.get(channel)
            if not row[name] or (wanted and wanted not in layers):
                continue
            if channel.endswith(".query") and row["dns.flags.response"] not in ("0", "False"):
                continue
            values = row[name].split(SEPARATOR)
            if channel in LINES:
                values = [" ".join(values)]
            found[channel] |= {(number, canonical(channel, value)) for value in values}
    return found, deeper


def compare(path: Path) -> Iterator[tuple[str, int, str, str]]:
    """(channel, frame, who has it: "both", "ours" or "theirs", value) of one capture."""
    mine = ours(path)
    if mine is None:
        return
    other, deeper = theirs(path)
    for channel in FIELDS:
        for number, value in sorted(mine[channel] | other[channel]):
            if number in deeper:
                continue
            in_both = (number, value) in mine[channel] and (number, value) in other[channel]
            yield channel, number, "both" if in_both else "ours" if (number, value) in mine[channel] else "theirs", value


def main() -> int:
    """Print agreement field by field; 0 if it is what it should be."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CAPTURES
    if not shutil.which("tshark") or not folder.is_dir():
        print(f"NOT RUN: needs tshark and captures in {folder}")
        return 0
    counts: dict[str, dict[str, int]] = {channel: {"both": 0, "ours": 0, "theirs": 0} for channel in FIELDS}
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".csv", ".json", ".md", ".gz"})
    with ThreadPoolExecutor(2) as pool:
        for path, rows in zip(paths, pool.map(lambda each: list(compare(each)), paths), strict=True):
            for channel, number, who, value in rows:
                counts[channel][who] += 1
                if who != "both":
                    print(f"{path.name} frame {number}: {channel} only {who}: {value!r}")
    print()
    for channel, count in counts.items():
        total = sum(count.values())
        print(f"{channel:26}{count['both']:7} of {total:7}" + (f"  {count['both'] / total:.4%}" if total else ""))
    agreed, total = (
        sum(sum(count[who] for who in kinds) for count in counts.values()) for kinds in (["both"], ["both", "ours", "theirs"])
    )
    print(f"{'all':26}{agreed:7} of {total:7}  {agreed / total:.4%}")
    return 0 if agreed >= TARGET * total else 1


if __name__ == "__main__":
    sys.exit(main())
