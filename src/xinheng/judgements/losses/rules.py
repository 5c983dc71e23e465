"""The arithmetic of expected losses, exact: amounts in minor units, rates as decimals from 0 to 1.

Source: CAS 22 Art. 63, IFRS 9 B5.5.35; docs/algorithms/losses.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ONE, NOTHING = Decimal(1), Decimal(0)


@dataclass(frozen=True)
class Provision:
    """What one bucket needs. applied: the rate with the look ahead, at most 1."""

    balance: int
    rate: Decimal
    applied: Decimal
    required: int


@dataclass(frozen=True)
class Movement:
    """How an allowance moved. change: what is to be booked; below zero it is released."""

    opening: int
    written_off: int
    recovered: int
    acquired: int
    required: int

    @property
    def before(self) -> int:
        """What is left of the opening allowance."""
        return self.opening - self.written_off + self.recovered + self.acquired

    @property
    def change(self) -> int:
        """The entry of the period."""
        return self.required - self.before


def provide(balances: Iterable[int], rates: Iterable[Decimal], factor: Decimal = ONE) -> list[Provision]:
    """What each bucket needs, rounded half-up to the cent. A bucket of credits needs nothing."""
    made = []
    for balance, rate in zip(balances, rates, strict=True):
        applied = min(ONE, rate * factor)
        made.append(Provision(balance, rate, applied, loss_of(balance, applied)))
    return made


def loss_of(balance: int, rate: Decimal) -> int:
    """What of a balance is expected to be lost, half-up to the cent, from zero to the balance."""
    if balance <= 0:
        return 0
    return int((balance * min(ONE, rate)).quantize(ONE, rounding=ROUND_HALF_UP))


def flow_rates(reached: Sequence[int], lost: int) -> list[Decimal | None]:
    """The share of what ever reached a bucket that was lost in the end; None: nothing reached it."""
    return [min(ONE, Decimal(lost) / amount) if amount > 0 else None for amount in reached]


def migration_rates(moves: Sequence[Decimal | None]) -> list[Decimal | None]:
    """The loss rate of each bucket: what moves on from it and from every one after it.

    moves: the share of a bucket that is in the next one a step later; the last is what is lost of the last
    bucket, which is all. A bucket that was always empty moves on whole; its own rate is None.
    """
    rate, found = ONE, []
    for move in reversed(moves):
        rate *= ONE if move is None else min(ONE, move)
        found.append(None if move is None else rate)
    return found[::-1]


def look_ahead(scenarios: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """What past rates are multiplied by: each scenario's factor by how likely it is."""
    return sum((probability * factor for probability, factor in scenarios), NOTHING)
