"""FDP: a switch of Foundry's line names itself."""

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import fdp


def element(kind: int, value: bytes) -> bytes:
    return kind.to_bytes(2, "big") + (4 + len(value)).to_bytes(2, "big") + value


WHOLE = (
    b"\1\x0a\0\0"
    + element(1, b"core-1\0")
    + element(3, b"ethernet1/1")
    + element(5, b"Version 7.4\r\n")
    + element(6, b"EX 48")
)
FACTS = [
    ("fdp.device_id", "core-1", Role.SELF),
    ("fdp.version", "Version 7.4", Role.SELF),
    ("fdp.platform", "EX 48", Role.SELF),
]


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\1\xe0\x52\xcc\xcc\xcc", 0xE0522000, b"", b"", 0, 0, 0, payload, cut)
    return [(fact.channel, fact.value, fact.role) for fact in fdp.observe(made)]


def test_a_switch_announces_itself() -> None:
    assert seen(WHOLE) == FACTS


@pytest.mark.parametrize("payload", [b"", b"\1\x0a\0\0", b"\2" + WHOLE[1:]])
def test_other_frames_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_frame_tells_its_complete_elements() -> None:
    assert seen(WHOLE[:-2], cut=True) == FACTS[:2]


@pytest.mark.parametrize("payload", [WHOLE[:-2], b"\1\x0a\0\0" + bytes(4), b"\1\x0a\0\0\0\1\0\3"])
def test_elements_that_do_not_fit_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)
