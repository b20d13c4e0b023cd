"""Network cards and modules that sit in anybody's product."""

from pcaps.making import Host, arp, pcap, save

INTEL = Host("94:e6:f7:00:00:01", "192.168.1.11")  # Intel Corporate
AZUREWAVE = Host("b4:8c:9d:00:00:01", "192.168.1.12")  # AzureWave Technology Inc.
MURATA = Host("e8:e8:b7:00:00:01", "192.168.1.13")  # Murata Manufacturing Co., Ltd.
REALTEK = Host("00:e0:4c:00:00:01", "192.168.1.14")  # REALTEK SEMICONDUCTOR CORP.


def make() -> bytes:
    return pcap([arp(host) for host in (INTEL, AZUREWAVE, MURATA, REALTEK)])


if __name__ == "__main__":
    save(make(), __file__)
