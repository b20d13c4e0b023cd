"""Hosts hidden behind one address: translators (NAT) and proxies put their own address over those of many.

Signs, each of which only shows "at least so many": packets whose TTL says that some came through a router and some did not,
or that systems with different beginnings send them; browsers of different systems. A count is a lower bound, and one
device can look like two (a virtual machine in it, a test tool), so it is said as a limit and never changes a verdict.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from scanner.evidence import Evidence
from scanner.judgement.proofs import FARTHEST
from scanner.model import Role, Subject

_BEGINNINGS = (64, 128)  # not 255: many systems use it beside one of these, for errors and link-local messages
_SYSTEMS = (  # of the device in a User-Agent's first comment, the telling words first (RFC 9110 section 10.1.5)
    ("Windows", re.compile(r"\(Windows NT ")),
    ("Android", re.compile(r"\((?:Linux; (?:U; )?)?Android ")),
    ("iOS", re.compile(r"\(i(?:Phone|Pad|Pod)")),
    ("macOS", re.compile(r"\(Macintosh; ")),
    ("ChromeOS", re.compile(r"\(X11; CrOS ")),
    ("Linux", re.compile(r"\(X11; (?:Ubuntu; |Fedora; )?Linux ")),
)


class Hidden(NamedTuple):
    """At least how many hosts use an address, and by which signs. subject: the address, as it was sent from."""

    subject: Subject
    least: int
    signs: tuple[str, ...]
    capture: str
    frame: int


def find(evidence: Evidence, owner: Mapping[Subject, str]) -> tuple[Hidden, ...]:
    """Every address of a thing of this network that shows signs of several hosts, sorted."""
    systems: dict[Subject, set[str]] = defaultdict(set)
    for (subject, channel), group in evidence.facts.items():
        if channel == "http.user_agent" and subject.ip:
            said = (value for role, value in group.values if role is Role.SELF)
            systems[subject] |= {name for value in said if (name := system(value))}
    found = []
    for subject, traffic in evidence.traffic.items():
        if not subject.ip or subject not in owner:
            continue
        paths, used = hops(traffic.ttls), systems.get(subject, set())
        signs = []
        if len(paths) > 1:
            signs.append("TTLs " + ", ".join(map(str, sorted(start - distance for start, distance in paths))))
        if len(used) > 1:
            signs.append("browsers on " + ", ".join(sorted(used)))
        if signs:
            least = max(len(paths), len(used))
            found.append(Hidden(subject, least, tuple(signs), traffic.first.capture, traffic.first.frame))
    return tuple(sorted(found))


def hops(ttls: int) -> set[tuple[int, int]]:
    """Beginning and distance of packets that came through routers, and one more for those that did not; empty if none came."""
    far = {(start, hops) for start in _BEGINNINGS for hops in range(1, FARTHEST + 1) if ttls >> start - hops & 1}
    near = {(64, 0)} if far and any(ttls >> start & 1 for start in _BEGINNINGS) else set()
    return far | near


def system(agent: str) -> str:
    """The operating system a browser says it runs on, "" if it does not."""
    return next((name for name, form in _SYSTEMS if form.search(agent)), "")
