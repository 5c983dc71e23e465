"""Serial numbers, and the checks that every act shares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.operations.inspections.errors import InspectionInvalid
from xinheng.operations.inspections.models import Inspector, Serial


def next_no(on: date) -> str:
    """The next number of a year, as "J2026-00001"; inside the transaction of the act."""
    series = f"J{on.year}"
    Serial.objects.get_or_create(series=series)
    Serial.objects.filter(series=series).update(last=F("last") + 1)
    return f"{series}-{Serial.objects.get(series=series).last:05d}"


def check_text(field: str, text: str, longest: int, *, may_be_blank: bool = False) -> str:
    """The text without spaces around. Refuses: InspectionInvalid where it is missing or too long."""
    told = text.strip()
    if (not told and not may_be_blank) or len(told) > longest or "\x00" in told:
        raise InspectionInvalid(cause=_("The text is missing or too long."), field=field)
    return told


def check_day(field: str, day: date, *, latest: date | None = None, earliest: date | None = None) -> date:
    """The day. Refuses: InspectionInvalid where it lies outside the two, which are themselves allowed."""
    if (latest and day > latest) or (earliest and day < earliest):
        cause = _("The day %(day)s cannot be.") % {"day": day.isoformat()}
        raise InspectionInvalid(cause=cause, field=field)
    return day


def check_code(field: str, found: Any) -> Any:
    """What a code named. Refuses: InspectionInvalid where it named nothing."""
    if found is None:
        raise InspectionInvalid(cause=_("The rules do not know this choice."), field=field)
    return found


def inspectors_named(field: str, logins: Iterable[str], *, least: int) -> list[dict[str, str]]:
    """Login, name and work pass of each, by login.

    Refuses: InspectionInvalid where somebody is no inspector with a work pass, or they are too few.
    """
    told = sorted({login.strip().casefold() for login in logins if login.strip()})
    if len(told) < least:
        cause = _("At least %(least)s inspectors are needed.") % {"least": least}
        raise InspectionInvalid(cause=cause, field=field)
    passes = dict(Inspector.objects.filter(login__in=told).values_list("login", "pass_no"))
    for login in told:
        if login not in passes:
            cause = _("%(login)s is no inspector with a work pass.") % {"login": login}
            raise InspectionInvalid(cause=cause, field=field)
    names = people.names_by_login(told)
    return [{"login": one, "name": names.get(one, one), "pass_no": passes[one]} for one in told]
