"""The companies themselves: names that mislead, roles that must not clear or flag, signs that must stay apart."""

from collections import Counter

import pytest

from fingerprints.catalogue import load
from fingerprints.oui import Registrant
from fingerprints.rows import Attribution

CATALOGUE = load()
ORGANISATIONS = CATALOGUE.registry.organisations()


def attributed(name: str, country: str) -> Attribution:
    """What a name says that is in the registry with this country."""
    assert country in ORGANISATIONS[name], f"{name!r} is not registered in {country!r}"
    return CATALOGUE.attribute(Registrant(name, country, "", "", 24, "registry"))


def whose(found: Attribution) -> str:
    return found.entity.id if found.entity else ""


@pytest.mark.parametrize(
    ("name", "country", "entity", "role", "origin"),
    [
        # words inside other words
        ("Nautel LTD", "CA", "nautel", "maker", "none"),  # autel
        ("Mitel Networks Corporation", "CA", "mitel", "maker", "none"),  # itel
        ("Aztech Electronics Pte Ltd", "SG", "aztech", "maker", "none"),  # zte
        ("CONTEC CO., LTD.", "JP", "contec_jp", "maker", "none"),  # Contec Medical Systems holds no block
        ("Contec GmbH", "DE", "", "", "none"),
        ("MERCURY SECURITY CORPORATION", "US", "hid", "maker", "none"),
        ("Mercury Systems, Inc.", "US", "mercury_systems", "maker", "none"),
        ("MERCURY COMMUNICATION TECHNOLOGIES CO.,LTD.", "CN", "mercury_net", "maker", "prc"),
        ("Motorola Solutions Inc.", "US", "motorola_solutions", "maker", "none"),
        ("Vivo International Corporation Pty Ltd", "AU", "", "", "none"),
        ("Vivotek, Inc.", "TW", "vivotek", "maker", "none"),
        ("TCL INCORPORATED", "US", "", "", "none"),
        ("byd:sign Corporation", "JP", "", "", "none"),
        ("ZTEC Instruments, Inc.", "US", "", "", "none"),
        ("ANKER-EAST", "RU", "", "", "none"),
        ("Star-Net", "IL", "", "", "none"),
        # foreign plants and joint ventures in the mainland
        ("Hon Hai Precision Ind. Co.,Ltd.", "CN", "foxconn", "contract", "none"),
        ("COMPAL INFORMATION (KUNSHAN) CO., LTD.", "CN", "compal", "contract", "none"),
        ("Siemens Industrial Automation Products Ltd., Chengdu", "CN", "siemens", "maker", "none"),
        ("NXP Semiconductor (Tianjin) LTD.", "CN", "nxp", "soc", "none"),
        ("Nokia Shanghai Bell Co., Ltd.", "CN", "", "", "jv"),
        ("Thales CETCA Avionics CO., Ltd", "CN", "", "", "jv"),
        ("Qingdao Hisense Hitachi Air-conditioning Systems Co.,Ltd.", "CN", "hisense_hitachi", "maker", "jv"),
        # PRC control under another flag
        ("Espressif Inc.", "VG", "espressif", "module", "prc"),
        ("Tuya Smart Inc.", "US", "tuya", "module", "prc"),
        ("Motorola Mobility LLC, a Lenovo Company", "US", "motorola_mobility", "maker", "prc"),
        ("LEDVANCE", "US", "ledvance", "maker", "prc"),
        ("ITEL MOBILE LIMITED", "HK", "transsion", "maker", "prc"),
        ("Fantasia Trading LLC", "US", "anker", "maker", "prc"),
        ("GSD VIET NAM TECHNOLOGY COMPANY LIMITED", "VN", "gaoshengda", "module", "prc"),
        # countries that are wrong or missing
        ("Lenovo Mobile Communication Technology Ltd.", "", "lenovo", "maker", "prc"),
        ("Hytera Communications Corporation Limited", "US", "hytera", "maker", "prc"),
        ("Beijing Enter-Net co.LTD", "US", "", "", "prc"),
        ("COGITO TECH COMPANY LIMITED", "CN", "", "", "hk"),
        ("A-Max Technology Macao Commercial Offshore Company Limited", "CN", "", "", "hk"),
        ("Chi Lin Technology Co., Ltd.", "CN", "", "", "none"),  # Taiwan
        # Hong Kong, and what is not settled
        ("VTech Telecommunications Ltd.", "HK", "vtech", "maker", "hk"),
        ("VTech Telecommunications Ltd.", "CN", "vtech", "maker", "hk"),
        ("TP-LINK TECHNOLOGIES CO.,LTD.", "CN", "tplink_cn", "maker", "prc"),
        ("TP-Link Systems Inc.", "US", "tplink_sys", "maker", "contested"),
        ("TP-Link Systems Inc", "HK", "tplink_sys", "maker", "contested"),
        ("Innolight Technology Corporation", "US", "", "", "contested"),
        ("Shanghai Imilab Technology Co.Ltd", "CN", "imilab", "maker", "prc"),
        ("Zhen Shi Information Technology (Shanghai) Co., Ltd.", "CN", "zhenshi", "maker", "prc"),
        # one company, several roles
        ("BYD COMPANY LIMITED", "CN", "byd", "maker", "prc"),
        ("BYD Precision Manufacture Company Ltd.", "CN", "byd", "contract", "prc"),
        ("TCT mobile ltd", "CN", "tcl", "maker", "prc"),
        ("Tonly Technology Co. Ltd", "CN", "tcl", "contract", "prc"),
        ("Skyworth Digital Technology(Shenzhen) Co.,Ltd", "CN", "skyworth", "contract", "prc"),
        ("SHENZHEN CHUANGWEI-RGB ELECTRONICS CO.,LTD", "CN", "skyworth", "maker", "prc"),
        ("Dynaudio", "DK", "goertek", "maker", "prc"),
        ("WEIFANG GOERTEK ELECTRONICS CO.,LTD", "CN", "goertek", "contract", "prc"),
        ("China Mobile Group Device Co.,Ltd.", "CN", "china_mobile", "operator", "prc"),
        ("China Mobile IOT Company Limited", "CN", "china_mobile_iot", "module", "prc"),
        ("SAMSUNG ELECTRO-MECHANICS(THAILAND)", "TH", "samsung", "module", "none"),
    ],
)  # fmt: skip
def test_registered_names(name: str, country: str, entity: str, role: str, origin: str) -> None:
    found = attributed(name, country)
    assert (whose(found), found.role, found.origin) == (entity, role, origin)


@pytest.mark.parametrize("name", ["Zildjian Brothers", "Mosaic Industries", "SAMOSAIC", "Aztech", "Autelis"])
def test_names_that_only_contain_a_vendors_name(name: str) -> None:
    assert whose(CATALOGUE.attribute(Registrant(name, "US", "", "", 24, "made up"))) == ""


@pytest.mark.parametrize(
    "entity",
    ["tw_elec", "youhua", "cig", "comheart", "luxshare", "huaqin", "longcheer", "wingtech", "foxconn", "quanta", "pegatron"],
)
def test_contract_makers_never_name_the_maker(entity: str) -> None:
    assert {rule.role for rule in CATALOGUE.knowledge.rules if rule.entity == entity} == {"contract"}


@pytest.mark.parametrize(
    "entity",
    ["intel", "broadcom", "realtek", "murata", "texas_instruments", "ampak", "azurewave", "liteon", "silabs", "nordic",
     "espressif", "tuya", "highflying", "usriot", "quectel", "fibocom", "beken", "bouffalo", "telink", "rockchip", "hms"],
)  # fmt: skip
def test_chip_and_module_makers_never_name_the_maker(entity: str) -> None:
    assert {rule.role for rule in CATALOGUE.knowledge.rules if rule.entity == entity} <= {"module", "soc"}


@pytest.mark.parametrize("entity", ["amcrest", "lorex", "intelbras", "wyze", "vodafone", "sfr", "sky_uk", "directv"])
def test_brands_on_boxes_of_others_never_clear(entity: str) -> None:
    assert {rule.role for rule in CATALOGUE.knowledge.rules if rule.entity == entity} == {"contract"}


def test_only_proven_mainland_control_counts_as_prc() -> None:
    for entity in CATALOGUE.knowledge.entities:
        assert not (entity.country == "TW" and entity.control != "none"), entity.id
        if entity.id in {"tplink_sys", "glinet", "nexperia", "imagination", "swann"}:
            assert entity.control == "contested", entity.id


def test_the_sixty_largest_mainland_holders_are_known() -> None:
    """More than half of all mainland blocks have a holder we know; the rest is a long tail of holders with a few blocks."""
    blocks = Counter(block.name for block in CATALOGUE.registry.blocks() if block.country == "CN")
    rules = {name: attributed(name, "CN").rule for name in blocks}
    assert [name for name, _ in blocks.most_common(60) if rules[name] == "country"] == []
    known = sum(count for name, count in blocks.items() if rules[name] != "country")
    assert known / blocks.total() > 0.55


SECTION_889 = {"huawei", "zte", "hytera", "hikvision", "dahua"}


def test_section_889_names_five_and_covers_their_affiliates() -> None:
    named = {entity.id for entity in CATALOGUE.knowledge.entities if _on("us-ndaa-889", entity.id, via=False)}
    assert named == SECTION_889
    assert _on("us-ndaa-889", "ezviz", via=True)
    assert _on("us-ndaa-889", "imou", via=True)
    assert not _on("us-ndaa-889", "honor", via=True)  # split off in 2020
    assert not _on("us-ndaa-889", "tplink_cn", via=True)


def _on(list_id: str, entity: str, *, via: bool, as_of: str = "2026-11-22") -> bool:
    return any(row.list_id == list_id and bool(row.via) is via for row in CATALOGUE.listings(entity, as_of))


def test_section_1260h_names_companies_and_nobody_else() -> None:
    assert _on("us-dod-1260h", "hikvision", via=False)
    assert not _on("us-dod-1260h", "ezviz", via=True)
    assert _on("us-dod-1260h", "tplink_cn", via=False)
    assert not _on("us-dod-1260h", "tplink_cn", via=False, as_of="2026-06-07")
    assert not _on("us-dod-1260h", "tplink_sys", via=False)  # the other company of that name
    assert _on("us-dod-1260h", "megvii", via=False, as_of="2024-06-01")
    assert not _on("us-dod-1260h", "megvii", via=False)
    assert _on("us-dod-1260h", "quectel", via=False)
    assert not CATALOGUE.listings("fibocom", "2026-11-22")


@pytest.mark.parametrize(
    ("channel", "role", "value", "claims"),
    [
        # asking is not being: searches have no signature
        ("ssdp.search", "asked", "urn:bambulab-com:device:3dprinter:1", set()),
        ("mdns.query", "asked", "_miio._udp.local", set()),
        ("sadp.query", "asked", "inquiry", set()),
        ("tuya.query", "asked", "discovery", set()),
        ("dns.query", "self", "dev.hik-connect.com", set()),
        # web sites, shops and apps never flag
        ("dns.query", "asked", "www.tiktok.com", {("bytedance", "network")}),
        ("tls.sni", "asked", "alibaba.com", {("alibaba", "network")}),
        ("http.host", "asked", "www.hikvision.com", {("hikvision", "network")}),
        ("dns.query", "asked", "reolink.com", {("reolink", "network")}),
        ("dns.query", "asked", "www.roborock.com", {("roborock", "network")}),
        ("dns.query", "asked", "oss-cn-hangzhou.aliyuncs.com", {("alibaba", "network")}),
        ("dns.query", "asked", "tplinkwifi.net", {("tplink_sys", "network")}),
        # device clouds, platforms, portal checks do
        ("tls.sni", "asked", "p2p3.reolink.com", {("reolink", "maker"), ("reolink", "platform"), ("reolink", "network")}),
        ("dns.query", "asked", "m1.tuyaeu.com", {("tuya", "component"), ("tuya", "platform")}),
        ("dns.query", "asked", "a1.iot-as-mqtt.eu-west-1.aliyuncs.com", {("alibaba", "platform"), ("alibaba", "network")}),
        ("http.host", "asked", "connect.rom.miui.com", {("xiaomi", "maker")}),
        ("dns.query", "asked", "captive.apple.com", {("apple", "maker")}),
        # near misses
        ("dns.query", "asked", "www.zildjian.com", set()),
        ("dhcp.hostname", "self", "VIVOTEK-FD8169A", set()),
        ("dhcp.hostname", "self", "VivoBook-S15", set()),
        ("dhcp.hostname", "self", "Mitel-6867i", set()),
        ("dhcp.hostname", "self", "Mi-casa", set()),
        ("lldp.system_description", "self", "Aztech HL110", set()),
        ("dhcp.vendor_class", "self", "udhcp 1.19.4", set()),
        # phones, and what they carry
        ("dhcp.hostname", "self", "HUAWEI_P20_lite-1a2b", {("huawei", "maker")}),
        ("nbns.name", "self", "REDMI-NOTE-9<00>", {("xiaomi", "maker")}),
        ("dhcp.vendor_class", "self", "HUAWEI:android:VTR", {("huawei", "maker")}),
        ("dhcp.vendor_class", "self", "android-dhcp-13", {("", "class")}),
        # module and platform, not the product
        ("dhcp.hostname", "self", "ESP_1A2B3C", {("espressif", "component")}),
        ("tuya.gwid", "self", "bf0123456789abcdefabcd", {("tuya", "component"), ("tuya", "platform")}),
        ("mdns.service", "self", "_miio._udp.local", {("xiaomi", "platform")}),
        ("mdns.name", "self", "chuangmi_camera_ipc019.local", {("imilab", "maker")}),
        ("mdns.name", "self", "shellyplus1-a8032abe54dc.local", {("shelly", "maker")}),
        # licensed systems say nothing about the set
        ("ssdp.server", "self", "Roku/9.4.0 UPnP/1.0 Roku/9.4.0", {("roku", "platform")}),
        ("ssdp.server", "self", "WebOS/1.5 UPnP/1.0", {("lg", "platform")}),
        # two switches with one heritage
        ("lldp.system_description", "self", "H3C Comware Platform Software, Software Version 7.1", {("h3c", "maker")}),
        ("lldp.system_description", "self", "HPE Comware Platform Software, Software Version 7.1", {("hpe", "maker")}),
        # two companies of one name
        ("dhcp.hostname", "self", "HS110(EU)", {("tplink_cn", "maker")}),
        ("dhcp.hostname", "self", "TL-SG116E", {("tplink_cn", "maker")}),
        ("dhcp.hostname", "self", "Tapo_Plug_1A2B", {("tplink_sys", "maker")}),
        ("lldp.manufacturer", "self", "TP-Link Systems Inc.", {("tplink_sys", "maker")}),
    ],
)  # fmt: skip
def test_signs(channel: str, role: str, value: str, claims: set[tuple[str, str]]) -> None:
    hits = CATALOGUE.hits(channel, role, value)
    assert {(row.entity, claim) for row in hits for claim in row.claims if claim != "class" or not row.entity} == claims


def test_a_companys_own_domain_is_never_its_cloud() -> None:
    """Where a device cloud lives under a company's web domain, only its own hosts count, not the domain as a whole."""
    web = {row.pattern for row in CATALOGUE.knowledge.signatures if row.kind == "network_only"}
    cloud = {row.pattern for row in CATALOGUE.knowledge.signatures if "asked" in row.roles and row.kind != "network_only"}
    assert len(web) > 60
    assert not web & cloud
    for domain in web:
        hits = CATALOGUE.hits("dns.query", "asked", domain) + CATALOGUE.hits("dns.query", "asked", f"www.{domain}")
        assert {claim for row in hits for claim in row.claims} == {"network"}, domain
