"""How much of the registry the companies explain: what was reached may not be lost, nor bought with wrong roles."""

from collections import Counter, defaultdict

import pytest

from fingerprints.catalogue import load
from fingerprints.coverage import roles, shares
from fingerprints.match import normalise
from fingerprints.oui import Registrant
from fingerprints.rows import ROLES

CATALOGUE = load()
RULES = CATALOGUE.knowledge.rules
NEVER_MAKER = {"contract", "module", "soc", "operator"}


@pytest.mark.parametrize(("place", "least"), [("mainland China", 0.62), ("elsewhere", 0.40)])
def test_blocks_with_a_company(place: str, least: float) -> None:
    found = {share.place: share for share in shares(CATALOGUE)}[place]
    assert found.entity / found.blocks >= least


def test_every_block_is_counted_once() -> None:
    found = shares(CATALOGUE)
    assert [share.place for share in found] == ["mainland China", "Hong Kong and Macao", "elsewhere", "no country"]
    assert sum(share.blocks for share in found) == sum(1 for _ in CATALOGUE.registry.blocks())
    assert all(0 < share.entity + share.exception < share.blocks for share in found)


def test_roles_count_every_company_in_each_of_its_roles() -> None:
    found = Counter[str]()
    for role, _, count in roles(CATALOGUE):
        found[role] += count
    assert set(found) <= set(ROLES)
    assert found.total() == sum(len(entity.roles) for entity in CATALOGUE.knowledge.entities)


def test_a_registered_name_has_one_role() -> None:
    """Nobody's name stands as a maker in one file and as a supplier in another."""
    given = defaultdict(set)
    for rule in RULES:
        given[normalise(rule.name), rule.match].add(rule.role)
    assert not [name for name, found in given.items() if "maker" in found and found & NEVER_MAKER]


def test_a_longer_name_keeps_its_own_company() -> None:
    """A prefix takes no name that another file lists in full."""
    for rule in RULES:
        if rule.match == "exact":
            found = CATALOGUE.attribute(Registrant(rule.name, "", "", "", 24, "registry"))
            assert found.entity, rule.name
            assert (found.entity.id, found.role) == (rule.entity, rule.role), rule.name


def test_a_prefix_of_one_word_is_no_common_word() -> None:
    """One word before many names is safe only if it is a name: these are words, and begin the names of strangers."""
    words = {"advanced", "data", "digital", "general", "global", "industrial", "micro", "smart", "universal", "vision",
             "beijing", "shanghai", "shenzhen", "hangzhou", "guangzhou"}  # fmt: skip
    assert not [rule.name for rule in RULES if rule.match == "prefix" and len(found := normalise(rule.name)) == 1
                and found[0] in words]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "country", "entity", "role", "origin"),
    [
        # builders and parts: none of them may clear the device around them
        ("CELESTICA INC.", "CA", "celestica", "contract", "none"),
        ("JABIL CIRCUIT (SHANGHAI) LTD.", "CN", "jabil", "contract", "none"),
        ("MitraStar Technology Corp.", "TW", "mitrastar", "contract", "none"),
        ("Phytec Messtechnik GmbH", "DE", "phytec", "module", "none"),
        ("QLogic Corporation", "US", "qlogic", "module", "none"),
        ("Telechips, Inc.", "KR", "telechips", "soc", "none"),
        ("Verizon", "US", "verizon", "operator", "none"),
        ("BLU Products Inc", "US", "blu_products", "contract", "none"),
        # groups: several registered names, one company
        ("Sicon srl", "IT", "socomec", "maker", "none"),
        ("Talleres de Escoriaza SA", "ES", "assa_abloy", "maker", "none"),
        ("ProCurve Networking by HP", "SG", "hpe", "maker", "none"),
        ("ADVA Optical Networking Ltd.", "GB", "adtran", "maker", "none"),
        ("Alcatel-Lucent IPD", "US", "nokia", "maker", "none"),
        # a mainland address does not make a company of Taiwan a mainland one
        ("Aplex Technology Inc.", "CN", "aplex_technology", "maker", "none"),
        ("Sunitec Enterprise Co.,Ltd", "CN", "sunitec_enterprise", "contract", "none"),
        ("United Automotive Electronic Systems Co.,Ltd", "CN", "uaes", "maker", "jv"),
        ("Iton Technology Corp.", "CN", "iton", "module", "prc"),
        ("Hangzhou Dangbei Network Technology Co., Ltd", "CN", "dangbei", "maker", "prc"),
        # owners that are not settled, or changed lately, stay without a company
        ("VusionGroup", "AT", "", "", "none"),
        ("SharkNinja", "US", "", "", "none"),
        ("Breas Medical AB", "SE", "", "", "none"),
        ("Teltronic S.A.U.", "ES", "", "", "none"),
        ("Thales CETCA Avionics CO., Ltd", "CN", "", "", "jv"),
    ],
)  # fmt: skip
def test_registered_names(name: str, country: str, entity: str, role: str, origin: str) -> None:
    assert country in CATALOGUE.registry.organisations()[name]
    found = CATALOGUE.attribute(Registrant(name, country, "", "", 24, "registry"))
    assert (found.entity.id if found.entity else "", found.role, found.origin) == (entity, role, origin)
