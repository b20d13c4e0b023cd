"""DHCP for IPv4: what a client says about itself, and which address a server gave it (RFC 2131, RFC 2132).

The client is named by the hardware address in the message, not by the frame: a relay forwards messages of others.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role, Subject
from scanner.wire import urls
from scanner.wire.addresses import ip_text, is_host_ip, is_host_mac, mac_text
from scanner.wire.client_id import client_id
from scanner.wire.dns import plain_name
from scanner.wire.text import LONGEST, raw_text, safe, text

CHANNELS = (
    Channel("dhcp.hostname", "DHCP option 12, host name"),
    Channel("dhcp.vendor_class", "DHCP option 60, vendor class identifier"),
    Channel("dhcp.mud_url", "DHCP option 161, URL of the manufacturer usage description (RFC 8520)"),
    Channel("dhcp.params", "DHCP option 55, parameters asked for, in the client's order"),
    Channel("dhcp.client_id", "DHCP option 61, client identifier in hexadecimal, or its text"),
    Channel("dhcp.user_class", "DHCP option 77, user class (RFC 3004)"),
    Channel("dhcp.vendor_info", "DHCP options 124 and 125, vendor class and information by enterprise number (RFC 3925)"),
    Channel("dhcp.fqdn", "DHCP option 81, the client's domain name (RFC 4702)"),
    Channel("dhcp.architecture", "DHCP option 93, number of the machine type a client boots on from the network (RFC 4578)"),
    Channel("dhcp.boot_file", "DHCP option 67 or the file field of a reply: what a client is to load, without login or query"),
    Channel("dhcp.ip", "address a client uses (ciaddr) or a server acknowledged (yiaddr)"),
    Channel("dhcp.requested_ip", "DHCP option 50 of a request, the address a client wants"),
    Channel("dhcp.server", "DHCP option 54 of a reply, the server's own address"),
)
WANTS = (Udp((67, 68), unread=((4, 10),)),)  # transaction and seconds elapsed

_SERVER_PORT = 67
_FROM_CLIENT, _FROM_SERVER = 1, 2
_REQUEST, _ACK = b"\x03", b"\x05"
_ETHERNET = b"\x01\x06"  # hardware type and address length
_CIADDR, _YIADDR, _GIADDR, _CHADDR = slice(12, 16), slice(16, 20), slice(24, 28), slice(28, 34)
_SNAME, _FILE = slice(44, 108), slice(108, 236)
_COOKIE = slice(236, 240)
_MAGIC = bytes((99, 130, 83, 99))

_PAD, _END = 0, 255
_HOSTNAME, _REQUESTED_IP, _OVERLOAD, _MESSAGE_TYPE, _SERVER_ID, _PARAMS = 12, 50, 52, 53, 54, 55
_VENDOR_CLASS, _CLIENT_ID, _BOOT_FILE, _USER_CLASS, _FQDN, _ARCHITECTURE, _MUD_URL = 60, 61, 67, 77, 81, 93, 161
_ENTERPRISE_CLASS, _ENTERPRISE_INFO = 124, 125
_TEXTS = {_HOSTNAME: "dhcp.hostname", _VENDOR_CLASS: "dhcp.vendor_class", _MUD_URL: "dhcp.mud_url"}
_MOST = 1024  # bytes kept of one option: no name or list of a real client is longer
_FQDN_ENCODED = 0x04  # the E bit: domain name in DNS labels


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message about an Ethernet client. Without the magic cookie it is not DHCP and gives nothing.

    Raises Malformed if options run past their field, after yielding what the options before said.
    """
    message = frame.payload
    if message[_COOKIE] != _MAGIC or message[1:3] != _ETHERNET:
        return
    client = Subject(frame.segment, mac_text(message[_CHADDR]), "")
    if not is_host_mac(client.mac):
        return
    options: dict[int, bytes] = {}
    fault = _gather(message, options, cut=frame.cut)
    if message[0] == _FROM_CLIENT and frame.dst_port == _SERVER_PORT:
        yield from _from_client(message, options, client)
    elif message[0] == _FROM_SERVER and frame.src_port == _SERVER_PORT:
        yield from _from_server(message, options, client, frame.sender)
    if fault:
        raise Malformed(fault)


def _gather(message: bytes, options: dict[int, bytes], *, cut: bool) -> str:
    """Fill `options` from the options field, then from `file` and `sname` where option 52 says they are used too."""
    fault = "" if _scan(message[_COOKIE.stop :], options) or cut else "DHCP option longer than its message"
    overload = options.get(_OVERLOAD)
    for use, field in ((b"\x01\x03", _FILE), (b"\x02\x03", _SNAME)):  # order of RFC 3396 section 5
        if overload and overload in use and not _scan(message[field], options):
            fault = "DHCP option longer than its overloaded field"
    return fault


def _scan(area: bytes, options: dict[int, bytes]) -> bool:
    """Add the options of one field, parts of a split option joined (RFC 3396); False if the last one is not whole."""
    at = 0
    while at < len(area) and (code := area[at]) != _END:
        at += 1
        if code == _PAD:
            continue
        end = at + 1 + area[at] if at < len(area) else at + 1
        if end > len(area):
            return False
        options[code] = (options.get(code, b"") + area[at + 1 : end])[:_MOST]
        at = end
    return True


def _from_client(message: bytes, options: dict[int, bytes], client: Subject) -> Iterator[Observation]:
    for code, channel in _TEXTS.items():
        if value := options.get(code, b"").rstrip(b"\0"):
            yield Observation(channel, text(value), raw=value, subject=client)
    if value := options.get(_PARAMS, b""):
        yield Observation("dhcp.params", safe(",".join(map(str, value))), raw=value, subject=client)
    if value := options.get(_CLIENT_ID, b""):
        yield Observation("dhcp.client_id", client_id(value), raw=value, subject=client)
    if len(value := options.get(_ARCHITECTURE, b"")) >= 2:
        yield Observation("dhcp.architecture", str(int.from_bytes(value[:2], "big")), raw=value[:2], subject=client)
    yield from _address("dhcp.ip", message[_CIADDR], client)
    if options.get(_MESSAGE_TYPE) == _REQUEST:
        yield from _address("dhcp.requested_ip", options.get(_REQUESTED_IP, b""), client)
    for _, value in _pieces(options.get(_USER_CLASS, b""), coded=False):
        yield Observation("dhcp.user_class", text(value), raw=value, subject=client)
    for shown, value in _enterprise(options):
        yield Observation("dhcp.vendor_info", shown, raw=value, subject=client)
    if _FQDN in options:
        value = options[_FQDN]
        if len(value) < 3:
            raise Malformed("DHCP client FQDN option shorter than its flags")
        name = plain_name(value[3:]) if value[0] & _FQDN_ENCODED else text(value[3:].rstrip(b"\0")).rstrip(".")
        if name:
            yield Observation("dhcp.fqdn", name, raw=value[3:], subject=client)


def _from_server(message: bytes, options: dict[int, bytes], client: Subject, sender: Subject) -> Iterator[Observation]:
    leased = ip_text(message[_YIADDR]) if any(message[_YIADDR]) else ""
    if client.mac == sender.mac:
        # Nobody leases to himself: something on the way wrote its own MAC over the client's. The address stays true.
        client = Subject(client.segment, "", leased)
    elif options.get(_MESSAGE_TYPE) == _ACK:
        yield from _address("dhcp.ip", message[_YIADDR], client, Role.TOLD)
    value = options.get(_HOSTNAME, b"").rstrip(b"\0")
    if value and (client.mac or client.ip):
        yield Observation("dhcp.hostname", text(value), Role.TOLD, value, client)
    file = options.get(_BOOT_FILE) or (b"" if _OVERLOAD in options else message[_FILE].split(b"\0", 1)[0])
    if (shown := urls.public(file.rstrip(b"\0"))) and (client.mac or client.ip):
        yield Observation("dhcp.boot_file", text(shown), Role.TOLD, urls.evidence(file)[:LONGEST], client)
    if not any(message[_GIADDR]):  # with a relay in between the frame's sender may be the relay
        yield from _address("dhcp.server", options.get(_SERVER_ID, b""), None)


def _address(channel: str, raw: bytes, subject: Subject | None, role: Role = Role.SELF) -> Iterator[Observation]:
    """The IPv4 address, if it is one that a host can have."""
    if len(raw) == 4 and any(raw) and is_host_ip(ip := ip_text(raw)):
        yield Observation(channel, ip, role, ip.encode(), subject)


def _enterprise(options: dict[int, bytes]) -> Iterator[tuple[str, bytes]]:
    """`enterprise:class` of option 124, `enterprise:code=value` of option 125, each with the bytes it shows."""
    for option in (_ENTERPRISE_CLASS, _ENTERPRISE_INFO):
        value = options.get(option, b"")
        while value:
            end = 5 + value[4] if len(value) > 4 else 5
            if end > len(value):
                raise Malformed("DHCP enterprise data longer than its option")
            number = int.from_bytes(value[:4], "big")
            for code, piece in _pieces(value[5:end], coded=option == _ENTERPRISE_INFO):
                yield safe(f"{number}:{code}{raw_text(piece)}"), piece
            value = value[end:]


def _pieces(body: bytes, *, coded: bool) -> list[tuple[str, bytes]]:
    """Values after their length bytes, with `code=` where a code byte leads; the whole body where lengths do not fit it.

    Clients older than the RFCs put one bare text into these options.
    """
    pieces = []
    at, head = 0, 2 if coded else 1
    while at < len(body):
        start = at + head
        end = start + body[start - 1] if start <= len(body) else start
        if end > len(body):
            return [("", body)]
        if end > start:
            pieces.append((f"{body[at]}=" if coded else "", body[start:end]))
        at = end
    return pieces
