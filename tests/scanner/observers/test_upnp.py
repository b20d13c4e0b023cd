"""UPnP device descriptions: the root device's complete elements, and nobody else's."""

import time

import pytest

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import upnp

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nServer: Linux UPnP/1.0\r\n\r\n"
BODY = b"""<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>
<device><deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType><friendlyName>Yard &amp; gate</friendlyName>
<manufacturer>
  Example Inc. </manufacturer><manufacturerURL>http://example.com/</manufacturerURL><modelName>CAM-1</modelName>
<modelNumber>1.2</modelNumber><serialNumber>0A1</serialNumber><UDN>uuid:1</UDN><modelName>second</modelName>
<serviceList><service><serviceType>x</serviceType></service></serviceList>
<deviceList><device><manufacturer>Somebody</manufacturer><modelDescription>y</modelDescription></device></deviceList>
</device></root>"""


def frame(payload: bytes) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\7", b"\xc0\0\2\1", 6, 49152, 50000, payload, False)


def seen(payload: bytes) -> list[tuple[str, str]]:
    assert any(want.accepts(frame(payload)) for want in upnp.WANTS)
    facts = list(upnp.observe(frame(payload)))
    assert all(fact.raw in payload and fact.role is Role.SELF for fact in facts)
    return [(fact.channel, fact.value) for fact in facts]


ALL = [
    ("upnp.type", "urn:schemas-upnp-org:device:Basic:1"),
    ("upnp.name", "Yard & gate"),
    ("upnp.manufacturer", "Example Inc."),
    ("upnp.model", "CAM-1"),
    ("upnp.model_number", "1.2"),
    ("upnp.serial", "0A1"),
]


@pytest.mark.parametrize("payload", [HEAD + BODY, BODY, BODY[BODY.index(b"<root") :]])
def test_a_device_describes_itself(payload: bytes) -> None:
    assert seen(payload) == ALL


def test_the_first_segment_of_a_longer_answer() -> None:
    part = HEAD + BODY[: BODY.index(b"</modelName>")]
    assert [channel for channel, _ in seen(part)] == ["upnp.type", "upnp.name", "upnp.manufacturer"]


def test_embedded_devices_are_not_the_root_device() -> None:
    without = BODY.replace(b"<manufacturer>\n  Example Inc. </manufacturer>", b"")
    assert "upnp.manufacturer" not in dict(seen(HEAD + without))


@pytest.mark.parametrize(
    "payload",
    [
        HEAD + b"<html><manufacturer>Example</manufacturer></html>",
        HEAD + BODY.replace(b"device-1-0", b"service-1-0"),
        HEAD.replace(b"Server", b"Via: 1.1 cache\r\nServer") + BODY,
        HEAD + b"<root xmlns='urn:schemas-upnp-org:device-1-0'>",
        b"<?xml version='1.0'?><s:Envelope><manufacturer>Example</manufacturer></s:Envelope>",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


@pytest.mark.parametrize("piece", [b"<device>", b"<abcd>", b"<abcd> ", b" ", b"<abcde", b"&amp", b"\nvia "])
def test_hostile_repetition_is_read_in_linear_time(piece: bytes) -> None:
    payload = b"<root urn:schemas-upnp-org:device-1-0><device><modelName>" + piece * (65_000 // len(piece)) + b"</modelName>"
    begin = time.process_time()
    seen(payload)
    assert time.process_time() - begin < 1.0  # quadratic time would be minutes
