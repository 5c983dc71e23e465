"""Policies, rating runs, grades and why."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from xinheng.base.access import services as access
from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import queries as rated
from xinheng.judgements.ratings import services as ratings
from xinheng.runs import services as runs
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import AssessmentIn, GradeOut, JobOut, Page, PolicyOut, RunIn, RunOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["ratings"])
MOST = 200


@router.get("/policies", response={200: list[PolicyOut], **PROBLEMS})
def policies_in_force(request: HttpRequest, on: date | None = None) -> list[Any]:
    """The rating policies in force on a day."""
    access.require(actor_of(request), "policies.read")
    return list(packs.documents_in_force("rating", on=on or runs.business_day()))


@router.get("/policies/schema", response={200: dict[str, Any], **PROBLEMS})
def policy_schema(request: HttpRequest) -> dict[str, Any]:
    """The JSON schema of a rating policy."""
    access.require(actor_of(request), "policies.read")
    return policies.json_schema()


@router.get("/rating-runs", response={200: Page[RunOut], **PROBLEMS})
def list_runs(
    request: HttpRequest, after: int | None = None, limit: int = Query(50, ge=1, le=MOST)
) -> dict[str, Any]:
    """Rating runs, the newest first."""
    found = rated.runs(actor_of(request)).order_by("-id")
    if after:
        found = found.filter(pk__lt=after)
    rows = list(found[: limit + 1])
    return {"items": rows[:limit], "next": str(rows[limit - 1].pk) if len(rows) > limit else None}


@router.post("/rating-runs", response={202: JobOut, **PROBLEMS})
@once
def start_run(request: HttpRequest, body: RunIn) -> tuple[int, dict[str, Any]]:
    """Queue measuring and rating of all customers; ask for the job to see how it goes."""
    actor = actor_of(request)
    access.require(actor, "ratings.run")
    packs.in_force("rating", body.policy_code, on=body.as_of)
    job = runs.enqueue_rating(body.policy_code, body.as_of, actor.login)
    return 202, {"id": job, "state": "waiting"}


@router.get("/jobs/{job_id}", response={200: JobOut, **PROBLEMS})
def job(request: HttpRequest, job_id: str) -> dict[str, Any]:
    """How queued work stands."""
    access.require(actor_of(request), "runs.read")
    return {"id": job_id, **asdict(runs.job_state(job_id))}


@router.get("/rating-runs/{run_id}/grades", response={200: Page[GradeOut], **PROBLEMS})
def grades(
    request: HttpRequest,
    run_id: int,
    grade: str = "",
    after: str = "",
    limit: int = Query(50, ge=1, le=MOST),
) -> dict[str, Any]:
    """The grades of a run for the customers within your reach, by number."""
    found = rated.grades_seen(actor_of(request), run_id, on=runs.business_day()).select_related("customer")
    if grade:
        found = found.filter(grade=grade)
    if after:
        found = found.filter(customer__no__gt=after)
    rows = list(found.order_by("customer__no")[: limit + 1])
    return {
        "items": [_grade(row) for row in rows[:limit]],
        "next": rows[limit - 1].customer.no if len(rows) > limit else None,
    }


@router.get("/rating-runs/{run_id}/grades/{no}", response={200: dict[str, Any], **PROBLEMS})
def explanation(request: HttpRequest, run_id: int, no: str) -> dict[str, Any]:
    """Why a run gave a customer its grade: every condition, point, cap and missing figure."""
    return asdict(rated.explanation(actor_of(request), run_id, no, on=runs.business_day()))


@router.post("/rating-runs/{run_id}/replay", response={200: dict[str, Any], **PROBLEMS})
def replay(request: HttpRequest, run_id: int) -> dict[str, Any]:
    """Compute a stored run again and compare."""
    return asdict(ratings.replay(actor=actor_of(request), run_id=run_id))


@router.post("/customers/{no}/assessments", response={201: dict[str, Any], **PROBLEMS})
@once
def assess(request: HttpRequest, no: str, body: AssessmentIn) -> tuple[int, dict[str, Any]]:
    """Answer one question of a policy about a customer."""
    kept = ratings.assess(
        actor=actor_of(request), on=runs.business_day(), customer_no=no, **body.model_dump()
    )
    return 201, {
        "id": kept.pk,
        "question": kept.question,
        "value": kept.value,
        "assessed_on": kept.assessed_on,
    }


def _grade(row: Any) -> dict[str, Any]:
    score = None if row.score_milli is None else str(Decimal(row.score_milli) / 1000)
    told = {name: getattr(row, name) for name in ("state", "grade", "rank", "previous_grade")}
    return {**told, "customer_no": row.customer.no, "customer_name": row.customer.name, "score": score}
