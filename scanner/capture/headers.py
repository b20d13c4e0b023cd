"""The fast lane: every frame of a batch from link layer to transport header, counted; the few somebody wants, handed on.

It counts and selects, it never decides. `scan` is what the compiled core does, too (`lane.feed`): a batch, a selector and
a tally in; chosen frames out. A frame that lies about its own lengths is malformed; one that the capture cut short is not.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scanner.capture.ethernet import BROADCAST, IPV4, IPV6, Link, tagged
from scanner.capture.frames import Frame, FrameBatch, Part
from scanner.capture.ip import NOTHING, Packet, ipv4, ipv6
from scanner.capture.links import CUT_READERS, READERS, link_name
from scanner.capture.repeats import Repeats, Said
from scanner.capture.tunnels import PORTS, PROTOCOLS, TYPES, Inside, by_port, by_protocol, by_type
from scanner.capture.wants import ICMP6, LONGEST_PREFIX, TCP, UDP, Selector
from scanner.evidence import MANY, Evidence, Ledger, Place, Received, Traffic
from scanner.model import Subject
from scanner.wire.addresses import ip_text, mac_text

_IP = (IPV4, IPV6)
_MOST_LAYERS = 8
"""A frame and the tunnels in it that are followed; deeper ones are counted."""


@dataclass(slots=True)
class Tally:
    """Counts of one capture while it is walked: the ledger, and traffic by sender as bytes (made text once, at the end).

    repeats: the memory by which frames said again are left out of those chosen; None: every one is handed on.
    """

    capture: str
    repeats: Repeats | None = None
    ledger: Ledger = field(default_factory=Ledger)
    senders: dict[tuple[str, bytes, bytes], list[int]] = field(default_factory=dict)
    targets: dict[tuple[str, bytes], list[int]] = field(default_factory=dict)
    unsupported: dict[str, list[int]] = field(default_factory=dict)
    malformed: dict[str, list[int]] = field(default_factory=dict)
    snapped: list[int] = field(default_factory=list)
    fragments: list[int] = field(default_factory=list)
    deep: list[int] = field(default_factory=list)

    def settle(self, evidence: Evidence) -> None:
        """Write everything counted into the bag."""
        self.relieve(evidence)
        evidence.ledgers.setdefault(self.capture, Ledger()).absorb(self.ledger)
        for code, reasons in (("unsupported", self.unsupported), ("malformed", self.malformed)):
            for reason, (count, first) in reasons.items():
                evidence.trouble(self.capture, code, reason, first, count)
        for code, noted in (("snapped", self.snapped), ("fragment", self.fragments), ("deep", self.deep)):
            if noted:
                evidence.trouble(self.capture, code, "", noted[1], noted[0])

    def many(self) -> bool:
        """True if so many senders are counted that the bag, which packs what was counted once, keeps them in fewer bytes."""
        return len(self.senders) + len(self.targets) >= MANY

    def relieve(self, evidence: Evidence) -> None:
        """Write the counts of senders into the bag."""
        for sender, counts in self.senders.items():
            self._sent(evidence, sender, counts)
        for target, received in self.targets.items():
            self._received(evidence, target, received)
        self.senders.clear()
        self.targets.clear()

    def full(self) -> bool:
        """True if no more chosen frames can be remembered."""
        return self.repeats is not None and self.repeats.full()

    def said(self) -> Iterator[Said]:
        """What was said again."""
        if self.repeats:
            yield from self.repeats.said()

    def told(self) -> None:
        """What was said again is entered, and begins anew."""
        if self.repeats:
            self.repeats.forget()

    def forget(self) -> None:
        """Forget what is known of messages."""
        self.told()

    def _sent(self, evidence: Evidence, sender: tuple[str, bytes, bytes], counts: Sequence[int]) -> None:
        segment, mac, ip = sender
        frames, size, time, number, last, heard_time, heard, ttls = counts
        place = Place(heard_time, self.capture, heard) if heard else None
        traffic = Traffic(frames, size, Place(time, self.capture, number), last, place, ttls)
        evidence.count(Subject(segment, mac_text(mac), ip_text(ip)), traffic)

    def _received(self, evidence: Evidence, target: tuple[str, bytes], counts: Sequence[int]) -> None:
        segment, mac = target
        frames, time, number, last = counts
        evidence.receive(segment, mac_text(mac), Received(frames, Place(time, self.capture, number), last))


Flow = tuple[str, bytes, bytes, tuple[int, ...]]
"""One direction of a stream, or one fragmented packet: segment, source and destination address, `Part.flow`."""


def scan(
    batch: FrameBatch, selector: Selector, tally: Tally, followed: Collection[Flow] = frozenset()
) -> Iterator[tuple[Frame, int]]:
    """Count every frame of the batch into `tally` and yield (frame, mask of the observers who want it) for the chosen ones.

    followed: flows of which every frame with a payload is handed on, also with the mask 0. Who reads may change it
    between two frames: it is asked anew for each.
    What is inside a tunnel is counted and chosen as a frame of its own kind, under the number of the frame that carries it.
    Frames said again are only counted in `tally.repeats`, unless they may be part of a longer message. Chosen frames are
    not counted as decoded here: only the slow lane knows how that ends.
    """
    tally.ledger.frames += len(batch)
    yield from walk(batch, range(len(batch)), selector, tally, followed)


def walk(
    batch: FrameBatch, rows: Iterable[int], selector: Selector, tally: Tally, followed: Collection[Flow]
) -> Iterator[tuple[Frame, int]]:
    """`scan` for some rows of a batch, which are in the ledger already."""
    buffer, ledger, repeats = batch.buffer, tally.ledger, tally.repeats
    offsets, sizes, wire_sizes, times, links = batch.offsets, batch.sizes, batch.wire_sizes, batch.times, batch.links
    for row in rows:
        number = batch.first + row
        start, size, wire_size, time, link_type = offsets[row], sizes[row], wire_sizes[row], times[row], links[row]
        ledger.span(time, time)
        reader = (READERS if size >= wire_size else CUT_READERS).get(link_type)
        if reader is None:
            ledger.unsupported += 1
            _count(tally.unsupported.setdefault(f"link type {link_name(link_type)}", []), number)
            continue
        link = reader(buffer, start, start + size)
        for _ in range(_MOST_LAYERS):
            if link is None or isinstance(link, str):
                _short(tally, link or "link layer damaged or cut short", number, cut=size < wire_size)
                break
            src_mac, dst_mac, segment, kind, at, end = link
            packet = _NO_PACKET
            if kind in _IP:
                found = ipv4(buffer, at, end) if kind == IPV4 else ipv6(buffer, at, end)
                if isinstance(found, str):
                    _short(tally, found, number, cut=size < wire_size)
                else:
                    packet = found
            src_ip, dst_ip, protocol, src_port, dst_port, at, stop, ttl, _, fragment = (
                packet if packet is not _NO_PACKET else (*packet[:5], at, end, -1, at, None)
            )
            have = min(stop, end)
            inside = None
            if protocol in PROTOCOLS or (dst_port in PORTS and protocol == UDP) or kind in TYPES:
                inside = _inside(buffer, kind, protocol, dst_port, at, have)
            if inside is None or inside.name:  # behind a mere tag the same sender is met again, with its address
                _account(tally, (segment, src_mac, src_ip), wire_size, time, number, link_scope(dst_mac, dst_ip), _HOPS[ttl])
                _address(tally.targets, (segment, dst_mac), time, number)
            if inside is not None:
                link = _enter(buffer, inside, link, have)
                size = max(have - inside.start, 0)
                wire_size = max(stop - inside.start, size)
                continue
            if protocol == NOTHING:
                _count(tally.fragments if fragment else tally.snapped, number)
            if packet is _NO_PACKET and kind in _IP:
                break
            mask = 0 if protocol == NOTHING else _wanted(selector, buffer, kind, protocol, src_port, dst_port, at, have)
            begins = fragment is not None or mask & selector.joined
            part = _part(buffer, packet) if begins or followed else None
            follows = part is not None and have > at and (segment, src_ip, dst_ip, part.flow) in followed
            if mask or follows:
                cut = stop > end or (not protocol and size < wire_size) or bool(fragment and fragment.more)
                frame = Frame(
                    batch.capture, number, time, segment, src_mac, dst_mac, kind, src_ip, dst_ip, protocol, src_port,
                    dst_port, buffer[at:have], cut, part if begins or follows else None,
                )  # fmt: skip
                if repeats is None or frame.part or repeats.first(frame, mask):
                    yield frame, mask
            break
        else:
            _count(tally.deep, number)


def _part(buffer: bytes, packet: Packet) -> Part | None:
    """Where the payload of a fragment or of a TCP segment stands in the whole; None for any other packet."""
    if piece := packet.fragment:
        return Part((piece.protocol, piece.identification), piece.offset or packet.start - packet.header, not piece.more)
    if packet.protocol != TCP:
        return None
    sequence = int.from_bytes(buffer[packet.header + 4 : packet.header + 8], "big")
    return Part((TCP, packet.src_port, packet.dst_port), sequence, last=False)


def _inside(buffer: bytes, kind: int, protocol: int, port: int, at: int, end: int) -> Inside | None:
    """What a packet or frame that looks like a tunnel carries, if it is one."""
    if protocol in PROTOCOLS:
        return by_protocol(buffer, protocol, at, end)
    return by_port(buffer, port, at, end) if protocol == UDP else by_type(buffer, kind, at, end)


def _enter(buffer: bytes, inside: Inside, outer: Link, end: int) -> Link | str | None:
    """The link layer inside a tunnel. One without a name is only a tag: its sender is still the frame's own."""
    source, target, segment = (b"", b"", _joined(outer[2], inside.name)) if inside.name else outer[:3]
    if inside.link < 0:
        link: Link | str | None = tagged(buffer, source, target, -inside.link, inside.start, end)
    else:
        link = READERS[inside.link](buffer, inside.start, end)
    if link is None or isinstance(link, str):
        return link
    if inside.link >= 0 and not inside.name:
        link = (source, target, *link[2:])
    return (*link[:2], _joined(segment, link[2]), *link[3:])


def _joined(outer: str, inner: str) -> str:
    return f"{outer}, {inner}" if outer and inner else outer or inner


def _wanted(
    selector: Selector, buffer: bytes, kind: int, protocol: int, src_port: int, dst_port: int, at: int, end: int
) -> int:
    """Who wants a frame, without cutting its payload out: what `Selector.mask` answers for the decoded frame."""
    if protocol == UDP:
        return selector.udp(src_port, dst_port, buffer[at : min(end, at + LONGEST_PREFIX)])
    if protocol == TCP:
        return selector.tcp(src_port, dst_port, buffer[at : min(end, at + LONGEST_PREFIX)])
    if protocol == ICMP6:
        return selector.icmp6_types.get(buffer[at], 0) if at < end else 0
    if protocol:
        return selector.protocols.get(protocol, 0) if at < end else 0
    return selector.ethertypes.get(kind, 0)


_NO_PACKET = Packet(b"", b"", 0, 0, 0, 0, 0, -1)
_HOPS = (*(1 << hops for hops in range(256)), 0)  # the bit of each TTL; none for what is no packet


def link_scope(dst_mac: bytes, dst_ip: bytes) -> bool:
    """True if routers do not forward to this destination (RFC 5771 section 4, RFC 4291 section 2.7, broadcast)."""
    if not dst_ip:
        return False
    return dst_mac == BROADCAST or dst_ip[:3] == b"\xe0\0\0" or dst_ip == b"\xff\xff\xff\xff" or dst_ip[:2] == b"\xff\x02"


def _account(
    tally: Tally,
    sender: tuple[str, bytes, bytes],
    size: int,
    time: int,
    number: int,
    heard: bool,  # noqa: FBT001 - private, hot
    hops: int,
) -> None:
    counts = tally.senders.get(sender)
    if counts is None:
        tally.senders[sender] = [1, size, time, number, time, time if heard else 0, number if heard else 0, hops]
        return
    counts[0] += 1
    counts[1] += size
    if time < counts[2]:
        counts[2:4] = time, number
    if time > counts[4]:
        counts[4] = time
    if heard and (not counts[6] or time < counts[5]):
        counts[5:7] = time, number
    if not counts[7] & hops:
        counts[7] |= hops


def _address(targets: dict[tuple[str, bytes], list[int]], target: tuple[str, bytes], time: int, number: int) -> None:
    """Count a frame for the one card it is addressed to, if the frame says which."""
    if not target[1] or target[1][0] & 1:
        return
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
