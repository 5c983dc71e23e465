"""Questions to this room: what is due, reports owed, breaches and fines, figures of departments."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import month_of
from xinheng.facts.archive import queries as archive
from xinheng.facts.archive import services as archiving
from xinheng.facts.archive.values import Attached, Content
from xinheng.operations.duties import policy, selecting
from xinheng.operations.duties.breaching import lines_of, scheme_of
from xinheng.operations.duties.calendar_file import calendar_file
from xinheng.operations.duties.deciding import appeal_until
from xinheng.operations.duties.documents import DutyLists, Fines, Reports
from xinheng.operations.duties.feeding import reader_of
from xinheng.operations.duties.figures import (
    month_sheet,
    rates,
    responsibilities,
    scope_words,
    trend,
)
from xinheng.operations.duties.gathering import chosen, dues, gather
from xinheng.operations.duties.handing_in import subject_of
from xinheng.operations.duties.kinds import KINDS, ROOMS, kind_word, room_word
from xinheng.operations.duties.models import Feed, Incident, Submission, Task
from xinheng.operations.duties.obligations import duty_lines, lists_without_unit, obligations, worded
from xinheng.operations.duties.rules import period_of, reckon, repeat_days
from xinheng.operations.duties.selecting import (
    get_incident,
    get_submission,
    get_task,
    reporters,
    submissions,
    tasks,
)
from xinheng.operations.duties.values import SORTS, FinesWanted

__all__ = [
    "KINDS",
    "ROOMS",
    "appeal_until",
    "calendar_file",
    "calendars",
    "chosen",
    "dues",
    "duty_lines",
    "feeds",
    "fines",
    "gather",
    "get_incident",
    "get_submission",
    "get_task",
    "kind_word",
    "lines_of",
    "lists",
    "lists_without_unit",
    "month_sheet",
    "obligations",
    "papers",
    "period_of",
    "rates",
    "read_paper",
    "reader_of",
    "reckon",
    "repeat_days",
    "repeats_of",
    "reporters",
    "responsibilities",
    "room_word",
    "scheme",
    "scheme_of",
    "schemes",
    "scope_words",
    "standing_tasks",
    "submissions",
    "tasks",
    "trend",
    "worded",
]


def schemes(on: date) -> dict[str, Fines]:
    """The schemes of fines of a day, by code."""
    return policy.schemes(on)


def scheme(code: str, *, on: date) -> Fines:
    """One scheme of fines. Refuses: DutyDocumentUnknown."""
    return policy.scheme(code, on)


def calendars(on: date) -> dict[str, Reports]:
    """The calendars of reports of a day, by code."""
    return policy.calendars(on)


def lists(on: date) -> dict[str, DutyLists]:
    """The lists of standing duties of a day, by code."""
    return policy.lists(on)


def fines(actor: Actor, wanted: FinesWanted) -> QuerySet[Incident]:
    """The breaches within reach that pass the filters. Refuses: AccessDenied."""
    rows = selecting.incidents(actor)
    for field in ("pack", "state", "person"):
        if told := getattr(wanted, field):
            rows = rows.filter(**{field: told})
    if wanted.month:
        month = month_of(wanted.month)
        rows = rows.filter(happened_on__range=(month.first, month.last))
    rows = selecting.of_text(rows, wanted.text.strip(), "what", "cause", "person", "unit__name")
    column = SORTS.get(wanted.sort.removeprefix("-"), "happened_on")
    return rows.order_by(f"-{column}" if wanted.sort.startswith("-") else column, "-pk")


def repeats_of(incident: Incident) -> QuerySet[Incident]:
    """The fines that a standing defect led to again."""
    return Incident.objects.filter(repeats=incident).order_by("happened_on")


def standing_tasks(actor: Actor, *, on: date) -> QuerySet[Task]:
    """The open tasks within reach that are past their day. Refuses: AccessDenied."""
    return selecting.tasks(actor).filter(state="open", due_on__lt=on)


def feeds(actor: Actor) -> QuerySet[Feed]:
    """The calendars the actor subscribed to and did not end. Refuses: AccessDenied."""
    access.require(actor, "duties.read")
    return Feed.objects.filter(person_id=actor.person_id or 0, revoked_on__isnull=True)


def papers(submission: Submission) -> list[Attached]:
    """The files of a report. Not narrowed: for callers that asked for the report."""
    return archive.beside([subject_of(submission)])


def read_paper(*, actor: Actor, on: date, submission_id: int, attachment_id: int) -> Content:
    """A file of a report within reach, proven by its hash.

    Refuses: AccessDenied, SubmissionUnknown, AttachmentUnknown.
    """
    found = selecting.get_submission(actor, submission_id)
    return archiving.read(actor=actor, on=on, attachment_id=attachment_id, subject=subject_of(found))
