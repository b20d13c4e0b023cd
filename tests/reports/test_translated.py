"""Templates translated beforehand: what jinja2 makes of them now, and left aside where they are not."""

import json
import shutil
from pathlib import Path

import pytest
from jinja2 import PackageLoader, TemplateNotFound

from reports.formats import html
from reports.translated import TEMPLATES, TRANSLATED, Loader, loader, translation
from scanner.model import Inventory

SHIPPED = TEMPLATES.parent / TRANSLATED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the templates and of what was made of them."""
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    shutil.copy(SHIPPED, tmp_path)
    return tmp_path / "templates"


def test_what_ships_is_what_jinja2_makes_of_the_templates() -> None:
    now = translation(html.environment(PackageLoader("reports")))
    assert SHIPPED.read_text(encoding="utf-8") == now, "run `make templates`"


def test_the_page_is_the_same_from_either(sample: Inventory, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(html.environment().loader, Loader)
    page = html.render(sample)
    slow = html.environment(PackageLoader("reports"))
    monkeypatch.setattr(html, "environment", lambda: slow)
    assert html.render(sample) == page


def test_other_templates_are_read_from_their_text(folder: Path) -> None:
    assert isinstance(loader(folder), Loader)
    page = folder / "signoff.html"
    page.write_text(page.read_text(encoding="utf-8").replace("Sign-off", "Sign-Off"), encoding="utf-8")
    assert isinstance(loader(folder), PackageLoader)


def test_another_jinja2_reads_the_text(folder: Path) -> None:
    found = json.loads(SHIPPED.read_text(encoding="utf-8"))
    found["made_from"]["jinja2"] = "0"
    (folder.parent / TRANSLATED).write_text(json.dumps(found), encoding="utf-8")
    assert isinstance(loader(folder), PackageLoader)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'{"code": {}}'])
def test_what_is_no_translation_is_left_aside(folder: Path, content: bytes) -> None:
    (folder.parent / TRANSLATED).write_bytes(content)
    assert isinstance(loader(folder), PackageLoader)


def test_an_unknown_template_is_not_found() -> None:
    with pytest.raises(TemplateNotFound):
        html.environment().get_template("nothing.html")
