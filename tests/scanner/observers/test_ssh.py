"""SSH identification lines and offers (RFC 4253), complete ones only."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import ssh

LISTS = [b"curve25519-sha256,ext-info-s", b"ssh-ed25519", b"aes128-ctr", b"aes128-ctr", b"hmac-sha2-256", b"hmac-sha2-256"]
LISTS += [b"none,zlib@openssh.com", b"none", b"", b""]


def offer(lists: list[bytes], cookie: bytes = bytes(range(16))) -> bytes:
    body = b"\x14" + cookie + b"".join(struct.pack(">I", len(names)) + names for names in lists) + bytes(5)
    padding = 4 + -(5 + len(body) + 4) % 8
    return struct.pack(">IB", 1 + len(body) + padding, padding) + body + b"\xee" * padding


def frame(payload: bytes) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, 22, 40000, payload, cut=False)


def seen(payload: bytes) -> list[tuple[str, str]]:
    facts = list(ssh.observe(frame(payload)))
    assert all(fact.raw in payload and fact.role is Role.SELF for fact in facts)
    return [(fact.channel, fact.value) for fact in facts]


@pytest.mark.parametrize("line", ["SSH-2.0-OpenSSH_9.2p1 Debian-2", "SSH-1.99-Example-1.25", "SSH-2.0--"])
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_line_is_shown_as_it_is(line: str, end: bytes) -> None:
    assert seen(line.encode() + end) == [("ssh.ident", line)]


def test_an_offer_is_hashed_without_cookie_and_padding() -> None:
    (first,) = seen(offer(LISTS))
    (second,) = seen(offer(LISTS, cookie=bytes(16)))
    (other,) = seen(offer([*LISTS[:2], b"aes256-ctr", *LISTS[3:]]))
    assert first == second != other
    assert first[0] == "ssh.kex"
    assert len(first[1]) == 32


def test_order_of_names_and_their_lists_count() -> None:
    swapped = [LISTS[1], LISTS[0], *LISTS[2:]]
    assert seen(offer(LISTS)) != seen(offer(swapped))


def test_line_and_offer_in_one_segment() -> None:
    assert [channel for channel, _ in seen(b"SSH-2.0-X\r\n" + offer(LISTS))] == ["ssh.ident", "ssh.kex"]


@pytest.mark.parametrize(
    "payload",
    [
        b"SSH-2.0-cut here",
        b"SSH-3.0-what\r\n",
        b"SSH-2.0-\r\n",
        offer(LISTS)[:-1],
        offer([b"names with blanks", *LISTS[1:]]),
        offer(LISTS)[:5] + b"\x15" + offer(LISTS)[6:],
        b"\0\0\2\0" + b"\xfeSMB" + bytes(512),
        struct.pack(">IB", 4, 4) + b"\x14" + bytes(40),
        b"\0\0\1",
        b"",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


@pytest.mark.parametrize("payload", [b"SSH-2.0-" + b"x" * 300 + b"\r\n", b"SSH-2.0-a\0b\r\n"])
def test_a_line_against_the_rules_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


def test_wants_take_lines_and_offers_on_any_port() -> None:
    (want,) = ssh.WANTS
    assert want.accepts(frame(b"SSH-2.0-X\r\n"))
    assert want.accepts(frame(offer([LISTS[0] * 20, *LISTS[1:]])))
    assert not want.accepts(frame(b"\0\0\0\x0c"))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=60), min_size=8, max_size=10), st.integers(0, 400), st.binary(max_size=8))
def test_any_offer_gives_a_hash_or_nothing(lists: list[bytes], size: int, tail: bytes) -> None:
    for payload in (offer(lists), offer(lists)[:size] + tail):
        assert len(seen(payload)) <= 1
