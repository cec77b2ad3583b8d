"""One registry for the tests of this folder; its parts are small, so that it has several."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tumorprofil as tp
from tumorprofil.synthetic import registry

UNTIL = date(2026, 1, 31)
PROFILES, PART, SEED = 4000, 1500, 20260101


@pytest.fixture(scope="package", autouse=True)
def small_parts() -> Any:
    patched = pytest.MonkeyPatch()
    patched.setattr(registry, "PART", PART)
    yield
    patched.undo()


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory, small_parts: None) -> Path:
    """The registry, written once."""
    place = tmp_path_factory.mktemp("registry") / "freeze"
    registry.write(place, PROFILES, SEED, UNTIL)
    return place


@pytest.fixture(scope="package")
def cohort(folder: Path) -> tp.Cohort:
    """The registry as anyone reads it."""
    return tp.read(folder)
