"""The clock of a bill stands still for another reason than a dispute: a plan, a promise, a court."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import errors, policy
from xinheng.facts.disputes.models import Pause
from xinheng.facts.disputes.opening import bill_of, check_day
from xinheng.facts.disputes.values import NewPause


@transaction.atomic
def pause_clock(*, actor: Actor, on: date, customer_no: str, bill_no: str, new: NewPause) -> Pause:
    """Let the overdue clock of a bill stand still from a day on, until another or until it is resumed.

    Refuses: AccessDenied, CustomerUnknown, BillUnknown, BillVoid, DisputeInvalid (kind, days, length).
    """
    require(actor, "disputes.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    bill_id, bill = bill_of(customer, bill_no)
    kind = policy.in_force(on).pause(new.kind)
    if kind is None:
        raise errors.DisputeInvalid(cause=_("There is no such kind of pause."), field="kind")
    check_day("from_on", new.from_on, bill.billed_on, on)
    if new.until_on is not None and new.until_on < new.from_on:
        raise errors.DisputeInvalid(cause=_("The pause ends before it begins."), field="until_on")
    if kind.longest_days is not None:
        days = (new.until_on - new.from_on).days if new.until_on else None
        if days is None or days > kind.longest_days:
            words = _("A pause of this kind needs an end and lasts %(days)s days at most.")
            raise errors.DisputeInvalid(cause=words % {"days": kind.longest_days}, field="until_on")
    paused = Pause.objects.create(
        bill_id=bill_id, kind=new.kind, from_on=new.from_on, until_on=new.until_on,
        reason=new.reason.strip()[:200], told_by=actor.login, told_on=on,
        ended_told_on=on if new.until_on else None,
    )  # fmt: skip
    after = {"bill_no": bill_no, "kind": new.kind, "from_on": new.from_on, "until_on": new.until_on}
    told: dict[str, Any] = {"after": after, "reason": paused.reason}
    record(actor=actor, act="disputes.pause_clock", subject=f"customer:{customer_no}", on=on, **told)
    return paused


@transaction.atomic
def resume_clock(
    *, actor: Actor, on: date, pause_id: int, until_on: date | None = None, never_was: bool = False
) -> Pause:
    """Let the clock run again from a day on (the business day unless told); never_was: as if never paused.

    Refuses: AccessDenied, PauseUnknown, PauseStands, DisputeInvalid.
    """
    require(actor, "disputes.write", f"pause:{pause_id}")
    within = customers.visible(actor, on=on).values("pk")
    rows = Pause.objects.select_for_update(of=("self",)).filter(pk=pause_id, bill__customer__in=within)
    pause = rows.select_related("bill__customer").first()
    if pause is None:
        raise errors.PauseUnknown(pause=pause_id)
    day = until_on or on
    has_ended = pause.until_on is not None and pause.until_on <= day and not never_was
    if pause.dispute_id or pause.annulled_told_on or has_ended:
        raise errors.PauseStands(pause=pause_id)
    if never_was:
        pause.annulled_told_on = on
    else:
        check_day("until_on", day, pause.from_on, on)
        pause.until_on, pause.ended_told_on = day, on
    pause.save(update_fields=["until_on", "ended_told_on", "annulled_told_on"])
    after = {"pause": pause_id, "until_on": pause.until_on, "never_was": never_was}
    subject = f"customer:{pause.bill.customer.no}"
    record(actor=actor, act="disputes.resume_clock", subject=subject, on=on, after=after)
    return pause


def follow_bill(*, bill: Any, by: Any, **_: Any) -> None:
    """A bill was corrected: what is contested of it and when its clock stood go with the new version."""
    from xinheng.facts.disputes.models import Dispute

    if by is not None:
        for model in (Dispute, Pause):
            model.objects.filter(bill=bill).update(bill=by)
