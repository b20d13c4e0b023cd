"""`fieldmark check`: prove the tables: examples, sources, names, sizes, ages."""

import sys

from scanner.cli import options


def check(as_of: options.AsOf = "") -> int:
    """Prove the tables; every complaint says where and what to do."""
    from fingerprints import checks
    from fingerprints.where import located
    from scanner.cli import knowledge
    from scanner.judgement.signs import OUI
    from scanner.observers import observers

    known = knowledge.catalogue(None)
    channels = {channel.name for observer in observers() for channel in observer.CHANNELS} | {OUI}
    complaints = checks.everything(known, channels, as_of or known.date)
    for complaint in complaints:
        print(located(complaint))
    signatures = len({row.id for row in known.knowledge.signatures})
    print(
        f"{signatures} signatures and {len(known.knowledge.rules)} registrants checked, {len(complaints)} complaints",
        file=sys.stderr,
    )
    return 1 if complaints else 0
