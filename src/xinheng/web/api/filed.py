"""The credit file of a customer: facts with their sources, people, related parties."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as acts
from xinheng.facts.customers.values import FiledItem, Link, NewContact, NewFact
from xinheng.facts.receivables import queries as receivables
from xinheng.runs.services import business_day
from xinheng.web.api.customer_schemas import (
    ContactIn,
    ContactOut,
    CreditFileOut,
    EndIn,
    FactIn,
    ItemOut,
    LinkIn,
    LinkOut,
    QualityOut,
    ResponsibilityIn,
    ResponsibilityOut,
    VerdictIn,
)
from xinheng.web.api.fields import AsOf, Id, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["credit file"])


@router.get("/file-items", response={200: list[ItemOut], **PROBLEMS})
def items(request: HttpRequest) -> list[dict[str, Any]]:
    """Every item a credit file may hold, with its choices."""
    access.require(actor_of(request), "customers.read")
    return [
        {
            **{name: getattr(item, name) for name in ItemOut.model_fields if name != "choices"},
            "choices": [(code, zh if item.name == item.zh else en) for code, zh, en in item.choices],
        }
        for item in customers.catalogue().values()
    ]


@router.get("/file-quality", response={200: QualityOut, **PROBLEMS})
def quality(request: HttpRequest) -> dict[str, Any]:
    """How complete and fresh the files of the customers within your reach are."""
    found = customers.data_quality(actor_of(request), on=business_day())
    names = ("on", "customers", "completeness", "staleness", "single_owner", "unanswered")
    counts = ("customers", "present", "stale", "completeness", "staleness")
    rows = [
        {"code": row.item.code, "name": row.item.name, **{name: getattr(row, name) for name in counts}}
        for row in found.items
    ]
    return {**{name: getattr(found, name) for name in names}, "items": rows}


@router.get("/customers/{path:no}/file", response={200: CreditFileOut, **PROBLEMS})
def credit_file(request: HttpRequest, no: No, as_of: AsOf = None) -> dict[str, Any]:
    """A customer's credit file as of any past day: six dimensions, every fact with its source.

    Reading sensitive items is noted on the trail.
    """
    actor, today = actor_of(request), business_day()
    day = as_of or today
    customer = customers.get(actor, no, on=today)
    ledger = receivables.file_figures(customer, as_of=day) if actor.may("receivables.read") else {}
    found = acts.read_file(actor=actor, on=today, no=no, as_of=day, ledger=ledger)
    return {
        "no": found.no,
        "on": found.on,
        "completeness": found.completeness,
        "dimensions": [
            {
                "number": one.dimension.number,
                "name": one.dimension.name,
                "completeness": one.completeness,
                "items": [_item(item) for item in one.items],
            }
            for one in found.dimensions
        ],
        "unclassified": [_item(item) for item in found.unclassified],
    }


@router.post("/customers/{path:no}/facts", response={201: DoneOut, **PROBLEMS})
@once()
def tell(request: HttpRequest, no: No, body: FactIn) -> Status[Any]:
    """Tell one item of a customer's file. What was told before stays."""
    customers.get(actor_of(request), no, on=business_day())
    kept = acts.tell_fact(
        actor=actor_of(request), on=business_day(), no=no, fact=NewFact(**body.model_dump())
    )
    return Status(201, {"id": kept.pk})


@router.post("/facts/{fact_id}/verdict", response={200: DoneOut, **PROBLEMS})
@once()
def verify(request: HttpRequest, fact_id: Id, body: VerdictIn) -> Status[Any]:
    """Say whether a fact was found to hold; not by who told it."""
    kept = acts.verify_fact(actor=actor_of(request), on=business_day(), fact_id=fact_id, **body.model_dump())
    return Status(200, {"id": kept.pk})


@router.get("/customers/{path:no}/responsibilities", response={200: list[ResponsibilityOut], **PROBLEMS})
def responsibilities(request: HttpRequest, no: No) -> list[dict[str, Any]]:
    """Who answered for the customer, the present first."""
    customer = customers.get(actor_of(request), no, on=business_day())
    return [_held(row) for row in customers.responsibilities(customer)]


@router.post("/customers/{path:no}/responsibilities", response={201: list[ResponsibilityOut], **PROBLEMS})
@once()
def assign(request: HttpRequest, no: No, body: ResponsibilityIn) -> Status[Any]:
    """Let a unit, and a person of it, answer for the customer from a day on; gives the history."""
    actor, today = actor_of(request), business_day()
    customer = customers.get(actor, no, on=today)
    acts.assign_responsibility(actor=actor, on=today, no=no, **body.model_dump())
    return Status(201, [_held(row) for row in customers.responsibilities(customer)])


@router.get("/customers/{path:no}/contacts", response={200: list[ContactOut], **PROBLEMS})
def contacts(request: HttpRequest, no: No) -> list[dict[str, Any]]:
    """The people to talk to at the customer."""
    actor, today = actor_of(request), business_day()
    found = customers.contacts(customers.get(actor, no, on=today), on=today)
    return [_contact(row, actor) for row in found]


@router.post("/customers/{path:no}/contacts", response={201: ContactOut, **PROBLEMS})
@once()
def add_contact(request: HttpRequest, no: No, body: ContactIn) -> Status[Any]:
    """Note someone to talk to."""
    actor = actor_of(request)
    kept = acts.add_contact(actor=actor, on=business_day(), no=no, contact=NewContact(**body.model_dump()))
    return Status(201, _contact(kept, actor))


@router.post("/customers/{path:no}/contacts/{contact_id}/end", response={200: DoneOut, **PROBLEMS})
@once()
def end_contact(request: HttpRequest, no: No, contact_id: Id) -> Status[Any]:
    """Note that a contact is none any more."""
    kept = acts.end_contact(actor=actor_of(request), on=business_day(), no=no, contact_id=contact_id)
    return Status(200, {"id": kept.pk})


@router.get("/customers/{path:no}/related-parties", response={200: list[LinkOut], **PROBLEMS})
def related_parties(request: HttpRequest, no: No) -> list[dict[str, Any]]:
    """The customer's related parties."""
    actor, today = actor_of(request), business_day()
    return _links(list(customers.related_parties(customers.get(actor, no, on=today), on=today)), actor)


@router.post("/customers/{path:no}/related-parties", response={201: LinkOut, **PROBLEMS})
@once()
def link_party(request: HttpRequest, no: No, body: LinkIn) -> Status[Any]:
    """Note a related party. A newer share of the same party ends the older one."""
    actor = actor_of(request)
    kept = acts.link_party(actor=actor, on=business_day(), no=no, link=Link(**body.model_dump()))
    return Status(201, _links([kept], actor)[0])


@router.post("/customers/{path:no}/related-parties/{link_id}/end", response={200: LinkOut, **PROBLEMS})
@once()
def end_link(request: HttpRequest, no: No, link_id: Id, body: EndIn) -> Status[Any]:
    """End a link from a day on; it stays in the history."""
    actor = actor_of(request)
    kept = acts.end_link(actor=actor, on=business_day(), no=no, link_id=link_id, until_on=body.until_on)
    return Status(200, _links([kept], actor)[0])


def _item(filed: FiledItem) -> dict[str, Any]:
    return {
        "code": filed.item.code,
        "name": filed.item.name,
        "key": filed.key,
        "basis": filed.basis,
        "stale": filed.stale,
        "contradictory": filed.contradictory,
        "ledger_value": filed.ledger_value,
        "facts": filed.facts,
        "history": filed.history,
    }


def _held(row: Any) -> dict[str, Any]:
    return {
        "unit_code": row.unit.code,
        "unit_name": row.unit.name,
        "person_login": row.person.login if row.person else None,
        "person_name": row.person.name if row.person else None,
        "from_on": row.from_on,
        "until_on": row.until_on,
    }


def _contact(row: Any, actor: Actor) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("id", "name", "post", "told_on")}
    return {**told, **{name: access.shown(actor, name, getattr(row, name)) for name in ("phone", "email")}}


def _links(rows: list[Any], actor: Actor) -> list[dict[str, Any]]:
    others = [row.other_id for row in rows if row.other_id]
    seen = dict(customers.visible(actor, on=business_day()).filter(pk__in=others).values_list("pk", "no"))
    names = ("id", "relation", "other_name", "share", "from_on", "until_on")
    return [
        {**{name: getattr(row, name) for name in names}, "other_no": seen.get(row.other_id)} for row in rows
    ]
