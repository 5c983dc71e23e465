"""Reduction plans: how what is open comes down to what may be, step by step."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.advances import rules, standing
from xinheng.judgements.advances.models import Plan, PlanStep
from xinheng.judgements.advances.values import Advances


def begin(customer: Any, target: int, policy: Advances, *, actor: Actor, on: date, cause: str) -> Plan | None:
    """Plan the way down to a target where more is open; it replaces an earlier plan. The caller has asked.

    None: nothing is above the target, or the earlier plan leads as far down.
    """
    start = standing.open_of(customer)
    running = Plan.objects.filter(customer=customer, ended_on__isnull=True).first()
    if start <= target or (running and running.target_minor <= target):
        return None
    if running:
        _end(running, "replaced", on)
    months = policy.number("plan_months")
    steps = rules.plan_steps(start, target, on=on, months=months)
    plan = Plan.objects.create(
        customer=customer, cause=cause, start_minor=start, target_minor=target, begun_on=on,
        due_on=steps[-1][0], told_by=actor.login,
    )  # fmt: skip
    PlanStep.objects.bulk_create(PlanStep(plan=plan, due_on=day, at_most_minor=most) for day, most in steps)
    audit.record(
        actor=actor,
        act="advances.plan",
        subject=f"customer:{customer.no}",
        on=on,
        after={"plan": plan.pk, "from": Money(start), "to": Money(target), "due_on": plan.due_on,
               "cause": cause},
    )  # fmt: skip
    return plan


def look(customer: Any, *, on: date) -> None:
    """End the customer's plan once what is open has come down to its target."""
    running = Plan.objects.filter(customer=customer, ended_on__isnull=True).first()
    if running and standing.open_of(customer) <= running.target_minor:
        _end(running, "met", on)


def _end(plan: Plan, how: str, on: date) -> None:
    plan.ended_on, plan.ended_how = on, how
    plan.save(update_fields=["ended_on", "ended_how"])
