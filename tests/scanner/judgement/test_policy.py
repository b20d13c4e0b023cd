"""The policy file: complete, or refused with one line."""

from pathlib import Path

import pytest

from scanner.errors import PolicyFault
from scanner.judgement.policy import DEFAULT, load
from scanner.model import Verdict


def test_the_default_is_what_the_architecture_says() -> None:
    policy = load()
    assert [policy.verdict(level) for level in (5, 4, 3, 2, 1, 0, None)] == [
        *[Verdict.FLAGGED] * 4,
        Verdict.REVIEW,
        Verdict.CLEAR,
        Verdict.UNKNOWN,
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("0 =", "7 ="),
        ('"clear"', '"fine"'),
        ("name =", "title ="),
        ("[verdict]", "[verdicts]"),
        ('5 = "flagged"\n', ""),
        ("=", ""),
    ],
)
def test_a_broken_policy_is_refused_whole_and_named(tmp_path: Path, change: tuple[str, str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(DEFAULT.read_text().replace(*change))
    with pytest.raises(PolicyFault, match=r"mine\.toml"):
        load(path)


def test_a_missing_policy_is_a_usage_fault(tmp_path: Path) -> None:
    with pytest.raises(PolicyFault) as fault:
        load(tmp_path / "none.toml")
    assert fault.value.exit_code == 2
