"""ADV Article 15: four departments grade jointly at first; the pack counts people and wants them to agree."""

from __future__ import annotations

from datetime import date

import pytest

from tests.indicators.ledger import customer
from tests.judgements.ratings.conftest import JUNE
from tests.packs.figures import shipped
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import queries, services
from xinheng.judgements.ratings.models import Grade

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = {"persons_served": "600", "repute": "high", "funds": "strong", "relation_months": "36"}


def say(login: str, question: str, value: str, on: date = JUNE) -> None:
    actor = Actor(login, login, permits=frozenset({"*"}), scope=Scope("everything"))
    services.assess(
        actor=actor,
        on=JUNE,
        customer_no="C-1",
        question=question,
        value=value,
        assessed_on=on,
        evidence="初评会",
    )


def rated() -> tuple[str, set[str]]:
    """The grade, and what stands beside it of the joint grading."""
    run = services.rate(actor=system_actor(), on=JUNE, policy_code="adv", as_of=JUNE)
    why = queries.explanation(system_actor(), run.pk, "C-1", on=JUNE)
    fired = {one.code for one in why.reasons if one.code.startswith("joint_") and one.outcome == "fired"}
    return Grade.objects.get(run=run).grade, fired


@pytest.mark.req("ADV-13")
def test_four_people_grade_jointly_and_only_what_all_say_stands_beside_the_grade() -> None:
    customer("C-1", founded_on=date(2010, 1, 1))
    services.adopt_shipped_policies(actor=system_actor(), on=JUNE, codes=("adv",))
    indicators.measure(actor=system_actor(), on=JUNE, as_of=JUNE)
    for question, value in TOLD.items():
        say("service", question, value)
    for login in ("service", "business", "finance"):
        say(login, "joint_preliminary", "b")

    assert rated() == ("A", set())  # three are not four
    say("legal", "joint_preliminary", "c")
    assert rated() == ("A", set())  # they differ
    panel = queries.panels_of(system_actor(), "C-1", on=JUNE)[0]
    assert (panel.people, panel.wanted, panel.decided, panel.apart) == (4, 0, None, True)
    say("legal", "joint_preliminary", "b")
    assert rated() == ("A", {"joint_b"})  # beside the grade: it moves none


@pytest.mark.req("ADV-13")
def test_the_pack_says_what_of_the_joint_grading_is_assumed() -> None:
    asked = next(one for one in shipped("adv").questions if one.code == "joint_preliminary")

    assert asked.assessors is not None
    assert (asked.assessors.at_least, asked.assessors.combine) == (4, "agreed")
    assert (asked.mark, asked.clause) == ("given", "第十五条")
    assert asked.note is not None
    assert "assumed" in asked.note.en
