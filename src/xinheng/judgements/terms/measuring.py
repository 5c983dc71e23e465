"""Measures after breaches: the limit reduced, trade suspended; they end by approval."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import NewLimit, NewProfile
from xinheng.judgements.terms.document import Measure, TermsPolicy
from xinheng.judgements.terms.models import MeasureTaken


def take(
    customer: Any, document: TermsPolicy, number: int, quarter: Period, *, actor: Actor, on: date
) -> int:
    """Take every measure that so many breaches of a quarter lead to, each once; gives how many."""
    known = set(
        MeasureTaken.objects.filter(customer=customer, quarter_from=quarter.first).values_list(
            "code", flat=True
        )
    )
    due = [one for one in document.measures if number >= one.breaches and one.code not in known]
    for measure in due:
        _take(customer, measure, number, quarter, actor=actor, on=on)
    return len(due)


def lift(taken: MeasureTaken, *, actor: Actor, on: date, reason: str) -> None:
    """End a measure that was approved to be lifted: the account is open again, the limit what it was."""
    who = system_actor()
    told: dict[str, Any] = {"actor": who, "on": on, "customer_no": taken.customer.no}
    if taken.what == "suspend":
        limits.set_profile(**told, profile=NewProfile(reason, status="open"))
    elif taken.before_minor is not None:
        limits.set_limit(**told, limit=NewLimit(reason, Money(taken.before_minor)))
    taken.until_on, taken.lifted_by = on, actor.login
    taken.save(update_fields=["until_on", "lifted_by"])
    audit.record(
        actor=actor, act="terms.lift_measure", subject=f"customer:{taken.customer.no}", on=on,
        after={"measure": taken.code, "from_on": taken.from_on}, reason=reason,
    )  # fmt: skip


def _take(customer: Any, measure: Measure, number: int, quarter: Period, *, actor: Actor, on: date) -> None:
    words = _("%(number)s breaches of the terms of payment in the quarter from %(first)s")
    reason = words % {"number": number, "first": quarter.first}
    told = {"actor": actor, "on": on, "customer_no": customer.no}
    before = None
    if measure.what == "suspend":
        limits.set_profile(**told, profile=NewProfile(reason, status="hold"))
    else:
        held = credit.headroom(customer, on=on).limit
        if held.state == "limited":
            before = held.minor - held.insured_minor - held.guaranteed_minor
            less = Money(before * (100 - (measure.percent or 0)) // 100)
            limits.set_limit(**told, limit=NewLimit(reason, less))
    MeasureTaken.objects.create(
        customer=customer,
        code=measure.code,
        what=measure.what,
        percent=measure.percent,
        quarter_from=quarter.first,
        breaches=number,
        before_minor=before,
        from_on=on,
        told_by=actor.login,
    )
    audit.record(
        actor=actor, act="terms.take_measure", subject=f"customer:{customer.no}", on=on,
        after={"measure": measure.code, "breaches": number, "percent": measure.percent}, reason=reason,
    )  # fmt: skip
