"""`why` as an argument: nothing left out, nothing a terminal would obey."""

from dataclasses import replace

from reports import argument, view, wording
from scanner.model import Inventory


def test_every_claim_its_evidence_and_its_command_are_there(sample: Inventory) -> None:
    for device in sample.devices:
        said = argument.render(sample, device)
        assert device.finding.reason in said
        for claim in device.claims:
            assert f"{wording.CLAIMS[claim.kind][0]}: {claim.value}" in said
            for each in claim.evidence:
                assert each.signature in said
                assert view.tshark(each.capture, each.frame) in said
        for listing in device.listings:
            assert listing.entry in said


def test_hostile_text_stays_text(sample: Inventory) -> None:
    device = replace(sample.devices[0], names=("\x1b[2J\u202eevil", "second\nline"))
    said = argument.render(sample, device)
    assert said.replace("\n", "").isprintable()
    assert "second\\x0aline" in said
