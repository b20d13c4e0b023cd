"""The same evidence with captures called by other names: two sensors may call theirs alike."""

from collections.abc import Mapping

from scanner.evidence import Evidence, Group, Place
from scanner.once import pack, unpack


def renamed(evidence: Evidence, names: Mapping[str, str]) -> Evidence:
    """The same bag with captures called by other names."""

    def name(old: str) -> str:
        return names.get(old, old)

    def place(old: Place) -> Place:
        return old._replace(capture=name(old.capture))

    new = Evidence(
        troubles={(name(capture), code, reason): trouble for (capture, code, reason), trouble in evidence.troubles.items()},
        ledgers={name(capture): ledger for capture, ledger in evidence.ledgers.items()},
        addressed={key: got._replace(first=place(got.first)) for key, got in evidence.addressed.items()},
        traffic={
            sender: sent._replace(first=place(sent.first), heard=place(sent.heard) if sent.heard else None)
            for sender, sent in evidence.traffic.items()
        },
    )
    for key, group in evidence.facts.items():
        values = {said: seen._replace(capture=name(seen.capture)) for said, seen in group.values.items()}
        new.facts[key] = Group(values, group.observed, group.overflow)
    new.once = sorted(pack(each._replace(capture=name(each.capture))) for each in map(unpack, evidence.once))
    return new
