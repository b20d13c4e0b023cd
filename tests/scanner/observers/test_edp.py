"""EDP: an Extreme switch names itself."""

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import edp


def element(kind: int, value: bytes) -> bytes:
    return bytes([0x99, kind]) + (4 + len(value)).to_bytes(2, "big") + value


INFO = element(2, bytes(12) + bytes([7, 6, 1, 4]) + bytes(16))


def message(*elements: bytes, mac: str = "020000000010") -> bytes:
    held = bytes(4) + b"\0\0" + bytes.fromhex(mac) + b"".join(elements) + element(0, b"")
    return b"\1\0" + (4 + len(held)).to_bytes(2, "big") + held


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\0\xe0\x2b\0\0\0", 0xE02B00BB, b"", b"", 0, 0, 0, payload, cut)
    return [(fact.channel, fact.value, fact.role) for fact in edp.observe(made)]


FACTS = [
    ("edp.mac", "02:00:00:00:00:10", Role.SELF),
    ("edp.name", "floor-2", Role.SELF),
    ("edp.version", "7.6.1.4", Role.SELF),
]
WHOLE = message(element(1, b"floor-2\0"), INFO)


def test_a_switch_announces_itself() -> None:
    assert seen(WHOLE + bytes(9)) == FACTS


@pytest.mark.parametrize("payload", [b"", b"\2" + WHOLE[1:], WHOLE[:16], WHOLE[:8] + b"\0\1" + WHOLE[10:], b"\1" + bytes(60)])
def test_other_frames_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_frame_tells_its_complete_elements() -> None:
    assert seen(WHOLE[:-20], cut=True) == FACTS[:2]


@pytest.mark.parametrize(
    "payload", [WHOLE[:-6], message(b"\x99\1\0\1"), message(INFO, b"\x98\1\0\5x"), message(b"\x99\1\1\0x")]
)
def test_elements_that_do_not_fit_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)
