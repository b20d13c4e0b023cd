"""A camera shows its own certificate; a host beside it and a web site behind the router show others from the same country."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from pcaps.making import Host, arp, client_hello, pcap, save, tcp

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
CAMERA = Host("02:00:5e:00:03:01", "192.168.1.64")  # locally administered
OTHER = Host("02:00:5e:00:03:02", "192.168.1.65")  # locally administered
ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))  # signs the same way each time


def counted(value: bytes, width: int) -> bytes:
    return len(value).to_bytes(width, "big") + value


def certificate(common: str, organization: str) -> bytes:
    """A certificate signed by itself (RFC 5280 section 4.1) from Hangzhou."""
    parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.LOCALITY_NAME, "HangZhou"), (NameOID.COMMON_NAME, common)]
    parts += [(NameOID.ORGANIZATION_NAME, organization)] if organization else []
    name = x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key()).serial_number(7)
    builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
    return builder.sign(KEY, None).public_bytes(Encoding.DER)


def shown(server: Host, common: str, organization: str = "") -> bytes:
    """Server hello and certificate of TLS 1.2 in one record (RFC 5246 sections 7.4.1.3 and 7.4.2)."""
    hello = b"\3\3" + bytes(range(32)) + b"\0" + b"\xc0\x2b" + b"\0"
    listed = counted(counted(certificate(common, organization), 3), 3)
    messages = b"\2" + counted(hello, 3) + b"\x0b" + counted(listed, 3)
    return tcp(server, PC, (443, 50443), b"\x16\3\3" + counted(messages, 2))


def make() -> bytes:
    site = Host(ROUTER.mac, "93.184.216.34")
    return pcap(
        [
            *(arp(host) for host in (PC, CAMERA, OTHER, ROUTER)),
            client_hello(PC, CAMERA, "camera.example"),
            shown(CAMERA, "192.168.1.64", "HIKVISION"),
            shown(OTHER, "192.168.1.65"),
            client_hello(PC, site, "www.hikvision.com"),
            shown(site, "www.hikvision.com", "Hangzhou Hikvision Digital Technology Co., Ltd."),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
