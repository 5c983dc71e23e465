"""What a change of many limits would do: old and new, what is owed, which held orders would pass."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.applications import batch_rows, rules
from xinheng.judgements.applications.document import Rules
from xinheng.judgements.applications.values import BatchRow, Effect, Preview, RowFault, Selection
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.reviews import queries as reviews

KEYS = {"customer_id": pl.Int64, "customer_no": pl.String, "customer_name": pl.String, "status": pl.String}


def of_rows(actor: Actor, document: Rules, rows: list[BatchRow], *, on: date) -> Preview:
    """The effect of rows; a row that cannot be is a fault: unknown, closed, named twice, between steps."""
    asked = pl.DataFrame(
        [(one.customer_no, one.amount.minor, one.row) for one in rows],
        schema={"customer_no": pl.String, "new_minor": pl.Int64, "row": pl.Int64},
        orient="row",
    )
    whose = customers.visible(actor, on=on).filter(no__in=asked["customer_no"].unique().to_list())
    known = _keys(whose)
    joined = asked.join(known, on="customer_no", how="left", maintain_order="left")
    faults = [*batch_rows.repeated(rows), *_faults(joined, document)]
    sound = joined.filter(pl.col("customer_id").is_not_null() & (pl.col("status") != "closed"))
    standing = credit.standings(whose, on=on)
    faults += _foreign(sound, standing)
    made = _effects(sound, standing, credit.held_by_customer(whose))
    return Preview(tuple(made), tuple(sorted(faults, key=lambda one: one.row)))


def of_selection(actor: Actor, document: Rules, selection: Selection, *, on: date) -> Preview:
    """The effect on every customer whose approved grade is the one named and whose limit is an amount."""
    graded = reviews.standing(document.rating, on=on).filter(grade=selection.grade)
    whose = customers.visible(actor, on=on).filter(
        pk__in=graded.order_by().values("customer_id"), status="active"
    )
    standing = credit.standings(whose, on=on)
    amount = selection.amount.minor if selection.amount else None
    to_yuan = document.amounts.round_to
    chosen = standing.filter(pl.col("limit_minor").is_not_null(), pl.col("currency") == "CNY")
    new = [rules.changed(old, selection.percent, amount, to_yuan) for old in chosen["limit_minor"]]
    asked = _keys(whose).join(
        chosen.select("customer_id").with_columns(new_minor=pl.Series(new, dtype=pl.Int64)), on="customer_id"
    )
    asked = asked.sort("customer_no").with_columns(row=pl.lit(0, dtype=pl.Int64))
    faults = _between(asked, document)
    return Preview(tuple(_effects(asked, standing, credit.held_by_customer(whose))), tuple(faults))


def old_limit() -> pl.Expr:
    """The limit that holds as an amount: nothing set is null, no credit is zero."""
    return pl.when(pl.col("state") == "no_credit").then(0).otherwise(pl.col("limit_minor"))


def _keys(whose: object) -> pl.DataFrame:
    rows = whose.order_by().values_list("pk", "no", "name", "status")  # type: ignore[attr-defined]
    return pl.DataFrame(list(rows.iterator(chunk_size=50_000)), schema=KEYS, orient="row")


def _faults(joined: pl.DataFrame, document: Rules) -> list[RowFault]:
    unknown = joined.filter(pl.col("customer_id").is_null())
    closed = joined.filter(pl.col("status") == "closed")
    told = [
        RowFault(row, "customer_no", words % {"no": no})
        for rows, words in (
            (unknown, _("There is no customer %(no)s within your reach.")),
            (closed, _("The file of customer %(no)s is closed.")),
        )
        for row, no in rows.select("row", "customer_no").iter_rows()
    ]
    return [*told, *_between(joined, document)]


def _between(asked: pl.DataFrame, document: Rules) -> list[RowFault]:
    if document.amounts.mode != "steps":
        return []
    words = _("Limits are set in steps: %(amount)s is none.")
    return [
        RowFault(row, "amount", words % {"amount": Money(minor)})
        for row, minor in asked.select("row", "new_minor").iter_rows()
        if rules.neighbours(document.amounts.steps, minor)
    ]


def _foreign(sound: pl.DataFrame, standing: pl.DataFrame) -> list[RowFault]:
    """Rows in yuan whose account is kept in another currency."""
    met = sound.join(standing, on="customer_id").filter(pl.col("currency") != "CNY")
    words = _("The account is kept in %(currency)s.")
    return [
        RowFault(row, "amount", words % {"currency": currency})
        for row, currency in met.select("row", "currency").iter_rows()
    ]


def _effects(asked: pl.DataFrame, standing: pl.DataFrame, held: pl.DataFrame) -> list[Effect]:
    met = asked.join(standing.drop("status"), on="customer_id", how="left", maintain_order="left")
    met = met.with_columns(
        old_minor=old_limit(), currency=pl.col("currency").fill_null("CNY"),
        exposure_minor=pl.col("exposure_minor").fill_null(0), cover_minor=pl.col("cover_minor").fill_null(0),
    )  # fmt: skip
    waiting = dict(held.group_by("customer_id", maintain_order=True).agg(pl.col("amount_minor")).iter_rows())
    return [
        Effect(
            row["customer_no"], row["customer_name"],
            None if row["old_minor"] is None else Money(row["old_minor"], row["currency"]),
            Money(row["new_minor"], row["currency"]), Money(row["exposure_minor"], row["currency"]),
            len(waiting.get(row["customer_id"], ())),
            _passing(
                waiting.get(row["customer_id"], ()),
                row["new_minor"] + row["cover_minor"] - row["exposure_minor"],
            ),
        )
        for row in met.iter_rows(named=True)
    ]  # fmt: skip


def _passing(amounts: object, room: int) -> int:
    """How many held orders fit into what is left, the longest held first; equal to it passes."""
    passing = 0
    for minor in amounts:  # type: ignore[attr-defined]
        if minor <= room:
            room, passing = room - minor, passing + 1
    return passing
