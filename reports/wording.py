"""The words every format uses: labels, levels, claims, numbers and times. No markup, no counting of devices.

Statements are about companies. A verdict says where a maker belongs, never what a device does.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from scanner.model import ClaimKind, Guard, Status, Verdict, Waiver

VERDICTS = {
    Verdict.FLAGGED: "Flagged",
    Verdict.REVIEW: "Review",
    Verdict.CLEAR: "Clear",
    Verdict.UNKNOWN: "Unknown",
}

VERDICT_MEANINGS = {
    Verdict.FLAGGED: "evidence of PRC origin",
    Verdict.REVIEW: "ambiguous: a person decides",
    Verdict.CLEAR: "maker identified, not PRC",
    Verdict.UNKNOWN: "nothing seen names a maker",
}

LEVELS: dict[int | None, str] = {
    5: "maker named on an official list",
    4: "PRC maker",
    3: "PRC component or platform",
    2: "registered in mainland China, maker not identified",
    1: "ambiguous: Hong Kong or Macao registrant, contested control, joint venture or contract maker",
    0: "no sign of PRC origin found",
    None: "not known",
}

CLAIMS = {
    ClaimKind.MAKER: ("Maker", "Who made the product."),
    ClaimKind.BRAND: ("Brand", "Under whose name it is sold, where another company made it."),
    ClaimKind.COMPONENT: ("Component", "Whose module, radio or chip is inside. It does not name the product's maker."),
    ClaimKind.PLATFORM: ("Platform", "On whose device cloud or platform the device lives."),
    ClaimKind.REGISTRANT: (
        "Registrant",
        "To whom the address block is registered, and where. A fallback, not a definition of origin.",
    ),
    ClaimKind.CLASS: ("Class", "What sort of device it is. It says nothing about who made it."),
    ClaimKind.LISTING: ("Listing", "Which official list names the maker or component maker, with scope and dates."),
    ClaimKind.CATEGORY: (
        "Category",
        "A class rule may apply whose other half no packet shows, such as the place of production.",
    ),
    ClaimKind.EXPOSURE: (
        "Exposure",
        "Model, certificate or behaviour fits a published campaign. It says nothing about origin.",
    ),
    ClaimKind.NETWORK: ("Network", "Whose network or service the device talks to. It says nothing about the device."),
}

STATUSES = {
    Status.CONFIRMED: "probability of 95 % or more, and at least one decoded or maker-named sign sent by the device itself",
    Status.LIKELY: "probability of 80 % or more",
    Status.POSSIBLE: "probability of 50 % or more",
    Status.WEAK: "less, or only about whom the device talks to: kept for the argument, never sets a level",
}

GUARDS = {
    Guard.RANDOM_MAC: "its MAC is locally administered (often random): it has no registrant, and no block speaks for a maker",
    Guard.APPS: "apps run on it, or may: names of vendor clouds count little, for the app of a device is not the device",
    Guard.CARRIER: "it carries other hosts' traffic: addresses and names asked for under its MAC are not taken for its own",
}

PROOFS = {
    "arp": "said so in ARP",
    "dhcp": "given by DHCP",
    "dhcpv6": "given by DHCPv6",
    "nd": "said so in IPv6 neighbour discovery",
    "link": "used in a frame that no router forwards",
    "eui64": "made from its MAC",
    "sender": "sent frames from it",
    "addressed": "frames were sent to it; it was never heard",
    "message": "named in a message",
    "mdns": "announced as its own in multicast DNS",
    "lldp": "announced as its own in LLDP",
    "cdp": "announced as its own in CDP",
    "duid": "gave the same DHCP unique identifier",
    "engine_id": "gave the same SNMP engine ID",
    "uuid": "gave the same UPnP UUID",
    "serial": "gave the same serial number",
    "device_id": "gave the same device ID",
    "gwid": "gave the same Tuya device ID",
    "chassis": "gave the same LLDP chassis ID",
    "instance": "announced the same service instance in multicast DNS",
    "vrrp": "a virtual router's (VRRP), sent from its address",
    "hsrp": "a virtual router's (HSRP), sent from its address",
    "glbp": "a virtual router's (GLBP), sent from its address",
}

_COUNTRIES = {"CN": "mainland China", "HK": "Hong Kong", "MO": "Macao", "TW": "Taiwan"}
_CAPITALS = {
    "3d", "ap", "av", "cnc", "cpe", "cpu", "dcs", "esl", "ev", "gnss", "hci", "hmi", "hvac", "ics", "ip", "ivi", "kvm",
    "nas", "nvr", "olt", "onu", "pa", "pbx", "pc", "plc", "pos", "sbc", "soc", "stb", "tbox", "tv", "ups", "vr",
}  # fmt: skip
_SPELT = {"iot": "IoT", "lidar": "LiDAR", "lorawan": "LoRaWAN", "voip": "VoIP", "wifi": "Wi-Fi"}


def level(value: int | None) -> str:
    """A level in words; one that policy added and nobody described is named by its number."""
    return LEVELS.get(value, f"level {value}")


def country(code: str) -> str:
    """A country code for people: written out where the difference matters most, else as it is."""
    return _COUNTRIES.get(code, code)


def phrase(device_class: str) -> str:
    """A device class inside a sentence: `ip_camera` as "IP camera", `router` as "router"."""
    words = device_class.replace("_", " ").split()
    return " ".join(_SPELT.get(word, word.upper() if word in _CAPITALS else word) for word in words)


def kind(device_class: str) -> str:
    """A device class by itself: "Router"; an absent one is "Not known"."""
    words = phrase(device_class)
    return words[:1].upper() + words[1:] or "Not known"


def proof(name: str) -> str:
    """How an address was shown to be the device's."""
    return PROOFS.get(name, name)


def guard(name: Guard) -> str:
    """What kept signs from counting in full, and why."""
    return GUARDS[name]


def waiver(given: Waiver) -> str:
    """A waiver with what it is worth on the date of the result."""
    state = f"waived until {given.expires}" if given.in_force else f"waiver expired on {given.expires}"
    return f"{state} by {given.owner}: {given.reason}"


def number(value: int) -> str:
    """12345 as "12,345", whatever the locale."""
    return f"{value:,}"


def quantity(value: int, one: str, many: str = "") -> str:
    """ "no devices", "1 device", "1,200 devices"."""
    return f"{number(value) if value else 'no'} {one if value == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A probability for people. Nothing uncertain is ever shown as 0 % or 100 %."""
    if 0 < share < 0.01:
        return "< 1 %"
    if 0.99 < share < 1:
        return "> 99 %"
    return f"{share:.0%}".replace("%", " %")


def size(octets: int) -> str:
    """Bytes in decimal units: "1.4 MB"."""
    amount = float(octets)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.1f} {unit}" if unit != "bytes" else quantity(octets, "byte")
        amount /= 1000
    return f"{amount:,.1f} TB"


def sentence(text: str) -> str:
    """A remark as a sentence of its own: "made by Axis" as "Made by Axis."; what ends in a mark keeps it."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def listed(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def iso(time: int) -> str:
    """Nanoseconds since 1970 UTC (64 bit) as ISO 8601 with microseconds, always: "2026-11-02T08:15:00.123456Z"."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time // 1000)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def second(time: int) -> str:
    """The same for people, to the second: "2026-11-02 08:15:00 UTC"."""
    return f"{iso(time)[:19]} UTC".replace("T", " ", 1)


def minute(time: int) -> str:
    """The same to the minute, for columns whose heading says UTC: "2026-11-02 08:15"."""
    return iso(time)[:16].replace("T", " ")
