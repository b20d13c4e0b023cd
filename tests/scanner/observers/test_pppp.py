"""PPPP: a UID counts from the LAN port or on its way to a server; whoever searches or relays is no device."""

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import pppp


def uid(prefix: bytes = b"ABCD", number: int = 1234, check: bytes = b"EFGHI") -> bytes:
    return prefix.ljust(8, b"\0") + pack(">I", number) + check.ljust(8, b"\0")


def message(kind: int, body: bytes = b"") -> bytes:
    return pack(">BBH", 0xF1, kind, len(body)) + body


def seen(payload: bytes, ports: tuple[int, int], *, cut: bool = False) -> list[tuple[str, str, Role]]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\7", b"\xc0\0\2\1", 17, *ports, payload, cut)
    facts = list(pppp.observe(made))
    assert all(fact.raw in payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


UID = [("pppp.uid", "ABCD-001234-EFGHI", Role.SELF)]
TO_LAN, FROM_LAN, TO_SERVER, FROM_SERVER = (50000, 32108), (32108, 50000), (20000, 32100), (32100, 20000)


@pytest.mark.parametrize("more", [b"", b"\1\2\3\0"])
def test_a_device_answers_a_search(more: bytes) -> None:
    assert seen(message(0x41, uid() + more), FROM_LAN) == UID


@pytest.mark.parametrize(("kind", "size"), [(0x10, 40), (0x14, 104)])
def test_a_device_logs_in_with_its_uid(kind: int, size: int) -> None:
    login = message(kind, uid().ljust(size, b"\1"))
    assert seen(login, TO_SERVER) == UID
    assert seen(login, FROM_SERVER) == []
    assert seen(login, TO_LAN) == []


def test_an_enciphered_login() -> None:
    login = message(0x12, bytes(range(44)))
    assert seen(login, TO_SERVER) == [("pppp.login", "enciphered", Role.SELF)]
    assert seen(login, FROM_SERVER) == []
    assert seen(message(0x12, bytes(40)), TO_SERVER) == []


@pytest.mark.parametrize("kind", [0x30, 0x32])
def test_an_app_only_asks(kind: int) -> None:
    assert seen(message(kind), TO_LAN) == [("pppp.query", "search", Role.ASKED)]
    assert seen(message(kind), TO_SERVER) == []


@pytest.mark.parametrize("ports", [TO_LAN, TO_SERVER, FROM_SERVER, (40000, 50000)])
def test_the_same_packet_between_peers_tells_nothing(ports: tuple[int, int]) -> None:
    assert seen(message(0x41, uid()), ports) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xf1\x41",
        message(0x41, uid())[:-1],
        message(0x41, uid()) + b"\0",
        b"\xf2" + message(0x41, uid())[1:],
        message(0x41, uid(prefix=b"A\0CD")),
        message(0x41, uid(prefix=b"ab")),
        message(0x41, uid(prefix=b"")),
        message(0x41, uid(check=b"EF")),
        message(0x41, uid(check=b"EFG1I")),
        message(0x41, bytes(20)),
        message(0x42, uid()),
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload, FROM_LAN) == []


def test_a_cut_message_tells_nothing() -> None:
    assert seen(message(0x41, uid())[:20], FROM_LAN, cut=True) == []


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=20, max_size=24), st.sampled_from([0x10, 0x12, 0x30, 0x41]), st.sampled_from([FROM_LAN, TO_SERVER]))
def test_any_body_gives_letters_or_nothing(body: bytes, kind: int, ports: tuple[int, int]) -> None:
    for channel, value, _ in seen(message(kind, body), ports):
        assert channel == "pppp.uid"
        assert value.replace("-", "").isalnum()
