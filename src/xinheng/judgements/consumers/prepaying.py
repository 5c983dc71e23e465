"""Fee control as hints: the computed balance of prepaid consumers, how long it lasts, and what is due now.

Nothing here switches anybody off: a cut is proposed, carried out and confirmed by people elsewhere.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import add_months
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import tables
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.consumers import policy, rules, selecting
from xinheng.judgements.consumers.document import FeeControl
from xinheng.judgements.consumers.errors import BalancesInvalid, PaymentUnderWayInvalid
from xinheng.judgements.consumers.models import PaymentUnderWay, PrepaidBalance

TRIP, CLOSE = "301F", "3020"  # DL/T 698.45: tripped, closed
OUTCOMES = ("arrived", "failed")
HINTS = {
    "consumer": pl.String, "customer_id": pl.Int64, "name": pl.String, "voltage": pl.String,
    "account_minor": pl.Int64, "under_way_minor": pl.Int64, "unsettled_kwh": pl.Float64, "price": pl.Float64,
    "unsettled_minor": pl.Int64, "balance_minor": pl.Int64, "daily_minor": pl.Int64, "days_left": pl.Int64,
    "state": pl.String, "is_important": pl.Boolean, "is_cut": pl.Boolean, "notice_days": pl.Int64,
    "not_before": pl.Date,
}  # fmt: skip


@transaction.atomic
def tell_payment(
    *, actor: Actor, on: date, consumer_no: str, amount: Money, paid_on: date, reference: str
) -> PaymentUnderWay:
    """Keep a payment that has not arrived. Refuses: AccessDenied, ConsumerUnknown, PaymentUnderWayInvalid."""
    access.require(actor, "consumers.write", f"consumer:{consumer_no}")
    if amount.minor <= 0 or amount.currency != "CNY" or paid_on > on:
        raise PaymentUnderWayInvalid(cause=_("It is in yuan, above zero, and of no day to come."))
    consumer = metering.consumer(actor, consumer_no)
    row = PaymentUnderWay.objects.create(
        consumer=consumer, amount_minor=amount.minor, paid_on=paid_on, reference=reference.strip()[:80],
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {"amount_minor": amount.minor, "paid_on": paid_on, "reference": row.reference}
    subject = f"consumer:{consumer_no}"
    audit.record(actor=actor, act="consumers.tell_payment", subject=subject, on=on, after=after)
    return row


@transaction.atomic
def keep_balances(*, actor: Actor, on: date, frame: pl.DataFrame) -> int:
    """Keep account balances as the billing system told them: consumer, amount (yuan) and perhaps day (else
    the day itself). Gives the rows; told again, the later one counts.

    Refuses: AccessDenied, BalancesInvalid (nothing is kept where a row is wrong).
    """
    access.require(actor, "consumers.write", "balances")
    days = {"day": pl.lit(on)} if "day" not in frame.columns else {}
    rows = frame.with_columns(**days).select(
        pl.col("consumer").cast(pl.String).str.strip_chars(),
        pl.col("amount").cast(pl.Float64, strict=False),
        pl.col("day").cast(pl.String).str.to_date(strict=False),
    )
    keys = metering.keys_of(rows["consumer"].drop_nulls().to_list())
    known = pl.col("consumer").is_in(list(keys)) & pl.col("amount").is_finite() & (pl.col("day") <= on)
    wrong = rows.with_row_index("row", 2).filter(~known.fill_null(value=False))
    if wrong.height:
        raise BalancesInvalid(rows=", ".join(str(row) for row in wrong["row"].head(20)), number=wrong.height)
    made = [
        PrepaidBalance(consumer_id=keys[no], as_of=day, amount_minor=round(amount * 100),
                       told_by=actor.login, told_on=on)
        for no, amount, day in rows.iter_rows()
    ]  # fmt: skip
    PrepaidBalance.objects.bulk_create(made, batch_size=1000)
    after = {"balances": len(made)}
    audit.record(actor=actor, act="consumers.keep_balances", subject="balances", on=on, after=after)
    return len(made)


@transaction.atomic
def end_payment(*, actor: Actor, on: date, payment_id: int, outcome: str) -> PaymentUnderWay:
    """Say that a payment under way arrived or failed. Refuses: AccessDenied, ConsumerUnknown,
    PaymentUnderWayInvalid.
    """
    access.require(actor, "consumers.write", f"payment:{payment_id}")
    rows = PaymentUnderWay.objects.select_for_update().filter(pk=payment_id, ended_on__isnull=True)
    row = rows.first()
    if row is None or outcome not in OUTCOMES:
        raise PaymentUnderWayInvalid(cause=_("It is not under way any more, or neither arrived nor failed."))
    metering.consumer(actor, row.consumer.consumer_no)
    row.ended_on, row.outcome = on, outcome
    row.save(update_fields=["ended_on", "outcome"])
    subject = f"consumer:{row.consumer.consumer_no}"
    after = {"payment": row.pk, "outcome": outcome}
    audit.record(actor=actor, act="consumers.end_payment", subject=subject, on=on, after=after)
    return row


def payments_under_way(actor: Actor, consumer_no: str = "") -> list[PaymentUnderWay]:
    """Payments under way of consumers within reach, or of one, the oldest last. Refuses: AccessDenied."""
    access.require(actor, "consumers.read", "payments")
    rows = PaymentUnderWay.objects.filter(ended_on__isnull=True).select_related("consumer")
    if consumer_no:
        rows = rows.filter(consumer__consumer_no=consumer_no)
    if not metering.sees_all(actor):
        rows = rows.filter(consumer__in=metering.scope_of(actor).order_by().values("pk"))
    return list(rows)


def fee_hints(actor: Actor, *, on: date, consumer_no: str = "") -> pl.DataFrame:
    """Prepaid consumers within reach, or one, with the columns of HINTS, what is most pressing first.

    balance_minor = account_minor + under_way_minor − unsettled_minor: the balance last told (without one the
    customer's free money less its open bills), payments that have not arrived, and use since that balance
    or the last bill, at the price of the last bill. state:
    restore (is off and may be restored), off, cut (a cut may be prepared), spared (an important user is
    never proposed for a cut), warn, "" (nothing), or unknown (no bill to take a price from, or a customer
    with several prepaid consumers, whose money nobody told apart). not_before: the first day a cut may be
    made if notice is given on this day. Refuses: AccessDenied.
    """
    access.require(actor, "consumers.read", "fee_control")
    document = policy.in_force(on).fee_control
    prepaid = metering.accounts(on=on).filter("is_prepaid")
    accounts = selecting.within(
        actor, prepaid.filter(pl.col("consumer") == consumer_no) if consumer_no else prepaid
    )
    if not accounts.height:
        return pl.DataFrame(schema=HINTS)
    told = _balances(on)
    with TemporaryDirectory(dir=settings.HOME) as folder, engine(Path(folder)) as backend:
        used = _used(backend, told, on=on, days_back=document.days_back)
        off = _off(backend, on=on)
    rows = (
        accounts.with_columns(pl.col("voltage").fill_null("low"))
        .join(_money(prepaid, on=on), on="consumer", how="left")
        .join(told.select("consumer", "told_minor"), on="consumer", how="left")
        .with_columns(account_minor=pl.coalesce("told_minor", "account_minor"))
        .join(_under_way(), on="consumer", how="left")
        .join(used, on="consumer", how="left")
        .join(off, on="consumer", how="left")
        .with_columns(pl.col("under_way_minor").fill_null(0), pl.col("is_cut").fill_null(value=False))
    )
    return _judged(rows, document, on)


def _judged(rows: pl.DataFrame, document: FeeControl, on: date) -> pl.DataFrame:
    unsettled = (pl.col("unsettled_kwh") * pl.col("price") * 100).round().cast(pl.Int64)
    daily = (pl.col("daily_kwh") * pl.col("price") * 100).round().cast(pl.Int64)
    is_home = pl.col("tariff").fill_null("").str.contains("居民|home|residential")
    notice = pl.when(is_home).then(document.notice.home.days).otherwise(document.notice.other.days)
    known = rows.with_columns(unsettled_minor=unsettled, daily_minor=daily).with_columns(
        balance_minor=pl.col("account_minor") + pl.col("under_way_minor") - pl.col("unsettled_minor"),
        notice_days=notice.cast(pl.Int64),
    )
    left = pl.when((pl.col("daily_minor") > 0) & (pl.col("balance_minor") > 0)).then(
        pl.col("balance_minor") // pl.col("daily_minor")
    )
    none_left = pl.when(pl.col("balance_minor") <= 0).then(0)
    told = known.with_columns(days_left=pl.coalesce(left, none_left).cast(pl.Int64)).with_columns(
        state=pl.when(pl.col("balance_minor").is_null())
        .then(pl.lit("unknown"))
        .otherwise(rules.fee_state(document))
    )
    order = pl.col("state").replace_strict(
        {"cut": 0, "spared": 1, "warn": 2, "restore": 3, "off": 4, "unknown": 5, "": 6},
        return_dtype=pl.Int64,
    )
    waits = {one.days for one in (document.notice.home, document.notice.other)}
    first = {days: rules.first_cut_day(on + timedelta(days=days), document) for days in waits}
    may_cut = pl.col("state") == "cut"
    day = pl.col("notice_days").replace_strict(first, return_dtype=pl.Date)
    return (
        told.with_columns(not_before=pl.when(may_cut).then(day))
        .sort(order, "balance_minor", "consumer", nulls_last=True)
        .select(list(HINTS))
    )


def _money(accounts: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """consumer and account_minor: free money less open bills of a customer with one prepaid consumer."""
    alone = accounts.filter(pl.col("customer_id").is_not_null()).filter(
        pl.len().over("customer_id") == 1
    )  # fmt: skip
    yuan = pl.col("currency") == "CNY"
    free = receivables.unapplied(None, as_of=on).filter(yuan).group_by("customer_id").agg(
        free=pl.col("free_minor").sum()
    )  # fmt: skip
    owed = receivables.open_lines(None, as_of=on).filter(yuan).group_by("customer_id").agg(
        owed=pl.col("open_minor").sum()
    )  # fmt: skip
    both = alone.select("consumer", "customer_id").join(free, on="customer_id", how="left").join(
        owed, on="customer_id", how="left"
    )  # fmt: skip
    return both.select("consumer", account_minor=pl.col("free").fill_null(0) - pl.col("owed").fill_null(0))


def _under_way() -> pl.DataFrame:
    rows = PaymentUnderWay.objects.filter(ended_on__isnull=True).order_by()
    told = list(rows.values_list("consumer__consumer_no", "amount_minor"))
    frame = pl.DataFrame(told, schema={"consumer": pl.String, "under_way_minor": pl.Int64}, orient="row")
    return frame.group_by("consumer").agg(pl.col("under_way_minor").sum())


def _balances(on: date) -> pl.DataFrame:
    """consumer, settled_on and told_minor: the balance last told of each up to a day."""
    rows = PrepaidBalance.objects.filter(as_of__lte=on, told_on__lte=on).order_by("as_of", "pk")
    told = list(rows.values_list("consumer__consumer_no", "as_of", "amount_minor"))
    schema = {"consumer": pl.String, "settled_on": pl.Date, "told_minor": pl.Int64}
    return pl.DataFrame(told, schema=schema, orient="row").unique("consumer", keep="last")


def _used(backend: Any, told: pl.DataFrame, *, on: date, days_back: int) -> pl.DataFrame:
    """consumer, price (yuan a kWh of the last bill), unsettled_kwh (since it or the balance), daily_kwh."""
    last = on - timedelta(days=1)
    bills = _frame(tables.bills(backend, since=add_months(on, -12), until=last, as_of=on))
    priced = bills.filter((pl.col("kwh") > 0) & (pl.col("amount") > 0)).sort("month")
    newest = priced.group_by("consumer").agg(
        price=pl.col("amount").last() / pl.col("kwh").last(), month=pl.col("month").last()
    )  # fmt: skip
    read = _frame(
        tables.readings(backend, since=add_months(on, -3), until=last, as_of=on).filter(
            lambda told: told.kwh.notnull()
        )
    )
    dated = read.join(newest, on="consumer").join(told, on="consumer", how="left")
    settled = pl.coalesce("settled_on", pl.col("month").dt.month_end())
    return dated.group_by("consumer").agg(
        price=pl.col("price").first(),
        unsettled_kwh=pl.col("kwh").filter(pl.col("day") > settled).sum(),
        daily_kwh=pl.col("kwh").sort_by("day").tail(days_back).mean(),
    )


def _off(backend: Any, *, on: date) -> pl.DataFrame:
    """consumer and is_cut, of those whose meter reported a trip or a closing."""
    events = tables.events(backend, until=on - timedelta(days=1))
    told = _frame(events.filter(events.code.isin((TRIP, CLOSE))))
    last = told.sort("at").group_by("consumer").agg(pl.col("code").last())
    return last.select("consumer", is_cut=pl.col("code") == TRIP)


def _frame(expression: Any) -> pl.DataFrame:
    found = pl.from_arrow(expression.to_pyarrow())
    assert isinstance(found, pl.DataFrame)
    return found
