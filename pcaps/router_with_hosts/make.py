"""A router carries Internet hosts and a second office network; two devices there are known by their addresses only."""

from pcaps.making import Host, arp, arp_reply, client_hello, dns_pointer, dns_query, http_answer, pcap, save, tcp

ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
RESOLVER = Host("dc:a6:32:00:00:01", "192.168.1.53")  # Raspberry Pi Trading Ltd

# All of these arrive under the router's address.
CAMERA = Host(ROUTER.mac, "192.168.50.20")
SWITCH = Host(ROUTER.mac, "192.168.50.21")
QUIET = Host(ROUTER.mac, "192.168.50.22")
INTERNET = [Host(ROUTER.mac, f"93.184.216.{number}") for number in range(1, 13)]


def make() -> bytes:
    frames = [
        arp(ROUTER),
        arp(PC, ROUTER.ip),
        arp_reply(ROUTER, PC),
        arp(RESOLVER),
        http_answer(CAMERA, PC, "Server: App-webs/", "Content-Type: text/html"),
        dns_pointer(RESOLVER, PC, CAMERA.ip, "lobby-cam.office.example"),
        dns_query(SWITCH, RESOLVER, "m1.tuyaeu.com"),
        client_hello(SWITCH, RESOLVER, "m1.tuyaeu.com"),
        http_answer(QUIET, PC, "Server: nginx"),
    ]
    frames += [tcp(site, PC, (443, 50001), b"\x17\x03\x03\x00\x05hello") for site in INTERNET]
    return pcap(frames)


if __name__ == "__main__":
    save(make(), __file__)
