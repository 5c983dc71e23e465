"""Customers and what they owe."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as registering
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.receivables import queries as receivables
from xinheng.runs.services import business_day
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import AgeingOut, BillOut, CustomerIn, CustomerOut, MoneyOut, Page
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["customers"])
MOST = 200
NULLABLE = {"founded_on", "employees"}


class CustomersAsked(Schema):
    """Which customers a list shows. after: the `next` of the page before."""

    q: str = ""
    industry_section: str = ""
    region: str = ""
    status: str = ""
    after: str = ""
    limit: int = Field(50, ge=1, le=MOST)


@router.get("", response={200: Page[CustomerOut], **PROBLEMS})
def list_customers(request: HttpRequest, asked: Query[CustomersAsked]) -> dict[str, Any]:
    """The customers within your reach, by number. q: part of a name, pinyin or a code."""
    found = customers.search(actor_of(request), asked.q, on=business_day()).select_related("parent")
    for column in ("industry_section", "region", "status"):
        if value := getattr(asked, column):
            found = found.filter(**{column: value})
    if asked.after:
        found = found.filter(no__gt=asked.after)
    rows, limit = list(found.order_by("no")[: asked.limit + 1]), asked.limit
    return {
        "items": [_customer(row) for row in rows[:limit]],
        "next": rows[limit - 1].no if len(rows) > limit else None,
    }


@router.post("", response={201: CustomerOut, **PROBLEMS})
@once
def register(request: HttpRequest, body: CustomerIn) -> tuple[int, dict[str, Any]]:
    """Open a customer's file. Refused when the code exists; like names are shown first."""
    told = body.model_dump(exclude={"revenue", "assets", "despite_like_names"})
    blank = {name: value or "" for name, value in told.items() if value is None and name not in NULLABLE}
    new = NewCustomer(
        **{**told, **blank},
        revenue_minor=None if body.revenue is None else Money.of(body.revenue).minor,
        assets_minor=None if body.assets is None else Money.of(body.assets).minor,
    )
    customer = registering.register(
        actor=actor_of(request), on=business_day(), new=new, despite_like_names=body.despite_like_names
    )
    return 201, _customer(customer)


@router.get("/{no}", response={200: CustomerOut, **PROBLEMS})
def one_customer(request: HttpRequest, no: str) -> dict[str, Any]:
    """One customer."""
    return _customer(customers.get(actor_of(request), no, on=business_day()))


@router.get("/{no}/ageing", response={200: list[AgeingOut], **PROBLEMS})
def ageing(request: HttpRequest, no: str, as_of: date | None = None) -> list[dict[str, Any]]:
    """Open bills by days past due, as of any past day; later receipts are ignored."""
    actor, today = actor_of(request), business_day()
    customer = customers.get(actor, no, on=today)
    one = customers.visible(actor, on=today).filter(pk=customer.pk)
    return [
        {"bucket": row.bucket.code, "from_day": row.bucket.from_day, "upto_day": row.bucket.upto_day,
         "bills": row.bills, "amount": MoneyOut.of(row.amount)}
        for row in receivables.ageing(one, as_of=as_of or today)
    ]  # fmt: skip


@router.get("/{no}/bills", response={200: Page[BillOut], **PROBLEMS})
def bills(
    request: HttpRequest,
    no: str,
    as_of: date | None = None,
    after: str = "",
    limit: int = Query(50, ge=1, le=MOST),
) -> dict[str, Any]:
    """A customer's bills as of a day, the newest first."""
    today = business_day()
    customer = customers.get(actor_of(request), no, on=today)
    page = receivables.bills_of(customer, as_of=as_of or today, after=after, limit=limit)
    return {
        "items": [
            {**vars(row), "amount": MoneyOut.of(row.amount), "open": MoneyOut.of(row.open)}
            for row in page.rows
        ],
        "next": page.after or None,
    }


def _customer(row: Any) -> dict[str, Any]:
    parent_no = row.parent.no if row.parent else None
    told = {name: getattr(row, name) for name in CustomerOut.model_fields if name != "parent_no"}
    return {**told, "parent_no": parent_no}
