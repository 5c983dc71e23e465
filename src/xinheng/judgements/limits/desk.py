"""The hold desk: held orders in one list: why, how long, what would clear them, whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Func

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.working_days import add_working_days
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import clearing, keeping, policy
from xinheng.judgements.limits.clearing import Way
from xinheng.judgements.limits.deciding import reasons_of
from xinheng.judgements.limits.models import CoverRequest, OrderCredit
from xinheng.judgements.limits.releasing import may_release
from xinheng.judgements.limits.values import Authority, Reason
from xinheng.judgements.reviews import queries as reviews

SORTS = ("score", "value", "days", "grade", "customer", "over", "since")
RATED = 1_000_000  # of a currency's smallest part, to see what it is worth


@dataclass(frozen=True)
class DeskWanted:
    """Which held orders, and in which order. cause: a check, as "limit"; unit, person: who answers.

    unit "-": customers nobody answers for. over_yuan: at least so much over the limit. mine: within the
    reader's own authority. late: nobody decided within the policy's target. sort: one of SORTS, "-" before
    it turns it round.
    """

    text: str = ""
    check: str = ""
    grade: str = ""
    unit: str = ""
    person: str = ""
    over_yuan: Decimal | None = None
    mine: bool = False
    late: bool = False
    sort: str = "score"


@dataclass(frozen=True)
class DeskLine:
    """One held order as the desk shows it. grade: the approved one, "" where none stands."""

    credit: Any
    amount: Money
    days: int
    reasons: tuple[Reason, ...]
    ways: tuple[Way, ...]
    grade: str
    policy_sha256: str
    unit: str
    person: str
    covers: tuple[Any, ...]
    authority: str  # who may release it: code of the first authority of the policy that covers it
    authorities: tuple[Authority, ...]  # of the policy; none named: whoever has the right may release
    is_mine: bool
    is_late: bool  # nobody decided within the policy's target


class DaysSince(Func):
    """Whole days from a day column to a day."""

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """SQLite keeps days as text."""
        template = "CAST(julianday(%(expressions)s) AS integer)"
        return super().as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """PostgreSQL subtracts days."""
        return super().as_sql(
            compiler, connection, template="(CAST(%(expressions)s))", arg_joiner=" AS date) - (", **more
        )


def held_orders(actor: Actor, wanted: DeskWanted, *, on: date) -> QuerySet[Any]:
    """The held orders within reach that pass the filters, ranked. Refuses: AccessDenied.

    The score: approved grades from the best down, those without one last; within a grade the value at
    today's rates times the days held, the largest first.
    """
    access.require(actor, "limits.read")
    reached = customers.visible(actor, on=on).values("pk")
    rows = OrderCredit.objects.filter(state="held", customer__in=reached)
    code = grading_policy(on)
    graded = reviews.leading(code, on=on).filter(customer=OuterRef("customer_id"))
    rows = rows.annotate(
        grade=Subquery(graded.values("grade")[:1]),
        grade_rank=Subquery(graded.values("rank")[:1]),
        days=DaysSince(Value(on), F("since"), output_field=IntegerField()),
        worth=_worth(on),
    )
    rows = _asked_for(rows, wanted, on)
    if wanted.mine:
        rows = _within(rows, actor, on)
    if wanted.late:
        bound = late_before(on)
        rows = rows.filter(since__lt=bound) if bound else rows.none()
    return _in_order(rows, wanted.sort).select_related("customer", "account", "decision")


def lines(actor: Actor, rows: list[Any], *, on: date) -> list[DeskLine]:
    """A page of held orders with all that is told of them; a fixed number of statements.

    rows: of held_orders.
    """
    duty = customers.responsible([row.customer for row in rows], on=on)
    open_covers: dict[str, list[Any]] = {}
    for cover in CoverRequest.objects.filter(order_no__in=[row.order_no for row in rows]).order_by("pk"):
        open_covers.setdefault(cover.order_no, []).append(cover)
    hashes = _hashes(rows, on)
    authorities, roles, bound = authorities_on(on), roles_of(actor, on), late_before(on)
    told = []
    for row in rows:
        reasons = tuple(reasons_of(row.decision))
        answers = duty.get(row.customer_id)
        over, late = row.over_minor, overdue_days(row.account, on)
        told.append(
            DeskLine(
                row,
                Money(row.amount_minor, row.currency),
                (on - row.since).days,
                reasons,
                tuple(clearing.ways(reasons)),
                row.grade or "",
                hashes.get(row.customer_id, ""),
                answers.unit.name if answers else "",
                answers.person.name if answers and answers.person else "",
                tuple(open_covers.get(row.order_no, ())),
                who_may(authorities, over=over, days=late),
                authorities,
                is_mine(actor, row, authorities, roles, days=late),
                bound is not None and row.since < bound,
            )
        )
    return told


def grading_policy(on: date) -> str:
    """The policy by which most customers have an approved grade; "" where none has."""
    counted: dict[str, int] = {}
    for code in reviews.standing(on=on).order_by().values_list("policy_code", flat=True).distinct():
        counted[code] = reviews.standing(code, on=on).count()
    return max(sorted(counted), key=lambda code: counted[code], default="")


def authorities_on(on: date) -> tuple[Authority, ...]:
    """Who may release what, by the policy of a day; none named: whoever has the right, anything."""
    held = policy.in_force(on)
    return held[0].authorities if held else ()


def late_before(on: date) -> date | None:
    """Who is held since before this day waits longer than the policy's target; None where there is none.

    The target counts working days after the day an order was held (RR-03).
    """
    held = policy.in_force(on)
    days = held[0].decide_within_days if held else None
    return None if days is None else add_working_days(on, -days).day


def roles_of(actor: Actor, on: date) -> frozenset[str]:
    """The roles an actor holds on a day; none for the system itself."""
    return frozenset(people.roles_held(actor.person_id, on=on)) if actor.person_id else frozenset()


def overdue_days(account: Any, on: date) -> int:
    """How many days the oldest open bill of an account is past due."""
    return max((on - account.oldest_due_on).days, 0) if account.oldest_due_on else 0


def who_may(authorities: tuple[Authority, ...], *, over: int, days: int) -> str:
    """The code of the first authority of a policy that covers an excess (分) and days overdue; "" none."""
    fits = (
        one.code for one in authorities if may_release((one,), frozenset(one.roles), over=over, days=days)
    )
    return next(fits, "")


def is_mine(
    actor: Actor, credit: Any, authorities: tuple[Authority, ...], roles: frozenset[str], *, days: int
) -> bool:
    """Whether an actor may release a held order: has the right, the authority, and did not ask for it."""
    if not actor.may("limits.release") or credit.asked_by == actor.login:
        return False
    by_role = may_release(authorities, roles, over=credit.over_minor, days=days)
    return actor.person_id is None or by_role


def own_orders(actor: Actor, *, on: date, state: str = "") -> QuerySet[OrderCredit]:
    """The orders an actor asked for, in a state where one is named, the newest first.

    Refuses: AccessDenied.
    """
    access.require(actor, "limits.read")
    reached = customers.visible(actor, on=on).values("pk")
    rows = OrderCredit.objects.filter(asked_by=actor.login, customer__in=reached)
    rows = rows.filter(state=state) if state else rows
    return rows.select_related("customer", "account", "decision").order_by("-since", "-pk")


def covers_of(order_no: str) -> list[CoverRequest]:
    """What was asked of the customer for an order, the newest first. For callers that asked for the order."""
    return list(CoverRequest.objects.filter(order_no=order_no).order_by("-pk"))


def _asked_for(rows: QuerySet[Any], wanted: DeskWanted, on: date) -> QuerySet[Any]:
    if wanted.text:
        named = Q(order_no__icontains=wanted.text) | Q(customer__name__icontains=wanted.text)
        rows = rows.filter(named | Q(customer__no__iexact=wanted.text))
    if wanted.check:  # JSON as text, as both databases write it
        rows = rows.filter(decision__reasons__icontains=f'"check": "{wanted.check}"')
    if wanted.grade:
        rows = rows.filter(grade__isnull=True) if wanted.grade == "-" else rows.filter(grade=wanted.grade)
    if wanted.over_yuan is not None:
        rows = rows.filter(over_minor__gte=int(wanted.over_yuan * 100))
    answering = customers.answering(on=on)
    if wanted.unit == "-":
        rows = rows.exclude(customer__in=answering.values("customer"))
    elif wanted.unit:
        rows = rows.filter(customer__in=answering.filter(unit__code=wanted.unit).values("customer"))
    if wanted.person:
        rows = rows.filter(customer__in=answering.filter(person__login=wanted.person).values("customer"))
    return rows


def _within(rows: QuerySet[Any], actor: Actor, on: date) -> QuerySet[Any]:
    """Those that an actor may release."""
    if not actor.may("limits.release"):
        return rows.none()
    rows = rows.exclude(asked_by=actor.login)
    authorities = authorities_on(on)
    if not authorities or actor.person_id is None:
        return rows
    roles, covered = roles_of(actor, on), Q(pk__in=[])
    for one in authorities:
        if roles & set(one.roles):
            covered |= _covers(one, on)
    return rows.filter(covered)


def _covers(one: Authority, on: date) -> Q:
    covered = Q(pk__isnull=False)
    if one.over_at_most is not None:
        covered &= Q(over_minor__lte=one.over_at_most * 100)
    if one.overdue_days_at_most is not None:
        first = date.fromordinal(max(on.toordinal() - one.overdue_days_at_most, 1))
        covered &= Q(account__oldest_due_on__isnull=True) | Q(account__oldest_due_on__gte=first)
    return covered


def _worth(on: date) -> Any:
    """The value in yuan at the rates of a day, near enough to rank by; nothing where no rate is told."""
    used = OrderCredit.objects.filter(state="held").order_by().values_list("currency", flat=True).distinct()
    rates = {code: keeping.convert(RATED, code, "CNY", on=on) for code in used}
    cases = [
        When(currency=code, then=F("amount_minor") * Value(worth / RATED, output_field=FloatField()))
        for code, worth in rates.items()
        if worth is not None
    ]
    return Case(*cases, default=Value(0.0), output_field=FloatField())


def _in_order(rows: QuerySet[Any], sort: str) -> QuerySet[Any]:
    key = sort.removeprefix("-")
    rank = F("grade_rank").asc(nulls_last=True)
    score = (F("worth") * F("days")).desc()
    orders: dict[str, list[Any]] = {
        "score": [rank, score, F("worth").desc()],
        "value": [F("worth").desc()],
        "days": [F("since").asc()],
        "since": [F("since").desc()],
        "grade": [rank, F("worth").desc()],
        "customer": [F("customer__no").asc()],
        "over": [F("over_minor").desc()],
    }
    by = orders.get(key, orders["score"])
    if sort.startswith("-"):
        by = [each.copy() for each in by]
        for each in by:
            each.reverse_ordering()
    return rows.order_by(*by, "pk")


def _hashes(rows: list[Any], on: date) -> dict[int, str]:
    """By which kept policy each customer's approved grade is, for its words and colour."""
    found = reviews.leading(grading_policy(on), on=on).filter(customer__in=[row.customer_id for row in rows])
    return dict(found.values_list("customer_id", "run__policy_sha256"))
