"""Files beside a fact of the file, a report from the field, or an assessment."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema, Status, UploadedFile

from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as acts
from xinheng.judgements.ratings import services as judging
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, Id, Limit
from xinheng.web.api.investigated import BYTES, AttachedOut, NoteIn, bytes_answer
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["evidence"])
Kind = Literal["fact", "report", "assessment"]


class ToldOut(Schema):
    """What one channel tells of an item, and of which day."""

    channel: str
    value: str
    true_on: date


class ContradictionOut(Schema):
    """An item of a customer that two channels tell differently."""

    customer_no: str
    item: str
    key: str
    told: list[ToldOut]


@router.get("/contradictions", response={200: list[ContradictionOut], **PROBLEMS})
def contradictions(request: HttpRequest, limit: Limit = USUAL_LIMIT) -> list[dict[str, Any]]:
    """What the channels tell differently of one item, of customers within your reach; sensitive is masked."""
    actor, on = actor_of(request), business_day()
    found = customers.contradictory(customers.visible(actor, on=on), on=on, most=limit)
    return [
        {
            "customer_no": one.customer_no, "item": one.item.code, "key": one.key,
            "told": [dict(zip(("channel", "value", "true_on"), told, strict=True)) for told in one.told],
        }
        for one in found
    ]  # fmt: skip


@router.get("/evidence/{kind}/{record_id}/files", response={200: list[AttachedOut], **PROBLEMS})
def files(request: HttpRequest, kind: Kind, record_id: Id) -> list[Any]:
    """The files beside a fact, a report from the field, or an assessment."""
    actor, on = actor_of(request), business_day()
    if kind == "assessment":
        return list(judging.beside_assessment(actor, record_id, on=on))
    return list(acts.beside_record(actor, kind, record_id, on=on))


@router.post("/evidence/{kind}/{record_id}/files", response={201: AttachedOut, **PROBLEMS})
@once()
def attach(
    request: HttpRequest, kind: Kind, record_id: Id, file: File[UploadedFile], told: Form[NoteIn]
) -> Status[Any]:
    """Keep a file unchanged beside a fact, a report from the field, or an assessment."""
    uploads = [Upload(file.name or "", file.read(), told.note)]
    keep: dict[str, Any] = {"actor": actor_of(request), "on": business_day(), "uploads": uploads}
    if kind == "assessment":
        kept = judging.attach_to_assessment(**keep, assessment_id=record_id)
    else:
        kept = acts.attach_to_record(**keep, kind=kind, record_id=record_id)
    return Status(201, AttachedOut.from_orm(kept[0]))


@router.get("/evidence/{kind}/{record_id}/files/{attachment_id}", response=PROBLEMS, openapi_extra=BYTES)
def take(request: HttpRequest, kind: Kind, record_id: Id, attachment_id: Id) -> HttpResponse:
    """The bytes of a file, refused where their hash no longer holds."""
    told: dict[str, Any] = {
        "actor": actor_of(request), "on": business_day(), "attachment_id": attachment_id,
    }  # fmt: skip
    if kind == "assessment":
        return bytes_answer(judging.read_assessment_file(**told, assessment_id=record_id))
    return bytes_answer(acts.read_record_file(**told, kind=kind, record_id=record_id))
