"""Questionnaires on customers, and what in their files waits for a person's word."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import services as packs
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as acts
from xinheng.facts.customers.values import Item, NewSurvey
from xinheng.judgements.ratings import services as judging
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, Day, Id, Limit, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Asked, DoneOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["credit file"])
Code = Annotated[str, Field(max_length=60)]


class FormOut(Schema):
    """A questionnaire: the items it asks, the policy questions, and the channels it takes.

    sha256: of the document the site adopted; blank: it comes with the system. review: what a manager looks
    at before it is accepted; empty: it needs no review. noted: those points that are ticked with a note only.
    """

    code: str
    version: str
    sha256: str
    name: str
    source: str
    items: list[str]
    questions: list[str]
    channels: list[str]
    required: list[str]
    review: list[str]
    noted: list[str]


class FormText(Schema):
    """A version of a questionnaire as YAML, to be changed and adopted as another."""

    code: str
    version: str
    text: str


class FormTextIn(Asked):
    """A questionnaire as YAML."""

    text: str = Field(max_length=100_000)


class FormIn(FormTextIn):
    """A questionnaire as YAML, to hold from a day on."""

    effective_from: Day


class FormKept(Schema):
    """A version of a questionnaire that the site adopted."""

    code: str
    version: str
    sha256: str
    effective_from: date


class FormChecked(Schema):
    """Whether a questionnaire is sound; every fault in words, with its line."""

    ok: bool
    problems: list[str]


class SurveyOut(Schema):
    """A questionnaire on a customer. answers, questions: null for "unknown". submitted_on null: it goes on.

    Sensitive answers are masked for who may not see them. state: open, handed_in, accepted, filed,
    rejected or not_answered. looked_at: by point of review, who ticked it when, with a note.
    """

    id: int
    customer_no: str
    form: str
    channel: str
    source: str
    state: str
    answers: dict[str, str | None]
    questions: dict[str, str | None]
    begun_on: date
    submitted_on: date | None
    told_by: str
    signed_by: str
    reminders: int
    returned_by: str
    returned_on: date | None
    returned_why: str
    reviewed_by: str
    reviewed_on: date | None
    looked_at: dict[str, Any]
    filed_by: str
    filed_on: date | None

    @classmethod
    def of(cls, survey: Any) -> SurveyOut:
        """A questionnaire as it was read for the one who asks."""
        same = set(cls.model_fields) - {"customer_no"}
        return cls(customer_no=survey.customer.no, **{name: getattr(survey, name) for name in same})


class SurveyIn(Asked):
    """A questionnaire to begin: a code of /survey-forms, and how the answers come in."""

    form: Code
    channel: str = Field(max_length=20)
    source: str = Field("", max_length=200)
    copied: bool = False  # begin with the answers of the last one


Answers = dict[Code, Annotated[str, Field(max_length=2000)] | None]


class AnswersIn(Asked):
    """Answers by item and by policy question: text, null for "unknown", blank to take one back."""

    answers: Answers = Field(default_factory=dict, max_length=200)
    questions: Answers = Field(default_factory=dict, max_length=200)


class SignIn(Asked):
    """signed: whoever asks signs with the own login and answers for the truth of the report."""

    signed: bool


class ReturnIn(Asked):
    """Why a report is given back, or turned down."""

    reason: str = Field(max_length=300)


class AcceptIn(Asked):
    """The points of the form's review that were looked at. notes: by point."""

    looked_at: list[Code] = Field(max_length=20)
    notes: dict[Code, Annotated[str, Field(max_length=300)]] = Field(default_factory=dict, max_length=20)
    note: str = Field("", max_length=300)


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
    """The questionnaires that may be begun today."""
    access.require(actor_of(request), "customers.read")
    return list(customers.forms(on=business_day()).values())


@router.get("/survey-forms/{code}", response={200: FormText, **PROBLEMS})
def one_form(request: HttpRequest, code: No, version: Annotated[str, Query(max_length=20)] = "") -> Any:
    """A questionnaire as a document; that of today where no version is asked for."""
    access.require(actor_of(request), "customers.read")
    now = customers.forms(on=business_day()).get(code)
    form = customers.form_version(code, version or (now.version if now else ""))
    return {
        "code": form.code,
        "version": form.version,
        "text": customers.form_text(form, version=form.version),
    }


@router.post("/survey-forms", response={201: FormKept, **PROBLEMS})
@once()
def adopt_form(request: HttpRequest, body: FormIn) -> Status[Any]:
    """Adopt a new questionnaire from a day on; a further version is drafted and goes through approval."""
    actor, on = actor_of(request), business_day()
    kept = packs.adopt(actor=actor, on=on, kind="form", text=body.text, effective_from=body.effective_from)
    return Status(201, FormKept.from_orm(kept))


@router.post("/survey-form-checks", response={200: FormChecked, **PROBLEMS})
def check_form(request: HttpRequest, body: FormTextIn) -> dict[str, Any]:
    """Whether a text is a questionnaire that may be adopted; keeps nothing."""
    access.require(actor_of(request), "customers.read")
    problems = [words for _line, words in customers.form_faults(body.text)]
    return {"ok": not problems, "problems": problems}


@router.get("/customers/{path:no}/surveys", response={200: list[SurveyOut], **PROBLEMS})
def surveys(request: HttpRequest, no: No) -> list[Any]:
    """The questionnaires on a customer, the newest first."""
    actor, on = actor_of(request), business_day()
    found = customers.surveys(customers.get(actor, no, on=on)).values_list("pk", flat=True)
    return [_shown(actor, pk) for pk in found]


@router.get("/surveys", response={200: Page[SurveyOut], **PROBLEMS})
def all_surveys(
    request: HttpRequest,
    state: Annotated[str, Query(max_length=12)] = "",
    form: Annotated[str, Query(max_length=40)] = "",
    person: Annotated[str, Query(max_length=150)] = "",
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """The questionnaires on customers within your reach, the newest first."""
    actor, on = actor_of(request), business_day()
    named = {"state": state, "form": form, "told_by": person, "pk__lt": after}
    found = customers.surveys_seen(actor, on=on).filter(**{name: one for name, one in named.items() if one})
    rows, following = page_of(list(found[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_shown(actor, row.pk) for row in rows], "next": following}


@router.get("/surveys/{survey_id}", response={200: SurveyOut, **PROBLEMS})
def one_survey(request: HttpRequest, survey_id: Id) -> Any:
    """One questionnaire."""
    return _shown(actor_of(request), survey_id)


@router.post("/customers/{path:no}/surveys", response={201: SurveyOut, **PROBLEMS})
@once()
def begin(request: HttpRequest, no: No, body: SurveyIn) -> Status[Any]:
    """Begin a questionnaire on a customer."""
    new = NewSurvey(**body.model_dump())
    kept = acts.begin_survey(actor=actor_of(request), on=business_day(), no=no, new=new)
    return Status(201, SurveyOut.of(kept))


@router.post("/surveys/{survey_id}/answers", response={200: SurveyOut, **PROBLEMS})
@once()
def answer(request: HttpRequest, survey_id: Id, body: AnswersIn) -> Status[Any]:
    """Keep answers of a questionnaire that goes on."""
    actor, on = actor_of(request), business_day()
    judging.save_survey(actor=actor, on=on, survey_id=survey_id, answers=body.answers, told=body.questions)
    return _survey(actor, survey_id)


@router.post("/surveys/{survey_id}/submit", response={200: SurveyOut, **PROBLEMS})
@once()
def submit(request: HttpRequest, survey_id: Id, body: SignIn) -> Status[Any]:
    """Sign a questionnaire and hand it in: what is known goes to the file."""
    actor = actor_of(request)
    judging.hand_in_survey(actor=actor, on=business_day(), survey_id=survey_id, signed=body.signed)
    return _survey(actor, survey_id)


@router.post("/surveys/{survey_id}/return", response={200: SurveyOut, **PROBLEMS})
@once()
def give_back(request: HttpRequest, survey_id: Id, body: ReturnIn) -> Status[Any]:
    """Give a report back to be corrected, with the reason."""
    actor = actor_of(request)
    acts.return_survey(actor=actor, on=business_day(), survey_id=survey_id, reason=body.reason)
    return _survey(actor, survey_id)


@router.post("/surveys/{survey_id}/accept", response={200: SurveyOut, **PROBLEMS})
@once()
def accept(request: HttpRequest, survey_id: Id, body: AcceptIn) -> Status[Any]:
    """Accept a report whose points of review were all looked at."""
    actor = actor_of(request)
    acts.accept_survey(
        actor=actor,
        on=business_day(),
        survey_id=survey_id,
        looked_at=body.looked_at,
        note=body.note,
        notes=body.notes,
    )
    return _survey(actor, survey_id)


@router.post("/surveys/{survey_id}/reject", response={200: SurveyOut, **PROBLEMS})
@once()
def reject(request: HttpRequest, survey_id: Id, body: ReturnIn) -> Status[Any]:
    """Turn a report down for good, with the reason; what it told the file is disputed."""
    actor = actor_of(request)
    acts.reject_survey(actor=actor, on=business_day(), survey_id=survey_id, reason=body.reason)
    return _survey(actor, survey_id)


@router.post("/surveys/{survey_id}/file", response={200: SurveyOut, **PROBLEMS})
@once()
def file(request: HttpRequest, survey_id: Id) -> Status[Any]:
    """Take an accepted report into the files of finance."""
    actor = actor_of(request)
    acts.file_survey(actor=actor, on=business_day(), survey_id=survey_id)
    return _survey(actor, survey_id)


@router.post("/surveys/{survey_id}/remind", response={200: SurveyOut, **PROBLEMS})
@once()
def remind(request: HttpRequest, survey_id: Id) -> Status[Any]:
    """Note that the customer was asked once more."""
    actor = actor_of(request)
    acts.remind_survey(actor=actor, on=business_day(), survey_id=survey_id)
    return _survey(actor, survey_id)


@router.post("/surveys/{survey_id}/give-up", response={200: SurveyOut, **PROBLEMS})
@once()
def give_up(request: HttpRequest, survey_id: Id) -> Status[Any]:
    """Keep a questionnaire as not answered, after reminders."""
    actor = actor_of(request)
    acts.give_up_survey(actor=actor, on=business_day(), survey_id=survey_id)
    return _survey(actor, survey_id)


def _survey(actor: Actor, survey_id: int) -> Status[Any]:
    return Status(200, _shown(actor, survey_id))


def _shown(actor: Actor, survey_id: int) -> SurveyOut:
    """The survey as the actor may see it."""
    return SurveyOut.of(acts.read_survey(actor=actor, on=business_day(), survey_id=survey_id)[0])


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
