"""Consumers of electricity, their readings, the areas of the grid, and files of metering."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status, UploadedFile

from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import services as acts
from xinheng.facts.metering.values import ConsumerWanted, NewFile
from xinheng.runs.services import business_day
from xinheng.web.api.fields import Day, Id, Limit, No
from xinheng.web.api.metering_schemas import (
    AreaOut,
    AreaSuccessOut,
    ConsumerIn,
    ConsumerOut,
    ConsumersAsked,
    MeteringBatchOut,
    MeteringFileIn,
    MeteringRejectedOut,
    ReadingOut,
    ReadingsIn,
    SupplyChangeIn,
)
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["metering"])
Offset = Annotated[int, Query(ge=0, le=10**9)]


@router.get("/metering/consumers", response={200: Page[ConsumerOut], **PROBLEMS})
def consumers(request: HttpRequest, asked: Query[ConsumersAsked]) -> dict[str, Any]:
    """Consumers within your reach by their numbers, as they are supplied now."""
    rows = metering.with_supply(metering.consumers(actor_of(request), asked.wanted()))
    if asked.after:
        rows = rows.filter(consumer_no__gt=asked.after)
    page, following = page_of(
        list(rows.select_related("customer")[: asked.limit + 1]), asked.limit, lambda row: row.consumer_no
    )
    return {"items": [ConsumerOut.of(row) for row in page], "next": following}


@router.post("/metering/consumers", response={201: ConsumerOut, **PROBLEMS})
@once()
def open_consumer(request: HttpRequest, body: ConsumerIn) -> Status[Any]:
    """Open an account; a number that is taken and a wrong licence code are refused."""
    acts.open_consumer(**_who(request), new=body.new())
    return Status(201, _consumer(request, body.consumer_no.strip()))


@router.post("/metering/consumers/{path:consumer_no}/supply", response={200: ConsumerOut, **PROBLEMS})
@once()
def change_supply(request: HttpRequest, consumer_no: No, body: SupplyChangeIn) -> Any:
    """Supply a consumer otherwise from a day on; what was stays by day."""
    acts.change_supply(
        **_who(request), consumer_no=consumer_no, terms=body.terms(), from_on=body.from_on, reason=body.reason
    )
    return _consumer(request, consumer_no)


@router.get("/metering/consumers/{path:consumer_no}/readings", response={200: list[ReadingOut], **PROBLEMS})
def readings(request: HttpRequest, consumer_no: No, since: Day, until: Day) -> list[Any]:
    """The daily use of a consumer with its marks, both days included."""
    return metering.readings_of(actor_of(request), consumer_no, since=since, until=until)


@router.post("/metering/readings", response={200: MeteringBatchOut, **PROBLEMS})
@once()
def tell_readings(request: HttpRequest, body: ReadingsIn) -> MeteringBatchOut:
    """Tell daily readings: all of them, or none where one is wrong; the wrong ones are named."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "readings.parquet"
        pl.DataFrame(
            [one.model_dump() for one in body.readings],
            schema={"consumer": pl.String, "day": pl.Date, "kwh": pl.Float64, "mark": pl.String},
        ).write_parquet(path)
        mode = "good_rows" if body.good_rows else "all_or_none"
        new = NewFile(path, "readings", mode=mode, file_name="api.parquet")
        batch = acts.import_file(**_who(request), file=new)
    return MeteringBatchOut.of(metering.preview(actor_of(request), batch.pk))


@router.get("/metering/areas", response={200: list[AreaOut], **PROBLEMS})
def areas(request: HttpRequest) -> list[Any]:
    """The areas of the grid in the order of the tree."""
    return list(metering.areas(actor_of(request)))


@router.get("/metering/areas/success", response={200: list[AreaSuccessOut], **PROBLEMS})
def success(request: HttpRequest, since: Day, until: Day) -> list[Any]:
    """How well areas were read by month, both days included."""
    return metering.success(actor_of(request), since=since, until=until)


@router.get("/metering/files", response={200: list[MeteringBatchOut], **PROBLEMS})
def files(request: HttpRequest, offset: Offset = 0, limit: Limit = 50) -> list[MeteringBatchOut]:
    """The files of metering, the newest first, without samples of what was rejected."""
    rows = metering.batches(actor_of(request))[offset : offset + limit]
    return [MeteringBatchOut.of(metering.outline(row)) for row in rows]


@router.post("/metering/files", response={201: MeteringBatchOut, **PROBLEMS})
@once()
def send_file(
    request: HttpRequest, file: File[UploadedFile], told: Form[MeteringFileIn]
) -> Status[MeteringBatchOut]:
    """Send a file: CSV, Excel or Parquet. It is checked, and waits to be posted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        mode = "good_rows" if told.good_rows else "all_or_none"
        name = Path(file.name or "file").name
        new = NewFile(path, told.kind, mode=mode, options=told.options(), file_name=name)
        batch = acts.receive(**_who(request), file=new)
    acts.read_and_check(batch.pk)
    return Status(201, MeteringBatchOut.of(metering.preview(actor_of(request), batch.pk)))


@router.get("/metering/files/{batch_id}", response={200: MeteringBatchOut, **PROBLEMS})
def one_file(request: HttpRequest, batch_id: Id) -> MeteringBatchOut:
    """A file of metering, with samples of what was rejected."""
    return MeteringBatchOut.of(metering.preview(actor_of(request), batch_id))


@router.get("/metering/files/{batch_id}/rejected", response={200: list[MeteringRejectedOut], **PROBLEMS})
def rejected(
    request: HttpRequest, batch_id: Id, offset: Offset = 0, limit: Limit = 50
) -> list[MeteringRejectedOut]:
    """What of a file was not taken, in the order of the file."""
    found = metering.rejected(actor_of(request), batch_id, offset=offset, limit=limit)
    return [MeteringRejectedOut.of(one) for one in found]


@router.post("/metering/files/{batch_id}/post", response={200: MeteringBatchOut, **PROBLEMS})
@once()
def post_file(request: HttpRequest, batch_id: Id) -> MeteringBatchOut:
    """Put the accepted values of a file in."""
    acts.post(**_who(request), batch_no=batch_id)
    return MeteringBatchOut.of(metering.preview(actor_of(request), batch_id))


def _consumer(request: HttpRequest, no: str) -> ConsumerOut:
    row = metering.consumer(actor_of(request), no)
    seen = metering.consumers(actor_of(request), ConsumerWanted()).filter(pk=row.pk)
    return ConsumerOut.of(metering.with_supply(seen).select_related("customer").get())


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}
