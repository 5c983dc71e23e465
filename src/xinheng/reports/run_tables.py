"""What a rating run shows a reader: shares, moves and the customers behind a cell, within the scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings.values import Share
from xinheng.reports.listing import PAGE
from xinheng.reports.values import CellLine, Move

Field = Literal["", "industry_section", "region"]
TURNS = {"worse": {"rank__gt": F("previous_rank")}, "better": {"rank__lt": F("previous_rank")}}


def run_shares(actor: Actor, run_id: int, *, by: Field = "", on: date) -> list[Share]:
    """How many of the customers the actor may see hold each grade, in all or by a field of the customer.

    by: "" for all together, "industry_section" or "region".
    """
    access.require(actor, "ratings.read", f"run:{run_id}")
    if actor.scope.reach == "everything":
        return ratings.distribution(run_id, by)
    group = {"group_": F(f"customer__{by}")} if by else {}
    seen = _seen(actor, run_id, on=on).values(*group, "grade", **group).annotate(n=Count("pk")).order_by()
    return [Share(row.get("group_", ""), row["grade"], row["n"]) for row in seen]


def migration(actor: Actor, run_id: int, *, on: date) -> list[Move]:
    """From which grade to which the customers went since the run before, those that stayed included."""
    access.require(actor, "ratings.read", f"run:{run_id}")
    if actor.scope.reach == "everything" and (kept := ratings.distribution(run_id, "previous_grade")):
        return [Move(share.group, share.grade, share.customers) for share in kept if share.group]
    rows = _seen(actor, run_id, on=on).exclude(previous_grade="")
    counted = rows.values("previous_grade", "grade").annotate(n=Count("pk")).order_by()
    return [Move(row["previous_grade"], row["grade"], row["n"]) for row in counted]


def moved(actor: Actor, run_id: int, *, worse: bool, on: date, most: int = 20) -> list[CellLine]:
    """Customers whose grade became worse, or better, the largest steps first."""
    access.require(actor, "ratings.read", f"run:{run_id}")
    steps = F("rank") - F("previous_rank")
    rows = _seen(actor, run_id, on=on).filter(**TURNS["worse" if worse else "better"])
    rows = rows.annotate(steps=steps).order_by("-steps" if worse else "steps", "customer_id")
    return [_line(grade) for grade in rows.select_related("customer")[:most]]


def cell_lines(
    actor: Actor, run_id: int, *, cell: dict[str, str], after: int = 0, on: date
) -> tuple[list[CellLine], bool]:
    """One page of the customers behind a cell of a run's tables, and whether more follow.

    cell: any of grade, previous_grade, section, region, moved ("worse" or "better" since the run before);
    a grade of "-" means not graded.
    """
    access.require(actor, "ratings.read", f"run:{run_id}")
    fields = {
        "grade": "grade",
        "previous_grade": "previous_grade",
        "section": "customer__industry_section",
        "region": "customer__region",
    }
    named: dict[str, Any] = {
        fields[key]: "" if value == "-" else value for key, value in cell.items() if key in fields
    }
    named |= TURNS.get(cell.get("moved", ""), {})
    rows = _seen(actor, run_id, on=on).filter(**named, customer_id__gt=after).order_by("customer_id")
    found = list(rows.select_related("customer")[: PAGE + 1])
    return [_line(grade) for grade in found[:PAGE]], len(found) > PAGE


def run_lines(actor: Actor, run_id: int, *, on: date) -> Iterator[CellLine]:
    """Every customer of the run that the actor may see, read in bounded pieces."""
    rows = _seen(actor, run_id, on=on).select_related("customer").order_by("customer_id")
    yield from (_line(grade) for grade in rows.iterator(chunk_size=2_000))


def _seen(actor: Actor, run_id: int, *, on: date) -> QuerySet[Any]:
    rows = ratings.grades(run_id)
    if actor.scope.reach == "everything":
        return rows
    visible = customers.visible(actor, on=on).order_by()
    if actor.scope.reach == "own":  # few: their grades are looked up, the others never met
        return rows.filter(customer__in=visible)
    return rows.filter(Exists(visible.filter(pk=OuterRef("customer_id"))))


def _line(grade: Any) -> CellLine:
    return CellLine(
        customer_id=grade.customer_id,
        no=grade.customer.no,
        name=grade.customer.name,
        section=grade.customer.industry_section,
        region=grade.customer.region,
        previous_grade=grade.previous_grade,
        grade=grade.grade,
        state=grade.state,
        score=None if grade.score_milli is None else grade.score_milli / 1000,
    )
