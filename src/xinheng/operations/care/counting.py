"""What the room counts: people in contact, idle leads, satisfaction, the index of files."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

import polars as pl
from django.db.models import Count, Max, Q

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.reviews import queries as reviews
from xinheng.operations.care import policy, rules, selecting
from xinheng.operations.care.models import Entry, Evaluation, Matter, Presence, Visit
from xinheng.operations.care.values import FileLine, Index, Thin, Wanted, named_in

FileOrder = Literal["sales", "grade", "collected", "region", "customer"]
YEAR = timedelta(days=365)


def thin_contacts(actor: Actor, *, on: date) -> list[Thin]:
    """Customers that fewer of ours are in contact with, by recorded visits, than their level asks."""
    care = policy.in_force(on)
    rows = list(selecting.standings(actor, Wanted(), on=on))
    met = Presence.objects.filter(visit__customer__in=[row.customer_id for row in rows])
    seen = dict(met.values_list("visit__customer").annotate(Count("login", distinct=True)).order_by())
    thin = []
    for row in rows:
        level = care.level(row.level)
        needed = rules.needed_people(level.people, care.promising_people, is_promising=row.is_promising)
        if seen.get(row.customer_id, 0) < needed and needed > 1:
            there = seen.get(row.customer_id, 0)
            thin.append(Thin(row.customer.no, row.customer.name, level.words, there, needed))
    return thin


def idle_leads(actor: Actor, *, on: date) -> list[tuple[Any, date]]:
    """Standings of leads with the day anything was last done, where that is longer ago than the rules say."""
    care = policy.in_force(on)
    rows = list(selecting.standings(actor, Wanted(), on=on).filter(stage__in=care.leads.stages))
    ids = [row.customer_id for row in rows]
    told: tuple[tuple[Any, str], ...] = (
        (Visit, "happened_on"),
        (Entry, "passed_on"),
        (Matter, "reported_on"),
    )
    last: dict[int, date] = {}
    for model, field in told:
        found = model.objects.filter(customer__in=ids, **{f"{field}__lte": on})
        for key, day in found.values_list("customer").annotate(Max(field)).order_by():
            last[key] = max(day, last.get(key, day))
    days = [(row, max(row.from_on, last.get(row.customer_id, row.from_on))) for row in rows]
    before = on - timedelta(days=care.leads.idle_days)
    return sorted(((row, day) for row, day in days if day < before), key=lambda pair: pair[1])


def satisfaction(actor: Actor, *, since: date, until: date, on: date) -> Index:
    """The index of the opinions of a period, over all and by item; None where nothing was answered."""
    asked = policy.in_force(on).satisfaction
    rows = list(selecting.opinions(actor, Wanted(), on=on).filter(said_on__gte=since, said_on__lte=until))
    values = {one.code: one.value for one in asked.levels}
    by_item = {}
    for item in asked.items:
        told = [values[row.answers[item.code]] for row in rows if row.answers.get(item.code) in values]
        by_item[item.words] = rules.mean(sum(told), len(told))
    count = sum(row.answered for row in rows)
    return Index(
        rules.mean(sum(row.total for row in rows), count), count, sum(row.asked for row in rows),
        len({row.customer_id for row in rows}), by_item,
    )  # fmt: skip


def satisfaction_trend(actor: Actor, *, periods: list[Period], on: date) -> list[tuple[Period, Index]]:
    """The index of each of some periods."""
    return [(one, satisfaction(actor, since=one.first, until=one.last, on=on)) for one in periods]


def file_index(actor: Actor, *, on: date, order: FileOrder = "sales", wanted: str = "") -> list[FileLine]:
    """The index of files by yearly sales, grade or share collected; who bought nothing comes last (GRP-08).

    Amounts are those of CNY, of the year up to the day. Refuses: AccessDenied.
    """
    require(actor, "care.read", "files")
    require(actor, "customers.read", "files")
    seen = customers.visible(actor, on=on)
    if wanted:
        seen = seen.filter(Q(no__istartswith=wanted) | Q(name__contains=wanted) | Q(region=wanted))
    billed = receivables.billed_in_year(seen, on=on).filter(segment="", currency="CNY")
    paid = receivables.received(seen, since=on - YEAR + timedelta(days=1), until=on)
    paid = paid.filter(currency="CNY").group_by("customer_id").agg(pl.col("amount_minor").sum())
    sales = dict(billed.select("customer_id", "billed_minor").iter_rows())
    got = dict(paid.iter_rows())
    rows = list(seen.order_by("no").values_list("pk", "no", "name", "region"))
    grades = dict(reviews.standing(on=on).order_by("pk").values_list("customer_id", "grade"))
    keeps = customers.answering(on=on).values_list("customer_id", "unit__name", "person__name")
    keepers = {key: (unit, person or "") for key, unit, person in keeps}
    last = dict(Evaluation.objects.values_list("customer").annotate(Max("evaluated_on")).order_by())
    lines = [
        FileLine(
            no, name, keepers.get(key, ("", ""))[0], region, grades.get(key, ""),
            Money(sales.get(key, 0), "CNY"), _share(got.get(key, 0), sales.get(key, 0)),
            keepers.get(key, ("", ""))[1], last.get(key),
        )
        for key, no, name, region in rows
    ]  # fmt: skip
    return sorted(lines, key=lambda line: _place(line, order))


def words_of(kind: str, code: str, on: date) -> str:
    """A code of the rules in words. kind: entries, levels, stages, occasions, matters, answers, items."""
    care = policy.in_force(on)
    lists: dict[str, Any] = {
        "entries": care.register_.kinds, "levels": care.levels, "stages": care.stages,
        "occasions": care.occasions, "matters": care.matters, "items": care.satisfaction.items,
        "answers": care.satisfaction.levels,
    }  # fmt: skip
    found = named_in(lists[kind], code)
    return found.words if found else code


def complaints(customer_ids: Collection[int], on: date) -> set[int]:
    """Those of some customers with an open matter of a kind that holds papers; for rooms, not narrowed."""
    kinds = [one.code for one in policy.in_force(on).matters if one.holds_papers]
    rows = Matter.objects.filter(customer__in=customer_ids, kind__in=kinds, closed_on__isnull=True)
    return set(rows.order_by().values_list("customer_id", flat=True))


def may_read(actor: Actor, row: Entry | Matter) -> bool:
    """Whether somebody reads what a confidential row says; its being there everybody sees (INF-05)."""
    return not row.is_confidential or actor.login == row.told_by or actor.may("sensitive.read")


def _share(part: int, whole: int) -> Decimal | None:
    return None if whole <= 0 else (Decimal(part) / whole).quantize(Decimal("0.0001"))


def _place(line: FileLine, order: FileOrder) -> tuple[Any, ...]:
    keys: dict[str, tuple[Any, ...]] = {
        "sales": (-line.sales.minor,),
        "grade": (not line.grade, line.grade),
        "collected": (line.collected is None, -(line.collected or 0)),
        "region": (not line.region, line.region),
        "customer": (),
    }
    return (*keys[order], line.unit if order == "region" else "", line.customer_no)
