"""The committed tables are what their scripts make of the sources."""

import gzip
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "src" / "tumorprofil" / "evidence" / "data"


@pytest.mark.usefixtures("shared_data")
@pytest.mark.parametrize(
    ("builder", "table"),
    [
        ("build_escat_rules", "escat_rule.tsv"),
        ("build_civic_rules", "civic_rule.tsv.gz"),
        ("build_recurrent_variants", "recurrent_variant.tsv"),
        ("build_known_variants", "known_variant.tsv.gz"),
    ],
)
def test_a_script_makes_its_table_again(
    builder: str, table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    script = import_module(builder)
    monkeypatch.setattr(import_module("tsv"), "DATA", tmp_path)
    script.main()
    assert unpacked(tmp_path / table) == unpacked(COMMITTED / table)


def unpacked(file: Path) -> bytes:
    # Compressors differ between machines; what they hold does not.
    raw = file.read_bytes()
    return gzip.decompress(raw) if file.suffix == ".gz" else raw
