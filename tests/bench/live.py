"""Listening at a fixed rate: two network namespaces and a cable between them, frames sent in at one end."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from measure import TOP

RATE, SECONDS = 100_000, 60
SENDER, LISTENER = "fieldmark-bench-a", "fieldmark-bench-b"


def listened(capture: Path, folder: Path) -> tuple[str, bool | None]:
    """What came of it, and whether nothing was dropped (None: could not be tried)."""
    if os.geteuid() or not shutil.which("tcpreplay") or not shutil.which("ip"):
        return "not tried: needs root, ip and tcpreplay", None
    ip = ["ip", "-n"]
    try:
        for name in (SENDER, LISTENER):
            subprocess.run(["ip", "netns", "add", name], check=True, capture_output=True)
        cable = ["link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", LISTENER]
        subprocess.run([*ip, SENDER, *cable], check=True, capture_output=True)
        for name in (SENDER, LISTENER):
            quiet = ["ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.wire.disable_ipv6=1"]
            subprocess.run(quiet, check=True, capture_output=True)
            subprocess.run([*ip, name, "link", "set", "wire", "mtu", "9000", "up"], check=True, capture_output=True)
        return _listened(capture, folder)
    except subprocess.CalledProcessError as fault:
        return f"not tried: {fault.stderr.decode(errors='replace').strip()}", None
    finally:
        for name in (SENDER, LISTENER):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def _listened(capture: Path, folder: Path) -> tuple[str, bool]:
    log = folder / "listen.txt"
    command = [
        sys.executable,
        "-m",
        "scanner",
        "listen",
        "-i",
        "wire",
        "-a",
        f"duration:{SECONDS + 15}",
        "--db",
        str(folder / "live.db"),
        "-q",
    ]
    with log.open("w") as err:
        listener = subprocess.Popen(
            ["ip", "netns", "exec", LISTENER, *command], cwd=folder, stderr=err, env={**os.environ, "PYTHONPATH": str(TOP)}
        )
        time.sleep(3)
        send = ["tcpreplay", "-q", "-i", "wire", f"--pps={RATE}", "--loop=1000", f"--limit={RATE * SECONDS}", str(capture)]
        sent = subprocess.run(["ip", "netns", "exec", SENDER, *send], capture_output=True, text=True, check=True)
        listener.wait()
    dropped = int((re.search(r"(\d+) frames dropped", log.read_text()) or ["0", "-1"])[1])
    rate = (re.search(r"([\d.]+) pps", sent.stdout) or ["", "?"])[1]
    return f"{dropped:,} of {RATE * SECONDS:,} dropped, sent at {rate} a second", dropped == 0
