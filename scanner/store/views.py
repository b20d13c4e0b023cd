"""The views other programs may rely on: names, columns and their order change only with notice (README, "The database").

Conventions: one row a device in `inventory`; an empty list (macs, ips, listings, link_types) is empty text, anything else
that is absent is NULL; times are ISO 8601 UTC with microseconds, the finer part cut off.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

SECOND = 1_000_000_000


def _iso(time: str) -> str:
    # Integers only, or the last digits are lost. SQL divides towards zero; before 1970 the second has to be the one below.
    return (
        f"strftime('%Y-%m-%dT%H:%M:%S', {time} / {SECOND} - ({time} % {SECOND} < 0), 'unixepoch')"
        f" || printf('.%06dZ', ({time} % {SECOND} + {SECOND}) % {SECOND} / 1000)"
    )


def _list(column: str, rows: str) -> str:
    return f"coalesce((SELECT group_concat({column}, ',') FROM (SELECT {rows})), '')"  # noqa: S608 names of ours


def _addresses(kind: str) -> str:
    # An address is proven more than once: by ARP and by DHCP, say.
    return _list(
        "address",
        f"address FROM tie WHERE tie.device_no = device.device_no AND kind = '{kind}' GROUP BY address ORDER BY min(tie_no)",
    )


def _best(kind: str) -> str:
    # The claim a column of `inventory` shows: the likeliest one of its kind that is more likely right than wrong.
    return f"""
    LEFT JOIN claim AS {kind} ON {kind}.claim_no = (
        SELECT claim_no FROM claim WHERE claim.device_no = device.device_no AND kind = '{kind}' AND probability >= 0.5
        ORDER BY probability DESC, claim_no LIMIT 1
    )"""  # noqa: S608 names of ours


VIEWS: dict[str, dict[str, str]] = {
    "inventory": {
        "device_id": "device.id",
        "mac": "nullif(device.mac, '')",
        "macs": _addresses("mac"),
        "ips": _addresses("ip"),
        "hostname": "(SELECT name FROM name WHERE name.device_no = device.device_no ORDER BY name_no LIMIT 1)",
        "vendor": "coalesce(maker.value, component.value, platform.value, nullif(device.registrant, ''))",
        "class": "nullif(device.device_class, '')",
        "verdict": "device.verdict",
        "level": "device.level",
        "confidence": "device.confidence",
        "maker": "maker.value",
        "maker_country": "nullif(maker.country, '')",
        "component": "component.value",
        "platform": "platform.value",
        "registrant": "nullif(device.registrant, '')",
        "registrant_country": "nullif(device.registrant_country, '')",
        "listings": _list(
            "list_id", "DISTINCT list_id FROM listing WHERE listing.device_no = device.device_no ORDER BY list_id"
        ),
        "first_seen": _iso("device.first_seen"),
        "last_seen": _iso("device.last_seen"),
        "frames": "device.frames",
        "bytes": "device.bytes",
    },
    # One row a citation.
    "evidence": {
        "device_id": "device.id",
        "claim": "claim.kind",
        "value": "claim.value",
        "channel": "sign.channel",
        "raw": "citation.raw",
        "weight": "citation.weight",
        "capture": "sign.capture",
        "sha256": "(SELECT nullif(sha256, '') FROM capture WHERE capture.capture = sign.capture ORDER BY capture_no LIMIT 1)",
        "frame": "citation.frame",
        "time": _iso("citation.time"),
        "signature": "nullif(sign.signature, '')",
        "source": "nullif(sign.source, '')",
    },
    "captures": {
        "capture": "capture.capture",
        "sha256": "nullif(capture.sha256, '')",
        "bytes": "capture.bytes",
        "format": "nullif(capture.format, '')",
        "link_types": _list(
            "name", "name FROM link_type WHERE link_type.capture_no = capture.capture_no ORDER BY link_type_no"
        ),
        "frames": "capture.frames",
        "decoded": "capture.decoded",
        "malformed": "capture.malformed",
        "unsupported": "capture.unsupported",
        "first_seen": _iso("capture.first_seen"),
        "last_seen": _iso("capture.last_seen"),
        "complete": "capture.complete",
    },
    # Capture NULL: the scan as a whole.
    "limits": {
        "capture": "nullif(shortfall.capture, '')",
        "code": "shortfall.code",
        "count": "shortfall.count",
        "first_frame": "shortfall.first_frame",
        "text": "shortfall.text",
    },
    # One row a waiver that names a device; waiver: as the policy names it; in_force: 1 or 0 on the date of the result.
    "waivers": {
        "device_id": "device.id",
        "verdict": "device.verdict",
        "waiver": "waiver.device",
        "reason": "waiver.reason",
        "owner": "waiver.owner",
        "expires": "waiver.expires",
        "in_force": "waiver.in_force",
    },
}

_ROWS = {
    "inventory": "device" + _best("maker") + _best("component") + _best("platform"),
    "evidence": "citation JOIN sign USING (sign_no) JOIN claim USING (claim_no) JOIN device USING (device_no)",
    "captures": "capture",
    "limits": "shortfall",
    "waivers": "waiver JOIN device USING (device_no)",
}


def create_views(db: "Database") -> None:
    """Create the views `inventory`, `evidence`, `captures`, `limits`, `waivers` and `flagged`."""
    for view, columns in VIEWS.items():
        shown = ",\n    ".join(f'{expression} AS "{column}"' for column, expression in columns.items())
        db.create_view(view, f"SELECT\n    {shown}\nFROM {_ROWS[view]}")
    db.create_view("flagged", "SELECT * FROM inventory WHERE verdict = 'flagged'")
