"""Grades are proposed, approved, and over at the end of their period; what does not belong here is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.facts.retention.company import TODAY, papers, people
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.errors import NotYourTurn
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy import errors, queries
from xinheng.base.secrecy import services as secrecy
from xinheng.base.secrecy.values import NewGrade
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as acts
from xinheng.facts.dossiers.errors import PaperUnknown

pytestmark = pytest.mark.django_db
LAST = date(2026, 12, 31)


@pytest.mark.req("DAT-06", "C06", "KPR-05", "RR-14")
def test_a_grade_is_proposed_approved_and_over_after_its_period() -> None:
    who = people()
    paper = papers(("价格底线", "internal", date(2026, 1, 5), "D10"), filed_on=date(2026, 1, 6))["价格底线"]
    assert dossiers.get_paper(who["ban"], paper.label, on=TODAY).secrecy == "internal"

    new = NewGrade("confidential", "含核心价格", until_on=LAST, then_grade="secret")
    told = secrecy.propose(actor=who["cha"], on=TODAY, kind="paper", name=paper.label, new=new)
    paper.refresh_from_db()
    assert paper.secrecy == "internal"  # proposed is not given
    with pytest.raises(errors.RegradingPending):
        secrecy.propose(actor=who["du"], on=TODAY, kind="paper", name=paper.label, new=new)
    request = told.request_id
    assert request is not None
    with pytest.raises(NotYourTurn):
        approvals.decide(actor=who["du"], on=TODAY, request_id=request, decision="approve", reason="")
    approvals.decide(actor=who["fu"], on=TODAY, request_id=request, decision="approve", reason="")
    paper.refresh_from_db()
    assert paper.secrecy == "confidential"

    # to the department head it does not exist any more: the same words as for what never was
    with pytest.raises(PaperUnknown) as hidden:
        dossiers.get_paper(who["ban"], paper.label, on=TODAY)
    assert str(hidden.value) == str(PaperUnknown(paper=paper.label))
    assert not dossiers.papers_visible(who["ban"], TODAY).filter(pk=paper.pk).exists()
    assert not queries.regradings(who["ban"], on=TODAY).exists()

    # lowering it is for the manager in charge, not for a department head
    lower = NewGrade("internal", "价格已公布")
    asked = secrecy.propose(actor=who["du"], on=TODAY, kind="paper", name=paper.label, new=lower)
    assert asked.request_id is not None
    with pytest.raises(NotYourTurn):
        approvals.decide(
            actor=who["ban"], on=TODAY, request_id=asked.request_id, decision="approve", reason=""
        )
    approvals.decide(
        actor=who["zong"], on=TODAY, request_id=asked.request_id, decision="reject", reason="未公布"
    )

    # the last day of the period still holds it; the day after gives what follows, once
    assert secrecy.lapse(actor=who["du"], on=LAST) == 0
    assert secrecy.lapse(actor=who["du"], on=date(2027, 1, 1)) == 1
    assert secrecy.lapse(actor=who["du"], on=date(2027, 1, 2)) == 0
    paper.refresh_from_db()
    assert paper.secrecy == "secret"
    told_acts = list(Entry.objects.filter(subject=f"paper:{paper.label}").values_list("act", flat=True))
    assert told_acts == [
        "secrecy.propose",
        "secrecy.follow",
        "secrecy.propose",
        "secrecy.follow",
        "secrecy.lapse",
    ]


def test_a_grade_that_cannot_be_is_refused_by_field() -> None:
    who = people()
    paper = papers(("底稿", "internal", date(2026, 1, 5), "D10"), filed_on=date(2026, 1, 6))["底稿"]
    for new, field in (
        (NewGrade("internal", "x"), "grade"),
        (NewGrade("secret", "x", until_on=TODAY, then_grade="internal"), "until_on"),
        (NewGrade("secret", "x", until_on=LAST), "then_grade"),
        (NewGrade("secret", "x", until_on=LAST, then_grade="confidential"), "then_grade"),
    ):
        with pytest.raises(errors.RegradingInvalid) as refused:
            secrecy.propose(actor=who["cha"], on=TODAY, kind="paper", name=paper.label, new=new)
        assert refused.value.params["field"] == field
    for new, refusal in ((NewGrade("geheim", "x"), errors.GradeUnknown),
                         (NewGrade("secret", " "), errors.RegradingReasonMissing)):  # fmt: skip
        with pytest.raises(refusal):
            secrecy.propose(actor=who["cha"], on=TODAY, kind="paper", name=paper.label, new=new)

    # what bears the mark of a state secret is not kept, however it is spaced
    with pytest.raises(errors.StateSecretRefused) as state:
        acts.add_paper(
            actor=who["du"], on=TODAY, dossier=paper.dossier, upload=None, item="other",
            title="机 密 ★ 十年 某工程", copy_form="original", has_original=True,
        )  # fmt: skip
    assert state.value.params["mark"] == "机密★"
    assert secrecy.state_mark_in("一般商业机密", TODAY) == ""


def test_who_needs_to_know_is_a_list_with_an_end(chief: Actor) -> None:
    who = people()
    told: Any = {"actor": chief, "on": TODAY, "login": "zong", "reason": "收购"}
    with pytest.raises(errors.NamingInvalid):
        secrecy.name_person(**{**told, "grade": "secret"})  # roles alone clear for it
    kept = secrecy.name_person(**told, grade="top_secret", until_on=date(2026, 7, 2))
    with pytest.raises(errors.NamingInvalid):
        secrecy.name_person(**told, grade="top_secret")
    secrecy.name_person(**{**told, "login": "cha"}, grade="top_secret")

    assert secrecy.may_see(who["zong"], "top_secret", date(2026, 7, 1))
    assert not secrecy.may_see(who["zong"], "top_secret", date(2026, 7, 2))
    assert not secrecy.may_see(who["cha"], "top_secret", TODAY)  # no role clears an analyst for it
    secrecy.strike_person(actor=chief, on=TODAY, naming_id=kept.pk, reason="退出项目")
    assert not secrecy.may_see(who["zong"], "top_secret", TODAY)
    with pytest.raises(errors.NamingUnknown):
        secrecy.strike_person(actor=chief, on=TODAY, naming_id=kept.pk, reason="x")


@pytest.mark.req("SIX-08")
def test_masked_fields_are_a_document(chief: Actor) -> None:
    reader = Actor("reader", "审计员", permits=frozenset({"customers.read"}))
    assert secrecy.shown(reader, "bank_account", "6222020200112233445", TODAY) == "6222***********3445"
    assert secrecy.shown(reader, "income", "工资收入", TODAY) == "工**入"
    assert secrecy.shown(reader, "region", "上海", TODAY) == "上海"
    assert secrecy.shown(chief, "income", "工资收入", TODAY) == "工资收入"
    with secrecy.marked(reader, TODAY):
        assert secrecy.mark() == "审计员 reader 2026-06-30"
    assert secrecy.mark() == ""


@pytest.mark.req("DAT-06", "C06")
def test_a_dossier_is_graded_with_all_that_lies_in_it_and_lowered_alone() -> None:
    """Raised, its papers below rise with it; lowered, what is graver stays graver."""
    who = people()
    held = papers(
        ("价格底线", "secret", date(2026, 1, 5), "D10"), ("来函", "internal", date(2026, 1, 5), "D10"),
        filed_on=date(2026, 1, 6),
    )  # fmt: skip
    price, letter = held["价格底线"], held["来函"]
    no = letter.dossier.no
    assert letter.dossier_id == price.dossier_id
    new = NewGrade("secret", "含投标底价")
    told = secrecy.propose(actor=who["cha"], on=TODAY, kind="dossier", name=no, new=new)
    assert dossiers.get_dossier(who["ban"], no, on=TODAY).secrecy == "internal"
    approvals.decide(
        actor=who["fu"], on=TODAY, request_id=told.request_id or 0, decision="approve", reason=""
    )
    letter.refresh_from_db()
    assert (dossiers.get_dossier(who["cha"], no, on=TODAY).secrecy, letter.secrecy) == ("secret", "secret")

    lower = NewGrade("internal", "已开标")
    asked = secrecy.propose(actor=who["cha"], on=TODAY, kind="dossier", name=no, new=lower)
    approvals.decide(
        actor=who["zong"], on=TODAY, request_id=asked.request_id or 0, decision="approve", reason=""
    )
    for paper in (letter, price):
        paper.refresh_from_db()
    assert dossiers.get_dossier(who["cha"], no, on=TODAY).secrecy == "internal"
    assert (letter.secrecy, price.secrecy) == (
        "secret",
        "secret",
    )  # each paper is lowered by its own proposal
    graded = [one.subject for one in Entry.objects.filter(act="dossiers.set_secrecy").order_by("pk")]
    assert graded.count(f"dossier:{no}") == 3  # raised, its letter with it, lowered
    with pytest.raises(errors.RegradingInvalid):
        secrecy.propose(actor=who["cha"], on=TODAY, kind="shelf", name=no, new=lower)
