"""The archive room on its pages, as a clerk, an archivist and a leader use them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import worlds
from tests.facts.custody.office import PASSWORD, drawn_by_hand, office, volume
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.custody import queries
from xinheng.facts.custody.models import (
    Consultation,
    Handover,
    Incident,
    Loan,
    Lying,
    Place,
    Reported,
    Signature,
    Slip,
    StockTake,
    Tidying,
)
from xinheng.facts.dossiers.models import Paper
from xinheng.runs.services import business_day

Go = Callable[[str], Client]


@pytest.fixture
def go(db: None, settings: Any) -> Go:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    worlds.given(office)

    def signed_in(login: str) -> Client:
        client = Client()
        client.force_login(Person.objects.get(login=login))
        return client

    return signed_in


def words_in(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.req("VEH-03", "VEH-05")
def test_a_hand_over_is_expected_listed_signed_verified_and_printed(go: Go) -> None:
    li, today = go("li"), business_day()
    assert "没有移交记录" in text(li.get(reverse("custody")))
    form = {"scheme": "veh_sales", "subject": "vehicle:LSV1", "from_unit": "SALES", "to_unit": "CARE",
            "started_on": today.isoformat(), "owner": "zhang", "dossier_no": ""}  # fmt: skip
    wrong = li.post(reverse("open_handover"), {**form, "dossier_no": "X-1"})
    assert (wrong.status_code, Handover.objects.count()) == (422, 0)
    assert li.post(reverse("open_handover"), form).status_code == 302
    kept = Handover.objects.get()
    page = reverse("custody_handover", args=[kept.pk])
    assert "移交方自查" in text(li.get(page))
    zhang = go("zhang")
    assert zhang.get(page).status_code == 200
    assert go("sun").get(page).status_code == 404  # of another department
    assert zhang.post(reverse("custody_act", args=[kept.pk, "check"]), {"note": "齐"}).status_code == 302
    listing = reverse("custody_list", args=[kept.pk])
    assert zhang.get(listing).status_code == 200
    rows = {"rows": "2", "l0-title": "销售合同", "l0-copy_form": "original", "l0-pages": "12",
            "l1-title": "行驶证", "l1-copy_form": "copy", "l1-is_missing": "on"}  # fmt: skip
    assert zhang.post(listing, {**rows, "l0-pages": "x"}).status_code == 422
    assert zhang.post(listing, rows).status_code == 302
    signing = {side: reverse("custody_sign", args=[kept.pk, side]) for side in ("giver", "receiver")}
    assert li.get(signing["giver"]).status_code == 200
    refused = li.post(signing["giver"], {"login": "zhang", "password": "wrong"})
    assert (refused.status_code, Signature.objects.count()) == (422, 0)
    assert li.post(signing["giver"], {"login": "zhang", "password": PASSWORD}).status_code == 302
    drawing = "data:image/png;base64," + base64.b64encode(drawn_by_hand()).decode()
    assert li.post(signing["receiver"], {"login": "zhou", "drawing": drawing}).status_code == 302
    kept.refresh_from_db()
    assert (kept.state, kept.accepted_on) == ("received", today)
    verifying = reverse("custody_verify", args=[kept.pk])
    first = queries.lines_of(kept)[0].pk
    told = {f"right-{first}": "yes", f"pages-{first}": "12"}
    assert li.post(verifying, told).status_code == 422  # a gap without an exception
    assert li.post(verifying, {**told, "exception": "上牌后补"}).status_code == 302
    for step in ("scan", "shelve", "record"):
        assert li.post(reverse("custody_act", args=[kept.pk, step]), {"place": ""}).status_code == 302
    kept.refresh_from_db()
    assert kept.state == "done"
    shown = text(li.get(page))
    for words in ("手写签名", "缺失", "上牌后补"):
        assert words in shown
    assert li.get(reverse("export_handovers")).status_code == 200
    printed = li.get(reverse("custody_register", args=[kept.pk]))
    assert printed.content.startswith(b"%PDF")
    assert li.post(reverse("custody_act", args=[kept.pk, "burn"]), {}).status_code == 400
    assert "custody.sign" in set(Entry.objects.values_list("act", flat=True))


@pytest.mark.req("CTR-10", "LAR-11")
def test_papers_are_asked_for_handed_out_and_taken_back(go: Go) -> None:
    today = business_day()
    kept = volume("internal", today)
    wang, li = go("wang"), go("li")
    assert "没有申请单" in text(wang.get(reverse("custody_slips")))
    form = {"dossier_no": kept.no, "way": "lend", "purpose": "核对合同", "labels": ""}
    assert wang.post(reverse("custody_ask"), {**form, "purpose": ""}).status_code == 422
    assert wang.post(reverse("custody_ask"), {**form, "dossier_no": "X"}).status_code == 422
    assert wang.post(reverse("custody_ask"), form).status_code == 302
    slip = Slip.objects.get()
    address = reverse("custody_slip", args=[slip.pk])
    assert "免审批" in text(wang.get(address))
    assert go("sun").get(address).status_code == 404  # of another department
    assert wang.get(reverse("custody_slip_paper", args=[slip.pk])).content.startswith(b"%PDF")
    hand_out = reverse("custody_slip_act", args=[slip.pk, "hand_out"])
    assert wang.post(hand_out, {"until": ""}).status_code == 403
    assert li.post(hand_out, {"until": "2001-01-01"}).status_code == 422
    assert li.post(hand_out, {"until": ""}).status_code == 302
    loan = Loan.objects.get()
    for query in ("", "?out=1", "?overdue=1", "?mine=1&way=lend&sort=-out&q=文件"):
        assert li.get(reverse("custody_loans") + query).status_code == 200
    assert loan.paper.title in text(wang.get(reverse("custody_loans") + "?mine=1"))
    where = text(li.get(reverse("custody_where", args=[kept.no])))
    assert "wang" in where
    assert wang.post(reverse("custody_loan_act", args=[loan.pk, "renew"]), {}).status_code == 302
    back = {"pages": "10", "damage": "封面破损"}
    assert li.post(reverse("custody_loan_act", args=[loan.pk, "back"]), back).status_code == 302
    assert "封面破损" in text(li.get(reverse("custody_loan", args=[loan.pk])))
    assert li.get(reverse("export_loans")).status_code == 200
    incident = Incident.objects.get()
    assert incident.responsible == "wang"
    address = reverse("custody_incident", args=[incident.pk])
    assert "经手人链条" in text(li.get(address))
    assert li.post(address, {"responsible": "nobody", "measures": "修复"}).status_code == 422
    assert li.post(address, {"responsible": "wang", "measures": "修复，口头提醒"}).status_code == 302
    told = {
        "kind": "leak",
        "dossier_no": kept.no,
        "what": "泄露",
        "happened_on": today.isoformat(),
        "pieces": "1",
    }
    assert li.post(reverse("custody_incidents"), told).status_code == 302
    assert li.get(reverse("custody_incidents") + "?state=open").status_code == 200
    consult = {"dossier_no": kept.no, "purpose": "签约前查阅"}
    assert wang.post(reverse("custody_consult"), consult).status_code == 302
    seen = Consultation.objects.get(way="screen")
    fix = {"field": "电话", "old": "1", "new": "2"}
    assert wang.post(reverse("custody_correct", args=[seen.pk]), fix).status_code == 302
    assert "签约前查阅" in text(li.get(reverse("custody_consult")))


@pytest.mark.req("LAR-12", "RR-14")
def test_a_secret_dossier_is_unknown_to_who_is_not_cleared_on_every_page(go: Go) -> None:
    hidden = volume("top_secret", business_day())
    qian = go("qian")
    answers = [
        (qian.get(reverse("custody_where", args=[no])), qian.post(
            reverse("custody_ask"), {"dossier_no": no, "way": "read", "purpose": "看"}))
        for no in (hidden.no, "WS·2001-000999")
    ]  # fmt: skip
    assert [[one.status_code for one in pair] for pair in answers] == [[404, 422]] * 2
    assert text(answers[0][1]).count(hidden.title) == 0
    assert hidden.title not in text(qian.get(reverse("custody_slips")))
    assert "refused" in set(Entry.objects.values_list("outcome", flat=True))


def test_places_are_added_filled_counted_and_differences_settled(go: Go) -> None:
    today = business_day()
    kept = volume("internal", today, papers=2)
    first, second = Paper.objects.filter(dossier=kept).order_by("pk").values_list("label", flat=True)
    li = go("li")
    places = reverse("custody_places")
    room = {
        "add": "1",
        "code": "r2",
        "name": "二号库",
        "kind": "room",
        "inside": "",
        "unit": "HQ",
        "capacity": "",
    }
    assert li.post(places, room).status_code == 302
    assert li.post(places, room).status_code == 422
    assert Place.objects.filter(code="R2").exists()
    put = {"put": "1", "code": first, "place": "R1-B1", "why": ""}
    assert li.post(places, {**put, "code": "X"}).status_code == 422
    assert li.post(places, put).status_code == 302
    assert first in text(li.get(reverse("custody_place", args=["R1-B1"])))
    assert li.get(reverse("custody_find") + f"?code={first}").status_code == 302
    assert li.get(reverse("custody_find") + "?code=none").status_code == 404
    assert li.post(reverse("custody_counts"), {"place": "R1-B1"}).status_code == 302
    count = StockTake.objects.get()
    page, scan = reverse("custody_count", args=[count.pk]), reverse("custody_scan", args=[count.pk])
    assert "data-scanning" in text(li.get(page))
    answer = li.post(scan, {"code": second, "place": "R1-B1"}, headers={"Accept": "application/json"}).json()
    assert (answer["result"], answer["word"], answer["is_bad"]) == ("unexpected", "未登记位置", True)
    refused = li.post(scan, {"code": " "}, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["result"]) == (400, "refused")
    assert li.post(scan, {"code": "Z-1", "place": "R1-B1"}).status_code == 302
    file = SimpleUploadedFile("codes.csv", f"{first},R1-B1\n".encode())
    assert li.post(reverse("custody_scan_file", args=[count.pk]), {"file": file}).status_code == 302
    assert li.post(reverse("custody_close_count", args=[count.pk])).status_code == 302
    assert "未知条码" in text(li.get(page))
    found = StockTake.objects.get(pk=count.pk)
    assert found.counts == {"right": 1, "unexpected": 1, "unknown": 1}
    loose = queries.differences(system_actor(), found, on=today).get(kind="unexpected")
    settle = reverse("custody_settle", args=[loose.pk])
    assert li.post(settle, {"what": "补登记位置", "move": "1"}).status_code == 302
    assert Lying.objects.filter(paper__label=second, until__isnull=True).exists()
    assert li.get(reverse("export_stock_take", args=[count.pk])).status_code == 200
    printed = words_in(li.get(reverse("print_stock_take", args=[count.pk])).content)
    for told in ("R1-B1", "未知条码", "Z-1", "补登记位置", "制表"):
        assert told in printed
    codes = words_in(li.get(reverse("custody_place_labels") + "?q=R1-B").content)
    assert ("R1-B1" in codes, "R1-B2" in codes, "R1-C1" in codes) == (True, True, False)
    assert Entry.objects.get(act="exports.place_labels").after == {"labels": 2, "text": "R1-B"}
    assert "盘点" in text(li.get(reverse("custody_counts")))


@pytest.mark.req("KPR-01", "LAR-04", "INF-07", "PRP-02", "CTR-12")
def test_keeping_is_one_page_with_its_acts(go: Go) -> None:
    li, today = go("li"), business_day()
    volume("internal", today)
    page = reverse("custody_keeping")
    assert "没有待核实的上报" in text(li.get(page))

    def act(client: Client, code: str, **told: str) -> int:
        return int(client.post(reverse("custody_keeping_act", args=[code]), told).status_code)

    new = {"kind": "new", "source": "salesperson", "party": "新户", "content": "电话来访", "unit": "SALES"}
    assert act(go("qian"), "report", **new) == 302
    kept = Reported.objects.get()
    assert act(go("qian"), "check", reported_id=str(kept.pk), is_right="on") == 422  # one's own
    assert act(go("zheng"), "check", reported_id=str(kept.pk), is_right="on") == 302
    assert act(go("zheng"), "file", reported_id=str(kept.pk), customer_no="none") == 422
    assert act(go("zheng"), "file", reported_id=str(kept.pk), customer_no="C-7") == 302
    assert act(li, "plan", place="R1") == 302
    assert act(li, "tidy", tidying_id=str(Tidying.objects.get().pk), found="整理完毕") == 302
    person = {"login": "sun", "unit": "CARE", "education": "high", "months": "3", "is_full_time": "on"}
    assert act(li, "archivist", **person) == 422
    assert act(li, "archivist", **person, why="临时") == 302
    until = date(today.year, today.month, 28).replace(year=today.year + 1).isoformat()
    grant = {"login": "zheng", "kinds": "min_customer", "from_on": today.isoformat(), "why": "签约"}
    assert act(go("wang"), "grant", **grant, until_on=today.isoformat()) == 422
    assert act(li, "grant", **grant, until_on=until) == 422  # not hers to give
    assert act(li, "leaving", login="zhang", to="zhou", last_day=today.isoformat()) == 302
    shown = text(li.get(page))
    for words in ("新户", "不符合任职条件", "整理完毕", "一年内无人查阅"):
        assert words in shown
    assert act(go("sun"), "plan", place="R1") == 403
    assert li.get(reverse("export_catalogue") + f"?year={today.year}").status_code == 200
