"""Questions about people and rights, within the actor's reach."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from xinheng.base.access.acting import held_by, require, running
from xinheng.base.access.acts import ACTS
from xinheng.base.access.errors import PersonUnknown
from xinheng.base.access.models import ApiToken, Assignment, Person, Role, Unit
from xinheng.base.access.rules import normal_login
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese


def people(actor: Actor) -> QuerySet[Person]:
    """The people the actor reaches: all, those ever placed in the actor's units, or only oneself."""
    require(actor, "people.read")
    if actor.scope.reach == "everything":
        return Person.objects.order_by("login")
    placed = Assignment.objects.filter(_below("unit__path", actor)).values("person_id")
    return Person.objects.filter(Q(pk__in=placed) | Q(pk=actor.person_id)).order_by("login")


def units(actor: Actor, *, on: date | None = None) -> QuerySet[Unit]:
    """The units the actor reaches, in the order of the tree; with a day, those open that day."""
    require(actor, "people.read")
    found = Unit.objects.order_by("path").filter(_below("path", actor))
    if on is not None:
        found = found.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))
    return found


def roles(actor: Actor) -> QuerySet[Role]:
    """All roles."""
    require(actor, "people.read")
    return Role.objects.order_by("code")


def assignments(actor: Actor, *, on: date | None = None) -> QuerySet[Assignment]:
    """Assignments within the actor's reach with person, role and unit; with a day, those that hold then."""
    require(actor, "people.read")
    found = Assignment.objects.select_related("person", "role", "unit").filter(_below("unit__path", actor))
    found = found.order_by("person__login", "id")
    return found if on is None else found.filter(running(on))


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """The tokens of the people within reach, for who may see or administer them, else one's own."""
    found = ApiToken.objects.select_related("person").order_by("-id")
    if actor.may("people.read") and (actor.may("tokens.read") or actor.may("people.write")):
        return found.filter(person__in=people(actor).values("pk"))
    return found.filter(person_id=actor.person_id or 0)


def person(actor: Actor, login: str) -> Person:
    """One person within reach. Refuses: AccessDenied; PersonUnknown, also when out of reach."""
    if found := people(actor).filter(login=normal_login(login)).first():
        return found
    raise PersonUnknown(login=login)


def rights() -> dict[str, str]:
    """Every right there is, with what it allows in the reader's language."""
    return {act: str(words) for act, words in ACTS.items()}


def rights_in(permits: Iterable[str]) -> dict[str, str]:
    """The rights that some permits cover, with what they allow in the reader's language."""
    covered = Actor(login="", name="", permits=frozenset(permits))
    return {act: words for act, words in rights().items() if covered.may(act)}


def anyone() -> bool:
    """Whether the installation has any person yet."""
    return Person.objects.exists()


def person_by_login(login: str) -> Person:
    """The person of a login, for work that is done in somebody's name. Refuses: PersonUnknown."""
    if person := Person.objects.filter(login=normal_login(login)).first():
        return person
    raise PersonUnknown(login=login)


def roles_held(person_id: int, *, on: date) -> frozenset[str]:
    """The codes of the roles a person holds on a day; none once deactivated."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    return frozenset(row.role.code for row in held_by(person, on=on)) if person else frozenset()


def holders(role: str, *, on: date) -> list[str]:
    """The logins of the active people who hold a role on a day."""
    held = Assignment.objects.filter(running(on), role__code=role, person__is_active=True)
    open_then = Q(unit__closed_on__isnull=True) | Q(unit__closed_on__gt=on)
    return list(
        held.filter(open_then).values_list("person__login", flat=True).distinct().order_by("person__login")
    )


def role_names() -> dict[str, str]:
    """Every role by code, in the reader's language."""
    chinese = reads_chinese()
    return {role.code: role.name if chinese else role.name_en for role in Role.objects.all()}


def names_by_login(logins: Iterable[str]) -> dict[str, str]:
    """The names of people by login, for lists that say who did something."""
    return dict(Person.objects.filter(login__in=set(logins)).values_list("login", "name"))


def units_by_code() -> dict[str, int]:
    """Ids of all units by code, for those who post rows in bulk."""
    return dict(Unit.objects.values_list("code", "pk"))


def unit_paths() -> dict[str, tuple[str, str]]:
    """The path and name of every unit by its code, for those who sum up over the tree."""
    return {code: (path, name) for code, path, name in Unit.objects.values_list("code", "path", "name")}


def people_by_login() -> dict[str, int]:
    """Ids of all people by login, for those who post rows in bulk."""
    return dict(Person.objects.values_list("login", "pk"))


def _below(column: str, actor: Actor) -> Q:
    if actor.scope.reach == "everything":
        return Q()
    below = Q(pk__in=[])
    if actor.scope.reach == "unit":
        for path in actor.scope.unit_paths:
            below |= Q(**{f"{column}__startswith": path})
    return below
