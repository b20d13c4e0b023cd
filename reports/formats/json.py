"""JSON: the whole inventory as one document, `"schema": "fieldmark/1"`.

Top level: schema, tool, as_of, notes, summary (devices, verdicts, levels), devices, captures, limits, tables. A device has
the columns of the `inventory` view (README) plus segment, reason, names, addresses with their proofs, claims with their
evidence, listings, guards (what kept signs from counting in full) and waivers. Times are ISO 8601 UTC with microseconds,
captured bytes hexadecimal. null: absent where the views have NULL; a limit whose capture is null holds for the whole scan.
Within one schema number fields are only ever added.
"""

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from reports import guard, view
from reports.wording import iso
from scanner.model import CaptureRecord, Citation, Claim, Device, Inventory, Tie

NAME = "json"
SUFFIX = ".json"
SCHEMA = "fieldmark/1"

Json = dict[str, Any]


def render(inventory: Inventory) -> str:
    """The inventory as one indented document."""
    verdicts = Counter(device.finding.verdict for device in inventory.devices)
    levels = Counter(device.finding.level for device in inventory.devices)
    hashes = {record.capture: record.sha256 for record in inventory.captures}
    document = {
        "schema": SCHEMA,
        "tool": inventory.tool,
        "as_of": inventory.as_of,
        "notes": list(inventory.notes),
        "summary": {
            "devices": len(inventory.devices),
            "verdicts": {verdict.value: verdicts[verdict] for verdict in view.VERDICTS},
            "levels": {str(level): levels[level] for level in range(5, -1, -1)} | {"none": levels[None]},
        },
        "devices": [record(device, hashes) for device in view.ordered(inventory.devices)],
        "captures": [_capture(each) for each in inventory.captures],
        "limits": [asdict(limit) | {"capture": limit.capture or None} for limit in view.limits(inventory)],
        "tables": [asdict(table) for table in inventory.tables],
    }
    return guard.for_json(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)) + "\n"


def record(device: Device, hashes: dict[str, str]) -> Json:
    """One device. `hashes`: sha256 of each capture by name."""
    return {
        **view.row(device),
        "macs": [_tie(tie) for tie in device.macs],
        "ips": [_tie(tie) for tie in device.ips],
        "listings": [asdict(listing) for listing in device.listings],
        "segment": device.segment,
        "names": list(device.names),
        "reason": device.finding.reason,
        "guards": [guard.value for guard in device.guards],
        "waivers": [asdict(waiver) for waiver in device.waivers],
        "claims": [_claim(claim, hashes) for claim in [*view.claims(device), *view.claims(device, weak=True)]],
    }


def _claim(claim: Claim, hashes: dict[str, str]) -> Json:
    return {
        "claim": claim.kind.value,
        "value": claim.value,
        "entity": claim.entity,
        "country": claim.country or None,
        "probability": round(claim.probability, 6),
        "status": claim.status.value,
        "note": claim.note,
        "evidence": [_citation(citation, hashes) for citation in claim.evidence],
    }


def _citation(citation: Citation, hashes: dict[str, str]) -> Json:
    return {
        "channel": citation.channel,
        "raw": citation.raw,
        "raw_hex": citation.raw_bytes.hex(),
        "weight": round(citation.weight, 6),
        "capture": citation.capture,
        "sha256": hashes.get(citation.capture) or None,
        "frame": citation.frame,
        "time": iso(citation.time),
        "signature": citation.signature,
        "source": citation.source,
    }


def _tie(tie: Tie) -> Json:
    return {"address": tie.address, "proof": tie.proof, "time": iso(tie.time), "capture": tie.capture, "frame": tie.frame}


def _capture(each: CaptureRecord) -> Json:
    return {
        "capture": each.capture,
        "sha256": each.sha256 or None,
        "bytes": each.bytes,
        "format": each.format,
        "link_types": list(each.link_types),
        "frames": each.frames,
        "decoded": each.decoded,
        "not_wanted": each.not_wanted,
        "malformed": each.malformed,
        "unsupported": each.unsupported,
        "first_seen": None if each.first_seen is None else iso(each.first_seen),
        "last_seen": None if each.last_seen is None else iso(each.last_seen),
        "complete": each.complete,
        "problem": each.problem,
    }
