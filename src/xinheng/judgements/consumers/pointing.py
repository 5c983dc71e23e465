"""Points that events lower for some months: demerits are raised, taken back, and summed as of any day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months
from xinheng.facts.metering import queries as metering
from xinheng.judgements.consumers import policy, rules
from xinheng.judgements.consumers.document import PointRules
from xinheng.judgements.consumers.errors import PointEntryUnknown, PointsInvalid
from xinheng.judgements.consumers.models import Demerit
from xinheng.judgements.consumers.values import Demerited, NewDemerit, Points

ROW = {
    "id": pl.Int64, "consumer": pl.String, "code": pl.String, "points": pl.Int64, "cash": pl.Int64,
    "months": pl.Int64, "decay": pl.String, "from_on": pl.Date, "subject": pl.String, "reason": pl.String,
    "told_by": pl.String,
}  # fmt: skip
MANUAL_MOST = 10_000


@transaction.atomic
def add_demerit(*, actor: Actor, on: date, new: NewDemerit) -> Demerit:
    """Take points from a consumer by hand, for a reason.

    Refuses: AccessDenied, ConsumerUnknown, PointsInvalid.
    """
    access.require(actor, "consumers.write", f"consumer:{new.consumer_no}")
    document = policy.points_in_force(on)
    one = document.demerit(new.code)
    if one is None or not one.by_hand:
        raise PointsInvalid(cause=_("%(code)s is no demerit that people give by hand.") % {"code": new.code})
    if not new.reason.strip():
        raise PointsInvalid(cause=_("Say the reason."))
    if new.from_on > on:
        raise PointsInvalid(cause=_("The day is not to come."))
    if new.points is not None and not 0 < new.points <= MANUAL_MOST:
        raise PointsInvalid(cause=_("Points lie above 0."))
    consumer = metering.consumer(actor, new.consumer_no)
    row = _demerit(consumer.pk, new, document, actor, on)
    row.save()
    after = {"code": row.code, "points": row.points, "from_on": row.from_on, "reason": row.reason}
    audit.record(
        actor=actor, act="consumers.add_demerit", subject=f"consumer:{new.consumer_no}", on=on, after=after
    )
    return row


@transaction.atomic
def raise_demerits(*, actor: Actor, on: date, news: Sequence[NewDemerit]) -> int:
    """Keep the demerits of events; one that its event raised before is passed over. Gives how many are new.

    Events of consumers that are not known, and codes that the rules do not know, raise nothing.
    Refuses: AccessDenied.
    """
    access.require(actor, "consumers.write", "points")
    document = policy.points_in_force(on)
    known = [one for one in news if document.demerit(one.code) and one.subject and one.from_on <= on]
    keys = metering.keys_of([one.consumer_no for one in known])
    raised = set(
        Demerit.objects.filter(subject__in=[one.subject for one in known]).values_list(
            "consumer_id", "code", "subject"
        )
    )
    made = {}
    for one in known:
        key = (keys.get(one.consumer_no), one.code, one.subject)
        if key[0] is not None and key not in raised:
            made[key] = _demerit(key[0], one, document, actor, on)
    Demerit.objects.bulk_create(made.values())
    if made:
        audit.record(
            actor=actor,
            act="consumers.raise_demerits",
            subject="points",
            on=on,
            after={"demerits": len(made)},
        )
    return len(made)


@transaction.atomic
def take_back_event(*, actor: Actor, on: date, subject: str, why: str) -> int:
    """Take back what an event raised that turned out not to be; gives how many. Refuses: AccessDenied."""
    access.require(actor, "consumers.write", "points")
    rows = Demerit.objects.filter(subject=subject, taken_back_on__isnull=True).exclude(subject="")
    told = {"taken_back_on": on, "taken_back_by": actor.login, "taken_back_why": why.strip()[:300]}
    count = rows.update(**told)
    if count:
        audit.record(
            actor=actor, act="consumers.take_back_demerit", subject=subject, on=on, after={"why": why[:300]}
        )
    return count


@transaction.atomic
def take_back_demerit(*, actor: Actor, on: date, consumer_no: str, entry_id: int, why: str) -> Demerit:
    """Take a demerit back: from then on it counts on no day. Refuses: AccessDenied, ConsumerUnknown,
    PointEntryUnknown, PointsInvalid.
    """
    access.require(actor, "consumers.write", f"consumer:{consumer_no}")
    if not why.strip():
        raise PointsInvalid(cause=_("Say the reason."))
    consumer = metering.consumer(actor, consumer_no)
    rows = Demerit.objects.select_for_update().filter(consumer=consumer, taken_back_on__isnull=True)
    row = rows.filter(pk=entry_id).first()
    if row is None:
        raise PointEntryUnknown(entry=entry_id)
    row.taken_back_on, row.taken_back_by, row.taken_back_why = on, actor.login, why.strip()[:300]
    row.save(update_fields=["taken_back_on", "taken_back_by", "taken_back_why"])
    after = {"code": row.code, "points": row.points, "why": row.taken_back_why}
    audit.record(
        actor=actor, act="consumers.take_back_demerit", subject=f"consumer:{consumer_no}", on=on, after=after
    )
    return row


def points_of(actor: Actor, consumer_no: str, *, as_of: date) -> Points:
    """The points of a consumer on a day, each demerit in force with what it still takes.

    Refuses: AccessDenied, ConsumerUnknown.
    """
    access.require(actor, "consumers.read", "points")
    consumer, document = metering.consumer(actor, consumer_no), policy.points_in_force(as_of)
    counted = rules.in_force(_frame(Demerit.objects.filter(consumer=consumer)), on=as_of)
    return _points(consumer_no, counted, document, as_of)


def standings(actor: Actor, *, as_of: date) -> pl.DataFrame:
    """Every consumer within reach of whom a demerit counts on a day, the fewest points first.

    consumer, name, points, cash, is_cash_only, demerits (in force). Refuses: AccessDenied.
    """
    access.require(actor, "consumers.read", "points")
    document = policy.points_in_force(as_of)
    rows = Demerit.objects.all()
    if not metering.sees_all(actor):
        rows = rows.filter(consumer__in=metering.scope_of(actor).order_by().values("pk"))
    names = dict(rows.order_by().values_list("consumer__consumer_no", "consumer__name"))
    counted = rules.in_force(_frame(rows), on=as_of)
    summed = counted.group_by("consumer").agg(
        taken=pl.col("left").sum(), cash=pl.col("left_cash").sum(), demerits=pl.len().cast(pl.Int64)
    )
    name = pl.col("consumer").replace_strict(
        list(names), list(names.values()), default="", return_dtype=pl.String
    ) if names else pl.lit("")  # fmt: skip
    return (
        summed.with_columns(
            name=name,
            points=pl.max_horizontal(document.start - pl.col("taken"), document.floor),
            is_cash_only=pl.col("cash") >= document.cash_only.from_points,
        )
        .select("consumer", "name", "points", "cash", "is_cash_only", "demerits")
        .sort("points", "consumer")
    )


def cash_only(customer_ids: Sequence[int], *, as_of: date) -> dict[int, list[str]]:
    """Of some customers, the consumers that pay in cash only on a day: said beside orders and payments."""
    document = policy.points_in_force(as_of)
    rows = Demerit.objects.filter(consumer__customer__in=list(customer_ids))
    owners = dict(rows.order_by().values_list("consumer__consumer_no", "consumer__customer"))
    counted = rules.in_force(_frame(rows), on=as_of)
    summed = counted.group_by("consumer").agg(cash=pl.col("left_cash").sum()).sort("consumer")
    found: dict[int, list[str]] = {}
    for no, cash in summed.iter_rows():
        if cash >= document.cash_only.from_points:
            found.setdefault(owners[no], []).append(no)
    return found


def history(actor: Actor, consumer_no: str) -> list[Demerit]:
    """Every demerit of a consumer, also those over or taken back, the newest first.

    Refuses: AccessDenied, ConsumerUnknown.
    """
    access.require(actor, "consumers.read", "points")
    return list(Demerit.objects.filter(consumer=metering.consumer(actor, consumer_no)))


def _demerit(consumer_id: int, new: NewDemerit, document: PointRules, actor: Actor, on: date) -> Demerit:
    one = document.demerit(new.code)
    assert one is not None  # checked by both callers
    return Demerit(
        consumer_id=consumer_id, code=one.code, points=one.points if new.points is None else new.points,
        cash=one.cash, months=one.months, decay=one.decay, from_on=new.from_on, subject=new.subject[:80],
        reason=new.reason.strip()[:300], rules=f"{document.code}@{document.version}", told_by=actor.login,
        told_on=on,
    )  # fmt: skip


def _frame(rows: Any) -> pl.DataFrame:
    held = rows.filter(taken_back_on__isnull=True).order_by("pk").values_list(
        "pk", "consumer__consumer_no", "code", "points", "cash", "months", "decay", "from_on", "subject",
        "reason", "told_by",
    )  # fmt: skip
    return pl.DataFrame(list(held), schema=ROW, orient="row")


def _points(consumer_no: str, counted: pl.DataFrame, document: PointRules, on: date) -> Points:
    cash = int(counted["left_cash"].sum())
    points = max(document.start - int(counted["left"].sum()), document.floor)
    band = document.band(points)
    return Points(
        consumer_no=consumer_no, on=on, start=document.start, points=points, band=band.code,
        band_name=str(band), cash=cash, is_cash_only=cash >= document.cash_only.from_points,
        demerits=tuple(_demerited(row, document) for row in counted.sort("from_on", "id").to_dicts()),
    )  # fmt: skip


def _demerited(row: dict[str, Any], document: PointRules) -> Demerited:
    one = document.demerit(row["code"])
    return Demerited(
        entry_id=row["id"], code=row["code"], name=str(one) if one else row["code"], points=row["left"],
        cash=row["left_cash"], whole=row["points"], from_on=row["from_on"],
        until_on=add_months(row["from_on"], row["months"]),
        subject=row["subject"], reason=row["reason"], told_by=row["told_by"],
    )  # fmt: skip
