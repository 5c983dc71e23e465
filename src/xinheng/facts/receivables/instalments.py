"""Bills by their instalments: what is settled clears the earliest due first."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from django.db.models import Exists, OuterRef, Sum

from xinheng.facts.receivables.models import Instalment, InstalmentPlan, Settlement

PARTS = {
    "bill_id": pl.Int64,
    "no": pl.Int64,
    "part_due_on": pl.Date,
    "part_minor": pl.Int64,
    "before_minor": pl.Int64,
}
BILLS_A_STATEMENT = 400


def parts_now(bill_ids: Sequence[int]) -> pl.DataFrame:
    """The instalments of the newest plan of each bill: bill_id, no, part_due_on, part_minor, before_minor.

    A bill without a plan has no row, nor has one whose plan was ended.
    """
    newer = InstalmentPlan.objects.filter(bill=OuterRef("plan__bill"), version__gt=OuterRef("plan__version"))
    parts = Instalment.objects.filter(~Exists(newer))
    if len(bill_ids) <= BILLS_A_STATEMENT:
        parts = parts.filter(plan__bill__in=bill_ids)
    found = parts.order_by("plan__bill", "no").values_list(
        "plan__bill", "no", "due_on", "amount_minor", "before_minor"
    )
    frame = pl.DataFrame(list(found), schema=PARTS, orient="row")
    return frame.join(
        pl.DataFrame({"bill_id": bill_ids}, schema={"bill_id": pl.Int64}).unique(), on="bill_id"
    )


def split(moves: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """What moves on bills, by the days their instalments are due.

    moves: a row a bill: bill_id, due_on, minor (what is open falls or rises by), settled_minor (what was
    settled of it before), and whatever else. Gives the same columns without settled_minor, a row for each
    instalment that moves; a bill without instalments moves on its own due day.
    """
    joined = moves.join(parts, on="bill_id", how="left")
    before, after = pl.col("settled_minor"), pl.col("settled_minor") - pl.col("minor")
    moved = _open(after) - _open(before)
    by_part = joined.with_columns(
        minor=pl.when(pl.col("no").is_null()).then("minor").otherwise(moved),
        due_on=pl.coalesce("part_due_on", "due_on"),
    )
    return by_part.filter(pl.col("minor") != 0).select(
        name for name in moves.columns if name != "settled_minor"
    )


def settled_minor(bill_id: int) -> int:
    """What is settled of a bill by all that is told, in minor units."""
    return Settlement.objects.filter(bill=bill_id).aggregate(total=Sum("amount_minor"))["total"] or 0


def _open(settled: pl.Expr) -> pl.Expr:
    left = pl.col("before_minor") + pl.col("part_minor") - settled
    return pl.min_horizontal(pl.max_horizontal(left, pl.lit(0, dtype=pl.Int64)), pl.col("part_minor"))
