"""From what a run proposes to the grade that stands, as the advance-funding rules want it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.judgements.reviews.conftest import (
    JUNE,
    accept_all,
    approve,
    decide,
    kept,
    proposal,
    rated,
    standing,
    submit,
    who,
)
from xinheng.base.access.errors import AccessDenied
from xinheng.base.approvals.errors import NotYourTurn, OwnSubmission, RoleUnmanned
from xinheng.base.approvals.models import Request
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.reviews import queries, services
from xinheng.judgements.reviews.errors import (
    EffectiveDayInvalid,
    ExpiryInvalid,
    GradeUnknown,
    LastLine,
    NotApprover,
    NothingSelected,
    NotPreparer,
    OnAnotherSheet,
    OverridesExpired,
    ProposalSettled,
    ProposalUnknown,
    RaisedTooFar,
    ReviewNotBegun,
    ReviewOutdated,
    ReviewReasonMissing,
    SheetOutOfReach,
    VetoStands,
)
from xinheng.judgements.reviews.models import LineAct, Proposal, Sheet, StandingGrade
from xinheng.judgements.reviews.values import Order, Wanted

pytestmark = pytest.mark.django_db(transaction=True)
JULY_9 = date(2026, 7, 9)


def override(
    run: Run, no: str, grade: str, *, login: str = "maker", reason: str = "已核实", **other: object
) -> Proposal:
    found = proposal(run, no).pk
    actor = who(login)
    return services.override(
        actor=actor,
        on=JUNE,
        proposal_id=found,
        grade=grade,
        reason=reason,
        **other,  # type: ignore[arg-type]
    )


@pytest.mark.req("ADV-13")
def test_a_proposal_becomes_the_grade_that_stands_only_when_the_last_of_the_chain_approves(run: Run) -> None:
    told = Proposal.objects.order_by("customer__no").values_list("customer__no", "proposed", "held")
    assert list(told) == [("C-1", "B", "soft"), ("C-2", "C", ""), ("C-3", "", ""), ("C-4", "A", "")]
    assert accept_all(run) == 3  # C-3 has no proposed grade to accept
    sheet = submit(run, effective_on=JULY_9)
    assert (sheet.lines, Request.objects.get().title) == (
        3,
        "客户信用等级汇总表：客户信用等级管理制度（垫资），2026-06-30，3 户",
    )
    for login in ("vice", "legal", "finance"):
        decide(sheet, login)
    assert not StandingGrade.objects.exists()
    with pytest.raises(NotYourTurn):
        decide(sheet, "vice")

    decide(sheet, "general")

    assert [standing(no, on=JULY_9) for no in ("C-1", "C-2", "C-3", "C-4")] == [
        ("B", "accepted"),
        ("C", "accepted"),
        None,
        ("A", "accepted"),
    ]
    assert standing("C-1", on=date(2026, 7, 8)) is None
    row = StandingGrade.objects.get(customer__no="C-1")
    assert (row.reviewed_by, row.approved_by, row.run_id, row.sheet_id) == (
        "maker",
        "general",
        run.pk,
        sheet.pk,
    )
    assert Proposal.objects.filter(stage="approved").count() == 3
    acts = Entry.objects.filter(
        act__startswith="ratings.", subject__in=[f"run:{run.pk}", f"sheet:{sheet.pk}"]
    )
    assert list(acts.order_by("id").values_list("act", "actor_login"))[1:] == [
        ("ratings.open_review", "maker"),
        ("ratings.accept", "maker"),
        ("ratings.submit_sheet", "maker"),
        ("ratings.take_effect", "general"),
    ]


@pytest.mark.req("RR-17")
def test_nobody_approves_an_own_sheet_and_the_chain_must_be_held_by_others(run: Run) -> None:
    from xinheng.base.access import services as access
    from xinheng.base.kernel.actors import system_actor

    access.assign(actor=system_actor(), on=JUNE, login="maker", role="vice_president", unit="HQ")
    accept_all(run)
    sheet = submit(run)
    with pytest.raises(OwnSubmission):
        decide(sheet, "maker")
    for login in ("vice", "legal"):
        decide(sheet, login)
    assert Sheet.objects.get().state == "open"


@pytest.mark.req("ADV-13", "RR-17")
def test_an_approver_changes_a_proposed_grade_only_with_a_reason(run: Run) -> None:
    accept_all(run)
    sheet = submit(run)
    line = proposal(run, "C-4")
    with pytest.raises(ReviewReasonMissing):
        services.change_line(actor=who("legal"), on=JUNE, proposal_id=line.pk, grade="B", reason="  ")
    with pytest.raises(NotApprover):
        services.change_line(actor=who("general"), on=JUNE, proposal_id=line.pk, grade="B", reason="x")
    with pytest.raises(AccessDenied):
        services.change_line(actor=who("other"), on=JUNE, proposal_id=line.pk, grade="B", reason="x")
    assert proposal(run, "C-4").grade == "A"

    services.change_line(actor=who("legal"), on=JUNE, proposal_id=line.pk, grade="B", reason="合同有争议")
    approve(sheet)

    assert standing("C-4") == ("B", "override")
    act = LineAct.objects.get()
    assert (act.act, act.before, act.after, act.by, act.reason) == ("change", "A", "B", "legal", "合同有争议")
    assert Entry.objects.get(act="ratings.change_line").reason == "合同有争议"


@pytest.mark.req("RR-17")
def test_single_lines_are_returned_or_rejected_with_a_reason_and_the_others_go_on(run: Run) -> None:
    accept_all(run)
    sheet = submit(run)
    actor = who("finance")
    with pytest.raises(ReviewReasonMissing):
        services.return_line(actor=actor, on=JUNE, proposal_id=proposal(run, "C-1").pk, reason="")
    services.return_line(actor=actor, on=JUNE, proposal_id=proposal(run, "C-1").pk, reason="补充资料")
    services.reject_line(actor=actor, on=JUNE, proposal_id=proposal(run, "C-2").pk, reason="另案处理")
    with pytest.raises(LastLine):
        services.return_line(actor=actor, on=JUNE, proposal_id=proposal(run, "C-4").pk, reason="也退")
    approve(sheet)

    assert [standing(no) for no in ("C-1", "C-2", "C-4")] == [None, None, ("A", "accepted")]
    assert (proposal(run, "C-1").stage, proposal(run, "C-2").stage) == ("reviewed", "rejected")
    again = submit(run)  # the returned one may come again
    assert again.lines == 1


@pytest.mark.req("RR-17")
def test_a_returned_sheet_is_corrected_and_submitted_again(run: Run) -> None:
    from xinheng.base.approvals import services as approvals

    accept_all(run)
    sheet = submit(run)
    decide(sheet, "vice", "return", reason="C-4 依据不足")
    assert Sheet.objects.get().state == "returned"
    override(run, "C-4", "B")
    approvals.resubmit(actor=who("maker"), on=JUNE, request_id=sheet.request.pk)
    assert Proposal.objects.filter(stage="submitted", sheet=sheet).count() == 3
    with pytest.raises(ProposalSettled):
        override(run, "C-1", "C")
    approve(sheet)
    assert standing("C-4") == ("B", "override")


def test_a_rejected_sheet_changes_no_grade_and_a_withdrawn_one_frees_its_lines(run: Run) -> None:
    from xinheng.base.approvals import services as approvals

    accept_all(run)
    sheet = submit(run)
    approvals.withdraw(actor=who("maker"), on=JUNE, request_id=sheet.request.pk, reason="漏报")
    assert Proposal.objects.filter(stage="reviewed", sheet=None).count() == 3
    again = submit(run)
    decide(again, "legal", "reject", reason="程序不符")
    assert not StandingGrade.objects.exists()
    assert Proposal.objects.filter(stage="rejected").count() == 3


@pytest.mark.req("RR-06", "LOA-10")
def test_an_override_needs_a_reason_an_end_and_stays_within_one_notch_up(run: Run) -> None:
    with pytest.raises(ReviewReasonMissing):
        override(run, "C-2", "B", reason=" ")
    with pytest.raises(RaisedTooFar):
        override(run, "C-2", "A")
    with pytest.raises(GradeUnknown):
        override(run, "C-2", "Z")
    with pytest.raises(ExpiryInvalid):
        override(run, "C-2", "B", expires_on=JUNE)
    with pytest.raises(ExpiryInvalid):
        override(run, "C-2", "B", expires_on=date(2027, 7, 1))
    with pytest.raises(ProposalUnknown):
        services.override(actor=who("maker"), on=JUNE, proposal_id=0, grade="B", reason="x")
    with pytest.raises(AccessDenied):
        override(run, "C-2", "B", login="vice")
    assert not Proposal.objects.exclude(stage="open").exists()

    made = override(run, "C-2", "B")

    assert (made.kind, made.expires_on, made.reviewed_by) == ("override", date(2027, 6, 30), "maker")
    assert override(run, "C-2", "C").kind == "accepted"  # the proposed grade again is no override
    assert proposal(run, "C-2").expires_on is None
    entry = Entry.objects.filter(act="ratings.override").latest("id")
    assert (entry.before["grade"], entry.after["grade"], entry.reason) == ("B", "C", "已核实")


@pytest.mark.req("RR-09")
def test_missing_data_is_raised_to_the_worst_grade_and_no_higher_by_a_reviewer(run: Run) -> None:
    with pytest.raises(RaisedTooFar):
        override(run, "C-3", "B")
    assert override(run, "C-3", "C").kind == "override"


@pytest.mark.req("RR-06")
def test_only_the_last_approver_raises_further(run: Run) -> None:
    accept_all(run)
    sheet = submit(run)
    line = proposal(run, "C-2").pk
    with pytest.raises(RaisedTooFar):
        services.change_line(actor=who("vice"), on=JUNE, proposal_id=line, grade="A", reason="总部担保")
    for login in ("vice", "legal", "finance"):
        decide(sheet, login)
    services.change_line(actor=who("general"), on=JUNE, proposal_id=line, grade="A", reason="总部担保")
    decide(sheet, "general")
    # C-2 is new: above the soft cap of Article 14 it is an exception
    assert standing("C-2") == ("A", "exception")


@pytest.mark.req("RR-05")
def test_an_exception_to_a_soft_cap_needs_a_reason_and_the_last_approver_and_is_listed(run: Run) -> None:
    made = override(run, "C-1", "A", reason="二十年老客户")
    assert made.kind == "exception"
    sheet = submit(run)
    assert list(queries.exceptions(who("maker"), on=JUNE)) == []
    for login in ("vice", "legal", "finance"):
        decide(sheet, login)
    assert standing("C-1") is None
    decide(sheet, "general")

    (listed,) = queries.exceptions(who("maker"), on=JUNE)

    assert (listed.customer.no, listed.proposed, listed.grade, listed.kind) == ("C-1", "B", "A", "exception")
    assert (listed.reason, listed.approved_by, listed.effective_until) == (
        "二十年老客户",
        "general",
        date(2027, 6, 30),
    )


@pytest.mark.req("RR-05")
def test_nobody_passes_a_veto_or_a_hard_cap(company: None) -> None:
    from tests.judgements.reviews.conftest import answer

    answer("C-4", "dishonest_debtor", "yes", on=JUNE)
    run = rated(policy="general")
    services.open_review(actor=who("maker"), on=JUNE, run_id=run.pk)
    vetoed = proposal(run, "C-4")
    assert vetoed.held == "veto"
    scale = [step.code for step in queries.of_run(run.policy_sha256).policy.scale]
    better = scale[vetoed.ceiling_rank - 2]
    with pytest.raises(VetoStands):
        override(run, "C-4", better)
    accept_all(run)
    sheet = submit(run)
    decide(sheet, "chief-credit")
    with pytest.raises(VetoStands):  # nor does the last approver
        services.change_line(
            actor=who("approver"), on=JUNE, proposal_id=vetoed.pk, grade=better, reason="特批"
        )


@pytest.mark.req("LOA-10")
def test_an_override_ends_by_itself_and_the_proposed_grade_stands_again(run: Run) -> None:
    override(run, "C-2", "B", expires_on=date(2026, 9, 30))
    sheet = submit(run)
    approve(sheet)

    assert kept("C-2") == [
        ("B", "override", JUNE, date(2026, 9, 30)),
        ("C", "fallback", date(2026, 9, 30), None),
    ]
    assert standing("C-2", on=date(2026, 9, 29)) == ("B", "override")
    assert standing("C-2", on=date(2026, 9, 30)) == ("C", "fallback")
    october = date(2026, 10, 1)
    rows = queries.calendar(who("maker"), queries.Asked(), on=october)
    due = {one.customer_no: one.due_on for one in queries.dues(rows, on=october)}
    assert due == {"C-2": date(2026, 9, 30)}


def test_a_later_sheet_ends_what_stood_and_what_was_to_follow(run: Run) -> None:
    override(run, "C-2", "B", expires_on=date(2026, 9, 30))
    approve(submit(run))
    july = date(2026, 7, 31)
    later = rated(on=july)
    services.open_review(actor=who("maker", on=july), on=july, run_id=later.pk)
    assert proposal(later, "C-2").standing == "B"
    assert proposal(later, "C-2").steps == 1
    accept_all(later, on=july)
    approve(submit(later, on=july), on=july)

    assert kept("C-2") == [
        ("B", "override", JUNE, july),
        ("C", "fallback", date(2026, 9, 30), date(2026, 9, 30)),
        ("C", "accepted", july, None),
    ]
    assert standing("C-2", on=date(2026, 12, 31)) == ("C", "accepted")


def test_a_sheet_whose_overrides_ended_while_it_waited_is_not_approved(run: Run) -> None:
    override(run, "C-2", "B", expires_on=date(2026, 7, 3))
    sheet = submit(run)
    for login in ("vice", "legal", "finance"):
        decide(sheet, login)
    with pytest.raises(OverridesExpired):
        decide(sheet, "general", on=date(2026, 7, 3))
    assert not StandingGrade.objects.exists()
    assert Sheet.objects.get().state == "open"


def test_the_list_is_filtered_sorted_and_read_page_by_page(run: Run) -> None:
    actor = who("maker")

    def nos(order: Order | None = None, **wanted: object) -> list[str]:
        rows = queries.proposals(actor, run.pk, Wanted(**wanted), order, on=JUNE)  # type: ignore[arg-type]
        return [row.customer.no for row in rows]

    assert nos() == ["C-1", "C-2", "C-3", "C-4"]
    assert nos(proposed="-") == ["C-3"]
    assert nos(held="soft") == ["C-1"]
    assert nos(section="F") == ["C-1", "C-4"]
    assert nos(text="c-2") == ["C-2"]
    assert nos(turn="new") == ["C-1", "C-2", "C-4"]
    assert nos(turn="worse") == []
    assert nos(Order("grade", falling=True)) == ["C-3", "C-2", "C-1", "C-4"]
    second = proposal(run, "C-2").pk
    assert nos(Order("no", after=second)) == ["C-3", "C-4"]
    assert nos(Order("grade", falling=True, after=second)) == ["C-1", "C-4"]
    accept_all(run)
    assert nos(stage="open") == ["C-3"]
    tally = queries.tally(actor, run.pk, on=JUNE)
    assert (tally.stages, tally.incomplete, tally.total) == ({"open": 1, "reviewed": 3}, 1, 4)


def test_accepting_takes_what_is_selected_with_a_reason_and_may_be_taken_back(run: Run) -> None:
    actor = who("maker")
    with pytest.raises(ReviewReasonMissing):
        services.accept(actor=actor, on=JUNE, run_id=run.pk, wanted=Wanted(), reason="")
    with pytest.raises(NothingSelected):
        services.accept(actor=actor, on=JUNE, run_id=run.pk, wanted=Wanted(proposed="-"), reason="x")
    with pytest.raises(AccessDenied):
        services.accept(actor=who("vice"), on=JUNE, run_id=run.pk, wanted=Wanted(), reason="x")
    taken = services.accept(actor=actor, on=JUNE, run_id=run.pk, wanted=Wanted(proposed="A"), reason="一致")
    assert taken == 1
    assert (proposal(run, "C-4").reason, proposal(run, "C-1").stage) == ("一致", "open")
    assert services.reopen(actor=actor, on=JUNE, run_id=run.pk, wanted=Wanted()) == 1
    assert proposal(run, "C-4").stage == "open"
    with pytest.raises(NothingSelected):
        submit(run)
    assert not Sheet.objects.exists()


def test_what_a_reviewer_may_not_begin(run: Run) -> None:
    july = date(2026, 7, 31)
    later = rated(on=july)
    with pytest.raises(ReviewNotBegun):
        accept_all(later)
    services.open_review(actor=who("maker"), on=july, run_id=later.pk)
    assert Proposal.objects.filter(run=run, stage="superseded").count() == 4
    made = rated(on=date(2026, 7, 15))
    with pytest.raises(ReviewOutdated):
        services.open_review(actor=who("maker"), on=july, run_id=made.pk)
    with pytest.raises(NothingSelected):
        accept_all(run)


def test_who_prepares_and_what_may_be_submitted(run: Run) -> None:
    accept_all(run)
    with pytest.raises(EffectiveDayInvalid):
        submit(run, effective_on=date(2026, 6, 29))
    root = Actor("root", "root", permits=frozenset({"*"}), scope=Scope("everything"))
    with pytest.raises(NotPreparer):
        services.submit_sheet(actor=root, on=JUNE, run_id=run.pk)
    submit(run, wanted=Wanted(proposed="A"))
    services.open_review(actor=who("maker"), on=date(2026, 7, 31), run_id=rated(on=date(2026, 7, 31)).pk)
    later = Run.objects.latest("as_of")
    accept_all(later)
    with pytest.raises(OnAnotherSheet):
        submit(later)
    assert Sheet.objects.count() == 1


def test_a_chain_nobody_holds_is_told_before_anything_is_submitted(run: Run) -> None:
    from xinheng.base.access.models import Person

    Person.objects.filter(login="legal").update(is_active=False)
    accept_all(run)
    with pytest.raises(RoleUnmanned):
        submit(run)
    assert not Sheet.objects.exists()
    assert Proposal.objects.filter(stage="reviewed").count() == 3


def test_an_approver_who_does_not_reach_every_customer_does_not_decide(run: Run) -> None:
    from xinheng.base.approvals import services as approvals

    accept_all(run)
    sheet = submit(run)
    narrow = Actor(**{**who("legal").__dict__, "scope": Scope("own", (), 0)})
    with pytest.raises(SheetOutOfReach):
        approvals.decide(actor=narrow, on=JUNE, request_id=sheet.request.pk, decision="approve")
    assert Request.objects.get().state == "open"
