"""Late payment of the own books: train a model, foretell the open bills, keep both, prove them again."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months
from xinheng.judgements.arrears import books, forecasting, learning, levels, policy, storing
from xinheng.judgements.arrears.errors import FactorInvalid, ModelUnreadable, NotForetold, TooFewBills
from xinheng.judgements.arrears.fitting import Tell, quiet
from xinheng.judgements.arrears.models import Forecast, OuterFactor, TrainedModel
from xinheng.judgements.arrears.policy import ArrearsRules

FOLDER = "arrears"


def train(*, actor: Actor, on: date, tell: Tell = quiet) -> TrainedModel:
    """Train a model on the own books as known before a day, test it by time and keep it.

    Refuses: AccessDenied, TooFewBills.
    """
    access.require(actor, "arrears.fit")
    rules = policy.in_force(on)
    known = books.ledger(as_of=on - timedelta(days=1), since=_since(on, rules), kinds=rules.kinds)
    kept = learning.learn(
        known, on, books.MARKS, tolerance=rules.tolerance_days, least=rules.least_bills, tell=tell
    )
    content = storing.packed(kept)
    path, digest = _written(content, f"model-{on.isoformat()}", ".arrears")
    with transaction.atomic():
        row = TrainedModel.objects.create(
            as_of=on,
            path=path,
            sha256=digest,
            policy=f"{rules.code}@{rules.version}",
            report=_plain(kept.report),
            beats=kept.report["beats"],
            bills=known.height,
            trained_by=actor.login,
            trained_on=on,
        )
        told = {"as_of": on, "bills": known.height, "auc": kept.report["auc"], "beats": row.beats}
        audit.record(actor=actor, act="arrears.train", subject=f"model:{row.pk}", on=on, after=told)
    return row


def foretell(*, actor: Actor, on: date) -> Forecast:
    """Foretell the bills open before a day by the last model, if it beats the naive rules; once a day.

    Refuses: AccessDenied, NotForetold (no model, or it is switched off), ModelUnreadable.
    """
    access.require(actor, "arrears.fit")
    row = TrainedModel.objects.first()
    if row is None or not row.beats:
        raise NotForetold(as_of=on)
    if made := Forecast.objects.filter(model=row, as_of=on).first():
        return made
    rules, kept = policy.in_force(on), read_model(row)
    known = books.ledger(as_of=on - timedelta(days=1), since=_since(on, rules), kinds=rules.kinds)
    factors = factors_on(on, rules)
    bills, customers = told_of(kept, known, on, rules, factors)
    files = [_written(_parquet(table), f"{name}-{on.isoformat()}", ".parquet")
             for name, table in (("inputs", known), ("bills", bills), ("customers", customers))]  # fmt: skip
    (inputs, inputs_hash), (results, results_hash), (whole, whole_hash) = files
    with transaction.atomic():
        made = Forecast.objects.create(
            model=row, as_of=on, inputs_path=inputs, inputs_sha256=inputs_hash, results_path=results,
            results_sha256=results_hash, customers_path=whole, customers_sha256=whole_hash, factors=factors,
            totals=levels.totals(customers), made_by=actor.login, made_on=on,
        )  # fmt: skip
        after = {"as_of": on, "bills": bills.height, "model": row.pk}
        audit.record(actor=actor, act="arrears.foretell", subject=f"forecast:{made.pk}", on=on, after=after)
    return made


def tell_factor(  # noqa: PLR0913 - each told by a person
    *,
    actor: Actor,
    on: date,
    code: str,
    step: int,
    reason: str,
    applies_to: str = "",
    from_on: date | None = None,
) -> OuterFactor:
    """Give an outer factor a step from a day on. Refuses: AccessDenied, FactorInvalid."""
    access.require(actor, "arrears.fit")
    known = [one.code for one in policy.in_force(on).factors]
    if code not in known or not -2 <= step <= 2:
        raise FactorInvalid(factor=code, factors=", ".join(known), value=step)
    with transaction.atomic():
        row = OuterFactor.objects.create(
            code=code, applies_to=applies_to.strip()[:40], step=step, from_on=from_on or on,
            reason=reason.strip()[:300], told_by=actor.login, told_on=on,
        )  # fmt: skip
        after = {"factor": code, "step": step, "applies_to": row.applies_to, "from_on": row.from_on}
        audit.record(actor=actor, act="arrears.tell_factor", subject=f"factor:{row.pk}", on=on, after=after)
    return row


def replay(*, actor: Actor, forecast_id: int) -> bool:
    """Whether a forecast computed again from its kept inputs and model is the same, row by row.

    Refuses: AccessDenied, NotForetold, ModelUnreadable (also where a file was altered).
    """
    access.require(actor, "arrears.read")
    row = Forecast.objects.select_related("model").filter(pk=forecast_id).first()
    if row is None:
        raise NotForetold(as_of=forecast_id)
    known = read_table(row.inputs_path, row.inputs_sha256)
    rules = policy.in_force(row.as_of)
    bills, customers = told_of(read_model(row.model), known, row.as_of, rules, row.factors)
    was = (
        read_table(row.results_path, row.results_sha256),
        read_table(row.customers_path, row.customers_sha256),
    )
    same = [
        now.drop("reasons").equals(then.drop("reasons"))
        for now, then in zip((bills, customers), was, strict=True)
    ]
    return all(same)


def end_day(*, actor: Actor, on: date, tell: Tell = quiet) -> None:
    """At the end of the day: train anew where the model is old, then foretell. A small ledger is left."""
    access.require(actor, "arrears.fit")
    rules, row = policy.in_force(on), TrainedModel.objects.first()
    if row is None or (on - row.as_of).days >= rules.train_every_days:
        with suppress(TooFewBills):
            train(actor=actor, on=on, tell=tell)
    with suppress(NotForetold):
        foretell(actor=actor, on=on)


def told_of(
    kept: storing.Kept, known: pl.DataFrame, on: date, rules: ArrearsRules, factors: list[dict[str, Any]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The open bills and their customers as foretold, with levels of risk."""
    found = forecasting.open_on(kept.model, known, on)
    beside = known.select("customer", "bill", "customer_id", "bill_id", "bill_no", "open_minor")
    bills = found.join(beside, on=["customer", "bill"], how="left", maintain_order="left")
    bills = levels.with_factors(bills.filter(pl.col("open_minor") > 0), factors)
    return bills, levels.by_customer(bills, rules)


def factors_on(on: date, rules: ArrearsRules) -> list[dict[str, Any]]:
    """The steps that count on a day, the last told of each factor and whom it applies to."""
    weights = {one.code: one.weight for one in rules.factors}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in OuterFactor.objects.filter(from_on__lte=on, code__in=weights).order_by("from_on", "pk"):
        told = {"code": row.code, "applies_to": row.applies_to, "step": row.step, "weight": weights[row.code]}
        found[row.code, row.applies_to] = told
    return list(found.values())


def read_model(row: TrainedModel) -> storing.Kept:
    """The model of a row. Refuses: ModelUnreadable."""
    return storing.unpacked(_read(row.path, row.sha256), file=row.path)


def read_table(path: str, digest: str) -> pl.DataFrame:
    """A kept table. Refuses: ModelUnreadable, where it was altered."""
    return pl.read_parquet(io.BytesIO(_read(path, digest)))


def _since(on: date, rules: ArrearsRules) -> date:
    return add_months(on, -rules.months_back)


def _read(path: str, digest: str) -> bytes:
    whole = Path(settings.HOME) / path
    content = whole.read_bytes() if whole.is_file() else b""
    if sha256(content).hexdigest() != digest:
        raise ModelUnreadable(file=path, cause="SHA-256")
    return content


def _written(content: bytes, name: str, ending: str) -> tuple[str, str]:
    digest = sha256(content).hexdigest()
    path = f"{FOLDER}/{name}-{digest[:12]}{ending}"
    whole = Path(settings.HOME) / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    beside = whole.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(whole)
    return path, digest


def _parquet(table: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    table.write_parquet(target, compression="zstd")
    return target.getvalue()


def _plain(report: dict[str, Any]) -> dict[str, Any]:
    """The report with days as texts, as JSON keeps it."""
    groups = [{**one, "month": one["month"].isoformat()} for one in report["groups"]]
    return {**report, "groups": groups}
