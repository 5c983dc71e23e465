"""Money paid out for a customer, and paid back: each is kept, none is changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.dossiers import services as dossiers
from xinheng.judgements.advances import asking, planning, rules, standing
from xinheng.judgements.advances import policy as policies
from xinheng.judgements.advances.errors import AdvanceInvalid, AdvanceStopped, RepaidTooMuch
from xinheng.judgements.advances.models import Advance, Payout, Repayment, Settlement
from xinheng.judgements.advances.values import WHATS, NewPayout


@transaction.atomic
def pay_out(*, actor: Actor, on: date, advance_id: int, payout: NewPayout) -> Payout:
    """Post wages or social insurance paid for the customer; the period of this money begins on its day.

    Stopped above the limit, while earlier money is overdue, while a changed grade was not looked at, and
    while papers are missing that a kind of dossier asks for before money is paid (`advance.pay`).
    Refuses: AccessDenied, AdvanceUnknown, AdvanceStands, AdvanceInvalid, PapersMissing, AdvanceStopped.
    """
    access.require(actor, "advances.write", f"advance:{advance_id}")
    advance = standing.get_advance(actor, advance_id, on=on, lock=True)
    if advance.state != "approved":
        raise asking.stands(advance)
    _check(payout.amount, payout.paid_on, on=on, field="paid_on")
    if payout.what not in WHATS:
        raise AdvanceInvalid(cause=_("There is no such payout."), field="what")
    dossiers.require_papers(f"customer:{advance.customer.no}", "advance.pay", on)
    _require_within(advance, payout, on=on)
    kept = Payout.objects.create(
        advance=advance,
        paid_on=payout.paid_on,
        amount_minor=payout.amount.minor,
        open_minor=payout.amount.minor,
        what=payout.what,
        last_day=rules.last_day(payout.paid_on, advance.months, advance.days),
        note=payout.note.strip()[:300],
        told_by=actor.login,
        told_on=on,
    )
    advance.paid_minor += kept.amount_minor
    _roll(advance)
    after = {"payout": kept.pk, "amount": payout.amount, "what": kept.what, "paid_on": kept.paid_on,
             "last_day": kept.last_day}  # fmt: skip
    _record(actor, on, "pay_out", advance, after=after)
    return kept


@transaction.atomic
def repay(
    *, actor: Actor, on: date, advance_id: int, repaid_on: date, amount: Money, note: str = ""
) -> Repayment:
    """Post what the customer paid back; it settles the oldest payout first, the rest keeps running.

    Refuses: AccessDenied, AdvanceUnknown, AdvanceStands, AdvanceInvalid, RepaidTooMuch.
    """
    access.require(actor, "advances.write", f"advance:{advance_id}")
    advance = standing.get_advance(actor, advance_id, on=on, lock=True)
    if advance.state not in ("approved", "closed"):
        raise asking.stands(advance)
    _check(amount, repaid_on, on=on, field="repaid_on")
    still_open = advance.paid_minor - advance.repaid_minor
    if amount.minor > still_open:
        raise RepaidTooMuch(open=Money(still_open), amount=amount, field="amount")
    kept = Repayment.objects.create(
        advance=advance, repaid_on=repaid_on, amount_minor=amount.minor, note=note.strip()[:300],
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    payouts = {row.pk: row for row in Payout.objects.filter(advance=advance, open_minor__gt=0)}
    parts = rules.settle([(row.pk, row.open_minor) for row in payouts.values()], amount.minor)
    for key, part in parts:
        row = payouts[key]
        Settlement.objects.create(repayment=kept, payout=row, amount_minor=part)
        row.open_minor -= part
        row.settled_on = None if row.open_minor else max(repaid_on, row.paid_on)
        row.save(update_fields=["open_minor", "settled_on"])
    advance.repaid_minor += amount.minor
    _roll(advance)
    after = {"repayment": kept.pk, "amount": amount, "repaid_on": repaid_on,
             "open": Money(advance.paid_minor - advance.repaid_minor)}  # fmt: skip
    _record(actor, on, "repay", advance, after=after)
    planning.look(advance.customer, on=on)
    return kept


@transaction.atomic
def close(*, actor: Actor, on: date, advance_id: int) -> Advance:
    """Pay nothing more out on an advance: what was not used is free again, what is open stays so.

    Refuses: AccessDenied, AdvanceUnknown, AdvanceStands.
    """
    access.require(actor, "advances.write", f"advance:{advance_id}")
    advance = standing.get_advance(actor, advance_id, on=on, lock=True)
    if advance.state != "approved":
        raise asking.stands(advance)
    advance.state, advance.closed_on = "closed", on
    advance.save(update_fields=["state", "closed_on"])
    _record(actor, on, "close", advance, after={"open": Money(advance.paid_minor - advance.repaid_minor)})
    return advance


def _require_within(advance: Advance, payout: NewPayout, *, on: date) -> None:
    told: dict[str, Any] = {"act": "advances.pay_out", "subject": f"customer:{advance.customer.no}"}
    still_open = advance.paid_minor - advance.repaid_minor
    if advance.last_day and advance.last_day < max(on, payout.paid_on):
        raise AdvanceStopped(
            cause=_("money advanced was due back on %(day)s") % {"day": advance.last_day}, **told
        )
    policy = policies.kept(advance.sha256)
    rule = standing.rule_now(advance.customer, policy, on=on)
    if rule is None or rule.code != advance.grade:
        raise AdvanceStopped(
            cause=_("the grade changed since; look at limit and period first"), field="paid_on", **told
        )
    if still_open + payout.amount.minor > advance.limit_minor:
        words = _("%(open)s would be open, the limit is %(limit)s") % {
            "open": Money(still_open + payout.amount.minor), "limit": Money(advance.limit_minor),
        }  # fmt: skip
        raise AdvanceStopped(cause=words, field="amount", **told)


def _check(amount: Money, day: date, *, on: date, field: str) -> None:
    if amount.currency != "CNY" or amount.minor <= 0:
        raise AdvanceInvalid(cause=_("An amount in yuan above zero."), field="amount")
    if day > on:
        raise AdvanceInvalid(cause=_("The day has not come yet."), field=field)


def _roll(advance: Advance) -> None:
    """Keep the sums, and the last day of what is open."""
    rows = Payout.objects.filter(advance=advance, open_minor__gt=0)
    advance.last_day = rows.aggregate(first=Min("last_day"))["first"]
    advance.save(update_fields=["paid_minor", "repaid_minor", "last_day"])


def _record(actor: Actor, on: date, verb: str, advance: Advance, **told: Any) -> None:
    subject = f"customer:{advance.customer.no}"
    told["after"] = {"advance": advance.pk, **told.get("after", {})}
    audit.record(actor=actor, act=f"advances.{verb}", subject=subject, on=on, **told)
