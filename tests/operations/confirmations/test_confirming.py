"""A balance confirmed: drawn up, sealed, sent, answered, and what differs worked to nothing."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.facts.receivables.conftest import Ledger
from tests.operations.confirmations.conftest import CHIEF, DAY, MAY_END
from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.messages.models import Message
from xinheng.base.messages.services import paper_of
from xinheng.facts.archive.values import Upload
from xinheng.facts.receivables.models import Settlement
from xinheng.operations.confirmations import errors, queries, services
from xinheng.operations.confirmations.models import Balance, Confirmation, Sending
from xinheng.operations.confirmations.values import (
    NewAnswer,
    NewCampaign,
    NewConfirmation,
    NewDifference,
    NewSending,
    Selection,
    Wanted,
)

REPLY = DAY + timedelta(days=15)
PDF = Upload("letter.pdf", b"%PDF-1.7\n%%EOF\n")
WHO: dict[str, Any] = {"actor": CHIEF, "on": DAY}
AGREES, DIFFERS = True, False


def drawn(no: str = "C-7", **told: Any) -> Confirmation:
    new = NewConfirmation(
        **{"form": "letter", "company": "信衡公司", "as_of": MAY_END, "reply_by": REPLY, **told}
    )
    return services.draw_up(**WHO, customer_no=no, new=new)


def sent(no: str = "C-7") -> Confirmation:
    found = drawn(no)
    services.seal(**WHO, confirmation_id=found.pk, paper=PDF)
    new = NewSending("post", "上海市南京路 1 号", DAY, "EMS-1")
    services.note_sent(**WHO, confirmation_id=found.pk, new=new)
    return Confirmation.objects.get(pk=found.pk)


def side(found: Confirmation) -> Any:
    (only,) = queries.told(found).sides
    return only


def test_a_letter_tells_what_is_open_document_by_document_and_what_is_not_applied(accounts: Ledger) -> None:
    lines = side(drawn()).account.lines

    assert [(line.what, line.no, str(line.amount), str(line.open)) for line in lines] == [
        ("bill", "B1", "1,000.00", "750.00"),
        ("prepaid", "R1", "-300.00", "-50.00"),
        ("bill", "B2", "200.00", "200.00"),
    ]
    assert side(drawn()).account.balance == Money.of("900.00")
    assert side(drawn("C-8")).account.balance == Money.of("-40.00")


def test_a_statement_leads_from_the_balance_before_to_the_balance_after(accounts: Ledger) -> None:
    account = side(drawn(form="statement", from_on=date(2026, 5, 1), as_of=DAY)).account

    assert account.opening == Money.of("1000.00")
    assert [(line.what, line.no, str(line.amount), str(line.open)) for line in account.lines] == [
        ("receipt", "R1", "-300.00", "700.00"),
        ("bill", "B2", "200.00", "900.00"),
        ("receipt", "R2", "-150.00", "750.00"),
    ]
    assert account.balance == Money.of("750.00")


@pytest.mark.req("MED-02", "TGT-09")
def test_a_total_that_is_not_what_the_ledger_says_is_not_printed(accounts: Ledger) -> None:
    Settlement.objects.update(receipt=receivables_of("C-8"))  # a payment of another customer clears the bill

    for form in ({}, {"form": "statement", "from_on": date(2026, 5, 1)}):
        with pytest.raises(errors.TotalDiffersFromLedger) as refused:
            drawn(**form)
        assert refused.value.params["customer_no"] == "C-7"
    assert not Confirmation.objects.exists()
    assert not Balance.objects.exists()


def receivables_of(no: str) -> Any:
    from xinheng.facts.receivables.models import Receipt

    return Receipt.objects.get(customer__no=no)


def test_nothing_to_confirm_and_days_to_come_are_refused(accounts: Ledger) -> None:
    with pytest.raises(errors.NothingToConfirm):
        drawn("C-8", as_of=date(2026, 1, 31))
    with pytest.raises(errors.ConfirmationInvalid):
        drawn(as_of=DAY + timedelta(days=1))
    with pytest.raises(errors.ConfirmationInvalid):
        drawn(form="statement")
    reader = Actor(login="r", name="r", permits=frozenset({"confirmations.read", "customers.read"}))
    with pytest.raises(AccessDenied):
        services.draw_up(
            actor=reader, on=DAY, customer_no="C-7", new=NewConfirmation("letter", "x", MAY_END, REPLY)
        )


def test_only_what_was_printed_is_sent_and_sent_again_is_a_reminder(accounts: Ledger) -> None:
    found = drawn()
    new = NewSending("post", "上海市南京路 1 号", DAY)
    with pytest.raises(errors.NotSealed):
        services.note_sent(**WHO, confirmation_id=found.pk, new=new)

    sealed = services.seal(**WHO, confirmation_id=found.pk, paper=PDF)
    assert sealed.sha256 == hashlib.sha256(PDF.content).hexdigest()
    with pytest.raises(errors.ConfirmationStands):
        services.seal(**WHO, confirmation_id=found.pk, paper=PDF)
    services.note_sent(**WHO, confirmation_id=found.pk, new=new)
    services.note_sent(**WHO, confirmation_id=found.pk, new=new)

    kept = Confirmation.objects.get()
    assert (kept.state, kept.sent_on, kept.reminders) == ("sent", DAY, 1)
    assert list(Sending.objects.values_list("is_reminder", "sent_by")) == [(False, "chief"), (True, "chief")]
    assert queries.read_paper(**WHO, confirmation_id=found.pk).content == PDF.content


def test_a_sealed_letter_goes_out_by_e_mail_with_its_paper(accounts: Ledger) -> None:
    found = drawn()
    services.seal(**WHO, confirmation_id=found.pk, paper=PDF)
    by_post = NewSending("post", "李会计", DAY, deliver=True)
    with pytest.raises(errors.ConfirmationInvalid):
        services.note_sent(**WHO, confirmation_id=found.pk, new=by_post)

    new = NewSending("email", "li@example.com", DAY, deliver=True)
    kept = services.note_sent(**WHO, confirmation_id=found.pk, new=new)

    message = Message.objects.get()
    assert (message.way, message.address, message.state) == ("email", "li@example.com", "waiting")
    assert kept.reference == message.message_id
    assert paper_of(message.paper).content == PDF.content
    assert "催款" in message.text


def test_an_answer_that_agrees_settles_and_keeps_the_slip(accounts: Ledger) -> None:
    found = sent()
    wrong = NewAnswer(AGREES, "李会计", DAY, {"CNY": Money.of("1.00")})
    with pytest.raises(errors.ConfirmationInvalid):
        services.note_answer(**WHO, confirmation_id=found.pk, new=wrong)
    agreed = NewAnswer(AGREES, "李会计", DAY, is_sealed=True, slip=Upload("slip.pdf", b"%PDF-1.4\nslip"))

    services.note_answer(**WHO, confirmation_id=found.pk, new=agreed)

    kept = Confirmation.objects.get()
    assert (kept.state, kept.settled_on) == ("agreed", DAY)
    (answer,) = queries.told(kept).answers
    assert (answer.answered_by, answer.is_sealed) == ("李会计", True)
    slip = queries.read_paper(**WHO, confirmation_id=found.pk, attachment_id=answer.attachment_no)
    assert slip.content == b"%PDF-1.4\nslip"


def test_a_difference_is_worked_to_nothing_line_by_line(accounts: Ledger) -> None:
    found = sent()
    told = {"CNY": Money.of("550.00")}  # they paid 150.00 on the day and have not booked B2
    services.note_answer(**WHO, confirmation_id=found.pk, new=NewAnswer(DIFFERS, "李会计", DAY, told))
    assert side(found).difference == Money.of("-350.00")

    near = queries.likely(side(found), found, on=DAY)
    assert {(one.cause, one.no, str(one.amount), one.fits) for one in near} == {
        ("timing", "R2", "-150.00", False), ("missing_bill", "B2", "-200.00", False),
    }  # fmt: skip

    def explain(cause: str, amount: str, no: str = "", owner: str = "wang") -> Any:
        new = NewDifference(cause, Money.of(amount), owner, DAY + timedelta(days=7), no)  # type: ignore[arg-type]
        return services.explain(**WHO, confirmation_id=found.pk, new=new)

    for amount in ("-350.01", "200.00", "0.00"):
        with pytest.raises(errors.ExplainedTooMuch):
            explain("timing", amount)
    with pytest.raises(errors.ConfirmationInvalid):
        explain("timing", "-150.00", owner="nobody")
    first, second = explain("timing", "-150.00", "R2"), explain("missing_bill", "-200.00", "B2")
    assert side(found).left == Money.of("0.00")
    now = side(found)
    assert (
        now.account.balance + sum((Money(one.amount_minor) for one in now.explained), Money(0)) == now.theirs
    )
    with pytest.raises(errors.ConfirmationInvalid):
        services.work_off(**WHO, difference_id=first.pk, outcome=" ", is_ours=False)

    services.work_off(**WHO, difference_id=first.pk, outcome="6 月 2 日到账", is_ours=False)
    assert Confirmation.objects.get().state == "differs"
    assert [one.pk for one in queries.differences(CHIEF, on=DAY, owner="wang")] == [second.pk]
    services.work_off(**WHO, difference_id=second.pk, outcome="对方补记 B2", is_ours=False)

    kept = Confirmation.objects.get()
    assert (kept.state, kept.settled_on) == ("settled", DAY)
    with pytest.raises(errors.DifferenceClosed):
        services.work_off(**WHO, difference_id=second.pk, outcome="x", is_ours=True)


def test_a_difference_left_unexplained_keeps_the_letter_open(accounts: Ledger) -> None:
    found = sent()
    told = {"CNY": Money.of("800.00")}
    services.note_answer(**WHO, confirmation_id=found.pk, new=NewAnswer(DIFFERS, "李会计", DAY, told))
    new = NewDifference("error", Money.of("-60.00"), "wang", DAY)
    one = services.explain(**WHO, confirmation_id=found.pk, new=new)

    services.work_off(**WHO, difference_id=one.pk, outcome="更正", is_ours=True)

    assert Confirmation.objects.get().state == "differs"
    assert side(found).left == Money.of("-40.00")
    with pytest.raises(errors.ConfirmationStands):  # what was explained is of the first answer
        services.note_answer(**WHO, confirmation_id=found.pk, new=NewAnswer(AGREES, "李会计", DAY))


def campaign(**selection: Any) -> Any:
    new = NewCampaign("二季度对账", "quarterly", MAY_END, REPLY, "信衡公司", Selection(**selection))
    return services.open_campaign(**WHO, new=new)


def test_a_round_asks_who_is_chosen_and_tells_how_far_it_is(accounts: Ledger) -> None:
    with pytest.raises(errors.CampaignEmpty):
        campaign(least=Decimal("900.01"))
    assert Confirmation.objects.count() == 0
    assert [one.customer.no for one in letters(campaign(owing_only=True))] == ["C-7"]
    assert [one.customer.no for one in letters(campaign(least=Decimal("40.00"), region="华东"))] == [
        "C-7",
        "C-8",
    ]
    found = campaign()
    seven, eight = letters(found)
    for one in (seven, eight):
        services.seal(**WHO, confirmation_id=one.pk, paper=PDF)

    assert services.send_round(**WHO, campaign_id=found.pk, way="post") == (1, 1)  # C-8 has no address
    later = REPLY + timedelta(days=1)
    assert services.remind_silent(actor=CHIEF, on=later, campaign_id=found.pk, way="email") == (1, 0)
    assert [one.pk for one in queries.silent(CHIEF, on=later)] == [seven.pk]
    services.note_answer(
        **{**WHO, "on": later}, confirmation_id=seven.pk, new=NewAnswer(AGREES, "李会计", later)
    )

    (coverage,) = queries.coverage(CHIEF, found, on=later)
    assert (coverage.chosen, coverage.sent, coverage.answered, coverage.confirmed, coverage.silent) == (
        2,
        1,
        1,
        1,
        0,
    )
    assert (coverage.chosen_money, coverage.confirmed_money) == (Money.of("940.00"), Money.of("900.00"))
    assert coverage.answered_share == 0.5
    assert coverage.confirmed_share == pytest.approx(900 / 940)
    services.close_campaign(**WHO, campaign_id=found.pk)
    with pytest.raises(errors.CampaignClosed):
        services.send_round(**WHO, campaign_id=found.pk, way="post")


def letters(found: Any) -> list[Confirmation]:
    return list(queries.confirmations(CHIEF, Wanted(campaign=found.pk, sort="customer"), on=DAY))


def test_a_round_passes_over_an_account_that_does_not_agree(accounts: Ledger) -> None:
    Settlement.objects.update(receipt=receivables_of("C-8"))
    found = campaign()

    assert letters(found) == []
    assert found.passed_over == 2
