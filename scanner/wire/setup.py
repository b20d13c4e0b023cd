"""Wi-Fi Protected Setup: how a device describes itself in attributes of type, length, value.

They stand in 802.11 management frames and in the messages of the setup itself, which go over EAPOL. Of each set only these
four are read: others carry keys, hashes of the PIN, and at the end the network's password.
Source: Wi-Fi Simple Configuration 2.0.2, section 12, table 28; scapy layers/dot11.py; Wireshark packet-wps.c.
"""

from collections.abc import Iterator

from scanner.errors import Malformed

_FIELDS = {0x1021: "manufacturer", 0x1023: "model", 0x1024: "model_number", 0x1011: "device_name"}


def description(attributes: bytes, *, whole: bool) -> Iterator[tuple[str, bytes]]:
    """(field, content) of the attributes that say what the device is: manufacturer, model, model_number, device_name.

    whole: all attributes are here. Raises Malformed if one does not fit though they are.
    """
    at = 0
    while at + 4 <= len(attributes):
        field = _FIELDS.get(attributes[at] << 8 | attributes[at + 1])
        end = at + 4 + (attributes[at + 2] << 8 | attributes[at + 3])
        if end > len(attributes):
            if whole:
                raise Malformed("Protected Setup attribute does not fit")
            return
        content = attributes[at + 4 : end].strip(b"\0 ")
        if field and content:
            yield field, content
        at = end
