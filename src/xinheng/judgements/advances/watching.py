"""What is watched over: debts from before, their collection, reconciliations, checks, ends of contracts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import quarter_of
from xinheng.facts.customers import queries as customers
from xinheng.judgements.advances import planning, standing
from xinheng.judgements.advances import policy as policies
from xinheng.judgements.advances.errors import (
    AdvanceInvalid,
    AdvanceStands,
    CheckedAlready,
    LegacyMayNotRise,
    LegacyUnknown,
    TaskUnknown,
)
from xinheng.judgements.advances.models import (
    Collection,
    CollectionAct,
    LegacyBalance,
    LegacyDebt,
    NextTerm,
    QuarterCheck,
    Reconciliation,
)
from xinheng.judgements.advances.rules import YUAN
from xinheng.judgements.advances.values import NewCollection
from xinheng.judgements.advances.wording import ADVICE

LONGEST = 1000


@transaction.atomic
def tell_legacy(
    *, actor: Actor, on: date, customer_no: str, amount: Money, note: str, collection: NewCollection
) -> LegacyDebt:
    """Tell what a customer owes from before, and who collects it by which next step.

    Where the customer's grade has a limit and more is open, a reduction plan begins (ADV-24).
    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, NoAdvancePolicy, AdvanceInvalid.
    """
    access.require(actor, "advances.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    policy, _sha256 = policies.in_force(on)
    if amount.currency != "CNY" or amount.minor <= 0:
        raise AdvanceInvalid(cause=_("An amount in yuan above zero."), field="amount")
    note = _said(note, "note", 300)
    standing.locked_pool()
    debt = LegacyDebt.objects.create(
        customer=customer, opening_minor=amount.minor, balance_minor=amount.minor, since=on, note=note,
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    _collect(debt, collection, actor=actor, on=on)
    after = {"legacy": debt.pk, "amount": amount, "collector": collection.collector}
    _record(actor, on, "tell_legacy", customer, after=after, reason=note)
    rule = standing.rule_now(customer, policy, on=on)
    if rule is not None and rule.cap:
        planning.begin(customer, rule.cap * YUAN, policy, actor=actor, on=on, cause="legacy")
    return debt


@transaction.atomic
def lower_legacy(*, actor: Actor, on: date, debt_id: int, balance: Money, note: str = "") -> LegacyDebt:
    """Tell what is left of a debt from before; it may only fall (ADV-25).

    Refuses: AccessDenied, LegacyUnknown, LegacyMayNotRise.
    """
    access.require(actor, "advances.write", f"legacy:{debt_id}")
    standing.locked_pool()
    debt = _debt(actor, debt_id, on=on)
    if balance.currency != "CNY" or not 0 <= balance.minor < debt.balance_minor:
        raise LegacyMayNotRise(balance=Money(debt.balance_minor), told=balance, field="balance")
    before = Money(debt.balance_minor)
    LegacyBalance.objects.create(
        debt=debt, on=on, fell_minor=debt.balance_minor - balance.minor, balance_minor=balance.minor,
        note=note.strip()[:300], told_by=actor.login,
    )  # fmt: skip
    debt.balance_minor = balance.minor
    if balance.minor == 0:
        debt.settled_on = on
        Collection.objects.filter(debt=debt, ended_on__isnull=True).update(ended_on=on)
    debt.save(update_fields=["balance_minor", "settled_on"])
    told: dict[str, Any] = {
        "before": {"balance": before},
        "after": {"legacy": debt.pk, "balance": balance},
    }
    _record(actor, on, "lower_legacy", debt.customer, **told)
    planning.look(debt.customer, on=on)
    return debt


@transaction.atomic
def note_collection(*, actor: Actor, on: date, collection_id: int, done: str, then: NewCollection) -> None:
    """Note what was done to collect a debt from before, and who does what next.

    Refuses: AccessDenied, TaskUnknown, AdvanceInvalid.
    """
    access.require(actor, "advances.write", f"collection:{collection_id}")
    rows = Collection.objects.select_for_update(of=("self",)).select_related("debt__customer")
    found = rows.filter(pk=collection_id, ended_on__isnull=True).first()
    if found is None or not _reaches(actor, found.debt.customer_id, on=on):
        raise TaskUnknown(collection=collection_id)
    done = _said(done, "done", LONGEST)
    _check_next(then, on=on)
    CollectionAct.objects.create(collection=found, done=done, by=actor.login, on=on)
    found.collector, found.next_step, found.next_step_on = then.collector, then.next_step, then.next_step_on
    found.active_on = on
    found.save(update_fields=["collector", "next_step", "next_step_on", "active_on"])
    after = {"collection": found.pk, "collector": found.collector, "next_step_on": found.next_step_on}
    _record(actor, on, "collect", found.debt.customer, after=after, reason=done)


@transaction.atomic
def reconcile(
    *, actor: Actor, on: date, customer_no: str, theirs: Money, signed: tuple[str, str], note: str = ""
) -> Reconciliation:
    """Keep a reconciliation: our figure of today, the customer's, and who signed for us and for them.

    Refuses: AccessDenied, CustomerUnknown, AdvanceInvalid.
    """
    access.require(actor, "advances.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    ours, theirs_signed = (name.strip() for name in signed)
    if not ours or not theirs_signed or max(len(ours), len(theirs_signed)) > 60:
        raise AdvanceInvalid(cause=_("Both sides sign: name who did."), field="signed_by_them")
    kept = Reconciliation.objects.create(
        customer=customer, on=on, ours_minor=standing.open_of(customer), theirs_minor=theirs.minor,
        signed_by_us=ours, signed_by_them=theirs_signed, note=note.strip()[:300], told_by=actor.login,
        told_on=on,
    )  # fmt: skip
    after = {"ours": Money(kept.ours_minor), "theirs": theirs, "signed": [ours, theirs_signed]}
    _record(actor, on, "reconcile", customer, after=after)
    return kept


@transaction.atomic
def check_quarter(
    *, actor: Actor, on: date, customer_no: str, quarter: date, findings: str, advice: str
) -> QuarterCheck:
    """Keep what the check of a quarter found (ADV-29); quarter: any day of it.

    Refuses: AccessDenied, CustomerUnknown, AdvanceInvalid, CheckedAlready.
    """
    access.require(actor, "advances.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    first = quarter_of(quarter).first
    if first > on or advice not in ADVICE:
        raise AdvanceInvalid(cause=_("Name a quarter that has begun, and an advice."), field="advice")
    told = {"findings": _said(findings, "findings", LONGEST), "advice": advice}
    try:
        with transaction.atomic():
            kept = QuarterCheck.objects.create(
                customer=customer, quarter=first, checked_by=actor.login, checked_on=on, **told
            )
    except IntegrityError as error:
        raise CheckedAlready(customer_no=customer_no, quarter=first) from error
    _record(actor, on, "check_quarter", customer, after={"quarter": first, **told})
    return kept


@transaction.atomic
def agree_next_term(*, actor: Actor, on: date, advance_id: int, form: str) -> NextTerm:
    """Keep which form of cooperation was agreed for after the contract's end (ADV-27).

    Refuses: AccessDenied, AdvanceUnknown, AdvanceStands, AdvanceInvalid.
    """
    access.require(actor, "advances.write", f"advance:{advance_id}")
    advance = standing.get_advance(actor, advance_id, on=on, lock=True)
    if advance.contract_end_on is None or NextTerm.objects.filter(advance=advance).exists():
        raise AdvanceStands(advance=advance_id, state=_("no next term is to be agreed"))
    kept = NextTerm.objects.create(
        advance=advance, form=_said(form, "form", 300), agreed_by=actor.login, agreed_on=on
    )
    after = {"advance": advance.pk, "form": kept.form}
    _record(actor, on, "agree_next_term", advance.customer, after=after)
    return kept


def _collect(debt: LegacyDebt, new: NewCollection, *, actor: Actor, on: date) -> None:
    _check_next(new, on=on)
    Collection.objects.create(
        debt=debt, collector=new.collector, next_step=new.next_step.strip(), next_step_on=new.next_step_on,
        active_on=on, told_by=actor.login, told_on=on,
    )  # fmt: skip


def _check_next(new: NewCollection, *, on: date) -> None:
    if new.collector not in people.people_by_login():
        raise AdvanceInvalid(cause=_("Name a person of the system who collects."), field="collector")
    _said(new.next_step, "next_step", 300)
    if new.next_step_on < on:
        raise AdvanceInvalid(cause=_("The next step is today or later."), field="next_step_on")


def _debt(actor: Actor, debt_id: int, *, on: date) -> LegacyDebt:
    found = LegacyDebt.objects.select_related("customer").filter(pk=debt_id).first()
    if found is None or not _reaches(actor, found.customer_id, on=on):
        raise LegacyUnknown(legacy=debt_id)
    return found


def _reaches(actor: Actor, customer_id: int, *, on: date) -> bool:
    return customers.visible(actor, on=on).filter(pk=customer_id).exists()


def _said(text: str, field: str, most: int) -> str:
    text = text.strip()
    if not 0 < len(text) <= most:
        raise AdvanceInvalid(
            cause=_("Must be given, with at most %(most)s signs.") % {"most": most}, field=field
        )
    return text


def _record(actor: Actor, on: date, verb: str, customer: Any, **told: Any) -> None:
    audit.record(actor=actor, act=f"advances.{verb}", subject=f"customer:{customer.no}", on=on, **told)
