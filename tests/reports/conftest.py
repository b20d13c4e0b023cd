"""Sample inventories: one small office as a reader would meet it, a crowd of any size, an empty one, and a hostile one."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.model import (
    CaptureRecord,
    Citation,
    Claim,
    ClaimKind,
    Device,
    Finding,
    Inventory,
    Limit,
    Listing,
    Status,
    TableVersion,
    Tie,
    Verdict,
)

START = 1_793_606_400_000_000_000  # 2026-11-02 08:00:00 UTC
SECOND = 1_000_000_000
LAN, GUEST = "office/lan.pcapng", "office/guest wifi's.pcap"
REGISTRY = "IEEE registration authority, assignments of 2026-08; https://standards-oui.ieee.org/"

LISTINGS = {
    "1260h": Listing(
        "us-1260h",
        "Section 1260H list of Chinese military companies",
        "Hangzhou Hikvision Digital Technology Co., Ltd. (Hikvision)",
        "hikvision",
        "named company; procurement by the US Department of Defense",
        "2021-06-03",
        "Notice of 2026-06-10, 91 FR 35189; https://www.federalregister.gov/citation/91-FR-35189",
    ),
    "fcc": Listing(
        "us-fcc-covered",
        "FCC Covered List",
        "Hangzhou Hikvision Digital Technology Company",
        "hikvision",
        "video surveillance and telecommunications equipment for public safety, government facilities, critical infrastructure",
        "2021-03-12",
        "DA 21-309; https://www.fcc.gov/supplychain/coveredlist",
    ),
    "889": Listing(
        "us-ndaa-889",
        "NDAA 2019, Section 889",
        "Hangzhou Hikvision Digital Technology Company",
        "hikvision",
        "named company, subsidiaries and affiliates; telecommunications equipment",
        "2019-08-13",
        "Pub. L. 115-232, s. 889; FAR 52.204-25",
    ),
}


def citation(channel: str, raw: str | bytes, weight: float, frame: int, signature: str, source: str = REGISTRY, capture: str = LAN) -> Citation:
    """One piece of evidence; text stands for its own bytes, bytes are shown as hexadecimal."""
    octets = raw.encode() if isinstance(raw, str) else raw
    shown = raw if isinstance(raw, str) else raw.hex()
    return Citation(channel, shown, octets, weight, capture, frame, START + frame * SECOND // 7, signature, source)


def claim(kind: ClaimKind, value: str, country: str, probability: float, status: Status, *evidence: Citation, note: str = "") -> Claim:
    """A claim about the entity of the same name."""
    return Claim(kind, value, value.lower().replace(" ", "_"), country, probability, status, evidence, note)


def device(
    number: int,
    finding: Finding,
    *claims: Claim,
    names: tuple[str, ...] = (),
    device_class: str = "",
    registrant: tuple[str, str] = ("", ""),
    listings: tuple[Listing, ...] = (),
    prefix: str = "02:00:5e",
    frames: int = 40,
    capture: str = LAN,
) -> Device:
    """Device `number`, with one MAC under `prefix` and one IPv4 address, in one capture."""
    mac = f"{prefix}:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
    first = START + number * 37 * SECOND
    return Device(
        id=mac,
        mac=mac,
        segment="" if number % 5 else "vlan 20",
        macs=(Tie(mac, "sender", first, capture, number + 1),),
        ips=(Tie(f"192.168.{number >> 8 & 255}.{number & 255}", "arp", first + SECOND, capture, number + 4),),
        names=names,
        device_class=device_class,
        registrant=registrant[0],
        registrant_country=registrant[1],
        claims=claims,
        listings=listings,
        finding=finding,
        first_seen=first,
        last_seen=first + 7_000 * SECOND,
        frames=frames,
        bytes=frames * 214,
    )


def camera(number: int, name: str, via: str = "") -> Device:
    """A listed maker, or one whose parent is listed, shown by a discovery reply and the address block."""
    maker = "EZVIZ" if via else "Hikvision"
    return device(
        number,
        Finding(Verdict.FLAGGED, 5, 0.991, f"{maker} made it, shown by its own discovery reply; three official lists name Hikvision."),
        claim(
            ClaimKind.MAKER, maker, "CN", 0.991, Status.CONFIRMED,
            citation("sadp.model", "DS-2CD2143G2-I", 7.0, 812, "hikvision.sadp-model", "Hikvision SADP protocol notes; https://example.org/sadp", LAN),
            citation("eth.oui", "a4:14:37", 5.5, 41, "hikvision.oui"),
            citation("dhcp.vendor_info", bytes.fromhex("0104ac1f0a02ff00"), 0.6, 1207, "hikvision.dhcp43", "own observation"),
        ),
        claim(ClaimKind.NETWORK, "Alibaba Cloud", "CN", 0.83, Status.LIKELY, citation("dns.query", "dev.eu.ezvizlife.com", 3.5, 2044, "ezviz.cloud", "own observation")),
        claim(ClaimKind.COMPONENT, "HiSilicon", "CN", 0.31, Status.WEAK, citation("http.server", "App-webs/", 2.0, 980, "hisilicon.appwebs", "own observation")),
        claim(ClaimKind.EXPOSURE, "Models named in an advisory of 2021", "", 0.71, Status.POSSIBLE,
              citation("sadp.firmware", "V5.5.800 build 210628", 1.6, 812, "campaign.cve-2021-36260", "https://nvd.nist.gov/vuln/detail/CVE-2021-36260"),
              note="Firmware older than the corrected release; never merged with origin."),
        names=(name, "HIKVISION DS-2CD2143G2-I"), device_class="ip_camera", registrant=("Hangzhou Hikvision Digital Technology Co.,Ltd.", "CN"),
        listings=tuple(replace(listing, via=via) for listing in LISTINGS.values()), prefix="a4:14:37", frames=18_204,
    )  # fmt: skip


def office() -> tuple[Device, ...]:
    """Every verdict, every level, every kind of claim."""
    likely, confirmed, possible = Status.LIKELY, Status.CONFIRMED, Status.POSSIBLE
    maker, component, platform = ClaimKind.MAKER, ClaimKind.COMPONENT, ClaimKind.PLATFORM
    return (
        camera(12, "cam-loading-dock"),
        camera(13, "cam-reception", via="Hikvision"),
        device(21, Finding(Verdict.FLAGGED, 4, 0.962, "Xiaomi made it, shown by its name in multicast DNS."),
               claim(maker, "Xiaomi", "CN", 0.962, confirmed, citation("mdns.service", "_miio._udp.local", 6.0, 3300, "xiaomi.miio", "own observation", GUEST)),
               names=("roborock-vacuum-a15",), device_class="robot_vacuum", registrant=("Beijing Roborock Technology Co., Ltd.", "CN"), prefix="b0:4a:39", capture=GUEST),
        device(30, Finding(Verdict.FLAGGED, 3, 0.957, "An Espressif module is inside; the maker of the product is not identified."),
               claim(component, "Espressif", "CN", 0.957, likely, citation("eth.oui", "24:0a:c4", 6.0, 77, "espressif.oui")),
               names=("ESP_4F21C0",), device_class="smart_home", registrant=("Espressif Inc.", "VG"), prefix="24:0a:c4"),
        device(31, Finding(Verdict.FLAGGED, 3, 0.983, "It announces itself on the Tuya platform."),
               claim(platform, "Tuya", "CN", 0.983, confirmed, citation("tuya.gwid", "bf2c6e8a0f7d1e4b5cxyz1", 7.0, 512, "tuya.broadcast", "Tuya LAN protocol 3.3")),
               device_class="lighting", prefix="d8:1f:12"),
        device(44, Finding(Verdict.FLAGGED, 2, 0.85, "Its address block is registered to a firm in Shenzhen that is not in our tables."),
               claim(ClaimKind.REGISTRANT, "Shenzhen Skyworth Digital Technology CO., Ltd", "CN", 0.85, likely, citation("eth.oui", "c0:35:32", 3.0, 93, "registry.country")),
               registrant=("Shenzhen Skyworth Digital Technology CO., Ltd", "CN"), device_class="stb", prefix="c0:35:32"),
        device(50, Finding(Verdict.REVIEW, 1, 0.71, "The registrant sits in Hong Kong; no control by a mainland parent is shown."),
               claim(maker, "Lenovo", "HK", 0.71, possible, citation("dhcp.hostname", "LENOVO-T14-0412", 3.1, 140, "lenovo.hostname", "own observation")),
               names=("LENOVO-T14-0412",), device_class="laptop", registrant=("Lenovo Mobile Communication Ltd.", "HK"), prefix="3c:18:a0"),
        device(51, Finding(Verdict.REVIEW, 0, 0.9, "A class rule may apply to routers made abroad; no packet shows the place of production."),
               claim(maker, "NETGEAR", "US", 0.9, likely, citation("ssdp.server", "R7000 UPnP/1.0", 4.0, 610, "netgear.ssdp", "own observation")),
               claim(ClaimKind.CATEGORY, "FCC Covered List: routers made abroad", "", 0.9, likely, note="Place of production must be checked."),
               names=("R7000",), device_class="router", registrant=("NETGEAR", "US"), prefix="9c:3d:cf", frames=1_204_331),
        *(device(60 + place, Finding(Verdict.CLEAR, 0, 0.97, f"{who} made it; {who} is not of PRC origin."),
                 claim(maker, who, where, 0.97, confirmed, citation("lldp.manufacturer", who, 6.0, 700 + place, "maker.lldp", "IEEE 802.1AB")),
                 names=(called,), device_class=what, registrant=(f"{who} Inc.", where), prefix="00:1b:17")
          for place, (who, where, what, called) in enumerate((
              ("Cisco", "US", "switch", "sw-floor-1"), ("Cisco", "US", "switch", "sw-floor-2"), ("Axis", "SE", "ip_camera", "axis-gate"),
              ("HP", "US", "printer", "HP-LaserJet-M404"), ("Apple", "US", "laptop", "Ada's MacBook Pro"), ("Apple", "US", "phone", "iPhone"),
              ("Synology", "TW", "nas", "backup"), ("Sonos", "US", "speaker", "Küche")))),
        *(device(90 + place, Finding(Verdict.UNKNOWN, None, 0.0, "The address is chosen at random and nothing else names a maker."), device_class="phone" if place < 2 else "")
          for place in range(4)),
    )  # fmt: skip


def record(capture: str, *, problem: str = "") -> CaptureRecord:
    """The ledger of one capture; the hash is that of its name."""
    digest = hashlib.sha256(capture.encode()).hexdigest()
    return CaptureRecord(
        capture, digest, 48_203_114, "pcapng", ("Ethernet",), 214_330, 31_002, 17, 204, START, START + 36_000 * SECOND, not problem, problem
    )


SAMPLE = Inventory(
    devices=office(),
    captures=(record(GUEST, problem="cut in a packet block at byte 48203000, after frame 214330"), record(LAN)),
    limits=(
        Limit("", "no-dhcp", 0, 0, "no DHCP was seen: host names and vendor classes sent at start-up are missing"),
        Limit("", "encrypted-names", 311, 41, "server names in QUIC and in an encrypted ClientHello, which were not read"),
        Limit(LAN, "one-direction", 0, 0, "only one direction of most conversations was seen"),
        Limit(LAN, "malformed", 17, 5120, "frames that break their protocol's own rules: option runs over the end"),
    ),
    tables=(
        TableVersion("registry", "2026-08", "2026-08-14", 51_223, REGISTRY),
        TableVersion("lists/us-1260h", "2026-06-08", "2026-06-10", 57, "https://www.federalregister.gov/citation/91-FR-35189"),
        TableVersion("vendors", "1", "2026-11-22", 509, "see each vendor's own sources"),
    ),
    as_of="2026-11-22",
    tool="fieldmark 0.1.0",
    notes=("weights are set by hand, not yet fitted on labelled captures",),
)


def crowd(many: int) -> Inventory:
    """`many` devices: a quarter flagged, the rest like the office's others."""
    flagged = [each for each in office() if each.finding.verdict is Verdict.FLAGGED]
    others = [each for each in office() if each.finding.verdict is not Verdict.FLAGGED]
    devices = []
    for number in range(many):
        model = flagged[number // 4 % len(flagged)] if number % 4 == 0 else others[number % len(others)]
        mac = f"{model.mac[:8]}:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
        ip = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"

        devices.append(replace(model, id=mac, mac=mac, ips=(replace(model.ips[0], address=ip),), macs=(replace(model.macs[0], address=mac),)))
    return replace(SAMPLE, devices=tuple(devices))


@pytest.fixture(scope="session")
def sample() -> Inventory:
    """The office."""
    return SAMPLE


@pytest.fixture(scope="session")
def empty() -> Inventory:
    """Nothing read, nothing found."""
    return replace(SAMPLE, devices=(), captures=(), limits=())


@pytest.fixture(scope="session")
def make_crowd() -> Callable[[int], Inventory]:
    """An inventory of any size."""
    return crowd


def hostile_names() -> tuple[str, ...]:
    """Names a device might choose to harm whoever shows them, and one of 64 kB."""
    known: list[str] = json.loads(Path(__file__).with_name("hostile_names.json").read_text(encoding="ascii"))
    return (*known, "<b>" * 21_846)


def named(names: Iterable[str]) -> Inventory:
    """One device a name, which stands in every text of its own, and in every text of the scan as a whole.

    Our own tables may link to https addresses, so there a name never looks like one. All devices have the same shape.
    """
    devices = []
    for number, name in enumerate(names):
        ours = name.replace("https:", "http:")
        piece = Citation(name, name, name.encode(), 1.5, f"{name}.pcap", 3, START, ours, ours)
        said = [Claim(kind, name, ours, name, 0.9, status, (piece,), note=name)
                for kind, status in (*((kind, Status.LIKELY) for kind in ClaimKind), (ClaimKind.MAKER, Status.WEAK))]  # fmt: skip
        tie = Tie(name, name, START, f"{name}.pcap", 1)
        listing = Listing(ours, ours, ours, ours, ours, ours, ours, via=ours)
        finding = Finding((Verdict.FLAGGED, Verdict.REVIEW)[number % 2], 4, 0.9, name)
        devices.append(Device(f"{number}{name}", name, name, (tie, tie), (tie,), (name, name), f"{number}{name}", name, name, tuple(said), (listing,), finding, START, START, 1, 1))
    whole = devices[0].names[0]
    return Inventory(
        tuple(devices),
        tuple(replace(record(f"{device.names[0]}.pcap", problem=device.names[0]), format=device.names[0], link_types=device.names) for device in devices),
        tuple(Limit(f"{device.names[0]}.pcap", device.names[0], 2, 1, device.names[0]) for device in devices),
        tuple(TableVersion(device.listings[0].title, whole, whole, 1, device.listings[0].title) for device in devices),
        as_of=whole,
        tool=whole,
        notes=tuple(device.names[0] for device in devices),
    )


@pytest.fixture(scope="session")
def names() -> tuple[str, ...]:
    """The hostile names."""
    return hostile_names()


@pytest.fixture(scope="session")
def hostile() -> Inventory:
    """Every hostile name in every text."""
    return named(hostile_names())


@pytest.fixture(scope="session")
def harmless() -> Inventory:
    """The same shape with names that harm nobody."""
    return named(f"name{number}" for number in range(len(hostile_names())))
