"""Which cases somebody reaches, and what stands in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as archive
from xinheng.facts.archive.values import Attached
from xinheng.facts.metering import queries as metering
from xinheng.operations.inspections.errors import CaseUnknown, OutOfTurn
from xinheng.operations.inspections.models import (
    Appeal,
    Assignee,
    Case,
    Exhibit,
    Finding,
    Inspector,
    Signature,
    Visit,
)
from xinheng.operations.inspections.values import OPEN_STATES, Wanted
from xinheng.operations.inspections.wording import STATE_WORDS


def cases(actor: Actor, wanted: Wanted | None = None) -> QuerySet[Case]:
    """Cases within reach, the weightiest first; a day's route goes by area. Refuses: AccessDenied."""
    require(actor, "inspections.read")
    asked = wanted or Wanted()
    rows = _reached(actor, Case.objects.select_related("consumer__customer"))
    if asked.state == "work":
        rows = rows.filter(state__in=OPEN_STATES)
    elif asked.state:
        rows = rows.filter(state=asked.state)
    if asked.level:
        rows = rows.filter(level=asked.level)
    if asked.area:
        rows = rows.filter(area=asked.area)
    if asked.kind:
        rows = rows.filter(Exists(Finding.objects.filter(case=OuterRef("pk"), kind=asked.kind)))
    if asked.inspector:
        rows = rows.filter(Exists(Assignee.objects.filter(case=OuterRef("pk"), login=asked.inspector)))
    if text := asked.text.strip():
        named = Q(consumer__consumer_no__istartswith=text) | Q(consumer__name__contains=text)
        rows = rows.filter(named | Q(no__istartswith=text))
    if asked.planned_on:
        return rows.filter(planned_on=asked.planned_on).order_by("area", "-priority_minor", "no")
    return rows


def case(actor: Actor, no: str) -> Case:
    """One case within reach. Refuses: AccessDenied, CaseUnknown."""
    found = cases(actor).filter(no=no).first()
    if found is None:
        raise CaseUnknown(no=no[:20])
    return found


def case_in_state(actor: Actor, no: str, *states: str) -> Case:
    """One case within reach, locked, that has come so far. Refuses: AccessDenied, CaseUnknown, OutOfTurn."""
    key = case(actor, no).pk
    found = Case.objects.select_for_update(of=("self",)).select_related("consumer__customer").get(pk=key)
    if found.state not in states:
        raise OutOfTurn(no=found.no, state=STATE_WORDS[found.state])
    return found


def finding_of(found: Case) -> Finding | None:
    """What an inspection found; None: nothing told yet."""
    return Finding.objects.filter(case=found).first()


def appeal_of(found: Case) -> Appeal | None:
    """What the consumer contests of the finding."""
    return Appeal.objects.filter(finding__case=found).first()


def visits_of(found: Case) -> QuerySet[Visit]:
    """The visits, the first one first."""
    return Visit.objects.filter(case=found)


def exhibits_of(found: Case) -> QuerySet[Exhibit]:
    """The evidence, in the order it was told."""
    return Exhibit.objects.filter(case=found)


def signatures_of(found: Case) -> QuerySet[Signature]:
    """Who signed, and who would not."""
    return Signature.objects.filter(case=found).select_related("drawing")


def cases_of(actor: Actor, consumer_no: str) -> QuerySet[Case]:
    """The cases of one consumer, the newest first. Refuses: AccessDenied."""
    return cases(actor).filter(consumer__consumer_no=consumer_no).order_by("-opened_on", "-pk")


def findings(
    actor: Actor, *, since: date | None = None, until: date | None = None, wanted: Wanted | None = None
) -> QuerySet[Finding]:
    """Findings of the cases that pass the filters, within reach, the newest first. Refuses: AccessDenied."""
    rows = Finding.objects.filter(case__in=cases(actor, wanted).order_by().values("pk"))
    days = {"found_on__gte": since, "found_on__lte": until}
    told = {name: day for name, day in days.items() if day}
    return rows.filter(**told).select_related("case__consumer__customer")


def inspectors(actor: Actor) -> QuerySet[Inspector]:
    """Those who inspect. Refuses: AccessDenied."""
    require(actor, "inspections.read")
    return Inspector.objects.all()


def with_work_pass() -> list[tuple[str, str]]:
    """Login and name with work pass of all who inspect, for those who choose among them."""
    passes = dict(Inspector.objects.values_list("login", "pass_no"))
    names = people.names_by_login(passes)
    return [(login, f"{names.get(login, login)} {pass_no}") for login, pass_no in passes.items()]


def evidence_file(actor: Actor, no: str, exhibit_id: int) -> tuple[Exhibit, Attached]:
    """An exhibit of a case and its file in the archive. Refuses: AccessDenied, CaseUnknown, …"""
    found = case(actor, no)
    row = Exhibit.objects.filter(case=found, pk=exhibit_id).first()
    if row is None:
        raise CaseUnknown(no=no[:20])
    return row, archive.get(row.attachment_id, subject=f"inspection:{found.no}")


def _reached(actor: Actor, rows: QuerySet[Case]) -> QuerySet[Case]:
    """Cases of consumers within reach, and those the actor inspects."""
    if actor.scope.reach == "everything":
        return rows
    own: Any = Exists(Assignee.objects.filter(case=OuterRef("pk"), login=actor.login))
    return rows.filter(Q(consumer__in=metering.scope_of(actor).order_by().values("pk")) | Q(own))
