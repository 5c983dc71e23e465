"""Who was flagged after a decision day: by what the customer's file was told, a default or a lawsuit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import tables
from xinheng.facts.customers.values import Item
from xinheng.judgements.scorecards.errors import FlagInvalid
from xinheng.judgements.scorecards.values import Outcome

YES, NO = ("yes", "是", "有", "true"), ("no", "否", "无", "false")
DENIED = [*NO, "0"]


def check(actor: Actor, outcome: Outcome) -> None:
    """Whether the item can tell who went bad. Refuses: AccessDenied (of a sensitive item), FlagInvalid."""
    item = customers.catalogue().get(outcome.item)
    if item is None:
        if _told(outcome.item).is_empty():
            raise FlagInvalid(item=outcome.item, cause=_("no customer file holds it"))
        return
    if item.sensitive or item.personal:
        access.require(actor, "sensitive.read", f"item:{item.code}")
    _bad(item, outcome.value)


def flagged(*, on: date, until: Mapping[date, date], outcome: Outcome) -> pl.DataFrame:
    """Who was flagged after each decision day, by all that is known today.

    Columns: customer_id, decision_day, flagged. until: the last day that counts for each decision day. 1 is a
    customer whose file was told after the day that the item came true after it; null is one on whom it stood
    already, whenever that was told: that end is not foretold but past. All others have no row. What was found
    wrong, and a mailed form that nobody examined, tells nothing.
    """
    held = _told(outcome.item).filter(pl.col("told_on") <= on)
    held = held.with_columns(bad=_bad(customers.catalogue().get(outcome.item), outcome.value))
    found = []
    for day, end in until.items():
        before = held.filter(pl.col("true_on") <= day).sort("true_on", "fact_id")
        before = before.unique(["customer_id", "key"], keep="last", maintain_order=True).filter("bad")
        after = held.filter(
            pl.col("bad"), pl.col("true_on") > day, pl.col("told_on") > day, pl.col("true_on") <= end
        )
        stood, came = before["customer_id"].unique(), after["customer_id"].unique()
        came = came.filter(~came.is_in(stood.to_list()))
        found += [
            pl.DataFrame({"customer_id": ids}).with_columns(
                decision_day=pl.lit(day), flagged=pl.lit(value, dtype=pl.Int8)
            )
            for ids, value in ((stood, None), (came, 1))
        ]
    return pl.concat(found)


def _told(item: str) -> pl.DataFrame:
    told = pl.from_arrow(tables.read_told(item).read_all())
    assert isinstance(told, pl.DataFrame)
    return told


def _bad(item: Item | None, wanted: str) -> pl.Expr:
    """Whether a value is bad: the one said, "yes", or anything told but "no". Refuses: FlagInvalid."""
    value, wanted = pl.col("value").str.strip_chars(), wanted.strip()
    if item is not None and item.type == "yes_no":
        if wanted.lower() not in ("", *YES, *NO):
            raise FlagInvalid(item=item.name, cause=_("its answers are yes and no"))
        return value == ("no" if wanted.lower() in NO else "yes")
    if item is not None and item.type == "choice":
        codes = {word: code for code, *words in item.choices for word in (code, *words)}
        if wanted not in codes:
            raise FlagInvalid(
                item=item.name,
                cause=_("say which of its answers is bad: %(answers)s") % {"answers": ", ".join(codes)},
            )
        return value == codes[wanted]
    return value == wanted if wanted else ~value.str.to_lowercase().is_in(DENIED)
