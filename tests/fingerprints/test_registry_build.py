"""Building the registry from small sources typed by hand: what is read, what is refused, what is guarded."""

import json
from pathlib import Path

import pytest

from fingerprints.errors import TableError
from fingerprints.oui import AUTHORITY, Registry
from fingerprints.registry.build import build, main
from fingerprints.registry.printed import city, clean, countries

SMALL = {
    "0000AA": "Acme GmbH\nHauptstrasse 1\nBonn NRW 53111\nGermany",
    "00AA00": f"{AUTHORITY}\n445 Hoes Lane\nPiscataway NJ 08554\nUnited States",
    "00AA001": "Beta Co., Ltd.\nNanshan\nShenzhen Guangdong 518057\nChina",
    "00AA00234": "Gamma Ltd\n1 Harbour Rd\nHong Kong 999077\nHong Kong SAR China",
}
IAB = """\
OUI                                                         Organization
IAB Range                                                   Organization
                                                            Address

00-50-C2                      (hex)                         Delta Instruments
7D5000-7D5FFF                 (base 16)                     Delta Instruments
                                                            Weg 2
                                                            Wien    1010
                                                            AT

40-D8-55                      (hex)                         Private
12F000-12FFFF                 (base 16)                     Private

00-50-C2                      (hex)                         Telcom
81C000-81CFFF                 (base 16)                     Telcom
                                                            12/F, Wilson House
                                                                                                            \n\
                                                            YU
"""


def sources(folder: Path, index: dict[str, str] | None = None, iab: str = IAB) -> tuple[Path, Path]:
    package = folder / "package"
    package.mkdir(exist_ok=True)
    (package / "index.json").write_text(json.dumps(SMALL if index is None else index), encoding="utf-8")
    (package / "package.json").write_text('{"version": "9.9.9"}', encoding="utf-8")
    (folder / "iab.txt").write_bytes(iab.replace("\n", "\r\n").encode())  # with the line ends of the real file
    return package, folder / "iab.txt"


def built(folder: Path, index: dict[str, str] | None = None, iab: str = IAB, *, accept_loss: bool = False) -> list[str]:
    package, iab_file = sources(folder, index, iab)
    return build(package, "2026-08-26", iab_file, "20220827.1", folder, accept_loss=accept_loss)


def one(folder: Path, text: str) -> tuple[str, str, str]:
    """Name, country and city the table shows for a block with this entry."""
    built(folder, {"0000AA": text})
    found = Registry.load(folder).block(24, 0xAA)
    assert found is not None
    return found.name, found.country, found.city


def test_all_four_registries_are_read(tmp_path: Path) -> None:
    assert built(tmp_path) == ["7 blocks: 2 of 24 bits, 1 of 28 bits, 4 of 36 bits"]
    rows = [(found.prefix, found.name, found.country, found.city) for found in Registry.load(tmp_path).blocks()]
    assert rows == [
        ("00:00:aa", "Acme GmbH", "DE", "Bonn NRW"),
        ("00:aa:00", AUTHORITY, "US", "Piscataway NJ"),
        ("00:aa:00:1", "Beta Co., Ltd.", "CN", "Shenzhen Guangdong"),
        ("00:50:c2:7d:5", "Delta Instruments", "AT", "Wien"),
        ("00:50:c2:81:c", "Telcom", "RS", ""),
        ("00:aa:00:23:4", "Gamma Ltd", "HK", "Hong Kong"),
        ("40:d8:55:12:f", "Private", "", ""),
    ]


def test_the_record_names_the_sources(tmp_path: Path) -> None:
    built(tmp_path)
    record = json.loads((tmp_path / "registry.json").read_text(encoding="utf-8"))
    assert [(source["package"], source["version"], source["date"]) for source in record["sources"]] == [
        ("npm oui-data", "9.9.9", "2026-08-26"),
        ("Debian ieee-data", "20220827.1", "2022-08-27"),
    ]
    assert record["blocks"] == {"24": 2, "28": 1, "36": 4}
    assert record["countries"] == {"": 1, "AT": 1, "CN": 1, "DE": 1, "HK": 1, "RS": 1, "US": 1}
    assert Registry.load(tmp_path).table.version == "oui-data 9.9.9 + ieee-data 20220827.1"


def test_the_same_sources_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    built(tmp_path)
    table = (tmp_path / "registry.bin").read_bytes()
    built(tmp_path, dict(reversed(SMALL.items())))
    assert (tmp_path / "registry.bin").read_bytes() == table


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A\nStreet 1\nShenzhen 518000\nChina", ("A", "CN", "Shenzhen")),
        ("A\nStreet 1\nCentral\nHong Kong SAR China", ("A", "HK", "Central")),
        ("A\nStreet 1\nTaipei 114\nTaiwan", ("A", "TW", "Taipei")),
        ("A\nStreet 1\nMacau\nMacao SAR China", ("A", "MO", "Macau")),
        ("A\nStreet\nJAPAN", ("A", "JP", "Street")),
        ("A\nAustralia", ("A", "AU", "")),
        ("A\nStreet 1\nXiamen Fujian 361006", ("A", "", "Xiamen Fujian")),
        ("A\nStreet 1\nSaffron Walden Essex CB11 3AQ", ("A", "", "Saffron Walden Essex")),
        ("A B Ltd", ("A B Ltd", "", "")),
        ("Private", ("Private", "", "")),
        ("R&amp;M AG\nx\nZ\u00fcrich\nSwitzerland", ("R&M AG", "CH", "Z\u00fcrich")),
        ("\u200bSichuan\u00a0AI-Link\u2002 Ltd\nx\ny\nChina", ("Sichuan AI-Link Ltd", "CN", "y")),
    ],
)
def test_an_entry(tmp_path: Path, text: str, expected: tuple[str, str, str]) -> None:
    assert one(tmp_path, text) == expected


def test_a_country_never_seen_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"0000AA: ends in 'Atlantis'.*countries\.csv") as caught:
        one(tmp_path, "A\nStreet 1\nCity\nAtlantis")
    assert caught.value.field == "0000AA"
    assert not (tmp_path / "registry.bin").exists()


def test_no_country_is_found_inside_another_name(tmp_path: Path) -> None:
    for last in ("CHINA", "Republic of China", "china", "China "):
        with pytest.raises(TableError, match="does not know"):
            one(tmp_path, f"A\nx\ny\n{last}")


def test_the_country_table_is_complete_and_exact() -> None:
    codes = countries()
    assert len(set(codes.values())) == 250  # the 249 of ISO 3166-1, and Kosovo
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in codes.values())
    assert (codes["China"], codes["Taiwan"]) == ("CN", "TW")
    assert (codes["Hong Kong SAR China"], codes["Macao SAR China"]) == ("HK", "MO")
    assert not any(any(map(str.isdigit, name)) for name in codes)  # how a broken last line is told from a country


@pytest.mark.parametrize("key", ["0000A", "0000AAA0", "0000aa", "0000AG", "00:00:AA", ""])
def test_a_key_that_is_no_prefix_stops_the_build(tmp_path: Path, key: str) -> None:
    with pytest.raises(TableError, match="is no prefix"):
        built(tmp_path, {key: "A\nx\ny\nChina"})


@pytest.mark.parametrize(
    ("iab", "line", "problem"),
    [
        (IAB.replace("7D5FFF", "7D6FFF"), 5, "is no block"),
        (IAB.replace("7D5000-7D5FFF", "7D5000"), 5, "is no block"),
        (IAB.replace("AT\n", "A1\n"), 5, "'A1' is not in countries.csv"),
        (IAB.replace("00-50-C2                      (hex)                         Telcom", "nonsense"), 14, "is no block"),
    ],
)
def test_a_broken_iab_file_stops_the_build(tmp_path: Path, iab: str, line: int, problem: str) -> None:
    with pytest.raises(TableError, match=problem) as caught:
        built(tmp_path, iab=iab)
    assert caught.value.line == line


def test_a_block_in_both_sources_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="1 blocks are in"):
        built(tmp_path, {"0050C27D5": "A\nx\ny\nChina"})


def many(count: int) -> dict[str, str]:
    return {f"{4 * number:06X}": f"Firm {number}\nx\ny\nChina" for number in range(count)}


def test_the_loss_guard_keeps_the_old_table(tmp_path: Path) -> None:
    built(tmp_path, many(200))
    before = (tmp_path / "registry.bin").read_bytes()
    assert "gone: 2: Firm 198 (1); Firm 199 (1)" in built(tmp_path, many(198))  # one in a hundred is allowed
    built(tmp_path, many(200))
    with pytest.raises(TableError, match=r"3 of 200 blocks of 24 bits are gone.*--accept-loss"):
        built(tmp_path, many(197))
    assert (tmp_path / "registry.bin").read_bytes() == before
    built(tmp_path, many(197), accept_loss=True)
    assert Registry.load(tmp_path).table.rows == 200  # 197 and three IABs


def test_new_blocks_do_not_make_up_for_lost_ones(tmp_path: Path) -> None:
    built(tmp_path, many(200))
    with pytest.raises(TableError, match="200 of 200 blocks of 24 bits"):
        built(tmp_path, {f"{4 * number + 1:06X}": "New\nx\ny\nChina" for number in range(400)})


def test_a_lost_small_registry_is_seen_beside_a_large_one(tmp_path: Path) -> None:
    built(tmp_path, many(1000))
    with pytest.raises(TableError, match="1 of 3 blocks of 36 bits"):
        built(tmp_path, many(1000), IAB[: IAB.index("00-50-C2                      (hex)                         Telcom")])


def test_the_report_says_what_changed(tmp_path: Path) -> None:
    index = {**many(10), "0000AA": "Espressif Inc.\nx\nShanghai 201203\nChina", "0000AE": "Old Name\nx\ny\nChina"}
    built(tmp_path, index)
    index |= {"0000AA": "Espressif Inc.\nx\nRoad Town\nBritish Virgin Islands", "0000AE": "New Name\nx\ny\nChina"}
    index |= {"0000B2": "Fresh\nx\ny\nChina", "0000B6": "Fresh\nx\ny\nChina"}
    with pytest.raises(TableError, match="espressif: first block registered in VG"):
        built(tmp_path, index)
    assert built(tmp_path, index, accept_loss=True) == [
        "new: 2: Fresh (2)",
        "gone: 0",
        "renamed: 1: Old Name -> New Name (1)",
        "country moved: 1: Espressif Inc.: CN -> VG (1)",
        "17 blocks: 14 of 24 bits, 0 of 28 bits, 3 of 36 bits",
    ]


def test_the_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package, iab = sources(tmp_path)
    options = ["--oui-data", str(package), "--oui-date", "2026-08-26", "--iab-version", "20220827.1", "--out", str(tmp_path)]
    assert main([*options, "--iab", str(iab)]) == 0
    assert capsys.readouterr().out == "7 blocks: 2 of 24 bits, 1 of 28 bits, 4 of 36 bits\n"
    assert main([*options, "--iab", str(tmp_path / "absent.txt")]) == 1
    told = capsys.readouterr()
    assert not told.out
    assert "absent.txt: cannot be read" in told.err


def test_sources_that_are_not_there_or_not_json(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="Unpack the npm package"):
        build(tmp_path, "2026-08-26", tmp_path / "iab.txt", "20220827.1", tmp_path, accept_loss=False)
    package, iab = sources(tmp_path)
    (package / "index.json").write_text("[]", encoding="utf-8")
    with pytest.raises(TableError, match="is no JSON object"):
        build(package, "2026-08-26", iab, "20220827.1", tmp_path, accept_loss=False)


@pytest.mark.parametrize(
    ("line", "expected"),
    [("WEBSTER NY 14580", "WEBSTER NY"), ("KYOTO 617", "KYOTO"), ("London SW1A 1AA", "London"), ("94304", "94304"), ("", "")],
)
def test_city(line: str, expected: str) -> None:
    assert city(line) == expected


def test_clean_keeps_what_is_printed() -> None:
    assert clean(" XINGFEI\u3000\uff08H.K\uff09LIMITED ") == "XINGFEI \uff08H.K\uff09LIMITED"
