"""Severe problems of credit: customers whose next order would be held, the worst first (SAP-13, LIM-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import figures, policy, rules
from xinheng.judgements.limits.figures import COUNTED
from xinheng.judgements.limits.models import Account, Limit, OrderCredit
from xinheng.judgements.limits.values import Effective, LimitWord

MOST = 500  # customers looked at; the report says when there are more
NEVER = 10**18  # more than any exposure: what nothing exceeds
CLOSED = ("hold", "stop")


@dataclass(frozen=True)
class SevereLine:
    """One customer in trouble. over: above the limit; oldest_days: of the oldest open bill, None: nothing is.

    problems: over_limit, overdue, held and status, those that apply. stop_proposed: what it owes lies above
    its limit and the account is open, so that finance may stop further shipments; nothing happens by itself.
    """

    customer: Any
    status: str
    exposure: Money
    limit: Effective
    over: Money
    overdue: Money
    oldest_days: int | None
    held: int
    held_minor: int
    problems: tuple[str, ...]
    stop_proposed: bool


@dataclass(frozen=True)
class Severe:
    """The report of a day. more: there are customers beyond the first that were looked at."""

    on: date
    lines: tuple[SevereLine, ...]
    more: bool = False


def severe_problems(actor: Actor, *, on: date) -> Severe:
    """Customers within reach over their limit, overdue beyond the policy's bound, held or stopped; ranked.

    By what lies over the limit and is overdue, then by the value held. Segments are told with the account
    over all of them. Refuses: AccessDenied.
    """
    access.require(actor, "limits.read")
    bound = _oldest_bound(on)
    found = list(_candidates(actor, bound, on)[: MOST + 1])
    accounts = found[:MOST]
    words, due = _limit_words(accounts, on), overdue_of([one.customer_id for one in accounts], on=on)
    lines = [_line(one, words.get(one.pk, []), due.get(one.customer_id), bound, on) for one in accounts]
    ranked = sorted(
        (line for line in lines if line.problems),
        key=lambda line: (-(line.over.minor + line.overdue.minor), -line.held_minor, line.customer.no),
    )
    return Severe(on, tuple(ranked), more=len(found) > MOST)


def _candidates(actor: Actor, bound: int | None, on: date) -> QuerySet[Account]:
    rows = Account.objects.filter(segment="")
    if actor.scope.reach != "everything":
        rows = rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
    held = OrderCredit.objects.filter(state="held", customer=OuterRef("customer"))
    newest = Limit.objects.filter(
        account=OuterRef("pk"), reach="own", component="", told_on__lte=on, from_on__lte=on
    )
    never = When(state="unlimited", then=Value(NEVER))
    amount = Case(never, default=F("amount_minor"), output_field=BigIntegerField())
    asked = {
        kind: Subquery(
            newest.filter(kind=kind).order_by("-pk").annotate(m=amount).values("m")[:1],
            output_field=BigIntegerField(),
        )
        for kind in ("fixed", "temporary")
    }
    of_customer = held.order_by().values("customer")
    rows = rows.annotate(
        exposed=COUNTED,
        fixed=asked["fixed"],
        temporary=asked["temporary"],
        held_orders=Coalesce(Subquery(of_customer.annotate(n=Count("pk")).values("n")), 0),
        held_value=Coalesce(
            Subquery(of_customer.annotate(n=Sum("amount_minor")).values("n"), output_field=BigIntegerField()),
            Value(0),
        ),
    )
    over = Q(exposed__gt=F("fixed")) | Q(exposed__gt=F("temporary")) | Q(receivable_minor__gt=F("fixed"))
    trouble = over | Q(status__in=CLOSED) | Q(Exists(held))
    if bound is not None:
        trouble |= Q(receivable_minor__gt=0, oldest_due_on__lt=on - timedelta(bound))
    return rows.filter(trouble).select_related("customer").order_by("-overdue_minor", "pk")


def _oldest_bound(on: date) -> int | None:
    """After how many days past due the policy holds orders; None where it does not ask."""
    held = policy.in_force(on)
    found = [rule.at_most for rule in held[0].rules if rule.check == "oldest"] if held else []
    return min((days for days in found if days is not None), default=None)


def _limit_words(accounts: list[Account], on: date) -> dict[int, list[LimitWord]]:
    rows = Limit.objects.filter(
        account__in=[account.pk for account in accounts], reach="own", component="", told_on__lte=on
    )
    found: dict[int, list[LimitWord]] = {}
    for row in rows.order_by("-pk"):
        word = LimitWord(row.kind, row.state, row.amount_minor, row.from_on, row.until_on)  # type: ignore[arg-type]
        found.setdefault(row.account_id, []).append(word)
    return found


def overdue_of(keys: list[int], *, on: date) -> dict[int, tuple[int, date]]:
    """What is past due on a day (分) and the oldest due day, by customer; who is not overdue is left out."""
    seen = customers.visible(system_actor(), on=on).filter(pk__in=keys)  # the caller asked for them
    late = receivables.open_documents(seen, as_of=on).filter(
        (pl.col("component") == "receivable") & (pl.col("due_on") < on) & (pl.col("minor") > 0)
    )
    summed = late.group_by("customer_id").agg(pl.col("minor").sum(), pl.col("due_on").min())
    return {customer: (minor, day) for customer, minor, day in summed.iter_rows()}


def _line(
    account: Any, words: list[LimitWord], due: tuple[int, date] | None, bound: int | None, on: date
) -> SevereLine:
    currency, limit = account.currency, rules.effective(words, on=on)
    exposure = figures.exposure_of(account).minor
    ceiling = {"limited": limit.minor, "no_credit": 0, "expired": 0}.get(limit.state)
    over = max(exposure - ceiling, 0) if ceiling is not None else 0
    days = (on - due[1]).days if due else None
    told = {
        "over_limit": over > 0,
        "overdue": bound is not None and days is not None and days > bound,
        "held": account.held_orders > 0,
        "status": account.status in CLOSED,
    }
    return SevereLine(
        account.customer,
        account.status,
        Money(exposure, currency),
        limit,
        Money(over, currency),
        Money(due[0] if due else 0, currency),
        days,
        account.held_orders,
        account.held_value,
        tuple(name for name, applies in told.items() if applies),
        ceiling is not None and account.receivable_minor > ceiling and account.status not in CLOSED,
    )
