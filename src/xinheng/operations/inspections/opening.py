"""Cases are opened, given to inspectors, and dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import queries as metering
from xinheng.judgements.theft import queries as theft
from xinheng.judgements.theft.values import Wanted as Suspects
from xinheng.operations.inspections import policy, reckoning, rules, selecting
from xinheng.operations.inspections.documents import named_in
from xinheng.operations.inspections.errors import CaseOpenAlready, InspectionInvalid
from xinheng.operations.inspections.models import Assignee, Case, Inspector
from xinheng.operations.inspections.naming import (
    check_code,
    check_day,
    check_text,
    inspectors_named,
    next_no,
)
from xinheng.operations.inspections.values import (
    SOURCES,
    Assignment,
    NewCase,
)

RUNNING = ("open", "assigned", "visited", "found")


@transaction.atomic
def set_inspector(
    *, actor: Actor, on: date, login: str, pass_no: str, skills: Sequence[str] = (), a_day: int = 4
) -> Inspector:
    """Say who inspects, with which work pass, skilled in what, and how many cases a day it takes.

    Refuses: AccessDenied, PersonUnknown, InspectionInvalid.
    """
    access.require(actor, "inspections.decide", f"person:{login[:150]}")
    person = people.person_by_login(login.strip().casefold())
    known = policy.in_force(on).skills
    told: dict[str, Any] = {
        "pass_no": check_text("pass_no", pass_no, 40),
        "skills": [check_code("skills", named_in(known, one)).code for one in skills],
        "a_day": check_code("a_day", a_day if 0 <= a_day <= 99 else None),
        "told_by": actor.login, "told_on": on,
    }  # fmt: skip
    kept, _new = Inspector.objects.update_or_create(login=person.login, defaults=told)
    after = {"pass_no": kept.pass_no, "skills": kept.skills, "a_day": kept.a_day}
    record(actor=actor, act="inspections.set_inspector", subject=f"person:{kept.login}", on=on, after=after)
    return kept


@transaction.atomic
def open_case(*, actor: Actor, on: date, new: NewCase) -> Case:
    """Open a case of a consumer: from a tip or of one's own, with the reason in words.

    Refuses: AccessDenied, ConsumerUnknown, InspectionInvalid, CaseOpenAlready.
    """
    access.require(actor, "inspections.write", f"consumer:{new.consumer_no[:40]}")
    consumer = metering.consumer(actor, new.consumer_no)
    check_code("source", new.source if new.source in SOURCES else None)
    is_told = new.source == "suspicion"
    running = Case.objects.filter(consumer=consumer, state__in=RUNNING).first()
    if running:
        raise CaseOpenAlready(consumer_no=new.consumer_no, no=running.no)
    supply = metering.supply_of(consumer, on=on)
    area = supply.area if supply else None
    voltage = supply.voltage if supply else "low"
    at, kva = policy.in_force(on), supply.capacity_kva if supply else None
    rule = reckoning.edition_of(at, on).theft
    expected = rules.expected_recovery(at.expected, rule, voltage=voltage, kva=kva, price=None)
    kept = Case.objects.create(
        no=next_no(on), consumer=consumer, unit=supply.unit if supply else None,
        area=area.code if area else "", area_name=area.name if area else "",
        voltage=voltage, source=new.source, run_id=new.run_id, score=new.score, level=new.level,
        detectors=list(new.detectors), evidence=list(new.evidence),
        reason=check_text("reason", new.reason, 500, may_be_blank=is_told),
        expected_minor=expected.minor, priority_minor=rules.priority(new.score, expected),
        opened_by=actor.login, opened_on=on,
    )  # fmt: skip
    after = {"case": kept.no, "source": kept.source, "run": kept.run_id, "level": kept.level,
             "expected": expected}  # fmt: skip
    subject = f"consumer:{new.consumer_no}"
    record(actor=actor, act="inspections.open_case", subject=subject, on=on, after=after, reason=kept.reason)
    return kept


@transaction.atomic
def open_suspects(
    *, actor: Actor, on: date, consumer_nos: Sequence[str] = (), run: int | None = None, most: int = 20,
    level: str = "",
) -> list[Case]:  # fmt: skip
    """Open cases of suspects of a ranking (the last one): those named, else the first so many of it.

    Those who are being inspected are passed over. Gives the cases, the most suspicious first.
    Refuses: AccessDenied, NotRanked, ConsumerUnknown, InspectionInvalid.
    """
    access.require(actor, "inspections.write", f"ranking:{run or ''}")
    if not 1 <= most <= 500:
        raise InspectionInvalid(cause=str(most), field="most")
    rows = theft.suspects(actor, run, Suspects(level=level))
    running = Case.objects.filter(state__in=RUNNING).values("consumer__consumer_no")
    rows = rows.exclude(consumer_no__in=running)
    if consumer_nos:
        rows = rows.filter(consumer_no__in=consumer_nos)
    return [open_case(actor=actor, on=on, new=_of(row)) for row in rows[:most]]


def _of(row: Any) -> NewCase:
    told = row.suspicion
    return NewCase(
        row.consumer_no, "suspicion", "", told.run_id, Decimal(str(told.score)).quantize(Decimal("0.000001")),
        told.level, tuple(one.code for one in told.evidence), tuple(one.plain() for one in told.evidence),
    )  # fmt: skip


@transaction.atomic
def assign(*, actor: Actor, on: date, no: str, new: Assignment) -> Case:
    """Give a case to inspectors for a day; again before the finding gives it to others.

    Refuses: AccessDenied, CaseUnknown, OutOfTurn, InspectionInvalid (too few, no work pass, skill missing).
    """
    access.require(actor, "inspections.write", f"inspection:{no[:20]}")
    found = selecting.case_in_state(actor, no, "open", "assigned", "visited")
    at = policy.in_force(on)
    named = inspectors_named("inspectors", new.inspectors, least=at.least_inspectors)
    logins = [one["login"] for one in named]
    if new.skill:
        check_code("skill", named_in(at.skills, new.skill))
        able = Inspector.objects.filter(login__in=logins)
        check_code("skill", next((one for one in able if new.skill in one.skills), None))
    found.planned_on = check_day("planned_on", new.planned_on, earliest=on)
    found.skill, found.assigned_by = new.skill, actor.login
    found.state = "assigned" if found.state == "open" else found.state
    found.crew = [{"login": one["login"], "name": one["name"]} for one in named]
    found.save(update_fields=["planned_on", "skill", "assigned_by", "state", "crew"])
    Assignee.objects.filter(case=found).delete()
    Assignee.objects.bulk_create(Assignee(case=found, login=login) for login in logins)
    after = {"case": found.no, "inspectors": logins, "planned_on": found.planned_on, "skill": found.skill}
    record(actor=actor, act="inspections.assign", subject=f"inspection:{found.no}", on=on, after=after)
    return found


@transaction.atomic
def drop_case(*, actor: Actor, on: date, no: str, why: str) -> Case:
    """Drop a case that will not be inspected.

    Refuses: AccessDenied, CaseUnknown, OutOfTurn, InspectionInvalid.
    """
    access.require(actor, "inspections.write", f"inspection:{no[:20]}")
    found = selecting.case_in_state(actor, no, "open", "assigned")
    found.state, found.closed_on, found.why_dropped = "dropped", on, check_text("why", why, 300)
    found.save(update_fields=["state", "closed_on", "why_dropped"])
    record(
        actor=actor, act="inspections.drop_case", subject=f"inspection:{found.no}", on=on,
        after={"case": found.no}, reason=found.why_dropped,
    )  # fmt: skip
    return found
