"""What passes between the reading loop and the readers of the formats: lines in, entries out."""

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from scanner.model import Observation, Subject

NO_TIME = 0
"""The time of an entry whose line does not say when: tables show how things are, not since when."""


class Line(NamedTuple):
    """A line of a log: its number, counted from 1, and its bytes without the line end. It stands where a frame would."""

    number: int
    raw: bytes


class Said(NamedTuple):
    """A fact, the line that holds it, and when it was (ns since 1970 UTC). The subject of `seen` is always given."""

    line: int
    time: int
    seen: Observation


class Sent(NamedTuple):
    """What one sender sent between two times: so many frames, bytes of them. 0 frames: it was there, nobody counted.

    heard: some of it went to a group that routers do not forward; target: MAC of the card it was addressed to, "" if unknown.
    """

    line: int
    time: int
    last: int
    sender: Subject
    frames: int
    bytes: int
    heard: bool
    target: str


Entry = Said | Sent


class Reader(Protocol):
    """Reads one log, line by line."""

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """What a line says; None if it says nothing by its kind (a heading, a comment, a blank one).

        Raises `Malformed` for a line that breaks the rules of the format; the next one is read all the same.
        """
        ...

    def finish(self) -> Sequence[Entry]:
        """What an entry of several lines says that the end of the log closes."""
        ...


class Rows:
    """What all readers share whose lines stand each for itself."""

    def finish(self) -> Sequence[Entry]:
        """Nothing is left open."""
        return ()


class Pasted(Rows):
    """A table out of a terminal session: lines before its heading are prompt and command, and so is one that ends in "#"."""

    heading: re.Pattern[bytes]

    def __init__(self) -> None:
        self._begun = False

    def row(self, line: Line) -> bytes:
        """The line without blanks at its ends if it is one of the table, else b""."""
        raw = line.raw.strip()
        if self.heading.match(raw):
            self._begun = True
            return b""
        return raw if self._begun and not raw.endswith(b"#") else b""
