"""Which customers stand before a court with us."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from xinheng.operations.collection import policy
from xinheng.operations.collection.models import Case, LegalStep


def lawsuits(customer_ids: Collection[int], on: date) -> set[int]:
    """Those of some customers against whom a step in court was taken in a case of arrears that still runs."""
    codes = [rule.code for rule in policy.in_force(on).steps if rule.needs_court]
    steps = LegalStep.objects.filter(code__in=codes, on__lte=on, case__closed_on__isnull=True)
    steps = steps.filter(case__customer__in=customer_ids)
    return set(Case.objects.filter(pk__in=steps.values("case")).values_list("customer_id", flat=True))
