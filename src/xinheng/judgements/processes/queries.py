"""Questions to processes: definitions, cases, the board, how long each case stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.base.packs.services import PolicyDocument
from xinheng.judgements.processes import defining, evidence, rules, selecting
from xinheng.judgements.processes.defining import json_schema, kept, load
from xinheng.judgements.processes.models import Case, CaseAct
from xinheng.judgements.processes.papers import papers_of
from xinheng.judgements.processes.standing import age_of
from xinheng.judgements.processes.values import FormState, Heap, Process, Wanted
from xinheng.judgements.processes.wording import ACTS, MARKS, PROOFS, STATES

__all__ = [
    "ACTS",
    "MARKS",
    "PROOFS",
    "STATES",
    "age_of",
    "board",
    "cases",
    "cases_of",
    "definition",
    "definitions",
    "forms_of",
    "get_case",
    "json_schema",
    "kept",
    "load",
    "may_move",
    "minutes_of",
    "overdue_own",
    "papers_of",
    "unheld",
]
SHOWN = 6  # cases of a step on the board


def definitions(actor: Actor, *, on: date) -> list[tuple[PolicyDocument, Process]]:
    """The processes in force on a day, by code, as kept and as read. Refuses: AccessDenied."""
    access.require(actor, "processes.read")
    found = packs.documents_in_force(defining.KIND, on=on)
    return [(document, load(document.text)) for document in found]


def definition(actor: Actor, code: str, *, on: date) -> tuple[PolicyDocument, Process]:
    """One process in force on a day. Refuses: AccessDenied, PolicyNotInForce."""
    for document, process in definitions(actor, on=on):
        if document.code == code:
            return document, process
    raise PolicyNotInForce(code=code, on=on)


def unheld(process: Process, *, on: date) -> list[str]:
    """The lanes that nobody at work holds on a day, by code: their steps would wait for ever."""
    held = {role for lane in process.lanes for role in lane.roles if people.holders(role, on=on)}
    return [lane.code for lane in process.lanes if not held & set(lane.roles)]


def cases(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Case]:
    """The cases within reach that pass the filters, in the order asked for. Refuses: AccessDenied."""
    access.require(actor, "processes.read")
    return selecting.in_order(selecting.chosen(actor, wanted, on=on), wanted.sort)


def get_case(actor: Actor, case_id: int, *, on: date) -> Case:
    """One case. Refuses: AccessDenied; CaseUnknown, also when out of reach."""
    access.require(actor, "processes.read", f"case:{case_id}")
    return selecting.get_case(actor, case_id, on=on)


def cases_of(actor: Actor, customer: Any) -> QuerySet[Case]:
    """The cases of a customer the actor reaches, those under way first. Refuses: AccessDenied."""
    access.require(actor, "processes.read", f"customer:{customer.no}")
    return Case.objects.filter(customer=customer).order_by(F("ended_on").desc(nulls_first=True), "-pk")


def minutes_of(case: Case) -> QuerySet[CaseAct]:
    """What happened to a case, the oldest first."""
    return CaseAct.objects.filter(case=case)


def forms_of(actor: Actor, case: Case, *, on: date) -> list[FormState]:
    """The forms of the step a case stands at, each with the record that shows it."""
    return evidence.states(actor, case, kept(case.sha256).step(case.step), on=on)


def may_move(actor: Actor, case: Case, *, on: date) -> bool:
    """Whether the step a case stands at is the actor's to close or to send back."""
    if case.state != "open" or not actor.person_id or not actor.may("processes.close"):
        return False
    lane = kept(case.sha256).lane_of(case.step)
    return rules.holds_lane(lane.roles, people.roles_held(actor.person_id, on=on))


def board(actor: Actor, process: Process, wanted: Wanted, *, on: date) -> list[Heap]:
    """The open cases of a process by step, the most urgent of each first. Refuses: AccessDenied.

    Cases that began by an earlier version stand at the number of their step; one that the version of
    today does not have is on no heap, but in the list.
    """
    access.require(actor, "processes.read", f"process:{process.code}")
    rows = selecting.chosen(actor, wanted, on=on).filter(process=process.code, state="open")
    late = Count("pk", filter=Q(due_on__lt=on))
    counted = {
        row["step"]: (row["n"], row["late"])
        for row in rows.order_by().values("step").annotate(n=Count("pk"), late=late)
    }
    order = [F("due_on").asc(nulls_last=True), F("pk").asc()]
    place = Window(RowNumber(), partition_by=[F("step")], order_by=order)
    first: dict[int, list[Case]] = {}
    placed = rows.order_by().annotate(place=place).filter(place__lte=SHOWN)
    for case in placed.select_related("customer").order_by("step", "place"):
        first.setdefault(case.step, []).append(case)
    return [
        Heap(step, process.lane_of(step.no), *counted.get(step.no, (0, 0)), tuple(first.get(step.no, ())))
        for step in process.steps
    ]


def overdue_own(actor: Actor, *, on: date) -> QuerySet[Case]:
    """The cases whose step is the actor's to close and older than its target, the latest first."""
    return cases(actor, Wanted(overdue=True, mine=True), on=on)
