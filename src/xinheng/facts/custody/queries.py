"""Questions to custody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from xinheng.facts.custody.models import Consultation, Loan
from xinheng.facts.custody.selecting import handover, handovers

__all__ = ["consulted", "handover", "handovers", "is_out"]


def is_out(paper_ids: Collection[int]) -> set[int]:
    """Those of some papers whose original is out of its place: lent, or being read."""
    rows = Loan.objects.filter(paper__in=list(paper_ids), returned_at__isnull=True)
    return set(rows.order_by().values_list("paper_id", flat=True))


def consulted(login: str, subject: str, since: date) -> bool:
    """Whether somebody looked into a file of a subject ("customer:12") on or after a day (MIN-08)."""
    return Consultation.objects.filter(login=login, subject=subject, on__gte=since).exists()
