"""Every indicator of every customer as a file; the export itself is on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils import translation
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.indicators import tables
from xinheng.indicators.errors import NotMeasured
from xinheng.indicators.values import Card
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.plain import ROWS_AT_ONCE, plain_batches
from xinheng.reports.sheets import MOST_ROWS, Column, Kind, Sheet, workbook
from xinheng.reports.values import Form

KINDS: dict[str, Kind] = {"CNY": "money", "share": "share", "count": "count", "months": "count"}


def export_indicators(*, actor: Actor, on: date, as_of: date, form: Form = "xlsx") -> bytes:
    """All figures of the latest measurement on or before a day, of the customers the actor may see.

    CSV and Parquet keep money in minor units, in columns that end in _minor. Empty: not measured.
    Refuses: AccessDenied, NotMeasured, TooManyRows (Excel only).
    """
    access.require(actor, "exports.read", "indicators")
    access.require(actor, "indicators.read", "indicators")
    measurement = indicators.latest_measurement(as_of=as_of)
    if measurement is None:
        raise NotMeasured(as_of=as_of)
    with pq.ParquetFile(tables.values(measurement)) as file:
        cards = [card for card in indicators.catalogue() if card.code in file.schema.names]
        batches = _seen(file, cards, actor, on)
        if form != "xlsx":
            schema = pa.schema([_field(name, file.schema_arrow, cards) for name in _names(cards)])
            content = plain_batches(schema, (batch.rename_columns(schema.names) for batch in batches), form)
        elif measurement.customers > MOST_ROWS:
            raise TooManyRows(rows=measurement.customers, most=MOST_ROWS)
        else:
            told = {"as_of": measurement.as_of, "values_sha256": measurement.values_sha256}
            rows = Tally(row for batch in batches for row in _rows(batch, cards))
            content = workbook(
                [Sheet(_("Indicators"), _columns(cards), rows)],
                notes=notes_of(actor, on, told.items()),
                about=_("About this file"),
            )
    told = {"as_of": measurement.as_of.isoformat(), "form": form}
    audit.record(actor=actor, act="exports.indicators", subject="indicators", on=on, after=told)
    return content


def _names(cards: list[Card]) -> list[str]:
    return ["customer_no", "currency", *(card.code for card in cards)]


def _field(name: str, schema: pa.Schema, cards: list[Card]) -> pa.Field:
    money = any(card.code == name and card.unit == "CNY" for card in cards)
    return schema.field(name).with_name(f"{name}_minor" if money else name)


def _seen(file: pq.ParquetFile, cards: list[Card], actor: Actor, on: date) -> Iterator[pa.RecordBatch]:
    """The rows of the customers the actor may see, in bounded pieces."""
    seen = None
    if actor.scope.reach != "everything":
        numbers = customers.visible(actor, on=on).order_by().values_list("no", flat=True)
        seen = pa.array(list(numbers), pa.string())
    for batch in file.iter_batches(ROWS_AT_ONCE, columns=_names(cards)):
        ordered = batch.select(_names(cards))
        yield ordered if seen is None else ordered.filter(pc.is_in(ordered["customer_no"], seen))


def _columns(cards: list[Card]) -> list[Column]:
    chinese = str(translation.get_language()).startswith("zh")
    return [
        Column(_("Customer no."), width=16),
        Column(_("Currency"), width=8),
        *(
            Column(card.name if chinese else card.name_en, KINDS.get(card.unit, "number"), 16)
            for card in cards
        ),
    ]


def _rows(batch: pa.RecordBatch, cards: list[Card]) -> Iterator[tuple[Any, ...]]:
    money = [False, False, *(card.unit == "CNY" for card in cards)]
    for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        yield tuple(
            Money(figure, row[1]) if is_money and figure is not None else figure
            for figure, is_money in zip(row, money, strict=True)
        )
