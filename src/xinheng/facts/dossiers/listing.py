"""Lists of dossiers, what is missing in them, and how complete they are by kind and unit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import policy
from xinheng.facts.dossiers.completing import GONE, completeness, lines_now
from xinheng.facts.dossiers.finding import telling
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.facts.dossiers.selecting import dossiers_visible
from xinheng.facts.dossiers.setwise import among, framed
from xinheng.facts.dossiers.values import ONLY, SORTS, Kind, Wanted

FIELDS = {
    "no": "no", "title": "title", "kind": "kind", "opened": "opened_on", "custodian": "custodian",
    "touched": "touched_on",
}  # fmt: skip


def dossiers(actor: Actor, wanted: Wanted, on: date) -> QuerySet[Dossier]:
    """The dossiers an actor sees that pass the filters, with customer and unit. Refuses: AccessDenied."""
    rows = _narrowed(dossiers_visible(actor, on), wanted, on)
    key = wanted.sort.removeprefix("-")
    column = F(FIELDS[key if key in SORTS else "no"])
    place = column.desc(nulls_last=True) if wanted.sort.startswith("-") else column.asc(nulls_last=True)
    return rows.select_related("customer", "unit").order_by(place, "-pk")


def missing_lines(actor: Actor, wanted: Wanted, on: date) -> pl.DataFrame:
    """What is missing in the dossiers that pass the filters: a row a line.

    Gives no, title, kind, line (its code), words, state ("missing" or "expired"), unit (its name), custodian.
    Refuses: AccessDenied.
    """
    rows = dossiers(actor, wanted, on)
    lines = lines_now(_ids(rows), on).filter(pl.col("state").is_in(GONE) & pl.col("required"))
    words = [(kind.code, line.code, line.words) for kind in policy.kinds(on).values() for line in kind.lines]
    named = framed(words, {"kind": pl.String, "code": pl.String, "words": pl.String})
    schema = {"dossier_id": pl.Int64, "no": pl.String, "title": pl.String, "unit": pl.String}
    told = rows.order_by().values_list("pk", "no", "title", "unit__name", "custodian")
    known = framed(told, schema | {"custodian": pl.String})
    return (
        lines.join(named, on=["kind", "code"])
        .join(known, on="dossier_id")
        .sort("no", "place")
        .select("no", "title", "kind", pl.col("code").alias("line"), "words", "state", "unit", "custodian")
    )


def by_kind_and_unit(actor: Actor, wanted: Wanted, on: date) -> pl.DataFrame:
    """How complete the dossiers that pass the filters are, a row a kind and unit.

    Gives kind, unit (its name), dossiers, complete (how many lack nothing), asked, present, missing,
    expiring, share (present of asked, null where nothing is asked). Refuses: AccessDenied.
    """
    rows = dossiers(actor, wanted, on)
    told = rows.order_by().values_list("pk", "kind", "unit__name")
    known = framed(told, {"dossier_id": pl.Int64, "kind": pl.String, "unit": pl.String})
    sums = ("asked", "present", "missing", "expiring")
    return (
        known.join(completeness(_ids(rows), on), on="dossier_id", how="left")
        .with_columns(pl.col(sums).fill_null(0))
        .group_by("kind", "unit")
        .agg(
            pl.len().alias("dossiers"),
            (pl.col("missing") == 0).sum().alias("complete"),
            pl.col(sums).sum(),
        )
        .with_columns(pl.when(pl.col("asked") > 0).then(pl.col("present") / pl.col("asked")).alias("share"))
        .sort("kind", "unit")
    )


def work_counts(actor: Actor, on: date) -> dict[str, int]:
    """How many dossiers stand on each work list. Refuses: AccessDenied."""
    seen = dossiers_visible(actor, on).filter(closed_on=None)
    state = completeness(_ids(seen), on)
    counts = {
        "incomplete": state.filter(pl.col("missing") > 0).height,
        "expiring": state.filter(pl.col("expiring") > 0).height,
    }
    others = [name for name in ONLY if name not in counts]
    kinds = policy.kinds(on).values()
    asked = {name: Count("pk", filter=_plain(name, kinds, on)) for name in others}
    return counts | seen.order_by().aggregate(**asked)


def _narrowed(rows: QuerySet[Dossier], wanted: Wanted, on: date) -> QuerySet[Dossier]:
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.unit:
        rows = rows.filter(unit__code=wanted.unit)
    if wanted.customer:
        rows = rows.filter(customer__no=wanted.customer)
    if text := wanted.text.strip():
        rows = telling(rows, text)
    if wanted.only in ("incomplete", "expiring"):
        state = completeness(_ids(rows.filter(closed_on=None)), on)
        column = "missing" if wanted.only == "incomplete" else "expiring"
        return rows.filter(pk__in=among(state.filter(pl.col(column) > 0)["dossier_id"].to_list()))
    if wanted.only not in ONLY:
        return rows
    return rows.filter(_plain(wanted.only, policy.kinds(on).values(), on), closed_on=None)


def _plain(only: str, kinds: Collection[Kind], on: date) -> Q:
    if only == "without_custodian":
        return Q(custodian="")
    if only == "drafts":
        return Q(confirmed_on=None, kind__in=[kind.code for kind in kinds if kind.confirmed_by_director])
    if only == "unsorted":
        papers = Paper.objects.filter(dossier=OuterRef("pk"), item="", state="in_force")
        return Q(Exists(papers))
    late = Q(pk__in=[])
    for kind in kinds:
        days = [fact.code for fact in kind.told_before]
        if only == "undated" and days:
            late |= Q(kind=kind.code) & ~Q(facts__has_keys=days)
        if only == "stale" and kind.stale_days:
            late |= Q(kind=kind.code, touched_on__lt=on - timedelta(days=kind.stale_days))
    return late


def _ids(rows: QuerySet[Dossier]) -> QuerySet[Any, Any]:
    return rows.order_by().values("pk")
