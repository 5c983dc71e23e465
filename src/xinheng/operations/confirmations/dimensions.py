"""What customers are gathered by in an ageing: group, salesperson, unit, region, grade, industry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.reviews import queries as grades

NAMES: dict[str, str | Promise] = {
    "customer": _("Customer"),
    "group": _("Group of companies"),
    "salesperson": _("Salesperson"),
    "unit": _("Unit of the company"),
    "region": _("Region"),
    "grade": _("Grade"),
    "industry": _("Industry"),
    "segment": _("Segment"),
    "kind": _("Kind of claim"),
}
KEYED = {"customer_id": pl.Int64, "key": pl.String}
DEEPEST_GROUP = 20


def keys_of(actor: Actor, by: str, *, as_of: date, on: date) -> pl.DataFrame:
    """Which key each customer within reach has in a dimension: customer_id, key; no key, no row.

    Salesperson, unit and grade are those of the day looked at; a customer without a group stands for itself.
    """
    return _KEYS[by](actor, as_of, on)


def named(by: str, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The key to show and the name of some keys of a dimension, where either differs from the key.

    Customers and groups are shown by their numbers. Not narrowed: for keys that were found within reach.
    """
    if by == "industry":
        return {one.code: (one.code, one.name(get_language() or "")) for one in customers.sections()}
    if by not in ("customer", "group"):
        return {}
    wanted = [int(key) for key in keys if key]
    found: dict[str, tuple[str, str]] = {}
    for at in range(0, len(wanted), 500):
        told = customers.numbers_and_names(wanted[at : at + 500])
        found |= {str(pk): both for pk, both in told.items()}
    return found


def _by_column(column: str) -> Callable[[Actor, date, date], pl.DataFrame]:
    def keyed(actor: Actor, _as_of: date, on: date) -> pl.DataFrame:
        rows = customers.visible(actor, on=on).exclude(**{column: ""}).order_by()
        return _frame(rows.values_list("pk", column))

    return keyed


def _group(actor: Actor, _as_of: date, on: date) -> pl.DataFrame:
    """The customer at the top of each one's group."""
    rows = customers.visible(actor, on=on).order_by().values_list("pk", "parent_id")
    told = pl.DataFrame(list(rows), schema={"customer_id": pl.Int64, "above": pl.Int64}, orient="row")
    parents = told.select(above="customer_id", further="above", known=pl.lit(value=True))
    found = told.select("customer_id", "above", top="customer_id")
    for _level in range(DEEPEST_GROUP):
        if found["above"].null_count() == found.height:
            break
        found = (
            found.join(parents, on="above", how="left")
            .with_columns(top=pl.when("known").then("above").otherwise("top"))
            .select("customer_id", "top", above=pl.when("known").then("further"))
        )
    return found.select("customer_id", key=pl.col("top").cast(pl.String))


def _answering(field: str) -> Callable[[Actor, date, date], pl.DataFrame]:
    def keyed(actor: Actor, as_of: date, on: date) -> pl.DataFrame:
        rows = customers.answering(on=as_of).exclude(**{field: None}).order_by()
        if actor.scope.reach != "everything":
            rows = rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
        return _frame(rows.values_list("customer_id", field)).unique("customer_id", keep="first")

    return keyed


def _grade(actor: Actor, as_of: date, on: date) -> pl.DataFrame:
    """The approved grade of the day, by the policy most customers stand by; of several roles the worst."""
    counted = Counter(grades.standing(on=as_of).order_by().values_list("policy_code", flat=True))
    if not counted:
        return pl.DataFrame(schema=KEYED)
    policy = min(counted, key=lambda code: (-counted[code], code))
    rows = grades.leading(policy, on=as_of).order_by()
    if actor.scope.reach != "everything":
        rows = rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
    return _frame(rows.values_list("customer_id", "grade"))


def _frame(rows: Any) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=KEYED, orient="row")


_KEYS: dict[str, Callable[[Actor, date, date], pl.DataFrame]] = {
    "group": _group,
    "salesperson": _answering("person__name"),
    "unit": _answering("unit__name"),
    "region": _by_column("region"),
    "industry": _by_column("industry_section"),
    "grade": _grade,
}
