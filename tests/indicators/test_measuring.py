"""Measuring from posted facts to values, standings and trends."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings
from django.db import IntegrityError
from django.utils import translation

from tests.indicators.ledger import bill, customer, day, pay
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.indicators import engine, queries, services, tables, valuefiles
from xinheng.indicators.catalogue import FORMULAS, Day
from xinheng.indicators.errors import DayAhead, IndicatorUnknown
from xinheng.indicators.models import Measurement, Standing

pytestmark = pytest.mark.django_db(transaction=True)
JUNE = date(2026, 6, 30)


def figures(no: str, as_of: date = JUNE) -> dict[str, object]:
    return {value.card.code: value.figure for value in queries.values_of(no, as_of=as_of)}


def test_one_customer_with_a_paid_and_an_overdue_bill(chief: Actor) -> None:
    who = customer("C-1")
    customer("C-2")
    first = bill(who, "B1", "2026-01-10", "2026-02-10", 1000)
    pay(first, "2026-02-20", 1000)
    bill(who, "B2", "2026-05-01", "2026-05-31", 500)

    measurement = services.measure(actor=chief, on=JUNE, as_of=JUNE)

    assert measurement.customers == 2
    found = figures("C-1")
    assert found["turnover_12m"] == 150_000
    assert found["balance"] == 50_000
    assert found["overdue_amount"] == 50_000
    assert found["longest_overdue"] == 30
    assert found["days_beyond_terms"] == round(Decimal(10 * 1000 + 30 * 500) / 1500, 10)
    assert found["payment_index"] is None  # two items only
    assert found["utilisation"] is None
    standing = Standing.objects.get(customer=who)
    assert (standing.balance_minor, standing.longest_overdue_days) == (50_000, 30)


def test_not_measured_is_never_zero(chief: Actor) -> None:
    customer("C-1")
    bill(customer("C-2"), "B1", "2026-06-01", "2026-07-01", 10)

    services.measure(actor=chief, on=JUNE, as_of=JUNE)

    assert figures("C-1") == dict.fromkeys(FORMULAS)
    assert figures("C-2")["overdue_count"] == 0
    assert figures("C-2")["sales_12m"] is None
    assert Standing.objects.get(customer__no="C-1").balance_minor is None
    assert figures("C-9") == {}


def test_the_same_facts_are_measured_once_and_the_trail_says_so(chief: Actor) -> None:
    who = customer("C-1")
    bill(who, "B1", "2026-06-01", "2026-07-01", 10)
    first = services.measure(actor=chief, on=JUNE, as_of=JUNE)

    assert services.measure(actor=chief, on=day("2026-07-15"), as_of=JUNE) == first
    tables.values(first).unlink()
    assert services.measure(actor=chief, on=day("2026-07-15"), as_of=JUNE) == first
    assert tables.values(first).exists()
    assert Entry.objects.filter(act="indicators.measure").count() == 1

    bill(who, "B2", "2026-06-02", "2026-07-01", 20, told="2026-07-15")
    second = services.measure(actor=chief, on=day("2026-07-15"), as_of=JUNE)
    assert second != first
    assert queries.latest_measurement(as_of=JUNE) == second
    assert services.measure(actor=chief, on=day("2026-07-15"), as_of=JUNE, known_on=JUNE) == first


def test_standings_are_those_of_the_latest_day(chief: Actor) -> None:
    who = customer("C-1")
    bill(who, "B1", "2026-04-01", "2026-07-01", 10)
    bill(who, "B2", "2026-06-02", "2026-07-01", 20)
    june = services.measure(actor=chief, on=JUNE, as_of=JUNE)

    services.measure(actor=chief, on=JUNE, as_of=day("2026-04-30"))

    standing = Standing.objects.get()
    assert (standing.measurement_id, standing.balance_minor) == (june.pk, 3000)


def test_standings_stay_whole_where_replacing_them_fails(
    chief: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = customer("C-1")
    bill(who, "B1", "2026-06-01", "2026-07-01", 10)
    services.measure(actor=chief, on=JUNE, as_of=JUNE)
    bill(who, "B2", "2026-06-02", "2026-07-01", 20)

    def fail(*_: object) -> int:
        raise IntegrityError

    monkeypatch.setattr("xinheng.base.kernel.bulk.append", fail)
    with pytest.raises(IntegrityError):
        services.measure(actor=chief, on=JUNE, as_of=JUNE)

    assert Standing.objects.get().balance_minor == 1000
    assert Measurement.objects.count() == 1


def test_trends_have_a_point_a_month_and_gaps_where_nothing_was_measured(chief: Actor) -> None:
    who = customer("C-1")
    bill(who, "B1", "2026-03-10", "2026-04-10", 100)
    bill(who, "B2", "2026-05-10", "2026-06-10", 50)
    for as_of in ("2026-02-28", "2026-03-31", "2026-05-15", "2026-05-31", "2026-06-30"):
        services.measure(actor=chief, on=JUNE, as_of=day(as_of))

    balance, dso = queries.trends_of("C-1", ["balance", "dso"], as_of=JUNE, months=5)

    assert [one.isoformat() for one in balance.days] == [
        "2026-02-28",
        "2026-03-31",
        "2026-05-31",
        "2026-06-30",
    ]
    assert balance.figures == (None, 10_000, 15_000, 15_000)
    assert dso.figures[0] is None
    assert len(queries.trends_of("C-1", ["balance"], as_of=JUNE, months=2)[0].days) == 2
    with pytest.raises(IndicatorUnknown):
        queries.trends_of("C-1", ["nonsense"], as_of=JUNE)


def test_a_bill_of_trillions_stops_nobody_from_being_measured(chief: Actor) -> None:
    absurd, plain = customer("C-1"), customer("C-2")
    pay(bill(absurd, "B1", "2026-05-10", "2026-05-20", 90_000_000_000_000), "2026-06-20", 90_000_000_000_000)
    for no in ("B2", "B3"):
        pay(bill(absurd, no, "2026-05-10", "2026-05-20", 100), "2026-05-20", 100)
    for no in ("B1", "B2", "B3"):
        pay(bill(plain, no, "2026-05-10", "2026-05-20", 100), "2026-05-20", 100)

    services.measure(actor=chief, on=JUNE, as_of=JUNE)

    assert (figures("C-2")["payment_index"], figures("C-2")["days_beyond_terms"]) == (80, 0)
    assert figures("C-1")["turnover_12m"] == 9_000_000_000_020_000
    assert (figures("C-1")["payment_index"], figures("C-1")["worst_delay_12m"]) == (80, 31)


def test_who_may_not_measure_is_refused_and_no_day_ahead_is_measured(chief: Actor, reader: Actor) -> None:
    with pytest.raises(AccessDenied):
        services.measure(actor=reader, on=JUNE, as_of=JUNE)
    with pytest.raises(DayAhead):
        services.measure(actor=chief, on=JUNE, as_of=day("2026-07-01"))
    assert not Measurement.objects.exists()


def test_one_customer_is_found_in_a_long_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "values.parquet"
    numbers = [f"C{number:06}" for number in range(0, 400_000, 2)]
    columns = {code: pl.Series(range(len(numbers))).cast(pl.Float64) for code in FORMULAS}
    pl.DataFrame({"customer_no": numbers, "currency": "CNY", **columns}).write_parquet(
        path, row_group_size=engine.ROW_GROUP
    )
    valuefiles.row(path, "C000000")

    started = time.perf_counter()
    found = valuefiles.row(path, "C123456")
    took = time.perf_counter() - started

    assert found is not None
    assert (found["customer_no"], found["balance"]) == ("C123456", 61_728.0)
    assert valuefiles.row(path, "C123457") is None
    assert valuefiles.row(path, "A") is None
    assert valuefiles.row(path, "Z") is None
    assert took < 1  # some milliseconds on a quiet machine


def test_values_are_sorted_and_typed_by_unit(chief: Actor) -> None:
    for no in ("C-10", "C-2", "C-1", "公司"):
        customer(no)

    measurement = services.measure(actor=chief, on=JUNE, as_of=JUNE)

    frame = pl.read_parquet(Path(settings.HOME) / measurement.values_path)
    assert frame["customer_no"].to_list() == ["C-1", "C-10", "C-2", "公司"]
    assert frame.columns == ["customer_no", "currency", *FORMULAS]
    assert (frame.schema["balance"], frame.schema["dso"]) == (pl.Int64, pl.Float64)


@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_chunks_give_the_same_file_contents(
    chief: Actor, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        bill(customer(f"C-{number}"), "B1", "2026-06-01", "2026-07-01", 10 + number)
    monkeypatch.setattr(engine, "CHUNK_CUSTOMERS", chunk)

    measurement = services.measure(actor=chief, on=JUNE, as_of=JUNE)

    frame = pl.read_parquet(tables.values(measurement))
    assert frame["balance"].to_list() == [1000 + 100 * number for number in range(7)]


def test_months_are_counted_back_and_clipped() -> None:
    assert Day(date(2024, 2, 29)).back(12) == date(2023, 2, 28)
    assert Day(date(2026, 3, 31)).back(1) == date(2026, 2, 28)
    assert Day(date(2026, 1, 15)).back(13) == date(2024, 12, 15)
    assert Day(date(2026, 12, 31)).back(24) == date(2024, 12, 31)


@pytest.mark.parametrize(
    "dialect", ["postgres", "databricks", "snowflake", "trino", "bigquery", "clickhouse"]
)
def test_formulas_are_of_no_one_engine(dialect: str) -> None:
    assert "customer_no" in engine.statement(JUNE, dialect)


def test_every_card_is_complete() -> None:
    for card in queries.catalogue():
        assert card.name != card.name_en
        assert card.missing
        assert card.missing_en
        assert card.unit in {"CNY", "share", "days", "months", "years", "count", "ratio", "points"}
        assert card.better in {"", "higher", "lower"}
        assert FORMULAS[card.code].expression.__doc__


def test_refusals_are_worded_in_chinese() -> None:
    with translation.override("zh-hans"):
        assert str(DayAhead(as_of=JUNE, on=day("2026-06-01"))) == "2026-06-30 晚于营业日 2026-06-01。"
        assert str(IndicatorUnknown(code="x")) == "没有代码为 x 的指标。"
