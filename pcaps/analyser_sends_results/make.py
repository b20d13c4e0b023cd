"""A blood analyser sends a result to the laboratory's server, and a scanner opens an association with an archive."""

from struct import pack

from pcaps.making import Host, arp, pcap, save, tcp

SERVER = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
ARCHIVE = Host("00:11:32:00:00:01", "192.168.1.20")  # Synology Incorporated
ANALYSER = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
SCANNER = Host("28:63:36:00:00:01", "192.168.1.62")  # Siemens AG

RESULT = (
    "MSH|^~\\&|Mindray^BC-5000|LAB|LIS|HOSPITAL|20260302080000||ORU^R01|17|P|2.3.1||||0||UNICODE\r"
    "PID|1||4711||DOE^JANE\rOBX|1|NM|WBC||8.1|10*9/L\r"
)
ACKNOWLEDGED = "MSH|^~\\&|LIS|HOSPITAL|Mindray^BC-5000|LAB|20260302080001||ACK^R01|18|P|2.3.1\rMSA|AA|17\r"


def item(kind: int, value: bytes) -> bytes:
    return pack(">BBH", kind, 0, len(value)) + value


def association(kind: int, implementation: str, version: str) -> bytes:
    """A-ASSOCIATE-RQ (1) or AC (2) for verification, PS3.8 section 9.3.2 and 9.3.3."""
    syntax = item(0x40, b"1.2.840.10008.1.2")
    asked = b"\1\0\0\0" + item(0x30, b"1.2.840.10008.1.1") + syntax
    context = item(0x20, asked) if kind == 1 else item(0x21, b"\1\0\0\0" + syntax)
    software = item(0x51, pack(">I", 16384)) + item(0x52, implementation.encode()) + item(0x55, version.encode())
    held = item(0x10, b"1.2.840.10008.3.1.1.1") + context + item(0x50, software)
    body = pack(">HH16s16s32x", 1, 0, b"ARCHIVE".ljust(16), b"CT-2".ljust(16)) + held
    return pack(">BBI", kind, 0, len(body)) + body


def make() -> bytes:
    message, reply = f"\x0b{RESULT}\x1c\r".encode(), f"\x0b{ACKNOWLEDGED}\x1c\r".encode()
    asked = association(1, "1.3.12.2.1107.5.1.4", "EXAMPLE_VB20")
    answer = association(2, "1.2.276.0.7230010.3.0.3.6.7", "OFFIS_DCMTK_367")
    return pcap(
        [
            *map(arp, (SERVER, ARCHIVE, ANALYSER, SCANNER)),
            tcp(ANALYSER, SERVER, (50575, 2575), message),
            tcp(SERVER, ANALYSER, (2575, 50575), reply, received=len(message)),
            tcp(SCANNER, ARCHIVE, (50104, 104), asked),
            tcp(ARCHIVE, SCANNER, (104, 50104), answer, received=len(asked)),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
