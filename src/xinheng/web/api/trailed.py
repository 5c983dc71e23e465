"""The audit trail."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import model_validator

from xinheng.base.access import services as access
from xinheng.base.audit import queries
from xinheng.base.audit import services as audit
from xinheng.base.audit.values import Search
from xinheng.web.api.fields import LARGEST_ID, USUAL_LIMIT, Day, in_order
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import EntryOut, Page, VerificationOut, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["audit"])
Head = Annotated[str, Query(pattern=r"^(\d{1,18}:[0-9a-f]{64})?$", description="What an earlier check gave.")]


class EntriesWanted(Schema):
    """Which entries."""

    login: str = Field("", max_length=150)
    act: str = Field("", max_length=80, description="Exact, or its beginning when it ends in * or a dot.")
    subject: str = Field(
        "", max_length=200, description="Exact, or its beginning when it ends in * or a colon."
    )
    outcome: Literal["", "done", "refused"] = ""
    from_on: Day | None = None
    until_on: Day | None = None
    text: str = Field(
        "", max_length=100, description="A part of the reason, subject, name or what stood there."
    )

    @model_validator(mode="after")
    def _days_are_in_order(self) -> Self:
        in_order(self.from_on, self.until_on, "until_on")
        return self

    def search(self) -> Search:
        """What the trail is asked."""
        return Search(
            login=self.login,
            act=self.act,
            subject=self.subject,
            outcome=self.outcome,
            from_on=self.from_on,
            until_on=self.until_on,
            text=self.text,
        )


class EntriesAsked(EntriesWanted):
    """Which entries a page of the list shows. after: the `next` of the page before."""

    after: int | None = Field(None, ge=1, le=LARGEST_ID)
    limit: int = Field(USUAL_LIMIT, ge=1, le=200)


@router.get("/audit", response={200: Page[EntryOut], **PROBLEMS})
def entries(request: HttpRequest, asked: Query[EntriesAsked]) -> dict[str, Any]:
    """Entries of the trail, the newest first."""
    access.require(actor_of(request), "audit.read")
    found = queries.search(**asked.search())
    if asked.after:
        found = found.filter(pk__lt=asked.after)
    rows, following = page_of(list(found[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": rows, "next": following}


@router.get("/audit/verification", response={200: VerificationOut, **PROBLEMS})
def verify(request: HttpRequest, noted_head: Head = "") -> dict[str, Any]:
    """Recompute the chain and name the first altered entry. noted_head: what an earlier check gave."""
    access.require(actor_of(request), "audit.read")
    found = audit.verify(noted_head=noted_head)
    return {**vars(found), "words": found.sentence}
