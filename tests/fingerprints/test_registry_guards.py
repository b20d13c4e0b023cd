"""A new edition of the registry may not quietly take an entity's blocks, or give it a country it never had."""

from dataclasses import replace

from fingerprints.catalogue import load
from fingerprints.oui import Registrant
from fingerprints.registry.guards import complaints

CATALOGUE = load()
BLOCKS = list(CATALOGUE.registry.blocks())
HIKVISION = [block for block in BLOCKS if block.name == "Hangzhou Hikvision Digital Technology Co.,Ltd."]


def found(new: list[Registrant]) -> list[str]:
    return complaints(CATALOGUE, BLOCKS, new)


def test_the_same_registry_has_nothing_to_complain_of() -> None:
    assert found(BLOCKS) == []


def test_an_entity_that_loses_a_fifth_of_its_blocks_is_told() -> None:
    gone = set(HIKVISION[: len(HIKVISION) // 2])
    (complaint,) = found([block for block in BLOCKS if block not in gone])
    assert complaint.startswith("hikvision: ")
    assert "blocks before" in complaint


def test_a_renamed_entity_is_told() -> None:
    renamed = [replace(block, name="Somebody Else Entirely") if block in set(HIKVISION) else block for block in BLOCKS]
    assert [each for each in found(renamed) if each.startswith("hikvision:")]


def test_a_rule_that_meets_a_new_country_is_told() -> None:
    moved = [replace(block, country="FR") if block == HIKVISION[0] else block for block in BLOCKS]
    assert found(moved) == ["hikvision: first block registered in FR. If that is another company, narrow its rule."]


def test_one_lost_block_is_no_news() -> None:
    assert found([block for block in BLOCKS if block != HIKVISION[0]]) == []
