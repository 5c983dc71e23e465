"""What people do to a customer's file and ledger on its pages, and what they are told when it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import services as files
from xinheng.facts.customers.models import (
    Contact,
    Customer,
    FileFact,
    FormerName,
    RelatedParty,
    Responsibility,
)
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.models import Bill, Receipt, Settlement
from xinheng.runs.services import business_day
from xinheng.web.pages.customer_acts import ACTS

pytestmark = pytest.mark.django_db
PEOPLE = (
    ("lin", "林晓", "credit_manager", "HQ"),
    ("wang", "王芳", "salesperson", "EAST"),
    ("li", "李强", "salesperson", "SOUTH"),
    ("zhou", "周洁", "archivist", "HQ"),
    ("zhao", "赵敏", "auditor", "HQ"),
)
USCC = "91350100M000100Y43"


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Two units, five people, three customers that nobody told anything of yet."""
    with django_db_blocker.unblock():
        _found()
    yield
    with django_db_blocker.unblock():
        worlds.empty()


def _found() -> None:
    actor, start = system_actor(), date(2024, 1, 1)
    access.load_shipped_roles(actor=actor, on=start)
    access.create_unit(actor=actor, on=start, code="HQ", name="总部", kind="company")
    for code, name in (("EAST", "华东部"), ("SOUTH", "华南部")):
        access.create_unit(actor=actor, on=start, code=code, name=name, kind="department", parent="HQ")
    for login, name, role, unit in PEOPLE:
        access.create_person(
            actor=actor, on=start, login=login, name=name, password="长江-river-2026", role=role, unit=unit
        )
    Person.objects.update(must_change_password=False)
    for no, name, person in (
        ("C-1", "长江机电有限公司", "wang"),
        ("C-2", "黄河食品有限公司", "li"),
        ("C-3", "泰山控股有限公司", "wang"),
    ):
        unit = "EAST" if person == "wang" else "SOUTH"
        new = NewCustomer(name=name, no=no, unit_code=unit, person_login=person)
        files.register(actor=actor, on=start, new=new)
    person = NewCustomer(
        name="张三",
        no="P-1",
        kind="person",
        unit_code="EAST",
        person_login="wang",
        id_number="11010519491231002X",
    )
    files.register(actor=actor, on=start, new=person)


CHANCE = re.compile(r"(?:nonce|csrf-token|csrfmiddlewaretoken)\W+(?:value\W+|content\W+)?[A-Za-z0-9+/=_-]+")


def _words(answer: Any) -> str:
    """What a page says, without the tokens in which anything may stand by chance."""
    assert answer.status_code == 200, answer.content.decode()[:500]
    return CHANCE.sub("", unescape(answer.content.decode()))


class Desk:
    """Someone at the pages, in Chinese."""

    def __init__(self, login: str) -> None:
        self.client = Client()
        self.client.force_login(
            Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend"
        )

    def see(self, address: str) -> str:
        """A page's words."""
        answer = self.client.get(address)
        return _words(answer)

    def part(self, tab: str, no: str = "C-1") -> str:
        """One part of a customer's page."""
        answer = self.client.get(f"/customers/file/{no}/?tab={tab}", HTTP_HX_REQUEST="true")
        return _words(answer)

    def does(self, act: str, no: str = "C-1", **told: Any) -> None:
        """An act that must be done."""
        answer = self.client.post(f"/customers/file/{no}/do/{act}/", told)
        assert answer.status_code == 302, errors_of(answer)

    def fails(self, act: str, no: str = "C-1", **told: Any) -> dict[str, str]:
        """An act that must be refused: the words beside each field, "" for the form as a whole."""
        answer = self.client.post(f"/customers/file/{no}/do/{act}/", told)
        assert answer.status_code == 422, answer.status_code
        return errors_of(answer)


def errors_of(answer: Any) -> dict[str, str]:
    form = answer.context["form"]
    with override("zh-hans"):
        return {
            name.replace("__all__", ""): unescape(" ".join(map(str, words)))
            for name, words in form.errors.items()
        }


@pytest.fixture
def desk(company: None, db: None, settings: Any) -> Callable[[str], Desk]:
    """Seats someone at the pages."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    return Desk


def last_entry() -> Entry:
    found = Entry.objects.order_by("-pk").first()
    assert found
    return found


@pytest.mark.req("SIX-11")
def test_a_new_name_is_taken_and_the_old_one_still_finds_it(desk: Any) -> None:
    wang = desk("wang")
    wang.does("rename", name="长江重工有限公司", until_on="2026-01-31")

    assert Customer.objects.get(no="C-1").name == "长江重工有限公司"
    assert FormerName.objects.get().until_on == date(2026, 1, 31)
    assert "长江机电有限公司" in wang.part("parties")
    assert "长江重工有限公司" in wang.see("/customers/?q=长江机电")
    assert (last_entry().act, last_entry().via) == ("customers.rename", "page")


def test_a_like_name_is_shown_before_it_is_taken(desk: Any) -> None:
    wang = desk("wang")
    told = wang.fails("rename", name="黄河食品（有限责任公司）")

    assert list(told) == ["despite_like_names"]
    assert "C-2 黄河食品有限公司" in told["despite_like_names"]
    assert Customer.objects.get(no="C-1").name == "长江机电有限公司"

    wang.does("rename", name="黄河食品（有限责任公司）", despite_like_names="on")
    assert Customer.objects.get(no="C-1").name == "黄河食品（有限责任公司）"


@pytest.mark.req("ADV-02")
def test_codes_are_checked_and_a_taken_one_is_refused_by_its_field(desk: Any) -> None:
    wang, lin = desk("wang"), desk("lin")
    assert "校验" in wang.fails("codes", uscc=USCC[:-1] + "4")["uscc"]
    wang.does("codes", uscc=f" {USCC.lower()} ", org_code="")
    assert Customer.objects.get(no="C-1").uscc == USCC

    told = lin.fails("codes", no="C-2", uscc=USCC)
    assert list(told) == ["uscc"]
    assert "C-1" in told["uscc"]
    assert Customer.objects.get(no="C-2").uscc is None


def test_an_id_number_is_masked_and_stays_when_left_empty(desk: Any) -> None:
    wang = desk("wang")
    wang.does("codes", no="P-1", uscc="", id_number="")
    assert Customer.objects.get(no="P-1").id_number == "11010519491231002X"
    assert "11010519491231002X" not in wang.part("parties", "P-1") + wang.see("/customers/file/P-1/do/codes/")
    assert "11010519491231002X" in desk("lin").part("parties", "P-1")


@pytest.mark.req("SIX-02")
def test_a_group_has_no_circle_and_owners_hold_no_more_than_all(desk: Any) -> None:
    lin = desk("lin")
    lin.does("parent", parent_no="泰山控股有限公司")
    told = lin.fails("parent", no="C-3", parent_no="C-1")
    assert list(told) == ["parent_no"]
    assert Customer.objects.get(no="C-3").parent is None

    lin.does("link", relation="shareholder", other_no="C-3", share="60")
    told = lin.fails("link", relation="shareholder", other_name="李四", share="40.5")
    assert list(told) == ["share"]
    assert "100.50" in told["share"]
    lin.does("link", relation="shareholder", other_name="李四", share="30")
    shown = lin.part("file")
    assert re.search(r"未知</td>\s*<td class=\"xh-num\">10.0%", shown)
    link = RelatedParty.objects.get(other_name="李四")
    assert "李四" in lin.see(f"/customers/file/C-1/do/end-link/?link_id={link.pk}")
    lin.does("end-link", link_id=link.pk)
    assert "李四" not in lin.part("parties")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"relation": "guarantor"}, "other_name"),
        ({"relation": "guarantor", "other_no": "C-2", "other_name": "又一个"}, "other_name"),
        ({"relation": "guarantor", "other_no": "没有这样的客户"}, "other_no"),
        ({"relation": "guarantor", "other_name": "某某", "share": "10"}, "share"),
        ({"relation": "shareholder", "other_name": "某某", "share": "101"}, "share"),
        ({"relation": "emperor", "other_name": "某某"}, "relation"),
        ({"relation": "guarantor", "other_no": "C-1"}, "relation"),
        ({"relation": "guarantor", "other_name": "某某", "from_on": "2999-01-01"}, "from_on"),
    ],
)
def test_a_link_that_cannot_be_is_refused_by_its_field(desk: Any, told: dict[str, str], field: str) -> None:
    refused = desk("lin").fails("link", **told)

    assert field in refused
    assert not RelatedParty.objects.exists()


def test_a_salesperson_links_no_customer_out_of_reach(desk: Any) -> None:
    told = desk("wang").fails("link", relation="guarantor", other_no="C-2")

    assert list(told) == ["other_no"]
    assert "黄河" not in "".join(told.values())


def test_contacts_come_and_go(desk: Any) -> None:
    lin = desk("lin")
    assert "phone" in lin.fails("contact", name="赵经理", phone="12")
    assert "email" in lin.fails("contact", name="赵经理", email="zhao@")
    assert "name" in lin.fails("contact", phone="13800138000")
    lin.does("contact", name="赵经理", post="财务", phone="13800138000")
    assert "13800138000" in lin.part("parties")
    assert "13800138000" not in desk("wang").part("parties")

    contact = Contact.objects.get()
    lin.does("end-contact", contact_id=contact.pk)
    assert "赵经理" not in lin.part("parties")
    assert lin.fails("end-contact", contact_id=contact.pk)[""]


@pytest.mark.req("SIX-10")
def test_who_answers_changes_by_day_and_the_former_loses_sight(desk: Any) -> None:
    lin, wang = desk("lin"), desk("wang")
    assert "王芳" in lin.see("/customers/file/C-1/do/duty/")
    lin.does("duty", unit_code="SOUTH", person_login="li")

    held = [(row.person.login, row.until_on) for row in Responsibility.objects.filter(customer__no="C-1")]
    assert held == [("wang", business_day()), ("li", None)]
    assert wang.client.get("/customers/file/C-1/").status_code == 404
    assert "unit_code" in lin.fails("duty", unit_code="NOWHERE")
    assert "from_on" in lin.fails("duty", unit_code="EAST", from_on="2023-01-01")


def test_a_closed_file_takes_nothing_until_it_is_open_again(desk: Any) -> None:
    lin = desk("lin")
    assert "reason" in lin.fails("close", reason=" ")
    lin.does("close", reason="已注销")
    page = lin.see("/customers/file/C-1/")
    assert "重新启用档案" in page
    assert "关闭档案" not in page
    assert "关闭" in lin.fails("contact", name="某人")[""]
    lin.does("reopen", reason="恢复营业")
    assert Customer.objects.get(no="C-1").status == "active"


@pytest.mark.req("SIX-13", "SIX-15")
def test_a_fact_is_told_contradicted_and_settled_on_the_pages(desk: Any) -> None:
    wang, lin = desk("wang"), desk("lin")
    assert list(wang.fails("tell", item="registered_capital", value="500万")) == ["channel"]
    assert list(wang.fails("tell", item="registered_capital", value="许多", channel="customer")) == ["value"]
    assert not FileFact.objects.exists()
    wang.does(
        "tell", item="registered_capital", value="5,000,000", channel="customer", source="营业执照复印件"
    )
    lin.does(
        "tell", item="registered_capital", value="3000000", channel="registry", source="企业信用公示系统"
    )

    shown = lin.part("file")
    assert "5,000,000.00" in shown
    assert "3,000,000.00" in shown
    assert "矛盾" in shown

    declared, registered = FileFact.objects.order_by("pk")
    assert "本人录入" in lin.fails("settle-facts", fact_id=registered.pk, evidence="公示系统")["evidence"]
    lin.does("settle-facts", fact_id=declared.pk, evidence="验资报告 2026-01")

    shown = lin.part("file")
    assert "验资报告 2026-01" in shown
    assert "以此为准" not in shown
    assert FileFact.objects.get(pk=registered.pk).verification == "disputed"


def test_a_fact_is_verified_by_another_and_only_of_this_customer(desk: Any) -> None:
    wang, lin = desk("wang"), desk("lin")
    wang.does("tell", item="business_scope", value="机电设备", channel="observation")
    fact = FileFact.objects.get()
    assert "核实" in lin.part("file")
    assert "/do/verify/" not in wang.part("file")
    assert "机电设备" in lin.see(f"/customers/file/C-1/do/verify/?fact_id={fact.pk}")

    assert list(wang.fails("verify", fact_id=fact.pk, holds="yes", evidence="看过")) == ["holds"]
    assert "fact_id" in lin.fails("verify", no="C-2", fact_id=fact.pk, holds="yes", evidence="看过")
    assert set(lin.fails("verify", fact_id=fact.pk)) == {"holds", "evidence"}
    lin.does("verify", fact_id=fact.pk, holds="yes", evidence="现场走访")
    fact.refresh_from_db()
    assert (fact.verification, fact.verified_by, fact.evidence) == ("verified", "lin", "现场走访")


@pytest.mark.req("SIX-08")
def test_a_bank_account_is_seen_by_whom_may_and_that_is_on_the_trail(desk: Any) -> None:
    wang, lin = desk("wang"), desk("lin")
    wang.does("tell", item="bank_account", key="工行上海分行", value="6222020200112233", channel="customer")

    assert "6222020200112233" not in wang.part("file")
    assert not Entry.objects.filter(act="sensitive.read").exists()
    assert "6222020200112233" in lin.part("file")
    noted = Entry.objects.get(act="sensitive.read")
    assert (noted.actor_login, noted.subject) == ("lin", "customer:C-1")
    fact = FileFact.objects.get()
    assert "6222020200112233" in lin.see(f"/customers/file/C-1/do/verify/?fact_id={fact.pk}")
    assert "6222020200112233" not in wang.see(f"/customers/file/C-1/do/verify/?fact_id={fact.pk}")
    assert Entry.objects.filter(act="sensitive.read", actor_login="lin").count() == 2
    assert "6222020200112233" not in str(list(Entry.objects.values()))


@pytest.mark.req("SIX-01")
def test_an_item_nobody_knows_is_kept_for_the_work_list(desk: Any) -> None:
    wang = desk("wang")
    assert "own_item" in wang.fails("tell", item="-", value="二级", channel="public")
    wang.does("tell", item="-", own_item="环保等级", value="二级", channel="public")

    assert FileFact.objects.get().item == "环保等级"
    assert "环保等级" in wang.part("file")


@pytest.mark.req("SIX-03")
def test_receipts_come_from_the_ledger_and_a_typed_figure_is_declared(desk: Any) -> None:
    lin = desk("lin")
    day = business_day()
    lin.does("receipt", receipt_no="R-1", received_on=day.isoformat(), amount="1,200.50", currency="CNY")
    lin.does("receipt", receipt_no="R-2", received_on=day.isoformat(), amount="9", currency="USD")
    assert "1,200.50" in lin.part("file")
    lin.does("tell", item="receipts_year", value="5000", channel="customer")

    shown = lin.part("file")
    assert "申报" in shown
    assert "1,200.50" in shown
    assert "5,000.00" in shown


def test_an_auditor_and_a_salesperson_are_refused_what_they_may_not(desk: Any) -> None:
    zhao, wang = desk("zhao"), desk("wang")
    for act in ("rename", "tell", "bill"):
        assert zhao.client.get(f"/customers/file/C-1/do/{act}/").status_code == 403
    assert wang.client.post("/customers/file/C-1/do/bill/", {"bill_no": "B-1"}).status_code == 403
    assert wang.client.get("/customers/file/C-2/do/rename/").status_code == 404
    assert wang.client.get("/customers/file/C-1/do/nothing/").status_code == 404
    assert "/do/" not in zhao.part("parties") + zhao.part("file") + zhao.part("payments")
    assert "/do/bill/" not in wang.part("payments")
    assert not Bill.objects.exists()


def test_looking_at_the_past_offers_no_act(desk: Any) -> None:
    lin = desk("lin")
    past = (business_day() - timedelta(days=1)).isoformat()
    assert "/do/" not in lin.part("payments", f"C-1/?as_of={past}&x=") + lin.part(
        "file", f"C-1/?as_of={past}&x="
    )


def bill(desk_of: Desk, no: str, amount: str, **more: Any) -> None:
    told = {"billed_on": "2026-01-10", "due_on": "2026-02-10", "currency": "CNY"} | more
    desk_of.does("bill", bill_no=no, amount=amount, **told)


def test_bills_receipts_and_settlements_many_to_many_on_the_pages(desk: Any) -> None:
    lin = desk("lin")
    bill(lin, "B-1", "700.00")
    bill(lin, "B-2", "￥１，300")
    bill(lin, "B-3", "-100")
    lin.does(
        "receipt", receipt_no="R-1", received_on="2026-02-05", amount="1500", currency="cny", method="转账"
    )
    assert 'value="700.00"' in lin.see("/customers/file/C-1/do/settle/?bill_no=B-1")
    lin.does("settle", bill_no="B-1", receipt_no="R-1", amount="700", settled_on="2026-02-05")
    lin.does("settle", bill_no="B-2", receipt_no="R-1", amount="800", settled_on="2026-02-05")
    lin.does("settle", bill_no="B-2", credit_bill_no="B-3", amount="100", settled_on="2026-02-06")

    customer = Customer.objects.get(no="C-1")
    day = business_day()
    assert receivables.open_balance(customer, as_of=day) == [Money.of("400.00")]
    assert receivables.prepaid(customer, as_of=day) == []
    assert receivables.control_total(None, as_of=day) == [Money.of("400.00")]
    shown = lin.part("payments")
    for words in ("B-1", "R-1", "转账", "红字账单", "/do/take-back/"):
        assert words in shown, words

    last = Settlement.objects.get(amount_minor=80_000)
    lin.does("take-back", settlement_id=last.pk, reason="录错")
    assert receivables.prepaid(customer, as_of=day) == [Money.of("800.00")]
    assert receivables.open_balance(customer, as_of=day) == [Money.of("1200.00")]
    assert "已撤销" in lin.part("payments")
    assert "撤" in lin.fails("take-back", settlement_id=last.pk, reason="录错")[""]


def test_a_bill_is_corrected_and_voided_on_the_pages(desk: Any) -> None:
    lin = desk("lin")
    bill(lin, "B-1", "700")
    assert 'value="700.00"' in lin.see("/customers/file/C-1/do/correct-bill/?bill_no=B-1")
    told = {"bill_no": "B-1", "billed_on": "2026-01-12", "due_on": "2026-02-12", "currency": "CNY"}
    assert list(lin.fails("correct-bill", amount="500", **told)) == ["reason"]
    lin.does("correct-bill", amount="500", reason="开错金额", **told)
    customer = Customer.objects.get(no="C-1")
    assert receivables.open_balance(customer, as_of=business_day()) == [Money.of("500.00")]
    assert Bill.objects.count() == 2

    lin.does("void-bill", bill_no="B-1", reason="退货")
    assert receivables.open_balance(customer, as_of=business_day()) in ([], [Money.of("0.00")])
    assert "作废" in lin.fails("void-bill", bill_no="B-1", reason="退货")[""]


@pytest.mark.req("RR-13")
def test_what_the_ledger_refuses_is_said_in_chinese_beside_its_field(desk: Any) -> None:
    lin = desk("lin")
    bill(lin, "B-1", "700")
    bill(lin, "B-USD", "100", currency="USD")
    bill(lin, "B-VOID", "50")
    lin.does("void-bill", bill_no="B-VOID", reason="开错")
    lin.does("receipt", receipt_no="R-1", received_on="2026-02-05", amount="600", currency="CNY")
    day = {"settled_on": "2026-02-05"}
    bills = {"billed_on": "2026-01-10", "due_on": "2026-02-10", "currency": "CNY"}

    def said(act: str, **told: Any) -> tuple[str, str]:
        refused = lin.fails(act, **told)
        assert len(refused) == 1, refused
        return next(iter(refused.items()))

    for act, told, field, words in (
        ("settle", {"bill_no": "B-1", "receipt_no": "R-1", "amount": "650", **day}, "amount", "600.00"),
        ("settle", {"bill_no": "B-1", "receipt_no": "R-1", "amount": "700.01", **day}, "amount", "700.00"),
        ("settle", {"bill_no": "B-VOID", "receipt_no": "R-1", "amount": "1", **day}, "bill_no", "作废"),
        ("settle", {"bill_no": "B-9", "receipt_no": "R-1", "amount": "1", **day}, "bill_no", "B-9"),
        ("settle", {"bill_no": "B-USD", "receipt_no": "R-1", "amount": "1", **day}, "receipt_no", "USD"),
        ("settle", {"bill_no": "B-1", "amount": "1", **day}, "receipt_no", "收款"),
        ("settle", {"bill_no": "B-1", "receipt_no": "R-1", "amount": "-1", **day}, "amount", "金额"),
        ("settle", {"bill_no": "B-1", "receipt_no": "R-1", "amount": "1.005", **day}, "amount", "小数"),
        (
            "settle",
            {"bill_no": "B-1", "receipt_no": "R-1", "amount": "1", "settled_on": "2026-01-09"},
            "settled_on",
            "2026-02-05",
        ),
        (
            "receipt",
            {"receipt_no": "R-2", "received_on": "2026-02-05", "amount": "-5", "currency": "CNY"},
            "amount",
            "-5.00",
        ),
        (
            "receipt",
            {"receipt_no": "R-2", "received_on": "2999-01-01", "amount": "5", "currency": "CNY"},
            "received_on",
            "2999",
        ),
        (
            "receipt",
            {"receipt_no": "R-1", "received_on": "2026-02-05", "amount": "5", "currency": "CNY"},
            "receipt_no",
            "R-1",
        ),
        ("bill", {"bill_no": "B-1", "amount": "5", **bills}, "bill_no", "更正"),
        ("bill", {"bill_no": "B-2", "amount": "0", **bills}, "amount", "金额"),
        ("bill", {"bill_no": "B-2", "amount": "五元", **bills}, "amount", "1,234.50"),
        ("bill", {"bill_no": "B-2", "amount": "5", **bills, "currency": "XXQ"}, "currency", "XXQ"),
        ("bill", {"bill_no": "B-2", "amount": "5", **bills, "due_on": "2026-01-09"}, "due_on", "2026-01-10"),
    ):
        assert said(act, **told)[0] == field, told
        assert words in said(act, **told)[1], (told, said(act, **told))
    assert Settlement.objects.count() == 0
    assert Receipt.objects.count() == 1
    assert Bill.objects.count() == 3
    assert Entry.objects.filter(outcome="refused", actor_login="lin").count() > 10


def test_currencies_stand_apart_on_the_page(desk: Any) -> None:
    lin = desk("lin")
    bill(lin, "B-1", "700")
    bill(lin, "B-2", "100", currency="USD")

    shown = re.sub(r"\s+", " ", lin.part("payments"))
    assert "700.00 CNY" in shown
    assert "100.00 USD" in shown
    assert "800.00" not in shown


@pytest.mark.req("SIX-16")
def test_the_quality_of_the_files_and_an_item_that_is_classified(desk: Any) -> None:
    lin = desk("lin")
    lin.does("tell", item="-", own_item="环保等级", value="二级", channel="public")
    lin.does("tell", item="business_scope", value="机电设备", channel="observation")

    told = lin.client.get("/customers/quality/", HTTP_HX_REQUEST="true").context
    scope = next(one for one in told["rows"] if one["row"].item.code == "business_scope")
    assert (scope["row"].customers, scope["row"].present, scope["completeness"]) == (3, 1, "33.3%")
    assert (told["quality"].customers, told["quality"].single_owner) == (4, 1)
    assert told["quality"].unclassified == (("环保等级", 1),)
    wide = {"item": "环保等级", "zh": "环保信用等级", "dimension": "6", "credit": "moral"}
    refused = lin.client.post("/customers/quality/classify/", wide | {"dimension": "7"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["dimension"])

    assert lin.client.post("/customers/quality/classify/", wide).status_code == 302
    assert lin.client.get("/customers/quality/", HTTP_HX_REQUEST="true").context["quality"].unclassified == ()
    assert "环保信用等级" in lin.part("file")
    assert lin.client.post("/customers/quality/classify/", wide | {"item": "phone"}).status_code == 422


@pytest.mark.req("SIX-11")
def test_how_old_an_item_may_be_is_set_on_the_page(desk: Any) -> None:
    lin, address = desk("lin"), "/customers/quality/age/"
    assert 'value="24"' in lin.see(f"{address}?item=address")

    assert lin.client.post(address, {"item": "address", "stale_after_months": "1"}).status_code == 302
    rows = lin.client.get("/customers/quality/", HTTP_HX_REQUEST="true").context["rows"]
    assert next(one["row"].item.stale_after_months for one in rows if one["row"].item.code == "address") == 1
    refused = lin.client.post(address, {"item": "address", "stale_after_months": "0"})
    assert list(refused.context["form"].errors) == ["stale_after_months"]
    assert lin.client.post(address, {"item": "unheard", "stale_after_months": "1"}).status_code == 422
    assert desk("zhao").client.get(f"{address}?item=address").status_code == 403


@pytest.mark.req("SIX-16")
def test_without_customers_every_rate_is_not_applicable(desk: Any) -> None:
    Person.objects.filter(login="li").update(is_active=True)
    Responsibility.objects.filter(person__login="li").delete()

    told = desk("li").client.get("/customers/quality/", HTTP_HX_REQUEST="true")
    assert (told.context["completeness"], told.context["staleness"]) == ("不适用", "不适用")
    assert told.context["rows"] == []


def test_the_ledger_of_all_on_a_day_and_as_it_was_known(desk: Any) -> None:
    lin, li = desk("lin"), desk("li")
    bill(lin, "B-1", "700", due_on="2026-01-31")
    lin.does(
        "bill", "C-2", bill_no="B-1", billed_on="2026-01-01", due_on="2026-01-15", amount="50", currency="USD"
    )
    lin.does("receipt", receipt_no="R-1", received_on="2026-02-05", amount="800", currency="CNY")
    lin.does("settle", bill_no="B-1", receipt_no="R-1", amount="600", settled_on="2026-02-05")

    def seen(who: Desk, query: str) -> dict[str, tuple[Any, ...]]:
        told = who.client.get(f"/ledger/?{query}", HTTP_HX_REQUEST="true").context["currencies"]
        return {
            one["total"].currency: (
                [row.bills for _, row in one["buckets"]], str(one["aged"]), str(one["total"].prepaid),
                str(one["control"]), one["agrees"],
            )
            for one in told
        }  # fmt: skip

    assert seen(lin, "as_of=2026-03-02") == {
        "CNY": ([0, 1, 0, 0, 0], "100.00", "200.00", "-100.00", True),
        "USD": ([0, 0, 1, 0, 0], "50.00", "0.00", "50.00", True),
    }
    assert seen(lin, "as_of=2026-01-31") == {
        "CNY": ([1, 0, 0, 0, 0], "700.00", "0.00", "700.00", True),
        "USD": ([0, 1, 0, 0, 0], "50.00", "0.00", "50.00", True),
    }
    assert list(seen(li, "as_of=2026-03-02")) == ["USD"]
    assert seen(lin, "as_of=2026-03-02&known_on=2026-01-31") == {}
    assert 'value="2999' not in lin.see("/ledger/?as_of=2999-01-01&known_on=nonsense")
    assert desk("zhou").client.get("/ledger/").status_code == 403


@pytest.mark.req("SIX-14", "ADV-04")
def test_a_questionnaire_is_saved_unfinished_and_handed_in_whole(desk: Any) -> None:
    lin = desk("lin")
    begun = lin.client.post(
        "/customers/file/C-1/do/survey/",
        {"form": "six_investigation", "channel": "own_dealings", "source": "走访"},
    )
    assert begun.status_code == 302, errors_of(begun)
    address = begun["Location"]
    asked = lin.client.get(address).context["form"].items

    assert lin.client.post(address, {asked[0]: "品行良好"}).status_code == 302
    assert "品行良好" in lin.see(address)
    assert "未完成" in lin.part("file")
    refused = lin.client.post(address, {asked[0]: "品行良好", "hand_in": "1"})
    assert refused.status_code == 422
    assert not FileFact.objects.exists()

    both = lin.client.post(address, {asked[0]: "x", f"unknown-{asked[0]}": "on"})
    assert list(errors_of(both)) == [asked[0]]
    told = {asked[0]: "品行良好"} | {f"unknown-{code}": "on" for code in asked[1:]}
    unsigned = lin.client.post(address, told | {"hand_in": "1"})
    assert (unsigned.status_code, FileFact.objects.exists()) == (422, False)
    assert lin.client.post(address, told | {"hand_in": "1", "signed": "on"}).status_code == 302
    assert [(one.item, one.value, one.channel) for one in FileFact.objects.all()] == [
        (asked[0], "品行良好", "own_dealings")
    ]
    assert lin.client.post(address, told).status_code == 422
    assert desk("li").client.get(address).status_code == 404
    assert desk("zhao").client.post(address, told).status_code == 403


@pytest.mark.req("RR-13")
@pytest.mark.parametrize(
    "nonsense",
    [
        "\x00",
        "甲" * 5000,
        "<script>alert(1)</script>",
        "-1",
        "9" * 30,
        "1e999",
        "NaN",
        "２０２６-13-45",
        "=1+1",
    ],
)
def test_no_act_breaks_on_nonsense(desk: Any, nonsense: str) -> None:
    lin, before = desk("lin"), Entry.objects.count()
    for act in ACTS.values():
        address = f"/customers/file/C-1/do/{act.code}/"
        asked = lin.client.get(address)
        assert asked.status_code == 200, act.code
        fields = list(asked.context["form"].fields)
        named = lin.client.get(address, dict.fromkeys(fields, nonsense))
        assert named.status_code == 200, act.code
        sent = lin.client.post(address, dict.fromkeys(fields, nonsense))
        assert sent.status_code in {302, 422}, act.code
        for page in (named, sent):
            assert "<script>alert(1)</script>" not in page.content.decode(), act.code
    assert Customer.objects.count() == 4
    assert not Bill.objects.exists()
    assert not Receipt.objects.exists()
    assert Entry.objects.count() >= before
