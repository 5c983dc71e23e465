"""What is to be done about advances: each duty from one question over all of them, the late ones first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db.models import BigIntegerField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, add_months
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.advances import policy as policies
from xinheng.judgements.advances import rules, standing
from xinheng.judgements.advances.models import (
    Advance,
    Collection,
    LegacyDebt,
    NextTerm,
    Payout,
    Plan,
    PlanStep,
    QuarterCheck,
    Reconciliation,
)
from xinheng.judgements.advances.values import Advances, Duty


@dataclass(frozen=True)
class Sight:
    """Who looks, by which policy, on which day, and the keys of the customers within reach (None: all)."""

    policy: Advances
    on: date
    reach: QuerySet[Any] | None

    def of(self, rows: QuerySet[Any], column: str = "customer") -> QuerySet[Any]:
        """Rows of the customers within reach."""
        return rows if self.reach is None else rows.filter(**{f"{column}__in": self.reach})


def duties(actor: Actor, *, on: date, code: str = "") -> list[Duty]:
    """All that is to be done within reach on a day, or one kind of it; nothing without a policy."""
    policy = policies.perhaps_in_force(on)
    if policy is None:
        return []
    sight = Sight(policy, on, None if actor.scope.reach == "everything" else standing.reached(actor, on=on))
    asked = [KINDS[code]] if code in KINDS else KINDS.values()
    found = [duty for kind in dict.fromkeys(asked) for duty in kind(sight)]
    kept = [duty for duty in found if not code or duty.code == code]
    return sorted(kept, key=lambda duty: (not duty.is_late, duty.due_on or duty.since, duty.customer.no))


def _overdue(sight: Sight) -> Iterator[Duty]:
    late = Payout.objects.filter(open_minor__gt=0, last_day__lt=sight.on, advance=OuterRef("pk"))
    sums = late.order_by().values("advance").annotate(sum=Sum("open_minor")).values("sum")
    rows = sight.of(Advance.objects.filter(last_day__lt=sight.on)).annotate(late_minor=sums)
    for row in rows.select_related("customer"):
        yield Duty(
            "overdue", row.customer, row.last_day, due_on=row.last_day, is_late=True, advance_id=row.pk,
            figure=Money(row.late_minor or 0),
        )  # fmt: skip


def _grades(sight: Sight) -> Iterator[Duty]:
    """Grades that changed under running advances, and customers who have more open than theirs allows."""
    rows = list(
        sight.of(Advance.objects.filter(Q(state="approved") | Q(paid_minor__gt=F("repaid_minor"))))
        .select_related("customer")
        .order_by("pk")
    )
    grades = standing.grades_now(sight.policy, {row.customer_id for row in rows}, on=sight.on)
    still_open: dict[int, int] = {}
    for row in rows:
        still_open[row.customer_id] = still_open.get(row.customer_id, 0) + row.paid_minor - row.repaid_minor
        if row.state == "approved" and grades.get(row.customer_id, "") != row.grade:
            yield Duty("grade_changed", row.customer, sight.on, advance_id=row.pk)
    for row in {row.customer_id: row for row in rows}.values():
        rule = sight.policy.rule_of(grades.get(row.customer_id, ""))
        cap = (rule.cap or 0) * rules.YUAN if rule else 0
        granted = max(cap, sum(one.limit_minor for one in rows if _by_exception(one, row, grades)))
        if still_open[row.customer_id] > granted:
            figure = Money(still_open[row.customer_id] - granted)
            told: dict[str, Any] = {"advance_id": row.pk, "figure": figure}
            yield Duty("above_limit", row.customer, sight.on, is_late=True, **told)


def _by_exception(one: Advance, row: Advance, grades: dict[int, str]) -> bool:
    """Whether the general manager let a customer have the limit in its present grade."""
    same = one.customer_id == row.customer_id and one.state == "approved"
    return same and one.grade == grades.get(row.customer_id)


def _plans(sight: Sight) -> Iterator[Duty]:
    passed = PlanStep.objects.filter(plan=OuterRef("pk"), due_on__lte=sight.on).order_by("-due_on")
    rows = sight.of(Plan.objects.filter(ended_on__isnull=True)).annotate(
        bound=passed.values("at_most_minor")[:1],
        bound_on=passed.values("due_on")[:1],
        open_minor=Coalesce(_sum_of(Advance.objects.all(), standing.OPEN), 0)
        + Coalesce(_sum_of(LegacyDebt.objects.filter(settled_on__isnull=True), F("balance_minor")), 0),
    )
    for plan in rows.filter(open_minor__gt=F("bound")).select_related("customer"):
        yield Duty(
            "plan_behind", plan.customer, plan.bound_on, due_on=plan.bound_on, is_late=True,
            figure=Money(plan.open_minor - plan.bound),
        )  # fmt: skip


def _sum_of(rows: QuerySet[Any], what: Any) -> Subquery:
    """The sum over the rows of the outer row's customer."""
    own = rows.filter(customer=OuterRef("customer")).order_by().values("customer")
    return Subquery(own.annotate(sum=Sum(what)).values("sum"), output_field=BigIntegerField())


def _contracts(sight: Sight) -> Iterator[Duty]:
    """Contracts that end within the policy's months, and ended ones while anything is owed (ADV-27).

    Owed is what was advanced, and what is overdue of bills of the contract's time.
    """
    rows = sight.of(Advance.objects.filter(state__in=["approved", "closed"], settle_from__lte=sight.on))
    agreed = NextTerm.objects.filter(advance=OuterRef("pk"))
    found = list(rows.annotate(agreed=Exists(agreed)).select_related("customer"))
    late = _late_bills(found, sight.on)
    for row in found:
        owed = Money(row.paid_minor - row.repaid_minor + late.get(row.pk, 0))
        if owed.minor or not row.agreed:
            ended = row.contract_end_on < sight.on
            code = "contract_expired" if ended and owed.minor > 0 else "contract_ending"
            yield Duty(
                code, row.customer, row.settle_from, due_on=row.contract_end_on, is_late=ended,
                advance_id=row.pk, figure=owed,
            )  # fmt: skip


def _late_bills(found: list[Advance], on: date) -> dict[int, int]:
    """What is overdue in yuan of bills drawn by the end of each contract, in minor units, by advance."""
    ends = pl.DataFrame(
        [(row.pk, row.customer_id, row.contract_end_on) for row in found],
        schema={"advance_id": pl.Int64, "customer_id": pl.Int64, "end_on": pl.Date},
        orient="row",
    )
    if ends.is_empty():
        return {}
    some = customers.by_ids(ends["customer_id"].unique().to_list())
    lines = receivables.open_lines(some, as_of=on)
    late = lines.filter((pl.col("due_on") < on) & (pl.col("currency") == "CNY"))
    owed = ends.join(late, on="customer_id").filter(pl.col("billed_on") <= pl.col("end_on"))
    sums = owed.group_by("advance_id").agg(pl.col("open_minor").sum().clip(0))
    return {advance_id: minor for advance_id, minor in sums.iter_rows() if minor}


def _checks(sight: Sight) -> Iterator[Duty]:
    """Customers with advances in the last closed quarter who were not checked in it (ADV-29)."""
    quarter = rules.last_closed_quarter(sight.on)
    for row in unchecked(sight, quarter):
        told: dict[str, Any] = {"due_on": quarter.last, "advance_id": row.pk}
        yield Duty("check_due", row.customer, quarter.first, is_late=True, **told)


def unchecked(sight: Sight, quarter: Period) -> list[Advance]:
    """One advance for each customer that had money out in a quarter and was not checked for it."""
    checked = QuarterCheck.objects.filter(customer=OuterRef("customer"), quarter=quarter.first)
    rows = sight.of(in_quarter(quarter)).filter(~Exists(checked))
    newest = rows.order_by().values("customer").annotate(newest=Max("pk")).values("newest")
    return list(Advance.objects.filter(pk__in=newest).select_related("customer").order_by("customer__no"))


def in_quarter(quarter: Period) -> QuerySet[Advance]:
    """The advances of which money was out in a quarter."""
    out = Payout.objects.filter(
        Q(settled_on__isnull=True) | Q(settled_on__gte=quarter.first),
        advance=OuterRef("pk"),
        paid_on__lte=quarter.last,
    )
    return Advance.objects.filter(Exists(out))


def _reconciliations(sight: Sight) -> Iterator[Duty]:
    """Customers who owe and whose last reconciliation is older than the interval (ADV-26)."""
    months = sight.policy.number("reconcile_months")
    done = Reconciliation.objects.filter(customer=OuterRef("customer"), on__lte=sight.on).order_by("-on")
    first = Payout.objects.filter(advance=OuterRef("pk"), open_minor__gt=0).order_by("paid_on")
    out = Advance.objects.filter(paid_minor__gt=F("repaid_minor")).annotate(
        begun=first.values("paid_on")[:1], key=F("pk")
    )
    old = LegacyDebt.objects.filter(settled_on__isnull=True).annotate(
        begun=F("since"), key=Value(None, output_field=BigIntegerField())
    )
    oldest: dict[int, Any] = {}
    for rows in (out, old):
        for row in sight.of(rows).annotate(last=done.values("on")[:1]).select_related("customer"):
            if row.customer_id not in oldest or row.begun < oldest[row.customer_id].begun:
                oldest[row.customer_id] = row
    for row in oldest.values():
        since = row.last or row.begun
        if rules.is_reconciliation_due(since, months, on=sight.on):
            told: dict[str, Any] = {"due_on": add_months(since, months), "advance_id": row.key}
            yield Duty("reconcile_due", row.customer, since, is_late=True, **told)


def _collections(sight: Sight) -> Iterator[Duty]:
    """Collections whose next step is due, or without activity for longer than the policy's days (ADV-33)."""
    idle_since = sight.on - timedelta(days=sight.policy.number("inactive_days"))
    rows = Collection.objects.filter(ended_on__isnull=True).select_related("debt__customer")
    due = Q(next_step_on__lte=sight.on) | Q(active_on__lt=idle_since)
    for row in sight.of(rows.filter(due), "debt__customer"):
        idle = row.active_on < idle_since
        yield Duty(
            "collection_idle" if idle else "collection_step", row.debt.customer, row.active_on,
            due_on=row.next_step_on, is_late=idle or row.next_step_on < sight.on,
            figure=Money(row.debt.balance_minor), person=row.collector,
        )  # fmt: skip


def _exceptions(sight: Sight) -> Iterator[Duty]:
    rows = sight.of(Advance.objects.filter(state="submitted", is_exception=True))
    for row in rows.select_related("customer"):
        told: dict[str, Any] = {"advance_id": row.pk, "figure": Money(row.limit_minor)}
        yield Duty("exception_waiting", row.customer, row.asked_on, **told)


KINDS: dict[str, Callable[[Sight], Iterator[Duty]]] = {
    "overdue": _overdue,
    "above_limit": _grades,
    "grade_changed": _grades,
    "plan_behind": _plans,
    "contract_expired": _contracts,
    "contract_ending": _contracts,
    "check_due": _checks,
    "reconcile_due": _reconciliations,
    "collection_idle": _collections,
    "collection_step": _collections,
    "exception_waiting": _exceptions,
}
