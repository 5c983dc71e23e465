"""The conditions that refuse credit: told by people with evidence, or shown by the ledger."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.periods import add_months
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.applications import defining, rules
from xinheng.judgements.applications.document import Condition, Rules
from xinheng.judgements.applications.errors import (
    ApplicationInvalid,
    ApplicationReasonMissing,
    ConditionUnknown,
    FindingUnknown,
    RulesUnknown,
)
from xinheng.judgements.applications.models import Finding
from xinheng.judgements.applications.values import Met, NewFinding
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import NewLimit

BETWEEN = re.compile(r"[\s,，、;；]+")  # what stands between bill numbers


def met(customer: Any, document: Rules, *, on: date) -> list[Met]:
    """The conditions of the rules that hold against a customer on a day, in the order of the rules.

    A condition that the source lost never holds. What a complaint case shows to be our own fault does not
    count where the condition is excusable (LIM-06 a).
    """
    told = list(Finding.objects.filter(customer=customer, rules=document.code, lifted_on__isnull=True))
    found = []
    for condition in document.conditions:
        if condition.mark == "lost":
            continue
        since = add_months(on, -condition.months) if condition.months else date.min
        here = [one for one in told if one.condition == condition.code]
        against = [one for one in here if not one.complaint_no and one.happened_on >= since]
        if against:
            last = against[0]
            found.append(Met(condition.code, last.evidence, last.happened_on))
        elif condition.check == "arrears" and (shown := _arrears(customer, condition, here, on=on)):
            found.append(shown)
    return found


@transaction.atomic
def tell_condition(*, actor: Actor, on: date, customer_no: str, told: NewFinding) -> Finding:
    """Tell that a condition is met, with evidence: credit that was given ends, and none is approved.

    With a complaint case that shows we caused it, the bills or events the evidence names do not count, and
    nothing ends. Refuses: AccessDenied, CustomerUnknown, CustomerClosed, RulesUnknown, ConditionUnknown,
    ApplicationInvalid.
    """
    access.require(actor, "applications.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    document, evidence, complaint = (
        rules_of(told.rules, on=on),
        told.evidence.strip(),
        told.complaint_no.strip(),
    )
    rule = next((one for one in document.conditions if one.code == told.condition), None)
    if rule is None or rule.mark == "lost" or (complaint and not rule.excusable):
        raise ConditionUnknown(condition=told.condition[:48], field="condition")
    if not evidence or len(evidence) > 300:
        raise ApplicationInvalid(field="evidence", cause=str(ApplicationReasonMissing.text))
    kept = Finding.objects.create(
        customer=customer, rules=document.code, condition=rule.code, happened_on=min(told.happened_on, on),
        evidence=evidence, complaint_no=complaint[:60], told_by=actor.login, told_on=on,
    )  # fmt: skip
    audit.record(
        actor=actor, act="applications.tell_condition", subject=f"customer:{customer_no}", on=on,
        after={"rules": document.code, "condition": rule.code, "happened_on": kept.happened_on,
               "complaint_no": kept.complaint_no},
        reason=evidence,
    )  # fmt: skip
    if not complaint and any(one.code == rule.code for one in met(customer, document, on=on)):
        end_credit(customer, document, actor=actor, on=on)
    return kept


@transaction.atomic
def lift_condition(*, actor: Actor, on: date, finding_id: int, reason: str) -> Finding:
    """Take a finding back; credit that it ended is given anew only by an application.

    Refuses: AccessDenied, FindingUnknown, ApplicationReasonMissing.
    """
    access.require(actor, "applications.write", f"finding:{finding_id}")
    seen = customers.visible(actor, on=on).order_by().values("pk")
    told = Finding.objects.select_for_update().filter(
        pk=finding_id, lifted_on__isnull=True, customer__in=seen
    ).first()  # fmt: skip
    if told is None:
        raise FindingUnknown(finding=finding_id)
    if not reason.strip() or len(reason) > 300:
        raise ApplicationReasonMissing
    told.lifted_by, told.lifted_on, told.lifted_why = actor.login, on, reason.strip()
    told.save(update_fields=["lifted_by", "lifted_on", "lifted_why"])
    audit.record(
        actor=actor, act="applications.lift_condition", subject=f"customer:{told.customer.no}", on=on,
        after={"condition": told.condition}, reason=told.lifted_why,
    )  # fmt: skip
    return told


def end_credit(customer: Any, document: Rules, *, actor: Actor, on: date) -> None:
    """End the credit of a customer against whom conditions hold; what was shipped stays as it is."""
    letters = ", ".join(one.code for one in met(customer, document, on=on))
    if credit.headroom(customer, on=on).limit.state in ("not_assessed", "no_credit", "expired"):
        return
    hand = replace(actor, permits=actor.permits | {"limits.write"})
    reason = f"{document.name.zh}：{letters}"[:300]
    ended = NewLimit(reason, state="no_credit")
    limits.set_limit(actor=hand, on=on, customer_no=customer.no, limit=ended)


def rules_of(code: str, *, on: date) -> Rules:
    """The rules of a code that hold on a day. Refuses: RulesUnknown."""
    held = defining.in_force(on).get(code)
    if held is None:
        raise RulesUnknown(rules=code[:40], on=on)
    return held[0]


def _arrears(customer: Any, condition: Condition, told: list[Finding], *, on: date) -> Met | None:
    """What the ledger shows, without the bills that a complaint excuses or a dispute found our fault."""
    since = add_months(on, -condition.months) - timedelta(1)
    one = customers.visible(system_actor(), on=on).filter(pk=customer.pk)
    excused = {word for finding in told if finding.complaint_no for word in BETWEEN.split(finding.evidence)}
    found = disputes.counted_events(receivables.risk_events(one, as_of=on, since=since), as_of=on)
    events = [
        (row["bill_no"], row["due_on"], row["days_late"])
        for row in found.iter_rows(named=True)
        if row["bill_no"] not in excused
    ]
    return rules.arrears_met(condition, events, on=on)
