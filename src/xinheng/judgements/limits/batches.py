"""Files of orders, deliveries and limits: the same checks and the same gate as single acts, many at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.facts.orders import services as orders
from xinheng.judgements.limits import bulk_gate, checking_many, keeping
from xinheng.judgements.limits.errors import OrderNotPassed
from xinheng.judgements.limits.models import Account, Limit

ACCOUNTS_A_STATEMENT = 500
PROFILE = ("risk_class", "review_on")


def post_orders(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Take the orders of a file and decide on each, as `check_order` does. Gives how many.

    Refuses: AccessDenied, and what taking an order refuses.
    """
    access.require(actor, "limits.check", f"batch:{batch_no}")
    checking_many.check_orders(actor=actor, on=told_on, frame=frame, batch_no=batch_no)
    return frame.height


def post_deliveries(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Post the deliveries of a file, if all of them may leave. Gives how many.

    Refuses: AccessDenied, OrderNotPassed.
    """
    access.require(actor, "orders.deliver", f"batch:{batch_no}")
    return orders.post_deliveries(frame, batch_no=batch_no, told_on=told_on, actor=actor)


def watch(*, goods: pl.DataFrame, on: date, **_told: Any) -> None:
    """Let goods leave by the file only on orders that passed. Refuses: OrderNotPassed, naming the first."""
    if stopped := bulk_gate.stopped(goods, on=on):
        order_no, words = min(stopped.items())
        raise OrderNotPassed(order_no=order_no, state=words)


def judge_deliveries(frame: pl.DataFrame, *, on: date) -> pl.Series:
    """Why each delivery of a file may not leave, in words; null where it may. Changes nothing."""
    leaves = frame.filter(pl.col("amount_minor") > 0)
    with transaction.atomic():
        stopped = bulk_gate.stopped(bulk_gate.goods_of(leaves), on=on)
        transaction.set_rollback(True)
    words = frame["order_no"].replace_strict(stopped, default=None, return_dtype=pl.String)
    return frame.select(pl.when(pl.col("amount_minor") > 0).then(words)).to_series()


@transaction.atomic
def post_limits(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Set the limits of a file, and risk classes and review days where told. Gives how many.

    frame: customer_id, customer_no, segment, kind, state, amount_minor, currency, from_on, until_on,
    risk_class, review_on, reason. Every row is a word on a limit that stays on record with the batch.
    Refuses: AccessDenied.
    """
    access.require(actor, "limits.write", f"batch:{batch_no}")
    accounts = keeping.locked(frame.select("customer_id", "segment").unique())
    told = frame.join(accounts, on=["customer_id", "segment"], how="left", maintain_order="left")
    reason = pl.col("reason").fill_null(_("file %(batch_no)s") % {"batch_no": batch_no})
    bulk.append(
        Limit,
        told.select(
            "account_id", "kind", "state", "from_on", "until_on", reason=reason,
            amount_minor=pl.col("amount_minor").fill_null(0), told_by=pl.lit(actor.login),
            told_on=pl.lit(told_on),
        ),
    )  # fmt: skip
    _set_profiles(told)
    for some in accounts.sort("account_id").iter_slices(ACCOUNTS_A_STATEMENT):
        Account.objects.filter(pk__in=some["account_id"].to_list()).update(version=F("version") + 1)
    after = {"rows": told.height, "amount_minor": told["amount_minor"].sum()}
    audit.record(actor=actor, act="limits.post_limits", subject=f"batch:{batch_no}", on=told_on, after=after)
    return told.height


def judge_limits(frame: pl.DataFrame, *, on: date) -> pl.Series:  # noqa: ARG001 - as every judge is asked
    """Why the limit of each row cannot be set: it is not in the currency of the account."""
    kept = pl.DataFrame(
        list(Account.objects.exclude(currency="CNY").values_list("customer_id", "segment", "currency")),
        schema={"customer_id": pl.Int64, "segment": pl.String, "kept": pl.String},
        orient="row",
    )
    met = frame.join(kept, on=["customer_id", "segment"], how="left", maintain_order="left")
    wanted = pl.col("kept").fill_null("CNY")
    words = pl.format(_("The account is kept in %(currency)s.") % {"currency": "{}"}, wanted)
    return met.select(pl.when(pl.col("currency") != wanted).then(words)).to_series()


def _set_profiles(told: pl.DataFrame) -> None:
    """Risk classes and review days; what a row leaves empty stays."""
    for name in PROFILE:
        some = told.filter(pl.col(name).is_not_null()).select("account_id", name)
        values = [Account(pk=account_id, **{name: value}) for account_id, value in some.iter_rows()]
        Account.objects.bulk_update(values, [name], batch_size=300)
