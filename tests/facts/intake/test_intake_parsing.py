"""Amounts, days and words, as people and systems write them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.facts.intake.parsing.amounts import parse_count, parse_money, parse_share
from xinheng.facts.intake.parsing.columns import Parsed
from xinheng.facts.intake.parsing.days import parse_days
from xinheng.facts.intake.parsing.words import parse_choice, parse_code, parse_flag, parse_text

pytestmark = pytest.mark.any_database


def read(parsed: Parsed) -> object:
    """The only value, or the cause it has none for."""
    cause = parsed.causes[0] if parsed.causes is not None else None
    return cause or parsed.values[0]


def money(text: str | float | None, **how: object) -> object:
    return read(parse_money(pl.Series([text]), **how))


def day(text: str, **how: object) -> object:
    return read(parse_days(pl.Series([text]), latest_year=2056, **how))


@pytest.mark.parametrize(
    ("told", "minor"),
    [
        ("1234.5", 123450),
        ("１，２３４．５６", 123456),
        ("1,234,567.89", 123456789),
        ("1 234.00", 123400),
        ("¥1,000.00", 100000),
        ("￥-3.20", -320),
        ("人民币100元整", 10000),
        ("(1,234.00)", -123400),
        ("（1,234.00）", -123400),
        ("1234-", -123400),
        ("−5", -500),
        ("1.5万元", 1500000),
        ("3亿", 30000000000),
        (".5", 50),
        ("5.", 500),
        ("1.2300", 123),
        ("-0", 0),
        ("", None),
        ("-", None),
        ("—", None),
        ("12,34", "not_an_amount"),
        ("1.2.3", "not_an_amount"),
        ("'100", 10000),
        ("-(5)", "not_an_amount"),
        ("$5", "not_an_amount"),
        ("壹佰元", "not_an_amount"),
        ("1e5", "not_an_amount"),
        ("=1+1", "not_an_amount"),
        ("1.005", "too_many_decimals"),
        ("99999999999999999", "amount_too_large"),
    ],
)
def test_an_amount_is_read_to_the_cent_or_refused_with_the_cause(told: str, minor: object) -> None:
    assert money(told) == minor


def test_only_a_float_of_the_file_is_rounded_and_half_up() -> None:
    assert money(1.005, lenient=True) == 101
    assert money(-2.675, lenient=True) == -268
    assert money(0.1 + 0.2, lenient=True) == 30
    assert money("1.005", lenient=True) == 101
    assert money("1.005") == "too_many_decimals"


def test_the_unit_of_a_cell_goes_before_the_unit_of_its_column() -> None:
    assert money("1.5", shift=4) == 1500000
    assert money("15000元", shift=4) == 1500000
    assert money("1.23456", shift=4) == 1234560
    assert money("1.2345678", shift=4) == "too_many_decimals"


def test_the_places_are_those_of_the_currency() -> None:
    assert money("1000", places=0) == 1000
    assert money("1000.5", places=0) == "too_many_decimals"
    assert money("1.234", places=3) == 1234


def test_a_decimal_comma_is_read_where_the_source_says_so() -> None:
    assert money("1.234,56", comma=True) == 123456
    assert money("1.234,56") == "not_an_amount"


@given(st.integers(-(10**14), 10**14), st.sampled_from(["plain", "grouped", "wide", "bracketed", "marked"]))
def test_every_way_of_writing_an_amount_comes_back_to_it(minor: int, way: str) -> None:
    amount = Decimal(minor).scaleb(-2)
    text = f"{amount:,.2f}" if way != "plain" else f"{amount:.2f}"
    if way == "wide":
        text = text.translate({ord(mark): ord(mark) + 0xFEE0 for mark in "0123456789.,-"})
    if way == "bracketed" and minor < 0:
        text = f"({text[1:]})"
    if way == "marked":
        text = f"¥{text}元"
    assert money(text) == minor


@given(st.floats(-1e11, 1e11, allow_nan=False))
def test_a_float_becomes_the_half_up_cent_of_its_shortest_text(told: float) -> None:
    exact = int(Decimal(repr(told)).scaleb(2).quantize(Decimal(1), ROUND_HALF_UP))
    assert money(told, lenient=True) == exact


@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=50))
def test_a_column_of_floats_with_two_decimals_is_exact(cents: list[int]) -> None:
    floats = pl.Series([cent / 100 for cent in cents])
    assert parse_money(floats, lenient=True).values.to_list() == cents


@given(st.text(max_size=20))
def test_no_text_at_all_breaks_the_parsers(text: str) -> None:
    for parsed in (
        parse_money(pl.Series([text])),
        parse_days(pl.Series([text]), latest_year=2056),
        parse_days(pl.Series([text]), latest_year=2056, order="dmy", month_end=True),
        parse_flag(pl.Series([text])),
        parse_count(pl.Series([text])),
        parse_code(pl.Series([text]), longest=40),
        parse_share(pl.Series([text])),
    ):
        assert len(parsed.values) == 1


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("2024-01-05", date(2024, 1, 5)),
        ("2024-1-5", date(2024, 1, 5)),
        ("2024/01/05", date(2024, 1, 5)),
        ("2024.1.5", date(2024, 1, 5)),
        ("20240105", date(2024, 1, 5)),
        ("2024年1月5日", date(2024, 1, 5)),
        ("２０２４年１月５日", date(2024, 1, 5)),
        ("二〇二四年一月五日", date(2024, 1, 5)),
        ("二零二四年十二月三十一日", date(2024, 12, 31)),
        ("45296", date(2024, 1, 5)),
        ("45296.75", date(2024, 1, 5)),
        ("2024-01-05 13:14:15", date(2024, 1, 5)),
        ("2024/1/5 8:30", date(2024, 1, 5)),
        ("2024年1月5日 星期五", date(2024, 1, 5)),
        ("2024-01-04T17:00:00Z", date(2024, 1, 5)),
        ("2024-01-04 23:30:00+08:00", date(2024, 1, 4)),
        ("13/05/2024", date(2024, 5, 13)),
        ("05/13/2024", date(2024, 5, 13)),
        ("05.01.2024", date(2024, 1, 5)),
        ("5-Jan-2024", date(2024, 1, 5)),
        ("2024年1月5号", date(2024, 1, 5)),
        ("'2024-01-05", date(2024, 1, 5)),
        ("5-Jan-24", "date_two_digit_year"),
        ("", None),
        ("00000000", None),
        ("2024-02-30", "date_impossible"),
        ("2023年2月29日", "date_impossible"),
        ("20241301", "date_impossible"),
        ("01/05/2024", "date_ambiguous"),
        ("24-1-5", "date_two_digit_year"),
        ("2024年1月", "date_without_day"),
        ("3024-01-01", "date_out_of_range"),
        ("1024-01-01", "date_out_of_range"),
        ("昨天", "not_a_date"),
        ("12345678901", "not_a_date"),
    ],
)
def test_a_day_is_read_or_refused_with_the_cause(told: str, found: object) -> None:
    assert day(told) == found


def test_the_source_decides_which_number_is_the_day() -> None:
    assert day("01/05/2024", order="dmy") == date(2024, 5, 1)
    assert day("01/05/2024", order="mdy") == date(2024, 1, 5)
    assert day("5/27/16 12:00:00 AM", order="mdy") == date(2016, 5, 27)
    assert day("5-Mar-26", order="dmy") == date(2026, 3, 5)


def test_a_period_ends_on_its_last_day() -> None:
    assert day("2024年2月", month_end=True) == date(2024, 2, 29)
    assert day("2023年度", month_end=True) == date(2023, 12, 31)
    assert day("2023", month_end=True) == date(2023, 12, 31)


FORMS = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%Y年%m月%d日",
    "%Y.%m.%d",
    "%Y-%m-%d 00:00:00",
    "%Y-%m-%dT08:00:00+08:00",
]


@given(st.dates(date(1900, 1, 1), date(2056, 12, 31)), st.sampled_from(FORMS))
def test_every_way_of_writing_a_day_comes_back_to_it(told: date, form: str) -> None:
    assert day(told.strftime(form)) == told


@given(st.dates(date(1955, 1, 1), date(2056, 12, 31)))
def test_serials_of_excel_are_days(told: date) -> None:
    assert day(str((told - date(1899, 12, 30)).days)) == told
    assert day(str((told - date(1904, 1, 1)).days), from_1904=True) == told or told.year < 1960


@given(st.dates(date(1900, 1, 1), date(2056, 12, 31)))
def test_days_in_chinese_numerals_come_back(told: date) -> None:
    import cn2an

    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(told.year))
    month, number = (
        cn2an.an2cn(part).removeprefix("一十") and cn2an.an2cn(part) for part in (told.month, told.day)
    )
    assert day(f"{year}年{month}月{number}日") == told
    assert timedelta() == told - told


def test_words_for_yes_and_no() -> None:
    flags = parse_flag(pl.Series(["是", "N", "作废", "正常", "X", None, "?"]))
    assert flags.values.to_list() == [True, False, True, False, True, None, None]
    assert flags.causes is not None
    assert flags.causes.to_list()[-1] == "not_a_flag"


def test_a_choice_is_found_by_its_words() -> None:
    words = {"sale": ["销项", "sales"], "purchase": ["进项"]}
    assert parse_choice(pl.Series(["销项", "SALES", "purchase"]), words).values.to_list() == [
        "sale",
        "sale",
        "purchase",
    ]
    assert read(parse_choice(pl.Series(["退货"]), words)) == "unknown_choice"


def test_a_number_that_names_something_keeps_its_zeros_or_is_refused() -> None:
    assert read(parse_code(pl.Series(["００１２"]), longest=10)) == "0012"
    assert read(parse_code(pl.Series([150000001.0]), longest=20)) == "150000001"
    assert read(parse_code(pl.Series(["1.23E+12"]), longest=20)) == "digits_lost"
    assert read(parse_code(pl.Series(["9.11E17"]), longest=20)) == "digits_lost"
    assert read(parse_code(pl.Series(["1E5"]), longest=20)) == "1E5"
    assert read(parse_code(pl.Series(["'0012"]), longest=10)) == "0012"
    assert read(parse_code(pl.Series(['="0012"']), longest=10)) == "0012"
    assert read(parse_code(pl.Series(['=""']), longest=10)) is None
    assert read(parse_code(pl.Series(["1234567"]), longest=5)) == "too_long"


def test_an_apostrophe_that_guarded_a_formula_is_taken_off() -> None:
    assert read(parse_text(pl.Series(["'=SUM(A1)"]), longest=40)) == "=SUM(A1)"
    assert read(parse_text(pl.Series(["'tis"]), longest=40)) == "'tis"
    assert read(parse_text(pl.Series([" a\tb\u3000"]), longest=40)) == "a b"


def test_counts_and_shares() -> None:
    assert read(parse_count(pl.Series(["1,200人"]))) == 1200
    assert read(parse_count(pl.Series(["-3"]))) == "negative_count"
    assert read(parse_count(pl.Series(["1.5"]))) == "not_a_count"
    assert read(parse_share(pl.Series(["５．５％"]))) == Decimal("0.055")
    assert read(parse_share(pl.Series(["0.05"]))) == Decimal("0.05")
