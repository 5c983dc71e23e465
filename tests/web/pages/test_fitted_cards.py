"""A card is fitted on the pages: a table is brought, columns chosen, the report read, a draft made of it."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from hashlib import sha256
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.judgements.scorecards.simulated import firms
from tests.judgements.scorecards.test_grade_cards import graded_firms
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs.models import PolicyDraft
from xinheng.judgements.scorecards import services as scorecards
from xinheng.judgements.scorecards.errors import WindowOpen
from xinheng.judgements.scorecards.models import Fit
from xinheng.judgements.scorecards.values import Choices, Outcome
from xinheng.runs import jobs

pytestmark = pytest.mark.django_db(transaction=True)
JUNE = date(2026, 6, 30)
QUICK = {"folds": "2", "repeats": "1"}


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
    Person.objects.update(must_change_password=False)


def at(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer.content.decode()


def seen(client: Client, address: str, status: int = 200) -> str:
    return re.sub(r"(<[^>]+>|\s)+", " ", page(client, address, status))


def brought(client: Client, content: bytes, name: str = "历史.csv") -> Any:
    return client.post("/scorecards/fitted/table/", {"table": SimpleUploadedFile(name, content)})


def test_a_table_is_brought_fitted_read_taken_away_and_published() -> None:
    lin = at("lin")
    assert "No card was fitted here yet" in seen(lin, "/scorecards/fitted/")
    fit = Fit.objects.get(pk=int(brought(lin, firms(300).write_csv().encode())["Location"].split("/")[-2]))
    here = f"/scorecards/fitted/{fit.pk}/"
    assert "Which column is what" in seen(lin, here)

    wrong = lin.post(here, {"outcome": "行业", "code": "firms", **QUICK})
    assert wrong.status_code == 302  # what an outcome holds is looked at when it is learned from
    assert jobs.fit_card.func(fit.pk, "lin")["refused"] == "outcome_unclear"
    assert "say which one is bad" in seen(lin, here)
    assert lin.post(here, {"outcome": "违约", "code": "Firms!", **QUICK}).status_code == 422

    answer = lin.post(
        here, {"outcome": "违约", "code": "firms", "group": "企业", "name": "企业评分", **QUICK}
    )
    assert answer["Location"] == here
    assert "waits for its turn" in seen(lin, here)
    assert DBTaskResult.objects.filter(args_kwargs__args=[fit.pk, "lin"]).count() == 2
    assert lin.post(here, {"outcome": "违约", "code": "firms", **QUICK}).status_code == 422  # it is under way

    assert jobs.fit_card.func(fit.pk, "lin") == {"result": fit.pk}
    report = seen(lin, here)
    assert "this scorecard" in report
    assert "负债率" in report
    fit.refresh_from_db()
    assert fit.total == fit.report["validation"]["folds"] * fit.report["validation"]["repeats"]
    assert f"{fit.report['contestants']['card']['auc']:.4f}" in report
    chart = json.loads(re.findall(r'<script id="calibration"[^>]*>(.+?)</script>', page(lin, here))[0])
    tenths = fit.report["calibration"]["by_tenth"]
    assert [series["name"] for series in chart["series"]] == ["foretold", "came"]
    assert chart["series"][1]["data"] == [round(100 * one["bad"], 2) for one in tenths]
    book = openpyxl.load_workbook(io.BytesIO(lin.get(f"{here}export/").content))
    rows = list(book["Validation"].iter_rows(values_only=True))
    assert (rows[1][0], rows[1][1]) == ("this scorecard", f"{fit.report['contestants']['card']['auc']:.4f}")
    assert lin.get(f"{here}card.yaml").content.decode() == fit.document

    assert at("zhao").post(f"{here}publish/").status_code == 403
    assert at("zhou").get(here).status_code == 403
    published = lin.post(f"{here}publish/")
    draft = PolicyDraft.objects.get()
    assert published["Location"] == f"/workshop/drafts/{draft.pk}/"
    assert packs.text_named(system_actor(), "rating", f"draft:{draft.pk}")[1] == fit.document
    lin.post(f"{here}discard/")
    assert not Fit.objects.exists()
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {
        "scorecards.receive_table",
        "scorecards.begin_fit",
        "scorecards.run_fit",
        "scorecards.discard_fit",
        "exports.scorecard",
    } <= acts


def test_grades_are_learned_from_a_table_that_says_their_order() -> None:
    lin = at("lin")
    brought(lin, graded_firms(150).write_csv().encode())
    fit = Fit.objects.get()
    told = {"outcome": "等级", "ordered": "A, B，C", "group": "firm", "code": "graded", **QUICK}
    assert lin.post(f"/scorecards/fitted/{fit.pk}/", told).status_code == 302
    scorecards.run_fit(actor=system_actor(), on=JUNE, number=fit.pk)
    ended = Entry.objects.get(act="scorecards.run_fit", subject=f"fit:{fit.pk}")
    fit.refresh_from_db()
    assert ended.after["sha256"] == sha256(fit.document.encode()).hexdigest()
    report = seen(lin, f"/scorecards/fitted/{fit.pk}/")
    assert "quadratic kappa" in report
    assert "Mean grade, 1 the best" in report


def test_what_is_no_table_is_refused_and_nothing_is_kept() -> None:
    lin = at("lin")
    for content, name in ((b"x", "a.pdf"), (b"", "a.csv"), (b"\x00\x01", "a.parquet"), (b"a,b\n", "a.csv")):
        answer = brought(lin, content, name)
        assert answer.status_code == 422
    assert not Fit.objects.exists()
    assert brought(at("zhao"), b"a,b\n1,2\n").status_code == 403


def test_a_card_from_own_receivables_waits_for_days_that_are_over() -> None:
    lin, actor = at("lin"), system_actor()
    here = "/scorecards/fitted/history/"
    told = {"days": "2025-03-31 2024-12-31", "late_days": 30, "within_months": 6, "code": "own", **QUICK}
    assert "is no day" in lin.post(here, {**told, "days": "soon"}).content.decode()
    early = lin.post(here, {**told, "within_months": 60})
    assert early.status_code == 422
    assert "one must wait until" in early.content.decode()
    assert not Fit.objects.exists()

    lin.post(here, told)
    fit = Fit.objects.get()
    assert fit.asked["history"]["days"] == ["2024-12-31", "2025-03-31"]
    assert (fit.asked["columns"]["time"], fit.asked["choices"]["own_names"]) == ("decision_day", True)
    assert jobs.fit_card.func(fit.pk, "lin")["refused"] in ("one_outcome_only", "too_few_outcomes")
    fit.refresh_from_db()
    assert fit.state == "refused"
    assert fit.cause
    with pytest.raises(WindowOpen):
        begin(actor)


def test_a_flag_of_the_file_is_the_outcome_of_a_card() -> None:
    lin, here = at("lin"), "/scorecards/fitted/history/"
    assert "Dishonest judgment debtor" in seen(lin, here)
    assert "Interest and principal repayment" not in seen(lin, here)  # sensitive
    told = {"days": "2025-03-31", "late_days": 30, "within_months": 6, "code": "own", **QUICK}
    wrong = lin.post(here, {**told, "item": "dishonest_debtor", "value": "maybe"})
    assert wrong.status_code == 422
    assert "its answers are yes and no" in wrong.content.decode()
    assert not Fit.objects.exists()

    assert lin.post(here, {**told, "item": "dishonest_debtor"}).status_code == 302
    fit = Fit.objects.get()
    assert (fit.asked["columns"]["outcome"], fit.asked["history"]["item"]) == ("flagged", "dishonest_debtor")
    assert jobs.fit_card.func(fit.pk, "lin")["refused"] == "one_outcome_only"  # nobody is flagged


def begin(actor: Actor) -> Fit:
    return scorecards.begin_history_fit(
        actor=actor, on=JUNE, days=[JUNE], outcome=Outcome(30, 1), hindsight=False, choices=Choices()
    )
