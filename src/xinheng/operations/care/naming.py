"""Serial numbers, and the checks that every act shares."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import F, Model
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.operations.care.errors import CareInvalid
from xinheng.operations.care.models import Serial

Row = TypeVar("Row", bound=Model)


def next_no(letter: str, on: date) -> str:
    """The next number of a series of a year, as "R2026-00001"; inside the transaction of the act."""
    series = f"{letter}{on.year}"
    Serial.objects.get_or_create(series=series)
    Serial.objects.filter(series=series).update(last=F("last") + 1)
    return f"{series}-{Serial.objects.get(series=series).last:05d}"


def check_text(field: str, text: str, longest: int, *, may_be_blank: bool = False) -> str:
    """The text without spaces around. Refuses: CareInvalid where it is missing, too long or unprintable."""
    told = text.strip()
    if (not told and not may_be_blank) or len(told) > longest or "\x00" in told:
        cause = _("The text is missing or too long.")
        raise CareInvalid(cause=cause, field=field)
    return told


def check_day(field: str, day: date, *, latest: date | None = None, earliest: date | None = None) -> date:
    """The day. Refuses: CareInvalid where it lies outside the two, which are themselves allowed."""
    if (latest and day > latest) or (earliest and day < earliest):
        cause = _("The day %(day)s cannot be.") % {"day": day.isoformat()}
        raise CareInvalid(cause=cause, field=field)
    return day


def check_code(field: str, found: Any) -> Any:
    """What a code named. Refuses: CareInvalid where it named nothing."""
    if found is None:
        raise CareInvalid(cause=_("The rules do not know this choice."), field=field)
    return found


def check_person(field: str, login: str) -> str:
    """The login of somebody who signs in. Refuses: CareInvalid."""
    told = login.strip().casefold()
    if told not in people.names_by_login([told]):
        raise CareInvalid(
            cause=_("There is nobody with the login %(login)s.") % {"login": login}, field=field
        )
    return told


def locked(model: type[Row], key: int) -> Row:
    """One row, locked for the act."""
    rows: Any = model._default_manager
    found: Row = rows.select_for_update(of=("self",)).get(pk=key)
    return found
