"""Plans of instalments by the file: checked before, written set-wise in the caller's transaction."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import transaction
from django.db.models import Max, Sum

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.facts.receivables import drawing, instalments, telling
from xinheng.facts.receivables.documents import bills_named
from xinheng.facts.receivables.errors import BillUnknown, PlanUnfit
from xinheng.facts.receivables.models import Bill, Instalment, InstalmentPlan, Settlement, Voiding

AT_ONCE = 400  # keys a statement


@transaction.atomic
def post_plans(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Agree on a plan for every bill of the frame; all or none. Gives how many plans.

    frame: customer_id, bill_no, due_on, amount_minor (分, above zero), agreed_on (null: the day told).
    The rows were checked before; still refuses what would leave the ledger wrong: BillUnknown (or void)
    and PlanUnfit where the instalments are not the bill to the cent. Refuses: AccessDenied.
    """
    require(actor, "receivables.write", f"batch:{batch_no}")
    named = bills_named(frame.select("customer_id", "bill_no"))
    locked = drawing.lock(named["bill_id"].to_list())
    void = set(Voiding.objects.filter(bill__in=locked).values_list("bill", flat=True))
    bills = _bills([bill for bill in locked if bill.pk not in void])
    rows = frame.join(bills, on=["customer_id", "bill_no"], how="left")
    _check(rows)
    by_bill = rows.group_by("bill_id", maintain_order=True).agg(
        pl.col("customer_id", "currency", "segment", "bill_due_on", "bill_minor", "bill_told_on").first(),
        agreed_on=pl.col("agreed_on").first().fill_null(told_on),
    )
    left = _left(by_bill).rename({"bill_due_on": "due_on"})
    before = instalments.split(left, instalments.parts_now(left["bill_id"].to_list()))
    _append(rows, by_bill, told_on)
    opened = left.with_columns(minor=-pl.col("minor"), settled_minor="bill_minor")
    after = instalments.split(opened, instalments.parts_now(left["bill_id"].to_list()))
    telling.tell_all(*(moves.with_columns(component=pl.lit("receivable")) for moves in (before, after)))
    told = {"plans": by_bill.height, "instalments": rows.height}
    record(actor=actor, act="receivables.post_plans", subject=f"batch:{batch_no}", on=told_on, after=told)
    return by_bill.height


def _bills(bills: list[Bill]) -> pl.DataFrame:
    schema = {
        "bill_id": pl.Int64, "customer_id": pl.Int64, "bill_no": pl.String, "bill_minor": pl.Int64,
        "currency": pl.String, "segment": pl.String, "bill_due_on": pl.Date, "bill_told_on": pl.Date,
    }  # fmt: skip
    told = [
        (b.pk, b.customer_id, b.bill_no, b.amount_minor, b.currency, b.segment, b.due_on, b.told_on)
        for b in bills
    ]
    return pl.DataFrame(told, schema=schema, orient="row")


def _check(rows: pl.DataFrame) -> None:
    if (unknown := rows.filter(pl.col("bill_id").is_null())).height:
        raise BillUnknown(bill_no=unknown["bill_no"][0])
    sums = rows.group_by("bill_no", "bill_id").agg(pl.col("amount_minor").sum(), pl.col("bill_minor").first())
    if (wrong := sums.filter(pl.col("amount_minor") != pl.col("bill_minor")).sort("bill_no")).height:
        bill_no, _, told, bill = wrong.row(0)
        raise PlanUnfit(bill_no=bill_no, row=1, cause=f"{told / 100:.2f} ≠ {bill / 100:.2f}")


def _left(by_bill: pl.DataFrame) -> pl.DataFrame:
    """What is open of each bill, as a move below zero, beside what is settled of it."""
    found: list[tuple[int, int]] = []
    for some in by_bill.select("bill_id").iter_slices(AT_ONCE):
        rows = Settlement.objects.filter(bill__in=some["bill_id"].to_list()).order_by()
        found += rows.values_list("bill").annotate(Sum("amount_minor"))
    settled = pl.DataFrame(found, schema={"bill_id": pl.Int64, "settled_minor": pl.Int64}, orient="row")
    joined = by_bill.join(settled, on="bill_id", how="left", maintain_order="left")
    joined = joined.with_columns(pl.col("settled_minor").fill_null(0))
    return joined.with_columns(minor=pl.col("settled_minor") - pl.col("bill_minor"))


def _append(rows: pl.DataFrame, by_bill: pl.DataFrame, told_on: date) -> None:
    """The plans, each a version after the last, and their instalments, the earliest due first."""
    ids = by_bill["bill_id"].to_list()
    last: list[tuple[int, int]] = []
    for at in range(0, len(ids), AT_ONCE):
        plans = InstalmentPlan.objects.filter(bill__in=ids[at : at + AT_ONCE]).order_by()
        last += plans.values_list("bill").annotate(Max("version"))
    versions = pl.DataFrame(last, schema={"bill_id": pl.Int64, "last": pl.Int64}, orient="row")
    plans_told = by_bill.join(versions, on="bill_id", how="left", maintain_order="left").select(
        "bill_id", "customer_id", "agreed_on", version=pl.col("last").fill_null(0) + 1, reason=pl.lit(""),
        told_on=pl.max_horizontal(pl.lit(told_on), "bill_told_on"),
    )  # fmt: skip
    bulk.append(InstalmentPlan, plans_told)
    made: list[tuple[int, int, int]] = []
    for at in range(0, len(ids), AT_ONCE):
        kept = InstalmentPlan.objects.filter(bill__in=ids[at : at + AT_ONCE])
        made += kept.values_list("pk", "bill", "version")
    schema = {"plan_id": pl.Int64, "bill_id": pl.Int64, "version": pl.Int64}
    keys = pl.DataFrame(made, schema=schema, orient="row").join(plans_told, on=["bill_id", "version"])
    ordered = rows.join(keys.select("bill_id", "plan_id"), on="bill_id").sort("plan_id", "due_on")
    minor = pl.col("amount_minor")
    bulk.append(
        Instalment,
        ordered.select(
            "plan_id", "due_on", "amount_minor", no=pl.int_range(1, pl.len() + 1).over("plan_id"),
            before_minor=minor.cum_sum().over("plan_id") - minor,
        ),
    )  # fmt: skip
