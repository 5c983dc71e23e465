"""What is known of one customer's credit now: grades, arrears, risk, open cases (PWR-37)."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.consumers import queries as consumers
from xinheng.judgements.consumers.values import ConsumerNow
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import queries as reviews
from xinheng.operations.inspections import queries as inspections
from xinheng.operations.inspections.values import Wanted as InspectionsWanted
from xinheng.reports.lines import approved_grade
from xinheng.reports.values import CreditNow, OpenCase, ProposedGrade


def credit_now(actor: Actor, customer_no: str, *, on: date) -> CreditNow:
    """Everything at once, of the very day: grades as rated and as approved, the ledger, open cases.

    What the actor may not see is left out: grades and cases without "ratings.read", arrears without
    "receivables.read", electricity accounts without "consumers.read". No run yet: not rated, not assessed.
    Arrears: a row a currency, none where nothing was ever billed.
    Refuses: AccessDenied, CustomerUnknown.
    """
    access.require(actor, "customers.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    here = customers.visible(actor, on=on).filter(pk=customer.pk)
    may_rate, may_owe = actor.may("ratings.read"), actor.may("receivables.read")
    rated = ratings.grades_by_policy(customer, as_of=on) if may_rate else []
    standing = reviews.standing_of(customer, on=on) if may_rate else []
    return CreditNow(
        customer_no=customer.no,
        customer_name=customer.name,
        on=on,
        sees_grades=may_rate,
        sees_arrears=may_owe,
        rated=tuple(_proposed(grade) for grade in rated),
        approved=tuple(approved_grade(row, on=on) for row in standing if row.rank is not None),
        arrears=tuple(receivables.totals(here, as_of=on)) if may_owe else (),
        cases=tuple(_cases(customer)) if may_rate else (),
        consumers=tuple(_consumers(actor, customer, on)) if actor.may("consumers.read") else (),
    )


def _consumers(actor: Actor, customer: Any, on: date) -> list[ConsumerNow]:
    """Its electricity accounts: risk by the last run, the cash-only flag, open inspection cases."""
    now = consumers.now_of(actor, customer.pk)
    cash_only = set(consumers.cash_only([customer.pk], as_of=on).get(customer.pk, []))
    cases: dict[str, list[str]] = {}
    if actor.may("inspections.read") and actor.may("metering.read"):
        rows = inspections.cases(actor, InspectionsWanted(state="work")).filter(consumer__customer=customer)
        for one in rows:
            cases.setdefault(one.consumer.consumer_no, []).append(one.no)
    judged = {row["consumer"]: row for row in now.rows}
    found = []
    for no in sorted({*judged, *cash_only, *cases}):
        row = judged.get(no, {})
        found.append(
            ConsumerNow(
                no, row.get("level", ""), row.get("voltage", ""), row.get("chance", 0.0),
                Money(row.get("expected_late_minor", 0)), now.as_of if row else None, no in cash_only,
                tuple(cases.get(no, ())),
            )
        )  # fmt: skip
    return found


def _proposed(grade: Any) -> ProposedGrade:
    return ProposedGrade(
        policy_code=grade.run.policy_code,
        policy_sha256=grade.run.policy_sha256,
        run_id=grade.run_id,
        as_of=grade.run.as_of,
        state=grade.state,
        grade=grade.grade,
    )


def _cases(customer: Any) -> list[OpenCase]:
    """The events that called a review and are still open, the most urgent first."""
    waiting = reviews.calls_of(customer).filter(answered_on__isnull=True, lifted_on__isnull=True)
    return [
        OpenCase(call.policy_code, call.event, call.evidence, call.called_on, call.due_on)
        for call in waiting.order_by("due_on", "pk")
    ]
