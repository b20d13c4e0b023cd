"""TFTP requests (RFC 1350): the name asked for, and nothing of the transfer."""

import pytest

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import tftp


def seen(payload: bytes, ports: tuple[int, int] = (50000, 69)) -> list[str]:
    mac = bytes.fromhex("020000000001")
    frame = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, *ports, payload, cut=False)
    facts = list(tftp.observe(frame))
    assert all((fact.channel, fact.role) == ("tftp.query", Role.ASKED) and fact.raw in payload for fact in facts)
    return [fact.value for fact in facts]


@pytest.mark.parametrize("kind", [b"\0\1", b"\0\2"])
@pytest.mark.parametrize("mode", [b"octet", b"NetASCII", b"mail"])
def test_a_request(kind: bytes, mode: bytes) -> None:
    assert seen(kind + b"boot/example.cfg\0" + mode + b"\0blksize\x001428\0") == ["boot/example.cfg"]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\0\1",
        b"\0\3\0\1data\0octet\0",
        b"\0\1a.cfg\0",
        b"\0\1a.cfg\0binary\0",
        b"\0\1\0octet\0",
        b"\0\1" + b"a" * 300 + b"\0octet\0",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_only_towards_a_server() -> None:
    assert seen(b"\0\1a.cfg\0octet\0", (69, 50000)) == []
