"""TR-069: a device names itself to its provider; its serial number and settings stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import cwmp
from scanner.wire.text import safe

DEVICE = (
    "<DeviceId>\n<Manufacturer> ZTE </Manufacturer>\n<OUI>00199A</OUI>\n<ProductClass>F660</ProductClass>\n"
    "<SerialNumber>SECRET</SerialNumber>\n</DeviceId>"
)


def inform(device: str = DEVICE, *, method: str = "Inform", version: str = "1-0") -> bytes:
    return (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:cwmp="urn:dslforum-org:cwmp-{version}">'
        f"<soap:Body><cwmp:{method}>\n {device}<ParameterList>SECRET</ParameterList></cwmp:{method}>"
        "</soap:Body></soap:Envelope>"
    ).encode()


def seen(payload: bytes) -> list[tuple[str, str]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, 50000, 7547, payload, False)
    facts = list(cwmp.observe(made))
    assert all(fact.raw in payload and fact.role is Role.SELF and fact.value == safe(fact.value) for fact in facts)
    assert not any("SECRET" in fact.value for fact in facts)
    return [(fact.channel.removeprefix("cwmp."), fact.value) for fact in facts]


TOLD = [("manufacturer", "ZTE"), ("oui", "00199A"), ("product", "F660")]


def test_a_device_names_itself() -> None:
    assert seen(inform()) == TOLD
    assert seen(b"POST /acs HTTP/1.1\r\nHost: acs.example\r\n\r\n<?xml version='1.0'?>" + inform(version="1-2")) == TOLD
    assert seen(inform(DEVICE.replace("00199A", ""))) == [TOLD[0], TOLD[2]]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        inform(method="InformResponse"),
        inform(method="GetParameterValues"),
        inform(version="2-0"),
        inform()[: inform().index(b"</DeviceId>")],  # the rest is in the next segment
        inform("<DeviceId></DeviceId>"),
        inform("<Event/>" + DEVICE),
    ],
)
def test_other_segments_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)), max_size=4))
def test_any_change_gives_safe_observations(changes: list[tuple[int, int]]) -> None:
    payload = bytearray(inform().replace(b"SECRET", b""))
    for at, byte in changes:
        payload[at % len(payload)] = byte
    seen(bytes(payload))
