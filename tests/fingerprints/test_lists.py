"""The official lists that ship: whom they name, since when, for what, and who inherits an entry."""

import shutil
from pathlib import Path

import pytest

from fingerprints import reading
from fingerprints.catalogue import load
from fingerprints.errors import TableError
from fingerprints.rows import SCOPES, ListEntry, OfficialList, covers

CATALOGUE = load()
LISTS = {one.id: one for one in CATALOGUE.knowledge.lists}
TODAY = "2026-11-22"


def on(entity: str, list_id: str, as_of: str = TODAY) -> list[ListEntry]:
    return [entry for entry in CATALOGUE.listings(entity, as_of) if entry.list_id == list_id]


@pytest.mark.parametrize(
    ("list_id", "entries", "companies"),
    [
        ("au-defence-removal", 2, 2),
        ("ca-hikvision-order", 1, 1),
        ("us-bis-entity", 26, 25),
        ("us-dod-1260h", 221, 54),
        ("us-fcc-covered", 11, 10),
        ("us-ndaa-154", 6, 4),
        ("us-ndaa-1709", 2, 2),
        ("us-ndaa-5949", 3, 3),
        ("us-ndaa-889", 5, 5),
        ("us-tx-prohibited", 27, 18),
    ],
)
def test_each_list_has_the_entries_it_had(list_id: str, entries: int, companies: int) -> None:
    found = LISTS[list_id].entries
    assert (len(found), len({entry.entity for entry in found} - {""})) == (entries, companies)


def test_no_list_is_without_its_size() -> None:
    assert len(LISTS) == 10


@pytest.mark.parametrize(
    ("entity", "list_id", "first"),
    [
        ("hikvision", "us-ndaa-889", "2019-08-13"),
        ("hikvision", "us-fcc-covered", "2021-03-12"),
        ("hikvision", "us-bis-entity", "2019-10-09"),
        ("hikvision", "au-defence-removal", "2023-02-09"),
        ("hikvision", "ca-hikvision-order", "2025-06-27"),
        ("china_unicom", "us-fcc-covered", "2022-09-20"),
        ("dji", "us-fcc-covered", "2025-12-22"),
        ("dji", "us-ndaa-1709", "2024-12-23"),
        ("uniview", "us-bis-entity", "2024-12-10"),
        ("xiaomi", "us-tx-prohibited", "2026-01-26"),
        ("smic", "us-ndaa-5949", "2027-12-23"),
        ("catl", "us-ndaa-154", "2027-10-01"),
    ],
)
def test_an_entry_holds_from_its_day_on(entity: str, list_id: str, first: str) -> None:
    year, rest = first[:4], first[4:]
    day_before = {"-01-26": "-01-25", "-10-01": "-09-30"}.get(rest, f"{rest[:4]}{int(rest[4:]) - 1:02}")
    assert not on(entity, list_id, year + day_before)
    assert on(entity, list_id, first)
    assert on(entity, list_id, "2035-01-01")


def test_an_entry_that_ended_still_answers_for_its_time() -> None:
    assert on("megvii", "us-dod-1260h", "2025-01-06")
    assert not on("megvii", "us-dod-1260h", "2025-01-07")
    names = [[entry.entry for entry in on("dji", "us-dod-1260h", day)] for day in ("2026-06-07", "2026-06-08")]
    assert ["Innovation" in " ".join(found) for found in names] == [True, False]  # renamed
    assert [len(found) for found in names] == [2, 2]  # with the plant in Baiwang


@pytest.mark.parametrize(
    ("edition", "names"),
    [("2021-06-03", 47), ("2022-10-05", 60), ("2024-01-31", 73), ("2025-01-07", 134), ("2026-06-08", 188)],
)
def test_each_edition_of_section_1260h_has_the_names_it_printed(edition: str, names: int) -> None:
    found = LISTS["us-dod-1260h"]
    assert sum(entry.in_force(edition) for entry in found.entries) == names
    assert found.printed == sum(entry.in_force(TODAY) for entry in found.entries)


@pytest.mark.parametrize("one", LISTS.values(), ids=lambda one: one.id)
def test_a_list_says_how_much_of_it_is_here(one: OfficialList) -> None:
    """Entries in force, or soon to be, against those the text prints; what is missing is said in `printed`, never hidden."""
    held = {entry.entry for entry in one.entries if not entry.until}
    assert not one.printed or len(held) <= one.printed


def test_the_withdrawn_notice_of_february_2026_changed_nothing() -> None:
    before, after = (
        {entry for one in CATALOGUE.knowledge.entities for entry in on(one.id, "us-dod-1260h", day)}
        for day in ("2026-02-12", "2026-02-18")
    )
    assert before == after
    assert on("ymtc", "us-dod-1260h", "2026-03-01")


@pytest.mark.parametrize(
    ("entity", "lists"),
    [
        ("ezviz", {"us-fcc-covered", "us-ndaa-889"}),
        ("pyronix", {"us-fcc-covered", "us-ndaa-889"}),
        ("imou", {"us-fcc-covered", "us-ndaa-889"}),
        ("ztewelink", {"us-fcc-covered", "us-ndaa-889"}),
        ("china_mobile_iot", set()),  # its parent is listed for services, and as a company by itself
        ("fast_net", set()),  # its parent is on lists that name companies only
        ("h3c", set()),  # the chip company of that group is named, and nobody else
        ("toshiba_tv", set()),
        ("honor", set()),
    ],
)
def test_who_inherits_an_entry(entity: str, lists: set[str]) -> None:
    found = CATALOGUE.listings(entity, TODAY)
    assert {entry.list_id for entry in found} == lists
    assert all(entry.via and entry.affiliates for entry in found)


@pytest.mark.parametrize(
    ("day", "inherits"),
    [("2025-09-28", False), ("2025-09-29", True), ("2025-11-09", True), ("2025-11-10", False), ("2026-11-22", False)],
)
def test_the_entity_list_covered_affiliates_for_six_weeks(day: str, inherits: bool) -> None:
    assert bool(on("ezviz", "us-bis-entity", day)) is inherits
    assert on("hikvision", "us-bis-entity", day)


def test_only_texts_that_say_so_cover_affiliates() -> None:
    assert {one.id for one in LISTS.values() if any(entry.covers_affiliates(TODAY) for entry in one.entries)} == {
        "us-fcc-covered",
        "us-ndaa-1709",
        "us-ndaa-5949",
        "us-ndaa-889",
    }
    assert not any(entry.affiliates for entry in LISTS["us-fcc-covered"].entries if covers(entry.scope) == "services")


def test_carriers_are_listed_for_services_and_parts_for_parts() -> None:
    kinds = {
        list_id: {covers(entry.scope) for entry in LISTS[list_id].entries}
        for list_id in ("us-fcc-covered", "us-ndaa-154", "us-ndaa-5949", "us-ndaa-889", "us-bis-entity", "us-dod-1260h")
    }
    assert kinds == {
        "us-fcc-covered": {"equipment", "services"},
        "us-ndaa-154": {"components"},
        "us-ndaa-5949": {"components"},
        "us-ndaa-889": {"equipment"},
        "us-bis-entity": {"company"},
        "us-dod-1260h": {"company"},
    }
    assert {covers(entry.scope) for entry in on("china_mobile", "us-fcc-covered")} == {"services"}


def test_a_name_that_may_mean_two_companies_says_so() -> None:
    for entity in ("tplink_cn", "tplink_sys"):
        (entry,) = on(entity, "us-tx-prohibited")
        assert "which company is meant is not said" in entry.scope
    assert not on("tplink_sys", "us-dod-1260h")


def test_every_entry_says_what_it_covers_and_where_it_stands() -> None:
    for one in LISTS.values():
        for entry in one.entries:
            assert covers(entry.scope) in SCOPES
            assert entry.citation
            assert entry.entry == entry.entry.strip() != ""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Acme,hikvision,2026-01-01,,telecommunications,,", "scope: 'telecommunications' does not say what it covers"),
        ("Acme,hikvision,2026-01-01,,equipments; all,,", "does not say what it covers"),
        ("Acme,hikvision,2026-01-01,,,,perhaps", "affiliates: 'perhaps' is not known"),
        ("Acme,hikvision,soon,,,,", "since: 'soon' is no date"),
        ("Acme,hikvision,2026-01-01,,,", "6 cells"),
    ],
)
def test_an_entry_is_read_strictly(tmp_path: Path, line: str, says: str) -> None:
    folder = tmp_path / "us-ndaa-889"
    shutil.copytree(reading.FOLDER / "lists" / "us-ndaa-889", folder)
    with (folder / "entries.csv").open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(TableError, match=says):
        reading.official_list(folder)


def test_an_entry_may_differ_from_its_list_in_whom_it_covers(tmp_path: Path) -> None:
    folder = tmp_path / "us-ndaa-889"
    shutil.copytree(reading.FOLDER / "lists" / "us-ndaa-889", folder)
    with (folder / "entries.csv").open("a") as file:
        file.write("Acme,hikvision,2026-01-01,,services; all,,no\n")
    *others, last = reading.official_list(folder).entries
    assert not last.affiliates
    assert all(entry.affiliates for entry in others)
