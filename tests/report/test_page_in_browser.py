"""The page in a real browser: accessible, self-contained, and readable on a desk, a phone and paper."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

import tumorprofil as tp
from tumorprofil.report.assessment import page as render
from tumorprofil.report.tally import text
from tumorprofil.synthetic import registry
from tumorprofil.terms import language

DAY = date(2026, 11, 24)
EXAMPLES = Path(tp.__file__).parent / "examples"
PICTURES = os.environ.get("TUMORPROFIL_PICTURES")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(params=["da", "en"])
def words(request: pytest.FixtureRequest) -> Iterator[str]:
    with language.use(request.param):
        yield request.param


def show(browser: Browser, html: str, folder: Path, width: int = 1366, height: int = 768) -> tuple[Page, list[str]]:
    """The page opened from a file, and what the browser complained of or asked of others."""
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": height})
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda asked: heard.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None)
    page.goto(file.as_uri())
    return page, heard


@pytest.mark.parametrize("which", ["assessed", "crowd"])
@pytest.mark.parametrize("width", [1366, 390])
def test_axe_finds_nothing_to_object_to(
    browser: Browser, words: str, which: str, width: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    page, _ = show(browser, render(request.getfixturevalue(which), DAY), tmp_path, width)
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    # The page forbids scripts; axe is one, so it is let in from outside the page's own policy.
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("which", ["assessed", "crowd"])
def test_the_page_asks_nobody_and_breaks_no_rule_of_its_own(
    browser: Browser, which: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    page, heard = show(browser, render(request.getfixturevalue(which), DAY), tmp_path)
    assert page.title() == "Proposed ESCAT tiers"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "26px"
    assert heard == []


@pytest.mark.parametrize("which", ["assessed", "crowd"])
def test_a_phone_never_scrolls_sideways(
    browser: Browser, words: str, which: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    page, _ = show(browser, render(request.getfixturevalue(which), DAY), tmp_path, 390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_paper_shows_what_the_screen_folds(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    page, _ = show(browser, render(request.getfixturevalue("assessed"), DAY), tmp_path)
    folded = page.get_by_text("TP53 R175H")
    assert not folded.is_visible()
    page.emulate_media(media="print")
    assert folded.is_visible()


@pytest.mark.skipif(PICTURES is None, reason="draws the README's picture only when TUMORPROFIL_PICTURES says where")
def test_the_pictures_in_the_readme_are_drawn(browser: Browser, tmp_path: Path) -> None:
    assert PICTURES is not None
    folders = [Path(os.path.relpath(EXAMPLES / name)) for name in ("lung", "melanoma", "registry")]
    with language.use("da"):
        page, _ = show(browser, render(tp.assess(tp.read(folders)), DAY), tmp_path, 1280, 900)
    Path(PICTURES).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(PICTURES) / "assessment.png")
    registry.write(tmp_path / "registry", until=DAY)
    outcome = tp.triage(tp.assess(tp.read(tmp_path / "registry")), tp.recommendation("dnmtb-2026-draft"))
    with language.use("da"):
        tally, _ = show(browser, text(tp.tally(outcome, ["centre"]), "html"), tmp_path, 1280, 760)
    tally.screenshot(path=Path(PICTURES) / "tally.png")
