"""The yearly rating from the shell: begin, accept, override, submit, approve, and what stands afterwards."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone

from tests.web import credit_world
from tests.wiring.conftest import Typed
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.judgements.ratings.models import Run

pytestmark = pytest.mark.django_db(transaction=True)
CHAIN = ("vice_president", "legal_manager", "finance_manager", "general_manager")
TODAY = credit_world.DAYS[-1]


@pytest.fixture
def shell(transactional_db: None, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """A company with two rated months and the people of the chain."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)
    credit_world.found(count=4)
    for role in CHAIN:
        access.create_person(
            actor=system_actor(), on=credit_world.START, login=role, name=role,
            password=credit_world.PASSWORD, role=role, unit="HQ",
        )  # fmt: skip
    return Typed(settings.HOME)  # type: ignore[attr-defined]


def sign_in(login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    permits = tuple(access.actor_of(Person.objects.get(login=login), on=TODAY).permits)
    token, _ = access.issue_token(
        actor=system_actor(), on=TODAY, name="壳", login=login, expires_on=TODAY, permits=permits
    )
    monkeypatch.setenv("XINHENG_TOKEN", token)


@pytest.mark.req("ADV-13", "RR-17", "PWR-37")
def test_a_yearly_rating_is_run_from_the_shell(
    shell: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = str(Run.objects.latest("as_of").pk)
    assert shell.json("credit", "C-0001")["approved"] == []
    assert shell.json("reviews", "submit", run, code=1)["refused"] == "review_not_begun"
    sign_in("credit", monkeypatch)
    assert shell.json("reviews", "open", run)["proposals"] == 4
    first = shell.json("reviews", "proposals", run, "--customer", "C-0001")[0]
    words = ("reviews", "override", str(first["id"]), "C", "--reason", "审慎", "--until", "2026-12-31")
    assert shell.json(*words)[0]["expires_on"] == "2026-12-31"
    assert shell.json("reviews", "accept", run, "--reason", "一致")["proposals"] > 0
    (sheet,) = shell.json("reviews", "submit", run, "--note", "年度评级")
    request = str(sheet["request_id"])

    assert shell.json("reviews", "approve", request, code=1)["refused"] == "own_submission"
    monkeypatch.delenv("XINHENG_TOKEN")
    assert shell.json("reviews", "approve", request, code=1)["refused"] == "not_your_turn"  # no role
    monkeypatch.setenv("XINHENG_TOKEN", "nobody")
    assert shell.json("reviews", "approve", request, code=1)["refused"] == "token_invalid"
    for role in CHAIN:
        sign_in(role, monkeypatch)
        assert [str(one["id"]) for one in shell.json("reviews", "waiting", "--mine")] == [request]
        done = shell.json("reviews", "approve", request)
    assert done[0]["state"] == "approved"

    sign_in("credit", monkeypatch)
    assert shell.json("reviews", "sheets", "--state", "approved")[0]["id"] == sheet["id"]
    assert shell.json("reviews", "sheet", str(sheet["id"]))[0]["customer_no"] == "C-0001"
    assert shell.json("reviews", "exceptions")[0]["grade"] == "C"
    called = shell.json("reviews", "call", "C-0001", "lawsuit", "--evidence", "传票")
    now = shell.json("credit", "C-0001")
    assert (now["grade"], now["approved"][0]["review_due_on"]) == ("C", "2026-09-30")
    assert [case["event"] for case in now["cases"]] == ["lawsuit"] * len(called)
    assert now["arrears"][0]["overdue"] == "0.00"
    assert "C-0001" in shell.run("credit", "C-0001").stdout
    shell.run("reviews", "lift", str(called[0]["id"]), "--reason", "撤诉")
    shell.run("credit", "C-9", code=1)
    book = tmp_path / "approved.xlsx"
    shell.run("papers", str(book), "--approved", "adv", "--before", "2026-06-29")
    assert openpyxl.load_workbook(book).worksheets[0]["A1"].value == "客户已批准信用等级汇总表"


@pytest.mark.req("RR-17")
def test_a_grade_summary_is_returned_by_units_and_line_by_line(
    shell: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = str(Run.objects.latest("as_of").pk)
    sign_in("credit", monkeypatch)
    shell.run("reviews", "open", run)
    shell.run("reviews", "accept", run, "--reason", "一致")
    sheets = shell.json("reviews", "submit", run, "--by-unit")
    east = next(sheet for sheet in sheets if sheet["unit"] == "EAST")
    lines = shell.json("reviews", "sheet", str(east["id"]))
    request = str(east["request_id"])
    assert {line["customer_no"] for line in lines} <= {"C-0001", "C-0003"}

    sign_in("vice_president", monkeypatch)
    shell.run("reviews", "return", request, code=2)  # a reason is asked for
    change = ("reviews", "change-line", str(lines[0]["id"]), "C", "--reason", "审慎")
    assert shell.json(*change)["grade"] == "C"
    shell.run("reviews", "return", request, "--reason", "重报")
    assert shell.json("reviews", "resubmit", request, code=1)["refused"] == "access_denied"
    sign_in("credit", monkeypatch)
    assert shell.json("reviews", "resubmit", request)[0]["state"] == "open"
    assert shell.json("reviews", "withdraw", request, "--reason", "再核")[0]["state"] == "withdrawn"
    assert shell.json("reviews", "reopen", run)["proposals"] == len(lines)
