"""Computed balances of prepaid consumers, and fees held back beyond the days a grade allows."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.facts.receivables.conftest import Ledger
from tests.judgements.consumers.conftest import MONTHS, TODAY, at, bill
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.disputes import services as disputes
from xinheng.facts.disputes.values import NewDispute
from xinheng.facts.metering import services as metering
from xinheng.judgements.consumers import policy, queries, rules, services
from xinheng.judgements.consumers.errors import BalancesInvalid, PaymentUnderWayInvalid


def hints(actor: Actor, on: date = TODAY) -> dict[str, dict[str, Any]]:
    return {row["consumer"]: row for row in queries.fee_hints(actor, on=on).to_dicts()}


@pytest.mark.req("PWR-18")
def test_the_computed_balance_is_the_account_with_money_under_way_less_use_not_billed(company: Actor) -> None:
    """L-1 uses 10 kWh a day at 0.50 yuan; 3 days of April are read: 40.00 + 20.00 − 15.00 = 45.00, 9 days."""
    Ledger(company, TODAY, no="C-2").receipt("R1", "2026-04-01", "40.00")
    told: dict[str, Any] = {"actor": company, "on": TODAY, "consumer_no": "L-1", "paid_on": TODAY}
    with pytest.raises(PaymentUnderWayInvalid):
        services.tell_payment(**told, amount=Money.of("0.00"), reference="x")
    paid = services.tell_payment(**told, amount=Money.of("20.00"), reference="银联 0405")

    row = hints(company)["L-1"]
    assert (row["account_minor"], row["under_way_minor"], row["unsettled_minor"]) == (4_000, 2_000, 1_500)
    assert (row["balance_minor"], row["daily_minor"], row["days_left"], row["state"]) == (
        4_500,
        500,
        9,
        "warn",
    )
    services.end_payment(actor=company, on=TODAY, payment_id=paid.pk, outcome="failed")
    assert hints(company)["L-1"]["balance_minor"] == 2_500
    assert queries.payments_under_way(company) == []
    with pytest.raises(PaymentUnderWayInvalid):
        services.end_payment(actor=company, on=TODAY, payment_id=paid.pk, outcome="arrived")


def test_who_has_nothing_left_is_proposed_for_a_cut_after_notice_but_never_an_important_user(
    company: Actor,
) -> None:
    told = hints(company)
    assert list(told) == ["L-1", "L-2"]  # only the prepaid ones
    assert (told["L-1"]["state"], told["L-1"]["not_before"]) == (
        "cut",
        date(2026, 4, 13),
    )  # 7 days are up on a Sunday
    assert (told["L-2"]["state"], told["L-2"]["not_before"]) == ("spared", None)


def test_a_balance_told_by_the_billing_system_counts_with_use_since_its_day(company: Actor) -> None:
    frame = pl.DataFrame(
        {"consumer": ["L-1", "X-9"], "amount": [12.0, 5.0], "day": ["2026-04-02", "2026-04-02"]}
    )
    with pytest.raises(BalancesInvalid) as caught:
        services.keep_balances(actor=company, on=TODAY, frame=frame)
    assert caught.value.params["rows"] == "3"

    assert services.keep_balances(actor=company, on=TODAY, frame=frame.head(1)) == 1

    row = hints(company)["L-1"]  # 12.00 less 10 kWh of the 3rd
    assert (row["account_minor"], row["unsettled_minor"], row["balance_minor"], row["state"]) == (
        1_200,
        500,
        700,
        "warn",
    )


def test_who_is_off_is_restored_from_the_amount_of_the_rules_on(company: Actor) -> None:
    trip = {"consumer": "L-1", "at": at(2026, 4, 2), "code": "301F", "note": ""}
    metering.keep_events(actor=company, on=date(2026, 4, 3), frame=pl.DataFrame([trip]))
    assert hints(company)["L-1"]["state"] == "off"
    Ledger(company, TODAY, no="C-2").receipt("R1", "2026-04-04", "35.00")
    assert (hints(company)["L-1"]["balance_minor"], hints(company)["L-1"]["state"]) == (2_000, "restore")


@pytest.mark.any_database
def test_a_cut_waits_past_weekends_and_holidays() -> None:
    control = policy.load_consumers(policy.shipped("pwr", "consumers").read_text("utf-8")).fee_control
    assert rules.first_cut_day(date(2026, 4, 3), control) == date(2026, 4, 3)  # a Friday
    assert rules.first_cut_day(date(2026, 4, 4), control) == date(2026, 4, 7)  # Qingming to Monday the 6th


@pytest.mark.req("PWR-32")
def test_a_grade_allows_so_many_days_and_a_dispute_stops_the_clock(company: Actor) -> None:
    """Without a grade 20 days hold. H-1's bill of 1 April is 24 days old; its dispute took 6 of them."""
    on, ledger = date(2026, 4, 25), Ledger(company, date(2026, 4, 1), no="C-1")
    ledger.bill("E-0401", "2026-04-01", "2026-04-20", "20000.00")
    linked = {**bill("H-1", MONTHS[-1], late=True, paid=False), "bill_no": "E-0401"}
    metering.keep_bills(actor=company, on=date(2026, 4, 2), frame=pl.DataFrame([linked]))

    over = queries.over_period(company, on=on)
    assert set(over["consumer"]) == {"H-1", "L-1", "L-2", "L-3", "L-4"}
    assert set(over.select("days", "allowed_days", "over_days").iter_rows()) == {(24, 20, 4)}

    dispute = NewDispute("price", "倍率有误", date(2026, 4, 10))
    who: dict[str, Any] = {
        "actor": company,
        "on": date(2026, 4, 10),
        "customer_no": "C-1",
        "bill_no": "E-0401",
    }
    disputes.open_dispute(**who, new=dispute)

    assert "H-1" not in set(queries.over_period(company, on=on)["consumer"])
    later = queries.over_period(company, on=date(2026, 6, 25))  # its clock stands still at 9 days
    assert set(later["consumer"]) == {"L-1", "L-2", "L-3", "L-4"}
