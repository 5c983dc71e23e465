"""What a policy must hold to itself: checked when it is loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from xinheng.judgements.policies import chain_checks
from xinheng.judgements.policies.bands import BandsInvalid, ascending, grades_descending
from xinheng.judgements.policies.formulas import Formulas, Path
from xinheng.judgements.policies.values import (
    BandsItem,
    ManualItem,
    Policy,
    ProportionalItem,
    ScoredItem,
    Scoring,
)

Problem = tuple[Path, str]
KEYS = {"customer_no", "customer_id", "role"}  # columns of their own in every table that is rated


def problems(policy: Policy, formulas: Formulas) -> list[Problem]:
    """Everything wrong with a policy, as a path into the document and the cause."""
    found = list(formulas.wrong)
    found += _codes(policy, formulas)
    found += _values(policy)
    found += _criteria(policy)
    found += _grades_named(policy)
    found += _bests(policy)
    found += chain_checks.problems(policy)
    if policy.scoring:
        found += _scoring(policy.scoring, policy)
    if not policy.scoring and not policy.criteria:
        found.append(((), _("The policy has neither criteria nor scoring.")))
    found += _unreachable(policy)
    return found


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


def _scoring(scoring: Scoring, policy: Policy) -> Iterator[Problem]:
    total = sum((item.maximum for item in scoring.items), Decimal(0))
    if total != scoring.total:
        yield (
            ("scoring", "items"),
            _("The maxima add up to %(sum)s, not to %(total)s.") % {"sum": total, "total": scoring.total},
        )
    if not 0 <= scoring.measured_at_least <= scoring.total:
        yield ("scoring", "measured_at_least"), _("The points are outside 0 to the total.")
    for place, item in enumerate(scoring.items):
        yield from _item(("scoring", "items", place), item, policy)
    yield from _thresholds(scoring, policy)


def _item(path: Path, item: ScoredItem, policy: Policy) -> Iterator[Problem]:
    if not _thousandths(item.maximum) or item.maximum <= 0:
        yield (*path, "maximum"), _("Points are above zero, with at most three decimals.")
    if (item.missing.rule == "points") != (item.missing.points is not None):
        yield (*path, "missing"), _("The rule for missing data needs its points, and no other does.")
    elif item.missing.points is not None and not 0 <= item.missing.points <= item.maximum:
        yield (*path, "missing", "points"), _("The points are outside 0 to the maximum.")
    if isinstance(item, ManualItem):
        yield from _manual(path, item, policy)
    elif isinstance(item, ProportionalItem):
        if not _places(item.maximum, item.decimals):
            yield (*path, "decimals"), _("The maximum has more decimals than the points.")
        if not 0 <= item.others <= item.maximum or not _thousandths(item.others):
            yield (*path, "others"), _("The points are outside 0 to the maximum.")
    else:
        yield from _bands(path, item)


def _manual(path: Path, item: ManualItem, policy: Policy) -> Iterator[Problem]:
    question = next((question for question in policy.questions if question.code == item.question), None)
    if question is None or question.type != "number":
        yield (*path, "question"), _("There is no question %(code)s for points.") % {"code": item.question}
    elif question.minimum != 0 or question.maximum != item.maximum:
        yield (*path, "question"), _("The question's range is not 0 to the item's maximum.")


def _bands(path: Path, item: BandsItem) -> Iterator[Problem]:
    try:
        steps = ascending(item.bands)
    except BandsInvalid as error:
        yield (*path, "bands", error.row), error.cause
        return
    points = [step.points for step in steps]
    if max(points) != item.maximum:
        yield (
            (*path, "bands"),
            _("The best band gives %(best)s points, the maximum is %(maximum)s.")
            % {
                "best": max(points),
                "maximum": item.maximum,
            },
        )
    if min(points) < 0 or not all(map(_thousandths, points)):
        yield (*path, "bands"), _("Points are above zero, with at most three decimals.")


def _thresholds(scoring: Scoring, policy: Policy) -> Iterator[Problem]:
    path: Path = ("scoring", "thresholds")
    try:
        ascending(grades_descending(scoring.thresholds))
    except BandsInvalid as error:
        yield (*path, error.row), error.cause
        return
    ranks = {step.code: rank for rank, step in enumerate(policy.scale, 1)}
    given = [ranks.get(threshold.grade, 0) for threshold in scoring.thresholds]
    for place, (better, worse) in enumerate(pairwise(given), 1):
        if worse <= better:
            yield (*path, place), _("The grades do not go from the best to the worst.")
    lowest = sum((_lowest(item) for item in scoring.items), Decimal(0))
    for place, threshold in enumerate(scoring.thresholds):
        bound = threshold.from_
        if bound is None:
            continue
        if bound > scoring.total or (bound == scoring.total and not threshold.inclusive):
            yield (*path, place), _("No score reaches the grade %(grade)s.") % {"grade": threshold.grade}
        if bound < lowest or (bound == lowest and threshold.inclusive):
            below = scoring.thresholds[place + 1].grade
            yield (*path, place + 1), _("No score is low enough for the grade %(grade)s.") % {"grade": below}
        if not _thousandths(bound):
            yield (*path, place), _("Points are above zero, with at most three decimals.")


def _lowest(item: ScoredItem) -> Decimal:
    return min(band.points for band in item.bands) if isinstance(item, BandsItem) else Decimal(0)


def _unreachable(policy: Policy) -> Iterator[Problem]:
    reached = {criterion.grade for criterion in policy.criteria.grades} if policy.criteria else set()
    reached |= {threshold.grade for threshold in policy.scoring.thresholds} if policy.scoring else set()
    reached |= {veto.grade for veto in policy.vetoes}
    for place, step in enumerate(policy.scale):
        if step.code not in reached:
            yield ("scale", place), _("Nothing gives the grade %(grade)s.") % {"grade": step.code}


def _thousandths(points: Decimal) -> bool:
    return _places(points, 3)


def _places(points: Decimal, decimals: int) -> bool:
    return points.scaleb(decimals) == points.scaleb(decimals).to_integral_value()
