"""Cash application, bank statements, bills of exchange and deposits on pages, by the interface and as files."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import worlds
from tests.indicators.ledger import bill, customer
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.texts import name_key
from xinheng.facts.customers.models import Customer
from xinheng.facts.instruments.models import Deposit, Instrument
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewReceipt
from xinheng.judgements.matching.models import BankLine, Proposal
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PEOPLE = {"credit": "credit_manager", "wang": "salesperson"}


@pytest.fixture(autouse=True)
def _pages(db: None, settings: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    worlds.given(founded)


def founded() -> None:
    """C-1 owes 1,000 and twice 300, a month late; it paid 1,000 and 300."""
    root, today = system_actor(), business_day()
    access.load_shipped_roles(actor=root, on=today)
    access.create_unit(actor=root, on=today, code="HQ", name="公司", kind="group")
    for login, role in PEOPLE.items():
        told: Any = {"login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ"}
        access.create_person(actor=root, on=today, **told)
    Person.objects.update(language="en")
    who = customer("C-1")
    Customer.objects.update(name_key=name_key(who.name))
    billed, due = ((today - timedelta(days=back)).isoformat() for back in (60, 30))
    for no, yuan in (("INV-00001", 1000), ("INV-00002", 300), ("INV-00003", 300)):
        bill(who, no, billed, due, yuan)
    for no, amount, text in (("R-1", "1000.00", "INV-00001"), ("R-2", "300.00", "货款")):
        new = NewReceipt(no, today, Money.of(amount), reference=text, payer="公司C-1")
        ledger.post_receipt(actor=root, on=today, customer_no="C-1", receipt=new)


def signed_in(login: str = "credit") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()


def open_bills() -> dict[str, int]:
    found = receivables.open_lines(None, as_of=business_day())
    return dict(found.select("bill_no", "open_minor").iter_rows())


def test_a_run_is_previewed_begun_reviewed_and_taken_back_on_pages() -> None:
    client = signed_in()
    assert "No rules of cash application are in force" in text(client, "/matching/")
    assert client.post("/matching/adopt/").status_code == 302

    assert "Of 2 receipts 1 would be applied, 1 would wait for review" in text(
        client, "/matching/runs/?preview=1"
    )
    assert not Proposal.objects.exists()
    client.post("/matching/runs/begin/")

    assert open_bills() == {"INV-00002": 30000, "INV-00003": 30000}
    waiting = Proposal.objects.get(state="waiting")
    listed = text(client, "/matching/")
    assert "R-2" in listed
    assert "2 sets of bills fit" in listed
    assert "R-1" not in listed
    assert "R-1" in text(client, "/matching/?state=applied")
    page = text(client, f"/matching/{waiting.pk}/")
    assert 'name="pays:INV-00002"' in page
    too_much = client.post(f"/matching/{waiting.pk}/do/change/", {"pays:INV-00003": "300.01"})
    assert (too_much.status_code, Proposal.objects.get(pk=waiting.pk).state) == (422, "waiting")
    client.post(f"/matching/{waiting.pk}/do/change/", {"pays:INV-00003": "250.00", "reason": "客户来电"})
    assert open_bills() == {"INV-00002": 30000, "INV-00003": 5000}
    assert "R-2" in text(client, "/matching/unmatched/")
    assert 'value="42.86"' in text(client, "/matching/hand/C-1/?receipt=R-2")  # due on one day: pro rata
    client.post("/matching/hand/C-1/", {"receipt": "R-2", "pays:INV-00003": "50.00"})
    assert open_bills() == {"INV-00002": 30000}

    run = Proposal.objects.get(receipt__receipt_no="R-1").run_id
    assert client.post(f"/matching/runs/{run}/undo/", {"reason": ""}).status_code == 422
    client.post(f"/matching/runs/{run}/undo/", {"reason": "导错"})
    assert open_bills() == {"INV-00001": 100000, "INV-00002": 30000}


def test_proposals_are_accepted_from_the_list_and_exported() -> None:
    client = signed_in()
    client.post("/matching/adopt/")
    client.post("/matching/runs/begin/")
    waiting = Proposal.objects.get(state="waiting")

    client.post("/matching/accept/", {"proposal": [str(waiting.pk)]})

    assert open_bills() == {"INV-00003": 30000}
    book = openpyxl.load_workbook(io.BytesIO(client.get("/matching/export/?state=applied").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert {row[3]: row[9] for row in rows if row[3] in ("R-1", "R-2")} == {
        "R-1": "INV-00001",
        "R-2": "INV-00002",
    }
    assert Entry.objects.filter(act="exports.matching").count() == 1


def test_who_may_only_look_is_offered_no_act() -> None:
    client = signed_in("wang")
    assert "Begin a run" not in text(client, "/matching/runs/")
    assert client.post("/matching/runs/begin/").status_code == 403
    assert "R-1" not in text(client, "/matching/unmatched/")  # another's customer


def test_a_bank_statement_is_taken_in_and_a_payer_told() -> None:
    client, today = signed_in(), business_day()
    rows = f"日期,收入,付款人,流水号\n{today},12.00,公司C-1,S1\n{today},13.00,某中心,S2\n"
    file = SimpleUploadedFile("bank.csv", rows.encode())
    client.post("/matching/bank/take/", {"file": file, "account": "6222"})

    assert "某中心" in (listed := text(client, "/matching/bank/"))
    assert "公司C-1" not in listed
    line = BankLine.objects.get(state="unknown")
    client.post(f"/matching/bank/{line.pk}/do/assign/", {"customer_no": "C-1"})
    assert "No line here" in text(client, "/matching/bank/")
    bad = SimpleUploadedFile("bank.csv", rows.replace("12.00", "abc").encode())
    refused = client.post("/matching/bank/take/", {"file": bad, "account": "6222"})
    assert refused.status_code == 422
    assert "1 rows are wrong, nothing was taken. Row 2" in refused.content.decode()


def test_paper_and_deposits_are_kept_on_pages() -> None:
    client, today = signed_in(), business_day()
    told = {
        "customer_no": "C-1", "no": "P-1", "kind": "commercial_acceptance", "form": "electronic", "amount": "500.00",
        "currency": "CNY", "drawer": "甲", "acceptor": "乙", "issued_on": today - timedelta(days=400),
        "matures_on": today - timedelta(days=1), "received_on": today - timedelta(days=30),
    }  # fmt: skip
    assert client.post("/instruments/new/", told).status_code == 302
    one = Instrument.objects.get()
    assert "present it now" in text(client, "/instruments/")
    page = text(client, f"/instruments/{one.pk}/")
    assert "It runs longer than the 6 months" in page
    assert "against the acceptor" in page
    early = {"dishonour-done_on": today + timedelta(days=1), "dishonour-reason": "拒付"}
    assert client.post(f"/instruments/{one.pk}/do/dishonour/", early).status_code == 422
    client.post(
        f"/instruments/{one.pk}/do/dishonour/", {"dishonour-done_on": today, "dishonour-reason": "拒付"}
    )
    assert Instrument.objects.get().state == "dishonoured"
    asked = {"customer_no": "C-1", "no": "Y-1", "purpose": "押金", "amount": "100.00", "due_on": today}
    client.post("/deposits/new/", asked)
    deposit = Deposit.objects.get()
    address = f"/deposits/{deposit.pk}/do"
    client.post(f"{address}/receive/", {"receive-amount": "100.00", "receive-done_on": today})
    over = client.post(f"{address}/refund/", {"refund-amount": "100.01", "refund-done_on": today})
    assert (over.status_code, "Only 100.00 of deposit Y-1 is held" in over.content.decode()) == (422, True)
    client.post(f"{address}/refund/", {"refund-amount": "100.00", "refund-done_on": today})
    assert Deposit.objects.get().refunded_minor == 10000
    assert "押金" in text(client, "/deposits/")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/instruments/export/").content))
    assert [sheet.title for sheet in book.worksheets][:2] == ["Bills of exchange", "Deposits"]


def test_the_interface_runs_accepts_and_takes_back() -> None:
    client = signed_in()
    client.post("/matching/adopt/")

    def send(address: str, body: Any = None) -> Any:
        told = {"data": json.dumps(body or {}), "content_type": "application/json"}
        answer = client.post(f"/api/v1/{address}", **told, headers={"Idempotency-Key": address})
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    assert client.get("/api/v1/matching/preview").json()["applied"] == 1
    run = send("matching/runs")
    assert (run["applied"], run["waiting"], run["money"]) == (
        1,
        1,
        [{"amount": "1000.00", "currency": "CNY"}],
    )
    (waits,) = client.get("/api/v1/matching/proposals").json()["items"]
    assert (waits["receipt_no"], waits["alternatives"]) == ("R-2", 2)
    assert send("matching/accept", {"proposals": [waits["id"]]}) == {"applied": 1}
    assert client.get("/api/v1/matching/free-money").json()["items"] == []
    assert send(f"matching/runs/{run['id']}/undo", {"reason": "x"}) == {"settlements": 2}
    body = {"no": "Y-9", "purpose": "押金", "amount": "5.00", "due_on": business_day().isoformat()}
    deposit = send("customers/C-1/deposits", body)
    assert deposit["missing"] == {"amount": "5.00", "currency": "CNY"}
    (account,) = client.get("/api/v1/customers/C-1/account").json()
    assert (account["charged"]["amount"], account["credit"]["amount"]) == ("1600.00", "1300.00")


def test_the_demonstration_statement_is_one_a_dialect_reads() -> None:
    from xinheng.judgements.matching import bank_files
    from xinheng.runs.demonstration import receiving

    on = business_day()
    lines = receivables.open_lines(None, as_of=on)
    content = receiving._statement(lines, dict.fromkeys(lines["customer_id"].to_list(), ("C-1", "公司")), on)
    rows, faults = bank_files.read(content.encode(), file_name="x.csv", on=on, account=receiving.ACCOUNT)
    assert (rows.height, faults.height) == (3, 0)
