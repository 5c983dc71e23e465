"""What was measured: the catalogue, one customer's values, and how they went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache

import ibis
from django.db.models import QuerySet
from ibis.expr import operations as ops

from xinheng.indicators import formulas as _formulas  # (fills the catalogue)
from xinheng.indicators import tables, valuefiles
from xinheng.indicators.catalogue import FORMULAS, Day
from xinheng.indicators.errors import IndicatorUnknown
from xinheng.indicators.models import Measurement, Standing
from xinheng.indicators.rows import SCHEMAS
from xinheng.indicators.values import Card, Figure, Trend, Value

SUBJECTS = ["dealings", "payment", "position", "trade", "statement"]


def catalogue() -> list[Card]:
    """Every indicator there is, by subject in the order of the page."""
    cards = [formula.card for formula in FORMULAS.values()]
    return sorted(cards, key=lambda card: SUBJECTS.index(card.subject))


def card(code: str) -> Card:
    """The card of one indicator. Refuses: IndicatorUnknown."""
    if code not in FORMULAS:
        raise IndicatorUnknown(code=code)
    return FORMULAS[code].card


def latest_measurement(*, as_of: date | None = None) -> Measurement | None:
    """The newest measurement of the day or the last measured day before it; of all days without one."""
    known = Measurement.objects.all() if as_of is None else Measurement.objects.filter(as_of__lte=as_of)
    return known.order_by("-as_of", "-id").first()


def measurement(pk: int) -> Measurement | None:
    """One measurement, as a run names it; none where it is gone."""
    return Measurement.objects.filter(pk=pk).first()


@cache
def columns_read(code: str) -> frozenset[str]:
    """The columns of the prepared rows that a formula looks at. Refuses: IndicatorUnknown."""
    card(code)
    formula = FORMULAS[code]
    day = Day(date(2000, 1, 31))
    tables_ = {name: ibis.table(schema, name=name) for name, schema in SCHEMAS.items()}
    expression = formula.expression(_formulas.ROWS[formula.rows](tables_, day), day)
    return frozenset(field.name for field in expression.op().find(ops.Field))


def months_back(day: date, months: int) -> date:
    """The day from which windows of so many months to a day begin; that day itself is outside (RR-04)."""
    return Day(day).back(months)


def standings() -> QuerySet[Standing]:
    """What lists show and sort by, a row a customer of the latest measurement; apply the scope beside."""
    return Standing.objects.all()


def values_of(customer_no: str, *, as_of: date | None = None) -> list[Value]:
    """Every indicator of one customer by the latest measurement on or before the day.

    A figure None is not measured. An empty list: nothing was measured, or not this customer.
    """
    measurement = latest_measurement(as_of=as_of)
    if measurement is None:
        return []
    row = valuefiles.row(tables.values(measurement), customer_no)
    if row is None:
        return []
    currency = str(row["currency"])
    return [Value(card, measurement.as_of, _figure(row.get(card.code)), currency) for card in catalogue()]


def trends_of(
    customer_no: str, codes: Sequence[str], *, as_of: date | None = None, months: int = 12
) -> list[Trend]:
    """How indicators of one customer went: the last measurement of each month, oldest first.

    A month without a measurement has no point; a figure None was not measured. Refuses: IndicatorUnknown.
    """
    cards = [card(code) for code in codes]
    measured = [
        (measurement.as_of, valuefiles.row(tables.values(measurement), customer_no, codes) or {})
        for measurement in _monthly(as_of, months)
    ]
    days = tuple(day for day, _ in measured)
    return [Trend(one, days, tuple(_figure(row.get(one.code)) for _, row in measured)) for one in cards]


def _monthly(as_of: date | None, months: int) -> Iterable[Measurement]:
    last = latest_measurement(as_of=as_of)
    if last is None:
        return []
    since = Day(last.as_of).month - months
    newest: dict[int, Measurement] = {}
    for measurement in Measurement.objects.filter(as_of__lte=last.as_of).order_by("as_of", "id"):
        newest[Day(measurement.as_of).month] = measurement
    return [measurement for month, measurement in newest.items() if month > since]


def _figure(raw: object) -> Figure:
    if isinstance(raw, float):
        return Decimal(repr(round(raw, 10)))
    assert raw is None or isinstance(raw, int | date | Decimal)
    return raw
