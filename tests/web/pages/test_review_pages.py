"""A credit department reviews a run, submits the grades, and its managers approve them, all on pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests import worlds
from tests.web import credit_world
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.reviews.models import Proposal, Sheet, StandingGrade

pytestmark = pytest.mark.django_db
CHAIN = ("vice_president", "legal_manager", "finance_manager", "general_manager")


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        credit_world.found(count=12)
        for role in CHAIN:
            access.create_person(
                actor=system_actor(), on=credit_world.START, login=role, name=role,
                password=credit_world.PASSWORD, role=role, unit="HQ",
            )  # fmt: skip
    yield
    with django_db_blocker.unblock():
        worlds.empty()


def signed_in(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture(autouse=True)
def _plain(company: None, db: None, settings: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    Person.objects.update(language="en")


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


@pytest.mark.req("ADV-13", "RR-05", "RR-17", "ADV-31")
def test_from_a_run_to_grades_that_stand() -> None:
    reviewer, run = signed_in("credit"), Run.objects.latest("as_of")
    assert "Begin the review" in text(reviewer, "/reviews/")
    assert reviewer.post(f"/reviews/{run.pk}/open/").status_code == 302
    page = text(reviewer, f"/reviews/{run.pk}/")
    assert "Accept as proposed" in page
    assert page.count('name="ids"') == Proposal.objects.count()

    capped = Proposal.objects.filter(held="soft", proposed="B").first()
    assert capped
    here = f"/reviews/proposals/{capped.pk}/"
    assert "exception to a soft rule" in text(reviewer, here)
    refused = reviewer.post(here, {"grade": "A", "reason": ""})
    assert refused.status_code == 400
    assert reviewer.post(here, {"grade": "A", "reason": "long-standing partner"}).status_code == 302
    answer = reviewer.post(f"/reviews/{run.pk}/accept/", {"extent": "all", "reason": ""})
    assert answer.status_code == 422
    answer = reviewer.post(f"/reviews/{run.pk}/accept/", {"extent": "all", "reason": "as surveyed"})
    assert answer.status_code == 302
    waiting = Proposal.objects.filter(stage="open").values_list("proposed", flat=True)
    assert set(waiting) <= {""}
    assert reviewer.post(f"/reviews/{run.pk}/submit/", {"note": "2026"}).status_code == 302

    sheet = Sheet.objects.get()
    address = f"/approvals/{sheet.request_id}/decide/"
    assert reviewer.post(address, {"decision": "approve"}).status_code == 403  # an own submission
    assert "1</a> matter waits for your signature" in text(signed_in("legal_manager"), "/")
    for role in CHAIN:
        manager = signed_in(role)
        assert f"/reviews/sheets/{sheet.pk}/" in text(manager, "/inbox/")
        shown = text(manager, f"/reviews/sheets/{sheet.pk}/")
        assert "exception to a soft rule" in shown
        assert 'value="approve"' in shown
        assert manager.post(address, {"decision": "return", "reason": ""}).status_code == 422
        assert manager.post(address, {"decision": "approve"}).status_code == 302

    assert StandingGrade.objects.filter(kind="exception", customer=capped.customer).count() == 1
    assert "Approved grade" in text(reviewer, f"/customers/file/{capped.customer.no}/")
    assert "long-standing partner" in text(reviewer, "/reviews/exceptions/")
    assert capped.customer.no in text(reviewer, "/reviews/calendar/")
    book = reviewer.get("/reviews/exceptions/export/").content
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].iter_rows(values_only=True))
    assert rows[1][0] == capped.customer.no
    assert rows[1][3:5] == ("B", "A")
    for export in ("/reviews/calendar/export/", f"/reviews/sheets/{sheet.pk}/export/"):
        assert reviewer.get(export).status_code == 200
    what_stands_is_shown(reviewer, capped.customer.no)


def what_stands_is_shown(reviewer: Client, no: str) -> None:
    """In the list, on one page of credit now, and as papers of a day."""
    listed = text(reviewer, "/customers/?approved=A&sort=-review")
    assert f"/customers/file/{no}/" in listed
    assert f"/customers/file/{no}/" not in text(reviewer, "/customers/?approved=-")
    now = text(reviewer, f"/customers/credit/{no}/")
    assert "approved" in now
    assert "None: nothing calls for a review." in now
    assert 'id="approved-1"' in text(reviewer, f"/customers/file/{no}/")
    shown = text(reviewer, "/reviews/approved/?before=2026-06-30")
    assert "No customer had an approved grade on both days." in shown
    assert "Papers, PDF" in shown
    book = reviewer.get("/reviews/approved/adv/papers/xlsx/").content
    assert openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]["A1"].value == (
        "Summary of approved credit grades"
    )


@pytest.mark.req("PWR-37")
def test_a_customer_no_run_holds_is_not_rated_and_says_so() -> None:
    reviewer = signed_in("credit")
    Run.objects.update(state="failed")
    now = text(reviewer, "/customers/credit/C-0001/")
    assert "Not rated yet" in now
    assert "none approved" in now
    seller = signed_in("wang")
    assert seller.get("/customers/credit/C-0002/").status_code == 404  # another's customer


def test_a_grade_summary_for_each_unit() -> None:
    reviewer, run = signed_in("credit"), Run.objects.latest("as_of")
    reviewer.post(f"/reviews/{run.pk}/open/")
    reviewer.post(f"/reviews/{run.pk}/accept/", {"extent": "all", "reason": "as surveyed"})
    assert "C-0002" not in text(reviewer, f"/reviews/{run.pk}/?unit=EAST")
    assert reviewer.post(f"/reviews/{run.pk}/submit/", {"by_unit": "1"}).status_code == 302
    assert set(Sheet.objects.values_list("unit", flat=True)) == {"EAST", "SOUTH"}


def test_who_only_reads_is_offered_nothing_and_refused() -> None:
    run = Run.objects.latest("as_of")
    signed_in("credit").post(f"/reviews/{run.pk}/open/")
    auditor = signed_in("auditor")
    assert "Accept as proposed" not in text(auditor, f"/reviews/{run.pk}/")
    answer = auditor.post(f"/reviews/{run.pk}/accept/", {"extent": "all", "reason": "x"})
    assert answer.status_code == 403
    assert not Proposal.objects.exclude(stage="open").exists()
    assert auditor.get("/inbox/").status_code == 200
    assert auditor.get("/reviews/calendar/call/").status_code == 403


def test_a_salesperson_sees_own_customers_only() -> None:
    run = Run.objects.latest("as_of")
    signed_in("credit").post(f"/reviews/{run.pk}/open/")
    page = text(signed_in("wang"), f"/reviews/{run.pk}/")
    assert "C-0001" in page
    assert "C-0002" not in page


def test_filters_of_the_list_and_nonsense_in_the_address() -> None:
    run, reviewer = Run.objects.latest("as_of"), signed_in("credit")
    reviewer.post(f"/reviews/{run.pk}/open/")
    assert "No proposal passes the filters" in text(reviewer, f"/reviews/{run.pk}/?text=nobody")
    for query in ("?sort=moved&falling=1", "?held=soft", "?turn=new", "?stage=open&section=F", "?sort=zzz"):
        text(reviewer, f"/reviews/{run.pk}/{query}")
    text(reviewer, f"/reviews/{run.pk}/?after=abc", status=400)
    text(reviewer, "/reviews/99999/", status=404)
    text(reviewer, "/reviews/sheets/99999/", status=404)
    text(reviewer, "/approvals/99999/", status=404)


def test_events_are_called_and_taken_back_on_pages() -> None:
    reviewer = signed_in("credit")
    answer = reviewer.post(
        "/reviews/calendar/call/", {"customer_no": "C-0001", "event": "proven_theft", "evidence": ""}
    )
    assert answer.status_code == 400
    told = {"customer_no": "C-0001", "event": "proven_theft", "evidence": "notice 12"}
    assert reviewer.post("/reviews/calendar/call/", told).status_code == 302
    assert reviewer.post("/reviews/calendar/call/", told).status_code == 400
