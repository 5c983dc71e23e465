"""What the scoring of a policy must hold to itself: items, points, and the grades they reach."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from xinheng.judgements.policies.bands import BandsInvalid, ascending, grades_descending
from xinheng.judgements.policies.categories import category_problems
from xinheng.judgements.policies.efficacy import corrected_problems, standards_problems
from xinheng.judgements.policies.formulas import Formulas, Path
from xinheng.judgements.policies.values import (
    BandsItem,
    CategoriesItem,
    CorrectedItem,
    EfficacyItem,
    ManualItem,
    Policy,
    ProportionalItem,
    Quota,
    ScoredItem,
    Scoring,
)

Problem = tuple[Path, str]


def problems(scoring: Scoring, policy: Policy, formulas: Formulas) -> Iterator[Problem]:
    """Everything wrong with the scoring of a policy, as a path into the document and the cause."""
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
        if isinstance(item, CategoriesItem):
            yield from category_problems(("scoring", "items", place), item, formulas)
    yield from _quantitative(scoring, policy, formulas)
    if scoring.quota and not scoring.thresholds:
        yield from _quota(scoring.quota, scoring, policy)
    elif scoring.quota or not scoring.thresholds:
        yield ("scoring",), _("Grades are given by thresholds or by a quota: exactly one of them.")
    else:
        yield from _thresholds(scoring, policy)


def _quantitative(scoring: Scoring, policy: Policy, formulas: Formulas) -> Iterator[Problem]:
    """That figures carry more of the total than what people judge, where the policy asks for it."""
    if scoring.quantitative_above is None:
        return
    judged = {question.code for question in policy.questions if question.type != "number"}
    measured = Decimal(0)
    for place, item in enumerate(scoring.items):
        names = [formulas.at[path].names for path in formulas.figures_of(place)]
        if names and not judged & formulas.behind(frozenset().union(*names)):
            measured += item.maximum
    share = measured / scoring.total if scoring.total else Decimal(0)
    if share <= scoring.quantitative_above:
        told = {
            "share": f"{share * 100:f}".rstrip("0").rstrip("."),
            "bound": scoring.quantitative_above * 100,
        }
        yield (
            ("scoring", "quantitative_above"),
            _("Figures give %(share)s %% of the points, and must give more than %(bound)s %%.") % told,
        )


def _quota(quota: Quota, scoring: Scoring, policy: Policy) -> Iterator[Problem]:
    path: Path = ("scoring", "quota")
    if sum(share.share for share in quota.grades) != 1:
        yield (*path, "grades"), _("The shares do not add up to 1.")
    ranks = {step.code: rank for rank, step in enumerate(policy.scale, 1)}
    given = [ranks.get(share.grade, 0) for share in quota.grades]
    for place, share in enumerate(quota.grades):
        if place and given[place] <= given[place - 1]:
            yield (*path, "grades", place), _("The grades do not go from the best to the worst.")
        if not 0 < share.share <= 1 or not _places(share.share, 4):
            yield (*path, "grades", place, "share"), _("A share is above 0, with at most four decimals.")
    items = {item.code for item in scoring.items}
    for place, order in enumerate(quota.equal_scores):
        if bool(order.item) == bool(order.of):
            yield (*path, "equal_scores", place), _("Equal scores are ordered by an item or by a figure.")
        elif order.item and order.item not in items:
            yield (*path, "equal_scores", place), _("There is no item %(code)s.") % {"code": order.item}


def _item(path: Path, item: ScoredItem, policy: Policy) -> Iterator[Problem]:
    if not _thousandths(item.maximum) or item.maximum <= 0:
        yield (*path, "maximum"), _("Points are above zero, with at most three decimals.")
    yield from _missing(path, item)
    if _thousandths(item.maximum) and not _places(item.maximum, getattr(item, "decimals", 3)):
        yield (*path, "decimals"), _("The maximum has more decimals than the points.")
    if isinstance(item, ManualItem):
        yield from _manual(path, item, policy)
    elif isinstance(item, ProportionalItem):
        if not 0 <= item.others <= item.maximum or not _thousandths(item.others):
            yield (*path, "others"), _("The points are outside 0 to the maximum.")
    elif isinstance(item, EfficacyItem):
        yield from standards_problems(path, item.standards)
    elif isinstance(item, CorrectedItem):
        yield from corrected_problems(path, item)
    elif isinstance(item, BandsItem):
        yield from _bands(path, item)


def _missing(path: Path, item: ScoredItem) -> Iterator[Problem]:
    if (item.missing.rule == "points") != (item.missing.points is not None):
        yield (*path, "missing"), _("The rule for missing data needs its points, and no other does.")
    elif item.missing.points is not None and not 0 <= item.missing.points <= item.maximum:
        yield (*path, "missing", "points"), _("The points are outside 0 to the maximum.")


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
    """The fewest points the item can give, missing data among them."""
    return min(item.lowest, item.lowest if item.missing.points is None else item.missing.points)


def _thousandths(points: Decimal) -> bool:
    return _places(points, 3)


def _places(points: Decimal, decimals: int) -> bool:
    return points.scaleb(decimals) == points.scaleb(decimals).to_integral_value()
