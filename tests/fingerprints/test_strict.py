"""Every key asked for by name, and every complaint with its place and a remedy."""

from pathlib import Path

import pytest

from fingerprints.errors import TableError
from fingerprints.strict import Part, csv_rows, name_of, toml


def part(**values: object) -> Part:
    return Part("vendors/a.toml", "signature x:", values)


def complaint(call: str, **values: object) -> str:
    """What `part(**values).call` complains about."""
    with pytest.raises(TableError) as caught:
        eval(call, {"part": part(**values)})  # noqa: S307 - the calls stand below
    assert caught.value.file == "vendors/a.toml"
    assert caught.value.remedy
    return f"{caught.value.field} {caught.value.problem}"


@pytest.mark.parametrize(
    ("call", "value", "says"),
    [
        ("part.text('key')", None, "is missing"),
        ("part.text('key')", 5, "is not text"),
        ("part.text('key', among=('a', 'b'))", "c", "'c' is not known"),
        ("part.texts('key')", None, "is missing"),
        ("part.texts('key')", [1], "is not a list of texts"),
        ("part.texts('key')", [""], "is not a list of texts"),
        ("part.texts('key')", ["a", "a"], "says something twice"),
        ("part.texts('key', among=('a',))", ["b"], "'b' is not known"),
        ("part.day('key')", None, "is missing"),
        ("part.day('key')", "22 November", "'22 November' is no date"),
        ("part.number('key')", None, "is missing"),
        ("part.number('key')", True, "is not a number"),
        ("part.flag('key')", 1, "is neither true nor false"),
        ("list(part.parts('key'))", {"a": 1}, "is not known"),
        ("list(part.parts('key'))", 1, "is not known"),
        ("list(part.parts('key', among=('b',)))", {"a": {}}, "is not known"),
        ("list(part.rows('key'))", {"a": 1}, "is not a list of tables"),
        ("list(part.rows('key'))", [1], "is not a list of tables"),
        ("part.close()", "left over", "is not a key we know"),
    ],
)
def test_complaints_name_the_key(call: str, value: object, says: str) -> None:
    values = {} if value is None else {"key": value}
    said = complaint(call, **values)
    assert said.startswith("signature x: key")
    assert says in said


def test_what_was_asked_for_is_not_left_over() -> None:
    whole = part(a="text", b=["x", "y"], c="one", d=1, e=True, f={"g": {"h": 1.5}}, i=[{"id": "j"}])
    assert (whole.text("a"), whole.texts("b"), whole.texts("c")) == ("text", ("x", "y"), ("one",))
    assert (whole.number("d"), whole.flag("e"), whole.text("z", "default")) == (1.0, True, "default")
    assert [(name, inner.numbers()) for name, inner in whole.parts("f")] == [("g", {"h": 1.5})]
    assert [inner.text("id") for inner in whole.rows("i")] == ["j"]
    whole.close()


def test_broken_toml_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "vendors" / "a.toml"
    path.parent.mkdir()
    path.write_text('id = "a"\nid = "b"\n')
    with pytest.raises(TableError, match=r"vendors/a\.toml: is no TOML: .*line 2"):
        toml(path)
    with pytest.raises(TableError, match="cannot be read"):
        toml(path.with_name("missing.toml"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,c\n", r"exceptions\.csv:1: has other columns"),
        ("", r"exceptions\.csv:1: has other columns"),
        ("a,b\n1,2\n1\n", r"exceptions\.csv:3: 1 cells"),
        ('a,b\n"1,2\n', r"cannot be read"),
    ],
)
def test_broken_csv_names_the_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "exceptions.csv"
    path.write_text(text)
    with pytest.raises(TableError, match=says):
        list(csv_rows(path, ("a", "b")))


def test_files_are_named_from_our_folder_on() -> None:
    assert name_of(Path("/x/fingerprints/lists/us-a/list.toml")) == "lists/us-a/list.toml"
    assert name_of(Path("/x/fingerprints/vendors/a.toml")) == "vendors/a.toml"
