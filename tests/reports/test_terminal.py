"""The terminal report: the answer first, within the width, the same in every environment."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len

from reports.formats import terminal
from scanner.model import Inventory, Limit, Verdict, Waiver


def test_the_office_at_a_glance(sample: Inventory) -> None:
    lines = terminal.render(sample).splitlines()
    assert lines[0] == "20 devices in 2 captures, 428,660 frames, 2026-11-02 08:00 to 2026-11-02 18:00 UTC"
    assert lines[1] == "fieldmark 0.1.0, tables as of 2026-11-22"
    assert lines[2] == "Flagged 6   Review 2   Clear 8   Unknown 4"
    assert lines[4].split() == ["Verdict", "Lvl", "Sure", "Device", "Company", "Class", "Address"]
    assert lines[6].split() == ["Flagged", "5", ">", "99", "%", "cam-reception", "EZVIZ", "IP", "camera", "a4:14:37:00:00:0d"]
    assert sum(line.startswith(("Flagged ", "Review ")) for line in lines[4:]) == 8
    assert "  office/guest wifi's.pcap: cut in a packet block at byte 48203000, after frame 214330" in lines
    assert "  Server names in QUIC and in an encrypted ClientHello, which were not read. 311 in all." in lines
    assert not any(line.endswith(" ") for line in lines)


def test_devices_beyond_the_table_are_counted(make_crowd: Callable[[int], Inventory]) -> None:
    crowd = make_crowd(400)
    wanted = sum(device.finding.verdict in {Verdict.FLAGGED, Verdict.REVIEW} for device in crowd.devices)
    text = terminal.render(crowd)
    assert sum(line.startswith("Flagged  ") for line in text.splitlines()) == terminal.ROWS
    assert f"… and {wanted - terminal.ROWS} more" in text


def test_limits_and_damaged_captures_beyond_a_few_are_counted(sample: Inventory) -> None:
    limits = tuple(Limit("", f"code-{number}", 0, 0, f"limit {number}") for number in range(30))
    captures = tuple(replace(sample.captures[0], capture=f"{number}.pcap") for number in range(30))
    text = terminal.render(replace(sample, limits=limits, captures=captures))
    assert text.count("  … and 22 more") == 2


def test_nothing_flagged_and_nothing_found(sample: Inventory, empty: Inventory) -> None:
    clear = tuple(device for device in sample.devices if device.finding.verdict is Verdict.CLEAR)
    assert "No device is flagged or needs review." in terminal.render(replace(sample, devices=clear))
    assert "No device was found" in terminal.render(empty)


def test_every_waiver_is_shown_with_its_verdict_and_state(sample: Inventory) -> None:
    def waived(number: int) -> tuple[Waiver, ...]:
        return (Waiver(f"id {number}", "lobby", "facilities", "2026-06-30", in_force=number % 2 == 0),)

    devices = tuple(replace(device, waivers=waived(number)) for number, device in enumerate(sample.devices))
    text = terminal.render(replace(sample, devices=devices), width=200)
    assert text.count("by facilities: lobby") == len(devices), "none is only counted"
    assert text.count("Flagged (waived)") + text.count("Flagged (waiver expired)") == 6
    assert "Waivers" not in terminal.render(sample)


@pytest.mark.parametrize("width", [20, 60, 80, 100, 200])
def test_no_line_is_wider_than_asked(sample: Inventory, width: int) -> None:
    assert all(cell_len(line) <= max(width, terminal.NARROWEST) for line in terminal.render(sample, width=width).splitlines())


def test_the_environment_changes_nothing(sample: Inventory, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, coloured = terminal.render(sample), terminal.render(sample, colour=True)
    for name, value in {
        "COLUMNS": "20",
        "LINES": "3",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "FORCE_COLOR": "1",
        "COLORTERM": "truecolor",
    }.items():
        monkeypatch.setenv(name, value)
    assert terminal.render(sample) == plain
    assert terminal.render(sample, colour=True) == coloured
    assert "\x1b" not in plain
    assert "\x1b[1;31mFlagged\x1b[0m" in coloured
