"""A Xiaomi and a Sony television and a Google speaker cast; a self-made board plays a Hue bridge towards a voice assistant."""

from pcaps.making import Host, arp, mdns, mdns_question, pcap, save, ssdp_alive

XIAOMI_TV = Host("10:d0:7a:00:00:01", "192.168.1.51")  # AMPAK Technology, Inc.
SONY_TV = Host("10:d0:7a:00:00:02", "192.168.1.52")  # AMPAK Technology, Inc.
SPEAKER = Host("10:d0:7a:00:00:03", "192.168.1.53")  # AMPAK Technology, Inc.
BOARD = Host("4c:eb:d6:00:00:01", "192.168.1.54")  # Espressif Inc.
PHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
CAST = "_googlecast._tcp"


def cast(sender: Host, model: str, name: str) -> bytes:
    """Announcement of a Cast receiver; the properties are those public code reads (id, md, fn …)."""
    ident = f"{int(sender.mac.replace(':', ''), 16):032x}"
    properties = (f"id={ident}", "ve=05", f"md={model}", "ic=/setup/icon.png", f"fn={name}", "ca=264709", "st=0", "rs=")
    return mdns(sender, CAST, f"{model.replace(' ', '-')}-{ident}", ident, properties, 8009)


def make() -> bytes:
    basic, uuid = "urn:schemas-upnp-org:device:basic:1", "2f402f80-da50-11e1-9b23-4cebd6000001"
    return pcap(
        [
            *map(arp, (XIAOMI_TV, SONY_TV, SPEAKER, BOARD, PHONE)),
            mdns_question(PHONE, CAST),
            cast(XIAOMI_TV, "MiTV-MSSP1", "Living room"),
            cast(SONY_TV, "BRAVIA 4K UR3", "Bedroom"),
            cast(SPEAKER, "Google Home Mini", "Kitchen"),
            ssdp_alive(BOARD, basic, uuid, "Linux/3.14.0 UPnP/1.0 IpBridge/1.17.0", "/description.xml"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
