"""TLS client hellos (RFC 8446, section 4.1.2), and JA4 against the examples FoxIO publishes."""

import struct
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers import tls
from scanner.wire.text import safe

Extensions = list[tuple[int, bytes]]


def counted(value: bytes, width: int = 2) -> bytes:
    return len(value).to_bytes(width, "big") + value


def numbers(values: list[int]) -> bytes:
    return b"".join(value.to_bytes(2, "big") for value in values)


def server_name(name: bytes) -> tuple[int, bytes]:
    return 0x0000, counted(b"\0" + counted(name))


def protocols(*names: bytes) -> tuple[int, bytes]:
    return 0x0010, counted(b"".join(counted(name, 1) for name in names))


def signatures(*values: int) -> tuple[int, bytes]:
    return 0x000D, counted(numbers(list(values)))


def versions(*values: int) -> tuple[int, bytes]:
    return 0x002B, counted(numbers(list(values)), 1)


def hello(ciphers: list[int], extensions: Extensions | None, version: int = 0x0303) -> bytes:
    body = (
        struct.pack(">H", version) + bytes(range(32)) + counted(b"session", 1) + counted(numbers(ciphers)) + counted(b"\0", 1)
    )
    if extensions is not None:
        body += counted(b"".join(numbers([kind]) + counted(value) for kind, value in extensions))
    return b"\x16\x03\x01" + counted(b"\x01" + counted(body, 3))


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\x0a\0\0\x01", b"\x0a\0\0\x02", 6, 40000, 443, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> dict[str, Observation]:
    return {fact.channel: fact for fact in tls.observe(frame(payload, cut=cut))}


def ja4(payload: bytes) -> str:
    return seen(payload)["tls.ja4"].value


# The client of the example in FoxIO's technical_details/JA4.md, in the order of its ja4_ro.
CIPHERS = [
    0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035,
]  # fmt: skip
SIGNATURES = signatures(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601)
EXTENSIONS: Extensions = [
    (0x001B, b""), server_name(b"example.com"), (0x0033, b""), protocols(b"h2", b"http/1.1"), (0x4469, b""), (0x0017, b""),
    (0x002D, b""), SIGNATURES, (0x0005, b""), (0x0023, b""), (0x0012, b""), versions(0x0304, 0x0303), (0xFF01, b"\0"),
    (0x000B, b""), (0x000A, b""), (0x0015, bytes(40)),
]  # fmt: skip
PUBLISHED = "t13d1516h2_8daaf6152771_e5627efa2ab1"


def test_name_protocols_and_fingerprint() -> None:
    facts = seen(hello(CIPHERS, EXTENSIONS))
    assert [(fact.channel, fact.value, fact.role) for fact in facts.values()] == [
        ("tls.sni", "example.com", Role.ASKED),
        ("tls.alpn", "h2,http/1.1", Role.SELF),
        ("tls.ja3", facts["tls.ja3"].value, Role.SELF),
        ("tls.ja4", PUBLISHED, Role.SELF),
    ]
    assert facts["tls.sni"].raw == b"example.com"


def test_reserved_values_never_count() -> None:
    greased = [
        (0x0A0A, b""), *EXTENSIONS[:3], protocols(b"\x5a\x5a", b"h2", b"http/1.1"), *EXTENSIONS[4:7],
        signatures(0x9A9A, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601), *EXTENSIONS[8:11],
        versions(0xFAFA, 0x0304, 0x0303), *EXTENSIONS[12:], (0xDADA, b"\0"),
    ]  # fmt: skip
    facts = seen(hello([0x2A2A, *CIPHERS], greased))
    assert facts["tls.ja4"].value == PUBLISHED
    assert facts["tls.alpn"].value == "h2,http/1.1"


def test_order_of_ciphers_and_extensions_does_not_count_but_that_of_signatures_does() -> None:
    assert ja4(hello(CIPHERS[::-1], EXTENSIONS[::-1])) == PUBLISHED
    swapped = [signatures(0x0804, 0x0403) if kind == 0x000D else (kind, body) for kind, body in EXTENSIONS]
    assert ja4(hello(CIPHERS, swapped)).split("_")[:2] == PUBLISHED.split("_")[:2]
    assert ja4(hello(CIPHERS, swapped)) != PUBLISHED


def test_parts_of_the_fingerprint_follow_the_specification() -> None:
    listed = "000b,0017"
    expected = f"t12i010200_{sha256(b'c02f').hexdigest()[:12]}_{sha256(listed.encode()).hexdigest()[:12]}"
    assert ja4(hello([0xC02F], [(0x0017, b""), (0x000B, b"")])) == expected
    assert ja4(hello([], None)) == "t12i000000_000000000000_000000000000"
    assert ja4(hello([], [server_name(b"a.example"), protocols(b"h2")])) == "t12d0002h2_000000000000_000000000000"
    assert ja4(hello(list(range(1, 120)), [(kind, b"") for kind in range(100, 220)])).startswith("t12i999900_")


@pytest.mark.parametrize(("version", "mark"), [(0x0303, "12"), (0x0302, "11"), (0x0301, "10"), (0x0300, "s3"), (0x0399, "00")])
def test_version_without_the_extension(version: int, mark: str) -> None:
    assert ja4(hello([1], [], version))[1:3] == mark


def test_version_is_the_highest_offered() -> None:
    assert ja4(hello([1], [versions(0x0301, 0x0304, 0x0303)]))[1:3] == "13"
    assert ja4(hello([1], [versions(0x7F1C)]))[1:3] == "00"
    assert ja4(hello([1], [versions(0x0A0A)]))[1:3] == "12"


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        (b"http/1.1", "h1"), (b"h", "hh"), (b"\xab", "ab"), (b"\xab\xcd", "ad"), (b"\x30\xab", "3b"),
        (b"\x30\x31\xab\xcd", "3d"), (b"\x30\xab\xcd\x31", "01"), (b"/x", "28"),
    ],
)  # fmt: skip
def test_ends_of_the_first_protocol(name: bytes, ends: str) -> None:
    assert ja4(hello([1], [protocols(name)]))[8:10] == ends


def test_names_are_lower_case() -> None:
    assert seen(hello([1], [server_name(b"CAM.Example.COM.")]))["tls.sni"].value == "cam.example.com"


def test_a_hello_that_goes_on_in_the_next_segment_tells_what_is_here() -> None:
    payload = hello(CIPHERS, EXTENSIONS)
    facts = seen(payload[:-30])
    assert set(facts) == {"tls.sni", "tls.alpn"}
    assert facts["tls.alpn"].value == "h2,http/1.1"
    before_protocols = payload[: payload.index(b"http/1.1") + 3]
    assert set(seen(before_protocols, cut=True)) == {"tls.sni"}
    assert seen(payload[: payload.index(b"example.com") + 3]) == {}


def test_an_encrypted_hello_is_told() -> None:
    facts = seen(hello(CIPHERS, [(0xFE0D, b"\0" * 20), server_name(b"front.example")]))
    assert (facts["tls.ech"].value, facts["tls.sni"].value) == ("outer hello", "front.example")
    assert "tls.ech" not in seen(hello(CIPHERS, EXTENSIONS))


def test_a_hello_in_two_records_is_one_message() -> None:
    payload = hello(CIPHERS, EXTENSIONS)
    half = len(payload) - 60
    first, second = (payload[:3] + counted(part) for part in (payload[5:half], payload[half:]))
    assert seen(first + second) == seen(payload)
    assert set(seen(first)) == {"tls.sni", "tls.alpn"}


SERVER_HELLO = b"\x16\x03\x03" + counted(b"\x02" + counted(b"\x03\x03" + bytes(36), 3))


@pytest.mark.parametrize(
    "payload",
    [
        SERVER_HELLO,
        b"\x16\x03\x03\x00\x28" + b"\x01" + b"\x9c" * 39,
        b"\x16\x03",
        b"\x16\x03\x01\x00\x00",
        b"\x16\x03\x09" + bytes(60),
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == {}


@pytest.mark.parametrize(
    "extensions",
    [[(0x0017, b""), (0x0017, b"")], [(0x0000, b"\x00\x09\x00")], [(0x0010, b"\x00\x03\x09h2")]],
)
def test_broken_extensions_are_malformed(extensions: Extensions) -> None:
    with pytest.raises(Malformed):
        seen(hello([1], extensions))


def test_broken_protocols_leave_the_name_as_it_is() -> None:
    found = []
    with pytest.raises(Malformed):
        for fact in tls.observe(frame(hello([1], [server_name(b"a.example"), (0x0010, b"\xb8\x89\2h2")]))):
            found.append((fact.channel, fact.value))  # noqa: PERF401 - kept as far as it got
    assert found == [("tls.sni", "a.example")]


@pytest.mark.parametrize("tail", [b"\0", b"\0\x09\0\x17\0\0", b"\0\x03\0\x17\0", b"\0\x04\0\x17\0\x09"])
def test_broken_extension_lists_are_malformed(tail: bytes) -> None:
    body = hello([1], None)[9:] + tail
    with pytest.raises(Malformed):
        seen(b"\x16\x03\x01" + counted(b"\x01" + counted(body, 3)))


def test_a_record_longer_than_records_are_is_something_else() -> None:
    assert seen(hello([1] * 9000, [])) == {}


def test_odd_cipher_list_is_malformed() -> None:
    body = b"\x03\x03" + bytes(32) + b"\0" + counted(b"\x13\x01\x00") + b"\x01\0"
    with pytest.raises(Malformed):
        seen(b"\x16\x03\x01" + counted(b"\x01" + counted(body, 3)))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([0, 13, 16, 43, 23]), st.binary(max_size=12)), max_size=5),
    st.binary(max_size=12),
    st.integers(0, 140),
    st.booleans(),
)
def test_any_payload_gives_safe_observations_or_malformed(extensions: Extensions, rest: bytes, size: int, cut: bool) -> None:
    names = {channel.name for channel in tls.CHANNELS}
    for payload in (b"\x16\x03" + rest, hello([1, 2], extensions)[:size], hello([1, 2], extensions)):
        try:
            facts = list(tls.observe(frame(payload, cut=cut)))
        except Malformed:
            continue
        for fact in facts:
            assert fact.channel in names
            assert fact.value == safe(fact.value) != ""
            assert fact.raw in payload
