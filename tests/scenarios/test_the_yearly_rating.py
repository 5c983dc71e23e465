"""A credit department's yearly rating, from the investigation to the approved grade, without a spreadsheet.

The advance-funding policy: customer service investigates and signs, its manager accepts the report, the
run proposes, the analyst reviews, three managers and the general manager decide.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.indicators.ledger import bill, customer, pay
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.approvals import queries as inboxes
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.errors import NotYourTurn, OwnSubmission
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers import services as files
from xinheng.facts.customers.errors import OwnReport, SurveyUnfinished, SurveyUnsigned
from xinheng.facts.customers.values import NewSurvey
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import queries as rated
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.ratings.models import Assessment
from xinheng.judgements.reviews import queries as reviewed
from xinheng.judgements.reviews import services as reviews
from xinheng.judgements.reviews.calendar import Asked
from xinheng.judgements.reviews.models import Proposal
from xinheng.judgements.reviews.values import Wanted

pytestmark = pytest.mark.django_db(transaction=True)
JUNE, JULY = date(2026, 6, 30), date(2026, 7, 3)
PEOPLE = {
    "service": "salesperson", "head": "department_head", "maker": "analyst", "vice": "vice_president",
    "legal": "legal_manager", "finance": "finance_manager", "general": "general_manager",
}  # fmt: skip
FACTS = {"address": "合肥市长江路1号", "phone": "0551-62345678", "managers": "王强", "dealings_since": "2023-01-01",
         "credit_record": "付款及时"}  # fmt: skip
TOLD = {
    "persons_served": "600", "repute": "high", "funds": "strong", "debt_ability": "strong", "relation_months": None,
    "arrears_2y": None, "breach_2y": "none", "payment_habit": None, "lawful_strict": "yes", "promises": "kept",
    "operation_2y": "good", "heavy_losses": "no", "key_data_complete": "yes",
}  # fmt: skip


@pytest.fixture
def company(settings: Any) -> None:
    """C-1 pays on time; of C-2 a bill has been unpaid for 150 days on 30 June."""
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    root = system_actor()
    access.load_shipped_roles(actor=root, on=JUNE)
    access.create_unit(actor=root, on=JUNE, code="HQ", name="公司", kind="group")
    for login, role in PEOPLE.items():
        told = {"login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ"}
        access.create_person(actor=root, on=JUNE, **told)  # type: ignore[arg-type]
    ratings.adopt_shipped_policies(actor=root, on=JUNE, codes=["adv"])
    good, late = customer("C-1"), customer("C-2")
    for number, month in enumerate(["2024-08", "2025-03", "2025-10", "2026-03"]):
        pay(bill(good, f"G{number}", f"{month}-01", f"{month}-28", 600_000), f"{month}-20", 600_000)
    bill(late, "L1", "2026-01-01", "2026-01-31", 5_000)


def who(login: str) -> Actor:
    found = access.actor_of(Person.objects.get(login=login), on=JUNE)
    return Actor(**{**found.__dict__, "scope": system_actor().scope})


def investigate() -> int:
    """Customer service fills in the form of C-1 and signs it, once everything is answered."""
    service = who("service")
    new = NewSurvey(form="adv_assessment", channel="customer", source="")
    survey = files.begin_survey(actor=service, on=JUNE, no="C-1", new=new)
    told: dict[str, Any] = {"actor": service, "on": JUNE, "survey_id": survey.pk}
    ratings.save_survey(**told, answers=dict(list(FACTS.items())[:2]), told={"persons_served": "600"})
    with pytest.raises(SurveyUnfinished) as unfinished:
        ratings.hand_in_survey(**told, signed=True)
    assert "信誉" in str(unfinished.value)
    ratings.save_survey(**told, answers=FACTS, told=TOLD)
    with pytest.raises(SurveyUnsigned):
        ratings.hand_in_survey(**told, signed=False)
    ratings.hand_in_survey(**told, signed=True)
    assert not Assessment.objects.exists()  # nothing counts before the manager has accepted it
    return int(survey.pk)


def graded() -> dict[str, tuple[str, str]]:
    return {one.customer.no: (one.proposed, one.stage) for one in Proposal.objects.select_related("customer")}


@pytest.mark.req("ADV-04", "ADV-06", "ADV-09", "ADV-11", "ADV-13", "ADV-31", "RR-17", "RR-10")
def test_from_the_investigation_to_the_approved_grade(company: None) -> None:
    survey = investigate()
    looked_at = ["contradictions", "dealings", "credit_record", "other"]
    accepting: dict[str, Any] = {"on": JUNE, "survey_id": survey, "looked_at": looked_at}
    with pytest.raises(OwnReport):
        files.accept_survey(
            actor=Actor("service", "", permits=frozenset({"*"}), scope=who("head").scope), **accepting
        )
    files.accept_survey(actor=who("head"), **accepting)
    files.file_survey(actor=who("finance"), on=JUNE, survey_id=survey)
    assert {one.assessed_by for one in Assessment.objects.all()} == {"service"}  # who signed answers for it

    maker = who("maker")
    indicators.measure(actor=maker, on=JUNE, as_of=JUNE)
    run = ratings.rate(actor=maker, on=JUNE, policy_code="adv", as_of=JUNE)
    assert reviews.open_review(actor=maker, on=JUNE, run_id=run.pk) == 2
    assert graded() == {"C-1": ("A", "open"), "C-2": ("C", "open")}

    reviews.accept(actor=maker, on=JUNE, run_id=run.pk, wanted=Wanted(), reason="与调查一致")
    sheet = reviews.submit_sheet(actor=maker, on=JUNE, run_id=run.pk)
    assert sheet.lines == 2
    assert sheet.request
    deciding: dict[str, Any] = {"on": JUNE, "request_id": sheet.request.pk, "decision": "approve"}
    with pytest.raises(OwnSubmission):
        approvals.decide(actor=Actor("maker", "", permits=frozenset({"*"}), scope=maker.scope), **deciding)
    with pytest.raises(NotYourTurn):
        approvals.decide(actor=who("general"), **deciding)  # the three managers come first
    for login in ("legal", "vice", "finance"):
        assert [one.pk for one in inboxes.inbox(who(login), on=JUNE)] == [sheet.request.pk]
        approvals.decide(actor=who(login), **deciding)
        assert not reviewed.standing(on=JULY).exists()  # nothing stands before the last signature
    approvals.decide(actor=who("general"), **{**deciding, "on": JULY})

    stands = {one.customer.no: one for one in reviewed.standing("adv", on=JULY).select_related("customer")}
    assert {no: (one.grade, one.effective_from, one.review_due_on) for no, one in stands.items()} == {
        "C-1": ("A", JULY, date(2027, 7, 3)),  # A once a year
        "C-2": ("C", JULY, date(2026, 10, 3)),  # C every three months
    }
    assert not reviewed.standing(on=date(2026, 7, 2)).exists()
    due = reviewed.calendar(maker, Asked(due_before=date(2026, 10, 4)), on=JULY)
    assert [one.customer.no for one in due] == ["C-2"]

    why = rated.explanation(maker, run.pk, "C-2", on=JULY)
    assert [one.code for one in why.reasons if one.kind == "condition" and one.outcome == "fired"] == [
        "C2",
        "B3",
    ]  # all that fired; the worst holds
    assert ratings.replay(actor=maker, run_id=run.pk).same
    acts = list(Entry.objects.filter(outcome="done").values_list("act", flat=True))
    wanted = ["customers.submit_survey", "customers.accept_survey", "customers.file_survey", "ratings.run",
              "ratings.accept", "ratings.submit_sheet", "ratings.take_effect"]  # fmt: skip
    assert [act for act in acts if act in wanted] == wanted


@pytest.mark.req("ADV-13", "RR-09")
def test_an_approver_turns_one_line_down_and_the_rest_goes_on(company: None) -> None:
    maker = who("maker")
    indicators.measure(actor=maker, on=JUNE, as_of=JUNE)
    run = ratings.rate(actor=maker, on=JUNE, policy_code="adv", as_of=JUNE)
    reviews.open_review(actor=maker, on=JUNE, run_id=run.pk)
    reviews.accept(actor=maker, on=JUNE, run_id=run.pk, wanted=Wanted(), reason="与账面一致")
    sheet = reviews.submit_sheet(actor=maker, on=JUNE, run_id=run.pk)
    assert sheet.request
    line = Proposal.objects.get(customer__no="C-1")
    reviews.return_line(actor=who("legal"), on=JUNE, proposal_id=line.pk, reason="请补合同")
    for login in ("vice", "legal", "finance", "general"):
        approvals.decide(actor=who(login), on=JUNE, request_id=sheet.request.pk, decision="approve")

    assert [(one.customer.no, one.grade) for one in reviewed.standing("adv", on=JUNE)] == [("C-2", "C")]
    assert graded()["C-1"][1] == "reviewed"  # back with the reviewer, on no sheet
