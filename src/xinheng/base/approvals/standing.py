"""What a person may act by on a day: roles held, and roles of others by delegation."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db.models import QuerySet

from xinheng.base.access import queries as people
from xinheng.base.approvals.models import Delegation
from xinheng.base.approvals.rules import Standing
from xinheng.base.kernel.actors import Actor


def standing_of(actor: Actor, *, on: date) -> Standing:
    """The roles an actor holds on a day, and those of whoever delegated to the actor for that day.

    The system itself holds no role: it never signs. A delegation is worth what its giver holds that day.
    """
    if actor.person_id is None:
        return Standing(actor.login, frozenset())
    lent: dict[str, frozenset[str]] = defaultdict(frozenset)
    for given in running(on).filter(taker_id=actor.person_id).select_related("giver"):
        held = people.roles_held(given.giver_id, on=on)
        lent[given.giver.login] |= held & {given.role} if given.role else held
    own = people.roles_held(actor.person_id, on=on)
    return Standing(actor.login, own, dict(lent))


def running(on: date) -> QuerySet[Delegation]:
    """The delegations that hold on a day."""
    return Delegation.objects.filter(from_on__lte=on, until_on__gt=on)
