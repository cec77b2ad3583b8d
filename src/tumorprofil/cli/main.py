"""The command line: a thin face on the library.

Exit codes: 0 done, 1 data refused or a check failed, 2 wrong use. Errors go to stderr in one line.
"""

import os
import sys
import traceback
from collections.abc import Sequence

from tumorprofil.errors import TumorprofilError
from tumorprofil.terms import language
from tumorprofil.terms.language import translate

INTERRUPTED = 130


def run() -> None:
    """What the command `tumorprofil` calls."""
    # People pipe into programs that expect UTF-8, also where the locale says nothing.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    wanted = _language(arguments)
    verbose = "--verbose" in arguments
    try:
        with language.use(wanted):
            return _guarded(arguments, verbose)
    except ValueError as error:
        return _fail(str(error), 2)


def _language(arguments: Sequence[str]) -> str:
    # Help is written while options are read, so the language must be known before.
    for position, argument in enumerate(arguments):
        if argument.startswith("--language="):
            return argument.partition("=")[2]
        if argument == "--language" and position + 1 < len(arguments):
            return arguments[position + 1]
    return language.current()


def _guarded(arguments: Sequence[str], verbose: bool) -> int:
    from typer import Abort
    from typer._click.exceptions import UsageError

    from tumorprofil.cli import application, words

    try:
        code = application.build().main(list(arguments), prog_name="tumorprofil", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except UsageError as error:
        command = error.ctx.command_path if error.ctx else "tumorprofil"
        return _fail(
            translate("{problem} See: {command} --help").format(problem=words.problem(error), command=command), 2
        )
    except (KeyboardInterrupt, Abort):
        return _fail(translate("Stopped; nothing was written."), INTERRUPTED)
    except (BrokenPipeError, SystemExit):
        # The reader of the pipe has seen enough; the parser turns that into an exit of its own. Python would
        # complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if verbose:
            traceback.print_exc()
        return _fail(*_said(error))


def _said(error: Exception) -> tuple[str, int]:
    if isinstance(error, TumorprofilError):
        return str(error), error.exit_code
    if isinstance(error, OSError):
        return translate("{file}: {why}.").format(file=error.filename or "?", why=error.strerror or error), 1
    if isinstance(error, MemoryError):
        return translate("There is not enough memory; read fewer files at a time."), 1
    said = f"{type(error).__name__}: {error}".splitlines()[0]
    return translate(
        "An error in the program itself ({error}); run again with --verbose and report what it says."
    ).format(error=said), 1


def _fail(message: str, code: int) -> int:
    print("tumorprofil: " + " ".join(message.split()), file=sys.stderr)
    return code


if __name__ == "__main__":
    run()
