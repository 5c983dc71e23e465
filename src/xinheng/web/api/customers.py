"""Customers: list, open, rename, group, close."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as acts
from xinheng.facts.customers.values import NewCustomer
from xinheng.runs.services import business_day
from xinheng.web.api.customer_schemas import (
    CodesIn,
    CustomerIn,
    CustomerOut,
    CustomersAsked,
    CustomerWhole,
    LikeOut,
    ParentIn,
    ReasonIn,
    RenameIn,
)
from xinheng.web.api.fields import No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["customers"])
single = Router(tags=["customers"])  # comes last: a number may hold a slash, so this takes what is left
LISTED = [name for name in CustomerOut.model_fields if name != "parent_no"]
WHOLE = (
    "org_code",
    "nature",
    "address",
    "founded_on",
    "employees",
    "closed_on",
    "told_on",
    "channel",
    "source",
)
FILTERS = ("industry_section", "region", "size_class", "status", "kind")


@router.get("/customers", response={200: Page[CustomerOut], **PROBLEMS})
def list_customers(request: HttpRequest, asked: Query[CustomersAsked]) -> dict[str, Any]:
    """The customers within your reach, by number."""
    actor = actor_of(request)
    found = customers.search(actor, asked.q, on=business_day()).select_related("parent")
    chosen = {column: value for column in FILTERS if (value := getattr(asked, column))}
    found = found.filter(**chosen)
    if asked.after:
        found = found.filter(no__gt=asked.after)
    rows, following = page_of(list(found.order_by("no")[: asked.limit + 1]), asked.limit, lambda row: row.no)
    return {"items": listed(rows, actor), "next": following}


@router.post("/customers", response={201: CustomerWhole, **PROBLEMS})
@once()
def register(request: HttpRequest, body: CustomerIn) -> Status[Any]:
    """Open a customer's file. Refused when a code exists; like names are shown first.

    A blank number is given by the system; a blank unit and person mean your own.
    """
    told = body.model_dump(exclude={"revenue", "assets", "despite_like_names"})
    new = NewCustomer(
        **{**told, "former_names": tuple(body.former_names)},
        revenue_minor=None if body.revenue is None else Money.of(body.revenue).minor,
        assets_minor=None if body.assets is None else Money.of(body.assets).minor,
    )
    customer = acts.register(
        actor=actor_of(request), on=business_day(), new=new, despite_like_names=body.despite_like_names
    )
    return Status(201, whole(customer, actor_of(request)))


@router.get("/like-names", response={200: list[LikeOut], **PROBLEMS})
def like_names(request: HttpRequest, name: Annotated[str, Query(max_length=200)]) -> Any:
    """Customers whose name, now or before, is like a name: look before a second file is opened."""
    access.require(actor_of(request), "customers.write")
    return customers.like_names(name)


@single.get("/customers/{path:no}", response={200: CustomerWhole, **PROBLEMS})
def one_customer(request: HttpRequest, no: No) -> dict[str, Any]:
    """One customer."""
    actor = actor_of(request)
    return whole(customers.get(actor, no, on=business_day()), actor)


@router.post("/customers/{path:no}/rename", response={200: CustomerWhole, **PROBLEMS})
@once()
def rename(request: HttpRequest, no: No, body: RenameIn) -> Status[Any]:
    """Give a customer its new name; the old one is kept and still finds it."""
    actor = actor_of(request)
    return Status(200, whole(acts.rename(actor=actor, on=business_day(), no=no, **body.model_dump()), actor))


@router.post("/customers/{path:no}/codes", response={200: CustomerWhole, **PROBLEMS})
@once()
def correct_codes(request: HttpRequest, no: No, body: CodesIn) -> Status[Any]:
    """Set codes that were missing or wrong."""
    actor = actor_of(request)
    changed = acts.correct_codes(actor=actor, on=business_day(), no=no, **body.model_dump())
    return Status(200, whole(changed, actor))


@router.post("/customers/{path:no}/parent", response={200: CustomerWhole, **PROBLEMS})
@once()
def set_parent(request: HttpRequest, no: No, body: ParentIn) -> Status[Any]:
    """Put a customer below another in its group, or take it out."""
    actor = actor_of(request)
    changed = acts.set_parent(actor=actor, on=business_day(), no=no, parent_no=body.parent_no)
    return Status(200, whole(changed, actor))


@router.post("/customers/{path:no}/close", response={200: CustomerWhole, **PROBLEMS})
@once()
def close(request: HttpRequest, no: No, body: ReasonIn) -> Status[Any]:
    """Close a customer: nothing new is told of it; all that was told stays."""
    actor = actor_of(request)
    return Status(200, whole(acts.close(actor=actor, on=business_day(), no=no, reason=body.reason), actor))


@router.post("/customers/{path:no}/reopen", response={200: CustomerWhole, **PROBLEMS})
@once()
def reopen(request: HttpRequest, no: No, body: ReasonIn) -> Status[Any]:
    """Open a closed customer again."""
    actor = actor_of(request)
    return Status(200, whole(acts.reopen(actor=actor, on=business_day(), no=no, reason=body.reason), actor))


@router.get("/customers/{path:no}/subsidiaries", response={200: list[CustomerOut], **PROBLEMS})
def subsidiaries(request: HttpRequest, no: No) -> list[dict[str, Any]]:
    """The customers directly below a customer in its group, within your reach."""
    actor, today = actor_of(request), business_day()
    customer = customers.get(actor, no, on=today)
    below = customers.visible(actor, on=today).filter(parent=customer).select_related("parent")
    return listed(list(below.order_by("no")), actor)


def listed(rows: list[Any], actor: Actor) -> list[dict[str, Any]]:
    """Customers as a list shows them; a parent out of the actor's reach is not named."""
    parents = {row.parent_id for row in rows if row.parent_id}
    seen = set(
        customers.visible(actor, on=business_day()).filter(pk__in=parents).values_list("pk", flat=True)
    )
    return [
        {
            **{name: getattr(row, name) for name in LISTED},
            "parent_no": row.parent.no if row.parent_id in seen else None,
        }
        for row in rows
    ]


def whole(row: Any, actor: Actor) -> dict[str, Any]:
    """One customer with all its row tells, sensitive fields as the actor may see them."""
    return {
        **listed([row], actor)[0],
        **{name: getattr(row, name) for name in WHOLE},
        "id_number": access.shown(actor, "id_number", row.id_number) if row.id_number else None,
        "revenue": None if row.revenue_minor is None else str(Money(row.revenue_minor).decimal),
        "assets": None if row.assets_minor is None else str(Money(row.assets_minor).decimal),
        "former_names": [former.name for former in customers.former_names(row)],
    }
