"""Orders and credit on pages: an order over the limit is held, understood, released in part, and leaves."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.judgements.limits.conftest import HEAD, LIMIT, adopt
from tests.web.credit_world import PASSWORD
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.orders.values import NewOrder
from xinheng.judgements.limits import services
from xinheng.judgements.limits.models import CoverRequest, Decision, OrderCredit
from xinheng.judgements.limits.values import NewLimit
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db
PEOPLE = {
    "wang": "salesperson",
    "ana": "analyst",
    "max": "credit_manager",
    "auditor": "auditor",
    "signer": "approver",
}
START = date(2024, 1, 1)
AUTHORITIES = """authorities:
  - {code: small, roles: [approver], over_at_most: 100, zh: 小额, en: small ones, mark: given}
  - {code: manager, roles: [credit_manager], zh: 经理, en: the manager, mark: given}
"""


@pytest.fixture(autouse=True)
def _company(db: None, settings: Any, tmp_path: Any) -> None:
    """People, two customers of Wang's, and a check policy whose authorities are named."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    root = system_actor()
    access.load_shipped_roles(actor=root, on=START)
    access.create_unit(actor=root, on=START, code="HQ", name="公司", kind="company")
    for login, role in PEOPLE.items():
        told = {"login": login, "name": login, "password": PASSWORD, "role": role, "unit": "HQ"}
        access.create_person(actor=root, on=START, **told)  # type: ignore[arg-type]
    for number in (1, 2):
        new = NewCustomer(
            name=f"长江{number:03}有限公司", no=f"C-{number}", unit_code="HQ", person_login="wang"
        )
        files.register(actor=root, on=START, new=new)
    adopt(root, HEAD + LIMIT + AUTHORITIES)
    Person.objects.update(language="en")


def signed_in(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str, status: int = 200, **told: Any) -> str:
    answer = client.get(address, **told)
    assert answer.status_code == status, (address, answer.content.decode()[:2000])
    return answer.content.decode()


def sent(client: Client, address: str, answers: int = 302, **told: Any) -> str:
    answer = client.post(address, told)
    said = answer.content.decode()
    assert answer.status_code == answers, re.findall(r'(?s)errorlist".*?</ul>|role="alert".*?</div>', said)
    return str(answer.headers["Location"]) if answers == 302 else said


def part(client: Client, address: str) -> str:
    return text(client, address, headers={"HX-Request": "true", "accept-language": "en"})


def act(no: str, code: str) -> str:
    return f"/customers/file/{no}/do/{code}/"


def limited(no: str, amount: str) -> None:
    limit = NewLimit("年度授信", Money.of(amount))
    services.set_limit(actor=system_actor(), on=START, customer_no=no, limit=limit)


def ordered(no: str, order_no: str, amount: str, days_ago: int = 0) -> None:
    on = business_day() - timedelta(days=days_ago)
    order = NewOrder(order_no, on, on, Money.of(amount))
    services.check_order(actor=system_actor(), on=on, customer_no=no, order=order)


def entered(client: Client, no: str, order_no: str, amount: str, status: int = 302) -> str:
    today = business_day().isoformat()
    return sent(
        client, act(no, "order"), status, order_no=order_no, ordered_on=today, ship_on=today, amount=amount,
        currency="cny", payment="credit", kind="standard",
    )  # fmt: skip


@pytest.mark.req("SAP-12")
def test_from_an_order_over_the_limit_to_goods_that_leave_on_a_part_of_it() -> None:
    wang, boss, ana = signed_in("wang"), signed_in("max"), signed_in("ana")
    limited("C-1", "100")
    here = entered(wang, "C-1", "O-1", "250")
    assert here == "/orders/one/O-1/"
    page = text(wang, here)
    assert "exposure would be 250.00, the limit is 100.00: 150.00 too much" in page
    assert "the customer pays 150.00 CNY" in page
    assert "/do/release/" not in page  # a salesperson is not offered it
    assert "Order O-1 is posted already" in entered(wang, "C-1", "O-1", "250", 422)
    assert "O-1" in text(wang, "/holds/own/")
    assert "order you asked for is held" in text(wang, "/")
    text(wang, f"{here}do/release/", 403)

    desk = text(boss, "/holds/?mine=1")
    assert "O-1" in desk
    assert "the manager" in desk
    assert "held order is yours to decide" in text(boss, "/")
    page = text(boss, f"{here}do/release/")
    assert "the manager (Credit manager): any excess and any arrears" in page
    assert "within your authority" in page
    until = business_day() + timedelta(days=3)
    refused = sent(boss, f"{here}do/release/", 422, up_to="300", until=until, reason="老客户")
    assert "A release is for a part of the order or all of it" in refused
    assert "This field is required" in sent(boss, f"{here}do/release/", 422, up_to="120", until=until)
    assert OrderCredit.objects.get(order_no="O-1").state == "held"
    sent(boss, f"{here}do/release/", up_to="120", until=until, reason="老客户")
    page = text(boss, here)
    assert f"released until {until.isoformat()}" in page
    assert "released up to 120.00 CNY" in page

    today = business_day().isoformat()
    delivery = {"order_no": "O-1", "delivery_no": "D-1", "delivered_on": today}
    refused = sent(ana, act("C-1", "deliver-order"), 422, **delivery, amount="120.01")
    assert "more than was released" in refused
    sent(ana, act("C-1", "deliver-order"), **delivery, amount="120")
    billed = {"order_no": "O-1", "bill_no": "B-1", "billed_on": today, "due_on": today, "amount": "120"}
    sent(ana, act("C-1", "bill-order"), **billed)
    page = text(boss, here)
    for document in ("D-1", "B-1", "let go by a person", "老客户"):
        assert document in page
    sent(ana, act("C-1", "end-order"), order_no="O-1", how="closed", reason="余量不要")
    assert "closed" in text(boss, here)
    done = Entry.objects.filter(outcome="done", act__in=["limits.release", "orders.deliver", "orders.bill"])
    assert done.count() == 3


@pytest.mark.req("SAP-12", "SAP-14")
def test_what_is_asked_of_the_customer_its_letter_and_what_was_decided() -> None:
    boss = signed_in("max")
    limited("C-1", "100")
    ordered("C-1", "O-1", "250", days_ago=2)
    here = "/orders/one/O-1/"
    page = text(boss, here)
    for fact in ("Limit", "Exposure", "Headroom", "Overdue", "Level of reminders", "Pays late by habit",
                 "unknown so far", "Decisions in a year"):  # fmt: skip
        assert fact in page, fact
    page = text(boss, f"{here}do/ask/")
    assert 'value="150.00"' in page  # what would clear it
    sent(boss, f"{here}do/ask/", what="guarantee", amount="150", note="银行保函")
    assert "was asked for order O-1 already" in sent(
        boss, f"{here}do/ask/", 422, what="guarantee", amount="1"
    )
    cover = CoverRequest.objects.get()
    letter = {"company": "公司", "contact": "max", "phone": "021-5555", "language": "en", "form": "docx"}
    assert "is the name of none of our units" in sent(
        boss, "/holds/letter/O-1/", 422, **{**letter, "company": "x"}
    )
    answer = boss.post("/holds/letter/O-1/", letter)
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    (told,) = Entry.objects.filter(act="limits.write_letter", outcome="done")
    assert told.after["asked"] == ["a guarantee over 150.00 CNY", "the customer pays 150.00 CNY"]
    until = business_day() + timedelta(days=30)
    sent(boss, f"{here}do/meet/", cover_id=cover.pk, reason="保函已收", guaranteed_until=until)
    assert OrderCredit.objects.get(order_no="O-1").state == "passed"
    assert "passed the check" in text(boss, here)

    decision = Decision.objects.filter(order_no="O-1").earliest("pk")
    page = text(boss, f"{here}decisions/{decision.pk}/")
    assert "the same reasons" in page
    assert "exposure.receivable" in page
    text(boss, f"{here}decisions/{decision.pk + 99}/", 404)
    text(boss, "/orders/one/O-404/", 404)


def test_the_desk_filters_sorts_exports_and_checks_again() -> None:
    boss, auditor = signed_in("max"), signed_in("auditor")
    assert "No order is held" in text(boss, "/holds/")
    limited("C-1", "100")
    ordered("C-1", "O-1", "250", days_ago=2)
    ordered("C-2", "O-2", "70", days_ago=5)
    page = text(boss, "/holds/")
    assert page.index("O-1") < page.index("O-2")  # 250 × 2 before 70 × 5
    page = text(boss, "/holds/?sort=days")
    assert page.index("O-2") < page.index("O-1")
    for asked, seen, unseen in (
        ("q=C-2", "O-2", "O-1"),
        ("over=100", "O-1", "O-2"),
        ("check=limit&q=O-1", "O-1", "O-2"),
    ):
        page = text(boss, f"/holds/?{asked}")
        assert seen in page
        assert f"/one/{unseen}/" not in page
    assert "No held order fits" in text(boss, "/holds/?check=oldest")
    assert "O-1" in text(boss, "/holds/?over=abc&sort=nonsense&page=99&unit=HQ&person=wang")  # passed over
    book = openpyxl.load_workbook(io.BytesIO(boss.get("/holds/export/?q=O-1").content))
    (row,) = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert (row[0], row[1], float(row[4]), row[7], float(row[8])) == ("O-1", "C-1", 250.0, 2, 150.0)
    limited("C-2", "70")  # equal passes
    sent(boss, "/holds/recheck/", order=["O-1", "O-2"])
    assert "1 order passes now; 1 stays as it is." in text(boss, "/holds/")
    limited("C-1", "250")
    sent(boss, "/holds/recheck/", all="1")
    assert set(OrderCredit.objects.values_list("state", flat=True)) == {"passed"}
    assert "No order was chosen" in text(boss, sent(boss, "/holds/recheck/"))
    sent(auditor, "/holds/recheck/", 403, all="1")


@pytest.mark.req("SAP-13", "SAP-20", "LIM-12")
def test_severe_problems_and_time_to_clear_are_told_with_their_day() -> None:
    boss = signed_in("max")
    today = business_day().isoformat()
    assert f"On {today} no customer within your reach" in text(boss, "/holds/severe/")
    limited("C-1", "100")
    ordered("C-1", "O-1", "100", days_ago=5)
    ordered("C-1", "O-2", "10", days_ago=4)
    limited("C-1", "60")
    page = text(boss, "/holds/severe/")
    assert "over the limit" in page
    assert "Stop shipments" not in page  # nothing is owed yet: ordered is not receivable
    delivery = {"order_no": "O-1", "delivery_no": "D-1", "delivered_on": today, "amount": "90"}
    limited("C-1", "100")
    sent(boss, act("C-1", "deliver-order"), **delivery)
    bill = {"order_no": "O-1", "bill_no": "B-1", "billed_on": today, "due_on": today, "amount": "90"}
    sent(boss, act("C-1", "bill-order"), **bill)
    limited("C-1", "60")
    page = text(boss, "/holds/severe/")
    assert "/customers/file/C-1/do/credit-profile/?status=hold" in page
    assert boss.get("/holds/severe/export/").content[:2] == b"PK"
    page = text(boss, "/holds/time/")
    assert "still held" in page
    assert "<b>4.0</b>" in page
    assert "No order was held in this time" in text(boss, "/holds/time/?since=2020-01-01&until=2020-02-01")
