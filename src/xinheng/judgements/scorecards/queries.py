"""Questions to scorecards: challengers, and how they did beside the policy in force."""

from __future__ import annotations

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
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import tables
from xinheng.judgements.ratings.errors import RunFilesMissing
from xinheng.judgements.scorecards import history, measures
from xinheng.judgements.scorecards.models import Challenge, Challenger
from xinheng.judgements.scorecards.values import Outcome, SideBySide
from xinheng.judgements.scorecards.wording import lines as report_lines
from xinheng.judgements.scorecards.wording import markdown as report_text
from xinheng.judgements.scorecards.wording import tables as report_tables

__all__ = ["challengers", "report_lines", "report_tables", "report_text", "side_by_side"]


def challengers(actor: Actor) -> QuerySet[Challenger]:
    """Every challenger there is or was. Refuses: AccessDenied."""
    access.require(actor, "scorecards.read")
    return Challenger.objects.all()


def side_by_side(actor: Actor, run_id: int, *, on: date, outcome: Outcome | None = None) -> list[SideBySide]:
    """The policy in force and each silent challenger on one run: grades, agreement, and how it ended.

    The champion comes first. outcome: what counts as bad after the run's day; without it, or where nobody's
    end is known, the figures of quality are None. Refuses: AccessDenied, RunUnknown, RunFilesMissing,
    WindowOpen.
    """
    access.require(actor, "scorecards.read", f"run:{run_id}")
    access.require(actor, "ratings.read", f"run:{run_id}")
    run = ratings.get_run(run_id)
    champion = _champion(run)
    ended = None
    if outcome:
        ended = history.late(
            on=on, days=[run.as_of], late_days=outcome.late_days, within_months=outcome.within_months
        )
    found = [_one(f"{run.policy_code}@{run.policy_version}", run.counts, champion, champion, ended)]
    for one in Challenge.objects.filter(run=run).select_related("challenger").order_by("challenger_id"):
        name = f"{one.challenger.code}@{one.challenger.version}"
        found.append(_one(name, one.counts, _results(one), champion, ended))
    return found


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


def _one(
    name: str, counts: dict[str, int], told: pl.DataFrame, champion: pl.DataFrame, ended: pl.DataFrame | None
) -> SideBySide:
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
    return SideBySide(name, dict(counts), both.height, alike, known, bad, auc, ks)
