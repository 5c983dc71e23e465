"""Who may see what bears a grade; to everybody else it does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from xinheng.base.access import queries as people
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.base.secrecy.errors import GradeUnknown
from xinheng.base.secrecy.models import NeedToKnow
from xinheng.base.secrecy.scheme import grade_of, in_force
from xinheng.base.secrecy.values import Cleared, Handling, Scheme


def clearance(actor: Actor, on: date) -> Cleared:
    """What an actor may see on a day: up to the highest clearance of the roles held, the system all.

    A grade for named people alone is seen by who is cleared for it and stands on the list of the day.
    """
    scheme = in_force(on)
    if actor.person_id is None and actor.may("*"):
        return Cleared(actor.login, on, scheme.codes)
    top = _highest_of(scheme, people.roles_held(actor.person_id, on=on) if actor.person_id else ())
    reached = scheme.grades[: top + 1]
    named = _named(actor, on) if any(one.named_only for one in reached) else frozenset()
    codes = tuple(one.code for one in reached if not one.named_only or one.code in named)
    return Cleared(actor.login, on, codes)


def visible_grades(actor: Actor, on: date) -> tuple[str, ...]:
    """The grades an actor may see on a day, the lowest first: for `secrecy__in=`."""
    return clearance(actor, on).grades


def may_see(actor: Actor, grade: str, on: date) -> bool:
    """Whether an actor may see what bears a grade on a day; what bears an unknown one nobody sees."""
    return clearance(actor, on).sees(grade)


def require_visible(actor: Actor, grade: str, on: date, subject: str, unknown: Refusal) -> None:
    """Let pass who may see the grade; to others the subject is unknown, in the same words and status.

    The attempt stands on the trail with what was hidden, which the answer never says. Refuses: `unknown`.
    """
    if may_see(actor, grade, on):
        return
    unknown.unsaid = {"hidden": subject, "secrecy": grade}
    raise unknown


def rank(grade: str, on: date) -> int:
    """The place of a grade, the lowest 0. Refuses: GradeUnknown."""
    codes = in_force(on).codes
    if grade not in codes:
        raise GradeUnknown(grade=grade[:40], grades=", ".join(codes))
    return codes.index(grade)


def highest(grades: Iterable[str], on: date) -> str:
    """The highest of some grades: what is made of several papers bears it; the default of none.

    Refuses: GradeUnknown.
    """
    return max(grades, key=lambda grade: rank(grade, on), default=default_grade(on))


def default_grade(on: date) -> str:
    """The grade of what nobody gave one."""
    return in_force(on).default


def handling(grade: str, on: date) -> Handling:
    """What may be done with what bears a grade. Refuses: GradeUnknown."""
    found = grade_of(grade, on)
    return Handling(
        grade=found.code,
        may_lend=not found.forbidden and not found.room_only,
        room_only=found.room_only and not found.forbidden,
        forbidden=found.forbidden,
        loan_minutes=found.loan_minutes,
        loan_working_days=found.loan_working_days,
        approvers=found.approvers,
        direct=found.direct,
        renewals=found.renewals,
        original_kept=found.original_kept,
    )


def watermark(actor: Actor, on: date) -> str:
    """What a page or a paper bears so that it tells who took it, and when."""
    return f"{actor.name} {actor.login} {on:%Y-%m-%d}"


def _highest_of(scheme: Scheme, roles: Iterable[str]) -> int:
    held = [scheme.clearance[role] for role in roles if role in scheme.clearance]
    return max(scheme.codes.index(code) for code in (scheme.others, *held))


def _named(actor: Actor, on: date) -> frozenset[str]:
    running = Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))
    return frozenset(NeedToKnow.objects.filter(running, login=actor.login).values_list("grade", flat=True))
