"""The checks that every act shares."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.operations.key_accounts.errors import KeyAccountInvalid


def check_text(field: str, text: str, longest: int) -> str:
    """The text without spaces around. Refuses: KeyAccountInvalid: missing, too long, unprintable."""
    told = text.strip()
    if not told or len(told) > longest or "\x00" in told:
        raise KeyAccountInvalid(cause=_("The text is missing or too long."), field=field)
    return told


def check_day(field: str, day: date, *, latest: date) -> date:
    """The day. Refuses: KeyAccountInvalid where it lies ahead."""
    if day > latest:
        raise KeyAccountInvalid(cause=_("This day lies ahead."), field=field)
    return day


def check_person(field: str, login: str) -> str:
    """The login of somebody who signs in. Refuses: KeyAccountInvalid."""
    told = login.strip().casefold()
    if told not in people.names_by_login([told]):
        cause = _("There is nobody with the login %(login)s.") % {"login": login}
        raise KeyAccountInvalid(cause=cause, field=field)
    return told


def check_code(field: str, found: Any) -> Any:
    """What a code named. Refuses: KeyAccountInvalid where it named nothing."""
    if found is None:
        raise KeyAccountInvalid(cause=_("The rules do not know this choice."), field=field)
    return found


def unit_id(field: str, code: str) -> int:
    """The key of a unit. Refuses: KeyAccountInvalid where there is none."""
    found = people.units_by_code().get(code)
    if found is None:
        raise KeyAccountInvalid(cause=_("There is no unit %(code)s.") % {"code": code}, field=field)
    return found
