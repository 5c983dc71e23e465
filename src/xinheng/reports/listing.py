"""The list of customers at any size: a fixed number of bounded, indexed queries, never one a row.

A filter that leaves few customers is found by probing: each filter alone is asked for at most `FEW`
customers, and what is left is put in order here; likewise filters that by their sizes leave few together.
Where many match, the index of the sort key is walked and the filters are looked up on the way: a short walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports.filters import (
    SORT_FIELDS,
    Filter,
    filters_of,
    lacking_of,
    permitted,
    rows_of,
)
from xinheng.reports.lines import lines_of
from xinheng.reports.sources import everyone
from xinheng.reports.values import MEASURED_KEYS, RATED_KEYS, Line, Listing, Order, Sizes, SortKey, Wanted

PAGE = 50
FEW = 2_500
SAMPLE = 500
Keyed = tuple[Any, Any, int]  # the value sorted by, what orders equal ones, and the customer's id


@dataclass(frozen=True)
class Walk:
    """The rows that have a place in an order, and how they stand in it."""

    table: str
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
            return Walk(table, rows, field, "no", "pk")
        return Walk(table, rows.filter(**{f"{field}__isnull": False}), field, "customer_id", "customer_id")

    def holding(self, rows: QuerySet[Any], walk: Walk) -> QuerySet[Any]:
        """Those rows of a walk whose customer passes every filter.

        A filter on the very column that the walk goes along narrows the walk, and so does one on a column
        whose index keeps the order of the numbers; the others are looked up on the way, lest the database
        sorts what they leave.
        """
        for one in self.filters:
            direct = one.narrows(walk.table, walk.field) or (walk.field == "no" and one.table == "customer")
            rows = rows.filter(**one.conditions) if direct else rows.filter(one.holds_for(walk.id_field))
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
    total = ground.holding(everyone(on=on), ground.walk("no")).count()
    walk = ground.walk(order.key)
    return Sizes(total, total - ground.holding(walk.rows, walk).order_by().count())


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
    right = dict.fromkeys(RATED_KEYS, "ratings.read") | dict.fromkeys(MEASURED_KEYS, "indicators.read")
    return order if actor.may(right.get(order.key, "customers.read")) else Order()


def _few(ground: Ground) -> set[int] | None:
    """The ids of all customers that match, if they are few; otherwise None."""
    few: set[int] | None = None
    waiting: list[tuple[Filter, set[int]]] = []
    for one in ground.filters or (Filter(everyone(on=ground.on), "pk"),):
        found, are_all = one.probe(few, FEW)
        if are_all:
            few = found
        else:
            waiting.append((one, found))
    if few is None:
        return _few_together(waiting)
    for one, _some in waiting:
        few = set(one.among(few))
    return few


def _few_together(waiting: list[tuple[Filter, set[int]]]) -> set[int] | None:
    """The ids of those who pass filters that leave many each, if it looks as if few pass all of them.

    How many pass is estimated from the ids that probing the narrowest filter gave.
    """
    sized = [(one.size(), place) for place, (one, some) in enumerate(waiting) if some]
    known = sorted((size, place) for size, place in sized if size is not None)
    if len(waiting) < 2 or not known:
        return None
    size, place = known[0]
    first, some = waiting.pop(place)
    sample = passing = set(islice(some, SAMPLE))
    for one, _some in waiting:
        passing = set(one.among(passing))
    if size * len(passing) > FEW * len(sample):
        return None
    rows = first.rows
    for one, _some in waiting:
        same = first.table == one.table == "customer"
        rows = rows.filter(**one.conditions) if same else rows.filter(one.holds_for(first.id_field))
    return set(rows.order_by().values_list(first.id_field, flat=True))


def _keyed(ground: Ground, order: Order, few: set[int]) -> list[Keyed]:
    """Those of the few that have a place in the order, in ascending order."""
    if order.likely:
        return sorted(customers.ranked(few, order.likely))
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
        here = ground.holding(stretch, walk)
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
    here = ground.holding(walk.rows, walk)
    yield from walk.ordered(here, falling=order.descending).iterator(chunk_size=2_000)
    if walk.id_field != "pk":
        lacking = ground.holding(lacking_of(order.key, ground.run, on=ground.on), ground.walk("no"))
        yield from lacking.order_by("no").values_list("pk", flat=True).iterator(chunk_size=2_000)
