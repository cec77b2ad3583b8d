"""The repository itself: what it must hold, and what may never stand in it."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po
from pytest_socket import SocketConnectBlockedError

from tumorprofil.cohort import document
from tumorprofil.terms import reference

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "tumorprofil"
CATALOGUE = PACKAGE / "locale" / "da" / "LC_MESSAGES" / "tumorprofil.po"
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# Written in pieces, so that this file does not hold what it looks for. Clinical words must survive: an agent
# is also a drug, a session also a meeting, so only what no clinician writes is forbidden.
FORBIDDEN = [
    re.compile(pattern)
    for pattern in (
        r"/wo" r"rk/",
        r"/tm" r"p/\w",
        r"/ho" r"me/\w",
        r"/ro" r"ot/",
        r"py" r"pi\.org",
        r"python" r"hosted",
        r"npm" r"js\.(?:org|com)",
        r"deb\.deb" r"ian",
        r"(?i)\bA" r"I (?:agent|assistant|session)",
        r"(?i)\bcoding (?:ag" r"ent|sess" r"ion)",
        r"(?i)\bsub" r"agent",
        r"(?i)\blanguage mod" r"el\b",
        r"(?i)\bco-authored" r"-by",
    )
]
TEXTS = {".py", ".md", ".toml", ".txt", ".cfg", ".html", ".css", ".po", ".tsv", ".csv", ".yaml", ".yml", ".json", ""}


def kept_files() -> list[Path]:
    """The files under version control, and those about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in kept_files():
        if path.suffix not in TEXTS:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    return found


@pytest.mark.parametrize("pattern", FORBIDDEN, ids=lambda pattern: pattern.pattern)
def test_nothing_names_a_machine_a_registry_or_how_the_text_was_made(pattern: re.Pattern[str]) -> None:
    assert lines_with(pattern) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_requirement_has_one_version_and_hashes_and_no_index(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all(re.match(r"[a-z0-9._-]+==\S+", entry) and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index" not in text


def test_what_the_program_runs_on_is_what_it_is_tested_on() -> None:
    runtime, development = (
        set(re.findall(r"^[a-z0-9._-]+==[^\s;]+", (ROOT / "requirements" / name).read_text(), re.M))
        for name in ("runtime.txt", "development.txt")
    )
    assert runtime <= development


def test_every_dependency_says_why_it_is_there() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("dependencies = [")
    for line in lines[start + 1 : lines.index("]", start)]:
        assert re.search(r'",\s+# \w', line), line


def test_decisions_are_numbered_without_gaps_and_their_titles_agree() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    for expected, page in enumerate(pages, 1):
        assert re.match(rf"{expected:04}-[a-z0-9-]+$", page.stem), page.name
        title = page.read_text(encoding="utf-8").splitlines()[0]
        assert re.match(rf"# 0*{expected}\b", title), f"{page.name}: {title}"


def test_the_generated_pages_are_what_the_program_says() -> None:
    for name, text in document.pages().items():
        assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == text, f"{name}: run make docs"


def test_every_data_file_of_a_reference_table_says_where_it_comes_from() -> None:
    shipped = {path for home in ("terms", "evidence", "synthetic") for path in (PACKAGE / home / "data").glob("*.tsv*")}
    assert shipped == {table.file for table in reference.tables()}


def test_every_source_file_stays_readable_in_one_sitting() -> None:
    long = {
        path.name: count
        for path in PACKAGE.rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    # The schema is one table of columns; splitting it would hide it.
    long.pop("schema.py", None)
    assert long == {}


def test_the_version_is_said_once() -> None:
    import tumorprofil

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert tumorprofil.__version__ == project["version"]


def test_no_test_reaches_the_internet() -> None:
    import socket

    # The guard warns as well as refuses.
    with (
        socket.socket() as outside,
        pytest.warns(UserWarning, match="tried to use"),
        pytest.raises(SocketConnectBlockedError),
    ):
        outside.connect(("192.0.2.1", 80))


@pytest.fixture(scope="module")
def extracted() -> set[str]:
    """Every text for people that stands in code and templates."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(ROOT, methods, options, keywords=parse_keywords(["translate", "N_"]))
    return {message for _, _, message, _, _ in found if isinstance(message, str) and message}


@pytest.fixture(scope="module")
def danish() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="da", abort_invalid=True)


def test_every_text_has_a_danish_translation(extracted: set[str], danish: Catalog) -> None:
    translated = {message.id for message in danish if message.id and message.string}
    assert extracted - translated == set(), "run make messages, then translate"


def test_no_translation_is_left_over(extracted: set[str], danish: Catalog) -> None:
    assert {message.id for message in danish if message.id} - extracted == set(), "run make messages"
    assert not danish.obsolete
    assert not [message.id for message in danish if message.fuzzy and message.id]


def test_translations_fill_the_same_places(danish: Catalog) -> None:
    def places(text: str) -> list[str]:
        return sorted(set(re.findall(r"\{[^{}]*\}", text)))

    wrong = [
        message.id
        for message in danish
        if message.id and message.string and places(str(message.id)) != places(str(message.string))
    ]
    assert wrong == []
