"""The door: one command a file; read options, call, print, exit code. No logic about packets or vendors."""

import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("scanner", "fingerprints", "reports")


def main() -> None:
    """Run `fieldmark`; every way out is an exit code of the README's table, and no traceback reaches a user."""
    stranger = misplaced()
    if stranger:
        sys.exit(f"fieldmark: {stranger}")
    from scanner.cli.app import run  # after the check: it imports from all three packages

    code = run()
    if sys.stdout and sys.stderr:
        with suppress(OSError, ValueError):  # then leave the slow way, which says what is wrong with the stream
            sys.stdout.flush()
            sys.stderr.flush()
            # Nothing is open or running any more, and taking a million facts apart one by one takes a part of a second.
            os._exit(code)
    sys.exit(code)


def misplaced() -> str:
    """What is wrong if our three packages do not lie side by side: other distributions use these names too."""
    home = Path(__file__).resolve().parents[2]
    for name in PACKAGES:
        spec = find_spec(name)
        folders = [Path(place).resolve() for place in (spec.submodule_search_locations or ())] if spec else []
        if folders != [home / name]:
            found = ", ".join(map(str, folders)) or "nowhere"
            return (
                f"package `{name}` is found in {found}, not in {home}: another distribution of that name is in the way; "
                "install fieldmark in an environment of its own (pipx install fieldmark)"
            )
    return ""
