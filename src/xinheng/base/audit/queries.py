"""Questions to the trail. Who asks must hold "audit.read": the caller requires it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Unpack

from django.db import connection
from django.db.models import Count, Q, QuerySet

from xinheng.base.audit.models import Entry
from xinheng.base.audit.values import Search

# leaps along the index, where a distinct would read a million entries
ACTS = """WITH RECURSIVE found(act) AS (
    SELECT MIN(act) FROM audit_entry
    UNION ALL SELECT (SELECT MIN(act) FROM audit_entry WHERE act > found.act) FROM found WHERE act IS NOT NULL
) SELECT act FROM found WHERE act IS NOT NULL"""


def search(**wanted: Unpack[Search]) -> QuerySet[Entry]:
    """The entries that fit everything asked (see `Search`), the newest first."""
    found = Entry.objects.order_by("-id")
    for name, column in (("login", "actor_login"), ("outcome", "outcome")):
        if value := wanted.get(name):
            found = found.filter(**{column: value})
    if act := wanted.get("act"):
        found = found.filter(_begins("act", act, "."))
    if subject := wanted.get("subject"):
        found = found.filter(_begins("subject", subject, ":"))
    if from_on := wanted.get("from_on"):
        found = found.filter(business_day__gte=from_on)
    if until_on := wanted.get("until_on"):
        found = found.filter(business_day__lte=until_on)
    if text := (wanted.get("text") or "").strip():
        columns = ("reason", "subject", "actor_name", "before", "after")
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": text})
        found = found.filter(anywhere)
    return found


def was_noted(*, act: str, subject: str, since: datetime) -> bool:
    """Whether a refusal of this act on this subject was written since an instant."""
    noted = Entry.objects.filter(subject=subject, act=act, outcome="refused", at__gte=since)
    return noted.exists()


def subjects_seen(*, acts: Collection[str], on: date, over: int) -> list[tuple[str, int]]:
    """Who did some acts on more than `over` different subjects on a business day: login and how many."""
    rows = Entry.objects.filter(act__in=acts, business_day=on, outcome="done").order_by()
    seen = rows.values("actor_login").annotate(subjects=Count("subject", distinct=True))
    return list(seen.filter(subjects__gt=over).order_by("actor_login").values_list("actor_login", "subjects"))


def looks_at(*, acts: Collection[str], subjects: Collection[str]) -> QuerySet[Entry]:
    """Who did some acts on some subjects, the newest first: what is told to the person they are about."""
    found = Entry.objects.filter(subject__in=subjects, act__in=acts, outcome="done")
    return found.order_by("-id")


def acts() -> list[str]:
    """Every act that stands on the trail, to choose from."""
    with connection.cursor() as cursor:
        cursor.execute(ACTS)
        return [row[0] for row in cursor.fetchall()]


def _begins(column: str, asked: str, sign: str) -> Q:
    if asked.endswith(("*", sign)):
        return Q(**{f"{column}__startswith": asked.rstrip("*")})
    return Q(**{column: asked})
