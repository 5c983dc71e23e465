"""The terms that hold on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.judgements.terms.models import CustomerTerms


def holding(*, on: date) -> QuerySet[CustomerTerms]:
    """The word that counts for each customer and segment on a day: the newest begun and not ended."""
    running = Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gte=on))
    newer = CustomerTerms.objects.filter(
        running, customer=OuterRef("customer"), segment=OuterRef("segment"), pk__gt=OuterRef("pk")
    )
    return CustomerTerms.objects.filter(running).filter(~Exists(newer.order_by()))


def terms_of(customer: Any, *, on: date, segment: str = "") -> CustomerTerms | None:
    """The terms of one customer on a day; None where none were granted."""
    return holding(on=on).filter(customer=customer, segment=segment).first()
