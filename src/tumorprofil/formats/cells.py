"""What a written cell means: SQL from text to a typed value, NULL where the text is not one.

Numbers may have a decimal comma; dates are ISO or Danish (day first). A date that could be read in two ways, does
not exist or lies in the future is no value.
"""

from dataclasses import dataclass
from datetime import date

from tumorprofil.cohort import schema
from tumorprofil.formats.delimited import literal
from tumorprofil.formats.headings import meanings
from tumorprofil.formats.layout import Layout, codes_of
from tumorprofil.terms import reference
from tumorprofil.terms.language import N_

FIRST_YEAR = 1870
OLDEST_YEARS = 120
MOST_LINES = 30


@dataclass(frozen=True, slots=True)
class Reading:
    """`sql` turns the cell ``{cell}`` into a value of `type`; `problem` and `expected` are for people, untranslated."""

    sql: str
    type: str
    problem: str
    expected: str

    def of(self, cell: str) -> str:
        """SQL for the value of `cell`."""
        return self.sql.replace("{cell}", cell)


def reading(name: str, layout: Layout) -> Reading:
    """How a cell of ``table.column`` is read."""
    special = _special(name, layout)
    if special:
        return special
    table, column = name.split(".", 1)
    if codes_of(name) or name in layout.values:
        codes = tuple(codes_of(name))
        return Reading(_case(meanings(name, layout)), "VARCHAR", N_("unknown value"), " / ".join(codes))
    kind = schema.table(table).types()[column]
    return {
        "VARCHAR": Reading("{cell}", "VARCHAR", "", ""),
        "DATE": Reading(
            _date(layout.date_order),
            "DATE",
            N_("not a date, or not one that can be"),
            N_("A date up to today, such as 2026-03-31 or 31.03.2026."),
        ),
        "BIGINT": Reading(_whole(), "BIGINT", N_("not a whole number"), N_("A whole number, or an empty cell.")),
        "DOUBLE": Reading(_decimal(), "DOUBLE", N_("not a number"), N_("A number, or an empty cell.")),
        "BOOLEAN": Reading(_flag(), "BOOLEAN", N_("neither yes nor no"), N_("yes / no (ja / nej), or an empty cell.")),
    }[kind]


def _special(name: str, layout: Layout) -> Reading | None:
    lowest = layout.implausible_age_below or 0
    scale = N_("0, 10, 20 … 100, or an empty cell.")
    year = Reading(
        _within(_whole(), FIRST_YEAR, date.today().year),
        "BIGINT",
        N_("not a year"),
        N_("A year up to now, such as 2024."),
    )
    simple = {
        "performance_status.ecog": Reading(
            r"TRY_CAST(regexp_extract({cell}, '^(?i:ecog|ps|who)?[ :=]*([0-5])(?:[.,]0+)?$', 1) AS BIGINT)",
            "BIGINT",
            N_("no ECOG performance status"),
            N_("0, 1, 2, 3, 4 or 5, or an empty cell."),
        ),
        "performance_status.karnofsky": Reading(_tens(), "BIGINT", N_("no Karnofsky score"), scale),
        "performance_status.lansky": Reading(_tens(), "BIGINT", N_("no Lansky score"), scale),
        "diagnosis.age_at_diagnosis": Reading(
            _within(_decimal(), lowest, OLDEST_YEARS),
            "DOUBLE",
            N_("no plausible age at diagnosis"),
            N_("Years as a number, within what is possible in this collection."),
        ),
        "diagnosis.diagnosis_year": year,
        "profile.report_year": year,
        "diagnosis.icd10": Reading(
            _icd10(), "VARCHAR", N_("no ICD-10 or SKS diagnosis code"), N_("A code such as C34.1, or DC341M as in SKS.")
        ),
        "diagnosis.topography": Reading(
            _topography(), "VARCHAR", N_("no ICD-O-3 topography"), N_("A code such as C34.1.")
        ),
        "diagnosis.morphology": Reading(
            _morphology(),
            "VARCHAR",
            N_("no ICD-O-3 morphology"),
            N_("A code such as 8140/3, or M81403 as in Patobank."),
        ),
        "specimen.tumour_cell_percentage": Reading(
            _within(_decimal(), 0, 100), "DOUBLE", N_("no percentage"), N_("A number from 0 to 100.")
        ),
        "treatment_line.line": Reading(
            _within(_whole(), 1, MOST_LINES),
            "BIGINT",
            N_("not the number of a line"),
            N_("1 for the first line, 2 for the second."),
        ),
        "treatment_line.lines": Reading(
            _lines(),
            "VARCHAR[]",
            N_("neither a number of lines nor treatments"),
            N_("A number up to 30, or treatments separated by | or ;."),
        ),
    }
    if name.startswith("biomarker.") and codes_of(name):
        # A measured value or a status, told apart again when the table is filled.
        return Reading(
            f"coalesce({_case(meanings(name, layout))}, CAST({_decimal()} AS VARCHAR))",
            "VARCHAR",
            N_("neither a value nor a status"),
            " / ".join(codes_of(name)),
        )
    if name in ("diagnosis.oncotree", "profile.tumour_type"):
        known = {str(row["code"]).lower(): str(row["code"]) for row in reference.rows("oncotree")}
        own = {written.lower(): code for written, code in layout.values.get(name, {}).items()}
        return Reading(
            _case({**known, **own}),
            "VARCHAR",
            N_("unknown OncoTree code"),
            N_("A code of OncoTree 2021-11-02, such as LUAD."),
        )
    return None if name in layout.values else simple.get(name)


def _case(written: dict[str, str]) -> str:
    keys = ", ".join(literal(key) for key in written)
    codes = ", ".join(literal(code) for code in written.values())
    return f"map_extract_value(MAP([{keys}], [{codes}]), lower({{cell}}))" if written else "NULL"


def _within(number: str, low: int, high: int) -> str:
    return f"CASE WHEN {number} BETWEEN {low} AND {high} THEN {number} END"


def _whole() -> str:
    return (
        r"CASE WHEN regexp_full_match({cell}, '[+-]?\d+([.,]0+)?') "
        r"THEN TRY_CAST(regexp_extract({cell}, '^[+-]?\d+') AS BIGINT) END"
    )


def _decimal() -> str:
    cell = r"regexp_replace({cell}, '\s*%$', '')"
    return (
        rf"CASE WHEN regexp_full_match({cell}, '[+-]?\d+([.,]\d+)?') "
        rf"THEN TRY_CAST(replace({cell}, ',', '.') AS DOUBLE) "
        rf"WHEN regexp_full_match({cell}, '[+-]?\d{{1,3}}(\.\d{{3}})+,\d+') "
        rf"THEN TRY_CAST(replace(replace({cell}, '.', ''), ',', '.') AS DOUBLE) END"
    )


def _tens() -> str:
    number = f"CAST({_decimal()} AS BIGINT)"
    return f"CASE WHEN {_decimal()} BETWEEN 0 AND 100 AND {_decimal()} % 10 = 0 THEN {number} END"


def _flag() -> str:
    return (
        "CASE WHEN lower({cell}) IN ('ja', 'yes', 'true', 'sand', '1', 'j', 'y') THEN true "
        "WHEN lower({cell}) IN ('nej', 'no', 'false', 'falsk', '0', 'n') THEN false END"
    )


def _date(order: str | None) -> str:
    """ISO, or day first with points or hyphens; with slashes only where the order is told or cannot be mistaken."""
    first, second = (rf"TRY_CAST(regexp_extract({{cell}}, '^(\d+)/(\d+)/', {group}) AS BIGINT)" for group in (1, 2))
    day_first, month_first = (
        f"TRY_CAST(try_strptime(regexp_extract({{cell}}, '^[0-9/]+'), '{form}') AS DATE)"
        for form in ("%d/%m/%Y", "%m/%d/%Y")
    )
    told = f"CASE WHEN {first} > 12 OR {first} = {second} THEN {day_first} WHEN {second} > 12 THEN {month_first} END"
    slashed = {"dmy": day_first, "mdy": month_first}.get(order or "", told)
    time = r"([ T]\d{1,2}[:.]\d{2}.*)?"
    found = (
        rf"CASE WHEN regexp_full_match({{cell}}, '\d{{4}}-\d{{2}}-\d{{2}}{time}') "
        rf"THEN TRY_CAST({{cell}}[1:10] AS DATE) "
        rf"WHEN regexp_full_match({{cell}}, '\d{{1,2}}([.]\d{{1,2}}[.]|-\d{{1,2}}-)\d{{4}}{time}') "
        rf"THEN TRY_CAST(try_strptime(replace(regexp_extract({{cell}}, '^[0-9.-]+'), '.', '-'), "
        rf"'%d-%m-%Y') AS DATE) "
        rf"WHEN regexp_full_match({{cell}}, '\d{{1,2}}/\d{{1,2}}/\d{{4}}{time}') THEN {slashed} END"
    )
    return f"CASE WHEN {found} BETWEEN DATE '{FIRST_YEAR}-01-01' AND DATE '{date.today()}' THEN {found} END"


def _icd10() -> str:
    """SKS writes ICD-10 with a D before it, no dot, and a suffix: M with metastases, X local recurrence."""
    plain = "upper(replace(replace({cell}, '.', ''), ' ', ''))"
    code = rf"regexp_replace(regexp_replace({plain}, '^D([A-Z])', '\1'), '([0-9])[MX]$', '\1')"
    return (
        rf"CASE WHEN regexp_full_match({code}, '[A-Z]\d{{2}}') THEN {code} "
        rf"WHEN regexp_full_match({code}, '[A-Z]\d{{3,5}}[A-Z]?') THEN {code}[1:3] || '.' || {code}[4:] END"
    )


def _topography() -> str:
    code = r"upper(replace({cell}, '.', ''))"
    return (
        rf"CASE WHEN regexp_full_match({code}, 'C\d{{2}}') THEN {code} "
        rf"WHEN regexp_full_match({code}, 'C\d{{3}}') THEN {code}[1:3] || '.' || {code}[4:] END"
    )


def _morphology() -> str:
    code = r"regexp_replace(upper({cell}), '^[ÆM]?(\d{4})/?(\d)$', '\1/\2')"
    return rf"CASE WHEN regexp_full_match({code}, '[89]\d{{3}}/\d') THEN {code} END"


def _lines() -> str:
    """A number of lines becomes that many empty names; names are kept."""
    count = _whole()
    names = "list_transform(string_split(replace({cell}, ';', '|'), '|'), name -> trim(name))"
    return (
        f"CASE WHEN {count} BETWEEN 0 AND {MOST_LINES} "
        f"THEN list_transform(range({count}), number -> CAST(NULL AS VARCHAR)) "
        rf"WHEN NOT regexp_full_match({{cell}}, '[-+]?[\d.,]+') "
        rf"THEN list_filter({names}, name -> name <> '') END"
    )
