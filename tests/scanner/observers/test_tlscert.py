"""Certificates in clear (RFC 5246, RFC 5280): whole ones only, whoever sends them."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import tlscert
from scanner.wire.text import safe

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def name(common: str, organization: str = "", unit: str = "") -> x509.Name:
    parts = [(NameOID.COUNTRY_NAME, "SE"), (NameOID.ORGANIZATION_NAME, organization)]
    parts += [(NameOID.ORGANIZATIONAL_UNIT_NAME, unit), (NameOID.COMMON_NAME, common)]
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts if value])


def certificate(subject: x509.Name, issuer: x509.Name, *alternatives: str) -> bytes:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(KEY.public_key()).serial_number(7)
    builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
    if alternatives:
        names = x509.SubjectAlternativeName([x509.DNSName(one) for one in alternatives])
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(names, critical=False)
    return builder.sign(KEY, None).public_bytes(Encoding.DER)


CERTIFICATE = certificate(name("cam-1", "Example Cameras", "Video"), name("Example CA", "Example Trust"), "cam-1.example")


def counted(value: bytes, width: int) -> bytes:
    return len(value).to_bytes(width, "big") + value


def hello(version: bytes = b"\3\3", extensions: bytes = b"\x00\x17\x00\x00", cipher: bytes = b"\xc0\x2f") -> bytes:
    body = version + bytes(32) + counted(b"session", 1) + cipher + b"\0" + counted(extensions, 2)
    return b"\2" + counted(body, 3)


def shown(*ders: bytes) -> bytes:
    return b"\x0b" + counted(counted(b"".join(counted(der, 3) for der in ders), 3), 3)


def record(content: bytes) -> bytes:
    return b"\x16\x03\x03" + counted(content, 2)


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, 443, 40000, payload, cut)


def seen(payload: bytes) -> list[tuple[str, str]]:
    facts = list(tlscert.observe(frame(payload)))
    assert all(fact.role is Role.SELF and fact.subject is None and fact.raw in payload for fact in facts)
    return [(fact.channel.removeprefix("tlscert."), fact.value) for fact in facts]


SAID = [
    ("name", "cam-1"),
    ("organization", "Example Cameras"),
    ("unit", "Video"),
    ("issuer_name", "Example CA"),
    ("issuer_organization", "Example Trust"),
    ("alternative", "cam-1.example"),
    ("sha256", sha256(CERTIFICATE).hexdigest()),
]


@pytest.mark.parametrize(
    "payload",
    [
        record(hello() + shown(CERTIFICATE)),
        record(hello()) + record(shown(CERTIFICATE)),
        record(hello()) + record(shown(CERTIFICATE)[:-70]) + record(shown(CERTIFICATE)[-70:]),
        record(hello()) + record(shown(CERTIFICATE, CERTIFICATE)) + record(b"\x0e\0\0\0"),
    ],
)
def test_a_server_shows_its_certificate(payload: bytes) -> None:
    assert seen(payload) == [("version", "TLS 1.2 c02f"), *SAID]


def test_a_certificate_in_a_segment_of_its_own() -> None:
    assert seen(record(shown(CERTIFICATE))) == SAID


def test_only_the_first_certificate_is_the_senders() -> None:
    other = certificate(name("Example CA", "Example Trust"), name("Example CA", "Example Trust"))
    assert dict(seen(record(hello() + shown(CERTIFICATE, other))))["name"] == "cam-1"


def test_the_first_four_alternatives() -> None:
    der = certificate(name("x"), name("x"), *(f"Name-{count}.example" for count in range(9)))
    found = [value for channel, value in seen(record(hello() + shown(der))) if channel == "alternative"]
    assert found == [f"name-{count}.example" for count in range(4)]


@pytest.mark.parametrize(
    ("message", "value"),
    [
        (hello(b"\3\1", b"", b"\x00\x2f"), "TLS 1.0 002f"),
        (hello(extensions=bytes.fromhex("0033000100 002b00020304"), cipher=b"\x13\x01"), "TLS 1.3 1301"),
    ],
)
def test_versions(message: bytes, value: str) -> None:
    assert seen(record(message)) == [("version", value)]


@pytest.mark.parametrize("size", [60, 200, 400])
def test_a_certificate_longer_than_the_segment_tells_nothing(size: int) -> None:
    payload = record(hello()) + record(shown(CERTIFICATE, CERTIFICATE))
    assert seen(payload[: len(record(hello())) + size]) == [("version", "TLS 1.2 c02f")]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x16\x03\x03",
        record(b"\1" + counted(b"\3\3" + bytes(60), 3)),
        record(b"\2" + b"\x9c" * 39),
        record(b"\2" + counted(b"\x7f\x1c" + bytes(40), 3)),
        record(b"\2" + counted(b"\3\3" + bytes(30), 3)),
        record(b"\x0b" + counted(counted(b"", 3), 3)),
        record(b"\x0b" + counted(b"\x9c" * 40, 3)),
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


@pytest.mark.parametrize("der", [CERTIFICATE[:-200], b"\x30\x03\x30\x01\x05", b"\x30\x04\x30\x02\x05\x00"])
def test_broken_certificates_are_malformed(der: bytes) -> None:
    with pytest.raises(Malformed):
        seen(record(shown(der)))
    with pytest.raises(Malformed):
        seen(record(b"\x0b" + counted(counted(b"\0\xff\xff" + der, 3), 3)))


def test_wide_characters_are_read() -> None:
    der = certificate(name("abcd"), name("x")).replace(b"\x0c\x04abcd", b"\x1e\x04\x00c\x00\xe9")
    assert ("name", "c\xe9") in seen(record(shown(der)))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=5), st.integers(0, 700))
def test_any_change_gives_safe_observations_or_malformed(changes: list[tuple[int, int]], size: int) -> None:
    payload = bytearray(record(hello() + shown(CERTIFICATE)))
    for at, byte in changes:
        payload[at % len(payload)] = byte
    names = {channel.name for channel in tlscert.CHANNELS}
    for one in (bytes(payload), bytes(payload[:size])):
        try:
            for fact in tlscert.observe(frame(one)):
                assert fact.channel in names
                assert fact.value == safe(fact.value) != ""
        except Malformed:
            pass
