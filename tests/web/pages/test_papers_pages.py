"""What stands behind a grade and what is taken away of it, at the pages and through the API."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import worlds
from tests.web import credit_world as world
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings.models import Run
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db
WEAK = "C-0005"  # pays late; C by the general policy
LETTER = {
    "decision": "declined", "company": "信衡贸易公司", "contact": "林晓", "phone": "021-5555 0101",
    "address": "", "language": "zh-hans", "form": "docx",
}  # fmt: skip


@pytest.fixture(scope="module")
def run(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """The company of credit_world, rated by the general policy; gives the newest run."""
    with django_db_blocker.unblock():
        world.found(count=24, policy="general")
        newest = ratings.newest_run("general").pk
    yield newest
    with django_db_blocker.unblock():
        worlds.empty()


@pytest.fixture
def person(run: int, settings: Any) -> Callable[..., Client]:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }

    def enter(login: str, language: str = "en") -> Client:
        found, client = Person.objects.get(login=login), Client()
        found.language = language
        found.save()
        client.force_login(found, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def program(run: int) -> Client:
    on = business_day()
    held = access.actor_of(Person.objects.get(login="credit"), on=on).permits
    token, _kept = access.issue_token(
        actor=system_actor(), on=on, name="t", login="credit", expires_on=on, permits=sorted(held)
    )
    return Client(HTTP_AUTHORIZATION=f"Bearer {token}")


@pytest.mark.req("S1")
def test_a_grade_leads_to_its_rows_its_ways_up_and_the_same_result_again(
    run: int, person: Any, program: Client
) -> None:
    credit = person("credit")
    why = credit.get(f"/customers/file/{WEAK}/?tab=why", HTTP_HX_REQUEST="true").content.decode()
    ways = credit.get(f"/ratings/{run}/outlook/{WEAK}/").content.decode()
    rows = credit.get(f"/ratings/{run}/rows/worst_delay_12m/{WEAK}/").content.decode()
    again = credit.post(f"/ratings/{run}/replay-one/{WEAK}/").content.decode()

    assert f"/ratings/{run}/rows/worst_delay_12m/{WEAK}/" in why
    assert f"/ratings/{run}/outlook/{WEAK}/" in why
    assert "Worst delay, last 12 months: 30 days (now 40 days)" in ways
    assert '<b id="total">40</b>' in rows
    facts = credit.get(f"/ratings/{run}/rows/region/{WEAK}/").content.decode()
    lines = credit.get(f"/ratings/{run}/rows/current_ratio/{WEAK}/").content.decode()
    book = credit.get(f"/ratings/{run}/rows/worst_delay_12m/{WEAK}/?form=xlsx")
    assert "own files and dealings" in facts.lower()
    assert "no consistent annual statement" in lines
    assert book.content[:2] == b"PK"
    told = program.get(f"/api/v1/rating-runs/{run}/rows/current_ratio/{WEAK}").json()
    assert (told["kind"], told["rows"], "annual" in told["why"] or "报表" in told["why"]) == (
        "statement",
        [],
        True,
    )
    assert program.get(f"/api/v1/rating-runs/{run}/row-files/region/{WEAK}").content[:2] == b"PK"
    assert "no difference" in again
    chinese = person("credit", "zh-hans").get(f"/ratings/{run}/outlook/{WEAK}/").content.decode()
    assert "近12个月最长拖欠天数：30 天（现为40 天）" in chinese


@pytest.mark.req("RR-10", "S1")
def test_an_altered_grade_is_shown_with_both_values(
    run: int, person: Any, program: Client, settings: Any
) -> None:
    path = Path(settings.HOME) / Run.objects.get(pk=run).results_path
    kept = path.read_bytes()
    changed = pl.when(pl.col("customer_no") == WEAK).then(pl.lit("AAA")).otherwise("grade")
    pl.read_parquet(path).with_columns(grade=changed).write_parquet(path)
    try:
        again = person("credit").post(f"/ratings/{run}/replay-one/{WEAK}/").content.decode()
        told = program.post(f"/api/v1/rating-runs/{run}/replays/{WEAK}").json()
    finally:
        path.write_bytes(kept)

    assert "Not the same result" in again
    assert told["same"] is False
    (different,) = told["differences"]
    assert (different["what"], different["kept"], different["again"]) == ("grade", "AAA", "C")
    assert "results.parquet" in told["cause"]


@pytest.mark.req("ADV-13", "PWR-11")
def test_papers_are_taken_away_by_page_and_program(run: int, person: Any, program: Client) -> None:
    page = person("credit", "zh-hans").get(f"/ratings/{run}/papers/xlsx/")
    book = openpyxl.load_workbook(io.BytesIO(page.content))
    pdf = program.get(f"/api/v1/rating-runs/{run}/papers?format=pdf")
    sheet = program.get(f"/api/v1/rating-runs/{run}/sheets/{WEAK}?format=xlsx")
    summary = program.get(f"/api/v1/rating-runs/{run}/summary").json()

    assert book.worksheets[0]["A1"].value == "客户信用等级汇总表"
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    assert openpyxl.load_workbook(io.BytesIO(sheet.content)).sheetnames
    assert sum(line["customers"] for line in summary["lines"]) == summary["customers"] == 24
    assert Entry.objects.filter(act="exports.summary").count() == 2


@pytest.mark.req("LOA-03")
def test_a_letter_with_a_grade_in_it_is_refused_beside_the_form_and_noted(
    run: int, person: Any, program: Client
) -> None:
    credit = person("credit")
    asked = credit.get(f"/ratings/{run}/letter/{WEAK}/")
    refused = credit.post(f"/ratings/{run}/letter/{WEAK}/", {**LETTER, "address": "贵方评为C级"})
    noted = Entry.objects.latest("pk")
    written = credit.post(f"/ratings/{run}/letter/{WEAK}/", LETTER)
    body = {**LETTER, "format": "pdf", "tell_grade": True}
    body.pop("form")
    told = program.post(f"/api/v1/rating-runs/{run}/letters/{WEAK}", body, content_type="application/json")

    assert "Letter to the customer" in asked.content.decode()
    assert refused.status_code == 400
    assert "贵方评为C级" in refused.content.decode()  # nothing typed is lost
    assert (noted.outcome, noted.actor_login, noted.subject) == ("refused", "credit", f"customer:{WEAK}")
    assert noted.reason.startswith("grade_not_disclosed")
    assert (written.status_code, written.content[:2]) == (200, b"PK")
    assert (told.status_code, told.json()["code"]) == (403, "grade_not_disclosed")
    assert person("wang").get(f"/ratings/{run}/letter/{WEAK}/").status_code == 403


@pytest.mark.req("LOA-03", "LOA-04")
def test_material_goes_out_at_the_page_and_by_program_once_the_consent_is_kept(
    run: int, person: Any, program: Client
) -> None:
    credit, on = person("credit"), business_day()
    disclose, told = f"/ratings/{run}/disclose/{WEAK}/", {"recipient": "Bank", "form": "xlsx"}
    missing = credit.post(disclose, {**told, "what": "material"})
    noted = Entry.objects.latest("pk")
    paper = SimpleUploadedFile("consent.pdf", b"%PDF-1.4 signed")
    kept = {
        "purpose": "material", "basis": "consent", "recipient": "Bank", "policy_code": "", "source": "form 7",
        "from_on": on.isoformat(), "until_on": on.isoformat(),
    }  # fmt: skip
    wrong = credit.post(f"/consents/customer/{WEAK}/", {**kept, "until_on": ""})
    done = credit.post(f"/consents/customer/{WEAK}/", {**kept, "paper": paper})
    listed = program.get("/api/v1/consents?q=Bank&state=running").json()["items"]
    given = credit.post(disclose, {**told, "what": "material"})
    body = {"recipient": "Bank", "format": "xlsx", "what": "result"}
    result = program.post(
        f"/api/v1/rating-runs/{run}/disclosures/{WEAK}", body, content_type="application/json"
    )
    page = credit.get(disclose).content.decode()
    taken = credit.get(f"/consents/{listed[0]['id']}/paper/")
    everybody = credit.get("/consents/?soon=1").content.decode()
    ended = program.post(
        f"/api/v1/consents/{listed[0]['id']}/withdraw", {"reason": "letter"}, content_type="application/json"
    )
    after = program.post(
        f"/api/v1/rating-runs/{run}/disclosures/{WEAK}",
        {**body, "what": "material"},
        content_type="application/json",
    )

    assert (missing.status_code, noted.outcome, noted.subject) == (400, "refused", f"customer:{WEAK}")
    assert noted.reason.startswith("not_consented")
    assert "must be given: a consent has a last day." in wrong.content.decode()
    assert done.status_code == 302
    assert [(one["customer_no"], one["purpose"], one["state"]) for one in listed] == [
        (WEAK, "material", "running")
    ]
    assert (given.status_code, given.content[:2]) == (200, b"PK")
    assert (result.status_code, result.json()["code"]) == (403, "grade_not_disclosed")
    assert "form 7" in page
    assert "This rating is internal" in page
    assert b"".join(taken) == b"%PDF-1.4 signed"
    assert WEAK in everybody
    assert (ended.status_code, ended.json()["state"]) == (200, "withdrawn")
    assert (after.status_code, after.json()["code"]) == (403, "consent_expired")
    assert person("wang").get(disclose).status_code == 403


def test_a_letters_result_is_ticked_and_refused_for_an_internal_rating(run: int, person: Any) -> None:
    refused = person("credit").post(f"/ratings/{run}/letter/{WEAK}/", {**LETTER, "tell_grade": "on"})

    assert refused.status_code == 400
    assert "is internal" in refused.content.decode()
