"""What an assessment depends on beside the data and the evidence."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

AsOf = date | Literal["report"]


@dataclass(frozen=True, slots=True)
class CutOffs:
    """The cut-offs that an assessment applies; reads are counts, the others fractions. Source: table `cut_off`."""

    variant_reads: int
    fusion_reads: int
    splice_reads: int
    population_frequency: float
    germline_substitution_percent: int
    germline_indel_percent: int


@dataclass(frozen=True, slots=True)
class Settings:
    """`as_of`: evidence published after this date is not used; ``report`` judges each profile by its own date."""

    as_of: AsOf
    cut_offs: CutOffs
