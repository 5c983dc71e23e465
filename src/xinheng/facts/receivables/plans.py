"""Plans of instalments: what was agreed for a bill, version by version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import accumulate

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import drawing, errors, rules, telling
from xinheng.facts.receivables.models import Bill, Instalment, InstalmentPlan
from xinheng.facts.receivables.values import NewBill, NewInstalment, NewPlan

MOST_INSTALMENTS = 360  # thirty years of months


@transaction.atomic
def agree_plan(*, actor: Actor, on: date, customer_no: str, plan: NewPlan) -> InstalmentPlan:
    """Split a bill into instalments, due on their own days from the day agreed on; an earlier plan ends.

    Days before that day still tell what was due then. The instalments make up the bill to the cent; what is
    settled of it clears the earliest of them first.
    Refuses: AccessDenied, CustomerUnknown, BillUnknown, BillVoid, PlanUnfit, DayRefused, FieldRefused.
    """
    require(actor, "receivables.write", f"customer:{customer_no}")
    customer_id = customers.get(actor, customer_no, on=on).pk
    rules.check_text("reason", plan.reason, longest=200)
    bill = drawing.locked_bill(customer_id, plan.bill_no)
    check_instalments(bill, plan.instalments)
    kept = _plan(bill, plan.agreed_on or on, on=on, reason=plan.reason, instalments=plan.instalments)
    after = {
        "bill_no": plan.bill_no, "version": kept.version, "agreed_on": kept.agreed_on,
        "instalments": [[one.due_on, one.amount] for one in plan.instalments],
    }  # fmt: skip
    record(
        actor=actor, act="receivables.agree_plan", subject=f"customer:{customer_no}", on=on, after=after,
        reason=plan.reason,
    )  # fmt: skip
    return kept


@transaction.atomic
def end_plan(
    *, actor: Actor, on: date, customer_no: str, bill_no: str, reason: str, ended_on: date | None = None
) -> InstalmentPlan:
    """End the plan of a bill: from that day on the whole of it is due on the bill's own day again.

    Refuses: AccessDenied, CustomerUnknown, BillUnknown, BillVoid, PlanMissing, DayRefused, FieldRefused.
    """
    require(actor, "receivables.write", f"customer:{customer_no}")
    customer_id = customers.get(actor, customer_no, on=on).pk
    rules.check_text("reason", reason, longest=200)
    bill = drawing.locked_bill(customer_id, bill_no)
    if newest(bill) is None:
        raise errors.PlanMissing(bill_no=bill_no)
    plan = _plan(bill, ended_on or on, on=on, reason=reason, instalments=())
    before = {"bill_no": bill_no, "version": plan.version - 1}
    record(
        actor=actor, act="receivables.end_plan", subject=f"customer:{customer_no}", on=on, before=before,
        reason=reason,
    )  # fmt: skip
    return plan


def check_instalments(bill: Bill, instalments: Sequence[NewInstalment]) -> None:
    """Refuse a plan that is not the bill to the cent, or whose days do not rise, naming the instalment."""

    def refuse(row: int, cause: str) -> errors.PlanUnfit:
        return errors.PlanUnfit(bill_no=bill.bill_no, row=row, cause=cause)

    if bill.amount_minor < 0:
        raise refuse(1, _("A credit bill is not paid by instalments."))
    if not 0 < len(instalments) <= MOST_INSTALMENTS:
        words = _("There are more than %(most)s instalments, or none.")
        raise refuse(len(instalments), words % {"most": MOST_INSTALMENTS})
    for row, one in enumerate(instalments, start=1):
        if one.amount.minor <= 0 or one.amount.currency != bill.currency:
            raise refuse(row, _("Its amount is not above zero, or in another currency."))
        if one.due_on < bill.billed_on:
            raise refuse(row, _("It is due before the bill was made."))
        if row > 1 and one.due_on <= instalments[row - 2].due_on:
            raise refuse(row, _("It is not due after the one before."))
    told = sum(one.amount.minor for one in instalments)
    if told != bill.amount_minor:
        words = _("The instalments come to %(told)s, the bill to %(amount)s.")
        money = {"told": Money(told, bill.currency), "amount": Money(bill.amount_minor, bill.currency)}
        raise refuse(len(instalments), words % money)


def newest(bill: Bill) -> InstalmentPlan | None:
    """The plan of a bill by all that is told; None: it has none, or it was ended."""
    plan = InstalmentPlan.objects.filter(bill=bill).order_by("-version").first()
    return plan if plan and Instalment.objects.filter(plan=plan).exists() else None


def fitting(wrong: Bill, corrected: NewBill) -> InstalmentPlan | None:
    """The plan a correction leaves as it is. Refuses PlanStands where the amount is another."""
    plan = newest(wrong)
    if plan and (wrong.amount_minor, wrong.currency) != (corrected.amount.minor, corrected.amount.currency):
        amount = Money(wrong.amount_minor, wrong.currency)
        raise errors.PlanStands(bill_no=wrong.bill_no, amount=amount)
    return plan


def carry_over(plan: InstalmentPlan, corrected: Bill) -> None:
    """The plan of a bill holds for its corrected version."""
    parts = [
        NewInstalment(one.due_on, Money(one.amount_minor, corrected.currency))
        for one in Instalment.objects.filter(plan=plan).order_by("no")
    ]
    day = max(plan.agreed_on, corrected.billed_on)
    _plan(corrected, day, on=max(corrected.told_on, day), reason=plan.reason, instalments=parts)


def _plan(
    bill: Bill, agreed_on: date, *, on: date, reason: str, instalments: Sequence[NewInstalment]
) -> InstalmentPlan:
    last = InstalmentPlan.objects.filter(bill=bill).order_by("-version").first()
    earliest = last.agreed_on if last else bill.billed_on
    rules.check_day("agreed_on", agreed_on, earliest=earliest, latest=on)
    left = drawing.open_minor(bill)
    if left:
        telling.tell((bill, -left))
    plan = InstalmentPlan.objects.create(
        bill=bill,
        customer_id=bill.customer_id,
        version=last.version + 1 if last else 1,
        agreed_on=agreed_on,
        told_on=max(on, bill.told_on, last.told_on if last else on),
        reason=reason,
    )
    ends = list(accumulate(one.amount.minor for one in instalments))
    Instalment.objects.bulk_create(
        Instalment(
            plan=plan, no=no, due_on=one.due_on, amount_minor=one.amount.minor,
            before_minor=ends[no - 1] - one.amount.minor,
        )
        for no, one in enumerate(instalments, start=1)
    )  # fmt: skip
    if left:
        telling.tell_of(bill, left, settled_minor=bill.amount_minor)
    return plan
