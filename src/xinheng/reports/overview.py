"""What a reader sees of all customers at once: stored counts and indexed rows, never a sum of the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet, Sum

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers.values import DataQuality
from xinheng.indicators import queries as indicators
from xinheng.reports.values import Portfolio

LARGE = 50_000  # customers from which on figures are kept for a while
FEW_OWN = 1_000  # so many customers of one's own are counted at once
KEPT_SECONDS = 600
FEW_FILES = 5_000  # so many files are judged while the reader waits


def portfolio(actor: Actor, *, on: date) -> Portfolio:
    """How many customers the actor may see, and what they owe by the latest measurement.

    Without "indicators.read" there are no amounts. Refuses: AccessDenied.
    """
    access.require(actor, "customers.read")
    if not is_large(actor, on=on):
        return _portfolio(actor, on)
    scope = actor.scope
    name = f"portfolio:{_measured(actor, on)}:{scope.reach}:{scope.person_id}:{scope.unit_paths}:{on}"
    kept = cache.get_or_set(name.replace(" ", ""), lambda: _portfolio(actor, on), KEPT_SECONDS)
    assert isinstance(kept, Portfolio)
    return kept


def is_large(actor: Actor, *, on: date) -> bool:
    """Whether counting what the actor sees may keep the reader waiting."""
    if actor.scope.reach == "own":
        return customers.visible(actor, on=on).order_by()[FEW_OWN : FEW_OWN + 1].exists()
    measurement = indicators.latest_measurement(as_of=on)
    return bool(measurement and measurement.customers > LARGE)


def overdue_customers(actor: Actor, *, on: date) -> int:
    """How many customers within reach have overdue bills by the latest measurement. Refuses: AccessDenied."""
    access.require(actor, "indicators.read")
    return _standings(actor, on).filter(overdue_minor__gt=0).count()


def file_quality(actor: Actor, *, on: date) -> DataQuality | None:
    """How well the files within reach are kept; None where there are too many to judge while one waits.

    Refuses: AccessDenied.
    """
    access.require(actor, "customers.read")
    seen = customers.visible(actor, on=on).order_by()
    if seen[FEW_FILES : FEW_FILES + 1].exists():
        return None
    return customers.data_quality(actor, on=on)


def _portfolio(actor: Actor, on: date) -> Portfolio:
    number = customers.visible(actor, on=on).order_by().count()
    measurement = indicators.latest_measurement(as_of=on) if actor.may("indicators.read") else None
    if measurement is None:
        return Portfolio(customers=number)
    sums = _standings(actor, on).values("currency").order_by("currency")
    rows = sums.annotate(
        balance=Sum("balance_minor"), overdue=Sum("overdue_minor", filter=Q(overdue_minor__gt=0))
    )
    told = list(rows)
    return Portfolio(
        customers=number,
        balances=_amounts(told, "balance"),
        overdue=_amounts(told, "overdue"),
        measured_on=measurement.as_of,
    )


def _standings(actor: Actor, on: date) -> QuerySet[Any]:
    rows = indicators.standings()
    if actor.scope.reach == "everything":
        return rows
    return rows.filter(customer__in=customers.visible(actor, on=on).order_by())


def _amounts(rows: list[dict[str, Any]], name: str) -> tuple[Money, ...]:
    """The amount of each currency in which anything was measured; none is not zero."""
    return tuple(Money(row[name], row["currency"]) for row in rows if row[name] is not None)


def _measured(actor: Actor, on: date) -> str:
    measurement = indicators.latest_measurement(as_of=on) if actor.may("indicators.read") else None
    return f"{measurement.pk}-{measurement.values_sha256}" if measurement else "-"
