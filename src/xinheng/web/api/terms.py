"""What grades entitle to: terms of customers, offers held against them, exceptions, orders in sequence."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.judgements.terms import queries as terms
from xinheng.judgements.terms import services as acts
from xinheng.judgements.terms.values import NewRequest, NewTerms, Offer
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, Limit, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut
from xinheng.web.api.signing_in import actor_of
from xinheng.web.api.terms_schemas import (
    ByGradeIn,
    ExceptionAskedOut,
    ExceptionIn,
    OfferIn,
    OfferOut,
    SequencedOut,
    TermsDocumentOut,
    TermsIn,
    TermsOut,
)

router = Router(tags=["terms"])
HELD = (
    "segment", "payment", "days", "lowered", "grade", "source", "reason", "from_on", "until_on", "told_by",
)  # fmt: skip


@router.get("/terms-by-grade", response={200: list[TermsDocumentOut], **PROBLEMS})
def documents(request: HttpRequest) -> list[Any]:
    """The documents of terms in force today."""
    access.require(actor_of(request), "terms.read")
    names = ("code", "version", "name", "name_en", "sha256", "effective_from")
    return [
        {
            **{name: getattr(kept, name) for name in names},
            "grades": [one.grade for one in terms.load(kept.text).grades],
        }
        for kept in packs.documents_in_force(terms.KIND, on=business_day())
    ]


@router.get("/customers/{path:no}/terms", response={200: TermsOut, **PROBLEMS})
def terms_of(request: HttpRequest, no: No) -> dict[str, Any]:
    """The terms of a customer that hold today, and what its grade entitles to."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "terms.read", f"customer:{no}")
    customer = customers.get(actor, no, on=on)
    held, to = terms.granted(customer, on=on), terms.entitlement(customer, on=on)
    return {
        "held": {name: getattr(held, name) for name in HELD} if held else None,
        "entitled": _entitled(to) if to else None,
    }


@router.post("/customers/{path:no}/terms", response={201: DoneOut, **PROBLEMS})
@once()
def grant(request: HttpRequest, no: No, body: TermsIn) -> Status[Any]:
    """Grant a customer terms by hand; orders are checked by them from now on."""
    kept = acts.grant_terms(**_who(request), customer_no=no, terms=NewTerms(**body.dict()))
    return Status(201, {"id": kept.pk})


@router.post("/customers/{path:no}/terms/by-grade", response={201: DoneOut, **PROBLEMS})
@once()
def grant_by_grade(request: HttpRequest, no: No, body: ByGradeIn) -> Status[Any]:
    """Grant a customer what its approved grade entitles to; the terms then follow the grade."""
    told: dict[str, Any] = {"reason": body.reason, "policy_code": body.policy, "days": body.days}
    kept = acts.grant_by_grade(**_who(request), customer_no=no, **told)
    return Status(201, {"id": kept.pk})


@router.post("/customers/{path:no}/offers/check", response={200: OfferOut, **PROBLEMS})
def check_offer(request: HttpRequest, no: No, body: OfferIn) -> dict[str, Any]:
    """Hold an offer against the customer's grade: every finding is told; nothing is kept."""
    told = body.dict(exclude={"no", "price", "currency", "ways", "margins"})
    price = None if body.price is None else Money.of(body.price, body.currency)
    on = business_day()
    offer = Offer(on, price=price, ways=tuple(body.ways), margins=tuple(body.margins), **told)
    found = terms.check_offer(actor_of(request), no, offer, on=on, no=body.no)
    return {
        "passes": all(one.strength == "tell" for one in found),
        "findings": [{**asdict(one), "text": terms.told(one)} for one in found],
    }


@router.post("/customers/{path:no}/terms/exceptions", response={201: ExceptionAskedOut, **PROBLEMS})
@once()
def ask_exception(request: HttpRequest, no: No, body: ExceptionIn) -> Status[Any]:
    """Ask for something the grade does not entitle to; nothing of it holds until it is approved."""
    asked = acts.ask_exception(**_who(request), customer_no=no, asked=NewRequest(**body.dict()))
    return Status(201, {"id": asked.pk, "request": asked.request_id, "state": asked.state})


@router.get("/orders-in-sequence", response={200: list[SequencedOut], **PROBLEMS})
def sequence(request: HttpRequest, policy: str = "", limit: Limit = USUAL_LIMIT) -> list[Any]:
    """The first undelivered orders within reach as they are handled: by grade, score, the earlier first."""
    found = terms.sequence(actor_of(request), on=business_day(), policy_code=policy[:40])
    return [{**asdict(one), "undelivered": MoneyOut.of(one.undelivered)} for one in found[:limit]]


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _entitled(to: Any) -> dict[str, Any]:
    return {
        "policy": f"{to.policy.code}@{to.policy.version}",
        "grade": to.grade.grade if to.grade else None,
        "rating": to.rating,
        "valid_until": to.valid_until,
        "payment": to.level.payment,
        "days": to.level.days,
        "months": to.level.months,
        "lowered": to.level.lowered,
        "cap": MoneyOut.of(to.cap) if to.cap is not None else None,
    }
