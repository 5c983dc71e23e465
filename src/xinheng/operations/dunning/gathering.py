"""What a run is planned from: read set-wise from the ledger, disputes and this room."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import Max, Q, QuerySet

from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.dunning import policy
from xinheng.operations.dunning.models import Call, Jump, LadderChoice, Pause, Reminder
from xinheng.operations.dunning.values import REACHED, Ground

REMINDERS = {"bill_id": pl.Int64, "instalment": pl.Int64, "level": pl.Int64, "sent_on": pl.Date}


def ground(among: QuerySet[Any] | None, *, on: date) -> tuple[Ground, dict[str, str]]:
    """All that a run of a day is planned from, and the hash of each ladder.

    among: the rows of customers.queries.visible; None: everybody. Refuses: NoLadder.
    """
    found = policy.in_force(on)
    debts = receivables.open_lines(among, as_of=on)
    lines = disputes.of_lines(debts, as_of=on)
    of_bills, of_customers = _choices(on)
    told = Ground(
        lines=lines,
        free=receivables.unapplied(among, as_of=on),
        reminders=live(),
        contacts=_contacts(on),
        pauses=_pauses(on),
        jumps=_frame(Jump.objects.filter(is_used=False), bill_id=pl.Int64, level=pl.Int64),
        of_bills=of_bills,
        of_customers=of_customers,
        ladders={code: ladder for code, (ladder, _sha256) in found.items()},
        company=policy.COMPANY,
    )
    return told, {code: sha256 for code, (_ladder, sha256) in found.items()}


def live() -> pl.DataFrame:
    """The reminders that live: bill_id, instalment, level, sent_on."""
    return _frame(Reminder.objects.filter(lives=True), **REMINDERS)


def paused(on: date) -> Q:
    """The pauses that hold on a day."""
    return Q(from_on__lte=on, until_on__gte=on) & (Q(resumed_on__isnull=True) | Q(resumed_on__gt=on))


def chosen(on: date) -> Q:
    """The choices of a ladder that hold on a day."""
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))


def _choices(on: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The ladder chosen for bills, and for customers: the own choice, else that of the nearest group."""
    rows = list(LadderChoice.objects.filter(chosen(on)).select_related("customer"))
    of_bills = [(row.bill_id, row.ladder) for row in rows if row.level == "document"]
    depths: list[tuple[int, str, int]] = [
        (row.customer_id, row.ladder, 2**31) for row in rows if row.level == "customer"
    ]
    for row in (one for one in rows if one.level == "group"):
        height = len(customers.above(row.customer))
        depths += [(member, row.ladder, height) for member in customers.below(row.customer)]
    schema = {"customer_id": pl.Int64, "ladder": pl.String, "depth": pl.Int64}
    nearest = pl.DataFrame(depths, schema=schema, orient="row").sort("depth", descending=True)
    return (
        pl.DataFrame(of_bills, schema={"bill_id": pl.Int64, "ladder": pl.String}, orient="row"),
        nearest.unique("customer_id", keep="first").drop("depth"),
    )


def _contacts(on: date) -> pl.DataFrame:
    """When each customer was last written to or reached, by the day."""
    sent = Reminder.objects.filter(sent_on__lte=on).order_by().values_list("customer_id")
    calls = Call.objects.filter(on__lte=on, result__in=REACHED).order_by().values_list("customer_id")
    schema = {"customer_id": pl.Int64, "last_on": pl.Date}
    rows = [*sent.annotate(Max("sent_on")), *calls.annotate(Max("on"))]
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.group_by("customer_id").agg(pl.col("last_on").max())


def _pauses(on: date) -> pl.DataFrame:
    rows = Pause.objects.filter(paused(on)).order_by("-until_on", "pk")
    return _frame(rows, customer_id=pl.Int64, bill_id=pl.Int64, cause=pl.String)


def _frame(rows: QuerySet[Any], **schema: Any) -> pl.DataFrame:
    return pl.DataFrame(
        list(rows.values_list(*schema)), schema=schema, orient="row", infer_schema_length=None
    )
