"""Frames to observations: one protocol a module, found here by being in this folder.

An observer has three public names: CHANNELS (what it may report), WANTS (which frames it asks for) and `observe`.
It never imports another observer; formats that several share live in `scanner.wire`.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from scanner.capture.frames import Frame
from scanner.capture.wants import Want
from scanner.model import Channel, Observation


class Observer(Protocol):
    """What every module of this package is."""

    __name__: str
    CHANNELS: tuple[Channel, ...]
    WANTS: tuple[Want, ...]

    def observe(self, frame: Frame) -> Iterator[Observation]:
        """The facts one frame shows. Raises `scanner.errors.Malformed` where the message breaks its own rules."""
        ...


def modules() -> tuple[str, ...]:
    """The full name of every observer's module, sorted."""
    return tuple(sorted(f"{__name__}.{module.name}" for module in iter_modules(__path__)))


@cache
def observers() -> tuple[Observer, ...]:
    """Every observer, by name."""
    return tuple(cast("Observer", import_module(name)) for name in modules())
