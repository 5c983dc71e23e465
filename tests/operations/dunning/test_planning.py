"""What a run decides, on frames alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from xinheng.operations.dunning import planning, policy
from xinheng.operations.dunning.values import Ground, Plan

pytestmark = pytest.mark.any_database
SHIPPED = (Path(__file__).resolve().parents[3] / "packs" / "general" / "dunning_ladder.yaml").read_text(
    "utf-8"
)
ON = date(2026, 6, 30)
LINES = {
    "customer_id": pl.Int64, "bill_id": pl.Int64, "bill_no": pl.String, "instalment": pl.Int64,
    "kind": pl.String, "arises_from_id": pl.Int64, "billed_on": pl.Date, "due_on": pl.Date,
    "currency": pl.String, "segment": pl.String, "amount_minor": pl.Int64, "open_minor": pl.Int64,
    "disputed_minor": pl.Int64, "paused_days": pl.Int64, "is_paused": pl.Boolean,
}  # fmt: skip


def line(bill: int, due: str, minor: int, **told: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "customer_id": 1, "bill_id": bill, "bill_no": f"B-{bill}", "instalment": 0, "kind": "goods",
        "arises_from_id": None, "billed_on": date(2026, 1, 1), "due_on": date.fromisoformat(due),
        "currency": "CNY", "segment": "", "amount_minor": minor, "open_minor": minor,
        "disputed_minor": 0, "paused_days": 0, "is_paused": False,
    }  # fmt: skip
    return {**usual, **told}


def frame(schema: dict[str, Any], *rows: tuple[Any, ...]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def planned(*lines: dict[str, Any], on: date = ON, text: str = SHIPPED, **told: Any) -> Plan:
    reminders = {"bill_id": pl.Int64, "instalment": pl.Int64, "level": pl.Int64, "sent_on": pl.Date}
    free = {"customer_id": pl.Int64, "currency": pl.String, "free_minor": pl.Int64, "purpose": pl.String}
    ground = Ground(
        lines=pl.DataFrame(list(lines), schema=LINES),
        free=frame(free, *told.get("free", ())),
        reminders=frame(reminders, *told.get("reminders", ())),
        contacts=frame({"customer_id": pl.Int64, "last_on": pl.Date}, *told.get("contacts", ())),
        pauses=frame(
            {"customer_id": pl.Int64, "bill_id": pl.Int64, "cause": pl.String}, *told.get("pauses", ())
        ),
        jumps=frame({"bill_id": pl.Int64, "level": pl.Int64}, *told.get("jumps", ())),
        of_bills=frame({"bill_id": pl.Int64, "ladder": pl.String}, *told.get("of_bills", ())),
        of_customers=frame({"customer_id": pl.Int64, "ladder": pl.String}, *told.get("of_customers", ())),
        ladders={"general": policy.load(text)},
        company="general",
    )
    return planning.plan(ground, on=on)


def decided(plan: Plan) -> dict[int, tuple[str, int, int]]:
    """Decision, level and what is asked for, by bill."""
    return {
        row["bill_id"]: (row["decision"], row["level"], row["due_minor"]) for row in plan.items.to_dicts()
    }


def test_days_that_the_clock_stood_still_do_not_count() -> None:
    told = decided(planned(
        line(1, "2026-06-20", 50_000, paused_days=10),
        line(2, "2026-06-20", 50_000, paused_days=9),
        line(3, "2026-06-20", 50_000, is_paused=True),
    ))  # fmt: skip
    assert told == {1: ("waits", -1, 50_000), 2: ("remind", 1, 50_000), 3: ("stopped", -1, 50_000)}


def test_the_undisputed_part_of_a_bill_is_asked_for() -> None:
    told = decided(planned(
        line(1, "2026-06-20", 50_000, disputed_minor=20_000), line(2, "2026-06-20", 50_000, disputed_minor=50_000)
    ))  # fmt: skip
    assert told == {1: ("remind", 1, 30_000), 2: ("disputed", -1, 0)}


def test_credits_take_what_is_due_first_first_and_only_in_their_currency() -> None:
    plan = planned(
        line(1, "2026-06-25", 50_000),
        line(2, "2026-06-20", 30_000),
        line(3, "2026-06-20", 30_000, currency="USD"),
        line(4, "2026-06-01", -40_000),
        free=[(1, "CNY", 10_000, ""), (1, "CNY", 99_000, "deposit"), (2, "CNY", 99_000, "")],
    )
    assert decided(plan) == {2: ("covered", -1, 0), 1: ("remind", 1, 30_000), 3: ("remind", 1, 30_000)}
    assert plan.letters.select("currency", "due_minor", "credit_minor").rows() == [
        ("CNY", 30_000, 20_000), ("USD", 30_000, 0)
    ]  # fmt: skip


def test_a_credit_note_of_a_bill_goes_to_that_bill_first() -> None:
    told = decided(planned(
        line(1, "2026-06-10", 50_000), line(2, "2026-06-20", 30_000),
        line(3, "2026-06-01", -35_000, arises_from_id=2),
    ))  # fmt: skip
    assert told == {1: ("remind", 1, 45_000), 2: ("covered", -1, 0)}


def test_claims_of_other_kinds_are_neither_reminded_of_nor_eat_credits() -> None:
    told = decided(planned(
        line(1, "2026-06-01", 50_000, kind="deposit"), line(2, "2026-06-20", 30_000), free=[(1, "CNY", 10_000, "")]
    ))  # fmt: skip
    assert told == {1: ("kind", -1, 0), 2: ("remind", 1, 20_000)}


def test_instalments_climb_each_by_itself() -> None:
    plan = planned(
        line(1, "2026-06-01", 50_000, instalment=1), line(1, "2026-06-29", 50_000, instalment=2),
        reminders=[(1, 1, 2, date(2026, 6, 9))],
    )  # fmt: skip
    assert plan.items.select("instalment", "level").rows() == [(1, 3), (2, 1)]


def test_levels_by_month_end_and_by_days_since_the_last_reminder() -> None:
    text = SHIPPED.replace(
        "code: reminder, basis: due, days: 1,", "code: reminder, basis: month_end, days: 5,"
    )
    text = text.replace("code: call, basis: due, days: 7,", "code: call, basis: last, days: 10,")
    first = line(1, "2026-06-03", 50_000)
    days = [planned(first, on=date(2026, 7, day), text=text).counts for day in (3, 6)]
    assert days == [{"waits": 1}, {"remind": 1}]  # the end of June and five days
    sent = [(1, 0, 1, date(2026, 6, 20))]
    assert decided(planned(first, text=text, reminders=sent))[1] == ("remind", 2, 50_000)
    assert decided(planned(first, on=date(2026, 6, 29), text=text, reminders=sent))[1] == ("waits", 1, 50_000)


def test_a_jump_goes_to_the_last_level_at_most_and_the_last_level_is_the_last() -> None:
    told = decided(planned(
        line(1, "2026-06-20", 50_000), line(2, "2026-01-20", 50_000),
        jumps=[(1, 9)], reminders=[(2, 0, 7, date(2026, 6, 1))],
    ))  # fmt: skip
    assert told == {1: ("remind", 7, 50_000), 2: ("repeat", 7, 50_000)}


def test_an_unknown_ladder_reminds_nobody_and_letters_add_up_to_their_lines() -> None:
    plan = planned(
        *(line(bill, "2026-06-01", 1_000 * bill, customer_id=bill % 3) for bill in range(1, 40)),
        of_customers=[(0, "")],
    )
    assert plan.items.filter(pl.col("customer_id") == 0)["decision"].unique().to_list() == ["no_ladder"]
    listed = plan.items.filter(pl.col("letter").is_not_null())
    sums = listed.group_by("letter").agg(pl.col("due_minor").sum(), pl.len()).sort("letter")
    assert sums["due_minor"].to_list() == plan.letters["due_minor"].to_list()
    assert sums["len"].to_list() == plan.letters["lines"].to_list()


def test_without_open_items_nothing_happens() -> None:
    assert planned().items.is_empty()
    assert planned().letters.is_empty()
