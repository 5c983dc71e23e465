"""Ageing of any day by anything, the documents behind it, and the proofs that it adds up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.operations.confirmations import queries as confirmations
from xinheng.operations.confirmations import services as acts
from xinheng.operations.confirmations.values import Aged, AgeingLine, BucketSet, text_of
from xinheng.runs.services import business_day
from xinheng.web.api.aged_schemas import AgedAsked, AgedOut, BucketSetOut, OpenDocumentOut, ProofOut, ProveIn
from xinheng.web.api.fields import AsOf, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import MoneyOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["ageing"])
MOST_PROOFS = 60


@router.get("/ageing/gathered", response={200: AgedOut, **PROBLEMS})
def gathered(request: HttpRequest, asked: Query[AgedAsked]) -> dict[str, Any]:
    """The ageing of any day within your reach, by customer, group, salesperson, unit, region and so on."""
    today = business_day()
    some = slice(asked.skip, asked.skip + asked.limit)
    as_of = min(asked.as_of or today, today)
    found = confirmations.aged(actor_of(request), asked.wanted(), as_of=as_of, on=today, page=some)
    read = asked.skip + asked.limit
    return {**_aged(found), "next": read if read < found.number else None}


@router.get("/ageing/buckets", response={200: list[BucketSetOut], **PROBLEMS})
def bucket_sets(request: HttpRequest) -> list[dict[str, Any]]:
    """The sets of buckets in force, each with its boundaries."""
    access.require(actor_of(request), "receivables.read")
    document = confirmations.buckets_in_force(business_day())
    return [_set(one, is_usual=one.code == document.usual) for one in document.sets]


@router.get("/customers/{path:no}/open-documents", response={200: list[OpenDocumentOut], **PROBLEMS})
def open_documents(request: HttpRequest, no: No, as_of: AsOf = None) -> list[dict[str, Any]]:
    """What a customer has open on a day, line by line, with the days its clocks stood still."""
    today = business_day()
    frame = confirmations.documents(actor_of(request), no, as_of=as_of or today, on=today)
    money = {"amount": "amount_minor", "open": "open_minor", "disputed": "disputed_minor"}
    return [
        {**row, **{name: MoneyOut.of(Money(row[column], row["currency"])) for name, column in money.items()}}
        for row in frame.iter_rows(named=True)
    ]


@router.get("/ageing/proofs", response={200: list[ProofOut], **PROBLEMS})
def proofs(request: HttpRequest) -> list[dict[str, Any]]:
    """The last proofs that ageing adds up, the newest first."""
    actor = actor_of(request)
    return [_proof(actor, one) for one in confirmations.proofs(actor)[:MOST_PROOFS]]


@router.post("/ageing/proofs", response={201: ProofOut, **PROBLEMS})
@once()
def prove(request: HttpRequest, body: ProveIn) -> Status[Any]:
    """Prove the ageing of a day now."""
    actor, today = actor_of(request), business_day()
    kept = acts.prove_ageing(actor=actor, on=today, as_of=min(body.as_of or today, today))
    return Status(201, ProofOut(**_proof(actor, kept)))


def _aged(found: Aged) -> dict[str, Any]:
    return {
        "as_of": found.as_of,
        "by": found.by,
        "set": _set(found.set, is_usual=False),
        "items": [_line(one) for one in found.lines],
        "sums": [_line(one) for one in found.sums],
        "controls": [
            {"shown": MoneyOut.of(one.shown), "facts": MoneyOut.of(one.facts), "agrees": one.agrees}
            for one in found.controls
        ],
        "number": found.number,
        "from_file": found.from_file,
    }


def _line(one: AgeingLine) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "bills": one.bills,
        "buckets": [MoneyOut.of(money) for money in one.buckets],
        "total": MoneyOut.of(one.total),
        "overdue": MoneyOut.of_any(one.overdue),
        "disputed": MoneyOut.of(one.disputed),
        "prepaid": MoneyOut.of_any(one.prepaid),
    }


def _set(chosen: BucketSet, *, is_usual: bool) -> dict[str, Any]:
    names = confirmations.bucket_names(chosen)
    return {
        "code": chosen.code,
        "name": text_of(chosen),
        "counts_from": chosen.counts_from,
        "is_usual": is_usual,
        "buckets": [{"code": code, "name": name} for code, name in zip(chosen.codes, names, strict=True)],
    }


def _proof(actor: Actor, one: Any) -> dict[str, Any]:
    named = [
        {
            "by": each.by,
            "customer_no": each.customer.no if each.customer else None,
            "shown": MoneyOut.of(Money(each.shown_minor, each.currency)),
            "facts": MoneyOut.of(Money(each.facts_minor, each.currency)),
        }
        for each in confirmations.proof_differences(actor, one, on=business_day())
    ]
    checks = one.checks if actor.scope.reach == "everything" else []
    groupings = [
        {
            "by": each["by"],
            "shown": MoneyOut.of(Money(each["shown"], each["currency"])),
            "facts": MoneyOut.of(Money(each["facts"], each["currency"])),
            "agrees": each["agrees"],
        }
        for each in checks
    ]
    kept = {name: getattr(one, name) for name in ("on", "as_of", "customers", "is_sound", "differences")}
    return {"id": one.pk, **kept, "named": named, "groupings": groupings}
