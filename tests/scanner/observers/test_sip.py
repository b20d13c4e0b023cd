"""SIP: authors name their software, relays do not lend them theirs, credentials and numbers stay unread."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.capture.wants import TCP, UDP
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers import sip
from scanner.wire.text import safe

VIA = "Via: SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bK1"
SECRET = b"5ec2e7"
CAMERA = "34020000001320000001"


def message(start: str, *lines: str, body: str = "") -> bytes:
    return "\r\n".join((start, *lines, "Call-ID: 1@192.0.2.5", "", body)).encode()


def request(*lines: str, method: str = "REGISTER", user: str = "4471", body: str = "") -> bytes:
    person = f'From: "Ann" <sip:{user}@example.net>;tag=1'
    credentials = 'Authorization: Digest username="4471", response="5ec2e7"'
    return message(f"{method} sip:example.net SIP/2.0", person, credentials, "CSeq: 2 " + method, *lines, body=body)


def answer(*lines: str, cseq: str = "INVITE") -> bytes:
    return message("SIP/2.0 200 OK", VIA, f"CSeq: 1 {cseq}", *lines)


def seen(payload: bytes, protocol: int = UDP, *, cut: bool = False) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\5", b"\xc0\0\2\1", protocol, 5060, 5060, payload, cut)
    facts = list(sip.observe(made))
    for fact in facts:
        assert fact.role is Role.SELF
        assert fact.raw in payload
        assert SECRET not in fact.raw
    return facts


def found(payload: bytes) -> list[tuple[str, str]]:
    return [(fact.channel, fact.value) for fact in seen(payload)]


@pytest.mark.parametrize("via", [VIA, VIA.replace("Via", "v"), VIA.replace("Via", "VIA")])
def test_a_telephone_names_its_software(via: str) -> None:
    made = request(via, "User-Agent: Yealink SIP-T46S 66.84.0.10")
    assert (
        seen(made)
        == seen(made, TCP)
        == [Observation("sip.user_agent", "Yealink SIP-T46S 66.84.0.10", Role.SELF, b"Yealink SIP-T46S 66.84.0.10")]
    )


@pytest.mark.parametrize("vias", [(VIA, VIA), (VIA + ", SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK2",), ()])
def test_a_relay_does_not_borrow_what_it_passes_on(vias: tuple[str, ...]) -> None:
    assert found(request(*vias, "User-Agent: Yealink SIP-T46S 66.84.0.10", user=CAMERA)) == []


@pytest.mark.parametrize("field", ["Server", "User-Agent"])
def test_a_registrar_names_its_software(field: str) -> None:
    assert found(answer(f"{field}: Example PBX 1.0", cseq="REGISTER")) == [("sip.server", "Example PBX 1.0")]


@pytest.mark.parametrize("contact", ["<sip:4471@192.0.2.5:5060>", "sip:192.0.2.5", '"Ann" <sip:4471@192.0.2.5;transport=udp>'])
def test_an_answer_from_the_address_it_names_counts(contact: str) -> None:
    assert found(answer("Server: Example/1", f"Contact: {contact}")) == [("sip.server", "Example/1")]
    assert found(answer("Server: Example/1", f"m: {contact}")) == [("sip.server", "Example/1")]


@pytest.mark.parametrize("contact", ["<sip:4471@192.0.2.77:5060>", "<sip:phone.example.net>", "", "<sip:4471@[::1]>"])
def test_an_answer_passed_on_tells_nothing(contact: str) -> None:
    assert found(answer("Server: Example/1", f"Contact: {contact}")) == []


def test_ids_of_gb28181_are_kept_and_other_users_are_not() -> None:
    assert found(request(VIA, user=CAMERA)) == [("sip.gb28181", CAMERA)]
    for user in ("4471", "+498912345678", "04020000001320000001", "34020000009990000001", CAMERA + "0", "ann"):
        assert found(request(VIA, user=user)) == []


def described(root: str = "Response", kind: str = "DeviceInfo", content: str = "Application/MANSCDP+xml") -> bytes:
    inside = f"<CmdType>{kind}</CmdType><SN>1</SN><DeviceID>{CAMERA}</DeviceID><Manufacturer>Example</Manufacturer>"
    body = f'<?xml version="1.0"?>\r\n<{root}>{inside}<Model>EX-1</Model><Firmware>V1.2</Firmware></{root}>'
    return request(VIA, f"Content-Type: {content}", method="MESSAGE", body=body)


def test_a_device_of_gb28181_describes_itself() -> None:
    assert found(described()) == [("sip.manufacturer", "Example"), ("sip.model", "EX-1"), ("sip.firmware", "V1.2")]


@pytest.mark.parametrize("made", [described("Query"), described(kind="Catalog"), described(content="text/plain")])
def test_queries_catalogues_and_other_bodies_describe_nothing(made: bytes) -> None:
    assert found(made) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\r\n\r\n",
        b"\0\0\0\0",
        b"GET / HTTP/1.1\r\nUser-Agent: Yealink\r\n\r\n",
        b"REGISTER * HTTP/1.1\r\nUser-Agent: Yealink\r\n\r\n",
        b"SIP/2.0 999 Odd\r\nServer: x\r\nCSeq: 1 REGISTER\r\n\r\n",
        b"register sip:a SIP/2.0\r\nVia: a\r\nUser-Agent: x\r\n\r\n",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_head_that_is_not_all_there_tells_nothing() -> None:
    made = request(VIA, "User-Agent: Yealink SIP-T46S 66.84.0.10")[:-30]
    assert seen(made, TCP) == seen(made, cut=True) == []
    assert len(seen(made)) == 1


def test_a_nul_in_the_head_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(request(VIA, "User-Agent: a\0b"))


@pytest.mark.parametrize("piece", ["<a", "<a>", "sip:", "sip:1", "<Model>", "Via: ", ","])
def test_hostile_repetition_is_read_in_linear_time(piece: str) -> None:
    many = piece * (60_000 // len(piece))
    begin = time.process_time()
    seen(request(VIA, f"Contact: {many}", user=many[:4000]))
    seen(answer(f"Server: {many}", f"Contact: {many}"))
    seen(request(VIA, "Content-Type: application/manscdp+xml", method="MESSAGE", body=many))
    assert time.process_time() - begin < 1.0  # quadratic time would be minutes


LINES = [
    VIA,
    "User-Agent: a",
    "Server: b",
    "CSeq: 1 REGISTER",
    "Contact: <sip:192.0.2.5>",
    f"From: <sip:{CAMERA}@1>",
    "",
    "\x1b[2J",
]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["SIP/2.0 200 OK", "MESSAGE sip:a SIP/2.0", "OPTIONS sip:a SIP/2.0"]),
    st.lists(st.sampled_from(LINES) | st.text(max_size=12), max_size=12),
    st.booleans(),
)
def test_any_message_gives_safe_observations_or_malformed(start: str, lines: list[str], cut: bool) -> None:
    payload = "\r\n".join((start, *lines)).encode()
    for protocol in (TCP, UDP):
        try:
            facts = seen(payload, protocol, cut=cut)
        except Malformed:
            continue
        assert all(fact.value == safe(fact.value) != "" for fact in facts)
