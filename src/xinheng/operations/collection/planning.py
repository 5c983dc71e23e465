"""Payment plans: parts agreed with the customer, which add up to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.archive import services as archive
from xinheng.operations.collection import consequences, noting, standing
from xinheng.operations.collection import policy as policies
from xinheng.operations.collection.errors import (
    CollectionInvalid,
    PlanDiffers,
    PlanStands,
    PlanUnknown,
    PromiseStands,
)
from xinheng.operations.collection.models import Case, PaymentPlan, PlanPart, Promise
from xinheng.operations.collection.values import NewPlan

MOST_PARTS = 120


@transaction.atomic
def agree_plan(*, actor: Actor, on: date, case_id: int, plan: NewPlan) -> PaymentPlan:
    """Keep a payment plan; reminders rest while it is kept, the clock of the debts runs on.

    Money received from today on counts. Once a part is not paid at the end of its grace, the plan is broken
    and reminders go on as before. Refuses: AccessDenied, CaseUnknown, CaseClosed, CollectionInvalid,
    PlanDiffers, PlanStands, PromiseStands.
    """
    access.require(actor, "collection.write", f"case:{case_id}")
    case = standing.running_case(actor, case_id, on=on)
    _require_free(case)
    _check(case, plan, on=on)
    kept = PaymentPlan.objects.create(
        case=case, total_minor=plan.total.minor, agreed_on=on,
        note=noting.said(plan.note, "note", 300, required=False),
        agreed_with=noting.said(plan.agreed_with, "agreed_with", 60), told_by=actor.login, told_on=on,
    )  # fmt: skip
    PlanPart.objects.bulk_create(
        [PlanPart(plan=kept, due_on=day, amount_minor=amount.minor) for day, amount in plan.parts]
    )
    if plan.paper is not None:
        kept.attachment_no = archive.attach(
            actor=actor, on=on, subject=f"payment_plan:{kept.pk}", upload=plan.paper
        ).id
    last = max(day for day, _amount in plan.parts)
    grace = policies.in_force(on).number("plan_grace_days")
    until = last + timedelta(days=grace)
    kept.rests_until = consequences.rest(case, until=until, about=f"plan:{kept.pk}", on=on)
    kept.save(update_fields=["attachment_no", "rests_until"])
    noting.touch(case, on=on)
    after = {"plan": kept.pk, "total": plan.total, "parts": len(plan.parts), "last": last}
    noting.record(actor, on, "agree_plan", case, after=after)
    return kept


@transaction.atomic
def withdraw_plan(*, actor: Actor, on: date, plan_id: int, why: str) -> PaymentPlan:
    """End a running plan before its time. Refuses: AccessDenied, PlanUnknown, CollectionInvalid."""
    access.require(actor, "collection.write", f"payment_plan:{plan_id}")
    rows = PaymentPlan.objects.select_for_update(of=("self",)).select_related("case__customer")
    found = standing.within(actor, rows.filter(state="running"), "case__customer", on=on).filter(pk=plan_id)
    kept = found.first()
    if kept is None:
        raise PlanUnknown(plan=plan_id)
    reason = noting.said(why, "why", 300)
    kept.state, kept.judged_on = "withdrawn", on
    kept.save(update_fields=["state", "judged_on"])
    consequences.go_on(f"plan:{kept.pk}", on=on)
    noting.record(actor, on, "withdraw_plan", kept.case, after={"plan": kept.pk}, reason=reason)
    return kept


def equal_parts(total: Money, count: int, days: Sequence[date]) -> list[tuple[date, Money]]:
    """The total in so many parts of whole cents on the days; the last one takes what rounding leaves."""
    each = total.minor // count
    last = total.minor - each * (count - 1)
    amounts = [each] * (count - 1) + [last]
    return [(day, Money(minor, total.currency)) for day, minor in zip(days, amounts, strict=True)]


def _require_free(case: Case) -> None:
    plan = PaymentPlan.objects.filter(case=case, state="running").first()
    if plan is not None:
        raise PlanStands(agreed_on=plan.agreed_on)
    open_one = Promise.objects.filter(case=case, state="open").first()
    if open_one is not None:
        raise PromiseStands(due_on=open_one.due_on)


def _check(case: Case, plan: NewPlan, *, on: date) -> None:
    total, parts = plan.total, plan.parts
    if not 0 < len(parts) <= MOST_PARTS or len({day for day, _amount in parts}) < len(parts):
        words = _("A plan has 1 to %(most)s parts, each on a day of its own.") % {"most": MOST_PARTS}
        raise CollectionInvalid(cause=words, field="parts")
    for place, (day, amount) in enumerate(parts, start=1):
        if day < on or amount.minor <= 0 or amount.currency != case.currency:
            words = _("Part %(place)s needs a day from today on and an amount in %(currency)s above zero.")
            raise CollectionInvalid(cause=words % {"place": place, "currency": case.currency}, field="parts")
    come = sum(amount.minor for _day, amount in parts)
    if come != total.minor or total.currency != case.currency:
        difference = Money(come - total.minor, case.currency)
        raise PlanDiffers(parts=Money(come, case.currency), total=total, difference=difference, field="parts")
