"""Which charges somebody sees, and what came up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db.models import F, Q, QuerySet, Sum

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.operations.charges import policy, reckoning
from xinheng.operations.charges.document import ChargeTerms
from xinheng.operations.charges.errors import ChargeUnknown
from xinheng.operations.charges.models import Charge, ChargeRun
from xinheng.operations.charges.values import SORTS, Accrued, Asked

FIELDS = {
    "told": "told_on", "customer": "customer__no", "bill": "bill__bill_no", "amount": "amount_minor",
    "from": "from_on",
}  # fmt: skip


def charges(actor: Actor, asked: Asked, *, on: date) -> QuerySet[Charge]:
    """The charges of customers within reach that pass the filters. Refuses: AccessDenied."""
    rows = _seen(actor, on=on)
    if asked.scheme:
        rows = rows.filter(scheme=asked.scheme)
    if asked.state == "waived":
        rows = rows.filter(waived_minor__gt=0)
    elif asked.state == "open":
        rows = rows.filter(number=0, waived_minor=0)
    elif asked.state == "correction":
        rows = rows.filter(number__gt=0)
    if text := asked.text.strip():
        named = Q(customer__no__istartswith=text) | Q(customer__name__contains=text)
        rows = rows.filter(named | Q(bill__bill_no__istartswith=text) | Q(claim_no__istartswith=text))
    key = asked.sort.removeprefix("-")
    column = F(FIELDS[key if key in SORTS else "told"])
    place = column.desc() if asked.sort.startswith("-") else column.asc()
    return rows.select_related("customer", "bill", "run").order_by(place, "-pk")


def get_charge(actor: Actor, charge_id: int, *, on: date) -> Charge:
    """One charge of a customer within reach. Refuses: AccessDenied, ChargeUnknown."""
    found = _seen(actor, on=on).select_related("customer", "bill", "run").filter(pk=charge_id).first()
    if found is None:
        raise ChargeUnknown(charge=charge_id)
    return found


def totals(actor: Actor, *, on: date) -> list[tuple[str, int, int, int]]:
    """Sums over what is within reach, a row a currency: currency, charges, minor units charged, waived."""
    rows = _seen(actor, on=on).order_by().values_list("currency")
    found = rows.annotate(charged=Sum("amount_minor"), waived=Sum("waived_minor"))
    counted = dict(_seen(actor, on=on).order_by().values_list("currency").annotate(number=Sum(1)))
    return sorted((currency, counted[currency], charged, waived) for currency, charged, waived in found)


def runs(actor: Actor) -> QuerySet[ChargeRun]:
    """The runs, the newest first. Refuses: AccessDenied."""
    require(actor, "charges.read")
    return ChargeRun.objects.order_by("-pk")


def accrued(
    seen: QuerySet[Any] | None,
    *,
    as_of: date,
    bill_ids: Sequence[int] | None = None,
    document: ChargeTerms | None = None,
) -> pl.DataFrame:
    """What came up on overdue claims until a day (which itself does not count) and was not charged yet.

    seen: the rows of customers.queries.visible; None: everybody. Gives line, bill_id, customer_id, bill_no,
    instalment (0: the whole), due_on, segment, currency, scheme, claim ("interest", "fee"), percent (agreed
    in place of the scheme's, else null), signed_on, from_on, until_on, days, minor. Refuses: RateUnknown.
    """
    ids = None if seen is None else list(seen.order_by().values_list("pk", flat=True))
    return behind(ids, as_of=as_of, bill_ids=bill_ids, document=document).rows


def behind(
    customer_ids: Sequence[int] | None,
    *,
    as_of: date,
    bill_ids: Sequence[int] | None = None,
    document: ChargeTerms | None = None,
) -> Accrued:
    """The same with the stretches of days behind each row. Refuses: RateUnknown."""
    held = document or policy.in_force(as_of)
    found = reckoning.claims(held, until_on=as_of, customer_ids=customer_ids, bill_ids=bill_ids)
    return reckoning.accrue(found, held, until_on=as_of)


def accrued_within(actor: Actor, *, as_of: date, on: date) -> Accrued:
    """What came up on the claims of customers within reach, with the days behind it.

    Refuses: AccessDenied, RateUnknown.
    """
    require(actor, "charges.read")
    if actor.scope.reach == "everything":
        return behind(None, as_of=as_of)
    return behind(list(customers.visible(actor, on=on).values_list("pk", flat=True)), as_of=as_of)


def document(on: date) -> ChargeTerms:
    """What is charged for lateness, as the document of a day says it."""
    return policy.in_force(on)


def _seen(actor: Actor, *, on: date) -> QuerySet[Charge]:
    require(actor, "charges.read")
    if actor.scope.reach == "everything":
        return Charge.objects.all()
    return Charge.objects.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
