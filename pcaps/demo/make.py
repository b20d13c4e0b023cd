"""A small office on a Monday morning, ten minutes at a mirror port: what `fieldmark demo` shows.

Twenty-eight devices of many makers, cameras and phones, a plug, printers, switches, laptops, some of them behind a
router. The table below says who they are; the rest of the file lets each of them do what such a device does.
"""

from collections.abc import Iterator
from pathlib import Path

from pcaps.making import (
    EVERYBODY,
    SSDP,
    Host,
    arp,
    cdp,
    client_hello,
    dhcp_ack,
    dhcp_request,
    dns_pointer,
    dns_query,
    http_answer,
    lldp,
    lldp_field,
    mdns,
    mdns_question,
    save,
    ssdp_alive,
    ssdp_search,
    tcp,
    timed,
    udp,
)
from pcaps.vendor_messages import sadp_answer, sadp_probe, tuya_broadcast, tuya_device, tuya_sealed

SHIPPED = Path(__file__).parents[2] / "scanner/demo/office.pcap"
"""The copy inside the package."""

ROUTER = Host("dc:39:6f:00:00:01", "192.168.10.1")  # AVM Audiovisuelles Marketing und Computersysteme GmbH
CORE = Host("fc:58:9a:00:00:01", "192.168.10.2")  # Cisco Systems, Inc
FLOOR = Host("f4:74:88:00:00:01", "192.168.10.3")  # New H3C Technologies Co., Ltd
WIRELESS = Host("b0:a7:b9:00:00:01", "192.168.10.4")  # TP-Link Systems Inc
ARCHIVE = Host("90:09:d0:00:00:01", "192.168.10.5")  # Synology Incorporated
SIGNAGE = Host("dc:a6:32:00:00:01", "192.168.10.6")  # Raspberry Pi Trading Ltd
PRINTER = Host("f8:ed:fc:00:00:01", "192.168.10.20")  # HP Inc.
TELEVISION = Host("a8:23:fe:00:00:01", "192.168.10.21")  # LG Electronics
SPEAKER = Host("5c:aa:fd:00:00:01", "192.168.10.22")  # Sonos, Inc.
HUE = Host("ec:b5:fa:00:00:01", "192.168.10.23")  # Philips Lighting BV
PLUG = Host("f4:cf:a2:00:00:01", "192.168.10.24")  # Espressif Inc.
SOLAR = Host("f0:9e:9e:00:00:01", "192.168.10.25")  # Espressif Inc.
DESK_PHONE = Host("80:5e:c0:00:00:01", "192.168.10.26")  # YEALINK(XIAMEN) NETWORK TECHNOLOGY CO.,LTD.
DOOR = Host("50:a4:d0:70:00:01", "192.168.10.27")  # Shanghai Pujiang Smart Card Systems Co., Ltd., a block of 28 bits
PLAYER = Host("00:05:62:00:00:01", "192.168.10.28")  # Digital View Limited, Hong Kong
BACKUP_LINE = Host("00:9b:08:00:00:01", "192.168.10.29")  # Quectel Wireless Solutions Co.,Ltd.
ENTRANCE = Host("bc:ad:28:00:00:01", "192.168.10.64")  # Hangzhou Hikvision Digital Technology Co.,Ltd.
YARD = Host("e0:50:8b:00:00:01", "192.168.10.65")  # Zhejiang Dahua Technology Co., Ltd.
LOBBY = Host("ac:cc:8e:00:00:01", "192.168.10.66")  # Axis Communications AB
IPHONE = Host("a4:83:e7:00:00:01", "192.168.10.101")  # Apple, Inc.
GALAXY = Host("8c:77:12:00:00:01", "192.168.10.102")  # Samsung Electronics Co.,Ltd
HUAWEI = Host("da:a1:19:00:00:01", "192.168.10.103")  # random
VISITOR = Host("6e:41:07:00:00:01", "192.168.10.104")  # random
RECEPTION = Host("34:e6:d7:00:00:01", "192.168.10.111")  # Dell Inc.
SALES = Host("94:e6:f7:00:00:01", "192.168.10.112")  # Intel Corporate: the card in somebody's laptop
DESIGN = Host("3c:06:30:00:00:01", "192.168.10.113")  # Apple, Inc.
ACCOUNTS = Host("e8:80:88:00:00:01", "192.168.10.114")  # LCFC(Hefei) Electronics Technology co., ltd: Lenovo's
STORE_RECORDER = Host(ROUTER.mac, "192.168.20.15")  # in the store, behind the router

CLIENTS = (  # host, name it gives to DHCP, vendor class
    (PRINTER, "HPF8EDFC000001", ""), (TELEVISION, "LGwebOSTV", ""), (SPEAKER, "SonosZP", ""), (HUE, "Philips-hue", ""),
    (PLUG, "", ""), (SOLAR, "espressif", ""), (DESK_PHONE, "SIP-T46U", "yealink"), (DOOR, "ACS-2000", "udhcp 1.20.2"),
    (BACKUP_LINE, "lte-backup", ""), (YARD, "yard-cam", ""), (LOBBY, "axis-accc8e000001", ""),
    (IPHONE, "Annas-iPhone", ""), (GALAXY, "Galaxy-S22", "android-dhcp-13"),
    (HUAWEI, "HUAWEI_P20_lite-0123456789", "HUAWEI:android:ANE"), (VISITOR, "", "android-dhcp-14"),
    (RECEPTION, "RECEPTION-PC", "MSFT 5.0"), (SALES, "SALES-LAPTOP", "MSFT 5.0"), (DESIGN, "Design-MacBook", ""),
    (ACCOUNTS, "ACCOUNTS-NB", "MSFT 5.0"),
)  # fmt: skip
STATIC = (ROUTER, CORE, FLOOR, WIRELESS, ARCHIVE, SIGNAGE, PLAYER, ENTRANCE)
SITES = {  # who talks to which name outside
    IPHONE: ("gateway.icloud.com", "a1.tuyaeu.com"),
    GALAXY: ("www.google.com", "samsungcloud.com"),
    HUAWEI: ("connectivitycheck.platform.hicloud.com",),
    VISITOR: ("www.wikipedia.org",),
    RECEPTION: ("outlook.office365.com", "www.hikvision.com"),
    SALES: ("teams.microsoft.com", "www.alibaba.com"),
    DESIGN: ("swscan.apple.com", "www.figma.com"),
    ACCOUNTS: ("login.microsoftonline.com",),
    TELEVISION: ("ngfts.lge.com", "www.youtube.com"),
    PLUG: ("m1.tuyaeu.com",),
    SOLAR: ("gateway.isolarcloud.com",),
    YARD: ("www.easy4ipcloud.com",),
}

MINUTE = 60_000
LENGTH = 10 * MINUTE
HEADERS = 14 + 20 + 20  # bytes of Ethernet, IPv4 and TCP before the data
UUID = "7F0C1E52-3A4B-4C5D-8E6F-0123456789AB"
COMWARE = (
    "H3C Comware Platform Software, Software Version 7.1.070, Release 6318P01\r\nH3C S5130S-28P-EI\r\n"
    "Copyright (c) 2004-2021 New H3C Technologies Co., Ltd. All rights reserved."
)
IOS = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4, RELEASE SOFTWARE (fc2)"

PLUG_SAYS = tuya_device("01234567f4cfa2000001", PLUG.ip, "keym557nqw3p8p7m", "3.3")
MODEM = lldp_field(127, b"\x00\x12\xbb\x09Example Instruments GmbH")
GATEWAY = "urn:schemas-upnp-org:device:InternetGatewayDevice:1"
BASIC = "urn:schemas-upnp-org:device:Basic:1"
ZONE = "urn:schemas-upnp-org:device:ZonePlayer:1"
PRINTER_TXT = ["txtvers=1", "ty=HP LaserJet MFP M428fdw", "usb_MFG=HP", "usb_MDL=LaserJet MFP M428fdw", "rp=ipp/print"]
HUE_TXT = ["bridgeid=ecb5fafffe000001", "modelid=BSB002"]


def _uuid(host: Host) -> str:
    return f"00000000-0000-1000-8000-{host.mac.replace(':', '')}"


NETWORK = (  # how often (milliseconds), what
    (30_000, lldp(FLOOR.mac, "floor-1", COMWARE)),
    (30_000, lldp(BACKUP_LINE.mac, "lte-backup", "Example Instruments FG-7 field gateway, Linux 5.10", MODEM)),
    (MINUTE, cdp(CORE, "core-1.office.example", "cisco WS-C2960X-24TS-L", IOS)),
    (3 * MINUTE, ssdp_alive(ROUTER, GATEWAY, _uuid(ROUTER), "FRITZ!Box 7590 UPnP/1.0 AVM FRITZ!Box 7590", "/igddesc.xml")),
)
DEVICES = (
    (20_000, udp(PLUG, EVERYBODY, (49154, 6667), tuya_broadcast(PLUG_SAYS))),
    (3 * MINUTE, ssdp_alive(SPEAKER, ZONE, "RINCON_5CAAFD00000101400", "Linux UPnP/1.0 Sonos/57.3-79200 (ZPS12)", "/zp.xml")),
    (2 * MINUTE, ssdp_alive(HUE, BASIC, _uuid(HUE), "Hue/1.0 UPnP/1.0 IpBridge/1.50.0", "/description.xml")),
    (2 * MINUTE, ssdp_alive(TELEVISION, "upnp:rootdevice", _uuid(TELEVISION), "WebOS/4.1.0 UPnP/1.0", "/")),
    (4 * MINUTE, mdns(PRINTER, "_ipp._tcp", "HP LaserJet MFP M428fdw", "HPF8EDFC000001", PRINTER_TXT, 631)),
    (4 * MINUTE, mdns(ARCHIVE, "_smb._tcp", "archive", "archive", port=445)),
    (4 * MINUTE, mdns(LOBBY, "_axis-video._tcp", "AXIS P3245-V", "axis-accc8e000001", ["macaddress=ACCC8E000001"])),
    (4 * MINUTE, mdns(HUE, "_hue._tcp", "Hue Bridge - 000001", "ecb5fa000001", HUE_TXT, 443)),
    (4 * MINUTE, mdns(SPEAKER, "_sonos._tcp", "Sonos-5CAAFD000001", "Sonos-5CAAFD000001", ["vers=3"], 1443)),
    (4 * MINUTE, mdns(SIGNAGE, "_ssh._tcp", "signage", "signage", port=22)),
    (4 * MINUTE, mdns(DESIGN, "_companion-link._tcp", "Design-MacBook", "Design-MacBook", port=49152)),
)

Timed = Iterator[tuple[int, bytes]]


def make() -> bytes:
    return timed([*arriving(), *announcing(), *searching(), *surfing(), *working()])


def arriving() -> Timed:
    """Everybody joins or shows itself within the first minute; the router asks after them later."""
    for number, host in enumerate(STATIC):
        yield 500 + number * 700, arp(host)
    for number, (host, name, kind) in enumerate(CLIENTS):
        at = 2_000 + number * 2_900
        yield at, dhcp_request(host.mac, host.ip, hostname=name.encode(), vendor_class=kind.encode())
        yield at + 12, dhcp_ack(ROUTER, host)
        yield at + 300, arp(host)
    for minute in range(2, 10, 2):
        for number, (host, _, _) in enumerate(CLIENTS):
            yield minute * MINUTE + number * 400, arp(ROUTER, host.ip)


def announcing() -> Timed:
    """What devices say about themselves, again and again."""
    for number, (every, frame) in enumerate((*NETWORK, *DEVICES)):
        for at in range(3_000 + number * 1_300, LENGTH, every):
            yield at, frame


def searching() -> Timed:
    """People and programs look for things; the entrance camera answers the one who looks for it."""
    yield 65_000, ssdp_search(SALES, "ssdp:all")
    yield 66_000, mdns_question(IPHONE, "_airplay._tcp")
    yield 70_000, mdns_question(DESIGN, "_ipp._tcp")
    yield 95_000, udp(IPHONE, EVERYBODY, (51000, 7000), tuya_sealed({"from": "app", "ip": IPHONE.ip}, asks=True))
    yield 120_000, udp(RECEPTION, SSDP, (60000, 37020), sadp_probe(UUID))
    answer = sadp_answer(UUID, ENTRANCE.mac, ENTRANCE.ip, "DS-2CD2143G0-I", "DS-2CD2143G0-I20190220AAWR000000001")
    yield 120_040, udp(ENTRANCE, SSDP, (37020, 37020), answer)


def surfing() -> Timed:
    """Names asked for and servers greeted; the answers come back under the router's address."""
    server = 10
    for number, (host, names) in enumerate(SITES.items()):
        for turn, name in enumerate(names):
            server += 1
            site = Host(ROUTER.mac, f"93.184.216.{server}")
            at = 75_000 + number * 7_000 + turn * 150_000
            yield at, dns_query(host, ROUTER, name)
            yield from _talk(at + 60, host, site, name)


def _talk(at: int, host: Host, site: Host, name: str) -> Timed:
    """A TLS conversation: the greeting, then records only the two ends can read."""
    hello = client_hello(host, site, name)
    yield at, hello
    sent, received = len(hello) - HEADERS, 0
    for burst in range(5):
        asks, tells = _sealed(110 + 10 * burst), _sealed(300 + 30 * burst)
        yield at + 200 + burst * 15_000, tcp(host, site, (50443, 443), asks, sent=sent, received=received)
        sent += len(asks)
        yield at + 240 + burst * 15_000, tcp(site, host, (443, 50443), tells, sent=received, received=sent)
        received += len(tells)


def working() -> Timed:
    """Inside the office: the recorder in the store and the yard camera are looked at from the reception desk."""
    for at in range(130_000, LENGTH, 90_000):
        yield at, http_answer(STORE_RECORDER, RECEPTION, "Server: App-webs/", "Content-Type: text/html")
        yield at + 500, http_answer(LOBBY, RECEPTION, "Server: Apache/2.4.53 (Unix)", "Content-Type: text/html")
        yield (
            at + 900,
            http_answer(PRINTER, SALES, "Server: HP HTTP Server; HP LaserJet MFP M428fdw", "Content-Type: text/html"),
        )
    yield 131_000, dns_pointer(ROUTER, RECEPTION, STORE_RECORDER.ip, "store-recorder.office.example")


def _sealed(size: int) -> bytes:
    """A TLS record that only its ends can read (RFC 8446 section 5.2)."""
    return b"\x17\x03\x03" + size.to_bytes(2, "big") + bytes(at * 37 % 251 for at in range(size))


if __name__ == "__main__":
    save(make(), __file__)
    SHIPPED.parent.mkdir(exist_ok=True)
    SHIPPED.write_bytes(make())
