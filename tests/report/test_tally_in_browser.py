"""The page of a tally in a real browser: accessible, self-contained, and readable on a desk, a phone and paper."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.report import tally_examples as examples
from tumorprofil.report.tally import Tally, text
from tumorprofil.terms import language

SHOWN = (examples.by_centre, examples.suppressed, examples.empty, examples.applied)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(params=language.LANGUAGES)
def words(request: pytest.FixtureRequest) -> Iterator[str]:
    with language.use(request.param):
        yield request.param


def show(browser: Browser, tally: Tally, folder: Path, width: int = 1366, height: int = 768) -> tuple[Page, list[str]]:
    """The page opened from a file, and what the browser complained of or asked of others."""
    file = folder / "page.html"
    file.write_text(text(tally, "html"), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": height})
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda asked: heard.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None)
    page.goto(file.as_uri())
    return page, heard


@pytest.mark.parametrize("make", SHOWN)
@pytest.mark.parametrize("width", [1366, 390])
def test_axe_finds_nothing_to_object_to(
    browser: Browser, words: str, make: Callable[[], Tally], width: int, tmp_path: Path
) -> None:
    page, _ = show(browser, make(), tmp_path, width)
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("make", SHOWN)
def test_the_page_asks_nobody_and_breaks_no_rule_of_its_own(
    browser: Browser, make: Callable[[], Tally], tmp_path: Path
) -> None:
    page, heard = show(browser, make(), tmp_path)
    assert page.title() == "Retrospective tally: DNMTB recommendation, draft 2026 (draft)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "26px"
    assert heard == []


@pytest.mark.parametrize("make", examples.ALL)
def test_a_phone_never_scrolls_sideways(
    browser: Browser, words: str, make: Callable[[], Tally], tmp_path: Path
) -> None:
    page, _ = show(browser, make(), tmp_path, 390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_result_and_flow_stand_above_the_fold(browser: Browser, words: str, tmp_path: Path) -> None:
    page, _ = show(browser, examples.by_centre(), tmp_path)
    box = page.locator("svg.flow").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 768


def test_the_names_in_the_chart_are_not_cut(browser: Browser, words: str, tmp_path: Path) -> None:
    page, _ = show(browser, examples.by_centre(), tmp_path)
    edge = page.locator(".chart svg").bounding_box()
    assert edge is not None
    boxes = [found.bounding_box() for found in page.locator(".chart svg text").all()]
    assert boxes
    assert all(box and box["x"] >= edge["x"] and box["x"] + box["width"] <= edge["x"] + edge["width"] for box in boxes)


def test_the_keyboard_reaches_every_box_that_scrolls(browser: Browser, tmp_path: Path) -> None:
    page, _ = show(browser, examples.by_centre(), tmp_path, 390, 844)
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
    assert {"SUMMARY", "scroll picture", "scroll", "scroll chart"} <= reached


def test_the_paper_shows_the_settings_and_starts_with_result_and_flow(browser: Browser, tmp_path: Path) -> None:
    page, _ = show(browser, examples.by_centre(), tmp_path)
    setting = page.get_by_text("Worst ESCAT tier that is presented").last
    assert not setting.is_visible()
    page.emulate_media(media="print")
    assert setting.is_visible()
    assert page.pdf(prefer_css_page_size=True)[:4] == b"%PDF"
