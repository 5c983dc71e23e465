"""What an actor reaches of this room, and units by their codes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.operations.duties.errors import (
    DutyInvalid,
    DutyUnitUnknown,
    IncidentUnknown,
    SubmissionUnknown,
    TaskUnknown,
)
from xinheng.operations.duties.models import Incident, Reporter, Submission, Task


def within(actor: Actor, *own: str) -> Q:
    """Rows of the units an actor reaches, and those in which one of the fields names the actor."""
    if actor.scope.reach == "everything":
        return Q()
    reached = Q(pk__in=[])
    if actor.scope.reach == "unit":
        for path in actor.scope.unit_paths:
            reached |= Q(unit__path__startswith=path)
    for field in own:
        reached |= Q(**{field: actor.login})
    return reached


def tasks(actor: Actor) -> QuerySet[Task]:
    """The tasks within reach: of one's units, one's own, and those one ordered. Refuses: AccessDenied."""
    access.require(actor, "duties.read")
    return Task.objects.filter(within(actor, "owner", "ordered_by")).select_related("unit")


def get_task(actor: Actor, task_id: int, *, lock: bool = False) -> Task:
    """One task within reach. Refuses: AccessDenied, TaskUnknown."""
    rows = tasks(actor).filter(pk=task_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise TaskUnknown(task=task_id)
    return found


def incidents(actor: Actor) -> QuerySet[Incident]:
    """The breaches within reach: of one's units, on oneself, proposed by oneself. Refuses: AccessDenied."""
    access.require(actor, "duties.read")
    return Incident.objects.filter(within(actor, "person", "proposed_by")).select_related("unit")


def get_incident(actor: Actor, incident_id: int, *, lock: bool = False) -> Incident:
    """One breach within reach. Refuses: AccessDenied, IncidentUnknown."""
    rows = incidents(actor).filter(pk=incident_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise IncidentUnknown(incident=incident_id)
    return found


def reporters(actor: Actor, *, on: date) -> QuerySet[Reporter]:
    """What units within reach are, of calendars and lists, on a day. Refuses: AccessDenied."""
    access.require(actor, "duties.read")
    rows = Reporter.objects.filter(within(actor, "owner"), from_on__lte=on).select_related("unit")
    return rows.filter(Q(until_on__isnull=True) | Q(until_on__gt=on))


def bears(unit_code: str, pack: str, *, on: date) -> bool:
    """Whether a unit has any of the types of a calendar or list on a day."""
    rows = Reporter.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on), pack=pack, from_on__lte=on)
    return rows.filter(unit__code=unit_code.strip()).exists()


def submissions(actor: Actor) -> QuerySet[Submission]:
    """The reports handed in by units within reach, or by oneself. Refuses: AccessDenied."""
    access.require(actor, "duties.read")
    return Submission.objects.filter(within(actor, "handed_in_by")).select_related("unit")


def get_submission(actor: Actor, submission_id: int, *, lock: bool = False) -> Submission:
    """One report that was handed in. Refuses: AccessDenied, SubmissionUnknown."""
    rows = submissions(actor).filter(pk=submission_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise SubmissionUnknown(submission=submission_id)
    return found


def unit_id(code: str) -> int:
    """The unit of a code; the organisation is no secret. Refuses: DutyUnitUnknown."""
    found = people.units_by_code().get(code.strip())
    if found is None:
        raise DutyUnitUnknown(unit=code[:40])
    return found


def login_of(text: str, field: str, *, required: bool = False) -> str:
    """A login that somebody has; blank where none is told and none is needed. Refuses: DutyInvalid."""
    login = text.strip().lower()
    if not login and not required:
        return ""
    if login not in people.people_by_login():
        raise DutyInvalid(field=field, cause=_("There is no person with this login."))
    return login


def needed(text: str, field: str, longest: int) -> str:
    """A text that may not be empty, nor too long. Refuses: DutyInvalid."""
    told = text.strip()
    if not told or len(told) > longest:
        cause = _("Write something, in up to %(most)s signs.") % {"most": longest}
        raise DutyInvalid(field=field, cause=cause)
    return told


def of_text(rows: QuerySet[Any], text: str, *fields: str) -> QuerySet[Any]:
    """The rows of which one of the fields has the text in it."""
    if not text:
        return rows
    found = Q(pk__in=[])
    for field in fields:
        found |= Q(**{f"{field}__icontains": text})
    return rows.filter(found)
