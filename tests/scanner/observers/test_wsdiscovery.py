"""WS-Discovery: the body's first element tells the direction; scopes, types, and the metadata of printers."""

import time

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role, Subject
from scanner.observers import wsdiscovery
from scanner.wire.text import safe

SCOPES = (
    "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/Profile/Streaming\n"
    "onvif://www.onvif.org/name/EXAMPLE%20CAM-1 onvif://www.onvif.org/hardware/CAM-1\t"
    "onvif://www.onvif.org/MAC/02:00:00:00:00:07 onvif://www.onvif.org/location/city/hangzhou "
    "onvif://www.onvif.org/manufacturer/Example onvif://www.onvif.org/serial/0A1 http://example.com/name/x"
)
XADDRS = "http://192.0.2.7/onvif/device_service http://[fe80::7]/onvif/device_service"


def soap(body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope">'
        "<env:Header><wsa:MessageID>urn:uuid:1</wsa:MessageID></env:Header>"
        f'<env:Body xml:lang="en">{body}</env:Body></env:Envelope>\n'
    ).encode()


def match(root: str = "ProbeMatches", scopes: str = SCOPES, xaddrs: str = XADDRS) -> bytes:
    inner = (
        "<wsa:EndpointReference><wsa:Address>urn:uuid:2</wsa:Address></wsa:EndpointReference>"
        f"<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>{scopes}</d:Scopes>"
        f"<d:XAddrs>{xaddrs}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>"
    )
    return soap(f"<d:{root}>{inner}</d:{root}>")


def frame(payload: bytes, *, cut: bool = False, protocol: int = 17, src: bytes = b"\xc0\0\2\7") -> Frame:
    mac = bytes.fromhex("020000000001")
    ports = (3702, 50000) if protocol == 17 else (5357, 50000)
    return Frame("a.pcap", 1, 0, "vlan 7", mac, mac, 0x800, src, b"\xc0\0\2\1", protocol, *ports, payload, cut)


def seen(made: Frame) -> list[tuple[str, str, Role]]:
    assert any(want.accepts(made) for want in wsdiscovery.WANTS)
    facts = list(wsdiscovery.observe(made))
    assert all(fact.raw in made.payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("root", ["ProbeMatches", "Hello", "ResolveMatches"])
def test_a_camera_describes_itself(root: str) -> None:
    assert seen(frame(match(root))) == [
        ("wsdiscovery.type", "NetworkVideoTransmitter", Role.SELF),
        ("wsdiscovery.type", "Device", Role.SELF),
        ("wsdiscovery.name", "EXAMPLE CAM-1", Role.SELF),
        ("wsdiscovery.hardware", "CAM-1", Role.SELF),
        ("wsdiscovery.mac", "02:00:00:00:00:07", Role.SELF),
        ("wsdiscovery.location", "city/hangzhou", Role.SELF),
        ("wsdiscovery.manufacturer", "Example", Role.SELF),
        ("wsdiscovery.serial", "0A1", Role.SELF),
    ]


def test_who_looks_for_cameras_is_none() -> None:
    probe = soap(f"<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>{SCOPES}</d:Scopes></d:Probe>")
    assert seen(frame(probe)) == [("wsdiscovery.query", "NetworkVideoTransmitter", Role.ASKED)]
    assert seen(frame(soap("<d:Probe/>"))) == [("wsdiscovery.query", "Probe", Role.ASKED)]
    assert seen(frame(soap("<Resolve><Address>urn:uuid:2</Address></Resolve>"))) == [
        ("wsdiscovery.query", "Resolve", Role.ASKED)
    ]


def test_a_proxy_tells_about_another() -> None:
    facts = list(wsdiscovery.observe(frame(match(), src=b"\xc0\0\2\x09")))
    assert {(fact.role, fact.subject) for fact in facts} == {(Role.TOLD, Subject("vlan 7", "", "192.0.2.7"))}
    only_other_family = frame(match(xaddrs="http://[2001:db8::7]/onvif"), src=b"\xc0\0\2\x09")
    assert {role for _, _, role in seen(only_other_family)} == {Role.SELF}
    assert {role for _, _, role in seen(frame(match(xaddrs="http://printer.local:3911/"), src=b"\xc0\0\2\x09"))} == {Role.SELF}


def test_of_several_devices_the_first_is_read() -> None:
    first = "<d:ProbeMatch><d:Types>tds:Device</d:Types></d:ProbeMatch>"
    second = "<d:ProbeMatch><d:Types>x:Other</d:Types><d:Scopes>onvif://www.onvif.org/name/Other</d:Scopes></d:ProbeMatch>"
    assert seen(frame(soap(f"<d:ProbeMatches>{first}{second}</d:ProbeMatches>"))) == [
        ("wsdiscovery.type", "Device", Role.SELF)
    ]


def test_types_without_a_name_are_none() -> None:
    assert seen(frame(soap("<d:Probe><d:Types>a: :</d:Types></d:Probe>"))) == [("wsdiscovery.query", "Probe", Role.ASKED)]
    assert seen(frame(soap("<d:Hello><d:Types>a: :</d:Types></d:Hello>"))) == []


def metadata(maker: str, model: str = "Example 100 &amp; more") -> bytes:
    return soap(
        '<wsx:Metadata><wsx:MetadataSection Dialect="http://schemas.xmlsoap.org/ws/2006/02/devprof/ThisModel"><wsdp:ThisModel>'
        f'<wsdp:Manufacturer xml:lang="en">{maker}</wsdp:Manufacturer><wsdp:ManufacturerUrl>http://x/</wsdp:ManufacturerUrl>'
        f"<wsdp:ModelName>{model}</wsdp:ModelName></wsdp:ThisModel></wsx:MetadataSection></wsx:Metadata>"
    )


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n\r\n"])
def test_a_printer_names_its_maker_in_its_metadata(head: bytes) -> None:
    assert seen(frame(head + metadata("\n  Example\n  Inc.  ", "Laser 1"), protocol=6)) == [
        ("wsdiscovery.manufacturer", "Example Inc.", Role.SELF),
        ("wsdiscovery.model", "Laser 1", Role.SELF),
    ]


def test_metadata_that_go_on_elsewhere() -> None:
    part = metadata("Example")
    assert seen(frame(part[: part.index(b"</wsdp:Manufacturer>")], protocol=6)) == []
    assert seen(frame(part[: part.index(b"<wsdp:ModelName>")], protocol=6)) == [
        ("wsdiscovery.manufacturer", "Example", Role.SELF)
    ]


@pytest.mark.parametrize(
    ("payload", "protocol"),
    [
        (soap("<d:Bye><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Bye>"), 17),
        (b"NOTIFY * HTTP/1.1\r\n\r\n", 17),
        (b"<ProbeMatch><Types>a</Types></ProbeMatch>", 17),
        (b"<?xml version='1.0'?><html><Manufacturer>Example</Manufacturer></html>", 6),
        (match(), 6),
    ],
)
def test_other_messages_tell_nothing(payload: bytes, protocol: int) -> None:
    assert seen(frame(payload, protocol=protocol)) == []


def test_a_cut_message_tells_what_is_complete() -> None:
    part = match()[: match().index(b"</d:Scopes>")]
    assert [channel for channel, _, _ in seen(frame(part, cut=True))] == ["wsdiscovery.type", "wsdiscovery.type"]
    with pytest.raises(Malformed):
        seen(frame(part))


def test_hostile_values() -> None:
    facts = list(
        wsdiscovery.observe(frame(match(scopes="onvif://www.onvif.org/name/%1b%5b2J%e2%80%ae onvif://www.onvif.org/mac/0")))
    )
    assert [fact.value for fact in facts[2:]] == ["\\x1b[2J\\u202e"]
    assert all(fact.value == safe(fact.value) for fact in facts)


@pytest.mark.parametrize(
    "piece", [b"<Body ", b"<Body", b"<a:Types>", b"<aaaa", b"<Body> <", b"<Types ", b"</a", b" onvif://www.onvif.org/name/"]
)
def test_hostile_repetition_is_read_in_linear_time(piece: bytes) -> None:
    for start in (b"<s:Body><d:Hello>", b""):
        payload = start + piece * (65_000 // len(piece)) + b"</Envelope>"
        begin = time.process_time()
        seen(frame(payload))
        seen(frame(b"<?xml devprof/ThisModel" + payload, protocol=6))
        assert time.process_time() - begin < 1.0  # quadratic time would be minutes
