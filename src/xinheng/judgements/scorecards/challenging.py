"""Challengers: cards that rate beside a policy in force, and change no grade."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.indicators import queries as indicators
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as rating
from xinheng.judgements.ratings import tables
from xinheng.judgements.scorecards import scoring
from xinheng.judgements.scorecards.errors import ChallengerUnknown, ChallengerUnusable, NotAScorecard
from xinheng.judgements.scorecards.models import Challenge, Challenger


@transaction.atomic
def challenge(*, actor: Actor, on: date, champion: str, text: str, since: date) -> Challenger:
    """Let a card rate on each run of a policy from a day on. The same card again changes nothing.

    It may read all that policies read: indicators, facts of the customer, formulas, and the answers to any
    question that a policy in force asks.
    Refuses: AccessDenied, PolicyInvalid, NotAScorecard, ChallengerUnusable, PolicyNotInForce (the champion).
    """
    access.require(actor, "scorecards.fit", f"policy:{champion}")
    policies.in_force(champion, on=since)
    card = policies.load(text)
    if card.scoring is None:
        raise NotAScorecard(policy=card.code)
    if strange := _unasked(card, on=since):
        raise ChallengerUnusable(columns=", ".join(strange))
    digest = sha256(text.encode()).hexdigest()
    held = Challenger.objects.select_for_update().filter(champion=champion, sha256=digest, until=None).first()
    if held:
        return held
    added = Challenger.objects.create(
        champion=champion, code=card.code, version=card.version, name=card.name.zh[:120], text=text,
        sha256=digest, since=since, added_by=actor.login,
    )  # fmt: skip
    _record(actor, on, "challenge", added)
    return added


def _unasked(card: Policy, *, on: date) -> list[str]:
    """The questions the card reads that no policy in force asks, so that nobody answers them."""
    asked = {question.code: question.type for question in rating.questions(on=on).values()}
    wanted = policies.inputs_of(card)
    return sorted(
        question.code
        for question in card.questions
        if question.code in wanted and asked.get(question.code) != question.type
    )


@transaction.atomic
def retire(*, actor: Actor, on: date, challenger_id: int) -> Challenger:
    """Let a challenger rate no more; what it gave is kept. Refuses: AccessDenied, ChallengerUnknown."""
    access.require(actor, "scorecards.fit", f"challenger:{challenger_id}")
    held = Challenger.objects.select_for_update().filter(pk=challenger_id).first()
    if held is None:
        raise ChallengerUnknown(challenger_id=challenger_id)
    if held.until is None:
        held.until = on
        held.save(update_fields=["until"])
        _record(actor, on, "retire_challenger", held)
    return held


def rate_beside(*, actor: Actor, on: date, run_id: int) -> list[Challenge]:
    """Rate the customers of a run by each challenger of its policy; those done before are not done again.

    No grade and no other row of the run is touched. Refuses: AccessDenied, RunUnknown.
    """
    access.require(actor, "ratings.run", f"run:{run_id}")
    run = ratings.get_run(run_id)
    waiting = Challenger.objects.filter(champion=run.policy_code, since__lte=run.as_of)
    waiting = waiting.filter(Q(until=None) | Q(until__gt=run.as_of))
    waiting = waiting.exclude(pk__in=Challenge.objects.filter(run=run).values("challenger_id"))
    if not waiting.exists():
        return []
    measurement = indicators.measurement(run.measurement_id)
    if measurement is None:
        return []
    return [_kept(one, run, measurement, actor=actor, on=on) for one in waiting]


def _kept(challenger: Challenger, run: Any, measurement: Any, *, actor: Actor, on: date) -> Challenge:
    card: Policy = policies.load(challenger.text)
    rows = tables.gathered(card, measurement, as_of=run.as_of)
    told = pl.concat(
        [rows.select("customer_no", "customer_id"), scoring.scored(card, rows)], how="horizontal"
    )
    if card.roles:  # a customer that is supplier too counts by its worse side, as in the run
        told = told.sort("score", nulls_last=True).unique("customer_no", keep="first", maintain_order=True)
    path = f"challengers/{challenger.pk}/{run.pk}.parquet"
    target = Path(settings.HOME) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    told.sort("customer_no").write_parquet(target)
    counted = dict(told.group_by("grade").len().iter_rows())
    counts = {step.code: counted[step.code] for step in card.scale if step.code in counted}
    if counted.get(""):
        counts[""] = counted[""]
    with transaction.atomic():
        kept = Challenge.objects.create(
            challenger=challenger, run=run, results_path=path, counts=counts,
            results_sha256=sha256(target.read_bytes()).hexdigest(),
        )  # fmt: skip
        audit.record(
            actor=actor, act="scorecards.rate_beside", subject=f"run:{run.pk}", on=on,
            after={"challenger": str(challenger), "counts": counts, "results_sha256": kept.results_sha256},
        )  # fmt: skip
    return kept


def _record(actor: Actor, on: date, act: str, challenger: Challenger) -> None:
    audit.record(
        actor=actor, act=f"scorecards.{act}", subject=f"policy:{challenger.champion}", on=on,
        after={"card": f"{challenger.code}@{challenger.version}", "sha256": challenger.sha256,
               "since": challenger.since, "until": challenger.until},
    )  # fmt: skip
