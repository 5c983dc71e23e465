"""A clerk's day with contracts: the ledger, one contract from draft to end, figures and an audit; a program too."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from tests import seats, worlds
from tests.facts.contracts.world import office
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.approvals import services as approvals
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.contracts.models import Audit, Contract, Event, Finding
from xinheng.facts.contracts.values import exact_money
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def _pages(db: None, settings: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    worlds.given(staffed)


def staffed() -> None:
    """The office, with an administrator of the ledger."""
    office()
    on = business_day()
    seats.seat("guan", "administrator", on=on)
    Person.objects.update(language="en")


def signed_in(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.content.decode()[:3000])
    return answer.content.decode()


def sent(client: Client, address: str, status: int = 302, **told: Any) -> str:
    answer = client.post(address, told)
    assert answer.status_code == status, (address, answer.content.decode()[:4000])
    return answer.headers["Location"] if status == 302 else answer.content.decode()


def book(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return openpyxl.load_workbook(io.BytesIO(answer.content))


@pytest.mark.req("CTR-03", "FSP-03", "FSP-06", "CTR-07", "CTR-08")
def test_a_contract_is_drafted_signed_performed_audited_and_ended_at_its_pages() -> None:
    guan, on = signed_in("guan"), business_day()
    assert "No contract here" in text(guan, "/contracts/")
    assert "No audit yet" in text(guan, "/contracts/audits/")
    assert "Nothing in this period" in text(guan, "/contracts/figures/")
    new: dict[str, Any] = {
        "customer_no": "C-7", "unit": "XS", "kind": "sale", "title": "钢管买卖合同", "matter": "钢管 200 吨",
        "amount": "120000.00", "currency": "CNY", "terms": "货到 30 日付款", "guarantors": "信诚担保\n",
        "ends_on": (on + timedelta(days=20)).isoformat(),
    }  # fmt: skip
    assert "This field is required" in sent(guan, "/contracts/draft/", 422, **{**new, "matter": ""})
    assert "C-99" in sent(guan, "/contracts/draft/", 422, **{**new, "customer_no": "C-99"})
    yen = sent(guan, "/contracts/draft/", 422, **{**new, "amount": "120000.50", "currency": "JPY"})
    assert "An amount in JPY has at most 0 decimals." in yen  # refused, not rounded to 120,001
    assert not Contract.objects.exists()
    assert exact_money(Decimal("120000.00"), "JPY") == Money(120_000, "JPY")
    where = sent(guan, "/contracts/draft/", **new)
    contract = Contract.objects.get()
    assert where == f"/contracts/{contract.pk}/"

    word = guan.get(f"{where}draft.docx")
    lines = [one.text for one in Document(io.BytesIO(word.content)).paragraphs]
    assert "第二条　价款" in lines
    assert any("壹拾贰万元整" in line for line in lines)
    assert any("信诚担保" in line for line in lines)

    sent(guan, f"{where}do/to_legal/")
    refused = sent(guan, f"{where}do/legal/", 422, verdict="no", comments="")
    assert "missing" in refused
    assert Entry.objects.filter(outcome="refused", reason__startswith="contract_invalid").exists()
    sent(guan, f"{where}do/legal/", verdict="ok")
    sent(guan, f"{where}do/countersign/")
    contract.refresh_from_db()
    for login in ("bu", "kuai"):
        person = access.actor_of(Person.objects.get(login=login), on=on)
        assert contract.request_id
        approvals.decide(actor=person, on=on, request_id=contract.request_id, decision="approve")
    sent(guan, f"{where}do/sign/", signed_on=on.isoformat())
    it_is_performed_and_ended(guan, where, contract)
    figures_are_told(guan, contract)
    a_sample_is_audited(contract)


def it_is_performed_and_ended(guan: Client, where: str, contract: Contract) -> None:
    """Performance with a breach made good, a change, a reopened event, the dossier, and the end."""
    on = business_day()
    page = text(guan, where)
    assert "dossier due" in page
    assert "ends soon" in text(guan, "/contracts/?look=expiring")
    assert contract.no in text(guan, "/contracts/?look=expiring&sort=-amount&q=钢管")
    sent(guan, f"{where}do/record/", kind="breach", happened_on=on.isoformat(), note="少交")
    sent(guan, f"{where}do/performed/", 422, performed_on=on.isoformat())
    breach = text(guan, where).split('name="record_id"')[1].split('value="')[1].split('"')[0]
    sent(guan, f"{where}do/cure/", record_id=breach, cured_on=on.isoformat(), how="补足")
    sent(guan, f"{where}do/change/", signed_on=on.isoformat(), why="加量", amount="130000.00")
    sent(guan, f"{where}do/performed/", performed_on=on.isoformat())
    event = Event.objects.get(contract=contract, kind="performed")
    sent(guan, f"{where}do/reopen/", event_id=event.pk, why="缺验收单")
    sent(guan, f"{where}do/file/")
    sent(guan, f"{where}do/next/", what="续签一年")
    sent(guan, f"{where}do/end/", ended_on=on.isoformat(), reason="履行完毕")
    assert "at an end" in text(guan, where)
    sent(guan, f"{where}do/nothing/", 400)


def figures_are_told(guan: Client, contract: Contract) -> None:
    """The ledger and its figures as Excel; a report without text is refused, one with is kept as PDF."""
    on = business_day()
    rows = list(book(guan, "/contracts/export/?state=ended").worksheets[0].values)
    assert (rows[1][0], rows[1][7]) == (contract.no, 130000)
    figures = text(guan, f"/contracts/figures/?year={on.year}&by=unit")
    assert "130,000.00" in figures
    assert book(guan, f"/contracts/figures/export/?year={on.year}").worksheets[0].cell(2, 3).value == 1
    address = f"/contracts/figures/analysis/?year={on.year - 1}"
    sent(guan, address, 422, unit="", part_overview="x", part_problems="", part_measures="x")
    sent(guan, address, unit="", part_overview="概况", part_problems="无", part_measures="无")
    taken = text(guan, "/contracts/figures/").split("/contracts/figures/analysis/")[2].split("/")[0]
    assert guan.get(f"/contracts/figures/analysis/{taken}/").content[:5] == b"%PDF-"


def a_sample_is_audited(contract: Contract) -> None:
    """The head of the department draws all, finds an issue, concludes; who audits ends no contract."""
    on, head = business_day(), signed_in("bu")
    span: dict[str, Any] = {"first_on": on.isoformat(), "last_on": on.isoformat()}
    assert "before the first" in sent(head, "/contracts/audits/", 422, **{**span, "last_on": "2020-01-01"})
    where = sent(head, "/contracts/audits/", **span, percent="100")
    finding = Finding.objects.earliest("pk")
    sent(head, f"{where}find/", 422, finding=finding.pk, verdict="issue", words="")
    sent(head, f"{where}find/", finding=finding.pk, verdict="issue", words="无授权书")
    sent(head, f"{where}conclude/", 422, conclusion="可")
    Finding.objects.filter(verdict="open").update(verdict="ok")
    sent(head, f"{where}conclude/", conclusion="基本合规")
    assert Audit.objects.get().closed_on == on
    assert "无授权书" in str(list(book(head, f"{where}export/").worksheets[0].values))
    sent(head, f"/contracts/{contract.pk}/do/end/", 403, ended_on=on.isoformat(), reason="x")


@pytest.mark.req("SIX-09")
def test_a_report_is_shown_sealed_and_proven_at_its_pages() -> None:
    guan = signed_in("guan")
    page = text(guan, "/credit-reports/of/C-7/?depth=brief")
    assert "What this report leaves out" in page
    assert "No report is sealed yet" in page
    assert "Banks dealt with" in text(guan, "/credit-reports/of/C-7/?depth=standard")
    for tab, words in (("file", "Credit file report"), ("contracts", "No contract with this customer yet")):
        part = guan.get(reverse("customer", args=["C-7"]), {"tab": tab}, headers={"hx-request": "true"})
        assert words in part.content.decode()
    text(guan, "/credit-reports/of/C-99/", 404)
    for form, begin in (("pdf", b"%PDF-"), ("docx", b"PK"), ("xlsx", b"PK")):
        assert guan.get(f"/credit-reports/file/{form}/C-7/?depth=brief").content.startswith(begin)
    assert guan.get("/credit-reports/file/exe/C-7/").status_code == 400
    sent(guan, "/credit-reports/seal/C-7/", depth="brief")
    number = text(guan, "/credit-reports/of/C-7/").split("/credit-reports/sealed/")[1].split("/")[0]
    content = guan.get(f"/credit-reports/sealed/{number}/C-7/").content
    for changed, status in ((b"", 200), (b" ", 422)):
        file = io.BytesIO(content + changed)
        file.name = "report.pdf"
        answer = guan.post("/credit-reports/prove/", {"file": file, "number": ""})
        assert answer.status_code == status
        assert (number in answer.content.decode()) == (status == 200)


@pytest.mark.req("CTR-02", "GRP-12")
def test_a_program_keeps_the_ledger() -> None:
    on = business_day()
    told: dict[str, Any] = {"login": "guan", "name": "erp", "expires_on": on + timedelta(9), "permits": ["*"]}
    secret, _token = access.issue_token(actor=system_actor(), on=on, **told)
    client = Client(headers={"authorization": f"Bearer {secret}"})

    def ask(how: str, address: str, status: int = 200, body: Any = None) -> Any:
        kind = {"content_type": "application/json"}
        more = {"data": json.dumps(body), **kind} if body is not None or how != "get" else {}
        answer = getattr(client, how)(f"/api/v1{address}", **more)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    new = {"unit": "XS", "kind": "sale", "title": "合同", "matter": "钢管", "amount": "10.00"}
    kept = ask("post", "/customers/C-7/contracts", 201, new)
    assert (kept["state"], kept["amount"]) == ("draft", {"amount": "10.00", "currency": "CNY"})
    ask("post", "/customers/C-7/contracts", 422, {**new, "amount": "10.001"})
    ask("put", f"/contracts/{kept['id']}", 200, {**new, "amount": "20.00"})
    place = f"/contracts/{kept['id']}"
    assert ask("post", f"{place}/do/send_to_legal_check", 200, {})["state"] == "legal"
    assert ask("post", f"{place}/legal-checks", 200, {"is_ok": True})["state"] == "countersign"
    refused = ask("post", f"{place}/signing", 409, {"signed_on": on.isoformat()})
    assert "countersign" in json.dumps(refused)
    assert ask("post", f"{place}/void", 200, {"words": "取消"})["state"] == "void"
    found = ask("get", "/contracts?state=void&text=C-7")
    assert [row["no"] for row in found["items"]] == [kept["no"]]
    assert ask("get", f"/contract-figures?first_on={on.year}-01-01&last_on={on}") == []
    assert ask("get", "/contract-audits") == []
    stage = {"stage": "contract", "from_on": on.isoformat()}
    ask("post", "/customers/C-7/stages", 201, stage)
    ask("post", "/customers/C-7/stages", 409, {**stage, "stage": "latent"})
    assert [row["stage"] for row in ask("get", "/customers/C-7/stages")] == ["contract"]
    ask("get", f"/contracts/{kept['id'] + 999}", 404)
