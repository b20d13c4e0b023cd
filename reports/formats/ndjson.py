"""NDJSON: one device a line, each line an object with `schema`, `as_of` and a device exactly as in the JSON document."""

import json

from reports import guard, view
from reports.formats.json import SCHEMA, record
from scanner.model import Inventory

NAME = "ndjson"
SUFFIX = ".ndjson"


def render(inventory: Inventory) -> str:
    """One line a device, in the order of the other formats; no line for an empty inventory."""
    hashes = {each.capture: each.sha256 for each in inventory.captures}
    head = {"schema": SCHEMA, "as_of": inventory.as_of}
    lines = [
        json.dumps(head | record(device, hashes), ensure_ascii=False, allow_nan=False) + "\n"
        for device in view.ordered(inventory.devices)
    ]
    return guard.for_json("".join(lines))
