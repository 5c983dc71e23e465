"""A proven theft lowers the consumer's grade by the rating policy, and an overturned one gives it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests import worlds
from tests.judgements.reviews.conftest import JUNE, kept, standing
from tests.judgements.reviews.test_lowering import approved_run, opened
from tests.operations.inspections import utility
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.metering import services as metering
from xinheng.facts.metering.values import NewConsumer, Terms
from xinheng.judgements.consumers.models import Demerit
from xinheng.judgements.reviews.models import ReviewCall
from xinheng.operations.inspections import services
from xinheng.operations.inspections.models import Case, Finding

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]
JULY, AUGUST = date(2026, 7, 10), date(2026, 7, 20)


@pytest.mark.req("PWR-26")
def test_a_confirmed_theft_lowers_the_grade_and_overturning_it_lets_the_old_one_stand(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    worlds.given(opened, "by: 2")
    approved_run()
    root: Any = {"actor": system_actor(), "on": JULY}
    metering.open_consumer(
        **root, new=NewConsumer("7004", "四号户", date(2020, 1, 1), Terms(capacity_kva=Decimal(8)), "C-4")
    )
    for login, pass_no in {"maker": "JC-1", "other": "JC-2"}.items():
        services.set_inspector(**root, login=login, pass_no=pass_no)
    monkeypatch.setattr(utility, "who", lambda login, *_day: replace(system_actor(), login=login))
    monkeypatch.setattr(utility, "CREW", ("maker", "other"))

    case = utility.found("7004", on=JULY)
    assert standing("C-4", on=JULY) == ("A", "accepted")  # not before it is confirmed
    services.confirm_finding(actor=utility.who("wu"), on=JULY, no=case.no)

    assert standing("C-4", on=JULY) == ("C", "event")
    taken = Demerit.objects.get()
    assert (taken.consumer.consumer_no, taken.code, taken.points, taken.taken_back_on) == (
        "7004",
        "theft",
        400,
        None,
    )
    assert standing("C-1", on=JULY) == ("B", "accepted")
    call = ReviewCall.objects.get(event="proven_theft", policy_code="adv")
    assert (call.pk in Finding.objects.get(case=case).calls, case.no in call.evidence) == (True, True)

    services.appeal(actor=utility.who("gao"), on=AUGUST, no=case.no, words="不是我")
    services.decide_appeal(
        actor=utility.who("zheng"), on=AUGUST, no=case.no, result="overturned", why="复核无窃电"
    )

    assert Case.objects.get(pk=case.pk).state == "overturned"
    assert Demerit.objects.get().taken_back_on == AUGUST
    assert kept("C-4") == [
        ("A", "accepted", JUNE, JULY), ("C", "event", JULY, AUGUST), ("A", "accepted", AUGUST, None),
    ]  # fmt: skip
