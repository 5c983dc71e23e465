"""Answers, and differences worked to nothing line by line."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.archive import services as archive
from xinheng.operations.confirmations import selecting
from xinheng.operations.confirmations.errors import (
    ConfirmationInvalid,
    ConfirmationStands,
    DifferenceClosed,
    ExplainedTooMuch,
)
from xinheng.operations.confirmations.models import Answer, Balance, Confirmation, Difference
from xinheng.operations.confirmations.values import CAUSES, NewAnswer, NewDifference
from xinheng.operations.confirmations.wording import STATES


@transaction.atomic
def note_answer(*, actor: Actor, on: date, confirmation_id: int, new: NewAnswer) -> Answer:
    """Note what a customer answered, and keep the signed slip where it came back.

    An answer that agrees takes our figures for theirs; one that differs names theirs. A later answer takes
    the place of one before as long as nothing of it was explained yet. Refuses: AccessDenied,
    ConfirmationUnknown, ConfirmationInvalid, ConfirmationStands, and as the archive does.
    """
    access.require(actor, "confirmations.write", f"confirmation:{confirmation_id}")
    found = selecting.get(actor, confirmation_id, on=on, lock=True)
    rows = list(Balance.objects.filter(confirmation=found))
    explained = Difference.objects.filter(balance__in=rows).exists()
    if found.state not in ("sent", "agreed", "differs") or explained:
        raise ConfirmationStands(confirmation=confirmation_id, state=STATES[found.state])
    _check(new, rows, found, on=on)
    for row in rows:
        told = new.theirs.get(row.currency)
        row.theirs_minor = row.balance_minor if told is None else told.minor
    Balance.objects.bulk_update(rows, ["theirs_minor"])
    slip: dict[str, Any] = {}
    if new.slip is not None:
        kept_slip = archive.attach(
            actor=actor, on=on, subject=f"confirmation:{confirmation_id}", upload=new.slip
        )
        slip = {"sha256": kept_slip.sha256, "attachment_no": kept_slip.id}
    kept = Answer.objects.create(
        confirmation=found, agrees=new.agrees, answered_by=new.answered_by.strip(),
        answered_on=new.answered_on, is_sealed=new.is_sealed, note=new.note.strip()[:300],
        told_by=actor.login, told_on=on, **slip,
    )  # fmt: skip
    found.state, found.answered_on = ("agreed" if new.agrees else "differs"), new.answered_on
    found.settled_on = on if new.agrees else None
    found.save(update_fields=["state", "answered_on", "settled_on"])
    after = {
        "confirmation": found.pk, "agrees": new.agrees, "answered_by": kept.answered_by,
        "theirs": {row.currency: Money(row.theirs_minor or 0, row.currency) for row in rows},
    }  # fmt: skip
    _record(actor, on, "note_answer", found, after=after)
    return kept


def _check(new: NewAnswer, rows: list[Balance], found: Confirmation, *, on: date) -> None:
    if not new.answered_by.strip() or len(new.answered_by.strip()) > 100:
        raise ConfirmationInvalid(cause=_("Name who answered for the customer."), field="answered_by")
    if not (found.sent_on or found.made_on) <= new.answered_on <= on:
        cause = _("The answer came after the letter was sent, and not on a day to come.")
        raise ConfirmationInvalid(cause=cause, field="answered_on")
    ours = {row.currency: row.balance_minor for row in rows}
    if any(currency not in ours or money.currency != currency for currency, money in new.theirs.items()):
        raise ConfirmationInvalid(cause=_("The letter has no such currency."), field="theirs")
    differs = any(money.minor != ours[currency] for currency, money in new.theirs.items())
    if new.agrees == differs:
        cause = _("An answer that differs names a figure that is not ours; one that agrees names none.")
        raise ConfirmationInvalid(cause=cause, field="theirs")


@transaction.atomic
def explain(*, actor: Actor, on: date, confirmation_id: int, new: NewDifference) -> Difference:
    """Explain a part of a difference: by which cause, of which document, who works it off and until when.

    amount: what it adds to their figure against ours, never more than is not explained yet.
    Refuses: AccessDenied, ConfirmationUnknown, ConfirmationInvalid, ConfirmationStands, ExplainedTooMuch.
    """
    access.require(actor, "confirmations.write", f"confirmation:{confirmation_id}")
    found = selecting.get(actor, confirmation_id, on=on, lock=True)
    if found.state != "differs":
        raise ConfirmationStands(confirmation=confirmation_id, state=STATES[found.state])
    balance = Balance.objects.filter(confirmation=found, currency=new.amount.currency).first()
    if balance is None:
        raise ConfirmationInvalid(cause=_("The letter has no such currency."), field="amount")
    if new.cause not in CAUSES:
        raise ConfirmationInvalid(cause=_("Choose one of the causes."), field="cause")
    if new.owner not in people.people_by_login():
        raise ConfirmationInvalid(cause=_("Nobody has this login."), field="owner")
    if new.until_on < on:
        raise ConfirmationInvalid(cause=_("The day is past."), field="until_on")
    left = unexplained(balance)
    if not new.amount.minor or new.amount.minor * left <= 0 or abs(new.amount.minor) > abs(left):
        raise ExplainedTooMuch(
            left=Money(left, balance.currency), currency=balance.currency, amount=new.amount
        )
    kept = Difference.objects.create(
        balance=balance, cause=new.cause, no=new.no.strip()[:60], amount_minor=new.amount.minor,
        note=new.note.strip()[:300], owner=new.owner, until_on=new.until_on, told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {
        "confirmation": found.pk, "difference": kept.pk, "cause": kept.cause, "no": kept.no,
        "amount": new.amount, "owner": kept.owner, "until_on": kept.until_on,
    }  # fmt: skip
    _record(actor, on, "explain", found, after=after)
    return kept


def unexplained(balance: Balance) -> int:
    """Their figure less ours less what was explained, in minor units; nothing where they did not answer."""
    if balance.theirs_minor is None:
        return 0
    told = Difference.objects.filter(balance=balance).aggregate(total=Sum("amount_minor"))["total"] or 0
    return balance.theirs_minor - balance.balance_minor - int(told)


@transaction.atomic
def work_off(*, actor: Actor, on: date, difference_id: int, outcome: str, is_ours: bool) -> Difference:
    """Close a difference with what became of it and whose books it was in.

    When all of a confirmation is explained and worked off, the confirmation is settled.
    Refuses: AccessDenied, DifferenceUnknown, DifferenceClosed, ConfirmationInvalid.
    """
    access.require(actor, "confirmations.write", f"difference:{difference_id}")
    found = selecting.get_difference(actor, difference_id, on=on)
    confirmation = selecting.get(actor, found.balance.confirmation_id, on=on, lock=True)
    found.refresh_from_db(fields=["closed_on"])
    if found.closed_on:
        raise DifferenceClosed(difference=difference_id, closed_on=found.closed_on)
    if not outcome.strip():
        raise ConfirmationInvalid(cause=_("Say what became of it."), field="outcome")
    found.outcome, found.is_ours = outcome.strip()[:300], is_ours
    found.closed_on, found.closed_by = on, actor.login
    found.save(update_fields=["outcome", "is_ours", "closed_on", "closed_by"])
    rows = Balance.objects.filter(confirmation=confirmation)
    still = Difference.objects.filter(balance__in=rows, closed_on__isnull=True).exists()
    if not still and not any(map(unexplained, rows)):
        confirmation.state, confirmation.settled_on = "settled", on
        confirmation.save(update_fields=["state", "settled_on"])
    after = {
        "confirmation": confirmation.pk, "difference": found.pk, "outcome": found.outcome, "ours": is_ours,
        "state": confirmation.state,
    }  # fmt: skip
    _record(actor, on, "work_off", confirmation, after=after)
    return found


def _record(actor: Actor, on: date, act: str, found: Confirmation, *, after: dict[str, Any]) -> None:
    record(
        actor=actor, act=f"confirmations.{act}", subject=f"customer:{found.customer.no}", on=on, after=after
    )
