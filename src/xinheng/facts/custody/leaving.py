"""Somebody leaves: what they hold is handed over first, and nothing of it may be open (INF-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.custody import errors
from xinheng.facts.custody.consulting import grants_in_force
from xinheng.facts.custody.handing import expect_handover
from xinheng.facts.custody.models import Archivist, Grant, Handover, Leaving, Loan
from xinheng.facts.dossiers import queries as dossiers


@dataclass(frozen=True)
class OpenItem:
    """One thing a leaver has not handed over: loan, handover, dossier, grant, archivist; and which."""

    kind: str
    what: str


@transaction.atomic
def begin_leaving(*, actor: Actor, on: date, login: str, to: str, last_day: date) -> Leaving:
    """Note that somebody leaves and to whom everything goes; a hand-over with both signatures is expected.

    Refuses: AccessDenied, PersonUnknown, CustodyInvalid.
    """
    require(actor, "custody.write", f"person:{login}")
    leaver, taker = people.person_by_login(login), people.person_by_login(to)
    if leaver.pk == taker.pk or last_day < on:
        cause = _("Another person takes over, and the last day is not past.")
        raise errors.CustodyInvalid(cause=cause, field="to")
    units = {}
    for name, person in (("from_unit", leaver), ("to_unit", taker)):
        held = people.assignments(system_actor(), on=on).filter(person=person).first()
        if held is None:
            raise errors.CustodyInvalid(
                cause=_("%(name)s is of no unit.") % {"name": person.name}, field="to"
            )
        units[name] = held.unit
    told = {"last_day": last_day, "told_by": actor.login, "told_on": on}
    try:
        with transaction.atomic():
            kept = Leaving.objects.create(login=leaver.login, to=taker.login, **told)
    except IntegrityError as error:
        raise errors.CustodyInvalid(cause=_("The leaving of this person is open."), field="login") from error
    expect_handover(
        actor, on, "leaving", f"person:{leaver.login}", started_on=on, owner=leaver.login, **units
    )
    after = {"leaving": kept.pk, "to": taker.login, "last_day": last_day}
    record(actor=actor, act="custody.begin_leaving", subject=f"person:{leaver.login}", on=on, after=after)
    return kept


def open_items(login: str, on: date) -> list[OpenItem]:
    """What somebody still holds: papers out, hand-overs to make, dossiers kept, grants, an archive."""
    loans = Loan.objects.filter(holder=login, returned_at__isnull=True).values_list("paper__label", flat=True)
    waiting = Handover.objects.filter(owner=login).exclude(state__in=("done", "cancelled"))
    kept = dossiers.dossiers_visible(system_actor(), on).filter(custodian=login, closed_on__isnull=True)
    grants = Grant.objects.filter(grants_in_force(on), login=login)
    keeps = Archivist.objects.filter(login=login, state="appointed").values_list("unit__name", flat=True)
    return [
        *(OpenItem("loan", label) for label in loans),
        *(OpenItem("handover", f"{one.scheme} {one.subject}") for one in waiting),
        *(OpenItem("dossier", no) for no in kept.order_by("no").values_list("no", flat=True)),
        *(OpenItem("grant", str(one.pk)) for one in grants),
        *(OpenItem("archivist", name) for name in keeps),
    ]


@transaction.atomic
def finish_leaving(*, actor: Actor, on: date, leaving_id: int) -> Leaving:
    """Let somebody go: everything was handed over. Refuses: AccessDenied, CustodyInvalid, LeavingBlocked."""
    require(actor, "custody.write", f"leaving:{leaving_id}")
    kept = Leaving.objects.select_for_update().filter(pk=leaving_id, finished_on__isnull=True).first()
    if kept is None:
        raise errors.CustodyInvalid(cause=_("It is done, or there is none such."), field="leaving")
    if left := open_items(kept.login, on):
        named = ", ".join(one.what for one in left[:5])
        raise errors.LeavingBlocked(login=kept.login, open=named)
    kept.finished_on, kept.finished_by = on, actor.login
    kept.save()
    subject, after = f"person:{kept.login}", {"leaving": kept.pk}
    record(actor=actor, act="custody.finish_leaving", subject=subject, on=on, after=after)
    return kept
