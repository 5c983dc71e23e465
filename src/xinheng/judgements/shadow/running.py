"""Replays as acts: begun, run in the queue or at once, stopped, thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.judgements.limits import queries as limits
from xinheng.judgements.shadow import (
    books,
    completing,
    keeping,
    outcomes,
    past_limits,
    preparing,
    queries,
    reading,
)
from xinheng.judgements.shadow.errors import LedgerEmpty, PlanInvalid, ShadowEnded, ShadowRunning
from xinheng.judgements.shadow.models import ShadowRun
from xinheng.judgements.shadow.planning import kept_plan, plan_of
from xinheng.judgements.shadow.replaying import Stopped, replayed
from xinheng.judgements.shadow.values import Ledger, Plan

Tell = Callable[[int, int], None]  # customers done, customers in all
UNDER_WAY = ("waiting", "running")
KEPT = [
    "order_no", "customer_no", "name", "on", "ship_on", "minor", "segment", "kind", "payment", "checked",
    "verdict", "reasons", "exposure_minor", "limit_minor", "limit_state", "over_minor", "receivable_minor",
    "overdue_minor", "oldest_days", "released_on", "ended_on", "back_on", "back_days", "back_reasons",
    "outcome", "billed_minor", "lost_minor", "days_late", "really_blocked", "blocked_on", "block_days",
]  # fmt: skip


def begin(
    *, actor: Actor, on: date, plan: Plan, files: Mapping[str, Iterable[bytes]] | None = None
) -> ShadowRun:
    """Keep what is asked for and what was handed in; nothing is replayed yet.

    files: name -> its content in portions. Refuses: AccessDenied, PolicyInvalid, PlanInvalid,
    LedgerUnreadable.
    """
    access.require(actor, "shadow.run")
    limits.check_policy(plan.text)
    _fits(plan, has_files=bool(set(files or {}) - {plan.limits_file}))
    with transaction.atomic():
        run = ShadowRun.objects.create(
            by=actor.login, on=on, begun_at=timestamp(), policy=plan.policy[:120],
            policy_sha256=keeping.hash_of(plan.text), source=plan.source, plan=kept_plan(plan),
        )  # fmt: skip
        names = keeping.keep_handed_in(run.pk, files or {})
        run.plan = kept_plan(replace(plan, files=tuple(names)))
        run.save(update_fields=["plan"])
        audit.record(
            actor=actor, act="shadow.begin", subject=f"shadow:{run.pk}", on=on,
            after={"policy": plan.policy, "source": plan.source, "files": names, "limits": plan.limits.how},
        )  # fmt: skip
    return run


def run(*, actor: Actor, on: date, number: int, tell: Tell | None = None) -> ShadowRun:
    """Replay one that was begun, and keep what it came to. A stopped one ends; a refused one says why.

    Refuses: AccessDenied, ShadowUnknown, ShadowEnded, LedgerUnreadable, LedgerEmpty.
    """
    access.require(actor, "shadow.run", f"shadow:{number}")
    kept = queries.shadow_run(actor, number)
    if not ShadowRun.objects.filter(pk=kept.pk, state="waiting").update(state="running"):
        raise ShadowEnded(number=number)
    try:
        found = _replay(kept, plan_of(kept.plan), actor, on, tell)
    except Stopped:
        found = {"state": "cancelled"}
    except Exception as error:
        _end(kept, {"state": "failed", "cause": str(error)[:300] or type(error).__name__})
        raise
    return _end(kept, found)


def replay(
    *, actor: Actor, on: date, plan: Plan, files: Mapping[str, Iterable[bytes]] | None = None,
    tell: Tell | None = None,
) -> ShadowRun:  # fmt: skip
    """Begin a replay and run it at once. Refuses what begin and run refuse."""
    begun = begin(actor=actor, on=on, plan=plan, files=files)
    return run(actor=actor, on=on, number=begun.pk, tell=tell)


@transaction.atomic
def stop(*, actor: Actor, on: date, number: int) -> ShadowRun:
    """Stop a replay that waits or runs. Refuses: AccessDenied, ShadowUnknown, ShadowEnded."""
    access.require(actor, "shadow.run", f"shadow:{number}")
    kept = queries.shadow_run(actor, number)
    if not ShadowRun.objects.filter(pk=kept.pk, state__in=UNDER_WAY).update(
        state="cancelled", ended_at=timestamp()
    ):
        raise ShadowEnded(number=number)
    audit.record(actor=actor, act="shadow.stop", subject=f"shadow:{number}", on=on)
    return queries.shadow_run(actor, number)


def discard(*, actor: Actor, on: date, number: int) -> None:
    """Throw a replay that ended away, with its files. Refuses: AccessDenied, ShadowUnknown, ShadowRunning."""
    access.require(actor, "shadow.run", f"shadow:{number}")
    kept = queries.shadow_run(actor, number)
    if kept.state in UNDER_WAY:
        raise ShadowRunning(number=number)
    with transaction.atomic():
        audit.record(
            actor=actor, act="shadow.discard", subject=f"shadow:{number}", on=on,
            before={"policy": kept.policy, "by": kept.by, "sha256": kept.sha256},
        )  # fmt: skip
        kept.delete()
    keeping.drop(number)


def fail_unfinished() -> int:
    """Name failed what a stop left running; call at start, when none is under way. Gives how many."""
    return ShadowRun.objects.filter(state="running").update(
        state="failed", cause="cut off", ended_at=timestamp()
    )


def _fits(plan: Plan, *, has_files: bool) -> None:
    if plan.source == "files" and not has_files:
        raise PlanInvalid(field="files", cause=_("Hand in at least one file."))
    if not 1 <= plan.limits.factor <= 10_000 or not 1 <= plan.limits.months <= 60:
        raise PlanInvalid(field="factor", cause=_("A factor is 1 to 10,000 percent, of 1 to 60 months."))
    if plan.from_on and plan.until_on and plan.from_on > plan.until_on:
        raise PlanInvalid(field="until_on", cause=_("The last day lies before the first one."))


def _replay(kept: ShadowRun, plan: Plan, actor: Actor, on: date, tell: Tell | None) -> dict[str, Any]:
    told = _ledger(kept, plan, actor, on)
    documents, ledger = told.documents, completing.completed(told, plan)
    if ledger.orders.is_empty():
        raise LedgerEmpty
    span = _span(ledger, plan)
    steps = past_limits.steps(plan.limits, ledger, first=_first(ledger), last=span[1])
    ready = preparing.prepared(ledger, limits.check_policy(plan.text), steps, span)
    ShadowRun.objects.filter(pk=kept.pk).update(total=ready.accounts, documents=documents)

    def going(done: int, total: int) -> bool:
        if tell:
            tell(done, total)
        return bool(ShadowRun.objects.filter(pk=kept.pk, state="running").update(done=done))

    orders = replayed(ready, going).with_columns(checked=pl.col("on") >= span[0])
    orders = outcomes.with_outcomes(orders, ledger, late_days=plan.late_days, last=span[1])
    orders = outcomes.with_blocks(orders, ledger).select(KEPT)
    summary = outcomes.summed(orders, ready.asked.rules, margin=plan.margin, last=span[1])
    return {
        "state": "done", "summary": summary, "currency": ledger.currency, "from_on": span[0],
        "until_on": span[1],
        "sha256": keeping.write_orders(kept.pk, orders.sort("customer_no", "on", maintain_order=True)),
        "orders": summary["all"]["orders"], "held": summary["all"]["held"],
        "rejected": summary["all"]["rejected"], "held_minor": summary["all"]["held_value"],
        "notes": [asdict(note) for note in (*ledger.notes, *ready.asked.notes)], "done": ready.accounts,
    }  # fmt: skip


def _ledger(kept: ShadowRun, plan: Plan, actor: Actor, on: date) -> Ledger:
    if plan.source == "books":
        return books.read(actor, on=on, currency=plan.currency or "CNY")
    paths = keeping.handed_in(kept.pk, plan.files)
    ledger = reading.read(paths, mapping_text=plan.mapping, currency=plan.currency,
                          limits_file=plan.limits_file)  # fmt: skip
    if plan.limits.how != "present":
        return ledger
    now, notes = books.limits_now(actor, on=on, currency=ledger.currency)
    return replace(ledger, limits=now, notes=(*ledger.notes, *notes))


def _first(ledger: Ledger) -> date:
    days = [frame["on"].min() for frame in (ledger.orders, ledger.bills)]
    return min(day for day in days if isinstance(day, date))


def _span(ledger: Ledger, plan: Plan) -> tuple[date, date]:
    """The first day that is checked and the last one. A rule needs some months before it knows a limit."""
    told = [frame["on"].max() for frame in (ledger.orders, ledger.deliveries, ledger.bills, ledger.receipts)]
    first, last = _first(ledger), plan.until_on or max(day for day in told if isinstance(day, date))
    if plan.from_on or plan.limits.how not in ("mean_sales", "highest_balance"):
        return plan.from_on or first, last
    warm_up = 3 if (last - first).days > 180 else 1
    begun = first.replace(day=1)
    for _month in range(warm_up):
        begun = (begun + timedelta(31)).replace(day=1)
    return begun, last


def _end(kept: ShadowRun, found: dict[str, Any]) -> ShadowRun:
    """Keep how a replay ended; one that was stopped meanwhile stays stopped."""
    found["ended_at"] = timestamp()
    ShadowRun.objects.filter(pk=kept.pk, state="running").update(**found)
    kept.refresh_from_db()
    return kept
