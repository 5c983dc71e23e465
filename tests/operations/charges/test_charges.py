"""Interest and fees for lateness, to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests import worlds
from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.customers.models import Customer
from xinheng.facts.disputes import services as disputes
from xinheng.facts.disputes.values import Closing, NewDispute
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables import services as receivables_acts
from xinheng.facts.receivables.models import Bill
from xinheng.facts.receivables.values import NewInstalment, NewPlan
from xinheng.operations.charges import errors, policy, queries, services
from xinheng.operations.charges.models import Agreement, Charge
from xinheng.operations.charges.values import Asked, NewAgreement, NewRate

DUE = date(2025, 6, 1)
LATE = DUE + timedelta(days=45)  # 16 July


def billed() -> None:
    """C-7 owes 500,000.00 due on 1 June 2025 on B1."""
    customer("C-7")
    Ledger(system_actor(), DUE).bill("B1", "2025-05-01", "2025-06-01", "500000.00", on="2025-05-01")


@pytest.fixture
def clerk(db: None, chief: Actor) -> Actor:
    worlds.given(billed)
    return chief


def ledger(actor: Actor, on: date = LATE) -> Ledger:
    return Ledger(actor, on)


def agree(actor: Actor, *schemes: str, **told: Any) -> Agreement:
    new = NewAgreement(told.pop("reach", "customer"), schemes, told.pop("from_on", date(2020, 1, 1)), **told)
    return services.agree(actor=actor, on=LATE, customer_no=told.pop("no", "C-7"), new=new)


def accrued(as_of: date = LATE) -> dict[str, str]:
    rows = queries.accrued(None, as_of=as_of)
    return {row["scheme"]: str(Money(row["minor"])) for row in rows.iter_rows(named=True)}


def post(actor: Actor, until: date = LATE, *, on: date | None = None) -> Any:
    return services.post_charges(actor=actor, on=on or until, until_on=until)


def open_of(bill_no: str) -> Money:
    found = receivables.bill_now(Customer.objects.get(no="C-7"), bill_no)
    assert found
    return found.open


@pytest.mark.req("PWR-18")
def test_the_known_figures(clerk: Actor) -> None:
    assert accrued() == {"sme_default": "11,250.00"}
    agree(clerk, "lpr", "lpr_360", "judgment", "annual", "fixed_fee", "percent_fee")
    assert accrued() == {
        "lpr": "2,589.04", "lpr_360": "2,625.00", "judgment": "3,937.50", "annual": "11,250.00",
        "fixed_fee": "50.00", "percent_fee": "10,000.00",
    }  # fmt: skip


def test_interest_runs_on_what_is_open_each_day(clerk: Actor) -> None:
    """200,000.00 is paid after 15 days: 500,000 for 15 days and 300,000 for 30."""
    ledger(clerk).receipt("R1", "2025-06-16", "200000.00")
    ledger(clerk).settle("B1", "2025-06-16", "200000.00", by="R1")

    found = queries.behind(None, as_of=LATE)

    assert found.rows["minor"].to_list() == [375000 + 450000]
    assert found.rows["days"].to_list() == [45]
    assert found.steps.select("days", "base_minor", "rate").rows() == [
        (15, 50_000_000, 50_000), (30, 30_000_000, 50_000),
    ]  # fmt: skip


def test_interest_survives_the_principal_and_is_charged_once(clerk: Actor) -> None:
    ledger(clerk).receipt("R1", "2025-07-01", "500000.00")
    ledger(clerk).settle("B1", "2025-07-01", "500000.00", by="R1")
    posted = post(clerk)
    assert posted.totals == {"CNY": Money.of("7500.00")}  # 30 days
    claim = Charge.objects.get()
    bill = Bill.objects.get(bill_no=claim.claim_no)
    assert (bill.kind, bill.arises_from_id, bill.due_on) == ("interest", claim.bill_id, date(2025, 7, 31))
    assert open_of("B1") == Money(0)
    assert open_of(claim.claim_no) == Money.of("7500.00")
    assert post(clerk, on=LATE).charges == 0
    assert post(clerk, LATE + timedelta(days=60)).charges == 0  # and interest bears none


def test_the_next_run_goes_on_where_the_last_ended(clerk: Actor) -> None:
    post(clerk, date(2025, 7, 1))
    post(clerk, LATE)

    found = Charge.objects.order_by("from_on").values_list("from_on", "until_on", "days", "amount_minor")
    assert list(found) == [(DUE, date(2025, 7, 1), 30, 750000), (date(2025, 7, 1), LATE, 15, 375000)]


def test_contested_money_and_paused_days_bear_nothing(clerk: Actor) -> None:
    who: dict[str, Any] = {"actor": clerk, "on": date(2025, 6, 11), "customer_no": "C-7", "bill_no": "B1"}
    small = NewDispute("price", "单价", date(2025, 6, 11), Money.of("100000.00"))
    part = disputes.open_dispute(**who, new=small)
    assert accrued() == {"sme_default": "9,500.00"}  # 500,000 for 10 days, 400,000 for 35
    large = NewDispute("quality", "渗漏", date(2025, 6, 21), Money.of("300000.00"))
    whole = disputes.open_dispute(**{**who, "on": date(2025, 6, 21)}, new=large)
    assert accrued() == {"sme_default": "4,500.00"}  # the clock stands still from 21 June on
    for dispute, outcome in ((whole, "we_right"), (part, "withdrawn")):
        closing = Closing(outcome, "已核实", date(2025, 7, 1))
        disputes.close_dispute(actor=clerk, on=date(2025, 7, 1), dispute_id=dispute.pk, closing=closing)
    assert accrued() == {
        "sme_default": "8,750.00"
    }  # 500,000 for 10, 400,000 for 10, 100,000 for 10 and 500,000 for 15


def test_a_receipt_told_later_lowers_what_was_charged(clerk: Actor) -> None:
    post(clerk)
    claim = Charge.objects.get().claim_no
    ledger(clerk, date(2025, 7, 20)).receipt("R1", "2025-06-16", "200000.00")
    ledger(clerk, date(2025, 7, 20)).settle("B1", "2025-06-16", "200000.00", by="R1")
    assert queries.differences(on=LATE)["minor"].to_list() == [-300000]

    told = services.correct_charges(actor=clerk, on=date(2025, 7, 20))

    assert (told.raised, told.lowered, told.totals) == (0, 1, {"CNY": Money.of("-3000.00")})
    assert open_of(claim) == Money.of("8250.00")
    assert services.correct_charges(actor=clerk, on=date(2025, 7, 20)).run is None
    credit = Charge.objects.get(number=1)
    assert open_of(credit.claim_no) == Money(0)


def test_a_charge_is_waived_with_a_reason(clerk: Actor, reader: Actor) -> None:
    post(clerk)
    charge = Charge.objects.get()
    told: dict[str, Any] = {"on": LATE, "charge_id": charge.pk}
    with pytest.raises(AccessDenied):
        services.waive(actor=reader, reason="老客户", **told)
    with pytest.raises(errors.ChargeInvalid):
        services.waive(actor=clerk, reason=" ", **told)
    services.waive(actor=clerk, reason="老客户", amount=Money.of("1250.00"), **told)
    assert open_of(charge.claim_no) == Money.of("10000.00")
    with pytest.raises(errors.NothingToWaive):
        services.waive(actor=clerk, reason="再减", amount=Money.of("10000.01"), **told)
    services.waive(actor=clerk, reason="全免", **told)
    assert open_of(charge.claim_no) == Money(0)
    assert [one.pk for one in queries.charges(clerk, Asked(state="waived"), on=LATE)] == [charge.pk]
    assert post(clerk, on=LATE).charges == 0


def test_what_was_agreed_for_the_bill_goes_before_the_customer_and_its_group(clerk: Actor) -> None:
    group = customer("G")
    Customer.objects.filter(no="C-7").update(parent=group)
    services.agree(
        actor=clerk, on=LATE, customer_no="G", new=NewAgreement("group", ("annual",), date(2020, 1, 1))
    )
    assert accrued() == {"annual": "11,250.00"}
    agree(clerk, "judgment", percent=Decimal("0.01"))
    assert accrued() == {"judgment": "2,250.00"}
    kept = agree(clerk, reach="bill", bill_no="B1", from_on=date(2025, 6, 21))
    assert accrued() == {"judgment": "1,000.00"}  # nothing is charged on the bill from 21 June on
    services.end_agreement(actor=clerk, on=LATE, agreement_id=kept.pk, until_on=date(2025, 7, 1))
    rows = queries.accrued(None, as_of=LATE).select("from_on", "until_on", "minor").rows()
    assert rows == [(DUE, date(2025, 6, 21), 100000), (date(2025, 7, 1), LATE, 75000)]


def test_an_unknown_rate_is_refused_with_its_day(clerk: Actor) -> None:
    ledger(clerk, date(2025, 9, 1)).bill("B2", "2025-08-01", "2025-08-10", "1000.00")
    agree(clerk, "lpr")
    with pytest.raises(errors.RateUnknown) as refused:
        accrued(date(2025, 9, 1))
    assert refused.value.params["day"] == date(2025, 8, 11)
    rate = NewRate(date(2025, 8, 20), Decimal("3.00"), Decimal("3.50"))
    assert services.enter_rates(actor=clerk, on=date(2025, 9, 1), rates=[rate, rate]) == 1
    assert accrued(date(2025, 9, 1)) == {"lpr": "2.53"}  # 1,000 × 4.2 % × 22 ÷ 365; B1 comes with it
    with pytest.raises(errors.RateStands):
        services.enter_rates(
            actor=clerk, on=LATE, rates=[NewRate(date(2025, 5, 20), Decimal("3.10"), Decimal("3.50"))]
        )


def test_electricity_turns_dearer_after_the_year(clerk: Actor) -> None:
    """1,000.00 due on 22 December: 9 days of the year at 0.2 %, 10 of the next at 0.3 %."""
    Customer.objects.create(no="E-1", kind="company", name="电", name_key="e", told_on=DUE)
    told = Ledger(clerk, date(2025, 1, 10), no="E-1")
    told.bill("E1", "2024-12-01", "2024-12-22", "1000.00")
    told.bill("E2", "2024-12-01", "2025-01-09", "3.00")
    new = NewAgreement("customer", ("electricity",), date(2020, 1, 1))
    services.agree(actor=clerk, on=LATE, customer_no="E-1", new=new)

    found = queries.behind(None, as_of=date(2025, 1, 10))

    assert dict(found.rows.select("bill_no", "minor").iter_rows()) == {"E1": 1800 + 3000, "E2": 100}
    assert found.steps.filter(line=found.rows["line"][0]).select("days", "rate").rows() == [
        (9, 200_000), (10, 300_000),
    ]  # fmt: skip


@pytest.mark.req("PWR-18")
def test_penalties_of_the_supply_rules(clerk: Actor) -> None:
    """Households 0.1 % a day; others 0.2 % and 0.3 % over the year's end, split or whole; the day paid or not."""
    shipped = next(one.text for one in policy.shipping.shipped(policy.KIND))
    electricity = "how: electricity, percent: 0.2, later_percent: 0.3,"
    own = shipped.replace('version: "1"', 'version: "2"') + "".join(
        f"  - {{code: {code}, zh: 电费, en: {code}, {electricity} {more}}}\n"
        for code, more in (
            ("whole", "year_end: whole"),
            ("free", "pay_day: free"),
            ("apart", "year_end: split"),
        )
    )
    put_in_force(
        actor=clerk, on=date(2024, 1, 1), kind=policy.KIND, text=own, effective_from=date(2024, 1, 1)
    )
    Customer.objects.create(no="E-1", kind="company", name="电", name_key="e", told_on=DUE)
    Ledger(clerk, date(2025, 1, 10), no="E-1").bill("E1", "2024-12-01", "2024-12-22", "1000.00")
    new = NewAgreement("customer", ("electricity_home", "whole", "free", "apart"), date(2020, 1, 1))
    services.agree(actor=clerk, on=LATE, customer_no="E-1", new=new)

    def came(as_of: date) -> dict[str, int]:
        return dict(queries.accrued(None, as_of=as_of).select("scheme", "minor").iter_rows())

    assert came(date(2025, 1, 10)) == {
        "electricity_home": 1900,  # 19 days
        "whole": 5700,  # 19 days at 0.3 %
        "free": 1800 + 2700,  # the 10th, on which it may be paid, bears nothing
        "apart": 1800 + 3000,
    }
    assert came(date(2024, 12, 31)) == {"electricity_home": 900, "whole": 1800, "free": 1600, "apart": 1800}


def test_a_fee_of_another_room_is_charged_once(clerk: Actor) -> None:
    told: dict[str, Any] = {"actor": clerk, "on": LATE, "customer_no": "C-7", "bill_no": "B1"}
    first = services.post_fee(**told, amount=Money.of("30.00"), cause="dunning:2")
    assert services.post_fee(**told, amount=Money.of("30.00"), cause="dunning:2") == first
    assert Bill.objects.get(bill_no=first.claim_no).kind == "fee"
    assert accrued() == {"sme_default": "11,250.00"}


def test_a_version_of_the_site_sets_its_own_figures(clerk: Actor) -> None:
    text = next(one.text for one in policy.shipping.shipped(policy.KIND))
    own = text.replace('version: "1"', 'version: "2"').replace(
        "percent: 0.05,", "percent: 0.03, grace_days: 45,"
    )
    put_in_force(actor=clerk, on=DUE, kind=policy.KIND, text=own, effective_from=DUE)
    assert accrued() == {}
    assert accrued(LATE + timedelta(days=1)) == {"sme_default": "6,900.00"}  # 46 days from the first


@pytest.mark.any_database
def test_due_days_of_the_regulation() -> None:
    assert queries.statutory_due_on(date(2025, 6, 15), "large") == date(2025, 8, 14)
    assert queries.statutory_due_on(date(2025, 6, 15), "public") == date(2025, 7, 15)
    assert queries.term_findings("large", 60, when_paid=False, reason="") == []
    assert queries.term_findings("large", 61, when_paid=False, reason="") == ["beyond_most", "reason_missing"]
    assert queries.term_findings("public", 45, when_paid=False, reason="验收期") == ["beyond_plain"]
    assert queries.term_findings("large", 30, when_paid=True, reason="惯例") == ["paid_when_paid"]
    assert queries.term_findings("other", 180, when_paid=True, reason="") == []


def test_instalments_bear_interest_each_from_its_own_day(clerk: Actor) -> None:
    """Two halves, due on 11 June and 1 July: the first is paid on 21 June, the second open until 16 July."""
    half = Money.of("250000.00")
    parts = (NewInstalment(date(2025, 6, 11), half), NewInstalment(date(2025, 7, 1), half))
    plan = NewPlan("B1", parts, reason="约定")
    receivables_acts.agree_plan(actor=clerk, on=date(2025, 5, 2), customer_no="C-7", plan=plan)
    ledger(clerk).receipt("R1", "2025-06-21", "250000.00")
    ledger(clerk).settle("B1", "2025-06-21", "250000.00", by="R1")

    rows = queries.accrued(None, as_of=LATE).select("instalment", "days", "minor").rows()

    assert rows == [(1, 10, 125000), (2, 15, 187500)]
