"""A manager asks three agents; H3C's and HPE's switch answer under the same number, a third seals all but its engine ID."""

from pcaps.making import Host, arp, pcap, save, udp

MANAGER = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
H3C = Host("02:00:5e:00:02:01", "192.168.1.2")  # locally administered
HPE = Host("00:0b:86:00:00:01", "192.168.1.3")  # Hewlett Packard Enterprise
SEALED = Host("02:00:5e:00:02:03", "192.168.1.4")  # locally administered
COMMUNITY = b"Opensesame1"
DESCRIPTION, OBJECT = (1, 3, 6, 1, 2, 1, 1, 1, 0), (1, 3, 6, 1, 2, 1, 1, 2, 0)


def tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = bytes((len(body),)) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes((tag,)) + size + body


def number(value: int) -> bytes:
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(*parts: int) -> bytes:
    """An object identifier (X.690 section 8.19)."""
    out = bytes((parts[0] * 40 + parts[1],))
    for part in parts[2:]:
        groups = [part & 0x7F]
        while part := part >> 7:
            groups.append(part & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return tlv(6, out)


def message(kind: int, *bindings: tuple[tuple[int, ...], bytes]) -> bytes:
    """Version 2c (RFC 3416 section 3)."""
    listed = tlv(0x30, *(tlv(0x30, oid(*name), value) for name, value in bindings))
    return tlv(0x30, number(1), tlv(4, COMMUNITY), tlv(kind, number(77), number(0), number(0), listed))


def answer(agent: Host, description: str, *numbers: int) -> bytes:
    said = message(0xA2, (DESCRIPTION, tlv(4, description.encode())), (OBJECT, oid(1, 3, 6, 1, 4, 1, *numbers)))
    return udp(agent, MANAGER, (161, 50161), said)


def sealed(agent: Host, enterprise: int) -> bytes:
    """A version 3 response, encrypted, of which only the engine ID is in clear (RFC 3414 section 2.4, RFC 3411 section 5)."""
    engine = (enterprise | 1 << 31).to_bytes(4, "big") + b"\x04agent-1"
    header = tlv(0x30, number(5), number(65507), tlv(4, b"\x03"), number(3))
    security = tlv(0x30, tlv(4, engine), number(1), number(9), tlv(4, COMMUNITY), tlv(4, bytes(12)), tlv(4, bytes(8)))
    return udp(agent, MANAGER, (161, 50161), tlv(0x30, number(3), header, tlv(4, security), tlv(4, b"\x9c" * 48)))


def make() -> bytes:
    question = message(0xA0, (DESCRIPTION, tlv(5)), (OBJECT, tlv(5)))
    return pcap(
        [
            *(arp(host) for host in (MANAGER, H3C, HPE, SEALED)),
            *(udp(MANAGER, agent, (50161, 161), question) for agent in (H3C, HPE)),
            answer(H3C, "H3C Comware Platform Software, Software Version 7.1.070\r\nH3C S5130S-28P-EI\r\n", 25506, 1, 1),
            answer(HPE, "HPE Comware Platform Software, Software Version 7.1.070\r\nHPE 5130-24G-4SFP+ EI\r\n", 25506, 11, 1),
            sealed(SEALED, 3902),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
