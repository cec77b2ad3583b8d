"""The draft's rules once more, slow and obvious: plain Python over rows of the table `case`, to check the engine with.

Written from the minutes and from `docs/decisions/0006-triage.md`, not from the engine. A row is a dict with the
columns of `case`, settings are a dict as a recommendation has them. A truth is True, False or None for unknown.
"""

from collections import defaultdict

TIERS = ["I-A", "I-B", "I-C", "II-A", "II-B", "III-A", "III-B", "IV-A", "IV-B", "V", "X"]
SWITCHED = {"exempt": "presented", "manual": "manual_review", "out_of_scope": "out_of_scope"}
RELEVANCE = "performance_status_and_tier"
FLAGS = {
    "identity": ["has_identity"],
    "histology": ["has_histology"],
    "stage": ["has_stage"],
    "treatment_lines": ["has_treatment_lines"],
    "specimen": ["has_specimen"],
    "method": ["has_method", "has_quality"],
    "findings": ["has_findings"],
    "match": ["has_match", "has_question"],
}
REQUIREMENTS = [
    "identity",
    "histology",
    "performance_status",
    "stage",
    "treatment_lines",
    "specimen",
    "method",
    "findings",
    "match",
    "presenter",
    "consent",
    "tier",
]
IN_SCOPE = ["presented", "returned", "filtered_out", "manual_review", "undetermined"]
LOST = {"proposed": "has_proposal", "treated": "treated", "responded": "responded"}


def either(one, other):
    if one is True or other is True:
        return True
    return None if one is None or other is None else False


def opposite(truth):
    return None if truth is None else not truth


# --- performance status and tier ---------------------------------------------------------------------------------


def above_limit(case, settings):
    """The value where there is one; else its bounds, where both lie on one side. Nobody alive is above 4."""
    limit = settings["performance_status_limit"]
    if case["performance_status"] is not None:
        return case["performance_status"] > limit
    if case["performance_status_low"] is not None and case["performance_status_low"] > limit:
        return True
    highest = 4 if case["performance_status_high"] is None else case["performance_status_high"]
    return False if highest <= limit else None


def within_tier(case, settings):
    """Unknown where nothing was assessed; else whether a finding that counts has a tier that is good enough."""
    if case["tier_status"] == "not_assessed":
        return None
    counted = [case["tier_rank_other"]]
    if settings["germline_findings"] == "count":
        counted.append(case["tier_rank_germline"])
    if settings["resistance_findings"] == "count":
        counted.append(case["tier_rank_resistance"])
    limit = TIERS.index(settings["tier_limit"]) + 1
    return any(rank is not None and rank <= limit for rank in counted)


def relevance(case, settings):
    """The outcomes that remain possible when only performance status and tier are asked."""
    holds = either(opposite(above_limit(case, settings)), within_tier(case, settings))
    instead = "manual_review" if case["tier_status"] == "not_covered" else "filtered_out"
    return {True: {"presented"}, False: {instead}, None: {"presented", instead}}[holds]


# --- formal requirements and groups ------------------------------------------------------------------------------


def missing(case, settings):
    """The formal requirements that are not surely met, in the document's order."""
    met = {name: all(case[flag] is True for flag in flags) for name, flags in FLAGS.items()}
    met["performance_status"] = (
        case["performance_status_status"] == "known" and case["performance_status_date"] is not None
    )
    met["presenter"] = case["presenter_role"] in settings["presenter_roles"]
    met["consent"] = {
        "not_asked": True,
        "recorded": case["consent_board"] is not None,
        "given": case["consent_board"] in ("yes", "not_required"),
    }[settings["consent"]]
    # Asked for above the limit only. Where that is not known, it is the performance status that is missing.
    met["tier"] = case["tier_status"] != "not_assessed" or above_limit(case, settings) is not True
    return [name for name in REQUIREMENTS if not met[name]]


def memberships(case):
    """Group → whether the case belongs, in the document's order."""
    age_group = case["age_group"] if case["age_group"] != "unknown" else None
    return {
        "haematology": case["haematological"],
        "children": None if age_group is None else age_group == "child",
        "young_adults": None if age_group is None else age_group == "young_adult",
        "rare_cancers": case["rare"],
    }


def acting(case, settings):
    """(group, belongs, outcome of its switch) for the groups that have rules of their own; rare cancers last."""
    return [
        (name, belongs, SWITCHED[settings[name]])
        for name, belongs in memberships(case).items()
        if settings[name] != "same_rules"
    ]


# --- outcome and reasons -----------------------------------------------------------------------------------------


def triage(case, settings, formal="report"):
    """(outcome, reasons with the deciding one first, missing requirements)."""
    lacking = [] if formal == "ignore" else missing(case, settings)
    blocking = ["refusal"] if case["consent_board"] == "no" else []
    blocking += lacking if formal == "apply" else []
    if blocking:
        return "returned", blocking, lacking
    groups = acting(case, settings)
    first = [(name, belongs, outcome) for name, belongs, outcome in groups if name != "rare_cancers"]
    sure = [(name, outcome) for name, belongs, outcome in first if belongs is True]
    if sure:
        decided = sure[0][1]
        return decided, [name for name, outcome in sure if outcome == decided], lacking
    alone = possible = relevance(case, settings)
    reasons = []
    for name, belongs, outcome in reversed(groups):
        # Only what would be filtered out is touched: rarity turns it, unknown membership keeps it open.
        if "filtered_out" not in possible or belongs is False:
            continue
        if belongs is None:
            possible = possible | {outcome}
            reasons.append((name, "undetermined"))
        elif name == "rare_cancers":
            possible = possible - {"filtered_out"} | {outcome}
            reasons.append((name, outcome))
    outcome = next(iter(possible)) if len(possible) == 1 else "undetermined"
    said = [name for name, led_to in reversed(reasons) if led_to == outcome]
    # Where rarity alone lets a case through, relevance is no reason to present it.
    if outcome != "presented" or alone == {"presented"}:
        said.append(RELEVANCE)
    return outcome, said, lacking


def outcome_of(case, settings, formal="report"):
    return triage(case, settings, formal)[0]


def completions(case):
    """The case with every performance status and every tier that it may turn out to have."""
    if case["performance_status"] is None:
        low = 0 if case["performance_status_low"] is None else case["performance_status_low"]
        high = 4 if case["performance_status_high"] is None else case["performance_status_high"]
        values = range(low, high + 1)
    else:
        values = [case["performance_status"]]
    nothing = {"tier_rank_other": None, "tier_rank_germline": None, "tier_rank_resistance": None}
    tiers = [{}]
    if case["tier_status"] == "not_assessed":
        tiers = [nothing | {"tier_status": "tier", "tier_rank_other": rank} for rank in range(1, 12)]
        tiers.append(nothing | {"tier_status": "no_tier"})
    return [{**case, "performance_status": value, **tier} for value in values for tier in tiers]


def outcomes_of_completions(case, settings):
    """Every outcome that the case would have, were its performance status and tier known. No three-valued logic."""
    return {outcome_of(known, settings, "ignore") for known in completions(case)}


# --- tally -------------------------------------------------------------------------------------------------------
# A decided case is a pair of the case and what was said of it: outcome, reasons, missing requirements. The count does
# not ask who decided, so that a fault of the triage is not taken for one of the tally.


def decide(cases, settings, formal="report"):
    """Every case with what the rules of this module say of it."""
    return [(case, triage(case, settings, formal)) for case in cases]


def referred(decided):
    """Those that were sent to the board."""
    return [(case, said) for case, said in decided if case["referred"] is True]


def key_of(case, said, by):
    cells = []
    for name in by:
        if name == "tier":
            cells.append(case["tier"] if case["tier_status"] == "tier" else case["tier_status"])
        elif name == "reason":
            cells.append(said[1][0])
        else:
            cells.append(case[name])
    return tuple(cells)


def tally(decided, by=()):
    """Key → counts, for the rows of a tally. Without `by` the one key is ()."""
    groups = defaultdict(list)
    for case, said in decided:
        groups[key_of(case, said, by)].append((case, said))
    return {key: counts(group) for key, group in groups.items()}


def counts(decided):
    """The numbers of one group. What is out of scope is none of the recommendation's profiles."""
    found = dict.fromkeys([*IN_SCOPE, "out_of_scope"], 0)
    patients, filtered = set(), []
    for case, (outcome, _, _) in decided:
        found[outcome] += 1
        if outcome != "out_of_scope":
            patients.add(case["patient_id"])
        if outcome == "filtered_out":
            filtered.append(case)
    profiles = sum(found[outcome] for outcome in IN_SCOPE)
    found |= {"profiles": profiles, "patients": len(patients)}
    for name, column in LOST.items():
        recorded = any(case[column] is not None for case, _ in decided)
        found[name] = sum(case[column] is True for case in filtered) if recorded else "not_recorded"
    found["best_case"] = found["filtered_out"] / profiles if profiles else None
    found["worst_case"] = (found["filtered_out"] + found["undetermined"]) / profiles if profiles else None
    return found


def reason_counts(decided, by=()):
    """(key, criterion, outcome) → profiles that have the reason."""
    found = defaultdict(int)
    for case, said in decided:
        outcome, reasons, _ = said
        for criterion in reasons:
            found[key_of(case, said, by), criterion, outcome] += 1
    return dict(found)


def missing_counts(decided):
    """Requirement → profiles within the recommendation that do not meet it."""
    found = dict.fromkeys(REQUIREMENTS, 0)
    for _, (outcome, _, lacking) in decided:
        for name in lacking:
            found[name] += outcome != "out_of_scope"
    return found
