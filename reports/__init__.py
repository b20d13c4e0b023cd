"""How we say it: every report format, drawn from the finished inventory alone.

A new format is one new file in `reports/formats` with three public names, and nothing to register:

    NAME = "html"                                  what the user types after -f: the file's own name
    SUFFIX = ".html"                               how such a file's name ends
    def render(inventory: Inventory) -> str: ...   the whole document, the same bytes for the same inventory
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Protocol, cast

from reports import formats
from scanner.model import Inventory


class Format(Protocol):
    """What a module in `reports/formats` offers."""

    NAME: str
    SUFFIX: str

    def render(self, inventory: Inventory) -> str:
        """The inventory as one document in this format."""
        ...


class _Formats(Mapping[str, Format]):
    """Each is imported when it is asked for: what one needs (jinja2, rich) costs nothing where another is drawn."""

    def __init__(self) -> None:
        self._names = tuple(sorted(module.name for module in pkgutil.iter_modules(formats.__path__)))

    def __getitem__(self, name: str) -> Format:
        if name not in self._names:
            raise KeyError(name)
        return cast("Format", importlib.import_module(f"{formats.__name__}.{name}"))

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


FORMATS: Mapping[str, Format] = _Formats()
"""Every format by the name the user types."""
