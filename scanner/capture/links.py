"""Link layers by number: who reads a frame from its first byte to its network layer.

Each reader takes (buffer, start, end) and returns a `Link`, or None where the capture holds too little of the frame to say
or says itself that it was received damaged. Numbers: https://www.tcpdump.org/linktypes.html.
"""

from collections.abc import Callable

from scanner.capture import bluetooth, rare_links, wifi
from scanner.capture.ethernet import Link, cooked, cooked2, ethernet

READERS: dict[int, Callable[[bytes, int, int], Link | None]] = {
    0: rare_links.loopback,
    1: ethernet,
    6: rare_links.token_ring,
    9: rare_links.ppp,
    10: rare_links.fddi,
    12: rare_links.raw_ip,  # DLT_RAW as some systems write it
    14: rare_links.raw_ip,  # the same on OpenBSD
    50: rare_links.ppp,
    51: rare_links.ppp_ether,
    101: rare_links.raw_ip,
    104: rare_links.cisco_hdlc,
    105: wifi.plain,
    108: rare_links.loopback,
    113: cooked,
    119: wifi.prism,
    127: wifi.radiotap,
    163: wifi.avs,
    192: wifi.ppi,
    228: rare_links.raw_ip,
    229: rare_links.raw_ip,
    239: rare_links.nflog,
    242: rare_links.ipoib,
    251: bluetooth.plain,
    256: bluetooth.with_header,
    258: rare_links.pktap,
    272: bluetooth.nordic,
    276: cooked2,
    281: rare_links.broadcom_tag,
    282: rare_links.broadcom_tag_before,
    284: rare_links.marvell_tag,
    285: rare_links.marvell_ether_tag,
}

_NAMES = {
    0: "NULL", 1: "ETHERNET", 3: "AX25", 6: "IEEE802_5", 7: "ARCNET_BSD", 8: "SLIP", 9: "PPP", 10: "FDDI",
    12: "RAW", 14: "RAW", 50: "PPP_HDLC", 51: "PPP_ETHER", 100: "ATM_RFC1483", 101: "RAW", 104: "C_HDLC",
    105: "IEEE802_11", 107: "FRELAY", 108: "LOOP", 113: "LINUX_SLL", 117: "PFLOG", 119: "IEEE802_11_PRISM",
    122: "IP_OVER_FC", 127: "IEEE802_11_RADIOTAP", 140: "MTP2", 147: "USER0", 163: "IEEE802_11_AVS", 165: "BACNET_MS_TP",
    187: "BLUETOOTH_HCI_H4", 189: "USB_LINUX", 192: "PPI", 195: "IEEE802_15_4_WITHFCS", 201: "BLUETOOTH_HCI_H4_WITH_PHDR",
    220: "USB_LINUX_MMAPPED", 227: "CAN_SOCKETCAN", 228: "IPV4", 229: "IPV6", 230: "IEEE802_15_4_NOFCS", 231: "DBUS",
    239: "NFLOG", 242: "IPOIB", 249: "USBPCAP", 251: "BLUETOOTH_LE_LL", 256: "BLUETOOTH_LE_LL_WITH_PHDR", 258: "PKTAP",
    271: "VSOCK", 272: "NORDIC_BLE", 276: "LINUX_SLL2", 281: "DSA_TAG_BRCM", 282: "DSA_TAG_BRCM_PREPEND",
    283: "IEEE802_15_4_TAP", 284: "DSA_TAG_DSA", 285: "DSA_TAG_EDSA",
}  # fmt: skip


def link_name(link: int) -> str:
    """The link type as https://www.tcpdump.org/linktypes.html names it, else its number."""
    return _NAMES.get(link, f"LINKTYPE {link}")
