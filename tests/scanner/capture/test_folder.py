"""Which captures a run reads, and what they are called."""

import os
import struct
from itertools import permutations
from pathlib import Path

import pytest

from scanner.capture import folder
from scanner.capture.folder import captures
from scanner.errors import Unreadable

PCAP = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
PCAPNG = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)


def put(path: Path, content: bytes = PCAP) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return str(path)


def test_a_folder_gives_its_captures_and_tells_what_it_skips(tmp_path: Path) -> None:
    wanted = [
        put(tmp_path / "broken.pcap", b"not one"),
        put(tmp_path / "empty.CAP", b""),
        put(tmp_path / "first.pcap"),
        put(tmp_path / "no-suffix", PCAPNG),
        put(tmp_path / "packed.pcap.gz", b"\x1f\x8b"),
        put(tmp_path / "trace.pcapng.2", PCAPNG),
    ]
    put(tmp_path / ".hidden.pcap")
    put(tmp_path / "deeper" / "below.pcap")
    put(tmp_path / "notes.txt", b"text")
    (tmp_path / "link.pcap").symlink_to(tmp_path / "deeper" / "below.pcap")
    os.mkfifo(tmp_path / "pipe.pcap")
    found = captures([str(tmp_path)])
    assert found.captures == [(path, Path(path).name) for path in wanted]
    assert found.skipped == [
        (str(tmp_path / "deeper"), "a folder (--recursive reads it)"),
        (str(tmp_path / "link.pcap"), "a link"),
        (str(tmp_path / "notes.txt"), "not a capture"),
        (str(tmp_path / "pipe.pcap"), "not a capture"),
    ]


def test_folders_inside_are_read_if_asked_for_and_links_are_never_followed(tmp_path: Path) -> None:
    wanted = [put(tmp_path / "a" / "b" / "x.pcap"), put(tmp_path / "a" / "x.pcap"), put(tmp_path / "y.pcap")]
    put(tmp_path / "a" / ".hidden" / "z.pcap")
    put(tmp_path / "a" / "notes.txt", b"text")
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    put(outside / "w.pcap")
    (tmp_path / "a" / "b" / "loop").symlink_to(tmp_path)
    (tmp_path / "elsewhere").symlink_to(outside)
    found = captures([str(tmp_path)], recursive=True)
    assert sorted(path for path, _ in found.captures) == sorted(wanted)
    assert [name for _, name in found.captures] == ["a/x.pcap", "b/x.pcap", "y.pcap"]
    assert found.skipped == [
        (str(tmp_path / "a" / "b" / "loop"), "a link"),
        (str(tmp_path / "a" / "notes.txt"), "not a capture"),
        (str(tmp_path / "elsewhere"), "a link"),
    ]


def test_folders_too_deep_inside_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "DEEPEST", 3)
    near = put(tmp_path / "1" / "2" / "x.pcap")
    put(tmp_path / "1" / "2" / "3" / "y.pcap")
    found = captures([str(tmp_path)], recursive=True)
    assert [path for path, _ in found.captures] == [near]
    assert found.skipped == [(str(tmp_path / "1" / "2" / "3"), "a folder too deep inside, or not to be listed")]


@pytest.mark.parametrize("recursive", [False, True])
def test_a_folder_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recursive: bool) -> None:
    for n in range(6):
        put(tmp_path / ("a" if recursive and n > 2 else "") / f"{n}.pcap")
        put(tmp_path / f".{n}.pcap")
    monkeypatch.setattr(folder, "MOST_FILES", 7)
    assert len(captures([str(tmp_path)], recursive=recursive).captures) == 6
    monkeypatch.setattr(folder, "MOST_FILES", 5)
    with pytest.raises(Unreadable, match="more than 5 files"):
        captures([str(tmp_path)], recursive=recursive)


def test_a_pattern_the_shell_left_alone_means_what_it_matches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = put(tmp_path / "one" / "a.pcap"), put(tmp_path / "two" / "b.pcap")
    put(tmp_path / "one" / ".c.pcap")
    odd = put(tmp_path / "odd[1].pcap")
    assert [path for path, _ in captures([str(tmp_path / "*" / "*.pcap")]).captures] == [a, b]
    assert [path for path, _ in captures([str(tmp_path / "[ot]*")]).captures] == [a, b, odd]
    assert [path for path, _ in captures([str(tmp_path / "??e")]).captures] == [a]
    assert [path for path, _ in captures([odd]).captures] == [odd], "a file of that very name comes first"
    missing = str(tmp_path / "none*.pcap")
    assert [path for path, _ in captures([missing]).captures] == [missing]
    monkeypatch.chdir(tmp_path)
    assert [path for path, _ in captures(["*/a.pcap", "one/a.pcap"]).captures] == ["one/a.pcap"]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert captures([str(tmp_path)]) == ([], [])


def test_what_is_named_directly_is_always_taken(tmp_path: Path) -> None:
    hidden, text, missing = put(tmp_path / ".hidden"), put(tmp_path / "text", b"text"), str(tmp_path / "missing.pcap")
    found = captures([hidden, text, missing, str(tmp_path)])
    assert found.captures == [(hidden, ".hidden"), (missing, "missing.pcap"), (text, "text")]
    assert found.skipped == []


def test_a_file_reached_by_several_paths_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(tmp_path / "a" / "x.pcap")
    (tmp_path / "link.pcap").symlink_to(file)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    monkeypatch.chdir(tmp_path)
    ways = [file, "a/x.pcap", "./a/../a/x.pcap", "link.pcap", "a", "b", "b/x.pcap"]
    one = captures(ways)
    assert len(one.captures) == 1
    assert captures(ways[::-1]) == one


def test_equal_file_names_are_told_apart_by_as_much_of_the_path_as_it_takes(tmp_path: Path) -> None:
    paths = {
        "mon/lan/x.pcap": "mon/lan/x.pcap",
        "tue/lan/x.pcap": "tue/lan/x.pcap",
        "tue/wan/x.pcap": "wan/x.pcap",
        "y.pcap": "y.pcap",
        "tue/z.pcap": "z.pcap",
    }
    expected = {put(tmp_path / path): name for path, name in paths.items()}
    for order in permutations(expected):
        assert dict(captures(order).captures) == expected
    assert [name for _, name in captures(list(expected)).captures] == sorted(paths.values())


def test_names_do_not_depend_on_how_paths_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a" / "x.pcap")
    put(tmp_path / "b" / "x.pcap")
    monkeypatch.chdir(tmp_path / "a")
    assert [name for _, name in captures(["x.pcap", "../b/x.pcap"]).captures] == ["a/x.pcap", "b/x.pcap"]
    assert [name for _, name in captures([".", "../b"]).captures] == ["a/x.pcap", "b/x.pcap"]


def test_standard_input_is_called_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "-").mkdir()
    monkeypatch.chdir(tmp_path)
    assert captures(["-", "-"]).captures == [("-", "stdin")]
    file = put(tmp_path / "stdin")
    assert captures([file, "-"]).captures == [("-", "stdin"), (file, f"{tmp_path.name}/stdin")]


def test_hostile_names_are_fit_to_be_shown_and_still_differ(tmp_path: Path) -> None:
    names = {
        "\x1b[31mred.pcap": "\\x1b[31mred.pcap",
        "\\x1b[31mred.pcap": "\\\\x1b[31mred.pcap",
        "e\u0301.pcap": "e\\u0301.pcap",
        "\u00e9.pcap": "\u00e9.pcap",
        os.fsdecode(b"\xff.pcap"): "\\udcff.pcap",
    }
    expected = {put(tmp_path / name): shown for name, shown in names.items()}
    assert dict(captures([str(tmp_path)]).captures) == expected


def test_a_folder_that_may_not_be_listed_is_left_to_be_reported(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    put(closed / "x.pcap")
    closed.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        assert captures([str(closed)]).captures == [(str(closed), "closed")]
    finally:
        if root:
            os.seteuid(0)
        closed.chmod(0o700)
