"""Promises to pay: told by a person, judged by the ledger, with what a broken one leads to."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.collection import consequences, noting, rules, standing
from xinheng.operations.collection import policy as policies
from xinheng.operations.collection.errors import CollectionInvalid, PlanStands, PromiseStands, PromiseUnknown
from xinheng.operations.collection.models import Case, PaymentPlan, PlanPart, Promise
from xinheng.operations.collection.values import Judged


@transaction.atomic
def promise(
    *, actor: Actor, on: date, case_id: int, amount: Money, due_on: date, promised_by: str
) -> Promise:
    """Keep that a customer promised to pay so much by a day. Reminders rest until it is judged.

    Money received from today on counts for it. Refuses: AccessDenied, CaseUnknown, CaseClosed,
    CollectionInvalid, PromiseStands, PlanStands.
    """
    access.require(actor, "collection.write", f"case:{case_id}")
    case = standing.running_case(actor, case_id, on=on)
    _require_free(case)
    if amount.currency != case.currency or amount.minor <= 0:
        words = _("An amount in %(currency)s above zero.") % {"currency": case.currency}
        raise CollectionInvalid(cause=words, field="amount")
    if due_on < on:
        raise CollectionInvalid(cause=_("Promised is for today or later."), field="due_on")
    kept = Promise.objects.create(
        case=case, amount_minor=amount.minor, due_on=due_on, told_by=actor.login, told_on=on,
        promised_by=noting.said(promised_by, "promised_by", 60),
    )  # fmt: skip
    grace = policies.in_force(on).number("promise_grace_days")
    until = due_on + timedelta(days=grace)
    kept.rests_until = consequences.rest(case, until=until, about=f"promise:{kept.pk}", on=on)
    kept.save(update_fields=["rests_until"])
    noting.touch(case, on=on)
    after = {"promise": kept.pk, "amount": amount, "due_on": due_on, "by": kept.promised_by}
    noting.record(actor, on, "promise", case, after=after)
    return kept


@transaction.atomic
def withdraw_promise(*, actor: Actor, on: date, promise_id: int, why: str) -> Promise:
    """Take an open promise off: it was not one, or another is made. Nothing follows from it.

    Refuses: AccessDenied, PromiseUnknown, CollectionInvalid.
    """
    access.require(actor, "collection.write", f"promise:{promise_id}")
    rows = Promise.objects.select_for_update(of=("self",)).select_related("case__customer")
    found = standing.within(actor, rows.filter(state="open"), "case__customer", on=on).filter(pk=promise_id)
    kept = found.first()
    if kept is None:
        raise PromiseUnknown(promise=promise_id)
    reason = noting.said(why, "why", 300)
    kept.state, kept.judged_on = "withdrawn", on
    kept.save(update_fields=["state", "judged_on"])
    consequences.go_on(f"promise:{kept.pk}", on=on)
    noting.record(actor, on, "withdraw_promise", kept.case, after={"promise": kept.pk}, reason=reason)
    return kept


@transaction.atomic
def judge(*, actor: Actor, on: date) -> Judged:
    """Find by the ledger which promises and plans were kept, and let follow what the policy says.

    A promise is broken on the day after its grace; received is what came in from the day it was told to the
    last day of the grace. Refuses: AccessDenied, NoCollectionPolicy.
    """
    access.require(actor, "collection.assign")
    open_promises = list(
        Promise.objects.select_for_update(of=("self",)).filter(state="open").select_related("case__customer")
    )
    plans = list(
        PaymentPlan.objects.select_for_update(of=("self",))
        .filter(state="running")
        .select_related("case__customer")
    )
    if not open_promises and not plans:
        return Judged()
    since = min([one.told_on for one in open_promises] + [one.agreed_on for one in plans])
    debtors = {one.case.customer_id for one in open_promises} | {one.case.customer_id for one in plans}
    money = _received(debtors, since=since, until=on)
    found: Counter[str] = Counter()
    for one in open_promises:
        found[_judge_promise(one, money, actor=actor, on=on)] += 1
    for plan in plans:
        found[f"plan_{_judge_plan(plan, money, actor=actor, on=on)}"] += 1
    return Judged(found["kept"], found["part"], found["broken"], found["plan_kept"], found["plan_broken"])


Paid = dict[tuple[int, str], list[tuple[date, int]]]


def _received(customer_ids: set[int], *, since: date, until: date) -> Paid:
    """Day and amount of what came in, by customer and currency."""
    some = customers.visible(system_actor(), on=until).filter(pk__in=customer_ids)
    frame = receivables.received(some, since=since, until=until)
    daily = frame.group_by("customer_id", "currency", "received_on").agg(pl.col("amount_minor").sum())
    paid: Paid = {}
    for customer_id, currency, day, minor in daily.sort("received_on").iter_rows():
        paid.setdefault((customer_id, currency), []).append((day, minor))
    return paid


def _judge_promise(one: Promise, money: Paid, *, actor: Actor, on: date) -> str:
    policy = policies.in_force(on)
    grace = policy.number("promise_grace_days")
    last = one.due_on + timedelta(days=grace)
    paid = sum(minor for day, minor in _paid(money, one.case) if one.told_on <= day <= last)
    outcome = rules.promise_outcome(
        amount_minor=one.amount_minor, paid_minor=paid, due_on=one.due_on, grace_days=grace, on=on
    )
    one.paid_minor = paid
    if outcome != "open":
        one.state, one.judged_on = outcome, on
        consequences.go_on(f"promise:{one.pk}", on=on)
        if outcome != "kept":
            one.consequences = consequences.follow(one, policy, on=on)
        after = {
            "promise": one.pk, "outcome": outcome, "promised": Money(one.amount_minor, one.case.currency),
            "paid": Money(paid, one.case.currency), "led_to": one.consequences,
        }  # fmt: skip
        noting.record(actor, on, "judge_promise", one.case, after=after)
    one.save(update_fields=["state", "judged_on", "paid_minor", "consequences"])
    return outcome


def _judge_plan(plan: PaymentPlan, money: Paid, *, actor: Actor, on: date) -> str:
    parts = list(PlanPart.objects.filter(plan=plan).values_list("due_on", "amount_minor"))
    paid = [(day, minor) for day, minor in _paid(money, plan.case) if day >= plan.agreed_on]
    grace = policies.in_force(on).number("plan_grace_days")
    outcome, missed = rules.plan_outcome(parts, paid, grace_days=grace, on=on)
    plan.paid_minor = sum(minor for _, minor in paid)
    if outcome != "running":
        plan.state, plan.judged_on = outcome, on
        consequences.go_on(f"plan:{plan.pk}", on=on)
        after = {"plan": plan.pk, "outcome": outcome, "missed": missed}
        noting.record(actor, on, "judge_plan", plan.case, after=after)
    else:
        last = parts[-1][0] + timedelta(days=grace)
        if plan.rests_until is None or plan.rests_until <= on < last:
            plan.rests_until = consequences.rest(plan.case, until=last, about=f"plan:{plan.pk}", on=on)
    plan.save(update_fields=["state", "judged_on", "paid_minor", "rests_until"])
    return outcome


def _paid(money: Paid, case: Case) -> list[tuple[date, int]]:
    return money.get((case.customer_id, case.currency), [])


def _require_free(case: Case) -> None:
    """Refuse a second promise, and one beside a plan: money would count for both."""
    open_one: Any = Promise.objects.filter(case=case, state="open").first()
    if open_one is not None:
        raise PromiseStands(due_on=open_one.due_on)
    plan = PaymentPlan.objects.filter(case=case, state="running").first()
    if plan is not None:
        raise PlanStands(agreed_on=plan.agreed_on)
