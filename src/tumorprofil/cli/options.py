"""Every option of the command line, once: its type, its default and its help in the language that is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from tumorprofil.terms.language import translate


@dataclass(frozen=True, slots=True)
class Option:
    """One option or argument: the type that the parser gives it, how it is spelled and said, and its default."""

    type: Any
    said: Any
    default: Any = None


READING = ("preset", "tumour_type", "tumour_sample", "build", "config", "keep_going")
SPOKEN = ("language", "verbose", "help")


def options() -> Mapping[str, Option]:
    """Name → option."""
    return {**_arguments(), **_reading(), **_asking(), **_general()}


def _argument(metavar: str) -> Any:
    # Listed as an argument, the parser would add its type in a programmer's words.
    return typer.Argument(metavar=metavar, hidden=True)


def _named(name: str, metavar: str | None, said: str) -> Any:
    return typer.Option(name, metavar=metavar, help=said) if metavar else typer.Option(name, help=said)


def _arguments() -> dict[str, Option]:
    return {
        "paths": Option(list[str], _argument(translate("PATH")), ...),
        "files": Option(list[str], _argument(translate("FILE")), ...),
        "first": Option(str, _argument("A"), ...),
        "second": Option(str, _argument("B"), ...),
    }


def _reading() -> dict[str, Option]:
    return {
        "preset": Option(
            str | None,
            _named(
                "--preset",
                translate("NAME"),
                translate("How the columns map, by a preset that ships, such as tcga."),
            ),
        ),
        "tumour_type": Option(
            str | None,
            _named("--tumour-type", translate("CODE"), translate("OncoTree code of all profiles, such as LUAD.")),
        ),
        "tumour_sample": Option(
            str | None,
            _named("--tumour-sample", translate("NAME"), translate("Which sample of a VCF is the tumour.")),
        ),
        "build": Option(
            str | None, _named("--build", "GRCh37|GRCh38", translate("Reference genome, where the file says none."))
        ),
        "config": Option(
            str | None,
            _named("--config", translate("FILE"), translate("A cohort.toml that says how the columns map.")),
        ),
        "keep_going": Option(
            bool,
            _named(
                "--keep-going", None, translate("Leave out rows and files that cannot be read instead of stopping.")
            ),
            False,
        ),
        "as_of": Option(
            str | None,
            _named(
                "--as-of",
                translate("DATE|report"),
                translate("Judge by the evidence known on a day (YYYY-MM-DD), or on each report's own."),
            ),
        ),
    }


def _asking() -> dict[str, Option]:
    return {
        "recommendation": Option(
            str,
            _named(
                "--recommendation",
                translate("ID|FILE"),
                translate("The recommendation: an id that ships, or a TOML file."),
            ),
            "dnmtb-2026-draft",
        ),
        "set": Option(
            list[str],
            _named(
                "--set",
                translate("KEY=VALUE"),
                translate("Change a setting of the recommendation; may be given several times."),
            ),
            [],
        ),
        "by": Option(
            str | None,
            _named(
                "--by", translate("COLUMN,…"), translate("Count by these columns, such as centre,year or cancer_group.")
            ),
        ),
        "formal": Option(
            str,
            _named(
                "--formal",
                "report|apply|ignore",
                translate("Formal shortfalls: report them beside the outcome, return the case, or ignore them."),
            ),
            "report",
        ),
        "population": Option(
            str,
            _named("--population", "all|referred", translate("All profiles, or those sent to the board.")),
            "all",
        ),
        "engine": Option(
            str,
            _named("--engine", "duckdb|spark", translate("Count in this program, or on Spark (see the guide).")),
            "duckdb",
        ),
        "format": Option(
            str | None,
            _named("--format", "table|json|csv|html", translate("Format of the output; table without it.")),
        ),
        "suppress_below": Option(
            int | None,
            _named(
                "--suppress-below",
                "N",
                translate("Publish: suppress counts from 1 to N-1, and others that would give them away."),
            ),
        ),
        "published": Option(
            list[str],
            _named(
                "--published",
                translate("FILE"),
                translate(
                    "A tally (JSON) of the same freeze that is public, so that no difference gives a count away."
                ),
            ),
            [],
        ),
        "counts_only": Option(
            bool,
            _named("--counts-only", None, translate("Write exact counts for the national body (internal), no table.")),
            False,
        ),
        "profiles": Option(
            int, _named("--profiles", "N", translate("How many profiles the synthetic registry holds.")), 6600
        ),
        "seed": Option(int, _named("--seed", "N", translate("The same number gives the same registry.")), 20260101),
    }


def _general() -> dict[str, Option]:
    return {
        "out": Option(
            Path | None,
            _named(
                "--out",
                translate("FILE"),
                translate("Write to a file; its ending says the format."),
            ),
        ),
        "folder": Option(Path, _named("--out", translate("FOLDER"), translate("The folder to write.")), ...),
        "replace": Option(
            bool, _named("--replace", None, translate("Replace a freeze that lies in the folder already.")), False
        ),
        "language": Option(str | None, _named("--language", "da|en", translate("Language of texts."))),
        "verbose": Option(bool, _named("--verbose", None, translate("Say more when something goes wrong.")), False),
        "help": Option(
            bool,
            typer.Option("--help", help=translate("Show this help and stop."), is_eager=True, callback=_print_help),
            False,
        ),
    }


def _print_help(ctx: typer.Context, wanted: bool) -> None:
    if wanted:
        print(ctx.get_help())
        raise typer.Exit
