"""The values every room hands to the next: frozen, plain, comparable. No behaviour beyond naming.

Times are integers, nanoseconds since 1970-01-01 UTC. MAC addresses are lower-case with colons, IP addresses in their
canonical text (RFC 5952 for IPv6); an absent address is the empty string. All text is already safe to show
(see `scanner.wire.text`); bytes are as captured.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

TEXT_LINES = "lines of text"
"""The link type of a log or table: its lines stand where a capture has frames, and are counted and cited as such."""


class Role(StrEnum):
    """Who an observation speaks about: asking for a thing is not being it."""

    SELF = "self"  # the sender, about itself
    ASKED = "asked"  # the sender wants to know, or looks for such a thing
    TOLD = "told"  # somebody else, about the subject (a DHCP server's offer, a relayed description)


class Subject(NamedTuple):
    """An address pair something was seen on: the sender of a frame, or whom a message is about.

    segment names VLAN tags or a tunnel ("" untagged, "vlan 10", "vlan 10.20"): equal addresses in two segments differ.
    """

    segment: str
    mac: str
    ip: str


class Sighting(NamedTuple):
    """Where a fact was seen first. Compares by time, then capture, then frame: the order evidence is kept in."""

    time: int
    capture: str
    frame: int
    raw: bytes


class Observation(NamedTuple):
    """One fact an observer read from one frame.

    value: canonical text (clocks, counters and random ids taken out); raw: the bytes in the frame that say so, or the
    text a packet dump shows for it (a DNS name in dotted form); subject None: the frame's sender.
    """

    channel: str
    value: str
    role: Role = Role.SELF
    raw: bytes = b""
    subject: Subject | None = None


class Channel(NamedTuple):
    """A kind of fact: `name` as in `dhcp.vendor_class`, `meaning` one line for the documentation."""

    name: str
    meaning: str


class ClaimKind(StrEnum):
    MAKER = "maker"
    BRAND = "brand"
    COMPONENT = "component"
    PLATFORM = "platform"
    REGISTRANT = "registrant"
    CLASS = "class"
    NETWORK = "network"
    LISTING = "listing"
    CATEGORY = "category"
    EXPOSURE = "exposure"


class Status(StrEnum):
    CONFIRMED = "confirmed"  # p >= 0.95 and a decoded or maker-named sign sent by the device
    LIKELY = "likely"  # p >= 0.80
    POSSIBLE = "possible"  # p >= 0.50
    WEAK = "weak"  # below: kept for the argument, never sets a level


class Verdict(StrEnum):
    FLAGGED = "flagged"
    REVIEW = "review"
    CLEAR = "clear"
    UNKNOWN = "unknown"


class Guard(StrEnum):
    """What kept signs of a device from counting in full."""

    RANDOM_MAC = "random_mac"  # locally administered: no registrant, no sign from an address block
    APPS = "apps"  # apps run on it, or may: names of vendor clouds count little
    CARRIER = "carrier"  # it carries other hosts' traffic: what is asked for under its MAC is not its own


@dataclass(frozen=True, slots=True)
class Citation:
    """One piece of evidence for one claim, and the frame in which anybody can see it.

    raw: safe text of `raw_bytes`; weight: natural-log odds this piece added; signature and source: the table row that
    gave it meaning and the document that row cites.
    """

    channel: str
    raw: str
    raw_bytes: bytes
    weight: float
    capture: str
    frame: int
    time: int
    signature: str
    source: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about one device with its probability and its evidence, heaviest first.

    value: what is claimed, for people ("Hikvision"); entity: id of the vendor row, "" if none; country: where that
    entity is controlled from (ISO 3166 alpha-2), "" if unknown or disputed.
    """

    kind: ClaimKind
    value: str
    entity: str
    country: str
    probability: float
    status: Status
    evidence: tuple[Citation, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A dated entry of an official list that names the maker or component maker of a device.

    via: "" when the entity itself is named, else the listed parent; scope: what the entry covers, as the list says.
    """

    list_id: str
    title: str
    entry: str
    entity: str
    scope: str
    since: str
    citation: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """An address of a device, and why we say so.

    proof: for an IP address "arp", "nd", "dhcp", "dhcpv6", "link" (from a frame no router forwards), "eui64" (made from
    the MAC), "mdns", "lldp", "cdp" (announced as its own), "sender" (not proven: the only one its card sent from); for a
    MAC "sender", "addressed" (never heard, only sent to), "message" (named in a message), or what shows that a further MAC
    is the same device's: "duid", "engine_id", "uuid", "serial", "device_id", "gwid", "chassis",
    "instance", "vrrp", "hsrp", "glbp"; the frame is then the one in which that MAC gave it.
    """

    address: str
    proof: str
    time: int
    capture: str
    frame: int


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer about a device: level 5..0, or None where nothing is known; `reason` says it in one sentence."""

    verdict: Verdict
    level: int | None
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """Somebody answers for a device until a day (ISO date). device: as the policy file names it; in_force: on the date of the
    result. It changes no verdict.
    """

    device: str
    reason: str
    owner: str
    expires: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Device:
    """One thing on the network: its addresses with their proofs, what is claimed about it, and the finding.

    id: its MAC, or "segment/address" where no MAC of its own was seen; mac: the address it sent frames from or, if it was
    never heard, frames were sent to; "" if it was in no frame's header. guards: what kept signs from counting in
    full; waivers: those of the policy that name it.
    """

    id: str
    mac: str
    segment: str
    macs: tuple[Tie, ...]
    ips: tuple[Tie, ...]
    names: tuple[str, ...]
    device_class: str
    registrant: str
    registrant_country: str
    claims: tuple[Claim, ...]
    listings: tuple[Listing, ...]
    finding: Finding
    first_seen: int
    last_seen: int
    frames: int
    bytes: int
    guards: tuple[Guard, ...] = ()
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class CaptureRecord:
    """The ledger of one input. frames = decoded + malformed + unsupported + not wanted; problem: "" when read whole; held:
    which of "dhcp", "group" (frames to a group of the link) and "unicast" there were.
    """

    capture: str
    sha256: str
    bytes: int
    format: str
    link_types: tuple[str, ...]
    frames: int
    decoded: int
    malformed: int
    unsupported: int
    first_seen: int | None
    last_seen: int | None
    complete: bool
    problem: str = ""
    held: tuple[str, ...] = ()

    @property
    def is_log(self) -> bool:
        """True if what is counted and cited as frames are lines of a text."""
        return TEXT_LINES in self.link_types

    @property
    def not_wanted(self) -> int:
        """Frames counted and left alone because no observer asked for them."""
        return self.frames - self.decoded - self.malformed - self.unsupported


@dataclass(frozen=True, slots=True)
class Limit:
    """Something this capture could not show, or something lost; capture "" means the whole scan."""

    capture: str
    code: str
    count: int
    first_frame: int
    text: str


@dataclass(frozen=True, slots=True)
class TableVersion:
    """A table of knowledge used for this inventory: its date and where it came from."""

    name: str
    version: str
    date: str
    rows: int
    source: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything a report may know. Sorted, frozen, and independent of the order, split and place of the work."""

    devices: tuple[Device, ...]
    captures: tuple[CaptureRecord, ...]
    limits: tuple[Limit, ...]
    tables: tuple[TableVersion, ...]
    as_of: str
    tool: str
    notes: tuple[str, ...] = field(default=())
