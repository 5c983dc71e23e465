"""What the chain and the calendar of a policy must hold to themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from xinheng.judgements.policies.formulas import Path
from xinheng.judgements.policies.values import Approval, Downgrade, Policy, Review, ReviewEvent

Problem = tuple[Path, str]


def problems(policy: Policy) -> Iterator[Problem]:
    """Everything wrong with who approves and when is reviewed, as a path into the document and the cause."""
    if policy.approval:
        yield from _approval(policy.approval, policy)
    if policy.review:
        yield from _review(policy.review, policy)


def _approval(approval: Approval, policy: Policy) -> Iterator[Problem]:
    yield from _once(("approval", "steps"), [step.code for step in approval.steps])
    for place, step in enumerate(approval.steps):
        if len(set(step.roles)) < len(step.roles):
            yield ("approval", "steps", place, "roles"), _("A role is named twice.")
        if step.sign == "all" and len(step.roles) == 1:
            yield ("approval", "steps", place, "sign"), _("One role alone needs no word on who signs.")
    if approval.notches_up >= len(policy.scale):
        yield ("approval", "notches_up"), _("The scale has fewer grades.")


def _review(review: Review, policy: Policy) -> Iterator[Problem]:
    yield from _once(("review", "events"), [event.code for event in review.events])
    scale = [step.code for step in policy.scale]
    for place, event in enumerate(review.events):
        if event.downgrade:
            where: Path = ("review", "events", place, "downgrade")
            yield from ((where, cause) for cause in _downgrade(event, event.downgrade, scale))
    seen: set[str] = set()
    for place, interval in enumerate(review.intervals):
        path: Path = ("review", "intervals", place, "grade")
        if interval.grade not in scale:
            yield path, _("The scale has no grade %(grade)s.") % {"grade": interval.grade}
        if interval.grade in seen:
            yield path, _("The grade %(grade)s is given twice.") % {"grade": interval.grade}
        seen.add(interval.grade)
    longest = max((interval.months for interval in review.intervals), default=0)
    if review.valid_months is not None and review.valid_months < longest:
        yield ("review", "valid_months"), _("A grade would have expired before its review is due.")
    if review.intervals and (left := [grade for grade in scale if grade not in seen]):
        yield ("review", "intervals"), _("No interval for the grade %(grade)s.") % {"grade": left[0]}


def _downgrade(event: ReviewEvent, downgrade: Downgrade, scale: Sequence[str]) -> Iterator[str]:
    if event.when is not None:
        yield _("Figures lower a grade by a veto or a cap; only an event that people tell has a downgrade.")
    if (downgrade.by is None) == (not downgrade.to):
        yield _("A downgrade says by how many grades, or to which one: exactly one of them.")
    elif downgrade.by is not None and downgrade.by >= len(scale):
        yield _("The scale has fewer grades.")
    elif downgrade.to and downgrade.to not in scale:
        yield _("The scale has no grade %(grade)s.") % {"grade": downgrade.to}
    elif downgrade.to == scale[0]:
        yield _("The best grade holds nothing down.")


def _once(path: Path, codes: Sequence[str]) -> Iterator[Problem]:
    counted = Counter(code.lower() for code in codes)
    for place, code in enumerate(codes):
        if counted[code.lower()] > 1:
            yield (*path, place, "code"), _("The code %(code)s is used twice.") % {"code": code}
