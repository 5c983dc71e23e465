"""The filters of the list of customers, each as rows of one table that name their customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet

from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports.sources import everyone, unit_path
from xinheng.reports.values import INCOMPLETE_KEYS, NOT_GRADED, SortKey, Wanted

MOST_HITS = 10_000  # of a typed text: so many ids the index gives at once
KEPT_SECONDS = 600  # how old the size of a filter may be; it only chooses the way, never the answer
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

    name: the same for the same filter, blank where its size is not worth keeping. own: the filter as
    conditions on the customer's own columns, where it is one. ids: the customers, where they are known
    already. many: known to leave many, so probing is in vain.
    """

    name: str
    rows: QuerySet[Any]
    id_field: str
    own: dict[str, str] | None = None
    ids: frozenset[int] | None = None
    many: bool = False

    def among(self, ids: set[int] | None) -> QuerySet[Any]:
        """The ids that pass, of all or of some."""
        rows = self.rows if ids is None else self.rows.filter(**{f"{self.id_field}__in": ids})
        return rows.order_by().values_list(self.id_field, flat=True)

    def probe(self, ids: set[int] | None, few: int) -> set[int] | None:
        """The ids that pass of the few left by other filters, or of all; None: more than few."""
        if self.ids is not None:
            return set(self.ids if ids is None else self.ids & ids)
        if ids is not None:
            return set(self.among(ids))
        if self.many:
            return None
        found = list(self.among(None)[: few + 1])
        return set(found) if len(found) <= few else None

    def holds_for(self, outer: str) -> Exists:
        """Whether the customer that a row of another table names passes."""
        return Exists(self.rows.order_by().filter(**{self.id_field: OuterRef(outer)}))

    def size(self) -> int | None:
        """About how many customers pass; None: not known, so all may."""
        return kept_size(self.name, self.rows) if self.name else None


def kept_size(name: str, rows: QuerySet[Any]) -> int:
    """How many rows there are, counted once in a while."""
    key = f"list:size:{sha256(name.encode()).hexdigest()}"
    size: int | None = cache.get(key)
    if size is None:
        size = rows.order_by().count()
        cache.set(key, size, KEPT_SECONDS)
    return size


def rows_of(table: str, run: Any, *, on: date) -> QuerySet[Any]:
    """The rows a list may walk, by the name of their table."""
    if table == "grade":
        return ratings.grades(run.pk if run else 0)
    if table == "standing":
        return indicators.standings()
    if table == "responsibility":
        return customers.answering(on=on)
    return everyone(on=on)


def lacking_of(key: str, run: Any, *, on: date) -> QuerySet[Any]:
    """The customers without a value for a sort key."""
    table, field = next(found for name, found in SORT_FIELDS.items() if name == key)
    rows = rows_of(table, run, on=on).order_by()
    placed = rows.filter(**{f"{field}__isnull": False, "customer_id": OuterRef("pk")})
    return everyone(on=on).filter(~Exists(placed))


def permitted(actor: Actor, wanted: Wanted) -> Wanted:
    """The filters without those on what the actor may not see."""
    if not actor.may("ratings.read"):
        wanted = replace(wanted, grade="")
    if not actor.may("indicators.read"):
        wanted = replace(wanted, overdue=False)
    return wanted


def filters_of(actor: Actor, wanted: Wanted, run: Any, *, on: date) -> Iterator[Filter]:
    """The filters that are set, those that usually leave fewest first."""
    parties = everyone(on=on)
    if actor.scope.reach != "everything":
        yield Filter("", customers.visible(actor, on=on), "pk")
    if wanted.text:
        ids = customers.found(wanted.text, most=MOST_HITS)
        met = customers.search(actor, wanted.text, on=on) if ids is None else parties.filter(pk__in=ids)
        yield Filter("", met, "pk", ids=ids, many=ids is None)
    if wanted.salesperson:
        held = customers.answering(on=on).filter(person__login=wanted.salesperson)
        yield Filter(f"person={wanted.salesperson}", held, "customer_id")
    if wanted.grade:
        yield Filter(f"grade={run.pk if run else 0}{wanted.grade}", _graded(run, wanted.grade), "customer_id")
    told = {
        "region": wanted.region,
        "industry_section": wanted.section,
        "size_class": wanted.size_class,
        "status": wanted.status,
    }
    for field, value in told.items():
        if value:
            yield Filter(f"{field}={value}", parties.filter(**{field: value}), "pk", {field: value})
    if wanted.overdue:
        yield Filter("overdue", indicators.standings().filter(overdue_minor__gt=0), "customer_id")
    if wanted.unit:
        path = unit_path(wanted.unit, on=on)
        held = customers.answering(on=on).filter(unit__path__startswith=path)
        yield Filter(f"unit={path}", held, "customer_id")
    if wanted.lacking in INCOMPLETE_KEYS:
        yield Filter("", lacking_of(wanted.lacking, run, on=on), "pk")


def _graded(run: Any, grade: str) -> QuerySet[Any]:
    """The customers of one grade, found by its rank, which is what the index holds."""
    rows = ratings.grades(run.pk if run else 0)
    if grade == NOT_GRADED:
        return rows.filter(rank__isnull=True)
    if run is None:
        return rows.none()
    policy = policies.load(packs.document(run.policy_sha256).text)
    ranks = {step.code: rank for rank, step in enumerate(policy.scale, 1)}
    return rows.filter(rank=ranks[grade]) if grade in ranks else rows.none()
