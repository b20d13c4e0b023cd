"""What is said beside a verdict and never moves it: rules about classes of devices, published campaigns, categories of risk.

The files are `categories.toml`, `exposures.toml` and `risk.csv`, read as strictly as the rest (`fingerprints.strict`).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from fingerprints.match import compiled
from fingerprints.rows import ASSESSABLE, CONTROLS, ROLES, ClassRule, Exposure, Risk
from fingerprints.strict import Part, csv_rows, toml

CATEGORIES = "categories.toml"
EXPOSURES = "exposures.toml"
RISK = Path(__file__).parent / "risk.csv"
MOST_SEVERE = 5
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_RISK = ("category", "severity", "mechanism", "classes", "roles", "assessable", "shown", "never")


def class_rules(path: Path) -> tuple[ClassRule, ...]:
    """The rules about classes of devices."""
    part = toml(path)
    found = tuple(_class_rule(row) for row in part.rows("rule"))
    part.close()
    return found


def _class_rule(row: Part) -> ClassRule:
    rule = ClassRule(
        id=row.text("id", form=_ID),
        title=row.text("title"),
        classes=row.texts("classes", ()),
        component_on=row.text("component_on", ""),
        control=row.text("control", "", among=("", *CONTROLS)),
        since=row.day("since"),
        until=row.day("until", empty=True),
        says=row.text("says"),
        check=row.text("check"),
        citation=row.text("citation"),
        last_checked=row.day("last_checked"),
    )
    if bool(rule.classes) == bool(rule.component_on):
        row.wrong(
            "classes", "and component_on are both given or both missing", "Say which devices the rule is about, one way."
        )
    row.close()
    return rule


def exposures(path: Path) -> tuple[Exposure, ...]:
    """The products that published campaigns went after: one row for each product of each campaign."""
    part = toml(path)
    channels = part.texts("channels")
    found = tuple(one for row in part.rows("campaign") for one in _campaign(row, channels))
    part.close()
    return found


def _campaign(row: Part, channels: tuple[str, ...]) -> Iterator[Exposure]:
    campaign, name = row.text("id", form=_ID), row.text("name")
    published, says, source = row.day("published"), row.text("says"), row.text("source")
    for target in row.rows("target"):
        yield Exposure(
            id=f"{campaign}.{target.text('id', form=_ID)}",
            campaign=name,
            entity=target.text("entity"),
            model=target.text("model"),
            channels=channels,
            pattern=_pattern(target),
            published=published,
            says=says,
            source=source,
            examples=target.texts("examples"),
            misses=target.texts("misses"),
        )
        target.close()
    row.close()


def _pattern(target: Part) -> str:
    pattern = target.text("pattern")
    try:
        compiled(pattern)
    except re.error as fault:
        target.wrong("pattern", f"{pattern!r} is no regular expression: {fault}", "Mend the pattern.")
    return pattern


def risks(path: Path = RISK) -> tuple[Risk, ...]:
    """The categories of risk, gravest first as in the file."""
    found = []
    for row in csv_rows(path, _RISK):
        severity = row.text("severity", among=[str(number) for number in range(1, MOST_SEVERE + 1)])
        risk = Risk(
            category=row.text("category"),
            severity=int(severity),
            mechanism=row.text("mechanism"),
            classes=tuple(row.text("classes").split()),
            roles=tuple(row.text("roles").split()),
            assessable=row.text("assessable", among=ASSESSABLE),
            shown=row.text("shown"),
            never=row.text("never"),
        )
        if not {*risk.roles} <= {*ROLES}:
            row.wrong("roles", f"{' '.join(risk.roles)!r} has an unknown one", f"Use these: {' '.join(ROLES)}.")
        found.append(risk)
    return tuple(found)
