"""DHCP: what a client says of itself, what a server says of the client, and whose frames they were."""

import struct
from collections.abc import Iterable
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role, Subject
from scanner.observers.dhcp import CHANNELS, WANTS, observe
from scanner.wire.text import LONGEST, safe

CLIENT_MAC = "34:ea:34:00:00:01"
CLIENT = Subject("vlan 7", CLIENT_MAC, "")
FRAME_MAC = b"\x52\x54\x00\x00\x00\x02"
MAGIC = bytes.fromhex("63825363")
DISCOVER, REQUEST, ACK, INFORM = 1, 3, 5, 8
NOWHERE = str(ip_address(0))
Options = Iterable[tuple[int, bytes]]


def options(*rows: tuple[int, bytes], end: bytes = b"\xff") -> bytes:
    return b"".join(bytes([code, len(value)]) + value for code, value in rows) + end


def message(
    op: int,
    area: bytes,
    *,
    ciaddr: str = NOWHERE,
    yiaddr: str = NOWHERE,
    giaddr: str = NOWHERE,
    mac: str = CLIENT_MAC,
    sname: bytes = b"",
    file: bytes = b"",
) -> bytes:
    addresses = b"".join(ip_address(each).packed for each in (ciaddr, yiaddr, NOWHERE, giaddr))
    head = struct.pack("!BBBBIHH", op, 1, 6, 0, 0x1234, 0, 0) + addresses + bytes.fromhex(mac.replace(":", "")) + bytes(10)
    return head + sname.ljust(64, b"\0") + file.ljust(128, b"\0") + MAGIC + area


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    ports = (67, 68) if payload[:1] == b"\x02" else (68, 67)
    addresses = bytes([192, 168, 1, 1]), bytes([255] * 4)
    return Frame("a.pcap", 1, 0, "vlan 7", FRAME_MAC, b"\xff" * 6, 0x0800, *addresses, 17, *ports, payload, cut)


def client(*rows: tuple[int, bytes], kind: int = DISCOVER, ciaddr: str = NOWHERE) -> list[Observation]:
    """What a request with these options shows; every word of it is about the client."""
    found = list(observe(frame(message(1, options((53, bytes([kind])), *rows), ciaddr=ciaddr))))
    assert all((each.role, each.subject) == (Role.SELF, CLIENT) for each in found)
    return found


def values(found: Iterable[Observation]) -> list[tuple[str, str]]:
    return [(each.channel, each.value) for each in found]


def test_a_client_describes_itself() -> None:
    found = client(
        (12, b"lamp-kitchen\0"),
        (60, b"udhcp 1.19.4"),
        (55, bytes([1, 3, 6, 15])),
        (61, b"\x01" + bytes.fromhex("34ea34000001")),
        (161, b"https://maker.example/lamp.json"),
    )
    assert values(found) == [
        ("dhcp.hostname", "lamp-kitchen"),
        ("dhcp.vendor_class", "udhcp 1.19.4"),
        ("dhcp.mud_url", "https://maker.example/lamp.json"),
        ("dhcp.params", "1,3,6,15"),
        ("dhcp.client_id", "0134ea34000001"),
    ]
    assert [each.raw for each in found[:2]] == [b"lamp-kitchen", b"udhcp 1.19.4"]
    assert all(want.accepts(frame(message(1, b""))) for want in WANTS)


def test_addresses_a_client_uses_or_wants() -> None:
    wanted = (50, bytes([192, 168, 1, 9]))
    assert values(client(wanted, kind=REQUEST)) == [("dhcp.requested_ip", "192.168.1.9")]
    assert client(wanted, kind=DISCOVER) == [], "a wish in a discover is not yet a request"
    assert values(client(kind=INFORM, ciaddr="192.168.1.9")) == [("dhcp.ip", "192.168.1.9")]
    assert client((50, bytes(4)), kind=REQUEST) == []
    assert client((50, b"\1\2\3"), kind=REQUEST) == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"\x00lamp-7", "lamp-7"),
        (b"\x00\x01\x02", "000102"),
        (b"\x00", "00"),
        (b"\xff\x00\x00\x00\x01", "ff00000001"),
        (b"lamp", "6c616d70"),  # type 108 is no text
    ],
)
def test_client_identifier(value: bytes, shown: str) -> None:
    assert values(client((61, value))) == [("dhcp.client_id", shown)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"\x05first\x06second", ["first", "second"]),
        (b"iPXE", ["iPXE"]),  # older than RFC 3004: no lengths
        (b"\x00", []),
        (b"", []),
    ],
)
def test_user_class(value: bytes, shown: list[str]) -> None:
    assert values(client((77, value))) == [("dhcp.user_class", each) for each in shown]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"\x00\x00\x00host.example.org", "host.example.org"),
        (b"\x00\x00\x00host.example.org.\0", "host.example.org"),
        (b"\x04\x00\x00\x04host\x07example\x03org\x00", "host.example.org"),
        (b"\x04\x00\x00\x04host", "host"),  # a partial name
    ],
)
def test_fqdn(value: bytes, shown: str) -> None:
    assert values(client((81, value))) == [("dhcp.fqdn", shown)]


def test_enterprise_numbers() -> None:
    vendor_class = struct.pack("!IB", 4491, 10) + b"\x09docsis3.0"
    information = struct.pack("!IB", 3561, 13) + b"\x01\x0634EA34" + b"\x02\x03\x00\x01\x02"
    two = struct.pack("!IB", 9, 3) + b"\x02ab" + struct.pack("!IB", 11, 4) + b"text"
    assert values(client((124, vendor_class), (125, information))) == [
        ("dhcp.vendor_info", "4491:docsis3.0"),
        ("dhcp.vendor_info", "3561:1=34EA34"),
        ("dhcp.vendor_info", "3561:2=000102"),
    ]
    assert values(client((124, two))) == [("dhcp.vendor_info", "9:ab"), ("dhcp.vendor_info", "11:text")]


def test_a_server_speaks_of_the_client_and_of_itself() -> None:
    area = options((53, bytes([ACK])), (54, bytes([192, 168, 1, 1])), (12, b"lamp"), (60, b"not the client's"))
    found = list(observe(frame(message(2, area, yiaddr="192.168.1.9"))))
    assert found == [
        Observation("dhcp.ip", "192.168.1.9", Role.TOLD, b"192.168.1.9", CLIENT),
        Observation("dhcp.hostname", "lamp", Role.TOLD, b"lamp", CLIENT),
        Observation("dhcp.server", "192.168.1.1", Role.SELF, b"192.168.1.1", None),
    ]
    offer = message(2, options((53, b"\x02")), yiaddr="192.168.1.9")
    assert list(observe(frame(offer))) == [], "an offer may be declined"
    relayed = message(2, area, yiaddr="192.168.1.9", giaddr="192.168.1.254")
    assert "dhcp.server" not in [each.channel for each in observe(frame(relayed))], "the sender may be the relay"


def test_a_client_that_boots_from_the_network() -> None:
    assert values(client((93, b"\0\7"), (60, b"PXEClient:Arch:00007:UNDI:003016"))) == [
        ("dhcp.vendor_class", "PXEClient:Arch:00007:UNDI:003016"),
        ("dhcp.architecture", "7"),
    ]
    assert client((93, b"\7")) == []


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (message(2, options((53, b"\2"), (67, b"boot/efi.img\0"))), "boot/efi.img"),
        (message(2, options((53, b"\2")), file=b"pxelinux.0"), "pxelinux.0"),
        (message(2, options((53, b"\2"), (67, b"http://a:x@192.0.2.1/phone.cfg?key=x"))), "http://192.0.2.1/phone.cfg"),
    ],
)
def test_a_server_says_what_to_load(payload: bytes, shown: str) -> None:
    (told,) = observe(frame(payload))
    assert (told.channel, told.value, told.role, told.subject) == ("dhcp.boot_file", shown, Role.TOLD, CLIENT)
    assert told.raw in payload


def test_a_file_field_that_holds_options_names_no_file() -> None:
    payload = message(2, options((53, b"\2"), (52, b"\1")), file=options((12, b"lamp")))
    assert values(observe(frame(payload))) == [("dhcp.hostname", "lamp")]


def test_a_relayed_request_is_about_the_client_not_about_the_relay() -> None:
    relayed = message(1, options((53, b"\x01"), (12, b"lamp")), giaddr="192.168.1.254")
    assert [each.subject for each in observe(frame(relayed))] == [CLIENT]


def test_split_options_and_overloaded_fields() -> None:
    split = options((60, b"Hang"), (12, b"lamp"), (60, b"zhou"), end=b"\0\0\xff")
    assert ("dhcp.vendor_class", "Hangzhou") in values(observe(frame(message(1, split))))
    area = options((52, b"\x03"), (60, b"a"))
    both = message(1, area, file=options((60, b"b"), (12, b"lamp")), sname=options((60, b"c")))
    assert values(observe(frame(both))) == [("dhcp.hostname", "lamp"), ("dhcp.vendor_class", "abc")]
    names = message(1, options((53, b"\x01")), file=options((12, b"boot")), sname=options((12, b"boot")))
    assert list(observe(frame(names))) == [], "without option 52 the fields are names of files and servers"


@pytest.mark.parametrize(
    "payload",
    [
        message(1, options((12, b"lamp"))).replace(MAGIC, b"CMU\0"),
        message(1, options((12, b"lamp")), mac="00:00:00:00:00:00"),
        message(1, options((12, b"lamp")), mac="ff:ff:ff:ff:ff:ff"),
        b"\x01\x06\x08" + message(1, options((12, b"lamp")))[3:],  # another kind of link
        b"\x03" + message(1, options((12, b"lamp")))[1:],
        message(1, b"")[:239],
        b"",
    ],
)
def test_what_is_no_dhcp_of_an_ethernet_client(payload: bytes) -> None:
    assert list(observe(frame(payload))) == []


def test_direction_must_fit_the_port() -> None:
    request = frame(message(1, options((12, b"lamp"))))
    request.dst_port = 68
    reply = frame(message(2, options((12, b"lamp"))))
    reply.src_port = 68
    assert not [*observe(request), *observe(reply)]


@pytest.mark.parametrize(
    ("area", "kept"),
    [
        (options((12, b"lamp"), end=b"\x3c\x09udh"), ["lamp"]),
        (options((12, b"lamp"), end=b"\x3c"), ["lamp"]),
        (options((12, b"lamp"), (124, b"\0\0\0")), ["lamp"]),
        (options((12, b"lamp"), (125, struct.pack("!IB", 9, 9))), ["lamp"]),
        (options((12, b"lamp"), (81, b"\0\0")), ["lamp"]),
        (options((12, b"lamp"), (81, b"\x04\0\0\x09ab")), ["lamp"]),
    ],
)
def test_broken_options_do_not_hide_the_ones_before(area: bytes, kept: list[str]) -> None:
    found = []
    with pytest.raises(Malformed):  # noqa: PT012 - what came before the fault is the point
        for each in observe(frame(message(1, area))):
            found.append(each.value)  # noqa: PERF401 - kept as far as it got
    assert found == kept


def test_cut_and_unterminated() -> None:
    payload = message(1, options((12, b"lamp"), end=b"\x3c\x09udh"))
    assert values(observe(frame(payload, cut=True))) == [("dhcp.hostname", "lamp")]
    assert list(observe(frame(payload[:200], cut=True))) == []
    assert values(observe(frame(message(1, options((12, b"lamp"), end=b""))))) == [("dhcp.hostname", "lamp")]


def test_long_values_are_bounded() -> None:
    rows = [(code, b"x" * 255) for code in (12, 60, 61, 77, 161)] * 40
    for each in client(*rows, (55, bytes(255))):
        assert len(each.value) <= LONGEST
        assert len(each.raw) <= 1024


ROW = st.tuples(st.sampled_from([12, 50, 52, 53, 54, 55, 60, 61, 77, 81, 124, 125, 161]), st.binary(max_size=12))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([1, 2]), st.lists(ROW, max_size=6), st.binary(max_size=20), st.binary(max_size=64), st.booleans())
def test_any_options(op: int, rows: list[tuple[int, bytes]], rest: bytes, sname: bytes, cut: bool) -> None:
    for payload in (rest, message(op, options(*rows, end=rest), sname=sname, file=sname)):
        try:
            found = list(observe(frame(payload, cut=cut)))
        except Malformed:
            continue
        assert {each.channel for each in found} <= {channel.name for channel in CHANNELS}
        assert all(each.value and safe(each.value) == each.value for each in found)
