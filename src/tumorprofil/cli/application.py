"""The commands and their options."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tumorprofil import __version__
from tumorprofil.cli import words
from tumorprofil.errors import UsageError
from tumorprofil.terms.language import translate


def build() -> Any:
    """The command line in the language that is shown now."""
    words.speak()
    settings: dict[str, Any] = {"help_option_names": [], "max_content_width": 100}
    app = typer.Typer(
        cls=words.Group,
        add_completion=False,
        rich_markup_mode=None,
        no_args_is_help=True,
        context_settings=settings,
        options_metavar=translate("[OPTIONS]"),
        subcommand_metavar=translate("COMMAND …"),
    )
    app.callback(
        help=translate(
            "From laboratory files to proposed ESCAT tiers, with reasons. "
            "A tier is a proposal, never a treatment decision."
        )
    )(_program())
    common: dict[str, Any] = {
        "cls": words.Command,
        "options_metavar": translate("[OPTIONS]"),
        "context_settings": settings,
    }
    app.command(
        "check",
        help=translate(
            "Say what can be read and what is refused, and why. Exit code 1 if anything is refused. "
            "PATH is a file or folder: VCF, MAF, TSO500, cBioPortal, clinical tables."
        ),
        **common,
    )(_check())
    app.command(
        "assess",
        help=translate(
            "Propose ESCAT tiers: one row a finding and proposed tier. Values that cannot be read count as unknown. "
            "PATH is a file or folder: VCF, MAF, TSO500, cBioPortal, clinical tables."
        ),
        **common,
    )(_assess())
    return typer.main.get_command(app)


def _print_help(ctx: typer.Context, wanted: bool) -> None:
    if wanted:
        print(ctx.get_help())
        raise typer.Exit


def _help() -> Any:
    return typer.Option("--help", help=translate("Show this help and stop."), is_eager=True, callback=_print_help)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"tumorprofil {__version__}")
        raise typer.Exit


def _program() -> Any:
    version_option = typer.Option(
        "--version", help=translate("Show the version and stop."), is_eager=True, callback=_print_version
    )
    help_option = _help()

    def program(
        version: Annotated[bool, version_option] = False,
        help: Annotated[bool, help_option] = False,
    ) -> None:
        pass

    return program


def _options() -> dict[str, Any]:
    return {
        # Listed as an argument, the parser would add its type in a programmer's words.
        "paths": typer.Argument(metavar=translate("PATH"), hidden=True),
        "preset": typer.Option(
            "--preset",
            metavar=translate("NAME"),
            help=translate("How the columns map, by a preset that ships, such as tcga."),
        ),
        "tumour_type": typer.Option(
            "--tumour-type", metavar=translate("CODE"), help=translate("OncoTree code of all profiles, such as LUAD.")
        ),
        "tumour_sample": typer.Option(
            "--tumour-sample", metavar=translate("NAME"), help=translate("Which sample of a VCF is the tumour.")
        ),
        "build": typer.Option(
            "--build", metavar="GRCh37|GRCh38", help=translate("Reference genome, where the file says none.")
        ),
        "config": typer.Option(
            "--config", metavar=translate("FILE"), help=translate("A cohort.toml that says how the columns map.")
        ),
        "keep_going": typer.Option(
            "--keep-going", help=translate("Leave out rows and files that cannot be read instead of stopping.")
        ),
        "as_of": typer.Option(
            "--as-of",
            metavar=translate("DATE|report"),
            help=translate("Judge by the evidence known on a day (YYYY-MM-DD), or on each report's own."),
        ),
        "language": typer.Option("--language", metavar="da|en", help=translate("Language of texts.")),
        "verbose": typer.Option("--verbose", help=translate("Say more when something goes wrong.")),
        "out": typer.Option(
            "--out",
            metavar=translate("FILE"),
            help=translate("Write to a file: .tsv, .csv, .json, .parquet, or .html for the page."),
        ),
        "help": _help(),
    }


def _check() -> Any:
    option = _options()

    def check(
        paths: Annotated[list[str], option["paths"]],
        preset: Annotated[str | None, option["preset"]] = None,
        tumour_type: Annotated[str | None, option["tumour_type"]] = None,
        tumour_sample: Annotated[str | None, option["tumour_sample"]] = None,
        build: Annotated[str | None, option["build"]] = None,
        config: Annotated[str | None, option["config"]] = None,
        keep_going: Annotated[bool, option["keep_going"]] = False,
        language: Annotated[str | None, option["language"]] = None,
        verbose: Annotated[bool, option["verbose"]] = False,
        help: Annotated[bool, option["help"]] = False,
    ) -> int:
        from tumorprofil.cli import check as command

        return command.check(
            paths, preset=preset, tumour_type=tumour_type, tumour_sample=tumour_sample, build=build, config=config
        )

    return check


def _assess() -> Any:
    option = _options()

    def assess(
        paths: Annotated[list[str], option["paths"]],
        out: Annotated[Path | None, option["out"]] = None,
        preset: Annotated[str | None, option["preset"]] = None,
        tumour_type: Annotated[str | None, option["tumour_type"]] = None,
        tumour_sample: Annotated[str | None, option["tumour_sample"]] = None,
        build: Annotated[str | None, option["build"]] = None,
        config: Annotated[str | None, option["config"]] = None,
        keep_going: Annotated[bool, option["keep_going"]] = False,
        as_of: Annotated[str | None, option["as_of"]] = None,
        language: Annotated[str | None, option["language"]] = None,
        verbose: Annotated[bool, option["verbose"]] = False,
        help: Annotated[bool, option["help"]] = False,
    ) -> int:
        from tumorprofil.cli import assess as command

        return command.assess(
            paths,
            out,
            _as_of(as_of),
            preset=preset,
            tumour_type=tumour_type,
            tumour_sample=tumour_sample,
            build=build,
            config=config,
            keep_going=keep_going,
        )

    return assess


def _as_of(text: str | None) -> date | str | None:
    if text is None or text == "report":
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            translate("--as-of takes a day such as 2025-06-30, or the word report; not {text}.").format(text=text)
        ) from None
