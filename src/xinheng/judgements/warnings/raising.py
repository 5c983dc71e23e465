"""Signs become warnings: one a cause, told again only when it got worse, raised anew after it was closed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.working_days import add_working_days
from xinheng.facts.customers import queries as customers
from xinheng.judgements.warnings import feeding, policy
from xinheng.judgements.warnings.document import SignalRule
from xinheng.judgements.warnings.errors import WarningInvalid
from xinheng.judgements.warnings.models import RaisedWarning
from xinheng.judgements.warnings.values import SIGNS, NewWarning, Told, Watched

KNOWN = {
    "pk": pl.Int64, "customer_id": pl.Int64, "cause": pl.String, "state": pl.String, "kept": pl.Float64,
    "closed_on": pl.Date, "times": pl.Int64,
}  # fmt: skip
KEYS = ["customer_id", "cause"]
CHUNK = 500


def watch(*, actor: Actor, on: date) -> Watched:
    """Look at all customers by every signal that has a source; asking again on a day changes nothing.

    Each signal by itself, so that what one finds is kept whatever the next does. Refuses: AccessDenied.
    """
    require(actor, "warnings.write", f"day:{on}")
    told = {}
    for rule in policy.in_force(on).signals:
        feeder = feeding.feeder_of(rule.source)
        if rule.is_on and feeder is not None:
            with transaction.atomic():
                told[rule.code] = take(feeder(rule, on), rule, by=actor.login, on=on)
    watched = Watched(told)
    after = {code: one.__dict__ for code, one in told.items() if one.raised or one.worse}
    with transaction.atomic():
        record(actor=actor, act="warnings.watch", subject=f"day:{on}", on=on, after=after)
    return watched


@transaction.atomic
def raise_warning(*, actor: Actor, on: date, customer_no: str, new: NewWarning) -> Told:
    """Warn of something another room found, as a source would; one cause is told once.

    Refuses: AccessDenied, CustomerUnknown, WarningInvalid (no such signal, or it is off).
    """
    require(actor, "warnings.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    rule = policy.in_force(on).signal(new.signal)
    if rule is None or not rule.is_on or not 0 < len(new.cause) <= 120:
        raise WarningInvalid(cause=_("There is no such signal, or it is off."), field="signal")
    row = {
        "customer_id": [customer.pk], "cause": [new.cause], "measure": [float(new.measure)],
        "amount_minor": [new.amount.minor if new.amount else None],
        "currency": [new.amount.currency if new.amount else "CNY"],
        "evidence": [[{"what": what, "figure": figure} for what, figure in new.evidence]],
    }  # fmt: skip
    told = take(pl.DataFrame(row, schema=SIGNS), rule, by=actor.login, on=on)
    after = {"signal": new.signal, "cause": new.cause, "measure": new.measure, **told.__dict__}
    record(actor=actor, act="warnings.raise", subject=f"customer:{customer_no}", on=on, after=after)
    return told


def take(found: pl.DataFrame, rule: SignalRule, *, by: str, on: date) -> Told:
    """Raise what is new, tell again what got worse, and note of the rest that it is still so."""
    bound = found.filter(pl.col("measure") >= float(rule.at_least)).unique(KEYS, keep="first")
    known = bound.join(_known(rule.code), on=KEYS, how="left", nulls_equal=True)
    is_open = (pl.col("state") == "open").fill_null(value=False)
    worse_by = float(rule.worse_by)
    is_worse = (
        (pl.col("measure") >= pl.col("kept") + worse_by) if worse_by else pl.lit(value=False)
    ).fill_null(value=False)
    again_on = on - timedelta(days=rule.again_after_days)
    goes_on = (pl.col("closed_on") <= again_on).fill_null(value=False)
    raised = known.filter(pl.col("pk").is_null() | (~is_open & (is_worse | goes_on)))
    worse = known.filter(is_open & is_worse)
    _append(raised, rule, by=by, on=on)
    _tell_again(worse, rule, on=on)
    for some in known.filter(is_open).select("pk").iter_slices(CHUNK):
        RaisedWarning.objects.filter(pk__in=some["pk"].to_list()).update(seen_on=on)
    return Told(raised.height, worse.height, known.height - raised.height - worse.height)


def _known(signal: str) -> pl.DataFrame:
    """The last warning of each cause of a signal."""
    rows = RaisedWarning.objects.filter(signal=signal)
    last = rows.order_by().values("customer_id", "cause").annotate(last=Max("pk")).values("last")
    columns = ("pk", "customer_id", "cause", "state", "measure", "closed_on", "times")
    kept = [(*row[:4], float(row[4]), *row[5:]) for row in rows.filter(pk__in=last).values_list(*columns)]
    return pl.DataFrame(kept, schema=KNOWN, orient="row")


def _append(raised: pl.DataFrame, rule: SignalRule, *, by: str, on: date) -> None:
    if raised.is_empty():
        return
    answering = customers.answering(on=on).order_by().values_list("customer_id", "person__login")
    owners = pl.DataFrame(list(answering), schema={"customer_id": pl.Int64, "owner": pl.String}, orient="row")
    rows = raised.join(owners.unique("customer_id"), on="customer_id", how="left").select(
        "customer_id", "cause", "amount_minor", "currency", "measure", evidence=_json(),
        owner=pl.col("owner").fill_null(""), signal=pl.lit(rule.code), level=pl.lit(rule.level),
        bound=pl.lit(float(rule.at_least)), raised_on=pl.lit(on), seen_on=pl.lit(on), raised_by=pl.lit(by),
        due_on=pl.lit(add_working_days(on, rule.within_days).day),
        is_true=pl.lit(None, dtype=pl.Boolean), outcome=pl.lit(""), note=pl.lit(""), closed_by=pl.lit(""),
    )  # fmt: skip
    try:
        with transaction.atomic():
            bulk.append(RaisedWarning, rows)
    except IntegrityError as error:
        raise WarningInvalid(cause=_("Another run raised the same warnings just now.")) from error


def _tell_again(worse: pl.DataFrame, rule: SignalRule, *, on: date) -> None:
    due_on = add_working_days(on, rule.within_days).day
    rows: list[Any] = []
    for pk, measure, amount_minor, evidence, times in worse.select(
        "pk", "measure", "amount_minor", "evidence", "times"
    ).iter_rows():
        rows.append(
            RaisedWarning(
                pk=pk, measure=Decimal(str(round(measure, 2))), amount_minor=amount_minor, evidence=evidence,
                times=times + 1, worse_on=on, due_on=due_on,
            )
        )  # fmt: skip
    fields = ["measure", "amount_minor", "evidence", "times", "worse_on", "due_on"]
    RaisedWarning.objects.bulk_update(rows, fields, batch_size=200)


def _json() -> pl.Expr:
    """Pairs of evidence as JSON text."""
    wrapped = pl.struct(e="evidence").struct.json_encode()
    return wrapped.str.strip_prefix('{"e":').str.strip_suffix("}")
