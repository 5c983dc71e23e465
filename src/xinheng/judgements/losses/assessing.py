"""Debtors judged by themselves, who leave the portfolio."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.losses.errors import AssessmentEnded, AssessmentUnknown, LossInvalid
from xinheng.judgements.losses.models import SingleAssessment


@transaction.atomic
def assess_singly(
    *, actor: Actor, on: date, customer_no: str, percent: Decimal, reason: str, from_on: date | None = None
) -> SingleAssessment:
    """Judge a customer by itself from a day on; what was judged before ends then.

    percent: of what it owes, 0 to 100. Refuses: AccessDenied, CustomerUnknown, LossInvalid.
    """
    access.require(actor, "losses.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    from_on, reason = from_on or on, reason.strip()
    if not 0 <= percent <= 100 or percent != round(percent, 2):
        raise LossInvalid(cause=_("A share from 0 to 100 percent, with two places."), field="percent")
    if not 0 < len(reason) <= 300:
        raise LossInvalid(cause=_("Say why, with at most 300 signs."), field="reason")
    before = SingleAssessment.objects.select_for_update().filter(customer=customer, ended_on__isnull=True)
    if (held := before.first()) and held.from_on > from_on:
        words = _("A judgement from %(on)s on stands already.") % {"on": held.from_on}
        raise LossInvalid(cause=words, field="from_on")
    before.update(ended_on=from_on)
    kept = SingleAssessment.objects.create(
        customer=customer, percent=percent, reason=reason, from_on=from_on, told_by=actor.login, told_on=on
    )
    after = {"percent": str(percent), "from_on": from_on}
    audit.record(
        actor=actor, act="losses.assess_singly", subject=f"customer:{customer.no}", on=on, after=after,
        reason=reason,
    )  # fmt: skip
    return kept


@transaction.atomic
def end_assessment(*, actor: Actor, on: date, assessment_id: int, reason: str) -> SingleAssessment:
    """Put a debtor back into the portfolio from today on.

    Refuses: AccessDenied, AssessmentUnknown, AssessmentEnded, LossInvalid.
    """
    access.require(actor, "losses.write", f"assessment:{assessment_id}")
    found = SingleAssessment.objects.select_for_update().select_related("customer")
    seen = customers.visible(actor, on=on)
    held = found.filter(pk=assessment_id, customer__in=seen.order_by()).first()
    if held is None:
        raise AssessmentUnknown(assessment=assessment_id)
    if held.ended_on:
        raise AssessmentEnded(assessment=assessment_id, on=held.ended_on)
    if not 0 < len(reason.strip()) <= 300:
        raise LossInvalid(cause=_("Say why, with at most 300 signs."), field="reason")
    held.ended_on = max(on, held.from_on)
    held.save(update_fields=["ended_on"])
    audit.record(
        actor=actor, act="losses.end_assessment", subject=f"customer:{held.customer.no}", on=on,
        after={"ended_on": held.ended_on}, reason=reason.strip(),
    )  # fmt: skip
    return held
