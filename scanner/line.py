"""One capture, or a slice of one, from frame batches to evidence: fast lane, then slow lane."""

from functools import cache

from scanner.capture.frames import Frame, FrameBatch
from scanner.capture.headers import Tally
from scanner.capture.joining import Joiner
from scanner.capture.lane import feed, tally
from scanner.capture.links import WITHOUT_ADDRESSES, link_name
from scanner.capture.repeats import OPEN, Meaning
from scanner.capture.wants import Selector
from scanner.decode import Decoder, Outcomes
from scanner.evidence import Evidence
from scanner.observers import Observer, observers


class Line:
    """From frame batches of one capture to its evidence: fast lane, then slow lane."""

    def __init__(self, capture: str) -> None:
        self.evidence = Evidence()
        everyone = observers()
        self._selector = selector(everyone)
        before, outcomes = _known.pop(self._selector, (None, Outcomes()))
        self._tally = tally(capture, self._selector, before)
        self._outcomes = outcomes
        self._decoder = Decoder(capture, everyone, self.evidence, outcomes)
        self._joiner = Joiner(self._selector)

    def feed(self, batch: FrameBatch) -> None:
        """Take in the next batch."""
        ledger = self._tally.ledger
        cut, first_cut = batch.cut()
        if cut:
            self.evidence.trouble(batch.capture, "cut", "", first_cut, cut)
        links = set(batch.links)
        ledger.link_types |= {link_name(link) for link in links}
        for link in links & WITHOUT_ADDRESSES:
            first, count = batch.first + batch.links.index(link), batch.links.count(link)
            self.evidence.trouble(batch.capture, "addressless", f"link type {link_name(link)}", first, count)
        feed(batch, self._selector, self._tally, self._take, self._joiner.followed)
        self._joiner.expire(batch.first + len(batch))
        if (many := self._tally.many()) or self._tally.full() or self._outcomes.full():
            self._count_repeats()
            if many:
                self._tally.relieve(self.evidence)
            self.evidence.relieve()

    def _take(self, frame: Frame, mask: int) -> tuple[Meaning, int]:
        if mask:
            outcome = (self._decoder.joined if frame.part else self._decoder.feed)(frame, mask)
            self._enter(1, bool(outcome.failures))
        if frame.part:
            begun = self._joiner.begun
            # What is joined counts as no frame of its own: each frame stands in the ledger once.
            for message, wanted in self._joiner.feed(frame, mask):
                self._decoder.joined(message, wanted)
            if begun != self._joiner.begun or not mask:
                return OPEN, 0
        return outcome.ends, self._outcomes.keep(outcome)

    @property
    def waits(self) -> bool:
        """True while a message has begun of which more may come."""
        return bool(self._joiner.followed)

    def read_on(self, batch: FrameBatch) -> bool:
        """Look in frames after the last of this slice for the rest of messages begun in it; False once none is awaited.

        Nothing here is counted: these frames belong to the slice after it.
        """

        def take(frame: Frame, _mask: int) -> tuple[Meaning, int]:
            for message, wanted in self._joiner.feed(frame, 0):
                self._decoder.joined(message, wanted)
            return OPEN, 0

        feed(batch, _NOBODY, tally(batch.capture, _NOBODY, remember=False), take, self._joiner.followed)
        self._joiner.expire(batch.first + len(batch))
        return self.waits

    def finish(self, *, sha256: str, size: int, form: str, problem: str) -> Evidence:
        """Close the ledger of this capture; returns the evidence."""
        self._count_repeats()
        ledger = self._tally.ledger
        ledger.sha256, ledger.bytes, ledger.format, ledger.problem = sha256, size, form, problem
        self._joiner.settle(self.evidence, self._tally.capture)
        self._tally.settle(self.evidence)
        self.evidence.ledgers[self._tally.capture].held = _held(self.evidence)
        self.evidence.settle()
        _known[self._selector] = self._tally, self._outcomes
        return self.evidence

    def _count_repeats(self) -> None:
        self._enter(*self._decoder.again(self._tally.said()))
        self._tally.told()
        if self._tally.full() or self._outcomes.full():
            self._tally.forget()
            self._outcomes.clear()

    def _enter(self, read: int, failed: int) -> None:
        self._tally.ledger.malformed += failed
        self._tally.ledger.decoded += read - failed


_known: dict[Selector, tuple[Tally, Outcomes]] = {}
"""What is known of messages, for the next capture or slice that this process reads: of a folder of captures, and of the many
slices of one, each says much that the one before has said. No result depends on it."""

_NOBODY = Selector([])


@cache
def selector(everyone: tuple[Observer, ...]) -> Selector:
    """What these observers want, indexed: made once, because what is known of messages is known by its masks."""
    return Selector([observer.WANTS for observer in everyone])


def _held(evidence: Evidence) -> frozenset[str]:
    """What kinds of traffic the evidence of one capture holds, of those whose absence is a blind spot."""
    channels = evidence.channels()
    heard = bare = False  # a sender that spoke to a group; one without MAC
    for has_mac, to_group in evidence.senders():
        heard |= to_group
        bare |= not has_mac
        if heard and bare:
            break
    return frozenset(
        kind
        for kind, there in (
            ("dhcp", any(channel.startswith("dhcp") for channel in channels)),
            ("group", "arp.ip" in channels or heard),
            # Where frames have no addresses of their own (raw IP), each went to one host.
            ("unicast", evidence.names_cards() or bare),
        )
        if there
    )
