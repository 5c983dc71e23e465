"""Files: send one, see what would happen, post it, fetch what was rejected."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, UploadedFile

from xinheng.base.access import services as access
from xinheng.facts.intake import queries as batches
from xinheng.facts.intake import services as intake
from xinheng.runs import services as runs
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import BatchOut, JobOut, Page
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["imports"])
MOST = 200
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/imports", response={200: Page[BatchOut], **PROBLEMS})
def list_batches(
    request: HttpRequest, after: int | None = None, limit: int = Query(50, ge=1, le=MOST)
) -> dict[str, Any]:
    """Files taken in, the newest first."""
    found = batches.batches(actor_of(request)).order_by("-id")
    if after:
        found = found.filter(pk__lt=after)
    rows = list(found[: limit + 1])
    return {"items": rows[:limit], "next": str(rows[limit - 1].pk) if len(rows) > limit else None}


@router.post("/imports", response={202: BatchOut, **PROBLEMS})
def send(
    request: HttpRequest,
    file: UploadedFile = File(...),  # noqa: B008 - how ninja names a field of the form
    kind: str = Form(...),
    source: str = Form(""),
    mode: str = Form("all_or_none"),
) -> tuple[int, Any]:
    """Send a file. It is stored, then read and checked in the background; nothing is posted yet.

    The same file sent again gives the batch it already is.
    """
    actor = actor_of(request)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(file.name or "file").name
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        batch = intake.receive(
            actor=actor, on=runs.business_day(), path=path, kind=kind, source=source, mode=mode
        )
    if batch.state == "waiting":
        runs.enqueue_import(batch.pk, actor.login)
    return 202, batch


@router.get("/imports/{batch_no}", response={200: BatchOut, **PROBLEMS})
def one_batch(request: HttpRequest, batch_no: int) -> Any:
    """How one file stands: what was accepted, known, rejected."""
    return batches.batch(actor_of(request), batch_no)


@router.get("/imports/{batch_no}/rejected", response={200: dict[str, Any], **PROBLEMS})
def rejected(
    request: HttpRequest, batch_no: int, after: int = 0, limit: int = Query(50, ge=1, le=MOST)
) -> dict[str, Any]:
    """Rejected rows with field, value and cause in words."""
    return batches.rejected_page(actor_of(request), batch_no, after=after, limit=limit)


@router.get("/imports/{batch_no}/rejected.xlsx", response=PROBLEMS)
def rejected_workbook(request: HttpRequest, batch_no: int) -> HttpResponse:
    """Rejected rows as a workbook to correct and send again."""
    batches.batch(actor_of(request), batch_no)
    answer = HttpResponse(intake.rejects_workbook(batch_no), content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="rejected-{batch_no}.xlsx"'
    return answer


@router.post("/imports/{batch_no}/post", response={202: JobOut, **PROBLEMS})
def post(request: HttpRequest, batch_no: int) -> tuple[int, dict[str, Any]]:
    """Put the checked rows into the books; asking twice posts once."""
    actor = actor_of(request)
    access.require(actor, "intake.write", f"batch:{batch_no}")
    batches.batch(actor, batch_no)
    return 202, {"id": runs.enqueue_post(batch_no, actor.login), "state": "waiting"}
