"""The words of the command-line parser, so that help and errors are in one language.

The parser writes some of its own words in English only; here they are said again in the reader's language.
"""

import gettext
from typing import Any

from typer._click import exceptions
from typer.core import TyperCommand, TyperGroup

from tumorprofil.terms.language import N_, translate

# What the parser asks the standard gettext for.
PARSER_WORDS = (
    N_("Arguments"),
    N_("Commands"),
    N_("Options"),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("default: {default}"),
    N_("required"),
)


def speak() -> None:
    """Let the words that the parser asks gettext for come from our catalogue."""
    gettext.dgettext = lambda domain, message: translate(message)


def _write_usage(command: TyperCommand | TyperGroup, ctx: Any, formatter: Any) -> None:
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=translate("Usage:") + " ")


class Command(TyperCommand):
    """A command whose usage line is in the reader's language."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)


class Group(TyperGroup):
    """A group of commands whose usage line is in the reader's language."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)


def problem(error: exceptions.UsageError) -> str:
    """What is wrong with the command line, in one sentence of the reader's language."""
    hint = _hint(error)
    match error:
        case exceptions.NoSuchOption():
            return translate("There is no option {name}.").format(name=error.option_name)
        case exceptions.BadOptionUsage():
            return translate("The option {name} is not used as it must be: it takes one value.").format(
                name=error.option_name
            )
        case exceptions.MissingParameter():
            return translate("{name} is missing.").format(name=hint)
        case exceptions.BadParameter() if "integer" in str(error.message):
            return translate("The value of {name} must be a whole number.").format(name=hint)
        case exceptions.BadParameter():
            return translate("The value of {name} cannot be used: {why}").format(name=hint, why=error.message)
    return error.format_message()


def _hint(error: exceptions.UsageError) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return str(getattr(error, "param_hint", "") or "")
    return str(parameter.get_error_hint()).replace("'", "")
