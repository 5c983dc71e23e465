"""A run proposes: its results become one list of proposals for people to review."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
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
    vetoed, hard, soft = _vetoed(policy), _capped(policy, soft=False), _capped(policy, soft=True)
    rows = rows.with_columns(before_=before, vetoed=vetoed, hard=hard, soft=soft)
    best = pl.max_horizontal(pl.col("before_").fill_null(1), "hard")
    held = (
        pl.when(pl.col("vetoed") > 1).then(pl.lit("veto"))
        .when(pl.col("hard") > pl.col("before_").fill_null(1)).then(pl.lit("cap"))
        .when((pl.col("soft") > best) & pl.col("before_").is_not_null()).then(pl.lit("soft"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return rows.select(
        "customer_id",
        "role",
        pl.col("grade").alias("proposed"),
        pl.col("rank").alias("proposed_rank"),
        pl.col("grade_before_caps").fill_null("").alias("before_caps"),
        held.alias("held"),
        pl.max_horizontal("vetoed", "hard").alias("ceiling_rank"),
        pl.col("soft").alias("soft_rank"),
    )


def _vetoed(policy: Policy) -> pl.Expr:
    """The best grade that the vetoes which fired allow; 1 where none did."""
    fired = [
        pl.when(pl.col(f"veto_{veto.code}").fill_null(value=False)).then(policy.rank_of(veto.grade))
        for veto in policy.vetoes
    ]
    return pl.max_horizontal(pl.lit(1, dtype=pl.Int64), *fired)


def _capped(policy: Policy, *, soft: bool) -> pl.Expr:
    """The best grade that the caps allow, of one kind; an item that is not measured caps as hard ones do."""
    held = [
        pl.when(pl.col(f"cap_{cap.code}").fill_null(cap.unknown == "applies")).then(policy.rank_of(cap.grade))
        for cap in policy.caps
        if cap.soft == soft
    ]
    for item in policy.scoring.items if policy.scoring and not soft else ():
        if item.missing.rule == "cap":
            missing = pl.col(f"points_{item.code}").is_null()
            if item.counts_when:
                missing = missing & pl.col(f"counts_{item.code}").fill_null(value=True)
            held.append(pl.when(missing).then(policy.rank_of(item.missing.grade)))
    return pl.max_horizontal(pl.lit(1, dtype=pl.Int64), *held)


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
