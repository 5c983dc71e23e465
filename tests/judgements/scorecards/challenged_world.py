"""The ten customers of the simulations with a challenger beside their policy, and how May ended."""

from __future__ import annotations

from datetime import date

from tests import worlds
from tests.indicators.ledger import bill, pay
from tests.judgements.ratings import simulated_world
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.models import Customer
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.scorecards import services as scorecards
from xinheng.judgements.scorecards.models import Challenger

MAY, JUNE, POLICY = simulated_world.MAY, simulated_world.JUNE, simulated_world.POLICY
MILDER = POLICY.replace('version: "1"', 'version: "2"').replace("B, from: 50", "B, from: 40")


def found(actor: Actor) -> tuple[Challenger, Run]:
    """The challenger, which grades B from 40 points on, and the run of May it rated on.

    In May C-06 and C-07 have 40 points, so C by the policy and B by the challenger; all others are alike.
    Of three bills due then, that of C-01 (A) is paid in time, C-07 (C) pays nothing and C-10 (A) 20 days late.
    """
    added, run = worlds.given(_found, actor)
    return Challenger.objects.get(pk=added), Run.objects.get(pk=run)


def _found(actor: Actor) -> tuple[int, int]:
    simulated_world.found(actor)
    for no, paid in (("C-01", "2026-06-01"), ("C-07", "")):
        due = bill(Customer.objects.get(no=no), f"{no}-9", "2026-06-01", "2026-06-05", 100)
        if paid:
            pay(due, paid, 100)
    added = scorecards.challenge(actor=actor, on=JUNE, champion="tiny", text=MILDER, since=date(2026, 1, 1))
    run = ratings.rate(actor=actor, on=JUNE, policy_code="tiny", as_of=MAY)
    scorecards.rate_beside(actor=actor, on=JUNE, run_id=run.pk)
    return added.pk, run.pk
