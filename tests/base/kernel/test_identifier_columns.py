"""A column of identifiers is judged as each of them alone."""

from __future__ import annotations

import time
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from xinheng.base.kernel.identifier_columns import (
    check_id_number_column,
    check_org_code_column,
    check_uscc_column,
)
from xinheng.base.kernel.identifiers import (
    SPACES,
    USCC_ALPHABET,
    IdentifierCheck,
    check_id_number,
    check_org_code,
    check_uscc,
)

pytestmark = pytest.mark.any_database
ON = date(2026, 6, 30)

right_uscc = st.text(alphabet=USCC_ALPHABET, min_size=17, max_size=17).map(
    lambda body: body + uscc.calc_check_digit(body + "0")
)
right_id = st.builds(
    lambda area, born, number: f"{area}{born:%Y%m%d}{number:03}",
    st.integers(100000, 999999),
    st.dates(date(1850, 1, 1), date(2050, 1, 1)),
    st.integers(0, 999),
).map(lambda body: body + ric.calc_check_digit(body + "0"))
alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefxyzß-一０Ａｚı\x1c\x85" + SPACES
like = st.text(alphabet=alphabet, max_size=22)
digits = st.text(alphabet="0123456789X", min_size=14, max_size=19)
org = st.text(alphabet="0123456789ABCXZ-", min_size=8, max_size=10)
spaced = st.tuples(right_uscc, st.integers(0, 18), st.sampled_from(SPACES)).map(
    lambda given: given[0][: given[1]].lower() + given[2] + given[0][given[1] :]
)


def rows(frame: pl.DataFrame) -> list[IdentifierCheck]:
    return [
        IdentifierCheck(row["value"], row["ok"], row["cause"], tuple(row["warnings"]))
        for row in frame.to_dicts()
    ]


def alone(found: list[IdentifierCheck]) -> list[IdentifierCheck]:
    return [IdentifierCheck(one.value, one.ok, one.cause, one.warnings) for one in found]


@given(st.lists(st.none() | st.text(max_size=20) | like | right_uscc | spaced, max_size=12))
def test_credit_codes(codes: list[str | None]) -> None:
    column = pl.Series(codes, dtype=pl.String)
    assert rows(check_uscc_column(column)) == alone([check_uscc(code) for code in codes])


@given(st.lists(st.none() | like | digits | right_id, max_size=12))
def test_id_numbers(codes: list[str | None]) -> None:
    column = pl.Series(codes, dtype=pl.String)
    assert rows(check_id_number_column(column, on=ON)) == alone(
        [check_id_number(code, on=ON) for code in codes]
    )


@given(
    st.lists(st.none() | like | org | st.sampled_from(["D2143569-X", "d2143569x", "M000100Y4"]), max_size=12)
)
def test_organisation_codes(codes: list[str | None]) -> None:
    column = pl.Series(codes, dtype=pl.String)
    assert rows(check_org_code_column(column)) == alone([check_org_code(code) for code in codes])


def test_the_known_answers_hold_for_columns() -> None:
    codes = ["91350100M000100Y43", "91350100M000100Y44", "91350100M00010OY43", "9135", "", None]
    found = check_uscc_column(pl.Series(codes, dtype=pl.String))
    assert found["cause"].to_list() == ["", "CHECK", "CHARSET", "LENGTH", "EMPTY", "EMPTY"]
    assert found["ok"].to_list() == [True, False, False, False, False, False]


def test_a_column_of_numbers_or_of_nothing_is_read() -> None:
    assert check_uscc_column(pl.Series([1, None]))["cause"].to_list() == ["LENGTH", "EMPTY"]
    assert check_uscc_column(pl.Series([None, None]))["cause"].to_list() == ["EMPTY", "EMPTY"]
    assert check_uscc_column(pl.Series([], dtype=pl.String)).height == 0


def test_a_million_codes_take_seconds() -> None:
    column = pl.Series(["91350100M000100Y43", "９１３５０１００ m000100y44"] * 500_000)
    began = time.process_time()
    assert check_uscc_column(column)["ok"].sum() == 500_000
    assert time.process_time() - began < 20  # a loop over rows takes minutes
