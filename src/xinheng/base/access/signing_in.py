"""The door: how a login is read, and how it is opened again after too many wrong passwords."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from ipaddress import ip_address
from typing import Any

from axes.utils import reset
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from xinheng.base.access.acting import require
from xinheng.base.access.assignments import reached_person
from xinheng.base.access.rules import normal_login
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor


def login_typed(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """The login of an attempt, as it is kept, so that other ways of writing it are counted with it."""
    typed = (credentials or {}).get("username") or (request.POST.get("username") if request else "")
    return normal_login(str(typed or ""))[:150]


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind the TLS proxy, what the proxy added last to X-Forwarded-For.

    What stands before it anybody can write.
    """
    direct = str(request.META.get("REMOTE_ADDR") or "")
    told = str(request.META.get("HTTP_X_FORWARDED_FOR") or "").rpartition(",")[2].strip()
    try:
        return str(ip_address(told)) if settings.SECURE else direct
    except ValueError:
        return direct


@transaction.atomic
def unlock(*, actor: Actor, on: date, login: str) -> int:
    """Forget a person's failed attempts, so that they may try again at once; gives how many there were.

    Refuses: AccessDenied, PersonUnknown.
    """
    require(actor, "people.write", f"person:{login}")
    person = reached_person(actor, login)
    attempts: int = reset(username=person.login)
    record(
        actor=actor,
        act="people.unlock",
        subject=f"person:{person.login}",
        on=on,
        before={"failed_attempts": attempts},
    )
    return attempts
