"""Customers by the hundred thousand, set by set: new ones posted, changed ones changed by choice."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.texts import name_key_of
from xinheng.facts.customers import search
from xinheng.facts.customers.comparing import DEFAULTS, compared, prepared
from xinheng.facts.customers.errors import RowsNotPostable
from xinheng.facts.customers.industry import sections_of
from xinheng.facts.customers.models import Customer, FormerName, Responsibility
from xinheng.facts.customers.setwise import ids_of, set_columns
from xinheng.facts.customers.sizes import size_class_of

OWN = (
    "no", "kind", "name", "name_key", "uscc", "id_number", "org_code", "is_customer", "is_supplier", "nature",
    "industry", "industry_section", "region", "address", "founded_on", "employees", "revenue_minor",
    "assets_minor", "size_class", "told_on", "batch_no",
)  # fmt: skip


@transaction.atomic
def post_customers(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Open the files of all new customers of a frame; gives how many were new.

    frame: columns of `values.FRAME`, of which `no` and `name` must be there. A row that says nothing new
    of a customer we have is passed over, so posting twice changes nothing. Nothing at all is posted when
    a row would change a customer or its codes clash (`queries.compare` tells which).
    Refuses: AccessDenied, RowsNotPostable.
    """
    access.require(actor, "customers.write", f"batch:{batch_no}")
    rows = prepared(frame, on=told_on)
    states = compared(rows)
    refuse(states.filter(pl.col("state").is_in(["changed", "conflict"])))
    new = rows.filter(states["state"] == "new")
    if new.is_empty():
        return 0
    kept = judged(new, on=told_on).with_columns(told_on=pl.lit(told_on), batch_no=pl.lit(batch_no, pl.Int64))
    bulk.append(Customer, kept.select(OWN))
    new = new.join(ids_of(new["no"]), on="no", how="left", maintain_order="left")
    link_parents(new)
    keep_former_names(new, told_on=told_on)
    hold(new, from_on=told_on)
    search.index(new.rename({"id": "customer_id"}), ("name", "former_name"))
    after = {"customers": new.height, "batch_no": batch_no}
    record(actor=actor, act="customers.post", subject=f"batch:{batch_no}", on=told_on, after=after)
    return new.height


def refuse(bad: pl.DataFrame) -> None:
    """Refuse when there is a bad row, naming the first. bad: no, state, fields, cause."""
    if bad.is_empty():
        return
    first = bad.row(0, named=True)
    cause = first["cause"] or first["state"]
    raise RowsNotPostable(rows=bad.height, no=first["no"], cause=cause, fields=first["fields"])


def judged(rows: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """The rows with what follows from them: defaults, key of the name, section, size class."""
    kind = pl.when(pl.col("kind") == "").then(pl.lit(DEFAULTS["kind"])).otherwise("kind")
    codes = [pl.when(pl.col(code) != "").then(pl.col(code)).alias(code) for code in ("uscc", "id_number")]
    flags = [pl.col(flag).fill_null(DEFAULTS[flag]) for flag in ("is_customer", "is_supplier")]
    size = pl.when(kind == "person").then(pl.lit("not_applicable")).otherwise(size_class_of(on))
    return rows.with_columns(
        *codes,
        *flags,
        kind=kind,
        name_key=name_key_of(pl.col("name")),
        industry_section=sections_of(pl.col("industry")),
        size_class=size,
    )


def link_parents(rows: pl.DataFrame) -> None:
    """Put each customer below the parent named in its row. rows: id, parent_no."""
    told = rows.filter(pl.col("parent_no") != "")
    above = ids_of(told["parent_no"].unique()).rename({"id": "parent_id", "no": "parent_no"})
    set_columns("customers_customer", told.join(above, on="parent_no").select("id", "parent_id"))


def keep_former_names(rows: pl.DataFrame, *, told_on: date) -> None:
    """Keep the names customers had before. rows: id, former_name."""
    told = rows.filter(pl.col("former_name") != "")
    key = name_key_of(pl.col("former_name"))
    names = told.select(customer_id="id", name="former_name", name_key=key, told_on=pl.lit(told_on))
    bulk.append(FormerName, names)


def hold(rows: pl.DataFrame, *, from_on: date) -> None:
    """Let units and people answer for customers from a day on. rows: id, unit_code, person_login."""
    held = rows.filter(pl.col("unit_code") != "").select(
        customer_id="id",
        unit_id=_ids("unit_code", people.units_by_code()),
        person_id=_ids("person_login", people.people_by_login()),
        from_on=pl.lit(from_on),
    )
    bulk.append(Responsibility, held)


def _ids(column: str, ids: dict[str, int]) -> pl.Expr:
    return pl.col(column).replace_strict(ids, default=None, return_dtype=pl.Int64)
