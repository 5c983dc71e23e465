"""Kept files, investigations, reports from the field, stale data, and questions for several people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Content, Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as acts
from xinheng.facts.customers.values import NewInvestigation, Report
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as judging
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, Amount, Day, Id, Limit, No, exact
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Asked, DoneOut, MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["evidence"])
BYTES = {
    "responses": {
        200: {
            "description": "The bytes as they came in; X-Content-SHA256 is their hash",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class AttachedOut(Schema):
    """A kept file without its bytes. subject: survey:7, or survey:7:phone beside one answer."""

    id: int
    subject: str
    file_name: str
    note: str
    sha256: str
    size: int
    content_type: str
    attached_by: str
    attached_on: date


class AttachedIn(Asked):
    """What is said of a file. item: beside the answer to this item."""

    note: str = Field("", max_length=200)
    item: str = Field("", max_length=60)


class NoteIn(Asked):
    """What is said of a file."""

    note: str = Field("", max_length=200)


class InvestigationOut(Schema):
    """An investigation ordered. outdated: its report is too old to rely on."""

    id: int
    customer_no: str
    by: str
    assignee: str
    reason: str
    state: str
    ordered_by: str
    ordered_on: date
    due_on: date
    overdue: bool
    done_on: date | None
    report_on: date | None
    outdated: bool
    cost: MoneyOut | None
    outcome: str


class InvestigationIn(Asked):
    """An investigation to order. assignee: a login for staff, the name of the agency otherwise."""

    by: Literal["staff", "agency"]
    assignee: str = Field(max_length=150)
    reason: str = Field(max_length=300)
    due_on: Day


class ReportIn(Asked):
    """What came of an investigation."""

    report_on: Day
    outcome: str = Field(max_length=300)
    cost: Amount | None = None


class CallOffIn(Asked):
    """Why."""

    reason: str = Field(max_length=300)


class FieldReportOut(Schema):
    """A report from the field. read_on null: no manager read it yet."""

    id: int
    customer_no: str
    kind: str
    text: str
    told_by: str
    told_on: date
    read_by: str
    read_on: date | None

    @classmethod
    def of(cls, row: Any) -> FieldReportOut:
        """A report as it is kept."""
        same = set(cls.model_fields) - {"customer_no"}
        return cls(customer_no=row.customer.no, **{name: getattr(row, name) for name in same})


class FieldReportIn(Asked):
    """A report from the field."""

    kind: Literal["daily", "urgent"]
    text: str = Field(max_length=1000)


class StaleOut(Schema):
    """An item of a customer that is out of date. person blank: nobody answers for the customer."""

    customer_no: str
    item: str
    true_on: date
    person: str


class OpinionOut(Schema):
    """What one person answers."""

    by: str
    value: str
    assessed_on: date


class PanelOut(Schema):
    """A question that several people answer. wanted: how many are missing. apart: to be talked over."""

    customer_no: str
    question: str
    opinions: list[OpinionOut]
    wanted: int
    mean: Decimal | None
    deviation: Decimal | None
    spread: Decimal | None
    decided: str | None
    apart: bool


class ExamineIn(Asked):
    """Whether an assessment was found to hold, and by what."""

    holds: bool
    evidence: str = Field(max_length=300)


@router.get("/surveys/{survey_id}/files", response={200: list[AttachedOut], **PROBLEMS})
def survey_files(request: HttpRequest, survey_id: Id) -> list[Any]:
    """The files beside a questionnaire and its answers."""
    actor = actor_of(request)
    access.require(actor, "archive.read", f"survey:{survey_id}")
    return acts.beside_survey(actor, survey_id, on=business_day())


@router.post("/surveys/{survey_id}/files", response={201: AttachedOut, **PROBLEMS})
@once()
def attach_to_survey(
    request: HttpRequest, survey_id: Id, file: File[UploadedFile], told: Form[AttachedIn]
) -> Status[Any]:
    """Keep a file unchanged beside a questionnaire, or beside its answer to one item."""
    kept = acts.attach_to_survey(
        actor=actor_of(request),
        on=business_day(),
        survey_id=survey_id,
        uploads=[Upload(file.name or "", file.read(), told.note)],
        item=told.item,
    )
    return Status(201, AttachedOut.from_orm(kept[0]))


@router.get("/surveys/{survey_id}/files/{attachment_id}", response=PROBLEMS, openapi_extra=BYTES)
def survey_file(request: HttpRequest, survey_id: Id, attachment_id: Id) -> HttpResponse:
    """The bytes of a file, refused where their hash no longer holds."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day(), "survey_id": survey_id}
    return bytes_answer(acts.read_survey_file(**told, attachment_id=attachment_id))


def bytes_answer(kept: Content) -> HttpResponse:
    """The bytes of a kept file as an answer, with their hash."""
    answer = HttpResponse(kept.content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = "attachment"
    answer.headers["X-Content-SHA256"] = kept.attached.sha256
    return answer


@router.get("/investigations", response={200: Page[InvestigationOut], **PROBLEMS})
def investigations(
    request: HttpRequest,
    state: Annotated[str, Query(max_length=10)] = "",
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """Investigations of customers within your reach, the newest first. state: also "overdue"."""
    actor, on = actor_of(request), business_day()
    found = customers.investigations_seen(actor, on=on).order_by("-id")
    found = (
        customers.overdue(found, on=on)
        if state == "overdue"
        else found.filter(state=state)
        if state
        else found
    )
    found = found.filter(pk__lt=after) if after else found
    rows, following = page_of(list(found[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_investigation(row) for row in rows], "next": following}


def _investigation(row: Any) -> dict[str, Any]:
    on = business_day()
    same = ("id", "by", "assignee", "reason", "state", "ordered_by", "ordered_on", "due_on", "done_on")
    return {
        **{name: getattr(row, name) for name in same},
        "customer_no": row.customer.no,
        "overdue": row.state == "ordered" and row.due_on < on,
        "report_on": row.report_on,
        "outdated": customers.is_outdated(row, on=on),
        "cost": MoneyOut.of_any(None if row.cost_minor is None else Money(row.cost_minor)),
        "outcome": row.outcome,
    }


@router.post("/customers/{path:no}/investigations", response={201: InvestigationOut, **PROBLEMS})
@once()
def order(request: HttpRequest, no: No, body: InvestigationIn) -> Status[Any]:
    """Order an investigation from one of our people or an agency."""
    new = NewInvestigation(**body.model_dump())
    kept = acts.order_investigation(actor=actor_of(request), on=business_day(), no=no, new=new)
    return Status(201, _investigation(kept))


@router.post("/investigations/{investigation_id}/files", response={201: AttachedOut, **PROBLEMS})
@once()
def attach_report(
    request: HttpRequest, investigation_id: Id, file: File[UploadedFile], told: Form[NoteIn]
) -> Status[Any]:
    """Keep the report of an investigation unchanged."""
    kept = acts.attach_to_investigation(
        actor=actor_of(request),
        on=business_day(),
        investigation_id=investigation_id,
        uploads=[Upload(file.name or "", file.read(), told.note)],
    )
    return Status(201, AttachedOut.from_orm(kept[0]))


@router.get("/investigations/{investigation_id}/files", response={200: list[AttachedOut], **PROBLEMS})
def report_files(request: HttpRequest, investigation_id: Id) -> list[Any]:
    """The files of an investigation."""
    actor = actor_of(request)
    access.require(actor, "archive.read", f"investigation:{investigation_id}")
    return acts.beside_investigation(actor, investigation_id, on=business_day())


@router.get(
    "/investigations/{investigation_id}/files/{attachment_id}", response=PROBLEMS, openapi_extra=BYTES
)
def report_file(request: HttpRequest, investigation_id: Id, attachment_id: Id) -> HttpResponse:
    """The bytes of a file, refused where their hash no longer holds."""
    told: dict[str, Any] = {
        "actor": actor_of(request),
        "on": business_day(),
        "investigation_id": investigation_id,
    }
    return bytes_answer(acts.read_investigation_file(**told, attachment_id=attachment_id))


@router.post("/investigations/{investigation_id}/report", response={200: InvestigationOut, **PROBLEMS})
@once()
def finish(request: HttpRequest, investigation_id: Id, body: ReportIn) -> Status[Any]:
    """Note the report of an investigation, its day and its cost."""
    exact(body.cost, "CNY", "cost")
    cost = None if body.cost is None else Money.of(body.cost).minor
    kept = acts.finish_investigation(
        actor=actor_of(request),
        on=business_day(),
        investigation_id=investigation_id,
        report=Report(body.report_on, body.outcome, cost),
    )
    return Status(200, _investigation(kept))


@router.post("/investigations/{investigation_id}/cancel", response={200: InvestigationOut, **PROBLEMS})
@once()
def cancel(request: HttpRequest, investigation_id: Id, body: CallOffIn) -> Status[Any]:
    """Call an investigation off, with the reason."""
    kept = acts.cancel_investigation(
        actor=actor_of(request), on=business_day(), investigation_id=investigation_id, reason=body.reason
    )
    return Status(200, _investigation(kept))


@router.get("/field-reports", response={200: Page[FieldReportOut], **PROBLEMS})
def field_reports(
    request: HttpRequest, escalated: bool = False, after: AfterId = None, limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """Reports from the field, the newest first. escalated: urgent ones no manager read in a working day."""
    actor, on = actor_of(request), business_day()
    found = customers.field_reports_seen(actor, on=on).order_by("-id")
    found = customers.escalated(found, on=on) if escalated else found
    found = found.filter(pk__lt=after) if after else found
    rows, following = page_of(list(found[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [FieldReportOut.of(row) for row in rows], "next": following}


@router.post("/customers/{path:no}/field-reports", response={201: FieldReportOut, **PROBLEMS})
@once()
def tell(request: HttpRequest, no: No, body: FieldReportIn) -> Status[Any]:
    """Note a daily or an urgent report on a customer."""
    kept = acts.tell_report(actor=actor_of(request), on=business_day(), no=no, kind=body.kind, text=body.text)
    return Status(201, FieldReportOut.of(kept))


@router.post("/field-reports/{report_id}/read", response={200: DoneOut, **PROBLEMS})
@once()
def read(request: HttpRequest, report_id: Id) -> Status[Any]:
    """Note, as a manager, that you read a report."""
    kept = acts.read_report(actor=actor_of(request), on=business_day(), report_id=report_id)
    return Status(200, {"id": kept.pk})


@router.get("/stale-data", response={200: list[StaleOut], **PROBLEMS})
def stale(
    request: HttpRequest,
    person: Annotated[str | None, Query(max_length=150)] = None,
    limit: Limit = USUAL_LIMIT,
) -> list[dict[str, Any]]:
    """What is out of date of customers within your reach, the oldest first. person: a login, or ""."""
    actor, on = actor_of(request), business_day()
    reach = customers.visible(actor, on=on)
    return [
        {
            "customer_no": one.customer_no,
            "item": one.item.code,
            "true_on": one.true_on,
            "person": one.person_login,
        }
        for one in customers.stale_items(reach, on=on, login=person, most=limit)
    ]


@router.get("/assessors", response={200: list[PanelOut], **PROBLEMS})
def open_panels(request: HttpRequest, limit: Limit = USUAL_LIMIT) -> list[dict[str, Any]]:
    """Questions for several people where they lie too far apart or people are missing."""
    found = ratings.panels_open(actor_of(request), on=business_day(), most=limit)
    return [_panel(one) for one in found]


@router.get("/customers/{path:no}/assessors", response={200: list[PanelOut], **PROBLEMS})
def panels(request: HttpRequest, no: No) -> list[dict[str, Any]]:
    """Each question that several people answer, as it stands for one customer."""
    return [_panel(one) for one in ratings.panels_of(actor_of(request), no, on=business_day())]


def _panel(one: Any) -> dict[str, Any]:
    same = ("customer_no", "opinions", "wanted", "mean", "deviation", "spread", "decided", "apart")
    return {**{name: getattr(one, name) for name in same}, "question": one.question.code}


@router.post("/assessments/{assessment_id}/examine", response={200: DoneOut, **PROBLEMS})
@once()
def examine(request: HttpRequest, assessment_id: Id, body: ExamineIn) -> Status[Any]:
    """Say that an assessment holds or does not; what is found wrong no later rating uses."""
    kept = judging.verify_answer(
        actor=actor_of(request),
        on=business_day(),
        assessment_id=assessment_id,
        holds=body.holds,
        evidence=body.evidence,
    )
    return Status(200, {"id": kept.pk})
