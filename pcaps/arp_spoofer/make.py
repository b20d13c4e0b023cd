"""A PC tells camera and router that it is the other one, and passes on what they send to each other."""

from pcaps.making import Host, arp, arp_reply, client_hello, pcap, save, tcp, udp
from pcaps.vendor_messages import sadp_answer

ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
CAMERA = Host("bc:ad:28:00:00:01", "192.168.1.64")  # Hangzhou Hikvision Digital Technology Co.,Ltd.
PC = Host("34:e6:d7:00:00:01", "192.168.1.30")  # Dell Inc.
CLOUD = "93.184.216.20"
UUID = "7F0C1E52-3A4B-4C5D-8E6F-0123456789AB"


def make() -> bytes:
    cloud_by_router, cloud_by_pc = Host(ROUTER.mac, CLOUD), Host(PC.mac, CLOUD)
    camera_by_pc, router_by_pc = Host(PC.mac, CAMERA.ip), Host(PC.mac, ROUTER.ip)
    data = b"\x17\x03\x03\x00\x05hello"
    answer = sadp_answer(UUID, CAMERA.mac, CAMERA.ip, "DS-2CD2143G0-I", "DS-2CD2143G0-I20190220AAWR000000001")
    return pcap(
        [
            arp(ROUTER),
            arp(CAMERA),
            arp(PC),
            udp(CAMERA, "239.255.255.250", (37020, 37020), answer),
            arp_reply(camera_by_pc, ROUTER),
            arp_reply(router_by_pc, CAMERA),
            client_hello(CAMERA, cloud_by_pc, "litedev.hik-connect.com"),  # to the PC, which the camera takes for the router
            client_hello(camera_by_pc, cloud_by_router, "litedev.hik-connect.com"),  # passed on
            tcp(cloud_by_router, camera_by_pc, (443, 50443), data),
            tcp(cloud_by_pc, CAMERA, (443, 50443), data),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
