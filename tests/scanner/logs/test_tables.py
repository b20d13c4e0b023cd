"""Tables as text: each format from the public layout, what it says, and what it must not say."""

from log_files import IOS_LLDP, LLDPCTL, Fact, facts, ledger, read, recognised, troubles

CARD, OTHER = "02:00:5e:00:00:01", "02:00:5e:00:00:02"


def arp(mac: str, ip: str, line: int) -> Fact:
    return mac, "arp.ip", "self", ip, line


def test_ip_neigh() -> None:
    found = read(
        b"192.168.1.1 dev eth0 lladdr 02:00:5e:00:00:01 REACHABLE \n"
        b"192.168.1.2 dev eth0  FAILED \n"
        b"192.168.1.3 dev br0 lladdr 02:00:5e:00:00:02 ref 1 used 3/3/0 probes 1 STALE\n"
        b"fe80::1 dev eth0 lladdr 02:00:5e:00:00:01 router STALE\n"
        b"192.168.1.9 dev eth0 lladdr 02:00:5e:00:00:02 PERMANENT\n"
        b"Cannot find device\n"
        b"192.168.1.8 dev eth0 lladdr 01:00:5e:00:00:02 STALE\n"
    )
    assert facts(found) == [
        arp(CARD, "192.168.1.1", 1),
        arp(OTHER, "192.168.1.3", 3),
        (CARD, "nd.ip", "self", "fe80::1", 4),
    ]
    assert ledger(found) == (7, 5, 2)
    assert troubles(found) == {"no line of ip neigh": (1, 6), "an address that is none of a host": (1, 7)}


def test_proc_net_arp() -> None:
    found = read(
        b"IP address       HW type     Flags       HW address            Mask     Device\n"
        b"192.168.1.1      0x1         0x2         02:00:5e:00:00:01     *        eth0\n"
        b"192.168.1.2      0x1         0x0         00:00:00:00:00:00     *        eth0\n"
        b"192.168.1.3      0x1         0x6         02:00:5e:00:00:02     *        eth0\n"
        b"192.168.1.4      0x1\n"
    )
    assert facts(found) == [arp(CARD, "192.168.1.1", 2)]
    assert troubles(found) == {"no line of /proc/net/arp": (1, 5)}


def test_arp_a_of_linux_bsd_and_macos() -> None:
    found = read(
        b"router.lan (192.168.1.1) at 02:00:5e:00:00:01 [ether] on eth0\n"
        b"? (192.168.1.2) at <incomplete> on eth0\n"
        b"? (192.168.1.3) at 2:0:5e:0:0:2 on en0 ifscope [ethernet]\n"
        b"? (192.168.1.4) at 02:00:5e:00:00:02 on em0 permanent [ethernet]\n"
        b"? (192.168.1.5) at (incomplete) on en0 ifscope [ethernet]\n"
        b"Entries: 5\tSkipped: 0\tFound: 5\n"
        b"? (192.168.1.300) at 02:00:5e:00:00:02 [ether] on eth0\n"
    )
    assert facts(found) == [arp(CARD, "192.168.1.1", 1), arp(OTHER, "192.168.1.3", 3)]
    assert troubles(found) == {"an address that is none of a host": (1, 7)}


def test_arp_a_of_windows() -> None:
    found = read(
        b"\r\nInterface: 192.168.1.20 --- 0x5\r\n"
        b"  Internet Address      Physical Address      Type\r\n"
        b"  192.168.1.1           02-00-5e-00-00-01     dynamic   \r\n"
        b"  224.0.0.22            01-00-5e-00-00-16     static    \r\n"
        b"  nonsense\r\n"
    )
    assert facts(found) == [arp(CARD, "192.168.1.1", 4)]
    assert ledger(found) == (6, 2, 1)


def test_show_ip_arp_puts_hosts_into_the_segment_of_their_interface() -> None:
    found = read(
        b"core#show ip arp\n"
        b"Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
        b"Internet  10.0.10.1               -   0200.5e00.0002  ARPA   Vlan10\n"
        b"Internet  10.0.10.7              12   0200.5e00.0001  ARPA   Vlan10\n"
        b"Internet  10.0.10.8               0   Incomplete      ARPA\n"
        b"Internet  10.0.10.9               3   broken          ARPA   Vlan10\n"
        b"core#\n"
    )
    assert facts(found) == [arp(CARD, "10.0.10.7", 4)]
    assert {subject.segment for subject, _ in found.facts} == {"vlan 10"}
    assert troubles(found) == {"no line of show ip arp": (1, 6)}


def test_show_mac_address_table() -> None:
    found = read(
        b"          Mac Address Table\n"
        b"-------------------------------------------\n\n"
        b"Vlan    Mac Address       Type        Ports\n"
        b"----    -----------       --------    -----\n"
        b" All    0100.0ccc.cccc    STATIC      CPU\n"
        b"  10    0200.5e00.0001    DYNAMIC     Gi1/0/5\n"
        b"  20    0200.5e00.0002    STATIC      Gi1/0/6\n"
        b"some words\n"
        b"Total Mac Addresses for this criterion: 3\n"
    )
    assert facts(found) == [(CARD, "fdb.port", "self", "Gi1/0/5", 7)]
    assert {subject.segment for subject, _ in found.facts} == {"vlan 10"}
    assert troubles(found) == {"no line of a MAC address table": (1, 9)}


def test_show_mac_address_table_of_nx_os() -> None:
    found = read(
        b"Legend:\n        * - primary entry\n"
        b"   VLAN     MAC Address      Type      age     Secure NTFY Ports\n"
        b"---------+-----------------+--------+---------+------+----+------------------\n"
        b"*   10     0200.5e00.0001   dynamic  0         F      F    Eth1/7\n"
        b"G    -     0200.5e00.0002   static   -         F      F    sup-eth1(R)\n"
    )
    assert facts(found) == [(CARD, "fdb.port", "self", "Eth1/7", 5)]


def test_lldpctl() -> None:
    found = read(LLDPCTL)
    assert facts(found) == [
        (CARD, "lldp.chassis_id", "self", CARD, 4),
        (CARD, "lldp.system_name", "self", "core", 5),
        (CARD, "lldp.system_description", "self", "Switch,", 6),
        (CARD, "lldp.management_ip", "self", "192.168.1.2", 8),
        (CARD, "lldp.manufacturer", "self", "Acme", 9),
        ("192.168.1.3", "lldp.management_ip", "self", "192.168.1.3", 14),
        ("192.168.1.3", "lldp.port_description", "self", "LAN", 15),
    ]
    assert troubles(found) == {"no line of lldpctl": (1, 16)}


def test_show_lldp_neighbors_detail() -> None:
    """A neighbour cannot give itself, or another, a field by writing one into its description."""
    assert facts(read(IOS_LLDP)) == [
        (CARD, "lldp.chassis_id", "self", CARD, 4),
        (CARD, "lldp.port_description", "self", "uplink", 6),
        (CARD, "lldp.system_name", "self", "core", 7),
        (CARD, "lldp.system_description", "self", "Acme Switch OS System Name: not believed Chassis id: 0200.5e00.0002", 10),
        (CARD, "lldp.management_ip", "self", "192.168.1.2", 17),
        (CARD, "lldp.manufacturer", "self", "Acme", 18),
    ]


def test_what_is_no_log_is_not_taken_for_one() -> None:
    for content in (
        b"",
        b"\n",
        b"just words\n",
        b"{}",
        b'{"ts": 1}\n',
        b"#separator \\x09\n#path\tweird\n",
        b"\xd4\xc3\xb2\xa1" + bytes(40),
    ):
        assert recognised(content) == ""
