"""Where the lists of this room find their rows, each through the door of the room that owns them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from xinheng.base.access import queries as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers import queries as customers
from xinheng.reports.values import Choices

KEPT_SECONDS = 600  # how old the offers of a filter may be
MOST_OFFERS = 300


def everyone(*, on: date) -> QuerySet[Any]:
    """Every customer; only where the scope is applied beside it."""
    return customers.visible(system_actor(), on=on)


def choices(actor: Actor, *, on: date) -> Choices:
    """What the filters offer this reader: regions, and salespeople and units within reach."""
    regions = _kept("regions", on, lambda: _regions(on))
    if actor.scope.reach == "own":
        return Choices(regions=regions)
    paths = actor.scope.unit_paths if actor.scope.reach == "unit" else ("",)
    units = access.units(system_actor(), on=on)
    offered = tuple((unit.code, unit.name) for unit in units if unit.path.startswith(tuple(paths)))
    people = _kept(f"salespeople:{'|'.join(paths)}", on, lambda: _salespeople(paths, on))
    return Choices(regions=regions, salespeople=people, units=offered[:MOST_OFFERS])


def our_names(*, on: date) -> tuple[set[str], set[str]]:
    """The names of our open units, and of our active people: what a letter may name."""
    units = set(access.units(system_actor(), on=on).values_list("name", flat=True))
    return units, set(access.people(system_actor()).filter(is_active=True).values_list("name", flat=True))


def unit_path(code: str, *, on: date) -> str:
    """The path of a unit, to find what stands below it; one that fits nothing for an unknown code."""
    found = access.units(system_actor(), on=on).filter(code=code).values_list("path", flat=True).first()
    return found or "-"


def _regions(on: date) -> tuple[str, ...]:
    found = everyone(on=on).exclude(region="").order_by("region").values_list("region", flat=True).distinct()
    return tuple(found[:MOST_OFFERS])


def _salespeople(paths: tuple[str, ...], on: date) -> tuple[tuple[str, str], ...]:
    held = customers.answering(on=on).filter(person__isnull=False).order_by()
    if paths != ("",):
        ids = {
            pk
            for path in paths
            for pk in held.filter(unit__path__startswith=path).values_list("person_id", flat=True).distinct()
        }
    else:
        ids = set(held.values_list("person_id", flat=True).distinct())
    named = access.people(system_actor()).filter(pk__in=ids).values_list("login", "name")
    return tuple((login, name) for login, name in named[:MOST_OFFERS])


def _kept(name: str, on: date, make: Any) -> Any:
    return cache.get_or_set(f"list:{name}:{on}", make, KEPT_SECONDS)
