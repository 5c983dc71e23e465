"""The workshop of policies for programs: a draft, what it changes, what it would do, its way to approval."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from tests.judgements.ratings.simulated_world import POLICY, found
from tests.web.api.conftest import START, Program, open_office, program
from xinheng.base.access import services as access
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs.models import PolicyRevision
from xinheng.judgements.ratings.models import Run

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = POLICY.replace('version: "1"', 'version: "2"').replace("value: 12,", "value: 3,")


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return answer.json()


def code(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content
    return str(answer.json()["code"])


def put(asking: Program, path: str, body: Any) -> Any:
    return asking.ask("PUT", path, body)


@pytest.mark.req("ADV-03", "FOU-01")
def test_a_draft_is_written_compared_simulated_and_submitted_by_a_program(settings: Any) -> None:
    shutil.rmtree(Path(settings.HOME) / "simulations", ignore_errors=True)
    open_office()
    found(system_actor())
    access.create_person(
        actor=system_actor(), on=START, login="chen", name="陈", password="长江-river-2026",
        role="approver", unit="HQ",
    )  # fmt: skip
    asking = program("credit")

    draft = ok(asking.post("/policy-drafts", {"start_from": "tiny@1", "purpose": "试验"}, key="d"), 201)
    assert asking.post("/policy-drafts", {"start_from": "tiny@1", "purpose": "试验"}, key="d").json() == draft
    here = f"/policy-drafts/{draft['id']}"
    wrong = ok(put(asking, here, {"text": SECOND.replace("turnover_12m", "nothing"), "revision": 1}))
    assert wrong["revision"] == 2
    assert ["nothing" in one for one in ok(asking.get(here))["problems"]] == [True]
    assert (
        code(asking.post(f"{here}/submission", {"revision": 2, "effective_from": "2026-08-01"}), 422)
        == "policy_invalid"
    )
    assert code(put(asking, here, {"text": SECOND, "revision": 1}), 409) == "draft_changed"
    ok(put(asking, here, {"text": SECOND, "revision": 2}))
    assert PolicyRevision.objects.count() == 3

    changes = ok(asking.get(f"/policy-differences?one=tiny@1&other=draft:{draft['id']}"))
    assert [(one["part"], one["code"], one["field"]) for one in changes] == [
        ("", "", "version"), ("parameters", "new_months", "value"),
    ]  # fmt: skip
    assert (changes[1]["before_text"], changes[1]["after_text"]) == ("12", "3")

    job = ok(
        asking.post("/simulations", {"new": f"draft:{draft['id']}", "on": "2026-06-30", "series": 2}), 202
    )
    call_command("db_worker", "--batch", "--no-startup-delay", "--interval", "0", verbosity=0)
    number = ok(asking.get(f"/jobs/{job['id']}"))["result"]
    done = ok(asking.get(f"/simulations/{number}"))
    assert (done["state"], done["old"], len(done["days"])) == ("done", "tiny@1", 2)
    assert {"old": "B", "new": "A", "customers": 1} in done["days"][1]["moves"]
    movers = ok(asking.get(f"/simulations/{number}/movers"))
    assert [(one["customer_no"], one["kind"], one["code"]) for one in movers] == [
        ("C-03", "cap", "new_customer")
    ]
    assert code(asking.post("/simulations", {"new": "none@1", "on": "2026-06-30"}), 404) == "policy_unknown"
    assert (
        code(asking.post("/simulations", {"new": "tiny@1", "on": "2027-06-30"}), 422)
        == "simulation_day_ahead"
    )
    assert not Run.objects.exists()

    sent = ok(asking.post(f"{here}/submission", {"revision": 3, "effective_from": "2026-08-01"}))
    assert (sent["state"], sent["effective_from"]) == ("submitted", "2026-08-01")
    assert code(asking.ask("DELETE", here), 409) == "draft_closed"
    ok(asking.ask("DELETE", f"/simulations/{number}"))
    assert ok(asking.get("/simulations")) == []


@pytest.mark.req("ADV-03")
def test_revisions_are_listed_read_and_brought_back_and_a_comparison_is_taken_away() -> None:
    open_office()
    asking = program("credit")
    here = f"/policy-drafts/{ok(asking.post('/policy-drafts', {'text': POLICY}), 201)['id']}"
    ok(put(asking, here, {"text": SECOND, "revision": 1}))

    assert [(one["number"], one["saved_by"], one["is_kept"]) for one in ok(asking.get(f"{here}/revisions"))] == [
        (2, "credit", True), (1, "credit", True),
    ]  # fmt: skip
    assert [one["number"] for one in ok(asking.get(f"{here}/revisions?limit=1"))] == [2]
    assert ok(asking.get(f"{here}/revisions/1"))["text"] == POLICY
    assert code(asking.get(f"{here}/revisions/9"), 404) == "revision_unknown"
    assert code(asking.post(f"{here}/restoration", {"number": 1, "revision": 1}), 409) == "draft_changed"
    assert code(asking.post(f"{here}/restoration", {"number": 9, "revision": 2}), 404) == "revision_unknown"
    assert PolicyRevision.objects.count() == 2
    back = ok(asking.post(f"{here}/restoration", {"number": 1, "revision": 2}))
    assert (back["revision"], back["version"]) == (3, "1")
    assert ok(asking.get(here))["text"] == POLICY

    asked = f"one=draft:{here.rpartition('/')[2]}&other=shipped:net"
    (chain,) = [one for one in ok(asking.get(f"/policy-differences?{asked}")) if one["part"] == "approval"]
    assert chain["before_text"] == ""
    assert chain["after"]["steps"][0]["sign"] == "any"  # as the document says it
    assert "how they sign: one of them" in chain["after_text"] or "签批方式" in chain["after_text"]
    assert "within_days" not in chain["after_text"]
    answer = asking.get(f"/policy-differences/export?{asked}")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    told = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert chain["after_text"] in told
    assert Entry.objects.filter(act="exports.compared_policies", actor_login="credit").count() == 1


@pytest.mark.req("FOU-09")
def test_a_salespersons_program_proposes_and_sees_only_its_own_drafts() -> None:
    open_office()
    wang, credit = program("wang"), program("credit")
    mine = ok(wang.post("/policy-drafts", {"start_from": "shipped:adv"}), 201)
    theirs = ok(credit.post("/policy-drafts", {"text": "kind: rating\n"}), 201)

    assert [one["id"] for one in ok(wang.get("/policy-drafts"))] == [mine["id"]]
    for part in ("", "/revisions", "/revisions/1"):
        assert code(wang.get(f"/policy-drafts/{theirs['id']}{part}"), 404) == "draft_unknown"
    back = {"number": 1, "revision": 1}
    assert code(wang.post(f"/policy-drafts/{theirs['id']}/restoration", back), 404) == "draft_unknown"
    assert code(wang.post("/simulations", {"new": "shipped:adv", "on": "2026-06-30"}), 403) == "access_denied"
    ok(wang.post(f"/policy-drafts/{mine['id']}/proposal", {"purpose": "新市场"}))
    done = ok(credit.post(f"/policy-drafts/{mine['id']}/rejection", {"reason": "依据不足"}))
    assert (done["state"], done["ended_why"]) == ("rejected", "依据不足")
    assert ok(credit.ask("DELETE", f"/policy-drafts/{theirs['id']}"))["state"] == "discarded"
