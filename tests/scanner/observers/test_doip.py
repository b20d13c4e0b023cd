"""DoIP: an announcement tells the maker, and never the whole identification number."""

import pytest

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import doip

VIN = b"LGXC16AF4K0000001"


def message(kind: int, body: bytes, *, version: int = 2) -> bytes:
    return bytes([version, version ^ 0xFF]) + kind.to_bytes(2, "big") + len(body).to_bytes(4, "big") + body


def vehicle(vin: bytes = VIN) -> bytes:
    return vin + b"\x10\x01" + bytes.fromhex("020000000001") + bytes(6) + b"\0"


def seen(payload: bytes) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xff" * 4, 17, 13400, 13400, payload, False)
    facts = list(doip.observe(made))
    assert all(VIN[:4] not in fact.raw and VIN[:4].decode() not in fact.value for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("more", [b"", b"\0"])
def test_a_vehicle_announces_itself(more: bytes) -> None:
    assert seen(message(4, vehicle() + more)) == [("doip.wmi", "LGX", Role.SELF), ("doip.address", "0x1001", Role.SELF)]


@pytest.mark.parametrize(("kind", "body"), [(1, b""), (2, bytes(6)), (3, VIN)])
def test_a_search_is_only_asked_and_keeps_no_number(kind: int, body: bytes) -> None:
    assert seen(message(kind, body, version=0xFF)) == [("doip.query", "vehicles", Role.ASKED)]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        message(4, vehicle())[:-1],
        message(4, vehicle(b"\0" * 17)),  # not yet programmed
        message(4, vehicle(b"LGXIOQ00000000001")),  # letters no such number has
        message(4, VIN),
        message(3, b""),
        message(0x8001, b"\x0e\0\x10\1\x22\xf1\x90"),
        b"\2\2" + message(4, vehicle())[2:],
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []
