"""What a policy must hold to itself: checked when it is loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from xinheng.judgements.policies import chain_checks, scoring_checks
from xinheng.judgements.policies.expressions import LARGEST
from xinheng.judgements.policies.formulas import Formulas, Path
from xinheng.judgements.policies.parts import numbers_in
from xinheng.judgements.policies.values import (
    Policy,
)

Problem = tuple[Path, str]
KEYS = {"customer_no", "customer_id", "role"}  # columns of their own in every table that is rated


def problems(policy: Policy, formulas: Formulas) -> list[Problem]:
    """Everything wrong with a policy, as a path into the document and the cause."""
    if found := list(_numbers(policy)):
        return found
    found = list(formulas.wrong)
    found += _codes(policy, formulas)
    found += _values(policy)
    found += _questions(policy)
    found += _criteria(policy)
    found += _grades_named(policy)
    found += _bests(policy)
    found += chain_checks.problems(policy)
    if policy.scoring:
        found += scoring_checks.problems(policy.scoring, policy, formulas)
    if not policy.scoring and not policy.criteria:
        found.append(((), _("The policy has neither criteria nor scoring.")))
    found += _unreachable(policy)
    return found


def _numbers(policy: Policy) -> Iterator[Problem]:
    """Numbers that points and money in minor units can hold exactly; beyond them nothing else is checked."""
    for path, number in numbers_in(policy):
        if abs(number) >= LARGEST:
            told = {"field": ".".join(str(step) for step in path), "what": number}
            yield path, _("%(field)s: %(what)s is too large.") % told


def _codes(policy: Policy, formulas: Formulas) -> Iterator[Problem]:
    """Codes people refer to are unique, whatever their case, and hide no indicator or fact."""
    taken = KEYS | {
        code.lower() for code, name in formulas.names.items() if name.origin in ("indicator", "fact")
    }
    groups = (
        ("parameters", [parameter.code for parameter in policy.parameters]),
        ("questions", [question.code for question in policy.questions]),
        ("terms", [term.code for term in policy.terms]),
    )
    for group, codes in groups:
        for place, code in enumerate(codes):
            if code.lower() in taken:
                yield (group, place, "code"), _("The code %(code)s is used twice.") % {"code": code}
            taken.add(code.lower())
    alone = (
        (("scale",), [step.code for step in policy.scale]),
        (("conditions",), [condition.code for condition in policy.conditions]),
        (("vetoes",), [veto.code for veto in policy.vetoes]),
        (("caps",), [cap.code for cap in policy.caps]),
        (("exclusions",), [exclusion.code for exclusion in policy.exclusions]),
        (("flags",), [flag.code for flag in policy.flags]),
        (("scoring", "items"), [item.code for item in policy.scoring.items] if policy.scoring else []),
    )
    for path, codes in alone:
        counted = Counter(code.lower() for code in codes)
        for place, code in enumerate(codes):
            if counted[code.lower()] > 1:
                yield (*path, place, "code"), _("The code %(code)s is used twice.") % {"code": code}


def _values(policy: Policy) -> Iterator[Problem]:
    for place, parameter in enumerate(policy.parameters):
        if parameter.value is None and parameter.mark != "lost":
            yield ("parameters", place, "value"), _("Only a lost parameter may have no value.")
    for place, condition in enumerate(policy.conditions):
        if condition.when is None and condition.mark != "lost":
            yield ("conditions", place), _("Only a lost condition may say nothing.")
        if set(condition.roles) - set(policy.roles):
            yield ("conditions", place, "roles"), _("The policy does not have this role.")


def _questions(policy: Policy) -> Iterator[Problem]:
    for place, question in enumerate(policy.questions):
        if (question.type == "choice") != bool(question.choices):
            yield ("questions", place), _("A choice needs its answers, and only a choice has them.")
        codes = [choice.code for choice in question.choices]
        if len(set(codes)) < len(codes) or "unknown" in codes:
            yield ("questions", place, "choices"), _("The answers differ, and none is called unknown.")
        bounded = question.minimum is not None and question.maximum is not None
        if bounded and question.minimum > question.maximum:  # type: ignore[operator]
            yield ("questions", place, "maximum"), _("The maximum is below the minimum.")
        several = question.assessors
        if several and several.combine in ("mean", "median") and question.type != "number":
            yield ("questions", place, "assessors"), _("Only numbers have a mean or a median.")


def _criteria(policy: Policy) -> Iterator[Problem]:
    known = {condition.code for condition in policy.conditions}
    used: set[str] = set()
    seen: set[str] = set()
    remainders = 0
    for place, criterion in enumerate(policy.criteria.grades if policy.criteria else ()):
        path: Path = ("criteria", "grades", place)
        ways = bool(criterion.any) + bool(criterion.all) + criterion.otherwise
        if ways != 1:
            yield path, _("A grade is given by any, by all, or otherwise: exactly one of them.")
        if criterion.grade in seen:
            yield path, _("The grade %(grade)s is given twice.") % {"grade": criterion.grade}
        seen.add(criterion.grade)
        remainders += criterion.otherwise
        if remainders > 1:
            yield path, _("Only one grade can be the remainder.")
        for code in (*criterion.any, *criterion.all):
            if code not in known:
                yield path, _("There is no condition %(code)s.") % {"code": code}
            used.add(code)
    for place, condition in enumerate(policy.conditions):
        if condition.code not in used:
            yield ("conditions", place), _("No grade uses the condition %(code)s.") % {"code": condition.code}


def _grades_named(policy: Policy) -> Iterator[Problem]:
    scale = {step.code for step in policy.scale}
    named: list[tuple[Path, str]] = []
    if policy.criteria:
        named += [(("criteria", "grades", i, "grade"), c.grade) for i, c in enumerate(policy.criteria.grades)]
    if policy.scoring:
        named += [
            (("scoring", "thresholds", i, "grade"), t.grade) for i, t in enumerate(policy.scoring.thresholds)
        ]
        if policy.scoring.quota:
            named += [
                (("scoring", "quota", "grades", i, "grade"), q.grade)
                for i, q in enumerate(policy.scoring.quota.grades)
            ]
        named += [
            (("scoring", "items", i, "missing", "grade"), item.missing.grade)
            for i, item in enumerate(policy.scoring.items)
            if item.missing.rule == "cap"
        ]
    named += [(("vetoes", i, "grade"), veto.grade) for i, veto in enumerate(policy.vetoes)]
    named += [(("caps", i, "grade"), cap.grade) for i, cap in enumerate(policy.caps)]
    for path, grade in named:
        if grade not in scale:
            yield path, _("The scale has no grade %(grade)s.") % {"grade": grade}


def _bests(policy: Policy) -> Iterator[Problem]:
    """A cap at the best grade holds nothing down; a veto of it would grade well where data are missing."""
    best = policy.scale[0].code
    held: list[Problem] = [(("caps", place, "grade"), cap.grade) for place, cap in enumerate(policy.caps)]
    held += [(("vetoes", place, "grade"), veto.grade) for place, veto in enumerate(policy.vetoes)]
    for place, item in enumerate(policy.scoring.items if policy.scoring else ()):
        path: Path = ("scoring", "items", place, "missing")
        if item.missing.rule == "cap":
            held.append(((*path, "grade"), item.missing.grade))
        elif item.missing.grade:
            yield path, _("Only the rule cap has a grade.")
    for path, grade in held:
        if grade == best:
            yield path, _("The best grade holds nothing down.")


def _unreachable(policy: Policy) -> Iterator[Problem]:
    reached = {criterion.grade for criterion in policy.criteria.grades} if policy.criteria else set()
    reached |= {threshold.grade for threshold in policy.scoring.thresholds} if policy.scoring else set()
    quota = policy.scoring.quota if policy.scoring else None
    reached |= {share.grade for share in quota.grades} if quota else set()
    reached |= {veto.grade for veto in policy.vetoes}
    for place, step in enumerate(policy.scale):
        if step.code not in reached:
            yield ("scale", place), _("Nothing gives the grade %(grade)s.") % {"grade": step.code}
