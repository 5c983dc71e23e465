"""The audit trail."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from xinheng.base.access import services as access
from xinheng.base.audit import queries
from xinheng.base.audit import services as audit
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import EntryOut, Page, VerificationOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["audit"])
MOST = 500


class EntriesAsked(Schema):
    """Which entries a list shows. after: the `next` of the page before."""

    login: str = ""
    act: str = ""
    subject: str = ""
    outcome: str = ""
    from_on: date | None = None
    until_on: date | None = None
    text: str = ""
    after: int | None = None
    limit: int = Field(100, ge=1, le=MOST)


@router.get("/audit", response={200: Page[EntryOut], **PROBLEMS})
def entries(request: HttpRequest, asked: Query[EntriesAsked]) -> dict[str, Any]:
    """Entries of the trail, the newest first."""
    access.require(actor_of(request), "audit.read")
    found = queries.search(**asked.model_dump(exclude={"after", "limit"}))
    if asked.after:
        found = found.filter(pk__lt=asked.after)
    rows, limit = list(found[: asked.limit + 1]), asked.limit
    return {"items": rows[:limit], "next": str(rows[limit - 1].pk) if len(rows) > limit else None}


@router.get("/audit/verification", response={200: VerificationOut, **PROBLEMS})
def verify(request: HttpRequest) -> dict[str, Any]:
    """Recompute the chain and name the first altered entry, if any."""
    access.require(actor_of(request), "audit.read")
    return asdict(audit.verify())
