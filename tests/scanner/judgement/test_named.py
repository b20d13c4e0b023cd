"""Names and addresses that are easily got wrong, each by what `fieldmark lookup` says of it."""

import pytest

from fingerprints.catalogue import load
from fingerprints.oui import AUTHORITY
from scanner.judgement.lookup import Answer, answer
from scanner.judgement.policy import DEFAULT
from scanner.judgement.policy import load as load_policy

CATALOGUE, POLICY = load(), load_policy(DEFAULT)


def asked(query: str) -> Answer:
    return answer(query, CATALOGUE, POLICY, CATALOGUE.date)


@pytest.mark.parametrize(
    ("name", "vendor", "role", "verdict", "level"),
    [
        # letters of a brand inside another name
        pytest.param("Avedis Zildjian Company", "Zildjian", "maker", "clear", 0, id="Zildjian"),  # dji
        pytest.param("Aztech Electronics Pte Ltd", "Aztech", "maker", "clear", 0, id="Aztech"),  # zte
        pytest.param("Mitel Networks Corporation", "Mitel", "maker", "clear", 0, id="Mitel"),  # itel
        pytest.param("Nautel LTD", "Nautel", "maker", "clear", 0, id="Nautel"),  # autel
        pytest.param("Mosaic Systems Inc.", "", "", "unknown", None, id="Mosaic"),  # saic
        pytest.param("CONTEC CO., LTD.", "Contec", "maker", "clear", 0, id="Contec (JP)"),  # Contec Medical
        pytest.param("Mercury Systems, Inc.", "Mercury Systems", "maker", "clear", 0, id="Mercury Systems"),  # Mercusys
        # mainland addresses
        pytest.param("Thales CETCA Avionics CO., Ltd", "", "", "review", 1, id="Thales CETCA"),  # joint venture
        pytest.param("Nokia Shanghai Bell Co., Ltd.", "", "", "review", 1, id="Nokia Shanghai Bell"),  # joint venture
        pytest.param("Hon Hai Precision Ind. Co.,Ltd.", "Foxconn", "contract", "unknown", None, id="Hon Hai"),
        pytest.param("COMPAL INFORMATION (KUNSHAN) CO., LTD.", "Compal", "contract", "unknown", None, id="Compal"),
        pytest.param(
            "Siemens Industrial Automation Products Ltd., Chengdu", "Siemens", "maker", "clear", 0, id="Siemens Chengdu"
        ),
        # Hong Kong
        pytest.param("VTech Telecommunications Ltd.", "VTech", "maker", "review", 1, id="VTech"),
        # mainland control under another flag
        pytest.param("LEDVANCE", "LEDVANCE", "maker", "flagged", 4, id="LEDVANCE"),
        pytest.param(
            "Motorola Mobility LLC, a Lenovo Company", "Motorola Mobility", "maker", "flagged", 4, id="Motorola Mobility"
        ),
        pytest.param("Espressif Inc.", "Espressif Systems", "module", "flagged", 3, id="Espressif (BVI)"),
        pytest.param("Tuya Smart Inc.", "Tuya", "module", "flagged", 3, id="Tuya (US)"),
    ],
)
def test_registered_name(name: str, vendor: str, role: str, verdict: str, level: int | None) -> None:
    found = asked(name)
    assert name in CATALOGUE.registry.organisations()
    assert (found.vendor, found.role, found.verdict, found.level) == (vendor, role, verdict, level)


def test_a_block_of_36_bits_under_a_parent_of_the_registration_authority() -> None:
    parents = {block.prefix for block in CATALOGUE.registry.blocks() if block.bits == 24 and block.name == AUTHORITY}
    small = next(
        block
        for block in CATALOGUE.registry.blocks()
        if block.bits == 36 and block.country == "CN" and block.prefix[:8] in parents and block.name != AUTHORITY
    )
    found = asked(small.prefix.replace(":", "") + "001")
    assert (found.registrant, found.registrant_country) == (small.name, "CN")
    assert found.registrant != AUTHORITY
    assert found.verdict == "flagged"


def test_02_60_8c_was_assigned_before_the_bit_meant_local() -> None:
    found = asked("02:60:8C:12:34:56")
    assert (found.registrant, found.registrant_country, found.verdict) == ("3COM", "US", "unknown")


@pytest.mark.parametrize("mac", ["02:11:22:33:44:55", "da:a1:19:00:00:01", "fe:ff:ff:ff:ff:ff"])
def test_a_random_mac_is_unknown_and_not_clear(mac: str) -> None:
    found = asked(mac)
    assert (found.registrant, found.vendor, found.verdict, found.level) == ("", "", "unknown", None)
