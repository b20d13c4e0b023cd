"""Kasa: TP-Link's smart home protocol, JSON under a running XOR, on UDP 9999 or behind a length on TCP 9999.

A device answers `get_sysinfo` from port 9999 with model and MAC; an app asks with an empty object. Everybody who looks for
such plugs asks, phones and home hubs among them. Programs that play a plug towards an energy monitor mostly answer with a
made-up group address, so an answer without a MAC that one interface can have is not believed.
Sources: python-kasa 0.12.0 (transports/xortransport.py, discover.py, iot/iotdevice.py); nDPI's sample tplink_shp.pcap, which
holds queries only; cbpowell/SenseLink (the made-up addresses). Answers hold account, place and name of the owner: not read.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TCP, TcpPort, Udp
from scanner.model import Channel, Observation, Role
from scanner.wire import objects
from scanner.wire.text import safe

CHANNELS = (
    Channel("kasa.model", "Kasa model"),
    Channel("kasa.mac", "the MAC address a Kasa device says it has"),
    Channel("kasa.device_id", "Kasa device ID"),
    Channel("kasa.query", "a question or command to Kasa devices: the modules it names"),
)
_PORT = 9999
WANTS = (Udp(ports=(_PORT,)), TcpPort(ports=(_PORT,)))

_KEY = 171
_BEGINNING = b"\xd0\xf2"  # `{"` after the XOR: two bytes, which other protocols happen to begin with as well
_SHOWN = 16  # bytes kept as evidence: not enough to reach what a command may carry (Wi-Fi password, account)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message that lies whole in this frame. Raises Malformed if it decodes to braces around what is not JSON."""
    payload = frame.payload
    if frame.cut or frame.src_port == frame.dst_port or _PORT not in (frame.src_port, frame.dst_port):
        return
    if frame.protocol == TCP:
        if int.from_bytes(payload[:4], "big") != len(payload) - 4:
            return  # a piece of a longer answer
        payload = payload[4:]
    if not payload.startswith(_BEGINNING):
        return
    clear = _clear(payload)
    if not clear.endswith(b"}"):
        return
    message, raw = objects.read(clear), frame.payload[:_SHOWN]
    device = _device(message)
    mac = objects.mac(device, "mac") or objects.mac(device, "mic_mac") or objects.mac(device, "ethernet_mac")
    model = objects.text(device, "model")
    if frame.dst_port == _PORT:
        modules = sorted(name for name in message if isinstance(message[name], dict))
        if modules and not model:
            yield Observation("kasa.query", safe(" ".join(modules)), Role.ASKED, raw)
    elif mac and model:
        yield Observation("kasa.model", model, raw=raw)
        yield Observation("kasa.mac", mac, raw=raw)
        if device_id := objects.text(device, "deviceId"):
            yield Observation("kasa.device_id", device_id, raw=raw)


def _clear(payload: bytes) -> bytes:
    """Undo the XOR: each byte's key is the byte before it, as sent. Two whole numbers do it faster than a loop."""
    keys = bytes((_KEY,)) + payload[:-1]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(keys, "big")).to_bytes(len(payload), "big")


def _device(message: objects.Object) -> objects.Object:
    """What the answer to get_sysinfo says; cameras put it one level deeper."""
    found = objects.inner(objects.inner(message, "system"), "get_sysinfo")
    return objects.inner(found, "system") or found
