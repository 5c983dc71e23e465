"""Which rows of the room somebody sees, and one of them."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.operations.care.errors import CareUnknown
from xinheng.operations.care.models import (
    Controlled,
    Copy,
    Departure,
    Entry,
    Evaluation,
    Handed,
    Matter,
    Opinion,
    Standing,
    Visit,
)
from xinheng.operations.care.values import Wanted

Row = TypeVar("Row", bound=Model)


def entries(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Entry]:
    """The register: lines of customers within reach, and those of nobody known. Refuses: AccessDenied."""
    rows = _seen(Entry.objects.all(), actor, on=on, or_none=True)
    if wanted.state == "holding":
        rows = rows.filter(customer__isnull=True)
    if wanted.state == "late":
        rows = rows.filter(told_on__gt=F("due_on"))
    if text := wanted.text.strip():
        rows = rows.filter(
            Q(party__contains=text) | Q(about__contains=text, is_confidential=False) | Q(no__istartswith=text)
            | Q(sender__contains=text) | Q(receiver__contains=text)
        )  # fmt: skip
    return _of(rows, wanted).select_related("customer")


def entry(actor: Actor, no: str, *, on: date) -> Entry:
    """One line of the register. Refuses: AccessDenied, CareUnknown."""
    return _one(entries(actor, Wanted(), on=on).filter(no=no), _("line of the register"), no)


def visits(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Visit]:
    """Meetings with customers within reach. Refuses: AccessDenied."""
    rows = _seen(Visit.objects.all(), actor, on=on)
    if wanted.state == "open":
        rows = rows.filter(recorded_on__isnull=True, called_off_why="")
    if wanted.state == "late":
        rows = rows.filter(recorded_on__isnull=True, called_off_why="", record_due_on__lt=on)
    if wanted.state == "closed":
        rows = rows.filter(recorded_on__isnull=False)
    if wanted.kind:
        rows = rows.filter(occasion=wanted.kind)
    if text := wanted.text.strip():
        rows = rows.filter(_named(text) | Q(purpose__contains=text) | Q(owner=text))
    return _customer(rows, wanted).select_related("customer")


def visit(actor: Actor, visit_id: int, *, on: date) -> Visit:
    """One meeting. Refuses: AccessDenied, CareUnknown."""
    return _one(visits(actor, Wanted(), on=on).filter(pk=visit_id), _("visit to a customer"), visit_id)


def matters(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Matter]:
    """Matters of customers within reach. Refuses: AccessDenied."""
    rows = _seen(Matter.objects.all(), actor, on=on)
    if wanted.state == "open":
        rows = rows.filter(closed_on__isnull=True)
    if wanted.state == "closed":
        rows = rows.filter(closed_on__isnull=False)
    if wanted.state == "late":
        rows = rows.filter(closed_on__isnull=True, due_on__lt=on)
    if text := wanted.text.strip():
        said = Q(what__contains=text, is_confidential=False) | Q(place__contains=text)
        rows = rows.filter(_named(text) | said | Q(no__istartswith=text))
    return _of(rows, wanted).select_related("customer")


def matter(actor: Actor, no: str, *, on: date) -> Matter:
    """One matter. Refuses: AccessDenied, CareUnknown."""
    return _one(matters(actor, Wanted(), on=on).filter(no=no), _("matter"), no)


def standings(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Standing]:
    """How customers within reach are to be received now. Refuses: AccessDenied."""
    rows = _seen(Standing.objects.filter(until_on__isnull=True), actor, on=on)
    if wanted.kind:
        rows = rows.filter(Q(level=wanted.kind) | Q(stage=wanted.kind))
    if text := wanted.text.strip():
        rows = rows.filter(_named(text))
    return _customer(rows, wanted).select_related("customer").order_by("customer__no")


def standing_of(customer: Any) -> Standing | None:
    """How a customer is received now; for callers that see the customer."""
    return Standing.objects.filter(customer=customer, until_on__isnull=True).first()


def history_of(customer: Any) -> QuerySet[Standing]:
    """Every standing of a customer, the newest first; for callers that see the customer."""
    return Standing.objects.filter(customer=customer).order_by("-from_on", "-pk")


def opinions(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Opinion]:
    """What customers within reach said of us. Refuses: AccessDenied."""
    rows = _seen(Opinion.objects.all(), actor, on=on)
    if text := wanted.text.strip():
        rows = rows.filter(_named(text) | Q(words__contains=text))
    return _customer(rows, wanted).select_related("customer")


def evaluations(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Evaluation]:
    """Evaluations of the files of customers within reach. Refuses: AccessDenied."""
    rows = _seen(Evaluation.objects.all(), actor, on=on)
    if text := wanted.text.strip():
        rows = rows.filter(_named(text) | Q(finding__contains=text))
    return _customer(rows, wanted).select_related("customer")


def departures(actor: Actor, *, is_open: bool | None = None) -> QuerySet[Departure]:
    """Leavings: all of them, or those one has a part in. Refuses: AccessDenied."""
    require(actor, "care.read", "departures")
    rows = Departure.objects.all()
    if actor.scope.reach != "everything":
        me = actor.login
        rows = rows.filter(Q(login=me) | Q(successor=me) | Q(receiver=me) | Q(begun_by=me))
    return rows if is_open is None else rows.filter(done_on__isnull=is_open)


def departure(actor: Actor, departure_id: int) -> Departure:
    """One leaving. Refuses: AccessDenied, CareUnknown."""
    return _one(departures(actor).filter(pk=departure_id), _("departure"), departure_id)


def handed_by(departure: Departure) -> QuerySet[Handed]:
    """The list of a leaver; for callers that see the departure."""
    return Handed.objects.filter(departure=departure)


def handed(item_id: int) -> Handed:
    """One item of a leaver's list. Refuses: CareUnknown."""
    return _one(Handed.objects.filter(pk=item_id), _("item"), item_id)


def documents(actor: Actor) -> QuerySet[Controlled]:
    """Controlled documents. Refuses: AccessDenied."""
    require(actor, "care.read", "controlled")
    return Controlled.objects.all()


def controlled(document_id: int) -> Controlled:
    """One controlled document. Refuses: CareUnknown."""
    return _one(Controlled.objects.filter(pk=document_id), _("controlled document"), document_id)


def copies(actor: Actor, *, deviations: bool = False) -> QuerySet[Copy]:
    """Copies given of controlled documents, on request only those to others than the list names."""
    require(actor, "care.read", "controlled")
    rows = Copy.objects.select_related("document")
    return rows.filter(is_listed=False) if deviations else rows


def _seen(rows: QuerySet[Row], actor: Actor, *, on: date, or_none: bool = False) -> QuerySet[Row]:
    require(actor, "care.read")
    if actor.scope.reach == "everything":
        return rows
    reached = Q(customer__in=customers.visible(actor, on=on).values("pk"))
    return rows.filter(reached | Q(customer__isnull=True) if or_none else reached)


def _of(rows: QuerySet[Row], wanted: Wanted) -> QuerySet[Row]:
    return _customer(rows.filter(kind=wanted.kind) if wanted.kind else rows, wanted)


def _customer(rows: QuerySet[Row], wanted: Wanted) -> QuerySet[Row]:
    return rows.filter(customer__no=wanted.customer_no) if wanted.customer_no else rows


def _named(text: str) -> Q:
    return Q(customer__no__istartswith=text) | Q(customer__name__contains=text)


def _one(rows: QuerySet[Row], what: str, no: object) -> Row:
    if (found := rows.first()) is None:
        raise CareUnknown(what=what, no=no)
    return found
