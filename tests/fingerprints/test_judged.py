"""What the tables say of registered names, against what somebody says who did not look at the tables.

`judged.csv` has names drawn by `drawn_names` (tests/data), each judged from what is known of the company: whose it is, and
who controls that, at the date of the tables. `source` is a pointer for the reader, from general knowledge where it does not
begin with "opened"; a name nobody could place is `undecided` and counts for nothing. Positive is `prc`; all else is not.

The first round (before: precision 0.986, recall 0.933) found what is named in `MENDED`; the tables were mended, so its figures
only show that nothing is lost. The second round was judged after that. A company added only because it is in this file would
be no gain: each class of mistake was searched for in the whole registry.
"""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn_names import draw

from fingerprints.catalogue import load
from fingerprints.oui import Registrant
from fingerprints.rows import CONTROLS

CATALOGUE = load()
PRECISION, RECALL = 0.99, 0.97
MENDED = {
    "Shenzhen Huazhong Technology Inc",  # mainland address under another country's code
    "UTStarcom (China) Co.,Ltd",  # head office moved to the mainland
    "ALE International",  # control left open although it was known
    "Coagent International Enterprise Limited",  # a mainland company's trading arm with an address in Hong Kong
    "SunCorp Industrial Limited",  # a Hong Kong company's plant in the mainland
    "Cloud Light Technology Limited",  # a Hong Kong company bought from elsewhere
    "Mekotronics Co., Ltd",  # a mainland brand registered in Hong Kong
    "EPIC DATA INC.", "STELLAR COMPUTER", "WANG LABORATORIES INC.", "NASCENT Technology, LLC - RemKon",
    "RM Michaelides Software & Elektronik GmbH",  # no country at all: now said in exceptions.csv
}  # fmt: skip

with (Path(__file__).parent / "judged.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def said(row: dict[str, str]) -> str:
    """What the tables say of a name: one of CONTROLS, "unknown" where they say nothing."""
    return CATALOGUE.attribute(Registrant(row["name"], row["country"], "", "", 24, "judged.csv")).origin or "unknown"


@pytest.mark.slow
def test_the_names_are_the_drawn_ones() -> None:
    """A newer registry may take a few names away or move them; then draw again and judge the new ones."""
    drawn = {(str(turn), stratum, one.name, one.country) for turn, stratum, one in draw(CATALOGUE.registry)}
    judged = {(row["round"], row["stratum"], row["name"], row["country"]) for row in ROWS}
    assert len(judged) == len(ROWS) >= 400
    assert len(judged & drawn) / len(judged) >= 0.95
    assert Counter(row["stratum"] for row in ROWS)["cn"] >= 100


def test_every_judgement_says_who_and_why() -> None:
    for row in ROWS:
        assert row["origin"] in {*CONTROLS, "undecided"}, row["name"]
        assert (row["origin"] == "undecided") == (not row["source"]) == (not row["who"]), row["name"]
    assert {row["name"] for row in ROWS} >= MENDED


@pytest.mark.parametrize("turn", ["1", "2"])
def test_precision_and_recall(turn: str, record_property: Callable[[str, object], None]) -> None:
    decided = [(row, said(row)) for row in ROWS if row["round"] == turn and row["origin"] != "undecided"]
    pairs = Counter((row["origin"], found) for row, found in decided)
    right = pairs["prc", "prc"]
    precision = right / sum(count for (_, found), count in pairs.items() if found == "prc")
    recall = right / sum(count for (judged, _), count in pairs.items() if judged == "prc")
    wrong = [
        f"{row['name']} ({row['country']}): {row['origin']}, not {found}" for row, found in decided if row["origin"] != found
    ]
    figure = f"judged names, round {turn}: {len(decided)} decided, precision {precision:.3f}, recall {recall:.3f}"
    record_property("figure", "; ".join([figure, *wrong]))
    assert precision >= PRECISION, wrong
    assert recall >= RECALL, wrong
