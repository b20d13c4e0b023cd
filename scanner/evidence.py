"""The bag of everything seen, before anything is decided. It merges, and that is the whole point.

Laws (tests/scanner/test_evidence.py): `merge` is associative and commutative with `Evidence()` as its empty element; any
split of the same frames, read in any order, gives the same bag. Every part of the bag therefore only ever takes sums,
minima, maxima and unions. A file, a folder, eight processes and a cluster are one path because of this.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import NamedTuple

from scanner.model import Observation, Role, Sighting, Subject
from scanner.once import FACT, SENT, TARGET, Record, channel_in, heard_in, name_in, name_of, names_in, pack, unpack

KEPT = 256
"""Distinct values kept for one subject and channel: the earliest. More are counted as overflow, never silently lost."""

LONELY = 20_000
"""Entries counted once that are kept as they are; if there are more of them, all are packed (`scanner.once`)."""

MANY = 100_000
"""Entries of a sort at which a bag that is being filled looks for some to pack."""


class Place(NamedTuple):
    """A frame, by time first: the smallest place is the earliest frame."""

    time: int
    capture: str
    frame: int


class Traffic(NamedTuple):
    """What one sender put on the wire. `heard`: its first frame to a group that routers do not forward, if any.

    Only such a frame shows that sender MAC and IP belong together: any other may have been carried by a router.
    ttls: bit n is set if a packet had n hops left (TTL, hop limit); 0 where none was IP. Routers between show in it.
    """

    frames: int
    bytes: int
    first: Place
    last: int
    heard: Place | None
    ttls: int = 0

    def plus(self, other: "Traffic") -> "Traffic":
        """Both together."""
        places = [place for place in (self.heard, other.heard) if place]
        return Traffic(
            self.frames + other.frames,
            self.bytes + other.bytes,
            min(self.first, other.first),
            max(self.last, other.last),
            min(places, default=None),
            self.ttls | other.ttls,
        )


@dataclass(slots=True)
class Group:
    """Values of one channel for one subject: where each was seen first, and how many observations there were in all."""

    values: dict[tuple[Role, str], Sighting] = field(default_factory=dict)
    observed: int = 0
    overflow: bool = False

    def add(self, role: Role, value: str, sighting: Sighting, times: int = 1) -> None:
        """Count observations of a value and keep the earliest sighting."""
        self.observed += times
        self._keep((role, value), sighting)
        if len(self.values) > KEPT:
            self._drop()

    def absorb(self, other: "Group") -> None:
        """Take in all of another group."""
        self.observed += other.observed
        self.overflow |= other.overflow
        for key, sighting in other.values.items():
            self._keep(key, sighting)
        while len(self.values) > KEPT:
            self._drop()

    def _keep(self, key: tuple[Role, str], sighting: Sighting) -> None:
        known = self.values.get(key)
        if known is None or sighting < known:
            self.values[key] = sighting

    def _drop(self) -> None:
        latest = max(self.values, key=lambda key: (self.values[key], key))
        del self.values[latest]
        self.overflow = True


class Received(NamedTuple):
    """Frames addressed to one card: it may be there though it was never heard."""

    frames: int
    first: Place
    last: int

    def plus(self, other: "Received") -> "Received":
        """Both together."""
        return Received(self.frames + other.frames, min(self.first, other.first), max(self.last, other.last))


class Trouble(NamedTuple):
    """Something that went wrong, counted by capture, code and reason, with the first frame it happened in."""

    times: int
    first_frame: int


@dataclass(slots=True)
class Ledger:
    """Where every frame of one capture went, and what the capture is. Text fields are set once, by whoever read the end.

    held: which of DHCP ("dhcp"), frames to a group of the link ("group") and to one card ("unicast") there were.
    """

    frames: int = 0
    decoded: int = 0
    malformed: int = 0
    unsupported: int = 0
    first: int | None = None
    last: int | None = None
    link_types: frozenset[str] = frozenset()
    sha256: str = ""
    bytes: int = 0
    format: str = ""
    problem: str = ""
    held: frozenset[str] = frozenset()

    def span(self, first: int, last: int) -> None:
        """Take in the time of a frame, or the first and last of some."""
        if self.first is None or first < self.first:
            self.first = first
        if self.last is None or last > self.last:
            self.last = last

    def absorb(self, other: "Ledger") -> None:
        """Take in another part of the same capture."""
        self.frames += other.frames
        self.decoded += other.decoded
        self.malformed += other.malformed
        self.unsupported += other.unsupported
        self.first = min((t for t in (self.first, other.first) if t is not None), default=None)
        self.last = max((t for t in (self.last, other.last) if t is not None), default=None)
        self.link_types |= other.link_types
        self.held |= other.held
        self.sha256 = max(self.sha256, other.sha256)
        self.bytes = max(self.bytes, other.bytes)
        self.format = max(self.format, other.format)
        self.problem = max(self.problem, other.problem)


@dataclass(slots=True)
class Evidence:
    """Facts by (subject, channel), traffic by sender, cards addressed by (segment, MAC), troubles, ledgers by capture.

    once: entries of the first three that were counted once, packed, if there are more than LONELY of them (`settle`).
    """

    facts: dict[tuple[Subject, str], Group] = field(default_factory=dict)
    traffic: dict[Subject, Traffic] = field(default_factory=dict)
    addressed: dict[tuple[str, str], Received] = field(default_factory=dict)
    troubles: dict[tuple[str, str, str], Trouble] = field(default_factory=dict)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    once: list[bytes] = field(default_factory=list)
    _room: int = field(default=MANY, compare=False, repr=False)

    def add(self, subject: Subject, seen: Observation, place: Place, times: int = 1) -> None:
        """Add one observation about `subject`, made so many times, first in the frame at `place`."""
        key = (subject, seen.channel)
        group = self.facts.get(key)
        if group is None:
            group = self.facts[key] = Group()
        known = group.values.get((seen.role, seen.value))
        if known is None or place < known:
            group.add(seen.role, seen.value, Sighting(place.time, place.capture, place.frame, seen.raw), times)
        else:
            group.observed += times  # seen before: the most frequent case, and all there is to do

    def count(self, sender: Subject, traffic: Traffic) -> None:
        """Add traffic of one sender."""
        known = self.traffic.get(sender)
        self.traffic[sender] = traffic if known is None else known.plus(traffic)

    def receive(self, segment: str, mac: str, received: Received) -> None:
        """Add frames addressed to one card."""
        known = self.addressed.get((segment, mac))
        self.addressed[segment, mac] = received if known is None else known.plus(received)

    def trouble(self, capture: str, code: str, reason: str, frame: int, count: int = 1) -> None:
        """Count a trouble; `reason` is fixed text of ours, never captured bytes."""
        known = self.troubles.get((capture, code, reason), Trouble(0, frame))
        self.troubles[capture, code, reason] = Trouble(known.times + count, min(known.first_frame, frame))

    def relieve(self) -> None:
        """Pack what was counted once, if there is much: for a bag that is being filled and whose groups nobody holds."""
        if len(self.facts) + len(self.traffic) + len(self.addressed) >= self._room:
            self._pack()
            self._room = MANY + 2 * (len(self.facts) + len(self.traffic) + len(self.addressed))

    def settle(self) -> None:
        """Bring the bag to the one form for its content: entries counted once all packed if they are more than LONELY,
        else none. Equal content gives equal bags, however it was put together."""
        alone = sum(sent.frames == 1 for sent in self.traffic.values())
        alone += sum(got.frames == 1 for got in self.addressed.values()) + sum(map(_single, self.facts.values()))
        if not self.once and alone <= LONELY:
            return
        self._pack()
        packed, self.once = sorted(self.once), []
        known = {name_of(SENT, *sender) for sender in self.traffic} | {name_of(TARGET, *card) for card in self.addressed}
        known |= {name_of(FACT, *subject, channel) for subject, channel in self.facts}
        for name, same in groupby(packed, name_in):
            records = list(same)
            if len(records) == 1 and name not in known:
                self.once += records
            else:
                self.restore(records)
        if len(self.once) <= LONELY:
            self.restore(self.once)
            self.once = []

    def restore(self, records: Iterable[bytes]) -> None:
        """Take in packed entries as what they were. Raises ValueError for bytes that were never packed."""
        for record in map(unpack, records):
            place = Place(record.time, record.capture, record.frame)
            match record.key, record.details:
                case ("sent", *sender), (size, heard, ttls) if len(sender) == len(Subject._fields):
                    traffic = Traffic(1, int(size), place, place.time, place if heard else None, int(ttls, 16))
                    self.count(Subject(*sender), traffic)
                case ("target", segment, mac), ():
                    self.receive(segment, mac, Received(1, place, place.time))
                case ("fact", *about, channel), (role, raw) if len(about) == len(Subject._fields):
                    seen = Observation(channel, record.value, Role(role), bytes.fromhex(raw))
                    self.add(Subject(*about), seen, place)
                case _:
                    raise ValueError("no packed entry")

    def channels(self) -> set[str]:
        """All channels on which anything was observed."""
        packed = {channel_in(record) for record in self.once if record.startswith(FACT.encode())}
        return {channel for _, channel in self.facts} | {channel.decode() for channel in packed}

    def senders(self) -> Iterator[tuple[bool, bool]]:
        """Of each sender, whether it has a MAC, and whether it sent to a group that routers do not forward. Who is counted in
        several packed entries comes several times."""
        for sender, sent in self.traffic.items():
            yield bool(sender.mac), sent.heard is not None
        for record in self.once:
            if record.startswith(SENT.encode()):
                yield bool(names_in(record)[2]), heard_in(record)

    def names_cards(self) -> bool:
        """True if a frame was addressed to one card."""
        return bool(self.addressed) or any(record.startswith(TARGET.encode()) for record in self.once)

    def _pack(self) -> None:
        once, traffic, addressed, facts = self.once, self.traffic, self.addressed, self.facts
        self.traffic, self.addressed, self.facts = {}, {}, {}  # new ones: a dict does not shrink
        for sender, sent in traffic.items():
            if sent.frames == 1:
                details = str(sent.bytes), "1" if sent.heard else "", f"{sent.ttls:x}"
                once.append(pack(Record((SENT, *sender), sent.first.time, sent.first.frame, details, sent.first.capture)))
            else:
                self.traffic[sender] = sent
        for card, got in addressed.items():
            if got.frames == 1:
                once.append(pack(Record((TARGET, *card), got.first.time, got.first.frame, (), got.first.capture)))
            else:
                self.addressed[card] = got
        for (subject, channel), group in facts.items():
            if _single(group):
                (((role, value), seen),) = group.values.items()
                name = FACT, *subject, channel
                once.append(pack(Record(name, seen.time, seen.frame, (role, seen.raw.hex()), seen.capture, value)))
            else:
                self.facts[subject, channel] = group

    def absorb(self, other: "Evidence") -> None:
        """Take in all of another bag, leaving it unchanged; whoever has done with it settles the whole."""
        self.once += other.once
        for key, group in other.facts.items():
            self.facts.setdefault(key, Group()).absorb(group)
        for sender, traffic in other.traffic.items():
            self.count(sender, traffic)
        for (segment, mac), received in other.addressed.items():
            self.receive(segment, mac, received)
        for (capture, code, reason), trouble in other.troubles.items():
            self.trouble(capture, code, reason, trouble.first_frame, trouble.times)
        for capture, ledger in other.ledgers.items():
            self.ledgers.setdefault(capture, Ledger()).absorb(ledger)


def _single(group: Group) -> bool:
    return group.observed == 1 and len(group.values) == 1


def merge(parts: Iterable[Evidence]) -> Evidence:
    """All settled parts as one bag; the parts stay as they are. One part alone is the whole, and comes back itself."""
    rest = iter(parts)
    first, second = next(rest, None), next(rest, None)
    if first is None or second is None:
        return first or Evidence()
    whole = Evidence()
    for part in chain((first, second), rest):
        whole.absorb(part)
    whole.settle()
    return whole
