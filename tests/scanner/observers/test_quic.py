"""QUIC client hellos: the packet published in RFC 9001, and our own in both versions, whole, in pieces, and cut short."""

import contextlib
import hashlib
import hmac
import random
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import quic
from scanner.wire.hello import GOES_ON
from scanner.wire.text import safe

ONE, TWO = bytes.fromhex("00000001"), bytes.fromhex("6b3343cf")
SALTS = {ONE: "38762cf7f55934b34d179ae6a4c80cadccbb7f0a", TWO: "0dede3def700a6db819381be6e269dcbf9bd2ed9"}
DESTINATION = bytes.fromhex("8394c8f03e515708")  # the ID in RFC 9001, appendix A


def counted(value: bytes, width: int = 2) -> bytes:
    return len(value).to_bytes(width, "big") + value


def hello(name: bytes, filler: int = 0, *, ech: bool = False) -> bytes:
    extensions = {
        0x0000: counted(b"\0" + counted(name)),
        0x0010: counted(counted(b"h3", 1)),
        0x000D: counted(b"\x04\x03\x08\x04"),
        0x002B: counted(b"\x03\x04", 1),
        0x0039: b"\x01\x02\x43\xe8",
    }
    if ech:
        extensions[0xFE0D] = bytes(20)
    if filler:
        extensions[0x0015] = bytes(filler)
    block = b"".join(kind.to_bytes(2, "big") + counted(body) for kind, body in extensions.items())
    body = b"\3\3" + bytes(range(32)) + b"\0" + counted(b"\x13\x01\x13\x02") + b"\x01\0" + counted(block)
    return b"\1" + counted(body, 3)


def number(value: int) -> bytes:
    return (value | 0x4000).to_bytes(2, "big")


def crypto(data: bytes, offset: int = 0) -> bytes:
    return b"\x06" + number(offset) + number(len(data)) + data


def expand(secret: bytes, label: str, size: int) -> bytes:
    info = size.to_bytes(2, "big") + counted(f"tls13 {label}".encode(), 1) + b"\0\1"
    return hmac.new(secret, info, hashlib.sha256).digest()[:size]


def keys(version: bytes, destination: bytes) -> tuple[bytes, bytes, bytes]:
    secret = expand(hmac.new(bytes.fromhex(SALTS[version]), destination, hashlib.sha256).digest(), "client in", 32)
    prefix = "quicv2" if version == TWO else "quic"
    return expand(secret, f"{prefix} key", 16), expand(secret, f"{prefix} iv", 12), expand(secret, f"{prefix} hp", 16)


def packet(
    frames: bytes, version: bytes = ONE, counter: int = 2, token: bytes = b"", destination: bytes = DESTINATION
) -> bytes:
    """A client's Initial packet, padded to the 1200 bytes that RFC 9000 asks for."""
    key, iv, protection = keys(version, destination)
    first = 0xC3 | (version == TWO) << 4
    middle = version + counted(destination, 1) + counted(b"", 1) + number(len(token)) + token
    frames = frames.ljust(1200 - 1 - len(middle) - 2 - 4 - 16, b"\0")
    head = bytes((first,)) + middle + number(4 + len(frames) + 16) + counter.to_bytes(4, "big")
    nonce = (int.from_bytes(iv, "big") ^ counter).to_bytes(12, "big")
    sealed = AESGCM(key).encrypt(nonce, frames, head)
    mask = Cipher(AES(protection), ECB()).encryptor().update(sealed[:16])  # noqa: S305 - as RFC 9001 defines it
    masked = bytes(a ^ b for a, b in zip(head[-4:], mask[1:5], strict=True))
    return bytes((first ^ mask[0] & 0x0F,)) + head[1:-4] + masked + sealed


def frame(payload: bytes, ports: tuple[int, int] = (50000, 443), *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, *ports, payload, cut)


def seen(payload: bytes, ports: tuple[int, int] = (50000, 443), *, cut: bool = False) -> dict[str, str]:
    facts = list(quic.observe(frame(payload, ports, cut=cut)))
    assert all((fact.role is Role.ASKED) == (fact.channel == "quic.sni") for fact in facts)
    return {fact.channel.removeprefix("quic."): fact.value for fact in facts}


def test_keys_are_those_published_in_rfc_9001_and_rfc_9369() -> None:
    assert keys(ONE, DESTINATION)[0].hex() == "1f369613dd76d5467730efcbe3b1a22d"
    assert keys(ONE, DESTINATION)[1].hex() == "fa044b2f42a3fd3b46fb255c"
    assert keys(ONE, DESTINATION)[2].hex() == "9f50449e04a0e810283a1e9933adedd2"
    assert keys(TWO, DESTINATION)[0].hex() == "8b1a0bc121284290a29e0971b5cd045d"


@pytest.mark.parametrize("version", [ONE, TWO])
def test_name_protocols_and_fingerprint(version: bytes) -> None:
    found = seen(packet(crypto(hello(b"Cam.Example.COM.")), version))
    assert found["sni"] == "cam.example.com"
    assert found["alpn"] == "h3"
    assert found["ja4"].startswith("q13d0205h3_")


@pytest.mark.parametrize("seed", range(8))
def test_pieces_in_any_order_with_other_frames_between(seed: int) -> None:
    data = hello(b"cam.example")
    cuts = [0, 10, 57, 58, 100, len(data)]
    pieces = [crypto(data[a:b], a) for a, b in pairwise(cuts)]
    pieces += [b"\x01", b"\0\0\0", b"\x02" + number(5) + number(0) + number(1) + number(0) + number(0) + number(0)]
    pieces += [b"\x03" + number(5) + number(0) + number(0) + number(1) + number(7) * 3, crypto(data[5:20], 5)]
    random.Random(seed).shuffle(pieces)
    assert seen(packet(b"".join(pieces)))["sni"] == "cam.example"


def test_a_hello_that_goes_on_in_the_next_datagram_tells_what_is_here() -> None:
    data = hello(b"cam.example", filler=1500)
    assert seen(packet(crypto(data[:1000]))) == {"sni": "cam.example", "alpn": "h3"}
    assert seen(packet(crypto(data[60:1000], 60))) == {}
    assert seen(packet(crypto(data[:50]))) == {"unread": GOES_ON}


def test_an_encrypted_hello_and_an_unknown_version_are_counted() -> None:
    assert seen(packet(crypto(hello(b"front.example", ech=True))))["ech"] == "outer hello"
    assert "ech" not in seen(packet(crypto(hello(b"front.example"))))
    other = packet(crypto(hello(b"cam.example")))
    assert seen(other[:1] + bytes.fromhex("51303530") + other[5:]) == {"unread": "version 51303530"}
    assert seen(b"\x43" + bytes.fromhex("51303530") + other[5:]) == {}, "a short header has no version"


def test_a_token_and_a_following_packet_do_not_disturb() -> None:
    assert seen(packet(crypto(hello(b"cam.example")), token=b"t" * 40) + b"\xe3" + bytes(60))["sni"] == "cam.example"


def test_what_cannot_be_decrypted_tells_nothing() -> None:
    good = packet(crypto(hello(b"cam.example")))
    assert seen(good[:-1] + b"\0") == {}
    assert seen(good[:6] + b"\xff" + good[7:]) == {}
    assert seen(good[:1150], cut=True) == {}


@pytest.mark.parametrize("ports", [(443, 50000), (50000, 4433)])
def test_only_a_client_is_read(ports: tuple[int, int]) -> None:
    assert seen(packet(crypto(hello(b"cam.example"))), ports) == {}


@pytest.mark.parametrize(
    "payload",
    [b"", b"\xc3", packet(b"")[:700], b"\xe3" + packet(b"")[1:], packet(b"")[:1] + bytes(4) + packet(b"")[5:], b"\x40" * 1250,
     packet(b"\x1c" + number(1)), packet(crypto(b"\x02\0\0\0"))],
)  # fmt: skip
def test_other_datagrams_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == {}


@pytest.mark.parametrize(
    "payload",
    [
        packet(b"\x06" + number(0) + number(0x3FFF)),
        packet(b"", destination=bytes(21)),
        packet(crypto(b"\1" + counted(b"\3\3" + bytes(32) + b"\xff", 3))),
        packet(b"")[:16] + b"\xff" * 8 + packet(b"")[24:],
    ],
)
def test_broken_packets_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([0, 1, 2, 3, 6, 0x1C]), st.integers(0, 255)), max_size=60), st.booleans())
def test_any_frames_give_safe_observations_or_malformed(kinds: list[int], after: bool) -> None:
    frames = bytes(kinds)
    payload = packet(crypto(hello(b"cam.example")) + frames if after else frames)
    try:
        for fact in quic.observe(frame(payload)):
            assert fact.value == safe(fact.value) != ""
    except Malformed:
        pass


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60))
def test_any_head_gives_nothing_or_malformed(head: bytes) -> None:
    for start in (b"\xc3" + ONE, b"\xd0" + TWO):
        with contextlib.suppress(Malformed):
            assert seen((start + head).ljust(1200, b"\x9c")) == {}
