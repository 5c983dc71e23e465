"""The list of customers at any size: a fixed number of bounded, indexed queries, never one a row.

A filter that leaves few customers is found by probing: each filter alone is asked for at most `FEW`
customers, and what is left is put in order here; likewise filters that by their sizes leave few together.
Where many match, the index of the sort key is walked and the filters are looked up on the way: a short walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.indicators import queries as indicators
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports.filters import (
    MOST_HITS,
    SORT_FIELDS,
    Filter,
    filters_of,
    kept_size,
    lacking_of,
    permitted,
    rows_of,
)
from xinheng.reports.lines import lines_of
from xinheng.reports.sources import everyone
from xinheng.reports.values import MEASURED_KEYS, Line, Listing, Order, Sizes, SortKey, Wanted

PAGE = 50
FEW = 2_500
Keyed = tuple[Any, Any, int]  # the value sorted by, what orders equal ones, and the customer's id


@dataclass(frozen=True)
class Walk:
    """The rows that have a place in an order, and how they stand in it."""

    rows: QuerySet[Any]
    field: str  # sorted by
    tie: str  # orders rows of an equal value
    id_field: str  # names the customer

    def after(self, cursor: int, *, falling: bool) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """The rows behind a customer's place: those of an equal value, and those beyond it."""
        place = self.rows.filter(**{self.id_field: cursor}).values_list(self.field, self.tie).first()
        if place is None:
            return self.rows.none(), self.rows
        step = "lt" if falling else "gt"
        return (
            self.rows.filter(**{self.field: place[0], f"{self.tie}__{step}": place[1]}),
            self.rows.filter(**{f"{self.field}__{step}": place[0]}),
        )

    def ordered(self, rows: QuerySet[Any], *, falling: bool) -> QuerySet[Any]:
        """The customers of the rows in order."""
        sign = "-" if falling else ""
        fields = dict.fromkeys((f"{sign}{self.field}", f"{sign}{self.tie}"))
        return rows.order_by(*fields).values_list(self.id_field, flat=True)


@dataclass(frozen=True)
class Ground:
    """What one list is made from: who asks, on which day, the latest run and the filters set."""

    actor: Actor
    on: date
    run: Any
    filters: tuple[Filter, ...]

    @classmethod
    def of(cls, actor: Actor, wanted: Wanted, *, on: date) -> Ground:
        access.require(actor, "customers.read")
        run = ratings.latest_run(None) if actor.may("ratings.read") else None
        return cls(actor, on, run, tuple(filters_of(actor, permitted(actor, wanted), run, on=on)))

    def walk(self, key: SortKey) -> Walk:
        """The rows that have a place in the order."""
        table, field = SORT_FIELDS[key]
        rows = rows_of(table, self.run, on=self.on)
        if table == "customer":
            return Walk(rows, field, "no", "pk")
        return Walk(rows.filter(**{f"{field}__isnull": False}), field, "customer_id", "customer_id")

    def holding(self, rows: QuerySet[Any], id_field: str, *, by_number: bool = False) -> QuerySet[Any]:
        """Those rows whose customer passes every filter.

        by_number: the rows are customers in the order of their numbers, which the index of each of their
        columns keeps too; in any other order the filters are looked up so that the order's index is walked.
        """
        for one in self.filters:
            rows = rows.filter(**one.own) if by_number and one.own else rows.filter(one.holds_for(id_field))
        return rows


def customer_list(actor: Actor, wanted: Wanted, order: Order, *, on: date) -> Listing:
    """One page of the customers the actor may see, filtered and in order."""
    order = _shown(actor, order)
    ground = Ground.of(actor, wanted, on=on)
    few = _few(ground)
    if few is None:
        ids, first, last = _walked(ground, order)
        total = lacking = None
    else:
        keyed = _keyed(ground, order, few)
        ids, first, last = _cut(keyed, order)
        total, lacking = len(few), len(few) - len(keyed)
    measurement = indicators.latest_measurement(as_of=on) if actor.may("indicators.read") else None
    return Listing(
        lines=tuple(lines_of(ids, actor, ground.run, on=on)),
        total=total,
        lacking=lacking,
        first=first,
        last=last,
        run_id=ground.run.pk if ground.run else None,
        as_of=ground.run.as_of if ground.run else None,
        measured_on=measurement.as_of if measurement else None,
    )


def customer_sizes(actor: Actor, wanted: Wanted, order: Order, *, on: date) -> Sizes:
    """How many customers match and how many lack the sort key: counted in full, so asked for apart."""
    order = _shown(actor, order)
    ground = Ground.of(actor, wanted, on=on)
    few = _few(ground)
    if few is not None:
        return Sizes(len(few), len(few) - len(_keyed(ground, order, few)))
    total = ground.holding(everyone(on=on), "pk").count()
    walk = ground.walk(order.key)
    return Sizes(total, total - ground.holding(walk.rows, walk.id_field).order_by().count())


def all_lines(actor: Actor, wanted: Wanted, order: Order, *, on: date) -> Iterator[Line]:
    """Every matching customer in order, those without a place in it last; read in bounded pieces."""
    order = _shown(actor, order)
    ground = Ground.of(actor, wanted, on=on)
    piece: list[int] = []
    for customer_id in _all_ids(ground, order):
        piece.append(customer_id)
        if len(piece) == 2_000:
            yield from lines_of(piece, actor, ground.run, on=on)
            piece = []
    yield from lines_of(piece, actor, ground.run, on=on)


def _shown(actor: Actor, order: Order) -> Order:
    """The order, or that by number where the actor may not see what it sorts by."""
    right = {"grade": "ratings.read"} | dict.fromkeys(MEASURED_KEYS, "indicators.read")
    return order if actor.may(right.get(order.key, "customers.read")) else Order()


def _few(ground: Ground) -> set[int] | None:
    """The ids of all customers that match, if they are few; otherwise None."""
    few: set[int] | None = None
    waiting: list[Filter] = []
    for one in ground.filters or (Filter("", everyone(on=ground.on), "pk"),):
        found = one.probe(few, FEW)
        if found is None:
            waiting.append(one)
        else:
            few = found
    if few is None:
        return _few_together(ground, waiting)
    for one in waiting:
        few = set(one.among(few))
    return few


def _few_together(ground: Ground, waiting: list[Filter]) -> set[int] | None:
    """The ids of those who pass filters that leave many each, if by their sizes few pass all of them."""
    total = kept_size("", everyone(on=ground.on))
    sized = sorted((one.size() or total, place) for place, one in enumerate(waiting))
    expected = float(total)
    for size, _place in sized:
        expected *= size / max(1, total)
    if len(waiting) < 2 or expected > FEW:
        return None
    first = waiting[sized[0][1]]
    rows, id_field = first.rows, first.id_field
    if first.own is not None:
        rows = everyone(on=ground.on)
    for one in waiting:
        if first.own is not None and one.own is not None:
            rows = rows.filter(**one.own)
        elif one is not first:
            rows = rows.filter(one.holds_for(id_field))
    found = list(rows.order_by().values_list(id_field, flat=True)[: MOST_HITS + 1])
    return set(found) if len(found) <= MOST_HITS else None


def _keyed(ground: Ground, order: Order, few: set[int]) -> list[Keyed]:
    """Those of the few that have a place in the order, in ascending order."""
    walk = ground.walk(order.key)
    rows = walk.rows.filter(**{f"{walk.id_field}__in": few}).order_by()
    return sorted(rows.values_list(walk.field, walk.tie, walk.id_field))


def _cut(keyed: list[Keyed], order: Order) -> tuple[list[int], bool, bool]:
    ids = [customer_id for _value, _tie, customer_id in keyed]
    if order.descending:
        ids.reverse()
    start = 0
    if order.after in ids:
        start = ids.index(order.after) + 1
    elif order.before in ids:
        start = max(0, ids.index(order.before) - PAGE)
    return ids[start : start + PAGE], start == 0, start + PAGE >= len(ids)


def _walked(ground: Ground, order: Order) -> tuple[list[int], bool, bool]:
    """One page by walking the index of the sort key from the place in it."""
    walk = ground.walk(order.key)
    backwards = order.before is not None
    cursor = order.before if backwards else order.after
    falling = order.descending != backwards
    stretches = (walk.rows,) if cursor is None else walk.after(cursor, falling=falling)
    ids: list[int] = []
    for stretch in stretches:
        here = ground.holding(stretch, walk.id_field, by_number=order.key == "no")
        ids += walk.ordered(here, falling=falling)[: PAGE + 1 - len(ids)]
        if len(ids) > PAGE:
            break
    more = len(ids) > PAGE
    ids = ids[:PAGE]
    if backwards:
        return ids[::-1], not more, False
    return ids, cursor is None, not more


def _all_ids(ground: Ground, order: Order) -> Iterator[int]:
    walk = ground.walk(order.key)
    few = _few(ground)
    if few is not None:
        placed = [customer_id for _value, _tie, customer_id in _keyed(ground, order, few)]
        yield from reversed(placed) if order.descending else placed
        yield from sorted(few.difference(placed))
        return
    here = ground.holding(walk.rows, walk.id_field, by_number=order.key == "no")
    yield from walk.ordered(here, falling=order.descending).iterator(chunk_size=2_000)
    if walk.id_field != "pk":
        lacking = ground.holding(lacking_of(order.key, ground.run, on=ground.on), "pk")
        yield from lacking.order_by("no").values_list("pk", flat=True).iterator(chunk_size=2_000)
