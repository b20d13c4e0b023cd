"""A hundred thousand devices with a million pieces of evidence: seconds into SQLite, and how the page of them fares.

Run by `bench.py` in a process of its own: `scale.py FOLDER` prints one JSON object.
"""

import json
import shutil
import sys
import time
from pathlib import Path

from reports.formats import html
from scanner.model import (
    CaptureRecord,
    Citation,
    Claim,
    ClaimKind,
    Device,
    Finding,
    Inventory,
    Status,
    TableVersion,
    Tie,
    Verdict,
)
from scanner.store.writing import write

DEVICES, CITED = 100_000, 10
NOW = 1_700_000_000_000_000_000


def device(number: int) -> Device:
    """One device with ten pieces of evidence in two claims."""
    mac = ":".join(f"{(0x02_00_00_00_00_00 + number) >> shift & 255:02x}" for shift in range(40, -8, -8))
    ip = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    cited = tuple(
        Citation(
            "dns.query", f"host-{n}.example", b"host", 1.5, "big.pcap", number * 10 + n, NOW + n, f"vendor{n % 7}.cloud", "x"
        )
        for n in range(CITED)
    )
    maker = Claim(
        ClaimKind.MAKER, f"Maker {number % 97}", f"maker{number % 97}", "DE", 0.97, Status.CONFIRMED, cited[: CITED // 2]
    )
    other = Claim(ClaimKind.PLATFORM, "Platform", "platform", "DE", 0.9, Status.LIKELY, cited[CITED // 2 :])
    verdict = (Verdict.FLAGGED, Verdict.REVIEW, Verdict.CLEAR, Verdict.UNKNOWN)[number % 4]
    level = (4, 1, 0, None)[number % 4]
    return Device(
        mac, mac, "", (Tie(mac, "sender", NOW, "big.pcap", number),), (Tie(ip, "arp", NOW, "big.pcap", number),),
        (f"device-{number}",), "camera", "Example Registrant Co., Ltd.", "DE", (maker, other), (),
        Finding(verdict, level, 0.97, "confirmed made by somebody"), NOW, NOW + number, 12, 4000,
    )  # fmt: skip


def painted(page: Path) -> float | None:
    """Seconds until Chromium has painted the page for the first time, None where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        tab.goto("about:blank")
        tab.goto(page.as_uri(), wait_until="load")
        paint = "performance.getEntriesByType('paint').find(e => e.name === 'first-contentful-paint').startTime"
        tab.wait_for_function(f"{paint} > 0")
        found = float(tab.evaluate(paint)) / 1000
        browser.close()
    return found


def main(folder: Path) -> None:
    devices = tuple(device(number) for number in range(DEVICES))
    record = CaptureRecord("big.pcap", "0" * 64, 1, "pcap", ("Ethernet",), 1, 1, 0, 0, NOW, NOW, complete=True)
    inventory = Inventory(
        devices, (record,), (), (TableVersion("registry", "1", "2026-01-01", 1, "x"),), "2026-01-01", "fieldmark"
    )
    begin = time.process_time()
    write(folder / "scale.db", inventory)
    stored = time.process_time() - begin
    begin = time.process_time()
    page = folder / "scale.html"
    page.write_text(html.render(inventory), encoding="utf-8")
    drawn = time.process_time() - begin
    figures = {"stored": stored, "drawn": drawn, "megabytes": page.stat().st_size / 1e6, "painted": painted(page)}
    print(json.dumps(figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
