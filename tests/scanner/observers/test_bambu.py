"""Bambu Lab: an announcement of one's own is the printer; a search, or an announcement for another, is not."""

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role, Subject
from scanner.observers import bambu

TYPE = "urn:bambulab-com:device:3dprinter:1"


def notify(
    location: str = "192.0.2.1", serial: str = "01S00A123456789", kind: str = f"NT: {TYPE}", start: str = "NOTIFY * HTTP/1.1"
) -> bytes:
    lines = [start, "HOST: 239.255.255.250:1990", "Server: UPnP/1.0", f"Location: {location}", kind, f"USN: {serial}"]
    lines += [
        "Cache-Control: max-age=1800",
        "DevModel.bambu.com: C12",
        "DevName.bambu.com: of my daughter",
        "DevSignal.bambu.com: -44",
    ]
    lines += ["DevConnect.bambu.com: lan", "DevBind.bambu.com: free", "DevVersion.bambu.com: 01.07.00.00", "", ""]
    return "\r\n".join(lines).encode()


SEARCH = f'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1990\r\nMAN: "ssdp:discover"\r\nST: {TYPE}\r\n\r\n'.encode()


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xff" * 4, 17, 2021, 2021, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    facts = list(bambu.observe(frame(payload, cut=cut)))
    assert all(fact.raw in payload and "daughter" not in fact.value for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize(
    "payload",
    [
        notify(),
        notify("http://192.0.2.1:80/"),
        notify(serial=f"uuid:01S00A123456789::{TYPE}"),
        notify(kind=f"ST: {TYPE}", start="HTTP/1.1 200 OK"),
    ],
)
def test_a_printer_announces_itself_and_answers(payload: bytes) -> None:
    assert seen(payload) == [
        ("bambu.serial", "01S00A123456789", Role.SELF),
        ("bambu.model", "C12", Role.SELF),
        ("bambu.firmware", "01.07.00.00", Role.SELF),
    ]


def test_a_printer_elsewhere_is_told_of() -> None:
    facts = list(bambu.observe(frame(notify("192.0.2.77"))))
    assert {(fact.role, fact.subject) for fact in facts} == {(Role.TOLD, Subject("", "", "192.0.2.77"))}


def test_a_program_asks() -> None:
    assert seen(SEARCH) == [("bambu.query", "3dprinter", Role.ASKED)]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        SEARCH.replace(TYPE.encode(), b"ssdp:all"),
        notify(kind="NT: upnp:rootdevice"),
        notify(location="somewhere"),
        notify(location="0.0.0.0"),
        notify(serial=""),
        notify(serial="not a serial"),
        notify(start="HTTP/1.1 404 Not Found"),
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_announcement_tells_its_whole_lines() -> None:
    payload = notify()
    assert [channel for channel, _, _ in seen(payload[: payload.index(b"DevVersion") + 12], cut=True)] == [
        "bambu.serial",
        "bambu.model",
    ]


def test_a_nul_in_the_head_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(notify().replace(b"C12", b"C\0"))
