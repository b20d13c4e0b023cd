"""The files people edit, read strictly: a good one gives rows, a bad one a complaint that says what to do."""

import shutil
from pathlib import Path

import pytest

from fingerprints import reading
from fingerprints.errors import TableError

VENDOR = """
id = "acme"
name = "Acme"
country = "CN"
control = "prc"
roles = ["maker", "module"]
confidence = "low"
reviewed = 2026-11-22
sources = ["made up"]

[registrants.maker]
exact = ["Acme Co., Ltd."]
prefix = ["Acme Cameras"]

[registrants.module]
prefix = ["Acme Modules"]

[[signature]]
id = "cloud"
channel = ["dns.query", "tls.sni"]
roles = ["asked"]
match = "domain"
pattern = ["acme.example", "acme.test"]
claims = ["maker", "platform"]
kind = "device_cloud"
source = "made up"
examples = ["a.acme.example", "b.acme.test"]
misses = ["macme.example"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "acme.toml"
    path.write_text(text)
    return path


def test_a_vendor_file_gives_company_rules_and_signs(tmp_path: Path) -> None:
    entity, rules, signatures = reading.vendor(written(tmp_path, VENDOR))
    assert (entity.id, entity.control, entity.roles, entity.reviewed) == ("acme", "prc", ("maker", "module"), "2026-11-22")
    assert [(rule.role, rule.match, rule.name) for rule in rules] == [
        ("maker", "exact", "Acme Co., Ltd."),
        ("maker", "prefix", "Acme Cameras"),
        ("module", "prefix", "Acme Modules"),
    ]
    assert {row.id for row in signatures} == {"acme.cloud"}
    assert [(row.channel, row.pattern) for row in signatures] == [
        ("dns.query", "acme.example"),
        ("dns.query", "acme.test"),
        ("tls.sni", "acme.example"),
        ("tls.sni", "acme.test"),
    ]
    assert {row.roles for row in signatures} == {("asked",)}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "acme"', 'id = "acne"', "is not the name of the file"),
        ('control = "prc"', 'control = "china"', "control: 'china' is not known"),
        ('control = "prc"', "", "control: is missing"),
        ('country = "CN"', 'country = "China"', "country: 'China' has the wrong form"),
        ('roles = ["maker", "module"]', 'roles = ["makers"]', "roles: 'makers' is not known"),
        ("reviewed = 2026-11-22", 'reviewed = "soon"', "reviewed: 'soon' is no date"),
        ('name = "Acme"', 'name = "Acme"\nnmae = "Acme"', "nmae: is not a key we know"),
        ("[registrants.maker]", "[registrants.brand]", "registrants.brand: is not known"),
        ('exact = ["Acme Co., Ltd."]', 'exactly = ["Acme Co., Ltd."]', "registrants.maker exactly: is not a key we know"),
        ('match = "domain"', 'match = "glob"', "signature cloud: match: 'glob' is not known"),
        ('match = "domain"', 'match = "any"', "signature cloud: pattern: does not go with match 'any'"),
        ('pattern = ["acme.example", "acme.test"]', "", "pattern: does not go with match 'domain'"),
        ('pattern = ["acme.example", "acme.test"]', 'pattern = ".acme.example"', "begins or ends with a dot"),
        ('match = "domain"', 'match = "words"\n#', None),
        ('claims = ["maker", "platform"]', 'claims = ["owner"]', "claims: 'owner' is not known"),
        ('examples = ["a.acme.example", "b.acme.test"]', "", "signature cloud: examples: is missing"),
        ('roles = ["asked"]', 'roles = ["said"]', "signature cloud: roles: 'said' is not known"),
    ],
)
def test_a_vendor_file_is_read_strictly(tmp_path: Path, old: str, new: str, says: str | None) -> None:
    assert old in VENDOR
    path = written(tmp_path, VENDOR.replace(old, new))
    if says is None:
        assert reading.vendor(path)[2][0].match == "words"
        return
    with pytest.raises(TableError) as caught:
        reading.vendor(path)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path.name}/acme.toml: ")
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("match", "pattern", "says"),
    [
        ("words", "--", "has no word"),
        ("regex", "(", "is no regular expression"),
        ("domain", "a.b.", "begins or ends with a dot"),
    ],
)
def test_unusable_patterns_are_refused(tmp_path: Path, match: str, pattern: str, says: str) -> None:
    text = VENDOR.replace('match = "domain"', f'match = "{match}"')
    text = text.replace('pattern = ["acme.example", "acme.test"]', f'pattern = "{pattern}"')
    with pytest.raises(TableError, match=says):
        reading.vendor(written(tmp_path, text))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tables with two invented companies instead of all."""
    for name in ("generic.toml", "exceptions.csv", "weights.toml", "categories.toml", "exposures.toml", "lists"):
        source = reading.FOLDER / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    (tmp_path / "vendors").mkdir()
    written(tmp_path / "vendors", VENDOR)
    child = VENDOR.replace("acme", "acmeson").replace("Acme", "Acmeson").replace('control = "prc"', 'parent = "acme"')
    (tmp_path / "vendors" / "acmeson.toml").write_text(child)
    return tmp_path


def test_control_comes_from_the_parent_where_the_file_leaves_it_out(folder: Path) -> None:
    parent, child = reading.read(folder).entities
    assert (parent.id, child.id, child.parent) == ("acme", "acmeson", "acme")
    assert child.control == parent.control == "prc"


def test_a_parent_needs_a_file(folder: Path) -> None:
    (folder / "vendors" / "acme.toml").unlink()
    with pytest.raises(TableError, match=r"vendors/acmeson\.toml: parent: 'acme' has no file"):
        reading.read(folder)


def test_parents_may_not_go_round_in_a_circle(folder: Path) -> None:
    path = folder / "vendors" / "acme.toml"
    path.write_text(VENDOR.replace('control = "prc"', 'parent = "acmeson"'))
    with pytest.raises(TableError, match="leads back to the company itself"):
        reading.read(folder)


def test_the_digest_follows_every_source_file(folder: Path) -> None:
    seen = {reading.digest(folder)}
    for path in reading.sources(folder):
        path.write_text(path.read_text() + "\n")
        seen.add(reading.digest(folder))
    assert len(seen) == 1 + len(reading.sources(folder))


def test_a_list_must_carry_the_name_of_its_folder(folder: Path) -> None:
    (folder / "lists" / "us-ndaa-889").rename(folder / "lists" / "us-ndaa-898")
    with pytest.raises(TableError, match="is not the name of the folder"):
        reading.read(folder)


def test_an_exception_is_read_strictly(folder: Path) -> None:
    path = folder / "exceptions.csv"
    path.write_text(path.read_text().replace(",none,", ",nobody,", 1))
    with pytest.raises(TableError, match=r"exceptions\.csv:\d+: origin: 'nobody' is not known"):
        reading.corrections(path)


def test_weights_are_read_strictly(folder: Path) -> None:
    path = folder / "weights.toml"
    good = path.read_text()
    for old, new, says in (
        ("prior = -2.9", 'prior = "low"', "prior: is not a number"),
        ("[cap.maker]", "[cap.owner]", r"cap\.owner: is not known"),
        ("domain = 4.0", 'domain = "4"', r"cap\.maker domain: is not a number"),
        ("decoded = true", "decodes = true", r"kind\.discovery decodes: is not a key we know"),
    ):
        path.write_text(good.replace(old, new, 1))
        with pytest.raises(TableError, match=says):
            reading.weights(path)


def test_a_registered_name_of_two_companies_stops_the_load(tmp_path: Path) -> None:
    shutil.copytree(reading.FOLDER, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "registry"))
    path = tmp_path / "vendors" / "zxtwin.toml"
    path.write_text((tmp_path / "vendors" / "clivet.toml").read_text().replace('id = "clivet"', 'id = "zxtwin"'))
    says = r"zxtwin\.toml: registrants\.maker: 'Clivet S\.p\.A\.' \(exact\) is clivet's in vendors/clivet\.toml already"
    with pytest.raises(TableError, match=says):
        reading.read(tmp_path)
