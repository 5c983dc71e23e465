"""Who paid: lines of a bank statement and the customers they are of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.texts import name_key, name_key_of
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.matching.models import PayerAlias
from xinheng.judgements.matching.naming import squeezed
from xinheng.judgements.matching.values import MatchingRules

KNOWN = {"row": pl.Int64, "customer_id": pl.Int64, "known_by": pl.String}
APART = r"[\s,;，；、/|:：]+"
SHORTEST_NAME = 6  # signs of a bill number that may tell whose money it is
MOST_SUGGESTED = 3


@dataclass(frozen=True)
class Suggestion:
    """A customer that may have paid. likeness: 0 to 1. by: name, former, similar."""

    no: str
    name: str
    likeness: float
    by: str


def identified(seen: Any, rows: pl.DataFrame, rules: MatchingRules | None, *, on: date) -> pl.DataFrame:
    """The customer of each row that is sure of one: row, customer_id, known_by.

    seen: the rows of customers.queries.visible. rows: row, payer, payer_account, reference. In this order:
    the account paid from before; the payer's name told before; the name of one customer, legal form apart; a
    bill number in the text that only one customer has open.
    """
    told = rows.with_columns(payer_key=name_key_of(pl.col("payer")))
    aliases = _aliases(seen, rules)
    by_account = aliases.filter(pl.col("account") != "").select("customer_id", payer_account="account")
    by_alias = aliases.filter(pl.col("payer_key") != "").select("payer_key", "customer_id")
    found = [
        _one(told, by_account, "payer_account", "account"),
        _one(told, by_alias, "payer_key", "alias"),
        _one(told, _names(seen, told), "payer_key", "name"),
        _by_reference(seen, told, on=on),
    ]  # fmt: skip
    return pl.concat(found).unique("row", keep="first", maintain_order=True)


def suggestions(actor: Actor, payer: str, *, on: date) -> list[Suggestion]:
    """Customers within reach whose name is like the payer's, the likest first, at most three."""
    key = name_key(payer)
    if not key:
        return []
    likely = {one.no: Suggestion(one.no, one.name, 1.0, "name") for one in customers.like_names(payer)}
    within = set(customers.visible(actor, on=on).filter(no__in=list(likely)).values_list("no", flat=True))
    found = {no: one for no, one in likely.items() if no in within}
    for part in _parts(key):
        if len(found) >= MOST_SUGGESTED:
            break
        for no, name in customers.search(actor, part, on=on).values_list("no", "name")[:10]:
            likeness = SequenceMatcher(None, key, name_key(name)).ratio()
            found.setdefault(no, Suggestion(no, name, round(likeness, 2), "similar"))
    return sorted(found.values(), key=lambda one: (-one.likeness, one.no))[:MOST_SUGGESTED]


def _parts(key: str) -> Iterable[str]:
    """The name, its beginning and its end: one of them is written right more often than not."""
    half = max(2, len(key) // 2)
    return (key, key[:half], key[-half:]) if len(key) > 2 else (key,)


def _aliases(seen: Any, rules: MatchingRules | None) -> pl.DataFrame:
    schema = {"payer_key": pl.String, "account": pl.String, "customer_id": pl.Int64}
    kept = PayerAlias.objects.filter(customer__in=seen.order_by().values("pk"))
    rows = list(kept.order_by("pk").values_list("payer_key", "account", "customer_id"))
    if rules and rules.payers:
        ids = dict(
            seen.filter(no__in=[one.customer for one in rules.payers]).order_by().values_list("no", "pk")
        )
        rows += [
            (name_key(one.name), one.account, ids[one.customer])
            for one in rules.payers
            if one.customer in ids
        ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _names(seen: Any, told: pl.DataFrame) -> pl.DataFrame:
    """The customers that carry just the names of the payers."""
    keys = told.filter(pl.col("payer_key") != "")["payer_key"].unique().to_list()
    found = [
        row for at in range(0, len(keys), 500)
        for row in seen.filter(name_key__in=keys[at : at + 500]).order_by().values_list("name_key", "pk")
    ]  # fmt: skip
    return pl.DataFrame(found, schema={"payer_key": pl.String, "customer_id": pl.Int64}, orient="row")


def _by_reference(seen: Any, told: pl.DataFrame, *, on: date) -> pl.DataFrame:
    texts = told.filter(pl.col("reference") != "").select(
        "row", text=pl.col("reference").str.normalize("NFKC")
    )
    words = texts.select("row", word=pl.col("text").str.replace_all(APART, " ").str.split(" ")).explode(
        "word"
    )
    if words.is_empty():
        return pl.DataFrame(schema=KNOWN)
    lines = receivables.open_lines(seen, as_of=on)
    bills = lines.select("customer_id", key=squeezed(pl.col("bill_no"))).unique()
    long = words.with_columns(key=squeezed(pl.col("word"))).filter(
        pl.col("key").str.len_chars() >= SHORTEST_NAME
    )
    return _one(long, bills, "key", "reference")


def _one(rows: pl.DataFrame, known: pl.DataFrame, key: str, by: str) -> pl.DataFrame:
    """Rows met by what is known, where it names one customer only."""
    met = rows.select("row", key).join(known, on=key).group_by("row").agg(pl.col("customer_id").unique())
    sure = met.filter(pl.col("customer_id").list.len() == 1)
    return sure.select("row", customer_id=pl.col("customer_id").list.first(), known_by=pl.lit(by)).cast(KNOWN)  # type: ignore[arg-type]
