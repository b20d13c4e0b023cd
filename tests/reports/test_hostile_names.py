"""A device chooses its own name: none of them may do anything in any format but be read."""

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from rich.cells import cell_len

from reports import guard, view
from reports.formats import csv as csv_format
from reports.formats import html, ndjson, terminal
from reports.formats import json as json_format
from scanner.model import Inventory

SGR = re.compile(r"\x1b\[[0-9;]*m")


class Skeleton(HTMLParser):
    """A page without its text: elements with the names of their attributes, in order, and what script and style hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.source = page
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.code: list[str] = []
        self.text: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action"}]

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}", ()))

    def handle_data(self, data: str) -> None:
        (self.code if self.cdata_elem else self.text).append(data)

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", (data,)))


def test_there_are_enough_of_them(names: tuple[str, ...]) -> None:
    assert len(set(names)) >= 100
    assert max(map(len, names)) >= 65_536


@pytest.fixture(scope="module")
def page(hostile: Inventory) -> Skeleton:
    """The hostile inventory as a page."""
    return Skeleton(html.render(hostile))


def test_html_gains_no_element_attribute_script_or_link(page: Skeleton, harmless: Inventory) -> None:
    twin = Skeleton(html.render(harmless))
    assert page.elements == twin.elements
    assert page.code == twin.code
    assert {address for address in page.addresses if not address.startswith("#")} == {
        address for address in twin.addresses if address[0] != "#"
    }


def test_html_shows_every_name_as_text_without_control_characters(page: Skeleton, names: tuple[str, ...]) -> None:
    text = "".join(page.text)
    for name in names:
        assert guard.for_html(name)[:4000].strip() in text
    assert not [
        char
        for char in set(page.source)
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and char != "\n"
    ]


def test_terminal_has_only_printable_text_line_feeds_and_our_own_colours(hostile: Inventory) -> None:
    for width in (60, 100, 200):
        plain = terminal.render(hostile, width=width)
        coloured = terminal.render(hostile, width=width, colour=True)
        assert "\x1b" not in plain
        for line in [*plain.split("\n"), *SGR.sub("", coloured).split("\n")]:
            assert all(char.isprintable() or unicodedata.category(char) == "Zs" for char in line), line
            assert cell_len(line) <= width
        assert SGR.search(coloured)


def test_terminal_takes_each_name_alone(hostile: Inventory) -> None:
    # The table shows twenty devices only: here each name is among them.
    for device in hostile.devices:
        alone = Inventory((device,), (), (), (), "", "")
        assert all(char.isprintable() or char == "\n" or unicodedata.category(char) == "Zs" for char in terminal.render(alone))


def test_csv_has_no_formula_and_no_control_character(hostile: Inventory) -> None:
    document = csv_format.render(hostile)
    rows = list(csv.reader(io.StringIO(document), strict=True))
    assert len(rows) == 1 + len(hostile.devices)
    for row in rows:
        assert len(row) == len(view.COLUMNS) + 1
        for cell in row:
            # Also as a spreadsheet sees it that separates cells by semicolons, or ignores blanks in front.
            for part in [cell, *cell.split(";")]:
                assert unicodedata.normalize("NFKC", part).lstrip()[:1] not in {"=", "+", "-", "@", "\t", "\r", "\0"}, cell
            assert len(cell) <= guard.LONGEST_CELL
    assert not [char for char in set(document) if unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char not in "\r\n"]
    assert document.count("\r\n") == document.count("\n") == len(rows)


def test_json_and_ndjson_read_back_as_they_were(hostile: Inventory) -> None:
    document = json_format.render(hostile)
    lines = ndjson.render(hostile)
    devices = json.loads(document)["devices"]
    assert sorted(device["hostname"] for device in devices) == sorted(device.names[0] for device in hostile.devices)
    assert [json.loads(line)["names"] for line in lines.split("\n")[:-1]] == [device["names"] for device in devices]
    for text in (document, lines):
        assert not [
            char for char in set(text) if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and char != "\n"
        ]
