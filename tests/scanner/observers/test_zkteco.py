"""ZKTeco terminals: answers with known options are read, requests only asked, passwords never looked at."""

from struct import pack

import pytest

from scanner.capture.frames import Frame
from scanner.capture.wants import TCP, UDP
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers import zkteco

PASSWORD = b"hunter22"


def message(command: int, data: bytes = b"", *, right: bool = True) -> bytes:
    """The checksum as one's complement: the other words are added with end-around carry and the sum is inverted."""
    rest = pack("<HHHH", command, 0, 0xB1A5, 3) + data
    total = 0
    for place, byte in enumerate(rest):
        total += byte << 8 * (place % 2)
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return rest[:2] + pack("<H", total ^ 0xFFFF ^ (not right)) + rest[4:]


def framed(inner: bytes) -> bytes:
    return b"\x50\x50\x82\x7d" + pack("<I", len(inner)) + inner


def seen(
    payload: bytes, src_port: int = 4370, dst_port: int = 50000, protocol: int = TCP, *, cut: bool = False
) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    made = Frame(
        "a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\x09", b"\xc0\0\2\1", protocol, src_port, dst_port, payload, cut
    )
    facts = list(zkteco.observe(made))
    assert all(PASSWORD not in fact.raw and PASSWORD.decode() not in fact.value for fact in facts)
    return facts


def told(data: bytes) -> list[tuple[str, str]]:
    found = seen(framed(message(2000, data)))
    assert found == seen(message(2000, data), protocol=UDP)
    assert all(fact.role is Role.SELF for fact in found)
    return [(fact.channel, fact.value) for fact in found]


@pytest.mark.parametrize(
    ("data", "channel", "value"),
    [
        (b"~SerialNumber=EXA0000000001\0", "zkteco.serial", "EXA0000000001"),
        (b"~DeviceName=F18/ID\0", "zkteco.model", "F18/ID"),
        (b"~Platform=ZEM800_TFT\0", "zkteco.platform", "ZEM800_TFT"),
        (b"MAC=02:00:00:00:00:AB\0", "zkteco.mac", "02:00:00:00:00:ab"),
    ],
)
def test_a_terminal_tells_its_options(data: bytes, channel: str, value: str) -> None:
    assert told(data) == [("zkteco.answer", "ok"), (channel, value)]


@pytest.mark.parametrize(
    "data",
    [b"", b"Ver 6.60 Apr 28 2017\0", b"COMKey=hunter22\0", b"~SerialNumber=\0", b"MAC=hunter22", b"MAC=ff:ff:ff:ff:ff:ff"],
)
def test_an_answer_with_other_data_is_only_an_answer(data: bytes) -> None:
    assert told(data) == [("zkteco.answer", "ok")]


def test_a_terminal_that_refuses_is_a_terminal() -> None:
    assert [fact.value for fact in seen(framed(message(2005)))] == ["not authorised"]


@pytest.mark.parametrize(("command", "value"), [(1000, "connect"), (11, "option"), (1100, "version")])
def test_software_only_asks(command: int, value: str) -> None:
    inner = message(command, b"~SerialNumber\0" + PASSWORD)
    facts = [Observation("zkteco.query", value, Role.ASKED, inner[:2])]
    assert seen(framed(inner), 50000, 4370) == seen(inner, 50000, 4370, UDP) == facts


def test_a_password_is_not_read() -> None:
    assert seen(framed(message(1102, PASSWORD)), 50000, 4370) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        framed(b""),
        framed(message(2000))[:-1],
        framed(message(2000)) + b"\0",
        framed(message(9999)),
        message(2000),
        bytes(40),
    ],
)
def test_other_data_tells_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_cut_messages_and_other_ports_tell_nothing() -> None:
    assert seen(framed(message(2000)), cut=True) == []
    assert seen(framed(message(2000)), 50000, 4370) == []
    assert seen(framed(message(2000)), 50000, 50001) == []


def test_a_wrong_checksum_is_malformed_where_the_head_names_the_protocol() -> None:
    with pytest.raises(Malformed):
        seen(framed(message(2000, right=False)))
    assert seen(message(2000, right=False), protocol=UDP) == []
