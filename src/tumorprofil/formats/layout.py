"""How a folder's files map to cohort tables: a preset that ships, or the folder's own `cohort.toml`."""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The settings of one preset or `cohort.toml`.

    `columns` maps ``table.column`` of the cohort schema to the headings that may hold it, first match wins.
    `values` maps ``table.column`` to what each written value means. `tumour_types` maps a file-name pattern
    to an OncoTree code. `accepted_filters` are names in a FILTER column that tell of the pipeline, not of a
    doubtful call. The patterns are regular expressions whose first group is taken.
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
    missing: tuple[str, ...] = ()
    accepted_filters: tuple[str, ...] = ()

    def tumour_type(self, path: Path) -> str | None:
        """The OncoTree code that this layout gives a file by its name."""
        return next((code for pattern, code in self.tumour_types.items() if fnmatch(path.name, pattern)), None)

    def patient(self, barcode: str) -> str:
        """The person behind a sample's barcode; the barcode itself where no pattern is set or matches."""
        match = re.match(self.patient_pattern, barcode) if self.patient_pattern else None
        return match.group(1) if match else barcode


@dataclass(frozen=True, slots=True)
class Options:
    """What the person asked for on this read; each wins over the layout."""

    layout: Layout = Layout()
    tumour_type: str | None = None
    tumour_sample: str | None = None
    build: str | None = None
    keep_going: bool = False
