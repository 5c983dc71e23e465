"""A data keeper's day on the pages of personal information, with a second person who decides."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import services as packs
from xinheng.facts.intake import services as intake
from xinheng.facts.privacy.models import (
    Erasure,
    Extract,
    Measure,
    Partner,
    PersonRequest,
    PersonSubject,
    SafetyCheck,
    Sharing,
)
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db]


def office() -> None:
    """Lin keeps the data, Chen decides, Zhao audits; the insurer's document holds, all three were trained."""
    root, start = system_actor(), business_day() - timedelta(days=400)
    access.load_shipped_roles(actor=root, on=start)
    access.create_unit(actor=root, on=start, code="HQ", name="公司", kind="group")
    for login, role in (("lin", "credit_manager"), ("chen", "credit_manager"), ("zhao", "auditor")):
        told: Any = {"login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ"}
        access.create_person(actor=root, on=start, **told)
    packs.adopt_shipped(actor=root, on=start, effective_from=start, codes=["ins"], kind="privacy")
    Person.objects.update(language="en")


@pytest.fixture(autouse=True)
def _pages(db: None, settings: Any, tmp_path: Path) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    worlds.given(office)


def person(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", str(answer.content.decode()))


AGREED = {
    "purposes": ["claims", "marketing"],
    "separate": ["marketing"],
    "notice": "insured@1",
    "way": "form",
    "basis": "consent",
}
NEW = {**AGREED, "scheme": "ins", "name": "王五", "role": "insured", "item_mobile": "13911112222"}


@pytest.mark.any_database
def test_a_keepers_day_from_consent_to_certificate() -> None:
    lin, chen, today = person("lin"), person("chen"), business_day()
    for login in ("lin", "chen", "zhao"):
        told = {"login": login, "topic": "个人信息保护", "on": today, "scheme": "ins"}
        assert lin.post("/privacy/do/training/", told).status_code == 302
    assert "No person here" in text(lin.get("/privacy/"))
    shown = text(lin.get("/privacy/people/new/?scheme=ins"))
    assert "item_health" in shown
    assert "item_income" not in shown  # the form asks for nothing beyond the list
    refused = lin.post("/privacy/people/new/", {**NEW, "separate": []})
    assert refused.status_code == 422
    assert "needs a consent of its own" in text(refused)
    assert not PersonSubject.objects.exists()
    assert lin.post("/privacy/people/new/", NEW).status_code == 302
    one = PersonSubject.objects.get()
    assert "王五" not in text(lin.get("/privacy/"))  # a list names nobody
    assert one.no in text(lin.get("/privacy/?q=王"))
    page = f"/privacy/people/{one.no}/"
    assert "13911112222" in text(lin.get(page))
    assert "looked at" in text(lin.get(page))

    assert lin.post(f"{page}do/withdraw/", {"purpose": "marketing", "why": ""}).status_code == 302
    asked = {"kind": "copy", "on": today, "way": "电话", "proof": ""}
    assert lin.post(f"{page}do/request/", asked).status_code == 302
    request = PersonRequest.objects.get()
    unchecked = lin.post("/privacy/do/answer/", {"row": request.pk, "text": "已复制"})
    assert unchecked.status_code == 422
    assert "First check" in text(unchecked)
    assert lin.post("/privacy/do/identity/", {"row": request.pk, "proof": "身份证"}).status_code == 302
    copy = lin.post(f"/privacy/requests/{request.pk}/copy/")
    with zipfile.ZipFile(io.BytesIO(copy.content)) as folder:
        told = json.loads(folder.read(f"{one.no}.json"))
        assert folder.namelist() == [f"{one.no}.json", f"{one.no}.xlsx"]
    assert (told["name"], list(told["items"].values())) == ("王五", ["13911112222"])
    assert lin.post("/privacy/do/answer/", {"row": request.pk, "text": "副本已交付"}).status_code == 302
    assert lin.get(f"/privacy/requests/{request.pk}/letter/").content[:4] == b"%PDF"
    assert lin.get(f"{page}access-log/").content[:4] == b"%PDF"
    assert lin.get("/privacy/notices/ins/insured/").content[:4] == b"%PDF"

    erase = {"cause": "request", "why": "客户要求删除"}
    assert lin.post(f"{page}do/erase/", erase).status_code == 302
    erasure = Erasure.objects.get()
    own = lin.post("/privacy/do/decide/", {"row": erasure.pk, "verdict": "yes"})
    assert own.status_code == 422
    assert "another person must" in text(own)
    assert chen.post("/privacy/do/decide/", {"row": erasure.pk, "verdict": "yes"}).status_code == 302
    assert lin.post("/privacy/do/carry-out/", {"row": erasure.pk}).status_code == 302
    erasure.refresh_from_db()
    assert erasure.certificate in text(lin.get("/privacy/ledgers/erasures/"))
    assert lin.get(f"/privacy/erasures/{erasure.pk}/certificate/").content[:4] == b"%PDF"
    assert "13911112222" not in text(lin.get(page))
    trail = "".join(f"{entry.before}{entry.after}{entry.reason}" for entry in Entry.objects.all())
    assert "13911112222" not in trail


@pytest.mark.any_database
def test_sharing_extracts_and_checks_on_the_ledgers() -> None:
    lin, chen, today = person("lin"), person("chen"), business_day()
    Person.objects.filter(login="lin").update(language="zh-hans")
    assert (
        lin.post(
            "/privacy/people/new/", {**NEW, "purposes": ["claims", "reinsurance"], "separate": []}
        ).status_code
        == 302
    )
    one = PersonSubject.objects.get()
    agreement = {
        "scheme": "ins", "name": "某再保险公司", "agreement_no": "BM-1", "purposes": ["reinsurance"], "items": ["mobile"],
        "from_on": today, "until_on": today + timedelta(days=30), "file": SimpleUploadedFile("a.txt", "协议".encode()),
    }  # fmt: skip
    assert lin.post("/privacy/do/partner/", agreement).status_code == 302
    given = {
        "scheme": "ins",
        "row": Partner.objects.get().pk,
        "persons": one.no,
        "purpose": "claims",
        "items": ["mobile"],
        "way": "光盘",
    }
    refused = lin.post("/privacy/do/share/", given)
    assert refused.status_code == 422
    assert not Sharing.objects.exists()
    assert lin.post("/privacy/do/share/", {**given, "purpose": "reinsurance"}).status_code == 302
    assert "某再保险公司" in text(lin.get("/privacy/ledgers/sharing/?scheme=ins"))

    order = {
        "scheme": "ins", "kind": "supervisor", "recipient": "监管局", "purpose": "检查", "rests_on": "监管办法第8条",
        "persons": one.no, "items": ["mobile"], "from_on": today - timedelta(days=30), "until_on": today,
    }  # fmt: skip
    assert lin.post("/privacy/do/extract/", order).status_code == 302
    extract = Extract.objects.get()
    assert lin.post(f"/privacy/extracts/{extract.pk}/file/").status_code == 409  # not granted yet
    assert (
        chen.post("/privacy/do/grant/", {"scheme": "ins", "row": extract.pk, "verdict": "yes"}).status_code
        == 302
    )
    book = openpyxl.load_workbook(io.BytesIO(lin.post(f"/privacy/extracts/{extract.pk}/file/").content))
    sheet = [[cell.value for cell in row] for row in book.worksheets[0]]
    assert sheet[1:] == [[one.no, "王五", "13911112222"]]
    extract.refresh_from_db()
    assert extract.state == "given"

    check = {
        "scheme": "ins",
        "code": "risk",
        "on": today,
        "owner": "chen",
        "risk:rights": "收回两个账号的权限",
    }
    assert lin.post("/privacy/do/check/", check).status_code == 302
    assert SafetyCheck.objects.get().findings["rights"] == {"passes": False, "note": "收回两个账号的权限"}
    assert (
        lin.post(
            "/privacy/do/measure/", {"scheme": "ins", "row": Measure.objects.get().pk, "outcome": "已收回"}
        ).status_code
        == 302
    )
    for login, views in (
        ("lin", ("requests", "extracts", "documents")),
        ("zhao", ("erasures", "sharing", "safety")),
    ):
        assert [person(login).get(f"/privacy/ledgers/{view}/").status_code for view in views] == [200] * 3
    export = openpyxl.load_workbook(io.BytesIO(lin.get("/privacy/export/").content))
    assert one.no in [row[0].value for row in export.worksheets[0]]
    assert "王五" not in str([[cell.value for cell in row] for sheet in export for row in sheet])
    assert person("zhao").post("/privacy/do/check/", check).status_code == 403
    assert person("zhao").get(f"/privacy/people/{one.no}/").status_code == 403  # was not trained


@pytest.mark.req("HPT-06", "C07")
def test_programs_keep_and_ask_and_no_file_brings_an_erased_customer_back(
    tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    on = business_day()
    clients = {}
    for login in ("lin", "chen"):
        token, _kept = access.issue_token(
            actor=system_actor(),
            on=on,
            name="t",
            login=login,
            expires_on=on,
            permits=["privacy.*", "customers.read", "sensitive.read"],
        )
        clients[login] = Client(headers={"authorization": f"Bearer {token}"})

    def post(who: str, path: str, body: dict[str, Any]) -> Any:
        return clients[who].post(f"/api/v1{path}", json.dumps(body), content_type="application/json")

    rows = tmp_path / "customers.csv"
    rows.write_text("客户编号,客户名称,身份证号\nC-9,李四海,110101199003077715\n", encoding="utf-8")
    assert intake.import_file(actor=system_actor(), on=on, path=rows, kind="customers").state == "posted"
    agreed = {"purposes": ["claims"], "way": "form", "notice": "insured", "separate": ["id_number"]}
    body = {"scheme": "ins", "role": "customer", "name": "李四海", "customer_no": "C-9", "agreement": agreed,
            "items": {"id_number": "110101199003077715"}}  # fmt: skip
    extra = post("lin", "/private-persons", {**body, "items": {"blood_type": "A"}})
    assert (extra.status_code, extra.json()["code"]) == (422, "item_not_necessary")
    kept = post("lin", "/private-persons", body)
    assert kept.status_code == 201, kept.content
    path = f"/private-persons/{kept.json()['no']}"
    lin = clients["lin"]
    assert lin.get(f"/api/v1{path}").json()["code"] == "not_trained"
    assert (
        "110101199003077715" not in lin.get("/api/v1/customers/C-9").content.decode()
    )  # in no other room either
    trained = post(
        "lin", "/privacy-trainings", {"login": "lin", "topic": "保护", "trained_on": on.isoformat()}
    )
    assert trained.status_code == 201
    assert "110101199003077715" in lin.get("/api/v1/customers/C-9").content.decode()
    assert lin.get(f"/api/v1{path}").json()["items"].popitem()[1] == "110101199003077715"
    assert lin.get(f"/api/v1{path}/may-use?purpose=claims").json() == {"purpose": "claims", "may_use": True}
    assert lin.get(f"/api/v1{path}/may-use?purpose=marketing").json()["may_use"] is False
    assert [one["act"] for one in lin.get(f"/api/v1{path}/access-log").json()] == ["privacy.read_person"]
    asked = post("lin", f"{path}/erasures", {"cause": "request", "why": "本人要求"}).json()
    own = post("lin", f"/personal-erasures/{asked['id']}/decision", {"approves": True})
    assert own.json()["code"] == "another_must_decide"
    assert post("chen", f"/personal-erasures/{asked['id']}/decision", {"approves": True}).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        done = post("lin", f"/personal-erasures/{asked['id']}/carry-out", {}).json()
    assert done["state"] == "erased"
    assert {"customer.id_number", "customer.name", "id_number", "name"} <= set(done["what"])
    for one in (
        "/private-persons",
        "/person-requests",
        "/personal-cleanup",
        "/personal-erasures",
        "/data-partners",
        "/data-extracts",
        "/reading-alerts",
    ):
        assert lin.get(f"/api/v1{one}").status_code == 200

    again = tmp_path / "again.csv"
    again.write_text(
        "客户编号,客户名称,身份证号\nC-9,李四海,\nC-10,李四海,110101199003077715\nC-11,赵六,\n",
        encoding="utf-8",
    )
    batch = intake.import_file(actor=system_actor(), on=on, path=again, kind="customers", mode="good_rows")
    assert (batch.state, batch.rows_rejected) == ("posted", 2)
