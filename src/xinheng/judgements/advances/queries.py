"""Questions to advances: what runs, what is open, what is to be done, whether a service may begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Sum

from xinheng.base.access import services as access
from xinheng.base.audit import queries as trail
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, quarter_of
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.errors import AttachmentUnknown
from xinheng.facts.archive.values import Content
from xinheng.facts.customers import queries as customers
from xinheng.judgements.advances import appraising, asking, duties, rules, selecting, standing
from xinheng.judgements.advances import policy as policies
from xinheng.judgements.advances.errors import LegacyUnknown
from xinheng.judgements.advances.models import (
    Advance,
    Change,
    Collection,
    CollectionAct,
    LegacyBalance,
    LegacyDebt,
    NextTerm,
    Paper,
    Payout,
    Plan,
    PlanStep,
    QuarterCheck,
    Reconciliation,
    Repayment,
)
from xinheng.judgements.advances.standing import open_of, terms_of
from xinheng.judgements.advances.values import Advances, Appraisal, Duty, Finding, Served, Totals, Wanted
from xinheng.judgements.advances.wording import (
    ADVICE,
    DUTIES,
    FINDINGS,
    STATES,
    WHATS,
    all_told,
    kept_findings,
    terms_told,
    told,
)
from xinheng.judgements.limits import queries as limits

__all__ = [
    "ADVICE",
    "DUTIES",
    "FINDINGS",
    "STATES",
    "WHATS",
    "Account",
    "account_of",
    "advances",
    "all_told",
    "appraisals",
    "blocked",
    "checks",
    "collection_acts",
    "collections",
    "duties_of",
    "falls_of",
    "get_advance",
    "get_legacy",
    "in_force",
    "kept_findings",
    "legacy",
    "may_serve",
    "open_of",
    "papers_needed",
    "plans",
    "preview",
    "read_paper",
    "reconciliations",
    "terms_of",
    "terms_told",
    "told",
    "totals",
    "unchecked",
]


@dataclass(frozen=True)
class Account:
    """Everything kept of one advance."""

    advance: Advance
    papers: list[Paper]
    payouts: list[Payout]
    repayments: list[Repayment]
    changes: list[Change]
    next_term: NextTerm | None

    @property
    def open(self) -> Money:
        """Paid out and not repaid."""
        return Money(self.advance.paid_minor - self.advance.repaid_minor)

    @property
    def left(self) -> Money:
        """What may still be paid out."""
        left = self.advance.limit_minor - self.open.minor if self.advance.state == "approved" else 0
        return Money(max(0, left))


def in_force(on: date) -> Advances | None:
    """The policy of a day; None where none was adopted."""
    return policies.perhaps_in_force(on)


def advances(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Advance]:
    """The advances within reach that pass the filters, with `open_minor`. Refuses: AccessDenied."""
    access.require(actor, "advances.read")
    return selecting.chosen(actor, wanted, on=on)


def get_advance(actor: Actor, advance_id: int, *, on: date) -> Advance:
    """One advance. Refuses: AccessDenied; AdvanceUnknown, also when out of reach."""
    access.require(actor, "advances.read", f"advance:{advance_id}")
    return standing.get_advance(actor, advance_id, on=on)


def account_of(advance: Advance) -> Account:
    """Everything kept of an advance that get_advance gave out."""
    return Account(
        advance,
        list(Paper.objects.filter(advance=advance)),
        list(Payout.objects.filter(advance=advance)),
        list(Repayment.objects.filter(advance=advance)),
        list(Change.objects.filter(advance=advance)),
        NextTerm.objects.filter(advance=advance).first(),
    )


def totals(actor: Actor, *, on: date) -> Totals | None:
    """All advances against their cap, for who sees every customer; None for others, or without a policy.

    Refuses: AccessDenied.
    """
    access.require(actor, "advances.read")
    policy = policies.perhaps_in_force(on)
    return standing.totals(policy) if policy and actor.scope.reach == "everything" else None


def preview(advance: Advance, *, on: date) -> tuple[str, bool, list[Finding]]:
    """The grade a draft would be judged by today, whether its customer is new, and what it would pass.

    "": no approved grade, and nothing may be advanced. advance: one that get_advance gave out.
    """
    policy, _sha256 = policies.in_force(on)
    rule = standing.rule_now(advance.customer, policy, on=on)
    position = standing.position(advance.customer, policy, on=on, without=advance)
    if rule is None:
        return "", position.is_new, []
    return rule.code, position.is_new, rules.findings(terms_of(advance), position, policy, rule)


def papers_needed(grade: str, *, is_new: bool, on: date) -> list[str]:
    """The papers a request of a customer of a grade needs today; none where the policy has no such grade."""
    policy = policies.perhaps_in_force(on)
    rule = policy.rule_of(grade) if policy else None
    return list(policy.papers_of(rule, is_new=is_new)) if policy and rule else []


def may_serve(actor: Actor, customer_no: str, worth: Money, *, on: date) -> Served:
    """What of a service may be given: pay first, serve after, unless an approved advance covers it (ADV-14).

    Money paid before covers its part, what approved advances may still take the rest.
    Refuses: AccessDenied, CustomerUnknown.
    """
    access.require(actor, "advances.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    rows = Advance.objects.filter(customer=customer, state="approved").exclude(last_day__lt=on)
    free = rows.aggregate(sum=Sum(F("limit_minor") - standing.OPEN))["sum"] or 0
    paid = limits.headroom(customer, on=on).exposure.prepaid
    return rules.served(worth, paid, free)


def duties_of(actor: Actor, *, on: date, code: str = "", customer: Any = None) -> list[Duty]:
    """What is to be done within reach, the late first; of one kind or customer. Refuses: AccessDenied."""
    access.require(actor, "advances.read")
    found = duties.duties(actor, on=on, code=code)
    return [one for one in found if customer is None or one.customer.pk == customer.pk]


def blocked(*, on: date, since: date) -> int:
    """How many payouts beyond limit or period were turned down since a day, as the trail tells."""
    asked: dict[str, Any] = {"act": "advances.pay_out", "outcome": "refused"}
    return trail.search(**asked, from_on=since, until_on=on).count()


def legacy(actor: Actor, *, on: date, customer: Any = None) -> QuerySet[LegacyDebt]:
    """Debts from before within reach, the open ones first. Refuses: AccessDenied."""
    access.require(actor, "advances.read")
    rows = LegacyDebt.objects.select_related("customer")
    if actor.scope.reach != "everything":
        rows = rows.filter(customer__in=standing.reached(actor, on=on))
    rows = rows.filter(customer=customer) if customer else rows
    return rows.order_by(F("settled_on").asc(nulls_first=True), "-balance_minor", "pk")


def falls_of(debt: LegacyDebt) -> QuerySet[LegacyBalance]:
    """How a debt fell, the oldest first."""
    return LegacyBalance.objects.filter(debt=debt)


def collections(debts: list[LegacyDebt]) -> dict[int, Collection]:
    """The running collection of each debt, by its key."""
    rows = Collection.objects.filter(debt__in=debts, ended_on__isnull=True)
    return {row.debt_id: row for row in rows}


def collection_acts(debt: LegacyDebt) -> QuerySet[CollectionAct]:
    """What was done to collect a debt, the newest first."""
    return CollectionAct.objects.filter(collection__debt=debt)


def get_legacy(actor: Actor, debt_id: int, *, on: date) -> LegacyDebt:
    """One debt from before. Refuses: AccessDenied; LegacyUnknown, also when out of reach."""
    found = legacy(actor, on=on).filter(pk=debt_id).first()
    if found is None:
        raise LegacyUnknown(legacy=debt_id)
    return found


def plans(actor: Actor, *, on: date, customer: Any = None) -> list[tuple[Plan, list[PlanStep], Money]]:
    """Reduction plans within reach with their steps and what is open now, the running first.

    Refuses: AccessDenied.
    """
    access.require(actor, "advances.read")
    rows = Plan.objects.select_related("customer")
    if actor.scope.reach != "everything":
        rows = rows.filter(customer__in=standing.reached(actor, on=on))
    rows = rows.filter(customer=customer) if customer else rows
    found = list(rows.order_by(F("ended_on").desc(nulls_first=True), "-pk")[:200])
    steps: dict[int, list[PlanStep]] = {}
    for step in PlanStep.objects.filter(plan__in=found):
        steps.setdefault(step.plan_id, []).append(step)
    return [(plan, steps.get(plan.pk, []), Money(open_of(plan.customer))) for plan in found]


def checks(actor: Actor, quarter: Period, *, on: date) -> QuerySet[QuarterCheck]:
    """The checks of a quarter within reach. Refuses: AccessDenied."""
    access.require(actor, "advances.read")
    rows = QuarterCheck.objects.filter(quarter=quarter.first).select_related("customer")
    if actor.scope.reach != "everything":
        rows = rows.filter(customer__in=standing.reached(actor, on=on))
    return rows.order_by("customer__no")


def unchecked(actor: Actor, quarter: Period, *, on: date) -> list[Advance]:
    """An advance of each customer within reach that the check of the quarter lacks. Refuses: AccessDenied."""
    access.require(actor, "advances.read")
    policy = policies.perhaps_in_force(on)
    if policy is None:
        return []
    reach = None if actor.scope.reach == "everything" else standing.reached(actor, on=on)
    return duties.unchecked(duties.Sight(policy, on, reach), quarter_of(quarter.first))


def reconciliations(customer: Any) -> QuerySet[Reconciliation]:
    """The reconciliations with a customer, the newest first."""
    return Reconciliation.objects.filter(customer=customer)


def appraisals(actor: Actor, year: int, *, on: date) -> list[Appraisal]:
    """What each responsible person recovered in a year, within reach; nothing without a policy.

    Refuses: AccessDenied.
    """
    access.require(actor, "advances.read")
    policy = policies.perhaps_in_force(on)
    if policy is None:
        return []
    reach = None if actor.scope.reach == "everything" else standing.reached(actor, on=on)
    return appraising.appraise(policy, year, on=on, reach=reach)


def read_paper(*, actor: Actor, on: date, advance_id: int, paper_id: int) -> Content:
    """A paper of an advance, proven by its hash. Refuses: AccessDenied, AdvanceUnknown, AttachmentUnknown."""
    access.require(actor, "advances.read", f"advance:{advance_id}")
    access.require(actor, "archive.read", f"advance:{advance_id}")
    advance = standing.get_advance(actor, advance_id, on=on)
    paper = Paper.objects.filter(advance=advance, pk=paper_id).first()
    if paper is None:
        raise AttachmentUnknown(attachment=paper_id)
    subject = asking.subject_of(advance)
    return archive.read(actor=actor, on=on, attachment_id=paper.attachment_no, subject=subject)
