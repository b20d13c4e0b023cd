"""miIO: the answer from port 54321 is the device, everything towards it is a question; the token is never kept."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import miio
from scanner.wire.text import safe

TOKEN = bytes(range(0xA0, 0xB0))
HELLO = bytes.fromhex("21310020") + b"\xff" * 28
DEVICE, CLOUD, APP = 54321, 8053, 40000


def message(device: int, body: bytes = b"", *, unknown: int = 0, secret: bytes = TOKEN) -> bytes:
    return struct.pack(">2sHIII", b"\x21\x31", 32 + len(body), unknown, device, 1234) + secret + body


CALL = message(0xFFFFFFFF, unknown=0xFFFFFFFF)


def frame(payload: bytes, src_port: int, dst_port: int, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\x0a\0\0\x01", b"\x0a\0\0\x02", 17, src_port, dst_port, payload, cut)


def seen(payload: bytes, src_port: int, dst_port: int, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    return [(fact.channel, fact.value, fact.role) for fact in miio.observe(frame(payload, src_port, dst_port, cut=cut))]


@pytest.mark.parametrize("payload", [message(72610872), message(72610872, b"encrypted")])
@pytest.mark.parametrize("to", [APP, CLOUD])
def test_a_device_answers_and_calls_its_cloud(payload: bytes, to: int) -> None:
    assert seen(payload, DEVICE, to) == [("miio.device_id", "72610872", Role.SELF)]


@pytest.mark.parametrize("to", [CLOUD, 80])
def test_a_device_calls_its_cloud_without_its_id(to: int) -> None:
    assert seen(CALL, DEVICE, to) == [("miio.cloud", "hello", Role.SELF)]


@pytest.mark.parametrize("from_port", [APP, DEVICE])
def test_hello_is_a_question_whatever_port_it_comes_from(from_port: int) -> None:
    assert seen(HELLO, from_port, DEVICE) == [("miio.query", "hello", Role.ASKED)]


def test_a_request_to_a_device_is_a_question() -> None:
    assert seen(message(72610872, b"command"), APP, DEVICE) == [("miio.query", "72610872", Role.ASKED)]


@pytest.mark.parametrize(
    ("payload", "src_port", "dst_port"),
    [
        (message(72610872), CLOUD, DEVICE),
        (CALL, CLOUD, DEVICE),
        (CALL, 80, DEVICE),
        (CALL, DEVICE, APP),
        (message(0xFFFFFFFF, b"more", unknown=0xFFFFFFFF), DEVICE, CLOUD),
        (message(72610872), DEVICE, DEVICE),
        (message(0), DEVICE, APP),
        (message(0xFFFFFFFF), DEVICE, CLOUD),
        (message(5)[:-1], DEVICE, APP),
        (message(5) + b"x", DEVICE, APP),
        (b"\x21\x32" + message(5)[2:], DEVICE, APP),
        (b"", DEVICE, APP),
        (b"d1:ad2:id20:", DEVICE, APP),
    ],
)
def test_other_datagrams_tell_nothing(payload: bytes, src_port: int, dst_port: int) -> None:
    assert seen(payload, src_port, dst_port) == []


def test_a_cut_datagram_needs_only_its_device_id() -> None:
    assert seen(message(5, b"body")[:12], DEVICE, APP, cut=True) == [("miio.device_id", "5", Role.SELF)]
    assert seen(message(5)[:11], DEVICE, APP, cut=True) == []
    assert seen(HELLO[:30], APP, DEVICE, cut=True) == []
    assert seen(message(5) + b"x", DEVICE, APP, cut=True) == []


def test_the_token_is_never_kept() -> None:
    for payload in (CALL, message(5), message(5, TOKEN), message(5, secret=b"T" * 16)):
        for ports in ((DEVICE, APP), (APP, DEVICE), (DEVICE, CLOUD)):
            for fact in miio.observe(frame(payload, *ports)):
                assert fact.raw == payload[:12]
                assert not {*payload[16:]} & {*fact.value.encode()}


def test_a_message_shorter_than_its_header_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(b"\x21\x31\x00\x08\x00\x00\x00\x00", DEVICE, APP)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=48), st.sampled_from([DEVICE, CLOUD, APP]), st.sampled_from([DEVICE, CLOUD, APP]), st.booleans())
def test_any_payload_gives_safe_observations_or_malformed(noise: bytes, src_port: int, dst_port: int, cut: bool) -> None:
    for payload in (noise, b"\x21\x31" + struct.pack(">H", len(noise) + 4) + noise, message(len(noise), noise)):
        try:
            facts = list(miio.observe(frame(payload, src_port, dst_port, cut=cut)))
        except Malformed:
            continue
        for fact in facts:
            assert fact.channel in {channel.name for channel in miio.CHANNELS}
            assert fact.value == safe(fact.value) != ""
            assert fact.raw == payload[:12]
