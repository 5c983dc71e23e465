"""A service department adopts a process, starts cases, walks one through, and sees what is overdue, on pages."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.judgements.processes.conftest import SMALL
from tests.web.credit_world import PASSWORD
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import services as packs
from xinheng.base.packs.models import PolicyDocument
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import NewCustomer
from xinheng.judgements.processes import services
from xinheng.judgements.processes.models import Case

pytestmark = pytest.mark.django_db
PEOPLE = {
    "staff": "service_staff", "manager": "service_manager", "boss": "credit_manager", "auditor": "auditor",
    "drafter": "credit_manager", "signer": "approver", "wang": "salesperson",
}  # fmt: skip
START = date(2024, 1, 1)
PAPER = b"%PDF-1.4 paper" + bytes(50)


@pytest.fixture(autouse=True)
def _company(db: None, settings: Any, tmp_path: Any) -> None:
    """People and twelve customers; the small process is in force."""
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
    for number in range(1, 13):
        new = NewCustomer(
            name=f"长江{number:03}有限公司", no=f"C-{number}", unit_code="HQ",
            person_login="wang" if number == 12 else "staff", region="上海" if number < 4 else "江苏",
        )  # fmt: skip
        files.register(actor=root, on=START, new=new)
    packs.adopt(actor=root, on=START, kind="process", text=SMALL, effective_from=START)
    Person.objects.update(language="en")


def signed_in(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def sent(client: Client, address: str, status: int = 302, **told: Any) -> str:
    answer = client.post(address, told)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.headers["Location"] if status == 302 else answer.content.decode()


def started(no: str, days_ago: int = 0) -> Case:
    from xinheng.runs.services import business_day

    on = business_day() - timedelta(days=days_ago)
    return services.start_case(actor=system_actor(), on=on, process="small", customer_no=no)


@pytest.mark.req("FLW-01", "FLW-03")
def test_a_case_is_begun_walked_through_and_completed_on_pages() -> None:
    staff, manager = signed_in("staff"), signed_in("manager")
    page = text(staff, "/customers/file/C-1/")
    assert 'href="/processes/start/?customer=C-1"' in page
    here = sent(staff, "/processes/start/", process="small", customer_nos="C-1")
    case = Case.objects.get(customer__no="C-1")
    assert here == f"/processes/cases/{case.pk}/"
    assert "step 1 of 3, Note (Staff)" in text(staff, "/customers/file/C-1/")

    refused = sent(staff, f"{here}close/", status=422, step=1, note="")
    assert "these forms are missing: Register" in refused
    assert "The step is closed by Service staff." in text(manager, here)
    assert "belongs to Staff" in sent(manager, f"{here}close/", status=403, step=1, note="x")
    sent(staff, f"{here}close/", step=1, note="已登记")
    refused = sent(staff, f"{here}close/", 409, step=1, note="x")
    assert "the case stands at step 2 of 3" in refused

    assert "missing" in text(manager, here)
    sent(manager, f"{here}papers/", form="paper", files=SimpleUploadedFile("审批单.pdf", PAPER))
    assert "审批单.pdf" in text(manager, here)
    (paper,) = [
        one
        for one in text(manager, here).split('"')
        if one.startswith(f"{here}papers/") and one[-2].isdigit()
    ]
    assert manager.get(paper).content == PAPER
    sent(manager, f"{here}close/", step=2, note="")
    sent(staff, f"{here}close/", step=3, note="")

    case.refresh_from_db()
    assert case.state == "done"
    page = text(staff, here)
    assert "completed" in page
    assert 'action="' not in page.split('id="process-case"')[1]  # nothing is left to do
    acts = list(
        Entry.objects.filter(act__startswith="processes.", outcome="done").values_list("act", flat=True)
    )
    assert sorted(acts) == ["processes.close"] * 3 + ["processes.start"]


def test_a_case_is_sent_back_and_cancelled_with_reasons() -> None:
    case = started("C-2")
    staff, manager, here = signed_in("staff"), signed_in("manager"), f"/processes/cases/{case.pk}/"
    sent(staff, f"{here}close/", step=1, note="已登记")
    assert sent(manager, f"{here}return/", status=422, to_step=1, reason="")
    assert sent(manager, f"{here}return/", status=422, to_step=3, reason="x")
    sent(manager, f"{here}return/", to_step=1, reason="资料不符")
    assert "资料不符" in text(staff, here)
    assert Case.objects.get(pk=case.pk).step == 1

    assert "Cancel the case" not in text(staff, here)
    assert staff.post(f"{here}cancel/", {"reason": "x"}).status_code == 403
    assert sent(manager, f"{here}cancel/", status=422, reason=" ")
    sent(manager, f"{here}cancel/", reason="客户撤回")
    assert "客户撤回" in text(staff, here)
    assert Case.objects.get(pk=case.pk).state == "cancelled"
    assert staff.post(f"{here}close/", {"step": 1, "note": "x"}).status_code == 409


@pytest.mark.req("FLW-04")
def test_the_board_the_list_excel_and_the_home_page_tell_what_is_overdue() -> None:
    late, fresh, moved = started("C-3", days_ago=20), started("C-4"), started("C-5", days_ago=20)
    staff = signed_in("staff")
    sent(staff, f"/processes/cases/{moved.pk}/close/", step=1, note="已登记")

    board = text(staff, "/processes/?process=small")
    assert "3 cases under way" in board
    assert "1 overdue" in board
    assert board.index("长江003") < board.index("长江004")  # the most urgent first
    only = text(staff, "/processes/?which=mine-overdue")
    assert "长江003" in only
    assert "长江004" not in only

    listed = text(staff, "/processes/cases/?which=overdue")
    assert "长江003" in listed
    assert "长江005" not in listed
    assert "of 3 days" in listed
    assert "No case here" in text(staff, "/processes/cases/?q=nobody")
    assert "长江005" in text(staff, "/processes/cases/?process=small&step=2&sort=-since")
    assert "No case here" in text(staff, "/processes/cases/?state=cancelled")

    home = text(staff, "/")
    assert 'id="call-steps"' in home
    assert "step of your lane is older than its target" in home
    assert f"/processes/cases/{late.pk}/" in home
    assert 'id="call-steps"' not in text(signed_in("manager"), "/")  # another lane's step is no call

    book = openpyxl.load_workbook(io.BytesIO(staff.get("/processes/cases/export/?sort=customer").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    (head,) = [place for place, row in enumerate(rows) if row[0] == "Customer no."]
    told = {row[0]: row for row in rows[head + 1 :] if row[0]}
    assert set(told) == {"C-3", "C-4", "C-5"}
    assert (told["C-3"][4], told["C-3"][10], told["C-3"][12]) == (1, 3, "yes")
    assert (told["C-5"][4], told["C-5"][10], told["C-5"][12]) == (2, None, None)
    assert Entry.objects.get(act="exports.cases").after["rows"] == 3
    assert fresh.state == "open"


def test_many_begin_from_the_filtered_list_of_customers() -> None:
    started("C-1")
    boss = signed_in("boss")
    assert "/processes/start/?all=1&amp;region=" in text(boss, "/customers/?region=上海")
    address = "/processes/start/?all=1&region=上海"
    assert "3 customers of the list" in text(boss, address)
    assert sent(boss, address, process="small") == "/processes/?process=small"
    assert set(Case.objects.values_list("customer__no", flat=True)) == {"C-1", "C-2", "C-3"}
    answer = boss.get("/processes/?process=small").content.decode()
    assert "2 cases have begun." in answer
    assert "Left out: 1 in the process already" in answer
    assert "No customer can begin" in sent(boss, address, status=422, process="small")
    assert "NOBODY" in sent(boss, "/processes/start/", 422, process="small", customer_nos="C-7, NOBODY")
    assert Case.objects.count() == 3  # nothing of it was begun
    sent(boss, "/processes/start/", process="small", customer_nos="C-7，C-8\nC-9")
    assert Case.objects.count() == 6


@pytest.mark.req("FLW-01", "FLW-02")
def test_a_shipped_process_is_read_and_adopted_and_a_change_goes_through_the_chain() -> None:
    boss = signed_in("boss")
    assert "Read and adopt" in text(boss, "/processes/definitions/")
    page = text(boss, "/processes/definitions/flw/adopt/")
    assert page.count("assumed: lost in the source") > 20
    assert sent(boss, "/processes/definitions/flw/adopt/", effective_from="2026-01-01").endswith("/flw/")
    page = text(boss, "/processes/definitions/flw/")
    assert "Review and re-grade" in page
    assert "nobody holds it" in page  # there is no head of the department here

    drafter, address = signed_in("drafter"), "/processes/definitions/small/change/"
    wrong = SMALL.replace("lane: manager", "lane: chairman").replace('version: "1"', 'version: "2"')
    told = {"purpose": "改责任方", "effective_from": "2030-01-01"}
    refused = sent(drafter, address, status=422, text=wrong, **told)
    assert "chairman" in refused
    other = SMALL.replace("code: small", "code: other")
    assert "not of small" in sent(drafter, address, status=422, text=other, **told)
    right = SMALL.replace("within_days: 3", "within_days: 4").replace('version: "1"', 'version: "2"')
    here = sent(drafter, address, text=right, **told)
    assert "waiting for approval" in text(drafter, here)
    request = text(drafter, here).split('href="/approvals/')[1].split("/")[0]
    signer = signed_in("signer")
    assert "改责任方" in text(signer, here)
    sent(signer, f"/approvals/{request}/decide/", decision="approve", reason="")
    kept = PolicyDocument.objects.get(kind="process", code="small", version="2")
    assert kept.effective_from == date(2030, 1, 1)
    assert text(signer, f"/workshop/drafts/{here.rstrip('/').rpartition('/')[2]}/", 302) == ""


@pytest.mark.req("RR-14")
def test_pages_keep_to_rights_and_reach() -> None:
    case = started("C-1")
    wang = signed_in("wang")
    assert wang.get(f"/processes/cases/{case.pk}/").status_code == 404
    assert "长江001" not in text(wang, "/processes/cases/?state=")
    auditor = signed_in("auditor")
    page = text(auditor, f"/processes/cases/{case.pk}/")
    assert "Close the step" not in page
    assert "Start cases" not in text(auditor, "/processes/")
    for address in ("/processes/start/", "/processes/definitions/small/change/"):
        assert auditor.get(address).status_code == 403
    assert auditor.post(f"/processes/cases/{case.pk}/close/", {"step": 1, "note": "x"}).status_code == 403
    assert Case.objects.get(pk=case.pk).step == 1
