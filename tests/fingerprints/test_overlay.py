"""A user's newer registry file over a registry: what it adds, what it may not change, what is refused, and no network."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from fingerprints.catalogue import load
from fingerprints.errors import TableError
from fingerprints.oui import AUTHORITY, Registrant, Registry, prefix_text
from fingerprints.overlay import _load_vendors, address_country, lay_over
from fingerprints.registry.build import build

HEAD = "Registry,Assignment,Organization Name,Organization Address\r\n"
FREE = 0x000840
"""A 24-bit block nobody holds in the registry below, nor in the shipped one."""

HELD = {
    "001882": "HUAWEI TECHNOLOGIES CO.,LTD\nBantian\nShenzhen Guangdong 518129\nChina",
    "00BC99": "Hangzhou Hikvision Digital Technology Co.,Ltd.\nQianmo Road\nHangzhou Zhejiang 310052\nChina",
    "004B12": "Espressif Inc.\nBibo Road\nShanghai 201203\nChina",
    "048308": "Espressif Inc.\nWickhams Cay\nRoad Town Tortola VG1110\nBritish Virgin Islands",
    "0055DA": f"{AUTHORITY}\n445 Hoes Lane\nPiscataway NJ 08554\nUnited States",
    "0055DA2": "Beijing Connected Information Technology Co.,Ltd.\nHaidian\nBeijing 100080\nChina",
    "02608C": "3COM\n5400 BAYFRONT PLAZA\nSANTA CLARA CA 95052\nUnited States",
    "AA0004": "DIGITAL EQUIPMENT CORPORATION\nLKG 1-2/A19\nLITTLETON MA 01460-1289\nUnited States",
    "111111": "Private",
}


def _registry() -> Registry:
    """A registry of these blocks: small, because every test below goes through all of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "index.json").write_text(json.dumps(HELD), encoding="utf-8")
        (folder / "package.json").write_text('{"version": "1.0.0"}', encoding="utf-8")
        (folder / "iab.txt").write_text("", encoding="utf-8")
        build(folder, "2026-08-26", folder / "iab.txt", "20220827.1", folder, accept_loss=False)
        return Registry.load(folder)


REGISTRY = _registry()

FREE_MAC = prefix_text(24, FREE) + ":00:00:01"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to find or reach another machine fails the test."""

    def forbidden(*_: object) -> None:
        pytest.fail("a connection was attempted")

    for name in ("socket.socket.connect", "socket.socket.connect_ex", "socket.socket.sendto", "socket.getaddrinfo"):
        monkeypatch.setattr(name, forbidden)


def over(folder: Path, text: str, name: str = "newer.csv") -> Registry:
    (folder / name).write_bytes(text.encode())
    return lay_over(REGISTRY, folder / name)[0]


def refused(folder: Path, text: str | bytes) -> TableError:
    path = folder / "broken"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(TableError) as caught:
        lay_over(REGISTRY, path)
    assert caught.value.file == str(path)
    assert caught.value.remedy
    return caught.value


def test_an_ieee_csv_adds_blocks_of_all_sizes(tmp_path: Path) -> None:
    laid = over(
        tmp_path,
        f'{HEAD}MA-L,{FREE:06X},"Neu, Ltd.","1 New Road Shenzhen Guangdong CN 518000 "\r\n'
        f'MA-M,{FREE:06X}1,"Said ""Small"" GmbH",Weg 2 Wien  AT 1010 \r\n'
        f"MA-S,{FREE:06X}234,Third Co,\r\n",
    )
    prefix = prefix_text(24, FREE)
    expected = Registrant("Neu, Ltd.", "CN", "1 New Road Shenzhen Guangdong", prefix, 24, "newer.csv")
    assert laid.lookup(FREE_MAC) == expected
    small = Registrant('Said "Small" GmbH', "AT", "Weg 2 Wien", prefix + ":1", 28, "newer.csv")
    assert laid.lookup(prefix + ":1f:ff:ff") == small
    assert laid.lookup(prefix + ":23:4f:ff") == Registrant("Third Co", "", "", prefix + ":23:4", 36, "newer.csv")
    assert REGISTRY.lookup(FREE_MAC) is None


def test_a_vendor_list_adds_names_and_borrows_their_country(tmp_path: Path) -> None:
    laid = over(tmp_path, f"{FREE:06X}:Hangzhou Hikvision Digital Technology Co.,Ltd.\n", "mac-vendors.txt")
    name = "Hangzhou Hikvision Digital Technology Co.,Ltd."
    assert laid.lookup(FREE_MAC) == Registrant(name, "CN", "", prefix_text(24, FREE), 24, "mac-vendors.txt")


@pytest.mark.parametrize("name", ["Espressif Inc.", "Nobody Has This Name", "Private"])
def test_no_country_is_borrowed_where_the_registry_has_none_or_two(tmp_path: Path, name: str) -> None:
    found = over(tmp_path, f"{FREE:06X}:{name}\n").lookup(FREE_MAC)
    assert found is not None
    assert (found.name, found.country) == (name, "")


@pytest.mark.parametrize("form", [f'{HEAD}MA-L,001882,"{{}}",Somewhere DE 1\r\n', "001882:{}\n"])
def test_another_organisation_stands_before_the_registry(tmp_path: Path, form: str) -> None:
    found = over(tmp_path, form.format("Other Firm")).lookup("00:18:82:00:00:01")
    assert found is not None
    assert (found.name, found.source) == ("Other Firm", "newer.csv")


@pytest.mark.parametrize("form", [f'{HEAD}MA-L,001882,"{{}}",Somewhere DE 1\r\n', "001882:{}\n"])
@pytest.mark.parametrize("name", ["HUAWEI TECHNOLOGIES CO.,LTD", "Huawei Technologies Co., Ltd."])
def test_the_same_organisation_keeps_the_registry_row(tmp_path: Path, form: str, name: str) -> None:
    laid = over(tmp_path, form.format(name))
    assert laid.lookup("00:18:82:00:00:01") == REGISTRY.lookup("00:18:82:00:00:01")
    assert list(laid.blocks()) == list(REGISTRY.blocks())


def test_a_block_printed_twice_keeps_the_registry_row_if_one_agrees(tmp_path: Path) -> None:
    laid = over(tmp_path, f"{HEAD}MA-L,001882,Someone,x\r\nMA-L,001882,Huawei Technologies Co Ltd,x\r\n")
    assert laid.lookup("00:18:82:00:00:01") == REGISTRY.lookup("00:18:82:00:00:01")


def test_smaller_blocks_of_the_registry_stay_above_a_new_large_one(tmp_path: Path) -> None:
    laid = over(tmp_path, "0055DA:Bought All Of It\n")
    assert laid.lookup("00:55:da:2a:bc:de") == REGISTRY.lookup("00:55:da:2a:bc:de")


def test_the_registration_authority_is_nobody_here_too(tmp_path: Path) -> None:
    assert over(tmp_path, f"{FREE:06X}:{AUTHORITY}\n").lookup(FREE_MAC) is None


def test_blocks_of_the_overlay_are_listed_in_order(tmp_path: Path) -> None:
    laid = list(over(tmp_path, f"{FREE:06X}:Neu\n001882:Other Firm\n").blocks())
    keys = [(block.bits, block.prefix) for block in laid]
    assert keys == sorted(keys)
    assert len(laid) == REGISTRY.table.rows + 1
    assert [block.name for block in laid if block.source == "newer.csv"] == ["Neu", "Other Firm"]


def test_the_table_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "newer.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEAD}MA-L,{FREE:06X},A,x\r\nMA-L,001882,B,x\r\n".encode())
    table = lay_over(REGISTRY, path)[1]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (table.name, table.version, table.date, table.rows, table.source) == (
        "overlay", f"sha256:{digest}", "", 2, "newer.csv",
    )  # fmt: skip


def test_old_local_and_group_blocks_are_known_and_may_be_listed(tmp_path: Path) -> None:
    laid = over(tmp_path, "02608C:3COM\nAA0004:DIGITAL EQUIPMENT CORPORATION\n111111:Private\n")
    assert list(laid.blocks()) == list(REGISTRY.blocks())


@pytest.mark.parametrize(
    ("body", "line", "problem"),
    [
        ("MA-L,001882,A\r\n", 2, "3 fields instead of 4"),
        ("MA-L,001882,A,x,y\r\n", 2, "5 fields instead of 4"),
        ("MA-L,001882,A,x\r\n\r\n", 3, "0 fields instead of 4"),
        ("MA-L,001882,A,x\r\nMA-L,00188,B,x\r\n", 3, "'00188' is no prefix of 24 bits"),
        ("MA-M,001882,A,x\r\n", 2, "is no prefix of 28 bits"),
        ("MA-L,00188G,A,x\r\n", 2, "is no prefix of 24 bits"),
        ("CID,0A1882,A,x\r\n", 2, "'CID' is none of"),
        ("MA-L,0A1882,A,x\r\n", 2, "is no prefix of hardware addresses"),
        ("MA-L,001882, \u200b ,x\r\n", 2, "is empty"),
        ('MA-L,001882,"A"B,x\r\n', 2, "is no CSV"),
        ('MA-L,001882,"A,x\r\n', 2, "is no CSV"),
    ],
)
def test_a_broken_csv_is_refused_whole(tmp_path: Path, body: str, line: int, problem: str) -> None:
    fault = refused(tmp_path, HEAD + body)
    assert fault.line == line
    assert problem in fault.problem


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"", None),
        (b"\n", 1),
        (b"001882:\n", 1),
        (b"001882: \n", 1),
        ("001882:\u200b\n".encode(), 1),
        (b"001882:A\n00188:B\n", 2),
        (b"001882:A\n00:18:82:B\n", 2),
        (b"001882:A\n\n", 2),
        (b"a4c138:A\n", 1),
        (b"0A1882:A\n", 1),
        (b"001882:A\n001E10:\xff\n", 2),
        (b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", 1),
        (b"Assignment,Registry\n", 1),
    ],
)
def test_a_broken_vendor_list_is_refused_whole(tmp_path: Path, text: bytes, line: int | None) -> None:
    assert refused(tmp_path, text).line == line


def test_a_csv_without_a_row_is_refused(tmp_path: Path) -> None:
    assert "no assignment" in refused(tmp_path, HEAD).problem


def test_another_header_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "Registry,Assignment,Name\nMA-L,001882,A\n").line == 1


def test_a_csv_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    assert "not UTF-8" in refused(tmp_path, HEAD.encode() + b"MA-L,001882,Z\xfcrich,x\r\n").problem


@pytest.mark.parametrize("name", ["absent.csv", "mac-vendors.txt", "no/such/folder/mac-vendors.txt", "."])
def test_a_file_that_is_not_there_is_refused_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(TableError, match="cannot be read"):
        lay_over(REGISTRY, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_the_package_refuses_to_download(tmp_path: Path) -> None:
    path = tmp_path / "mac-vendors.txt"
    path.write_bytes(b"001882:A\n")
    assert _load_vendors(path) == {b"001882": b"A"}
    from mac_vendor_lookup import AsyncMacLookup, BaseMacLookup

    assert BaseMacLookup.cache_path == str(path)
    with pytest.raises(TableError, match="download"):
        asyncio.run(AsyncMacLookup().update_vendors())
    path.unlink()
    with pytest.raises(
        TableError, match=r"mac-vendors\.txt: cannot be read"
    ):  # it goes nowhere else, neither to a cache nor to the net
        _load_vendors(path)


def test_it_works_inside_a_running_event_loop(tmp_path: Path) -> None:
    async def inside() -> Registrant | None:
        return over(tmp_path, f"{FREE:06X}:Neu\n").lookup(FREE_MAC)

    found = asyncio.run(inside())
    assert found is not None
    assert found.name == "Neu"


def test_no_list_in_the_home_folder_shadows_the_given_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".cache").mkdir(parents=True)
    (home / ".cache" / "mac-vendors.txt").write_bytes(f"{FREE:06X}:From The Cache\n".encode())
    given = tmp_path / "given.txt"
    given.write_bytes(f"{FREE:06X}:From The Given File\n".encode())
    assert Registry.load().block(24, FREE) is None
    program = (
        "import sys, pathlib; from fingerprints import oui, overlay\n"
        "registry = oui.Registry.load(); registry.lookup(sys.argv[2])\n"
        "assert 'mac_vendor_lookup' not in sys.modules and 'asyncio' not in sys.modules\n"
        "print(overlay.lay_over(registry, pathlib.Path(sys.argv[1]))[0].lookup(sys.argv[2]).name)"
    )
    # The package reads HOME when it is imported, so it must be a fresh process.
    done = subprocess.run(
        [sys.executable, "-c", program, str(given), FREE_MAC],
        env={"HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("From The Given File\n", "")


@pytest.mark.parametrize(
    ("address", "country", "rest"),
    [
        ("2181 Buchanan Loop Ferndale WA US 98248 ", "US", "2181 Buchanan Loop Ferndale WA"),
        ("1 Street Shenzhen Guangdong CN 518000 ", "CN", "1 Street Shenzhen Guangdong"),
        ("1 Street San Jose CA US 95134 ", "US", "1 Street San Jose CA"),  # CA is also Canada
        ("1 Straat Eindhoven  NL 5656 AE ", "NL", "1 Straat Eindhoven"),  # AE is also the Emirates
        ("1 Road London  GB SW1A 1AA ", "GB", "1 Road London"),
        ("1 Nathan Road Kowloon  HK NA ", "HK", "1 Nathan Road Kowloon"),  # NA is also Namibia
        ("1 Nathan Road Kowloon  HK  ", "HK", "1 Nathan Road Kowloon"),
        ("NO 12 Nathan Road Kowloon HK ", "HK", "NO 12 Nathan Road Kowloon"),  # NO is also Norway
        ("95 WELLS AVENUE NEWTON MA  02159 ", "", "95 WELLS AVENUE NEWTON MA 02159"),  # MA is also Morocco
        ("1 Street Hong Kong China", "", "1 Street Hong Kong China"),
        ("CN", "CN", ""),
        ("", "", ""),
    ],
)
def test_the_country_in_a_printed_address(address: str, country: str, rest: str) -> None:
    assert address_country(address) == (country, rest)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("oui-2026-11-01.csv", "2026-11-01"),
        ("2026-10-30_oui.csv", "2026-10-30"),
        ("oui.csv", ""),
        ("oui-2026-13-01.csv", ""),
        ("oui-12026-11-012.csv", ""),
        ("oui-2026-99-99-2026-11-02.csv", "2026-11-02"),
    ],
)
def test_the_date_is_the_one_in_the_name(tmp_path: Path, name: str, day: str) -> None:
    path = tmp_path / name
    path.write_bytes(f"{HEAD}MA-L,{FREE:06X},Acme,1 Main St Springfield US 12345\r\n".encode())
    os.utime(path, (0, 0))
    known = load(path)
    (table,) = [table for table in known.tables if table.name == "overlay"]
    assert table.date == day
    assert known.date == load().date, "lists are not read at the day of somebody's address list"
