"""Personal data: persons and consents, requests, erasures, sharing, extracts, trainings, checks, alerts."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from xinheng.base.kernel.money import Money
from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy import services as acts
from xinheng.facts.privacy.values import Wanted
from xinheng.runs.services import business_day
from xinheng.web.api import privacy_schemas as shapes
from xinheng.web.api.fields import Id
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["privacy"])
PersonNo = Annotated[str, Path(max_length=20)]
Purpose = Annotated[str, Query(max_length=30)]
Scheme = Annotated[str, Query(max_length=30)]


@router.get("/private-persons", response={200: Page[shapes.PersonSubjectOut], **PROBLEMS})
def persons(request: HttpRequest, asked: Query[shapes.PersonsAsked]) -> dict[str, Any]:
    """The persons within your reach that pass the filters, without what names them."""
    told = asked.model_dump(exclude={"after", "limit"})
    rows = privacy.persons(actor_of(request), Wanted(**told), on=business_day()).order_by("pk")
    found, following = page_of(
        list(rows.filter(pk__gt=asked.after)[: asked.limit + 1]), asked.limit, lambda row: row.pk
    )
    return {"items": [_person(row) for row in found], "next": following}


@router.get("/private-persons/{person_no}", response={200: shapes.PersonFileOut, **PROBLEMS})
def person(request: HttpRequest, person_no: PersonNo) -> dict[str, Any]:
    """What is kept of a person; the look is noted."""
    on = business_day()
    file = acts.read_person(actor=actor_of(request), on=on, person_no=person_no)
    return {
        **_person(file.person),
        "name": file.person.name,
        "items": dict(file.items),
        "agreements": [_agreement(one, on) for one in file.agreements],
        "dealings": [_dealing(one) for one in file.dealings],
        "is_masked": file.is_masked,
    }


@router.get("/private-persons/{person_no}/access-log", response={200: list[shapes.PersonLookOut], **PROBLEMS})
def access_log(request: HttpRequest, person_no: PersonNo) -> Any:
    """Who looked at a person's data, the newest first."""
    return privacy.access_log(actor_of(request), person_no, on=business_day())


@router.get("/private-persons/{person_no}/may-use", response={200: shapes.MayUseOut, **PROBLEMS})
def may_use(request: HttpRequest, person_no: PersonNo, purpose: Purpose) -> dict[str, Any]:
    """Whether a person's data may be used for a purpose today."""
    on = business_day()
    found = privacy.get_person(actor_of(request), person_no, on=on)
    return {"purpose": purpose, "may_use": privacy.may_use(privacy.subject_of(found), purpose, on)}


@router.post("/private-persons", response={201: shapes.PersonSubjectOut, **PROBLEMS})
@once()
def register_person(request: HttpRequest, body: shapes.PersonSubjectIn) -> Status[Any]:
    """Keep a person with what was agreed to."""
    return Status(201, _person(acts.register_person(**_who(request), new=body.person())))


@router.post("/private-persons/{person_no}/change", response={200: shapes.PersonSubjectOut, **PROBLEMS})
@once()
def change_person(request: HttpRequest, person_no: PersonNo, body: shapes.PersonChangeIn) -> Status[Any]:
    """Correct what is kept of a person."""
    return Status(200, _person(acts.change_person(**_who(request), person_no=person_no, **body.model_dump())))


@router.post(
    "/private-persons/{person_no}/agreements", response={201: list[shapes.PersonAgreementOut], **PROBLEMS}
)
@once()
def give_consent(request: HttpRequest, person_no: PersonNo, body: shapes.PersonAgreementIn) -> Status[Any]:
    """Add what a person agreed to."""
    kept = acts.give_consent(**_who(request), person_no=person_no, new=body.agreement())
    return Status(201, [_agreement(one, business_day()) for one in kept])


@router.post("/private-persons/{person_no}/withdrawals", response={200: DoneOut, **PROBLEMS})
@once()
def withdraw(request: HttpRequest, person_no: PersonNo, body: shapes.PersonWithdrawalIn) -> Status[Any]:
    """End every consent of a person to a purpose from today on; gives how many lines ended."""
    return Status(
        200, {"id": acts.withdraw_consent(**_who(request), person_no=person_no, **body.model_dump())}
    )


@router.post("/private-persons/{person_no}/dealings", response={201: DoneOut, **PROBLEMS})
@once()
def tell_dealing(request: HttpRequest, person_no: PersonNo, body: shapes.PersonDealingIn) -> Status[Any]:
    """Note what happened with a person."""
    return Status(201, {"id": acts.tell_dealing(**_who(request), person_no=person_no, new=body.dealing()).pk})


@router.post("/anonymous-dealings", response={201: DoneOut, **PROBLEMS})
@once()
def tell_anonymous(request: HttpRequest, body: shapes.PersonDealingIn) -> Status[Any]:
    """Note the consumption of a guest nobody named."""
    return Status(201, {"id": acts.tell_dealing(**_who(request), new=body.dealing()).pk})


@router.post("/private-dealings/{dealing_id}/end", response={200: DoneOut, **PROBLEMS})
@once()
def end_dealing(request: HttpRequest, dealing_id: Id, body: shapes.DealingEndIn) -> Status[Any]:
    """Note that something is paid, settled or over."""
    kept = acts.end_dealing(**_who(request), dealing_id=dealing_id, ended_on=body.ended_on)
    return Status(200, {"id": kept.pk})


@router.get("/person-requests", response={200: Page[shapes.PersonRequestOut], **PROBLEMS})
def requests(request: HttpRequest, asked: Query[shapes.LedgerAsked]) -> dict[str, Any]:
    """Requests of persons within your reach, the oldest first."""
    rows = privacy.requests(actor_of(request), on=business_day(), state=asked.state).order_by("pk")
    found, following = page_of(
        list(rows.filter(pk__gt=asked.after)[: asked.limit + 1]), asked.limit, lambda row: row.pk
    )
    return {"items": [_request(one) for one in found], "next": following}


@router.post("/private-persons/{person_no}/requests", response={201: shapes.PersonRequestOut, **PROBLEMS})
@once()
def receive_request(request: HttpRequest, person_no: PersonNo, body: shapes.PersonRequestIn) -> Status[Any]:
    """Take a request of a person in."""
    kept = acts.receive_request(**_who(request), person_no=person_no, new=body.request())
    return Status(201, _request(kept))


@router.post("/person-requests/{request_id}/identity", response={200: shapes.PersonRequestOut, **PROBLEMS})
@once()
def check_identity(request: HttpRequest, request_id: Id, body: shapes.IdentityProofIn) -> Status[Any]:
    """Note how we know who asks."""
    return Status(
        200, _request(acts.check_identity(**_who(request), request_id=request_id, proof=body.proof))
    )


@router.post("/person-requests/{request_id}/answer", response={200: shapes.PersonRequestOut, **PROBLEMS})
@once()
def answer(request: HttpRequest, request_id: Id, body: shapes.PersonAnswerIn) -> Status[Any]:
    """Answer or refuse a request in words."""
    return Status(
        200, _request(acts.answer_request(**_who(request), request_id=request_id, answer=body.answer()))
    )


@router.get("/personal-cleanup", response={200: list[shapes.CleanupOut], **PROBLEMS})
def cleanup(request: HttpRequest, scheme: Scheme = "") -> list[dict[str, Any]]:
    """Persons kept past the term of their document, the oldest visit first."""
    return [
        {"person_no": one.person.no, "last_visit_on": one.person.last_visit_on, "ended_on": one.ended_on,
         "months": one.months, "is_assumed": one.is_assumed, "holds": list(one.holds)}
        for one in privacy.candidates(actor_of(request), on=business_day(), scheme=scheme)
    ]  # fmt: skip


@router.get("/personal-erasures", response={200: Page[shapes.ErasureOut], **PROBLEMS})
def erasures(request: HttpRequest, asked: Query[shapes.LedgerAsked]) -> dict[str, Any]:
    """Erasures of persons within your reach, the oldest first."""
    rows = privacy.erasures(actor_of(request), on=business_day(), state=asked.state).order_by("pk")
    found, following = page_of(
        list(rows.filter(pk__gt=asked.after)[: asked.limit + 1]), asked.limit, lambda row: row.pk
    )
    return {"items": [_erasure(one) for one in found], "next": following}


@router.post("/private-persons/{person_no}/erasures", response={201: shapes.ErasureOut, **PROBLEMS})
@once()
def ask_erasure(request: HttpRequest, person_no: PersonNo, body: shapes.ErasureIn) -> Status[Any]:
    """Ask that a person's data be erased."""
    return Status(201, _erasure(acts.ask_erasure(**_who(request), person_no=person_no, **body.model_dump())))


@router.post("/personal-erasures/{erasure_id}/decision", response={200: shapes.ErasureOut, **PROBLEMS})
@once()
def decide_erasure(request: HttpRequest, erasure_id: Id, body: shapes.PrivacyDecisionIn) -> Status[Any]:
    """Approve an erasure or turn it down; not by who asked."""
    kept = acts.decide_erasure(**_who(request), erasure_id=erasure_id, **body.model_dump())
    return Status(200, _erasure(kept))


@router.post("/personal-erasures/{erasure_id}/carry-out", response={200: shapes.ErasureOut, **PROBLEMS})
@once()
def carry_out(request: HttpRequest, erasure_id: Id) -> Status[Any]:
    """Erase, or freeze as long as something needs the data."""
    return Status(200, _erasure(acts.carry_out_erasure(**_who(request), erasure_id=erasure_id)))


@router.get("/data-partners", response={200: list[shapes.PartnerOut], **PROBLEMS})
def partners(request: HttpRequest) -> Any:
    """The receivers of data with their agreements."""
    return list(privacy.partners(actor_of(request), on=business_day()))


@router.post("/data-partners/{partner_id}/sharings", response={201: DoneOut, **PROBLEMS})
@once()
def share(request: HttpRequest, partner_id: Id, body: shapes.DataSharingIn) -> Status[Any]:
    """Note that data of persons goes to a partner; gives how many lines the log has more."""
    kept = acts.share(**_who(request), partner_id=partner_id, what=body.shared())
    return Status(201, {"id": len(kept)})


@router.get("/data-extracts", response={200: list[shapes.DataExtractOut], **PROBLEMS})
def extracts(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest requests from outside."""
    return [_extract(one) for one in privacy.extracts(actor_of(request))[:200]]


@router.post("/data-extracts/{extract_id}/decision", response={200: shapes.DataExtractOut, **PROBLEMS})
@once()
def decide_extract(request: HttpRequest, extract_id: Id, body: shapes.PrivacyDecisionIn) -> Status[Any]:
    """Grant a request from outside or turn it down; not by who took it in."""
    told: dict[str, Any] = {"extract_id": extract_id, "grants": body.approves, "why": body.why}
    return Status(200, _extract(acts.decide_extract(**_who(request), **told)))


@router.post("/privacy-trainings", response={201: DoneOut, **PROBLEMS})
@once()
def tell_training(request: HttpRequest, body: shapes.PrivacyTrainingIn) -> Status[Any]:
    """Note that one of our people was trained."""
    return Status(201, {"id": acts.tell_training(**_who(request), **body.model_dump()).pk})


@router.post("/privacy-checks", response={201: DoneOut, **PROBLEMS})
@once()
def tell_check(request: HttpRequest, body: shapes.PrivacyCheckIn) -> Status[Any]:
    """Keep a check; what failed becomes a measure."""
    return Status(201, {"id": acts.tell_check(**_who(request), new=body.check()).pk})


@router.get("/reading-alerts", response={200: list[shapes.ReadingAlertOut], **PROBLEMS})
def alerts(request: HttpRequest) -> Any:
    """Who read more persons in a day than is normal, the newest first."""
    return list(privacy.alerts(actor_of(request))[:200])


@router.post("/reading-alerts/{alert_id}/clear", response={200: shapes.ReadingAlertOut, **PROBLEMS})
@once()
def clear_alert(request: HttpRequest, alert_id: Id, body: shapes.AlertFindingIn) -> Status[Any]:
    """Note what an alert came to; not by who it is about."""
    kept = acts.clear_alert(**_who(request), alert_id=alert_id, finding=body.finding)
    return Status(200, shapes.ReadingAlertOut.from_orm(kept))


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _person(row: Any) -> dict[str, Any]:
    plain = ("id", "no", "scheme", "role", "state", "state_on", "last_visit_on", "told_on")
    return {
        **{name: getattr(row, name) for name in plain},
        "customer_no": row.customer.no if row.customer else "",
    }


def _agreement(row: Any, on: Any) -> dict[str, Any]:
    plain = ("id", "purpose", "basis", "items", "notice", "notice_sha256", "way", "is_separate", "given_on",
             "until_on", "withdrawn_on")  # fmt: skip
    return {**{name: getattr(row, name) for name in plain}, "holds": privacy.holds_on(row, on)}


def _dealing(row: Any) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("id", "kind", "on", "text", "ended_on")}
    return {**plain, "amount": MoneyOut.of(Money(row.amount_minor, "CNY"))}


def _request(row: Any) -> dict[str, Any]:
    plain = ("id", "kind", "asked_on", "due_on", "is_assumed", "state", "checked_by", "answer", "answered_on")
    return {**{name: getattr(row, name) for name in plain}, "person_no": row.person.no}


def _erasure(row: Any) -> dict[str, Any]:
    plain = ("id", "cause", "why", "asked_by", "asked_on", "state", "decided_by", "holds", "erased_on",
             "what", "certificate")  # fmt: skip
    return {**{name: getattr(row, name) for name in plain}, "person_no": row.person.no}


def _extract(row: Any) -> dict[str, Any]:
    plain = ("id", "scheme", "kind", "recipient", "rests_on", "from_on", "until_on", "invoice_line", "state",
             "given_sha256", "rows")  # fmt: skip
    told = {name: getattr(row, name) for name in plain}
    return {**told, "fee": MoneyOut.of(Money(row.fee_minor, "CNY"))}
