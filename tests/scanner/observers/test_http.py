"""HTTP/1 heads: who is asked, with what, and who answers; and what must never be kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import http
from scanner.wire.text import safe


def message(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode()


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\x0a\0\0\x01", b"\x0a\0\0\x02", 6, 40000, 80, payload, cut)


def seen(payload: bytes) -> list[tuple[str, str, Role]]:
    assert all(want.accepts(frame(payload)) for want in http.WANTS)
    return [(fact.channel, fact.value, fact.role) for fact in http.observe(frame(payload))]


def test_a_request_asks_a_host_and_names_its_software() -> None:
    payload = message("GET /index.html HTTP/1.1", "Host: Camera.Example:8080", "User-Agent: Viewer/1.0 (Phone)") + b"body\r\n"
    assert seen(payload) == [
        ("http.host", "camera.example", Role.ASKED),
        ("http.user_agent", "Viewer/1.0 (Phone)", Role.SELF),
    ]


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:DB8::1]:80", "2001:db8::1"),
        ("example.com.", "example.com"),
        ("a_b-c.example:", "a_b-c.example"),
    ],
)
def test_hosts_are_canonical(host: str, shown: str) -> None:
    assert seen(message("POST / HTTP/1.0", f"Host: {host}")) == [("http.host", shown, Role.ASKED)]


@pytest.mark.parametrize("host", ["user:secret@example.com", "exa mple", "<b>", "", "..."])
def test_what_is_no_host_is_left_out(host: str) -> None:
    assert seen(message("GET / HTTP/1.1", f"Host: {host}")) == []


def test_an_answer_names_its_server_and_realm() -> None:
    payload = message(
        "HTTP/1.1 401 Unauthorized",
        "Server: App-webs/",
        'WWW-Authenticate: Digest qop="auth", realm="IP \\"Camera\\"(C1234)", nonce="4e6f6e6365"',
        "WWW-Authenticate: Negotiate",
        "WWW-Authenticate: Basic Realm=plain",
    )
    assert seen(payload) == [
        ("http.server", "App-webs/", Role.SELF),
        ("http.realm", 'IP "Camera"(C1234)', Role.SELF),
        ("http.realm", "plain", Role.SELF),
    ]


def test_a_relay_does_not_speak_of_itself() -> None:
    assert seen(message("HTTP/1.1 200 OK", "Server: origin/1", "Via: 1.1 proxy")) == []
    request = message("GET / HTTP/1.1", "Host: example.com", "User-Agent: behind/1", "Via: 1.1 proxy")
    assert seen(request) == [("http.host", "example.com", Role.ASKED)]


@pytest.mark.parametrize(
    "payload",
    [
        message("OPTIONS rtsp://192.0.2.1/ RTSP/1.0", "User-Agent: player", "Host: a"),
        message("OPTIONS sip:a@example.com SIP/2.0", "User-Agent: phone", "Host: a"),
        message("HTTP/1.x nonsense", "Server: a"),
        b"GET key\r\nHost: a\r\n",
        b"PUT job 1\r\n",
    ],
)
def test_other_protocols_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_head_that_goes_on_in_the_next_segment_tells_its_complete_lines() -> None:
    payload = message("GET / HTTP/1.1", "Host: example.com", "User-Agent: Viewer/1.0")
    assert seen(payload[: payload.index(b"1.0\r\n\r")]) == [("http.host", "example.com", Role.ASKED)]
    assert seen(payload[:12]) == []


def test_secrets_are_never_kept() -> None:
    payloads = [
        message(
            "GET /login?token=SECRET HTTP/1.1", "Authorization: Basic SECRET", "Cookie: sid=SECRET", "Host: a.example",
            "Proxy-Authorization: SECRET", "User-Agent: x", "Referer: http://a.example/?SECRET", "X-Api-Key: SECRET",
        ) + b"password=SECRET",
        message(
            "HTTP/1.1 401 SECRET", "Set-Cookie: sid=SECRET", "Server: y", 'WWW-Authenticate: Digest realm="r", nonce="SECRET"',
            "Location: /?SECRET", "Authentication-Info: SECRET",
        ) + b"SECRET",
    ]  # fmt: skip
    for payload in payloads:
        facts = list(http.observe(frame(payload)))
        assert facts
        assert all("SECRET" not in fact.value and b"SECRET" not in fact.raw for fact in facts)


def test_nul_in_the_head_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n")


STARTS = [b"GET / HTTP/1.1\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.", b""]
PIECES = [
    b"Host: ",
    b"Server: ",
    b"WWW-Authenticate: ",
    b'realm="',
    b"realm=",
    b'"',
    b"\\",
    b"User-Agent: ",
    b"\r\n",
    b"[",
    b"]",
    b"\xc4\xb0",
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(STARTS), st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=20), st.booleans())
def test_any_payload_gives_safe_observations_or_malformed(start: bytes, pieces: list[bytes], cut: bool) -> None:
    payload = start + b"".join(pieces)
    names = {channel.name for channel in http.CHANNELS}
    try:
        facts = list(http.observe(frame(payload, cut=cut)))
    except Malformed:
        return
    for fact in facts:
        assert fact.channel in names
        assert fact.value == safe(fact.value) != ""
        assert fact.raw in payload


def test_the_title_of_a_page_is_read_where_the_segment_holds_it() -> None:
    page = b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n<html><head><TITLE>\n Web  Service </TITLE></head>"
    title = ("http.title", "Web Service", Role.SELF)
    assert title in seen(page)
    for other in (
        page.replace(b"</TITLE>", b""),
        page.replace(b"Server: x", b"Via: 1.1 proxy"),
        b"HTTP/1.1 200 OK\r\nX: <title>Web Service</title>\r\n\r\nbody",
    ):
        assert title not in seen(other)
