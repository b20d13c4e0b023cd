"""Link layers by number: who reads a frame from its first byte to its network layer.

Each reader takes (buffer, start, end) and returns a `Link`; None where the capture holds too little of the frame to say; or
the text under which a damaged frame is counted. Numbers: https://www.tcpdump.org/linktypes.html.
"""

from collections.abc import Callable
from functools import partial

from scanner.capture import addressless, bluetooth, frame_relay, rare_links, wifi
from scanner.capture.ethernet import Link, cooked, cooked2, ethernet
from scanner.capture.tunnels import WIFI_CAPWAP

Reader = Callable[[bytes, int, int], Link | str | None]

READERS: dict[int, Reader] = {
    0: rare_links.loopback,
    1: ethernet,
    6: rare_links.token_ring,
    7: rare_links.arcnet,
    9: rare_links.ppp,
    10: rare_links.fddi,
    12: rare_links.raw_ip,  # DLT_RAW as some systems write it
    14: rare_links.raw_ip,  # the same on OpenBSD
    50: rare_links.ppp,
    51: rare_links.ppp_ether,
    100: frame_relay.atm,
    101: rare_links.raw_ip,
    104: rare_links.cisco_hdlc,
    105: wifi.plain,
    107: frame_relay.frame_relay,
    108: rare_links.loopback,
    109: rare_links.encapsulated,
    113: cooked,
    117: rare_links.pflog,
    119: wifi.prism,
    122: rare_links.ip_over_fibre_channel,
    127: wifi.radiotap,
    129: rare_links.arcnet_linux,
    138: rare_links.ip_over_firewire,
    140: addressless.mtp2,
    163: wifi.avs,
    166: rare_links.ppp_directed,
    192: wifi.ppi,
    195: addressless.ieee802_15_4_checked,
    204: rare_links.ppp_with_direction,
    205: rare_links.cisco_hdlc_with_direction,
    206: frame_relay.with_direction,
    226: rare_links.ipnet,
    227: addressless.can,
    228: rare_links.raw_ip,
    229: rare_links.raw_ip,
    230: addressless.ieee802_15_4,
    239: rare_links.nflog,
    240: rare_links.analyser,
    242: rare_links.ipoib,
    251: bluetooth.plain,
    253: addressless.netlink,
    256: bluetooth.with_header,
    258: rare_links.pktap,
    271: addressless.vsock,
    272: bluetooth.nordic,
    276: cooked2,
    281: rare_links.broadcom_tag,
    282: rare_links.broadcom_tag_before,
    283: addressless.ieee802_15_4_tap,
    284: rare_links.marvell_tag,
    285: rare_links.marvell_ether_tag,
    WIFI_CAPWAP: wifi.perhaps_turned,
}

CUT_READERS: dict[int, Reader] = READERS | {
    link: partial(reader, whole=False)
    for link, reader in {
        105: wifi.plain,
        119: wifi.prism,
        127: wifi.radiotap,
        163: wifi.avs,
        192: wifi.ppi,
        195: addressless.ieee802_15_4_checked,
        283: addressless.ieee802_15_4_tap,
    }.items()
}
"""Readers of frames of which the capture holds less than was sent: a checksum at the end is not there."""

WITHOUT_ADDRESSES = frozenset({140, 195, 227, 230, 253, 271, 283})
"""Link types whose frames are counted and show no device: they carry no MAC, and an IP address only inside other protocols."""

_NAMES = {
    WIFI_CAPWAP: "IEEE802_11",
    0: "NULL", 1: "ETHERNET", 3: "AX25", 6: "IEEE802_5", 7: "ARCNET_BSD", 8: "SLIP", 9: "PPP", 10: "FDDI", 12: "RAW",
    14: "RAW", 50: "PPP_HDLC", 51: "PPP_ETHER", 99: "SYMANTEC_FIREWALL", 100: "ATM_RFC1483", 101: "RAW", 104: "C_HDLC",
    105: "IEEE802_11", 106: "ATM_CLIP", 107: "FRELAY", 108: "LOOP", 109: "ENC", 113: "LINUX_SLL", 114: "LTALK",
    117: "PFLOG", 119: "IEEE802_11_PRISM", 122: "IP_OVER_FC", 123: "SUNATM", 127: "IEEE802_11_RADIOTAP",
    129: "ARCNET_LINUX", 130: "JUNIPER_MLPPP", 131: "JUNIPER_MLFR", 132: "JUNIPER_ES", 133: "JUNIPER_GGSN",
    134: "JUNIPER_MFR", 135: "JUNIPER_ATM2", 136: "JUNIPER_SERVICES", 137: "JUNIPER_ATM1", 138: "APPLE_IP_OVER_IEEE1394",
    139: "MTP2_WITH_PHDR", 140: "MTP2", 141: "MTP3", 142: "SCCP", 143: "DOCSIS", 144: "LINUX_IRDA", 163: "IEEE802_11_AVS",
    164: "JUNIPER_MONITOR", 165: "BACNET_MS_TP", 166: "PPP_PPPD", 167: "JUNIPER_PPPOE", 168: "JUNIPER_PPPOE_ATM",
    169: "GPRS_LLC", 170: "GPF_T", 171: "GPF_F", 174: "JUNIPER_PIC_PEER", 175: "ERF_ETH", 176: "ERF_POS",
    177: "LINUX_LAPD", 178: "JUNIPER_ETHER", 179: "JUNIPER_PPP", 180: "JUNIPER_FRELAY", 181: "JUNIPER_CHDLC", 182: "MFR",
    183: "JUNIPER_VP", 184: "A429", 185: "A653_ICM", 186: "USB_FREEBSD", 187: "BLUETOOTH_HCI_H4",
    188: "IEEE802_16_MAC_CPS", 189: "USB_LINUX", 190: "CAN20B", 191: "IEEE802_15_4_LINUX", 192: "PPI",
    193: "IEEE802_16_MAC_CPS_RADIO", 194: "JUNIPER_ISM", 195: "IEEE802_15_4_WITHFCS", 196: "SITA", 197: "ERF",
    198: "RAIF1", 199: "IPMB_KONTRON", 200: "JUNIPER_ST", 201: "BLUETOOTH_HCI_H4_WITH_PHDR", 202: "AX25_KISS",
    204: "PPP_WITH_DIR", 205: "C_HDLC_WITH_DIR", 206: "FRELAY_WITH_DIR", 207: "LAPB_WITH_DIR", 209: "IPMB_LINUX",
    210: "FLEXRAY", 211: "MOST", 212: "LIN", 214: "X2E_XORAYA", 215: "IEEE802_15_4_NONASK_PHY", 216: "LINUX_EVDEV",
    219: "MPLS", 220: "USB_LINUX_MMAPPED", 221: "DECT", 222: "AOS", 223: "WIHART", 224: "FC_2",
    225: "FC_2_WITH_FRAME_DELIMS", 226: "IPNET", 227: "CAN_SOCKETCAN", 228: "IPV4", 229: "IPV6",
    230: "IEEE802_15_4_NOFCS", 231: "DBUS", 232: "JUNIPER_VS", 233: "JUNIPER_SRX_E2E", 234: "JUNIPER_FIBRECHANNEL",
    235: "DVB_CI", 236: "MUX27010", 237: "STANAG_5066_D_PDU", 238: "JUNIPER_ATM_CEMIC", 239: "NFLOG", 240: "NETANALYZER",
    241: "NETANALYZER_TRANSPARENT", 242: "IPOIB", 243: "MPEG_2_TS", 244: "NG40", 245: "NFC_LLCP", 246: "PFSYNC",
    247: "INFINIBAND", 248: "SCTP", 249: "USBPCAP", 250: "RTAC_SERIAL", 251: "BLUETOOTH_LE_LL",
    252: "WIRESHARK_UPPER_PDU", 253: "NETLINK", 254: "BLUETOOTH_LINUX_MONITOR", 255: "BLUETOOTH_BREDR_BB",
    256: "BLUETOOTH_LE_LL_WITH_PHDR", 257: "PROFIBUS_DL", 258: "PKTAP", 259: "EPON", 260: "IPMI_HPM_2",
    261: "ZWAVE_R1_R2", 262: "ZWAVE_R3", 263: "WATTSTOPPER_DLM", 264: "ISO_14443", 265: "RDS", 266: "USB_DARWIN",
    267: "OPENFLOW", 268: "SDLC", 269: "TI_LLN_SNIFFER", 270: "LORATAP", 271: "VSOCK", 272: "NORDIC_BLE",
    273: "DOCSIS31_XRA31", 274: "ETHERNET_MPACKET", 275: "DISPLAYPORT_AUX", 276: "LINUX_SLL2", 278: "OPENVIZSLA",
    279: "EBHSCR", 280: "VPP_DISPATCH", 281: "DSA_TAG_BRCM", 282: "DSA_TAG_BRCM_PREPEND", 283: "IEEE802_15_4_TAP",
    284: "DSA_TAG_DSA", 285: "DSA_TAG_EDSA", 286: "ELEE", 287: "Z_WAVE_SERIAL", 288: "USB_2_0", 289: "ATSC_ALP",
    290: "ETW",
}  # fmt: skip
_USER = range(147, 163)
"""Numbers that everybody may use for what he likes."""


def link_name(link: int) -> str:
    """The link type as https://www.tcpdump.org/linktypes.html names it, else its number."""
    return f"USER{link - _USER.start}" if link in _USER else _NAMES.get(link, f"LINKTYPE {link}")
