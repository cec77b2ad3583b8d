"""The commands: what each is for, which options it has, and which module carries it out."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any

import typer

from tumorprofil import __version__
from tumorprofil.cli import words
from tumorprofil.cli.options import READING, SPOKEN, Option, options
from tumorprofil.terms.language import N_, translate

_PATHS = N_("PATH is a file or folder: VCF, MAF, TSO500, cBioPortal, clinical tables, or a freeze.")
_RULES = ("recommendation", "set", "by", "formal", "population", "as_of")


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `tumorprofil.cli.<module>` has a function of its name that takes the options as keywords."""

    name: str
    says: tuple[str, ...]
    options: tuple[str, ...]
    module: str | None = None


COMMANDS = (
    Command(
        "check",
        (N_("Say what can be read and what is refused, and why. Exit code 1 if anything is refused."), _PATHS),
        ("paths", *READING),
    ),
    Command(
        "assess",
        (
            N_("Propose ESCAT tiers: one row a finding and proposed tier."),
            N_("Values that cannot be read count as unknown."),
            _PATHS,
        ),
        ("paths", "out", *READING, "as_of"),
    ),
    Command(
        "tally",
        (
            N_("Count how many profiles the board's recommendation would have let through, and how many not, and why."),
            _PATHS,
        ),
        ("paths", *_RULES, "engine", "format", "out", "suppress_below", "published", "counts_only", *READING),
    ),
    Command(
        "compare",
        (
            N_("Say who moves between two recommendations A and B, from what to what and why."),
            N_("Settings follow behind @, such as dnmtb-2026-draft@performance_status_limit=1."),
            _PATHS,
        ),
        ("first", "second", "paths", "formal", "population", "as_of", "out", *READING),
    ),
    Command(
        "combine",
        (N_("Add the counts-only files of several centres to one national tally."),),
        ("files", "format", "out", "suppress_below", "published"),
        module="tally",
    ),
    Command(
        "freeze",
        (N_("Keep what was read and assessed as a freeze: a folder that later commands read at once."), _PATHS),
        ("paths", "folder", "replace", *READING, "as_of"),
    ),
    Command(
        "synthetic",
        (N_("Make a synthetic national registry as a freeze. Nobody in it is real."),),
        ("folder", "profiles", "seed", "replace"),
    ),
)


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
    known = options()
    app.callback(
        help=translate(
            "From laboratory files to proposed ESCAT tiers, with reasons. "
            "A tier is a proposal, never a treatment decision."
        )
    )(_program(known["help"]))
    for command in COMMANDS:
        app.command(
            command.name,
            help=" ".join(translate(sentence) for sentence in command.says),
            cls=words.Command,
            options_metavar=translate("[OPTIONS]"),
            context_settings=settings,
        )(_function(command, {name: known[name] for name in (*command.options, *SPOKEN)}))
    return typer.main.get_command(app)


def _function(command: Command, listed: dict[str, Option]) -> Callable[..., int]:
    """A function with one parameter an option, as the parser wants it; it loads the command's module when called."""

    def run(**values: Any) -> int:
        module = import_module(f"tumorprofil.cli.{command.module or command.name}")
        carried = {name: value for name, value in values.items() if name not in SPOKEN}
        return int(getattr(module, command.name)(**carried))

    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if option.default is ... else option.default,
                annotation=Annotated[option.type, option.said],
            )
            for name, option in listed.items()
        ]
    )
    run.__annotations__ = {name: Annotated[option.type, option.said] for name, option in listed.items()}
    return run


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"tumorprofil {__version__}")
        raise typer.Exit


def _program(help_option: Option) -> Any:
    version_option = typer.Option(
        "--version", help=translate("Show the version and stop."), is_eager=True, callback=_print_version
    )

    def program(
        version: Annotated[bool, version_option] = False,
        help: Annotated[bool, help_option.said] = False,
    ) -> None:
        pass

    return program
