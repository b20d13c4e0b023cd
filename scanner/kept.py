"""What a scan has finished, kept in a folder, so that the same command started again after a kill need not do it again.

Each piece of work is a database of its own, written whole or not at all: the evidence of that piece, and no inventory. Its
name is made of all that its evidence depends on: the bytes of the capture up to its end, where it lies, what the capture is
called, and the program text that turns bytes into evidence. What does not fit is therefore never found, and needs no
check. Tables, policy and dates are no part of it: they judge evidence, they do not make it.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from scanner import __version__, store
from scanner.errors import StorageFault
from scanner.evidence import Evidence
from scanner.judgement import limits
from scanner.model import Inventory

_LATER = frozenset({"cli", "judgement"})
"""Rooms that only see finished evidence."""


def program(home: Path = Path(__file__).parent) -> str:
    """SHA-256 of the program text that makes and stores evidence, in hexadecimal: where it differs, evidence may.

    The compiled core is left out: it does what its Python twin does, and is another file on every kind of machine.
    """
    digest = sha256(__version__.encode())
    for path in sorted(home.rglob("*.py")):
        name = path.relative_to(home)
        if name.parts[0] not in _LATER:
            digest.update(f"{name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


@dataclass(slots=True)
class Folder:
    """A folder of finished pieces (`scanner.pieces.Keeper`), for one command at a time."""

    path: Path
    program: str = field(default_factory=program)
    found: int = 0

    def open(self) -> None:
        """Make the folder if it is not there, for its owner only. Raises StorageFault."""
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise StorageFault(f"{self.path}: is no folder and cannot be made one ({error.strerror})") from error

    def get(self, name: str) -> Evidence | None:
        """The evidence of the piece called so; None if it is not there, or cannot be read."""
        place = self._place(name)
        try:
            kept = store.read_evidence(place) if place.is_file() else None
        except StorageFault:
            place.unlink(missing_ok=True)  # damaged: what is read now will take its place
            return None
        self.found += kept is not None
        return kept

    def put(self, name: str, evidence: Evidence) -> None:
        """Keep the evidence of the piece called so. Raises StorageFault."""
        bare = Inventory(
            devices=(), captures=limits.records(evidence), limits=(), tables=(), as_of="", tool=f"fieldmark {__version__}"
        )
        store.write(self._place(name), bare, evidence)

    def clear(self) -> None:
        """Remove what is kept here, and what was left half-written, and the folder if nothing else is in it."""
        with suppress(OSError):
            for path in [*self.path.glob(f"{'[0-9a-f]' * 64}.db"), *self.path.glob(".fieldmark-*.partial")]:
                path.unlink(missing_ok=True)
            self.path.rmdir()

    def _place(self, name: str) -> Path:
        return self.path / f"{sha256(f'{self.program}{name}'.encode()).hexdigest()}.db"
