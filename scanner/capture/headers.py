"""The fast lane: every frame of a batch from link layer to transport header, counted; the few somebody wants, handed on.

It counts and selects, it never decides. `scan` is the interface a compiled twin will share: a batch, a selector and a
tally in; chosen frames out. A frame that lies about its own lengths is malformed; one that the capture cut short is not.
References: RFC 791 (IPv4), RFC 8200 and 7045 (IPv6 extension headers), RFC 768 (UDP), RFC 9293 (TCP).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.capture.frames import Frame, FrameBatch
from scanner.capture.links import BROADCAST, IPV4, IPV6, READERS, link_name
from scanner.capture.wants import ICMP6, LONGEST_PREFIX, TCP, UDP, Selector
from scanner.evidence import Evidence, Ledger, Place, Received, Traffic
from scanner.model import Subject
from scanner.wire.addresses import ip_text, mac_text

_ANY4, _ANY6 = bytes(4), bytes(16)
_HOP, _ROUTING, _FRAGMENT, _AUTH, _DESTINATION, _MOBILITY, _HIP, _SHIM6 = 0, 43, 44, 51, 60, 135, 139, 140
_EXTENSIONS = frozenset({_HOP, _ROUTING, _FRAGMENT, _AUTH, _DESTINATION, _MOBILITY, _HIP, _SHIM6})
_MOST_EXTENSIONS = 16
_NOTHING = -1  # protocol of a packet whose transport header is not here (a later fragment, or cut away)


class Packet(NamedTuple):
    """One IP packet: addresses, protocol (or _NOTHING), ports, and where its payload lies. end may pass what was captured."""

    src_ip: bytes
    dst_ip: bytes
    protocol: int
    src_port: int
    dst_port: int
    start: int
    end: int


@dataclass(slots=True)
class Tally:
    """Counts of one capture while it is walked: the ledger, and traffic by sender as bytes (made text once, at the end)."""

    capture: str
    ledger: Ledger = field(default_factory=Ledger)
    senders: dict[tuple[str, bytes, bytes], list[int]] = field(default_factory=dict)
    targets: dict[tuple[str, bytes], list[int]] = field(default_factory=dict)
    unsupported: dict[str, list[int]] = field(default_factory=dict)
    malformed: dict[str, list[int]] = field(default_factory=dict)
    snapped: list[int] = field(default_factory=list)
    fragments: list[int] = field(default_factory=list)

    def settle(self, evidence: Evidence) -> None:
        """Write everything counted into the bag."""
        for (segment, mac, ip), counts in self.senders.items():
            frames, size, time, number, last, heard_time, heard = counts
            place = Place(heard_time, self.capture, heard) if heard else None
            sender = Subject(segment, mac_text(mac), ip_text(ip))
            evidence.count(sender, Traffic(frames, size, Place(time, self.capture, number), last, place))
        for (segment, mac), (frames, time, number, last) in self.targets.items():
            evidence.receive(segment, mac_text(mac), Received(frames, Place(time, self.capture, number), last))
        evidence.ledgers.setdefault(self.capture, Ledger()).absorb(self.ledger)
        for code, reasons in (("unsupported", self.unsupported), ("malformed", self.malformed)):
            for reason, (count, first) in reasons.items():
                evidence.trouble(self.capture, code, reason, first, count)
        for code, noted in (("snapped", self.snapped), ("fragment", self.fragments)):
            if noted:
                evidence.trouble(self.capture, code, "", noted[1], noted[0])


def scan(batch: FrameBatch, selector: Selector, tally: Tally) -> Iterator[tuple[Frame, int]]:
    """Count every frame of the batch into `tally` and yield (frame, mask of the observers who want it) for the chosen ones.

    Chosen frames are not counted as decoded here: only the slow lane knows how that ends.
    """
    buffer, ledger = batch.buffer, tally.ledger
    ledger.frames += len(batch)
    rows = zip(batch.offsets, batch.sizes, batch.wire_sizes, batch.times, batch.links, strict=True)
    for number, (start, size, wire_size, time, link_type) in enumerate(rows, batch.first):
        if ledger.first is None or time < ledger.first:
            ledger.first = time
        if ledger.last is None or time > ledger.last:
            ledger.last = time
        end = start + size
        reader = READERS.get(link_type)
        if reader is None:
            ledger.unsupported += 1
            _count(tally.unsupported.setdefault(f"link type {link_name(link_type)}", []), number)
            continue
        link = reader(buffer, start, end)
        if link is None:
            _short(tally, "link layer cut short", number, cut=size < wire_size)
            continue
        src_mac, dst_mac, segment, kind, at, end = link
        packet = _NO_PACKET
        if kind in (IPV4, IPV6):
            found = ipv4(buffer, at, end) if kind == IPV4 else ipv6(buffer, at, end)
            if isinstance(found, str):
                _short(tally, found, number, cut=size < wire_size)
            else:
                packet = found
        src_ip, dst_ip, protocol, src_port, dst_port, at, stop = packet if packet is not _NO_PACKET else (*packet[:5], at, end)
        _account(tally, (segment, src_mac, src_ip), wire_size, time, number, _link_scope(dst_mac, dst_ip))
        if dst_mac and not dst_mac[0] & 1:
            _address(tally.targets, (segment, dst_mac), time, number)
        if protocol == _NOTHING:
            _count(tally.fragments, number)
            continue
        if packet is _NO_PACKET and kind in (IPV4, IPV6):
            continue
        mask = _wanted(selector, buffer, kind, protocol, src_port, dst_port, at, min(stop, end))
        if mask:
            cut = stop > end or (not protocol and size < wire_size)
            payload = buffer[at : min(stop, end)]
            yield (
                Frame(
                    batch.capture, number, time, segment, src_mac, dst_mac, kind, src_ip, dst_ip, protocol, src_port, dst_port,
                    payload, cut,
                ),
                mask,
            )  # fmt: skip


def _wanted(
    selector: Selector, buffer: bytes, kind: int, protocol: int, src_port: int, dst_port: int, at: int, end: int
) -> int:
    """Who wants a frame, without cutting its payload out: what `Selector.mask` answers for the decoded frame."""
    if protocol == UDP:
        return (selector.udp_ports.get(src_port, 0) | selector.udp_ports.get(dst_port, 0)) if at < end else 0
    if protocol == TCP:
        return selector.tcp(src_port, dst_port, buffer[at : min(end, at + LONGEST_PREFIX)])
    if protocol == ICMP6:
        return selector.icmp6_types.get(buffer[at], 0) if at < end else 0
    return 0 if protocol else selector.ethertypes.get(kind, 0)


_NO_PACKET = Packet(b"", b"", 0, 0, 0, 0, 0)


def ipv4(buffer: bytes, at: int, end: int) -> Packet | str:
    """The IPv4 packet at `at`, or what is wrong with it."""
    if at + 20 > end:
        return "IPv4 header cut short"
    head = (buffer[at] & 15) * 4
    if buffer[at] >> 4 != 4 or head < 20:
        return "IPv4 version or header length wrong"
    total = buffer[at + 2] << 8 | buffer[at + 3]
    # Segmentation offload leaves 0 in the field: the packet then runs to the end of the frame.
    stop = at + total if total else end
    if stop < at + head:
        return "IPv4 total length shorter than its header"
    src, dst = buffer[at + 12 : at + 16], buffer[at + 16 : at + 20]
    protocol = buffer[at + 9]
    if (buffer[at + 6] & 0x1F) << 8 | buffer[at + 7] or at + head > end:
        protocol = _NOTHING
    return _transport(buffer, b"" if src == _ANY4 else src, dst, protocol, at + head, stop, end)


def ipv6(buffer: bytes, at: int, end: int) -> Packet | str:
    """The IPv6 packet at `at`, its extension headers walked, or what is wrong with it."""
    if at + 40 > end:
        return "IPv6 header cut short"
    if buffer[at] >> 4 != 6:
        return "IPv6 version wrong"
    size = buffer[at + 4] << 8 | buffer[at + 5]
    stop = at + 40 + size if size else end  # 0: jumbogram (RFC 2675) or offload
    src, dst = buffer[at + 8 : at + 24], buffer[at + 24 : at + 40]
    protocol, at = buffer[at + 6], at + 40
    for _ in range(_MOST_EXTENSIONS):
        if protocol not in _EXTENSIONS:
            break
        if at + 8 > end:
            protocol = _NOTHING
            break
        kind, protocol = protocol, buffer[at]
        if kind == _FRAGMENT:
            if (buffer[at + 2] << 8 | buffer[at + 3]) >> 3:
                protocol = _NOTHING
                break
            at += 8
        else:
            at += (buffer[at + 1] + 2) * 4 if kind == _AUTH else (buffer[at + 1] + 1) * 8
    else:
        return "too many IPv6 extension headers"
    if at > stop:
        return "IPv6 extension header longer than the packet"
    return _transport(buffer, b"" if src == _ANY6 else src, dst, protocol, at, stop, end)


def _transport(buffer: bytes, src: bytes, dst: bytes, protocol: int, at: int, stop: int, end: int) -> Packet | str:
    have = min(stop, end)
    if protocol == UDP:
        if at + 8 > have:
            return Packet(src, dst, _NOTHING, 0, 0, at, stop) if stop > end else "UDP header cut short"
        size = buffer[at + 4] << 8 | buffer[at + 5]
        if size and size < 8:
            return "UDP length shorter than its header"
        stop = min(stop, at + size) if size else stop
        return Packet(src, dst, UDP, buffer[at] << 8 | buffer[at + 1], buffer[at + 2] << 8 | buffer[at + 3], at + 8, stop)
    if protocol == TCP:
        if at + 20 > have:
            return Packet(src, dst, _NOTHING, 0, 0, at, stop) if stop > end else "TCP header cut short"
        head = (buffer[at + 12] >> 4) * 4
        if head < 20 or at + head > stop:
            return "TCP header length wrong"
        return Packet(src, dst, TCP, buffer[at] << 8 | buffer[at + 1], buffer[at + 2] << 8 | buffer[at + 3], at + head, stop)
    # 0 means "not IP" in a Frame; hop-by-hop as a transport can only be a lie, and nobody wants it.
    return Packet(src, dst, protocol or _NOTHING, 0, 0, at, stop)


def _link_scope(dst_mac: bytes, dst_ip: bytes) -> bool:
    """True if routers do not forward to this destination (RFC 5771 section 4, RFC 4291 section 2.7, broadcast)."""
    if not dst_ip:
        return False
    return dst_mac == BROADCAST or dst_ip[:3] == b"\xe0\0\0" or dst_ip == b"\xff\xff\xff\xff" or dst_ip[:2] == b"\xff\x02"


def _account(tally: Tally, sender: tuple[str, bytes, bytes], size: int, time: int, number: int, heard: bool) -> None:  # noqa: FBT001 - private, hot
    counts = tally.senders.get(sender)
    if counts is None:
        tally.senders[sender] = [1, size, time, number, time, time if heard else 0, number if heard else 0]
        return
    counts[0] += 1
    counts[1] += size
    if time < counts[2]:
        counts[2:4] = time, number
    if time > counts[4]:
        counts[4] = time
    if heard and (not counts[6] or time < counts[5]):
        counts[5:7] = time, number


def _address(targets: dict[tuple[str, bytes], list[int]], target: tuple[str, bytes], time: int, number: int) -> None:
    counts = targets.get(target)
    if counts is None:
        targets[target] = [1, time, number, time]
        return
    counts[0] += 1
    if time < counts[1]:
        counts[1:3] = time, number
    if time > counts[3]:
        counts[3] = time


def _count(noted: list[int], number: int) -> None:
    if noted:
        noted[0] += 1
    else:
        noted[:] = 1, number


def _short(tally: Tally, reason: str, number: int, *, cut: bool) -> None:
    """A frame whose headers do not fit: the capture's doing (snap length) or the sender's."""
    if cut and reason.endswith("cut short"):
        _count(tally.snapped, number)
    else:
        tally.ledger.malformed += 1
        _count(tally.malformed.setdefault(reason, []), number)
