"""Tables as files: what goes in comes out again."""

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tumorprofil.report import table

CELLS = st.one_of(st.none(), st.text(st.characters(codec="utf-8")))


@given(st.lists(st.tuples(CELLS, CELLS)))
def test_tab_separated_text_has_one_line_a_row_and_one_tab_between_cells(
    rows: list[tuple[str | None, str | None]],
) -> None:
    stream = io.StringIO()
    table.write_text(
        pa.table({"a": pa.array([a for a, _ in rows], pa.string()), "b": pa.array([b for _, b in rows], pa.string())}),
        stream,
    )
    lines = stream.getvalue().split("\n")
    assert len(lines) == len(rows) + 2
    assert all(line.count("\t") == 1 for line in lines[:-1])


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")))))
def test_comma_separated_text_reads_back(texts: list[str]) -> None:
    stream = io.StringIO()
    table.write_text(pa.table({"a": pa.array(texts, pa.string()), "n": list(range(len(texts)))}), stream, ",")
    read = list(csv.reader(io.StringIO(stream.getvalue())))
    assert read == [["a", "n"], *([" ".join(text.split()), str(n)] for n, text in enumerate(texts))]


def test_json_keeps_letters_and_empty_cells(tmp_path: Path) -> None:
    table.write(pa.table({"a": ["ærø", None]}), tmp_path / "t.json")
    text = (tmp_path / "t.json").read_text(encoding="utf-8")
    assert json.loads(text) == [{"a": "ærø"}, {"a": None}]
    assert "ærø" in text
