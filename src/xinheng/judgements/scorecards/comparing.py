"""A policy in force and its silent challengers on one run, side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from django.conf import settings
from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import tables
from xinheng.judgements.ratings.errors import RunFilesMissing
from xinheng.judgements.scorecards import history, measures
from xinheng.judgements.scorecards.models import Challenge, Challenger
from xinheng.judgements.scorecards.values import Agreed, Outcome, SideBySide


def compared_runs(actor: Actor) -> QuerySet[Any]:
    """The runs that challengers rated on too, the newest first. Refuses: AccessDenied."""
    access.require(actor, "scorecards.read")
    return ratings.runs(actor).filter(pk__in=Challenge.objects.values("run_id")).order_by("-as_of", "-id")


def side_by_side(actor: Actor, run_id: int, *, on: date, outcome: Outcome | None = None) -> list[SideBySide]:
    """The policy in force and each silent challenger on one run: grades, agreement, and how it ended.

    The champion comes first; only customers within the actor's reach are counted. outcome: what counts as
    bad after the run's day; without it, or where nobody's end is known, the figures of quality are None.
    Refuses: AccessDenied, RunUnknown, RunFilesMissing, WindowOpen.
    """
    access.require(actor, "scorecards.read", f"run:{run_id}")
    access.require(actor, "ratings.read", f"run:{run_id}")
    run = ratings.get_run(run_id)
    ended = None
    if outcome:
        ended = history.late(
            on=on, days=[run.as_of], late_days=outcome.late_days, within_months=outcome.within_months
        )
    whole = actor.scope.reach == "everything"
    seen = None if whole else list(customers.visible(actor, on=on).values_list("pk", flat=True))
    champion, scale = _within(_champion(run), seen), scale_of(packs.document(run.policy_sha256).text)
    first = _one(f"{run.policy_code}@{run.policy_version}", champion, champion, ended)
    counts = ordered(run.counts if whole else first.counts, scale)
    found = [replace(first, counts=counts, scale=scale)]
    for one in Challenge.objects.filter(run=run).select_related("challenger").order_by("challenger_id"):
        told = _within(_results(one), seen)
        side = _one(f"{one.challenger.code}@{one.challenger.version}", told, champion, ended)
        found.append(
            _beside(side, one.challenger, told.join(champion, on="customer_id", suffix="_champion"), scale)
        )
    return found


def scale_of(text: str) -> tuple[str, ...]:
    """The grades of a policy, best first."""
    return tuple(step.code for step in policies.load(text).scale)


def _within(told: pl.DataFrame, seen: list[int] | None) -> pl.DataFrame:
    return told if seen is None else told.filter(pl.col("customer_id").is_in(seen))


def ordered(counts: dict[str, int], scale: tuple[str, ...]) -> dict[str, int]:
    """Counts of grades, the best first and those not graded last."""
    return {
        grade: counts[grade]
        for grade in dict.fromkeys([*scale, *sorted(counts, reverse=True)])
        if grade in counts
    }


def shift(before: dict[str, int], after: dict[str, int], scale: tuple[str, ...]) -> float:
    """How far two spreads over the grades are apart, as PSI."""
    classes = [*scale, *([""] if "" in before or "" in after else [])]
    expected, found = (np.array([counts.get(grade, 0) for grade in classes]) for counts in (before, after))
    return measures.index(expected, found)


def _beside(side: SideBySide, one: Challenger, both: pl.DataFrame, scale: tuple[str, ...]) -> SideBySide:
    """Beside the champion: which grade stands against which, and how far the spread is shifted."""
    own, shifted = scale_of(one.text), None
    cells = both.group_by("grade_champion", "grade").len().sort("grade_champion", "grade")
    graded = both.filter((pl.col("grade") != "") & (pl.col("grade_champion") != ""))
    if graded.height and set(own) == set(scale):
        before, after = (
            dict(graded.group_by(column).len().iter_rows()) for column in ("grade_champion", "grade")
        )
        shifted = shift(before, after, scale)
    return replace(
        side, counts=ordered(side.counts, own), scale=own, shifted=shifted, challenger_id=one.pk,
        agreed=tuple(Agreed(*row) for row in cells.iter_rows()),
    )  # fmt: skip


def _champion(run: Any) -> pl.DataFrame:
    """Grade and risk of each customer: by points where the policy scores, by grade where it does not."""
    rated = pl.read_parquet(tables.results(run), columns=["customer_id", "grade", "rank", "score_milli"])
    worst = rated.sort("rank", descending=True, nulls_last=True).unique("customer_id", keep="first")
    scored = pl.col("score_milli").is_not_null().any()
    risk = pl.when(scored).then(-pl.col("score_milli")).otherwise(pl.col("rank"))
    return worst.select("customer_id", "grade", risk.cast(pl.Float64).alias("risk"))


def _results(one: Challenge) -> pl.DataFrame:
    path = Path(settings.HOME) / one.results_path
    if not path.is_file() or sha256(path.read_bytes()).hexdigest() != one.results_sha256:
        raise RunFilesMissing(file=path.name, run_id=one.run_id)
    return pl.read_parquet(path).select("customer_id", "grade", (-pl.col("score")).alias("risk"))


def _one(name: str, told: pl.DataFrame, champion: pl.DataFrame, ended: pl.DataFrame | None) -> SideBySide:
    counts = dict(told.group_by("grade").len().iter_rows())
    both = told.join(champion, on="customer_id", suffix="_champion")
    both = both.filter((pl.col("grade") != "") & (pl.col("grade_champion") != ""))
    alike = float((both["grade"] == both["grade_champion"]).mean()) if both.height else None  # type: ignore[arg-type]
    auc = ks = None
    known = bad = 0
    if ended is not None:
        rows = told.join(ended, on="customer_id").filter(pl.col("risk").is_not_null())
        known, bad = rows.height, int(rows["late"].sum())
        if 0 < bad < known:
            risk, outcome = rows["risk"].to_numpy(), rows["late"].to_numpy().astype(np.int32)
            auc, ks = measures.auc(risk, outcome), measures.ks(risk, outcome)
    return SideBySide(name, counts, both.height, alike, known, bad, auc, ks)
