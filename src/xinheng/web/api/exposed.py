"""What a customer owed on any past day, by component, and the documents behind each figure."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import HttpRequest
from ninja import Query, Router

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import queries as credit
from xinheng.runs.services import business_day
from xinheng.web.api.exposure_schemas import (
    ExposureAsked,
    ExposureDocumentOut,
    ExposureDocumentsAsked,
    PastExposureOut,
)
from xinheng.web.api.fields import USUAL_LIMIT, Limit, No
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import MoneyOut, Page
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["credit"])
PARTS = ("receivable", "prepaid", "delivered", "ordered", "held", "foreign")


@router.get("/customers/{path:no}/exposure", response={200: PastExposureOut, **PROBLEMS})
def exposure(request: HttpRequest, no: No, asked: Query[ExposureAsked]) -> dict[str, Any]:
    """What a customer owed on a day, and the customers below it where it leads a group."""
    customer, told = _customer(request, no), _told(asked)
    found = credit.exposure_as_of(customer, **told)
    group = credit.group_as_of(actor_of(request), customer, on=business_day(), **told)
    shown, currency = found.exposure, found.exposure.currency
    members = [
        {
            "customer_no": row["no"],
            "name": row["name"],
            "exposure": MoneyOut.of(Money(row["minor"], row["currency"])),
        }
        for row in group.iter_rows(named=True)
    ]
    return {
        **told,
        **{part: MoneyOut.of(Money(getattr(shown, part), currency)) for part in PARTS},
        "exposure": MoneyOut.of(Money(shown.minor, currency)),
        "is_convertible": found.is_convertible,
        "group": members,
    }


@router.get("/customers/{path:no}/exposure-documents", response={200: Page[ExposureDocumentOut], **PROBLEMS})
def documents(
    request: HttpRequest, no: No, asked: Query[ExposureDocumentsAsked], limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """The documents behind what a customer owed on a day, the newest first."""
    found = credit.exposure_as_of(_customer(request, no), **_told(asked)).documents
    chosen = found.filter(pl.col("component") == asked.component) if asked.component else found
    rows = chosen.sort("on", "component", "no", descending=[True, False, False])
    items = [
        {**row, "amount": MoneyOut.of(Money(row["minor"], row["currency"]))}
        for row in rows.slice(asked.after, limit).iter_rows(named=True)
    ]
    following = asked.after + limit
    return {"items": items, "next": str(following) if rows.height > following else None}


def _told(asked: ExposureAsked) -> dict[str, Any]:
    return {
        "as_of": asked.as_of or business_day(),
        "segment": asked.segment,
        "known_on": asked.known_on,
    }


def _customer(request: HttpRequest, no: str) -> Any:
    actor = actor_of(request)
    access.require(actor, "limits.read", f"customer:{no}")
    return customers.get(actor, no, on=business_day())
