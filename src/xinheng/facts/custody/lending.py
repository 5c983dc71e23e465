"""Papers go out on an approved slip, come back and are looked over; the clock runs to the second."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.services import actor_of, require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import at_site
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.custody import errors, policy, rules, slips
from xinheng.facts.custody.incidents import note_incident
from xinheng.facts.custody.models import Consultation, Loan, Slip, SlipPaper
from xinheng.facts.custody.values import SLIP_STATES, Back
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as filing


@transaction.atomic
def hand_out(*, actor: Actor, on: date, at: datetime, slip_id: int, until: date | None = None) -> list[Loan]:
    """Give out what an approved slip asks for, as of a moment. until: the return day, in the longest term.

    A secret paper is due to the second, so many minutes later; reading ends with the day. Two never have one
    original. Refuses: AccessDenied, SlipUnknown, SlipNotApproved, OriginalOut, LendingForbidden (the reader's
    clearance or the grade changed), CustodyInvalid (return before lending, or after the longest term).
    """
    require(actor, "custody.write", f"slip:{slip_id}")
    slip = _locked_slip(actor, slip_id, on=on)
    if slip.state != "approved":
        raise errors.SlipNotApproved(slip=slip_id, state=str(SLIP_STATES[slip.state]))
    if slip.reader == actor.login:
        raise errors.CustodyInvalid(cause=_("Nobody hands papers out to themselves."), field="slip")
    _still_cleared(slip, on=on)
    due = _due(slip, at, until, on=on)
    papers = [row.paper for row in SlipPaper.objects.filter(slip=slip).select_related("paper")]
    given = [_give(actor, at, slip, paper, due) for paper in papers]
    slip.state = "used"
    slip.save(update_fields=["state"])
    Consultation.objects.create(
        dossier=slip.dossier, subject=slip.dossier.subject, login=slip.reader, on=on, at=at, way=slip.way,
        purpose=slip.purpose, slip=slip, until=at if slip.way == "copy" else None,
    )  # fmt: skip
    after = {"slip": slip.pk, "reader": slip.reader, "papers": [one.label for one in papers], "due_at": due}
    record(actor=actor, act="custody.hand_out", subject=f"dossier:{slip.dossier.no}", on=on, after=after)
    return given


@transaction.atomic
def take_back(*, actor: Actor, on: date, at: datetime, loan_id: int, back: Back) -> Loan:
    """Take a paper back and look it over: pages, damage; what is wrong names the borrower (LAR-15).

    Refuses: AccessDenied, LoanUnknown, NotOnLoan, CustodyInvalid (before it went out).
    """
    require(actor, "custody.write", f"loan:{loan_id}")
    loan = _locked_loan(actor, loan_id, on=on)
    if at < loan.out_at:
        raise errors.CustodyInvalid(cause=_("That is before it was handed out."), field="at")
    loan.returned_at, loan.returned_to = at, actor.login
    loan.pages_back, loan.damage, loan.is_lost = back.pages, back.damage.strip()[:300], back.is_lost
    loan.save()
    Consultation.objects.filter(slip=loan.slip, until__isnull=True).update(until=at)
    is_late = rules.is_overdue(loan.due_at, at)
    after = {"loan": loan.pk, "holder": loan.holder, "returned_at": at, "late": is_late, "lost": back.is_lost}
    subject = f"paper:{loan.paper.label}"
    record(actor=actor, act="custody.take_back", subject=subject, on=on, after=after, reason=loan.damage)
    kind, what = rules.incident_of(back, loan.pages_out)
    if kind:
        note_incident(
            actor, on, kind=kind, paper=loan.paper, dossier=loan.paper.dossier, loan=loan,
            what=what or _("found at the return"), happened_on=on, responsible=loan.holder,
        )  # fmt: skip
    if back.is_lost:
        filing.withdraw_paper(
            actor=actor, on=on, label=loan.paper.label, why=_("lost on loan %(loan)s") % {"loan": loan.pk},
            state="lost",
        )  # fmt: skip
    return loan


@transaction.atomic
def renew(*, actor: Actor, on: date, at: datetime, loan_id: int) -> Loan:
    """Lend a paper once more for the term of its rules, as often as they say and while it is not overdue.

    Refuses: AccessDenied, LoanUnknown, NotOnLoan, NoRenewal.
    """
    require(actor, "custody.borrow", f"loan:{loan_id}")
    loan = _locked_loan(actor, loan_id, on=on)
    if loan.holder != actor.login:
        require(actor, "custody.write", f"loan:{loan_id}")
    handled = secrecy.handling(loan.slip.secrecy, on)
    lending = policy.lending_for(loan.slip.dossier.kind, on).lending
    most = min(lending.renewals if lending else 0, handled.renewals)
    if loan.way != "lend" or handled.loan_minutes is not None:
        raise errors.NoRenewal(
            loan=loan_id, cause=_("papers of this grade or read in the room are not renewed.")
        )
    if rules.is_overdue(loan.due_at, at):
        raise errors.NoRenewal(loan=loan_id, cause=_("it is overdue."))
    if loan.renewals >= most:
        raise errors.NoRenewal(loan=loan_id, cause=_("%(most)s renewals are all there are.") % {"most": most})
    before = {"due_at": loan.due_at}
    loan.due_at = _last_moment(_longest(loan.slip, at_site(loan.due_at).date(), on), at)
    loan.renewals += 1
    loan.save(update_fields=["due_at", "renewals"])
    subject, after = f"paper:{loan.paper.label}", {"loan": loan.pk, "due_at": loan.due_at}
    record(actor=actor, act="custody.renew", subject=subject, on=on, before=before, after=after)
    return loan


def _give(actor: Actor, at: datetime, slip: Slip, paper: Any, due: datetime) -> Loan:
    told = {"returned_at": at, "returned_to": actor.login} if slip.way == "copy" else {}
    try:
        with transaction.atomic():
            return Loan.objects.create(
                slip=slip, paper=paper, way=slip.way, holder=slip.reader, out_at=at, out_by=actor.login,
                due_at=due, pages_out=paper.pages, **told,
            )  # fmt: skip
    except IntegrityError as error:
        out = Loan.objects.filter(paper=paper, returned_at__isnull=True).first()
        if out is None:
            raise
        due_words = at_site(out.due_at).strftime("%Y-%m-%d %H:%M")
        raise errors.OriginalOut(paper=paper.label, holder=out.holder, due=due_words) from error


def _due(slip: Slip, at: datetime, until: date | None, *, on: date) -> datetime:
    """The last moment in time of what a slip takes out."""
    if until is not None and until < at_site(at).date():
        raise errors.CustodyInvalid(cause=_("The return day is before the day of lending."), field="until")
    if slip.way == "copy":
        return at
    handled = secrecy.handling(slip.secrecy, on)
    if handled.loan_minutes is not None:
        return rules.minutes_later(at, handled.loan_minutes)
    if slip.way == "read":
        return rules.end_of(at, at_site(at).tzinfo)
    longest = _longest(slip, at_site(at).date(), on)
    if until is not None and until > longest:
        words = {"longest": longest}
        raise errors.CustodyInvalid(cause=_("The longest loan ends on %(longest)s.") % words, field="until")
    return _last_moment(until or longest, at)


def _longest(slip: Slip, day: date, on: date) -> date:
    """The last day a loan may last: by its rules, and by its grade where that is shorter."""
    lending = policy.lending_for(slip.dossier.kind, on).lending
    assert lending is not None, "the rules that were chosen lend"
    days = secrecy.handling(slip.secrecy, on).loan_working_days
    longest = lending.term.after(day)[0]
    return longest if days is None else min(longest, policy.working_days_after(day, days))


def _last_moment(day: date, at: datetime) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=at_site(at).tzinfo)


def _still_cleared(slip: Slip, *, on: date) -> None:
    """The reader is still there and cleared, and the grade still lets the way. Refuses: LendingForbidden."""
    slips.require_lendable(secrecy.handling(slip.secrecy, on), slip.way, on)
    reader = actor_of(people.person_by_login(slip.reader), on=on)
    if not secrecy.may_see(reader, slip.secrecy, on):
        raise errors.SlipNotApproved(slip=slip.pk, state=_("of a reader who is no longer cleared"))


def _locked_slip(actor: Actor, slip_id: int, *, on: date) -> Slip:
    rows = Slip.objects.select_for_update(of=("self",)).select_related("dossier")
    seen = dossiers.dossiers_visible(actor, on).order_by().values("pk")
    found = rows.filter(pk=slip_id, dossier__in=seen).first()
    if found is None:
        raise errors.SlipUnknown(slip=slip_id)
    return found


def _locked_loan(actor: Actor, loan_id: int, *, on: date) -> Loan:
    rows = Loan.objects.select_for_update(of=("self",)).select_related("paper__dossier", "slip__dossier")
    loan = rows.filter(pk=loan_id).first()
    if loan is None or not (
        loan.holder == actor.login
        or dossiers.dossiers_visible(actor, on).filter(pk=loan.paper.dossier_id).exists()
    ):
        raise errors.LoanUnknown(loan=loan_id)
    if loan.returned_at is not None:
        raise errors.NotOnLoan(loan=loan_id)
    return loan
