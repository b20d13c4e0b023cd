"""Draw the registered names that `judged.csv` judges: by a fixed rule, from the registry alone, never from the tables.

    python tests/data/drawn_names.py > drawn.csv

Within a stratum names are taken in the order of a keyed digest, so that a newer registry changes only the few names it adds or
drops, and nobody can steer the draw. The strata, one name in one of them only:

    cn        at random among the names registered in mainland China
    hkmotw    at random among those of Hong Kong, Macao and Taiwan, one half of Taiwan
    large     at random among the three hundred largest holders registered anywhere else
    tricky    at random among names that look like what they may not be (`looks_tricky`)

There are two rounds. What the first showed was mended in the tables; the second was judged after that and shows what is left.
"""

import csv
import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from fingerprints.match import normalise
from fingerprints.oui import AUTHORITY, Registry

SEED = "fieldmark judged names 2026-11"
LARGEST = 300
CHINESE = {"CN", "HK", "MO", "TW"}

_BRANDS = """
    anker aqara autel bitmain boe byd changhong dahua deye dji ecovacs ezviz fiberhome haier hikvision hisense honor huawei
    hytera infinix inspur itel lenovo mercury midea motorola nari nio oppo pax quectel realme reolink ruijie seeed sungrow
    tcl tecno tenda tuya unitree uniview vivo xiaomi yealink zte
"""
BRANDS = tuple(_BRANDS.split())
"""Brands of the mainland that everyone knows: as letters inside any other name they make a trap."""

_PLACES = """
    asia beijing chengdu china chinese dongguan guangdong guangzhou hangzhou nanjing ningbo pacific shandong shanghai shenzhen
    sino suzhou tianjin wuhan xiamen xian zhejiang zhuhai
"""
PLACES = tuple(_PLACES.split())
"""Words for the mainland and its region that also stand in names from elsewhere."""

_FOREIGN = """
    abb alps amphenol bosch canon continental delphi delta denso emerson epson flex foxconn fuji fujitsu general ge hitachi
    honeywell international japan johnson korea legrand lg liteon mitsubishi murata nec nokia omron orient panasonic philips
    rockwell samsung sanyo schneider sharp siemens sony tdk thales toshiba valeo wistron yamaha yokogawa
"""
FOREIGN = tuple(_FOREIGN.split())
"""Words that speak of a foreign group, or only seem to, in names registered in the mainland."""


class Name(NamedTuple):
    """A registered name with one country it is registered in, a city of its addresses, and how many blocks it holds there."""

    name: str
    country: str
    city: str
    blocks: int


def names(registry: Registry) -> list[Name]:
    """Every name and country of the registry once, in the order of the draw."""
    counts: Counter[tuple[str, str]] = Counter()
    cities: dict[tuple[str, str], str] = {}
    for block in registry.blocks():
        if block.name not in {AUTHORITY, "Private"}:
            counts[block.name, block.country] += 1
            cities.setdefault((block.name, block.country), block.city)
    found = [Name(*key, cities[key], blocks) for key, blocks in counts.items()]
    return sorted(found, key=_order)


def _order(one: Name) -> str:
    return hashlib.sha256(f"{SEED}\t{one.name}\t{one.country}".encode()).hexdigest()


def looks_tricky(one: Name) -> str:
    """The trap a name may be, "" for none: a brand's letters or the mainland's words abroad, foreign words, no country."""
    words = set(normalise(one.name))
    if not one.country:
        return "no country"
    if one.country == "CN":
        return "foreign word" if words & {*FOREIGN} or "(china)" in one.name.casefold() else ""
    if any(brand in one.name.casefold() for brand in BRANDS):
        return "brand"
    return "place" if words & {*PLACES} and one.country not in CHINESE else ""


def draw(registry: Registry) -> list[tuple[int, str, Name]]:
    """(round, stratum, name) for every name to be judged, none twice."""
    pool = names(registry)
    foreign = sorted((one for one in pool if one.country not in {*CHINESE, ""}), key=lambda one: -one.blocks)
    large = set(foreign[:LARGEST])
    quotas: list[tuple[str, tuple[int, int], Callable[[Name], bool]]] = [
        ("tricky", (45, 15), lambda one: looks_tricky(one) == "brand"),
        ("tricky", (15, 5), lambda one: looks_tricky(one) == "place"),
        ("tricky", (45, 40), lambda one: looks_tricky(one) == "foreign word"),
        ("tricky", (15, 5), lambda one: looks_tricky(one) == "no country"),
        ("cn", (150, 75), lambda one: one.country == "CN"),
        ("hkmotw", (50, 25), lambda one: one.country in {"HK", "MO"}),
        ("hkmotw", (50, 15), lambda one: one.country == "TW"),
        ("large", (100, 30), lambda one: one in large),
    ]
    taken: dict[Name, tuple[int, str]] = {}
    for turn in (0, 1):
        for stratum, quota, belongs in quotas:
            fitting = [one for one in pool if one not in taken and belongs(one)]
            taken.update(dict.fromkeys(fitting[: quota[turn]], (turn + 1, stratum)))
    return [(turn, stratum, one) for one, (turn, stratum) in taken.items()]


def write(rows: Iterable[tuple[int, str, Name]]) -> None:
    """The draw as CSV on standard output, for a person to judge."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["round", "stratum", "name", "country", "city", "blocks"])
    out.writerows((turn, stratum, *one) for turn, stratum, one in rows)


if __name__ == "__main__":
    write(draw(Registry.load()))
