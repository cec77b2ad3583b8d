"""`tumorprofil freeze`: keep a cohort with its assessment as a folder that later commands read at once."""

from pathlib import Path
from typing import Any

import tumorprofil as tp
from tumorprofil.cli import asking, terminal
from tumorprofil.cohort import freeze as freezes
from tumorprofil.report import numbers
from tumorprofil.terms.language import translate


def freeze(paths: list[str], folder: Path, replace: bool, as_of: str | None, **reading: Any) -> int:
    """Read, assess and write the freeze; says what it holds."""
    freezes.check_place(folder, replace)
    with terminal.progress(translate("Reading and assessing")):
        manifest = tp.freeze(asking.assessed(paths, as_of, reading), folder, replace=replace)
    print(
        translate("Written: {file}").format(file=folder)
        + " · "
        + translate("Profiles: {count}").format(count=numbers.whole(manifest["tables"]["case"]["rows"]))
        + f" · {manifest['id']}"
    )
    return 0
