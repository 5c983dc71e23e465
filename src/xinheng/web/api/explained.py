"""What stands behind a decision: ways to a better grade, rows of a figure, computing again, papers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from xinheng.judgements.ratings import queries as rated
from xinheng.judgements.ratings import services as ratings
from xinheng.reports import queries as reports
from xinheng.reports import services as papers
from xinheng.runs.services import business_day
from xinheng.web.api.explained_schemas import LetterIn, OutlookOut, ReplayedOut, RowsOut, SummaryOut
from xinheng.web.api.fields import AsOf, Id, No
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["ratings"])
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
    "any": "application/octet-stream",
}
Code = Annotated[str, Query(max_length=40)]
Printed = Annotated[Literal["xlsx", "pdf"], Query(alias="format", description="Excel or PDF, to print.")]


def file_described(*kinds: str) -> dict[str, Any]:
    """A file of some kinds, as the description of the API says it."""
    content = {KINDS[kind]: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {"responses": {200: {"description": "A file", "content": content}}}


@router.get("/rating-runs/{run_id}/outlooks/{path:no}", response={200: OutlookOut, **PROBLEMS})
def outlook(request: HttpRequest, run_id: Id, no: No, role: Code = "") -> Any:
    """The smallest changes that would raise a customer's grade; each was rated by the same policy."""
    return rated.outlook(actor_of(request), run_id, no, on=business_day(), role=role)


@router.get("/rating-runs/{run_id}/rows/{code}/{path:no}", response={200: RowsOut, **PROBLEMS})
def rows(request: HttpRequest, run_id: Id, code: str, no: No) -> Any:
    """The bills, invoices, statement lines, facts or answers one figure was made of: 200, the total of all.

    `why` says why there are none.
    """
    found = reports.rows_behind(actor_of(request), run_id, no, code[:60], on=business_day())
    return {**vars(found), "total": reports.total_in_words(found) or None}


@router.get(
    "/rating-runs/{run_id}/row-files/{code}/{path:no}",
    response=PROBLEMS,
    openapi_extra=file_described("xlsx"),
)
def rows_file(request: HttpRequest, run_id: Id, code: str, no: No) -> HttpResponse:
    """Every row one figure was made of, as Excel."""
    content = papers.export_rows_behind(
        actor=actor_of(request), on=business_day(), run_id=run_id, customer_no=no, code=code[:60]
    )
    return file_answer(content, f"rows-{run_id}", "xlsx")


@router.post("/rating-runs/{run_id}/replays/{path:no}", response={200: ReplayedOut, **PROBLEMS})
def replay_one(request: HttpRequest, run_id: Id, no: No, role: Code = "") -> Any:
    """Compute one customer of a stored run again and compare. Changes nothing, so it may be repeated."""
    return ratings.replay_decision(
        actor=actor_of(request), run_id=run_id, customer_no=no, on=business_day(), role=role
    )


@router.get("/rating-runs/{run_id}/summary", response={200: SummaryOut, **PROBLEMS})
def summary(request: HttpRequest, run_id: Id) -> Any:
    """Counts, shares and running totals by grade, what each grade was billed, industries and moves."""
    return reports.grade_summary(actor_of(request), run_id, on=business_day())


@router.get("/rating-runs/{run_id}/papers", response=PROBLEMS, openapi_extra=file_described("xlsx", "pdf"))
def run_papers(request: HttpRequest, run_id: Id, form: Printed = "xlsx") -> HttpResponse:
    """The papers of a run: summary of grades, industries, moves, rating table, with charts."""
    content = papers.export_summary(actor=actor_of(request), on=business_day(), run_id=run_id, form=form)
    return file_answer(content, f"grade-summary-{run_id}", form)


@router.get(
    "/rating-runs/{run_id}/sheets/{path:no}", response=PROBLEMS, openapi_extra=file_described("xlsx", "pdf")
)
def sheet(request: HttpRequest, run_id: Id, no: No, form: Printed = "pdf", role: Code = "") -> HttpResponse:
    """The rating sheet of one customer: points, rules, ways up, credit curve. Internal."""
    content = papers.export_decision(
        actor=actor_of(request), on=business_day(), run_id=run_id, customer_no=no, role=role, form=form
    )
    return file_answer(content, f"rating-sheet-{run_id}", form)


@router.get(
    "/customers/{path:no}/file-report", response=PROBLEMS, openapi_extra=file_described("xlsx", "pdf")
)
def file_report(
    request: HttpRequest, no: No, depth: Code = "", as_of: AsOf = None, form: Printed = "pdf"
) -> HttpResponse:
    """The file of a customer as a report: brief, standard or full; by its size and dealings if not said."""
    content = papers.export_file_report(
        actor=actor_of(request), on=business_day(), customer_no=no, depth=depth, as_of=as_of, form=form
    )
    return file_answer(content, "customer-file", form)


@router.post(
    "/rating-runs/{run_id}/letters/{path:no}", response=PROBLEMS, openapi_extra=file_described("pdf", "docx")
)
def letter(request: HttpRequest, run_id: Id, no: No, body: LetterIn) -> HttpResponse:
    """A letter to the customer in plain words. A grade in it is refused: ratings are internal.

    Nothing is kept but the line on the trail, so asking again gives the letter again.
    """
    content = papers.export_letter(
        actor=actor_of(request),
        on=business_day(),
        run_id=run_id,
        customer_no=no,
        wanted=body.wanted(),
        form=body.form,
    )
    return file_answer(content, f"letter-{run_id}", body.form)


def file_answer(content: bytes, name: str, form: str) -> HttpResponse:
    """A file to keep."""
    answer = HttpResponse(content, content_type=KINDS[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
