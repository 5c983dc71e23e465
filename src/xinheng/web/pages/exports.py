"""Lists as files to take away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.customers import asked
from xinheng.web.pages.edge import actor_of, signed_in

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@signed_in
@require_GET
def export_customers(request: HttpRequest) -> HttpResponse:
    """The filtered list of customers, all of it."""
    wanted, order = asked(request)
    on = business_day()
    content = reports.export_customers(actor=actor_of(request), on=on, wanted=wanted, order=order)
    return workbook_answer(content, f"customers-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def export_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One rating run."""
    content = reports.export_run(actor=actor_of(request), on=business_day(), run_id=run_id)
    return workbook_answer(content, f"rating-run-{run_id}.xlsx")


def workbook_answer(content: bytes, name: str) -> HttpResponse:
    """An Excel workbook to keep, which no cache keeps."""
    answer = HttpResponse(content, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


urlpatterns = [
    path("customers/export/", export_customers, name="export_customers"),
    path("ratings/<int:run_id>/export/", export_run, name="export_run"),
]
