"""A program reviews a run, submits it, and managers' programs approve it."""

from __future__ import annotations

import pytest

from tests.web import credit_world
from tests.web.api.conftest import program
from tests.web.api.test_api_ratings import ok
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import system_actor
from xinheng.judgements.ratings.models import Run

pytestmark = pytest.mark.django_db(transaction=True)
CHAIN = ("vice_president", "legal_manager", "finance_manager", "general_manager")


@pytest.mark.req("ADV-13", "RR-17")
def test_from_a_run_to_a_grade_that_stands() -> None:
    credit_world.found(count=6)
    for role in CHAIN:
        access.create_person(
            actor=system_actor(), on=credit_world.START, login=role, name=role,
            password=credit_world.PASSWORD, role=role, unit="HQ",
        )  # fmt: skip
    run, credit = Run.objects.latest("as_of").pk, program("credit")
    assert ok(credit.post(f"/rating-runs/{run}/review", key="r1"))["proposals"] > 0
    listed = ok(credit.get(f"/rating-runs/{run}/proposals?limit=2"))
    assert [row["customer_no"] for row in listed["items"]] == ["C-0001", "C-0002"]
    first = listed["items"][0]
    refused = credit.post(f"/proposals/{first['id']}/override", {"grade": "Z", "reason": "x"}, key="o0")
    assert (refused.status_code, refused.json()["code"]) == (422, "grade_unknown")
    made = ok(credit.post(f"/proposals/{first['id']}/override", {"grade": "C", "reason": "告知"}, key="o1"))
    assert (made["grade"], made["stage"]) == ("C", "reviewed")
    ok(credit.post(f"/rating-runs/{run}/acceptances", {"reason": "一致"}, key="a1"))
    sheet = credit.post(f"/rating-runs/{run}/grade-summaries", {}, key="s1").json()
    here = f"/approvals/{sheet['request_id']}/decisions"
    own = credit.post(here, {"decision": "approve"}, key="d0")
    assert (own.status_code, own.json()["code"]) == (403, "own_submission")
    for role in CHAIN:
        manager = program(role)
        assert [one["id"] for one in ok(manager.get("/approvals"))] == [sheet["request_id"]]
        ok(manager.post(here, {"decision": "approve"}, key=role))
    assert ok(credit.get(f"/grade-summaries/{sheet['id']}"))["state"] == "approved"
    (stands,) = ok(credit.get("/customers/C-0001/standing-grades"))
    assert (stands["grade"], stands["approved_by"]) == ("C", "general_manager")
    calls = credit.post("/customers/C-0001/review-calls", {"event": "lawsuit", "evidence": "传票"}, key="c1")
    assert calls.status_code == 201
    due = ok(credit.get("/review-calendar?limit=1"))
    assert (due[0]["customer_no"], due[0]["events"]) == ("C-0001", ["lawsuit"])
