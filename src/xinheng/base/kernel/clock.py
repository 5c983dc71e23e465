"""The only place below the outer floors that reads a clock, for timestamps that are not business days."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def timestamp() -> datetime:
    """The instant, in UTC, at which something was written down. Never a business day."""
    return timezone.now()


def at_site(instant: datetime) -> datetime:
    """The same instant as the clocks of the site show it, for hours of its day."""
    return timezone.localtime(instant)
