"""Every spelling of a protein change becomes one, in Python and in SQL alike."""

import duckdb
import pytest

from tumorprofil.terms import hgvs

EXAMPLES = [
    ("p.V600E", "p.V600E"),
    ("p.Val600Glu", "p.V600E"),
    ("NP_004324.2:p.(Val600Glu)", "p.V600E"),
    ("p.709_710ET>D", "p.E709_T710delinsD"),
    ("p.ELREA746del", "p.E746_A750del"),
]


@pytest.fixture(scope="module")
def engine():
    connection = duckdb.connect()
    for macro in hgvs.MACROS:
        connection.execute(macro)
    yield connection
    connection.close()


@pytest.mark.parametrize(("spelling", "canonical"), EXAMPLES)
def test_a_spelling_becomes_the_canonical_one(spelling, canonical):
    assert hgvs.normalise_protein(spelling) == canonical


@pytest.mark.parametrize(("spelling", "canonical"), EXAMPLES)
def test_sql_says_the_same(engine, spelling, canonical):
    assert engine.execute("SELECT protein_change(?)", [spelling]).fetchone() == (canonical,)
