"""FTP greetings: the server's 220 and nothing else."""

import pytest

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import ftp


def seen(payload: bytes, ports: tuple[int, int] = (21, 40000)) -> list[str]:
    mac = bytes.fromhex("020000000001")
    frame = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, cut=False)
    facts = list(ftp.observe(frame))
    assert all((fact.channel, fact.role) == ("ftp.banner", Role.SELF) and fact.raw in payload for fact in facts)
    return [fact.value for fact in facts]


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b"220 Example FTP server ready.\r\n", "Example FTP server ready."),
        (b"220-********\r\n220-\r\n220- Welcome to Example\r\n220 ready\r\n", "Welcome to Example"),
        (b"220-----\r\n    Welcome, guest\r\n220 \r\n", "Welcome, guest"),
        (b"220 \x1b[2Jred\n", "\\x1b[2Jred"),
    ],
)
def test_the_first_telling_line(payload: bytes, value: str) -> None:
    assert seen(payload) == [value]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"220",
        b"220 cut he",
        b"220-\r\n220 \r\n",
        b"220-**\r\n331 Password for operator\r\n",
        b"331 Password for operator\r\n",
        b"230 Welcome operator\r\n",
        b"2200 Example\r\n",
    ],
)
def test_other_replies_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_commands_are_never_read() -> None:
    assert seen(b"220 operator\r\n", (40000, 21)) == []
    assert seen(b"USER operator\r\n", (40000, 21)) == []
    assert seen(b"220 Example\r\n", (2121, 40000)) == []
