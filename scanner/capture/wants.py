"""The small language in which observers say which frames they want.

A want is data, used for choosing (`Selector`, an index over all wants) and for the table in the docs. Each want also
answers for one frame by itself (`accepts`): the plain meaning, against which tests judge the index.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from typing import Protocol as Interface

from scanner.capture.frames import Frame

UDP, TCP, ICMP6 = 17, 6, 58

LONGEST_PREFIX = 64
"""Bytes of a payload that decide who wants it; a want may not ask for a longer prefix."""


Size = Callable[[bytes], int]
"""How many bytes a message that begins with these takes, at the least: more than there are if it goes on elsewhere."""


class Want(Interface):
    """One kind of frame an observer asks for."""

    def accepts(self, frame: Frame) -> bool:
        """True if this frame is asked for."""
        ...


class EtherType(NamedTuple):
    """Frames of one Ethernet type that carry no IP (ARP, LLDP …)."""

    value: int

    def accepts(self, frame: Frame) -> bool:
        return frame.ethertype == self.value and not frame.protocol


class Snap(NamedTuple):
    """802.2 SNAP frames of one organisation and protocol (CDP …)."""

    organisation: int
    protocol: int

    def accepts(self, frame: Frame) -> bool:
        return frame.ethertype == self.organisation << 16 | self.protocol and not frame.protocol


class Udp(NamedTuple):
    """UDP datagrams with one of the ports at either end.

    heads: if any, only datagrams that begin with one of them. unread: ranges of the payload's first 64 bytes (start, end)
    that the observer never reads, nor gives as evidence: a counter there makes no frame one of its own. any_peer: nor does
    it read the other port, except to see that it is none of `ports`.
    """

    ports: tuple[int, ...]
    heads: tuple[bytes, ...] = ()
    unread: tuple[tuple[int, int], ...] = ()
    any_peer: bool = False

    def accepts(self, frame: Frame) -> bool:
        return frame.protocol == UDP and _at_port(frame, self.ports, self.heads)


class Tcp(NamedTuple):
    """TCP segments whose payload begins with one of `prefixes` (two bytes or more), on any port.

    size: tells how long the message is that begins there. If it goes on in later segments, they are joined to it and the
    observer is given the whole as well. None: what the first segment holds is enough.
    """

    prefixes: tuple[bytes, ...]
    size: Size | None = None

    def accepts(self, frame: Frame) -> bool:
        return frame.protocol == TCP and frame.payload.startswith(self.prefixes)


class TcpPort(NamedTuple):
    """TCP segments that carry data and have one of the ports at either end. size: as of `Tcp`; heads: as of `Udp`."""

    ports: tuple[int, ...]
    size: Size | None = None
    heads: tuple[bytes, ...] = ()

    def accepts(self, frame: Frame) -> bool:
        return frame.protocol == TCP and _at_port(frame, self.ports, self.heads)


def _at_port(frame: Frame, ports: tuple[int, ...], heads: tuple[bytes, ...]) -> bool:
    return (
        bool(frame.payload) and (frame.src_port in ports or frame.dst_port in ports) and frame.payload.startswith(heads or b"")
    )


class Icmp6(NamedTuple):
    """ICMPv6 messages of the given types."""

    types: tuple[int, ...]

    def accepts(self, frame: Frame) -> bool:
        return frame.protocol == ICMP6 and bool(frame.payload) and frame.payload[0] in self.types


class Protocol(NamedTuple):
    """Messages of IP protocols that have no want of their own (IGMP …)."""

    numbers: tuple[int, ...]

    def accepts(self, frame: Frame) -> bool:
        return frame.protocol in self.numbers and bool(frame.payload)


Heads = dict[int, list[tuple[bytes, int]]]
"""By port, or by the payload's first two bytes: beginnings of payloads, each with who wants what begins so."""


class Tables(NamedTuple):
    """What the compiled core knows of a selector: as in `Selector`, which see; joined: one mask."""

    ethertypes: dict[int, int]
    udp_ports: dict[int, int]
    tcp_ports: dict[int, int]
    icmp6_types: dict[int, int]
    protocols: dict[int, int]
    udp_heads: Heads
    tcp_heads: Heads
    tcp_prefixes: Heads
    unread: dict[int, int]
    any_peer: dict[int, bool]
    joined: int


class Selector:
    """All observers' wants, indexed: bit n of a mask stands for observer n of `wants`.

    unread: by UDP port, a bit for each of a payload's first 64 bytes that nobody who wants the port reads; any_peer: whether
    nobody who wants it reads the other port. sizes: by bit, how the observers who want whole messages tell their length;
    joined: all their bits.

    The fast lane asks the tables directly; `mask` gives the same answer for a frame that is already decoded.
    """

    def __init__(self, wants: Sequence[Iterable[Want]]) -> None:
        self.ethertypes: dict[int, int] = {}
        self.udp_ports: dict[int, int] = {}
        self.tcp_ports: dict[int, int] = {}
        self.udp_heads: Heads = {}
        self.tcp_heads: Heads = {}
        self.tcp_prefixes: Heads = {}
        self.unread: dict[int, int] = {}
        self.any_peer: dict[int, bool] = {}
        self.icmp6_types: dict[int, int] = {}
        self.protocols: dict[int, int] = {}
        self.sizes: dict[int, Size] = {}
        self.joined = 0
        for number, group in enumerate(wants):
            for want in group:
                self._add(want, 1 << number)

    def _add(self, want: Want, bit: int) -> None:
        match want:
            case EtherType(value):
                _mark(self.ethertypes, (value,), bit)
            case Snap(organisation, protocol):
                _mark(self.ethertypes, (organisation << 16 | protocol,), bit)
            case Udp(ports, heads, unread, any_peer):
                self._at(ports, self.udp_ports, self.udp_heads, heads, bit)
                bits = sum(1 << byte for byte in range(LONGEST_PREFIX) if any(start <= byte < end for start, end in unread))
                for port in ports:
                    self.unread[port] = self.unread.get(port, bits) & bits
                    self.any_peer[port] = self.any_peer.get(port, True) and any_peer
            case TcpPort(ports, size, heads):
                self._join(size, bit)
                self._at(ports, self.tcp_ports, self.tcp_heads, heads, bit)
            case Icmp6(types):
                _mark(self.icmp6_types, types, bit)
            case Protocol(numbers) if not {0, UDP, TCP, ICMP6}.intersection(numbers):  # these have tables of their own
                _mark(self.protocols, numbers, bit)
            case Tcp(prefixes, size) if all(2 <= len(prefix) <= LONGEST_PREFIX for prefix in prefixes):
                self._join(size, bit)
                for prefix in prefixes:
                    self.tcp_prefixes.setdefault(int.from_bytes(prefix[:2], "big"), []).append((prefix, bit))
            case _:
                raise TypeError(f"{want!r} is no kind of want the selector knows")

    def _at(self, ports: tuple[int, ...], plain: dict[int, int], headed: Heads, heads: tuple[bytes, ...], bit: int) -> None:
        if not all(1 <= len(head) <= LONGEST_PREFIX for head in heads):
            raise TypeError(f"{heads!r}: a head has 1 to {LONGEST_PREFIX} bytes")
        if not heads:
            _mark(plain, ports, bit)
        for port in ports if heads else ():
            headed.setdefault(port, []).extend((head, bit) for head in heads)

    def _join(self, size: Size | None, bit: int) -> None:
        if size and self.sizes.setdefault(bit, size) is not size:
            raise TypeError("an observer has one way to tell how long its TCP messages are")
        self.joined |= bit if size else 0

    def tables(self) -> Tables:
        """All of it for the compiled core, which makes tables of its own from these."""
        return Tables(
            self.ethertypes, self.udp_ports, self.tcp_ports, self.icmp6_types, self.protocols, self.udp_heads, self.tcp_heads,
            self.tcp_prefixes, self.unread, self.any_peer, self.joined,
        )  # fmt: skip

    def udp(self, src_port: int, dst_port: int, head: bytes) -> int:
        """Who wants a UDP datagram with this payload (its first bytes suffice)."""
        if not head:
            return 0
        mask = self.udp_ports.get(src_port, 0) | self.udp_ports.get(dst_port, 0)
        return mask | _begun(self.udp_heads, src_port, head) | _begun(self.udp_heads, dst_port, head)

    def tcp(self, src_port: int, dst_port: int, head: bytes) -> int:
        """Who wants a TCP segment with this payload (its first bytes suffice)."""
        if not head:
            return 0
        mask = self.tcp_ports.get(src_port, 0) | self.tcp_ports.get(dst_port, 0)
        mask |= _begun(self.tcp_heads, src_port, head) | _begun(self.tcp_heads, dst_port, head)
        return mask | _begun(self.tcp_prefixes, head[0] << 8 | head[1], head) if len(head) > 1 else mask

    def mask(self, frame: Frame) -> int:
        """Who wants this frame: one bit an observer."""
        if frame.protocol == UDP:
            return self.udp(frame.src_port, frame.dst_port, frame.payload)
        if frame.protocol == TCP:
            return self.tcp(frame.src_port, frame.dst_port, frame.payload)
        if frame.protocol == ICMP6:
            return self.icmp6_types.get(frame.payload[0], 0) if frame.payload else 0
        if frame.protocol:
            return self.protocols.get(frame.protocol, 0) if frame.payload else 0
        return self.ethertypes.get(frame.ethertype, 0)


def _begun(heads: Heads, key: int, head: bytes) -> int:
    mask = 0
    for prefix, bit in heads.get(key, ()):
        if head.startswith(prefix):
            mask |= bit
    return mask


def _mark(table: dict[int, int], keys: Iterable[int], bit: int) -> None:
    for key in keys:
        table[key] = table.get(key, 0) | bit
