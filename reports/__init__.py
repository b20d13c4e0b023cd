"""How we say it: every report format, drawn from the finished inventory alone.

A new format is one new file in `reports/formats` with three public names, and nothing to register:

    NAME = "html"                                  what the user types after -f
    SUFFIX = ".html"                               how such a file's name ends
    def render(inventory: Inventory) -> str: ...   the whole document, the same bytes for the same inventory
"""

import importlib
import pkgutil
from collections.abc import Mapping
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


def _discover() -> dict[str, Format]:
    names = sorted(module.name for module in pkgutil.iter_modules(formats.__path__))
    found = [cast("Format", importlib.import_module(f"{formats.__name__}.{name}")) for name in names]
    return {each.NAME: each for each in found}


FORMATS: Mapping[str, Format] = _discover()
"""Every format by the name the user types."""
