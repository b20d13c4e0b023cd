"""A PC searches for Wi-Fi modules with the three usual texts; modules of three makers answer. Then it sets a password."""

from pcaps.making import EVERYBODY, Host, arp, pcap, save, udp

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
PLUG = Host("ac:cf:23:00:00:01", "192.168.1.61")  # Hi-flying electronics technology Co.,Ltd
SERIAL_SERVER = Host("02:00:5e:00:00:62", "192.168.1.62")  # locally administered
LAMP = Host("02:00:5e:00:00:63", "192.168.1.63")  # locally administered
PASSWORD = "correct-horse-battery"  # noqa: S105 -- made up, to be found nowhere in the result


def make() -> bytes:
    def search(text: str) -> bytes:
        return udp(PC, EVERYBODY, (48899, 48899), text.encode())

    def answer(module: Host, name: str) -> bytes:
        body = f"{module.ip},{module.mac.replace(':', '').upper()},{name}"
        return udp(module, PC, (48899, 48899), body.encode())

    return pcap(
        [
            arp(PC),
            arp(PLUG),
            arp(SERIAL_SERVER),
            arp(LAMP),
            search("HF-A11ASSISTHREAD"),
            answer(PLUG, "HF-LPB100"),
            answer(LAMP, "AK001-ZJ2101"),
            search("www.usr.cn"),
            answer(SERIAL_SERVER, "USR-TCP232-ED2"),
            search("WIFIKIT-214028-READ"),
            udp(PC, PLUG, (48899, 48899), f"AT+WSKEY=WPA2PSK,AES,{PASSWORD}\r".encode()),
            udp(PLUG, PC, (48899, 48899), f"+ok=WPA2PSK,AES,{PASSWORD}\r\n\r\n".encode()),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
