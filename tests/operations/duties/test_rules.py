"""Due days of reports and what breaches cost, by the shipped documents."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from xinheng.base.kernel.money import Money
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.operations.duties import policy, rules
from xinheng.operations.duties.documents import Fines, Reports
from xinheng.operations.duties.values import NewLine

pytestmark = pytest.mark.any_database
PACKS = Path(__file__).resolve().parents[3] / "packs"
YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def reports(code: str) -> Reports:
    return policy.load_reports((PACKS / code / "reports.yaml").read_text("utf-8"))


def fines(code: str = "veh", *changes: tuple[str, str]) -> Fines:
    text = (PACKS / code / "fines.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return policy.load_fines(text)


def due(calendar: Reports, report: str, since: date = YEAR[0], until: date = YEAR[1]) -> list[date]:
    rule = calendar.report(report)
    assert rule is not None
    return [day for _period, day in rules.periods_due(rule.every, rule.due, since, until)]


@pytest.mark.req("GRP-09", "GRP-10", "GRP-11")
def test_group_reports_fall_due_on_day_six_and_eight_and_no_day_off_moves_them() -> None:
    group = reports("grp")

    assert due(group, "credit") == [date(2024, month, 6) for month in (1, 4, 7, 10)]
    assert due(group, "summary") == [date(2024, month, 8) for month in (1, 4, 7, 10)]
    assert due(group, "chemical_sales") == due(group, "credit")
    assert due(group, "pharma_sales") == [date(2024, month, 6) for month in range(1, 13)]
    assert due(group, "pharma_summary") == [date(2024, month, 8) for month in range(1, 13)]
    first = next(
        rules.periods_due("quarter", group.report("credit").due, date(2024, 4, 1), date(2024, 4, 30))
    )  # type: ignore[union-attr]
    assert (first[0].first, first[0].last, first[1]) == (
        date(2024, 1, 1),
        date(2024, 3, 31),
        date(2024, 4, 6),
    )
    assert date(2024, 4, 6).weekday() == 5  # a Saturday


@pytest.mark.req("CTR-07", "CTR-08", "RR-02")
def test_contract_reports_fall_due_on_ten_january_and_ten_july_and_that_day_is_in_time() -> None:
    contracts = reports("ctr")

    assert due(contracts, "statistics") == [date(2024, 1, 10)]
    assert due(contracts, "statistics_half") == [date(2024, 7, 10)]
    assert due(contracts, "analysis") == [date(2024, 1, 10)]
    year, half = (
        next(rules.periods_due(one, contracts.reports[0].due, *YEAR))[0] for one in ("year", "first_half")
    )
    assert (year.first, year.last) == (date(2023, 1, 1), date(2023, 12, 31))
    assert (half.first, half.last) == (date(2024, 1, 1), date(2024, 6, 30))
    assert not rules.is_late(date(2024, 1, 10), date(2024, 1, 10), inclusive=True)
    assert rules.is_late(date(2024, 1, 11), date(2024, 1, 10), inclusive=True)
    assert rules.is_late(date(2024, 1, 10), date(2024, 1, 10), inclusive=False)


def test_a_banks_month_is_sent_one_working_day_later() -> None:
    bank = reports("bnk")
    may = (date(2024, 5, 1), date(2024, 5, 31))

    assert due(bank, "message", *may) == [date(2024, 5, 1)]  # generation is automatic, still the first
    assert due(bank, "submission", *may) == [date(2024, 5, 6)]  # W-23, past the holiday
    assert Counter(one.code for one in bank.reports) == {"message": 1, "ledger": 1, "submission": 1}


def cost(
    *lines: NewLine, scope: str = "sales", nth: int = 1, scheme: Fines | None = None
) -> tuple[str, int, str]:
    told = rules.reckon(lines, scheme or fines(), scope=scope, nth=nth)
    return str(told.base), told.factor, str(told.total)


LATE, UNSIGNED = NewLine("sales_late"), NewLine("sales_unsigned", count=2)


@pytest.mark.req("VEH-11", "VEH-12", "VEH-16")
def test_sales_pay_fifty_a_late_file_and_double_from_the_second_penalty_on() -> None:
    """W-11 (a) and (b)."""
    assert [cost(LATE, nth=nth)[2] for nth in (1, 2, 3)] == ["50.00", "100.00", "100.00"]
    assert [cost(UNSIGNED, nth=nth)[2] for nth in (1, 2)] == ["40.00", "80.00"]
    assert cost(LATE, LATE)[2] == "50.00"  # once a vehicle, not per further day


@pytest.mark.req("VEH-13", "VEH-14", "VEH-15", "VEH-16")
def test_service_pays_per_vehicle_and_per_item_and_doubles_from_the_third() -> None:
    """W-11 (c) and (d)."""
    late = NewLine("service_late")
    assert [cost(late, scope="service", nth=nth)[2] for nth in (1, 2, 3)] == ["50.00", "50.00", "100.00"]
    assert cost(NewLine("service_unverified"), scope="service")[2] == "50.00"

    items = [
        NewLine("service_items", "结算单", ("wrong",)),
        NewLine("service_items", "任务委托书", ("customer_signature",)),
        NewLine("service_items", "接车单", ("internal_signature",)),
    ]
    assert cost(*items, scope="service")[2] == "90.00"
    several = NewLine("service_items", "结算单", ("wrong", "customer_signature", "internal_signature"))
    assert cost(several, scope="service")[2] == "50.00"  # one item, several defects: the highest rate
    assert cost(items[0], several, scope="service")[2] == "50.00"
    assert cost(late, *items, scope="service")[2] == "140.00"
    higher = fines("veh", ("overlap: both", "overlap: higher"))
    assert cost(late, *items, scope="service", scheme=higher)[2] == "90.00"


@pytest.mark.req("VEH-17")
def test_what_is_lost_comes_on_top_and_is_not_doubled() -> None:
    """W-11 (e)."""
    lost = NewLine("service_lost", count=2)
    assert cost(NewLine("service_late"), lost, scope="service", nth=3) == ("50.00", 2, "140.00")
    assert cost(lost, scope="service", nth=3) == ("0.00", 1, "40.00")


@pytest.mark.req("VEH-18", "RR-03")
def test_a_defect_that_stands_is_fined_again_on_each_working_day_past_the_first() -> None:
    """W-11 (f): three working days after the order, one of them allowed."""
    ordered = date(2024, 5, 8)  # Wednesday
    assert rules.repeat_days(ordered, date(2024, 5, 9), working_days=1) == []
    three = rules.repeat_days(ordered, date(2024, 5, 11), working_days=1)
    assert three == [date(2024, 5, 10), date(2024, 5, 11)]  # the Saturday is a make-up day
    assert rules.repeat_days(ordered, date(2024, 5, 12), working_days=1) == three


def test_a_cut_of_pay_is_exact_to_the_cent() -> None:
    assert str(rules.cut_of(Money.of("3000"), Decimal("0.10"))) == "300.00"
    assert str(rules.cut_of(Money.of("3000"), Decimal("0.30"))) == "900.00"
    assert str(rules.cut_of(Money.of("3333.35"), Decimal("0.15"))) == "500.00"  # 500.0025


@pytest.mark.req("VEH-19")
def test_a_rate_of_nothing_is_none_and_not_all() -> None:
    assert rules.share_of(0, 0) is None
    assert rules.share_of(3, 4) == Decimal("0.75")


@pytest.mark.req("VEH-22")
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("signed: {prepared: 客户关爱部, reviewed: 客户总监, approved: 总经理}\n", "", "signed"),
        ("scope: sales, per: vehicle", "scope: nowhere, per: vehicle", "nowhere"),
        ("least: 0.10, most: 0.30", "least: 0.30, most: 0.10", ""),
        ("code: sales_lost", "code: sales_late", "sales_late"),
    ],
)
def test_a_scheme_of_fines_that_is_wrong_is_refused_with_its_line(old: str, new: str, said: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        fines("veh", (old, new))

    assert said in str(refused.value.params["cause"])
    assert refused.value.params["line"] >= 1


def test_every_shipped_document_is_read() -> None:
    loads = {
        "reports": policy.load_reports, "fines": policy.load_fines, "duty_lists": policy.load_lists,
        "escalation": policy.load_escalation,
    }  # fmt: skip
    for kind, load in loads.items():
        found = sorted(PACKS.glob(f"*/{kind}.yaml"))
        assert found, kind
        for path in found:
            read = load(path.read_text("utf-8"), path.name)
            assert read.code == path.parent.name
