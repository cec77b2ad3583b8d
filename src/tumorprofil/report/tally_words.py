"""A tally in words: its groups, what was asked, and what came out, in the language that is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tumorprofil.cohort.schema import CASE, SEX
from tumorprofil.recommendation.about import About
from tumorprofil.recommendation.tally import LOST, NOT_RECORDED, Cell, Tally
from tumorprofil.report import content, numbers, outcomes, tiers
from tumorprofil.report.tally_values import LOST_HEADING, Unsaid, counted, number, plain, said, shown
from tumorprofil.terms import cancer_group, centre
from tumorprofil.terms.language import N_, current, translate

COLUMN: Mapping[str, str] = {
    "centre": N_("Centre"),
    "year": N_("Year"),
    "cancer_group": N_("Cancer group"),
    "tumour_type": N_("Tumour type"),
    "age_group": N_("Age group"),
    "sex": N_("Sex"),
    "performance_status": N_("Performance status"),
    "tier": N_("Best tier"),
    "haematological": N_("Haematological cancer"),
    "rare": N_("Rare cancer"),
    "reason": N_("Deciding reason"),
}
STATE: Mapping[str, str] = {
    "draft": N_("draft"),
    "consultation": N_("in consultation"),
    "approved": N_("approved"),
    "superseded": N_("superseded"),
}
_POPULATION: Mapping[str, str] = {
    "all": N_("all profiles in the source"),
    "referred": N_("the profiles that were sent to the board"),
}
_AGE_GROUP = next(column.codes or {} for column in CASE.columns if column.name == "age_group")
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Word:
    """The value of a group in words; `unknown` where it is not known."""

    text: str
    unknown: bool = False


def column(name: str) -> str:
    """The heading of a column of groups."""
    return translate(COLUMN[name])


def word(tally: Tally, name: str, value: Cell) -> Word:
    """The value of a group in words."""
    if value is None or value == _UNKNOWN:
        return Word(translate(N_("no reason") if name == "reason" else N_("unknown")), True)
    if isinstance(value, bool):
        return Word(translate(N_("Yes") if value else N_("No")))
    return Word(_text(tally.about, name, value))


def _text(about: About, name: str, value: str | int) -> str:
    code = str(value)
    match name:
        case "centre":
            found = centre.find(code, about.made)
            return found.name if found else code
        case "cancer_group":
            return _cancer_group(code)
        case "tumour_type":
            return content.tumour_type(code)
        case "age_group":
            return translate(_AGE_GROUP.get(code, code))
        case "sex":
            return translate(SEX.get(code, code))
        case "performance_status":
            return f"PS {code}"
        case "tier":
            return tiers.label(code)
        case "reason":
            return criterion(about, code)
    return code


def _cancer_group(code: str) -> str:
    if code == cancer_group.NO_GROUP:
        return translate("No cancer group of its own")
    found = cancer_group.find(code)
    return f"{found.area_da if current() == 'da' else found.area_en} ({code})" if found else code


def group(tally: Tally, key: tuple[Cell, ...]) -> str:
    """A row's group in one text; the total has none."""
    if not key:
        return translate("Total")
    return " · ".join(word(tally, name, value).text for name, value in zip(tally.by, key, strict=True))


def groups(tally: Tally) -> str:
    """What the tally is split by, as it stands in a sentence: `centre and year`."""
    names = [column(name).lower() for name in tally.by]
    if len(names) < 2:
        return "".join(names)
    return translate("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def criterion(about: About, code: str) -> str:
    """What a criterion, group or requirement is called or asks, with the settings put in."""
    return about.words.get(code, {}).get(current(), code)


def rules(tally: Tally) -> tuple[str, ...]:
    """The criteria of relevance with their settings: the heart of the recommendation, in words."""
    return tuple(criterion(tally.about, code) for code in tally.about.criteria)


def settings(about: About) -> tuple[tuple[str, str], ...]:
    """Each setting and its value, in words."""
    return tuple((about.setting_words[name][current()], about.said[name][current()]) for name in about.settings)


def changed(about: About) -> str:
    """The settings that are not the document's own; empty where all are."""
    if not about.changed:
        return ""
    named = (f"{about.setting_words[name][current()]}: {about.said[name][current()]}" for name in about.changed)
    return translate("Departs from the document: {settings}.").format(settings="; ".join(named))


def reworded(about: About) -> str:
    """That the text of the document is not the one that ships under its id; empty where it is."""
    if not about.reworded:
        return ""
    return translate("Own wording: the text differs from the version of {id} that ships with this program.").format(
        id=about.recommendation
    )


def departures(about: About) -> tuple[str, ...]:
    """In what the tally is not one of the document as it ships."""
    return tuple(sentence for sentence in (changed(about), reworded(about)) if sentence)


def heading(tally: Tally) -> str:
    """What the tally is, in one line: recommendation, version, population, departures, and where it is from."""
    about = tally.about
    origin = translate("freeze {id}").format(id=about.freeze) if about.freeze else translate("the files that were read")
    synthetic = (translate("SYNTHETIC DATA: NO REAL PATIENT") + ".",) if about.synthetic else ()
    source_said = translate("Source: {source}.").format(source=origin)
    return " ".join(
        (f"{title(about)}.", f"{version(about)}.", f"{population(about)}.", *departures(about), source_said, *synthetic)
    )


def title(about: About) -> str:
    """What the tally is a tally of."""
    return translate("Retrospective tally: {title}").format(title=about.title[current()])


def version(about: About) -> str:
    """The version and its state, so that nobody takes a draft for a rule."""
    return translate("Version {version}, {state}").format(version=about.version, state=state(about))


def state(about: About) -> str:
    """The state of the document."""
    return translate(STATE.get(about.state, about.state))


def question(tally: Tally) -> str:
    """What was asked, in one or a few sentences."""
    sentences = [
        translate("What would the recommendation have done with {population}?").format(
            population=translate(_POPULATION[tally.about.population])
        )
    ]
    if tally.by:
        sentences.append(translate("Counted by {groups}.").format(groups=groups(tally)))
    if years := period(tally):
        sentences.append(years)
    return " ".join(sentences)


def period(tally: Tally) -> str:
    """The years that the tally covers; empty where it is not split by year."""
    if "year" not in tally.by:
        return ""
    at = tally.by.index("year")
    years = sorted({int(value) for row in tally.rows if (value := row.key[at]) is not None})
    if not years:
        return ""
    return translate("Years {first}–{last}.").format(first=years[0], last=years[-1])


def counts(tally: Tally) -> str:
    """How much was counted."""
    total = tally.total
    if number(total, "profiles") == Unsaid.SUPPRESSED:
        return translate("the number of profiles is not shown")
    if isinstance(number(total, "patients"), Unsaid):
        return translate("{profiles} profiles").format(profiles=shown(number(total, "profiles")))
    return translate("{profiles} profiles from {patients} patients").format(
        profiles=shown(number(total, "profiles")), patients=shown(number(total, "patients"))
    )


def headline(tally: Tally) -> str:
    """The result in one sentence."""
    total = tally.total
    if total.counts["profiles"] == 0:
        return translate("There is no profile to count.")
    found = {name: number(total, name) for name in ("profiles", "presented", "filtered_out", "undetermined")}
    if Unsaid.SUPPRESSED in found.values():
        told = (f"{outcomes.label(name).lower()} {said(found[name])}" for name in list(found)[1:])
        return translate("Profiles {profiles}: {counts}.").format(
            profiles=said(found["profiles"]), counts="; ".join(told)
        )
    named = {name: shown(value) for name, value in found.items()}
    return translate(
        "Of {profiles} profiles, {presented} would be presented and {filtered_out} filtered out; "
        "{undetermined} cannot be determined."
    ).format(**named)


def share(tally: Tally) -> str:
    """The share filtered out with its interval, and its worst case; empty where there is nothing to count."""
    total = tally.total
    low_high, worst = number(total, "interval"), number(total, "worst_case")
    if low_high == Unsaid.SUPPRESSED:
        return translate("The share filtered out is not shown.")
    if not isinstance(low_high, tuple):
        return ""
    text = translate("Filtered out {share} (95% interval {interval}); at worst {worst}.")
    return text.format(share=shown(number(total, "share")), interval=shown(low_high), worst=said(worst))


def lost(tally: Tally) -> str:
    """What was done, all the same, with those that the recommendation would have filtered out."""
    total = tally.total
    if total.counts["filtered_out"] == 0:
        return translate("No profile would have been filtered out.")
    found = {name: counted(total.counts[name]) for name in LOST}
    if all(value == Unsaid.NOT_RECORDED for value in found.values()):
        return translate(
            "Whether those filtered out had a proposed treatment, were treated or responded is not recorded in the "
            "source."
        )
    if not any(isinstance(value, Unsaid) for value in found.values()):
        return translate(
            "Of those filtered out, {proposed} had a proposed treatment, {treated} were treated and {responded} "
            "responded."
        ).format(**{name: shown(value) for name, value in found.items()})
    told = (f"{plain(translate(LOST_HEADING[name])).lower()} {said(value)}" for name, value in found.items())
    return translate("Of those filtered out: {counts}.").format(counts="; ".join(told))


def lost_gaps(tally: Tally) -> str:
    """Where only some of the groups record it: how many do not. Empty otherwise."""
    gaps = sum(any(row.counts[name] == NOT_RECORDED for name in LOST) for row in tally.rows)
    if not gaps or all(tally.total.counts[name] == NOT_RECORDED for name in LOST):
        return ""
    return translate(
        "In {count} of {all} groups this is not fully recorded; what is missing there is not in these numbers."
    ).format(count=numbers.whole(gaps), all=numbers.whole(len(tally.rows)))


def suppression(tally: Tally) -> str:
    """What the sign for a suppressed number means; empty where nothing can be suppressed."""
    if tally.suppressed_below is None:
        return ""
    return translate(
        "# stands for a number that is not shown: it is below {count}, or a number below {count} could be worked out "
        "from it."
    ).format(count=numbers.whole(tally.suppressed_below))


def evidence(about: About) -> str:
    """The version of the evidence and the day that its knowledge is from."""
    if about.as_of == "report":
        known = translate("evidence known on the date of each report")
    else:
        known = translate("evidence known on {day}").format(day=day(about.as_of))
    return f"{about.evidence_version}, {known}"


def source(tally: Tally) -> str:
    """The line that stands under every picture: what, from where, of which day."""
    about = tally.about
    profiles = number(tally.total, "profiles")
    text = N_("n = {profiles} profiles. Source: {source}; {title}, {version}; made {day}.")
    if profiles == Unsaid.SUPPRESSED:
        text = N_("n is not shown. Source: {source}; {title}, {version}; made {day}.")
    return translate(text).format(
        profiles=shown(profiles),
        source=translate("freeze {id}").format(id=about.freeze)
        if about.freeze
        else translate("the files that were read"),
        title=about.title[current()],
        version=version(about).lower(),
        day=numbers.day(about.made),
    )


def population(about: About) -> str:
    """The profiles that were counted, as a sentence begins."""
    text = translate(_POPULATION[about.population])
    return text[:1].upper() + text[1:]


def day(written: str) -> str:
    """A date in words; what is no date, as it stands."""
    try:
        return numbers.day(date.fromisoformat(written))
    except ValueError:
        return written
