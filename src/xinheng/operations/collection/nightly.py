"""The end of the day: promises and plans are judged, cases follow the ledger."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.operations.collection import cases, promising
from xinheng.operations.collection.values import Judged, Refreshed


@transaction.atomic
def end_day(*, actor: Actor, on: date) -> tuple[Judged, Refreshed]:
    """Judge promises and plans, then open, close and weigh the cases as the ledger stands on the day.

    Refuses: AccessDenied, NoCollectionPolicy.
    """
    access.require(actor, "collection.assign")
    judged = promising.judge(actor=actor, on=on)
    return judged, cases.refresh(actor=actor, on=on)
