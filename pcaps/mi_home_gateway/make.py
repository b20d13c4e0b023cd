"""An app looks for a Mi home gateway; the gateway answers, is alive, speaks for a sensor, and is told to shine."""

import json

from pcaps.making import Host, arp, pcap, save, udp

PHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
GATEWAY = Host("4c:eb:d6:00:00:01", "192.168.1.51")  # Espressif Inc.
GROUP = "224.0.0.50"
SID = "4cebd6000001"
TOKEN = "secret--of-mine!"  # noqa: S105 -- made up, to show that it is not stored


def said(**members: object) -> bytes:
    """One message (PyXiaomiGateway 0.14.3)."""
    return json.dumps(members, separators=(",", ":")).encode()


def make() -> bytes:
    address = json.dumps({"ip": GATEWAY.ip})
    iam = said(cmd="iam", port="9898", sid=SID, model="gateway.v3", proto_version="1.1.2", ip=GATEWAY.ip)
    alive = said(cmd="heartbeat", model="gateway.v3", sid=SID, short_id="0", token=TOKEN, data=address)
    report = said(cmd="report", model="sensor_magnet.aq2", sid="158d0001020304", short_id=10731, data='{"status":"open"}')
    write = said(cmd="write", model="gateway.v3", sid=SID, data=json.dumps({"rgb": 1677727487, "key": TOKEN}))
    return pcap(
        [
            arp(PHONE),
            arp(GATEWAY),
            udp(PHONE, GROUP, (50321, 4321), said(cmd="whois")),
            udp(GATEWAY, PHONE, (4321, 50321), iam),
            udp(GATEWAY, GROUP, (4321, 9898), alive),
            udp(GATEWAY, GROUP, (4321, 9898), report),
            udp(PHONE, GATEWAY, (9898, 9898), write),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
