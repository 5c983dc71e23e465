"""Which hand-overs, slips and loans somebody sees, and one of them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.custody import errors
from xinheng.facts.custody.models import Handover
from xinheng.facts.custody.values import HANDOVER_STATES, WantedHandovers
from xinheng.facts.dossiers import queries as dossiers

SORTS = {
    "due": "due_on", "started": "started_on", "scheme": "scheme", "subject": "subject", "state": "state",
    "accepted": "accepted_on",
}  # fmt: skip


def handovers_seen(actor: Actor, *, on: date) -> QuerySet[Handover]:
    """The hand-overs from or to the units one reaches, and one's own.

    What is about a dossier out of reach or clearance does not exist; who is to hand it over sees it all the
    same where the clearance covers it.
    """
    require(actor, "custody.borrow" if not actor.may("custody.read") else "custody.read")
    rows = Handover.objects.select_related("from_unit", "to_unit", "dossier")
    if actor.scope.reach == "everything":
        near = Q()
    else:
        near = Q(owner=actor.login) | Q(told_by=actor.login)
        for path in actor.scope.unit_paths:
            near |= Q(from_unit__path__startswith=path) | Q(to_unit__path__startswith=path)
    seen = dossiers.dossiers_visible(actor, on).order_by().values("pk")
    cleared = Q(owner=actor.login, dossier__secrecy__in=secrecy.visible_grades(actor, on))
    return rows.filter(near).filter(Q(dossier__isnull=True) | Q(dossier__in=seen) | cleared)


def handovers(actor: Actor, on: date, wanted: WantedHandovers) -> QuerySet[Handover]:
    """The hand-overs within reach that pass the filters."""
    rows = handovers_seen(actor, on=on)
    if wanted.state in HANDOVER_STATES:
        rows = rows.filter(state=wanted.state)
    if wanted.scheme:
        rows = rows.filter(scheme=wanted.scheme)
    if wanted.unit:
        rows = rows.filter(from_unit=wanted.unit)
    if wanted.late:
        rows = rows.filter(late_on(on))
    if wanted.since:
        rows = rows.filter(due_on__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(due_on__lte=wanted.until)
    if text := wanted.text.strip():
        rows = rows.filter(
            Q(subject__icontains=text) | Q(dossier__no__istartswith=text) | Q(dossier__title__icontains=text)
        )
    key = SORTS.get(wanted.sort.removeprefix("-"), "due_on")
    return rows.order_by(f"-{key}" if wanted.sort.startswith("-") else key, "-pk")


def late_on(on: date) -> Q:
    """What waits past its day: not accepted, or accepted and not verified in time."""
    waiting = Q(state__in=("open", "returned"), due_on__lt=on)
    return waiting | Q(state="received", verified_on__isnull=True, verify_by__lt=on)


def handover(actor: Actor, handover_id: int, *, on: date) -> Handover:
    """One hand-over. Refuses: AccessDenied, HandoverUnknown."""
    found = handovers_seen(actor, on=on).filter(pk=handover_id).first()
    if found is None:
        raise errors.HandoverUnknown(handover=handover_id)
    return found


def locked_handover(actor: Actor, handover_id: int, *, on: date) -> Handover:
    """One hand-over within reach, locked until the transaction ends. Refuses: HandoverUnknown."""
    handover(actor, handover_id, on=on)
    rows = Handover.objects.select_for_update(of=("self",)).select_related("from_unit", "to_unit", "dossier")
    return rows.get(pk=handover_id)
