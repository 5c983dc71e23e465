"""Lists by grade: orders in the sequence of handling, customers to be seen this quarter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, quarter_of
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import queries as orders
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import queries as reviews
from xinheng.judgements.terms import offering, policy, rules
from xinheng.judgements.terms.errors import TermsNotInForce
from xinheng.judgements.terms.models import Visit
from xinheng.judgements.terms.values import Visiting, Waiting

MOST_NAMED = 20_000


def sequence(actor: Actor, *, on: date, policy_code: str = "") -> list[Waiting]:
    """Undelivered orders within reach as they are handled: by grade, then score, the earlier one first.

    policy_code: by whose grades; "" by the first in force. Without terms in force the earlier comes first.
    Refuses: AccessDenied, TermsNotInForce.
    """
    access.require(actor, "terms.read")
    access.require(actor, "orders.read")
    found = policy.in_force(on)
    code = policy_code or next(iter(sorted(found)), "")
    if code and code not in found:
        raise TermsNotInForce(on=on)
    grades = found[code][0].grades if code else ()
    places = {one.grade: place for place, one in enumerate(grades)}
    reached = customers.visible(actor, on=on)
    everybody = None if actor.scope.reach == "everything" else reached
    rows = orders.open_documents(everybody, as_of=on).filter(pl.col("component") == "ordered")
    ids = rows["customer_id"].unique().to_list()
    held = _of(reviews.leading(code, on=on), "customer", ids) if code else ()
    stands = {row.customer_id: row for row in held}
    scores = _scores(stands)
    first = reviews.handled_first(list(stands.values()))
    named = {row.pk: row for row in _of(reached, "pk", ids)}
    waiting = []
    for row in rows.iter_rows(named=True):
        who, stand = named[row["customer_id"]], stands.get(row["customer_id"])
        grade = stand.grade if stand and (stand.valid_until is None or stand.valid_until >= on) else ""
        latest = offering.latest_on(grades[places[grade]] if grade in places else None, row["on"])
        waiting.append(
            Waiting(
                order_no=row["no"],
                customer_no=who.no,
                customer_name=who.name,
                ordered_on=row["on"],
                ship_on=row["due_on"],
                undelivered=Money(row["minor"], row["currency"]),
                grade=grade,
                score=scores.get(who.pk),
                is_first=who.pk in first,
                latest_on=latest,
                slack_days=(latest - on).days if latest else None,
            )
        )
    return rules.in_sequence(waiting, places)


def visits_due(actor: Actor, *, on: date, quarter: Period | None = None) -> list[Visiting]:
    """The customers to be called or visited in a quarter, each with its last visit in it (PTS-13).

    One that got its grade in the middle of the quarter is seen from the next on. Refuses: AccessDenied.
    """
    access.require(actor, "terms.read")
    within = quarter or quarter_of(on)
    reached = customers.visible(actor, on=on).order_by().values("pk")
    told: dict[int, Visiting] = {}
    for code, (document, _sha256) in sorted(policy.in_force(on).items()):
        if document.visits is None:
            continue
        stands = reviews.leading(code, on=within.first).filter(
            grade__in=document.visits.grades, customer__in=reached
        )
        for row in stands.select_related("customer"):
            told.setdefault(row.customer_id, Visiting(row.customer.no, row.customer.name, row.grade))
    visits = Visit.objects.filter(visited_on__range=(within.first, within.last)).order_by("visited_on", "pk")
    for visit in visits:
        held = told.get(visit.customer_id)
        if held is None:
            continue
        told[visit.customer_id] = Visiting(
            held.customer_no, held.customer_name, held.grade, visit.visited_on, visit.how, visit.note
        )
    return sorted(told.values(), key=lambda one: (one.visited_on is not None, one.customer_no))


def _of(rows: QuerySet[Any], field: str, ids: list[int]) -> QuerySet[Any]:
    """The rows of some customers; of very many, all rows, for no statement names so many."""
    return rows.filter(**{f"{field}__in": ids}) if len(ids) <= MOST_NAMED else rows


def _scores(stands: dict[int, Any]) -> dict[int, Decimal]:
    """The score behind each standing grade, by customer."""
    found: dict[int, Decimal] = {}
    for run_id in {row.run_id for row in stands.values()}:
        ids = [key for key, row in stands.items() if row.run_id == run_id]
        rows = _of(ratings.grades(run_id), "customer", ids).filter(score_milli__isnull=False)
        found |= {key: Decimal(milli) / 1000 for key, milli in rows.values_list("customer", "score_milli")}
    return found
