"""Applications on their way: written, submitted, signed, returned, refused, agreed; and what holds after it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from tests.judgements.applications.conftest import FORM, JUNE, Office, actor, graded
from xinheng.base.access.errors import AccessDenied
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.errors import DecidedBefore, NotYourTurn, OwnSubmission
from xinheng.base.approvals.models import Request
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.judgements.applications import queries, services
from xinheng.judgements.applications.errors import (
    AboveCeiling,
    AgreementDiffers,
    ApplicationInvalid,
    ApplicationNotOpen,
    ApplicationReasonMissing,
    ApplicationRunning,
    ConditionUnknown,
    CreditRefused,
    FindingUnknown,
    NotYourApplication,
    NotYoursToAlter,
    StepBetween,
    StepTaken,
)
from xinheng.judgements.applications.models import Alteration, Application, Frozen
from xinheng.judgements.applications.values import NewFinding, Wanted
from xinheng.judgements.limits.models import Account, Limit


def field_of(refused: Any) -> str:
    return str(refused.value.params["field"])


@pytest.mark.req("LIM-05")
@pytest.mark.parametrize(("lacking", "field"), [("products", "products"), ("volume", "volume")])
def test_a_form_without_products_or_volume_is_kept_and_cannot_be_submitted(
    office: Office, lacking: str, field: str
) -> None:
    answers = {name: value for name, value in FORM.items() if name != lacking}
    one = office.draft("lim", "50000", answers=answers)

    with pytest.raises(ApplicationInvalid) as refused:
        office.submit(one)

    assert field_of(refused) == field
    assert Application.objects.get().state == "draft"
    assert not Request.objects.exists()
    assert office.submit(office.draft("lim", "50000", edit=one.pk)).state == "open"


@pytest.mark.req("LIM-07", "LIM-08")
def test_supervisor_and_head_sign_and_the_credit_holds_with_the_agreement(office: Office) -> None:
    one = office.applied("lim", "50000")

    with pytest.raises(NotYourTurn):
        office.decide(one, "head")
    office.approve(one, "supervisor", "head")

    assert (one.state, one.agreement, one.active_on) == ("approved", "awaited", None)
    assert office.credit("C-8").limit.state == "not_assessed"  # approved is not yet active
    agreed: Any = {"application_id": one.pk, "agreement_no": "HZ-2026-7"}
    for amount, days, field in (("50000.01", 45, "amount"), ("50000", 46, "days")):
        with pytest.raises(AgreementDiffers) as refused:
            services.confirm_agreement(
                actor=actor("seller"), on=JUNE, amount=Money.of(amount), days=days, **agreed
            )
        assert field_of(refused) == field
        assert not Limit.objects.exists()

    services.confirm_agreement(actor=actor("seller"), on=JUNE, amount=Money.of("50000"), days=45, **agreed)

    head = office.credit("C-8")
    assert (head.limit.state, head.limit.minor) == ("limited", 50_000_00)
    account = Account.objects.get(customer__no="C-8", segment="")
    assert (account.payment, account.terms_days) == ("credit", 45)
    assert Limit.objects.get().told_by == "seller"
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"applications.submit", "applications.approve", "applications.confirm_agreement"} <= acts


def test_an_application_goes_there_and_back_through_everybodys_hands(office: Office) -> None:
    """Return, a stand-in by delegation, nobody twice, nobody their own, altered, signed by all of a step."""
    one = office.applied("general", "600000")
    request = one.request_id
    assert one.row == "large"
    with pytest.raises(ApplicationRunning):
        office.draft("general", "1")
    office.decide(one, "sales", "return", "请补充合同")
    assert (one.state, one.request.state) == ("returned", "returned")
    with pytest.raises(NotYourApplication):
        services.submit(actor=actor("credit"), on=JUNE, application_id=one.pk)

    office.draft("general", "550000", edit=one.pk, by="seller")
    office.submit(Application.objects.get())
    one.refresh_from_db()
    assert one.state == "open"
    assert one.request_id != request  # the chain of its row begins anew
    assert Request.objects.get(pk=request).state == "withdrawn"
    lent: Any = {"taker": "legal", "from_on": JUNE, "until_on": JUNE + timedelta(7), "reason": "出差"}
    approvals.delegate(actor=actor("sales"), on=JUNE, **lent)
    office.decide(one, "legal")  # for the sales manager
    with pytest.raises(DecidedBefore):
        office.decide(one, "legal")  # not for legal too
    office.decide(one, "finance")
    assert one.state == "open"  # both must sign
    other: Any = {"role": "legal_manager", "unit": "HQ"}
    _second_lawyer(**other)
    office.decide(one, "lawyer")

    told: Any = {"actor": actor("general"), "on": JUNE, "application_id": one.pk, "days": 30}
    with pytest.raises(ApplicationReasonMissing):
        services.alter(**told, amount=Money.of("500000"), reason=" ")
    services.alter(**told, amount=Money.of("500000"), reason="先给五十万")
    office.decide(one, "general")

    assert (one.state, one.amount_minor, one.days) == ("approved", 500_000_00, 30)
    assert office.credit("C-7").limit.minor == 500_000_00
    changed = Alteration.objects.get()
    assert (changed.before_minor, changed.after_minor, changed.by) == (550_000_00, 500_000_00, "general")
    minutes = list(Frozen.objects.values_list("act", "step", "by"))
    assert minutes == [
        ("submit", None, "seller"), ("return", 0, "sales"), ("submit", None, "seller"),
        ("approve", 0, "legal"), ("approve", 1, "finance"), ("approve", 1, "lawyer"),
        ("approve", 2, "general"),
    ]  # fmt: skip


def _second_lawyer(**told: Any) -> None:
    from xinheng.base.access import services as access
    from xinheng.base.kernel.actors import system_actor

    access.create_person(
        actor=system_actor(), on=JUNE, login="lawyer", name="lawyer", password="长江-river-2026", **told
    )


def test_who_decides_is_not_who_applied_and_alters_no_more_than_they_may_sign(office: Office) -> None:
    one = office.applied("general", "200000", by="credit")
    told: Any = {"on": JUNE, "application_id": one.pk, "reason": "多给些"}

    with pytest.raises(NotYoursToAlter):  # not their step
        services.alter(actor=actor("finance"), amount=Money.of("100000"), days=45, **told)
    with pytest.raises(NotYoursToAlter):  # upwards, and another signs last
        services.alter(actor=actor("sales"), amount=Money.of("300000"), days=45, **told)
    office.decide(one, "sales")
    with pytest.raises(OwnSubmission):
        office.decide(one, "credit")
    with pytest.raises(NotYoursToAlter):  # their own, even downwards
        services.alter(actor=actor("credit"), amount=Money.of("100000"), days=45, **told)
    with pytest.raises(NotYoursToAlter):  # beyond the row that ends with the finance manager
        services.alter(actor=actor("finance"), amount=Money.of("500000.01"), days=45, **told)
    services.alter(actor=actor("finance"), amount=Money.of("500000"), days=60, **told)
    office.decide(one, "finance")

    assert office.credit("C-7").limit.minor == 500_000_00
    assert Account.objects.get(customer__no="C-7", segment="").terms_days == 60


def test_what_was_known_stays_word_for_word_although_the_customer_changed(office: Office) -> None:
    ledger = office.ledger("C-7")
    ledger.bill("B1", "2026-05-01", "2026-05-31", "30000")
    one = office.applied("general", "100000", days=20)
    ledger.bill("B2", "2026-06-01", "2026-06-30", "5000")
    graded("C-7", "general", "D", 10, on=date(2026, 6, 29))
    office.decide(one, "sales", "reject", "等级下降")

    (first, then, intact), (_second, now, _intact) = queries.frozen_of(one)

    assert intact
    assert (then["grade"], then["exposure"]["total"], then["overdue"]) == ("BBB", 30_000_00, 30_000_00)
    assert (now["grade"], now["exposure"]["total"]) == ("D", 35_000_00)
    turnover = next(each for each in then["proposals"] if each["code"] == "turnover")
    assert turnover["minor"] == 2_876_71  # 30000 / 365 × (20 + 15) × 1
    assert then["proposed"]["chosen"] == "turnover"
    assert then["limit"]["state"] == "not_assessed"
    assert (one.state, one.ended_why) == ("rejected", "等级下降")
    Frozen.objects.filter(pk=first.pk).update(content=first.content.replace("BBB", "AAA"))
    assert not queries.frozen_of(one)[0][2]  # altered, and it shows
    assert json.loads(first.content)["customer"]["no"] == "C-7"
    assert office.credit("C-7").limit.state == "not_assessed"


@pytest.mark.req("LIM-06")
@pytest.mark.parametrize("letter", ["a", "b", "c", "d", "e", "f", "h", "i"])
def test_each_of_the_eight_conditions_refuses_and_ends_credit(office: Office, letter: str) -> None:
    office.limit("C-8", "80000")
    told = NewFinding("lim", letter, date(2026, 5, 1), "走访记录 7")
    services.tell_condition(actor=actor("seller"), on=JUNE, customer_no="C-8", told=told)

    with pytest.raises(CreditRefused) as refused:
        office.applied("lim", "50000")

    assert refused.value.params["letters"] == letter
    assert office.credit("C-8").limit.state == "no_credit"  # what it had has ended
    assert not Request.objects.exists()


@pytest.mark.req("LIM-06")
def test_letter_g_cannot_be_told_and_what_was_lifted_refuses_no_more(office: Office) -> None:
    who: Any = {"actor": actor("seller"), "on": JUNE}
    for condition, complaint in (("g", ""), ("z", ""), ("b", "TS-1")):
        told = NewFinding("lim", condition, JUNE, "走访", complaint)
        with pytest.raises(ConditionUnknown):
            services.tell_condition(**who, customer_no="C-8", told=told)
    kept = services.tell_condition(**who, customer_no="C-8", told=NewFinding("lim", "h", JUNE, "停业通知"))
    services.lift_condition(**who, finding_id=kept.pk, reason="整改完毕")
    with pytest.raises(FindingUnknown):
        services.lift_condition(**who, finding_id=kept.pk, reason="再一次")

    assert office.applied("lim", "50000").state == "open"


@pytest.mark.req("LIM-06")
def test_arrears_we_caused_ourselves_do_not_count_where_a_complaint_case_shows_it(office: Office) -> None:
    office.limit("C-8", "80000")
    office.ledger("C-8").bill("B1", "2026-01-01", "2026-01-31", "900")  # 150 days late
    draft = office.draft("lim", "50000")
    with pytest.raises(CreditRefused):
        office.submit(draft)

    told = NewFinding("lim", "a", JUNE, "账单 B10、B11 的油品质量投诉", "TS-2026-3")
    services.tell_condition(actor=actor("seller"), on=JUNE, customer_no="C-8", told=told)
    assert office.credit("C-8").limit.minor == 80_000_00  # it excuses, it ends nothing

    with pytest.raises(CreditRefused):  # the case is about other bills
        office.submit(draft)
    told = NewFinding("lim", "a", JUNE, "B1 质量投诉", "TS-2026-3")
    services.tell_condition(actor=actor("seller"), on=JUNE, customer_no="C-8", told=told)
    assert office.submit(draft).state == "open"


@pytest.mark.req("LIM-06")
def test_a_condition_told_under_way_stops_the_approval_and_lets_it_be_refused(office: Office) -> None:
    one = office.applied("lim", "50000")
    told = NewFinding("lim", "i", JUNE, "（2026）沪01民初7号")
    services.tell_condition(actor=actor("seller"), on=JUNE, customer_no="C-8", told=told)

    with pytest.raises(CreditRefused):
        office.decide(one, "supervisor")
    assert list(Frozen.objects.values_list("act", flat=True)) == ["submit"]
    office.decide(one, "supervisor", "reject", "被起诉")

    assert one.state == "rejected"


@pytest.mark.req("SAP-03", "FOU-04")
def test_class_b_rises_one_step_a_review_and_never_between_steps(office: Office) -> None:
    with pytest.raises(StepBetween) as refused:
        office.applied("fou", "70000")
    assert str(refused.value.params["below"]), str(refused.value.params["above"]) == (
        "50,000.00",
        "100,000.00",
    )
    one = Application.objects.get()
    with pytest.raises(StepTaken):  # two steps at once
        office.submit(office.draft("fou", "100000", edit=one.pk))
    office.approve(office.submit(office.draft("fou", "50000", edit=one.pk)), "sales")
    assert office.credit("C-9").limit.minor == 50_000_00

    with pytest.raises(StepTaken):  # the second step of the same review
        office.applied("fou", "100000")
    graded("C-9", "fou", "B", 2, on=JUNE + timedelta(1))  # reviewed
    office.on = JUNE + timedelta(1)
    office.approve(office.submit(Application.objects.get(state="draft")), "sales")

    assert office.credit("C-9").limit.minor == 100_000_00
    graded("C-9", "fou", "D", 4, on=JUNE + timedelta(2))
    office.on = JUNE + timedelta(2)
    with pytest.raises(AboveCeiling):
        office.applied("fou", "50000")


@pytest.mark.req("TPA-05", "SAP-16")
def test_small_changes_hold_at_once_and_others_wait_for_four_eyes(office: Office) -> None:
    first = office.applied("general", "50000", days=30, by="credit")
    assert (first.state, first.request_id) == ("approved", None)  # within what the credit manager sets alone
    assert office.credit("C-7").limit.minor == 50_000_00

    small = office.applied("general", "55000", days=30)
    assert (small.state, office.credit("C-7").limit.minor) == ("approved", 55_000_00)  # ten percent
    for amount, days in (("60500.01", 30), ("55000", 31)):  # beyond ten percent; other days
        one = office.applied("general", amount, days=days)
        assert (one.state, office.credit("C-7").limit.minor) == ("open", 55_000_00)
        services.withdraw(actor=actor("seller"), on=JUNE, application_id=one.pk, reason="改天再报")
    beyond = office.applied("general", "70000", days=30, by="credit")
    assert (beyond.state, beyond.row) == ("open", "medium")  # above the level even the manager needs another


def test_a_limit_below_the_exposure_is_let_stand_and_one_of_zero_ends_the_credit(office: Office) -> None:
    office.limit("C-7", "90000")
    office.ledger("C-7").bill("B1", "2026-06-01", "2026-07-31", "40000")
    low = office.applied("general", "30000", days=30, by="credit", reason="控制风险")
    head = office.credit("C-7")
    assert (low.state, head.limit.minor, head.exposure.minor) == ("approved", 30_000_00, 40_000_00)
    assert head.left == Money.of("-10000")

    office.applied("general", "0", days=0, by="credit", payment="prepaid")

    assert office.credit("C-7").limit.state == "no_credit"
    assert Account.objects.get(customer__no="C-7", segment="").payment == "prepaid"


def test_a_temporary_limit_has_its_last_day_and_lapses_by_itself(office: Office) -> None:
    office.limit("C-7", "20000")
    with pytest.raises(ApplicationInvalid) as refused:
        office.draft("general", "40000", kind="temporary")
    assert field_of(refused) == "until_on"
    last = JUNE + timedelta(30)
    office.applied("general", "40000", days=30, by="credit", kind="temporary", until_on=last)
    assert office.credit("C-7").limit.minor == 40_000_00

    office.on = last + timedelta(1)

    assert office.credit("C-7").limit.minor == 20_000_00


def test_lists_show_whom_they_wait_for_and_late_ones_go_to_who_is_named(office: Office) -> None:
    one = office.applied("general", "300000")
    late = JUNE + timedelta(14)

    def found(login: str, on: date = JUNE, **wanted: Any) -> list[int]:
        rows = queries.applications(actor(login, on=on), Wanted(**wanted), on=on)
        return [row.pk for row in rows]

    assert found("sales", waiting=True) == [one.pk]
    assert found("general", waiting=True) == []
    assert found("seller", mine=True, grade="BBB", text="C-7", state="open") == [one.pk]
    assert found("seller", late=True) == []
    assert found("seller", late, late=True) == [one.pk]
    assert not queries.escalated(actor("general"), on=JUNE).exists()
    assert [row.pk for row in queries.escalated(actor("general", on=late), on=late)] == [one.pk]
    assert not queries.escalated(actor("sales", on=late), on=late).exists()


def test_an_application_out_of_turn_or_without_right_does_nothing(office: Office) -> None:
    one = office.applied("general", "300000")
    who: Any = {"on": JUNE, "application_id": one.pk}
    with pytest.raises(ApplicationNotOpen):
        office.draft("general", "1000", edit=one.pk)
    with pytest.raises(ApplicationNotOpen):
        services.confirm_agreement(
            actor=actor("seller"), amount=Money.of("1"), days=1, agreement_no="x", **who
        )
    with pytest.raises(AccessDenied):
        services.withdraw(actor=actor("head"), reason="x", **who)
    with pytest.raises(ApplicationReasonMissing):
        services.withdraw(actor=actor("seller"), reason=" ", **who)
    with pytest.raises(ApplicationInvalid) as refused:
        office.draft("general", "1000", no="C-8", answers={"volume": "很多"})
    assert field_of(refused) == "volume"
    assert Customer.objects.count() == 3
    assert Application.objects.get().state == "open"
