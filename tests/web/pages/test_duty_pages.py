"""What is due on its pages, as an archivist, a seller and a director see it; the calendar read elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from openpyxl import load_workbook

from tests import worlds
from tests.operations.duties.conftest import START, as_, founded
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.periods import add_months, quarter_of
from xinheng.operations.duties import services
from xinheng.operations.duties.models import Feed, Incident, MissingMark, Reporter, Submission, Task
from xinheng.operations.duties.values import NewTask, NewType
from xinheng.runs.services import business_day
from xinheng.web.pages.attention_duties import of_duties

Go = Callable[[str], Client]


@pytest.fixture
def go(db: None, settings: Any) -> Go:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    worlds.given(founded)

    def signed_in(login: str) -> Client:
        client = Client()
        client.force_login(Person.objects.get(login=login))
        return client

    return signed_in


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.req("KPR-06")
def test_a_task_is_ordered_listed_when_late_done_with_a_result_and_due_again(go: Go) -> None:
    head, today = go("head"), business_day()
    assert "没有到期事项" in text(head.get(reverse("duties")))
    form = {
        "title": "整理客户档案", "kind": "order", "unit_code": "SALES", "owner": "seller",
        "due_on": today.isoformat(), "every": "month", "standing": "",
    }  # fmt: skip
    wrong = head.post(reverse("order_duty_task"), {**form, "owner": "nobody"})
    assert (wrong.status_code, Task.objects.count()) == (422, 0)
    assert "没有使用该登录名的人员" in text(wrong)
    assert head.post(reverse("order_duty_task"), form).status_code == 302
    task = Task.objects.get()
    Task.objects.update(due_on=today - timedelta(days=3), ordered_on=today - timedelta(days=9))

    listed = text(head.get(reverse("duties"), {"state": "late"}))
    assert "整理客户档案" in listed
    assert "逾期 3 天" in listed
    assert "整理客户档案" in text(go("seller").get(reverse("duties"), {"whose": "mine"}))
    assert "整理客户档案" not in text(go("adviser").get(reverse("duties")))
    assert [one.number for one in of_duties(as_("head", today)["actor"], today)] == ["1"]
    assert list(of_duties(as_("adviser", today)["actor"], today)) == []
    here = reverse("duty_task", args=[task.pk])
    assert go("adviser").get(here).status_code == 404
    seller = go("seller")
    assert seller.post(reverse("duty_task_act", args=[task.pk, "finish"]), {"result": ""}).status_code == 422
    assert seller.post(reverse("duty_task_act", args=[task.pk, "withdraw"]), {"why": "x"}).status_code == 403
    assert (
        seller.post(reverse("duty_task_act", args=[task.pk, "finish"]), {"result": "已整理42份"}).status_code
        == 302
    )
    following = Task.objects.get(state="open")
    assert following.due_on == max(add_months(today - timedelta(days=3), 1), today)
    assert "已整理42份" in text(head.get(here))
    month = text(head.get(reverse("duties_month"), {"day": following.due_on.isoformat()}))
    assert "整理客户档案" in month
    assert "周一" in month
    book = load_workbook(io.BytesIO(head.get(reverse("export_duties"), {"state": "", "ahead": "92"}).content))
    assert [row[2] for row in book.active.values][1:] == ["整理客户档案", "整理客户档案"]
    withdrawn = head.post(reverse("duty_task_act", args=[following.pk, "withdraw"]), {"why": "不再需要"})
    assert withdrawn.status_code == 302
    assert Task.objects.filter(state="open").count() == 0


@pytest.mark.req("GRP-09")
def test_reports_are_handed_in_verified_and_a_summary_waits_for_every_company(go: Go) -> None:
    keeper, today = go("keeper"), business_day()
    first = quarter_of(quarter_of(today).first - timedelta(days=1)).first
    assert "没有应报的报告" in text(keeper.get(reverse("duty_reports")))
    for unit, which in (("SALES", "grp:general"), ("CHEM", "grp:general"), ("DEALER", "grp:section")):
        sent = keeper.post(
            reverse("duty_types"), {"unit_code": unit, "which": which, "owner": "", "until_on": ""}
        )
        assert sent.status_code == 302
    Reporter.objects.update(from_on=START)
    listed = text(keeper.get(reverse("duty_reports"), {"pack": "grp"}))
    assert "客户资信报表与客户的销售管理季度分析表" in listed
    where = f"{reverse('hand_in_report')}?pack=grp&report=credit&unit=SALES&first={first}"
    files = {
        "file_credit_report": SimpleUploadedFile("资信.txt", "资信".encode()),
        "file_sales_analysis": SimpleUploadedFile("分析.txt", "分析".encode()),
    }
    short = keeper.post(where, {"file_credit_report": SimpleUploadedFile("资信.txt", "资信".encode())})
    assert short.status_code == 422
    assert "客户的销售管理季度分析表" in text(short)
    assert keeper.post(where, files).status_code == 302
    kept = Submission.objects.get()
    here = reverse("duty_submission", args=[kept.pk])
    assert "资信.txt" in text(keeper.get(here))
    summary = f"{reverse('hand_in_report')}?pack=grp&report=summary&unit=DEALER&first={first}"
    told = {"file_summary": SimpleUploadedFile("汇总.txt", "汇总".encode())}
    waiting = keeper.post(summary, told)
    assert (waiting.status_code, "化工公司" in text(waiting)) == (422, True)
    missing = f"{reverse('mark_report_missing')}?pack=grp&report=credit&unit=CHEM&first={first}"
    assert keeper.post(missing, {"why": ""}).status_code == 422
    assert keeper.post(missing, {"why": "公司停产"}).status_code == 302
    assert MissingMark.objects.get().why == "公司停产"
    told["file_summary"].seek(0)
    assert keeper.post(summary, told).status_code == 302
    judged = reverse("judge_report", args=[kept.pk, "verify"])
    assert keeper.post(judged).status_code == 403  # one's own
    assert go("director").post(judged).status_code == 302
    kept.refresh_from_db()
    assert kept.state == "verified"
    book = load_workbook(io.BytesIO(keeper.get(reverse("export_duty_reports"), {"pack": "grp"}).content))
    assert "已核实" in {row[7] for row in book.active.values}
    assert keeper.get(f"{reverse('hand_in_report')}?pack=no&report=credit&first=x").status_code == 404
    assert keeper.get(reverse("standing_duties")).status_code == 200
    assert "未履行" in _with_standing(keeper)


def _with_standing(keeper: Client) -> str:
    keeper.post(
        reverse("duty_types"), {"unit_code": "SALES", "which": "med:market", "owner": "", "until_on": ""}
    )
    return text(keeper.get(reverse("standing_duties")))


@pytest.mark.req("VEH-20")
def test_a_fine_is_proposed_confirmed_contested_and_printed_on_the_sheet_of_its_month(go: Go) -> None:
    keeper, director, seller, today = go("keeper"), go("director"), go("seller"), business_day()
    assert "没有违规" in text(keeper.get(reverse("fines")))
    form = {
        "kind": "veh:sales_late", "cause": "handover:LSV1", "what": "新车档案迟交", "happened_on": today.isoformat(),
        "person": "seller", "unit_code": "SALES", "item": "", "count": "1",
    }  # fmt: skip
    wrong = keeper.post(
        reverse("propose_fine"), {**form, "happened_on": (today + timedelta(days=1)).isoformat()}
    )
    assert (wrong.status_code, Incident.objects.count()) == (422, 0)
    assert keeper.post(reverse("propose_fine"), form).status_code == 302
    found = Incident.objects.get()
    here, act = reverse("fine", args=[found.pk]), lambda code: reverse("fine_act", args=[found.pk, code])
    assert "50.00" in text(director.get(here))
    assert [one.code for one in of_duties(as_("director", today)["actor"], today)] == ["fines"]
    assert go("adviser").get(here).status_code == 404
    assert keeper.post(act("confirm"), {}).status_code == 403
    assert director.post(act("waive"), {"why": ""}).status_code == 422
    assert director.post(act("confirm"), {}).status_code == 302
    assert seller.post(act("appeal"), {"text": "客户未签字"}).status_code == 302
    assert (
        go("boss").post(act("decide"), {"result": "upheld", "why": "理由不足", "amount": ""}).status_code
        == 302
    )
    assert director.post(act("settle"), {"how": "工资扣款"}).status_code == 302
    shown = text(director.get(here))
    assert "维持罚款" in shown
    assert "已结清" in shown
    assert Entry.objects.filter(act="duties.settle_fine", outcome="done").exists()

    figures = text(director.get(reverse("duty_figures")))
    assert "不适用" in figures
    assert "50.00" in figures
    month = f"{today:%Y-%m}"
    printed = director.get(reverse("fines_sheet"), {"month": month})
    assert printed.content.startswith(b"%PDF")
    book = load_workbook(
        io.BytesIO(director.get(reverse("fines_sheet"), {"month": month, "form": "xlsx"}).content)
    )
    assert ("姓名seller", "销售部", "销售", 1, None, 50, None, 50, None) in {
        tuple(None if cell == 0 else cell for cell in row) for row in book.worksheets[0].values
    }
    listed = load_workbook(io.BytesIO(director.get(reverse("export_fines"), {"month": month}).content))
    assert [row[4] for row in listed.active.values] == ["事项", "新车档案迟交"]
    assert "新车档案迟交" in text(director.get(reverse("fines"), {"q": "LSV1", "state": "settled"}))


def test_a_calendar_is_read_without_signing_in_tells_no_title_of_others_and_ends_at_once(go: Go) -> None:
    seller, today = go("seller"), business_day()
    services.order_task(**as_("keeper", today), new=_task("核对客户资料", today + timedelta(days=5)))
    services.set_type(**as_("keeper", today), unit_code="SALES", new=NewType("net", "keeper", "seller"))
    made = seller.post(reverse("my_calendars"), {"name": "手机"})
    address = text(made).split('<div class="xh-code">')[1].split("</div>")[0].strip()
    assert Feed.objects.get().digest not in address

    read = Client().get(address)
    assert (read.status_code, read["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    book = Calendar.from_ical(read.content)
    zones = [str(one["TZID"]) for one in book.walk("VTIMEZONE")]
    events = {str(one["SUMMARY"]): one for one in book.walk("VEVENT")}
    assert zones == ["Asia/Shanghai"]
    task = events["核对客户资料"]
    assert task["DTSTART"].dt == today + timedelta(days=5)
    Task.objects.update(due_on=today + timedelta(days=6))
    moved = {
        str(one["SUMMARY"]): one for one in Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    }
    assert (moved["核对客户资料"]["UID"], moved["核对客户资料"]["DTSTART"].dt) == (
        task["UID"],
        today + timedelta(days=6),
    )

    assert Client().get(address.replace(".ics", "x.ics")).status_code == 404
    other = go("adviser").post(reverse("end_calendar", args=[Feed.objects.get().pk]))
    assert other.status_code == 404
    assert seller.post(reverse("end_calendar", args=[Feed.objects.get().pk])).status_code == 302
    assert Client().get(address).status_code == 404
    again = seller.post(reverse("my_calendars"), {"name": "电脑"})
    address = text(again).split('<div class="xh-code">')[1].split("</div>")[0].strip()
    Person.objects.filter(login="seller").update(is_active=False)
    assert Client().get(address).status_code == 404


def _task(title: str, due_on: date) -> NewTask:
    return NewTask(title, "SALES", due_on, "seller")
