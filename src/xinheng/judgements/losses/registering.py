"""The registers of the credit policy, and figures of months that the ledger does not know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.losses import policy as policies
from xinheng.judgements.losses.errors import (
    EntryClosed,
    EntryUnknown,
    ImprovementWithoutOwner,
    LossInvalid,
    PromiseWithoutDueDay,
)
from xinheng.judgements.losses.models import RegisterEntry, ToldFigure
from xinheng.judgements.losses.values import REGISTER_KINDS, REGISTERS, TOLD, FigureIn, NewEntry


@transaction.atomic
def enter(*, actor: Actor, on: date, new: NewEntry) -> RegisterEntry:
    """Enter a line into a register.

    A control is proven by it (TGT-02), an improvement has an owner (TGT-08), a promise a due day (TGT-10), an
    event needs no participants (TGT-11). Refuses: AccessDenied, LossInvalid, ImprovementWithoutOwner,
    PromiseWithoutDueDay.
    """
    access.require(actor, "losses.write", f"register:{new.register}"[:80])
    _check(new, on)
    kept = RegisterEntry.objects.create(
        register=new.register, kind=new.kind, what=new.what.strip(), owner=new.owner.strip(),
        due_on=new.due_on,
        done_on=new.done_on or (on if new.register in ("control", "event") else None),
        participants=new.participants, satisfaction=new.satisfaction, told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {"register": kept.register, "kind": kept.kind, "what": kept.what, "owner": kept.owner}
    audit.record(
        actor=actor, act="losses.enter", subject=f"register:{kept.pk}", on=on,
        after={**after, "due_on": kept.due_on, "done_on": kept.done_on},
    )  # fmt: skip
    return kept


@transaction.atomic
def close_entry(
    *, actor: Actor, on: date, entry_id: int, outcome: str, is_kept: bool | None = None
) -> RegisterEntry:
    """Close an improvement, a promise or a complaint with what came of it.

    is_kept: whether a promise was kept; owed for a promise. Refuses: AccessDenied, EntryUnknown,
    EntryClosed, LossInvalid.
    """
    access.require(actor, "losses.write", f"register:{entry_id}")
    held = RegisterEntry.objects.select_for_update().filter(pk=entry_id).first()
    if held is None:
        raise EntryUnknown(entry=entry_id)
    if held.done_on:
        raise EntryClosed(entry=entry_id, on=held.done_on)
    if not 0 < len(outcome.strip()) <= 300:
        raise LossInvalid(cause=_("Say what came of it, with at most 300 signs."), field="outcome")
    if (held.register == "promise") != (is_kept is not None):
        raise LossInvalid(cause=_("Say of a promise, and only of one, whether it was kept."), field="is_kept")
    held.done_on, held.outcome, held.is_kept = on, outcome.strip(), is_kept
    held.save(update_fields=["done_on", "outcome", "is_kept"])
    after = {"outcome": held.outcome, "is_kept": is_kept}
    audit.record(actor=actor, act="losses.close_entry", subject=f"register:{held.pk}", on=on, after=after)
    return held


@transaction.atomic
def tell_figures(*, actor: Actor, on: date, figures: Sequence[FigureIn]) -> int:
    """Tell figures of months; the last told of a month counts. Gives how many.

    Refuses: AccessDenied; LossInvalid, naming the row.
    """
    access.require(actor, "losses.write", "figures")
    for row, one in enumerate(figures, 1):
        cause, field = _fault(one, on)
        if cause:
            words = _("Row %(row)s: %(cause)s") % {"row": row, "cause": cause}
            raise LossInvalid(cause=words, field=field, row=row)
    ToldFigure.objects.bulk_create(
        ToldFigure(what=one.what, month=one.month, value=one.value, told_by=actor.login, told_on=on)
        for one in figures
    )
    told = [f"{one.what} {one.month:%Y-%m} {one.value}" for one in figures[:100]]
    audit.record(actor=actor, act="losses.tell_figures", subject="figures", on=on, after={"figures": told})
    return len(figures)


def _fault(one: FigureIn, on: date) -> tuple[str, str]:
    if one.what not in TOLD:
        return _("There is no such figure."), "what"
    if one.month.day != 1 or one.month > on:
        return _("A month is named by its first day, and begun."), "month"
    if one.value < 0 or one.value >= 10**17:
        return _("A figure is not below zero."), "value"
    return "", ""


def _check(new: NewEntry, on: date) -> None:
    if new.register not in REGISTERS:
        raise LossInvalid(cause=_("There is no such register."), field="register")
    if not 0 < len(new.what.strip()) <= 300:
        raise LossInvalid(
            cause=_("Must be given, with at most %(most)s signs.") % {"most": 300}, field="what"
        )
    if len(new.owner.strip()) > 100:
        raise LossInvalid(cause=_("At most %(most)s signs.") % {"most": 100}, field="owner")
    kinds = REGISTER_KINDS.get(new.register) or {one.code for one in policies.targets(on).document.controls}
    if new.kind not in kinds:
        raise LossInvalid(cause=_("There is no such kind in this register."), field="kind")
    if new.register == "improvement" and not new.owner.strip():
        raise ImprovementWithoutOwner(field="owner")
    if new.register == "promise" and new.due_on is None:
        raise PromiseWithoutDueDay(field="due_on")
    if new.done_on and (new.done_on > on or new.register not in ("control", "event")):
        raise LossInvalid(cause=_("A day that is over, of a control or an event."), field="done_on")
    if new.satisfaction is not None and not 0 <= new.satisfaction <= 100:
        raise LossInvalid(cause=_("A share from 0 to 100 percent, with two places."), field="satisfaction")
    if new.participants is not None and not 0 <= new.participants <= 1_000_000:
        raise LossInvalid(cause=_("A number of people, or none."), field="participants")
