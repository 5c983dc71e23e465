"""Exact money: integer minor units with a currency, decimal at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CURRENCY_PLACES = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3}


@dataclass(frozen=True, order=False)
class Money:
    """An amount of one currency in its minor unit (分 for CNY)."""

    minor: int
    currency: str = "CNY"

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str = "CNY") -> Money:
        """Money from a decimal amount, rounded half-up to the currency's places (RR-08).

        Refuses floats: their cents are not exact.
        """
        if isinstance(amount, float):
            raise TypeError("money is never made from a float")
        scaled = Decimal(amount).scaleb(places(currency))
        return cls(int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in the major unit, with the currency's places."""
        return Decimal(self.minor).scaleb(-places(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __str__(self) -> str:
        return f"{self.decimal:,}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other.minor


def places(currency: str) -> int:
    """Decimal places of a currency (ISO 4217); two unless listed."""
    return CURRENCY_PLACES.get(currency, 2)
