"""The views other programs rely on: their names, columns, order and every value for a known inventory."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner import store
from scanner.model import ClaimKind, Inventory
from scanner.store import views

CONTRACT = {
    "inventory": "device_id, mac, macs, ips, hostname, vendor, class, verdict, level, confidence, maker, maker_country, "
    "component, platform, registrant, registrant_country, listings, first_seen, last_seen, frames, bytes",
    "evidence": "device_id, claim, value, channel, raw, weight, capture, sha256, frame, time, signature, source",
    "captures": "capture, sha256, bytes, format, link_types, frames, decoded, malformed, unsupported, first_seen, last_seen, "
    "complete",
    "limits": "capture, code, count, first_frame, text",
    "waivers": "device_id, verdict, waiver, reason, owner, expires, in_force",
}
CONTRACT["flagged"] = CONTRACT["inventory"]


@pytest.fixture
def conn(tmp_path: Path, inventory: Inventory) -> Iterator[sqlite3.Connection]:
    store.write(tmp_path / "scan.db", inventory)
    conn = sqlite3.connect(tmp_path / "scan.db")
    yield conn
    conn.close()


def rows(conn: sqlite3.Connection, view: str) -> list[dict[str, object]]:
    cursor = conn.execute(f"SELECT * FROM {view}")  # noqa: S608 names of ours
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def test_views_and_their_columns_are_the_promised_ones(conn: sqlite3.Connection) -> None:
    names = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    columns = {name: ", ".join(column for _, column, *_ in conn.execute(f"PRAGMA table_info({name})")) for name in names}
    assert columns == CONTRACT


def test_a_device_with_everything(conn: sqlite3.Connection) -> None:
    assert rows(conn, "inventory")[0] == {
        "device_id": "00:00:5e:00:53:01",
        "mac": "00:00:5e:00:53:01",
        "macs": "00:00:5e:00:53:01,00:00:5e:00:53:02",
        "ips": "192.0.2.7,2001:db8::7",
        "hostname": "cam-hall",
        "vendor": "Example Cameras",
        "class": "camera",
        "verdict": "flagged",
        "level": 5,
        "confidence": 0.97,
        "maker": "Example Cameras",
        "maker_country": "CN",
        "component": None,
        "platform": "First Cloud",
        "registrant": "Example Modules Ltd",
        "registrant_country": "GB",
        "listings": "us-889,us-fcc",
        "first_seen": "2026-01-01T12:00:00.123456Z",
        "last_seen": "2026-01-01T12:00:59.999999Z",
        "frames": 17,
        "bytes": 1_700,
    }


def test_a_device_of_which_nothing_is_known(conn: sqlite3.Connection) -> None:
    row = rows(conn, "inventory")[1]
    known = {name: value for name, value in row.items() if value is not None}
    assert known == {
        "device_id": "vlan 10/192.0.2.9",
        "macs": "",
        "ips": "",
        "verdict": "unknown",
        "confidence": 0.0,
        "listings": "",
        "first_seen": "1969-12-31T23:59:59.999999Z",
        "last_seen": "1970-01-01T00:00:00.000000Z",
        "frames": 0,
        "bytes": 0,
    }


def test_vendor_is_the_component_then_the_platform_then_the_registrant(tmp_path: Path, inventory: Inventory) -> None:
    camera = inventory.devices[0]
    component = replace(camera.claims[2], probability=0.9)
    platform = camera.claims[3]
    weak = replace(camera.claims[0], probability=0.4)
    devices = tuple(
        replace(camera, id=str(number), claims=claims)
        for number, claims in enumerate([(weak, platform, component), (weak, platform), (weak,)])
    )
    store.write(tmp_path / "v.db", replace(inventory, devices=devices))
    conn = sqlite3.connect(tmp_path / "v.db")
    assert [row["vendor"] for row in rows(conn, "inventory")] == ["Weak Modules", "First Cloud", "Example Modules Ltd"]
    assert [row["maker"] for row in rows(conn, "inventory")] == [None, None, None]
    conn.close()


@pytest.mark.parametrize("kind", [ClaimKind.MAKER, ClaimKind.COMPONENT, ClaimKind.PLATFORM])
def test_the_likeliest_claim_of_a_kind_is_shown(tmp_path: Path, inventory: Inventory, kind: ClaimKind) -> None:
    claim = replace(inventory.devices[0].claims[0], kind=kind)
    claims = tuple(replace(claim, value=f"{chance}", probability=chance) for chance in (0.5, 0.9, 0.7))
    store.write(tmp_path / "v.db", replace(inventory, devices=(replace(inventory.devices[0], claims=claims),)))
    conn = sqlite3.connect(tmp_path / "v.db")
    assert rows(conn, "inventory")[0][kind] == "0.9"
    conn.close()


def test_flagged_holds_the_flagged_rows_of_inventory(conn: sqlite3.Connection) -> None:
    assert rows(conn, "flagged") == [row for row in rows(conn, "inventory") if row["verdict"] == "flagged"]
    assert [row["device_id"] for row in rows(conn, "flagged")] == ["00:00:5e:00:53:01"]


def test_evidence_has_one_row_a_citation(conn: sqlite3.Connection) -> None:
    first, second, third = rows(conn, "evidence")
    assert first == {
        "device_id": "00:00:5e:00:53:01",
        "claim": "maker",
        "value": "Example Cameras",
        "channel": "dhcp.vendor_class",
        "raw": "ExCam 1.0",
        "weight": 3.5,
        "capture": "lan.pcap",
        "sha256": "ab" * 32,
        "frame": 2,
        "time": "2026-01-01T12:00:00.000002Z",
        "signature": "example.dhcp",
        "source": "https://example.org/manual",
    }
    assert (second["channel"], second["signature"], second["source"]) == ("eth.oui", None, None)
    assert (third["capture"], third["sha256"]) == ("other.pcap", None)  # a capture the ledger does not know


def test_captures(conn: sqlite3.Connection) -> None:
    whole, live = rows(conn, "captures")
    assert list(whole.values()) == [
        "lan.pcap", "ab" * 32, 4_096, "pcap", "Ethernet,Linux SLL", 40, 20, 3, 2,
        "2026-01-01T12:00:00.000000Z", "2026-01-01T12:00:01.000000Z", 1,
    ]  # fmt: skip
    assert list(live.values()) == ["live", None, 0, None, "", 0, 0, 0, 0, None, None, 0]


def test_limits(conn: sqlite3.Connection) -> None:
    assert [tuple(row.values()) for row in rows(conn, "limits")] == [
        (None, "no-dhcp", 0, 0, "No DHCP was seen."),
        ("lan.pcap", "malformed", 3, 12, "mdns: name runs past the message"),
    ]


@given(st.integers(-(2**63), 2**63 - 1))
@example(-1)
@example(-1_000_000_000)
@example(1_999_999_999)
@example(-(2**63))
@example(2**63 - 1)
def test_times_are_exact_to_the_microsecond(time: int) -> None:
    conn = sqlite3.connect(":memory:")
    (shown,) = conn.execute(f"SELECT {views._iso('time')} FROM (SELECT ? AS time)", [time]).fetchone()  # noqa: S608 ours
    conn.close()
    exact = datetime(1970, 1, 1) + timedelta(microseconds=time // 1000)  # noqa: DTZ001 compared as text without a zone
    assert shown == exact.isoformat(timespec="microseconds") + "Z"
