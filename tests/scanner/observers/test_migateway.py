"""Mi gateway: it speaks for itself and its sensors; who says whois or write is an app. Tokens and keys never come out."""

import json

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import migateway

SECRET = "tokenOfMine12345"  # noqa: S105 - made up


def said(**members: object) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode()


HEARTBEAT = said(cmd="heartbeat", model="gateway", sid="020000abcdef", short_id="0", token=SECRET, data='{"ip":"192.0.2.5"}')
IAM = said(cmd="iam", port="9898", sid="020000abcdef", model="gateway.v3", proto_version="1.1.2", ip="192.0.2.5")
REPORT = said(cmd="report", model="sensor_magnet.aq2", sid="158d0001020304", short_id=10731, data='{"status":"open"}')


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xe0\0\0\x32", 17, 9898, 9898, payload, cut)


def seen(payload: bytes) -> list[tuple[str, str, Role]]:
    facts = list(migateway.observe(frame(payload)))
    assert all(fact.raw in payload and SECRET not in fact.value and SECRET.encode() not in fact.raw for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize(("payload", "model"), [(HEARTBEAT, "gateway"), (IAM, "gateway.v3")])
def test_a_gateway_speaks_of_itself(payload: bytes, model: str) -> None:
    assert seen(payload) == [("migateway.model", model, Role.SELF), ("migateway.sid", "020000abcdef", Role.SELF)]


def test_a_gateway_speaks_for_its_sensors() -> None:
    assert seen(REPORT) == [("migateway.sensor", "sensor_magnet.aq2", Role.SELF)]


@pytest.mark.parametrize(
    ("payload", "command"),
    [
        (b'{"cmd":"whois"}', "whois"),
        (b'{"cmd" : "get_id_list"}', "get_id_list"),
        (said(cmd="read", sid="158d0001020304"), "read"),
        (said(cmd="write", model="gateway", sid="020000abcdef", data=json.dumps({"rgb": 1, "key": SECRET})), "write"),
    ],
)
def test_an_app_asks(payload: bytes, command: str) -> None:
    assert seen(payload) == [("migateway.query", command, Role.ASKED)]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"whois",
        said(command="iam", model="gateway", sid="020000abcdef"),
        said(cmd="iam", model="gateway"),
        said(cmd="iam", sid="020000abcdef"),
        said(cmd="iam", model="Gate Way", sid="020000abcdef"),
        said(cmd="iam", model=5, sid=6),
        said(cmd="restart", model="gateway", sid="020000abcdef"),
        said(cmd=["iam"], model="gateway", sid="020000abcdef"),
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_gateway_with_an_id_that_is_no_mac_only_tells_its_model() -> None:
    assert seen(said(cmd="iam", model="gateway", sid="158d0001020304")) == [("migateway.model", "gateway", Role.SELF)]


def test_broken_json_is_malformed_and_a_cut_message_tells_nothing() -> None:
    with pytest.raises(Malformed):
        seen(HEARTBEAT[:-3])
    assert list(migateway.observe(frame(HEARTBEAT[:60], cut=True))) == []
