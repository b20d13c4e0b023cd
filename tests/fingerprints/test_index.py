"""The index is the source files over again: the same digest, the same rows, never an old edition."""

import json
import shutil
from pathlib import Path

import pytest

from fingerprints import catalogue, index, reading

SHIPPED = reading.FOLDER / index.INDEX
REBUILD = "run `python -m fingerprints.catalogue --build`"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A few companies, all other tables, and an index of them."""
    chosen = [path for path in reading.sources() if path.parent.name != "vendors" or path.stem in {"axis", "canon", "zycoo"}]
    for path in chosen:
        copy = tmp_path / path.relative_to(reading.FOLDER)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    (tmp_path / index.INDEX).write_text(index.write(reading.read(tmp_path), tmp_path), encoding="utf-8")
    return tmp_path


def test_the_shipped_index_was_built_from_these_files() -> None:
    assert json.loads(SHIPPED.read_bytes())["digest"] == reading.digest(), REBUILD
    assert SHIPPED.read_text(encoding="utf-8") == index.write(reading.read()), REBUILD


def test_both_ways_give_the_same_knowledge() -> None:
    assert index.read() == reading.read(), REBUILD


def test_the_index_is_used_when_it_fits(folder: Path) -> None:
    assert index.read(folder) == reading.read(folder)


@pytest.mark.parametrize("change", ["grow", "rename", "remove"])
def test_an_index_of_other_files_is_left_aside(folder: Path, change: str) -> None:
    path = folder / "vendors" / "zycoo.toml"
    match change:
        case "grow":
            path.write_text(path.read_text() + "# grown\n")
        case "rename":
            path.rename(path.with_name("zycop.toml"))
        case _:
            path.unlink()
    assert index.read(folder) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"fingerprint": "0"}'])
def test_a_broken_index_is_left_aside(folder: Path, content: str) -> None:
    (folder / index.INDEX).write_text(content)
    assert index.read(folder) is None


def test_the_command_writes_the_index(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = (folder / index.INDEX).read_bytes()
    (folder / index.INDEX).unlink()
    monkeypatch.setattr("sys.argv", ["catalogue", "--build"])
    catalogue.main(folder)
    assert (folder / index.INDEX).read_bytes() == built


def test_the_command_wants_its_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["catalogue"])
    with pytest.raises(SystemExit, match="usage"):
        catalogue.main()
