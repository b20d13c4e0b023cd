"""RTSP heads (RFC 2326): the answering side names itself, the asking side only its software."""

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import rtsp

PASSWORD = "Opensesame1"  # noqa: S105 - the text that must never appear


def message(*lines: str) -> bytes:
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def frame(payload: bytes, ports: tuple[int, int] = (554, 40000)) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, cut=False)


def seen(payload: bytes) -> list[tuple[str, str]]:
    facts = list(rtsp.observe(frame(payload)))
    assert all(fact.raw in payload and fact.role is Role.SELF and fact.subject is None for fact in facts)
    assert not any(PASSWORD in fact.value or PASSWORD.encode() in fact.raw for fact in facts)
    return [(fact.channel, fact.value) for fact in facts]


def test_a_server_names_itself() -> None:
    answer = message("RTSP/1.0 200 OK", "CSeq: 1", "Server: Example Rtsp Server/2.1", "Public: OPTIONS, DESCRIBE")
    assert seen(answer) == [("rtsp.server", "Example Rtsp Server/2.1")]


def test_every_challenge_gives_its_realm_and_no_nonce() -> None:
    answer = message(
        "RTSP/1.0 401 Unauthorized",
        "CSeq: 2",
        f'WWW-Authenticate: Digest realm="Example Cam", nonce="{PASSWORD}", stale="FALSE"',
        'WWW-Authenticate: Basic realm="/"',
    )
    assert seen(answer) == [("rtsp.realm", "Example Cam"), ("rtsp.realm", "/")]


def test_a_viewer_shows_only_its_software() -> None:
    request = message(
        f"DESCRIBE rtsp://admin:{PASSWORD}@192.0.2.1/Streaming/Channels/101 RTSP/1.0",
        "CSeq: 3",
        f"Authorization: Basic {PASSWORD}",
        "User-Agent: LibVLC/3.0.20",
        "Server: not of a request",
    )
    assert seen(request) == [("rtsp.user_agent", "LibVLC/3.0.20")]


@pytest.mark.parametrize(
    "payload",
    [
        message("HTTP/1.1 200 OK", "Server: RTSP/1.0 gateway"),
        message("OPTIONS sip:nm SIP/2.0", "User-Agent: RTSP/1.0"),
        message("OPTIONS / HTTP/1.1", "User-Agent: x"),
        message("RTSP/2.0 200 OK", "Server: x"),
        message("RTSP/1.0 900 Strange", "Server: x"),
        message("RTSP/1.0 200 OK", "Via: 1.0 relay", "Server: x"),
        message("PLAY the RTSP/1.0 record", "User-Agent: x"),
        b"RTSP/1.0 200 OK\r\nServer: cut he",
        b"",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_nul_in_the_head_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(message("RTSP/1.0 200 OK", "Server: a\0b"))


def test_wants_follow_the_methods_on_any_port() -> None:
    (want,) = rtsp.WANTS
    assert want.accepts(frame(message("RTSP/1.0 200 OK"), (8554, 1)))
    assert want.accepts(frame(message("DESCRIBE rtsp://192.0.2.1/ RTSP/1.0"), (1, 8554)))
    assert not want.accepts(frame(b"$\0\0\x10"))
