"""What all tests share: where real data lies, no network, the same examples every time in CI."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tumorprofil.terms import language

ROOT = Path(__file__).resolve().parents[1]
IN_CI = bool(os.environ.get("CI"))

# Chance finds faults on a developer's machine; in CI the same commit must give the same answer.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("local", deadline=None)
settings.load_profile("ci" if IN_CI else "local")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real input files that may be read here and never committed."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data beside the project")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser that the pages are looked at with."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("not installed: chromium")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Tests read English unless they ask for Danish, whatever the machine speaks."""
    with language.use("en"):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """In CI a test may not skip because a program is missing: then something was not tested, and nobody saw."""
    report = yield
    if IN_CI and report.skipped and "not installed:" in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"CI must have what the tests need. {report.longrepr[-1]}"
    return report
