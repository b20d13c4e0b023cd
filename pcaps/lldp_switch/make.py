"""Four switches describe themselves: H3C and Huawei over LLDP, HPE with the same software family as H3C, Cisco over CDP."""

from pcaps.making import Host, cdp, lldp, pcap, save

H3C = "00:be:d5:00:00:01"  # New H3C Technologies Co., Ltd
HUAWEI = "02:00:5e:00:00:02"  # locally administered: only the text tells
HPE = "94:b4:0f:00:00:01"  # Hewlett Packard Enterprise
CISCO = Host("00:56:2b:00:00:01", "192.168.1.2")  # Cisco Systems, Inc

COMWARE = (
    "H3C Comware Platform Software, Software Version 7.1.070, Release 6318P01\r\nH3C S5130S-28P-EI\r\n"
    "Copyright (c) 2004-2021 New H3C Technologies Co., Ltd. All rights reserved."
)
VRP = (
    "S5720-28X-PWR-SI-AC\r\nHuawei Versatile Routing Platform Software\r\n"
    "VRP (R) software, Version 5.170 (S5720 V200R011C10SPC600)"
)
HPE_COMWARE = "HPE Comware Platform Software, Software Version 7.1.070, Release 3506P10\r\nHPE 5130-24G-4SFP+ EI"
IOS = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4, RELEASE SOFTWARE (fc2)"


def make() -> bytes:
    return pcap(
        [
            lldp(H3C, "access-1", COMWARE),
            lldp(HUAWEI, "access-2", VRP),
            lldp(HPE, "access-3", HPE_COMWARE),
            cdp(CISCO, "core-1.office.example", "cisco WS-C2960X-24TS-L", IOS),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
