# The compiled core, where it was built: native/core.c says what each of these is.
from array import array
from collections.abc import Callable, Collection, Iterable

from scanner.capture.frames import Frame, Part
from scanner.capture.headers import Flow
from scanner.capture.pcapng_options import Interface
from scanner.capture.repeats import Take
from scanner.capture.wants import Tables

class Lane:
    def __init__(
        self,
        frame: type[Frame],
        part: type[Part],
        segment: Callable[[int], str],
        selection: Tables,
        types: Iterable[int],
        ports: Iterable[int],
        protocols: Iterable[int],
        secret: bytes,
        remember: bool,
    ) -> None: ...
    def walk(
        self,
        capture: str,
        first: int,
        buffer: bytes,
        offsets: array[int],
        sizes: array[int],
        wire_sizes: array[int],
        times: array[int],
        links: array[int],
        row: int,
        followed: Collection[Flow],
        take: Take,
    ) -> tuple[int, int]: ...
    def senders(
        self, start: int, most: int
    ) -> list[tuple[tuple[str, bytes, bytes], tuple[int, int, int, int, int, int, int, int]]]: ...
    def targets(self, start: int, most: int) -> list[tuple[tuple[str, bytes], tuple[int, int, int, int]]]: ...
    def sender(self, place: int, /) -> tuple[str, bytes, bytes]: ...
    def said(self, start: int, most: int) -> list[tuple[int, int, int, int, int, int]]: ...
    def told(self, everything: bool, /) -> None: ...
    def counted(self) -> int: ...
    def forget(self) -> None: ...
    def full(self) -> bool: ...

def smaller(sizes: array[int], wire_sizes: array[int], /) -> tuple[int, int]: ...
def split_pcap(
    buffer: bytes, start: int, big: bool, tick: int, lengths: int, longest: int
) -> tuple[bytes, bytes, bytes, bytes, int]: ...
def split_pcapng(
    buffer: bytes,
    start: int,
    big: bool,
    interfaces: list[Interface],
    time: int,
    stops: frozenset[int],
    largest: int,
    longest: int,
) -> tuple[bytes, bytes, bytes, bytes, bytes, int, int] | None: ...
