"""The DNS message reader: names, pointers, records, and what it does with messages that lie."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import Malformed
from scanner.wire.dns import (
    AAAA,
    CNAME,
    IN,
    MOST,
    PTR,
    SRV,
    TXT,
    A,
    Message,
    Question,
    dotted,
    plain_name,
    read,
    reversed_address,
    strings,
)
from scanner.wire.text import LONGEST, safe

HEADER_BYTES = 12


def wire(*labels: bytes) -> bytes:
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def pointer(offset: int) -> bytes:
    return struct.pack("!H", 0xC000 | offset)


def header(questions: int = 0, answers: int = 0, authority: int = 0, additional: int = 0, flags: int = 0x8400) -> bytes:
    return struct.pack("!6H", 0x1234, flags, questions, answers, authority, additional)


def record(name: bytes, kind: int, rdata: bytes, *, klass: int = IN, ttl: int = 120) -> bytes:
    return name + struct.pack("!HHIH", kind, klass, ttl, len(rdata)) + rdata


def whole(payload: bytes) -> Message:
    message = read(payload, cut=False)
    assert message is not None
    return message


def test_question_and_flags() -> None:
    message = whole(header(1, flags=0x2983) + wire(b"WWW", b"Example", b"com") + struct.pack("!HH", A, 0x8000 | IN))
    assert message.questions == [Question("WWW.Example.com", A, IN)]
    assert (message.response, message.opcode, message.rcode, message.fault) == (False, 5, 3, "")
    assert whole(header()).response


def test_records_of_every_section_with_pointers() -> None:
    first = wire(b"_miio", b"_udp", b"local")
    instance = b"\x04lamp" + pointer(HEADER_BYTES)
    start = HEADER_BYTES + len(first) + 10  # where the first record's data, the instance name, begins
    host = wire(b"lamp", b"local")
    payload = (
        header(0, 2, 1, 2)
        + record(first, PTR, instance, klass=0x8001)
        + record(pointer(start), SRV, struct.pack("!HHH", 0, 0, 54321) + host)
        + record(wire(), 41, b"opt")
        + record(host, A, bytes([192, 168, 1, 9]))
        + record(host, AAAA, bytes.fromhex("fe80") + bytes(13) + b"\x01")
    )
    message = whole(payload)
    service, server = message.answers
    assert (service.name, service.kind, service.klass, service.ttl) == ("_miio._udp.local", PTR, IN, 120)
    assert (service.target, service.rdata) == ("lamp._miio._udp.local", instance)
    assert (server.name, server.target) == ("lamp._miio._udp.local", "lamp.local")
    assert [(each.name, each.rdata, each.target) for each in message.authority] == [("", b"opt", "")]
    assert [each.target for each in message.additional] == ["192.168.1.9", "fe80::1"]
    assert message.fault == ""


def test_netbios_gives_type_33_another_meaning() -> None:
    status = header(0, 1) + record(wire(b"x"), SRV, b"\x50" * 9)
    assert whole(status).fault == "DNS label of a reserved type"
    message = read(status, cut=False, netbios=True)
    assert message is not None
    assert [(each.rdata, each.target) for each in message.answers] == [(b"\x50" * 9, "")]


def test_pointer_into_the_middle_of_a_name_and_to_the_root() -> None:
    name = wire(b"a", b"b", b"c")
    payload = header(0, 3) + record(name, TXT, b"") + record(pointer(14), TXT, b"") + record(b"\x01x" + pointer(18), TXT, b"")
    assert [each.name for each in whole(payload).answers] == ["a.b.c", "b.c", "x"]


def test_names_are_safe_text_with_dots_and_backslashes_escaped() -> None:
    payload = header(1) + wire("Küche v1.2".encode(), b"a\\b", b"\x1b[2J", b"\xff") + struct.pack("!HH", TXT, IN)
    name = whole(payload).questions[0].name
    assert name == "Küche v1\\.2.a\\\\b.\\x1b[2J.ÿ"
    assert dotted(name) == "Küche v1.2.a\\b.\\x1b[2J.ÿ".encode()
    assert dotted("plain.local") == b"plain.local"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        (pointer(HEADER_BYTES), "DNS name pointer does not lead backwards"),  # to itself
        (b"\x01a" + pointer(HEADER_BYTES), "DNS name pointer does not lead backwards"),  # a circle
        (pointer(HEADER_BYTES + 4), "DNS name pointer does not lead backwards"),
        (pointer(0), "DNS name pointer does not lead backwards"),  # the header is no name
        (b"\x40a", "DNS label of a reserved type"),
        (b"\x80a", "DNS label of a reserved type"),
        (wire(*[b"x" * 63] * 4), "DNS name longer than 255 bytes"),
    ],
)
def test_names_that_break_the_rules(name: bytes, fault: str) -> None:
    message = whole(header(1) + name + bytes(8))
    assert message.questions == []
    assert message.fault == fault


def test_longest_name_is_read() -> None:
    name = wire(b"x" * 63, b"y" * 63, b"z" * 63, b"w" * 61)
    assert len(name) == 255
    assert len(whole(header(1) + name + bytes(4)).questions[0].name) == 253
    longer = header(2) + name + bytes(4) + b"\x01a" + pointer(HEADER_BYTES) + bytes(4)
    assert whole(longer).fault == "DNS name longer than 255 bytes"


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (record(wire(b"a"), A, b"\1\2\3"), "DNS address record of a wrong size"),
        (record(wire(b"a"), AAAA, b"\1\2\3\4"), "DNS address record of a wrong size"),
        (record(wire(b"a"), CNAME, wire(b"b") + b"\0"), "DNS name does not fill its record"),
        (record(wire(b"a"), PTR, b"\x04ab"), "DNS name does not fill its record"),
        (record(wire(b"a"), TXT, b"12345")[:-1], "DNS message ends inside a record"),
    ],
)
def test_what_stands_before_a_fault_is_kept(entry: bytes, fault: str) -> None:
    good = record(wire(b"good"), A, bytes(4))
    message = whole(header(0, 2) + good + entry + (bytes(4) if entry[-3:] == b"\x04ab" else b""))
    assert [each.name for each in message.answers] == ["good"]
    assert message.fault == fault


def test_other_traffic_is_no_message() -> None:
    assert read(b"", cut=False) is None
    assert read(bytes(11), cut=True) is None
    assert read(header(1) + bytes(4), cut=False) is None, "a question has at least five bytes"
    assert read(header(0, 1) + bytes(10), cut=False) is None, "a record has at least eleven bytes"


@pytest.mark.parametrize("counts", [(1, 9), (1, 0, 207), (1, 0, 0, 9607), (129,)])
def test_of_a_message_shorter_than_its_counts_a_sound_question_is_kept(counts: tuple[int, ...]) -> None:
    message = whole(header(*counts) + wire(b"camera", b"lan") + struct.pack("!HH", A, 0x8000 | IN))
    assert message == (0x8400, [Question("camera.lan", A, IN)], [], [], [], "DNS message shorter than its counts")


@pytest.mark.parametrize(
    "body",
    [
        wire(b"camera") + struct.pack("!HH", A, 48),  # a class that does not exist
        wire() + struct.pack("!HH", A, IN),  # no name
        wire(b"camera") + struct.pack("!H", A),
        b"\x40camera\0" + struct.pack("!HH", A, IN),
        pointer(HEADER_BYTES) + struct.pack("!HH", A, IN),
    ],
)
def test_a_message_shorter_than_its_counts_without_a_sound_question_is_none(body: bytes) -> None:
    assert read(header(1, 9) + body, cut=False) is None


def test_a_cut_message_is_read_as_far_as_it_goes() -> None:
    payload = header(1, 1) + wire(b"a") + bytes(4) + record(wire(b"b"), TXT, b"12345")
    for size in range(HEADER_BYTES, len(payload)):
        message = read(payload[:size], cut=True)
        assert message is not None
        assert message.fault == ""
        assert not message.answers
        assert len(message.questions) == (size >= HEADER_BYTES + 7)
    cut_after_circle = read(header(1) + pointer(HEADER_BYTES), cut=True)
    assert cut_after_circle is not None
    assert cut_after_circle.fault, "being cut excuses only the end"


def test_records_beyond_the_limit_are_left_unread() -> None:
    message = whole(header(1, MOST + 88) + wire() + bytes(4) + record(wire(), TXT, b"") * (MOST + 88))
    assert (len(message.questions), len(message.answers), message.fault) == (1, MOST - 1, "")
    half = MOST // 2 + 10
    spread = whole(header(0, half, half, half) + record(wire(), TXT, b"") * (3 * half))
    assert [len(section) for section in (spread.answers, spread.authority, spread.additional)] == [half, MOST - half, 0]


def test_pointers_cannot_make_much_out_of_little() -> None:
    """Labels hidden in opaque data, and pointers to every place in them: 5 KiB that would spell 32 KiB of names."""
    chain = b"\x01a" * 126 + b"\0"
    hidden = record(wire(), TXT, chain) * 2
    starts = [at + skip for at in (HEADER_BYTES + 11, HEADER_BYTES + 11 + 253 + 11) for skip in range(0, 252, 2)]
    everywhere = header(0, 2 + len(starts)) + hidden + b"".join(record(pointer(at), TXT, b"") for at in starts)
    assert whole(everywhere).fault == "DNS message with too many names"
    same = header(0, 2 + len(starts)) + hidden + record(pointer(starts[0]), TXT, b"") * len(starts)
    assert whole(same).fault == "", "a name already read costs nothing"


LABELS = st.lists(st.binary(min_size=1, max_size=20), max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(LABELS, st.integers(0, 2**16)), min_size=1, max_size=8))
def test_any_names_come_back_with_and_without_compression(names: list[tuple[list[bytes], int]]) -> None:
    """Each name may end with a pointer to any earlier name: the reader gives the labels that were meant."""
    payload = header(len(names))
    places: list[tuple[int, list[bytes]]] = []
    meant = []
    for labels, choice in names:
        tail: list[bytes] = []
        end = b"\0"
        if places and choice % 3:
            place, tail = places[choice % len(places)]
            end = pointer(place)
        full = labels + tail
        if sum(len(label) + 1 for label in full) > 254:
            full, end = labels, b"\0"
        places.append((len(payload), full))
        payload += wire(*labels)[:-1] + end + struct.pack("!HH", A, IN)
        meant.append(full)
    message = whole(payload)
    assert message.fault == ""
    for labels, question in zip(meant, message.questions, strict=True):
        alone = plain_name(wire(*labels))
        assert question.name == alone
        assert len(alone) == LONGEST or alone.count(".") >= len(labels) - 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.booleans(), st.tuples(*[st.integers(0, 6)] * 4))
def test_any_bytes_give_a_bounded_message(body: bytes, cut: bool, counts: tuple[int, int, int, int]) -> None:
    for payload in (body, header(*counts) + body):
        message = read(payload, cut=cut)
        if message is not None:
            every = [*message.answers, *message.authority, *message.additional]
            names = [each.name for each in message.questions] + [part for each in every for part in (each.name, each.target)]
            assert all(safe(name) == name for name in names)
            assert message.fault == str(message.fault)[:60]


def test_plain_name() -> None:
    assert plain_name(wire(b"host", b"example", b"org")) == "host.example.org"
    assert plain_name(wire(b"host")[:-1]) == "host", "a partial name has no root label"
    assert plain_name(b"") == plain_name(b"\0") == ""
    for broken in (b"\x05ab", pointer(HEADER_BYTES), b"\x01a\xc0\x00", wire(*[b"x" * 63] * 4)):
        with pytest.raises(Malformed):
            plain_name(broken)


def test_strings() -> None:
    assert list(strings(b"\x03a=b\x00\x01c")) == [b"a=b", b"", b"c"]
    assert list(strings(b"")) == []
    fields = strings(b"\x01a\x05bcd")
    assert next(fields) == b"a"
    with pytest.raises(Malformed):
        next(fields)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("9.1.168.192.in-addr.arpa", "192.168.1.9"),
        ("9.1.168.192.IN-ADDR.ARPA", "192.168.1.9"),
        ("1" + ".0" * 27 + ".0.8.e.f.ip6.arpa", "fe80::1"),
        ("168.192.in-addr.arpa", ""),
        ("999.1.168.192.in-addr.arpa", ""),
        ("0.8.e.f.ip6.arpa", ""),
        ("lb._dns-sd._udp.in-addr.arpa", ""),
        ("example.org", ""),
        ("", ""),
    ],
)
def test_reversed_address(name: str, address: str) -> None:
    assert reversed_address(name) == address
