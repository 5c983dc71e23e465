"""Cases: opened and closed as the ledger says, and given to whoever collects them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import places
from xinheng.facts.customers import queries as customers
from xinheng.operations.collection import consequences, noting, ranking, rules, standing
from xinheng.operations.collection import policy as policies
from xinheng.operations.collection.errors import CaseUnknown, CollectionInvalid, CollectorUnknown
from xinheng.operations.collection.models import Assignment, Case, Collector
from xinheng.operations.collection.values import Assigned, Collecting, NextStep, Refreshed

SET = ("overdue_minor", "disputed_minor", "loss_minor", "late_minor", "weight_minor", "overdue_days", "lines")
ROWS = 400  # rows of a statement that sets them
MOST_AT_ONCE = 1_000


@transaction.atomic
def refresh(*, actor: Actor, on: date) -> Refreshed:
    """Look at the ledger: open a case for whoever has arrears now, close those that have none any more.

    Looks at the customers within reach. Refuses: AccessDenied, NoCollectionPolicy.
    """
    access.require(actor, "collection.assign")
    policy = policies.in_force(on)
    everybody = actor.scope.reach == "everything"
    frame = ranking.arrears(None if everybody else customers.visible(actor, on=on), as_of=on, policy=policy)
    running = standing.within(actor, Case.objects.filter(closed_on__isnull=True), on=on)
    known = pl.DataFrame(
        list(running.order_by().values_list("pk", "customer_id", "currency")),
        schema={"id": pl.Int64, "customer_id": pl.Int64, "currency": pl.String},
        orient="row",
    )
    met = known.join(frame.filter(pl.col("overdue_minor") > 0), on=list(ranking.KEYS), how="left")
    _set_figures(met.filter(pl.col("overdue_minor").is_not_null()).select("id", *SET), on=on)
    closed = _close(met.filter(pl.col("overdue_minor").is_null())["id"].to_list(), on=on)
    opened = _open(frame.join(known, on=list(ranking.KEYS), how="anti"), policy, on=on)
    told = Refreshed(opened, closed, known.height - closed + opened)
    if opened or closed:
        after = {"opened": opened, "closed": closed}
        audit.record(actor=actor, act="collection.refresh", subject="collection", on=on, after=after)
    return told


def _open(frame: pl.DataFrame, policy: Collecting, *, on: date) -> int:
    """Open a case for each row that passes the policy's bounds."""
    least, days = policy.value("case_from_amount"), policy.number("case_from_days")
    scale = {code: 10 ** places(code) for code in frame["currency"].unique().to_list()}
    amount = pl.col("overdue_minor") / pl.col("currency").replace_strict(
        scale or {"": 1}, return_dtype=pl.Int64
    )
    new = frame.filter((amount >= float(least)) & (pl.col("overdue_days") >= days)) if scale else frame
    rows = new.with_columns(
        active_on=pl.lit(on), figures_on=pl.lit(on), opened_on=pl.lit(on),
        next_step=pl.lit(_("First contact")),
        next_step_on=pl.lit(on + timedelta(days=policy.number("first_step_days"))),
    )  # fmt: skip
    return bulk.append(Case, rows)


def _close(ids: list[int], *, on: date) -> int:
    for at in range(0, len(ids), ROWS):
        some = ids[at : at + ROWS]
        cleared = dict.fromkeys(("overdue_minor", "loss_minor", "weight_minor", "overdue_days", "lines"), 0)
        Case.objects.filter(pk__in=some).update(closed_on=on, figures_on=on, **cleared)
        Assignment.objects.filter(case__in=some, until_on__isnull=True).update(until_on=on)
        consequences.free_orders(some, on=on)
    return len(ids)


def _set_figures(rows: pl.DataFrame, *, on: date) -> None:
    """Set the figures of many cases, some hundreds a statement."""
    setting = ", ".join(
        f"{name} = CAST(told.column{place} AS bigint)" for place, name in enumerate(SET, start=2)
    )
    with connection.cursor() as cursor:
        for chunk in rows.iter_slices(ROWS):
            values = ", ".join([f"({', '.join(['%s'] * chunk.width)})"] * chunk.height)
            cursor.execute(
                f"UPDATE collection_case SET {setting} FROM (VALUES {values}) AS told"
                " WHERE collection_case.id = told.column1",
                [each for row in chunk.iter_rows() for each in row],
            )
            Case.objects.filter(pk__in=chunk["id"].to_list()).update(figures_on=on)


@transaction.atomic
def set_collector(*, actor: Actor, on: date, login: str, skill: int, capacity: int) -> Collector:
    """Say how strong a person is at collecting (1 to 5) and how many cases it takes; 0: no new ones.

    Refuses: AccessDenied, CollectionInvalid.
    """
    access.require(actor, "collection.assign", f"person:{login}")
    if login not in people.people_by_login():
        raise CollectionInvalid(cause=_("Name a person of the system who collects."), field="login")
    if not (1 <= skill <= 5 and 0 <= capacity <= 10_000):
        raise CollectionInvalid(cause=_("Skill is 1 to 5, capacity 0 to 10,000."), field="skill")
    told: dict[str, Any] = {"skill": skill, "capacity": capacity, "told_by": actor.login, "told_on": on}
    kept, _new = Collector.objects.update_or_create(login=login, defaults=told)
    after = {"skill": skill, "capacity": capacity}
    audit.record(actor=actor, act="collection.set_collector", subject=f"person:{login}", on=on, after=after)
    return kept


@transaction.atomic
def assign(*, actor: Actor, on: date, anew: bool = False) -> Assigned:
    """Give the cases within reach that nobody collects to collectors, the largest loss to the strongest.

    anew: all of them, whoever has them now. Nobody with the skill: they stay an ordered list (PWR-18).
    Refuses: AccessDenied, NoCollectionPolicy.
    """
    access.require(actor, "collection.assign")
    policy = policies.in_force(on)
    rows = standing.within(actor, Case.objects.filter(closed_on__isnull=True), on=on)
    if not anew:
        rows = rows.filter(collector="")
    found = list(rows.order_by().values_list("pk", "loss_minor", "currency", "weight_minor"))
    cases = pl.DataFrame(
        [(pk, loss / 10 ** places(currency), weight) for pk, loss, currency, weight in found],
        schema={"case_id": pl.Int64, "loss": pl.Float64, "weight_minor": pl.Int64},
        orient="row",
    )
    taken = {row[0] for row in found} if anew else set()
    pairs = rules.assigned(cases, _collectors(taken), policy.tiers)
    by_collector: Counter[str] = Counter()
    for (login,), some in pairs.group_by("login", maintain_order=True):
        _give(some["case_id"].to_list(), str(login), how="plan", actor=actor, on=on)
        by_collector[str(login)] = some.height
    told = Assigned(pairs.height, cases.height - pairs.height, dict(by_collector))
    after = {"assigned": told.assigned, "left": told.left, **told.by_collector}
    audit.record(actor=actor, act="collection.assign", subject="collection", on=on, after=after)
    return told


def _collectors(without: Collection[int]) -> pl.DataFrame:
    """Who collects, with the cases each holds but for some that are given anew."""
    held = Case.objects.filter(closed_on__isnull=True).exclude(collector="").exclude(pk__in=without)
    load = dict(held.order_by().values_list("collector").annotate(Count("pk")))
    rows = [(one.login, one.skill, one.capacity, load.get(one.login, 0)) for one in Collector.objects.all()]
    return pl.DataFrame(
        rows,
        schema={"login": pl.String, "skill": pl.Int64, "capacity": pl.Int64, "load": pl.Int64},
        orient="row",
    )


@transaction.atomic
def reassign(*, actor: Actor, on: date, case_ids: Sequence[int], login: str) -> int:
    """Give running cases to a person by hand; "" takes them from whoever has them. Gives how many changed.

    Refuses: AccessDenied, CaseUnknown, CollectorUnknown, CollectionInvalid.
    """
    access.require(actor, "collection.assign", f"person:{login}")
    if not 0 < len(case_ids) <= MOST_AT_ONCE:
        raise CollectionInvalid(
            cause=_("Choose 1 to %(most)s cases.") % {"most": MOST_AT_ONCE}, field="cases"
        )
    if login and not Collector.objects.filter(login=login).exists():
        raise CollectorUnknown(login=login, field="collector")
    rows = standing.seen(actor, on=on).filter(closed_on__isnull=True, pk__in=case_ids)
    held = dict(rows.order_by().values_list("pk", "collector"))
    if missing := sorted(set(case_ids) - set(held)):
        raise CaseUnknown(case=missing[0])
    changed = [pk for pk, collector in held.items() if collector != login]
    _give(changed, login, how="hand", actor=actor, on=on)
    after = {"cases": changed, "collector": login}
    audit.record(actor=actor, act="collection.reassign", subject=f"person:{login}", on=on, after=after)
    return len(changed)


def _give(ids: list[int], login: str, *, how: str, actor: Actor, on: date) -> None:
    for at in range(0, len(ids), ROWS):
        some = ids[at : at + ROWS]
        Case.objects.filter(pk__in=some).update(collector=login)
        Assignment.objects.filter(case__in=some, until_on__isnull=True).update(until_on=on)
        if login:
            told = {"collector": login, "from_on": on, "how": how, "told_by": actor.login}
            Assignment.objects.bulk_create([Assignment(case_id=pk, **told) for pk in some])


@transaction.atomic
def plan_step(*, actor: Actor, on: date, case_id: int, step: NextStep) -> Case:
    """Say what is done next on a case, and by which day. Refuses: AccessDenied, CaseUnknown, CaseClosed."""
    access.require(actor, "collection.write", f"case:{case_id}")
    case = standing.running_case(actor, case_id, on=on)
    active = case.active_on
    noting.touch(case, on=on, then=step)
    Case.objects.filter(pk=case.pk).update(active_on=active)  # saying what is to be done is not doing it
    noting.record(actor, on, "plan_step", case, after={"next_step": step.what, "by": step.on})
    return case
