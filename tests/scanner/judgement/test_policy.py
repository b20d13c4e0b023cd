"""The policy file: complete, or refused with one line; what it decides, and what a waiver never does."""

import contextlib
from pathlib import Path

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.catalogue import load as load_catalogue
from scanner.engine import finish
from scanner.errors import PolicyFault
from scanner.judgement.policy import DEFAULT, Doubt, Policy, _Reader, load
from scanner.model import ClaimKind, Device, Inventory, Verdict

CATALOGUE = load_catalogue()
TEXT = DEFAULT.read_text(encoding="utf-8")
WAIVER = """
[[waiver]]
device = "{device}"
reason = "lobby camera, network of its own"
owner = "facilities"
expires = {expires}
"""


def policy(folder: Path, text: str) -> Policy:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_the_default_is_what_the_architecture_says() -> None:
    found = load()
    assert [found.verdict(level) for level in (5, 4, 3, 2, 1, 0, None)] == [
        *[Verdict.FLAGGED] * 4,
        Verdict.REVIEW,
        Verdict.CLEAR,
        Verdict.UNKNOWN,
    ]
    assert {found.verdict(1, doubt) for doubt in Doubt} == {Verdict.REVIEW}
    assert not any(found.reviews(kind, "us-fcc-routers") for kind in ClaimKind)
    assert (found.waivers, [*found.unused([])], found.notes()) == ((), [], ())


def test_a_policy_of_levels_alone_is_enough(tmp_path: Path) -> None:
    head, _, rest = TEXT.partition("# Level 1, by what")
    assert rest
    found = policy(tmp_path, head.replace('1 = "review"', '1 = "flagged"'))
    assert {found.verdict(1, doubt) for doubt in Doubt} == {Verdict.FLAGGED}, "what is in doubt follows its level"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("0 =", "7 =", r"\[verdict\] with exactly the keys 0 to 5"),
        ('0 = "clear"', '0 = "fine"', r"\[verdict\] 0: 'fine' is no verdict; use flagged, review, clear, unknown"),
        ('0 = "clear"', "0 = 0", r"\[verdict\] 0: 0 is no verdict"),
        ("name =", "title =", "title: is not a key we know; use name, verdict"),
        ('name = "default"', "name = 1", "name: write a text"),
        ("\n[verdict]", "\n[verdicts]", "verdicts: is not a key we know"),
        ('5 = "flagged"\n', "", r"\[verdict\] with exactly"),
        ("=", "", "start from the default policy"),
        ("hong_kong", "hongkong", r"\[ambiguous\] hongkong: is not a key we know; use hong_kong"),
        ('contested = "review"', 'contested = "maybe"', r"\[ambiguous\] contested: 'maybe' is no verdict"),
        ("\n[ambiguous]", "\n[[ambiguous]]", r"ambiguous: write a table \[ambiguous\]"),
        ("categories = []", 'categories = "routers"', r"\[review\] categories: write a list of ids"),
        ("exposures = []", "exposures = [1]", r"\[review\] exposures: write a text"),
    ],
)
def test_a_broken_policy_is_refused_whole_with_key_and_remedy(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(PolicyFault, match=r"mine\.toml.*" + says) as fault:
        policy(tmp_path, TEXT.replace(old, new, 1) if old != "=" else TEXT.replace("=", ""))
    assert len(str(fault.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2027-03-31", '"2027-03-31"', "expires: write a day as YYYY-MM-DD, without quotes"),
        ("2027-03-31", "2027-03-31T10:00:00", "expires: write a day"),
        ("2027-03-31", "", "start from the default policy"),
        ('owner = "facilities"\n', "", "owner: is missing; a waiver needs device, reason, owner, expires"),
        ('"facilities"', '" "', "owner: write a text of one line"),
        ('"facilities"', '"a\\u001b[2Jb"', "owner: write a text of one line"),
        ("owner", "by", "by: is not a key we know"),
        ("[[waiver]]", "[waiver]", r"waiver: write each as \[\[waiver\]\]"),
    ],
)
def test_a_broken_waiver_is_refused_with_its_number_and_remedy(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(PolicyFault, match=says):
        policy(tmp_path, TEXT + WAIVER.format(device="x", expires="2027-03-31").replace(old, new))


def test_two_waivers_for_one_device_are_refused(tmp_path: Path) -> None:
    twice = WAIVER.format(device="00:1a:22:00:00:01", expires="2027-03-31") + WAIVER.format(
        device="001A.2200.0001", expires="2026-01-01"
    )
    with pytest.raises(PolicyFault, match=r"\[\[waiver\]\] 2, device: 001A\.2200\.0001 has one already"):
        policy(tmp_path, TEXT + twice)


def test_an_id_the_tables_do_not_have_is_refused(tmp_path: Path) -> None:
    found = policy(tmp_path, TEXT.replace("categories = []", 'categories = ["us-fcc-toasters"]'))
    with pytest.raises(PolicyFault, match=r"categories: 'us-fcc-toasters' is not known; use .*us-fcc-routers.*, or all"):
        found.check(tmp_path / "mine.toml", CATALOGUE)


def test_a_missing_policy_is_a_usage_fault(tmp_path: Path) -> None:
    with pytest.raises(PolicyFault) as fault:
        load(tmp_path / "none.toml")
    assert fault.value.exit_code == 2


# -- through the line ------------------------------------------------------------------------------------------------


def block(name: str) -> str:
    """An address in a block registered under this name."""
    return next(f"{row.prefix}:00:00:01" for row in CATALOGUE.registry.blocks() if row.name == name and row.bits == 24)


def judged(found: Policy, *frames: bytes, mac: str, as_of: str = "2026-11-22") -> tuple[Device, Inventory]:
    evidence = packets.evidence([packets.arp((mac, "192.168.1.10"), "192.168.1.1"), *frames])
    inventory = finish(evidence, CATALOGUE, found, as_of)
    return next(device for device in inventory.devices if device.id == mac), inventory


@pytest.mark.parametrize(
    ("registered", "doubt"),
    [("Digital View Limited", "hong_kong"), ("TP-Link Systems Inc", "contested")],
)
def test_hong_kong_and_contested_control_are_treated_as_the_policy_says(tmp_path: Path, registered: str, doubt: str) -> None:
    mac = next(f"{b.prefix}:00:00:01" for b in CATALOGUE.registry.blocks() if b.name == registered and b.bits == 24)
    before, _ = judged(load(), mac=mac)
    strict = policy(tmp_path, TEXT.replace(f'{doubt} = "review"', f'{doubt} = "flagged"'))
    after, _ = judged(strict, mac=mac)
    assert (before.finding.verdict, after.finding.verdict) == (Verdict.REVIEW, Verdict.FLAGGED)
    assert before.finding.level == after.finding.level == 1
    other = next(each for each in Doubt if each != doubt)
    same, _ = judged(policy(tmp_path, TEXT.replace(f'{other} = "review"', f'{other} = "flagged"')), mac=mac)
    assert same.finding.verdict is Verdict.REVIEW


def router() -> tuple[str, bytes]:
    """A router of a maker that is no PRC company, which tells what it is: a class rule may apply."""
    mac = block("NETGEAR")
    answer = b'HTTP/1.1 401 No\r\nServer: x\r\nWWW-Authenticate: Basic realm="NETGEAR R7000"\r\n\r\n'
    return mac, packets.segment((mac, "192.168.1.10"), ("00:1a:22:00:00:02", "192.168.1.1"), (80, 4000), answer)


@pytest.mark.parametrize("named", ['["us-fcc-routers"]', '"all"'])
def test_a_category_moves_a_clear_device_to_review_only_where_the_policy_names_it(tmp_path: Path, named: str) -> None:
    mac, frame = router()
    before, _ = judged(load(), frame, mac=mac)
    assert any(claim.kind is ClaimKind.CATEGORY for claim in before.claims)
    assert before.finding.verdict is Verdict.CLEAR
    after, _ = judged(policy(tmp_path, TEXT.replace("categories = []", f"categories = {named}")), frame, mac=mac)
    assert (after.finding.verdict, after.finding.level) == (Verdict.REVIEW, 0)
    assert "the policy asks for review: FCC Covered List" in after.finding.reason
    drones, _ = judged(policy(tmp_path, TEXT.replace("categories = []", 'categories = ["us-fcc-drones"]')), frame, mac=mac)
    assert drones.finding == before.finding


def test_a_flagged_device_stays_flagged_whatever_stands_beside_it(tmp_path: Path) -> None:
    mac = block("XAG")
    every = policy(tmp_path, TEXT.replace("categories = []", 'categories = "all"'))
    assert judged(every, mac=mac)[0].finding == judged(load(), mac=mac)[0].finding
    assert judged(load(), mac=mac)[0].finding.verdict is Verdict.FLAGGED


@pytest.mark.parametrize(("as_of", "in_force"), [("2026-06-29", True), ("2026-06-30", True), ("2026-07-01", False)])
@pytest.mark.parametrize("spelling", ["{}", "upper", "dashes", "dots"])
def test_a_waiver_is_shown_and_changes_no_verdict(tmp_path: Path, as_of: str, in_force: bool, spelling: str) -> None:
    mac = block("Hangzhou Hikvision Digital Technology Co.,Ltd.")
    bare = mac.replace(":", "")
    spelt = {"upper": mac.upper(), "dashes": mac.replace(":", "-"), "dots": f"{bare[:4]}.{bare[4:8]}.{bare[8:]}"}
    text = TEXT + WAIVER.format(device=spelt.get(spelling, mac), expires="2026-06-30")
    device, inventory = judged(policy(tmp_path, text), mac=mac, as_of=as_of)
    (waiver,) = device.waivers
    assert (waiver.owner, waiver.expires, waiver.in_force) == ("facilities", "2026-06-30", in_force)
    assert device.finding == judged(load(), mac=mac, as_of=as_of)[0].finding
    assert device.finding.verdict is Verdict.FLAGGED
    assert "waiver_unused" not in {limit.code for limit in inventory.limits}


def test_a_waiver_goes_by_a_serial_number_the_device_tells(tmp_path: Path) -> None:
    mac = "02:00:5e:00:00:07"
    reply = (
        'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0">'
        "<device><deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType><manufacturer>Example</manufacturer>"
        "<serialNumber>EX-0042</serialNumber></device></root>"
    )
    frame = packets.segment((mac, "192.168.1.10"), ("00:1a:22:00:00:02", "192.168.1.1"), (80, 4000), reply.encode())
    found = policy(tmp_path, TEXT + WAIVER.format(device="ex-0042", expires="2026-06-30"))
    device, _ = judged(found, frame, mac=mac)
    assert [waiver.device for waiver in device.waivers] == ["ex-0042"]


def test_a_waiver_for_nobody_and_another_policy_are_told(tmp_path: Path) -> None:
    text = TEXT.replace('"default"', '"strict"') + WAIVER.format(device="00:1a:22:00:00:99", expires="2026-06-30")
    _, inventory = judged(policy(tmp_path, text), mac=block("NETGEAR"))
    assert "policy: strict" in inventory.notes
    (limit,) = (limit for limit in inventory.limits if limit.code == "waiver_unused")
    assert limit.text == "the policy waives 00:1a:22:00:00:99 (facilities, until 2026-06-30): no such device was seen"
    assert [each for each in inventory.limits if each.code == "waiver_unused"] == [limit]


VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text(max_size=8) | st.dates() | st.datetimes() | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)
KEYS = ("device", "reason", "owner", "expires")
TABLES = {
    "name": VALUES,
    "verdict": VALUES | st.fixed_dictionaries(dict.fromkeys("012345", st.sampled_from([*Verdict]) | VALUES)),
    "ambiguous": VALUES | st.dictionaries(st.sampled_from([*Doubt]), st.sampled_from([*Verdict]) | VALUES),
    "review": VALUES | st.dictionaries(st.sampled_from(["categories", "exposures"]), VALUES),
    "waiver": VALUES | st.lists(st.fixed_dictionaries(dict.fromkeys(KEYS, VALUES)), max_size=2),
}


@settings(max_examples=200)
@given(st.fixed_dictionaries({}, optional=TABLES))
def test_whatever_a_file_says_it_is_a_policy_or_one_line(rows: dict[str, object]) -> None:
    with contextlib.suppress(PolicyFault):
        found = _Reader(Path("mine.toml")).policy(rows)
        assert {level for level, _ in found.verdicts} == set(range(6))
        assert all(waiver.reason and waiver.owner for waiver in found.waivers)
