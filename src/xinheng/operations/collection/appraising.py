"""How much of the arrears each person recovered in a period, from the ledger alone (ADV-28, PWR-33)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

import polars as pl

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.collection import policy as policies
from xinheng.operations.collection.models import Assignment
from xinheng.operations.collection.values import Recovery

By = Literal["responsible", "collector"]
MOVES = {
    "customer_id": pl.Int64, "currency": pl.String, "day": pl.Date, "recovered": pl.Int64, "still": pl.Int64,
}  # fmt: skip
FAR = date(9999, 12, 31)


def appraise(actor: Actor, period: Period, *, on: date, by: By = "responsible") -> list[Recovery]:
    """A row a person and currency of the customers within reach, who recovered most first.

    recovered: what receipts cleared in the period of bills past their due day; money that went back is taken
    off. due: that, and what is overdue at the period's end, or today. responsible: who answers for the
    customer then; collector: who had the case on the day the money came. "": nobody. Refuses: AccessDenied.
    """
    access.require(actor, "collection.read")
    last = min(period.last, on)
    if last < period.first:
        return []
    everybody = actor.scope.reach == "everything"
    seen = None if everybody else customers.visible(actor, on=on)
    moves = _moves(seen, period.first, last)
    owned = _by_collector(moves) if by == "collector" else _by_responsible(moves, last)
    sums = owned.group_by("login", "currency").agg(
        pl.col("recovered", "still").sum(), cases=pl.col("customer_id").n_unique()
    )
    ordered = sums.with_columns(due=pl.col("recovered") + pl.col("still")).sort(
        "currency", "recovered", "login", descending=[False, True, False]
    )
    names = people.names_by_login(one for one in ordered["login"].unique().to_list() if one)
    coefficient = policies.in_force(on).value("appraisal_coefficient")
    ranked = ordered.with_columns(rank=pl.int_range(1, pl.len() + 1).over("currency"))
    return [
        Recovery(
            row["login"], names.get(row["login"], row["login"]), row["currency"],
            Money(row["due"], row["currency"]), Money(row["recovered"], row["currency"]), coefficient,
            row["cases"], row["rank"],
        )
        for row in ranked.iter_rows(named=True)
    ]  # fmt: skip


def _moves(seen: Any, first: date, last: date) -> pl.DataFrame:
    """What was recovered on each day, and what is still overdue on the last one, by customer and currency."""
    keys = ["customer_id", "currency"]
    paid = receivables.cleared(seen, since=first, until=last).filter(pl.col("due_on") < pl.col("settled_on"))
    recovered = paid.group_by(*keys, day="settled_on").agg(recovered=pl.col("amount_minor").sum())
    late = receivables.open_lines(seen, as_of=last).filter(pl.col("due_on") < last)
    still = late.group_by(keys).agg(still=pl.col("open_minor").sum().clip(0)).with_columns(day=pl.lit(last))
    zero = pl.lit(0, dtype=pl.Int64)
    both = [
        recovered.with_columns(still=zero).select(list(MOVES)).cast(MOVES),  # type: ignore[arg-type]
        still.with_columns(recovered=zero).select(list(MOVES)).cast(MOVES),  # type: ignore[arg-type]
    ]
    return pl.concat(both).filter((pl.col("recovered") != 0) | (pl.col("still") != 0))


def _by_responsible(moves: pl.DataFrame, last: date) -> pl.DataFrame:
    rows = customers.answering(on=last).order_by().values_list("customer_id", "person__login")
    schema = {"customer_id": pl.Int64, "login": pl.String}
    whose = pl.DataFrame(list(rows), schema=schema, orient="row").unique("customer_id")
    return moves.join(whose, on="customer_id", how="left").with_columns(pl.col("login").fill_null(""))


def _by_collector(moves: pl.DataFrame) -> pl.DataFrame:
    """With who had the case of the customer and currency on each day; "": nobody had."""
    rows = Assignment.objects.order_by().values_list(
        "case__customer_id", "case__currency", "collector", "from_on", "until_on"
    )
    schema = {
        "customer_id": pl.Int64, "currency": pl.String, "login": pl.String, "from_on": pl.Date,
        "until_on": pl.Date,
    }  # fmt: skip
    held = pl.DataFrame(list(rows), schema=schema, orient="row")
    numbered = moves.with_row_index("move")
    # the case that the last money closed was still the collector's on that day
    until = pl.col("until_on").fill_null(FAR - timedelta(days=1))
    fits = (pl.col("from_on") <= pl.col("day")) & (until >= pl.col("day"))
    met = numbered.join(held, on=["customer_id", "currency"]).filter(fits)
    last = met.sort("from_on").unique("move", keep="last").select("move", "login")
    return numbered.join(last, on="move", how="left").with_columns(pl.col("login").fill_null(""))
