"""Many limits changed at once: previewed, approved as one request, applied whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Matter, Title
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.applications import batch_rows, defining, findings, previewing, rules
from xinheng.judgements.applications.errors import (
    ApplicationInvalid,
    BatchEmpty,
    BatchFaulty,
    BatchStale,
    BatchUnknown,
)
from xinheng.judgements.applications.models import Batch, BatchLine
from xinheng.judgements.applications.values import BatchRow, Effect, NewBatch, Preview
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits

KIND = "limit_batch"


@transaction.atomic
def ask_batch(*, actor: Actor, on: date, asked: NewBatch) -> Batch:
    """Ask for a change of many limits, as rows of a file or a selection by grade: one request for all.

    Refuses: AccessDenied, RulesUnknown, ApplicationInvalid, BatchFaulty (row, field and cause), BatchEmpty,
    and as the chain does.
    """
    access.require(actor, "applications.write", f"rules:{asked.rules}")
    document = findings.rules_of(asked.rules, on=on)
    if not asked.reason.strip() or len(asked.reason) > 300:
        raise ApplicationInvalid(field="reason", cause=_("Say why, in up to 300 signs."))
    seen = preview(actor, asked, on=on)
    if seen.faults:
        first = seen.faults[0]
        raise BatchFaulty(
            count=len(seen.faults), row=first.row, field=first.field, cause=first.cause,
        )  # fmt: skip
    moved = [one for one in seen.effects if one.old != one.new]
    if not moved:
        raise BatchEmpty
    batch = Batch.objects.create(
        rules=asked.rules, sha256=defining.in_force(on)[asked.rules][1],
        reason=asked.reason.strip(), origin=asked.origin.strip()[:200],
        sums=seen.sums, applied_by=actor.login, applied_on=on,
    )  # fmt: skip
    _keep_lines(batch, moved, actor=actor, on=on)
    audit.record(
        actor=actor, act="applications.ask_batch", subject=f"limit_batch:{batch.pk}", on=on,
        after={"rules": asked.rules, "origin": batch.origin, **seen.sums}, reason=batch.reason,
    )  # fmt: skip
    sender = replace(actor, permits=actor.permits | {"approvals.submit"})
    batch.request = approvals.submit(
        actor=sender, on=on, kind=KIND, subject=f"limit_batch:{batch.pk}",
        title=Title(
            f"批量调整额度 {batch.pk}：{len(moved)} 个客户",
            f"Change of limits {batch.pk}: {len(moved)} customers",
        ),
        chain=rules.chain_of(document.batches),
    )  # fmt: skip
    batch.save(update_fields=["request"])
    return batch


def _keep_lines(batch: Batch, effects: list[Effect], *, actor: Actor, on: date) -> None:
    nos = [one.customer_no for one in effects]
    known = dict(customers.visible(actor, on=on).filter(no__in=nos).values_list("no", "pk"))
    lines = (
        BatchLine(
            batch=batch, customer_id=known[one.customer_no], old_minor=one.old.minor if one.old else None,
            new_minor=one.new.minor, currency=one.new.currency, exposure_minor=one.exposure.minor,
        )
        for one in effects
    )  # fmt: skip
    BatchLine.objects.bulk_create(lines, batch_size=500)


def preview(actor: Actor, asked: NewBatch, *, on: date) -> Preview:
    """What a change of many limits would do; changes nothing. Refuses: AccessDenied, RulesUnknown."""
    access.require(actor, "applications.read", f"rules:{asked.rules}")
    document = findings.rules_of(asked.rules, on=on)
    if asked.selection is not None:
        return previewing.of_selection(actor, document, asked.selection, on=on)
    return previewing.of_rows(actor, document, list(asked.rows), on=on)


def look_ahead(actor: Actor, on: date, matter: Matter) -> None:
    """Before somebody decides: an approver reaches every customer of the batch. Refuses: BatchUnknown."""
    batch = of_subject(matter.subject)
    seen = customers.visible(actor, on=on).order_by().values("pk")
    if BatchLine.objects.filter(batch=batch).exclude(customer__in=seen).exists():
        raise BatchUnknown(batch=batch.pk)


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """What follows once the request of a batch moved: approved, every limit of it is set."""
    batch = of_subject(matter.subject)
    batch.state = matter.state
    if matter.state in ("approved", "rejected", "withdrawn"):
        batch.ended_by, batch.ended_on = actor.login, on
    batch.save()
    if matter.state == "approved":
        _apply(batch, actor=actor, on=on)


def of_subject(subject: str) -> Batch:
    """The batch that a request names."""
    return Batch.objects.select_for_update(of=("self",)).get(pk=int(subject.removeprefix("limit_batch:")))


def _apply(batch: Batch, *, actor: Actor, on: date) -> None:
    """Set every limit of a batch. Refuses: BatchStale where one changed since it was asked for."""
    lines = BatchLine.objects.filter(batch=batch)
    rows = pl.DataFrame(
        list(lines.values_list("customer_id", "customer__no", "old_minor", "new_minor", "currency")),
        schema={"customer_id": pl.Int64, "customer_no": pl.String, "old_minor": pl.Int64,
                "new_minor": pl.Int64, "currency": pl.String},
        orient="row",
    )  # fmt: skip
    whose = customers.visible(actor, on=on).filter(pk__in=lines.order_by().values("customer_id"))
    now = credit.standings(whose, on=on)
    met = rows.join(now, on="customer_id", how="left").with_columns(
        now_minor=previewing.old_limit()
    )  # fmt: skip
    if (stale := met.filter(~pl.col("now_minor").eq_missing(pl.col("old_minor")))).height:
        raise BatchStale(customer_no=stale["customer_no"][0])
    told = rows.with_columns(
        segment=pl.lit(""), kind=pl.lit("fixed"), from_on=pl.lit(on), until_on=pl.lit(None, dtype=pl.Date),
        state=pl.when(pl.col("new_minor") == 0).then(pl.lit("no_credit")).otherwise(pl.lit("limited")),
        amount_minor=pl.col("new_minor"), reason=pl.lit(f"批量调整 {batch.pk}：{batch.reason}"[:300]),
        risk_class=pl.lit(None, dtype=pl.String), review_on=pl.lit(None, dtype=pl.Date),
    )  # fmt: skip
    hand = replace(actor, permits=actor.permits | {"limits.write"})
    limits.post_limits(told, batch_no=None, told_on=on, actor=hand)
    audit.record(
        actor=actor, act="applications.apply_batch", subject=f"limit_batch:{batch.pk}", on=on,
        after={"limits": rows.height}, reason=batch.reason,
    )  # fmt: skip


def rows_of(name: str, content: bytes) -> tuple[list[BatchRow], list[Any]]:
    """The rows of a file, and what is wrong with the others. Refuses: ApplicationInvalid."""
    return batch_rows.read_rows(name, content)


def percent_of(told: str) -> Decimal:
    """A percent as typed. Refuses: ApplicationInvalid."""
    try:
        value = Decimal(told.replace("%", "").strip())
    except ArithmeticError as error:
        raise ApplicationInvalid(field="percent", cause=_("This is no percent.")) from error
    if not -100 <= value <= 1000:
        raise ApplicationInvalid(field="percent", cause=_("A percent lies between -100 and 1,000."))
    return value
