"""The language of a recommendation: what it says, with three-valued truth, and all that it refuses."""

import itertools
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recommendation.given_cases import a_case, tier, workspace
from tumorprofil.cohort.expression import cohort_table, sql
from tumorprofil.cohort.schema import CASE, TABLES
from tumorprofil.errors import UsageError
from tumorprofil.recommendation.language import read
from tumorprofil.recommendation.vocabulary import ExpressionError, Names, columns, number_setting, text_setting
from tumorprofil.terms import language

_TABLE = cohort_table(CASE)
LIMIT, MODE, ROLES = 2, "count", ("oncologist", "pathologist")
NAMES = Names(
    columns(_TABLE),
    {
        "limit": number_setting("limit"),
        "mode": text_setting(MODE, ("count", "do_not_count")),
        "roles": tuple(map(text_setting, ROLES)),
    },
)

# Three cases: one with everything, one with nothing, one on the other side of most questions.
CASES = [
    a_case(profile_id="all", age=65.5, year=2025, sex="female", gene="EGFR", haematological=False, rare=True),
    dict.fromkeys(CASE.column_names) | {"profile_id": "nothing", "patient_id": "Bo"},
    a_case(
        profile_id="other", age=12.0, year=2019, sex="male", gene="KRAS", haematological=True, rare=None,
        age_group="child", presenter_role="other", performance_status=3, report_date=date(2019, 1, 31), **tier("I-C"),
    ),
]  # fmt: skip


def answers(query: str) -> list[Any]:
    """The one column of a query, case by case. The engine's `setting` is a macro here, as it is a parameter there."""
    connection = workspace().connection
    connection.execute(f"CREATE OR REPLACE TEMP MACRO setting(key) AS CASE key WHEN 'limit' THEN {LIMIT} END")
    types = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(),
             "DATE": pa.date32()}  # fmt: skip
    schema = pa.schema([(column.name, types[column.type]) for column in CASE.columns])
    connection.register("case", pa.Table.from_pylist(CASES, schema=schema))
    try:
        return [row[0] for row in connection.execute(query).fetchall()]
    finally:
        connection.unregister("case")


def answer(text: str) -> list[Any]:
    """What an expression says of each of the three cases."""
    return answers(sql(_TABLE.select(found=read(text, NAMES).value)))


# --- what the language says --------------------------------------------------------------------------------------

# Drawn as a truth table: the answers for the case with everything, with nothing, and for the other.
SAYS = """
TRUE                                                    | True  True  True
FALSE                                                   | False False False
NULL                                                    | None  None  None
haematological                                          | False None  True
age = 65.5                                              | True  None  False
age <> 65.5                                             | False None  True
age != 65.5                                             | False None  True
age > 12                                                | True  None  False
age >= 12                                               | True  None  True
age < 65.5                                              | False None  True
age <= 65.5                                             | True  None  True
12 < age                                                | True  None  False
age = year                                              | False None  False
age > -1                                                | True  None  True
sex = 'female'                                          | True  None  False
'female' = sex                                          | True  None  False
gene = 'EGFR'                                           | True  None  False
gene = 'no gene of this name'                           | False None  False
haematological = rare                                   | False None  None
haematological = FALSE                                  | True  None  False
report_date = DATE '2019-01-31'                         | False None  True
report_date > DATE '2019-01-31'                         | True  None  False
report_date < performance_status_date                   | False None  True
NOT haematological                                      | True  None  False
NOT NOT haematological                                  | False None  True
haematological AND rare                                 | False None  None
haematological OR rare                                  | True  None  True
rare AND NULL                                           | None  None  None
rare OR NULL                                            | True  None  None
haematological AND NULL                                 | False None  None
(haematological OR rare) AND age > 20                   | True  None  False
haematological OR rare AND age > 20                     | True  None  True
NOT haematological AND rare                             | True  None  False
sex IN ('male')                                         | False None  True
sex IN ('male', 'female')                               | True  None  True
sex NOT IN ('male')                                     | True  None  False
year IN (2019, 2020)                                    | False None  True
report_date IN (DATE '2019-01-31')                      | False None  True
presenter_role IN (:roles)                              | True  None  False
presenter_role IN (:roles, 'other')                     | True  None  True
year BETWEEN 2020 AND 2030                              | True  None  False
year NOT BETWEEN 2020 AND 2030                          | False None  True
report_date BETWEEN DATE '2019-01-31' AND report_date   | True  None  True
rare IS NULL                                            | False True  True
rare IS NOT NULL                                        | True  False False
age IS NULL                                             | False True  False
rare IS TRUE                                            | True  False False
rare IS FALSE                                           | False False False
rare IS NOT TRUE                                        | False True  True
rare IS NOT FALSE                                       | True  True  True
(age > 20) IS TRUE                                      | True  False False
(age > 20) IS FALSE                                     | False False True
(age > 20) IS NULL                                      | False True  False
CASE WHEN age > 20 THEN TRUE ELSE FALSE END             | True  False False
CASE WHEN age > 20 THEN TRUE END                        | True  None  None
CASE WHEN age > 20 THEN rare WHEN TRUE THEN FALSE END   | True  False False
CASE WHEN rare THEN year ELSE 2019 END = 2019           | False True  True
CASE WHEN rare THEN 'a' ELSE NULL END = 'a'             | True  None  None
CASE WHEN NULL THEN TRUE ELSE FALSE END                 | False False False
COALESCE(rare, FALSE)                                   | True  False False
coalesce(rare, haematological, TRUE)                    | True  True  True
COALESCE(NULL, rare)                                    | True  None  None
COALESCE(year, 2019) = 2019                             | False True  True
COALESCE(gene, 'none') = 'none'                         | False True  False
performance_status > :limit                             | False None  True
performance_status BETWEEN :limit AND 4                 | False None  True
:mode = 'count'                                         | True  True  True
:mode = 'count' AND rare                                | True  None  None
((((rare))))                                            | True  None  None
rare and not haematological                             | True  None  False
  rare  ;                                               | True  None  None
"""


@pytest.mark.parametrize("line", SAYS.strip().splitlines(), ids=lambda line: line.split("|")[0].strip())
def test_an_expression_says(line: str) -> None:
    text, expected = line.split("|")
    assert answer(text) == [{"True": True, "False": False, "None": None}[word] for word in expected.split()]


@pytest.mark.parametrize("name", [name for name in CASE.column_names if name not in ("patient_id", "profile_id")])
def test_every_column_of_the_case_can_be_asked_but_who_it_is(name: str) -> None:
    assert answer(f"{name} IS NULL")[1] is True


@pytest.mark.parametrize("column", [column for column in CASE.columns if column.codes], ids=lambda column: column.name)
def test_a_coded_column_is_compared_with_each_of_its_codes(column: Any) -> None:
    for code in column.codes:
        assert read(f"{column.name} = '{code}' OR {column.name} IN ('{code}')", NAMES).kind == "truth"


def test_a_definition_stands_where_its_name_does() -> None:
    names = NAMES.defining("grown", read("age > 20", NAMES)).defining("old", read("age > 60", NAMES))
    found = read("grown AND NOT old OR haematological", names)
    assert answers(sql(_TABLE.select(found=found.value))) == [False, None, True]


@pytest.mark.parametrize(
    "text",
    ["(:limit < age) AND rare", "((:limit < age)) AND rare", "NOT :limit >= age AND rare", "-:limit < age AND rare"],
)
def test_a_setting_may_stand_first(text: str) -> None:
    assert answer(text) == [True, None, None]


INNER = (
    "rare AND haematological", "rare OR haematological", "NOT rare", "rare = has_stage", "age > 20",
    "age BETWEEN 20 AND 70", "age NOT BETWEEN 20 AND 70", "sex IN ('male')", "sex NOT IN ('male')", "rare IS NULL",
    "rare IS NOT NULL", "rare IS TRUE", "rare IS NOT TRUE", "rare IS FALSE", "COALESCE(rare, FALSE)",
    "CASE WHEN rare THEN TRUE END",
)  # fmt: skip
OUTER = (
    "(\u2026) AND has_stage", "has_stage OR (\u2026)", "NOT (\u2026)", "(\u2026) = has_stage",
    "has_stage <> (\u2026)", "(\u2026) IN (has_stage, rare)", "(\u2026) IN (rare)", "has_stage IN ((\u2026), rare)",
    "(\u2026) NOT IN (TRUE)", "(\u2026) IS NULL", "(\u2026) IS NOT NULL", "(\u2026) IS TRUE", "(\u2026) IS NOT TRUE",
    "(\u2026) IS FALSE", "(\u2026) IS NOT FALSE", "COALESCE((\u2026), haematological)",
    "CASE WHEN (\u2026) THEN rare END", "CASE WHEN rare THEN (\u2026) END",
    "CASE WHEN rare THEN has_stage ELSE (\u2026) END",
)  # fmt: skip


@pytest.mark.parametrize("outer", OUTER)
def test_parentheses_hold_whatever_stands_in_them(outer: str) -> None:
    texts = [outer.replace("…", inner) for inner in INNER]
    wrong = []
    for text in texts:
        expected = answers(f'SELECT {text} FROM "case"')
        try:
            found = answer(text)
        except (ExpressionError, duckdb.Error) as error:
            found = [error]
        if found != expected:
            wrong.append(text)
    assert wrong == []


# The engine lets IS take the whole comparison before it. What can be taken either way may be refused.
AMBIGUOUS = (
    "haematological = rare IS TRUE", "rare = has_stage IS NOT NULL", "rare IS NOT NULL IS NULL",
    "rare IS NOT TRUE IS NULL", "year NOT BETWEEN 2020 AND 2030 IS NULL", "sex NOT IN ('male') IS NULL",
    "NOT rare IS NULL", "rare = has_stage = rare",
)  # fmt: skip


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_without_parentheses_it_says_what_sql_says_or_is_refused(text: str) -> None:
    try:
        found = answer(text)
    except ExpressionError:
        return
    assert found == answers(f'SELECT {text} FROM "case"')


def test_a_text_may_hold_quotation_marks_and_letters_of_any_alphabet() -> None:
    assert answer("gene = 'it''s'") == [False, None, False]
    assert answer("gene = 'ærø' OR gene = '遺伝子' OR gene = '\"'") == [False, None, False]
    assert answer("gene = 'x' OR gene = 'a -- no comment' OR gene = '/* nor this */'") == [False, None, False]


def test_a_text_cannot_leave_its_quotation_marks() -> None:
    assert answer("gene = ''' OR TRUE OR gene = '''") == [False, None, False]
    assert answer(r"gene = '\'") == [False, None, False]


# --- what it refuses ---------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[str, ...]] = {
    "is no column": (
        "patient_id = 'x'", "profile_id IS NULL", "COALESCE(patient_id, 'x') = 'x'", "no_such_column",
        "gene_reported = 'EGFR'", "birth_date IS NULL", "rowid = 1", '"no such" = 1',
    ),
    "is not allowed": (
        "lower(gene) = 'egfr'", "abs(age) > 3", "now() > report_date", "random() > 0.5", "count(*) > 1",
        "read_csv('x') = 1", "getenv('HOME') = 'x'", "setting('limit') = 1", "nullif(age, 1) = 1",
        "if(rare, TRUE, FALSE)", "age = (SELECT 1)", "EXISTS (SELECT 1)", "rare IN (SELECT TRUE)",
        "age > ALL (SELECT 1)", "SELECT TRUE", "age = ANY([1])", 'rare AND (SELECT rare FROM "case" LIMIT 1)',
        'DROP TABLE "case"', 'FROM "case"', "COPY \"case\" TO 'x'", "ATTACH 'x'", 'INSERT INTO "case" VALUES (1)',
        "case.rare", '"case".rare', "a.b.c.rare", "patient.sex = 'male'", "main.rare", "age + 1 > 2", "age - 1 > 2",
        "age * 2 > 2", "age / 2 > 2", "age % 2 = 1", "age ** 2 > 4", "gene || 'x' = 'x'", "age & 1 = 1",
        "gene LIKE 'E%'", "gene ILIKE 'e%'", "gene SIMILAR TO 'E'", "gene GLOB 'E*'", "gene ~ 'E'",
        "CAST(age AS INTEGER) = 1", "age::INTEGER = 1", "TRY_CAST(gene AS BIGINT) = 1",
        "CAST(gene AS DATE) = report_date", "TIMESTAMP '2020-01-01' = report_date", "[1, 2] = [1]", "[rare][1]",
        "{'a': rare}.a", "(rare, rare)", "sex IS DISTINCT FROM 'male'", "sex IS NOT DISTINCT FROM 'male'",
        "CASE sex WHEN 'male' THEN TRUE END", "*", "COLUMNS('r.*')", "rare AS x", "sum(age) OVER () > 1",
        "age = INTERVAL 1 DAY", "x -> x + 1", "rare COLLATE nocase", "age BETWEEN SYMMETRIC 1 AND 2",
        "EXTRACT(year FROM report_date) = 2020",
    ),
    "a truth is due": (
        "1", "'true'", "DATE '2020-01-01'", "age", "gene", "report_date", ":limit", ":mode", "-1",
        "COALESCE(age, 1)", "CASE WHEN rare THEN 1 END",
    ),
    "stands where a truth": (
        "NOT age", "rare AND 1", "rare OR gene", "age AND rare", "NOT 'x'", "NOT (DATE '2020-01-01')",
        "CASE WHEN age THEN rare END", "CASE WHEN 1 THEN rare END", "age IS TRUE", "gene IS FALSE",
    ),
    "stands where": (
        "age = 'x'", "gene = 1", "rare = 1", "rare = 'true'", "report_date = '2020-01-01'", "report_date = 2020",
        "age = report_date", "sex = rare", "gene IN (1)", "age IN ('1')", "rare IN (1)", "age IN (1, '2')",
        "COALESCE(age, 'x') = 'x'", "COALESCE(rare, 1)", "CASE WHEN rare THEN 1 ELSE 'x' END = 1", "-gene = 1",
        "-rare", ":mode = 1", ":limit = 'x'", "age IN (:roles)",
    ),
    "has no code": (
        "sex = 'woman'", "'woman' = sex", "sex <> 'm'", "sex IN ('male', 'm')", "sex NOT IN ('m')",
        "tier_status = 'III-A'", "age_group = 'Child'", "consent_board = 'ja'", "presenter_role IN ('surgeon')",
        ":mode = 'counts'", ":mode IN ('counts')", "sex = ''",
    ),
    "write IS NULL": (
        "age = NULL", "NULL = age", "NULL = NULL", "rare <> NULL", "age > NULL", "age IN (NULL)", "age IN (1, NULL)",
        "NULL IN (1)", "gene NOT IN ('EGFR', NULL)",
    ),
    "has no order": (
        "gene > 'A'", "sex < 'male'", "rare > FALSE", "TRUE >= rare", ":mode < 'count'",
    ),
    "three numbers or three dates": (
        "gene BETWEEN 'A' AND 'B'", "age BETWEEN 1 AND 'x'", "rare BETWEEN FALSE AND TRUE", "age BETWEEN NULL AND 3",
        "report_date BETWEEN 1 AND 2",
    ),
    "a comment": (
        "rare -- always", "rare /* always */", "/* x */ rare", "rare AND /* x */ TRUE", "age > 1 --\n",
        "rare /*+ hint */ OR rare", "age IN (1, /* x */ 2)",
    ),
    "exactly one expression": (
        "", " ", "\n\t", ";", ";;", "rare; rare", "rare; DROP TABLE x", "TRUE;FALSE;",
    ),
    "no setting": (
        ":unknown = 1", "age > :performance", "presenter_role IN (:role)", "? = 1", "$1 = 1",
    ),
    "goes with IN only": (
        ":roles", "gene = :roles", "presenter_role = :roles", ":roles IS NULL", "COALESCE(gene, :roles) = 'x'",
    ),
    "too large": (
        "age > 1e999", "age > 1e20", "age = 9007199254740994", "age < -1e300", "age IN (1, 1e999)",
    ),
    "is no date": (
        "report_date = DATE '2020-02-30'", "report_date = DATE ''", "report_date = DATE 'today'",
        "report_date = DATE '2020-1-1'", "report_date = DATE 'infinity'",
    ),
}  # fmt: skip
# Refused, in whatever words.
REFUSED_SOMEHOW = (
    "x'; DROP TABLE \"case\"; --' = 1", "DATE gene = report_date", "rare XOR rare", "-- only a comment", ":",
    "NOT :roles", "(:roles) = gene", "rare AND", "AND", "(", ")", "rare)", "(rare", "age >", "age = = 1",
    "rare rare", "NOT", "CASE END", "CASE WHEN rare END", "IN (1)", "age BETWEEN 1", "COALESCE()", "'open", '"open',
    "/* open", "rare IS", "rare IS 1", "rare IS 'x'", "rare IS age", "age IS NOT 1", "rare = ", "1 2", "age > 0x",
    "#", "\\", "`rare`", "rare ? TRUE : FALSE", "@rare", "$$x$$ = gene", "E'\\x00' = gene", "x'00' = gene",
    "WITH a AS (SELECT 1) SELECT TRUE", "rare UNION SELECT TRUE", "nan > age", "inf > age", "'nan'::DOUBLE > age",
    "TRUE::BOOLEAN", "gene[1] = 'E'", "gene[1:2] = 'E'", "NOT IN (1)", "rare AND \x00", "\ud7ff",
    "rare\xa0AND\u2003\x1f", "PRAGMA version", "SET x = 1", "age = 1_000_000_000_000_000_000_000",
    "rare QUALIFY TRUE", "rare ORDER BY 1", "rare LIMIT 1", "rare, rare", "(rare,)",
    "CASE WHEN rare THEN TRUE ELSE 1 END", "{{ rare }}", "{% if rare %}", "age BETWEEN 1 AND 2 AND", "TRY(rare)",
    "ROW(rare)", "rare.x", "DATE", "DATE ''''", "current_date = report_date", "CURRENT_USER = gene",
)  # fmt: skip


@pytest.mark.parametrize(("problem", "text"), [(problem, text) for problem, texts in REFUSED.items() for text in texts])
def test_it_refuses_and_says_why(problem: str, text: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        read(text, NAMES)
    assert problem in str(refused.value)


# A typing error must not become a rule that never holds, or always.
UNFINISHED = (
    "gene IN", "gene NOT IN", "age IN ()", "rare NOT", "FALSE AS", "age BETWEEN 1 2", "rare!", "rare AND gene IN",
)  # fmt: skip
NO_NUMBERS = ("age > 1e", "age > .11.", "age > 1e2.", "age = 1.2.3", "1e", "age IN (1, 1e)", "1e2->>1e21e2")


@pytest.mark.parametrize("text", UNFINISHED)
def test_what_is_not_finished_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        read(text, NAMES)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_only_looks_like_a_number_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        read(text, NAMES)


@pytest.mark.parametrize("text", REFUSED_SOMEHOW)
def test_it_refuses(text: str) -> None:
    with pytest.raises(ExpressionError):
        read(text, NAMES)


_EVERYTHING = [*itertools.chain(*REFUSED.values()), *REFUSED_SOMEHOW]


def is_one_line(message: str) -> bool:
    """No line break, no control character, and nothing that turns the direction of the text."""
    return not {"Cc", "Cf", "Cs", "Zl", "Zp"} & {unicodedata.category(letter) for letter in message}


@pytest.mark.parametrize("text", ['"a\nb" = 1', "\x00", "\u202erare", "\x1b[31m = 1", "'\n' AND rare"])
def test_a_refusal_shows_no_control_characters(text: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        read(text, NAMES)
    assert is_one_line(str(refused.value)), repr(str(refused.value))


@pytest.mark.parametrize("code", ["da", "en"])
def test_every_refusal_is_one_line_of_a_length_that_can_be_read(code: str) -> None:
    for text in [*_EVERYTHING, "x" * 3_000, "x " * 1_500, "\n" * 100 + "x", "age = '" + "y" * 3_000]:
        with language.use(code), pytest.raises(ExpressionError) as refused:
            read(text, NAMES)
        message = str(refused.value)
        assert 5 < len(message) < 400, text
        assert is_one_line(message), text


def test_a_refusal_is_an_error_of_use() -> None:
    assert issubclass(ExpressionError, UsageError)


@pytest.mark.parametrize("table", [table for table in TABLES if table.name != "case"], ids=lambda table: table.name)
def test_columns_of_other_tables_cannot_be_asked(table: Any) -> None:
    for name in table.column_names:
        with pytest.raises(ExpressionError):
            read(f'"{table.name}"."{name}" IS NULL', NAMES)
        if name not in NAMES.terms:
            with pytest.raises(ExpressionError, match="is no column"):
                read(f'"{name}" IS NULL', NAMES)


DEEP: dict[str, Callable[[int], str]] = {
    "parentheses": lambda depth: "(" * depth + "rare" + ")" * depth,
    "NOT": lambda depth: "NOT " * depth + "rare",
    "NOT in parentheses": lambda depth: "NOT (" * depth + "rare" + ")" * depth,
    "OR": lambda depth: " OR ".join(["rare"] * (depth + 1)),
    "AND on the right": lambda depth: "rare AND (" * depth + "rare" + ")" * depth,
    "COALESCE": lambda depth: "COALESCE(" * depth + "rare" + ", TRUE)" * depth,
    "CASE": lambda depth: "CASE WHEN rare THEN " * depth + "rare" + " END" * depth,
    "minus": lambda depth: "age > " + "- " * depth + "1",
    "IS": lambda depth: "(" * depth + "rare" + " IS TRUE)" * depth,
}


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("depth", [60, 150, 400])
def test_what_no_person_can_read_is_refused_in_one_line(kind: str, depth: int) -> None:
    with pytest.raises(ExpressionError):
        read(DEEP[kind](depth), NAMES)


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("depth", [1, 5, 10])
def test_what_a_person_can_read_is_not_too_deep(kind: str, depth: int) -> None:
    assert read(DEEP[kind](depth), NAMES).kind == "truth"


@pytest.mark.parametrize("length", [5_000, 100_000, 10_000_000])
def test_a_text_that_is_too_long_is_not_even_parsed(length: int) -> None:
    for text in ("(" * length, "rare OR " * (length // 8), " " * length, "'" + "x" * length):
        with pytest.raises(ExpressionError, match="longer than"):
            read(text, NAMES)


def test_a_list_of_a_hundred_codes_is_no_nesting() -> None:
    listed = ", ".join(map(str, range(1_990, 2_090)))
    assert answer(f"year IN ({listed})") == [True, None, True]


# --- laws: expressions of the grammar, and any text ---------------------------------------------------------------

Tree = tuple[Any, ...]
_COLUMNS = {
    "truth": ("haematological", "rare", "has_stage"),
    "number": ("age", "year", "performance_status"),
    "text": ("gene", "alteration"),
    "date": ("report_date", "performance_status_date"),
}
_LITERALS = {
    "truth": st.booleans(),
    "number": st.sampled_from([-1, 0, 1, 2, 3, 12, 65.5, 2019, 2025]),
    "text": st.sampled_from(["EGFR", "KRAS", "x'y", ""]),
    "date": st.sampled_from([date(2019, 1, 31), date(2025, 6, 1), date(2025, 6, 15)]),
}
KIND = st.sampled_from(["truth", "number", "text", "date"])
ORDERED = st.sampled_from(["number", "date"])


def leaves(kind: str) -> st.SearchStrategy[Tree]:
    found = st.tuples(st.just("column"), st.sampled_from(_COLUMNS[kind])) | st.tuples(
        st.just("literal"), _LITERALS[kind]
    )
    return found | st.just(("setting", "limit", LIMIT)) if kind == "number" else found


@st.composite
def trees(draw: st.DrawFn, kind: str = "truth", depth: int = 3) -> Tree:
    if depth == 0:
        return draw(leaves(kind))
    below = lambda of: draw(trees(of, draw(st.integers(0, depth - 1))))  # noqa: E731
    shape = draw(st.sampled_from(_SHAPES if kind == "truth" else ("leaf", "leaf", "coalesce", "case")))
    if shape in ("and", "or"):
        return (shape, below("truth"), below("truth"))
    if shape in ("not", "is true", "is false", "is not true"):
        return (shape, below("truth"))
    if shape in ("=", "<>"):
        of = draw(KIND)
        return (shape, below(of), below(of))
    if shape in ("<", "<=", ">", ">="):
        of = draw(ORDERED)
        return (shape, below(of), below(of))
    if shape in ("between", "not between"):
        of = draw(ORDERED)
        return (shape, below(of), below(of), below(of))
    if shape in ("in", "not in"):
        of = draw(KIND)
        return (shape, below(of), *(below(of) for _ in range(draw(st.integers(1, 3)))))
    if shape in ("is null", "is not null"):
        return (shape, below(draw(KIND)))
    if shape == "coalesce":
        return (shape, *(below(kind) for _ in range(draw(st.integers(1, 3)))))
    if shape == "case":
        branches = [(below("truth"), below(kind)) for _ in range(draw(st.integers(1, 2)))]
        return (shape, branches, (draw(st.booleans()) and below(kind)) or None)
    return draw(leaves(kind))


_SHAPES = ("and", "or", "and", "or", "not", "is true", "is false", "is not true", "=", "<>", "<", "<=", ">", ">=",
           "between", "not between", "in", "not in", "is null", "is not null", "coalesce", "case", "leaf")  # fmt: skip


def text_of(tree: Tree, named: bool = True) -> str:
    """The tree as SQL; `named` writes a setting by its name, else by its value. Only what binds tighter goes bare."""
    shape, *parts = tree
    if shape == "column":
        return str(parts[0])
    if shape == "setting":
        return f":{parts[0]}" if named else str(parts[1])
    if shape == "literal":
        return literal(parts[0])
    if shape == "coalesce":
        return f"coalesce({', '.join(text_of(part, named) for part in parts)})"
    if shape == "case":
        branches = " ".join(f"WHEN {text_of(when, named)} THEN {text_of(then, named)}" for when, then in parts[0])
        return f"CASE {branches} {f'ELSE {text_of(parts[1], named)} ' if parts[1] else ''}END"
    if shape in ("and", "or"):
        bare = {"and": (*_TIGHT, "and", "not"), "or": (*_TIGHT, "and", "or", "not")}[shape]
        return f" {shape.upper()} ".join(wrapped(part, named, bare) for part in parts)
    if shape == "not":
        return f"NOT {wrapped(parts[0], named, (*_TIGHT, 'not'))}"
    first, *others = [wrapped(part, named, _ATOMS) for part in parts]
    if shape in ("in", "not in"):
        return f"{first} {shape.upper()} ({', '.join(others)})"
    if shape in ("between", "not between"):
        return f"{first} {shape.upper()} {others[0]} AND {others[1]}"
    return f"{first} {shape.upper()} {' '.join(others)}".rstrip()


_ATOMS = ("column", "setting", "literal", "coalesce", "case")
_TIGHT = (
    *_ATOMS,
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "is null",
    "is not null",
    "is true",
    "is false",
    "is not true",
)


def wrapped(tree: Tree, named: bool, bare: tuple[str, ...]) -> str:
    return text_of(tree, named) if tree[0] in bare else f"({text_of(tree, named)})"


def literal(value: Any) -> str:
    if isinstance(value, date):
        return f"DATE '{value}'"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value).upper()


def kleene(tree: Tree, row: dict[str, Any]) -> Any:
    """What the tree says of a row, by the strong three-valued logic of Kleene; None is unknown."""
    shape, *parts = tree
    if shape == "column":
        return row[parts[0]]
    if shape in ("setting", "literal"):
        return parts[-1]
    if shape == "case":
        taken = [then for when, then in parts[0] if kleene(when, row) is True]
        chosen = taken[0] if taken else parts[1]
        return kleene(chosen, row) if chosen else None
    values = [kleene(part, row) for part in parts]
    if shape == "coalesce":
        return next((value for value in values if value is not None), None)
    if shape in ("and", "or"):
        decisive = shape == "or"
        return decisive if decisive in values else None if None in values else not decisive
    if shape in ("is null", "is not null"):
        return (values[0] is None) is (shape == "is null")
    if shape in ("is true", "is false", "is not true"):
        return (values[0] is (shape != "is false")) is (shape != "is not true")
    if shape.startswith("not"):
        inside = kleene((shape.removeprefix("not").strip() or "itself", *parts), row)
        return None if inside is None else not inside
    if shape == "itself":
        return values[0]
    if shape == "in":
        return kleene(("or", *(("=", parts[0], part) for part in parts[1:])), row)
    if shape == "between":
        return kleene(("and", (">=", parts[0], parts[1]), ("<=", parts[0], parts[2])), row)
    if None in values:
        return None
    return _COMPARE[shape](*values)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


@settings(max_examples=100)
@given(st.lists(trees(), min_size=1, max_size=4))
def test_an_expression_says_what_its_logic_and_the_engine_say(drawn: list[Tree]) -> None:
    texts = [text_of(tree) for tree in drawn]
    read_so = _TABLE.select(**{f"c{number}": read(text, NAMES).value for number, text in enumerate(texts)})
    written = ", ".join(f"{text_of(tree, named=False)}" for tree in drawn)
    by_visitor = answers(f"SELECT [{', '.join(read_so.columns)}] FROM ({sql(read_so)})")
    by_engine = answers(f'SELECT [{written}] FROM "case"')
    by_logic = [[kleene(tree, row) for tree in drawn] for row in CASES]
    assert (by_visitor, by_engine) == (by_logic, by_logic), texts


_PIECES = st.sampled_from([
    "rare", "age", "gene", "sex", "patient_id", "report_date", "'x'", "'male'", "''", "'", '"', "1", "1.5", "1e9",
    "1e999", "-", "NOT", "AND", "OR", "IN", "IS", "NULL", "TRUE", "FALSE", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE",
    "END", "COALESCE", "(", ")", ",", "=", "<>", "<", ">=", ":limit", ":roles", ":mode", ":", "DATE", "--", "/*",
    "*/", ";", "*", "::", "[", "]", "{", "}", "$", "?", "@", "||", "SELECT", "FROM", "\n", "\x00", "\xe6", "LIKE",
    "CAST", "AS", "INTERVAL", ".", "%", "EXISTS", "FILTER", "OVER", "->", "#", "\\", "`", "!", "~", "^", "&", "|",
    "IF", "USING", "DISTINCT",
])  # fmt: skip


_SPACED = st.lists(_PIECES, max_size=14).map(" ".join)
_ANY_TEXT = st.text(max_size=40) | _SPACED | st.lists(_PIECES, max_size=10).map("".join)


@settings(max_examples=600)
@given(_ANY_TEXT)
def test_any_text_reads_or_is_refused(text: str) -> None:
    try:
        found = read(text, NAMES)
    except ExpressionError as refused:
        assert is_one_line(str(refused)), repr(text)
    else:
        assert found.kind == "truth"
        answers(sql(_TABLE.select(found=found.value)))


@settings(max_examples=150)
@given(trees(depth=2), st.data())
def test_what_was_damaged_is_refused_or_says_what_the_engine_says(tree: Tree, data: st.DataObject) -> None:
    words = text_of(tree, named=False).split()
    gone = data.draw(st.integers(0, len(words) - 1))
    text = " ".join(words[:gone] + words[gone + 1 :])
    try:
        found = answer(text)
    except ExpressionError:
        return
    assert found == answers(f'SELECT ({text}) FROM "case"')
