"""Cards fitted on the pages: a table received or made from own facts, learned from in the queue, kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.base.packs import services as packs
from xinheng.judgements.scorecards import flagging, history, learning, preparing, reading
from xinheng.judgements.scorecards.errors import ChoiceInvalid, FitNotReady, FitUnknown, TableUnreadable
from xinheng.judgements.scorecards.models import Fit
from xinheng.judgements.scorecards.values import Choices, Columns, Outcome

MOST_BYTES = 200_000_000
UNDER_WAY = ("waiting", "running")
OUTCOME = tuple(field.name for field in fields(Outcome))
NUMBER, DAY = "customer_no", "decision_day"


def receive_table(*, actor: Actor, on: date, file_name: str, content: bytes) -> Fit:
    """Keep a table to learn from; its columns are chosen next. Refuses: AccessDenied, TableUnreadable."""
    access.require(actor, "scorecards.fit")
    name = Path(file_name).name[:200]
    if len(content) > MOST_BYTES:
        raise TableUnreadable(file=name, cause=_("it is larger than %(most)s MB") % {"most": 200})
    place = f"scorecards/{sha256(content).hexdigest()}{Path(name).suffix.lower()}"
    path = Path(settings.HOME) / place
    known = path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    try:
        columns = reading.read(path).columns
    except TableUnreadable as refusal:
        if not known:
            path.unlink()
        raise TableUnreadable(file=name, cause=refusal.params["cause"]) from refusal
    return _kept(
        actor, on, "receive_table",
        Fit(name=Path(name).stem[:120], file_name=name, table_path=place, asked={"found": columns}),
    )  # fmt: skip


@transaction.atomic
def begin_fit(*, actor: Actor, on: date, number: int, columns: Columns, choices: Choices) -> Fit:
    """Say which column is what; the card then waits to be fitted.

    Refuses: AccessDenied, FitUnknown, FitNotReady, ColumnUnknown, ColumnTwice, ChoiceInvalid.
    """
    access.require(actor, "scorecards.fit", f"fit:{number}")
    fit = _held(number, "open", "refused", "failed")
    if not fit.file_name:
        raise FitNotReady(number=number, state=fit.state)
    learning.check(choices)
    learning.check_order(columns)
    preparing.check_columns(reading.read(Path(settings.HOME) / fit.table_path), columns)
    fit.asked |= {"columns": asdict(columns), "choices": _plain(choices)}
    return _kept(actor, on, "begin_fit", _waiting(fit, choices))


@transaction.atomic
def begin_history_fit(
    *, actor: Actor, on: date, days: Sequence[date], outcome: Outcome, hindsight: bool, choices: Choices
) -> Fit:
    """Ask for a card from own facts: what was known on each day, and who was late, or flagged, after it.

    Refuses: AccessDenied, WindowOpen, FlagInvalid, ChoiceInvalid (also where there is no day).
    """
    access.require(actor, "scorecards.fit")
    learning.check(choices)
    if not days:
        raise ChoiceInvalid(option="days", value="—", cause=_("at least one day is needed"))
    history.check_window(on=on, days=days, within_months=outcome.within_months)
    if outcome.item:
        flagging.check(actor, outcome)
    columns = Columns(outcome.column, id=NUMBER, time=DAY if len(set(days)) > 1 else "")
    told = {"days": sorted({day.isoformat() for day in days}), **asdict(outcome), "hindsight": hindsight}
    asked = {"history": told, "columns": asdict(columns), "choices": _plain(choices) | {"own_names": True}}
    fit = Fit(name=(choices.name or choices.code)[:120], asked=asked)
    return _kept(actor, on, "begin_fit", _waiting(fit, choices))


def run_fit(*, actor: Actor, on: date, number: int) -> Fit:
    """Fit a card that waits. A refusal is kept with the fit, in words, and raised.

    Refuses: AccessDenied, FitUnknown, FitNotReady, and what fitting a table refuses.
    """
    access.require(actor, "scorecards.fit", f"fit:{number}")
    with transaction.atomic():
        fit = _held(number, "waiting")
        fit.state = "running"
        fit.save(update_fields=["state"])
    try:
        columns, choices = _asked(fit)
        fitted = learning.learn(_table(fit, actor, on), columns, choices, tell=lambda *step: _tell(fit, step))
    except Refusal as refusal:
        _ended(fit, actor, on, "refused", str(refusal))
        raise
    except Exception as error:
        _ended(fit, actor, on, "failed", f"{type(error).__name__}: {error}")
        raise
    fit.report, fit.document = fitted.report, fitted.document
    return _ended(fit, actor, on, "done")


@transaction.atomic
def publish_fit(*, actor: Actor, on: date, number: int, purpose: str = "") -> packs.PolicyDraft:
    """Put a fitted card beside the policies as a draft. Refuses: AccessDenied, FitUnknown, FitNotReady, and
    what beginning a draft refuses.
    """
    access.require(actor, "scorecards.fit", f"fit:{number}")
    fit = _held(number, "done")
    return packs.begin_draft(
        actor=actor, on=on, kind="rating", text=fit.document, started_from=f"scorecard {number}",
        purpose=purpose,
    )  # fmt: skip


@transaction.atomic
def discard_fit(*, actor: Actor, on: date, number: int) -> None:
    """Throw a fitted card and its table away. Refuses: AccessDenied, FitUnknown, FitNotReady (under way)."""
    access.require(actor, "scorecards.fit", f"fit:{number}")
    fit = _held(number, "open", "done", "refused", "failed")
    others = Fit.objects.filter(table_path=fit.table_path).exclude(pk=number)
    if fit.table_path and not others.exists():
        path = Path(settings.HOME) / fit.table_path
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
    audit.record(actor=actor, act="scorecards.discard_fit", subject=f"fit:{number}", on=on,
                 before={"name": fit.name, "state": fit.state})  # fmt: skip
    fit.delete()


def fail_unfinished_fits() -> int:
    """Mark fits that a stop cut off as failed; gives how many."""
    return Fit.objects.filter(state="running").update(state="failed", cause=_("The work was cut off."))


def _held(number: int, *states: str) -> Fit:
    """The fit, where it is in one of these states; call inside a transaction."""
    fit = Fit.objects.select_for_update().filter(pk=number).first()
    if fit is None:
        raise FitUnknown(number=number)
    if fit.state not in states:
        raise FitNotReady(number=number, state=fit.state)
    return fit


def _waiting(fit: Fit, choices: Choices) -> Fit:
    fit.state, fit.cause, fit.done, fit.total = "waiting", "", 0, 0
    fit.name = (choices.name or fit.name)[:120]
    return fit


def _kept(actor: Actor, on: date, act: str, fit: Fit) -> Fit:
    with transaction.atomic():
        if not fit.added_by:
            fit.added_by, fit.added_on = actor.login, on
        fit.save()
        told = {key: value for key, value in fit.asked.items() if key in ("columns", "history")}
        audit.record(
            actor=actor, act=f"scorecards.{act}", subject=f"fit:{fit.pk}", on=on,
            after={"name": fit.name, "file": fit.file_name, **told},
        )  # fmt: skip
    return fit


@transaction.atomic
def _ended(fit: Fit, actor: Actor, on: date, state: str, cause: str = "") -> Fit:
    fit.state, fit.cause = state, cause[:500]
    fit.save()
    done = {"sha256": sha256(fit.document.encode()).hexdigest()} if state == "done" else {"cause": fit.cause}
    audit.record(
        actor=actor, act="scorecards.run_fit", subject=f"fit:{fit.pk}", on=on,
        after={"name": fit.name, "state": state, **done},
    )  # fmt: skip
    return fit


def _tell(fit: Fit, step: tuple[str, int, int]) -> None:
    what, done, total = step
    fit.done, fit.total = (done, total) if what == "fold" else (fit.total, fit.total)
    fit.save(update_fields=["done", "total"])


def _table(fit: Fit, actor: Actor, on: date) -> pl.DataFrame:
    told = fit.asked.get("history")
    if not told:
        return reading.read(Path(settings.HOME) / fit.table_path)
    outcome = Outcome(**{name: told[name] for name in OUTCOME if name in told})
    days = [date.fromisoformat(day) for day in told["days"]]
    return history.ended_table(
        actor=actor, on=on, days=days, outcome=outcome, hindsight=told["hindsight"]
    )  # fmt: skip


def _plain(choices: Choices) -> dict[str, Any]:
    """Choices as JSON can keep them."""
    told = asdict(choices) | {"since": choices.since.isoformat() if choices.since else None}
    return {key: value for key, value in told.items() if key != "money"}


def _asked(fit: Fit) -> tuple[Columns, Choices]:
    def whole(told: dict[str, Any]) -> dict[str, Any]:
        return {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}

    choices = whole(fit.asked["choices"])
    since = choices.pop("since")
    return Columns(**whole(fit.asked["columns"])), Choices(
        **choices, since=date.fromisoformat(since) if since else None
    )
