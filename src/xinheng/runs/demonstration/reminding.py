"""The demonstration company reminds who is late: two runs of the last fortnight, all as letters to post."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.working_days import add_working_days
from xinheng.base.packs import services as packs
from xinheng.operations.dunning import queries as dunning
from xinheng.operations.dunning import services as acts
from xinheng.operations.dunning.values import NewPause, Wanted

WORKING_DAYS_AGO = (8, 2)


@transaction.atomic
def remind_who_is_late(*, actor: Actor, on: date, effective_from: date) -> None:
    """Adopt the shipped ladder, run two days, pause the customer that owes most. Done once.

    All of it or nothing, so that a load that was cut off does it again. No simulated customer has an e-mail
    address, so nothing goes out by itself.
    """
    if dunning.runs(actor).exists():
        return
    told: dict[str, Any] = {"actor": actor, "on": on, "effective_from": effective_from}
    packs.adopt_shipped(**told, codes=("general",), kind=dunning.KIND)
    for back in WORKING_DAYS_AGO:
        day = add_working_days(on, -back).day
        run = acts.plan_run(actor=actor, on=day)
        acts.send_run(actor=actor, on=day, run_id=run.pk)
    largest = dunning.letters(actor, Wanted(sort="-due"), on=on).first()
    if largest is not None:
        until = add_working_days(on, 10).day
        new = NewPause(until, "other", "正在对账，核对后再催。")
        acts.pause(actor=actor, on=on, customer_no=largest.customer.no, new=new)
