"""Two access points, a plug that waits to be paired, a plug that talks encrypted, and a phone that looks for networks."""

from pcaps.making import save
from pcaps.radio import RADIOTAP, beacon, capture, encrypted, network, probe_request, protected_setup, vendor

HUAWEI = "00:e0:fc:00:00:01"  # HUAWEI TECHNOLOGIES CO.,LTD
NETGEAR = "a0:40:a0:00:00:01"  # NETGEAR
PLUG = "24:0a:c4:00:00:01"  # Espressif Inc.
OLD_PLUG = "50:c7:bf:00:00:01"  # TP-LINK TECHNOLOGIES CO.,LTD.
PHONE = "02:00:5e:00:00:11"  # locally administered


def make() -> bytes:
    # Wi-Fi Multimedia with its usual parameters, in nearly every beacon.
    quality = vendor("0050f202", bytes.fromhex("01010000 03a40000 27a40000 42435e00 62322f00"))
    return capture(
        RADIOTAP,
        [
            beacon(
                HUAWEI, network("warehouse"), quality, protected_setup("Huawei Technologies Co., Ltd.", "WS5200", "WS5200")
            ),
            beacon(NETGEAR, network("office"), quality, protected_setup("NETGEAR, Inc.", "R7000", "R7000")),
            beacon(PLUG, network("SmartLife-1A2B")),
            encrypted(OLD_PLUG, HUAWEI, NETGEAR),
            probe_request(PHONE, network("SmartLife-1A2B")),
            probe_request(PHONE, network("HUAWEI-guest")),
        ],
    )


if __name__ == "__main__":
    save(make(), __file__)
