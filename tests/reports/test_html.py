"""The page as text: what is in it, in which order, and that it runs and asks for nothing but its own."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from reports import view, wording
from reports.formats import html
from scanner.model import Inventory, Verdict

TEMPLATES = Path(html.__file__).parents[1] / "templates"


@pytest.fixture(scope="module")
def page(sample: Inventory) -> str:
    """The office as a page."""
    return html.render(sample)


def words(page: str) -> str:
    """The text of a page without markup, blanks folded."""
    body = re.sub(r"<(script|style)>.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def test_sections_stand_in_their_order(page: str) -> None:
    assert re.findall(r'<section (?:id="(\w+)"|class="(\w+)")', page) == [
        *((name, "") for name in ("summary", "flagged", "review", "devices", "inputs", "limits", "tables", "method")),
        ("", "signoff"),
    ]


def test_policy_names_exactly_our_style_and_script(page: str) -> None:
    policy = unescape(re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[0])
    assert policy.startswith("default-src 'none'; ")
    for element in ("style", "script"):
        (content,) = re.findall(f"<{element}>(.*?)</{element}>", page, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_nothing_on_the_page_asks_for_anything(page: str) -> None:
    assert not re.findall(r"<(?:img|iframe|object|embed|audio|video|source|form[^>]* action)", page)
    markup = re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.findall(r"\b(?:src|srcset|poster|background|style|on\w+)=", markup)
    assert re.findall(r"<link [^>]*href=\"(\w+:)", page) == ["data:"]
    code = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    assert not re.findall(r"url\(|@import|https?:|fetch|XMLHttp|WebSocket|sendBeacon", code)


def test_every_address_that_is_a_link_is_https_and_ours(page: str) -> None:
    outside = {address for address in re.findall(r'<a href="([^"]*)"', page) if not address.startswith("#")}
    assert outside == {
        "https://www.federalregister.gov/citation/91-FR-35189",
        "https://www.fcc.gov/supplychain/coveredlist",
        "https://standards-oui.ieee.org/",
        "https://example.org/sadp",
        "https://nvd.nist.gov/vuln/detail/CVE-2021-36260",
    }


def test_every_inner_link_has_its_place_and_every_place_is_named_once(page: str) -> None:
    places = re.findall(r'\bid="([^"]+)"', page)
    assert len(places) == len(set(places))
    assert {address[1:] for address in re.findall(r'href="(#[^"]+)"', page)} <= set(places)
    assert set(" ".join(re.findall(r'aria-labelledby="([^"]+)"', page)).split()) <= set(places)


def test_a_flagged_device_is_shown_down_to_the_frame(page: str) -> None:
    card = words(re.findall(r"<article class=\"card flagged\".*?</article>", page, flags=re.DOTALL)[1])
    for shown in (
        "cam-loading-dock",
        "Hikvision · IP camera · a4:14:37:00:00:0c".replace(" · ", " "),
        "Level 5 maker named on an official list",
        "confidence > 99 %",
        "192.168.0.12 said so in ARP, frame 16 of office/lan.pcapng",
        "Section 1260H list of Chinese military companies since 2021-06-03",
        "Entry “Hangzhou Hikvision Digital Technology Co., Ltd. (Hikvision)”",
        "Scope: named company; procurement by the US Department of Defense",
        "Maker Hikvision (mainland China) confirmed, > 99 %",
        "dhcp.vendor_info 0104ac1f0a02ff00 +0.6 1207 of office/lan.pcapng 2026-11-02 08:02:52 UTC",
        "Signature hikvision.dhcp43 from own observation",
        "tshark -r office/lan.pcapng -Y 'frame.number==1207' -V",
    ):
        assert shown in card.replace("\xa0", " "), shown


def test_the_command_is_quoted_for_the_shell(page: str) -> None:
    assert """tshark -r 'office/guest wifi'"'"'s.pcap' -Y 'frame.number==3300' -V""" in words(page)


def test_every_device_input_limit_and_table_is_there(sample: Inventory, page: str) -> None:
    text = words(page)
    for device in sample.devices:
        assert device.mac in text
    for record in sample.captures:
        assert {record.sha256, wording.number(record.not_wanted)} <= set(text.split())
    assert "Not read whole cut in a packet block at byte 48203000, after frame 214330." in text
    for limit in sample.limits:
        assert f"{wording.sentence(limit.text)} {limit.code}" in text
    for table in sample.tables:
        assert f"{table.name} {table.version} {table.date} {wording.number(table.rows)} {table.source}" in text
    assert "Weights are set by hand, not yet fitted on labelled captures." in text


def test_charts_say_the_same_in_pictures_words_and_tables(sample: Inventory, page: str) -> None:
    charts = re.findall(r"<figure.*?</figure>", page, flags=re.DOTALL)
    assert len(charts) == 2
    for chart, label in zip(charts, (view.class_name, view.maker_name), strict=True):
        bars = view.bars(sample.devices, label, 8)
        (description,) = re.findall(r"<desc[^>]*>(.*?)</desc>", chart)
        table = words(re.findall(r"<tbody>.*?</tbody>", chart, flags=re.DOTALL)[0])
        for bar in bars:
            assert f"{bar.label}: {bar.total}. " in description
            assert f"{bar.label} {' '.join(map(str, bar.counts))} {bar.total}" in table
        assert chart.count('<rect class="bar ') == sum(1 for bar in bars for count in bar.counts if count)


def test_segments_of_a_bar_follow_one_another() -> None:
    parts = html.segments(view.Bar("router", (1, 0, 2, 1)), 8)
    assert [(part.verdict, part.start, part.width) for part in parts] == [
        (Verdict.FLAGGED, 0.0, 12.5),
        (Verdict.CLEAR, 12.5, 25.0),
        (Verdict.UNKNOWN, 37.5, 12.5),
    ]


def test_an_empty_inventory_has_its_own_words(empty: Inventory) -> None:
    text = words(html.render(empty))
    assert "No device was found No capture was read, so there is nothing to report." in text
    assert "Flagged devices" not in text
    assert "What this report does not prove" in text


def test_a_scan_without_findings_says_what_that_means(sample: Inventory) -> None:
    unknown = tuple(device for device in sample.devices if device.finding.verdict is Verdict.UNKNOWN)
    text = words(html.render(replace(sample, devices=unknown, limits=(), notes=(), tables=())))
    assert "No device is flagged. This does not show that none is of PRC origin: see the limits." in text
    assert "Nothing to show: 4 devices without an identified maker are not in this chart." in text
    assert "No limit was noted beyond those of the method below." in text


def test_a_big_scan_stays_readable_and_says_what_it_left_out(make_crowd: Callable[[int], Inventory]) -> None:
    crowd = make_crowd(3_000)
    page = html.render(crowd)
    flagged = len(view.by_verdict(crowd.devices, Verdict.FLAGGED))
    shown = page.count('<article class="card flagged"')
    assert 0 < shown <= html.CARDS[Verdict.FLAGGED][0]
    assert page.count('<tr data-verdict="') == html.ROWS
    text = words(page)
    assert f"{flagged - shown} more devices with this verdict: in the table below" in text
    assert "The other 1,000 follow one line each" in text
    assert all(device.mac in text for device in crowd.devices)


def test_devices_with_much_evidence_take_the_place_of_more_devices(sample: Inventory) -> None:
    device = view.ordered(sample.devices)[0]
    maker = next(claim for claim in device.claims if claim.evidence)
    most, pieces = html.CARDS[Verdict.FLAGGED]
    many = replace(maker, evidence=(maker.evidence[0],) * (html.EVIDENCE + 5))
    rich = tuple(replace(device, id=f"rich-{number}", claims=(many, many)) for number in range(most))
    poor = tuple(replace(device, id=f"poor-{number}", claims=()) for number in range(most + 1))
    card = '<article class="card flagged"'
    assert html.render(replace(sample, devices=rich)).count(card) == -(-pieces // (2 * html.EVIDENCE))
    assert html.render(replace(sample, devices=poor)).count(card) == most


def test_a_flood_of_devices_is_counted_where_it_is_not_listed(
    make_crowd: Callable[[int], Inventory], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "ROWS", 20)
    monkeypatch.setattr(html, "LINES", 30)
    monkeypatch.setattr(html, "CARDS", {Verdict.FLAGGED: (1, 100), Verdict.REVIEW: (1, 100)})
    page = html.render(make_crowd(60))
    text = words(page)
    assert "The table holds the first 20 devices. The next 30 follow one line each" in text
    assert "10 further devices are only counted on this page." in text
    assert "in the table below, as far as it goes, and with their evidence" in text
    assert "only counted" not in words(html.render(make_crowd(50)))


def test_much_evidence_is_counted_not_hidden(sample: Inventory) -> None:
    device = view.ordered(sample.devices)[0]
    maker = next(claim for claim in device.claims if claim.evidence)
    many = tuple(replace(maker.evidence[0], frame=frame) for frame in range(html.EVIDENCE + 5))
    ties = tuple(replace(device.ips[0], address=f"10.0.0.{number}") for number in range(html.ADDRESSES + 3))
    crowded = replace(device, claims=(replace(maker, evidence=many),), ips=ties)
    text = words(html.render(replace(sample, devices=(crowded,))))
    assert "5 more pieces of evidence in the database and the JSON report." in text
    assert "and 3 more" in text


def test_templates_trust_no_value() -> None:
    for template in sorted(TEMPLATES.iterdir()):
        source = template.read_text(encoding="utf-8")
        trusting = r"\|\s*safe\b|autoescape|Markup|innerHTML|insertAdjacentHTML|document\.write|eval\("
        assert not re.search(trusting, source), template.name


def test_a_template_that_names_nothing_known_stops_the_program() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        html._environment().from_string("{{ forgotten }}").render()
    assert html._environment().from_string("{{ value }}").render(value="<\x9b>") == "&lt;\\x9b&gt;"
