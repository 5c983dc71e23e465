"""A run proposes: its results become one list of proposals for people to review."""

from __future__ import annotations

from datetime import date

import duckdb
import ibis
import polars as pl
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import tables
from xinheng.judgements.reviews import terms
from xinheng.judgements.reviews.errors import ReviewOutdated
from xinheng.judgements.reviews.models import Proposal, StandingGrade


@transaction.atomic
def open_review(*, actor: Actor, on: date, run_id: int) -> int:
    """Begin to review a run: a proposal for each customer it graded or lacked data for; gives how many.

    What earlier runs of the policy proposed and nobody submitted is superseded. Beginning again changes
    nothing. Refuses: AccessDenied, RunUnknown, RunFilesMissing, ReviewOutdated.
    """
    access.require(actor, "ratings.review", f"run:{run_id}")
    run = ratings.get_run(run_id)
    same = Proposal.objects.filter(policy_code=run.policy_code)
    if begun := same.filter(run=run).count():
        return begun
    later = Q(run__as_of__gt=run.as_of) | Q(run__as_of=run.as_of, run_id__gt=run.pk)
    if newer := same.filter(later).values_list("run_id", flat=True).first():
        raise ReviewOutdated(later=newer)
    superseded = same.filter(stage__in=["open", "reviewed"]).update(stage="superseded", sheet=None)
    policy = terms.of_run(run.policy_sha256).policy
    rows = _proposals(pl.read_parquet(tables.results(run)), policy)
    kept = bulk.append(
        Proposal, rows.with_columns(run_id=pl.lit(run.pk), policy_code=pl.lit(run.policy_code))
    )
    _compare(run.pk, on=on)
    audit.record(
        actor=actor,
        act="ratings.open_review",
        subject=f"run:{run.pk}",
        on=on,
        after={"proposals": kept, "superseded": superseded},
    )
    return kept


def _proposals(results: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a proposal. What the policy does not apply to, or leaves out, is proposed nothing."""
    if "role" not in results.columns:
        results = results.with_columns(role=pl.lit(""))
    rows = results.filter(pl.col("state").is_in(["graded", "incomplete"]))
    ranks = {step.code: rank for rank, step in enumerate(policy.scale, 1)}
    before = pl.col("grade_before_caps").replace_strict(ranks, default=None, return_dtype=pl.Int64)
    rows = _with_ceilings(rows, policy).with_columns(before_=before)
    best = pl.max_horizontal(pl.col("before_").fill_null(1), "hard_rank")
    held = (
        pl.when(pl.col("vetoed_rank") > 1).then(pl.lit("veto"))
        .when(pl.col("hard_rank") > pl.col("before_").fill_null(1)).then(pl.lit("cap"))
        .when((pl.col("soft_rank") > best) & pl.col("before_").is_not_null()).then(pl.lit("soft"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    first = [
        pl.col(f"flag_{flag.code}").fill_null(value=False) for flag in policy.flags if flag.handled_first
    ]
    return rows.select(
        pl.any_horizontal(pl.lit(value=False), *first).alias("is_first"),
        "customer_id",
        "role",
        pl.col("grade").alias("proposed"),
        pl.col("rank").alias("proposed_rank"),
        pl.col("grade_before_caps").fill_null("").alias("before_caps"),
        held.alias("held"),
        pl.max_horizontal("vetoed_rank", "hard_rank").alias("ceiling_rank"),
        "soft_rank",
    )


def _with_ceilings(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The rows with vetoed_rank, hard_rank and soft_rank, as the policy itself reads its vetoes and caps."""
    table = ibis.table(ibis.Schema.from_polars(rows.schema), name="results")
    with duckdb.connect() as engine:
        engine.register("results", rows.to_arrow())
        sql = ibis.to_sql(policies.with_ceilings(policy, table), dialect="duckdb")
        return pl.DataFrame(engine.sql(sql).to_arrow_table())


def _compare(run_id: int, *, on: date) -> None:
    """Set the grade that stands beside each proposal, and by how many steps the proposal is worse."""
    standing = StandingGrade.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=on),
        policy_code=OuterRef("policy_code"),
        customer_id=OuterRef("customer_id"),
        role=OuterRef("role"),
        effective_from__lte=on,
        rank__isnull=False,
    )
    proposals = Proposal.objects.filter(run_id=run_id)
    if not StandingGrade.objects.filter(policy_code=proposals.values("policy_code")[:1]).exists():
        return
    first = standing.order_by("-effective_from")
    proposals.filter(Exists(standing)).update(
        standing_rank=Subquery(first.values("rank")[:1]), standing=Subquery(first.values("grade")[:1])
    )
    compared = proposals.filter(standing_rank__isnull=False, proposed_rank__isnull=False)
    compared.update(steps=F("proposed_rank") - F("standing_rank"))
