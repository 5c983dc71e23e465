"""Files: send one, see what would happen, assign its columns, post it, fetch what was rejected."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Status, UploadedFile

from xinheng.base.access import services as access
from xinheng.facts.intake import queries as batches
from xinheng.facts.intake import services as intake
from xinheng.facts.intake.errors import KindUnknown
from xinheng.runs import services as runs
from xinheng.web.api.fields import USUAL_LIMIT, Id, Limit, No
from xinheng.web.api.intake_schemas import (
    BatchesAsked,
    BatchJobOut,
    BatchOut,
    KindOut,
    LookOut,
    MappingIn,
    ModeIn,
    PreviewOut,
    ProgressOut,
    RejectedOut,
    SentIn,
    SourceIn,
    SourceOut,
)
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import JobOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["imports"])
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK = {
    "responses": {
        200: {
            "description": "A workbook",
            "content": {EXCEL: {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


POSTING = {  # what posting a kind of data changes
    "customers": "customers.write",
    "bills": "receivables.write",
    "receipts": "receivables.write",
    "opening_items": "receivables.write",
    "instalments": "receivables.write",
    "statements": "financials.write",
    "trade_invoices": "financials.write",
    "assessments": "ratings.assess",
    "orders": "limits.check",
    "deliveries": "orders.deliver",
    "limits": "limits.write",
    "contracts": "contracts.ledger",
    "factor_values": "factors.write",
    "factor_entries": "factors.write",
}


@router.get("/import-kinds", response={200: list[KindOut], **PROBLEMS})
def kinds(request: HttpRequest) -> list[Any]:
    """The kinds of data that may be imported, with their fields."""
    access.require(actor_of(request), "intake.read")
    return batches.kinds()


@router.get("/import-kinds/{kind}/template.xlsx", response=PROBLEMS, openapi_extra=WORKBOOK)
def template(request: HttpRequest, kind: No) -> HttpResponse:
    """An empty workbook of a kind, to fill in."""
    access.require(actor_of(request), "intake.read")
    return _workbook(intake.template(kind), f"{kind}.xlsx")


@router.get("/import-sources", response={200: list[SourceOut], **PROBLEMS})
def sources(request: HttpRequest, kind: Annotated[str, Query(max_length=40)] = "") -> list[Any]:
    """The sources whose mapping is known."""
    access.require(actor_of(request), "intake.read")
    return batches.sources(kind)


@router.post("/import-sources", response={201: SourceOut, **PROBLEMS})
@once()
def new_source(request: HttpRequest, body: SourceIn) -> Status[Any]:
    """Name a sender of files; how its columns are assigned is remembered from its first file on."""
    kept = intake.new_source(actor=actor_of(request), on=runs.business_day(), kind=body.kind, name=body.name)
    return Status(201, {"code": kept.code, "label": kept.name, "kind": kept.kind, "shipped": False})


@router.get("/imports", response={200: Page[BatchOut], **PROBLEMS})
def list_batches(request: HttpRequest, asked: Query[BatchesAsked]) -> dict[str, Any]:
    """Files taken in, the newest first: all, or those you sent."""
    actor = actor_of(request)
    if asked.kind and asked.kind not in {one.code for one in batches.kinds()}:
        raise KindUnknown(kind=asked.kind)
    named = {
        "kind": asked.kind,
        "state": asked.state,
        "source__code": asked.source,
        "told_on__gte": asked.from_on,
        "told_on__lte": asked.until_on,
        "pk__lt": asked.after,
    }
    found = batches.batches(actor).filter(**{name: value for name, value in named.items() if value})
    ordered = list(found.order_by("-id")[: asked.limit + 1])
    rows, following = page_of(ordered, asked.limit, lambda row: row.pk)
    return {"items": rows, "next": following}


@router.post("/imports", response={202: BatchJobOut, **PROBLEMS})
@once()
def send(
    request: HttpRequest,
    file: File[UploadedFile],
    told: Form[SentIn],
) -> Status[Any]:
    """Send a file. It is stored, then read and checked in the background; nothing is posted yet.

    A file that was posted before changes nothing. kind: a code of /import-kinds.
    """
    actor = actor_of(request)
    access.require(actor, "intake.write", f"kind:{told.kind}")
    name = Path(file.name or "file").name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        batch = intake.receive(
            actor=actor,
            on=runs.business_day(),
            path=path,
            file_name=name,
            **told.model_dump(),
        )
    job = runs.enqueue_import(batch.pk, actor.login) if batch.state == "waiting" else None
    return Status(202, {**BatchOut.from_orm(batch).model_dump(), "job_id": job})


@router.get("/imports/{batch_no}", response={200: BatchOut, **PROBLEMS})
def one_batch(request: HttpRequest, batch_no: Id) -> Any:
    """How one file stands: what was accepted, known, rejected."""
    return batches.batch(actor_of(request), batch_no)


@router.get("/imports/{batch_no}/progress", response={200: ProgressOut, **PROBLEMS})
def progress(request: HttpRequest, batch_no: Id) -> Any:
    """How far the work on a file is; answers while a posting runs."""
    return intake.progress(_seen(request, batch_no))


@router.get("/imports/{batch_no}/look", response={200: LookOut, **PROBLEMS})
def look(request: HttpRequest, batch_no: Id) -> Any:
    """The columns of a file, its first rows, and how the columns are assigned."""
    return intake.look(_seen(request, batch_no))


@router.get("/imports/{batch_no}/preview", response={200: PreviewOut, **PROBLEMS})
def preview(request: HttpRequest, batch_no: Id) -> Any:
    """What posting the file would do, or did."""
    return intake.preview(_seen(request, batch_no))


@router.get("/imports/{batch_no}/rejected", response={200: Page[RejectedOut], **PROBLEMS})
def rejected(
    request: HttpRequest,
    batch_no: Id,
    after: Annotated[int, Query(ge=0, le=10_000_000, description="The `next` of the page before.")] = 0,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """Rejected rows in the order of the file, with field, value and cause in words."""
    actor = actor_of(request)
    rows = list(batches.rejected_rows(actor, batch_no)[after : after + limit + 1])
    kind = batches.batch(actor, batch_no).kind
    following = str(after + limit) if len(rows) > limit else None
    return {"items": batches.worded(rows[:limit], kind), "next": following}


@router.get("/imports/{batch_no}/rejected.xlsx", response=PROBLEMS, openapi_extra=WORKBOOK)
def rejected_workbook(request: HttpRequest, batch_no: Id) -> HttpResponse:
    """Rejected rows as a workbook to correct and send again."""
    return _workbook(intake.rejects_workbook(_seen(request, batch_no)), f"rejected-{batch_no}.xlsx")


@router.post("/imports/{batch_no}/mapping", response={202: JobOut, **PROBLEMS})
@once()
def set_mapping(request: HttpRequest, batch_no: Id, body: MappingIn) -> Status[Any]:
    """Assign the columns otherwise; the file is then checked anew in the background."""
    actor = actor_of(request)
    access.require(actor, "intake.write", f"batch:{batch_no}")
    _seen(request, batch_no)
    intake.set_mapping(actor=actor, on=runs.business_day(), batch_no=batch_no, **body.model_dump())
    return _queued(runs.enqueue_import(batch_no, actor.login))


@router.post("/imports/{batch_no}/mode", response={200: BatchOut, **PROBLEMS})
@once()
def choose_mode(request: HttpRequest, batch_no: Id, body: ModeIn) -> Status[Any]:
    """All or none, or the good rows only, before the file is posted."""
    actor = actor_of(request)
    _seen(request, batch_no)
    changed = intake.choose_mode(actor=actor, on=runs.business_day(), batch_no=batch_no, mode=body.mode)
    return Status(200, BatchOut.from_orm(changed))


@router.post("/imports/{batch_no}/post", response={202: JobOut, **PROBLEMS})
@once()
def post(request: HttpRequest, batch_no: Id) -> Status[Any]:
    """Put the checked rows into the books; asking twice posts once. Needs the right to change them, too."""
    return _queued(runs.enqueue_post(_postable(request, batch_no), actor_of(request).login))


@router.post("/imports/{batch_no}/resume", response={202: JobOut, **PROBLEMS})
@once()
def resume(request: HttpRequest, batch_no: Id) -> Status[Any]:
    """Go on with a file whose work was cut off."""
    return _queued(runs.enqueue_resuming(_postable(request, batch_no), actor_of(request).login))


@router.post("/imports/{batch_no}/cancel", response={200: BatchOut, **PROBLEMS})
@once()
def cancel(request: HttpRequest, batch_no: Id) -> Status[Any]:
    """Give a file up. Work under way stops at the next piece, and what it began is undone."""
    _seen(request, batch_no)
    ended = intake.cancel(actor=actor_of(request), on=runs.business_day(), batch_no=batch_no)
    return Status(200, BatchOut.from_orm(ended))


def _seen(request: HttpRequest, batch_no: int) -> int:
    """The number of a batch the actor may see."""
    return int(batches.batch(actor_of(request), batch_no).pk)


def _postable(request: HttpRequest, batch_no: int) -> int:
    """The number of a batch that the token may post: the work itself asks only what the person may do."""
    actor, subject = actor_of(request), f"batch:{batch_no}"
    access.require(actor, "intake.write", subject)
    batch = batches.batch(actor, batch_no)
    access.require(actor, POSTING.get(batch.kind, "*"), subject)
    return int(batch.pk)


def _queued(job: str) -> Status[Any]:
    return Status(202, {"id": job, "state": "waiting"})


def _workbook(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
