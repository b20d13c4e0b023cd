"""The shipped registry: named cases, the traps measured on real data, and look-up against a naive search."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.errors import TableError
from fingerprints.oui import AUTHORITY, FOLDER, Registrant, Registry, prefix_text

REGISTRY = Registry.load()
BLOCKS = list(REGISTRY.blocks())
BY_DIGITS = {block.prefix.replace(":", ""): block for block in BLOCKS}
PARENT = next(block for block in BLOCKS if block.name == AUTHORITY and block.bits == 24)


def spelled(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def naive(mac: str) -> Registrant | None:
    digits = mac.replace(":", "")
    if digits == "0" * 12 or int(digits[:2], 16) & 1:
        return None
    for length in (9, 7, 6):
        found = BY_DIGITS.get(digits[:length])
        if found:
            return None if found.name == AUTHORITY else found
    return None


@pytest.mark.parametrize(
    ("mac", "name", "country", "bits"),
    [
        ("00:18:82:00:00:01", "HUAWEI TECHNOLOGIES CO.,LTD", "CN", 24),
        ("00:bc:99:12:34:56", "Hangzhou Hikvision Digital Technology Co.,Ltd.", "CN", 24),
        ("00:4b:12:00:00:01", "Espressif Inc.", "CN", 24),
        ("04:83:08:00:00:01", "Espressif Inc.", "VG", 24),  # the same company, registered in the British Virgin Islands
        ("10:d5:61:00:00:01", "Tuya Smart Inc.", "US", 24),  # a company of Hangzhou, registered in Delaware
        ("00:55:da:2a:bc:de", "Beijing Connected Information Technology Co.,Ltd.", "CN", 28),
        ("00:1b:c5:0a:1f:ff", "Hangzhou Zhiping Technology Co., Ltd.", "CN", 36),
        ("1c:87:74:00:00:01", "Philips Personal Health Solutions", "NL", 28),  # its 24-bit parent is not in the table at all
        ("00:50:c2:7d:51:23", "DEUTA-WERKE GmbH", "DE", 36),  # an IAB, from the closed registry
        ("40:d8:55:11:c0:00", "DEUTA-WERKE GmbH", "DE", 36),
        ("02:60:8c:00:00:01", "3COM", "US", 24),  # assigned before the bit meant "locally administered"
        ("aa:00:04:01:02:03", "DIGITAL EQUIPMENT CORPORATION", "US", 24),  # a DECnet address: still DEC's block
        ("8c:1f:64:29:00:01", "UBIQ TECHNOLOGIES INTERNATIONAL LTD", "MO", 36),
        ("00:03:bb:00:00:01", "Signal Communications Limited", "HK", 24),
        ("00:00:21:00:00:01", "SUREMAN COMP. & COMMUN. CORP.", "TW", 24),
        ("34:4f:5c:00:00:01", "R&M AG", "CH", 24),  # the source prints "R&amp;M"
        ("40:45:da:00:00:01", "Spreadtrum Communications (Shanghai) Co., Ltd.", "", 24),  # its address ends in a postcode
        ("00:01:01:00:00:01", "Private", "", 24),
    ],
)
def test_named_assignments(mac: str, name: str, country: str, bits: int) -> None:
    found = REGISTRY.lookup(mac)
    assert found is not None
    assert (found.name, found.country, found.bits, found.source) == (name, country, bits, "registry")
    assert mac.startswith(found.prefix)


@pytest.mark.parametrize(
    "mac",
    [
        "00:00:00:00:00:00",  # the zero address, although 00:00:00 belongs to Xerox
        "ff:ff:ff:ff:ff:ff",
        "01:00:5e:00:00:fb",  # IPv4 multicast
        "33:33:00:00:00:01",  # IPv6 multicast
        "11:11:11:00:00:01",  # a group address inside a block that the registry lists as Private
        "da:a1:19:00:00:01",  # locally administered: a phone that hides its own
        "02:00:00:00:00:01",
        "aa:00:05:00:00:01",  # just beyond DEC's five old blocks
        "70:b3:d5:00:00:01",  # a 36-bit block not handed out, under a parent of the registration authority
        "70:b3:d5:9f:30:01",  # a 36-bit block the authority keeps for itself
    ],
)
def test_addresses_without_registrant(mac: str) -> None:
    assert REGISTRY.lookup(mac) is None


@pytest.mark.parametrize(
    "text",
    ["", "00", "0018:82:00:00:01", "00-18-82-00-00-01", "00:18:82:00:00", "00:18:82:00:00:01:02", "00:18:82:00:00:0G",
     "00:18:82:00:00:01\n", "00:18:8A:00:00:01", " 00:18:82:00:00:1", "00:18:82:00:00:+1", "\u0660\u0660:18:82:00:00:01"],
)  # fmt: skip
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="MAC address"):
        REGISTRY.lookup(text)


def test_the_city_says_where_a_firm_is_registered() -> None:
    found = REGISTRY.lookup("00:0a:eb:00:00:01")
    assert found == Registrant("TP-LINK TECHNOLOGIES CO.,LTD.", "CN", "Shenzhen Guangdong", "00:0a:eb", 24, "registry")


def test_the_city_shows_where_the_registered_country_misleads() -> None:
    found = REGISTRY.lookup("00:0a:ba:00:00:01")
    assert found == Registrant("Arcon Technology Limited", "CN", "Hong Kong", "00:0a:ba", 24, "registry")


def test_old_assignments_with_the_local_bit_are_eighteen() -> None:
    local = [block for block in BLOCKS if int(block.prefix[:2], 16) & 3 == 2]
    assert len(local) == 18
    assert {block.bits for block in local} == {24}


def test_the_record_counts_what_the_table_holds() -> None:
    record = json.loads((FOLDER / "registry.json").read_text(encoding="utf-8"))
    assert record["rows"] == REGISTRY.table.rows == len(BLOCKS)
    assert record["blocks"] == {str(size): count for size, count in Counter(block.bits for block in BLOCKS).items()}
    assert record["countries"] == Counter(block.country for block in BLOCKS)
    assert record["organisations"] == len({block.name for block in BLOCKS})
    assert REGISTRY.table.date == max(source["date"] for source in record["sources"])


def test_blocks_are_unique_ordered_and_found_again() -> None:
    assert len(BY_DIGITS) == len(BLOCKS)
    keys = [(block.bits, block.prefix) for block in BLOCKS]
    assert keys == sorted(keys)
    for block in BLOCKS[::97]:
        assert REGISTRY.block(block.bits, int(block.prefix.replace(":", ""), 16)) == block


def test_organisations_are_those_of_the_blocks() -> None:
    expected: dict[str, set[str]] = {}
    for block in BLOCKS:
        expected.setdefault(block.name, set()).add(block.country)
    assert REGISTRY.organisations() == expected
    assert expected["Espressif Inc."] == {"CN", "VG"}


def test_names_and_places_are_clean() -> None:
    for block in BLOCKS:
        assert block.name
        for text in (block.name, block.city):
            assert text.isprintable()
            assert text == " ".join(text.split())
            assert "&amp;" not in text
        assert block.country == "" or (len(block.country) == 2 and block.country.isupper())


@given(st.binary(min_size=6, max_size=6))
@settings(max_examples=300)
def test_lookup_equals_naive_search_for_any_address(raw: bytes) -> None:
    assert REGISTRY.lookup(raw.hex(":")) == naive(raw.hex(":"))


@given(st.sampled_from(BLOCKS), st.integers(min_value=0, max_value=(1 << 24) - 1))
@settings(max_examples=500)
def test_lookup_equals_naive_search_inside_blocks(block: Registrant, rest: int) -> None:
    digits = block.prefix.replace(":", "")
    mac = spelled(digits + f"{rest:06x}"[len(digits) - 6 :])
    assert REGISTRY.lookup(mac) == naive(mac)


@given(st.integers(min_value=0, max_value=(1 << 24) - 1))
def test_a_divided_block_never_reports_the_authority(rest: int) -> None:
    found = REGISTRY.lookup(spelled(PARENT.prefix.replace(":", "") + f"{rest:06x}"))
    assert found is None or (found.bits > 24 and found.name != AUTHORITY)


def test_both_edges_of_a_block_belong_to_it() -> None:
    for block in (BLOCKS[0], next(block for block in BLOCKS if block.bits == 28), BLOCKS[-1]):
        digits = block.prefix.replace(":", "")
        for fill in "0f" if block.prefix != "00:00:00" else "f":
            assert REGISTRY.lookup(spelled(digits.ljust(12, fill))) == block


@pytest.mark.parametrize(
    ("bits", "value", "text"),
    [(24, 0xA4C138, "a4:c1:38"), (28, 0x0055DA2, "00:55:da:2"), (36, 0x0050C27D5, "00:50:c2:7d:5")],
)
def test_prefix_text(bits: int, value: int, text: str) -> None:
    assert prefix_text(bits, value) == text


def copied(folder: Path) -> Path:
    for name in ("registry.bin", "registry.json"):
        shutil.copy(FOLDER / name, folder)
    return folder


def test_a_copy_reads_the_same(tmp_path: Path) -> None:
    assert list(Registry.load(copied(tmp_path)).blocks()) == BLOCKS


def test_a_changed_table_is_refused_with_the_remedy(tmp_path: Path) -> None:
    table = copied(tmp_path) / "registry.bin"
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    with pytest.raises(TableError, match=r"registry\.json describes.*fingerprints\.registry\.build") as caught:
        Registry.load(tmp_path)
    assert (caught.value.file, caught.value.field, caught.value.exit_code) == (str(table), "sha256", 1)
    assert "\n" not in str(caught.value)


def test_a_cut_or_missing_table_is_refused(tmp_path: Path) -> None:
    table = copied(tmp_path) / "registry.bin"
    table.write_bytes(table.read_bytes()[:-1])
    with pytest.raises(TableError, match="Install Fieldmark again"):
        Registry.load(tmp_path)
    table.unlink()
    with pytest.raises(TableError, match="cannot be read"):
        Registry.load(tmp_path)


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"version": 1', '{"version": "1", "date": "", "rows": 1}', "\ud800"])
def test_a_broken_record_is_refused(tmp_path: Path, record: str) -> None:
    (copied(tmp_path) / "registry.json").write_bytes(record.encode("utf-8", "surrogatepass"))
    with pytest.raises(TableError, match=r"is no record.*fingerprints\.registry\.build"):
        Registry.load(tmp_path)


def test_a_missing_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"registry\.json: cannot be read"):
        Registry.load(tmp_path)


def test_reading_and_asking_are_quick(record_property: Callable[[str, object], None]) -> None:
    """The best of five in processor time, so that a busy machine does not count."""
    macs = [f"{block.prefix[:8]}:00:00:01" for block in BLOCKS[::7] if block.bits == 24]
    loads, asks = [], []
    for _ in range(5):
        start = process_time()
        registry = Registry.load()
        loaded = process_time()
        for mac in macs:
            registry.lookup(mac)
        loads.append((loaded - start) * 1e3)
        asks.append((process_time() - loaded) / len(macs) * 1e6)
    record_property("figure", f"registry: loaded in {min(loads):.1f} ms, {min(asks):.1f} us a look-up")
    assert min(loads) < 30
    assert min(asks) < 10
