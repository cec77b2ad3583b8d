"""How a tally was counted and what its words mean: what stands at the end of every report of it."""

from tumorprofil.recommendation.about import About
from tumorprofil.recommendation.tally import Tally
from tumorprofil.report import numbers, tally_words
from tumorprofil.report.tally_values import Unsaid, number, out_of_scope, shown
from tumorprofil.terms.language import translate


def outside(tally: Tally) -> str:
    """How many profiles lie outside the recommendation, and are in no other number; empty where none does."""
    if not out_of_scope(tally):
        return ""
    if number(tally.total, "out_of_scope") == Unsaid.SUPPRESSED:
        return translate("How many profiles lie outside the recommendation is not shown; they are in no other number.")
    return translate("Outside the recommendation, and in none of these numbers: {count} profiles.").format(
        count=shown(number(tally.total, "out_of_scope"))
    )


def formal_note(tally: Tally) -> str:
    """What shortfalls of the formal requirements do in this tally."""
    if tally.about.formal == "apply":
        return translate("A profile that lacks a formal requirement is counted as returned.")
    if tally.about.formal == "report":
        return translate(
            "Old profiles were never asked for these. What is missing is therefore listed here, and changes no outcome."
        )
    return translate("The formal requirements were not looked at.")


def refused(about: About) -> str:
    """What of the source could not be used; empty where all could."""
    sentences = []
    if about.refused_values:
        sentences.append(
            translate("{count} values could not be read and count as unknown.").format(
                count=numbers.whole(about.refused_values)
            )
        )
    if about.left_out:
        sentences.append(translate("{count} rows or files were left out.").format(count=numbers.whole(about.left_out)))
    return " ".join(sentences)


def method(tally: Tally) -> tuple[tuple[str, str], ...]:
    """How it was counted and what the words mean, as terms and explanations."""
    about = tally.about
    days = about.said.get("performance_status_days", {})
    status = translate("The measurement nearest before the report.")
    if days:
        status = translate("The measurement nearest before the report, at most {days} days old.").format(
            days=next(iter(days.values()))
        )
    return (
        (
            translate("Unit"),
            translate(
                "The profile: one specimen's report. Patients are counted beside it; one may have several profiles."
            ),
        ),
        (translate("Population"), f"{tally_words.population(about)}. {outside(tally)}".strip()),
        (translate("Performance status"), status),
        (translate("Evidence"), tally_words.evidence(about)),
        (translate("Formal requirements"), formal_note(tally)),
        (
            translate("Share filtered out"),
            translate(
                "Filtered out among all profiles in the row, with the exact 95% interval (Clopper–Pearson). "
                "It is the best case: everything undetermined counts as not filtered out."
            ),
        ),
        (
            translate("Worst case"),
            translate(
                "Everything undetermined counts as filtered out, also profiles that could at worst go to manual "
                "review: the number is on the safe side, not sharp. What is true lies between best and worst case."
            ),
        ),
        *([(translate("Missing data"), note)] if (note := refused(about)) else []),
        *([(translate("Small numbers"), note)] if (note := tally_words.suppression(tally)) else []),
        *(
            [(translate("Synthetic data"), translate("No real patient is in these numbers."))]
            if about.synthetic
            else []
        ),
    )


def provenance(tally: Tally) -> tuple[tuple[str, str], ...]:
    """What makes the tally one that can be made again."""
    about = tally.about
    return (
        (translate("Recommendation"), f"{about.recommendation}, {tally_words.version(about).lower()}"),
        (translate("Fingerprint of the document"), about.digest),
        (translate("Freeze"), about.freeze or translate("none: counted from files")),
        (translate("Made"), numbers.day(about.made)),
    )
