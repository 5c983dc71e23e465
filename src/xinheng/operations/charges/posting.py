"""Charges posted as bills of their own, never twice for the same day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import services as receivables
from xinheng.operations.charges import policy, reckoning
from xinheng.operations.charges.document import ChargeTerms
from xinheng.operations.charges.errors import ChargeInvalid
from xinheng.operations.charges.models import Charge, ChargeRun
from xinheng.operations.charges.values import Accrued, Posted


@transaction.atomic
def post_charges(
    *,
    actor: Actor,
    on: date,
    until_on: date,
    customer_nos: Sequence[str] = (),
    bill_ids: Sequence[int] | None = None,
) -> Posted:
    """Post what came up until a day, which itself does not count, on the overdue claims within reach.

    customer_nos: only of these. bill_ids: only on these. A charge below the least waits and is not lost.
    Refuses: AccessDenied, CustomerUnknown, ChargeInvalid (a day to come; another run at the same time),
    RateUnknown.
    """
    require(actor, "charges.write", f"until:{until_on}")
    if until_on > on:
        raise ChargeInvalid(cause=_("The day must not be to come."), field="until_on")
    document = policy.in_force(on)
    ids = _customer_ids(actor, customer_nos, on=on)
    found = reckoning.claims(document, until_on=until_on, customer_ids=ids, bill_ids=bill_ids)
    accrued = reckoning.accrue(found, document, until_on=until_on)
    least = Money.of(document.least).minor
    enough = accrued.rows.filter(pl.col("minor") >= least)
    waiting = accrued.rows.height - enough.height
    if enough.is_empty():
        return Posted(None, 0, waiting=waiting)
    run = ChargeRun.objects.create(until_on=until_on, posted_on=on, posted_by=actor.login)
    try:
        with transaction.atomic():
            keep(run, enough, accrued, document, actor=actor, on=on)
    except IntegrityError as error:
        raise ChargeInvalid(cause=_("Another run charged these days at the same time.")) from error
    totals = close(run, enough)
    after = {"run": run.pk, "until_on": until_on, "charges": enough.height, "totals": totals}
    record(actor=actor, act="charges.post", subject=f"charge_run:{run.pk}", on=on, after=after)
    return Posted(run.pk, enough.height, totals, waiting)


def keep(
    run: ChargeRun, rows: pl.DataFrame, accrued: Accrued, document: ChargeTerms, *, actor: Actor, on: date
) -> None:
    """Post the claims of some rows and keep each charge with the days behind it."""
    numbered = rows.with_row_index("_place", offset=1).with_columns(
        claim_no=pl.format(
            f"{{}}{run.pk:06d}-{{}}",
            pl.when(pl.col("claim") == "fee").then(pl.lit("LF")).otherwise(pl.lit("LX")),
            pl.col("_place").cast(pl.String).str.zfill(5),
        )
    )
    post_claims(numbered, document, actor=actor, on=on)
    steps = _step_texts(accrued.steps)
    schemes = {one.code: one.model_dump(mode="json", exclude_none=True) for one in document.schemes}
    reckoned = {code: json.dumps(told, ensure_ascii=False) for code, told in schemes.items()}
    terms = pl.concat_str(
        pl.lit('{"scheme": '), pl.col("scheme").replace_strict(reckoned, return_dtype=pl.String),
        pl.lit(', "percent": '), _quoted("percent"), pl.lit(', "signed_on": '), _quoted("signed_on"),
        pl.lit("}"),
    )  # fmt: skip
    charges = numbered.join(steps, on="line", how="left").select(
        "customer_id", "bill_id", "instalment", "scheme", "from_on", "until_on", "days", "currency", "claim",
        "claim_no", amount_minor="minor", run_id=pl.lit(run.pk), told_on=pl.lit(on),
        steps=pl.col("steps").fill_null("[]"), reckoned=terms,
    )  # fmt: skip
    bulk.append(Charge, charges)


def post_claims(rows: pl.DataFrame, document: ChargeTerms, *, actor: Actor, on: date) -> None:
    """Post bills of interest and fees that arise from others: claim_no, claim, bill_no, minor and others."""
    due_on = on + timedelta(days=document.pay_within_days)
    bills = rows.select(
        "customer_id", "currency", "segment", bill_no="claim_no", billed_on=pl.lit(on), due_on=pl.lit(due_on),
        amount_minor="minor", kind="claim", arises_from="bill_no",
    )  # fmt: skip
    receivables.post_bills(bills, batch_no=None, told_on=on, actor=hand(actor))


def hand(actor: Actor) -> Actor:
    """The actor with the right to post what the right to charge entails."""
    return replace(actor, permits=actor.permits | {"receivables.write"})


def close(run: ChargeRun, rows: pl.DataFrame) -> dict[str, Money]:
    """Write the sums of a run on it and give them, by currency."""
    sums = dict(rows.group_by("currency").agg(pl.col("minor").sum()).sort("currency").iter_rows())
    run.charges, run.totals = rows.height, sums
    run.save(update_fields=["charges", "totals"])
    return {currency: Money(minor, currency) for currency, minor in sums.items()}


def _customer_ids(actor: Actor, nos: Sequence[str], *, on: date) -> list[int] | None:
    """The customers meant; None: everybody. Refuses: CustomerUnknown."""
    if nos:
        return [customers.get(actor, no, on=on).pk for no in nos]
    if actor.scope.reach == "everything":
        return None
    return list(customers.visible(actor, on=on).values_list("pk", flat=True))


def _step_texts(steps: pl.DataFrame) -> pl.DataFrame:
    """The days behind each line as JSON: line, steps."""
    one = pl.concat_str(
        pl.lit('{"from_on": "'), pl.col("from_on").cast(pl.String), pl.lit('", "until_on": "'),
        pl.col("until_on").cast(pl.String), pl.lit('", "days": '), pl.col("days").cast(pl.String),
        pl.lit(', "base_minor": '), pl.col("base_minor").cast(pl.String), pl.lit(', "rate": '),
        pl.col("rate").cast(pl.String), pl.lit("}"),
    )  # fmt: skip
    joined = steps.sort("line", "from_on").group_by("line").agg(one.alias("one").str.join(", "))
    return joined.select("line", steps=pl.concat_str(pl.lit("["), pl.col("one"), pl.lit("]")))


def _quoted(column: str) -> pl.Expr:
    """A value as JSON text, null where there is none."""
    text = pl.concat_str(pl.lit('"'), pl.col(column).cast(pl.String), pl.lit('"'))
    return text.fill_null("null")
