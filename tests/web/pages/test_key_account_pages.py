"""The pages of key accounts: a profile, a request from call to evaluation, a service level, Excel."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.values import NewCustomer
from xinheng.operations.key_accounts.models import Profile, Request, Target
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def _founded(day: date) -> None:
    chief = system_actor()
    access.load_shipped_roles(actor=chief, on=day)
    access.create_unit(actor=chief, on=day, code="CITY", name="市公司", kind="company")
    for login in ("chen", "gao"):
        access.create_person(
            actor=chief,
            on=day,
            login=login,
            name=login,
            password="长江-river-2026",
            role="credit_manager",
            unit="CITY",
        )
    customers.register(actor=chief, on=day, new=NewCustomer("东山水泥有限公司", "C-1"))


@pytest.fixture
def chen(db: None, settings: Any) -> Client:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    worlds.given(_founded, business_day())
    return signed_in("chen")


def signed_in(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login))
    return client


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.req("VIP-01", "VIP-04", "VIP-06", "VIP-07")
def test_a_profile_and_a_request_from_call_to_evaluation(chen: Client) -> None:
    for what in ("accounts", "requests", "targets", "attainment", "market"):
        assert "暂无内容" in words(chen, f"/key-accounts/lists/{what}/")
    assert chen.post("/key-accounts/new/profile/", {"customer_no": "C-9"}).status_code == 422
    profile = chen.post("/key-accounts/new/profile/", {"customer_no": "C-1"})["Location"]
    wrong = chen.post(profile, {"voltage_kv": "10", "capacity_kva": "很大"})
    assert wrong.status_code == 422
    assert "合同容量 应为以 kVA 计的数值" in wrong.content.decode()
    assert not Profile.objects.exists()
    chen.post(profile, {"voltage_kv": "10", "capacity_kva": "2,000", "trade": "水泥"})
    page = words(chen, profile)
    assert "合同容量2000千伏安及以上" in page
    assert "经营状况、年用电量（贡献电量）、负荷等级" in page
    assert "东山水泥有限公司" in words(chen, "/key-accounts/lists/accounts/?state=incomplete")
    assert "东山水泥有限公司" not in words(chen, "/key-accounts/lists/accounts/?state=ordinary")

    new: dict[str, Any] = {
        "customer_no": "C-1", "kind": "repair", "channel": "centre", "asked_on": business_day(), "what": "进线跳闸",
    }  # fmt: skip
    assert chen.post("/key-accounts/new/request/", new).status_code == 422  # no contact record, no case
    where = chen.post("/key-accounts/new/request/", {**new, "contact": "值班员来电"})["Location"]
    chen.post(f"{where}do/", {"act": "close", "result": "已恢复"})
    assert Request.objects.get().closed_on is None  # nobody has accepted it
    chen.post(f"{where}do/", {"act": "accept"})
    chen.post(f"{where}do/", {"act": "note", "words": "抢修队到场"})
    assert "抢修队到场" in words(chen, where)
    chen.post(f"{where}do/", {"act": "pause", "reason": "force_majeure"})
    assert "不可抗力" in words(chen, where)
    chen.post(f"{where}do/", {"act": "resume"})
    chen.post(f"{where}do/", {"act": "close", "result": "已恢复"})
    assert "评价办理情况" not in words(chen, where)  # nobody judges what they closed
    gao = signed_in("gao")
    gao.post(f"{where}do/", {"act": "evaluate", "mark": "95", "words": "及时"})
    assert Request.objects.get().mark == 95


@pytest.mark.req("VIP-10")
def test_a_service_level_is_proposed_confirmed_and_taken_as_excel(chen: Client) -> None:
    told = {"kind": "repair", "unit": "percent", "value": "95", "departments": ["CITY"]}
    assert chen.post("/key-accounts/new/target/", {**told, "value": "101"}).status_code == 422
    where = chen.post("/key-accounts/new/target/", told)["Location"]
    assert "按时率 95%" in words(chen, where)
    chen.post(where, {"unit_code": "CITY"})
    assert Target.objects.get().from_on == business_day()
    assert "不适用（无办结事项）" in words(chen, "/key-accounts/lists/attainment/")
    assert (
        chen.post(
            "/key-accounts/new/manager/", {"unit_code": "CITY", "level": "company", "login": "x"}
        ).status_code
        == 422
    )
    chen.post("/key-accounts/new/manager/", {"unit_code": "CITY", "level": "company", "login": "chen"})
    assert "公司级客户经理" in words(chen, "/key-accounts/")
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(chen.get("/key-accounts/lists/targets/export/").content)
    ).get_sheet_by_index(0)
    assert [row[1:4] for row in sheet.to_python()] == [
        ["服务", "版本", "承诺水平"],
        ["故障抢修", 1.0, "按时率 95%"],
    ]
