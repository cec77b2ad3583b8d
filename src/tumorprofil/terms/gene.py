"""Gene symbols through time: panels and callers report symbols that HGNC has since replaced."""

from tumorprofil.terms import reference
from tumorprofil.terms.lookup import once_per_table, text


def resolve(reported: str) -> str | None:
    """The current HGNC symbol of a reported one; None where HGNC knows no such symbol or several genes share it.
    Keep the reported symbol beside it. Source: table `gene_symbol`."""
    return _symbols().get(reported.strip())


@once_per_table("gene_symbol")
def _symbols() -> dict[str, str]:
    return {text(row, "reported"): text(row, "symbol") for row in reference.rows("gene_symbol")}
