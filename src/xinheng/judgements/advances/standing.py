"""How advances stand on a day: of all together, of one customer, and by the grade that holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, When
from django.db.models.functions import Greatest

from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import months_between
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.advances.errors import AdvanceUnknown
from xinheng.judgements.advances.models import Advance, LegacyDebt, Payout, Pool, Reconciliation
from xinheng.judgements.advances.rules import YUAN
from xinheng.judgements.advances.values import Advances, GradeRule, Position, Terms, Totals
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import queries as reviews

OPEN = F("paid_minor") - F("repaid_minor")
COMMITTED = Case(  # what is open or may become so; a limit that was repaid may be used again
    When(state="approved", then=Greatest(F("limit_minor"), OPEN)),
    When(state="closed", then=OPEN),
    default=0,
    output_field=BigIntegerField(),
)


def locked_pool() -> None:
    """Let whoever spends the cap of all advances, or moves an advance, wait for each other."""
    Pool.objects.get_or_create(name="all")
    Pool.objects.select_for_update().get(name="all")


def seen(actor: Actor, *, on: date) -> QuerySet[Advance]:
    """The advances of the customers the actor reaches."""
    if actor.scope.reach == "everything":
        return Advance.objects.all()
    return Advance.objects.filter(customer__in=reached(actor, on=on))


def reached(actor: Actor, *, on: date) -> QuerySet[Any]:
    """The keys of the customers the actor reaches."""
    return customers.visible(actor, on=on).order_by().values("pk")


def get_advance(actor: Actor, advance_id: int, *, on: date, lock: bool = False) -> Advance:
    """One advance within reach. Refuses: AdvanceUnknown."""
    rows = seen(actor, on=on).select_related("customer", "request")
    if lock:
        locked_pool()
    found = rows.filter(pk=advance_id).first()
    if found is None:
        raise AdvanceUnknown(advance=advance_id)
    return found


def terms_of(advance: Advance) -> Terms:
    """Limit and period of an advance."""
    return Terms(Money(advance.limit_minor), advance.months, advance.days)


def open_of(customer: Any) -> int:
    """What the customer owes of advances and of debts from before, in minor units."""
    return _sum(Advance.objects.filter(customer=customer), OPEN) + legacy_of(customer)


def limits_of(customer: Any) -> int:
    """The limits granted to a customer, together."""
    return _sum(Advance.objects.filter(customer=customer, state="approved"), F("limit_minor"))


def legacy_of(customer: Any | None = None) -> int:
    """What is left of debts from before, of one customer or of all."""
    rows = LegacyDebt.objects.filter(settled_on__isnull=True)
    return _sum(rows.filter(customer=customer) if customer else rows, F("balance_minor"))


def position(customer: Any, policy: Advances, *, on: date, without: Advance | None = None) -> Position:
    """How all advances and a customer stand; without: an advance that is left out."""
    rows = Advance.objects.exclude(pk=without.pk) if without else Advance.objects.all()
    legacy = legacy_of(customer)
    return Position(
        on=on,
        total=_sum(rows, COMMITTED) + legacy_of(),
        customer=_sum(rows.filter(customer=customer), COMMITTED) + legacy,
        legacy=legacy,
        arrears=_arrears(customer, on),
        reconciled_on=_reconciled_on(customer, on),
        is_new=is_new(customer, policy, on=on),
    )


def is_new(customer: Any, policy: Advances, *, on: date) -> bool:
    """Whether the customer deals with us for less than the policy's months, by bills or as people told."""
    first = receivables.first_billed_on(customer, as_of=on)
    months = months_between(first, on) if first else 0
    told = ratings.assessments_of(customer, as_of=on).filter(question="relation_months").first()
    if told is not None and str(told.value).split(".")[0].isdecimal():
        months = max(months, int(str(told.value).split(".")[0]) + months_between(told.assessed_on, on))
    return months < policy.number("new_months")


def _reconciled_on(customer: Any, on: date) -> date | None:
    """The last reconciliation, else the day since which the customer owes; None: it owes nothing."""
    out = Payout.objects.filter(advance__customer=customer, open_minor__gt=0)
    old = LegacyDebt.objects.filter(customer=customer, settled_on__isnull=True)
    begun = [
        *out.values_list("paid_on", flat=True)[:1],
        *old.order_by("since").values_list("since", flat=True)[:1],
    ]
    if not begun:
        return None
    done = Reconciliation.objects.filter(customer=customer, on__lte=on).order_by("-on")
    return done.values_list("on", flat=True).first() or min(begun)


def _arrears(customer: Any, on: date) -> int:
    one = customers.visible(system_actor(), on=on).filter(pk=customer.pk)
    bills = sum(row.overdue.minor for row in receivables.totals(one, as_of=on) if row.currency == "CNY")
    late = Payout.objects.filter(advance__customer=customer, open_minor__gt=0, last_day__lt=on)
    return max(bills, 0) + _sum(late, F("open_minor"))


def rule_now(customer: Any, policy: Advances, *, on: date) -> GradeRule | None:
    """The rule of the grade approved for the customer that holds on a day; None without one (ADV-08)."""
    found = reviews.grade_for_terms(customer, policy.grading, on=on)
    return policy.rule_of(found.grade) if found else None


def grades_now(policy: Advances, customer_ids: Any, *, on: date) -> dict[int, str]:
    """The approved grade that holds on a day, by customer; who has none is left out."""
    rows = reviews.leading(policy.grading, on=on).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on), customer__in=customer_ids
    )
    return dict(rows.order_by().values_list("customer_id", "grade"))


def totals(policy: Advances) -> Totals:
    """All advances against their cap."""
    rows = Advance.objects.all()
    return Totals(
        open=Money(_sum(rows, OPEN)),
        committed=Money(_sum(rows, COMMITTED)),
        legacy=Money(legacy_of()),
        cap=Money(policy.number("total_cap") * YUAN),
    )


def _sum(rows: QuerySet[Any], what: Any) -> int:
    return int(rows.order_by().aggregate(sum=Sum(what))["sum"] or 0)
