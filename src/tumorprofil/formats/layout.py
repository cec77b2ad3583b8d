"""How a folder's files map to cohort tables: a preset that ships, or the folder's own `cohort.toml`.

The format is described in `docs/reference/cohort-toml.md`.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatch
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from tumorprofil.cohort import schema
from tumorprofil.errors import UsageError
from tumorprofil.terms import tumour_type as tumour_types
from tumorprofil.terms.language import translate

FILE_NAME = "cohort.toml"
DATE_ORDERS = ("dmy", "mdy")

# Columns of a clinical table that become rows of a cohort table, beside the cohort tables' own columns.
SPREAD: dict[str, tuple[str, ...]] = {
    "performance_status": tuple(schema.SCALE),
    "treatment_line": ("lines",),
    "biomarker": tuple(schema.BIOMARKER),
    "consent": tuple(schema.CONSENT_PURPOSE),
}
# What the wide tables above are spread into cannot be named directly.
_SPREAD_INTO = {
    "biomarker": {"name", "value", "unit", "status", "status_basis"},
    "consent": {"purpose", "answer"},
    "performance_status": {"scale", "value", "value_status", "reported"},
}


# Laboratories name their controls so; a letter on either side makes it another word.
_CONTROL = (
    r"(?:^|[^a-z])(ntc|no[-_. ]?template(?:[-_. ]?control)?|blank|"
    r"(?:neg|negative?|pos|positive?)[-_. ]?(?:control|ctrl|ctl|kontrol))(?:$|[^a-z])"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The settings of one preset or `cohort.toml`.

    `columns` maps ``table.column`` of the cohort schema to the headings that may hold it, first match wins.
    `values` maps ``table.column`` to what each written value means. `status` maps a written word to a code of
    `schema.KNOWN_STATUS` other than known; `missing` holds what is written where nothing is said.
    `tumour_types` maps a file-name pattern to an OncoTree code. `accepted_filters` are names in a FILTER
    column that tell of the pipeline, not of a doubtful call. The patterns are regular expressions whose first
    group is taken. An age at diagnosis below `implausible_age_below` years is refused. `control_pattern`, in
    upper or lower case, finds the laboratory's controls by their sample name; they are nobody's profile.
    """

    name: str = "default"
    patient_pattern: str | None = None
    centre: str | None = None
    centre_pattern: str | None = None
    merge_samples: bool = False
    build: str | None = None
    tumour_only: bool | None = None
    tumour_types: dict[str, str] = field(default_factory=dict)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    accepted_filters: tuple[str, ...] = ()
    control_pattern: str = _CONTROL
    date_order: str | None = None
    implausible_age_below: int | None = None

    def tumour_type(self, path: Path) -> str | None:
        """The OncoTree code that this layout gives a file by its name."""
        return next((code for pattern, code in self.tumour_types.items() if fnmatch(path.name, pattern)), None)

    def is_control(self, sample: str) -> bool:
        """True for the name of a no-template, negative or positive control."""
        return re.search(self.control_pattern, sample, re.IGNORECASE) is not None

    def patient(self, barcode: str) -> str:
        """The person behind a sample's barcode; the barcode itself where no pattern is set or matches."""
        match = re.match(self.patient_pattern, barcode) if self.patient_pattern else None
        return match.group(1) if match else barcode

    def centre_of(self, barcode: str) -> str | None:
        """The centre that a sample's barcode names, else the layout's one centre."""
        match = re.match(self.centre_pattern, barcode) if self.centre_pattern else None
        return match.group(1) if match else self.centre


DEFAULT = Layout()


@dataclass(frozen=True, slots=True)
class Options:
    """What the person asked for on this read; each wins over the layout."""

    layout: Layout = DEFAULT
    tumour_type: str | None = None
    tumour_sample: str | None = None
    build: str | None = None
    keep_going: bool = False


def presets() -> tuple[str, ...]:
    """The names of the presets that ship."""
    return tuple(sorted(path.stem for path in _preset_folder().glob("*.toml")))


@lru_cache
def preset(name: str) -> Layout:
    """The preset that ships under this name. Raises UsageError for an unknown one."""
    if name not in presets():
        raise UsageError(
            translate("No preset is called {name}; known are {known}.").format(name=name, known=", ".join(presets()))
        )
    return load_layout(_preset_folder() / f"{name}.toml")


def layout_for(folder: Path) -> Layout | None:
    """The layout that lies in a folder as `cohort.toml`, or None. Raises UsageError where it is wrong."""
    path = folder / FILE_NAME
    return load_layout(path) if path.is_file() else None


def load_layout(path: Path) -> Layout:
    """Read a `cohort.toml`. Raises UsageError, naming the file and the key, for anything that is not understood."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            translate("{file} cannot be read: {why}.").format(file=path, why=error.strerror or error)
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(translate("{file} is not valid TOML: {why}.").format(file=path, why=error)) from error
    base = Layout(name=path.stem)
    if "preset" in entries:
        base = preset(_Key(path, "preset").text(entries.pop("preset")))
    known = {entry.name for entry in fields(Layout)}
    for key in entries:
        if key not in known:
            raise _Key(path, key).error(translate("unknown key"), ", ".join(sorted({*known, "preset"})))
    settings = {key: _READ[key](_Key(path, key), value) for key, value in entries.items()}
    for key in ("tumour_types", "columns", "values", "status"):
        if key in settings:
            settings[key] = {**settings[key], **{k: v for k, v in getattr(base, key).items() if k not in settings[key]}}
    return replace(base, **settings)


def _preset_folder() -> Path:
    return Path(str(files("tumorprofil"))) / "formats" / "presets"


@dataclass(frozen=True, slots=True)
class _Key:
    """A key of one file, for the error that names it."""

    file: Path
    name: str

    def error(self, problem: str, expected: str) -> UsageError:
        return UsageError(
            translate("{file}, {key}: {problem}; expected {expected}.").format(
                file=self.file, key=self.name, problem=problem, expected=expected
            )
        )

    def within(self, name: str) -> "_Key":
        return _Key(self.file, f"{self.name}.{name}")

    def text(self, value: object) -> str:
        if not isinstance(value, str) or not value:
            raise self.error(translate("wrong type"), translate("a text"))
        return value

    def flag(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise self.error(translate("wrong type"), "true / false")
        return value

    def number(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(translate("wrong type"), translate("a whole number"))
        return value

    def one_of(self, known: tuple[str, ...], value: object) -> str:
        if value not in known:
            raise self.error(translate("unknown value {value}").format(value=value), " / ".join(known))
        return str(value)

    def texts(self, value: object) -> tuple[str, ...]:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise self.error(translate("wrong type"), translate("a list of texts"))
        return tuple(items)

    def table(self, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.error(translate("wrong type"), translate("a table"))
        return value

    def pattern(self, value: object) -> str:
        text = self.text(value)
        try:
            groups = re.compile(text).groups
        except re.error as error:
            raise self.error(
                translate("not a regular expression ({why})").format(why=error),
                translate("a regular expression with one group"),
            ) from error
        # The engine's regular expressions (RE2) know neither look-around nor back-references.
        if groups < 1 or re.search(r"\(\?(?:[=!]|<[=!]|P=)|\\[1-9]", text):
            raise self.error(
                translate("no group, or one that looks around or back"),
                translate("a regular expression with one group"),
            )
        return text


def _tumour_types(key: _Key, value: object) -> dict[str, str]:
    for pattern, code in key.table(value).items():
        if not tumour_types.is_known(key.within(pattern).text(code)):
            raise key.within(pattern).error(
                translate("unknown OncoTree code {code}").format(code=code),
                translate("a code of OncoTree 2021-11-02, such as LUAD"),
            )
    return dict(key.table(value))


def _columns(key: _Key, value: object) -> dict[str, tuple[str, ...]]:
    return {name: key.within(name).texts(headings) for name, headings in _by_column(key, value).items()}


def _values(key: _Key, value: object) -> dict[str, dict[str, str]]:
    meanings = {}
    for name, entries in _by_column(key, value).items():
        place = key.within(name)
        codes = codes_of(name)
        for written, meaning in place.table(entries).items():
            if place.within(written).text(meaning) not in codes and codes:
                raise place.within(written).error(
                    translate("unknown value {value}").format(value=meaning), " / ".join(codes)
                )
        meanings[name] = dict(entries)
    return meanings


def _status(key: _Key, value: object) -> dict[str, str]:
    known = tuple(code for code in schema.KNOWN_STATUS if code != "known")
    return {written: key.within(written).one_of(known, code) for written, code in key.table(value).items()}


def _by_column(key: _Key, value: object) -> dict[str, Any]:
    """Nested TOML tables as ``table.column`` → entry, each name checked."""
    entries = {}
    for table, columns in key.table(value).items():
        place = key.within(table)
        known = known_columns(table)
        if not known:
            raise place.error(translate("unknown table"), ", ".join(_tables()))
        for column, entry in place.table(columns).items():
            if column not in known:
                raise place.within(column).error(translate("unknown column"), ", ".join(known))
            entries[f"{table}.{column}"] = entry
    return entries


def _tables() -> tuple[str, ...]:
    return (*(table.name for table in schema.SOURCE_TABLES if table.name != "finding"), "maf")


def known_columns(table: str) -> tuple[str, ...]:
    """The columns of `table` that a layout may name; empty for an unknown table."""
    if table not in _tables():
        return ()
    if table == "maf":
        return tuple(import_module("tumorprofil.formats.maf").HEADINGS)
    own = [name for name in schema.table(table).column_names if name not in _SPREAD_INTO.get(table, ())]
    return (*own, *SPREAD.get(table, ()))


def codes_of(name: str) -> schema.Codes:
    """The code list behind ``table.column``; empty where any text will do."""
    table, column = name.split(".", 1)
    if table == "consent" and column in schema.CONSENT_PURPOSE:
        return schema.CONSENT_ANSWER
    if table == "biomarker" and column in schema.BIOMARKER:
        return schema.BIOMARKER_STATUS
    if table == "maf":
        return {}
    return next((entry.codes or {} for entry in schema.table(table).columns if entry.name == column), {})


_READ: dict[str, Callable[[_Key, object], Any]] = {
    "name": _Key.text,
    "patient_pattern": _Key.pattern,
    "centre": _Key.text,
    "centre_pattern": _Key.pattern,
    "merge_samples": _Key.flag,
    "build": lambda key, value: key.one_of(tuple(schema.BUILD), value),
    "tumour_only": _Key.flag,
    "tumour_types": _tumour_types,
    "columns": _columns,
    "values": _values,
    "status": _status,
    "missing": _Key.texts,
    "accepted_filters": _Key.texts,
    "control_pattern": _Key.pattern,
    "date_order": lambda key, value: key.one_of(DATE_ORDERS, value),
    "implausible_age_below": _Key.number,
}
