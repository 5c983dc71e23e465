"""A program reviews a run, submits it, and managers' programs approve it."""

from __future__ import annotations

import pytest

from tests.web import credit_world
from tests.web.api.conftest import Program, program
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
    now = ok(credit.get("/customers/C-0001/credit"))
    assert (now["grade"], now["cases"], now["risk"]) == ("C", [], None)
    assert (now["approved"][0]["grade"], now["approved"][0]["is_expired"]) == ("C", False)
    assert now["arrears"][0]["overdue"] == {"amount": "0.00", "currency": "CNY"}
    (listed,) = ok(credit.get("/standings?approved=C&q=C-0001"))["items"]
    assert listed["approved"]["review_due_on"] == "2026-09-30"
    assert ok(credit.get("/standings?sort=approved"))["items"][-1]["approved"]["grade"] == "C"
    whole = ok(credit.get("/approved-grades/adv/summary?before=2026-06-29"))
    assert sum(line["customers"] for line in whole["lines"]) == whole["customers"] == sheet["lines"]
    assert credit.get("/approved-grades/adv/papers?format=xlsx").content.startswith(b"PK")
    assert credit.get("/approved-grades/none/summary").json()["code"] == "policy_not_in_force"
    calls = credit.post("/customers/C-0001/review-calls", {"event": "lawsuit", "evidence": "传票"}, key="c1")
    assert calls.status_code == 201
    due = ok(credit.get("/review-calendar?limit=1"))
    assert (due[0]["customer_no"], due[0]["events"]) == ("C-0001", ["lawsuit"])


def office() -> tuple[int, dict[str, Program]]:
    """A run under review, and a program for each person of the chain."""
    credit_world.found(count=4)
    for role in CHAIN:
        access.create_person(
            actor=system_actor(), on=credit_world.START, login=role, name=role,
            password=credit_world.PASSWORD, role=role, unit="HQ",
        )  # fmt: skip
    run, at = Run.objects.latest("as_of").pk, {login: program(login) for login in ("credit", *CHAIN)}
    ok(at["credit"].post(f"/rating-runs/{run}/review", key="r"))
    return run, at


@pytest.mark.req("RR-17", "LOA-10")
def test_lines_are_changed_returned_and_turned_down_and_a_summary_goes_round_again() -> None:
    run, at = office()
    credit, vice = at["credit"], at["vice_president"]
    ids = {row["customer_no"]: row["id"] for row in ok(credit.get(f"/rating-runs/{run}/proposals"))["items"]}
    for no, proposal in ids.items():
        told = {"grade": "C", "reason": "审慎", "expires_on": "2026-12-31"}
        ok(credit.post(f"/proposals/{proposal}/override", told, key=f"o{no}"))
    ok(credit.post(f"/rating-runs/{run}/reopenings", {"text": "C-0004"}, key="x"))
    assert ok(credit.get(f"/proposals/{ids['C-0004']}"))["stage"] == "open"
    assert ok(credit.get("/reviews"))[0]["stages"] == {"open": 1, "reviewed": 3}
    sheet = credit.post(f"/rating-runs/{run}/grade-summaries", {"note": "半年"}, key="s").json()
    assert (sheet["lines"], sheet["unit"]) == (3, "")

    refused = credit.post(f"/proposals/{ids['C-0001']}/return", {"reason": "再看"}, key="n")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_approver")
    ok(vice.post(f"/proposals/{ids['C-0001']}/reject", {"reason": "资料存疑"}, key="j"))
    ok(vice.post(f"/proposals/{ids['C-0002']}/return", {"reason": "补充资料"}, key="b"))
    changed = vice.post(f"/proposals/{ids['C-0003']}/change", {"grade": "B", "reason": ""}, key="c0")
    assert (changed.status_code, changed.json()["code"]) == (422, "review_reason_missing")
    (line,) = ok(vice.get(f"/grade-summaries/{sheet['id']}/lines?limit=10"))[:1]
    assert (line["customer_no"], line["is_changed"]) == ("C-0001", False)
    acts = ok(vice.get(f"/grade-summaries/{sheet['id']}/line-acts"))
    assert [(act["customer_no"], act["act"], act["by"]) for act in acts] == [
        ("C-0001", "reject", "vice_president"), ("C-0002", "return", "vice_president"),
    ]  # fmt: skip

    here = f"/approvals/{sheet['request_id']}"
    ok(vice.post(f"{here}/decisions", {"decision": "return", "reason": "重报"}, key="d"))
    told = vice.post(f"{here}/resubmission", key="v")
    assert (told.status_code, told.json()["code"]) == (403, "access_denied")
    assert ok(credit.post(f"{here}/resubmission", key="w"))["state"] == "open"
    assert ok(credit.get(f"/grade-summaries/{sheet['id']}"))["lines"] == 1  # what was turned down stays so
    minutes = ok(credit.get(here))
    assert [(one["decision"], one["round"]) for one in minutes["minutes"]] == [("return", 1)]
    assert minutes["steps"][0]["state"] == "current"
    assert ok(vice.get(here))["may_sign"] == ["vice_president"]
    assert [one["id"] for one in ok(credit.get("/approvals?which=mine"))] == [sheet["request_id"]]
    ok(credit.post(f"{here}/withdrawal", {"reason": "补充后再报"}, key="y"))
    assert ok(credit.get("/grade-summaries?state=withdrawn"))["items"][0]["id"] == sheet["id"]
    assert ok(credit.get("/grade-summaries?state=approved"))["items"] == []


@pytest.mark.req("RR-17", "PWR-26")
def test_a_delegation_lets_another_sign_and_a_call_is_taken_back() -> None:
    run, at = office()
    credit, legal = at["credit"], at["legal_manager"]
    ok(credit.post(f"/rating-runs/{run}/acceptances", {"reason": "一致"}, key="a"))
    sheets = credit.post(f"/rating-runs/{run}/grade-summaries-by-unit", {}, key="s").json()
    assert sorted(sheet["unit"] for sheet in sheets) == ["EAST", "SOUTH"]
    lent = {"taker": "legal_manager", "from_on": "2026-06-30", "until_on": "2026-07-31", "reason": "出差"}
    kept = at["vice_president"].post("/delegations", lent, key="l").json()
    assert (kept["giver"], kept["taker"]) == ("vice_president", "legal_manager")
    here = f"/approvals/{sheets[0]['request_id']}/decisions"
    told = {"decision": "approve", "role": "vice_president", "on_behalf_of": "vice_president"}
    ok(legal.post(here, told, key="d"))
    minutes = ok(credit.get(f"/approvals/{sheets[0]['request_id']}"))["minutes"]
    assert [(one["by"], one["on_behalf_of"]) for one in minutes] == [("legal_manager", "vice_president")]
    assert (
        ok(at["vice_president"].post(f"/delegations/{kept['id']}/end", key="e"))["until_on"] == "2026-06-30"
    )
    assert ok(legal.get("/delegations")) == []

    call = credit.post(
        "/customers/C-0001/review-calls", {"event": "lawsuit", "evidence": "传票"}, key="c"
    ).json()
    lifted = ok(credit.post(f"/review-calls/{call[0]['id']}/lift", {"reason": "撤诉"}, key="f"))
    assert (lifted["lifted_on"], lifted["lifted_why"]) == ("2026-06-30", "撤诉")
    kept_calls = ok(credit.get("/customers/C-0001/review-calls"))
    assert {one["lifted_why"] for one in kept_calls if one["id"] == call[0]["id"]} == {"撤诉"}
    assert ok(credit.get("/review-exceptions")) == []
    assert ok(credit.get("/review-calendar?stale=true&policy=adv&text=C-0001")) == []
