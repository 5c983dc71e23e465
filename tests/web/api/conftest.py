"""Programs that ask the API: an office with two salespeople, and a token for each of its people."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.values import NewContact, NewCustomer
from xinheng.facts.receivables import services as receivables
from xinheng.facts.receivables.values import NewBill, NewReceipt, NewSettlement

TODAY = date(2026, 6, 30)
START = date(2026, 1, 1)
PASSWORD = "长江-river-2026"
ID_NUMBER = "110101199003074477"
PEOPLE = (
    ("admin", "administrator", "HQ"),
    ("credit", "credit_manager", "HQ"),
    ("wang", "salesperson", "EAST"),
    ("li", "salesperson", "SOUTH"),
    ("auditor", "auditor", "HQ"),
)


@dataclass
class Program:
    """A program with a token: what it sends, and the JSON it gets."""

    token: str
    language: str = "zh-hans"
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request; headers as HTTP_X. An answer above 399 must be a problem document."""
        if self.token:
            headers.setdefault("HTTP_AUTHORIZATION", f"Bearer {self.token}")
        headers.setdefault("HTTP_ACCEPT_LANGUAGE", self.language)
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = self.client.generic(method, f"/api/v1{path}", **sent, **headers)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json", answer.content[:300]
            assert answer.json()["status"] == answer.status_code
        return answer

    def get(self, path: str, **headers: str) -> Any:
        """Read."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        """Write, with an idempotency key where one is given."""
        if key:
            headers["HTTP_IDEMPOTENCY_KEY"] = key
        return self.ask("POST", path, {} if body is None else body, **headers)

    def send(self, path: str, form: dict[str, Any], *, key: str = "") -> Any:
        """A form with a file."""
        headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
        return self.client.post(
            f"/api/v1{path}", form, HTTP_AUTHORIZATION=f"Bearer {self.token}",
            HTTP_ACCEPT_LANGUAGE=self.language, **headers,
        )  # fmt: skip


def token_for(login: str, *permits: str, expires_on: date = date(2026, 12, 31), on: date = TODAY) -> str:
    """A token for a person: all the person may do, unless told less."""
    text, _ = access.issue_token(
        actor=system_actor(), on=on, name="测试", login=login, expires_on=expires_on, permits=permits or ["*"]
    )
    return text


def program(login: str, *permits: str, language: str = "zh-hans") -> Program:
    """A program that acts for a person."""
    held = permits or tuple(access.actor_of(Person.objects.get(login=login), on=TODAY).permits)
    return Program(token_for(login, *held), language)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


def open_office() -> None:
    """People, three customers, a bill and what was paid of it."""
    worlds.given(_opened)


def _opened() -> None:
    actor = system_actor()
    access.load_shipped_roles(actor=actor, on=START)
    access.create_unit(actor=actor, on=START, code="HQ", name="总公司", kind="company")
    for code, name in (("EAST", "华东部"), ("SOUTH", "华南部")):
        access.create_unit(actor=actor, on=START, code=code, name=name, kind="department", parent="HQ")
    for login, role, unit in PEOPLE:
        access.create_person(
            actor=actor, on=START, login=login, name=login, password=PASSWORD, role=role, unit=unit
        )
    for new in (
        NewCustomer(
            no="C-1",
            name="长江贸易有限公司",
            industry="F",
            region="上海",
            unit_code="EAST",
            person_login="wang",
        ),
        NewCustomer(
            no="C-2",
            name="珠江机电有限公司",
            industry="C",
            region="广东",
            unit_code="SOUTH",
            person_login="li",
        ),
        NewCustomer(
            no="P-1", name="张三", kind="person", id_number=ID_NUMBER, unit_code="EAST", person_login="wang"
        ),
    ):
        customers.register(actor=actor, on=START, new=new)
    customers.add_contact(
        actor=actor,
        on=START,
        no="C-1",
        contact=NewContact("陈经理", phone="13800001234", email="chen@example.cn"),
    )
    told = {"actor": actor, "on": TODAY}
    for no in ("C-1", "C-2"):
        bill = NewBill(f"B-{no}", date(2026, 3, 1), date(2026, 3, 31), Money.of("1000.00"))
        receivables.post_bill(**told, customer_no=no, bill=bill)
    receipt = NewReceipt("R-1", date(2026, 4, 10), Money.of("300.00"))
    receivables.post_receipt(**told, customer_no="C-1", receipt=receipt)
    paid = NewSettlement("B-C-1", date(2026, 4, 10), Money.of("300.00"), receipt_no="R-1")
    receivables.settle(**told, customer_no="C-1", settlement=paid)


@pytest.fixture
def office(db: None) -> None:
    """The office, for one test."""
    open_office()
