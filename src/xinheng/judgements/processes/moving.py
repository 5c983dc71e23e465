"""A case moves: a step is closed in its order, the case goes back, or it is cancelled."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.processes import defining, evidence, rules, selecting, standing
from xinheng.judgements.processes.errors import (
    CaseEnded,
    CaseReasonMissing,
    CaseUnknown,
    FormsMissing,
    NotInLane,
    ReturnInvalid,
    StepOutOfOrder,
)
from xinheng.judgements.processes.models import Case, CaseAct
from xinheng.judgements.processes.values import FormState, Process, text_of
from xinheng.judgements.processes.wording import STATES


@transaction.atomic
def close_step(*, actor: Actor, on: date, case_id: int, step: int, note: str = "") -> Case:
    """Close the step a case stands at; it goes on to the next, and after the last the case is done.

    step: the number the closer saw, so that none is skipped or closed twice. note: what was done, and the
    form itself where the step asks for one. Refuses: AccessDenied, CaseUnknown, CaseEnded, CustomerClosed,
    StepOutOfOrder, NotInLane, FormsMissing.
    """
    access.require(actor, "processes.close", f"case:{case_id}")
    case, process = held(actor, case_id, on=on)
    customers.open_customer(actor, case.customer.no, on=on)
    position = rules.Position(case.step, case.steps)
    if not rules.may_close(position, step):
        raise StepOutOfOrder(step=step, here=case.step, steps=case.steps)
    require_lane(actor, case, process, on=on)
    found = evidence.states(actor, case, process.step(step), on=on, note=note)
    if missing := rules.lacking(found):
        raise FormsMissing(step=step, forms="; ".join(text_of(form) for form in missing), field="note")
    before, days = case.step, standing.days_at(case, on)
    if position.is_last:
        case.state, case.ended_by, case.ended_on = "done", actor.login, on
    else:
        place(case, process, case.step + 1, on)
    case.save()
    to_step = None if position.is_last else case.step
    told: dict[str, Any] = {"to_step": to_step, "days": days, "note": note, "forms": _kept(found)}
    _note(actor, on, case, "close", before, **told)
    return case


@transaction.atomic
def return_case(*, actor: Actor, on: date, case_id: int, to_step: int, reason: str) -> Case:
    """Send a case back to an earlier step, which is done again; for who owns the step it stands at.

    Forms that exist go on to count. Refuses: AccessDenied, CaseUnknown, CaseEnded, NotInLane,
    ReturnInvalid, CaseReasonMissing.
    """
    access.require(actor, "processes.return", f"case:{case_id}")
    case, process = held(actor, case_id, on=on)
    require_lane(actor, case, process, on=on)
    if not rules.may_return(rules.Position(case.step, case.steps), to_step):
        raise ReturnInvalid(here=case.step, to_step=to_step, field="to_step")
    why = _reason(reason)
    before, days = case.step, standing.days_at(case, on)
    place(case, process, to_step, on)
    case.save()
    _note(actor, on, case, "return", before, to_step=to_step, days=days, note=why)
    return case


@transaction.atomic
def cancel_case(*, actor: Actor, on: date, case_id: int, reason: str) -> Case:
    """End a case before its last step, with the reason; it stays on record and the customer may begin anew.

    Refuses: AccessDenied, CaseUnknown, CaseEnded, CaseReasonMissing.
    """
    access.require(actor, "processes.cancel", f"case:{case_id}")
    case, _process = held(actor, case_id, on=on)
    why = _reason(reason)
    case.state, case.ended_by, case.ended_on, case.ended_why = "cancelled", actor.login, on, why[:300]
    case.save()
    _note(actor, on, case, "cancel", case.step, days=standing.days_at(case, on), note=why)
    return case


def held(actor: Actor, case_id: int, *, on: date) -> tuple[Case, Process]:
    """An open case within reach, locked, with its definition. Refuses: CaseUnknown, CaseEnded."""
    reached = selecting.seen(actor, on=on).filter(pk=case_id)
    case = reached.select_for_update(of=("self",)).select_related("customer").first()
    if case is None:
        raise CaseUnknown(case=case_id)
    if case.state != "open":
        raise CaseEnded(case=case_id, state=STATES[case.state])
    return case, defining.kept(case.sha256)


def require_lane(actor: Actor, case: Case, process: Process, *, on: date) -> None:
    """Let pass only who holds a role of the lane the case stands in. Refuses: NotInLane."""
    lane = process.lane_of(case.step)
    roles = people.roles_held(actor.person_id, on=on) if actor.person_id else frozenset()
    if not rules.holds_lane(lane.roles, roles):
        names = people.role_names()
        told = ", ".join(names.get(role, role) for role in lane.roles)
        raise NotInLane(step=case.step, lane=text_of(lane), roles=told)


def place(case: Case, process: Process, step: int, on: date) -> None:
    """Let the case stand at a step from a day on."""
    case.step, case.lane, case.since = step, process.step(step).lane, on
    case.due_on = standing.due_on(process.step(step), on)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise CaseReasonMissing(field="reason")
    return reason.strip()[:1000]


def _kept(found: list[FormState]) -> list[dict[str, str]]:
    return [
        {
            "form": one.form.code,
            "subject": one.evidence.subject,
            "on": one.evidence.on.isoformat(),
            "text": one.evidence.text[:200],
        }
        for one in found
        if one.evidence
    ]


def _note(actor: Actor, on: date, case: Case, act: str, step: int, **told: Any) -> None:
    """A line of the minutes, and one of the trail."""
    told["note"] = told["note"].strip()[:1000]
    CaseAct.objects.create(case=case, act=act, step=step, by=actor.login, on=on, **told)
    audit.record(
        actor=actor,
        act=f"processes.{act}",
        subject=f"customer:{case.customer.no}",
        on=on,
        before={"case": case.pk, "step": step},
        after={"case": case.pk, "process": case.process, "state": case.state, "step": case.step}
        | ({"forms": told["forms"]} if told.get("forms") else {}),
        reason=told["note"],
    )
