"""Changing many customers by explicit choice, set by set, with what stood there before on the trail."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.texts import name_key_of
from xinheng.facts.customers import posting, search
from xinheng.facts.customers.comparing import KEPT, PLACED, compared, kept_rows, prepared
from xinheng.facts.customers.items import shipped_items
from xinheng.facts.customers.models import FileFact, FormerName, Responsibility, SearchEntry
from xinheng.facts.customers.setwise import among, framed, set_columns
from xinheng.facts.customers.values import FRAME

FINDS = ["name", "former_name", "uscc", "org_code"]  # what a search finds a customer by
FOLLOWS = ["name_key", "industry_section", "size_class"]
ENTRY_ROWS = 1_000  # changed customers told by one entry of the trail


@transaction.atomic
def post_changes(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Change the customers that a frame tells otherwise than we have them; gives how many.

    frame: as `post_customers` takes it. What a row does not tell stays. An old name becomes a former
    name, who answered until now stays in the history, and a changed item of the credit file is kept with
    its old value and its new one as facts. Rows of new customers are passed over: post them.
    Refuses: AccessDenied; RowsNotPostable when codes clash.
    """
    access.require(actor, "customers.write", f"batch:{batch_no}")
    rows = prepared(frame, on=told_on)
    states = compared(rows)
    posting.refuse(states.filter(pl.col("state") == "conflict"))
    changed = rows.with_columns(states["state"], states["fields"]).filter(pl.col("state") == "changed")
    if changed.is_empty():
        return 0
    kept = kept_rows(changed["no"])
    new = _merged(changed, kept)
    _keep_old_names(new, told_on=told_on)
    _keep_facts(new, batch_no=batch_no, told_on=told_on, actor=actor)
    judged = posting.judged(new, on=told_on)
    set_columns("customers_customer", judged.select("id", *KEPT[1:], *FOLLOWS))
    posting.link_parents(new.filter(_says("parent_no")))
    _move(new.filter(_says("unit_code") | _says("person_login")), told_on=told_on)
    posting.keep_former_names(new.filter(_says("former_name")), told_on=told_on)
    _find_anew(new.filter(pl.any_horizontal([_says(name) for name in FINDS])))
    _record(new, batch_no=batch_no, told_on=told_on, actor=actor)
    return new.height


def _says(field: str) -> pl.Expr:
    return pl.col("fields").list.contains(field)


def _merged(told: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """The customers as they are to be; `old_…` is what stood there."""
    old = kept.rename(lambda name: name if name in ("no", "id") else f"old_{name}")
    both = told.join(old, on="no", how="left", maintain_order="left")
    named = [name for name in [*KEPT[1:], *PLACED] if FRAME[name] == pl.String]
    texts = [pl.when(pl.col(name) == "").then(f"old_{name}").otherwise(name).alias(name) for name in named]
    others = [pl.coalesce(name, f"old_{name}").alias(name) for name in KEPT[1:] if name not in named]
    return both.with_columns(*texts, *others)


def _keep_old_names(new: pl.DataFrame, *, told_on: date) -> None:
    renamed = new.filter(_says("name"))
    day = pl.lit(told_on)
    key = name_key_of(pl.col("old_name"))
    bulk.append(
        FormerName, renamed.select(customer_id="id", name="old_name", name_key=key, until_on=day, told_on=day)
    )


def _keep_facts(new: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> None:
    """For items of the credit file that change: the old value, where no fact tells it yet, and the new."""
    for item in shipped_items().values():
        changed = new.filter(_says(item.field)) if item.field else new.clear()
        if changed.is_empty():
            continue
        facts = FileFact.objects.filter(item=item.code, customer__no__in=among(changed["no"])).order_by()
        told = framed(facts.values_list("customer_id").distinct(), {"id": pl.Int64})
        old = changed.join(told, on="id", how="anti").filter(_text(f"old_{item.field}") != "")
        batch = f"batch {batch_no}" if batch_no is not None else ""
        common = {"item": pl.lit(item.code), "key": pl.lit("")}
        bulk.append(
            FileFact,
            old.select(
                **common, customer_id="id", value=_text(f"old_{item.field}"), true_on="old_told_on",
                told_on="old_told_on", channel="old_channel", source="old_source", told_by=pl.lit(""),
            ),
        )  # fmt: skip
        bulk.append(
            FileFact,
            changed.select(
                **common, customer_id="id", value=_text(item.field), true_on=pl.lit(told_on),
                told_on=pl.lit(told_on), channel=pl.lit("own_dealings"), source=pl.lit(batch),
                told_by=pl.lit(actor.login),
            ),
        )  # fmt: skip


def _text(column: str) -> pl.Expr:
    """A column of the customer's row as a fact says it: amounts in 元 with two places."""
    value = pl.col(column)
    if column.endswith("_minor"):
        value = pl.format("{}.{}", value // 100, (value % 100).cast(pl.String).str.zfill(2))
    return value.cast(pl.String).fill_null("")


def _move(new: pl.DataFrame, *, told_on: date) -> None:
    """End who answered until the day and let others answer from it."""
    running = Responsibility.objects.filter(until_on__isnull=True, customer__no__in=among(new["no"]))
    running.filter(from_on__gte=told_on).delete()
    running.update(until_on=told_on)
    posting.hold(new, from_on=told_on)


def _find_anew(new: pl.DataFrame) -> None:
    """Let the search find customers by all their names of now and before."""
    if new.is_empty():
        return
    SearchEntry.objects.filter(customer__no__in=among(new["no"])).delete()
    former = FormerName.objects.filter(customer__no__in=among(new["no"])).order_by("id")
    names = framed(former.values_list("customer_id", "name"), {"id": pl.Int64, "former": pl.String})
    names = names.with_columns(place=pl.int_range(pl.len()).over("id").cast(pl.String))
    wide = names.pivot("place", index="id", values="former", aggregate_function="first")
    wide = wide.rename(lambda name: name if name == "id" else f"former_{name}")
    rows = new.select("id", "no", "name", "uscc", "org_code").join(wide, on="id", how="left")
    search.index(
        rows.rename({"id": "customer_id"}), ["name", *(name for name in wide.columns if name != "id")]
    )


def _record(new: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> None:
    """Tell the trail what each customer was and is, a thousand an entry; ID numbers only by their ends."""
    fields = [*KEPT[1:], *PLACED]
    for chunk in new.iter_slices(ENTRY_ROWS):
        for name in ("id_number", "old_id_number"):
            chunk = chunk.with_columns(_ends(name))  # noqa: PLW2901
        before = [pl.when(_says(name)).then(f"old_{name}").alias(name) for name in fields]
        after = [pl.when(_says(name)).then(name).alias(name) for name in fields]
        told = {
            moment: dict(
                zip(chunk["no"], chunk.select(pl.struct(columns)).to_series().to_list(), strict=True)
            )
            for moment, columns in (("before", before), ("after", after))
        }
        bare = {
            moment: {
                no: {field: value for field, value in row.items() if value is not None}
                for no, row in rows.items()
            }
            for moment, rows in told.items()
        }
        record(
            actor=actor, act="customers.post_changes", subject=f"batch:{batch_no}", on=told_on,
            before=bare["before"], after=bare["after"],
        )  # fmt: skip


def _ends(name: str) -> pl.Expr:
    value = pl.col(name)
    return (
        pl.when(value != "")
        .then(value.str.head(4) + "**********" + value.str.tail(4))
        .otherwise(value)
        .alias(name)
    )
