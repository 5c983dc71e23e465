"""Orders that a file meets: those posted already, and those that its deliveries and bills name."""

from __future__ import annotations

import polars as pl

from xinheng.facts.intake.checking.causes import none, turned_down
from xinheng.facts.orders import queries as orders

SAME_ORDER = ["customer_id", "segment", "ordered_on", "amount_minor", "currency"]
SAME_DELIVERY = ["order_no", "delivered_on", "amount_minor"]
Kept = tuple[pl.DataFrame, list[str], list[str], str]  # what is posted; its key, its content, its number


def posted(kind: str, rows: pl.DataFrame) -> Kept | None:
    """What is posted under the numbers of the rows; None for a kind that has nothing to do with orders."""
    if kind == "orders":
        return orders.known_orders(rows["order_no"]), ["order_no"], SAME_ORDER, "order_no"
    if kind == "deliveries":
        return orders.known_deliveries(rows["delivery_no"]), ["delivery_no"], SAME_DELIVERY, "delivery_no"
    return None


def causes(kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Why deliveries cannot be: of no order of the customer, in another currency, too early, too late."""
    if kind != "deliveries" or rows.is_empty():
        return none()
    met = _met(rows)
    said = [_foreign(met), *_unknown(met)]
    early = met.filter(pl.col("delivered_on") < pl.col("ordered_on"))
    shown = [early["ordered_on"]]
    said.append(
        turned_down(
            early, "delivered_before_ordered", field="delivered_on", value=_text(early, "delivered_on"),
            params=shown,
        )
    )  # fmt: skip
    late = met.filter("is_ended", pl.col("amount_minor") > 0)
    said.append(turned_down(late, "order_has_ended", field="order_no", value=late["order_no"]))
    return pl.concat(said)


def of_bills(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The bills with the segment of the order they bill, and why some cannot bill theirs."""
    told = rows.filter(pl.col("order_no").is_not_null(), ~pl.col("is_void"))
    if told.is_empty():
        return rows.with_columns(pl.col("segment").fill_null("")), none()
    met = _met(told)
    segments = met.select("bill_no", "customer_id", _segment="segment_met").unique(["bill_no", "customer_id"])
    joined = rows.join(segments, on=["bill_no", "customer_id"], how="left", maintain_order="left")
    filled = joined.with_columns(segment=pl.coalesce("_segment", "segment", pl.lit(""))).drop("_segment")
    return filled, pl.concat([_foreign(met), *_unknown(met)])


def _met(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the orders they name, where these are the customer's own."""
    kept = orders.known_orders(rows["order_no"]).select(
        "order_no", "customer_id", "ordered_on", "is_ended", segment_met="segment", expected="currency"
    )
    return rows.join(kept, on=["order_no", "customer_id"], how="left", maintain_order="left")


def _unknown(met: pl.DataFrame) -> list[pl.DataFrame]:
    lost = met.filter(pl.col("expected").is_null())
    return [turned_down(lost, "unknown_order", field="order_no", value=lost["order_no"])]


def _foreign(met: pl.DataFrame) -> pl.DataFrame:
    other = met.filter(pl.col("currency") != pl.col("expected"))
    cause = "order_currency_differs"
    return turned_down(other, cause, field="currency", value=other["currency"], params=[other["expected"]])


def _text(rows: pl.DataFrame, name: str) -> pl.Series:
    return rows[name].cast(pl.String)
