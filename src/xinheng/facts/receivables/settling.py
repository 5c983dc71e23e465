"""Settlements by the file: matched, checked and posted set-wise."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import connection, transaction

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.facts.receivables import instalments, telling
from xinheng.facts.receivables.models import Settlement
from xinheng.facts.receivables.values import SettlementsPosted

TOLD = {
    "row": pl.Int64,
    "customer_id": pl.Int64,
    "bill_no": pl.String,
    "receipt_no": pl.String,
    "credit_bill_no": pl.String,
    "settled_on": pl.Date,
    "amount_minor": pl.Int64,
}
CREATE = """
    CREATE TEMPORARY TABLE settlement_told (
        "row" bigint, customer_id bigint, bill_no varchar(60), receipt_no varchar(60),
        credit_bill_no varchar(60), settled_on date, amount_minor bigint)
"""
# a bill or receipt that was voided is not met; of the versions of a bill only the last one is not void
MATCH = {
    "bill_no": "SELECT b.id FROM receivables_bill b JOIN settlement_told t"
    " ON b.customer_id = t.customer_id AND b.bill_no IN (t.bill_no, t.credit_bill_no)",
    "receipt_no": "SELECT b.id FROM receivables_receipt b JOIN settlement_told t"
    " ON b.customer_id = t.customer_id AND b.receipt_no = t.receipt_no",
}
MET = """
    SELECT t."row", b.id, b.amount_minor, b.currency,
           CAST(b.billed_on AS varchar(10)), CAST(b.told_on AS varchar(10)),
           COALESCE(r.id, c.id), COALESCE(r.amount_minor, -c.amount_minor), COALESCE(r.currency, c.currency),
           CAST(COALESCE(r.received_on, c.billed_on) AS varchar(10)),
           CAST(COALESCE(r.told_on, c.told_on) AS varchar(10)),
           CAST((SELECT COALESCE(SUM(s.amount_minor), 0) FROM receivables_settlement s
                 WHERE s.bill_id = b.id) AS bigint),
           CAST((SELECT COALESCE(SUM(s.amount_minor), 0) FROM receivables_settlement s
                 WHERE s.receipt_id = r.id) AS bigint)
           + CAST((SELECT COALESCE(SUM(s.amount_minor), 0) FROM receivables_settlement s
                   WHERE s.credit_bill_id = c.id) AS bigint),
           CAST(b.due_on AS varchar(10)), b.segment, CAST(c.due_on AS varchar(10)), c.segment
    FROM settlement_told t
    LEFT JOIN receivables_bill b ON b.customer_id = t.customer_id AND b.bill_no = t.bill_no
         AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id)
    LEFT JOIN receivables_receipt r ON r.customer_id = t.customer_id AND r.receipt_no = t.receipt_no
         AND NOT EXISTS (SELECT 1 FROM receivables_receiptvoiding v WHERE v.receipt_id = r.id)
         AND NOT EXISTS (SELECT 1 FROM receivables_returnedpayment p WHERE p.receipt_id = r.id)
    LEFT JOIN receivables_bill c ON c.customer_id = t.customer_id AND c.bill_no = t.credit_bill_no
         AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = c.id)
"""
MET_COLUMNS = {
    "row": pl.Int64, "bill_id": pl.Int64, "bill_minor": pl.Int64, "bill_currency": pl.String,
    "billed_on": pl.String, "bill_told_on": pl.String, "source_id": pl.Int64, "source_minor": pl.Int64,
    "source_currency": pl.String, "source_on": pl.String, "source_told_on": pl.String,
    "settled_minor": pl.Int64, "used_minor": pl.Int64,
    "due_on": pl.String, "segment": pl.String, "credit_due_on": pl.String, "credit_segment": pl.String,
}  # fmt: skip
REJECTED = pl.Schema({"row": pl.Int64(), "field": pl.String(), "cause": pl.String()})
MOST_ROUNDS = 50
ROWS_AT_ONCE = 100_000


@transaction.atomic
def post_settlements(
    frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor, good_rows: bool = False
) -> SettlementsPosted:
    """Post settlements of bills and receipts that are posted; bad rows come back, and post nothing.

    frame: customer_id, bill_no, settled_on, amount_minor (分, above zero) and receipt_no or, null there,
    credit_bill_no. Rows are taken in the frame's order: the row that would settle more than its bill has
    open, or spend more than its receipt or credit bill has left, is rejected. With a rejected row nothing
    at all is posted unless `good_rows`.
    Causes: bill_unknown, receipt_unknown, credit_bill_unknown (a void one too), source_unclear,
    amount_not_above_zero, not_credit, currency_differs, settled_before_billed, settled_before_received,
    settled_in_future, more_than_open, more_than_left.
    Refuses: AccessDenied.
    """
    require(actor, "receivables.write", f"batch:{batch_no}")
    good, moves, bad = [], [], [pl.DataFrame(schema=REJECTED)]
    for told in _portions(_as_told(frame)):
        met = _met(told)
        bad.append(_rejected(met, told_on=told_on))
        sound = met.join(bad[-1], on="row", how="anti")
        good.append(_rows(sound, batch_no=batch_no, told_on=told_on))
        moves.append(_moves(sound))
    rejected = pl.concat(bad).sort("row")
    if rejected.height and not good_rows:
        return SettlementsPosted(0, rejected)
    posted = sum(bulk.append(Settlement, rows) for rows in good)
    if posted:
        telling.tell_all(*moves)
    after = {
        "rows": posted,
        "rejected": rejected.height,
        "amount_minor": sum(each["amount_minor"].sum() for each in good),
    }
    record(
        actor=actor, act="receivables.post_settlements", subject=f"batch:{batch_no}", on=told_on, after=after
    )
    return SettlementsPosted(posted, rejected)


def _as_told(frame: pl.DataFrame) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in TOLD.items()
               if name not in frame.columns and name != "row"]  # fmt: skip
    rows = frame.drop("row", strict=False).with_columns(missing).with_row_index("row")
    empty_is_none = [pl.col(name).cast(pl.String).replace("", None)
                     for name in ("bill_no", "receipt_no", "credit_bill_no")]  # fmt: skip
    return rows.with_columns(*empty_is_none).select(pl.col(name).cast(kind) for name, kind in TOLD.items())


def _portions(told: pl.DataFrame) -> list[pl.DataFrame]:
    """The rows by customers, some thousand rows at a time: what one customer has bears on no other."""
    place = told.sort("customer_id", "row").with_row_index("place")
    portion = pl.col("place").first().over("customer_id") // ROWS_AT_ONCE
    return [
        part.drop("place", "portion") for part in place.with_columns(portion=portion).partition_by("portion")
    ]


def _met(told: pl.DataFrame) -> pl.DataFrame:
    """Every row with the bill and the receipt or credit bill it names, locked, and what they have left."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS settlement_told")
        cursor.execute(CREATE)
        bulk.append_rows("settlement_told", told)
        if connection.features.has_select_for_update:
            cursor.execute("ANALYZE settlement_told")
            for table, of in (("receivables_bill", "bill_no"), ("receivables_receipt", "receipt_no")):
                cursor.execute(f"SELECT id FROM {table} WHERE id IN ({MATCH[of]}) ORDER BY id FOR UPDATE")
        cursor.execute(MET)
        met = _as_frame(cursor.fetchall())
        cursor.execute("DROP TABLE settlement_told")
    return told.join(met, on="row", how="left").sort("row")


def _as_frame(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    columns = zip(*rows, strict=True) if rows else [()] * len(MET_COLUMNS)
    named = zip(MET_COLUMNS.items(), columns, strict=True)
    frame = pl.DataFrame([pl.Series(name, values, dtype=kind) for (name, kind), values in named])
    return frame.with_columns(
        pl.col(name).str.to_date("%Y-%m-%d") for name in MET_COLUMNS if name.endswith("_on")
    )


def _rejected(met: pl.DataFrame, *, told_on: date) -> pl.DataFrame:
    by_receipt, by_credit = pl.col("receipt_no").is_not_null(), pl.col("credit_bill_no").is_not_null()
    causes = [
        ("bill_no", "bill_unknown", pl.col("bill_id").is_null()),
        ("receipt_no", "source_unclear", by_receipt == by_credit),
        ("receipt_no", "receipt_unknown", by_receipt & pl.col("source_id").is_null()),
        ("credit_bill_no", "credit_bill_unknown", by_credit & pl.col("source_id").is_null()),
        ("amount_minor", "amount_not_above_zero", pl.col("amount_minor").fill_null(0) <= 0),
        ("bill_no", "not_credit", pl.col("bill_minor") < 0),
        ("credit_bill_no", "not_credit", by_credit & (pl.col("source_minor") < 0)),
        ("receipt_no", "currency_differs", pl.col("bill_currency") != pl.col("source_currency")),
        (
            "settled_on",
            "settled_before_billed",
            pl.col("settled_on").lt(pl.col("billed_on")).fill_null(value=True),
        ),
        ("settled_on", "settled_before_received", pl.col("settled_on") < pl.col("source_on")),
        ("settled_on", "settled_in_future", pl.col("settled_on") > told_on),
    ]
    field = pl.coalesce(
        *(pl.when(bad).then(pl.lit(field)) for field, _, bad in causes), pl.lit(None, pl.String)
    )
    cause = pl.coalesce(
        *(pl.when(bad).then(pl.lit(cause)) for _, cause, bad in causes), pl.lit(None, pl.String)
    )
    judged = met.with_columns(field=field, cause=cause)
    bad = judged.filter(pl.col("cause").is_not_null()).select(list(REJECTED))
    sound = judged.filter(pl.col("cause").is_null())
    return pl.concat([bad.cast(REJECTED), _too_much(sound)]).sort("row")


def _too_much(sound: pl.DataFrame) -> pl.DataFrame:
    """The rows that take more than is there, taken in order, where a rejected one takes nothing."""
    source = ["source_id", pl.col("receipt_no").is_null()]
    open_after = (
        pl.col("bill_minor") - pl.col("settled_minor") - pl.col("amount_minor").cum_sum().over("bill_id")
    )
    left_after = pl.col("source_minor") - pl.col("used_minor") - pl.col("amount_minor").cum_sum().over(source)
    found = [pl.DataFrame(schema=REJECTED)]
    for round_no in range(1, MOST_ROUNDS + 1):
        judged = sound.with_columns(over_bill=open_after < 0, over_source=left_after < 0)
        over = pl.col("over_bill") | pl.col("over_source")
        bad = judged.filter(over)
        if bad.is_empty():
            break
        if round_no < MOST_ROUNDS:  # only those for certain: no doubtful row stands before them
            bad = bad.filter(pl.col("bill_id").is_first_distinct(), _first_of(source))
        found.append(
            bad.select(
                "row",
                field=pl.when("over_bill").then(pl.lit("amount_minor")).otherwise(pl.lit("receipt_no")),
                cause=pl.when("over_bill").then(pl.lit("more_than_open")).otherwise(pl.lit("more_than_left")),
            )
        )
        sound = sound.join(bad.select("row"), on="row", how="anti")
    return pl.concat(found)


def _first_of(keys: list[Any]) -> pl.Expr:
    return pl.struct(keys[0], keys[1].alias("by_credit")).is_first_distinct()


def _moves(sound: pl.DataFrame) -> pl.DataFrame:
    """What is open on the bills falls; so does what is left of receipts, and what credit bills owe."""
    minor, by_credit = pl.col("amount_minor"), sound.filter(pl.col("receipt_no").is_null())
    keys = {"customer_id": "customer_id", "currency": "bill_currency"}
    by_bill = sound.group_by("bill_id", maintain_order=True).agg(
        pl.col("customer_id", "segment", "due_on", "settled_minor").first(),
        currency=pl.col("bill_currency").first(),
        minor=-minor.sum(),
    )
    split = instalments.split(by_bill, instalments.parts_now(sound["bill_id"].unique().to_list()))
    bills = split.select(
        "customer_id", "currency", "segment", "due_on", component=pl.lit("receivable"), minor="minor"
    )
    credit = by_credit.select(
        **keys, segment="credit_segment", due_on="credit_due_on", component=pl.lit("receivable"), minor=minor
    )
    free = sound.filter(pl.col("receipt_no").is_not_null()).select(
        **keys,
        segment=pl.lit(""),
        due_on=pl.lit(None, dtype=pl.Date),
        component=pl.lit("prepaid"),
        minor=-minor,
    )
    return pl.concat([bills, credit, free])


def _rows(good: pl.DataFrame, *, batch_no: int | None, told_on: date) -> pl.DataFrame:
    by_receipt = pl.col("receipt_no").is_not_null()
    return good.select(
        "bill_id",
        "settled_on",
        "amount_minor",
        receipt_id=pl.when(by_receipt).then("source_id"),
        credit_bill_id=pl.when(~by_receipt).then("source_id"),
        # nothing is told before what it speaks of
        told_on=pl.max_horizontal(pl.lit(told_on), "bill_told_on", "source_told_on"),
        batch_no=pl.lit(batch_no, dtype=pl.Int64),
    ).sort("bill_id")
