"""XMPP: where a client wants to go, never who it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import xmpp
from scanner.wire.text import safe

OPEN = b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "


def seen(payload: bytes, ports: tuple[int, int] = (50000, 5223)) -> list[tuple[str, str]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, False)
    facts = list(xmpp.observe(made))
    assert all(fact.raw in payload and fact.role is Role.ASKED and fact.value == safe(fact.value) for fact in facts)
    assert not any("anna" in fact.value for fact in facts)
    return [(fact.channel, fact.value) for fact in facts]


@pytest.mark.parametrize("ports", [(50000, 5222), (50000, 5223)])
def test_a_client_names_its_server(ports: tuple[int, int]) -> None:
    wanted = [("xmpp.server", "ecouser.net")]
    assert seen(OPEN + b"from='anna@ecouser.net' to='Ecouser.net' version='1.0'>", ports) == wanted
    assert seen(b'<stream:stream to="ecouser.net" xmlns="jabber:client">', ports) == wanted


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        OPEN + b"to='ecouser.net'",
        OPEN + b"xto='ecouser.net'>",
        OPEN + b"to='anna@ecouser.net'>",
        OPEN + b"to='localhost'>",
        OPEN.replace(b"jabber:client", b"jabber:server") + b"to='ecouser.net'>",
        b"<?xml version='1.0'?><rss to='ecouser.net'>",
    ],
)
def test_other_segments_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_server_names_nobody() -> None:
    assert seen(OPEN + b"to='ecouser.net'>", (5223, 50000)) == []


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=4))
def test_any_change_gives_safe_observations(changes: list[tuple[int, int]]) -> None:
    payload = bytearray(OPEN + b"to='ecouser.net'>")
    for at, byte in changes:
        payload[at % len(payload)] = byte
    seen(bytes(payload))
