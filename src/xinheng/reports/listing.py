"""The list of customers at any size: a fixed number of bounded, indexed queries, never one a row.

A filter that leaves few customers is found by probing: each filter alone is asked for at most `FEW`
customers, and what is left is put in order here. Where every filter leaves many, the index of the sort
key is walked and the filters are looked up on the way; many match, so the walk is short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports.lines import lines_of
from xinheng.reports.sources import everyone, unit_path
from xinheng.reports.values import (
    INCOMPLETE_KEYS,
    MEASURED_KEYS,
    NOT_GRADED,
    Line,
    Listing,
    Order,
    Sizes,
    SortKey,
    Wanted,
)

PAGE = 50
FEW = 5_000
Keyed = tuple[Any, Any, int]  # the value sorted by, what orders equal ones, and the customer's id
SORT_FIELDS: dict[SortKey, tuple[str, str]] = {  # the table walked, and its field
    "no": ("customer", "no"),
    "name": ("customer", "name"),
    "industry": ("customer", "industry_section"),
    "region": ("customer", "region"),
    "salesperson": ("responsibility", "person__login"),
    "grade": ("grade", "rank"),
    "balance": ("standing", "balance_minor"),
    "overdue": ("standing", "overdue_minor"),
    "turnover": ("standing", "turnover_12m_minor"),
}


@dataclass(frozen=True)
class Filter:
    """One filter of the list: rows of one table, and the field that names the customer.

    own: the filter as conditions on the customer's own columns, where it is one.
    """

    rows: QuerySet[Any]
    id_field: str
    own: dict[str, str] | None = None

    def among(self, ids: set[int] | None) -> QuerySet[Any]:
        rows = self.rows if ids is None else self.rows.filter(**{f"{self.id_field}__in": ids})
        return rows.order_by().values_list(self.id_field, flat=True)

    def holds_for(self, outer: str) -> Exists:
        return Exists(self.rows.order_by().filter(**{self.id_field: OuterRef(outer)}))


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
        return cls(actor, on, run, tuple(_filters(actor, _permitted(actor, wanted), run, on=on)))

    def walk(self, key: SortKey) -> Walk:
        """The rows that have a place in the order."""
        table, field = SORT_FIELDS[key]
        rows = self._table(table)
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

    def _table(self, table: str) -> QuerySet[Any]:
        if table == "grade":
            return ratings.grades(self.run.pk if self.run else 0)
        if table == "standing":
            return indicators.standings()
        if table == "responsibility":
            return customers.answering(on=self.on)
        return everyone(on=self.on)


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


def _permitted(actor: Actor, wanted: Wanted) -> Wanted:
    """The filters without those on what the actor may not see."""
    if not actor.may("ratings.read"):
        wanted = replace(wanted, grade="")
    if not actor.may("indicators.read"):
        wanted = replace(wanted, overdue=False)
    return wanted


def _shown(actor: Actor, order: Order) -> Order:
    """The order, or that by number where the actor may not see what it sorts by."""
    right = {"grade": "ratings.read"} | dict.fromkeys(MEASURED_KEYS, "indicators.read")
    return order if actor.may(right.get(order.key, "customers.read")) else Order()


def _filters(actor: Actor, wanted: Wanted, run: Any, *, on: date) -> Iterator[Filter]:
    """The filters that are set, those that usually leave fewest first."""
    parties = everyone(on=on)
    if actor.scope.reach != "everything":
        yield Filter(customers.visible(actor, on=on), "pk")
    if wanted.text:
        yield Filter(customers.search(actor, wanted.text, on=on), "pk")
    if wanted.salesperson:
        held = customers.answering(on=on)
        yield Filter(held.filter(person__login=wanted.salesperson), "customer_id")
    if wanted.grade:
        grades = ratings.grades(run.pk if run else 0)
        named = Q(rank__isnull=True) if wanted.grade == NOT_GRADED else Q(grade=wanted.grade)
        yield Filter(grades.filter(named), "customer_id")
    told = {
        "region": wanted.region,
        "industry_section": wanted.section,
        "size_class": wanted.size_class,
        "status": wanted.status,
    }
    for field, value in told.items():
        if value:
            yield Filter(parties.filter(**{field: value}), "pk", {field: value})
    if wanted.overdue:
        yield Filter(indicators.standings().filter(overdue_minor__gt=0), "customer_id")
    if wanted.unit:
        path = unit_path(wanted.unit, on=on)
        yield Filter(customers.answering(on=on).filter(unit__path__startswith=path), "customer_id")
    if wanted.lacking in INCOMPLETE_KEYS:
        yield Filter(_lacking(wanted.lacking, run, actor, on=on), "pk")  # type: ignore[arg-type]


def _lacking(key: SortKey, run: Any, actor: Actor, *, on: date) -> QuerySet[Any]:
    walk = Ground(actor, on, run, ()).walk(key)
    placed = walk.rows.order_by().filter(**{walk.id_field: OuterRef("pk")})
    return everyone(on=on).filter(~Exists(placed))


def _few(ground: Ground) -> set[int] | None:
    """The ids of all customers that match, if some filter leaves few; otherwise None."""
    few: set[int] | None = None
    waiting: list[Filter] = []
    for one in ground.filters or (Filter(everyone(on=ground.on), "pk"),):
        found = list(one.among(few)[: FEW + 1])
        if few is not None or len(found) <= FEW:
            few = set(found)
        else:
            waiting.append(one)
    if few is not None:
        for one in waiting:
            few = set(one.among(few))
    return few


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
        lacking = ground.holding(_lacking(order.key, ground.run, ground.actor, on=ground.on), "pk")
        yield from lacking.order_by("no").values_list("pk", flat=True).iterator(chunk_size=2_000)
