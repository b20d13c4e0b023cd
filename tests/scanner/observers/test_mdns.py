"""mDNS: what a host claims, what it looks for, and whose records a reflector repeats."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role, Subject
from scanner.observers.mdns import CHANNELS, WANTS, observe
from scanner.wire.text import LONGEST, safe

HOST_IP, OTHER_IP = "192.168.1.9", "192.168.1.77"
LINK_LOCAL = "fe80::36ea:34ff:fe00:1"
OTHER = Subject("vlan 7", "", OTHER_IP)
QUERY, RESPONSE = 0, 0x8400
A, PTR, HINFO, TXT, AAAA, SRV, ANY = 1, 12, 13, 16, 28, 33, 255
FLUSH = 0x8001  # class IN with the cache-flush bit
SERVICE, INSTANCE, HOST = "_miio._udp.local", "lamp_miio1._miio._udp.local", "lamp.local"


def name(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def question(text: str, kind: int = PTR) -> bytes:
    return name(text) + struct.pack("!HH", kind, 1)


def record(owner: str, kind: int, rdata: bytes, klass: int = FLUSH) -> bytes:
    return name(owner) + struct.pack("!HHIH", kind, klass, 120, len(rdata)) + rdata


def address(owner: str, ip: str) -> bytes:
    packed = ip_address(ip).packed
    return record(owner, A if len(packed) == 4 else AAAA, packed)


def server(instance: str, host: str) -> bytes:
    return record(instance, SRV, struct.pack("!HHH", 0, 0, 54321) + name(host))


def texts(instance: str, *entries: bytes) -> bytes:
    return record(instance, TXT, b"".join(bytes([len(entry)]) + entry for entry in entries))


def message(
    flags: int,
    *answers: bytes,
    questions: tuple[bytes, ...] = (),
    authority: tuple[bytes, ...] = (),
    additional: tuple[bytes, ...] = (),
) -> bytes:
    counts = len(questions), len(answers), len(authority), len(additional)
    return struct.pack("!6H", 0, flags, *counts) + b"".join([*questions, *answers, *authority, *additional])


def frame(payload: bytes, *, source: str = HOST_IP, cut: bool = False) -> Frame:
    ips = ip_address(source).packed, ip_address("224.0.0.251").packed
    return Frame("a.pcap", 1, 0, "vlan 7", b"\2" * 6, b"\4" * 6, 0x0800, *ips, 17, 5353, 5353, payload, cut)


def seen(payload: bytes, *, source: str = HOST_IP, cut: bool = False) -> list[Observation]:
    return list(observe(frame(payload, source=source, cut=cut)))


def facts(found: list[Observation]) -> list[tuple[str, str]]:
    return [(each.channel, each.value) for each in found]


OFFER = (record(SERVICE, PTR, name(INSTANCE), 1), server(INSTANCE, HOST), texts(INSTANCE, b"epoch=1", b"model=zhimi"))
OFFERED = [
    ("mdns.service", SERVICE),
    ("mdns.instance", INSTANCE),
    ("mdns.txt", "epoch=1"),
    ("mdns.txt", "model=zhimi"),
]


def test_a_host_describes_itself() -> None:
    payload = message(RESPONSE, *OFFER, additional=(address(HOST, HOST_IP), address(HOST, LINK_LOCAL)))
    found = seen(payload)
    own = [("mdns.name", HOST), ("mdns.ip", HOST_IP), ("mdns.ip", LINK_LOCAL)]
    assert facts(found) == OFFERED + own, "each fact once"
    assert {(each.role, each.subject) for each in found} == {(Role.SELF, None)}
    assert [each.raw for each in found][:3] == [SERVICE.encode(), INSTANCE.encode(), b"epoch=1"]
    assert all(want.accepts(frame(payload)) for want in WANTS)


def test_without_addresses_a_response_is_its_senders() -> None:
    assert facts(seen(message(RESPONSE, *OFFER))) == OFFERED


def test_a_reflector_is_not_what_it_repeats() -> None:
    found = seen(message(RESPONSE, *OFFER, address(HOST, OTHER_IP), address(HOST, "fd00::77")))
    assert facts(found) == [*OFFERED, ("mdns.name", HOST), ("mdns.ip", OTHER_IP), ("mdns.ip", "fd00::77")]
    assert {(each.role, each.subject) for each in found} == {(Role.TOLD, OTHER)}


def test_a_proxy_that_is_also_a_host() -> None:
    """It gives its own address and another's: each name goes to its owner, a service by its host."""
    proxy = address("proxy.local", HOST_IP)
    found = seen(message(RESPONSE, *OFFER, address(HOST, OTHER_IP), proxy))
    own = [each for each in found if each.role is Role.SELF]
    assert facts(own) == [("mdns.name", "proxy.local"), ("mdns.ip", HOST_IP)]
    assert {each.subject for each in found if each.role is Role.TOLD} == {OTHER}


def test_an_address_among_several_others_names_nobody() -> None:
    assert seen(message(RESPONSE, *OFFER, address(HOST, OTHER_IP), address(HOST, "192.168.1.78"))) == []
    unrelated = message(RESPONSE, record(SERVICE, PTR, name(INSTANCE)), address("else.local", OTHER_IP))
    assert facts(seen(unrelated)) == [("mdns.name", "else.local"), ("mdns.ip", OTHER_IP)]


def test_a_host_known_by_ipv6_only() -> None:
    (*_, found) = seen(message(RESPONSE, address(HOST, "fd00::77")))
    assert (found.role, found.subject) == (Role.TOLD, Subject("vlan 7", "", "fd00::77"))


def test_a_host_does_not_claim_its_loopback() -> None:
    found = seen(message(RESPONSE, address(HOST, HOST_IP), address(HOST, "127.0.0.1")))
    assert facts(found) == [("mdns.name", HOST), ("mdns.ip", HOST_IP)]


def test_a_host_heard_by_ipv6_is_told_by_its_ipv4_address() -> None:
    payload = message(RESPONSE, *OFFER, address(HOST, OTHER_IP), address(HOST, "fd00::9"), address(HOST, "fd00::10"))
    assert {(each.role, each.subject) for each in seen(payload, source=LINK_LOCAL)} == {(Role.TOLD, OTHER)}


def test_asking_probing_and_knowing_are_not_being() -> None:
    known = record(SERVICE, PTR, name(INSTANCE))
    asked = message(QUERY, known, questions=(question("_MIIO._udp.local"),))
    assert seen(asked) == [Observation("mdns.query", "_MIIO._udp.local", Role.ASKED, b"_MIIO._udp.local", None)]
    probe = message(QUERY, questions=(question(HOST, ANY),), authority=(address(HOST, HOST_IP),))
    assert [(each.channel, each.role) for each in seen(probe)] == [("mdns.query", Role.ASKED)]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (record("_services._dns-sd._udp.local", PTR, name("_Hue._tcp.local")), [("mdns.service", "_hue._tcp.local")]),
        (record("_services._dns-sd._udp.local", PTR, name("lamp.local")), []),
        (
            record("_L1._sub._matterc._udp.local", PTR, name("AB12._matterc._udp.local")),
            [("mdns.service", "_matterc._udp.local"), ("mdns.instance", "AB12._matterc._udp.local")],
        ),
        (record(SERVICE, PTR, name("lamp.local")), [("mdns.service", SERVICE)]),
        (record("9.1.168.192.in-addr.arpa", PTR, name(HOST)), [("mdns.name", HOST)]),
        (record(HOST, HINFO, b"\x06ARMV7L\x05LINUX"), [("mdns.hinfo", "ARMV7L LINUX")]),
        (record(HOST, HINFO, b"\0\0"), []),
        (address("a.b.local", HOST_IP), []),  # not a host name of one label
        (address("lamp.example", HOST_IP), []),
        (address(HOST, "0.0.0.0"), []),
        (record(HOST, A, ip_address(HOST_IP).packed, 3), []),  # another class
        (texts("lamp.local", b"model=x"), []),  # not a service instance
    ],
)
def test_one_record(entry: bytes, found: list[tuple[str, str]]) -> None:
    assert facts(seen(message(RESPONSE, entry))) == found


def test_a_reverse_record_speaks_of_its_address() -> None:
    (told,) = seen(message(RESPONSE, record("77.1.168.192.in-addr.arpa", PTR, name(HOST))))
    assert (told.value, told.role, told.subject) == (HOST, Role.TOLD, OTHER)


def test_secrets_counters_and_keyless_strings_are_left_out() -> None:
    entries = (b"PSK=hunter2", b"password=x", b"Token=x", b"key=x", b"pin", b"c#=7", b"s#=1", b"=x", b"", b"md=Lamp", b"flag")
    more = (b"wifi_password=x", b"admin.pwd=x", b"apikey=x", b"access_token=x", b"adminpass=x", b"url=http://a:x@h/", b"pk=ab")
    kept = [each.value for each in seen(message(RESPONSE, texts(INSTANCE, *entries, *more))) if each.channel == "mdns.txt"]
    assert kept == ["md=Lamp", "flag", "url=http://h/", "pk=ab"]
    many = texts(INSTANCE, *[b"k%d=v" % number for number in range(100)])
    assert len([each for each in seen(message(RESPONSE, many)) if each.channel == "mdns.txt"]) == 64


def test_a_bare_text_without_lengths_counts_as_one_string() -> None:
    bare = record(INSTANCE, TXT, b"epoch=0:mac=34ea34000001\0")
    assert facts(seen(message(RESPONSE, bare)))[-1] == ("mdns.txt", "epoch=0:mac=34ea34000001")
    long = seen(message(RESPONSE, record(INSTANCE, TXT, b"~" * 5000)))[-1]
    assert (len(long.value), len(long.raw)) == (LONGEST, LONGEST)
    found = observe(frame(message(RESPONSE, record(INSTANCE, TXT, b"\x09\x01\x02"))))
    assert [next(found).channel, next(found).channel] == ["mdns.service", "mdns.instance"]
    with pytest.raises(Malformed):
        next(found)


def test_a_dot_inside_an_instance_name() -> None:
    instance = b"\x0cCam v1.2 (3)" + name("_ipp._tcp.local")
    payload = message(RESPONSE, record("_ipp._tcp.local", PTR, instance))
    (_, found) = seen(payload)
    assert (found.value, found.raw) == ("Cam v1\\.2 (3)._ipp._tcp.local", b"Cam v1.2 (3)._ipp._tcp.local")


@pytest.mark.parametrize(
    "payload",
    [
        message(RESPONSE | 3, *OFFER),  # RFC 6762 section 18.11
        message(RESPONSE | 1 << 11, *OFFER),  # section 18.3
        b"\x0a\xba\x10\x00",
        b"NOTIFY * HTTP/1.1\r\n",
        b"",
    ],
)
def test_what_says_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_direction_must_fit_the_port() -> None:
    response = frame(message(RESPONSE, *OFFER))
    response.src_port = 40000
    query = frame(message(QUERY, questions=(question(SERVICE),)))
    query.dst_port = 40000
    assert not [*observe(response), *observe(query)]
    unicast = frame(message(RESPONSE, *OFFER))
    unicast.dst_port = 40000
    assert facts(list(observe(unicast))) == OFFERED


def test_broken_and_cut() -> None:
    payload = message(RESPONSE, *OFFER, address(HOST, HOST_IP))
    assert facts(seen(payload[:-1], cut=True)) == OFFERED
    found = []
    with pytest.raises(Malformed):  # noqa: PT012 - what came before the fault is the point
        for each in observe(frame(payload[:-1])):
            found.append(each)  # noqa: PERF402 - kept as far as it got
    assert facts(found) == OFFERED


OWNERS = st.sampled_from([SERVICE, INSTANCE, HOST, "_services._dns-sd._udp.local", "9.1.168.192.in-addr.arpa", "other.local"])
RECORDS = st.lists(st.tuples(OWNERS, st.sampled_from([A, PTR, HINFO, TXT, AAAA, SRV]), st.binary(max_size=24)), max_size=5)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([QUERY, RESPONSE]), RECORDS, st.binary(max_size=80), st.booleans())
def test_any_records(flags: int, rows: list[tuple[str, int, bytes]], body: bytes, cut: bool) -> None:
    made = message(flags, *[record(*row) for row in rows], questions=(question(SERVICE),))
    for payload in (body, made[:12] + body, made):
        try:
            found = seen(payload, cut=cut)
        except Malformed:
            continue
        assert {each.channel for each in found} <= {channel.name for channel in CHANNELS}
        assert all(each.value and safe(each.value) == each.value and len(each.raw) <= LONGEST for each in found)
