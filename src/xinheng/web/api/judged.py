"""Rating runs, grades and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.indicators.errors import DayAhead
from xinheng.judgements.ratings import queries as rated
from xinheng.judgements.ratings import services as ratings
from xinheng.reports import queries as reports
from xinheng.runs import services as runs
from xinheng.web.api.fields import USUAL_LIMIT, AsOf, Day, Id, Limit, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.rating_schemas import (
    CurvePointOut,
    ExplanationOut,
    GradeOut,
    GradesAsked,
    HeldOut,
    MoveOut,
    MoverOut,
    ReplayOut,
    RunIn,
    RunOut,
    RunsAsked,
    ShareOut,
)
from xinheng.web.api.schemas import JobOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["ratings"])
MOST_FAILED = 200
OF_ALL = ("customers", "graded", "counts")
Code = Annotated[str, Query(max_length=40)]


@router.get("/rating-runs", response={200: Page[RunOut], **PROBLEMS})
def list_runs(request: HttpRequest, asked: Query[RunsAsked]) -> dict[str, Any]:
    """Rating runs that are done, the newest first."""
    actor = actor_of(request)
    named = {
        "policy_code": asked.policy_code,
        "as_of__gte": asked.from_on,
        "as_of__lte": asked.until_on,
        "pk__lt": asked.after,
    }
    found = rated.runs(actor).filter(**{name: value for name, value in named.items() if value})
    ordered = list(found.order_by("-id")[: asked.limit + 1])
    rows, following = page_of(ordered, asked.limit, lambda row: row.pk)
    return {"items": [_run(row, actor) for row in rows], "next": following}


@router.get("/failed-rating-runs", response={200: Page[RunOut], **PROBLEMS})
def failed_runs(request: HttpRequest, since: Annotated[Day, Query()]) -> dict[str, Any]:
    """Runs begun from a day on that failed and that no later run of the policy made up for."""
    actor = actor_of(request)
    found = rated.failed_runs(actor, since=since)[:MOST_FAILED]
    return {"items": [_run(row, actor) for row in found], "next": None}


@router.post("/rating-runs", response={202: JobOut, **PROBLEMS})
@once()
def start_run(request: HttpRequest, body: RunIn) -> Status[Any]:
    """Queue measuring and rating of all customers; ask for the job to see how it goes."""
    actor, today = actor_of(request), runs.business_day()
    access.require(actor, "ratings.run", f"policy:{body.policy_code}")
    access.require(actor, "indicators.measure")
    if body.as_of > today:
        raise DayAhead(as_of=body.as_of, on=today)
    packs.in_force("rating", body.policy_code, on=body.as_of)
    job = runs.enqueue_rating(body.policy_code, body.as_of, actor.login)
    return Status(202, {"id": job, "state": "waiting"})


@router.get("/rating-runs/{run_id}", response={200: RunOut, **PROBLEMS})
def one_run(request: HttpRequest, run_id: Id) -> dict[str, Any]:
    """One rating run."""
    actor = actor_of(request)
    access.require(actor, "ratings.read", f"run:{run_id}")
    return _run(rated.get_run(run_id), actor)


@router.get("/rating-runs/{run_id}/grades", response={200: Page[GradeOut], **PROBLEMS})
def grades(request: HttpRequest, run_id: Id, asked: Query[GradesAsked]) -> dict[str, Any]:
    """The grades of a run for the customers within your reach, by number."""
    found = rated.grades_seen(actor_of(request), run_id, on=runs.business_day()).select_related("customer")
    named = {
        "grade": asked.grade,
        "previous_grade": asked.previous_grade,
        "state": asked.state,
        "customer__industry_section": asked.industry_section,
        "customer__region": asked.region,
    }
    found = found.filter(**{name: "" if value == "-" else value for name, value in named.items() if value})
    if asked.after:
        found = found.filter(customer__no__gt=asked.after)
    ordered = list(found.order_by("customer__no")[: asked.limit + 1])
    rows, following = page_of(ordered, asked.limit, lambda row: row.customer.no)
    return {"items": [_grade(row) for row in rows], "next": following}


@router.get("/rating-runs/{run_id}/grades/{path:no}", response={200: ExplanationOut, **PROBLEMS})
def explanation(request: HttpRequest, run_id: Id, no: No, role: Code = "") -> Any:
    """Why a run gave a customer its grade: every condition, point, cap and missing figure."""
    return rated.explanation(actor_of(request), run_id, no, on=runs.business_day(), role=role)


@router.get("/rating-runs/{run_id}/distribution", response={200: list[ShareOut], **PROBLEMS})
def distribution(
    request: HttpRequest, run_id: Id, by: Literal["", "industry_section", "region"] = ""
) -> list[Any]:
    """How many customers within your reach hold each grade, in all or by industry or region."""
    seen = rated.grades_seen(actor_of(request), run_id, on=runs.business_day())
    return rated.distribution(run_id, by, seen=seen)


@router.get("/rating-runs/{run_id}/migration", response={200: list[MoveOut], **PROBLEMS})
def migration(request: HttpRequest, run_id: Id) -> list[Any]:
    """From which grade to which the customers within your reach went since the run before."""
    rated.get_run(run_id)
    return reports.migration(actor_of(request), run_id, on=runs.business_day())


@router.get("/rating-runs/{run_id}/movers", response={200: list[MoverOut], **PROBLEMS})
def movers(request: HttpRequest, run_id: Id, limit: Limit = USUAL_LIMIT) -> list[Any]:
    """The customers within your reach whose grade changed since the run before, the worst first."""
    seen = rated.grades_seen(actor_of(request), run_id, on=runs.business_day())
    return rated.movers(run_id, seen=seen, most=limit)


@router.post("/rating-runs/{run_id}/replay", response={200: ReplayOut, **PROBLEMS})
def replay(request: HttpRequest, run_id: Id) -> dict[str, Any]:
    """Compute a stored run again and compare. Changes nothing, so it may be repeated freely."""
    actor = actor_of(request)
    found = ratings.replay(actor=actor, run_id=run_id)
    seen = customers.visible(actor, on=runs.business_day()).filter(no__in=found.differences)
    named = list(seen.order_by("no").values_list("no", flat=True))
    details = [one for one in found.details if one.customer_no in named]
    return {**vars(found), "differences": named, "details": details}


@router.get("/customers/{path:no}/grade", response={200: ExplanationOut, **PROBLEMS})
def present_grade(
    request: HttpRequest, no: No, policy_code: Code = "", as_of: AsOf = None, role: Code = ""
) -> Any:
    """A customer's grade and why, by the newest run of a policy, or of all, on or before a day."""
    today = runs.business_day()
    access.require(actor_of(request), "ratings.read", f"customer:{no}")
    run = rated.newest_run(policy_code or None, as_of=as_of or today)
    return rated.explanation(actor_of(request), run.pk, no, on=today, role=role)


@router.get("/customers/{path:no}/grades", response={200: list[HeldOut], **PROBLEMS})
def grades_held(request: HttpRequest, no: No, as_of: AsOf = None) -> list[dict[str, Any]]:
    """A customer's grade in the newest run of each policy on or before a day."""
    actor, today = actor_of(request), runs.business_day()
    access.require(actor, "ratings.read", f"customer:{no}")
    held = rated.grades_by_policy(customers.get(actor, no, on=today), as_of=as_of or today)
    return [
        {"run_id": one.run_id, "policy_code": one.run.policy_code, "as_of": one.run.as_of, **_grade(one)}
        for one in held
    ]


@router.get("/customers/{path:no}/curve", response={200: list[CurvePointOut], **PROBLEMS})
def curve(request: HttpRequest, no: No, policy_code: Annotated[str, Query(max_length=40)]) -> list[Any]:
    """A customer's grade over the runs of a policy, oldest first."""
    actor = actor_of(request)
    access.require(actor, "ratings.read", f"customer:{no}")
    customer = customers.get(actor, no, on=runs.business_day())
    return rated.curve(customer.no, policy_code)


def _run(row: Any, actor: Actor) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in RunOut.model_fields if name not in OF_ALL}
    whole = actor.scope.reach == "everything"
    return {**told, **{name: getattr(row, name) if whole else None for name in OF_ALL}}


def _grade(row: Any) -> dict[str, Any]:
    score = None if row.score_milli is None else Decimal(row.score_milli) / 1000
    told = {name: getattr(row, name) for name in ("role", "state", "grade", "rank", "previous_grade")}
    return {**told, "customer_no": row.customer.no, "customer_name": row.customer.name, "score": score}
