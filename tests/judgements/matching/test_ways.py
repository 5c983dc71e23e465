"""Which receipt pays which bill, without a ledger."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judgements.matching.conftest import SHIPPED, with_rules
from xinheng.judgements.matching import policy, subsets
from xinheng.judgements.matching.naming import named
from xinheng.judgements.matching.proposing import propose
from xinheng.judgements.policies.errors import PolicyInvalid

pytestmark = pytest.mark.any_database
RULES = policy.load(SHIPPED)
BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


def money(*rows: tuple[Any, ...]) -> pl.DataFrame:
    """Receipts: amount in minor units, text, customer, day of May."""
    told = [
        {
            "receipt_id": at, "customer_id": who, "currency": "CNY", "received_on": date(2026, 5, day),
            "free_minor": minor, "reference": text,
        }
        for at, (minor, text, who, day) in enumerate((*row, *("", 7, 20)[len(row) - 1 :]) for row in rows)
    ]  # fmt: skip
    return pl.DataFrame(told)


def lines(*rows: tuple[str, int], who: int = 7) -> pl.DataFrame:
    told = [
        {
            "line": at, "customer_id": who, "currency": "CNY", "bill_no": no, "kind": "goods",
            "billed_on": date(2026, 4, 1 + at), "due_on": date(2026, 5, 1 + at), "open_minor": minor, "place": at,
        }
        for at, (no, minor) in enumerate(rows)
    ]  # fmt: skip
    return pl.DataFrame(told)


def paid(found: Any) -> dict[tuple[int, int], int]:
    """What each receipt's proposal pays of each line, by whatever pays it."""
    sums = found.pairs.group_by("receipt_id", "line").agg(pl.col("minor").sum())
    return {(receipt, line): minor for receipt, line, minor in sums.iter_rows()}


def test_a_bill_is_named_in_spite_of_spaces_widths_and_zeros_but_not_within_another_number() -> None:
    texts = [
        "付ＩＮＶ２０２４－００１２３",
        "inv 2024/00123",
        "00123",
        "INV-2024-001234",
        "INV2024001230",
        "0123",
        "",
    ]
    told = money(*((1, text) for text in texts))

    found = named(told, lines(("INV-2024-00123", 1), ("INV-2024-00999", 2)), shortest=5)

    assert found.rows() == [(0, 0, True), (1, 0, True), (2, 0, False)]


def test_an_end_that_two_bills_share_names_none() -> None:
    told = money((1, "00123"))
    assert named(told, lines(("A-00123", 1), ("B-00123", 2)), shortest=5).is_empty()


@settings(max_examples=60)
@given(
    st.lists(st.integers(-9, 15).filter(bool), min_size=1, max_size=11),
    st.integers(1, 40),
)
def test_every_subset_is_looked_at_and_the_oldest_line_wins(amounts: list[int], wanted: int) -> None:
    chosen, ways = np.zeros(1, np.int64), np.zeros(1, np.int64)
    told = (np.array(amounts, np.int64), np.array([0]), np.array([len(amounts)]), np.array([wanted]))
    subsets.pick(*told, chosen, ways)

    fitting = [
        mask
        for mask in range(1, 1 << len(amounts))
        if sum(amount for at, amount in enumerate(amounts) if mask >> at & 1) == wanted
    ]
    assert ways[0] == len(fitting)
    assert chosen[0] == max(fitting, key=lambda mask: [mask >> at & 1 for at in range(11)], default=0)


def test_two_receipts_of_one_amount_take_two_bills_of_it_the_older_first() -> None:
    found = propose(
        money((500, "", 7, 21), (500, "", 7, 20)), lines(("A-00001", 500), ("A-00002", 500)), RULES
    )
    assert paid(found) == {(1, 0): 500, (0, 1): 500}


def test_what_a_text_names_goes_before_what_an_amount_says() -> None:
    found = propose(money((500, "A-00002")), lines(("A-00001", 500), ("A-00002", 800)), RULES)
    assert paid(found) == {(0, 1): 500}
    assert found.proposals["way"].to_list() == ["named_part"]


def test_a_part_payment_lets_the_payment_of_the_rest_be_known() -> None:
    told = money((300, "A-00001", 7, 20), (485, "A-00001", 7, 21))
    found = propose(told, lines(("A-00001", 800)), RULES)
    assert dict(found.proposals.select("receipt_id", "way").iter_rows()) == {0: "named_part", 1: "named_fee"}
    assert paid(found) == {(0, 0): 300, (1, 0): 500}  # 15 of them written down


def test_a_sum_that_may_come_by_accident_is_doubtful() -> None:
    many = [(f"A-{at:05d}", 1_000 * (at + 3)) for at in range(12)]  # round amounts: many sums meet
    found = propose(money((20_000, "")), lines(*many), RULES)
    assert found.proposals["way"].to_list() == ["subset_doubtful"]
    assert found.proposals["alternatives"][0] > 1


def test_a_bill_of_later_is_not_guessed() -> None:
    told = money((500, "", 7, 20)).with_columns(received_on=date(2026, 3, 1))
    assert set(propose(told, lines(("A-00001", 500)), RULES).proposals["way"]) == {"remainder"}


def test_by_statement_all_bills_of_a_month_are_paid() -> None:
    rules = policy.load(with_rules("{customers: [C-7], pays: by_statement}"))
    own = pl.DataFrame(
        [{"customer_id": 7, "pays": "by_statement", "percent_bp": None, "within_days": None, "fee_upto": None}],
        schema={"customer_id": pl.Int64, "pays": pl.String, "percent_bp": pl.Int64, "within_days": pl.Int64,
                "fee_upto": pl.Float64},
    )  # fmt: skip
    open_lines = lines(("A-00001", 101), ("A-00002", 202), ("A-00003", 404)).with_columns(
        billed_on=pl.Series([date(2026, 3, 5), date(2026, 3, 30), date(2026, 4, 2)])
    )
    found = propose(money((303, "对账付款")), open_lines, rules, of_customers=own)
    assert found.proposals["way"].to_list() == ["statement"]
    assert paid(found) == {(0, 0): 101, (0, 1): 202}


def test_no_line_and_no_cent_is_used_twice_and_what_is_sure_is_right() -> None:
    """A seeded ledger whose truth is known; benchmarks/cash_application.py shows the same for 100,000."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from cash_world import made
    finally:
        sys.path.remove(str(BENCHMARKS))
    told, open_lines, truth = made(1_500).frames()

    found = propose(told, open_lines, RULES)

    by_line = found.pairs.group_by("line").agg(pl.col("minor").sum()).join(open_lines, on="line")
    assert (by_line["minor"] <= by_line["open_minor"]).all()
    cash = found.pairs.filter(pl.col("source") == "receipt").group_by("receipt_id").agg(pl.col("minor").sum())
    assert (
        cash.join(told, on="receipt_id").select(pl.col("minor") <= pl.col("free_minor")).to_series()
    ).all()
    credit = (
        found.pairs.filter(pl.col("source") == "credit")
        .group_by(line="credit_line")
        .agg(pl.col("minor").sum())
    )
    assert (
        credit.join(open_lines, on="line").select(pl.col("minor") <= -pl.col("open_minor")).to_series()
    ).all()
    assert found.proposals["receipt_id"].is_unique().all()
    pairs = found.pairs.group_by("receipt_id", "line").agg(pl.col("minor").sum())
    both = pairs.join(truth, on=["receipt_id", "line"], how="full", coalesce=True, suffix="_meant")
    right = both.group_by("receipt_id").agg(
        is_right=(pl.col("minor").fill_null(0) == pl.col("minor_meant").fill_null(0)).all()
    )
    sure = found.proposals.filter(pl.col("confidence") >= 0.97).join(right, on="receipt_id")
    assert sure["is_right"].mean() >= 0.995
    assert sure.height / told.height >= 0.8
    assert propose(told, open_lines, RULES).pairs.equals(found.pairs)  # the same frames, the same answer


def test_rules_are_refused_with_file_line_and_cause() -> None:
    twice = SHIPPED.replace("way: all_open", "way: exact")
    with pytest.raises(PolicyInvalid) as refused:
        policy.load(twice, "mine.yaml")
    assert (refused.value.params["file"], refused.value.params["line"]) == (
        "mine.yaml", 1 + SHIPPED[: SHIPPED.index("way: exact")].count("\n"),
    )  # fmt: skip
