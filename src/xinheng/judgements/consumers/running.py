"""Judge every consumer for a month, keep the run, and prove what was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.base.kernel.periods import add_months, month_start
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import services as register
from xinheng.facts.metering.values import NewItem
from xinheng.judgements.arrears import queries as arrears
from xinheng.judgements.arrears import services as late_payment
from xinheng.judgements.arrears import tables as late_tables
from xinheng.judgements.arrears.errors import TooFewBills
from xinheng.judgements.arrears.services import Kept, Tell, quiet
from xinheng.judgements.consumers import gathering, judging, keeping, policy, selecting
from xinheng.judgements.consumers.document import FACTORS, ConsumerRules
from xinheng.judgements.consumers.judging import Gathered
from xinheng.judgements.consumers.models import RiskRun

NOTHING_TOLD = {"consumer": pl.String, "bill": pl.String, "chance": pl.Float64, "reasons": pl.String}


@dataclass(frozen=True)
class Learned:
    """The late-payment model a run stands on, where it lies, and how it was tested; no path: none."""

    kept: Kept | None
    path: str = ""
    sha256: str = ""
    as_of: date | None = None
    report: dict[str, Any] | None = None

    @property
    def beats(self) -> bool:
        """Whether it did better than the naive rules on later bills."""
        return self.kept is not None and bool((self.report or {}).get("beats"))


def run_risk(
    *,
    actor: Actor,
    on: date,
    month: date | None = None,
    as_of: date | None = None,
    tell: Tell = quiet,
) -> RiskRun:
    """Judge every consumer for a month (that of the day, where none is given), as things stood before a day.

    as_of: that day, where it is past: what was paid or measured on it or later is not looked at, so that a
    site that loads its history sees at once how right it would have been. The late-payment model is used
    where it beats the naive rules, else each consumer's own past, which the run says. Judged again, it is
    another run. Refuses: AccessDenied, RiskRunAltered.
    """
    access.require(actor, "consumers.write")
    day = min(as_of or on, on)
    first, rules = month_start(month or day), policy.in_force(day)
    told = gathered(on=day, told_until=on, rules=rules)
    learned = _learned(told, rules, on=day, tell=tell)
    rows = judging.judged(
        told, rules, _chances(told, learned, on=day), month=first, on=day, tolerance=_tolerance(day)
    )
    path, digest = keeping.written(keeping.parquet(rows), f"risk-{first:%Y-%m}-{day.isoformat()}", ".parquet")
    text = rules.model_dump_json()
    with transaction.atomic():
        row = RiskRun.objects.create(
            month=first, as_of=day, rules=f"{rules.code}@{rules.version}",
            rules_sha256=sha256(text.encode()).hexdigest(), method="model" if learned.beats else "past",
            model_path=learned.path, model_sha256=learned.sha256, model_as_of=learned.as_of,
            report=learned.report or {}, results_path=path, results_sha256=digest,
            totals=judging.totals(rows), notes=_notes(rows), made_by=actor.login, made_on=on,
        )  # fmt: skip
        after = {"month": first, "consumers": rows.height, "method": row.method}
        audit.record(actor=actor, act="consumers.run", subject=f"risk_run:{row.pk}", on=on, after=after)
        _registered(row, actor, on)
    return row


def end_day(*, actor: Actor, on: date, tell: Tell = quiet) -> RiskRun | None:
    """At the end of a day judge its month where no run did; else nothing. Refuses: AccessDenied."""
    access.require(actor, "consumers.write")
    if RiskRun.objects.filter(month=month_start(on)).exists():
        return None
    return run_risk(actor=actor, on=on, tell=tell)


def _registered(row: RiskRun, actor: Actor, on: date) -> None:
    """Put the run among the data items, with the raw bills and readings it came from (PWR-01)."""
    since = add_months(row.month, -policy.in_force(row.as_of).past.months)
    raw = [
        pair
        for kind in ("bills", "readings")
        for pair in metering.raw_sources(kind, since=since, until=row.as_of)
    ]
    if not raw:  # no consumer was ever billed
        return
    title = f"{row.month:%Y-%m} {row.as_of.isoformat()}"
    item = NewItem(
        "output", "risk_run", str(row.pk), title, ("risk",), tuple(dict.fromkeys(raw)), row.results_sha256
    )
    register.keep_item(actor=actor, on=on, new=item)


def gathered(*, on: date, told_until: date, rules: ConsumerRules) -> Gathered:
    """What a judgement of a day is made from, as it was told until another."""
    accounts = gathering.accounts(on)
    with TemporaryDirectory(dir=_scratch()) as folder, engine(Path(folder)) as backend:
        since = add_months(month_start(on), -rules.past.months)
        bills = gathering.bills(backend, on=on, since=since, told_until=told_until)
        operation = gathering.operation(backend, on=on, rules=rules, told_until=told_until)
    grades, outside = gathering.grades(rules, on=on), gathering.outside(accounts["industry"], on=on)
    return Gathered(accounts, bills, operation, grades, outside)


def replay(*, actor: Actor, run_id: int) -> bool:
    """Whether the kept results of a run are whole and its totals are theirs.

    Refuses: AccessDenied, RiskRunUnknown, RiskRunAltered.
    """
    access.require(actor, "consumers.read")
    row = selecting.run_of(run_id)
    rows = keeping.table_of(row.results_path, row.results_sha256, run=row.pk)
    return bool(judging.totals(rows) == row.totals)


def _learned(told: Gathered, rules: ConsumerRules, *, on: date, tell: Tell) -> Learned:
    """The model of the last run where it is young enough, else one fitted now; none of too few bills."""
    late = arrears.rules_on(on)
    last = RiskRun.objects.exclude(model_path="").order_by("-model_as_of", "-pk").first()
    if last and last.model_as_of and 0 <= (on - last.model_as_of).days < late.train_every_days:
        content = keeping.content_of(last.model_path, last.model_sha256, run=last.pk)
        kept = late_tables.kept_in(content, file=last.model_path)
        return Learned(kept, last.model_path, last.model_sha256, last.model_as_of, last.report)
    try:
        kept = late_tables.learned(
            _ledger(told), as_of=on, tolerance=late.tolerance_days, least=rules.model.least_bills, tell=tell
        )
    except TooFewBills:
        return Learned(None)
    path, digest = keeping.written(late_payment.packed(kept), f"model-{on.isoformat()}", ".arrears")
    report = {name: value for name, value in kept.report.items() if name not in {"groups", "table"}}
    return Learned(kept, path, digest, on, report)


def _ledger(told: Gathered) -> pl.DataFrame:
    """The bills as the late-payment model reads them: an account is a customer, its voltage class a group."""
    voltage = told.accounts.select("consumer", "voltage")
    return told.bills.join(voltage, on="consumer").select(
        "bill", "amount", "billed", "due", "paid", customer="consumer", group="voltage",
        currency=pl.lit("CNY"),
    )  # fmt: skip


def _chances(told: Gathered, learned: Learned, *, on: date) -> pl.DataFrame:
    if not learned.beats or learned.kept is None:
        return pl.DataFrame(schema=NOTHING_TOLD)
    found = late_tables.foretold(learned.kept, _ledger(told), as_of=on)
    return found.select("bill", "chance", "reasons", consumer="customer")


def _tolerance(on: date) -> int:
    return arrears.rules_on(on).tolerance_days


def _notes(rows: pl.DataFrame) -> dict[str, int]:
    """How many consumers each input said nothing of, and how many have no bill of the month."""
    neutral = {f"neutral_{code}": int(rows[f"step_{code}"].null_count()) for code in FACTORS}
    basis = dict(rows.group_by("basis").len().iter_rows())
    without = int(rows["customer_id"].null_count())
    return {**neutral, **{f"basis_{name}": number for name, number in basis.items()}, "no_file": without}


def _scratch() -> str:
    folder = Path(settings.HOME) / keeping.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)
