"""Address blocks registered in mainland China by plants of companies from elsewhere."""

from pcaps.making import Host, arp, pcap, save

SIEMENS = Host("10:d6:57:00:00:01", "192.168.1.71")  # Siemens Industrial Automation Products Ltd., Chengdu
FOXCONN = Host("00:1c:25:00:00:01", "192.168.1.72")  # Hon Hai Precision Ind. Co.,Ltd. (Taiwan), Chongqing plant
SERCOMM = Host("04:71:53:00:00:01", "192.168.1.73")  # SERNET (SUZHOU) TECHNOLOGIES CORPORATION: Sercomm (Taiwan)
SHARED = Host("04:56:65:00:00:01", "192.168.1.74")  # Nokia Shanghai Bell Co., Ltd.: Nokia and a state company


def make() -> bytes:
    return pcap([arp(host) for host in (SIEMENS, FOXCONN, SERCOMM, SHARED)])


if __name__ == "__main__":
    save(make(), __file__)
