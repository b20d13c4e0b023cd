"""A PC searches with SADP; two Hikvision cameras answer, one of them with an address that names nobody."""

from pcaps.making import SSDP, Host, arp, pcap, save, udp
from pcaps.vendor_messages import sadp_answer, sadp_probe

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
CAMERA = Host("bc:ad:28:00:00:01", "192.168.1.64")  # Hangzhou Hikvision Digital Technology Co.,Ltd.
SECOND = Host("02:00:5e:00:00:65", "192.168.1.65")  # locally administered
UUID = "7F0C1E52-3A4B-4C5D-8E6F-0123456789AB"


def make() -> bytes:
    def answer(camera: Host, serial: str) -> bytes:
        body = sadp_answer(UUID, camera.mac, camera.ip, "DS-2CD2143G0-I", serial)
        return udp(camera, SSDP, (37020, 37020), body)

    return pcap(
        [
            arp(PC),
            arp(CAMERA),
            arp(SECOND),
            udp(PC, SSDP, (60000, 37020), sadp_probe(UUID)),
            answer(CAMERA, "DS-2CD2143G0-I20190220AAWR000000001"),
            answer(SECOND, "DS-2CD2143G0-I20190220AAWR000000002"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
