"""What an event makes of the grade that stands: lower, until it is taken back or a review approved a grade.

A grade that an event lowers ends, and a lower one stands instead that knows what it stands instead of. So
taking the event back lets exactly that stand again, and what other events say of it goes on holding.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Matter, Title
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.reviews import terms
from xinheng.judgements.reviews.errors import CallUnknown
from xinheng.judgements.reviews.models import ReviewCall, StandingGrade
from xinheng.judgements.reviews.terms import Terms


def lower(call: ReviewCall, by: Terms, *, actor: Actor, on: date) -> int:
    """Do to the grades that stand what the policy says of the event; gives how many grades it changed.

    At once, or once the chain of the policy has approved it. The caller holds the transaction.
    """
    downgrade = by.events[call.event].downgrade
    call.falls = by.falls(call.event)
    if downgrade is None or not _ahead(call, on).exists():
        return 0
    if not downgrade.at_once:
        call.request = approvals.submit(
            actor=actor,
            on=on,
            kind="event",
            subject=f"call:{call.pk}",
            title=_title(call, by),
            chain=by.chain,
        )
    call.save(update_fields=["falls", "request"])
    return _rework(call, actor=actor, on=on) if downgrade.at_once else 0


def give_back(call: ReviewCall, *, actor: Actor, on: date) -> int:
    """Let what an event lowered stand again, where no later decision stands; gives how many grades."""
    return _rework(call, actor=actor, on=on)


def look_ahead(actor: Actor, on: date, matter: Matter) -> None:
    """Before somebody decides: an approver reaches the customer. Refuses: CallUnknown."""
    call = _of(matter)
    if not customers.visible(actor, on=on).filter(pk=call.customer_id).exists():
        raise CallUnknown(call=call.pk)


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """What follows a decision on a grade to be lowered: once approved it is, unless it was taken back."""
    call = _of(matter)
    if matter.state == "approved" and call.lifted_on is None:
        _rework(call, actor=actor, on=on)


def _of(matter: Matter) -> ReviewCall:
    return ReviewCall.objects.select_related("customer").get(pk=int(matter.subject.removeprefix("call:")))


def _rework(call: ReviewCall, *, actor: Actor, on: date) -> int:
    """Let each grade to come be what is left of the approved one by all events that hold; gives how many."""
    known = _known(call)
    told = []
    for row in list(_ahead(call, on).select_for_update(of=("self",)).order_by("effective_from", "pk")):
        approved = row.instead_of or row
        ranks = {
            step.code: rank
            for rank, step in enumerate(terms.of_run(approved.run.policy_sha256).policy.scale, 1)
        }
        grade, cause = approved.grade, None
        for one in known:
            lower = one.falls.get(grade, grade)
            if _holds(one, approved) and lower != grade and lower in ranks:
                grade, cause = lower, one
        if grade == row.grade and (row.call_id != call.pk or call.lifted_on is None):
            continue
        _replace(row, approved, (grade, ranks[grade]), cause, on=on)
        told.append((row.grade, grade))
    if told:
        lifted = call.lifted_on is not None
        audit.record(
            actor=actor,
            act="ratings.give_grade_back" if lifted else "ratings.lower_grade",
            subject=f"customer:{call.customer.no}",
            on=on,
            before={"grades": [before for before, _after in told]},
            after={"grades": [after for _before, after in told], "event": call.event,
                   "policy": call.policy_code},
            reason=call.lifted_why if lifted else call.evidence,
        )  # fmt: skip
    return len(told)


def _ahead(call: ReviewCall, on: date) -> QuerySet[StandingGrade]:
    """The grades that stand on a day or are to stand later; what was never graded cannot fall."""
    to_come = Q(effective_until__isnull=True) | Q(effective_until__gt=on)
    rows = StandingGrade.objects.filter(
        to_come, customer_id=call.customer_id, policy_code=call.policy_code, rank__isnull=False
    )
    return rows.select_related("run", "sheet", "instead_of__run", "instead_of__sheet")


def _known(call: ReviewCall) -> list[ReviewCall]:
    """The events that lower the customer's grades and hold, the oldest first."""
    held = ReviewCall.objects.filter(
        Q(request__isnull=True) | Q(request__state="approved"),
        customer_id=call.customer_id,
        policy_code=call.policy_code,
        lifted_on__isnull=True,
    )
    return [one for one in held.order_by("pk") if one.falls]


def _holds(call: ReviewCall, approved: StandingGrade) -> bool:
    """Whether an event bears on an approved grade: not where the grade was approved in its knowledge."""
    decided = approved.sheet.approved_on
    return call.answered_on is None or (decided is not None and call.answered_on > decided)


def _replace(
    row: StandingGrade,
    approved: StandingGrade,
    given: tuple[str, int],
    cause: ReviewCall | None,
    *,
    on: date,
) -> None:
    """End a row and let another stand for the rest of its days; without a cause what was approved."""
    starts, until = max(on, row.effective_from), row.effective_until
    row.effective_until = starts
    row.save(update_fields=["effective_until"])
    StandingGrade.objects.create(
        customer_id=row.customer_id,
        policy_code=row.policy_code,
        role=row.role,
        grade=given[0],
        rank=given[1],
        proposed=approved.proposed,
        kind="event" if cause else approved.kind,
        reason=cause.evidence if cause else approved.reason,
        effective_from=starts,
        effective_until=until,
        valid_until=approved.valid_until,
        review_due_on=approved.review_due_on,
        run_id=approved.run_id,
        sheet_id=approved.sheet_id,
        reviewed_by=cause.called_by if cause else approved.reviewed_by,
        approved_by=approved.approved_by,
        call=cause,
        instead_of=approved if cause else None,
    )


def _title(call: ReviewCall, by: Terms) -> Title:
    event, name = by.events[call.event], by.policy.name
    return Title(
        f"降级：{call.customer.no} {call.customer.name}，{name.zh}，{event.zh}"[:200],
        f"Lower the grade: {call.customer.no} {call.customer.name}, {name.en}, {event.en}"[:200],
    )
