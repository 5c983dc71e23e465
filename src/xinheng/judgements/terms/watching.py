"""What time and breaches do to terms: lowered after breaches, back with the next grade, ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import Period, quarter_of
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.reviews import queries as reviews
from xinheng.judgements.terms import entitling, granting, measuring, policy, rules, standing
from xinheng.judgements.terms.document import TermsPolicy
from xinheng.judgements.terms.models import CustomerTerms
from xinheng.judgements.terms.values import NewTerms, Watched

LOOKED_BACK = timedelta(days=31)  # so a day on which nobody looked is made up for


def watch_terms(*, actor: Actor, on: date) -> Watched:
    """Bring terms to a day: lower what was broken, take measures, follow new grades, end what has lapsed.

    Each customer by itself, so that nobody waits for all of them; asking again on the same day changes
    nothing. Refuses: AccessDenied.
    """
    access.require(actor, "limits.write")
    quarters = sorted({quarter_of(on - LOOKED_BACK), quarter_of(on)})
    events = receivables.risk_events(None, as_of=on, since=quarters[0].first)
    late = disputes.counted_events(events, as_of=on)
    told = Watched()
    for code, (document, _sha256) in sorted(policy.in_force(on).items()):
        told += Watched(restored=_follow_grades(code, actor=actor, on=on))
        for quarter in quarters if document.downgrade else ():
            told += _breached(code, document, late, quarter, actor=actor, on=on)
    told += Watched(lapsed=_lapse(actor=actor, on=on))
    audit.record(actor=actor, act="terms.watch", subject=f"day:{on}", on=on, after=told.__dict__)
    return told


def _breached(
    code: str, document: TermsPolicy, late: pl.DataFrame, quarter: Period, *, actor: Actor, on: date
) -> Watched:
    """Lower the terms of whoever broke them often enough in a quarter, and take the measures.

    A grade approved after the quarter was given in the knowledge of it.
    """
    rule = document.downgrade
    assert rule is not None
    counted = rules.breaches(late, quarter, grace_days=rule.grace_days)
    wanted = min([rule.breaches, *(one.breaches for one in document.measures)])
    over = {key: number for key, number in counted.items() if number >= wanted}
    graded = reviews.leading(code, on=on).filter(customer__in=list(over), effective_from__lte=quarter.last)
    lowered = taken = 0
    for row in graded.select_related("customer").order_by("customer__no"):
        number = over[row.customer_id]
        with transaction.atomic():
            if number >= rule.breaches:
                lowered += _lower(row.customer, code, number, quarter, actor=actor, on=on)
            taken += measuring.take(row.customer, document, number, quarter, actor=actor, on=on)
    return Watched(lowered=lowered, measures=taken)


def _lower(customer: Any, code: str, number: int, quarter: Period, *, actor: Actor, on: date) -> int:
    """One step, once a quarter; the last mode of payment stays."""
    source = f"breach:{code}:{quarter.first}"
    if CustomerTerms.objects.filter(customer=customer, source=source).exists():
        return 0
    to = entitling.entitlement(customer, on=on, policy_code=code)
    if to is None or to.grade is None:
        return 0
    lowest = len(to.policy.grades) - 1
    if to.level.step >= lowest:
        return 0
    below = rules.level(to.policy, to.level.step, to.purchases, lowered=1)
    words = _("%(number)s breaches of the terms of payment in the quarter from %(first)s")
    reason = words % {"number": number, "first": quarter.first}
    payment, days = granting.paying(below, on=on, days=_days_held(customer, on=on))
    terms = NewTerms(reason, payment, days, source=source)
    rests_on = {"policy_code": code, "grade": to.grade.grade, "lowered": to.level.lowered + 1}
    granting.keep(customer, terms, actor=actor, on=on, **rests_on)
    return 1


def _days_held(customer: Any, *, on: date) -> int | None:
    held = standing.terms_of(customer, on=on)
    return held.days if held else None


def _follow_grades(code: str, *, actor: Actor, on: date) -> int:
    """Terms that rest on a grade follow the next one: what was lowered is restored by it (PTS-07)."""
    resting = standing.holding(on=on).filter(policy_code=code, segment="").select_related("customer")
    held = {row.customer_id: row for row in resting}
    newer = 0
    for grade in reviews.leading(code, on=on).filter(customer__in=list(held)):
        row = held[grade.customer_id]
        if grade.effective_from > row.from_on and row.source.startswith(("grade:", "breach:")):
            with transaction.atomic():
                granting.by_grade(row.customer, code, actor=actor, on=on, days=row.days)
            newer += 1
    return newer


def _lapse(*, actor: Actor, on: date) -> int:
    """Let hold again what held before, where terms ended on their day."""
    ended = CustomerTerms.objects.filter(until_on__lt=on, until_on__gte=on - LOOKED_BACK)
    back = 0
    for row in ended.select_related("customer").order_by("customer", "segment", "-pk"):
        now = standing.terms_of(row.customer, on=on, segment=row.segment)
        if now is None or now.pk < row.pk:
            with transaction.atomic():
                granting.end_of_terms(row, now, actor=actor, on=on)
            back += 1
    return back
