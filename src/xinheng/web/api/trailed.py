"""The audit trail."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from xinheng.base.access import services as access
from xinheng.base.audit import queries
from xinheng.base.audit import services as audit
from xinheng.web.api.fields import LARGEST_ID, USUAL_LIMIT, Day
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import EntryOut, Page, VerificationOut, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["audit"])


class EntriesAsked(Schema):
    """Which entries a list shows. after: the `next` of the page before."""

    login: str = Field("", max_length=150)
    act: str = Field("", max_length=80, description="Exact, or its beginning when it ends in * or a dot.")
    subject: str = Field(
        "", max_length=200, description="Exact, or its beginning when it ends in * or a colon."
    )
    outcome: str = Field("", max_length=10, description="done or refused.")
    from_on: Day | None = None
    until_on: Day | None = None
    text: str = Field(
        "", max_length=100, description="A part of the reason, subject, name or what stood there."
    )
    after: int | None = Field(None, ge=1, le=LARGEST_ID)
    limit: int = Field(USUAL_LIMIT, ge=1, le=500)


@router.get("/audit", response={200: Page[EntryOut], **PROBLEMS})
def entries(request: HttpRequest, asked: Query[EntriesAsked]) -> dict[str, Any]:
    """Entries of the trail, the newest first."""
    access.require(actor_of(request), "audit.read")
    found = queries.search(**asked.model_dump(exclude={"after", "limit"}))
    if asked.after:
        found = found.filter(pk__lt=asked.after)
    rows, following = page_of(list(found[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": rows, "next": following}


@router.get("/audit/verification", response={200: VerificationOut, **PROBLEMS})
def verify(request: HttpRequest, noted_head: Annotated[str, Query(max_length=200)] = "") -> dict[str, Any]:
    """Recompute the chain and name the first altered entry. noted_head: what an earlier check gave."""
    access.require(actor_of(request), "audit.read")
    found = audit.verify(noted_head=noted_head)
    return {**vars(found), "words": found.sentence}
