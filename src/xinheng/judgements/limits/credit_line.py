"""The credit line of a customer as it was told: accounts, words on limits, decisions; and rates."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.instruments import queries as instruments
from xinheng.facts.orders import queries as orders
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import policy
from xinheng.judgements.limits.models import Account, Decision, Limit, OrderCredit, Rate
from xinheng.judgements.limits.values import Checks

DECISIONS_A_PAGE = 20


def segments_of(customer: Any) -> list[str]:
    """The credit segments a customer has accounts in, "" (over all of them) first."""
    found = Account.objects.filter(customer=customer).order_by("segment")
    return sorted({"", *found.values_list("segment", flat=True)})


def limit_words(customer: Any) -> list[Limit]:
    """Every word on the limits of a customer, in every segment, the newest first."""
    return list(Limit.objects.filter(account__customer=customer).select_related("account").order_by("-pk"))


def decisions_of(
    customer: Any, *, after: str = "", limit: int = DECISIONS_A_PAGE
) -> tuple[list[Decision], str]:
    """A page of what was decided on a customer's orders, the newest first.

    after: what the page before gave, "" for the first; what comes with the last page is "".
    """
    rows = Decision.objects.filter(account__customer=customer).select_related("account")
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    page = list(rows.order_by("-pk")[: limit + 1])
    return page[:limit], str(page[limit - 1].pk) if len(page) > limit else ""


def held_of(customer: Any) -> list[OrderCredit]:
    """The held orders of a customer, the longest held first."""
    rows = OrderCredit.objects.filter(customer=customer, state="held").select_related("decision")
    return list(rows.order_by("since", "pk"))


def documents_of(actor: Actor, customer: Any, *, on: date) -> pl.DataFrame:
    """The documents behind what a customer owes on a day, the largest first.

    Gives segment, currency, component, no, on, due_on, minor. Refuses: AccessDenied.
    """
    access.require(actor, "limits.read", f"customer:{customer.no}")
    seen = customers.visible(actor, on=on).filter(pk=customer.pk)
    found = [room.open_documents(seen, as_of=on) for room in (receivables, instruments, orders)]
    columns = ["segment", "currency", "component", "no", "on", "due_on", "minor"]
    both: pl.DataFrame = pl.concat([frame.select(columns) for frame in found])
    return both.sort("minor", "no", descending=[True, False])


def rates(actor: Actor) -> QuerySet[Rate]:
    """The rates of exchange that were told, the newest day first. Refuses: AccessDenied."""
    access.require(actor, "limits.read")
    return Rate.objects.order_by("-from_on", "currency")


def checks_on(actor: Actor, *, on: date) -> Checks | None:
    """The check policy of a day; None where none is in force. Refuses: AccessDenied."""
    access.require(actor, "limits.read")
    held = policy.in_force(on)
    return held[0] if held else None


def checks_read(text: str, *, file: str) -> Checks:
    """A check policy from its text. Refuses: PolicyInvalid."""
    return policy.load(text, file)


def in_state(state: str) -> QuerySet[Any]:
    """The numbers of the orders in a state of credit, for lists to filter by."""
    return OrderCredit.objects.filter(state=state).order_by().values("order_no")
