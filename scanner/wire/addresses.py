"""Addresses: bytes to canonical text, and the few questions that decide whether one can name a device."""

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple


@lru_cache(maxsize=65536)
def mac_text(raw: bytes) -> str:
    """Six bytes as `aa:bb:cc:dd:ee:ff`; no bytes as ""."""
    return raw.hex(":")


@lru_cache(maxsize=65536)
def ip_text(raw: bytes) -> str:
    """Four or sixteen bytes in canonical text (RFC 5952); no bytes as ""."""
    if len(raw) == 4:
        return ".".join(map(str, raw))
    return str(ipaddress.ip_address(raw)) if raw else ""


_LOCAL = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",  # RFC 1918
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",  # link-local, RFC 3927
        "100.64.0.0/10",  # shared by a provider's customers, RFC 6598
        "fe80::/10",  # link-local, RFC 4291
        "fc00::/7",  # unique local, RFC 4193
    )
)


class _Scope(NamedTuple):
    local: bool
    host: bool
    link: bool


@lru_cache(maxsize=65536)
def _scope(address: str) -> _Scope:
    """What is asked of an address, for which its text is read once."""
    ip = ipaddress.ip_address(address)
    return _Scope(
        local=any(ip in network for network in _LOCAL if network.version == ip.version),
        host=not (ip.is_unspecified or ip.is_multicast or ip.is_loopback or address == "255.255.255.255"),
        link=ip.is_link_local,
    )


def is_local_ip(address: str) -> bool:
    """True for an address that means something on its own network only, not on the Internet."""
    return _scope(address).local


def is_host_ip(address: str) -> bool:
    """True if the address can belong to one host: not unspecified, multicast, loopback or broadcast."""
    return _scope(address).host


def is_link_ip(address: str) -> bool:
    """True if the address means something on its own link only (RFC 3927, RFC 4291 section 2.5.6)."""
    return _scope(address).link


def is_group_mac(mac: str) -> bool:
    """True for multicast and broadcast (I/G bit, IEEE 802)."""
    return bool(int(mac[1], 16) & 1)


def is_local_mac(mac: str) -> bool:
    """True if locally administered (U/L bit): such an address has no registrant."""
    return bool(int(mac[1], 16) & 2)


def is_host_mac(mac: str) -> bool:
    """True for an address one interface can send from: neither a group address nor all zero."""
    return bool(mac) and not is_group_mac(mac) and mac != "00:00:00:00:00:00"


_MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")


def is_mac(text: str) -> bool:
    """True for the canonical text of a MAC: no IPv6 address is six groups of two digits."""
    return bool(_MAC.fullmatch(text))


@lru_cache(maxsize=4096)
def host_ip(text: str) -> str:
    """Canonical form of an address written in a message, "" if it is none of one host (a zone is no part of an address)."""
    try:
        address = str(ipaddress.ip_address(text)) if "%" not in text else ""
    except ValueError:
        return ""
    return address if address and is_host_ip(address) else ""


_GROUPS = re.compile(r"([0-9a-f]{1,2})" + r"([:-])([0-9a-f]{1,2})" + r"\2([0-9a-f]{1,2})" * 4)
_DIGITS = re.compile(r"[0-9a-f]{12}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}")


@lru_cache(maxsize=65536)
def host_mac(text: str) -> str:
    """Canonical form of a MAC address in any usual spelling, "" if it is none that one interface can send from.

    aa:bb:cc:dd:ee:ff and with "-" (leading zeros may be missing, as BSD writes it), aabb.ccdd.eeff (Cisco), aabbccddeeff.
    """
    lower = text.strip().lower()
    if found := _GROUPS.fullmatch(lower):
        first, _, *others = found.groups()
        address = ":".join(group.zfill(2) for group in (first, *others))
    elif _DIGITS.fullmatch(lower):
        address = bytes.fromhex(lower.replace(".", "")).hex(":")
    else:
        return ""
    return address if is_host_mac(address) else ""
