"""How well the files of many customers are kept: complete, fresh, in more hands than one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

from django.db import connection
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from xinheng.facts.customers.filing import share_of
from xinheng.facts.customers.items import catalogue, fresh_since
from xinheng.facts.customers.models import Customer, FileFact, RelatedParty, Responsibility
from xinheng.facts.customers.values import DataQuality, Item, ItemQuality


def judge(customers: QuerySet[Customer], *, on: date) -> DataQuality:
    """The data quality of some customers as of a day, in a handful of queries however many they are."""
    customers = customers.filter(status="active").order_by()
    known = catalogue()
    kinds = Counter(dict(customers.values_list("kind").annotate(Count("pk"))))
    last_told = _last_told(customers, known, on)
    rows = _rows(customers, [item for item in known.values() if item.key_for and item.field], on)
    items = []
    for item in known.values():
        ought = sum(kinds[kind] for kind in item.key_for)
        if ought:
            fresh = fresh_since(item, on=on)
            told = {day: count for (code, day), count in last_told.items() if code == item.code}
            present, stale = rows.get(item.code, (0, 0))
            present += sum(told.values()) + (_owned(customers) if item.holdings else 0)
            stale += sum(count for day, count in told.items() if day < fresh)
            items.append(_quality(item, ought, min(present, ought), stale))
    present = sum(one.present for one in items)
    facts = FileFact.objects.filter(customer__in=customers, told_on__lte=on).order_by()
    return DataQuality(
        on=on,
        customers=sum(kinds.values()),
        completeness=share_of(present, sum(one.customers for one in items)),
        staleness=share_of(sum(one.stale for one in items), present),
        items=tuple(items),
        single_owner=_single_owner(facts),
        unanswered=_unanswered(customers, on),
        unclassified=tuple(strange(facts, known)),
    )


def strange(facts: QuerySet[FileFact], known: Collection[str]) -> list[tuple[str, int]]:
    """Items that nobody classified (known: the codes that are), with the number of facts of each."""
    counted = facts.exclude(item__in=list(known)).order_by().values_list("item")
    return sorted((code, count) for code, count in counted.annotate(count=Count("pk")))


def _quality(item: Item, ought: int, present: int, stale: int) -> ItemQuality:
    return ItemQuality(item, ought, present, stale, share_of(present, ought), share_of(stale, present))


def _last_told(
    customers: QuerySet[Customer], known: Mapping[str, Item], on: date
) -> dict[tuple[str, date], int]:
    """For each item and day, how many customers were last told it of that day; only for kinds that ought."""
    ought = Q(pk__in=[])
    for item in known.values():
        if item.key_for:
            ought |= Q(item=item.code, customer__kind__in=item.key_for)
    facts = FileFact.objects.filter(ought, customer__in=customers, told_on__lte=on)
    facts = facts.exclude(verification="disputed").order_by()
    newest = facts.values("item", "customer_id").annotate(last=Max("true_on"))
    sql, params = newest.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT item, last, COUNT(*) FROM ({sql}) told GROUP BY 1, 2", params)
        rows = cursor.fetchall()
    return {(item, last if isinstance(last, date) else date.fromisoformat(last)): n for item, last, n in rows}


def _rows(customers: QuerySet[Customer], items: list[Item], on: date) -> dict[str, tuple[int, int]]:
    """For items that stand in the customers' rows only: how many have them, and how many are stale."""
    counts = {}
    for item in items:
        filled = only_in_row(item) & Q(kind__in=item.key_for)
        counts[f"{item.code}_has"] = Count("pk", filter=filled)
        counts[f"{item.code}_stale"] = Count("pk", filter=filled & Q(told_on__lt=fresh_since(item, on=on)))
    found = customers.aggregate(**counts)
    return {item.code: (found[f"{item.code}_has"], found[f"{item.code}_stale"]) for item in items}


def only_in_row(item: Item) -> Q:
    """The customers whose row says something of an item that no fact tells."""
    told = FileFact.objects.filter(customer=OuterRef("pk"), item=item.code).exclude(verification="disputed")
    filled = Q(**{f"{item.field}__isnull": False}) & Q(~Exists(told))
    if Customer._meta.get_field(item.field).get_internal_type() == "CharField":
        filled &= ~Q(**{item.field: ""})
    return filled


def _owned(customers: QuerySet[Customer]) -> int:
    """How many have shareholders noted as related parties and no fact on the share structure."""
    told = FileFact.objects.filter(item="share_structure", customer=OuterRef("pk"))
    owners = RelatedParty.objects.filter(relation="shareholder", customer=OuterRef("pk"))
    return customers.filter(Exists(owners), ~Exists(told), kind="company").count()


def _single_owner(facts: QuerySet[FileFact]) -> int:
    tellers = facts.exclude(told_by="").values("customer_id")
    return (
        tellers.annotate(first=Min("told_by"), hands=Count("told_by", distinct=True)).filter(hands=1).count()
    )


def _unanswered(customers: QuerySet[Customer], on: date) -> int:
    running = Responsibility.objects.filter(customer=OuterRef("pk"), from_on__lte=on)
    running = running.filter(Q(until_on__isnull=True) | Q(until_on__gt=on))
    return customers.filter(~Exists(running)).count()
