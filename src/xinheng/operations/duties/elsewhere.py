"""What the older rooms wait for, as dues: each asked by its own questions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.dues import Due
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import add_months
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputing
from xinheng.facts.disputes.values import Wanted as Disputed
from xinheng.judgements.advances import queries as advancing
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.reviews import queries as reviewing
from xinheng.judgements.warnings import queries as warning
from xinheng.judgements.warnings.values import Wanted as Warned
from xinheng.operations.collection import queries as collection
from xinheng.operations.confirmations import queries as confirming

MOST = 2_001  # one more than is shown: so that a list that was cut says so
YEAR = 12


def reviews(actor: Actor, _since: date, until: date, on: date) -> Iterator[Due]:
    """Grades that are looked at again."""
    asked = reviewing.Asked(due_before=until + timedelta(days=1))
    rows = list(reviewing.calendar(actor, asked, on=on)[:MOST])
    answering = customers.responsible([row.customer for row in rows], on=on)
    for row in rows:
        who = answering.get(row.customer_id)
        owner = who.person.login if who and who.person else ""
        words = _("Review the grade of %(name)s") % {"name": row.customer.name}
        subject = f"customer:{row.customer.no}:{row.policy_code}"
        yield Due("reviews.grade", subject, words, row.next_due, owner, who.unit.path if who else "")


def limits(actor: Actor, since: date, until: date, on: date) -> Iterator[Due]:
    """Limits that lapse, and limits granted a year ago whose customer is reviewed (CTR-13)."""
    for row in credit.lapsing(actor, on=on, within=max(until - on, timedelta(0)))[:MOST]:
        words = _("The limit of %(name)s lapses") % {"name": row.account.customer.name}
        subject = f"limit:{row.account.customer.no}:{row.pk}"
        yield Due("limits.lapse", subject, words, row.until_on or until)
    first, last = add_months(since, -YEAR), add_months(until, -YEAR)
    for row in credit.granted_between(actor, on=on, first=first, last=last)[:MOST]:
        words = _("Yearly review of %(name)s: write the annual review report") % {
            "name": row.account.customer.name
        }
        due_on = add_months(row.from_on, YEAR)
        yield Due("limits.yearly", f"customer:{row.account.customer.no}", words, due_on, is_assumed=True)


def advances(actor: Actor, _since: date, until: date, on: date) -> Iterator[Due]:
    """Duties on advances that have a day."""
    for one in advancing.duties_of(actor, on=on):
        if one.due_on and one.due_on <= until:
            words = _("Advance of %(name)s: something is to be done") % {"name": one.customer.name}
            subject = f"advance_duty:{one.customer.no}:{one.code}:{one.advance_id or ''}"
            yield Due("advances.duty", subject, words, one.due_on, one.person)


def warnings(actor: Actor, since: date, until: date, on: date) -> Iterator[Due]:
    """Warnings to be closed."""
    rows = warning.warnings(actor, Warned(), on=on).filter(due_on__lte=until)
    for row in rows.exclude(state="closed", closed_on__lt=since)[:MOST]:
        name = row.customer.name if row.customer else row.cause
        words = _("Close the warning: %(name)s") % {"name": name}
        yield Due("warnings.close", f"warning:{row.pk}", words, row.due_on, row.owner, done_on=row.closed_on)


def investigations(actor: Actor, since: date, until: date, on: date) -> Iterator[Due]:
    """Investigations whose report is awaited."""
    rows = customers.investigations_seen(actor, on=on).exclude(state="cancelled").filter(due_on__lte=until)
    for row in rows.filter(Q(done_on__isnull=True) | Q(done_on__gte=since))[:MOST]:
        words = _("Report of the investigation of %(name)s") % {"name": row.customer.name}
        owner = row.assignee if row.by == "staff" else row.ordered_by
        yield Due(
            "customers.investigation",
            f"investigation:{row.pk}",
            words,
            row.due_on,
            owner,
            done_on=row.done_on,
        )


def disputes(actor: Actor, _since: date, until: date, on: date) -> Iterator[Due]:
    """Next steps of disputes."""
    rows = disputing.disputes(actor, Disputed(state="open", sort="next"), on=on).filter(next_on__lte=until)
    for row in rows[:MOST]:
        told = {"name": row.customer.name, "step": row.next_step or _("next step")}
        words = _("Dispute with %(name)s: %(step)s") % told
        yield Due("disputes.step", f"dispute:{row.pk}", words, row.next_on or until, row.owner)


def confirmations(actor: Actor, since: date, until: date, _on: date) -> Iterator[Due]:
    """Rounds of confirmations whose answers are awaited."""
    rows = confirming.campaigns(actor).filter(reply_by__lte=until)
    for row in rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=since))[:MOST]:
        words = _("Answers to the round of confirmations %(name)s") % {"name": row.name}
        yield Due(
            "confirmations.round",
            f"campaign:{row.pk}",
            words,
            row.reply_by,
            row.opened_by,
            done_on=row.closed_on,
        )


def promises(actor: Actor, _since: date, until: date, on: date) -> Iterator[Due]:
    """Promises to pay that fall due, and other times of the law."""
    for row in collection.promises(actor, state="open", on=on).filter(due_on__lte=until)[:MOST]:
        told = {"name": row.case.customer.name, "amount": Money(row.amount_minor, row.case.currency)}
        words = _("%(name)s promised to pay %(amount)s") % told
        yield Due("collection.promise", f"promise:{row.pk}", words, row.due_on, row.told_by)
    for one in collection.deadlines(actor, on=on).filter(last_day__lte=until)[:MOST]:
        words = _("Time of the law: %(name)s") % {"name": one.case.customer.name}
        yield Due("collection.deadline", f"deadline:{one.pk}", words, one.last_day)
