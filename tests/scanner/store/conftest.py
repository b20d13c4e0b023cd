"""One small inventory, made by hand, in which every kind of part and every absent value occurs."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from scanner.model import (
    CaptureRecord,
    Citation,
    Claim,
    ClaimKind,
    Device,
    Finding,
    Guard,
    Inventory,
    Limit,
    Listing,
    Status,
    TableVersion,
    Tie,
    Verdict,
    Waiver,
)

SECOND = 1_000_000_000
NOON = 1_767_268_800 * SECOND  # 2026-01-01T12:00:00Z


def _citation(channel: str, raw: str, weight: float, frame: int, signature: str = "", source: str = "") -> Citation:
    return Citation(channel, raw, raw.encode(), weight, "lan.pcap", frame, NOON + frame * 1_001, signature, source)


CAMERA = Device(
    id="00:00:5e:00:53:01",
    mac="00:00:5e:00:53:01",
    segment="vlan 10",
    macs=(
        Tie("00:00:5e:00:53:01", "sender", NOON, "lan.pcap", 1),
        Tie("00:00:5e:00:53:02", "dhcp", NOON + 1, "lan.pcap", 2),
    ),
    ips=(
        Tie("192.0.2.7", "arp", NOON, "lan.pcap", 1),
        Tie("2001:db8::7", "nd", NOON + 1, "lan.pcap", 2),
        Tie("192.0.2.7", "dhcp", NOON + 2, "lan.pcap", 3),
    ),
    names=("cam-hall", "cam-hall.local"),
    device_class="camera",
    registrant="Example Modules Ltd",
    registrant_country="GB",
    claims=(
        Claim(
            ClaimKind.MAKER,
            "Example Cameras",
            "example-cameras",
            "CN",
            0.97,
            Status.CONFIRMED,
            (
                _citation("dhcp.vendor_class", "ExCam 1.0", 3.5, 2, "example.dhcp", "https://example.org/manual"),
                _citation("eth.oui", "00005e", 0.5, 1),
            ),
            "two signs",
        ),
        Claim(ClaimKind.MAKER, "Somebody Else", "", "", 0.6, Status.POSSIBLE, ()),
        Claim(ClaimKind.COMPONENT, "Weak Modules", "weak", "GB", 0.49, Status.WEAK, ()),
        Claim(ClaimKind.PLATFORM, "First Cloud", "first", "CN", 0.5, Status.POSSIBLE, ()),
        Claim(ClaimKind.PLATFORM, "Second Cloud", "second", "US", 0.5, Status.POSSIBLE, ()),
    ),
    listings=(
        Listing("us-fcc", "Covered List", "Example", "example-cameras", "video", "2021-03-12", "DA 21-309"),
        Listing("us-889", "Section 889", "Example", "example-cameras", "video", "2019-08-13", "889(f)(3)", via="Parent"),
        Listing("us-fcc", "Covered List", "Example sub", "example-cameras", "all", "2022-11-25", "FCC 22-84"),
    ),
    finding=Finding(Verdict.FLAGGED, 5, 0.97, "Made by Example Cameras, which two lists name."),
    first_seen=NOON + 123_456_789,
    last_seen=NOON + 60 * SECOND - 1,
    frames=17,
    bytes=1_700,
    guards=(Guard.APPS, Guard.CARRIER),
    waivers=(
        Waiver("00:00:5E:00:53:01", "lobby", "facilities", "2026-06-30", in_force=True),
        Waiver("ExCam-0001", "lobby", "facilities", "2025-06-30", in_force=False),
    ),
)

PHONE = Device(
    id="vlan 10/192.0.2.9",
    mac="",
    segment="vlan 10",
    macs=(),
    ips=(),
    names=(),
    device_class="",
    registrant="",
    registrant_country="",
    claims=(),
    listings=(),
    finding=Finding(Verdict.UNKNOWN, None, 0.0, "Nothing is known."),
    first_seen=-1,
    last_seen=0,
    frames=0,
    bytes=0,
)

LAPTOP = Device(
    id="00:00:5e:00:53:09",
    mac="00:00:5e:00:53:09",
    segment="",
    macs=(Tie("00:00:5e:00:53:09", "sender", NOON, "other.pcap", 4),),
    ips=(),
    names=("Zoë ☃",),
    device_class="computer",
    registrant="Example Chips",
    registrant_country="US",
    claims=(
        Claim(
            ClaimKind.COMPONENT,
            "Example Chips",
            "example-chips",
            "US",
            0.8,
            Status.LIKELY,
            (Citation("eth.oui", "00005e", b"\x00\x00\x5e", 1.4, "other.pcap", 4, NOON, "", ""),),
        ),
    ),
    listings=(),
    finding=Finding(Verdict.REVIEW, 1, 0.8, "The maker is open."),
    first_seen=NOON,
    last_seen=NOON,
    frames=1,
    bytes=60,
)


@pytest.fixture
def inventory() -> Inventory:
    """A camera of a listed maker, something nothing is known about, and a laptop."""
    return Inventory(
        devices=(CAMERA, PHONE, LAPTOP),
        captures=(
            CaptureRecord(
                "lan.pcap",
                "ab" * 32,
                4_096,
                "pcap",
                ("Ethernet", "Linux SLL"),
                frames=40,
                decoded=20,
                malformed=3,
                unsupported=2,
                first_seen=NOON,
                last_seen=NOON + SECOND,
                complete=True,
            ),
            CaptureRecord("live", "", 0, "", (), 0, 0, 0, 0, None, None, complete=False, problem="interface went down"),
        ),
        limits=(
            Limit("", "no-dhcp", 0, 0, "No DHCP was seen."),
            Limit("lan.pcap", "malformed", 3, 12, "mdns: name runs past the message"),
        ),
        tables=(TableVersion("oui", "2026-01", "2026-01-01", 56_000, "https://standards-oui.ieee.org/"),),
        as_of="2026-01-01",
        tool="fieldmark 0.1",
        notes=("weights set by hand", ""),
    )


@pytest.fixture
def enlarged(inventory: Inventory) -> Callable[[int], Inventory]:
    """Makes the same inventory with that many copies of the camera for devices."""
    return lambda count: replace(inventory, devices=tuple(replace(CAMERA, id=f"device {n}") for n in range(count)))
