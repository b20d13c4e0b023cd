"""Several hosts behind one address: scripted cases, each a few frames through the whole line."""

from collections.abc import Callable

import messages
import packets

from scanner.model import Inventory, Limit

Judge = Callable[..., Inventory]

NAT = ("28:c6:8e:00:00:01", "192.168.1.1")
HOST = ("e8:80:88:00:00:01", "192.168.1.20")
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36"


def hidden(inventory: Inventory) -> list[Limit]:
    return [limit for limit in inventory.limits if limit.code == "hidden_hosts"]


def test_a_translator_that_also_speaks_itself(judge: Judge) -> None:
    (limit,) = hidden(judge(packets.arp(NAT, HOST[1]), messages.ask(NAT, HOST, ttl=64), messages.ask(NAT, HOST, ttl=63)))
    assert (limit.count, limit.first_frame) == (2, 2)
    assert f"{NAT[1]} (translation or a proxy): TTLs 63, 64" in limit.text


def test_systems_with_different_beginnings_behind_one_address(judge: Judge) -> None:
    (limit,) = hidden(judge(packets.arp(NAT, HOST[1]), messages.ask(NAT, HOST, ttl=63), messages.ask(NAT, HOST, ttl=127)))
    assert limit.count == 2


def test_browsers_of_two_systems(judge: Judge) -> None:
    (limit,) = hidden(judge(messages.browse(HOST, NAT, WINDOWS), messages.browse(HOST, NAT, PHONE)))
    assert "browsers on Android, Windows" in limit.text


def test_one_system_with_two_browsers_is_one_host(judge: Judge) -> None:
    assert hidden(judge(messages.browse(HOST, NAT, WINDOWS), messages.browse(HOST, NAT, WINDOWS + " Edg/120"))) == []


def test_one_host_far_away_is_one_host(judge: Judge) -> None:
    far = (NAT[0], "10.9.9.9")
    assert hidden(judge(messages.ask(far, HOST, ttl=62), messages.ask(far, HOST, ttl=62))) == []


def test_the_hops_of_link_local_messages_hide_nobody(judge: Judge) -> None:
    frames = [
        packets.ethernet(
            HOST[0], messages.SSDP[0], 0x0800, packets.ipv4(HOST[1], "239.255.255.250", 17, packets.udp(1, 2, b""), ttl=n)
        )
        for n in (1, 2, 4, 64, 255)
    ]
    assert hidden(judge(*frames)) == []


def test_servers_of_the_internet_are_not_looked_into(judge: Judge) -> None:
    server = (NAT[0], "198.51.100.7")
    assert hidden(judge(messages.ask(server, HOST, ttl=61), messages.ask(server, HOST, ttl=126))) == []


def test_it_never_changes_a_verdict(judge: Judge) -> None:
    quiet = judge(packets.arp(NAT, HOST[1]), messages.ask(NAT, HOST, ttl=64))
    busy = judge(packets.arp(NAT, HOST[1]), messages.ask(NAT, HOST, ttl=64), messages.ask(NAT, HOST, ttl=63))
    assert [device.finding for device in quiet.devices] == [device.finding for device in busy.devices]
