"""The company's day."""

from __future__ import annotations

from datetime import date

from django.utils import timezone


def business_day() -> date:
    """Today in the company's time zone (RR-15)."""
    return timezone.localdate()
