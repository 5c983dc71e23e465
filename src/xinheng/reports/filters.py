"""The filters of the list of customers, each as rows of one table that name their customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
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
from xinheng.judgements.reviews import queries as reviews
from xinheng.reports.sources import everyone, unit_path
from xinheng.reports.values import INCOMPLETE_KEYS, NOT_GRADED, SortKey, Wanted

MOST_HITS = 5_000  # of a typed text: so many ids the index gives at once
KEPT_SECONDS = 600  # how old the size of a filter may be; it only chooses the way, never the answer
SORT_FIELDS: dict[SortKey, tuple[str, str]] = {  # the table walked, and its field
    "no": ("customer", "no"),
    "name": ("customer", "name"),
    "industry": ("customer", "industry_section"),
    "region": ("customer", "region"),
    "salesperson": ("responsibility", "person__login"),
    "grade": ("grade", "rank"),
    "approved": ("approved", "rank"),
    "review": ("approved", "review_due_on"),
    "balance": ("standing", "balance_minor"),
    "overdue": ("standing", "overdue_minor"),
    "turnover": ("standing", "turnover_12m_minor"),
}


@dataclass(frozen=True)
class Filter:
    """One filter of the list: rows of one table, and the field that names the customer.

    table, conditions: the filter as conditions on the columns of one table, where it is one.
    ids: the customers, where they are known already. many: known to leave many, so probing is in vain.
    """

    rows: QuerySet[Any]
    id_field: str
    table: str = ""
    conditions: Mapping[str, Any] = field(default_factory=dict)
    ids: frozenset[int] | None = None
    many: bool = False

    def among(self, ids: set[int] | None) -> QuerySet[Any]:
        """The ids that pass, of all or of some."""
        rows = self.rows if ids is None else self.rows.filter(**{f"{self.id_field}__in": ids})
        return rows.order_by().values_list(self.id_field, flat=True)

    def probe(self, ids: set[int] | None, few: int) -> tuple[set[int], bool]:
        """Ids that pass, of the few left by other filters or of all, and whether these are all that do."""
        if self.ids is not None:
            return set(self.ids if ids is None else self.ids & ids), True
        if ids is not None:
            return set(self.among(ids)), True
        if self.many:
            return set(), False
        found = list(self.among(None)[: few + 1])
        return set(found), len(found) <= few

    def holds_for(self, outer: str) -> Exists:
        """Whether the customer that a row of another table names passes."""
        return Exists(self.rows.order_by().filter(**{self.id_field: OuterRef(outer)}))

    def narrows(self, table: str, column: str) -> bool:
        """Whether it can be said of the very column that a walk goes along."""
        return self.table == table and any(name.startswith(column) for name in self.conditions)

    def size(self) -> int | None:
        """About how many customers pass; None: not known, so all may."""
        if not self.table:
            return None
        return kept_size(f"{self.table} {sorted(self.conditions.items())}", self.rows)


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
    if table == "approved":
        return reviews.leading(run.policy_code if run else "-", on=on)
    if table == "standing":
        return indicators.standings()
    if table == "responsibility":
        return customers.answering(on=on)
    return everyone(on=on)


def lacking_of(key: str, run: Any, *, on: date) -> QuerySet[Any]:
    """The customers without a value for a sort key."""
    table, column = next(found for name, found in SORT_FIELDS.items() if name == key)
    rows = rows_of(table, run, on=on).order_by()
    placed = rows.filter(**{f"{column}__isnull": False, "customer_id": OuterRef("pk")})
    return everyone(on=on).filter(~Exists(placed))


def permitted(actor: Actor, wanted: Wanted) -> Wanted:
    """The filters without those on what the actor may not see."""
    if not actor.may("ratings.read"):
        wanted = replace(wanted, grade="", approved="")
    if not actor.may("indicators.read"):
        wanted = replace(wanted, overdue=False)
    return wanted


def filters_of(actor: Actor, wanted: Wanted, run: Any, *, on: date) -> Iterator[Filter]:
    """The filters that are set, those that usually leave fewest first."""
    parties = everyone(on=on)
    if actor.scope.reach != "everything":
        yield Filter(customers.visible(actor, on=on), "pk")
    if wanted.text:
        ids = customers.found(wanted.text, most=MOST_HITS)
        met = customers.search(actor, wanted.text, on=on) if ids is None else parties.none()
        yield Filter(met, "pk", ids=ids, many=ids is None)
    if wanted.salesperson:
        yield _by("responsibility", {"person__login": wanted.salesperson}, run, on=on)
    yield from _by_grade(wanted, run, on=on)
    named = {
        "region": wanted.region,
        "industry_section": wanted.section,
        "size_class": wanted.size_class,
        "status": wanted.status,
    }
    for column, value in named.items():
        if value:
            yield _by("customer", {column: value}, run, on=on)
    if wanted.overdue:
        yield _by("standing", {"overdue_minor__gt": 0}, run, on=on)
    if wanted.unit:
        path = unit_path(wanted.unit, on=on)
        yield _by("responsibility", {"unit__path__startswith": path}, run, on=on)
    if wanted.lacking in INCOMPLETE_KEYS:
        yield Filter(lacking_of(wanted.lacking, run, on=on), "pk")


def _by_grade(wanted: Wanted, run: Any, *, on: date) -> Iterator[Filter]:
    """By the grade a run gave, and by the one that stands."""
    if wanted.grade:
        told = {"run_id": run.pk if run else 0} | _rank(run, wanted.grade)
        yield _by("grade", told, run, on=on)
    if wanted.approved == NOT_GRADED:
        yield Filter(lacking_of("approved", run, on=on), "pk")
    elif wanted.approved:
        yield _by("approved", _rank(run, wanted.approved), run, on=on)


def _by(table: str, conditions: Mapping[str, Any], run: Any, *, on: date) -> Filter:
    rows = rows_of(table, run, on=on).filter(**conditions)
    return Filter(rows, "pk" if table == "customer" else "customer_id", table, conditions)


def _rank(run: Any, grade: str) -> dict[str, Any]:
    """A grade by its rank, which is what the index holds; 0 for one the policy does not know."""
    if grade == NOT_GRADED:
        return {"rank__isnull": True}
    if run is None:
        return {"rank": 0}
    policy = policies.load(packs.document(run.policy_sha256).text)
    return {"rank": next((rank for rank, step in enumerate(policy.scale, 1) if step.code == grade), 0)}
