"""Write the reference pages on the cohort tables and the reference tables from what the program itself uses.

``python -m tumorprofil.cohort.document docs/reference`` writes them; with ``--check`` it says which differ
and exits 1.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tumorprofil.cohort import schema
from tumorprofil.terms import language, reference

_COHORT_OPENING = """# Cohort tables

Every reader ends in these tables, and everything analytic starts from them. An empty cell means that the source says
nothing; where a source says that something is unknown, was not done or is not relevant, a column ending in `_status`
holds that as a value of its own. Columns in **bold** are never empty.

This page is generated from `tumorprofil.cohort.schema` by `make docs`.
"""
_REFERENCE_OPENING = """# Reference tables

The vocabulary and the knowledge that ship with the program, with where each table comes from. A site replaces a table
by a file of the same name and columns (`NAME.tsv` or `NAME.tsv.gz`) in a folder of its own, named in the setting
`TUMORPROFIL_REFERENCE`. *Not verified* means that nobody with clinical or administrative responsibility has checked
the rows.

This page is generated from the `tables.toml` beside each table by `make docs`.
"""


def pages() -> dict[str, str]:
    """File name → Markdown text of every generated page, in English."""
    with language.use("en"):
        return {"cohort-tables.md": cohort_tables(), "reference-tables.md": reference_tables()}


def cohort_tables() -> str:
    """The page on the cohort tables."""
    contents = "\n".join(f"- [`{table.name}`](#{table.name}): {table.grain}" for table in schema.TABLES)
    return "\n".join((_COHORT_OPENING, contents, "", *(_cohort_table(table) for table in schema.TABLES)))


def reference_tables() -> str:
    """The page on the reference tables."""
    return "\n".join((_REFERENCE_OPENING, *(_reference_table(table) for table in reference.tables())))


def _cohort_table(table: schema.TableSchema) -> str:
    lines = [
        f"## {table.name}",
        "",
        table.grain,
        "",
        "| Column | Type | Unit | Meaning | Codes |",
        "|---|---|---|---|---|",
    ]
    lines += [
        _row(
            f"**`{column.name}`**" if column.required else f"`{column.name}`",
            column.type.lower(),
            column.unit or "",
            column.meaning,
            "<br>".join(f"`{code}` {meaning}" for code, meaning in (column.codes or {}).items()),
        )
        for column in table.columns
    ]
    return "\n".join((*lines, ""))


def _reference_table(table: reference.Table) -> str:
    rows = reference.rows(table.name)
    columns = ", ".join(f"`{name}`" for name in (rows[0] if rows else ()))
    validity = f"from {table.valid_from}" + (f" to {table.valid_to}" if table.valid_to else "")
    facts = {
        "File": f"`{table.file.parent.parent.name}/data/{table.file.name}`, {len(rows):,} rows",
        "Columns": columns,
        "Source": table.source,
        "Licence": table.licence,
        "Valid": validity,
        "Verified": "yes" if table.verified else "**not verified**",
    }
    lines = [f"## {table.name}", "", table.meaning, "", "| | |", "|---|---|"]
    return "\n".join((*lines, *(_row(name, fact) for name, fact in facts.items()), ""))


def _row(*cells: str) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the pages; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tumorprofil.cohort.document", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="only say which pages differ")
    chosen = parser.parse_args(arguments)
    stale = [name for name, text in pages().items() if _text(chosen.folder / name) != text]
    if chosen.check:
        for name in stale:
            print(f"{chosen.folder / name} is not what the program says; run: make docs", file=sys.stderr)
        return 1 if stale else 0
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (chosen.folder / name).write_text(pages()[name], encoding="utf-8")
    return 0


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
