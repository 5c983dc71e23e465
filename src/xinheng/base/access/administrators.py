"""Somebody always may do everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db.models import Q

from xinheng.base.access.errors import LastAdministrator
from xinheng.base.access.models import Assignment, Role


@contextmanager
def keeping_an_administrator(*, on: date) -> Iterator[None]:
    """Refuse what would take the last administrator away; one at a time, so two cannot remove each other.

    An administrator is an active person who may do everything, everywhere, now and without an end.
    """
    list(Role.objects.select_for_update().filter(code="administrator"))
    had = _has_administrator(on=on)
    yield
    if had and not _has_administrator(on=on):
        raise LastAdministrator()


def _has_administrator(*, on: date) -> bool:
    held = Assignment.objects.filter(
        person__is_active=True, from_on__lte=on, until_on__isnull=True, role__reach="everything"
    ).filter(Q(unit__closed_on__isnull=True) | Q(unit__closed_on__gt=on))
    return any("*" in permits for permits in held.values_list("role__permits", flat=True))
