"""DHCPv6: clients by themselves and through relays, and addresses that servers assign."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role, Subject
from scanner.observers.dhcpv6 import CHANNELS, WANTS, observe
from scanner.wire.text import LONGEST, safe

CLIENT_MAC, SERVER_MAC = "34:ea:34:00:00:01", "52:54:00:00:00:02"
CLIENT_IP, SERVER_IP, GROUP = "fe80::36ea:34ff:fe00:1", "fe80::2", "ff02::1:2"
SOLICIT, ADVERTISE, REQUEST, REPLY, FORWARD, RELAY_REPLY = 1, 2, 3, 7, 12, 13
MAC_BYTES = bytes.fromhex(CLIENT_MAC.replace(":", ""))
DUID_LLT = b"\x00\x01\x00\x01" + bytes.fromhex("12345678") + MAC_BYTES
DUID_LL = b"\x00\x03\x00\x01" + MAC_BYTES
DUID_ENTERPRISE = b"\x00\x02" + struct.pack("!I", 2011) + b"serial"


def option(code: int, value: bytes) -> bytes:
    return struct.pack("!HH", code, len(value)) + value


def message(kind: int, *options: bytes) -> bytes:
    return bytes([kind]) + b"xid" + b"".join(options)


def relayed(inner: bytes, *options: bytes, kind: int = FORWARD, peer: str = CLIENT_IP) -> bytes:
    head = bytes([kind, 0]) + ip_address("2001:db8::1").packed + ip_address(peer).packed
    return head + b"".join(options) + option(9, inner)


def assigned(address: str, *, valid: int = 3600) -> bytes:
    """An association with one address: identifier and two times, then the address with its two lifetimes."""
    return option(3, bytes(12) + option(5, ip_address(address).packed + struct.pack("!II", valid, valid)))


def frame(payload: bytes, *, cut: bool = False, to: str = GROUP, ports: tuple[int, int] = (546, 547)) -> Frame:
    macs = bytes.fromhex(SERVER_MAC.replace(":", "")), MAC_BYTES
    addresses = ip_address(SERVER_IP).packed, ip_address(to).packed
    return Frame("a.pcap", 1, 0, "vlan 7", *macs, 0x86DD, *addresses, 17, *ports, payload, cut)


def values(payload: bytes, *, cut: bool = False) -> list[tuple[str, str]]:
    return [(each.channel, each.value) for each in observe(frame(payload, cut=cut))]


def test_a_client_describes_itself() -> None:
    payload = message(
        SOLICIT,
        option(1, DUID_LLT),
        option(16, struct.pack("!IH", 2011, 9) + b"HUAWEI:xx" + struct.pack("!H", 2) + b"\x00\x01"),
        option(39, b"\x01\x04lamp\x05local\x00"),
        option(112, b"https://maker.example/lamp.json"),
        option(8, bytes(2)),
    )
    found = list(observe(frame(payload)))
    assert [(each.channel, each.value) for each in found] == [
        ("dhcpv6.duid", DUID_LLT.hex()),
        ("dhcpv6.duid_mac", CLIENT_MAC),
        ("dhcpv6.vendor_class", "2011:HUAWEI:xx"),
        ("dhcpv6.vendor_class", "2011:0001"),
        ("dhcpv6.fqdn", "lamp.local"),
        ("dhcpv6.mud_url", "https://maker.example/lamp.json"),
    ]
    assert {(each.role, each.subject) for each in found} == {(Role.SELF, None)}
    assert all(want.accepts(frame(payload)) for want in WANTS)


@pytest.mark.parametrize(
    ("duid", "macs"),
    [
        (DUID_LL, [CLIENT_MAC]),
        (DUID_ENTERPRISE, []),
        (b"\x00\x03\x00\x06" + MAC_BYTES, []),  # another kind of link
        (b"\x00\x03\x00\x01" + bytes(6), []),
        (b"\x00\x04" + bytes(range(16)), []),  # UUID
    ],
)
def test_identifiers_with_and_without_address(duid: bytes, macs: list[str]) -> None:
    expected = [("dhcpv6.duid", duid.hex())] + [("dhcpv6.duid_mac", mac) for mac in macs]
    assert values(message(REQUEST, option(1, duid))) == expected


def test_a_reply_tells_the_receiver_its_address() -> None:
    payload = message(REPLY, option(1, DUID_LL), assigned("2001:db8::9"), assigned("2001:db8::8", valid=0))
    found = list(observe(frame(payload, to=CLIENT_IP, ports=(547, 546))))
    receiver = Subject("vlan 7", CLIENT_MAC, CLIENT_IP)
    assert found == [Observation("dhcpv6.ip", "2001:db8::9", Role.TOLD, b"2001:db8::9", receiver)]
    advertised = message(ADVERTISE, assigned("2001:db8::9"))
    assert list(observe(frame(advertised, to=CLIENT_IP, ports=(547, 546)))) == [], "an offer may be declined"
    assert list(observe(frame(payload, to=GROUP, ports=(547, 546)))) == [], "a group has no address of its own"


def test_a_relayed_message_is_about_the_client() -> None:
    asked = message(SOLICIT, option(1, DUID_ENTERPRISE))
    by_peer = list(observe(frame(relayed(asked))))
    assert [each.subject for each in by_peer] == [Subject("vlan 7", "", CLIENT_IP)]
    link = option(79, b"\x00\x01" + MAC_BYTES)
    twice = relayed(relayed(asked, link), peer="2001:db8::2")
    assert [each.subject for each in observe(frame(twice))] == [Subject("vlan 7", CLIENT_MAC, "")]
    answered = relayed(message(REPLY, assigned("2001:db8::9")), kind=RELAY_REPLY)
    (told,) = observe(frame(answered, to=SERVER_IP, ports=(547, 547)))
    assert (told.value, told.role, told.subject) == ("2001:db8::9", Role.TOLD, Subject("vlan 7", "", CLIENT_IP))


def test_relays_nest_no_deeper_than_allowed() -> None:
    inner = message(SOLICIT, option(1, DUID_LL))
    for _ in range(8):
        inner = relayed(inner)
    assert len(values(inner)) == 2
    with pytest.raises(Malformed):
        values(relayed(inner))


@pytest.mark.parametrize(
    "payload",
    [
        message(SOLICIT, option(1, DUID_LL)[:-1]),
        message(SOLICIT, b"\x00"),
        message(SOLICIT, option(1, bytes(131))),
        message(SOLICIT, option(1, bytes(2))),
        message(SOLICIT, option(16, struct.pack("!IH", 2011, 9) + b"short")),
        message(SOLICIT, option(39, b"\x00\x09ab")),
        relayed(message(SOLICIT))[:33],
        relayed(message(SOLICIT), peer="::"),
        relayed(message(SOLICIT), peer="ff02::1"),
    ],
)
def test_broken(payload: bytes) -> None:
    with pytest.raises(Malformed):
        values(payload)


def test_cut() -> None:
    payload = message(SOLICIT, option(1, DUID_ENTERPRISE), option(39, b"\x00\x04lamp"))
    assert values(payload[:-1], cut=True) == [("dhcpv6.duid", DUID_ENTERPRISE.hex())]
    assert values(relayed(payload)[:30], cut=True) == []


@pytest.mark.parametrize("payload", [b"", message(SOLICIT), message(ADVERTISE, option(1, DUID_LL)), b"\x63" + bytes(20)])
def test_what_says_nothing(payload: bytes) -> None:
    assert values(payload) == []


def test_long_values_are_bounded() -> None:
    long = option(16, struct.pack("!IH", 2011, 5000) + b"x" * 5000)
    (found,) = observe(frame(message(SOLICIT, long)))
    assert (len(found.value), len(found.raw)) == (LONGEST, LONGEST)


def test_direction_must_fit_the_port() -> None:
    assert list(observe(frame(message(SOLICIT, option(1, DUID_LL)), ports=(547, 546)))) == []
    assert list(observe(frame(message(REPLY, assigned("2001:db8::9")), to=CLIENT_IP, ports=(546, 547)))) == []


ROWS = st.lists(st.tuples(st.sampled_from([1, 3, 5, 9, 16, 39, 79, 112]), st.binary(max_size=40)), max_size=5)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([SOLICIT, REPLY, FORWARD]), ROWS, st.binary(max_size=8), st.booleans())
def test_any_options(kind: int, rows: list[tuple[int, bytes]], rest: bytes, cut: bool) -> None:
    plain = message(kind, *[option(code, value) for code, value in rows], rest)
    for payload in (rest, plain, relayed(plain)):
        for ports in ((546, 547), (547, 546)):
            try:
                found = list(observe(frame(payload, cut=cut, to=CLIENT_IP, ports=ports)))
            except Malformed:
                continue
            assert {each.channel for each in found} <= {channel.name for channel in CHANNELS}
            assert all(each.value and safe(each.value) == each.value and len(each.raw) <= LONGEST for each in found)
