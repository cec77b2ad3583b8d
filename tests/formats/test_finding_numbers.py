"""A finding keeps its number as long as its cohort lives, and a refused read leaves nothing behind."""

import gc
from pathlib import Path

import pytest

from tumorprofil.cohort import engine
from tumorprofil.errors import ReadError
from tumorprofil.formats.reading import read
from tumorprofil.formats.staging import Staging


def numbered(cohort):
    return cohort.connection.execute("SELECT finding_id, hgvs_c FROM finding ORDER BY hgvs_c").fetchall()


def test_findings_keep_their_numbers_when_the_engine_tidies_up_behind_rows_taken_back():
    staging = Staging()

    def add(first, last):
        return staging.add("finding", f"SELECT 'P' AS profile_id, 'small_variant' AS kind, 'c.' || i AS hgvs_c "
                                      f"FROM range({first}, {last}) rows(i)")

    add(0, 200_000)
    refused = add(200_000, 400_000)
    staging.take_back(refused)
    add(400_000, 500_000)
    cohort = staging.finish()
    before = numbered(cohort)
    cohort.connection.execute("CHECKPOINT")
    assert len(before) == 300_000
    assert numbered(cohort) == before


def test_a_refused_read_leaves_no_workspace_behind(tmp_path: Path) -> None:
    path = tmp_path / "bad.maf"
    path.write_text("Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\nEGFR\n", encoding="utf-8")
    probe = engine.workspace()
    before = probe.execute("SELECT count(*) FROM duckdb_databases()").fetchone()
    for _ in range(3):
        with pytest.raises(ReadError):
            read(path)
    gc.collect()
    assert probe.execute("SELECT count(*) FROM duckdb_databases()").fetchone() == before
