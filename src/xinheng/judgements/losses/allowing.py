"""The allowance of a day: proposed with frozen figures, through the chain, never posted by us."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Matter, Title
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.losses import expecting, ledger
from xinheng.judgements.losses import policy as policies
from xinheng.judgements.losses.document import LossMatrix
from xinheng.judgements.losses.errors import (
    AllowanceChanged,
    AllowanceStands,
    AllowanceUnknown,
    LossInvalid,
    ReachTooSmall,
)
from xinheng.judgements.losses.models import Allowance
from xinheng.judgements.losses.rules import Movement
from xinheng.judgements.losses.values import METHODS, STATES, Expected, NewAllowance

KIND = "allowance"
STANDING = ("submitted", "returned", "approved")
BECOMES = {"open": "submitted", "approved": "approved", "returned": "returned", "rejected": "rejected"}


@transaction.atomic
def propose_allowance(*, actor: Actor, on: date, new: NewAllowance) -> Allowance:
    """Propose the allowance of a currency as of a day, with every figure it rests on, to who must sign it.

    What was written off and recovered since the last approved proposal is read from the ledger. Refuses:
    AccessDenied, ReachTooSmall, LossPolicyMissing, LossInvalid, AllowanceStands, RoleUnmanned.
    """
    access.require(actor, "losses.write", f"allowance:{new.as_of}")
    require_all(actor)
    as_of, currency = new.as_of, new.currency
    _check(new, on)
    held = policies.adopted(as_of)
    if standing := Allowance.objects.filter(as_of=as_of, currency=currency, state__in=STANDING).first():
        raise AllowanceStands(currency=currency, as_of=as_of, state=str(STATES[standing.state]))
    found = expecting.expect(None, as_of=as_of, held=held, method=new.method or None)  # type: ignore[arg-type]
    before = last_approved(currency, before=as_of)
    moved = movement(found, currency, before, opening=new.opening, acquired=new.acquired)
    figures = frozen(found, held.document, currency, moved)
    allowance = Allowance(
        as_of=as_of, currency=currency, method=found.method, policy=held.name, policy_sha256=held.sha256,
        opening_minor=moved.opening, written_off_minor=moved.written_off, recovered_minor=moved.recovered,
        acquired_minor=moved.acquired, required_minor=moved.required, change_minor=moved.change,
        since=before.as_of if before else None, figures=figures, sha256=hash_of(figures),
        note=new.note.strip()[:300], state="submitted", asked_by=actor.login, asked_on=on,
    )  # fmt: skip
    allowance.save(force_insert=True)
    told: dict[str, Any] = {"title": _title(allowance), "chain": policies.chain_of(held.document)}
    allowance.request = approvals.submit(actor=actor, on=on, kind=KIND, subject=subject_of(allowance), **told)
    allowance.save(update_fields=["request"])
    _record(actor, on, "propose_allowance", allowance, new.note)
    return allowance


def last_approved(currency: str, *, before: date) -> Allowance | None:
    """The approved proposal of a currency that is nearest before a day."""
    approved = Allowance.objects.filter(currency=currency, state="approved", as_of__lt=before)
    return approved.order_by("-as_of").first()


def movement(
    found: Expected,
    currency: str,
    before: Allowance | None,
    *,
    opening: Money | None = None,
    acquired: Money | None = None,
) -> Movement:
    """How the allowance moves from the last approved one to what is required."""
    written = recovered = 0
    if before:
        written, recovered = _written_since(currency, before.as_of, found.as_of)
    started = opening.minor if opening else before.required_minor if before else 0
    added = acquired.minor if acquired else 0
    return Movement(started, written, recovered, added, found.required(currency).minor)


def entries(document: LossMatrix, change: int, currency: str) -> list[dict[str, Any]]:
    """The entry to be booked: side (debit or credit), account, zh and en, amount; none at no change."""
    if change == 0:
        return []
    debit, credit = document.accounts.loss, document.accounts.allowance
    if change < 0:
        debit, credit = credit, debit
    amount = str(Money(abs(change), currency).decimal)
    return [
        {"side": side, "zh": account.zh, "en": account.en, "amount": amount, "currency": currency}
        for side, account in (("debit", debit), ("credit", credit))
    ]


def frozen(found: Expected, document: LossMatrix, currency: str, moved: Movement) -> dict[str, Any]:
    """Every figure a proposal rests on, as plain values."""
    portfolios = [one for one in found.portfolios if one.currency == currency]
    singles = [one for one in found.singles if one.balance.currency == currency]
    kept: dict[str, Any] = _plain(
        {
            "as_of": found.as_of, "method": found.method, "policy": found.policy,
            "policy_sha256": found.sha256, "factor": found.factor, "portfolios": portfolios,
            "singles": singles, "movement": moved,
            "change": moved.change, "entries": entries(document, moved.change, currency),
        }
    )  # fmt: skip
    return kept


def hash_of(figures: dict[str, Any]) -> str:
    """The hash of frozen figures, whatever the order they are kept in."""
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def subject_of(allowance: Allowance) -> str:
    """How approvals and the trail name a proposal."""
    return f"{KIND}:{allowance.pk}"


def look_ahead(_actor: Actor, _on: date, matter: Matter) -> None:
    """Before somebody signs: the figures are still those that were submitted. Refuses: AllowanceChanged."""
    allowance = _of(matter)
    if matter.verdict == "approve" and hash_of(allowance.figures) != allowance.sha256:
        raise AllowanceChanged(allowance=allowance.pk)


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """Let a proposal be what its chain made of it."""
    allowance = _of(matter)
    allowance.state = BECOMES.get(matter.state, "withdrawn")
    if matter.state in ("approved", "rejected"):
        allowance.decided_by, allowance.decided_on = matter.by, on
    allowance.save(update_fields=["state", "decided_by", "decided_on"])
    if matter.state == "approved":
        _record(actor, on, "approve_allowance", allowance)


def require_all(actor: Actor) -> None:
    """Figures of the whole company are for who sees every customer. Refuses: ReachTooSmall."""
    if actor.scope.reach != "everything":
        raise ReachTooSmall


def _check(new: NewAllowance, on: date) -> None:
    if new.as_of > on:
        raise LossInvalid(cause=_("The day is not over yet."), field="as_of")
    if len(new.currency) != 3 or not new.currency.isascii() or not new.currency.isupper():
        raise LossInvalid(cause=_("A currency has three letters."), field="currency")
    if new.method and new.method not in METHODS:
        raise LossInvalid(cause=_("There is no such method."), field="method")
    for field, amount in (("opening", new.opening), ("acquired", new.acquired)):
        if amount and (amount.minor < 0 or amount.currency != new.currency):
            words = _("An amount of %(currency)s, not below zero.") % {"currency": new.currency}
            raise LossInvalid(cause=words, field=field)


def _written_since(currency: str, since: date, until: date) -> tuple[int, int]:
    flows = ledger.flows(ledger.read(None, as_of=until), [since, until], sales_kinds=())
    sums = flows.filter(pl.col("currency") == currency).select("written_minor", "recovered_minor").sum()
    return int(sums["written_minor"][0]), int(sums["recovered_minor"][0])


def _of(matter: Matter) -> Allowance:
    found = Allowance.objects.select_for_update().filter(pk=int(matter.subject.partition(":")[2])).first()
    if found is None:
        raise AllowanceUnknown(allowance=matter.subject)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": str(value.decimal), "currency": value.currency}
    if isinstance(value, Movement):
        return asdict(value)
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, date | Decimal) else value


def _title(allowance: Allowance) -> Title:
    day, amount = allowance.as_of.isoformat(), f"{Money(allowance.required_minor, allowance.currency)}"
    return Title(
        f"坏账准备 {day}：应提 {amount} {allowance.currency}",
        f"Allowance for bad debts {day}: {amount} {allowance.currency} required",
    )


def _record(actor: Actor, on: date, verb: str, allowance: Allowance, reason: str = "") -> None:
    after = {
        "as_of": allowance.as_of, "required": Money(allowance.required_minor, allowance.currency),
        "change": Money(allowance.change_minor, allowance.currency), "method": allowance.method,
        "policy": allowance.policy, "sha256": allowance.sha256,
    }  # fmt: skip
    audit.record(
        actor=actor,
        act=f"losses.{verb}",
        subject=subject_of(allowance),
        on=on,
        after=after,
        reason=reason[:300],
    )
