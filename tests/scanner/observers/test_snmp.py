"""SNMP: agents describe themselves, managers ask; communities and user names go nowhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role, Subject
from scanner.observers import snmp
from scanner.wire.text import safe

SECRET = b"communitysecret1"
AGENT, MANAGER = (161, 40000), (40000, 161)
TRAP = (40000, 162)


def tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = bytes((len(body),)) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes((tag,)) + size + body


def number(value: int) -> bytes:
    return tlv(2, value.to_bytes(4, "big").lstrip(b"\0") or b"\0")


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytes((first * 40 + second,))
    for part in rest:
        groups = [part & 0x7F]
        while part := part >> 7:
            groups.append(part & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return tlv(6, out)


def unit(kind: int, *bindings: tuple[str, bytes]) -> bytes:
    listed = b"".join(tlv(0x30, oid(name), value) for name, value in bindings)
    return tlv(kind, number(77), number(0), number(0), tlv(0x30, listed))


def message(pdu: bytes, version: int = 1) -> bytes:
    return tlv(0x30, number(version), tlv(4, SECRET), pdu)


def secured(engine: bytes, scoped: bytes, flags: int = 0) -> bytes:
    header = tlv(0x30, number(1), number(65507), tlv(4, bytes((flags,))), number(3))
    parameters = tlv(0x30, tlv(4, engine), number(1), number(9), tlv(4, SECRET), tlv(4, SECRET), tlv(4))
    return tlv(0x30, number(3), header, tlv(4, parameters), scoped)


def frame(payload: bytes, ports: tuple[int, int], *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, *ports, payload, cut)


def facts(payload: bytes, ports: tuple[int, int], *, cut: bool = False) -> list[Observation]:
    found = list(snmp.observe(frame(payload, ports, cut=cut)))
    for fact in found:
        assert fact.raw in payload
        assert SECRET not in fact.raw
        assert SECRET.decode() not in fact.value
    return found


def seen(payload: bytes, ports: tuple[int, int]) -> list[tuple[str, str, Role]]:
    return [(fact.channel, fact.value, fact.role) for fact in facts(payload, ports)]


SYSTEM = (
    ("1.3.6.1.2.1.1.1.0", tlv(4, b"Example Switch\r\nVersion  5")),
    ("1.3.6.1.2.1.1.2.0", oid("1.3.6.1.4.1.32473.2.1")),
    ("1.3.6.1.2.1.1.4.0", tlv(4, b"anna@example.org")),
    ("1.3.6.1.2.1.1.5.0", tlv(4, b"floor-1")),
    ("1.3.6.1.2.1.1.3.0", tlv(0x43, b"\x05")),
)
SAID = [
    ("snmp.description", "Example Switch Version 5", Role.SELF),
    ("snmp.object", "1.3.6.1.4.1.32473.2.1", Role.SELF),
    ("snmp.enterprise", "32473", Role.SELF),
    ("snmp.name", "floor-1", Role.SELF),
]


@pytest.mark.parametrize("version", [0, 1])
def test_an_agent_describes_itself(version: int) -> None:
    assert seen(message(unit(0xA2, *SYSTEM), version), AGENT) == SAID


@pytest.mark.parametrize("kind", [0xA0, 0xA1, 0xA5])
def test_a_manager_only_asks(kind: int) -> None:
    asked = [(name, tlv(5)) for name, _ in SYSTEM]
    assert seen(message(unit(kind, *asked)), MANAGER) == [("snmp.query", "1.3.6.1.2.1.1", Role.ASKED)]
    private = [("1.3.6.1.4.1.32473.5.1.2.3.4", tlv(5))]
    assert seen(message(unit(kind, *private)), MANAGER) == [("snmp.query", "1.3.6.1.4.1.32473", Role.ASKED)]


def test_what_is_written_into_an_agent_is_not_read() -> None:
    assert seen(message(unit(0xA3, *SYSTEM)), MANAGER) == []


def test_other_objects_of_an_answer_are_not_read_and_a_standard_object_names_nobody() -> None:
    others = [("1.3.6.1.2.1.2.2.1.2.1", tlv(4, b"eth0")), ("1.3.6.1.2.1.1.2.0", oid("1.3.6.1.2.1.5"))]
    assert seen(message(unit(0xA2, *others)), AGENT) == [("snmp.object", "1.3.6.1.2.1.5", Role.SELF)]


@pytest.mark.parametrize("kind", [0xA6, 0xA7])
def test_a_trap_names_its_enterprise(kind: int) -> None:
    bindings = [("1.3.6.1.2.1.1.3.0", tlv(0x43, b"\1")), ("1.3.6.1.6.3.1.1.4.1.0", oid("1.3.6.1.4.1.32473.0.9"))]
    assert seen(message(unit(kind, *bindings)), TRAP) == [("snmp.trap", "32473", Role.SELF)]
    standard = [("1.3.6.1.6.3.1.1.4.1.0", oid("1.3.6.1.6.3.1.1.5.3"))]
    assert seen(message(unit(kind, *standard)), TRAP) == []


def old_trap(agent: bytes) -> bytes:
    enterprise = oid("1.3.6.1.4.1.32473.1")
    return message(tlv(0xA4, enterprise, tlv(0x40, agent), number(6), number(1), tlv(0x43, b"\1"), tlv(0x30)), 0)


def test_a_trap_of_version_1() -> None:
    assert seen(old_trap(b"\xc0\0\2\1"), TRAP) == [("snmp.trap", "32473", Role.SELF)]
    assert seen(old_trap(bytes(4)), TRAP) == [("snmp.trap", "32473", Role.SELF)]


def test_a_trap_passed_on_is_told_about_its_agent() -> None:
    (fact,) = facts(old_trap(b"\xc0\0\2\x09"), TRAP)
    assert (fact.role, fact.subject) == (Role.TOLD, Subject("", "", "192.0.2.9"))


ENGINE = (32473 | 1 << 31).to_bytes(4, "big") + b"\x03" + bytes.fromhex("020000000001")
ENGINE_SAID = (("snmp.engine", "32473", Role.SELF), ("snmp.engine_id", ENGINE.hex(), Role.SELF))
CLEAR = tlv(0x30, tlv(4, ENGINE), tlv(4), unit(0xA2, *SYSTEM))
SEALED = tlv(4, b"\x9c" * 40)


def test_version_3_gives_the_engine_of_the_agent_and_a_clear_answer() -> None:
    assert seen(secured(ENGINE, SEALED), AGENT) == [*ENGINE_SAID]
    assert seen(secured(ENGINE, CLEAR), AGENT) == [*ENGINE_SAID, *SAID]
    assert seen(secured(ENGINE, SEALED), TRAP) == [*ENGINE_SAID]


def test_version_3_towards_an_engine_says_nothing_of_the_sender() -> None:
    assert seen(secured(ENGINE, SEALED), MANAGER) == []
    assert seen(secured(ENGINE, SEALED, flags=7), TRAP) == []  # an inform carries the receiver's engine
    assert seen(secured(b"", SEALED), AGENT) == []
    assert seen(secured(b"\x80\0\0\0\x05abc", SEALED), AGENT) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x16\x03\x01\x00\x05hello",
        tlv(0x30, number(9), tlv(4, b"x")),
        tlv(0x30, number(1), tlv(4, b"x"), tlv(0xA8)),
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload, AGENT) == []


def test_a_part_of_a_message_tells_nothing() -> None:
    assert facts(message(unit(0xA2, *SYSTEM))[:60], AGENT, cut=True) == []


@pytest.mark.parametrize(
    "payload",
    [
        message(unit(0xA2, *SYSTEM))[:-1],
        b"\x30\x80\x02\x01\x01",
        tlv(0x30, tlv(4, b"\1")),
        message(tlv(0xA2, number(1))),
        message(tlv(0xA2, number(1), number(0), number(0), tlv(0x30, tlv(4, b"x")))),
        old_trap(b"\xc0\0\2"),
        tlv(0x30, number(3), tlv(0x30, number(1)), tlv(4)),
    ],
)
def test_broken_messages_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload, AGENT)


WHOLE = [message(unit(0xA2, *SYSTEM)), secured(ENGINE, CLEAR), old_trap(b"\xc0\0\2\x09")]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 250), st.integers(0, 255)), max_size=4))
def test_any_change_gives_safe_observations_or_malformed(whole: bytes, changes: list[tuple[int, int]]) -> None:
    payload = bytearray(whole)
    for at, byte in changes:
        payload[at % len(payload)] = byte
    names = {channel.name for channel in snmp.CHANNELS}
    try:
        for fact in snmp.observe(frame(bytes(payload), AGENT)):
            assert fact.channel in names
            assert fact.value == safe(fact.value) != ""
    except Malformed:
        pass
