"""Which persons somebody reaches, and the rows that belong to them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.privacy import errors
from xinheng.facts.privacy.models import (
    Agreement,
    Erasure,
    Extract,
    Measure,
    Partner,
    PersonRequest,
    PersonSubject,
    ReadingAlert,
    SafetyCheck,
    Sharing,
    Training,
)
from xinheng.facts.privacy.values import SORTS, Wanted

FIELDS = {"no": "no", "visit": "last_visit_on", "told": "told_on", "role": "role"}


def persons(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[PersonSubject]:
    """The persons within reach that pass the filters: of customers one reaches, and those of no customer.

    A name is searched for exactly as it begins, among those in use only. Refuses: AccessDenied.
    """
    rows = within_reach(actor, on=on)
    for field in ("scheme", "role", "state"):
        if told := getattr(wanted, field):
            rows = rows.filter(**{field: told})
    if text := wanted.text.strip():
        named = Q(name__startswith=text, state="kept") | Q(no__istartswith=text)
        rows = rows.filter(named | Q(customer__no__istartswith=text))
    key = wanted.sort.removeprefix("-")
    column = F(FIELDS[key if key in SORTS else "no"])
    place = column.desc() if wanted.sort.startswith("-") else column.asc()
    return rows.select_related("customer").order_by(place, "pk")


def within_reach(actor: Actor, *, on: date) -> QuerySet[PersonSubject]:
    """The persons an actor reaches on a day. Refuses: AccessDenied."""
    require(actor, "privacy.read")
    if actor.scope.reach == "everything":
        return PersonSubject.objects.all()
    seen = customers.visible(actor, on=on).order_by().values("pk")
    return PersonSubject.objects.filter(Q(customer__isnull=True) | Q(customer__in=seen))


def get_person(actor: Actor, person_no: str, *, on: date) -> PersonSubject:
    """One person within reach. Refuses: AccessDenied, PersonUnknown."""
    found = within_reach(actor, on=on).select_related("customer").filter(no=person_no).first()
    if found is None:
        raise errors.PersonUnknown(person=person_no[:20])
    return found


def by_subject(subject: str) -> PersonSubject:
    """The person of a subject as the trail has it ("individual:P-000012"), for rooms above.

    Refuses: PersonUnknown.
    """
    found = PersonSubject.objects.filter(no=subject.removeprefix("individual:")).first()
    if found is None:
        raise errors.PersonUnknown(person=subject[:40])
    return found


def subject_of(person: PersonSubject) -> str:
    """What the trail calls a person."""
    return f"individual:{person.no}"


def agreements(actor: Actor, *, on: date, purpose: str = "", running: bool = False) -> QuerySet[Agreement]:
    """The ledger of consents within reach, the newest first."""
    rows = Agreement.objects.filter(person__in=within_reach(actor, on=on)).select_related("person")
    if purpose:
        rows = rows.filter(purpose=purpose)
    if running:
        ahead = Q(until_on__isnull=True) | Q(until_on__gte=on)
        rows = rows.filter(ahead).filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on))
    return rows


def requests(actor: Actor, *, on: date, state: str = "", late: bool = False) -> QuerySet[PersonRequest]:
    """Requests of persons within reach, those due first."""
    rows = PersonRequest.objects.filter(person__in=within_reach(actor, on=on)).select_related("person")
    if state:
        rows = rows.filter(state=state)
    return rows.filter(state="open", due_on__lt=on) if late else rows


def erasures(actor: Actor, *, on: date, state: str = "") -> QuerySet[Erasure]:
    """Erasures of persons within reach, the newest first."""
    rows = Erasure.objects.filter(person__in=within_reach(actor, on=on)).select_related("person")
    return rows.filter(state=state) if state else rows


def partners(actor: Actor, *, on: date, running: bool = False) -> QuerySet[Partner]:
    """The partners with their agreements. Refuses: AccessDenied."""
    require(actor, "privacy.read")
    rows = Partner.objects.all()
    if running:
        rows = rows.filter(from_on__lte=on, until_on__gte=on).filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=on)
        )
    return rows


def sharings(actor: Actor, *, on: date) -> QuerySet[Sharing]:
    """The log of sharing, of persons within reach."""
    rows = Sharing.objects.filter(person__in=within_reach(actor, on=on))
    return rows.select_related("person", "partner")


def extracts(actor: Actor, *, state: str = "") -> QuerySet[Extract]:
    """The requests from outside. Refuses: AccessDenied."""
    require(actor, "privacy.read")
    rows = Extract.objects.all()
    return rows.filter(state=state) if state else rows


def trainings(actor: Actor, *, login: str = "") -> QuerySet[Training]:
    """Who was trained when. Refuses: AccessDenied."""
    require(actor, "privacy.read")
    rows = Training.objects.all()
    return rows.filter(login=login) if login else rows


def checks(actor: Actor) -> QuerySet[SafetyCheck]:
    """The checks that were done, the newest first. Refuses: AccessDenied."""
    require(actor, "privacy.read")
    return SafetyCheck.objects.all()


def measures(actor: Actor, *, is_open: bool = False) -> QuerySet[Measure]:
    """What is done about points that failed. Refuses: AccessDenied."""
    require(actor, "privacy.read")
    rows = Measure.objects.select_related("check_of")
    return rows.filter(done_on__isnull=True) if is_open else rows


def alerts(actor: Actor, *, is_open: bool = False) -> QuerySet[ReadingAlert]:
    """Alerts about reading in bulk, the newest first. Refuses: AccessDenied."""
    require(actor, "privacy.read")
    rows = ReadingAlert.objects.all()
    return rows.filter(seen_on__isnull=True) if is_open else rows


def one_of(rows: QuerySet[Any], number: int) -> Any:
    """One row of a list within reach. Refuses: EntryUnknown."""
    found = rows.filter(pk=number).first()
    if found is None:
        raise errors.EntryUnknown(entry=number)
    return found
