"""How a grade is changed: proposed by who keeps a paper, approved by a manager, over after its period.

Rooms that keep what bears a grade say how it is found and given another one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Chain, Matter, Step, Title
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.secrecy.errors import RegradingInvalid, RegradingPending, RegradingReasonMissing
from xinheng.base.secrecy.models import Regrading
from xinheng.base.secrecy.scheme import grade_of, in_force
from xinheng.base.secrecy.seeing import rank
from xinheng.base.secrecy.values import NewGrade

APPROVAL = "regrading"  # the kind of request


@dataclass(frozen=True)
class Keeper:
    """look(actor, on, name): title and grade of what an actor sees. give(actor, on, name, grade, why)."""

    look: Callable[[Actor, date, str], tuple[str, str]]
    give: Callable[[Actor, date, str, str, str], None]


_keepers: dict[str, Keeper] = {}


def own_graded(kind: str, keeper: Keeper) -> None:
    """Say how what bears grades is kept: kind as its subjects begin, "paper"."""
    _keepers[kind] = keeper


@transaction.atomic
def propose(*, actor: Actor, on: date, kind: str, name: str, new: NewGrade) -> Regrading:
    """Propose another grade; it is given once a manager has approved, and until its period is over.

    Setting or raising a grade, and lowering or lifting it, have approvers of their own.
    Refuses: AccessDenied, RegradingInvalid, GradeUnknown, RegradingReasonMissing, RegradingPending,
    what the room of the paper refuses, and what approvals refuse.
    """
    access.require(actor, "dossiers.write", f"{kind}:{name}"[:120])
    if kind not in _keepers:
        raise RegradingInvalid(cause=_("Nothing of this kind bears a grade."), field="kind")
    title, now = _keepers[kind].look(actor, on, name.strip())
    _check(new, now, on)
    told = Regrading(
        subject=f"{kind}:{name.strip()}", title=title[:200], from_grade=now, to_grade=new.grade,
        until_on=new.until_on, until_words=new.until_words.strip()[:40], then_grade=new.then_grade,
        reason=new.reason.strip()[:300], proposed_by=actor.login, proposed_on=on,
    )  # fmt: skip
    try:
        with transaction.atomic():
            told.save()
    except IntegrityError as error:
        raise RegradingPending(subject=told.subject) from error
    changes = in_force(on).changes
    roles = changes.raise_ if rank(new.grade, on) > rank(now, on) else changes.lower
    chain = Chain((Step("manager", "主管领导审批", "Approval by the manager in charge", roles),))
    words = Title(f"定密/变更密级：{title}", f"Grade of secrecy: {title}")
    request = approvals.submit(
        actor=actor, on=on, kind=APPROVAL, subject=f"regrading:{told.pk}", title=words, chain=chain
    )
    told.request_id = request.pk
    told.save(update_fields=["request_id"])
    after = {
        "regrading": told.pk,
        "from": now,
        "to": new.grade,
        "until": new.until_on,
        "then": new.then_grade,
    }
    audit.record(
        actor=actor, act="secrecy.propose", subject=told.subject, on=on, after=after, reason=told.reason
    )
    return told


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """A proposal was approved, turned down or taken back."""
    told = Regrading.objects.select_for_update().get(request_id=matter.id)
    if matter.state == "approved":
        _give(actor, on, told, told.to_grade, told.reason)
    if matter.state in ("approved", "rejected", "withdrawn"):
        told.state, told.ended_by, told.ended_on = matter.state, matter.by, on
        told.ended_why = matter.reason[:1000]
        told.save(update_fields=["state", "ended_by", "ended_on", "ended_why"])
    after = {"regrading": told.pk, "state": matter.state, "to": told.to_grade}
    audit.record(
        actor=actor, act="secrecy.follow", subject=told.subject, on=on, after=after, reason=matter.reason
    )


@transaction.atomic
def lapse(*, actor: Actor, on: date) -> int:
    """Give what follows to everything whose period is over; gives how many. Part of the end of a day.

    A grade that was changed meanwhile stays as it is. Refuses: AccessDenied.
    """
    access.require(actor, "secrecy.write", "secrecy")
    over = Regrading.objects.select_for_update().filter(
        state="approved", until_on__lt=on, lapsed_on__isnull=True
    )
    rows = list(over.exclude(then_grade=""))
    for told in rows:
        kind, _sign, name = told.subject.partition(":")
        _title, now = _keepers[kind].look(_in_charge(actor), on, name)
        if now == told.to_grade:
            _give(actor, on, told, told.then_grade, _("The period of the grade is over."))
        told.lapsed_on = on
        told.save(update_fields=["lapsed_on"])
        after = {"regrading": told.pk, "grade": now}
        audit.record(actor=actor, act="secrecy.lapse", subject=told.subject, on=on, after=after)
    return len(rows)


def _give(actor: Actor, on: date, told: Regrading, grade: str, why: str) -> None:
    kind, _sign, name = told.subject.partition(":")
    _keepers[kind].give(_in_charge(actor), on, name, grade, why)


def _in_charge(actor: Actor) -> Actor:
    """Who approved acts with the right that the approval gives, in their own name."""
    return replace(system_actor(), login=actor.login, name=actor.name, via=actor.via)


def _check(new: NewGrade, now: str, on: date) -> None:
    grade_of(new.grade, on)
    if not new.reason.strip():
        raise RegradingReasonMissing(field="reason")
    wrong, field = "", ""
    if new.grade == now:
        wrong, field = _("It bears this grade already."), "grade"
    elif new.until_on is not None and new.until_on <= on:
        wrong, field = _("The period ends after today."), "until_on"
    elif bool(new.then_grade) != (new.until_on is not None):
        wrong, field = _("A period names the grade that follows it, and only a period does."), "then_grade"
    elif new.then_grade and rank(new.then_grade, on) >= rank(new.grade, on):
        wrong, field = _("The grade that follows is a lower one."), "then_grade"
    if wrong:
        raise RegradingInvalid(cause=wrong, field=field)
