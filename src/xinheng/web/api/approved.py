"""The approved grades of a day: counts, industries, moves since another day, and their papers."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from xinheng.reports import queries as reports
from xinheng.reports import services as papers
from xinheng.runs.services import business_day
from xinheng.web.api.explained import Printed, file_answer, file_described
from xinheng.web.api.explained_schemas import SummaryOut
from xinheng.web.api.fields import AsOf, Day, No
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["reviews"])
Before = Annotated[Day | None, Query(description="An earlier day: who moved from which grade since.")]


@router.get("/approved-grades/{code}/summary", response={200: SummaryOut, **PROBLEMS})
def summary(request: HttpRequest, code: No, as_of: AsOf = None, before: Before = None) -> Any:
    """The grades that stand on a day by a policy: counts, shares, money, industries, moves. run_id is 0."""
    on = business_day()
    return reports.approved_summary(actor_of(request), code, as_of=as_of or on, before=before, on=on)


@router.get("/approved-grades/{code}/papers", response=PROBLEMS, openapi_extra=file_described("xlsx", "pdf"))
def approved_papers(
    request: HttpRequest, code: No, as_of: AsOf = None, before: Before = None, form: Printed = "xlsx"
) -> HttpResponse:
    """The same as papers to print, with the table of every customer."""
    on = business_day()
    content = papers.export_approved(
        actor=actor_of(request), on=on, policy_code=code, as_of=as_of or on, before=before, form=form
    )
    return file_answer(content, f"approved-grades-{as_of or on}", form)
