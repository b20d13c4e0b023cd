"""The real tables pass every check, and every check finds the fault it is there for."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from fingerprints import checks
from fingerprints.catalogue import Catalogue, load
from fingerprints.rows import Correction, Knowledge, Rule
from scanner.observers import observers

TODAY = "2026-11-22"
CATALOGUE = load()
KNOWN = CATALOGUE.knowledge
CHANNELS = {channel.name for observer in observers() for channel in observer.CHANNELS}
MILITARY = next(one for one in KNOWN.lists if one.id == "us-dod-1260h")
SADP = next(row for row in KNOWN.signatures if row.id == "hikvision.sadp")


def changed_entity(name: str, **changes: object) -> Knowledge:
    """The tables with one company changed."""
    rows = tuple(replace(row, **changes) if row.id == name else row for row in KNOWN.entities)  # type: ignore[arg-type]  # any field
    return replace(KNOWN, entities=rows)


def with_rule(rule: Rule) -> Knowledge:
    return replace(KNOWN, rules=(*KNOWN.rules, rule))


def with_sign(**changes: object) -> Knowledge:
    """The tables with one more sign, of Hikvision unless changed."""
    sign = replace(SADP, id="hikvision.planted", channel="http.server", match="exact", pattern="planted")
    sign = replace(sign, examples=("planted",))
    return replace(KNOWN, signatures=(*KNOWN.signatures, replace(sign, **changes)))  # type: ignore[arg-type]  # any field


def over(knowledge: Knowledge) -> Catalogue:
    return Catalogue(CATALOGUE.registry, knowledge)


def test_the_tables_prove_themselves() -> None:
    assert checks.everything(CATALOGUE, CHANNELS, TODAY) == []


def test_everything_runs_every_check() -> None:
    planted = replace(with_sign(channel="dns.queries", examples=("other",)), lists=())
    found = checks.everything(over(planted), CHANNELS, TODAY)
    assert any("no observer reports channel" in complaint for complaint in found)
    assert any("does not match" in complaint for complaint in found)


@pytest.mark.parametrize(
    ("knowledge", "says"),
    [
        (lambda: changed_entity("axis", classes=("spaceship",)), "class 'spaceship' is not in checks.CLASSES"),
        (lambda: changed_entity("axis", roles=("soc",)), "registrants.maker, but roles lacks it"),
        (lambda: changed_entity("axis", country="CN"), "a head office in CN is not control = 'none'"),
        (lambda: changed_entity("axis", country="HK"), "a head office in HK is not control = 'none'"),
        (lambda: changed_entity("pyronix", control="none"), "control 'none' under a parent with 'prc'"),
    ],
)
def test_companies(knowledge: Callable[[], Knowledge], says: str) -> None:
    (complaint,) = checks.companies(knowledge())
    assert says in complaint


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (Rule("axis", "maker", "exact", "Axis Communications"), "is not in the registry"),  # only a part of a name
        (Rule("axis", "maker", "prefix", "Axle Communications"), "is not in the registry"),
        (Rule("axis", "maker", "exact", "Zycoo Incorporated"), "is not in the registry"),
        (Rule("axis", "maker", "exact", "Apple, Inc."), "belongs to apple (maker), axis (maker)"),
        (Rule("axis", "maker", "prefix", "Huawei"), "belongs to axis (maker), huawei (maker)"),
        (Rule("huawei", "maker", "exact", "Huawei Device Co., Ltd."), "is already covered by the prefix"),
        (Rule("huawei", "maker", "prefix", "Huawei Device"), "is already covered by the prefix"),
    ],
)
def test_registrants(rule: Rule, says: str) -> None:
    found = checks.registrants(with_rule(rule), CATALOGUE.registry.organisations())
    assert len(found) == 1
    assert says in found[0]


def test_a_longer_name_may_have_another_role_or_owner() -> None:
    for rule in (Rule("huawei", "soc", "prefix", "Huawei Device"), Rule("honor", "maker", "prefix", "Huawei Device")):
        assert checks.registrants(with_rule(rule), CATALOGUE.registry.organisations()) == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Correction("Nobody Ltd.", "CN", "DE", "none", "kind", "reason", "low"), "is not in the registry"),
        (Correction("Espressif Inc.", "JP", "CN", "prc", "kind", "reason", "low"), "is not in the registry"),  # not in Japan
        (Correction("Espressif Inc.", "VG", "VG", "none", "kind", "reason", "low"), "stands there twice"),
        (Correction("Apple, Inc.", "US", "CN", "prc", "kind", "reason", "low"), "says 'prc', vendors/apple.toml 'none'"),
    ],
)
def test_exceptions(row: Correction, says: str) -> None:
    found = checks.exceptions(over(replace(KNOWN, corrections=(*KNOWN.corrections, row))))
    assert any(says in complaint for complaint in found)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"channel": "http.sever"}, "no observer reports channel 'http.sever'"),
        ({"kind": "hunch"}, "weights.toml has no kind 'hunch'"),
        ({"kind": "oui_contract", "claims": ("maker", "platform")}, "adds nothing to platform"),
        ({"device_class": "spaceship"}, "device_class 'spaceship' is not in checks.CLASSES"),
        ({"claims": ("class",), "device_class": "", "kind": "class_only"}, "device_class '' is not in checks.CLASSES"),
        ({"entity": ""}, "a sign of no company claims only a class"),
        ({"entity": "espressif"}, "its company makes no devices"),
        ({"claims": ("network", "maker"), "kind": "network_only"}, "a network claim stands alone"),
        ({"claims": ("maker",), "kind": "network_only"}, "a network claim stands alone"),
        ({"match": "regex", "pattern": "^(a+)+$"}, "may take long on hostile text"),
    ],
)
def test_signatures(changes: dict[str, object], says: str) -> None:
    found = checks.signatures(with_sign(**changes), CHANNELS)
    assert any(complaint.startswith("hikvision.planted: ") and says in complaint for complaint in found)


def test_a_guard_must_be_a_kind() -> None:
    kinds = {**KNOWN.weights.kinds, "odd": replace(KNOWN.weights.kinds["device_cloud"], name="odd", guarded="nothing")}
    found = checks.signatures(replace(KNOWN, weights=replace(KNOWN.weights, kinds=kinds)), CHANNELS)
    assert found == ["weights.toml: kind.odd is guarded by 'nothing', which is no kind. Add it."]


@pytest.mark.parametrize(
    ("pattern", "fine"),
    [
        ("^HUAWEI[_-][A-Z0-9]", True),
        ("^(a|b)c+", True),
        ("^(ab?){2,5}c", True),
        ("a.*b.*c.*d", True),
        ("a.*b.*c.*d.*e", False),
        ("(a+)+", False),
        ("((a*)b)*", False),
        ("(?:a{2,})*", False),
        ("[(]a+[)]+", True),
        ("\\(a+\\)+", True),
        ("[*]+[+]*", True),
    ],
)
def test_linear(pattern: str, fine: bool) -> None:
    assert checks.linear(pattern) is fine


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"examples": ("other",)}, "example 'other' does not match"),
        ({"misses": ("PLANTED",)}, "miss 'PLANTED' matches"),
        ({"pattern": "unseen"}, "no example shows the pattern 'unseen'"),
        ({"pattern": "AliyunOSS", "examples": ("ReeCam IP Camera",)}, "example 'ReeCam IP Camera' does not match"),
        ({"pattern": "ReeCam IP Camera", "examples": ("ReeCam IP Camera",)}, "names hikvision and reecam as maker"),
    ],
)
def test_examples(changes: dict[str, object], says: str) -> None:
    found = checks.examples(over(with_sign(**changes)))
    assert any("hikvision.planted" in complaint and says in complaint for complaint in found)


@pytest.mark.parametrize("text", ["44:19:B6", "44-19-b6", "camera 4419b6", "4419B6", "44:19:b6:00:00:00"])
def test_addresses_typed_by_hand(text: str) -> None:
    assert len(checks.addresses(with_sign(pattern=text))) == 1
    assert len(checks.addresses(changed_entity("axis", brands=(text,)))) == 1
    assert len(checks.addresses(with_rule(Rule("axis", "maker", "exact", text)))) == 1


@pytest.mark.parametrize("text", ["123456", "facade", "ESP_1A2B3C", "10:30", "2026-11-22", "1234567"])
def test_what_is_no_address(text: str) -> None:
    assert checks.addresses(with_sign(pattern=text)) == []


def with_entry(**changes: str) -> Knowledge:
    """The tables with one list's last entry changed."""
    last = replace(MILITARY.entries[-1], **changes)  # type: ignore[arg-type]  # text fields only
    return with_list(entries=(*MILITARY.entries[:-1], last))


def with_list(**changes: object) -> Knowledge:
    """The tables with one list changed."""
    return replace(KNOWN, lists=(replace(MILITARY, **changes),))  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("knowledge", "as_of", "says"),
    [
        (lambda: with_entry(entity="acme"), TODAY, "points to 'acme', which has no file"),
        (lambda: with_entry(until="2020-01-01"), TODAY, "before it begins"),
        (lambda: with_entry(since="2031-01-01"), TODAY, "begins after the list was last checked"),
        (lambda: with_list(entries=(*MILITARY.entries[:-1], MILITARY.entries[0])), TODAY, "stands there 2 times"),
        (lambda: KNOWN, "2028-01-01", "last checked 2026-11-22"),
        (lambda: with_list(expected=1), TODAY, "221 entries, expected 1"),
    ],
)
def test_lists(knowledge: Callable[[], Knowledge], as_of: str, says: str) -> None:
    found = checks.lists(knowledge(), as_of)
    assert found
    assert all(says in complaint for complaint in found)


def test_an_entry_may_name_nobody_we_know() -> None:
    assert checks.lists(with_entry(entity=""), TODAY) == []


def test_a_text_that_does_not_bind_yet_may_have_entries_that_begin_later() -> None:
    later = with_entry(since="2031-01-01").lists[0]
    assert checks.lists(replace(KNOWN, lists=(replace(later, in_force="2031-01-01"),)), TODAY) == []


def with_rule_of(**changes: object) -> Knowledge:
    """The tables with one class rule changed."""
    return replace(KNOWN, class_rules=(replace(KNOWN.class_rules[0], **changes),))  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("knowledge", "as_of", "says"),
    [
        (lambda: with_rule_of(classes=("spaceship",)), TODAY, "class 'spaceship' is not in checks.CLASSES"),
        (lambda: with_rule_of(component_on="us-none"), TODAY, "there is no list 'us-none'"),
        (lambda: with_rule_of(until="2020-01-01"), TODAY, "before it begins"),
        (lambda: with_rule_of(), "2028-01-01", "last checked 2026-11-22"),
    ],
)
def test_class_rules(knowledge: Callable[[], Knowledge], as_of: str, says: str) -> None:
    found = checks.class_rules(knowledge(), as_of)
    assert len(found) == 1
    assert says in found[0]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"entity": "acme"}, "'acme' has no file"),
        ({"channels": ("upnp.modle",)}, "no observer reports channel 'upnp.modle'"),
        ({"pattern": "(a+)+PK5000"}, "may take long on hostile text"),
        ({"examples": ("PK4000",)}, "'PK4000' does not match"),
        ({"misses": ("PK5000",)}, "'PK5000' matches"),
    ],
)
def test_exposures(changes: dict[str, object], says: str) -> None:
    row = next(row for row in KNOWN.exposures if row.model == "PK5000")
    changed = replace(row, examples=(), misses=())
    knowledge = replace(KNOWN, exposures=(replace(changed, **changes),))  # type: ignore[arg-type]  # any field
    found = checks.exposures(over(knowledge), CHANNELS)
    assert len(found) == 1
    assert says in found[0]


def test_identities() -> None:
    twice = [
        replace(KNOWN, entities=(*KNOWN.entities, KNOWN.entities[0])),
        replace(KNOWN, signatures=(*KNOWN.signatures, SADP)),
        replace(KNOWN, lists=(*KNOWN.lists, MILITARY)),
        replace(KNOWN, class_rules=(*KNOWN.class_rules, KNOWN.class_rules[0])),
        replace(KNOWN, exposures=(*KNOWN.exposures, KNOWN.exposures[0])),
    ]
    names = (
        KNOWN.entities[0].id,
        SADP.id,
        f"list {MILITARY.id}",
        f"rule {KNOWN.class_rules[0].id}",
        f"exposure {KNOWN.exposures[0].id}",
    )
    for knowledge, name in zip(twice, names, strict=True):
        assert checks.identities(knowledge) == [f"{name}: 2 rows have this id. Rename all but one."]


def test_every_complaint_says_what_to_do() -> None:
    planted = replace(changed_entity("axis", classes=("spaceship",)), signatures=with_sign(kind="hunch").signatures)
    for complaint in checks.everything(over(planted), CHANNELS, "2030-01-01"):
        problem, remedy = complaint.rstrip(".").rsplit(". ", 1)
        assert problem
        assert remedy[0].isupper()


def test_an_address_in_the_mainland_under_another_flag_is_a_complaint() -> None:
    block = next(block for block in load().registry.blocks() if block.country == "US" and block.bits == 24)
    moved = replace(block, name="Acme Imaginary", city="Shenzhen Guangdong")
    registry = load().registry.overlaid({(24, int(block.prefix.replace(":", ""), 16)): moved})
    (complaint,) = checks.misplaced(Catalogue(registry, KNOWN))
    assert complaint == "registry: 'Acme Imaginary' (US) has its address in Shenzhen Guangdong. Add it to exceptions.csv."
