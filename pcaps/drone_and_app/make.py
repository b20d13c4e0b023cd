"""A phone steers a Tello drone in its network and is told the drone's state. Then it sets a password."""

from pcaps.making import Host, arp, pcap, save, udp

PHONE = Host("a4:83:e7:00:00:01", "192.168.10.2")  # Apple, Inc.
DRONE = Host("02:00:5e:00:00:01", "192.168.10.1")  # locally administered
STATE = (
    "pitch:0;roll:-1;yaw:{yaw};vgx:0;vgy:0;vgz:0;templ:61;temph:63;tof:10;h:0;bat:{left};baro:102.35;time:0;"
    "agx:-3.00;agy:2.00;agz:-999.00;\r\n"
)
PASSWORD = "correct-horse-battery"  # noqa: S105 -- made up, to be found nowhere in the result


def make() -> bytes:
    return pcap(
        [
            arp(PHONE),
            arp(DRONE),
            udp(PHONE, DRONE, (50123, 8889), b"command"),
            udp(DRONE, PHONE, (8889, 50123), b"ok"),
            udp(DRONE, PHONE, (8889, 8890), STATE.format(yaw=14, left=87).encode()),
            udp(DRONE, PHONE, (8889, 8890), STATE.format(yaw=15, left=86).encode()),
            udp(PHONE, DRONE, (50123, 8889), f"wifi MyDrone {PASSWORD}".encode()),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
