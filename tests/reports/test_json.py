"""JSON and NDJSON: one schema, sorted, stable, complete."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from reports import view
from reports.formats import json as json_format
from reports.formats import ndjson
from scanner.model import Citation, Claim, Finding, Guard, Inventory, Listing, Waiver


def document(inventory: Inventory) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json_format.render(inventory))
    return loaded


def test_head_and_summary(sample: Inventory) -> None:
    whole = document(sample)
    assert list(whole) == ["schema", "tool", "as_of", "notes", "summary", "devices", "captures", "limits", "tables"]
    assert whole["schema"] == "fieldmark/1"
    assert whole["summary"] == {
        "devices": 20,
        "verdicts": {"flagged": 6, "review": 2, "clear": 8, "unknown": 4},
        "levels": {"5": 2, "4": 1, "3": 2, "2": 1, "1": 1, "0": 9, "none": 4},
    }


def test_a_device_has_the_columns_of_the_view_and_what_hangs_on_them(sample: Inventory) -> None:
    device = next(each for each in document(sample)["devices"] if each["hostname"] == "cam-loading-dock")
    assert tuple(device)[: len(view.COLUMNS)] == view.COLUMNS
    assert device["ips"] == [
        {
            "address": "192.168.0.12",
            "proof": "arp",
            "time": "2026-11-02T08:07:25.000000Z",
            "capture": "office/lan.pcapng",
            "frame": 16,
        }
    ]
    maker = device["claims"][0]
    assert (maker["claim"], maker["value"], maker["probability"], maker["status"]) == (
        "maker",
        "Hikvision",
        0.991,
        "confirmed",
    )
    sign = maker["evidence"][2]
    assert (sign["raw_hex"], sign["frame"], sign["time"]) == ("0104ac1f0a02ff00", 1207, "2026-11-02T08:02:52.428571Z")
    assert sign["sha256"] == sample.captures[1].sha256
    assert [claim["status"] for claim in device["claims"]][-1] == "weak"


def test_nothing_of_the_model_is_left_out(sample: Inventory) -> None:
    device = document(sample)["devices"][0]
    # `entity` and `raw_bytes` go by the names a reader of the contract knows.
    assert {field.name for field in fields(Listing)} == set(device["listings"][0])
    assert {field.name for field in fields(Claim)} - {"kind"} <= set(device["claims"][0])
    assert {field.name for field in fields(Citation)} - {"raw_bytes"} <= set(device["claims"][0]["evidence"][0])
    assert {field.name for field in fields(Finding)} <= set(device)


def test_waivers_and_guards_are_told_whole(sample: Inventory) -> None:
    waiver = Waiver("00:1a:22:00:00:01", "lobby", "facilities", "2026-06-30", in_force=False)
    first = replace(sample.devices[0], waivers=(waiver,), guards=(Guard.APPS,))
    device = document(replace(sample, devices=(first,)))["devices"][0]
    assert device["waivers"] == [{field.name: getattr(waiver, field.name) for field in fields(Waiver)}]
    assert device["guards"] == ["apps"]


def test_absent_values_are_null_and_unread_captures_have_no_times(sample: Inventory) -> None:
    whole = document(sample)
    unknown = whole["devices"][-1]
    assert (unknown["vendor"], unknown["level"], unknown["registrant"]) == (None, None, None)
    unread = replace(sample.captures[0], first_seen=None, last_seen=None, sha256="")
    shown = document(replace(sample, captures=(unread,)))["captures"][0]
    assert (shown["first_seen"], shown["last_seen"], shown["sha256"]) == (None, None, None)
    assert shown["not_wanted"] == unread.not_wanted


def test_frames_of_the_ledger_add_up(sample: Inventory) -> None:
    for each in document(sample)["captures"]:
        assert each["frames"] == each["decoded"] + each["not_wanted"] + each["malformed"] + each["unsupported"]


def test_empty(empty: Inventory) -> None:
    whole = document(empty)
    assert (whole["devices"], whole["captures"], whole["limits"]) == ([], [], [])
    assert ndjson.render(empty) == ""


def test_ndjson_is_the_same_devices_one_a_line(sample: Inventory) -> None:
    lines = [json.loads(line) for line in ndjson.render(sample).splitlines()]
    assert lines == [{"schema": "fieldmark/1", "as_of": "2026-11-22", **device} for device in document(sample)["devices"]]


def test_what_json_cannot_say_is_refused(sample: Inventory) -> None:
    broken = replace(sample.devices[0], finding=replace(sample.devices[0].finding, confidence=float("nan")))
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_format.render(replace(sample, devices=(broken,)))
