"""A flood of forged addresses: every real device stays, the rest is counted, and no split changes anything."""

from collections.abc import Callable
from itertools import pairwise

import messages
import packets
import pytest

from fingerprints.catalogue import load
from scanner import evidence as bag
from scanner.engine import finish
from scanner.evidence import Evidence, merge
from scanner.judgement import strangers
from scanner.judgement.policy import load as load_policy
from scanner.judgement.unweighed import unweighed
from scanner.model import Inventory

HOST = ("e8:80:88:00:00:01", "192.168.1.20")
CAMERA = ("bc:ad:28:00:00:01", "192.168.1.64")
SERIAL = "DS-EXAMPLE20260101AAWR123456789"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with small numbers."""
    monkeypatch.setattr(bag, "LONELY", 50)
    monkeypatch.setattr(bag, "MANY", 40)
    monkeypatch.setattr(strangers, "KEPT", 20)


def forged(number: int) -> tuple[str, str]:
    return (
        f"00:1c:{number % 7:02x}:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}",
        f"172.16.{number >> 8}.{number & 255}",
    )


def flooded(count: int = 200) -> list[bytes]:
    """Two real devices in the midst of a flood; each says most things once."""
    frames = [packets.arp(forged(number), "192.168.1.1") for number in range(count)]
    real = [
        packets.arp(HOST, CAMERA[1]),
        messages.dhcp(HOST[0], (12, b"accounts")),
        packets.arp(CAMERA, HOST[1]),
        messages.sadp(CAMERA, SERIAL),
    ]
    for place, frame in enumerate(real, 1):
        frames.insert(place * count // 5, frame)
    return frames


def judged(evidence: Evidence) -> Inventory:
    return finish(evidence, load(), load_policy())


def test_real_devices_keep_all_they_said() -> None:
    devices = {device.id: device for device in judged(packets.evidence(flooded())).devices}
    assert devices[HOST[0]].names == ("accounts",)
    assert [tie.proof for tie in devices[HOST[0]].ips] == ["arp"]
    assert devices[CAMERA[0]].finding.level == 5
    assert len(devices) <= strangers.KEPT + 2


def test_the_others_are_counted() -> None:
    found = judged(packets.evidence(flooded()))
    (limit,) = [limit for limit in found.limits if limit.text.startswith("senders")]
    assert (limit.code, limit.count + len(found.devices)) == ("flood", 202)


def test_one_that_claims_the_address_of_a_real_device_is_judged_first() -> None:
    thief = ("00:1c:ff:00:00:01", CAMERA[1])
    found = judged(packets.evidence([*flooded(), packets.arp(thief, HOST[1])]))
    assert any(limit.code == "address_moved" and thief[0] in limit.text for limit in found.limits)


def test_one_that_says_something_of_itself_is_judged_before_those_that_do_not() -> None:
    late = ("bc:ad:28:00:00:09", "192.168.1.70")
    found = judged(packets.evidence([*flooded(), messages.sadp(late, SERIAL[::-1])]))
    assert late[0] in {device.id for device in found.devices}


def test_any_split_in_any_order_gives_the_same_bag() -> None:
    frames = flooded()
    whole = packets.evidence(frames)
    assert whole.once
    for cuts in ([100], [3, 60, 61, 199], list(range(20, 200, 20))):
        edges = [0, *cuts, len(frames)]
        parts = [packets.evidence(frames[a:b], first=a + 1) for a, b in pairwise(edges)]
        assert merge(reversed(parts)) == whole
        assert merge([merge(parts[:2]), *parts[2:]]) == whole


def test_a_flood_that_is_no_flood_in_the_whole_is_unpacked() -> None:
    """Each sender is heard twice in all, once in each half."""
    frames = [packets.arp(forged(number), "192.168.1.1") for number in range(100)]
    halves = [packets.evidence(frames), packets.evidence(frames, first=101)]
    assert halves[0].once
    assert not merge(halves).once
    assert merge(halves) == packets.evidence([*frames, *frames])


def test_without_a_flood_nothing_is_packed() -> None:
    few = packets.evidence(flooded(10))
    assert not few.once
    assert strangers.choose(few) is few


def starved(number: int) -> bytes:
    """One real card asks for leases in the names of many that are none."""
    request = packets.dhcp(forged(number)[0], [(12, f"host-{number}".encode())])
    return packets.datagram((HOST[0], "0.0.0.0"), (packets.BROADCAST, "255.255.255.255"), (68, 67), request)


def knock(number: int) -> bytes:
    return packets.datagram(HOST, forged(number), (4000, 9), b"x")


@pytest.mark.parametrize("frame", [starved, knock])
def test_nothing_is_left_out_uncounted(frame: Callable[[int], bytes]) -> None:
    evidence = packets.evidence([packets.arp(HOST, CAMERA[1]), *map(frame, range(200))])
    judged_bag = strangers.choose(evidence)
    entries = len(evidence.facts) + len(evidence.traffic) + len(evidence.addressed) + len(evidence.once)
    kept = len(judged_bag.facts) + len(judged_bag.traffic) + len(judged_bag.addressed)
    assert kept < entries
    limits = [limit for limit in judged(evidence).limits if limit.code == "flood"]
    assert sum(limit.count for limit in limits) == entries - kept


def test_what_one_card_says_beyond_measure_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "PER_CARD", 30)
    frames = [packets.datagram((HOST[0], forged(number)[1]), CAMERA, (1, 2), b"x") for number in range(200)]
    limits = [limit for limit in judged(packets.evidence(frames)).limits if limit.code == "flood"]
    assert sum(limit.count for limit in limits) == 170


def test_why_tells_what_a_device_said_once_in_the_midst_of_a_flood() -> None:
    evidence = packets.evidence([*flooded(), packets.datagram(HOST, CAMERA, (4000, 53), packets.dns_query("a.example"))])
    assert evidence.once
    (host,) = [device for device in judged(evidence).devices if device.id == HOST[0]]
    assert {"dhcp.hostname", "dns.query"} <= {fact.channel for fact, _ in unweighed(host, evidence)}
