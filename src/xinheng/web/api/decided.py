"""Policies: those in force, their texts, adopting and checking, questions people answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from xinheng.base.access import services as access
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.base.packs.errors import PolicyUnknown
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.ratings import queries as rated
from xinheng.judgements.ratings import services as ratings
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, AsOf, Limit, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.rating_schemas import (
    AssessmentIn,
    AssessmentOut,
    CheckedOut,
    PolicyIn,
    PolicyOut,
    PolicyTextIn,
    PolicyWhole,
    QuestionOut,
)
from xinheng.web.api.schemas import Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["policies"])


@router.get("/policies", response={200: list[PolicyOut], **PROBLEMS})
def in_force(request: HttpRequest, as_of: AsOf = None) -> list[Any]:
    """The rating policies in force on a day; today if not given."""
    access.require(actor_of(request), "policies.read")
    return list(packs.documents_in_force("rating", on=as_of or business_day()))


@router.get("/policy-schema", response={200: dict[str, Any], **PROBLEMS})
def schema(request: HttpRequest) -> dict[str, Any]:
    """The JSON schema of a rating policy."""
    access.require(actor_of(request), "policies.read")
    return policies.json_schema()


@router.get("/policies/{code}", response={200: list[PolicyOut], **PROBLEMS})
def versions(request: HttpRequest, code: No) -> list[Any]:
    """Every version of a policy, the newest first."""
    access.require(actor_of(request), "policies.read")
    found = list(packs.documents("rating").filter(code=code))
    if not found:
        raise PolicyUnknown(code=code, version="")
    return found


@router.get("/policies/{code}/versions/{version}", response={200: PolicyWhole, **PROBLEMS})
def one_version(request: HttpRequest, code: No, version: No) -> Any:
    """One version of a policy with its text."""
    access.require(actor_of(request), "policies.read")
    return packs.version("rating", code, version)


@router.post("/policies", response={201: PolicyOut, **PROBLEMS})
@once()
def adopt(request: HttpRequest, body: PolicyIn) -> Status[Any]:
    """Adopt the first version of a rating policy from a day on; a further one is drafted and submitted."""
    kept = adopting.adopt(
        actor=actor_of(request),
        on=business_day(),
        kind="rating",
        text=body.text,
        effective_from=body.effective_from,
        past_chain_why=body.past_chain_why,
    )
    return Status(201, PolicyOut.from_orm(kept))


@router.post("/policy-checks", response={200: CheckedOut, **PROBLEMS})
def check(request: HttpRequest, body: PolicyTextIn) -> dict[str, Any]:
    """Whether a text is a rating policy that may be adopted; keeps nothing."""
    access.require(actor_of(request), "policies.read")
    try:
        policy = policies.load(body.text)
    except PolicyInvalid as invalid:
        first = f"line {invalid.params['line']}: {invalid.params['cause']}"
        return {"ok": False, "problems": list(invalid.params["problems"]) or [first]}
    return {"ok": True, "code": policy.code, "version": policy.version}


@router.get("/questions", response={200: list[QuestionOut], **PROBLEMS})
def questions(request: HttpRequest) -> list[dict[str, Any]]:
    """Every question of the policies in force that people answer about customers."""
    access.require(actor_of(request), "policies.read")
    return [
        {
            "code": code,
            "name": question.zh,
            "name_en": question.en,
            "type": question.type,
            "unit": question.unit,
            "choices": [choice.code for choice in question.choices],
            "evidence": question.evidence,
        }
        for code, question in ratings.questions(on=business_day()).items()
    ]


@router.get("/customers/{path:no}/assessments", response={200: Page[AssessmentOut], **PROBLEMS})
def assessments(
    request: HttpRequest, no: No, as_of: AsOf = None, after: AfterId = None, limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """What people answered about a customer up to a day, the newest first."""
    actor = actor_of(request)
    access.require(actor, "ratings.read", f"customer:{no}")
    found = rated.assessments_of(customers.get(actor, no, on=business_day()), as_of=as_of).order_by("-pk")
    if after:
        found = found.filter(pk__lt=after)
    rows, following = page_of(list(found[: limit + 1]), limit, lambda row: row.pk)
    return {"items": rows, "next": following}


@router.post("/customers/{path:no}/assessments", response={201: AssessmentOut, **PROBLEMS})
@once()
def assess(request: HttpRequest, no: No, body: AssessmentIn) -> Status[Any]:
    """Answer one question of a policy about a customer; it counts from the next run on."""
    kept = ratings.assess(actor=actor_of(request), on=business_day(), customer_no=no, **body.model_dump())
    return Status(201, AssessmentOut.from_orm(kept))
