"""Counts from home: a centre that may not share patients sends counts, and the national tally is their sum.

A counts-only file holds exact counts, by centre and whatever else was asked, with everything that decides whether two
files can be added: version and settings of the rules, evidence, population, formal shortfalls. It is internal; small
numbers are suppressed when the national tally is published. Its hash finds a file that was changed or cut off; it is
no signature.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from tumorprofil.errors import ReadError, Refusal, UsageError
from tumorprofil.recommendation.about import About
from tumorprofil.recommendation.document import OUTCOMES
from tumorprofil.recommendation.outcome import Triaged
from tumorprofil.recommendation.tally import (
    BY,
    COUNTS,
    GROUPED,
    IN_SCOPE,
    LOST,
    NOT_RECORDED,
    ReasonCount,
    Row,
    Tally,
    count,
    ordered,
    summed,
)
from tumorprofil.terms.language import LANGUAGES, N_, translate

FORMAT = "tumorprofil counts"
VERSION = 1
LARGEST = 2**53
INTERNAL = "Exact counts, internal: for the national body alone. Small numbers are suppressed at publication."
_LARGEST_BYTES = 200_000_000
# What must be the same for counts to be added, and what it is called.
_SAME: Mapping[str, str] = {
    "recommendation": N_("another recommendation"),
    "version": N_("another version of the recommendation"),
    "digest": N_("another text of the recommendation"),
    "settings": N_("other settings"),
    "evidence_version": N_("other evidence"),
    "as_of": N_("evidence of another day"),
    "case_tables": N_("other reference tables"),
    "population": N_("another population"),
    "formal": N_("other handling of formal shortfalls"),
}


def counts_only(outcome: Triaged, by: Sequence[str] = ()) -> dict[str, Any]:
    """The counts of a centre's own profiles as the content of a counts-only file.

    Raises UsageError where a profile names no centre: nobody could see then that a centre is sent twice."""
    asked = count(outcome, by).by
    tally = count(outcome, ("centre", *(name for name in asked if name != "centre")))
    centres = sorted({str(row.key[0]) for row in tally.rows if row.key[0] is not None})
    nameless = sum(row.counts["profiles"] or 0 for row in tally.rows if row.key[0] is None)
    if nameless or not centres:
        raise UsageError(
            translate('Profiles without a centre: {count}. Say centre = "…" in cohort.toml, then count again.').format(
                count=nameless
            )
        )
    content = {
        "format": FORMAT,
        "format_version": VERSION,
        "note": INTERNAL,
        "centres": centres,
        "asked": list(asked),
        "by": list(tally.by),
        "about": json.loads(json.dumps(asdict(tally.about), default=str)),
        "rows": [{"key": list(row.key), "counts": dict(row.counts)} for row in tally.rows],
        "patients": tally.total.counts["patients"],
        "reasons": [json.loads(json.dumps(asdict(reason))) for reason in tally.reasons],
        "missing": dict(tally.missing),
    }
    return {**content, "hash": _hash(content)}


def text(content: Mapping[str, Any]) -> str:
    """A counts-only file as it is sent."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def combine(paths: Iterable[str | Path]) -> Tally:
    """The tally of several counts-only files together.

    Raises ReadError for a file that is none, that was changed or cut off, that was counted by another version, other
    settings or other evidence than the first, or that brings a centre that another brought already. Persons are not
    known across files: one may have been profiled at two centres."""
    files = [(Path(path), _read(Path(path))) for path in paths]
    if not files:
        raise UsageError(translate("Nothing to combine: name at least one counts-only file."))
    first_path, first = files[0]
    told: dict[str, Path] = {}
    for path, content in files:
        _compatible(path, content, first_path, first)
        for centre in content["centres"]:
            if centre in told:
                raise _refused(
                    path,
                    translate("the centre {centre} is in {file} already").format(centre=centre, file=told[centre]),
                    translate("Send each centre once."),
                )
            told[centre] = path
    return _added([content for _, content in files])


def _added(files: Sequence[Mapping[str, Any]]) -> Tally:
    asked = tuple(files[0]["asked"])
    places = [files[0]["by"].index(name) for name in asked]
    groups: dict[tuple[Any, ...], list[Row]] = {}
    reasons: dict[tuple[Any, ...], int] = {}
    missing: dict[str, int] = {}
    for content in files:
        for row in content["rows"]:
            key = tuple(row["key"][place] for place in places)
            groups.setdefault(key, []).append(Row(key, row["counts"]))
        for reason in content["reasons"]:
            found = (tuple(reason["key"][place] for place in places), reason["criterion"], reason["outcome"])
            reasons[found] = reasons.get(found, 0) + reason["profiles"]
        for name, number in content["missing"].items():
            missing[name] = missing.get(name, 0) + number
    rows = ordered(asked, [_group(key, parts) for key, parts in groups.items()])
    patients = files[0]["patients"] if len(files) == 1 else NOT_RECORDED
    abouts = [_about(content["about"]) for content in files]
    return Tally(
        about=replace(
            abouts[0],
            synthetic=any(about.synthetic for about in abouts),
            refused_values=sum(about.refused_values for about in abouts),
            left_out=sum(about.left_out for about in abouts),
            freeze=None,
            made=date.today(),
        ),
        by=asked,
        rows=rows,
        total=summed(rows, patients),
        reasons=_in_order(rows, reasons, list(abouts[0].words)),
        missing=missing,
    )


def _in_order(
    rows: Sequence[Row], reasons: Mapping[tuple[Any, ...], int], criteria: Sequence[str]
) -> tuple[ReasonCount, ...]:
    places = {row.key: place for place, row in enumerate(rows)}
    found = [ReasonCount(key, criterion, outcome, number) for (key, criterion, outcome), number in reasons.items()]
    found.sort(key=lambda one: (places[one.key], criteria.index(one.criterion), OUTCOMES.index(one.outcome)))
    return tuple(found)


def _group(key: tuple[Any, ...], parts: Sequence[Row]) -> Row:
    total = summed(parts, parts[0].counts["patients"] if len(parts) == 1 else NOT_RECORDED)
    return Row(key, total.counts)


def _about(cells: Mapping[str, Any]) -> About:
    settings = {name: tuple(value) if isinstance(value, list) else value for name, value in cells["settings"].items()}
    texts = ("setting_words", "said", "words", "labels")
    if not all(set(words) == set(LANGUAGES) for name in texts for words in cells[name].values()):
        raise ValueError("words")
    listed = {name: tuple(cells[name]) for name in ("criteria", "changed")}
    read = {"settings": settings, **listed, "made": date.fromisoformat(cells["made"])}
    return About(**{**cells, **read})


def _compatible(path: Path, content: Mapping[str, Any], first_path: Path, first: Mapping[str, Any]) -> None:
    for name, problem in _SAME.items():
        if _compared(content, name) != _compared(first, name):
            raise _refused(
                path,
                translate("{problem} than {file}").format(problem=translate(problem), file=first_path),
                translate("Count again with the same version and settings."),
            )
    if (content["asked"], content["by"]) != (first["asked"], first["by"]):
        raise _refused(
            path,
            translate("split by {columns}, unlike {file}").format(
                columns=", ".join(content["asked"]) or "–", file=first_path
            ),
            translate("Count again with the same --by."),
        )


def _compared(content: Mapping[str, Any], name: str) -> Any:
    about = content["about"]
    if name == "as_of" and about["as_of"] != "report":
        # Two days behind the newest evidence are the same.
        newest = "-".join(about["evidence_version"].split("-")[1:])
        return min(about["as_of"], newest)
    return about[name]


def _read(path: Path) -> dict[str, Any]:
    expected = translate("Give a file that tally --counts-only wrote.")
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ValueError
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT or content["format_version"] != VERSION:
            raise ValueError
    except FileNotFoundError:
        raise _refused(path, translate("there is no such file"), expected) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise _refused(path, translate("this is no counts-only file of this version"), expected) from None
    unsealed = {name: value for name, value in content.items() if name != "hash"}
    if content.get("hash") != _hash(unsealed) or not _sound(content):
        raise _refused(
            path, translate("the file was changed after it was counted"), translate("Ask the centre to send it again.")
        )
    return dict(content)


def _sound(content: Mapping[str, Any]) -> bool:
    """Whether the parts of a file agree with each other: what no counting gives was changed, whatever the hash says."""
    try:
        rows = {tuple(row["key"]): row["counts"] for row in content["rows"]}
        about, by = _about(content["about"]), content["by"]
        centres = {key[by.index("centre")] for key in rows}
        total = sum(counts["profiles"] for counts in rows.values())
        return (
            len(rows) == len(content["rows"])
            and all(len(key) == len(by) for key in rows)
            and set(content["asked"]) <= set(by) <= set(BY)
            and centres == set(content["centres"])
            and all(map(_adds_up, rows.values()))
            and all(_explains(reason, rows, about) for reason in content["reasons"])
            and all(name in about.words and _whole(number, total) for name, number in content["missing"].items())
            and _whole(content["patients"], sum(counts["patients"] for counts in rows.values()))
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return False


def _whole(number: object, most: int) -> bool:
    return type(number) is int and 0 <= number <= most


def _adds_up(counts: Mapping[str, Any]) -> bool:
    filtered_out = counts["filtered_out"]
    return (
        set(counts) == set(COUNTS)
        and all(_whole(counts[name], LARGEST) for name in COUNTS if name not in LOST)
        and counts["profiles"] == sum(counts[name] for name in IN_SCOPE)
        and counts["patients"] <= counts["profiles"]
        and all(counts[name] == NOT_RECORDED or _whole(counts[name], filtered_out) for name in LOST)
        and all(counts[part] <= counts[whole] for whole, part in GROUPED.items())
    )


def _explains(reason: Mapping[str, Any], rows: Mapping[tuple[Any, ...], Mapping[str, int]], about: About) -> bool:
    counts = rows[tuple(reason["key"])]
    return (
        reason["criterion"] in about.words
        and reason["outcome"] in OUTCOMES
        and _whole(reason["profiles"], counts[reason["outcome"]])
    )


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _refused(path: Path, problem: str, expected: str) -> ReadError:
    return ReadError([Refusal(str(path), "file", problem, expected)])
