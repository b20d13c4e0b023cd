"""What must not change a verdict: the order of frames, the split of captures, names nobody knows, and other devices.

The exceptions, as they are: identifiers (a proof that two cards are one device, or two values that speak against it) and
the times by which cards are there in turn or at once; a message about somebody else (a lease, a record told of another
address, a frame under another's MAC); a host name some table knows. None of these occurs here, except that addresses are
stolen: that must not matter to a victim that speaks for itself.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

import messages
import packets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fingerprints.catalogue import load
from scanner.engine import finish
from scanner.evidence import Evidence, merge
from scanner.judgement.policy import load as load_policy
from scanner.model import Finding

Host = tuple[str, str]

HOSTS = [
    ("bc:ad:28:00:00:01", "192.168.1.64"),  # Hikvision
    ("e8:80:88:00:00:01", "192.168.1.20"),  # LCFC (Lenovo)
    ("f4:cf:a2:00:00:01", "192.168.1.30"),  # Espressif
    ("28:c6:8e:00:00:01", "192.168.1.1"),  # NETGEAR
    ("da:a1:19:00:00:01", "192.168.1.40"),  # random
    ("52:54:00:00:00:01", "192.168.1.41"),  # virtual
]
STRANGER = ("00:1b:77:00:00:01", "192.168.1.99")
NAMES = st.text("bdgkmnprt", min_size=3, max_size=8)
CLOUDS = ("example.org", "m1.tuyaeu.com", "www.example.com", "dev.hik-connect.com", "time.example.net")
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _said(host: Host, kind: int, name: str, cloud: str) -> bytes:
    """One frame of a host, by kind: nothing in it identifies two cards as one or speaks about another host."""
    serial = f"DS-EXAMPLE2026{host[0][-2:]}{host[0].replace(':', '')}"
    made: list[Callable[[], bytes]] = [
        lambda: packets.arp(host, "192.168.1.1"),
        lambda: messages.ask(host, HOSTS[3], cloud),
        lambda: messages.named(host, name),
        lambda: messages.dhcp(host[0], (12, name.encode())),
        lambda: messages.ask((host[0], "198.51.100.7"), HOSTS[1], ttl=60),
        lambda: messages.ask((host[0], "10.9.9.9"), HOSTS[1], cloud, ttl=63),
        lambda: messages.sadp(host, serial) if host == HOSTS[0] else packets.arp(host, "192.168.1.2"),
    ]
    return made[kind]()


# A frame as (host, kind of message, name, domain): so that names can be changed and the rest stay.
FRAMES = st.tuples(st.sampled_from(HOSTS), st.integers(0, 6), st.just("name"), st.sampled_from(CLOUDS))
Script = list[tuple[Host, int, str, str]]


def frames(script: Script) -> list[bytes]:
    return [_said(*step) for step in script]


def verdicts(evidence: Evidence) -> dict[str, Finding]:
    return {device.id: device.finding for device in finish(evidence, load(), load_policy()).devices}


@SETTINGS
@given(st.lists(FRAMES, max_size=14), st.randoms(use_true_random=False))
def test_the_order_of_frames_changes_no_verdict(script: Script, random: Random) -> None:
    before = frames(script)
    after = random.sample(before, len(before))
    assert verdicts(packets.evidence(before)) == verdicts(packets.evidence(after))


@SETTINGS
@given(st.lists(FRAMES, max_size=14), st.lists(st.integers(0, 14), max_size=3))
def test_splitting_captures_changes_no_verdict(script: Script, cuts: Sequence[int]) -> None:
    made = frames(script)
    edges = [0, *sorted(min(cut, len(made)) for cut in cuts), len(made)]
    pieces = [
        packets.evidence(made[start:end], first=start + 1, capture=f"part {n}")
        for n, (start, end) in enumerate(pairwise(edges))
    ]
    assert verdicts(merge(reversed(pieces))) == verdicts(packets.evidence(made))


@SETTINGS
@given(st.lists(FRAMES, max_size=14), NAMES, NAMES)
def test_renaming_hosts_changes_no_verdict(script: Script, one: str, other: str) -> None:
    renamed = [
        verdicts(
            packets.evidence(frames([(host, kind, f"{name}-{HOSTS.index(host)}", cloud) for host, kind, _, cloud in script]))
        )
        for name in (one, other)
    ]
    assert renamed[0] == renamed[1]


STRANGE = st.one_of(
    st.builds(lambda step: _said(STRANGER, *step), st.tuples(st.integers(0, 6), NAMES, st.sampled_from(CLOUDS))),
    st.builds(lambda victim: packets.arp((STRANGER[0], victim[1]), "192.168.1.1"), st.sampled_from(HOSTS)),  # ARP spoofing
    st.builds(lambda victim: messages.ask((STRANGER[0], victim[1]), HOSTS[3], "m1.tuyaeu.com"), st.sampled_from(HOSTS)),
    st.builds(lambda: messages.tuya(STRANGER, "bf5e1b7c9a2d4e6f8a0b1c")),
    st.builds(lambda: messages.lldp(STRANGER[0], STRANGER[0], name="floor-1")),
)


@SETTINGS
@given(st.lists(FRAMES, max_size=10), st.lists(STRANGE, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_frames_of_one_device_change_no_verdict_about_another(script: Script, strange: list[bytes], random: Random) -> None:
    # Every host proves its address first: what is then said under it by a stranger stays with the host or the stranger.
    base = [packets.arp(host, "192.168.1.1") for host in HOSTS] + frames(script)
    before = verdicts(packets.evidence(base))
    mixed = list(base)
    for frame in strange:
        mixed.insert(random.randint(0, len(mixed)), frame)
    after = verdicts(packets.evidence(mixed))
    others = set(before) & {mac for mac, _ in HOSTS}
    assert {mac: after[mac] for mac in others} == {mac: before[mac] for mac in others}
