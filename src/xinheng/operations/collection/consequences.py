"""What promises and plans do to other rooms: reminders rest, and what a broken one leads to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.refusal import Refusal
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import NewProfile
from xinheng.judgements.warnings import services as warnings
from xinheng.judgements.warnings.values import NewWarning
from xinheng.operations.charges import services as charges
from xinheng.operations.collection import clock_acts
from xinheng.operations.collection.models import Case, OrderBlock, Promise
from xinheng.operations.collection.values import Collecting
from xinheng.operations.dunning import queries as reminders
from xinheng.operations.dunning import services as dunning
from xinheng.operations.dunning.values import NewPause

LONGEST = timedelta(days=366)  # that reminders rest at a time


def rest(case: Case, *, until: date, about: str, on: date) -> date:
    """Let reminders of a customer rest because of a promise or plan ("promise:12"); gives until when.

    A pause lasts a year at most; a longer plan is given another one in time.
    """
    last, (cause, _sign, _key) = min(until, on + LONGEST), about.partition(":")
    reason = _("promise to pay") if cause == "promise" else _("payment plan")
    new = NewPause(until_on=last, cause=cause, reason=reason, about=about)
    dunning.pause(actor=system_actor("collection"), on=on, customer_no=case.customer.no, new=new)
    return last


def go_on(about: str, *, on: date) -> None:
    """Let the reminders go on that rested because of a promise or plan."""
    dunning.resume_about(actor=system_actor("collection"), on=on, about=about)


def follow(promise: Promise, policy: Collecting, *, on: date) -> list[str]:
    """Let follow what the policy says of a promise that was not kept in whole; gives what followed.

    One that another room refuses, such as a level above the last, does not follow and is not given.
    """
    followed: list[str] = []
    for code in policy.broken_promise:
        try:
            with transaction.atomic():
                done = WAYS[code](promise, on)
        except Refusal:
            done = False
        if done:
            followed.append(code)
    return followed


def free_orders(case_ids: list[int], *, on: date) -> None:
    """Give accounts back that a broken promise had put on hold, once the arrears are paid."""
    rows = OrderBlock.objects.filter(case__in=case_ids, lifted_on__isnull=True)
    for block in rows.select_related("case__customer"):
        customer = block.case.customer
        if credit.status_of(customer) == "hold":
            profile = NewProfile(_("The arrears are paid."), status=block.before)
            told = {"actor": system_actor("collection"), "on": on}
            limits.set_profile(**told, customer_no=customer.no, profile=profile)  # type: ignore[arg-type]
        block.lifted_on = on
        block.save(update_fields=["lifted_on"])


def _raise_level(promise: Promise, on: date) -> bool:
    """The next run reminds of the oldest debt one level higher, whatever its days."""
    case = promise.case
    oldest = clock_acts.due_bills(case.customer, currency=case.currency, on=on)
    if oldest.is_empty():
        return False
    levels = reminders.levels(as_of=on, bill_ids=[oldest["bill_id"][0]])
    stands = int(levels["level"][0]) if levels.height else 0
    dunning.jump(
        actor=system_actor("collection"), on=on, customer_no=case.customer.no, bill_no=oldest["bill_no"][0],
        level=stands + 1, reason=_("a promise to pay was broken"),
    )  # fmt: skip
    return True


def _block_orders(promise: Promise, on: date) -> bool:
    """No new order passes until the arrears are paid."""
    customer = promise.case.customer
    before = credit.status_of(customer)
    if before not in ("open", "watch"):
        return False
    profile = NewProfile(_("A promise to pay was broken."), status="hold")
    limits.set_profile(actor=system_actor("collection"), on=on, customer_no=customer.no, profile=profile)
    OrderBlock.objects.create(case=promise.case, before=before, from_on=on)
    return True


def _charge_interest(promise: Promise, on: date) -> bool:
    """What came up on the late bills until today is charged now."""
    nos = [promise.case.customer.no]
    posted = charges.post_charges(actor=system_actor("collection"), on=on, until_on=on, customer_nos=nos)
    return posted.charges > 0


def _warn(promise: Promise, on: date) -> bool:
    """Whoever answers for the customer is warned, with what was promised and what came."""
    case = promise.case
    missing = Money(promise.amount_minor - promise.paid_minor, case.currency)
    evidence = (
        ("promised", f"{Money(promise.amount_minor, case.currency)} {case.currency}"),
        ("promised_for", promise.due_on.isoformat()),
        ("received", f"{Money(promise.paid_minor, case.currency)} {case.currency}"),
    )
    new = NewWarning("promise_broken", f"promise:{promise.pk}", missing.decimal, missing, evidence)
    told = warnings.raise_warning(
        actor=system_actor("collection"), on=on, customer_no=case.customer.no, new=new
    )
    return told.raised > 0


WAYS: dict[str, Callable[[Promise, date], bool]] = {
    "raise_level": _raise_level,
    "warn": _warn,
    "block_orders": _block_orders,
    "charge_interest": _charge_interest,
}
