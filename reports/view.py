"""What every format shows of an inventory, and in which order. No markup, no wording beyond names.

The order is the reader's: flagged first, then by level, confidence, maker and address. It depends on nothing but the
inventory's content, so the same inventory gives the same bytes.
"""

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from reports import wording
from scanner.model import CaptureRecord, Claim, ClaimKind, Device, Inventory, Limit, Status, Tie, Verdict

VERDICTS = (Verdict.FLAGGED, Verdict.REVIEW, Verdict.CLEAR, Verdict.UNKNOWN)
NAME_SHOWN = 80
"""Characters of a device's name in headings and tables; the whole name stands among its facts."""

COLUMNS = (
    "device_id", "mac", "macs", "ips", "hostname", "vendor", "class", "verdict", "level", "confidence", "maker",
    "maker_country", "component", "platform", "registrant", "registrant_country", "listings", "first_seen", "last_seen",
    "frames", "bytes",
)  # fmt: skip
"""The columns of the contract's `inventory` view, in its order."""

Cell = str | int | float | None

_CLAIM_ORDER = {kind: place for place, kind in enumerate(wording.CLAIMS)}
_ADDRESS = re.compile(r"https://[^\s<>\"'`{}|\\^\[\]();,]+[^\s<>\"'`{}|\\^\[\]();,.:?!]")


def ordered(devices: Iterable[Device]) -> list[Device]:
    """Devices as a reader wants them: by verdict, highest level, highest confidence, maker, id."""
    return sorted(devices, key=_rank)


def _rank(device: Device) -> tuple[int, int, float, str, str]:
    finding = device.finding
    level = -1 if finding.level is None else finding.level
    return VERDICTS.index(finding.verdict), -level, -round(finding.confidence, 6), vendor(device).casefold(), device.id


def by_verdict(devices: Iterable[Device], verdict: Verdict) -> list[Device]:
    """The devices of one verdict, in the order given."""
    return [device for device in devices if device.finding.verdict is verdict]


def leading(device: Device, kind: ClaimKind) -> Claim | None:
    """The most probable claim of one kind that is more than a weak sign."""
    held = [claim for claim in device.claims if claim.kind is kind and claim.status is not Status.WEAK]
    return min(held, key=lambda claim: (-round(claim.probability, 6), claim.value), default=None)


def vendor(device: Device) -> str:
    """The company to name beside a device: its maker, else whose component or platform it has, else the registrant."""
    for kind in (ClaimKind.MAKER, ClaimKind.COMPONENT, ClaimKind.PLATFORM):
        if claim := leading(device, kind):
            return claim.value
    return device.registrant


def vendor_role(device: Device) -> str:
    """What `vendor` names, where it is not the maker: "component", "platform", "registrant"; else ""."""
    if leading(device, ClaimKind.MAKER) or not vendor(device):
        return ""
    return next((kind for kind in (ClaimKind.COMPONENT, ClaimKind.PLATFORM) if leading(device, kind)), ClaimKind.REGISTRANT)


def name(device: Device) -> str:
    """What to call a device: its own first name, else what is known to be made by, inside or behind it, else its address."""
    chosen = device.names[0] if device.names else _description(device) or device.id
    return chosen if len(chosen) <= NAME_SHOWN else chosen[: NAME_SHOWN - 1] + "…"


def _description(device: Device) -> str:
    # A component or platform does not name the product, so it is never put where a maker's name would stand.
    if claim := leading(device, ClaimKind.MAKER):
        return f"{claim.value} {wording.phrase(device.device_class) or 'device'}"
    if claim := leading(device, ClaimKind.COMPONENT):
        return f"Device with {claim.value} component"
    if claim := leading(device, ClaimKind.PLATFORM):
        return f"Device on {claim.value} platform"
    return ""


def claims(device: Device, *, weak: bool = False) -> list[Claim]:
    """The claims worth showing (or the weak ones): the one that set the level first, then maker, component, platform …"""
    confidence = round(device.finding.confidence, 6)

    def place(claim: Claim) -> tuple[bool, int, float, str]:
        probability = round(claim.probability, 6)
        return probability != confidence, _CLAIM_ORDER[claim.kind], -probability, claim.value

    return sorted((claim for claim in device.claims if (claim.status is Status.WEAK) == weak), key=place)


def remarks(device: Device) -> list[Claim]:
    """Category and exposure claims: shown beside the verdict, never merged with it."""
    return [claim for claim in claims(device) if claim.kind in {ClaimKind.CATEGORY, ClaimKind.EXPOSURE}]


def waived(device: Device) -> str:
    """Every waiver of a device in words, "" if it has none."""
    return "; ".join(map(wording.waiver, device.waivers))


def excused(device: Device) -> str:
    """What stands beside a verdict: "waived", "waiver expired" where none is in force, "" without a waiver."""
    if not device.waivers:
        return ""
    return "waived" if any(waiver.in_force for waiver in device.waivers) else "waiver expired"


def addresses(ties: Iterable[Tie]) -> dict[str, list[Tie]]:
    """Each address with everything that proves it, in the order given: one may be proven more than once."""
    found: dict[str, list[Tie]] = {}
    for tie in ties:
        found.setdefault(tie.address, []).append(tie)
    return found


def row(device: Device) -> dict[str, Cell]:
    """One device as the contract's `inventory` view has it: the same columns, names and order in every machine format."""
    maker, component, platform = (leading(device, kind) for kind in (ClaimKind.MAKER, ClaimKind.COMPONENT, ClaimKind.PLATFORM))
    return {
        "device_id": device.id,
        "mac": device.mac or None,
        "macs": ",".join(addresses(device.macs)),
        "ips": ",".join(addresses(device.ips)),
        "hostname": device.names[0] if device.names else None,
        "vendor": vendor(device) or None,
        "class": device.device_class or None,
        "verdict": device.finding.verdict.value,
        "level": device.finding.level,
        "confidence": round(device.finding.confidence, 6),
        "maker": maker.value if maker else None,
        "maker_country": (maker.country or None) if maker else None,
        "component": component.value if component else None,
        "platform": platform.value if platform else None,
        "registrant": device.registrant or None,
        "registrant_country": device.registrant_country or None,
        "listings": ",".join(sorted({listing.list_id for listing in device.listings})),
        "first_seen": wording.iso(device.first_seen),
        "last_seen": wording.iso(device.last_seen),
        "frames": device.frames,
        "bytes": device.bytes,
    }


class Bar(NamedTuple):
    """One bar of a chart: how many devices of each verdict, in the order of `VERDICTS`."""

    label: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Devices in this bar."""
        return sum(self.counts)


def bars(devices: Iterable[Device], label: Callable[[Device], str], most: int) -> list[Bar]:
    """Devices grouped by `label`, biggest group first; beyond `most` groups the rest is one bar. A label "" is left out."""
    groups: dict[str, Counter[Verdict]] = {}
    for device in devices:
        if key := label(device):
            groups.setdefault(key, Counter())[device.finding.verdict] += 1
    found = [Bar(key, tuple(counts[verdict] for verdict in VERDICTS)) for key, counts in groups.items()]
    found.sort(key=lambda bar: (-bar.total, bar.label.casefold(), bar.label))
    if len(found) <= most:
        return found
    rest = found[most - 1 :]
    together = tuple(sum(column) for column in zip(*(bar.counts for bar in rest), strict=True))
    return [*found[: most - 1], Bar(f"{len(rest)} others together", together)]


def maker_name(device: Device) -> str:
    """The maker's name, "" if not identified."""
    claim = leading(device, ClaimKind.MAKER)
    return claim.value if claim else ""


def class_name(device: Device) -> str:
    """The device's class for people."""
    return wording.kind(device.device_class)


def period(inventory: Inventory) -> tuple[int, int] | None:
    """First and last moment seen in any capture."""
    seen = [time for record in inventory.captures for time in (record.first_seen, record.last_seen) if time is not None]
    return (min(seen), max(seen)) if seen else None


def troubled(captures: Sequence[CaptureRecord]) -> list[CaptureRecord]:
    """The captures that were not read whole."""
    return [record for record in captures if not record.complete or record.problem]


def limits(inventory: Inventory) -> list[Limit]:
    """What could not be shown: the whole scan's first, then by capture; what was absent, then the most frequent."""
    return sorted(inventory.limits, key=lambda limit: (limit.capture, limit.count > 0, -limit.count, limit.code, limit.text))


_UNPACKERS = {"gzip": "gzip -dc", "zstd": "zstd -dc", "xz": "xz -dc", "lz4": "lz4 -dc", "bzip2": "bzip2 -dc"}


def logs(inventory: Inventory) -> dict[str, str]:
    """The inputs that are logs, with the command that prints one to standard output, "" for one that is not compressed."""
    return {
        record.capture: _UNPACKERS.get(record.format.rpartition(", ")[2], "") for record in inventory.captures if record.is_log
    }


def unit(capture: str, logs: Mapping[str, str]) -> str:
    """What the numbers of an input count."""
    return "line" if capture in logs else "frame"


def command(capture: str, number: int, logs: Mapping[str, str]) -> str:
    """The command that shows one frame of a capture, or one line of a log; "" where there is no file to look into."""
    if capture not in logs:
        return tshark(capture, number)
    path = _quoted(capture)
    if not path:
        return ""
    return f"{logs[capture]} {path} | sed -n {number}p" if logs[capture] else f"sed -n {number}p {path}"


def commands(capture: str, number: int, logs: Mapping[str, str]) -> list[str]:
    """The same, and the command that opens Wireshark at a frame."""
    shown = [command(capture, number, logs), "" if capture in logs else wireshark(capture, number)]
    return [each for each in shown if each]


def tshark(capture: str, frame: int) -> str:
    """The command that prints one frame; "" where there is no file to look into (standard input)."""
    path = _quoted(capture)
    return f"tshark -r {path} -Y 'frame.number=={frame}' -V" if path else ""


def wireshark(capture: str, frame: int) -> str:
    """The command that opens Wireshark at one frame; "" where there is no file to look into."""
    path = _quoted(capture)
    return f"wireshark -r {path} -g {frame}" if path else ""


def _quoted(capture: str) -> str:
    """The name of a file for a POSIX shell, in $'…' form of bash, ksh and zsh where it must be; "" for none."""
    if capture in {"", "-", "stdin"}:
        return ""
    path = f"./{capture}" if capture.startswith("-") else capture
    quoted = shlex.quote(path)
    if not path.isprintable():
        octets = path.encode("utf-8", "surrogateescape")
        plain = (chr(octet) if 0x20 <= octet < 0x7F and octet not in b"'\\" else f"\\x{octet:02x}" for octet in octets)
        quoted = f"$'{''.join(plain)}'"
    return quoted


def links(text: str) -> list[tuple[str, str]]:
    """Text of our own tables in pieces (text, address): an https address links to itself, everything else to nothing."""
    pieces: list[tuple[str, str]] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        pieces += [(text[end : found.start()], ""), (found[0], found[0])]
        end = found.end()
    return [piece for piece in [*pieces, (text[end:], "")] if piece[0]]
