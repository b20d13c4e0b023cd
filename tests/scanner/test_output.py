"""Reports are written whole or not at all."""

import os
import resource
from pathlib import Path

import pytest

from scanner.errors import StorageFault
from scanner.output import replacing, write_text


def refusal(path: Path, *, force: bool = True, text: str = "new") -> str:
    with pytest.raises(StorageFault) as caught:
        write_text(path, text, force=force)
    answer = str(caught.value)
    assert answer.startswith(f"{path}: ")
    assert "\n" not in answer
    return answer


def test_text_is_utf8_with_the_line_ends_it_has(tmp_path: Path) -> None:
    write_text(tmp_path / "report.html", "Zoë ☃\r\nzwei\n", force=False)
    assert (tmp_path / "report.html").read_bytes() == "Zoë ☃\r\nzwei\n".encode()


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o027, 0o640)])
def test_permissions_are_those_of_any_new_file(tmp_path: Path, umask: int, mode: int) -> None:
    old = os.umask(umask)
    try:
        write_text(tmp_path / "report.html", "", force=False)
    finally:
        os.umask(old)
    assert (tmp_path / "report.html").stat().st_mode & 0o777 == mode


def test_an_existing_file_is_replaced_only_when_told_so(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    assert "--force" in refusal(path, force=False)
    assert path.read_text() == "old"
    write_text(path, "new", force=True)
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_of_the_old_file_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    with path.open() as reader:
        write_text(path, "new", force=True)
        assert reader.read() == "old"


def test_only_regular_files_are_ever_replaced(tmp_path: Path) -> None:
    path = tmp_path / "thing"
    path.symlink_to(tmp_path / "target")
    assert "symbolic link" in refusal(path)
    path.unlink()
    os.mkfifo(path)
    assert "not a regular file" in refusal(path)
    path.unlink()
    path.mkdir()
    assert "not a regular file" in refusal(path)
    assert "not a regular file" in refusal(Path("/dev/full"))
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    assert "create the folder first" in refusal(tmp_path / "absent" / "report.html")
    assert "too long" in refusal(tmp_path / ("x" * 300))
    assert list(tmp_path.iterdir()) == []


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    write_text(tmp_path / ("x" * 255), "text", force=False)
    assert (tmp_path / ("x" * 255)).read_text() == "text"


def test_no_half_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        assert "larger than is allowed" in refusal(path, text="x" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_fault_of_ours_within_the_block_passes_and_leaves_nothing(tmp_path: Path) -> None:
    def half() -> None:
        with replacing(tmp_path / "report.html") as temporary:
            temporary.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert list(tmp_path.iterdir()) == []
