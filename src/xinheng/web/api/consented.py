"""Consents of customers with their papers, and giving out what they allow."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from xinheng.facts.archive.values import Upload
from xinheng.facts.consents import queries, services
from xinheng.facts.consents.values import NewConsent
from xinheng.reports import services as reports
from xinheng.reports.values import DisclosureWanted
from xinheng.runs.services import business_day
from xinheng.web.api.explained import file_answer, file_described
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, Day, Id, Limit, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Asked, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["consents"])
PurposeAsked = Annotated[Literal["material", "commission", "publication"] | None, Query()]
StateAsked = Annotated[Literal["running", "not_yet", "expired", "withdrawn"] | None, Query()]


class ConsentOut(Schema):
    """A permission as it stands today. until_on: the last day. sha256: of its paper in the archive."""

    id: int
    customer_no: str
    customer_name: str
    purpose: str
    basis: str
    recipient: str
    policy_code: str
    source: str
    from_on: date
    until_on: date | None
    sha256: str
    told_by: str
    told_on: date
    state: str
    withdrawn_on: date | None
    withdrawn_why: str


class ConsentIn(Asked):
    """A permission to keep. recipient blank: anyone; of a commission the agency that rates.

    A consent needs its paper and its last day; law, for material only, needs neither.
    """

    purpose: Literal["material", "commission", "publication"]
    source: str = Field(max_length=300)
    from_on: Day
    until_on: Day | None = None
    basis: Literal["consent", "law"] = "consent"
    recipient: str = Field("", max_length=200)
    policy_code: str = Field("", max_length=40)


class WithdrawIn(Asked):
    """Why a permission ends before its day."""

    reason: str = Field(max_length=300)


class DisclosureIn(Asked):
    """What shall be given out of a decision, and to whom. An internal result never is."""

    recipient: str = Field(max_length=200)
    what: Literal["material", "result"] = "material"
    role: str = Field("", max_length=8)
    form: Literal["pdf", "xlsx"] = Field("pdf", alias="format")


@router.get("/consents", response={200: Page[ConsentOut], **PROBLEMS})
def consents(  # noqa: PLR0913, PLR0917 - each a filter
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100)] = "",
    purpose: PurposeAsked = None,
    state: StateAsked = None,
    ends_by: date | None = None,
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """The consents of customers within your reach, the newest first. q: customer or recipient."""
    on = business_day()
    wanted = queries.Wanted(text=q, purpose=purpose or "", state=state or "", ends_by=ends_by)
    found = queries.found(actor_of(request), wanted, on=on).order_by("-id")
    found = found.filter(pk__lt=after) if after else found
    rows, following = page_of(list(found[: limit + 1]), limit, lambda row: row.pk)
    return {"items": queries.permissions(rows, on=on), "next": following}


@router.get("/customers/{path:no}/consents", response={200: list[ConsentOut], **PROBLEMS})
def of_customer(request: HttpRequest, no: No) -> list[Any]:
    """All consents of one customer, the newest first."""
    return list(queries.of_customer(actor_of(request), no, on=business_day()))


@router.post("/customers/{path:no}/consents", response={201: ConsentOut, **PROBLEMS})
@once()
def tell(
    request: HttpRequest, no: No, told: Form[ConsentIn], file: File[UploadedFile | None] = None
) -> Status[Any]:
    """Keep a consent with its paper unchanged, or a rule of the state."""
    paper = None if file is None else Upload(file.name or "", file.read())
    new = NewConsent(**told.model_dump())
    kept = services.tell_consent(
        actor=actor_of(request), on=business_day(), customer_no=no, new=new, paper=paper
    )
    return Status(201, ConsentOut.from_orm(kept))


@router.post("/consents/{consent_id}/withdraw", response={200: ConsentOut, **PROBLEMS})
@once()
def withdraw(request: HttpRequest, consent_id: Id, body: WithdrawIn) -> Status[Any]:
    """End a consent from today on."""
    kept = services.withdraw_consent(
        actor=actor_of(request), on=business_day(), consent_id=consent_id, reason=body.reason
    )
    return Status(200, ConsentOut.from_orm(kept))


@router.get("/consents/{consent_id}/paper", response=PROBLEMS, openapi_extra=file_described("any"))
def paper(request: HttpRequest, consent_id: Id) -> HttpResponse:
    """The paper of a consent, refused where its hash no longer holds."""
    kept = queries.read_paper(actor=actor_of(request), on=business_day(), consent_id=consent_id)
    answer = HttpResponse(kept.content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = "attachment"
    answer.headers["X-Content-SHA256"] = kept.attached.sha256
    return answer


@router.post(
    "/rating-runs/{run_id}/disclosures/{path:no}",
    response=PROBLEMS,
    openapi_extra=file_described("pdf", "xlsx"),
)
def disclose(request: HttpRequest, run_id: Id, no: No, body: DisclosureIn) -> HttpResponse:
    """Material or result of a decision for somebody outside, by a consent that holds or by a rule.

    Nothing is kept but the line on the trail, so asking again gives it again.
    """
    content = reports.export_disclosed(
        actor=actor_of(request),
        on=business_day(),
        run_id=run_id,
        customer_no=no,
        wanted=DisclosureWanted(body.recipient, body.what, body.role),
        form=body.form,
    )
    return file_answer(content, f"disclosed-{run_id}", body.form)
