"""Processes and their cases: where each stands, its forms, and moving it step by step."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Status, UploadedFile

from xinheng.facts.archive.values import Upload
from xinheng.judgements.processes import queries as processes
from xinheng.judgements.processes import services as acts
from xinheng.judgements.processes.values import Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.fields import Id, No
from xinheng.web.api.investigated import BYTES
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.process_schemas import (
    CancelIn,
    CaseActOut,
    CasesAsked,
    CaseToldOut,
    CloseIn,
    HeapOut,
    LaneOut,
    PaperIn,
    PaperOut,
    ProcessCaseOut,
    ProcessOut,
    ProcessStepOut,
    ReturnCaseIn,
    StartedOut,
    StartIn,
    StartManyIn,
)
from xinheng.web.api.schemas import Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["processes"])


@router.get("/processes", response={200: list[ProcessOut], **PROBLEMS})
def in_force(request: HttpRequest) -> list[Any]:
    """The processes in force, with lanes, steps and forms."""
    return [
        {
            **{name: getattr(kept, name) for name in ("code", "version", "name", "name_en", "sha256")},
            "effective_from": kept.effective_from,
            "lanes": [LaneOut.from_orm(lane) for lane in process.lanes],
            "steps": [ProcessStepOut.from_orm(step) for step in process.steps],
        }
        for kept, process in processes.definitions(actor_of(request), on=business_day())
    ]


@router.get("/processes/{code}/board", response={200: list[HeapOut], **PROBLEMS})
def board(request: HttpRequest, code: str) -> list[Any]:
    """How many open cases within your reach stand at each step of a process, and how many are overdue."""
    actor, on = actor_of(request), business_day()
    _kept, process = processes.definition(actor, code, on=on)
    return [
        {"step": heap.step.no, "lane": heap.lane.code, "cases": heap.cases, "overdue": heap.overdue}
        for heap in processes.board(actor, process, Wanted(), on=on)
    ]


@router.get("/process-cases", response={200: Page[ProcessCaseOut], **PROBLEMS})
def cases(request: HttpRequest, asked: Query[CasesAsked]) -> dict[str, Any]:
    """The cases within your reach that pass the filters, the oldest first."""
    on = business_day()
    rows = processes.cases(actor_of(request), asked.wanted(), on=on).order_by("pk")
    if asked.after:
        rows = rows.filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_case(row, on) for row in found], "next": following}


@router.post("/process-cases", response={201: StartedOut, **PROBLEMS})
@once()
def start_many(request: HttpRequest, body: StartManyIn) -> Status[Any]:
    """Begin a process for many customers; all known and within your reach, or nothing begins."""
    done = acts.start_cases(actor=actor_of(request), on=business_day(), **body.dict())
    return Status(201, vars(done))


@router.post("/customers/{path:no}/process-cases", response={201: ProcessCaseOut, **PROBLEMS})
@once()
def start(request: HttpRequest, no: No, body: StartIn) -> Status[Any]:
    """Begin a process for one customer."""
    on = business_day()
    case = acts.start_case(actor=actor_of(request), on=on, process=body.process, customer_no=no)
    return Status(201, _case(case, on))


@router.get("/process-cases/{case_id}", response={200: CaseToldOut, **PROBLEMS})
def one_case(request: HttpRequest, case_id: Id) -> dict[str, Any]:
    """One case: the forms of its step and what shows them, and its minutes."""
    actor, on = actor_of(request), business_day()
    case = processes.get_case(actor, case_id, on=on)
    return {
        **_case(case, on),
        "may_move": processes.may_move(actor, case, on=on),
        "forms": [
            {
                "form": one.form.code,
                "needed": one.form.needed,
                "proof": one.form.proof,
                "missing": one.lacks,
                "evidence": vars(one.evidence) if one.evidence else None,
            }
            for one in processes.forms_of(actor, case, on=on)
        ],
        "minutes": [CaseActOut.from_orm(row) for row in processes.minutes_of(case)],
    }


@router.post("/process-cases/{case_id}/close", response={200: ProcessCaseOut, **PROBLEMS})
@once()
def close_step(request: HttpRequest, case_id: Id, body: CloseIn) -> Status[Any]:
    """Close the step the case stands at; refused, with their names, while mandatory forms are missing."""
    on = business_day()
    case = acts.close_step(actor=actor_of(request), on=on, case_id=case_id, **body.dict())
    return Status(200, _case(case, on))


@router.post("/process-cases/{case_id}/return", response={200: ProcessCaseOut, **PROBLEMS})
@once()
def return_case(request: HttpRequest, case_id: Id, body: ReturnCaseIn) -> Status[Any]:
    """Send a case back to an earlier step."""
    on = business_day()
    case = acts.return_case(actor=actor_of(request), on=on, case_id=case_id, **body.dict())
    return Status(200, _case(case, on))


@router.post("/process-cases/{case_id}/cancel", response={200: ProcessCaseOut, **PROBLEMS})
@once()
def cancel_case(request: HttpRequest, case_id: Id, body: CancelIn) -> Status[Any]:
    """End a case before its last step."""
    on = business_day()
    case = acts.cancel_case(actor=actor_of(request), on=on, case_id=case_id, reason=body.reason)
    return Status(200, _case(case, on))


@router.post("/process-cases/{case_id}/papers", response={201: PaperOut, **PROBLEMS})
@once()
def keep_paper(
    request: HttpRequest, case_id: Id, file: File[UploadedFile], told: Form[PaperIn]
) -> Status[Any]:
    """Keep a paper of the step the case stands at, unchanged."""
    upload = Upload(file.name or "", file.read(), told.note)
    given: dict[str, Any] = {"actor": actor_of(request), "on": business_day(), "case_id": case_id}
    (kept,) = acts.keep_papers(**given, form=told.form, uploads=[upload])
    return Status(201, PaperOut.from_orm(kept))


@router.get("/process-cases/{case_id}/papers/{attachment_id}", response=PROBLEMS, openapi_extra=BYTES)
def paper(request: HttpRequest, case_id: Id, attachment_id: Id) -> HttpResponse:
    """The bytes of a paper, refused where their hash no longer holds."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day(), "case_id": case_id}
    kept = acts.read_paper(**told, attachment_id=attachment_id)
    answer = HttpResponse(kept.content, content_type="application/octet-stream")
    answer.headers["X-Content-SHA256"] = kept.attached.sha256
    return answer


def _case(case: Any, on: Any) -> dict[str, Any]:
    age = processes.age_of(case, processes.kept(case.sha256).step(case.step), on=on)
    same = [name for name in ProcessCaseOut.model_fields if hasattr(case, name)]
    told = {name: getattr(case, name) for name in same}
    return told | {
        "id": case.pk,
        "customer_no": case.customer.no,
        "days": age.days,
        "target": age.target,
        "overdue": age.overdue,
    }
