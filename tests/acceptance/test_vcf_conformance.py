"""The VCF reader against the test files of EBI's vcf-validator, VCF 4.1 to 4.4."""

import tarfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

from tumorprofil.errors import ReadError
from tumorprofil.formats import vcf
from tumorprofil.formats.layout import Options
from tumorprofil.formats.source import Source, open_source
from tumorprofil.formats.staging import Staging

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "vcf-conformance.md"
VERSIONS = ("v4.1", "v4.2", "v4.3", "v4.4")
# Of nought bytes: the assembly checker has nothing to compare in it. Here an empty file is an error by design.
NOTHING = "passed_empty_vcf.vcf"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: ``read``, ``listed`` (read, values refused) or ``stopped``."""

    version: str
    passed: bool
    name: str
    result: str


def outcome_of(path: Path) -> str:
    try:
        source = open_source(path)
        if not vcf.recognises(source):
            return "stopped"
        staging = Staging()
        # Population files do not say which sample is the tumour; so that only their syntax counts, the first is named.
        vcf.read(source, staging, Options(tumour_sample=first_sample(source)))
    except ReadError as error:
        assert "\n" not in str(error)
        return "stopped"
    assert not any("\n" in str(refusal) for refusal in staging.refusals)
    if any(refusal.extent != "value" for refusal in staging.refusals):
        return "stopped"
    return "listed" if staging.refusals else "read"


def first_sample(source: Source) -> str | None:
    names = next((line for line in source.head if line.startswith("#CHROM")), "").split("\t")
    return names[9] if len(names) > 9 else None


def is_named_passed(path: PurePosixPath) -> bool | None:
    """True and False as the files are named; None for those that are not about VCF's syntax."""
    if "assembly_checker" in path.parts and any(part.startswith("failed") for part in path.parts):
        return None
    return any(part.startswith("passed") for part in path.parts)


@pytest.fixture(scope="module")
def outcomes(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    archive = shared_data / "vcf_conformance.tar.gz"
    if not archive.exists():
        pytest.skip("no vcf_conformance.tar.gz in ../shared/data")
    folder = tmp_path_factory.mktemp("conformance")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    base = folder / "vcf_conformance" / "test" / "input_files"
    found = []
    for path in sorted(base.rglob("*.vcf*")):
        relative = PurePosixPath(path.relative_to(base).as_posix())
        passed = is_named_passed(relative)
        if relative.parts[0] in VERSIONS and passed is not None:
            found.append(Outcome(relative.parts[0], passed, path.name, outcome_of(path)))
    return found


def test_every_file_named_passed_is_read(outcomes: list[Outcome]) -> None:
    assert [one for one in outcomes if one.passed and one.result == "stopped" and one.name != NOTHING] == []
    assert len([one for one in outcomes if one.passed]) > 130


def table(outcomes: list[Outcome]) -> str:
    """The figures by version as they stand in the documentation."""
    lines = [
        "| Version | named passed | read | named failed | stopped | listed | share refused |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for version in (*VERSIONS, "all"):
        count = Counter((one.passed, one.result) for one in outcomes if version in (one.version, "all"))
        passed, failed = (sum(number for (good, _), number in count.items() if good is kind) for kind in (True, False))
        stopped, listed = count[False, "stopped"], count[False, "listed"]
        lines.append(
            f"| {version} | {passed} | {passed - count[True, 'stopped']} | {failed} | {stopped} | {listed} "
            f"| {100 * (stopped + listed) / failed:.1f} % |"
        )
    return "\n".join(lines)


def test_the_share_of_wrong_files_that_is_refused_stands_in_the_documentation(
    outcomes: list[Outcome], capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print("\n" + table(outcomes))
    assert table(outcomes) in PAGE.read_text(encoding="utf-8")


def test_nine_of_ten_wrong_files_are_refused(outcomes: list[Outcome]) -> None:
    failed = [one for one in outcomes if not one.passed]
    assert sum(one.result != "read" for one in failed) / len(failed) > 0.9
