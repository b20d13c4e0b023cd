"""MLD: groups a host listens to, without those every host must."""

import struct
from ipaddress import IPv6Address

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.observers import mld

MDNS, SOLICITED = IPv6Address("ff02::fb").packed, IPv6Address("ff02::1:ff00:1").packed


def record(kind: int, group: bytes = MDNS, *, sources: int = 0, more: int = 0) -> bytes:
    return struct.pack(">BBH", kind, more, sources) + group + bytes(16 * sources + 4 * more)


def report(*records: bytes) -> bytes:
    return struct.pack(">BBHHH", 143, 0, 0, 0, len(records)) + b"".join(records)


def seen(payload: bytes, *, cut: bool = False) -> list[str]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\x33\x33\0\0\0\x16", 0x86DD, bytes(16), MDNS, 58, 0, 0, payload, cut)
    return [fact.value for fact in mld.observe(made)]


def test_a_report_names_its_groups() -> None:
    other = IPv6Address("ff05::c").packed
    payload = report(record(4, SOLICITED), record(4, more=1), record(1, other, sources=1), record(3, other))
    assert seen(payload) == ["ff02::fb", "ff05::c"]
    assert seen(bytes([131]) + bytes(7) + MDNS) == ["ff02::fb"]


@pytest.mark.parametrize("payload", [b"", bytes([130]) + bytes(7) + MDNS, bytes([131]) + bytes(23), report()])
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_report_that_ends_inside_a_record() -> None:
    whole = report(record(4), record(4))
    assert seen(whole[:-1], cut=True) == ["ff02::fb"]
    with pytest.raises(Malformed):
        seen(whole[:-1])


def test_work_is_bounded() -> None:
    assert len(seen(report(*[record(4)] * 3000))) == 128
