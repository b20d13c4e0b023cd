"""The policy: which verdict a level leads to. Data, so that a site can decide otherwise without touching code."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import PolicyFault
from scanner.model import Verdict

DEFAULT = Path(__file__).with_name("policy.toml")


@dataclass(frozen=True, slots=True)
class Policy:
    """A named mapping from every level (5..0) to a verdict."""

    name: str
    verdicts: tuple[tuple[int, Verdict], ...]

    def verdict(self, level: int | None) -> Verdict:
        """The verdict for a level; nothing known is unknown whatever the policy."""
        return Verdict.UNKNOWN if level is None else dict(self.verdicts)[level]


def load(path: Path = DEFAULT) -> Policy:
    """Read a policy file. Raises PolicyFault naming file, key and remedy."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise PolicyFault(f"{path}: {fault}; start from the default policy, it is printed in the README") from None
    levels = rows.get("verdict")
    if set(rows) - {"name", "verdict"} or not isinstance(levels, dict) or set(levels) != set("012345"):
        raise PolicyFault(f"{path}: needs `name` and a table [verdict] with exactly the keys 0 to 5")
    try:
        return Policy(str(rows.get("name", path.stem)), tuple((int(k), Verdict(v)) for k, v in sorted(levels.items())))
    except ValueError:
        raise PolicyFault(f"{path}: [verdict] knows only {', '.join(Verdict)}") from None
