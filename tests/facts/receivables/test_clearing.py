"""Which debts a payment clears first: pure, no database."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.base.kernel.money import Money
from xinheng.facts.receivables import clearing, policy
from xinheng.facts.receivables.errors import LedgerDocumentInvalid
from xinheng.facts.receivables.lines import LINES

pytestmark = pytest.mark.any_database
DAY = date(2026, 3, 1)
SHIPPED = Path("packs/general/clearing_order.yaml").read_text(encoding="utf-8")
ORDER = policy.load_clearing(SHIPPED)


def line(
    no: int, minor: int, *, kind: str = "goods", of: int | None = None, due: date = DAY, part: int = 0
) -> Any:
    return {
        "customer_id": 1, "bill_id": no, "bill_no": f"B{no}", "instalment": part, "kind": kind,
        "arises_from_id": of, "billed_on": date(2026, 1, no), "due_on": due, "currency": "CNY",
        "segment": "", "amount_minor": minor, "open_minor": minor, "arises_from": "",
    }  # fmt: skip


def paid(payment: int, *lines: Any, order: Any = ORDER, **known: Any) -> dict[str, int]:
    frame = pl.DataFrame(lines, schema=LINES).with_columns(**known)
    found = clearing.allocate(payment, frame, order, on=DAY)
    return {f"{no}/{part}" if part else no: minor for no, part, minor in
            found.select("bill_no", "instalment", "paid_minor").iter_rows()}  # fmt: skip


def yuan(text: str) -> int:
    return Money.of(text).minor


def test_costs_before_interest_before_principal() -> None:
    found = paid(
        yuan("5000"),
        line(1, yuan("10000")),
        line(2, yuan("1300"), kind="interest", of=1),
        line(3, yuan("200"), kind="cost", of=1),
    )

    assert list(found.items()) == [("B3", 20000), ("B2", 130000), ("B1", 350000)]  # 6,500 of principal stay


def test_a_debt_that_is_due_comes_before_one_that_is_not_and_the_earlier_before_the_later() -> None:
    later, sooner, ahead = (
        line(1, 100, due=date(2026, 2, 20)),
        line(2, 100, due=date(2026, 2, 1)),
        line(3, 100, due=date(2026, 4, 1)),
    )

    assert paid(250, ahead, later, sooner) == {"B2": 100, "B1": 100, "B3": 50}
    assert paid(100, ahead, later, is_named=pl.col("bill_id") == 3) == {"B3": 100, "B1": 0}


def test_security_and_burden_stand_before_the_day() -> None:
    one, two = line(1, 100, due=date(2026, 2, 1)), line(2, 100, due=date(2026, 2, 20))

    assert paid(100, one, two, secured_share=pl.Series([1.0, 0.0])) == {"B2": 100, "B1": 0}
    assert paid(100, one, two, yearly_rate=pl.Series([0.0, 0.12])) == {"B2": 100, "B1": 0}


def test_equal_debts_share_to_the_cent() -> None:
    assert paid(100, line(1, 100), line(2, 100), line(3, 100)) == {"B1": 34, "B2": 33, "B3": 33}
    assert paid(1, line(1, 1), line(2, 2)) == {"B1": 0, "B2": 1}
    oldest = policy.load_clearing(SHIPPED.replace("ties: pro_rata", "ties: earliest_billed"))
    assert paid(100, line(2, 100), line(1, 60), order=oldest) == {"B1": 60, "B2": 40}


def test_interest_goes_with_the_first_open_instalment_and_stands_alone_after_the_principal() -> None:
    parts = [line(1, 50, part=2, due=date(2026, 4, 1)), line(1, 50, part=1, due=date(2026, 2, 1))]
    other, interest = line(4, 40, due=date(2026, 2, 15)), line(5, 10, kind="interest", of=1)

    assert paid(105, *parts, other, interest) == {"B5": 10, "B1/1": 50, "B4": 40, "B1/2": 5}
    assert paid(50, other, interest) == {"B4": 40, "B5": 10}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 10**15), st.integers(0, 2)), min_size=1, max_size=8),
    st.integers(1, 10**16),
)
def test_no_cent_is_lost_and_no_line_gets_more_than_it_has(told: list[Any], payment: int) -> None:
    lines = [line(no, minor, due=date(2026, 2, 1 + due)) for no, (_, minor, due) in enumerate(told, start=1)]

    found = paid(payment, *lines)

    assert sum(found.values()) == min(payment, sum(one["open_minor"] for one in lines))
    assert all(0 <= found[one["bill_no"]] <= one["open_minor"] for one in lines)


def test_credits_are_no_debts_and_payers_do_not_mix() -> None:
    lines = pl.DataFrame([line(1, -100), line(2, 50), {**line(3, 60), "customer_id": 2}], schema=LINES)

    placed = clearing.ranked(lines, ORDER, on=DAY)

    assert placed.select("customer_id", "bill_no", "debt_place").rows() == [(1, "B2", 1), (2, "B3", 1)]


@pytest.mark.parametrize(
    ("told", "instead", "line_no"),
    [
        ("kinds: [interest]", "kinds: [gifts]", 11),
        ("ties: pro_rata", "ties: by_luck", 8),
        ("named, ", "due_first, ", 7),
    ],
)
def test_a_wrong_document_is_refused_with_its_line(told: str, instead: str, line_no: int) -> None:
    with pytest.raises(LedgerDocumentInvalid) as refused:
        policy.load_clearing(SHIPPED.replace(told, instead))

    assert refused.value.params["line"] == line_no
