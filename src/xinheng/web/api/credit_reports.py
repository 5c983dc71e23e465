"""Credit file reports: composed as JSON or as a file, sealed, listed and proven."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema, Status, UploadedFile

from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.api.fields import AsOf, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["reports"])
KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILE: dict[str, Any] = {
    "responses": {
        200: {
            "description": "A file",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS.values()},
        }
    }
}
AsDepth = Annotated[
    Literal["", "brief", "standard", "full"],
    Query(description="Empty: by the customer's size and dealings."),
]
AsForm = Annotated[Literal["pdf", "docx", "xlsx"], Query(alias="format")]


class ReportBlockOut(Schema):
    """A block of a section: pairs, a grid with its head, or words."""

    kind: str
    title: str = ""
    head: list[str] = []
    rows: list[Any]
    note: str = ""


class ReportSectionOut(Schema):
    """A section of the report."""

    code: str
    title: str
    blocks: list[ReportBlockOut]


class ReportLeftOut(Schema):
    """What the report leaves out, and why."""

    what: str
    why: str


class CreditReportOut(Schema):
    """The report of one customer as of a day."""

    customer_no: str
    customer_name: str
    depth: str
    as_of: date
    made_on: date
    made_by: str
    sections: list[ReportSectionOut]
    left_out: list[ReportLeftOut]


class SealedReportOut(Schema):
    """A sealed report; sha256 is that of its PDF."""

    number: str
    customer_no: str
    customer_name: str
    depth: str
    as_of: date
    sealed_by: str
    sealed_on: date
    sha256: str


@router.get("/customers/{path:no}/credit-report", response={200: CreditReportOut, **PROBLEMS})
def composed(request: HttpRequest, no: No, depth: AsDepth = "", as_of: AsOf = None) -> Any:
    """The credit file report of a customer, with what it leaves out and why."""
    told: dict[str, Any] = {"depth": depth, "as_of": as_of}
    return reports.compose_credit_report(**_who(request), customer_no=no, **told)


@router.get("/customers/{path:no}/credit-report-file", response=PROBLEMS, openapi_extra=FILE)
def as_file(
    request: HttpRequest, no: No, depth: AsDepth = "", as_of: AsOf = None, form: AsForm = "pdf"
) -> HttpResponse:
    """The report as PDF, Word or Excel."""
    told: dict[str, Any] = {"depth": depth, "as_of": as_of, "form": form}
    content = reports.export_credit_report(**_who(request), customer_no=no, **told)
    answer = HttpResponse(content, content_type=KINDS[form])
    answer["Content-Disposition"] = f'attachment; filename="credit-report.{form}"'
    return answer


@router.post("/customers/{path:no}/credit-report/seals", response={201: SealedReportOut, **PROBLEMS})
@once()
def seal(request: HttpRequest, no: No, depth: AsDepth = "", as_of: AsOf = None) -> Status[Any]:
    """Number the report and keep its PDF in the archive."""
    told: dict[str, Any] = {"depth": depth, "as_of": as_of}
    return Status(201, reports.seal_credit_report(**_who(request), customer_no=no, **told))


@router.get("/customers/{path:no}/credit-report/seals", response={200: list[SealedReportOut], **PROBLEMS})
def sealed(request: HttpRequest, no: No) -> list[Any]:
    """The sealed reports of a customer, the newest first."""
    return list(reports.sealed_reports(actor_of(request), no, on=business_day()))


@router.post("/credit-report-proofs", response={200: SealedReportOut, **PROBLEMS})
def prove(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """The sealed report that a file is, to the byte."""
    return reports.verify_credit_report(**_who(request), content=file.read())


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}
