"""Ageing and confirmations as a clerk meets them: on pages, by the API, in workbooks and on paper."""

from __future__ import annotations

import io
import json
import uuid
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import worlds
from tests.operations.confirmations.conftest import MAY_END
from tests.operations.confirmations.conftest import told as accounts
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.receivables.models import Receipt, Settlement
from xinheng.operations.confirmations.models import Campaign, Confirmation, Difference
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
START = date(2024, 1, 1)


def founded() -> None:
    root = system_actor()
    access.load_shipped_roles(actor=root, on=START)
    access.create_unit(actor=root, on=START, code="HQ", name="公司", kind="group")
    for login, role in (("lin", "credit_manager"), ("shen", "auditor")):
        access.create_person(
            actor=root, on=START, login=login, name=login, password="长江-river-2026", role=role, unit="HQ"
        )
    accounts()
    Person.objects.update(must_change_password=False, language="en")


@pytest.fixture(autouse=True)
def _company(settings: Any, tmp_path: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    worlds.given(founded)


def signed_in(login: str = "lin") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.content.decode()[:3000])
    return " ".join(answer.content.decode().split())


def sent(client: Client, where: str, status: int = 302, /, **told: Any) -> str:
    answer = client.post(where, told)
    assert answer.status_code == status, answer.content.decode()[:4000]
    return answer.headers["Location"] if status == 302 else answer.content.decode()


def book(client: Client, address: str) -> dict[str, list[list[Any]]]:
    found = openpyxl.load_workbook(io.BytesIO(client.get(address).content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in found}


def test_ageing_is_gathered_drilled_into_exported_and_proven() -> None:
    client = signed_in()
    page = text(client, f"/ageing/?as_of={MAY_END}")
    assert "1–30 days (day 30 included)" in page
    assert "Not due (due day included)" in page
    assert "equals bills less receipts" in page
    assert "open less paid in advance 860.00, bills less receipts 860.00 CNY" in page
    assert "客户C-7" in page
    regions = text(client, f"/ageing/?as_of={MAY_END}&by=region&buckets=age")
    assert "of=region&amp;key=%E5%8D%8E%E4%B8%9C" in regions
    assert "Up to 1 year (included)" in regions
    assert "客户C-7" in text(client, f"/ageing/?of=region&key=华东&as_of={MAY_END}")
    assert "Nothing is open on this day" in text(client, "/ageing/?as_of=2020-01-01")
    documents = text(client, f"/ageing/documents/C-7/?as_of={MAY_END}")
    assert "B1" in documents
    assert "750.00" in documents
    sheets = book(client, f"/ageing/export/?as_of={MAY_END}")
    assert [row[:3] + row[4:6] + row[10:14] for row in sheets["Ageing"][1:]] == [
        ["C-7", "客户C-7", "CNY", 200, 750, 0, 950, 750, 0],
        ["C-8", "客户C-8", "CNY", 0, 0, 0, 0, 0, 0],
    ]
    assert sheets["Proof"][1] == ["CNY", 860, 860, "yes"]
    assert book(client, f"/ageing/documents/export/C-7/?as_of={MAY_END}")["Open documents"][1][0] == "B1"

    assert sent(client, "/ageing/prove/", as_of=str(MAY_END)) == "/ageing/proofs/"
    assert "adds up" in text(client, "/ageing/proofs/")
    assert "does not add up" not in text(client, "/home/calls/")
    Settlement.objects.update(receipt=Receipt.objects.get(customer__no="C-8"))
    sent(client, "/ageing/prove/", as_of=str(MAY_END))
    assert "open documents against bills less receipts" in text(client, "/ageing/proofs/")
    calls = text(client, "/home/calls/")
    assert f"the ageing of {MAY_END} does not add up" in calls
    assert "客户C-7" in calls
    reader = signed_in("shen")
    assert "Prove it now" not in text(reader, "/ageing/proofs/")
    sent(reader, "/ageing/prove/", 403)


@pytest.mark.req("MED-02")
def test_a_balance_is_confirmed_on_pages_from_the_letter_to_the_last_line() -> None:
    client, today = signed_in(), business_day()
    told = {
        "form": "letter", "company": "信衡公司", "as_of": str(MAY_END), "language": "zh-hans",
        "reply_by": str(today + timedelta(days=15)),
    }  # fmt: skip
    assert "Name the company" not in text(client, "/confirmations/new/C-7/")
    here = sent(client, "/confirmations/new/C-7/", **told)
    page = text(client, here)
    assert "Print and seal" in page
    assert "Note the answer" not in page
    sent(client, f"{here}seal/")
    found = Confirmation.objects.get()
    paper = client.get(f"{here}paper/")
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["X-Content-SHA256"] == found.sha256
    way = {"way": "post", "address": "上海", "sent_on": str(today)}
    sent(client, f"{here}do/sent/", **way)
    answer = {
        "agrees": "0", "answered_by": "李会计", "answered_on": str(today), "theirs_CNY": "700",
        "slip": SimpleUploadedFile("slip.txt", "回执".encode()),
    }  # fmt: skip
    assert "names a figure that is not ours" in sent(
        client, f"{here}do/answer/", 422, **{**answer, "theirs_CNY": ""}
    )
    sent(client, f"{here}do/answer/", **{**answer, "slip": SimpleUploadedFile("s.txt", "回执".encode())})
    page = text(client, here)
    assert "B2" in page
    assert "fits exactly" in page
    why = {"currency": "CNY", "cause": "missing_bill", "no": "B2", "owner": "lin", "until_on": str(today)}
    assert "would be too much" in sent(client, f"{here}do/explain/", 422, **why, amount="-200.01")
    sent(client, f"{here}do/explain/", **why, amount="-200")
    assert "difference of balances is yours to work off" in text(client, "/home/calls/")
    assert "B2" in text(client, "/confirmations/differences/?own=1")
    one = Difference.objects.get()
    sent(client, f"{here}differences/{one.pk}/", outcome="对方补记", is_ours="0")
    assert "differences worked off" in text(client, here)
    assert "Nothing is to be worked off" in text(client, "/confirmations/differences/")
    sheets = book(client, f"{here}export/")
    assert [row[1:4] for row in sheets["余额调节"][1:]] == [
        ["我方余额", None, 900], ["对方少记我方账单", "B2", -200], ["尚未说明", None, 0], ["对方余额", None, 700],
    ]  # fmt: skip
    sheets = book(client, "/confirmations/export/")
    assert sheets["Confirmations"][1][8:11] == [900, 700, -200]
    assert sheets["Sent list"][1][4:6] == ["post", "上海"]
    assert sheets["Differences"][1][9] == "对方补记"
    reader = signed_in("shen")
    assert "differences worked off" in text(reader, here)
    assert "Confirm the balance" not in text(reader, "/ageing/documents/C-7/")
    sent(reader, f"{here}do/answer/", 403, **{k: v for k, v in answer.items() if k != "slip"})


def test_a_statement_that_differs_from_the_ledger_is_refused_beside_the_form() -> None:
    Settlement.objects.update(receipt=Receipt.objects.get(customer__no="C-8"))
    told = {
        "form": "letter", "company": "信衡公司", "as_of": str(MAY_END), "language": "en",
        "reply_by": str(business_day()),
    }  # fmt: skip
    assert "does not add up" in sent(signed_in(), "/confirmations/new/C-7/", 422, **told)
    assert not Confirmation.objects.exists()


def test_a_round_is_drawn_sealed_sent_and_closed_on_pages() -> None:
    client, today = signed_in(), business_day()
    assert "No round was begun yet" in text(client, "/campaigns/")
    told = {
        "name": "二季度", "kind": "quarterly", "company": "信衡公司", "as_of": str(MAY_END),
        "reply_by": str(today), "language": "en", "least": "900.01",
    }  # fmt: skip
    assert "passes this selection" in sent(client, "/campaigns/new/", 422, **told)
    here = sent(client, "/campaigns/new/", **{**told, "least": "40"})
    sent(client, f"{here}do/seal/")
    sent(client, f"{here}do/send/", way="courier")
    page = text(client, here)
    assert "2 · 940.00 CNY" in page
    assert "1 letters stand in the sent list; 1 customers have no address." in page
    assert "0.0%" in text(client, "/campaigns/")
    assert "客户C-7" in text(client, f"/confirmations/?campaign={Campaign.objects.get().pk}&state=sent")
    sent(client, f"{here}do/close/")
    assert sent(client, f"{here}do/send/", 409, way="post")
    assert text(client, f"{here}do/other/", 405)


def test_programs_ask_and_act_by_the_interface() -> None:
    client, today = signed_in(), business_day()

    def asked(address: str) -> Any:
        answer = client.get(f"/api/v1{address}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def told(where: str, status: int, /, **body: Any) -> Any:
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        answer = client.post(
            f"/api/v1{where}", json.dumps(body), content_type="application/json", headers=headers
        )
        assert answer.status_code == status, answer.content
        return answer.json()

    aged = asked(f"/ageing/gathered?by=region&as_of={MAY_END}")
    assert [(one["key"], one["total"]["amount"], one["prepaid"]["amount"]) for one in aged["items"]] == [
        ("华东", "950.00", "90.00")
    ]
    assert aged["controls"] == [
        {
            "shown": {"amount": "860.00", "currency": "CNY"},
            "facts": {"amount": "860.00", "currency": "CNY"},
            "agrees": True,
        }
    ]
    assert [one["code"] for one in asked("/ageing/buckets")] == ["overdue", "quarters", "age"]
    assert [one["bill_no"] for one in asked(f"/customers/C-7/open-documents?as_of={MAY_END}")] == ["B1", "B2"]
    assert told("/ageing/proofs", 201, as_of=str(MAY_END))["is_sound"] is True
    assert len(asked("/ageing/proofs")[0]["groupings"]) == 9

    new = {"company": "信衡公司", "as_of": str(MAY_END), "reply_by": str(today)}
    number = told("/customers/C-7/confirmations", 201, **new)["id"]
    here = f"/confirmations/{number}"
    assert (
        told(f"{here}/sendings", 409, way="post", address="上海", sent_on=str(today))["code"] == "not_sealed"
    )
    sealed = told(f"{here}/seal", 200)
    assert len(sealed["sha256"]) == 64
    assert client.get(f"/api/v1{here}/paper").content.startswith(b"%PDF")
    told(f"{here}/sendings", 201, way="post", address="上海", sent_on=str(today))
    theirs = [{"amount": "899.00", "currency": "CNY"}]
    told(f"{here}/answers", 201, agrees=False, answered_by="李", answered_on=str(today), theirs=theirs)
    why = {"cause": "error", "amount": "-1.00", "owner": "lin", "until_on": str(today)}
    one = told(f"{here}/differences", 201, **why)["id"]
    told(f"/confirmation-differences/{one}/work-off", 200, outcome="更正", is_ours=True)
    shown = asked(here)
    assert (shown["state"], shown["accounts"][0]["left"]["amount"]) == ("settled", "0.00")
    assert [row["id"] for row in asked("/confirmations?state=settled")["items"]] == [number]

    opened = told("/confirmation-rounds", 201, name="年度", kind="yearly", **new)
    there = f"/confirmation-rounds/{opened['id']}"
    assert opened["coverage"][0]["chosen"] == 2
    assert told(f"{there}/seal", 200) == {"left": 0}
    assert told(f"{there}/send", 200, way="post") == {"sent": 1, "without_address": 1}
    assert told(f"{there}/remind", 200, way="email") == {"sent": 0, "without_address": 0}
    told(f"{there}/close", 200)
    assert asked("/confirmation-rounds")[0]["closed_on"] == str(today)
