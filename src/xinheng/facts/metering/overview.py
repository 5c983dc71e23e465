"""What pages of the grid ask set-wise: how consumers are supplied now, where they are, how loss is judged."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import policy, store
from xinheng.facts.metering.models import Supply

FEW = 500  # numbers of one statement


def supplies_now(consumer_ids: Collection[int]) -> dict[int, Supply]:
    """How consumers are supplied now, by the key of the consumer; for callers that see them."""
    rows = Supply.objects.filter(consumer__in=list(consumer_ids), until_on__isnull=True)
    return {row.consumer_id: row for row in rows.select_related("unit", "area")}


def paths_of_areas(consumer_nos: Collection[str]) -> dict[str, str]:
    """The path of the area of consumers by their numbers; for callers that see them."""
    numbers, found = list(consumer_nos), dict[str, str]()
    for at in range(0, len(numbers), FEW):
        part = Supply.objects.filter(
            consumer__consumer_no__in=numbers[at : at + FEW], until_on__isnull=True, area__isnull=False
        )
        found |= dict(part.values_list("consumer__consumer_no", "area__path"))
    return found


def last_read(actor: Actor) -> date | None:
    """The latest day of which a reading was told; None where none was. Refuses: AccessDenied."""
    require(actor, "metering.read")
    return store.last_day("readings")


def loss_state(loss: float, kind: str, *, on: date) -> str:
    """Whether a share of loss of a kind of area is normal, high or negative by the rules of a day."""
    limits = policy.in_force(on).line_loss
    if loss < limits.negative_below:
        return "negative"
    high = next((share for one, share in limits.high.items() if one == kind), limits.high_elsewhere)
    return "high" if loss > high else "normal"
