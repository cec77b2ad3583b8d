"""`tumorprofil synthetic`: a national registry in which nobody is real."""

from pathlib import Path

from tumorprofil.cli import terminal
from tumorprofil.errors import UsageError
from tumorprofil.report import numbers
from tumorprofil.synthetic import registry
from tumorprofil.terms.language import translate

MOST = 20_000_000


def synthetic(folder: Path, profiles: int, seed: int, replace: bool) -> int:
    """Write the registry as a freeze; says what it holds."""
    if not 1 <= profiles <= MOST or seed < 0:
        raise UsageError(
            translate("A registry holds 1 to {most} profiles, and its seed is not negative.").format(
                most=numbers.whole(MOST)
            )
        )
    with terminal.counted(translate("Making profiles"), profiles) as advance:
        manifest = registry.write(folder, profiles=profiles, seed=seed, progress=advance, replace=replace)
    print(
        translate("Written: {file}").format(file=folder)
        + " · "
        + translate("Profiles: {count}").format(count=numbers.whole(manifest["tables"]["case"]["rows"]))
        + " · "
        + translate("synthetic")
    )
    return 0
