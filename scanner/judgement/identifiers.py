"""Identifiers by which one device is known again on another card: what was said, by whom, and whether it can be relied on.

*Unit* identifiers are given to the single device by its maker: a serial number, an LLDP chassis MAC, a Tuya gwId. *Soft*
ones are made by software and travel with a copied disk or image: a DHCP unique identifier, an SNMP engine ID, a UPnP UUID
(systemd/systemd issue 9609, Hadron/carthage issue 122: machines from one image with one DUID; iotsentinel/iotsound issue
380: one UUID in every installation). Only what a card says of itself counts, never what it asks for or is told.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from fingerprints.identity import load
from scanner.evidence import Evidence, Place
from scanner.model import Role, Subject
from scanner.wire.addresses import is_host_mac, is_mac

LEAST = 6
"""Characters of an identifier, and"""

VARIED = 4
"""different ones among them, below which it may be a counter or a default."""


class Identifier(NamedTuple):
    """One identifier. proof: as a Tie names it; scope: what makes equal values two (channel, segment); unit: see above."""

    proof: str
    scope: str
    value: str
    unit: bool


class Rule(NamedTuple):
    """How a channel's values identify. read: the identifier in a value, "" if there is none; single: one device has one."""

    proof: str
    read: Callable[[str], str]
    unit: bool
    single: bool = True
    on_link: bool = False


_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DUID = re.compile(r"00(?:0[1-4])[0-9a-f]{12,256}")
_DUID_CLIENT = re.compile(r"ff[0-9a-f]{8}(00(?:0[1-4])[0-9a-f]{12,256})")  # type 255, IAID, DUID: RFC 4361 section 6.1
_UUID_CLIENT = re.compile(r"00([0-9a-f]{32})")  # type 0 and a machine's UUID, as PXE firmware sends it (RFC 4578)
_UUID_DUID = "0004"  # a DUID made from that UUID: RFC 6355
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_SERIAL = re.compile(r"(?=(?:[^0-9]*[0-9]){3})[0-9a-z][0-9a-z.:/_-]*")
_TXT = re.compile(r"(?:uuid|deviceid|serialnumber|serial|sn)=(.+)")  # Bonjour Printing 1.2, AirPlay, and makers' own
_SERIAL_WORD = re.compile(r"(?<![0-9a-z])(?=[a-z]*(?:[0-9][a-z]*){4})[0-9a-z]{10,}(?![0-9a-z])")


def _serial(value: str) -> str:
    return value if _SERIAL.fullmatch(value) else ""


def _whole(form: re.Pattern[str]) -> Callable[[str], str]:
    def read(value: str) -> str:
        found = form.fullmatch(value)
        return (found[1] if form.groups else found[0]) if found else ""

    return read


def _uuid(usn: str) -> str:
    found = _UUID.search(usn)
    return found[0] if found and usn.startswith("uuid:") else ""


def _instance(name: str) -> str:
    """A whole instance name whose first label has a serial number in it."""
    return name if _SERIAL_WORD.search(name.partition("._")[0]) else ""


def _client(value: str) -> str:
    """Only a DUID or a machine's UUID in it: one made from the MAC says nothing new, a text is often the same on many."""
    found = _UUID_CLIENT.fullmatch(value)
    return _UUID_DUID + found[1] if found else _whole(_DUID_CLIENT)(value)


_SERIAL_NUMBER = Rule("serial", _serial, unit=True)
_DEVICE_ID = Rule("device_id", _serial, unit=True)

RULES: Mapping[str, Rule] = {
    "dhcpv6.duid": Rule("duid", _whole(_DUID), unit=False),
    "dhcp.client_id": Rule("duid", _client, unit=False),
    "snmp.engine_id": Rule("engine_id", str, unit=False),
    "ssdp.usn": Rule("uuid", _uuid, unit=False, single=False),
    "lldp.chassis_id": Rule("chassis", _whole(_MAC), unit=True),
    "mdns.instance": Rule("instance", _instance, unit=True, single=False, on_link=True),
    "mdns.txt": Rule("instance", _whole(_TXT), unit=True, single=False, on_link=True),
    "tuya.gwid": Rule("gwid", _serial, unit=True),
    **dict.fromkeys(("roborock.duid", "miio.device_id", "kasa.device_id", "tdp.device_id", "midea.device_id"), _DEVICE_ID),
    **dict.fromkeys(
        (
            "lldp.serial", "upnp.serial", "sadp.serial", "dhip.serial", "wsdiscovery.serial", "dahua5050.serial",
            "bambu.serial", "enip.serial", "xiongmai.serial", "tvt.serial", "zkteco.serial", "goodwe.serial",
            "midea.serial", "foscam.serial", "vstarcam.serial", "livox.serial",
        ),
        _SERIAL_NUMBER,
    ),
}  # fmt: skip
"""Channels whose values identify a device. Serial numbers are a maker's own: equal ones of two channels are two."""

_ONE_SCOPE = {"dhcpv6.duid": "duid", "dhcp.client_id": "duid"}  # RFC 4361: one DUID for both protocols


def said(evidence: Evidence, owner: Mapping[Subject, str]) -> dict[Identifier, dict[str, Place]]:
    """Every identifier, with the things that said it of themselves and where they did first."""
    found: dict[Identifier, dict[str, Place]] = defaultdict(dict)
    for (subject, channel), group in evidence.facts.items():
        rule, thing = RULES.get(channel), owner.get(subject)
        if rule is None or thing is None:
            continue
        for (role, value), seen in group.values.items():
            if role is Role.SELF and (name := rule.read(value.lower())) and not common(name):
                scope = _ONE_SCOPE.get(channel, channel) + (f" {subject.segment}" if rule.on_link else "")
                key = Identifier(rule.proof, scope, name, rule.unit)
                place = Place(seen.time, seen.capture, seen.frame)
                found[key][thing] = min(place, found[key].get(thing, place))
    return found


def common(value: str) -> bool:
    """True for values that many devices share: defaults, placeholders, too few or too equal characters."""
    plain = re.sub(r"[^0-9a-z]", "", value)
    if not {value, plain, plain.removeprefix(_UUID_DUID)}.isdisjoint(load().shared):
        return True
    return len(plain) < LEAST or len(set(plain)) < VARIED or (is_mac(value) and not is_host_mac(value))


def singles(found: Mapping[Identifier, Mapping[str, Place]]) -> dict[str, dict[str, set[str]]]:
    """By thing and scope, the values it gave of identifiers of which one device has one."""
    values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for identifier, things in found.items():
        if identifier.scope in _SINGLE:
            for thing in things:
                values[thing][identifier.scope].add(identifier.value)
    return values


_SINGLE = frozenset(_ONE_SCOPE.get(channel, channel) for channel, rule in RULES.items() if rule.single)
