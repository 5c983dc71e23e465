"""The work list and what belongs to one case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.collection import policy as policies
from xinheng.operations.collection import standing
from xinheng.operations.collection.models import (
    Assignment,
    Case,
    Collector,
    Contact,
    Deadline,
    LegalPaper,
    LegalStep,
    PaymentPlan,
    PlanPart,
    Promise,
)
from xinheng.operations.collection.values import DueLine, WantedCases

ORDERS = {
    "weight": "weight_minor", "overdue": "overdue_minor", "days": "overdue_days", "customer": "customer__no",
    "next": "next_step_on", "active": "active_on", "collector": "collector",
}  # fmt: skip

BROKEN = ("broken", "part")


def cases(actor: Actor, wanted: WantedCases, *, on: date) -> QuerySet[Case]:
    """The cases within reach that pass the filters, in the order asked. Refuses: AccessDenied.

    Each has last_promise (state of the last one that was judged) and is_answered (somebody answers for it).
    """
    access.require(actor, "collection.read")
    judged = Promise.objects.filter(case=OuterRef("pk"), state__in=["kept", "part", "broken"])
    last = judged.order_by("-judged_on", "-pk").values("state")[:1]
    answering = customers.answering(on=on).filter(customer=OuterRef("customer"))
    rows = standing.seen(actor, on=on).filter(closed_on__isnull=not wanted.closed)
    rows = rows.annotate(last_promise=Subquery(last), is_answered=Exists(answering))
    if wanted.text:
        rows = rows.filter(customer__in=customers.search(actor, wanted.text, on=on).order_by().values("pk"))
    if wanted.collector:
        rows = rows.filter(collector="" if wanted.collector == "-" else wanted.collector)
    if wanted.due:
        rows = rows.filter(next_step_on__lte=on)
    if wanted.idle:
        rows = rows.filter(active_on__lt=idle_since(on))
    if wanted.broken:
        rows = rows.filter(last_promise__in=BROKEN)
    if wanted.over_days:
        rows = rows.filter(overdue_days__gt=wanted.over_days)
    if wanted.unanswered:
        rows = rows.filter(is_answered=False)
    sign = "-" if wanted.sort.startswith("-") else ""
    order = ORDERS.get(wanted.sort.removeprefix("-"), "weight_minor")
    return rows.order_by(f"{sign}{order}", "pk")


def idle_since(on: date) -> date:
    """Who was active on this day or later is not idle: the policy's days before today."""
    return on - timedelta(days=policies.in_force(on).number("inactive_days"))


@dataclass(frozen=True)
class Tasks:
    """What calls a person on the running cases within reach, in numbers."""

    running: int
    mine: int
    due: int
    idle: int
    unassigned: int
    unanswered: int
    broken: int


def tasks(actor: Actor, *, on: date) -> Tasks:
    """How many cases are due, idle, nobody's, or with a broken promise. Refuses: AccessDenied."""
    rows = cases(actor, WantedCases(), on=on).order_by()
    mine = Q(collector=actor.login)
    counted = rows.aggregate(
        running=Count("pk"),
        mine=Count("pk", filter=mine),
        due=Count("pk", filter=Q(next_step_on__lte=on) & (mine | Q(collector=""))),
        idle=Count("pk", filter=Q(active_on__lt=idle_since(on))),
        unassigned=Count("pk", filter=Q(collector="")),
        unanswered=Count("pk", filter=Q(is_answered=False)),
        broken=Count("pk", filter=Q(last_promise__in=BROKEN)),
    )
    return Tasks(**counted)


@dataclass(frozen=True)
class Account:
    """One case with all that was said, promised, agreed and done."""

    case: Case
    collector_name: str
    answering: Any  # who answers for the customer; None: nobody
    contacts: tuple[Contact, ...]
    promises: tuple[Promise, ...]
    plans: tuple[tuple[PaymentPlan, tuple[PlanPart, ...]], ...]
    steps: tuple[tuple[LegalStep, tuple[LegalPaper, ...]], ...]
    deadlines: tuple[Deadline, ...]
    assignments: tuple[Assignment, ...]


def account_of(actor: Actor, case_id: int, *, on: date) -> Account:
    """One case within reach with all of it, the newest first. Refuses: AccessDenied, CaseUnknown."""
    access.require(actor, "collection.read", f"case:{case_id}")
    case = standing.get_case(actor, case_id, on=on)
    plans = list(PaymentPlan.objects.filter(case=case))
    parts = list(PlanPart.objects.filter(plan__in=plans))
    steps = list(LegalStep.objects.filter(case=case).order_by("-on", "-pk"))
    papers = list(LegalPaper.objects.filter(step__in=steps))
    return Account(
        case,
        people.names_by_login([case.collector]).get(case.collector, case.collector),
        customers.responsible([case.customer], on=on).get(case.customer_id),
        tuple(Contact.objects.filter(customer=case.customer)[:200]),
        tuple(Promise.objects.filter(case=case)),
        tuple((plan, tuple(one for one in parts if one.plan_id == plan.pk)) for plan in plans),
        tuple((step, tuple(one for one in papers if one.step_id == step.pk)) for step in steps),
        tuple(Deadline.objects.filter(case=case)),
        tuple(Assignment.objects.filter(case=case)),
    )


def contacts(actor: Actor, customer_no: str, *, on: date) -> QuerySet[Contact]:
    """The contacts with a customer, the newest first. Refuses: AccessDenied, CustomerUnknown."""
    access.require(actor, "collection.read", f"customer:{customer_no}")
    return Contact.objects.filter(customer=customers.get(actor, customer_no, on=on))


def cases_of(actor: Actor, customer: Any, *, on: date) -> QuerySet[Case]:
    """The cases of one customer, the running first. Refuses: AccessDenied."""
    access.require(actor, "collection.read")
    return standing.seen(actor, on=on).filter(customer=customer).order_by("closed_on", "-pk")


def promises(actor: Actor, *, state: str = "", on: date) -> QuerySet[Promise]:
    """Promises within reach, the next due first. Refuses: AccessDenied."""
    access.require(actor, "collection.read")
    rows = standing.within(actor, Promise.objects.select_related("case__customer"), "case__customer", on=on)
    return rows.filter(state=state).order_by("due_on", "pk") if state else rows.order_by("-due_on", "-pk")


def broken_plans(actor: Actor, *, on: date) -> QuerySet[PaymentPlan]:
    """Broken payment plans within reach, the last broken first. Refuses: AccessDenied."""
    access.require(actor, "collection.read")
    rows = PaymentPlan.objects.filter(state="broken").select_related("case__customer")
    return standing.within(actor, rows, "case__customer", on=on).order_by("-judged_on", "-pk")


def deadlines(actor: Actor, *, on: date) -> QuerySet[Deadline]:
    """Other times of the law that run, within reach, the next first. Refuses: AccessDenied."""
    access.require(actor, "collection.read")
    rows = Deadline.objects.filter(done_on__isnull=True).select_related("case__customer")
    return standing.within(actor, rows, "case__customer", on=on).order_by("last_day", "pk")


@dataclass(frozen=True)
class Board:
    """One collector on the board of assignment. cases: what it holds now; sums by currency."""

    collector: Collector
    name: str
    cases: int
    overdue: tuple[Money, ...]


def board(actor: Actor, *, on: date) -> list[Board]:
    """Collectors, the strongest first, and what each holds within reach. Refuses: AccessDenied."""
    access.require(actor, "collection.read")
    rows = standing.seen(actor, on=on).filter(closed_on__isnull=True).exclude(collector="").order_by()
    held: dict[str, list[tuple[str, int, int]]] = {}
    sums = rows.values_list("collector", "currency").annotate(Count("pk"), Sum("overdue_minor"))
    for login, currency, number, minor in sums.order_by("collector", "currency"):
        held.setdefault(login, []).append((currency, number, minor))
    found = list(Collector.objects.all())
    names = people.names_by_login([one.login for one in found])
    return [
        Board(
            one,
            names.get(one.login, one.login),
            sum(number for _, number, _ in held.get(one.login, [])),
            tuple(Money(minor, currency) for currency, _, minor in held.get(one.login, [])),
        )
        for one in found
    ]


def due_lines(customer: Any, *, on: date, currency: str = "") -> list[DueLine]:
    """What a customer is to have paid by today, line by line, the oldest first; credits below zero.

    customer: one that customers.queries.get gave out. A contested amount stands at its bill's first line.
    """
    one = type(customer).objects.filter(pk=customer.pk)
    lines = receivables.open_lines(one, as_of=on)
    lines = lines.filter(lines["due_on"] <= on)
    if currency:
        lines = lines.filter(lines["currency"] == currency)
    told, contested = [], set()
    for row in (
        disputes.of_lines(lines, as_of=on).sort("due_on", "bill_id", "instalment").iter_rows(named=True)
    ):
        disputed = 0 if row["bill_id"] in contested else min(row["disputed_minor"], max(row["open_minor"], 0))
        contested.add(row["bill_id"])
        no = f"{row['bill_no']}/{row['instalment']}" if row["instalment"] else row["bill_no"]
        told.append(
            DueLine(
                no, row["kind"], row["billed_on"], row["due_on"], row["overdue_days"],
                Money(row["amount_minor"], row["currency"]), Money(row["open_minor"], row["currency"]),
                Money(disputed, row["currency"]),
            )
        )  # fmt: skip
    return told
