"""Who may do what: the first line of every service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Q, QuerySet

from xinheng.base.access import rules
from xinheng.base.access.errors import AccessDenied
from xinheng.base.access.models import Assignment, Person
from xinheng.base.kernel.actors import Actor, Reach, Scope


def require(actor: Actor, act: str, subject: str = "") -> None:
    """Let pass only an actor whose permits cover the act; refuses with AccessDenied(act, subject).

    act: one of the rights of `acts.ACTS`, as "customers.write". Whether the actor may reach the very
    subject is the scope's matter: the room that owns it asks `actor.scope`.
    """
    if not actor.may(act):
        raise AccessDenied(act, subject)


Rule = Callable[[str, date], bool]
_withholding: dict[str, Rule] = {}  # act -> whether it is taken from a login on a day


def withhold(act: str, rule: Rule) -> None:
    """Let a rule of a room take an act from who would hold it by role: rule(login, day) says whether it does.

    Asked only where the act is asked for, so it costs nothing elsewhere.
    """
    _withholding[act] = rule


def _withheld(login: str, on: date) -> Callable[[str], bool]:
    told: dict[str, bool] = {}  # a list asks of every row

    def asked(act: str) -> bool:
        if act not in _withholding:
            return False
        if act not in told:
            told[act] = _withholding[act](login, on)
        return told[act]

    return asked


def actor_of(person: Person, *, on: date, via: str = "page") -> Actor:
    """What a person may do on a day: the union of the permits of all roles held, the widest reach.

    A deactivated person may do nothing and reaches nothing, from the moment of deactivation.
    """
    held = list(held_by(person, on=on)) if person.is_active else []
    return Actor(
        login=person.login,
        name=person.name,
        person_id=person.pk,
        permits=frozenset(permit for row in held for permit in row.role.permits),
        scope=Scope(_widest(held), _unit_paths(held), person.pk),
        via=via,
        withheld=_withheld(person.login, on),
    )


def held_by(person: Person, *, on: date) -> QuerySet[Assignment]:
    """The assignments of a person that hold on a day, in units that are open that day."""
    return (
        Assignment.objects.filter(running(on), person=person)
        .filter(Q(unit__closed_on__isnull=True) | Q(unit__closed_on__gt=on))
        .select_related("role", "unit")
        .order_by("id")
    )


def running(on: date) -> Q:
    """The assignments that hold on a day."""
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))


def may_see(actor: Actor, field: str) -> bool:
    """Whether the actor sees a field unmasked; only sensitive ones ask for "sensitive.read"."""
    return field not in rules.SENSITIVE or actor.may("sensitive.read")


def shown(actor: Actor, field: str, text: str) -> str:
    """The text of a field as the actor may see it: 1101**********1233 for a masked ID number."""
    return text if may_see(actor, field) else rules.masked(text)


def _widest(held: list[Assignment]) -> Reach:
    reaches = [rules.reach_of(row.role.reach) for row in held]
    return max(reaches, key=rules.REACHES.index, default="nothing")


def _unit_paths(held: list[Assignment]) -> tuple[str, ...]:
    """Paths of the units reached, without those that lie below another of them."""
    paths = sorted(
        {row.unit.path for row in held if row.role.reach == "unit"}, key=lambda path: (len(path), path)
    )
    kept: list[str] = []
    for path in paths:
        if not any(path.startswith(above) for above in kept):
            kept.append(path)
    return tuple(kept)
