"""The scorecards as people use them: a card is let in, rates beside a run, is compared and retired."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from tests.judgements.scorecards.challenged_world import JUNE, MILDER, found
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import services as drafting
from xinheng.judgements.ratings.models import Grade
from xinheng.judgements.scorecards.models import Challenger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _people(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    monkeypatch.setattr(timezone, "localdate", lambda *_: JUNE)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    actor = system_actor()
    access.load_shipped_roles(actor=actor, on=JUNE)
    access.create_unit(actor=actor, on=JUNE, code="HQ", name="总部", kind="company")
    for login, role in (("lin", "credit_manager"), ("zhao", "auditor"), ("zhou", "archivist")):
        access.create_person(
            actor=actor, on=JUNE, login=login, name=login, password="长江-river-2026", role=role, unit="HQ",
            language="en",
        )  # fmt: skip


def at(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_a_run_is_read_side_by_side_and_taken_away() -> None:
    empty = plain(seen(at("lin"), "/scorecards/"))
    assert "No card challenges a policy yet" in empty
    assert "xinheng scorecard publish" in empty

    added, run = found(system_actor())
    before, lin = list(Grade.objects.values()), at("lin")
    listed = seen(lin, "/scorecards/")
    assert "tiny@2" in listed
    assert "Let in by" in listed
    one = plain(seen(lin, f"/scorecards/{added.pk}/"))
    assert "A 3 B 5 C 1 not graded 1" in one
    assert "Tiny 2 rating now" in one
    here = f"/scorecards/runs/{run.pk}/"
    compared = plain(seen(lin, here))
    assert "tiny@2 9 77.8% 0.3577 large shift" in compared
    assert "C 3 30.0% 1 10.0%" in compared  # of the policy and of the challenger
    assert "C 0 2 1 0 3" in compared  # against the challenger's A, B, C and not graded
    assert "AUC" not in compared
    ended = plain(seen(lin, f"{here}?late_days=15&within_months=1"))
    assert "large shift 3 2 0.750 0.500" in ended
    assert "one must wait until" in seen(lin, f"{here}?late_days=15&within_months=12", 422)
    assert "AUC" not in seen(lin, f"{here}?late_days=-1&within_months=1", 422)

    answer = lin.get(f"{here}export/?late_days=15&within_months=1")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(book["Side by side"].iter_rows(min_row=2, values_only=True))
    assert rows[1][0] == "tiny@2"
    assert rows[1][4:] == (3, 2, "0.7500", "0.5000")
    assert ("tiny@2", "C", "B", 2) in list(book["Agreement"].iter_rows(values_only=True))
    assert Entry.objects.filter(act="exports.side_by_side", subject=f"run:{run.pk}").count() == 1
    assert list(Grade.objects.values()) == before


def test_a_draft_is_let_in_and_retired_by_those_who_may() -> None:
    added, _run = found(system_actor())
    draft = drafting.begin_draft(
        actor=system_actor(), on=JUNE, kind="rating", text=MILDER.replace('"2"', '"3"')
    )
    told = {"champion": "tiny", "card": f"draft:{draft.pk}", "since": "2026-07-01"}
    for login in ("zhao", "zhou"):
        assert at(login).post("/scorecards/challenge/", told).status_code == 403
        assert at(login).post(f"/scorecards/{added.pk}/retire/").status_code == 403
    assert "Retire" not in seen(at("zhao"), f"/scorecards/{added.pk}/")
    assert at("zhou").get("/scorecards/").status_code == 403
    assert Challenger.objects.filter(until=None).count() == 1

    lin = at("lin")
    wrong = lin.post("/scorecards/challenge/", {**told, "since": "2019-01-01"})
    assert wrong.status_code == 422  # no version of the policy held then
    assert lin.post("/scorecards/challenge/", {**told, "card": "none@1"}).status_code == 422
    answer = lin.post("/scorecards/challenge/", told)
    let_in = Challenger.objects.latest("id")
    assert answer["Location"] == f"/scorecards/{let_in.pk}/"
    assert (let_in.version, let_in.champion, let_in.added_by) == ("3", "tiny", "lin")
    assert "No run was challenged yet" in seen(lin, f"/scorecards/{let_in.pk}/")

    lin.post(f"/scorecards/{added.pk}/retire/")
    added.refresh_from_db()
    assert added.until == JUNE
    assert plain(seen(lin, "/scorecards/")).index("Ended") < plain(seen(lin, "/scorecards/")).index("tiny@2")
    assert lin.get("/scorecards/999999/").status_code == 404
