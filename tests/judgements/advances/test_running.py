"""Advances while they run: payouts, repayments, changed grades, ends of contracts, checks, appraisal."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.indicators.ledger import bill, pay
from tests.judgements.advances.conftest import AUGUST, CHAIN, Desk, actor, graded, terms
from tests.judgements.limits.test_papers import KINDS
from xinheng.base.access import services as access
from xinheng.base.access.models import Person, Unit
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import quarter_of
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.customers.models import Customer, Responsibility
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.dossiers.errors import PapersMissing
from xinheng.facts.receivables.models import Bill
from xinheng.judgements.advances import errors, queries, services
from xinheng.judgements.advances.models import Change, Payout
from xinheng.judgements.advances.values import NewAdvance


def duties(on: date) -> dict[str, Any]:
    return {one.code: one for one in queries.duties_of(actor("credit", on=on), on=on)}


@pytest.mark.req("ADV-22", "ADV-23", "ADV-14", "ADV-26")
def test_the_period_runs_from_each_payout_until_all_of_it_is_back(company: Desk) -> None:
    advance = company.approved("C-A", "100000")
    day = date(2024, 8, 31)
    with pytest.raises(errors.AdvanceStopped):
        company.pay(advance, day, "100000.01")
    assert not Payout.objects.exists()
    paid = company.pay(advance, day, "60000")
    company.pay(advance, date(2024, 9, 30), "40000")
    assert (paid.last_day, advance.last_day) == (date(2025, 2, 28), date(2025, 2, 28))
    with pytest.raises(errors.AdvanceStopped):
        company.pay(advance, date(2024, 9, 30), "0.01")
    served = queries.may_serve(actor("credit"), "C-A", Money.of("10"), on=date(2024, 9, 30))
    assert (served.may_serve, served.uncovered) == (False, Money.of("10"))

    company.back(advance, date(2024, 10, 8), "50000")
    assert advance.last_day == date(2025, 2, 28)  # the rest of the first keeps running
    served = queries.may_serve(actor("credit"), "C-A", Money.of("50000"), on=date(2024, 10, 8))
    assert (served.may_serve, served.advanced) == (True, Money.of("50000"))
    with pytest.raises(errors.RepaidTooMuch):
        company.back(advance, date(2024, 10, 8), "50000.01")
    assert "overdue" not in duties(date(2025, 2, 28))
    late = duties(date(2025, 3, 1))["overdue"]
    assert (late.figure, late.is_late) == (Money.of("10000"), True)
    with pytest.raises(errors.AdvanceStopped):
        company.pay(advance, date(2025, 3, 1), "1")
    assert not queries.may_serve(actor("credit"), "C-A", Money.of("1"), on=date(2025, 3, 1)).may_serve
    again = company.asked("C-A", "1", on=date(2025, 3, 1))
    assert again.findings[0]["code"] == "old_arrears"

    company.back(advance, date(2025, 3, 1), "10000")
    assert advance.last_day == date(2025, 3, 30)
    assert "overdue" not in duties(date(2025, 3, 1))
    company.back(advance, date(2025, 3, 2), "40000")
    assert (advance.last_day, advance.repaid_minor) == (None, 100_000_00)
    services.close(actor=actor("kefu"), on=date(2025, 3, 2), advance_id=advance.pk)
    found = queries.totals(actor("credit"), on=date(2025, 3, 2))
    assert found is not None
    assert (found.open, found.committed) == (Money(0), Money(0))


@pytest.mark.req("ADV-18", "ADV-24", "ADV-32", "ADV-23")
def test_a_changed_grade_stops_payouts_until_somebody_looked_and_plans_the_way_down(company: Desk) -> None:
    advance = company.approved("C-A", "800000")
    company.pay(advance, AUGUST, "700000")
    september = date(2024, 9, 2)
    graded("C-A", "B", on=september)

    found = duties(september)
    assert found["grade_changed"].advance_id == advance.pk
    assert (found["above_limit"].figure, found["above_limit"].is_late) == (Money.of("200000"), True)
    with pytest.raises(errors.AdvanceStopped):
        company.pay(advance, september, "1")

    change = company.change(advance, terms("500000", 3), on=september)
    assert (change.state, change.findings, advance.limit_minor) == ("approved", [], 500_000_00)
    assert advance.last_day == date(2024, 11, 1)  # also for what is out already
    ((plan, steps, _open),) = queries.plans(actor("credit"), on=september)
    assert (plan.cause, plan.start_minor, plan.target_minor) == ("lowered", 700_000_00, 500_000_00)
    assert [step.due_on for step in steps] == [date(2024, 10, 2), date(2024, 11, 2), date(2024, 12, 2)]
    assert "grade_changed" not in duties(september)
    with pytest.raises(errors.AdvanceStopped):
        company.pay(advance, september, "1")

    raised = company.change(advance, terms("500000.01", 3), on=september)
    assert [row["code"] for row in raised.findings] == ["over_cap", "raised"]
    assert advance.limit_minor == 500_000_00  # not before the general manager
    with pytest.raises(errors.AdvanceStands):
        company.change(advance, terms("1", 1), on=september)
    company.sign(raised, *CHAIN, on=september)
    advance.refresh_from_db()
    assert (raised.state, advance.limit_minor) == ("approved", 500_000_01)

    company.back(advance, september, "200000")
    assert queries.plans(actor("credit"), on=september)[0][0].ended_how == "met"
    late = date(2024, 11, 4)
    extended = company.change(advance, terms("500000", 3, 10), on=late)
    assert [row["code"] for row in extended.findings] == ["over_period", "extended"]
    company.sign(extended, "service", decision="reject", on=late)
    advance.refresh_from_db()
    assert (extended.state, advance.last_day) == ("rejected", date(2024, 11, 1))
    assert Change.objects.filter(state="approved").count() == 2


@pytest.mark.req("ADV-27", "ADV-29", "ADV-26")
def test_w_30_contracts_end_quarters_are_checked_and_figures_signed(company: Desk) -> None:
    company.on = date(2024, 1, 2)
    advance = company.approved("C-A", "1000", ends=date(2024, 3, 31), on=company.on)
    company.pay(advance, date(2024, 1, 3), "1000")

    assert "contract_ending" not in duties(date(2024, 2, 28))
    ending = duties(date(2024, 2, 29))["contract_ending"]
    assert (ending.since, ending.due_on, ending.is_late) == (date(2024, 2, 29), date(2024, 3, 31), False)
    told: dict[str, Any] = {"actor": actor("kefu"), "on": date(2024, 3, 1)}
    services.agree_next_term(**told, advance_id=advance.pk, form="续签一年，先款后服务")
    assert "contract_ending" in duties(date(2024, 3, 31))  # arrears are to be collected still
    expired = duties(date(2024, 4, 1))["contract_expired"]
    assert (expired.figure, expired.is_late) == (Money.of("1000"), True)

    assert "check_due" not in duties(date(2024, 3, 31))
    assert duties(date(2024, 4, 1))["check_due"].due_on == date(2024, 3, 31)
    first = quarter_of(date(2024, 1, 1))
    assert [row.pk for row in queries.unchecked(actor("credit"), first, on=date(2024, 4, 1))] == [advance.pk]
    told = {
        "actor": actor("kefu"), "on": date(2024, 4, 1), "customer_no": "C-A", "quarter": first.first,
        "findings": "经营正常", "advice": "keep",
    }  # fmt: skip
    services.check_quarter(**told)
    with pytest.raises(errors.CheckedAlready):
        services.check_quarter(**told)
    assert "check_due" not in duties(date(2024, 4, 1))
    assert [row.findings for row in queries.checks(actor("credit"), first, on=AUGUST)] == ["经营正常"]

    assert "reconcile_due" in duties(date(2024, 4, 1))
    with pytest.raises(errors.AdvanceInvalid):
        services.reconcile(
            actor=actor("kefu"), on=AUGUST, customer_no="C-A", theirs=Money.of("900"), signed=("李", " ")
        )
    kept = services.reconcile(
        actor=actor("kefu"),
        on=date(2024, 4, 1),
        customer_no="C-A",
        theirs=Money.of("900"),
        signed=("李", "王"),
    )
    assert (kept.ours_minor, kept.theirs_minor) == (1_000_00, 900_00)
    assert "reconcile_due" not in duties(date(2024, 5, 1))
    assert "reconcile_due" in duties(date(2024, 5, 2))

    company.back(advance, date(2024, 4, 2), "1000")
    assert not {"contract_expired", "contract_ending", "overdue"} & set(duties(date(2024, 4, 2)))


@pytest.mark.req("ADV-27")
def test_overdue_bills_of_the_contracts_time_are_collected_before_it_ends_too(company: Desk) -> None:
    company.on = date(2024, 1, 2)
    advance = company.approved("C-A", "1000", ends=date(2024, 3, 31), on=company.on)
    told: dict[str, Any] = {"actor": actor("kefu"), "on": date(2024, 3, 1)}
    services.agree_next_term(**told, advance_id=advance.pk, form="续签一年")
    who = Customer.objects.get(no="C-A")
    bill(who, "B-LATE", "2024-02-01", "2024-03-02", 700)
    bill(who, "B-NEXT", "2024-04-01", "2024-04-02", 300)  # of the next term

    assert "contract_ending" not in duties(date(2024, 3, 2))  # the last day to pay
    ending = duties(date(2024, 3, 3))["contract_ending"]
    assert (ending.figure, ending.is_late) == (Money.of("700"), False)
    expired = duties(date(2024, 5, 1))["contract_expired"]
    assert (expired.figure, expired.is_late) == (Money.of("700"), True)
    pay(Bill.objects.get(bill_no="B-LATE"), "2024-05-01", 700)
    assert "contract_expired" not in duties(date(2024, 5, 1))


@pytest.mark.req("ADV-28")
def test_the_recovery_rate_is_told_by_person_and_year(company: Desk) -> None:
    unit, seller = Unit.objects.get(code="HQ"), Person.objects.get(login="seller")
    who = Customer.objects.get(no="C-A")
    Responsibility.objects.create(customer=who, unit=unit, person=seller, from_on=date(2024, 1, 1))
    advance = company.approved("C-A", "1000", 3)
    company.pay(advance, date(2024, 8, 1), "400")  # due back on 2024-11-01
    company.pay(advance, date(2024, 11, 1), "600")  # due back on 2025-02-01
    company.back(advance, date(2024, 10, 1), "300")

    (of_2024,) = queries.appraisals(actor("credit"), 2024, on=date(2024, 12, 31))
    assert (of_2024.person, of_2024.due, of_2024.recovered) == ("seller", Money.of("400"), Money.of("300"))
    assert (of_2024.rate, of_2024.figure) == (Decimal("0.75"), Decimal("0.75"))
    assert queries.appraisals(actor("credit"), 2024, on=date(2024, 10, 31)) == []  # nothing was due yet

    company.back(advance, date(2025, 1, 5), "100")
    (of_2025,) = queries.appraisals(actor("credit"), 2025, on=date(2025, 12, 31))
    assert (of_2025.due, of_2025.recovered) == (Money.of("700"), Money.of("100"))


def test_who_reaches_only_some_customers_sees_and_moves_only_their_advances(company: Desk) -> None:
    unit, seller = Unit.objects.get(code="HQ"), Person.objects.get(login="seller")
    who = Customer.objects.get(no="C-B")
    Responsibility.objects.create(customer=who, unit=unit, person=seller, from_on=date(2024, 1, 1))
    own, other = company.draft("C-B", "10", 1), company.draft("C-A", "10", 1)
    sees = access.actor_of(seller, on=AUGUST)

    assert [row.pk for row in queries.advances(sees, queries.Wanted(), on=AUGUST)] == [own.pk]
    assert queries.totals(sees, on=AUGUST) is None
    new = NewAdvance(terms("5", 1), "发薪", "HT-2")
    assert services.amend(actor=sees, on=AUGUST, advance_id=own.pk, new=new).limit_minor == 5_00
    for act in (services.discard, queries.get_advance):
        with pytest.raises(errors.AdvanceUnknown):
            act(actor=sees, on=AUGUST, advance_id=other.pk)  # type: ignore[operator]
    services.discard(actor=sees, on=AUGUST, advance_id=own.pk)
    with pytest.raises(errors.AdvanceStands):
        company.submit(own)


@pytest.mark.req("ADV-16", "ADV-17")
def test_no_money_is_paid_while_a_paper_is_missing_that_the_dossier_asks_for(company: Desk) -> None:
    """The kind of dossier of the test gates `advance.pay` by the licence alone."""
    root = system_actor()
    put_in_force(actor=root, on=AUGUST, kind="dossiers", text=KINDS, effective_from=AUGUST)
    advance = company.approved("C-B", "100000")
    company.pay(advance, AUGUST, "10000")  # who has no such dossier is asked for nothing
    told: Any = {"actor": root, "on": AUGUST}
    opened = {"kind": "site_file", "subject": "customer:C-B", "title": "C-B"}
    dossier = dossiers.open_dossier(**told, **opened)
    with pytest.raises(PapersMissing) as refused:
        company.pay(advance, AUGUST, "10000")
    assert refused.value.params["papers"] in ("营业执照", "Business licence")
    paper = {"title": "执照", "has_original": True, "upload": None, "copy_form": "copy"}
    dossiers.add_paper(**told, dossier=dossier, item="licence", **paper, valid_until=AUGUST)
    company.pay(advance, AUGUST, "10000")
    with pytest.raises(PapersMissing):
        company.pay(advance, AUGUST + timedelta(1), "10000")
    advance.refresh_from_db()
    assert advance.paid_minor == 20_000_00
