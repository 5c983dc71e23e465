"""A run of a day: planned, looked at, undone or sent. Planning again refreshes what was not sent."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.operations.dunning import gathering, planning, policy
from xinheng.operations.dunning.errors import (
    DunningInvalid,
    DunningReachTooSmall,
    RunMoved,
    RunOfDaySent,
    RunUnknown,
)
from xinheng.operations.dunning.models import Item, LadderChoice, Letter, Run
from xinheng.operations.dunning.values import RUN_STATES, Plan

KEPT = (
    "customer_id", "bill_id", "instalment", "due_on", "open_minor", "due_minor", "overdue_days",
    "level_before", "level", "decision", "letter",
)  # fmt: skip


def preview(actor: Actor, among: QuerySet[Any] | None, *, on: date) -> Plan:
    """What a run of a day would do, with what is known now; writes nothing.

    among: the rows of customers.queries.visible of the actor; None only where it reaches everything. on: may
    lie ahead: a simulation. Refuses: AccessDenied, NoLadder.
    """
    access.require(actor, "dunning.read")
    assert among is not None or actor.scope.reach == "everything"
    ground, hashes = gathering.ground(among, on=on)
    return planning.plan(ground, on=on, hashes=hashes)


@transaction.atomic
def plan_run(*, actor: Actor, on: date) -> Run:
    """Plan the reminders of a day for the whole ledger and keep each item's decision with its reason.

    A run that was planned and not sent, of this day or one before, is refreshed: no two wait at once.
    Refuses: AccessDenied, DunningReachTooSmall, RunOfDaySent, RunMoved (one is being sent), NoLadder.
    """
    access.require(actor, "dunning.write", f"dunning:{on}")
    _require_everything(actor)
    if sent := Run.objects.filter(on=on, state="sent").first():
        raise RunOfDaySent(on=on, run=sent.pk)
    if busy := Run.objects.select_for_update().filter(state="sending").first():
        raise RunMoved(on=busy.on, state=RUN_STATES["sending"])
    ground, hashes = gathering.ground(None, on=on)
    made = planning.plan(ground, on=on, hashes=hashes)
    run = Run.objects.select_for_update().filter(state="planned").first() or Run(on=on)
    is_fresh = run.pk is None
    run.on, run.planned_by, run.planned_at = on, actor.login, timestamp()
    run.ladders, run.counts = hashes, made.counts
    run.items, run.letters = made.items.height, made.letters.height
    run.save()
    if not is_fresh:
        Item.objects.filter(run=run).delete()
        Letter.objects.filter(run=run).delete()
    _keep(run, made)
    after = {
        "run": run.pk,
        "items": run.items,
        "letters": run.letters,
        "counts": run.counts,
        "ladders": hashes,
    }
    audit.record(actor=actor, act="dunning.plan_run", subject=f"dunning:{on}", on=on, after=after)
    return run


@transaction.atomic
def undo_run(*, actor: Actor, on: date, run_id: int, reason: str) -> Run:
    """Give up a run before anything of it was sent; its decisions are kept.

    Refuses: AccessDenied, DunningReachTooSmall, RunUnknown, RunMoved, DunningInvalid without a reason.
    """
    access.require(actor, "dunning.write", f"dunning_run:{run_id}")
    _require_everything(actor)
    run = locked(run_id)
    if run.state != "planned":
        raise RunMoved(on=run.on, state=RUN_STATES[run.state])
    if not reason.strip():
        raise DunningInvalid(field="reason", cause="")
    run.state, run.undone_why = "undone", reason.strip()[:300]
    run.save(update_fields=["state", "undone_why"])
    Letter.objects.filter(run=run).update(state="undone")
    subject = f"dunning:{run.on}"
    audit.record(
        actor=actor, act="dunning.undo_run", subject=subject, on=on, after={"run": run.pk}, reason=reason
    )
    return run


def locked(run_id: int) -> Run:
    """The run, held until the act is done. Refuses: RunUnknown."""
    run = Run.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise RunUnknown(run=run_id)
    return run


def _require_everything(actor: Actor) -> None:
    if actor.scope.reach != "everything":
        raise DunningReachTooSmall


def _keep(run: Run, made: Plan) -> None:
    languages = dict(
        LadderChoice.objects.filter(gathering.chosen(run.on), level="customer")
        .exclude(language="")
        .values_list("customer_id", "language")
    )
    own = {code: ladder.language for code, (ladder, _sha256) in policy.in_force(run.on).items()}
    chosen = pl.DataFrame(
        list(languages.items()), schema={"customer_id": pl.Int64, "chosen": pl.String}, orient="row"
    )
    letters = made.letters.join(chosen, on="customer_id", how="left").with_columns(
        run_id=pl.lit(run.pk),
        language=pl.coalesce(
            "chosen", pl.col("ladder").replace_strict(own, default="zh", return_dtype=pl.String)
        ),
    )
    bulk.append(Letter, letters.drop("chosen"))
    bulk.append(Item, made.items.select(*KEPT).with_columns(run_id=pl.lit(run.pk)))
