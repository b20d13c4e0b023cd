"""The example of CONTRIBUTING.md is real: put beside the other files it is read, indexed, proven, and answers."""

import re
import shutil
from pathlib import Path

import pytest

from fingerprints import checks, index, reading
from fingerprints.catalogue import Catalogue
from fingerprints.oui import Registrant, Registry
from scanner.judgement.signs import OUI
from scanner.observers import observers

TEXT = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
CHANNELS = {channel.name for observer in observers() for channel in observer.CHANNELS} | {OUI}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    (example,) = re.findall(r"(?ms)^```toml\n(.*?)^```", TEXT)
    (name,) = re.findall(r"`fingerprints/vendors/(\w+\.toml)`; the tests", TEXT)
    folder = tmp_path_factory.mktemp("tables")
    shutil.copytree(
        reading.FOLDER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "registry", "__pycache__")
    )
    assert not (folder / "vendors" / name).exists(), "the example has become a file: take another name for the example"
    (folder / "vendors" / name).write_text(example, encoding="utf-8")
    (folder / index.INDEX).write_text(index.write(reading.read(folder), folder), encoding="utf-8")
    knowledge = index.read(folder)
    assert knowledge is not None
    return Catalogue(Registry.load(), knowledge)


def test_the_tables_with_the_example_prove_themselves(tables: Catalogue) -> None:
    assert checks.everything(tables, CHANNELS, tables.date) == []


def test_the_example_answers(tables: Catalogue) -> None:
    found = tables.attribute(Registrant("Shenzhen Xmitech Electronic Co.,Ltd", "CN", "", "", 24, "registry"))
    assert found.entity
    assert (found.entity.id, found.role, found.origin) == ("xmitech", "maker", "prc")
    assert [hit.id for hit in tables.hits("dhcp.hostname", "self", "Xmitech-R1")] == ["xmitech.host"]
    assert (tables.controller("xmitech"), tables.at("2019-04-30").controller("xmitech")) == ("prc", "none")
