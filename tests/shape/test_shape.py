"""The shape of the house: what no single module's test can see."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("scanner", "fingerprints", "reports")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
ALLOWED_AT_TOP = {"scanner", "fingerprints", "reports", "tests", "pcaps"}


def tracked() -> list[str]:
    found = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("not a git checkout: which files belong to the project cannot be told")
    return found.stdout.splitlines()


def test_code_lies_in_the_agreed_folders_only() -> None:
    folders = {Path(name).parts[0] for name in tracked() if name.endswith(".py") and len(Path(name).parts) > 1}
    assert folders <= ALLOWED_AT_TOP


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_outgrows_its_purpose(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 330, "a room past about 300 lines asks to be divided"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path) -> None:
    if path.stat().st_size:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_scapy_and_other_slow_imports_stay_inside_functions() -> None:
    """`fieldmark --help` must not wait for them; see also the start-up test."""
    slow = {"scapy", "mac_vendor_lookup", "sqlite_utils"}
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & slow, path


def test_only_one_module_opens_sockets() -> None:
    users = [path for path in MODULES if "socket" in {name.partition(".")[0] for name in _imports(path)}]
    assert [str(path.relative_to(ROOT)) for path in users] == ["scanner/capture/live.py"]


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_the_words_we_do_not_say() -> None:
    banned = ("back" + "door", "compro" + "mised", " s" + "py ", "spy" + "ware")
    for path in [*MODULES, *sorted((ROOT / "reports" / "templates").iterdir())]:
        text = path.read_text(encoding="utf-8").lower()
        assert not [word for word in banned if word in text], path


def test_no_mark_of_an_unfinished_merge_is_left() -> None:
    marks = ("<" * 7 + " ", ">" * 7 + " ")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for path in (
        ROOT / name for name in listed if name.endswith((".md", ".toml", ".py", ".json", ".html", ".css", ".js", ".c"))
    ):
        assert not [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(marks)], path


def test_every_test_folder_mirrors_a_package() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        parts = path.relative_to(ROOT / "tests").parts[:-1]
        if parts and parts[0] in PACKAGES:
            assert (ROOT / Path(*parts)).is_dir(), path


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for line in project["dependencies"]:
        name = line.split(">")[0].split("[")[0]
        assert f"| {name} |" in page, f"{name} has no line in ARCHITECTURE.md"


def test_help_does_not_import_what_only_a_scan_needs() -> None:
    slow = {
        "scapy",
        "sqlite_utils",
        "jinja2",
        "cryptography",
        "fingerprints.catalogue",
        "mac_vendor_lookup",
        "aiohttp",
        "scanner.model",
    }
    assert not slow & _imported(["--help"])


def test_a_quiet_scan_does_not_import_what_it_does_not_draw_with(tmp_path: Path) -> None:
    slow = {"scapy", "rich.console", "mac_vendor_lookup", "reports.formats.terminal", "reports.formats.json"}
    assert not slow & _imported(["scan", "--demo", "-q", "--db", str(tmp_path / "a.db"), "--html", str(tmp_path / "a.html")])


def _imported(arguments: list[str]) -> set[str]:
    """The modules a command has imported when it is done."""
    code = f"import sys; from scanner.cli.app import run; run({arguments}); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stderr.split())
