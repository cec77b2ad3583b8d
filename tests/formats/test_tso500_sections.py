"""Sections of a CombinedVariantOutput, as text."""

from hypothesis import given
from hypothesis import strategies as st

from tumorprofil.formats.tso500_sections import split_sections

cell = st.text(st.sampled_from("ABCabc019.:>() "), min_size=1, max_size=8).map(lambda text: f"x{text.strip()}")
row = st.lists(cell, min_size=2, max_size=5).map(tuple)
section = st.tuples(st.text(st.sampled_from("QRSTuvw"), min_size=1, max_size=6), st.lists(row, max_size=4))


@given(st.lists(section, max_size=5), st.integers(0, 4), st.sampled_from(["", "NA\n", "\n", "\t\t\n", "NA\t\t\n"]))
def test_what_was_written_in_sections_is_read_from_them(
        written: list[tuple[str, list[tuple[str, ...]]]], tabs: int, blank: str) -> None:
    text = "a title\n"
    for name, lines in written:
        text += "".join("\t".join(line) + "\t" * tabs + "\n" for line in ((f"[{name}]",), *lines)) + blank
    read = split_sections(text)
    assert [(part.name, [cells for _, cells in part.lines]) for part in read] == written
    numbered = text.split("\n")
    assert all(numbered[number - 1].startswith("\t".join(cells)) for part in read for number, cells in part.lines)
    assert all(numbered[part.line - 1].startswith(f"[{part.name}]") for part in read)
