"""Steps of the law: each after the one it needs, with court, number, costs and papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import add_months
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Attached, Content, Upload
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewBill
from xinheng.operations.collection import clock_acts, noting, standing
from xinheng.operations.collection import policy as policies
from xinheng.operations.collection.errors import CollectionInvalid, DeadlineUnknown, StepOutOfOrder
from xinheng.operations.collection.models import Case, Deadline, LegalPaper, LegalStep
from xinheng.operations.collection.values import (
    Collecting,
    NewDeadline,
    NewStep,
    OtherClock,
    StepRule,
    text_of,
)


@transaction.atomic
def take_step(
    *, actor: Actor, on: date, case_id: int, step: NewStep, papers: Sequence[Upload] = ()
) -> LegalStep:
    """Keep a step of the law with its papers; its costs become a claim, and it starts what it starts.

    Where the policy says that the step interrupts the time of limitation, and a paper is with it, the time of
    every debt that is due runs anew from its day, with that paper as evidence; without a paper it does not.
    Refuses: AccessDenied, CaseUnknown, CaseClosed, CollectionInvalid, StepOutOfOrder, what archives refuse.
    """
    access.require(actor, "collection.write", f"case:{case_id}")
    case = standing.running_case(actor, case_id, on=on)
    policy = policies.in_force(on)
    rule = _rule(case, step, policy, on=on)
    kept = LegalStep.objects.create(
        case=case, code=rule.code, on=step.on, told_by=actor.login, told_on=on,
        court=step.court.strip()[:100],
        case_no=step.case_no.strip()[:60], amount_minor=step.amount.minor if step.amount else None,
        cost_minor=step.cost.minor if step.cost else 0, perform_by=step.perform_by,
        note=noting.said(step.note, "note", 500, required=False),
    )  # fmt: skip
    files = [_keep(kept, upload, actor=actor, on=on) for upload in papers]
    if kept.cost_minor:
        _claim_costs(kept, case, on=on)
    moved = 0
    if rule.interrupts and files:
        moved = clock_acts.interrupt_all(case, rule.interrupts, step.on, files[0], actor=actor, on=on)
    if rule.starts and (clock := policy.other(rule.starts)):
        begun = NewDeadline(clock.code, step.perform_by or step.on, kept.case_no)
        _start(case, clock, begun, actor=actor, on=on)
    noting.touch(case, on=on)
    after = {
        "step": kept.pk, "code": kept.code, "day": kept.on, "court": kept.court, "case_no": kept.case_no,
        "cost": Money(kept.cost_minor, case.currency), "papers": [one.sha256 for one in files],
        "interrupted": moved,
    }  # fmt: skip
    noting.record(actor, on, "take_step", case, after=after)
    return kept


@transaction.atomic
def add_deadline(*, actor: Actor, on: date, case_id: int, deadline: NewDeadline) -> Deadline:
    """Watch another time of the law: a guarantee, recourse, a bankruptcy.

    Counted as the policy says, not moved from a day off: the careful day. Refuses: AccessDenied, CaseUnknown,
    CaseClosed, CollectionInvalid.
    """
    access.require(actor, "collection.write", f"case:{case_id}")
    case = standing.running_case(actor, case_id, on=on)
    clock = policies.in_force(on).other(deadline.code)
    if clock is None:
        raise CollectionInvalid(cause=_("Choose a time that the policy describes."), field="code")
    if deadline.last_day is not None and deadline.last_day < deadline.from_on:
        raise CollectionInvalid(cause=_("The last day is not before the first."), field="last_day")
    kept = _start(case, clock, deadline, actor=actor, on=on)
    after = {"deadline": kept.pk, "code": kept.code, "last_day": kept.last_day, "what": kept.what}
    noting.record(actor, on, "add_deadline", case, after=after)
    return kept


@transaction.atomic
def meet_deadline(*, actor: Actor, on: date, deadline_id: int, how: str) -> Deadline:
    """Note that what had to be done within a time was done. Refuses: AccessDenied, DeadlineUnknown."""
    access.require(actor, "collection.write", f"deadline:{deadline_id}")
    rows = Deadline.objects.select_for_update(of=("self",)).select_related("case__customer")
    found = standing.within(actor, rows.filter(done_on__isnull=True), "case__customer", on=on)
    kept = found.filter(pk=deadline_id).first()
    if kept is None:
        raise DeadlineUnknown(deadline=deadline_id)
    kept.done_on, kept.done_how = on, noting.said(how, "how", 300)
    kept.save(update_fields=["done_on", "done_how"])
    after = {"deadline": kept.pk, "how": kept.done_how}
    noting.record(actor, on, "meet_deadline", kept.case, after=after)
    return kept


def read_paper(*, actor: Actor, on: date, case_id: int, attachment_id: int) -> Content:
    """A paper of a case as it came in. Refuses: AccessDenied, CaseUnknown, AttachmentUnknown."""
    access.require(actor, "collection.read", f"case:{case_id}")
    case = standing.get_case(actor, case_id, on=on)
    content = archive.read(actor=actor, on=on, attachment_id=attachment_id, subject=subject_of(case))
    after = {"case": case.pk, "attachment": attachment_id}
    audit.record(
        actor=actor, act="collection.read_paper", subject=f"customer:{case.customer.no}", on=on, after=after
    )
    return content


def subject_of(case: Case) -> str:
    """Where the papers of a case stand in the archive."""
    return f"collection:{case.pk}"


def last_day_of(clock: OtherClock, from_on: date) -> date:
    """The last day of another time; its first day is not counted."""
    return add_months(from_on, clock.months) + timedelta(days=clock.days)


def _rule(case: Case, step: NewStep, policy: Collecting, *, on: date) -> StepRule:
    """The rule of a step that may be taken now. Refuses: CollectionInvalid, StepOutOfOrder."""
    rule = policy.step(step.code)
    if rule is None:
        raise CollectionInvalid(cause=_("Choose a step that the policy describes."), field="code")
    if step.on > on:
        raise CollectionInvalid(cause=_("A step is of today or before."), field="on")
    if rule.needs_court and not (step.court.strip() and step.case_no.strip()):
        raise CollectionInvalid(cause=_("Name the court and the number of the case."), field="court")
    for money, field in ((step.amount, "amount"), (step.cost, "cost")):
        if money is not None and (money.currency != case.currency or money.minor < 0):
            words = _("An amount in %(currency)s, zero or more.") % {"currency": case.currency}
            raise CollectionInvalid(cause=words, field=field)
    taken = LegalStep.objects.filter(case=case, code__in=rule.after, on__lte=step.on)
    if rule.after and not taken.exists():
        before = ", ".join(text_of(one) for one in policy.steps if one.code in rule.after)
        raise StepOutOfOrder(step=text_of(rule), before=before, field="code")
    return rule


def _keep(step: LegalStep, upload: Upload, *, actor: Actor, on: date) -> Attached:
    kept = archive.attach(actor=actor, on=on, subject=subject_of(step.case), upload=upload)
    LegalPaper.objects.create(step=step, attachment_no=kept.id, sha256=kept.sha256, file_name=kept.file_name)
    return kept


def _claim_costs(step: LegalStep, case: Case, *, on: date) -> None:
    """Post what the step cost us as a claim of its own, of the oldest debt it is about."""
    oldest = clock_acts.due_bills(case.customer, currency=case.currency, on=on)
    step.cost_bill_no = f"COST-{case.pk}-{step.pk}"
    amount = Money(step.cost_minor, case.currency)
    bill = NewBill(
        step.cost_bill_no,
        on,
        on,
        amount,
        kind="cost",
        arises_from=oldest["bill_no"][0] if oldest.height else "",
    )
    ledger.post_bill(actor=system_actor("collection"), on=on, customer_no=case.customer.no, bill=bill)
    step.save(update_fields=["cost_bill_no"])


def _start(case: Case, clock: OtherClock, new: NewDeadline, *, actor: Actor, on: date) -> Deadline:
    return Deadline.objects.create(
        case=case, code=clock.code, what=new.what.strip()[:200], from_on=new.from_on,
        last_day=new.last_day or last_day_of(clock, new.from_on), told_by=actor.login, told_on=on,
    )  # fmt: skip
