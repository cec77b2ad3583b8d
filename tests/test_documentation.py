"""The documentation keeps up: what can be asked of the program stands in it."""

from pathlib import Path

import pytest

import tumorprofil as tp
from tumorprofil.cli.application import COMMANDS
from tumorprofil.recommendation.tally import BY

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_is_shown(command: str) -> None:
    assert f"tumorprofil {command}" in TEXT


@pytest.mark.parametrize("setting", list(tp.recommendation("dnmtb-2026-draft").options))
def test_every_setting_of_the_draft_is_explained(setting: str) -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{setting}`"))
    assert len(row.split("|")) == 6


@pytest.mark.parametrize("column", BY)
def test_every_column_to_split_by_is_named(column: str) -> None:
    assert f"`{column}`" in TEXT


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    import re

    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target
