"""802.11 beacons, probe responses and probe requests: what a station says of itself before anything is encrypted.

A vendor specific element names the organisation that defined it, mostly the maker of the radio or of its driver. Wi-Fi
Protected Setup adds maker and model in words. Access points say their network's name; a station that looks for one only
asks. Source: IEEE 802.11-2020 sections 9.3.3 and 9.4.2.
"""

from collections.abc import Iterator

from scanner.capture.frames import WIFI, Frame
from scanner.capture.wants import EtherType
from scanner.model import Channel, Observation, Role
from scanner.wire.elements import BEACON, PROBE_REQUEST, PROBE_RESPONSE, SSID, VENDOR, information_elements
from scanner.wire.setup import description
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("wifi.ssid", "name of the network an access point offers"),
    Channel("wifi.vendor_element", "organisation and type of a vendor specific element"),
    Channel("wifi.wps_manufacturer", "Wi-Fi Protected Setup: manufacturer"),
    Channel("wifi.wps_model", "Wi-Fi Protected Setup: model name"),
    Channel("wifi.wps_model_number", "Wi-Fi Protected Setup: model number"),
    Channel("wifi.wps_device_name", "Wi-Fi Protected Setup: device name"),
    Channel("wifi.query", "name of a network a station looks for"),
)
WANTS = (EtherType(WIFI | BEACON), EtherType(WIFI | PROBE_RESPONSE), EtherType(WIFI | PROBE_REQUEST))

_LONGEST_SSID = 32
_WPS = bytes.fromhex("0050f204")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one frame. Raises Malformed if its elements or Protected Setup attributes do not fit."""
    subtype = frame.ethertype & 15
    setup = b""
    for number, content in information_elements(subtype, frame.payload, cut=frame.cut):
        if number == VENDOR and len(content) >= 4:
            if content[:4] == _WPS:
                setup += content[4:]  # a long set of attributes goes on in the next such element
            yield Observation("wifi.vendor_element", f"{content[:3].hex(':')} type {content[3]}", raw=content[:4])
        elif number == SSID and 0 < len(content) <= _LONGEST_SSID and any(content):  # a hidden name is empty or all zero
            if subtype == PROBE_REQUEST:
                yield Observation("wifi.query", text(content), Role.ASKED, content)
            else:
                yield Observation("wifi.ssid", text(content), raw=content)
    for field, raw in description(setup, whole=True):
        yield Observation(f"wifi.wps_{field}", text(raw), raw=raw[:LONGEST])
