"""Pure decisions of the room: what a case may bring, the order of the work list, the routes of a day."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from xinheng.base.kernel.money import Money
from xinheng.operations.inspections.documents import Expected, TheftRule
from xinheng.operations.inspections.values import Stop, Team


def expected_recovery(
    by: Expected, rule: TheftRule, *, voltage: str, kva: Decimal | None, price: Decimal | None
) -> Money:
    """What a case would bring if theft is proven and its time stays unknown, for the order of the list."""
    size: str = "high" if voltage == "high" else "low"
    capacity = kva if kva is not None and kva > 0 else _of(by, "kva", size)
    cost = price if price is not None and price > 0 else _of(by, "price", size)
    hours = rule.hours[by.hours["high" if size == "high" else "low"]]
    return Money.of(capacity * rule.unknown_days * hours * cost * (1 + rule.times))


def _of(by: Expected, field: str, size: str) -> Decimal:
    found: Decimal = getattr(by, field)[size]
    return found


def priority(score: Decimal | None, expected: Money) -> int:
    """Suspicion × expected recovery in minor units; without a score (a tip) as if it were even odds."""
    odds = Decimal("0.5") if score is None else score
    return int((odds * expected.minor).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def routes(stops: Sequence[Stop], teams: Sequence[Team]) -> dict[int, int]:
    """Which team (its place) inspects which case, the weightiest first and then area by area.

    Only as many as the teams take in a day; a team takes cases of its unit and below, and those that ask for
    a skill only with somebody who has it. A case that nobody may take stays on the list.
    """
    left = [team.takes for team in teams]
    given: dict[int, int] = {}
    last: dict[int, str] = {}
    for stop in stops:
        able = [
            place for place, team in enumerate(teams)
            if left[place] and stop.unit_path.startswith(team.unit_path)
            and (not stop.skill or stop.skill in team.skills)
        ]  # fmt: skip
        if not able:
            continue
        place = min(able, key=lambda one: (last.get(one, stop.area) != stop.area, one not in last, one))
        if last.get(place) not in {None, stop.area} and (fresh := [one for one in able if one not in last]):
            place = fresh[0]
        left[place] -= 1
        last[place], given[stop.key] = stop.area, place
    return given
