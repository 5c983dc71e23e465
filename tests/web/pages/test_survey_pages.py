"""From the visit to the files of finance, as the people at the pages live through it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.web.pages.test_customer_acts import Desk, company, desk, errors_of  # noqa: F401
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.approvals import queries as approvals
from xinheng.base.approvals.models import Decision, Request, Wanted
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import services as packs
from xinheng.facts.archive.models import Document
from xinheng.facts.customers.models import Customer, FieldReport, FileFact, Investigation, Survey
from xinheng.judgements.ratings import services as judging
from xinheng.judgements.ratings.models import Assessment
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db
POINTS = ["contradictions", "dealings", "credit_record", "other"]


@pytest.fixture(autouse=True)
def _archive(settings: Any, tmp_path: Path) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"


@pytest.fixture
def adv(db: None) -> None:
    """The scheme of advances is in force."""
    text = (Path(__file__).resolve().parents[3] / "packs" / "adv" / "policy.yaml").read_text(encoding="utf-8")
    packs.adopt(
        actor=system_actor(), on=business_day(), kind="rating", text=text, effective_from=business_day()
    )


def begun(who: Desk, form: str, channel: str = "observation") -> str:
    answer = who.client.post(
        "/customers/file/C-1/do/survey/", {"form": form, "channel": channel, "source": "走访"}
    )
    assert answer.status_code == 302, errors_of(answer)
    return str(answer["Location"])


def pdf(name: str, mark: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7\n" + bytes(200) + mark, "application/pdf")


@pytest.mark.req("ADV-04", "ADV-06", "NET-05")
def test_a_report_goes_from_the_visit_to_the_files_of_finance(desk: Any, adv: None) -> None:  # noqa: F811
    wang, lin = desk("wang"), desk("lin")
    lin.does("tell", item="phone", value="02155550000", channel="registry", source="工商登记")
    address = begun(wang, "adv_assessment")
    form = wang.client.get(address).context["form"]
    told = {f"unknown-{code}": "on" for code in form.items if code != "phone"} | {"phone": "13800000001"}
    told |= {f"unknown-question-{code}": "on" for code in form.questions}

    refused = wang.client.post(address, {"phone": "13800000001", "hand_in": "1", "signed": "on"})
    assert "地址" in errors_of(refused)[""]
    assert (refused.status_code, Survey.objects.get().submitted_on) == (422, None)
    sent = {"files": [pdf("现场记录.pdf"), pdf("照片.pdf", b"2")], "note": "仓库"}
    assert wang.client.post(f"{address}files/", sent).status_code == 302
    assert wang.client.post(address, told | {"hand_in": "1", "signed": "on"}).status_code == 302
    assert "由您签名" not in wang.see(address)
    assert wang.client.post(f"{address}step/", {"step": "accept", "point": POINTS}).status_code == 403

    number = Survey.objects.get().pk
    assert lin.client.get(f"/surveys/{number}/")["Location"] == address
    assert f"/surveys/{number}/" in lin.see(reverse("inbox")) + lin.see(
        reverse(
            "approval",
            args=[
                approvals.inbox(
                    access.actor_of(Person.objects.get(login="lin"), on=business_day()), on=business_day()
                )
                .get()
                .pk
            ],
        )
    )
    page = lin.see(address)
    assert "02155550000" in page
    assert "不同渠道的资料互相矛盾" in page
    unfinished = lin.client.post(f"{address}step/", {"step": "accept", "point": POINTS[:3]})
    assert unfinished.status_code == 400
    assert lin.client.post(f"{address}step/", {"step": "return", "note": "电话核对"}).status_code == 302
    assert "电话核对" in wang.see(address)
    assert wang.client.post(address, told | {"hand_in": "1", "signed": "on"}).status_code == 302
    assert lin.client.post(f"{address}step/", {"step": "accept", "point": POINTS}).status_code == 302
    assert lin.client.post(f"{address}step/", {"step": "file"}).status_code == 302

    kept = Survey.objects.get()
    assert (kept.state, kept.signed_by, kept.reviewed_by, kept.filed_on) == (
        "filed",
        "wang",
        "lin",
        business_day(),
    )
    assert "现场记录.pdf" in lin.see(address)
    file = lin.client.get(lin.client.get(address).context["files"][0]["address"])
    assert file["Content-Disposition"].startswith("attachment")
    assert file.content == b"%PDF-1.7\n" + bytes(200)
    assert "13800000001" in lin.see(f"{address}print/")
    assert lin.client.post(f"{address}files/", {"files": [pdf("x.pdf", b"3")]}).status_code == 409
    assert Document.objects.count() == 2


@pytest.mark.req("ADV-06", "NET-04")
def test_a_report_of_before_there_were_chains_is_decided_at_its_page(desk: Any) -> None:  # noqa: F811
    wang, lin = desk("wang"), desk("lin")
    address = begun(wang, "adv_investigation")
    form = wang.client.get(address).context["form"]
    told = {f"unknown-{code}": "on" for code in form.items if code != "phone"} | {"phone": "13800000001"}
    assert wang.client.post(address, told | {"hand_in": "1", "signed": "on"}).status_code == 302
    for kept in (Wanted, Decision, Request):
        kept.objects.all().delete()

    assert 'value="accept"' not in wang.see(address)
    assert 'value="accept"' in lin.see(address)
    assert lin.client.post(f"{address}step/", {"step": "accept", "point": POINTS}).status_code == 302
    for kept in (Wanted, Decision, Request):
        kept.objects.all().delete()
    assert 'value="file"' in lin.see(address)
    assert lin.client.post(f"{address}step/", {"step": "file"}).status_code == 302
    assert Survey.objects.get().state == "filed"


@pytest.mark.req("SIX-08", "NET-02", "LSE-10")
def test_the_pages_mask_what_the_reader_may_not_see(desk: Any) -> None:  # noqa: F811
    lin, wang = desk("lin"), desk("wang")
    address = begun(lin, "net_survey", "customer")
    account = {"bank_account": "6222000011112222", "address": "上海"}
    assert lin.client.post(address, account).status_code == 302

    for page in (address, f"{address}print/"):
        assert "6222000011112222" in lin.see(page)
        assert "6222000011112222" not in wang.see(page)
    assert wang.client.post(address, {"bank_account": "", "address": "北京"}).status_code == 302
    kept = Survey.objects.get().answers
    assert (kept["bank_account"], kept["address"]) == ("6222000011112222", "北京")
    assert desk("li").client.get(f"{address}print/").status_code == 404
    assert desk("li").client.post(f"{address}files/", {"files": [pdf("x.pdf")]}).status_code == 404


def test_the_list_is_filtered_and_shows_how_far_each_is(desk: Any) -> None:  # noqa: F811
    lin = desk("lin")
    assert "还没有调查表" in lin.see("/surveys/")
    address = begun(lin, "col_card")
    lin.client.post(address, {"culture": "稳健", "unknown-owner": "on"})
    begun(lin, "lse_card", "mailed_form")

    def listed(query: str) -> list[str]:
        lines = lin.client.get(f"/surveys/?{query}").context["lines"]
        return [f"{one['survey'].form} {one['answered']}/{one['asked']} {one['unknown']}" for one in lines]

    assert listed("") == ["lse_card 0/15 0", "col_card 2/27 1"]
    assert listed("form=col_card&state=open&person=lin&q=C-1") == ["col_card 2/27 1"]
    assert listed("state=filed") == listed("person=wang") == listed("q=nobody") == []
    assert "没有符合条件的调查表" in lin.see("/surveys/?state=filed")
    assert "回收率" in lin.see("/surveys/")
    assert desk("li").client.get("/surveys/").context["lines"] == []


@pytest.mark.req("SIX-12", "ADV-07")
def test_an_agency_reports_and_an_urgent_word_is_read(desk: Any) -> None:  # noqa: F811
    lin, wang, today = desk("lin"), desk("wang"), business_day().isoformat()
    assert list(lin.fails("investigate", by="staff", assignee="nobody", reason="x", due_on=today)) == [
        "assignee"
    ]
    lin.does("investigate", by="agency", assignee="邓白氏", reason="新客户", due_on=today)
    address = f"/surveys/investigations/{Investigation.objects.get().pk}/"
    report = {"report_on": today, "cost": "800.00", "outcome": "资信一般"}
    assert "请先附上机构的报告" in errors_of(lin.client.post(address, report))[""]
    assert lin.client.post(f"{address}files/", {"files": [pdf("报告.pdf")]}).status_code == 302
    assert lin.client.post(address, report).status_code == 302
    assert "800.00" in lin.see("/surveys/investigations/?state=done")
    assert desk("li").client.get(address).status_code == 404

    wang.does("field-report", kind="urgent", text="仓库被查封")
    told = FieldReport.objects.get()
    assert "仓库被查封" in lin.see("/surveys/field-reports/?kind=urgent")
    assert wang.client.post(f"/surveys/field-reports/{told.pk}/read/").status_code == 403
    assert lin.client.post(f"/surveys/field-reports/{told.pk}/read/").status_code == 302
    assert FieldReport.objects.get().read_by == "lin"


@pytest.mark.req("SIX-11")
def test_stale_data_stand_by_who_answers_as_of_a_day(desk: Any) -> None:  # noqa: F811
    lin = desk("lin")
    lin.does("tell", item="phone", value="021-1", channel="customer", source="名片", true_on="2020-01-01")

    page = lin.client.get("/surveys/stale/")
    assert [(row.customer_no, row.item.code) for row in page.context["rows"]] == [("C-1", "phone")]
    assert lin.client.get("/surveys/stale/?as_of=2020-12-31").context["rows"] == []
    assert lin.client.get("/surveys/stale/?as_of=nonsense&person=").context["rows"] == []
    assert FileFact.objects.count() == 1


@pytest.mark.req("ARM-07")
def test_an_assessment_is_examined_on_its_page(desk: Any, adv: None) -> None:  # noqa: F811
    lin, today = desk("lin"), business_day()
    kept = judging.assess(
        actor=system_actor(), on=today, customer_no="C-1", question="heavy_losses", value="no",
        assessed_on=today, evidence="报表",
    )  # fmt: skip
    assert f"assessment_id={kept.pk}" in lin.part("assessments")

    lin.does("verify-answer", assessment_id=kept.pk, holds="no", evidence="报表造假")

    kept.refresh_from_db()
    assert (kept.verification, kept.verified_by) == ("disputed", "lin")
    assert "报表造假" in lin.part("assessments")
    assert "没有需要讨论的题目" in lin.see("/surveys/assessors/")
    assert desk("zhou").client.get("/surveys/assessors/").status_code == 403


@pytest.mark.req("SIX-12", "SIX-15", "ADV-07")
def test_papers_stand_beside_facts_reports_and_assessments(desk: Any, adv: None) -> None:  # noqa: F811
    wang, li, on = desk("wang"), desk("li"), business_day()
    wang.does("tell", item="phone", value="02155550000", channel="registry", source="工商登记")
    wang.does(
        "tell",
        item="bank_account",
        key="6222",
        value="6222020200112233445",
        channel="registry",
        source="开户行",
    )
    wang.does("field-report", kind="urgent", text="停工")
    customer = Customer.objects.get(no="C-1")
    kept = Assessment.objects.create(
        customer=customer, question="repute", value="high", assessed_on=on, told_on=on, assessed_by="lin"
    )
    fact, secret = (FileFact.objects.get(item=item) for item in ("phone", "bank_account"))
    for kind, pk, who in (
        ("fact", fact.pk, wang),
        ("report", FieldReport.objects.get().pk, wang),
        ("assessment", kept.pk, desk("lin")),
    ):
        address = f"/surveys/papers/{kind}/{pk}/"
        assert who.client.post(address, {"files": [pdf(f"{kind}.pdf", kind.encode())]}).status_code == 302
        page = who.see(address)
        assert f"{kind}.pdf" in page
        file = who.client.get(who.client.get(address).context["files"][0]["address"])
        assert file.content.endswith(kind.encode())
        assert li.client.get(address).status_code == 404, "out of reach"
    assert Document.objects.count() == 3
    wrong = SimpleUploadedFile("x.html", b"<html></html>", "text/html")
    assert wang.client.post(f"/surveys/papers/fact/{fact.pk}/", {"files": [wrong]}).status_code == 400
    assert f"/surveys/papers/fact/{fact.pk}/" in wang.part("file")

    hidden = f"/surveys/papers/fact/{secret.pk}/"
    wang.client.post(hidden, {"files": [pdf("account.pdf", b"a")]})
    paper = wang.client.get(hidden).context["files"][0]["address"]
    assert wang.client.get(paper).status_code == 403, "a sensitive fact's papers need the right to it"
    assert desk("lin").client.get(paper).status_code == 200
    assert wang.client.get("/surveys/papers/horse/1/").status_code == 404


@pytest.mark.req("SIX-15", "SIX-08", "RR-14")
def test_contradictions_and_every_list_of_evidence_are_shown_and_exported(desk: Any) -> None:  # noqa: F811
    lin, wang, li = desk("lin"), desk("wang"), desk("li")
    lin.does("tell", item="phone", value="02155550000", channel="registry", source="工商登记")
    wang.does("tell", item="phone", value="13800000001", channel="customer", source="电话")
    lin.does("tell", item="address", value="上海", channel="registry", source="工商登记")
    for channel, account in (("registry", "6222020200112233445"), ("customer", "6222020200112239999")):
        lin.does("tell", item="bank_account", key="6222", value=account, channel=channel, source="开户行")
    begun(wang, "fou_survey")
    wang.does("field-report", kind="urgent", text="停工")
    wang.does(
        "investigate", by="agency", assignee="某资信公司", reason="年审", due_on=business_day().isoformat()
    )

    page = wang.see("/surveys/contradictory/")
    assert "02155550000" in page
    assert "13800000001" in page
    assert "6222020200112233445" not in page
    assert "上海" not in page
    assert "C-1" not in li.see("/surveys/contradictory/")
    for what, wanted in (
        ("contradictions", {"02155550000", "13800000001", "***"}),
        ("surveys", {"客户资料调查表", "未完成"}),
        ("reports", {"停工", "急报"}),
        ("investigations", {"某资信公司", "年审"}),
        ("stale", set()),
    ):
        answer = wang.client.get(f"/surveys/export/{what}/")
        sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
        cells = {str(cell) for row in sheet.values for cell in row}
        assert wanted <= cells, (what, cells)
        assert "6222020200112233445" not in cells
        theirs = openpyxl.load_workbook(BytesIO(li.client.get(f"/surveys/export/{what}/").content))
        assert len(list(theirs.worksheets[0].values)) == 1, "out of reach"
    assert wang.client.get("/surveys/export/horses/").status_code == 404

    settled = FileFact.objects.get(item="phone", channel="registry")
    wang.does("settle-facts", fact_id=settled.pk, evidence="营业执照")
    assert "02155550000" not in wang.see("/surveys/contradictory/")
