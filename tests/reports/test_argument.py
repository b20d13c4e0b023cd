"""`why` as an argument: nothing left out, in its place, nothing a terminal would obey."""

from dataclasses import replace

from reports import argument, view, wording
from scanner.model import Claim, ClaimKind, Device, Guard, Inventory, Status, Waiver


def sections(said: str) -> dict[str, str]:
    """The text under each heading; what stands before the first under ""."""
    parts: dict[str, str] = {"": ""}
    title = ""
    for line in said.splitlines():
        if line.isupper() and not line.startswith(" "):
            title = line
            parts[title] = ""
        parts[title] += line + "\n"
    return parts


FOR, AGAINST = "WHAT SPEAKS FOR IT", "WHAT SPEAKS AGAINST IT, OR HOLDS IT BACK"
BESIDE = "WHAT STANDS BESIDE IT AND DOES NOT MOVE IT, UNLESS THE POLICY SAYS SO"
CARRIED = "TOO WEAK TO COUNT, OR ONLY ABOUT WHOM IT TALKS TO"


def camera(sample: Inventory) -> Device:
    return next(device for device in sample.devices if view.name(device) == "cam-loading-dock")


def test_every_claim_its_evidence_and_its_commands_are_there(sample: Inventory) -> None:
    for device in sample.devices:
        said = argument.render(sample, device)
        assert device.finding.reason in said
        for claim in device.claims:
            assert said.count(f"{wording.CLAIMS[claim.kind][0]}: {claim.value}") >= 1
            for each in claim.evidence:
                assert each.signature in said
                assert view.tshark(each.capture, each.frame) in said
                assert view.wireshark(each.capture, each.frame) in said
        for listing in device.listings:
            assert listing.entry in said


def test_what_speaks_for_and_against_is_told_apart(sample: Inventory) -> None:
    device = camera(sample)
    maker = next(claim for claim in device.claims if claim.kind is ClaimKind.MAKER)
    rival = replace(maker, value="NETGEAR", status=Status.WEAK, probability=0.15, note="better evidence names Hikvision")
    daughter = replace(maker, value="EZVIZ", probability=0.9, note="")
    brand = replace(maker, kind=ClaimKind.BRAND, value="Amcrest", probability=0.96)
    others = tuple(claim for claim in device.claims if claim.kind is not ClaimKind.MAKER)
    parts = sections(
        argument.render(sample, replace(device, claims=(maker, rival, daughter, brand, *others), guards=(Guard.APPS,)))
    )
    assert "Maker: Hikvision" in parts[FOR]
    assert "Maker: EZVIZ" in parts[FOR], "a parent and its daughter are one argument"
    assert "Maker: NETGEAR" in parts[AGAINST]
    assert "better evidence names Hikvision" in parts[AGAINST]
    assert wording.GUARDS[Guard.APPS] in parts[AGAINST]
    assert "Brand: Amcrest" in parts[BESIDE]


def test_an_address_block_that_sets_the_level_speaks_for_it(sample: Inventory) -> None:
    device = next(device for device in sample.devices if device.finding.level == 2)
    assert "Registrant:" in sections(argument.render(sample, device))[FOR]


def test_why_a_sign_has_no_weight_is_said(sample: Inventory) -> None:
    device = camera(sample)
    maker = next(claim for claim in device.claims if claim.kind is ClaimKind.MAKER)
    again = replace(maker, evidence=(maker.evidence[0], replace(maker.evidence[0], weight=0.0)))
    network = Claim(ClaimKind.NETWORK, "Tencent", "tencent", "CN", 0.05, Status.WEAK, (again.evidence[1],))
    unweighed = [argument.Unweighed("tls.ja3", f"{n:032x}", "a.pcap", n, "tells which software speaks") for n in range(1, 40)]
    parts = sections(argument.render(sample, replace(device, claims=(again, network)), unweighed))
    assert "no weight: the same signature counts once" in parts[FOR]
    other = replace(maker, evidence=(maker.evidence[0], replace(maker.evidence[0], weight=0.0, signature="another")))
    said = argument.render(sample, replace(device, claims=(other,)))
    assert "no weight: heavier signs of the same source count already" in said
    assert "Network: Tencent, mainland China\n  no weight: whom it talks to says nothing about it" in parts[CARRIED]
    shown = parts["SEEN, AND GIVEN NO WEIGHT"]
    assert shown.count("tells which software speaks") == argument.MOST_UNWEIGHED
    assert "and 9 more" in shown


def test_a_waiver_stands_beneath_the_verdict(sample: Inventory) -> None:
    device = replace(camera(sample), waivers=(Waiver("x", "lobby", "facilities", "2026-06-30", in_force=False),))
    head = sections(argument.render(sample, device))[""]
    assert "  waiver expired on 2026-06-30 by facilities: lobby (it changes no verdict)\n" in head


def test_hostile_text_stays_text(sample: Inventory) -> None:
    device = replace(sample.devices[0], names=("\x1b[2J\u202eevil", "second\nline"))
    unweighed = [argument.Unweighed("dhcp.hostname", "\x1b]0;evil\x07", "a\nb.pcap", 1, "why")]
    said = argument.render(sample, device, unweighed) + argument.choice([device])
    assert said.replace("\n", "").isprintable()
    assert "second\\x0aline" in said
