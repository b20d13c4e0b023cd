"""PRC modules in products of other makers: a Bulgarian relay on an Espressif chip, a gateway with a Quectel modem."""

from pcaps.making import Host, dhcp_ack, dhcp_request, lldp, lldp_field, mdns, pcap, save

ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
RELAY = Host("e8:9f:6d:00:00:01", "192.168.1.45")  # Espressif Inc.
GATEWAY = "00:9b:08:00:00:01"  # Quectel Wireless Solutions Co.,Ltd.

TIA = b"\x00\x12\xbb"  # organisation of the LLDP-MED fields (ANSI/TIA-1057)


def make() -> bytes:
    return pcap(
        [
            dhcp_request(RELAY.mac, RELAY.ip, hostname=b"shellyplus1-e89f6d000001"),
            dhcp_ack(ROUTER, RELAY),
            mdns(RELAY, "_shelly._tcp", "shellyplus1-e89f6d000001", "shellyplus1-e89f6d000001", ["gen=2", "app=Plus1"]),
            lldp(
                GATEWAY,
                "field-gateway-7",
                "Example Instruments FG-7 field gateway, Linux 5.10",
                lldp_field(127, TIA + b"\x09Example Instruments GmbH"),
                lldp_field(127, TIA + b"\x0aFG-7"),
            ),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
