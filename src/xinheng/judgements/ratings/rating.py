"""A rating run: inputs and results kept as files, grades and the run in one transaction."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
from django.conf import settings
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk, columns
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.clock import timestamp
from xinheng.indicators import queries as indicators
from xinheng.indicators import tables
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import inputs
from xinheng.judgements.ratings.computing import compute, sha256_of
from xinheng.judgements.ratings.errors import NotMeasured
from xinheng.judgements.ratings.models import Grade, Run

GROUPS = ["industry_section", "region"]  # what shares are kept by
BEFORE = pa.schema(
    [("customer_id", pa.int64()), ("role", pa.string()), ("previous_grade", pa.string()),
     ("previous_rank", pa.int64())]
)  # fmt: skip


def rate(*, actor: Actor, on: date, policy_code: str, as_of: date) -> Run:
    """Rate every customer by the policy in force on `as_of`, from the latest measurement up to that day.

    The same inputs under the same policy give the run already made. A run that fails says why; one that
    is cut off is left marked running and named failed by fail_unfinished. Nothing of either is shown.
    Refuses: AccessDenied, PolicyNotInForce, NotMeasured.
    """
    access.require(actor, "ratings.run", f"policy:{policy_code}")
    document, policy = policies.in_force(policy_code, on=as_of)
    measurement = indicators.latest_measurement(as_of=as_of)
    if measurement is None:
        raise NotMeasured(as_of=as_of)
    run = Run.objects.create(
        policy_code=policy_code,
        policy_version=document.version,
        policy_sha256=document.sha256,
        as_of=as_of,
        measurement_id=measurement.pk,
        state="running",
        started_at=timestamp(),
        run_by=actor.login,
    )
    sources = inputs.Sources(tables.customers(measurement), tables.values(measurement))
    try:
        return _run(run, policy, sources, actor=actor, on=on)
    except Exception as error:
        _fail(run, f"{type(error).__name__}: {error}"[:300])
        raise


def _run(run: Run, policy: Policy, sources: inputs.Sources, *, actor: Actor, on: date) -> Run:
    run.inputs_path, run.results_path = (f"ratings/{run.pk}/{name}.parquet" for name in ("inputs", "results"))
    paths = [Path(settings.HOME) / path for path in (run.inputs_path, run.results_path)]
    paths[0].parent.mkdir(parents=True, exist_ok=True)
    inputs.write(policy, sources, as_of=run.as_of, path=paths[0])
    run.inputs_sha256 = sha256_of(paths[0])
    if earlier := _same(run):
        _forget(run, paths)
        return earlier
    compute(policy, *paths)
    run.results_sha256 = sha256_of(paths[1])
    _flush(paths)
    told = pl.read_parquet(sources.customers, columns=["customer_no", *GROUPS])
    _keep(run, policy, pl.read_parquet(paths[1]).join(told, on="customer_no", how="left"), actor=actor, on=on)
    return run


def fail_unfinished() -> int:
    """Name failed what a stop left running; call at start, when no run is under way. Gives how many."""
    cut_off = list(Run.objects.filter(state="running"))
    for run in cut_off:
        _fail(run, "cut off")
    return len(cut_off)


@transaction.atomic
def _fail(run: Run, cause: str) -> None:
    run.state, run.cause, run.finished_at = "failed", cause, timestamp()
    run.save(update_fields=["state", "cause", "finished_at"])
    audit.record(
        actor=system_actor(), act="ratings.fail", subject=f"run:{run.pk}", on=run.as_of, reason=cause
    )


def _same(run: Run) -> Run | None:
    """The latest run of the policy, where it saw exactly what this one sees."""
    done = Run.objects.filter(policy_code=run.policy_code, state="done").order_by("-as_of", "-id")
    last = done.filter(as_of__lte=run.as_of).first()
    if last is None or last.as_of != run.as_of:
        return None
    alike = (last.policy_sha256, last.inputs_sha256) == (run.policy_sha256, run.inputs_sha256)
    return last if alike else None


def _forget(run: Run, paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
    paths[0].parent.rmdir()
    run.delete()


def _flush(paths: list[Path]) -> None:
    """The files are on the disk before the run says they are."""
    for path in paths:
        with path.open("rb") as file:
            os.fsync(file.fileno())


@transaction.atomic
def _keep(run: Run, policy: Policy, results: pl.DataFrame, *, actor: Actor, on: date) -> None:
    before = (
        Run.objects.filter(policy_code=run.policy_code, state="done", as_of__lte=run.as_of)
        .order_by("-as_of", "-id")
        .first()
    )
    grades = _grades(run, results, before)
    leading = grades.filter(pl.col("leads"))
    scale = [*(step.code for step in policy.scale), ""]
    run.customers, run.graded, run.counts = tally(leading, policy)
    run.shares = {
        by: {
            group or "": _counted(rows, scale) for (group,), rows in leading.group_by(by, maintain_order=True)
        }
        for by in (*GROUPS, "previous_grade")
    }
    run.state, run.finished_at = "done", timestamp()
    run.save()
    bulk.append(Grade, grades.drop(GROUPS))
    audit.record(
        actor=actor,
        act="ratings.run",
        subject=f"run:{run.pk}",
        on=on,
        after={
            "policy": f"{run.policy_code}@{run.policy_version}",
            "policy_sha256": run.policy_sha256,
            "as_of": run.as_of,
            "inputs_sha256": run.inputs_sha256,
            "results_sha256": run.results_sha256,
            "counts": run.counts,
        },
    )


def _grades(run: Run, results: pl.DataFrame, before: Run | None) -> pl.DataFrame:
    """A row a customer and role, as it is kept."""
    if "role" not in results.columns:
        results = results.with_columns(role=pl.lit(""))
    rows = results.select(
        pl.lit(run.pk).alias("run_id"),
        "customer_id",
        "role",
        "state",
        "grade",
        "rank",
        "score_milli",
        *GROUPS,
    )
    rows = rows.join(_before(before), on=["customer_id", "role"], how="left")
    return led(rows.with_columns(pl.col("previous_grade").fill_null("")))


def led(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `leads`: of a customer's roles the worse, one that is graded before one that is not."""
    worst_first = rows.sort(
        "customer_id", pl.col("rank").fill_null(0), "role", descending=[False, True, False]
    )
    return worst_first.with_columns(leads=pl.col("customer_id").is_first_distinct())


def tally(leading: pl.DataFrame, policy: Policy) -> tuple[int, int, dict[str, int]]:
    """How many customers, how many of them graded, and how many by grade, best first."""
    graded = leading.filter(pl.col("state") == "graded").height
    return leading.height, graded, _counted(leading, [*(step.code for step in policy.scale), ""])


def _counted(rows: pl.DataFrame, scale: list[str]) -> dict[str, int]:
    """Customers by grade, best first."""
    counted = rows.group_by("grade").len()
    held = dict(zip(counted["grade"], counted["len"], strict=True))
    return {grade: held[grade] for grade in scale if grade in held}


def _before(run: Run | None) -> pl.DataFrame:
    return columns.frame(
        f"""
        SELECT customer_id, role, grade AS previous_grade, rank AS previous_rank
        FROM ratings_grade WHERE run_id = {run.pk if run else 0}
        """,
        BEFORE,
    )
