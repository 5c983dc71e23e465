"""The order of the day: facts are measured, then rated by every rating policy in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs.errors import NoPolicyInForce
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.reviews import services as reviews
from xinheng.judgements.scorecards import services as scorecards
from xinheng.runs.presence import at_work

Tell = Callable[[str, int, int], None]  # what is being done, steps done, steps in all


def measure_and_rate(
    *, actor: Actor, on: date, as_of: date, policies: list[str] | None = None, tell: Tell
) -> list[int]:
    """Measure all customers as of a day and rate them by each policy; gives the run ids in order.

    policies: codes; None means every rating policy in force on that day.
    Refuses: AccessDenied, NoPolicyInForce, and what measuring and rating refuse.
    """
    access.require(actor, "indicators.measure")
    with at_work():
        return _measure_and_rate(actor=actor, on=on, as_of=as_of, policies=policies, tell=tell)


def _measure_and_rate(
    *, actor: Actor, on: date, as_of: date, policies: list[str] | None, tell: Tell
) -> list[int]:
    codes = policies or [document.code for document in packs.documents_in_force("rating", on=as_of)]
    if not codes:
        raise NoPolicyInForce(on=as_of)
    tell("measure", 0, len(codes) + 1)
    indicators.measure(actor=actor, on=on, as_of=as_of)
    runs = []
    for step, code in enumerate(codes, start=1):
        tell(code, step, len(codes) + 1)
        run = ratings.rate(actor=actor, on=on, policy_code=code, as_of=as_of)
        reviews.look_for_events(actor=actor, on=on, run_id=run.pk)
        scorecards.rate_beside(actor=actor, on=on, run_id=run.pk)
        runs.append(run.pk)
    tell("done", len(codes) + 1, len(codes) + 1)
    return runs
