"""The page in a real browser: it asks nobody, runs nothing but its own, can be used by everybody, and prints whole."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.formats import html
from scanner.model import Guard, Inventory, Waiver

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: the page was NOT tried in a browser"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: the page was NOT tried in a browser"),
]
STRANGERS = """() => {
    const add = (markup) => document.body.insertAdjacentHTML("beforeend", markup);
    add('<img src="data:x" onerror="window.ran = 1">');
    add('<p id="stranger" style="color: red">x</p>');
    document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = 2" }));
}"""
UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for all tests of this file."""
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sample: Inventory, hostile: Inventory, empty: Inventory) -> Path:
    """A folder with the pages, as a reader would get them."""
    folder = tmp_path_factory.mktemp("site")
    given = [(Waiver("x", "lobby", "facilities", "2026-06-30", in_force=state),) for state in (True, False)]
    excused = tuple(replace(each, waivers=given[n % 2], guards=(Guard.APPS,)) for n, each in enumerate(sample.devices))
    pages = {"office": sample, "hostile": hostile, "empty": empty, "waived": replace(sample, devices=excused)}
    for name, inventory in pages.items():
        (folder / f"{name}.html").write_text(html.render(inventory), encoding="utf-8")
    return folder


@pytest.fixture
def visit(browser: Any, site: Path) -> Iterator[Callable[..., Any]]:
    """Open one page in a fresh context; afterwards: no request but the page itself, no message, no dialog, no new window."""
    asked: list[str] = []
    said: list[str] = []
    with _contexts() as contexts:

        def refuse(dialog: Any) -> None:
            said.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        def go(name: str, **options: Any) -> Any:
            context = browser.new_context(**options)
            contexts.append(context)
            tab = context.new_page()
            tab.on("request", lambda request: asked.append(request.url))
            tab.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
            tab.on("pageerror", lambda error: said.append(f"error: {error}"))
            tab.on("dialog", refuse)
            context.on("page", lambda other: said.append(f"window: {other.url}"))
            tab.goto((site / f"{name}.html").as_uri())
            return tab

        yield go
    outside = [address for address in asked if not address.startswith(("data:", site.as_uri()))]
    assert (outside, said) == ([], [])


@contextmanager
def _contexts() -> Iterator[list[Any]]:
    opened: list[Any] = []
    try:
        yield opened
    finally:
        for context in opened:
            context.close()


@pytest.mark.parametrize("name", ["office", "hostile", "empty"])
def test_nothing_is_asked_said_or_run(visit: Callable[..., Any], name: str) -> None:
    tab = visit(name)
    # Everything a hostile name could wait for: the whole page laid out, all evidence open, every control used once.
    tab.evaluate(UNFOLD)
    tab.mouse.move(200, 200)
    tab.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    for button in tab.locator(".tools button:visible").all():
        if button.inner_text() != "Print":
            button.click()
    assert tab.evaluate("() => [document.scripts.length, document.querySelectorAll('style, link').length]") == [1, 2]
    assert tab.title().startswith("Network inventory and origin report")


def test_the_policy_stops_what_is_not_ours(browser: Any, site: Path) -> None:
    tab = browser.new_page()
    tab.goto((site / "office.html").as_uri())
    # The same page with a stranger's script, handler, style and picture put in: none of them works.
    tab.evaluate(STRANGERS)
    tab.wait_for_timeout(200)
    assert tab.evaluate("() => window.ran") is None
    assert tab.evaluate("() => getComputedStyle(document.getElementById('stranger')).color") != "rgb(255, 0, 0)"
    tab.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("name", ["office", "empty", "waived"])
def test_axe_finds_no_violation(visit: Callable[..., Any], name: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed: accessibility was NOT checked"
    )
    # The policy is lifted in this test alone: axe is a foreign script. The window is so tall that every card is laid out.
    tab = visit(name, bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 24_000})
    tab.evaluate(UNFOLD)
    found = axe.Axe().run(tab).response["violations"]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_never_scrolls_sideways(visit: Callable[..., Any], width: int) -> None:
    for name in ("office", "hostile", "waived"):
        tab = visit(name, viewport={"width": width, "height": 900})
        assert tab.evaluate("() => document.documentElement.scrollWidth") == width


def test_without_script_everything_is_there_to_read(visit: Callable[..., Any]) -> None:
    tab = visit("office", java_script_enabled=False)
    assert tab.locator("#flagged article").count() == 6
    command = tab.get_by_text("tshark -r office/lan.pcapng -Y 'frame.number==1207' -V")
    command.scroll_into_view_if_needed()
    assert command.is_visible()
    assert tab.locator("#inventory tbody tr:visible").count() == 20
    assert tab.locator("button:visible, input:visible, select:visible").count() == 0
    closed = tab.locator("#flagged details.claim:not([open]) > summary").first
    closed.click()
    assert tab.locator("#flagged details.claim[open]").count() > 6


def test_filter_and_sort_by_keyboard_alone(visit: Callable[..., Any]) -> None:
    tab = visit("office")
    tab.keyboard.press("Tab")
    assert tab.evaluate("() => document.activeElement.className") == "skip"
    for _ in range(400):
        tab.keyboard.press("Tab")
        if tab.evaluate("() => document.activeElement.id") == "filter-text":
            break
    tab.keyboard.type("cisco SWITCH")
    assert tab.locator("#inventory tbody tr:visible").count() == 2
    assert tab.locator("#filter-count").inner_text() == "2 shown"
    tab.locator("#filter-text").fill("")
    tab.keyboard.press("Tab")
    assert tab.evaluate("() => document.activeElement.id") == "filter-verdict"
    tab.keyboard.press("R")
    assert tab.locator("#inventory tbody tr:visible").count() == 2
    tab.locator("#filter-verdict").select_option("")
    heading = tab.locator("#inventory th", has_text="Frames")
    heading.get_by_role("button").focus()
    tab.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"
    tab.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    frames = [int(cell.replace(",", "")) for cell in tab.locator("#inventory tbody tr td:last-child").all_inner_texts()]
    assert frames == sorted(frames, reverse=True)


def test_theme_follows_the_system_and_then_the_reader(visit: Callable[..., Any]) -> None:
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light, dark = (visit("office", color_scheme=scheme) for scheme in ("light", "dark"))
    assert light.evaluate(ground) != dark.evaluate(ground)
    assert (light.locator("#theme").inner_text(), dark.locator("#theme").inner_text()) == ("Dark theme", "Light theme")
    before = light.evaluate(ground)
    light.locator("#theme").click()
    assert light.evaluate(ground) == dark.evaluate(ground)
    light.locator("#theme").click()
    assert light.evaluate(ground) == before


def test_copy_gives_the_exact_command(visit: Callable[..., Any]) -> None:
    tab = visit("office", permissions=["clipboard-read", "clipboard-write"])
    line = tab.locator(".command", has_text="3300")
    line.get_by_role("button").click()
    tab.wait_for_function("() => [...document.querySelectorAll('.copy')].some((each) => each.textContent === 'Copied')")
    assert (
        tab.evaluate("() => navigator.clipboard.readText()")
        == """tshark -r 'office/guest wifi'"'"'s.pcap' -Y 'frame.number==3300' -V"""
    )


def test_where_the_clipboard_is_kept_back_the_command_is_selected(visit: Callable[..., Any]) -> None:
    tab = visit("office")
    tab.evaluate("() => { Object.defineProperty(navigator, 'clipboard', { value: undefined }); }")
    tab.locator(".copy:visible").first.click()
    assert tab.evaluate("() => getSelection().toString()").startswith("tshark -r office/lan.pcapng")


@pytest.mark.parametrize("script", [True, False])
def test_print_shows_all_evidence_and_the_sign_off_and_no_controls(visit: Callable[..., Any], script: bool) -> None:
    tab = visit("office", java_script_enabled=script)
    tab.emulate_media(media="print")
    if script:
        tab.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    rows = tab.locator("table.evidence")
    heights = [rows.nth(place).bounding_box()["height"] for place in range(rows.count())]
    assert len(heights) > 10
    assert min(heights) > 20
    assert tab.locator(".signoff").is_visible()
    assert tab.locator(".contents, .tools, .filter, .copy").filter(visible=True).count() == 0
    document = tab.pdf(prefer_css_page_size=True, format="A4")
    assert document.startswith(b"%PDF-")
    assert document.count(b"/Type /Page\n") >= 8
