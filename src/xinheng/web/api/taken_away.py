"""Lists to take away as Excel, CSV or Parquet: all rows within reach, the export on the trail."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from xinheng.reports import services as reports
from xinheng.reports.values import Form
from xinheng.runs.services import business_day
from xinheng.web.api.fields import AsOf, Id
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.signing_in import actor_of
from xinheng.web.api.standing_schemas import StandingsWanted
from xinheng.web.api.trailed import EntriesWanted

router = Router(tags=["exports"])
KINDS: dict[Form, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
FILE: dict[str, Any] = {
    "responses": {
        200: {
            "description": "A file",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS.values()},
        }
    }
}
As = Annotated[
    Form, Query(alias="format", description="Excel has headings in words; CSV and Parquet have codes.")
]


@router.get("/standings/export", response=PROBLEMS, openapi_extra=FILE)
def customers(request: HttpRequest, asked: Query[StandingsWanted], form: As = "xlsx") -> HttpResponse:
    """All customers that match, in the order asked for, as /standings lists them."""
    actor, today = actor_of(request), business_day()
    content = reports.export_customers(
        actor=actor, on=today, wanted=asked.wanted(), order=asked.order(), form=form
    )
    return file_answer(content, f"customers-{today}", form)


@router.get("/rating-runs/{run_id}/export", response=PROBLEMS, openapi_extra=FILE)
def run(request: HttpRequest, run_id: Id, form: As = "xlsx") -> HttpResponse:
    """The grades of a run; in Excel with its tables by industry and by move."""
    content = reports.export_run(actor=actor_of(request), on=business_day(), run_id=run_id, form=form)
    return file_answer(content, f"rating-run-{run_id}", form)


@router.get("/measurements/latest/export", response=PROBLEMS, openapi_extra=FILE)
def indicators(request: HttpRequest, as_of: AsOf = None, form: As = "xlsx") -> HttpResponse:
    """Every indicator of every customer by the latest measurement on or before a day."""
    day = as_of or business_day()
    content = reports.export_indicators(actor=actor_of(request), on=business_day(), as_of=day, form=form)
    return file_answer(content, f"indicators-{day}", form)


@router.get("/audit/export", response=PROBLEMS, openapi_extra=FILE)
def trail(request: HttpRequest, asked: Query[EntriesWanted], form: As = "xlsx") -> HttpResponse:
    """The entries of the trail that fit, the newest first."""
    today = business_day()
    content = reports.export_trail(actor=actor_of(request), on=today, wanted=asked.search(), form=form)
    return file_answer(content, f"trail-{today}", form)


def file_answer(content: bytes, name: str, form: Form) -> HttpResponse:
    """A file to keep."""
    answer = HttpResponse(content, content_type=KINDS[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
