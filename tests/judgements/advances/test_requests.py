"""A request on its way: papers, agreement, chain, exceptions, and who is turned down."""

from __future__ import annotations

from datetime import date

import pytest

from tests.judgements.advances.conftest import AUGUST, CHAIN, Desk, actor, terms
from xinheng.base.approvals.errors import NotYourTurn
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.money import Money
from xinheng.facts.archive.models import Attachment
from xinheng.facts.archive.values import Upload
from xinheng.judgements.advances import errors, queries, services
from xinheng.judgements.advances.models import Advance, Paper
from xinheng.judgements.advances.values import NewAdvance, NewCollection, Wanted


def codes(advance: Advance) -> list[str]:
    return [row["code"] for row in advance.findings]


@pytest.mark.req("ADV-16", "ADV-17", "ADV-19", "ADV-15")
def test_grade_a_needs_letter_with_seal_and_the_very_terms_of_its_agreement(company: Desk) -> None:
    advance = company.draft("C-A", "700000", agreed=terms("700000", 5))
    with pytest.raises(errors.AdvancePapersMissing) as missing:
        company.submit(advance)
    assert missing.value.params["papers"] == "书面垫付函（加盖公章）, 补充协议"
    with pytest.raises(errors.SealMissing):
        services.keep_paper(
            actor=actor("kefu"), on=AUGUST, advance_id=advance.pk, kind="letter", upload=Upload("a", b"a")
        )
    assert not Attachment.objects.exists()
    company.paper(advance, "letter", "supplement")
    with pytest.raises(errors.AgreementDiffers) as differs:
        company.submit(advance)
    assert "5" in differs.value.params["agreed"]

    new = NewAdvance(terms("700000"), "代发工资", "HT-1", agreed=terms("700000"))
    services.amend(actor=actor("kefu"), on=AUGUST, advance_id=advance.pk, new=new)
    advance = company.submit(advance)

    assert (advance.state, advance.grade, codes(advance)) == ("submitted", "A", [])
    assert advance.figures["total"] == 0
    with pytest.raises(NotYourTurn):
        company.sign(advance, "general")
    company.sign(advance, *CHAIN)
    assert (advance.state, advance.decided_by) == ("approved", "general")
    assert Entry.objects.filter(act="advances.grant", subject="customer:C-A").count() == 1

    further = company.asked("C-B", "300000", 3)
    assert codes(further) == []  # 700,000 and 300,000 are the cap
    company.sign(further, "service", "legal", "finance", "vice", "general")
    with pytest.raises(errors.ExceptionUnexplained):
        company.asked("C-A", "0.01", why="")
    beyond = company.asked("C-A", "0.01")
    assert codes(beyond) == ["over_total"]
    assert beyond.is_exception
    excepted = queries.advances(actor("credit"), Wanted(excepted=True), on=AUGUST)
    assert list(excepted) == [beyond]


@pytest.mark.req("ADV-20", "ADV-08")
def test_grade_b_needs_its_explanation_and_one_refusal_of_legal_or_finance_ends_it(company: Desk) -> None:
    advance = company.draft("C-B", "500000", 3)
    company.paper(advance, "letter", "supplement")
    with pytest.raises(errors.AdvancePapersMissing) as missing:
        company.submit(advance)
    assert missing.value.params["papers"] == "垫资情况说明"
    company.paper(advance, "explanation")
    advance = company.submit(advance)
    company.sign(advance, "service", "finance")
    assert advance.state == "submitted"  # finance alone is not enough
    company.sign(advance, "legal", decision="reject")
    assert advance.state == "rejected"

    nobody = company.draft("C-0", "1", 1)
    company.paper(nobody, "letter", "supplement", "explanation")
    with pytest.raises(errors.NoGrade):
        company.submit(nobody)
    assert Advance.objects.get(pk=nobody.pk).state == "draft"


@pytest.mark.req("ADV-21", "ADV-17", "RR-05")
def test_c_is_always_an_exception_and_so_is_a_new_customer_whose_contract_says_so(company: Desk) -> None:
    low = company.asked("C-C", "1000", 1)
    assert codes(low) == ["cap_not_set", "period_not_set", "none_in_principle"]

    new = company.draft("C-N", "1000", 1)
    company.paper(new, "letter", "supplement", "explanation")
    with pytest.raises(errors.AdvancePapersMissing) as missing:
        company.submit(new, "特批")
    assert missing.value.params["papers"] == "合同（写明垫资额度与期限）"
    company.paper(new, "contract")
    new = company.submit(new, "特批")

    assert (codes(new), new.is_new, new.why) == (["new_customer"], True, "特批")
    assert Paper.objects.filter(advance=new, is_sealed=True).values_list("kind", flat=True).get() == "letter"


@pytest.mark.req("ADV-15", "ADV-23")
def test_of_two_requests_under_one_cap_the_second_is_not_signed_unnoticed(company: Desk) -> None:
    first, second = company.asked("C-A", "600000"), company.asked("C-B", "450000", 3)
    assert (codes(first), codes(second)) == ([], [])
    company.sign(first, *CHAIN)

    with pytest.raises(errors.AdvanceChanged):
        company.sign(second, "service")
    company.sign(second, "service", decision="return")
    assert second.state == "returned"
    second = company.submit(second, "重要客户")

    assert codes(second) == ["over_total"]
    company.sign(second, *CHAIN)
    assert second.state == "approved"
    found = queries.totals(actor("credit"), on=AUGUST)
    assert found is not None
    assert (found.committed, found.left) == (Money.of("1050000"), Money(0))


@pytest.mark.req("ADV-25", "ADV-26", "ADV-33", "ADV-24")
def test_debts_from_before_only_fall_are_collected_and_shut_new_advances(company: Desk) -> None:
    who = {"actor": actor("kefu"), "on": AUGUST}
    then = NewCollection("kefu", date(2024, 8, 5), "上门催收")
    debt = services.tell_legacy(
        **who, customer_no="C-C", amount=Money.of("9000"), note="旧账", collection=then
    )
    with pytest.raises(errors.LegacyOnlyFalls):
        company.asked("C-C", "1", 1)
    with pytest.raises(errors.LegacyMayNotRise):
        services.lower_legacy(**who, debt_id=debt.pk, balance=Money.of("9000"))
    debt = services.lower_legacy(**who, debt_id=debt.pk, balance=Money.of("8999.99"))
    assert debt.balance_minor == 8_999_99
    assert queries.plans(actor("credit"), on=AUGUST) == []  # without a limit there is none to plan for

    services.tell_legacy(**who, customer_no="C-B", amount=Money.of("800000"), note="旧账", collection=then)
    ((plan, steps, still_open),) = queries.plans(actor("credit"), on=AUGUST)
    assert (plan.target_minor, plan.due_on, still_open) == (500_000_00, date(2024, 11, 1), Money.of("800000"))
    assert [(step.due_on.month, step.at_most_minor) for step in steps] == [
        (9, 700_000_00), (10, 600_000_00), (11, 500_000_00),
    ]  # fmt: skip
    assert codes(company.asked("C-B", "1", 1)) == ["over_cap", "old_arrears"]

    september = date(2024, 9, 5)
    late = {(one.code, one.customer.no): one for one in queries.duties_of(actor("credit"), on=september)}
    assert late["plan_behind", "C-B"].figure == Money.of("100000")
    assert late["collection_idle", "C-C"].person == "kefu"
    assert late["reconcile_due", "C-B"].due_on == date(2024, 9, 1)
    assert ("reconcile_due", "C-B") not in {
        (one.code, one.customer.no) for one in queries.duties_of(actor("credit"), on=date(2024, 9, 1))
    }
    idle = [one.code for one in queries.duties_of(actor("credit"), on=date(2024, 8, 31))]
    assert "collection_idle" not in idle  # thirty days are no idleness yet

    other = queries.legacy(actor("credit"), on=AUGUST).get(customer__no="C-B")
    services.lower_legacy(**{**who, "on": september}, debt_id=other.pk, balance=Money.of("500000"))
    ((plan, _steps, _open),) = queries.plans(actor("credit"), on=september)
    assert (plan.ended_on, plan.ended_how) == (september, "met")
