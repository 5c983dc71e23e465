"""The demonstration company has a grade summary that waits for the first person who signs in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.web import credit_world
from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.approvals import queries as approvals
from xinheng.base.approvals import services as approving
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import services as packs
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.reviews.models import Sheet, StandingGrade
from xinheng.judgements.terms.models import CustomerTerms
from xinheng.runs.demonstration.approvals import submit_first_summary
from xinheng.runs.demonstration.granting import grant_terms_by_grade
from xinheng.runs.demonstration.organisation import found_company

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 6, 30)


def test_a_newcomer_plays_the_chain_through(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    root = system_actor()
    found_company(actor=root, on=credit_world.START, password="长江-river-2026")
    for login in ("wang", "li"):
        access.create_person(
            actor=root, on=credit_world.START, login=login, name=login, password="长江-river-2026",
            role="salesperson", unit="EAST",
        )  # fmt: skip
    packs.adopt_shipped(
        actor=root, on=DAY, effective_from=credit_world.START, codes=["general", "pts", "adv"]
    )
    credit_world.with_customers(root, 12)
    credit_world.with_ledger(root, 12)
    indicators.measure(actor=root, on=DAY, as_of=DAY)
    for code in ("general", "pts", "adv"):
        ratings.rate(actor=root, on=DAY, policy_code=code, as_of=DAY)

    submit_first_summary(on=DAY)
    submit_first_summary(on=DAY)  # a load that goes on finds it done

    sheet = Sheet.objects.get()
    for login in ("credit", "general"):
        actor = access.actor_of(people.person_by_login(login), on=DAY)
        assert [one.pk for one in approvals.inbox(actor, on=DAY)] == [sheet.request_id]
        approving.decide(actor=actor, on=DAY, request_id=sheet.request_id or 0, decision="approve")
    assert StandingGrade.objects.filter(sheet=sheet).count() >= sheet.lines > 0

    adopting: dict[str, Any] = {"actor": root, "on": DAY, "effective_from": credit_world.START}
    packs.adopt_shipped(**adopting, codes=("advances",), kind="advances")
    grant_terms_by_grade(**adopting)
    grant_terms_by_grade(**adopting)  # nor is anything granted twice
    graded = StandingGrade.objects.filter(sheet__policy_code="pts").exclude(grade="")
    held = dict(CustomerTerms.objects.values_list("customer__no", "grade"))
    assert len(held) == CustomerTerms.objects.count() > 0
    assert held == dict(graded.filter(customer__no__in=held).values_list("customer__no", "grade"))
