"""A rating run asked for by a program, done by the worker, explained and replayed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from tests.web import credit_world
from tests.web.api.conftest import Program, program
from xinheng.base.audit.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def work() -> None:
    """The worker does what is queued, and ends."""
    call_command("db_worker", "--batch", "--no-startup-delay", "--interval", "0", verbosity=0)


def ok(answer: Any, status: int = 200) -> Any:
    """The JSON of an answer that must have worked."""
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_run_is_queued_done_and_explained() -> None:
    credit_world.found(count=12)
    asking = program("credit")

    job = ok(asking.post("/rating-runs", {"policy_code": "adv", "as_of": "2026-05-31"}, key="may"), 202)
    assert ok(asking.get(f"/jobs/{job['id']}"))["state"] == "waiting"
    assert asking.post("/rating-runs", {"policy_code": "adv", "as_of": "2026-05-31"}, key="may").json() == job
    work()
    done = ok(asking.get(f"/jobs/{job['id']}"))
    assert done["state"] == "done", done
    run = ok(asking.get(f"/rating-runs/{done['result']}"))
    assert (run["as_of"], run["customers"], run["run_by"]) == ("2026-05-31", 12, "credit")

    _explained(asking, run["id"])
    _seen_by_a_salesperson(run["id"])
    assert program("wang", "ratings.read").get(f"/jobs/{job['id']}").status_code == 404


def _explained(asking: Program, run: int) -> None:
    runs = ok(asking.get("/rating-runs?limit=2"))
    assert (len(runs["items"]), runs["items"][0]["id"], bool(runs["next"])) == (2, run, True)
    first = ok(asking.get(f"/rating-runs/{run}/grades?limit=5"))
    second = ok(asking.get(f"/rating-runs/{run}/grades?limit=200&after={first['next']}"))
    nos = [row["customer_no"] for row in first["items"] + second["items"]]
    assert nos == sorted(nos)
    assert len(nos) == 12
    why = ok(asking.get(f"/rating-runs/{run}/grades/C-0001"))
    assert why["grade"] == first["items"][0]["grade"]
    assert why["reasons"]
    english = Program(asking.token, "en")
    assert ok(english.get(f"/rating-runs/{run}/grades/C-0001"))["summary"] != why["summary"]
    assert ok(asking.post(f"/rating-runs/{run}/replay"))["same"] is True
    shares = ok(asking.get(f"/rating-runs/{run}/distribution?by=region"))
    assert sum(row["customers"] for row in shares) == 12
    assert isinstance(ok(asking.get(f"/rating-runs/{run}/movers")), list)
    assert [row["as_of"] for row in ok(asking.get("/customers/C-0001/curve?policy_code=adv"))] == [
        "2026-03-31", "2026-05-31", "2026-06-30",
    ]  # fmt: skip
    assert asking.get("/rating-runs/99999/grades").json()["code"] == "run_unknown"
    assert asking.get(f"/rating-runs/{run}/grades?grade=A").status_code == 200
    cards = ok(asking.get("/indicators"))
    values = {row["code"]: row for row in ok(asking.get("/customers/C-0001/indicators?as_of=2026-05-31"))}
    assert set(values) == {card["code"] for card in cards}
    trend = ok(asking.get("/customers/C-0001/trends?code=balance&code=turnover_12m"))
    assert [one["code"] for one in trend] == ["balance", "turnover_12m"]
    assert trend[0]["days"] == ["2026-03-31", "2026-05-31", "2026-06-30"]
    assert asking.get("/customers/C-0001/trends?code=colour").json()["code"] == "indicator_unknown"
    assert ok(asking.get("/measurements/latest?as_of=2026-05-31"))["as_of"] == "2026-05-31"
    assert asking.get("/measurements/latest?as_of=2020-01-01").json()["code"] == "not_measured"


def _seen_by_a_salesperson(run: int) -> None:
    own = program("wang")
    rows = ok(own.get(f"/rating-runs/{run}/grades?limit=200"))["items"]
    assert [row["customer_no"] for row in rows] == [f"C-{n:04}" for n in range(1, 12, 2)]
    assert ok(own.get(f"/rating-runs/{run}"))["counts"] is None
    assert sum(row["customers"] for row in ok(own.get(f"/rating-runs/{run}/distribution"))) == 6
    assert own.get(f"/rating-runs/{run}/grades/C-0002").json()["code"] == "customer_unknown"
    assert own.post("/rating-runs", {"policy_code": "adv", "as_of": "2026-06-30"}).status_code == 403


def test_what_cannot_be_run_is_refused_at_once_and_in_the_queue() -> None:
    credit_world.found(count=2)
    asking = program("credit")

    ahead = asking.post("/rating-runs", {"policy_code": "adv", "as_of": "2026-07-01"})
    unknown = asking.post("/rating-runs", {"policy_code": "colour", "as_of": "2026-06-30"})
    assert (ahead.json()["code"], unknown.json()["code"]) == ("day_ahead", "policy_not_in_force")
    assert asking.post("/measurements", {"as_of": "2026-07-01"}).json()["code"] == "day_ahead"
    assert asking.get("/jobs/no-such-job").json()["code"] == "job_unknown"

    job = ok(asking.post("/measurements", {"as_of": "2026-06-30"}), 202)["id"]
    work()
    assert ok(asking.get(f"/jobs/{job}"))["state"] == "done"


def test_an_answer_counts_and_a_wrong_one_is_refused() -> None:
    credit_world.found(count=2)
    asking = program("credit")
    questions = {row["code"]: row for row in ok(asking.get("/questions"))}
    code = next(
        code for code, row in questions.items() if row["type"] == "yes_no" and row["evidence"] == "optional"
    )
    answer = {"question": code, "value": "yes", "assessed_on": "2026-06-01"}

    kept = ok(asking.post("/customers/C-0001/assessments", answer), 201)

    assert (kept["value"], kept["assessed_by"]) == ("yes", "credit")
    assert [row["id"] for row in ok(asking.get("/customers/C-0001/assessments"))["items"]] == [kept["id"]]
    wrong = asking.post("/customers/C-0001/assessments", {**answer, "value": "perhaps"})
    assert wrong.json()["code"] == "answer_invalid"
    ahead = asking.post("/customers/C-0001/assessments", {**answer, "assessed_on": "2026-07-01"})
    assert ahead.json()["code"] == "assessed_ahead"
    assert Entry.objects.filter(outcome="refused").count() == 2
