"""Questions about grades: which there are, how they are called, who is cleared, what was changed."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy.marking import masked_fields
from xinheng.base.secrecy.models import NeedToKnow, Regrading
from xinheng.base.secrecy.naming import named
from xinheng.base.secrecy.scheme import in_force
from xinheng.base.secrecy.seeing import visible_grades
from xinheng.base.secrecy.values import Grade, Scheme

STATES = ("open", "approved", "rejected", "withdrawn")
__all__ = [
    "STATES",
    "cleared_roles",
    "grade_names",
    "grades",
    "in_force",
    "masked_fields",
    "named_people",
    "regradings",
    "scheme_of",
]


def grades(on: date) -> tuple[Grade, ...]:
    """The grades of a day, the lowest first."""
    return in_force(on).grades


def grade_names(on: date) -> dict[str, str]:
    """The grades of a day by code, the lowest first, in the reader's language."""
    return {one.code: one.words for one in grades(on)}


def scheme_of(on: date) -> Scheme:
    """The whole document of the day."""
    return in_force(on)


def cleared_roles(on: date) -> dict[str, list[str]]:
    """The roles cleared up to each grade, by the grade's code, in the reader's language."""
    names, scheme = people.role_names(), in_force(on)
    found: dict[str, list[str]] = {code: [] for code in scheme.codes}
    for role, grade in scheme.clearance.items():
        found[grade].append(names.get(role, role))
    return found


def named_people(actor: Actor, *, on: date) -> QuerySet[NeedToKnow]:
    """Who stands on the lists of who needs to know. Refuses: AccessDenied."""
    access.require(actor, "secrecy.write", "secrecy")
    return named(on)


def regradings(actor: Actor, *, on: date, state: str = "", text: str = "") -> QuerySet[Regrading]:
    """Changes of grades the actor proposed, or all for who sets grades; none above the clearance.

    Refuses: AccessDenied.
    """
    access.require(actor, "dossiers.read", "secrecy")
    seen = visible_grades(actor, on)
    rows = Regrading.objects.filter(from_grade__in=seen, to_grade__in=seen)
    if not (actor.may("secrecy.write") or actor.may("approvals.read")):
        rows = rows.filter(proposed_by=actor.login)
    if state in STATES:
        rows = rows.filter(state=state)
    if text := text.strip():
        rows = rows.filter(Q(title__icontains=text) | Q(subject__icontains=text))
    return rows
