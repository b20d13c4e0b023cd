"""Names and addresses as the registry and its copies print them, made ready for comparing.

`countries.csv` holds every territory of ISO 3166-1 (and Kosovo as XK) under its English display name in Unicode CLDR 48,
the spelling npm `oui-data` prints; three names that old entries print in capitals; and YU, the retired code of one block in
Belgrade. A name maps as a whole or not at all: a search for "China" would also find "Hong Kong SAR China".
"""

import csv
import html
import unicodedata
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("countries.csv")


@cache
def countries() -> dict[str, str]:
    """Country as printed -> ISO 3166-1 alpha-2 code, "" for a line known to name no country."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["code"] for row in csv.DictReader(file)}


def clean(text: str) -> str:
    """A name or line as one reads it: entities resolved, invisible characters gone, white space folded."""
    plain = html.unescape(text)
    if not plain.isascii():
        plain = "".join(char for char in plain if char.isspace() or unicodedata.category(char) not in {"Cc", "Cf"})
    return " ".join(plain.split())


def city(line: str) -> str:
    """The line of an address that names the city, without the words with digits that end it: the postcode."""
    words = clean(line).split(" ")
    kept = list(words)
    while kept and any(map(str.isdigit, kept[-1])):
        kept.pop()
    return " ".join(kept or words)
