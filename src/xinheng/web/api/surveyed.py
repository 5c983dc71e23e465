"""Questionnaires on customers, and what in their files waits for a person's word."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as acts
from xinheng.facts.customers.values import Item
from xinheng.runs.services import business_day
from xinheng.web.api.fields import Id, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Asked, DoneOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["credit file"])
Code = Annotated[str, Field(max_length=60)]


class FormOut(Schema):
    """A questionnaire: the items it asks."""

    code: str
    name: str
    source: str
    items: list[str]


class SurveyOut(Schema):
    """A questionnaire on a customer. answers: null for "unknown". submitted_on null: it goes on."""

    id: int
    form: str
    channel: str
    source: str
    answers: dict[str, str | None]
    begun_on: date
    submitted_on: date | None
    told_by: str


class SurveyIn(Asked):
    """A questionnaire to begin: a code of /survey-forms, and how the answers come in."""

    form: Code
    channel: str = Field(max_length=20)
    source: str = Field("", max_length=200)


class AnswersIn(Asked):
    """Answers by item: text, null for "unknown", blank to take one back."""

    answers: dict[Code, Annotated[str, Field(max_length=2000)] | None] = Field(max_length=200)


class EvidenceIn(Asked):
    """By what evidence one of several facts holds."""

    evidence: str = Field(max_length=300)


class StrangeOut(Schema):
    """An item nobody classified, and how many facts were told of it."""

    code: str
    facts: int


class ItemIn(Asked):
    """Where an item of the site's own belongs. stale_after_months null: it is never out of date."""

    dimension: int = Field(ge=1, le=6)
    credit: Literal["moral", "asset"]
    name: str = Field(max_length=60)
    name_en: str = Field("", max_length=60)
    stale_after_months: int | None = Field(None, ge=1, le=600)


@router.get("/survey-forms", response={200: list[FormOut], **PROBLEMS})
def forms(request: HttpRequest) -> list[Any]:
    """The questionnaires there are."""
    access.require(actor_of(request), "customers.read")
    return list(customers.forms().values())


@router.get("/customers/{path:no}/surveys", response={200: list[SurveyOut], **PROBLEMS})
def surveys(request: HttpRequest, no: No) -> list[Any]:
    """The questionnaires on a customer, the newest first."""
    return list(customers.surveys(customers.get(actor_of(request), no, on=business_day())))


@router.post("/customers/{path:no}/surveys", response={201: SurveyOut, **PROBLEMS})
@once()
def begin(request: HttpRequest, no: No, body: SurveyIn) -> Status[Any]:
    """Begin a questionnaire on a customer."""
    kept = acts.begin_survey(actor=actor_of(request), on=business_day(), no=no, **body.model_dump())
    return Status(201, SurveyOut.from_orm(kept))


@router.post("/surveys/{survey_id}/answers", response={200: SurveyOut, **PROBLEMS})
@once()
def answer(request: HttpRequest, survey_id: Id, body: AnswersIn) -> Status[Any]:
    """Keep answers of a questionnaire that goes on."""
    kept = acts.save_answers(
        actor=actor_of(request), on=business_day(), survey_id=survey_id, answers=body.answers
    )
    return Status(200, SurveyOut.from_orm(kept))


@router.post("/surveys/{survey_id}/submit", response={200: SurveyOut, **PROBLEMS})
@once()
def submit(request: HttpRequest, survey_id: Id) -> Status[Any]:
    """Hand a questionnaire in: what is known goes to the file."""
    kept = acts.submit_survey(actor=actor_of(request), on=business_day(), survey_id=survey_id)
    return Status(200, SurveyOut.from_orm(kept))


@router.post("/facts/{fact_id}/settle", response={200: DoneOut, **PROBLEMS})
@once()
def settle_contradiction(request: HttpRequest, fact_id: Id, body: EvidenceIn) -> Status[Any]:
    """Let one of several contradicting facts hold: it is verified, the others are disputed."""
    kept = acts.settle_contradiction(
        actor=actor_of(request), on=business_day(), fact_id=fact_id, evidence=body.evidence
    )
    return Status(200, {"id": kept.pk})


@router.get("/unclassified-items", response={200: list[StrangeOut], **PROBLEMS})
def unclassified(request: HttpRequest) -> list[dict[str, Any]]:
    """Items told of customers within your reach that nobody classified yet."""
    actor = actor_of(request)
    access.require(actor, "customers.read")
    found = customers.unclassified_items(actor, on=business_day())
    return [{"code": code, "facts": facts} for code, facts in found]


@router.put("/file-items/{code}", response={200: DoneOut, **PROBLEMS})
@once()
def classify(request: HttpRequest, code: No, body: ItemIn) -> Status[Any]:
    """Give an item of the site's own its dimension, class and names."""
    item = Item(
        code, body.dimension, body.credit, body.name, body.name_en, stale_after_months=body.stale_after_months
    )
    kept = acts.classify_item(actor=actor_of(request), on=business_day(), item=item)
    return Status(200, {"id": kept.pk})
