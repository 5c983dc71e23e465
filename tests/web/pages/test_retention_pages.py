"""Retention and secrecy at the pages, the API and on paper, from the list of terms to the register."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.facts.retention.company import papers, people
from xinheng.base.access.models import Person
from xinheng.base.approvals import services as approvals
from xinheng.base.audit.models import Entry
from xinheng.facts.retention.models import Appraisal, Destruction, Hold
from xinheng.reports import services as reports
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pages(settings: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}


def browser(login: str) -> Client:
    """Somebody signed in."""
    client = Client()
    client.force_login(Person.objects.get(login=login), "django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer: Any) -> str:
    """What a page says."""
    return str(answer.content.decode())


def pdf_text(content: bytes) -> str:
    """What a PDF says."""
    pages = pypdfium2.PdfDocument(content)
    return "".join(page.get_textpage().get_text_range() for page in pages)


@pytest.mark.req("LAR-17", "LAR-19", "LAR-20", "SIX-08", "RR-14")
def test_old_papers_go_from_the_list_to_the_register(  # noqa: PLR0915 - a whole day
    django_capture_on_commit_callbacks: Any,
) -> None:
    on = business_day()
    who = people(on)
    made = papers(("调查报告", "internal", date(2012, 3, 1), "D10"), ("机密底稿", "confidential", date(2012, 3, 1), "D10"),
                  ("总表", "internal", date(2012, 3, 1), "Y"))  # fmt: skip
    old, secret, ever = made.values()
    keeper, clerk = browser("dang"), browser("jian")

    # a reader without the right is turned down; the list tells only what the reader is cleared for
    assert clerk.get(reverse("retention")).status_code == 403
    page = text_of(keeper.get(reverse("retention"), {"state": ""}))
    assert all(one.title in page for one in (old, secret, ever))
    sheet = load_workbook(io.BytesIO(keeper.get(reverse("export_kept"), {"state": ""}).content)).worksheets[0]
    assert {row[2].value for row in sheet.iter_rows(min_row=2)} == {"调查报告", "机密底稿", "总表"}

    # chosen papers go before a group; what is wrong is said on the page, and nothing is half kept
    sent = {"title": "鉴定", "members": "dang", "label": [old.label, ever.label]}
    wrong = keeper.post(reverse("open_appraisal"), sent)
    assert wrong.status_code == 422
    wrong = keeper.post(reverse("open_appraisal"), sent | {"members": "dang, cha"})
    assert wrong.status_code == 422
    assert ever.label in text_of(wrong)
    assert not Appraisal.objects.exists()
    keeper.post(reverse("open_appraisal"), sent | {"members": "dang, cha", "label": [old.label]})
    group = Appraisal.objects.get()
    told = {"label": [old.label], f"verdict-{old.label}": "destroy", f"reason-{old.label}": ""}
    assert keeper.post(reverse("appraise", args=[group.pk]), told).status_code == 422
    keeper.post(reverse("appraise", args=[group.pk]), told | {f"reason-{old.label}": "期满"})
    keeper.post(reverse("close_appraisal", args=[group.pk]))
    drawn = Destruction.objects.get()
    assert drawn.no in text_of(keeper.get(reverse("retention_lists")))

    # submitted, held, approved, watched, compared, destroyed, signed, certified
    def step(client: Client, act: str, **told: str) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(reverse("destruction_act", args=[drawn.no, act]), told).status_code

    assert step(keeper, "submit") == 302
    drawn.refresh_from_db()
    boss = browser("zong")
    placed = {"kind": "paper", "name": old.label, "reason": "审计调阅"}
    assert boss.post(reverse("retention_hold", args=["place"]), placed).status_code == 302
    assert boss.post(reverse("retention_hold", args=["place"]), placed).status_code == 422  # held already
    assert "审计调阅" in text_of(keeper.get(reverse("destruction", args=[drawn.no])))
    held = {"hold": str(Hold.objects.get().pk), "reason": "审计结束"}
    assert boss.post(reverse("retention_hold", args=["release"]), held).status_code == 302
    approvals.decide(
        actor=who["zong"], on=on, request_id=drawn.request_id or 0, decision="approve", reason=""
    )
    assert step(boss, "supervisors", department="jian", others="dang") == 422
    assert step(boss, "supervisors", department="jian", others="cha") == 302
    done = {"done_on": on.isoformat(), "place": "总部碎纸间", "method": "粉碎"}
    assert step(keeper, "execute", **done) == 422
    assert step(keeper, "scan", label="P00-0000000") == 422
    assert step(keeper, "scan", label=old.label) == 302
    assert step(clerk, "execute", **done) == 403
    assert step(keeper, "execute", **done) == 302
    assert step(clerk, "sign") == 302
    assert step(browser("cha"), "sign") == 302
    assert step(keeper, "certify") == 302
    drawn.refresh_from_db()
    assert drawn.certificate_id

    # the forms on paper bear who took them; the register says what was destroyed
    for form in ("application", "list", "certificate"):
        content = keeper.get(reverse("print_destruction", args=[drawn.no, form])).content
        printed = pdf_text(content)
        assert "调查报告" in printed
        assert f"dang dang {on.isoformat()}" in printed
    assert old.number in text_of(keeper.get(reverse("retention_register")))
    register = load_workbook(io.BytesIO(reports.export_register(actor=who["dang"], on=on))).worksheets[0]
    assert register.cell(2, 3).value == old.number
    for name in ("retention_schedule", "retention_holds", "retention_appraisals", "secrecy"):
        assert keeper.get(reverse(name)).status_code == 200

    # hidden and unknown are one and the same: status, words, and no difference but the number asked for
    plain = browser("cha")
    answers = [
        plain.post(
            reverse("secrecy_act", args=["propose"]), {"label": label, "grade": "internal", "reason": "x"}
        )
        for label in (secret.label, "P00-0000009")
    ]
    shown = [
        text_of(one).replace(label, "?")
        for one, label in zip(answers, (secret.label, "P00-0000009"), strict=True)
    ]
    assert answers[0].status_code == answers[1].status_code == 422
    assert [line for line in shown[0].splitlines() if "?" in line] == [
        line for line in shown[1].splitlines() if "?" in line
    ]
    noted = [one.after for one in Entry.objects.filter(outcome="refused", actor_login="cha") if one.after]
    assert [one["hidden"] for one in noted if "hidden" in one] == [f"paper:{secret.label}"]


@pytest.mark.req("LAR-09", "C05", "C06", "DAT-06")
def test_the_same_by_the_api() -> None:
    on = business_day()
    people(on)
    made = papers(
        ("调查报告", "internal", date(2012, 3, 1), "D10"),
        ("机密底稿", "confidential", date(2012, 3, 1), "D10"),
    )
    old = made["调查报告"]
    keeper, head = browser("dang"), browser("ban")

    def posted(client: Client, address: str, body: dict[str, Any], key: str) -> Any:
        return client.post(f"/api/v1/{address}", body, "application/json", headers={"Idempotency-Key": key})

    found = keeper.get("/api/v1/kept-papers?state=due").json()["items"]
    assert [one["title"] for one in found] == ["调查报告", "机密底稿"]
    assert found[0]["ends_on"] == "2022-12-31"
    assert [one["title"] for one in head.get("/api/v1/kept-papers?state=due").json()["items"]] == ["调查报告"]
    grades = {one["code"]: one for one in head.get("/api/v1/secrecy-grades").json()}
    assert (grades["secret"]["loan_minutes"], grades["secret"]["seen"], grades["confidential"]["seen"]) == (
        240,
        True,
        False,
    )

    group = posted(
        keeper, "appraisals", {"title": "鉴定", "members": ["dang", "cha"], "labels": [old.label]}, "a"
    ).json()["id"]
    opinion = {"opinions": [{"label": old.label, "verdict": "destroy", "reason": "期满"}]}
    assert posted(keeper, f"appraisals/{group}/opinions", opinion, "b").status_code == 200
    (drawn,) = posted(keeper, f"appraisals/{group}/close", {}, "c").json()
    assert drawn["lines"][0]["number"] == old.number
    assert posted(keeper, f"destruction-lists/{drawn['no']}/submit", {}, "d").json()["state"] == "submitted"
    assert (
        posted(keeper, f"destruction-lists/{drawn['no']}/sign", {}, "e").json()["code"] == "destruction_state"
    )
    assert keeper.get("/api/v1/destruction-lists/XH0").status_code == 404
    assert keeper.get("/api/v1/destruction-register").json() == []
    hold = posted(head, "holds", {"kind": "dossier", "name": old.dossier.no, "reason": "诉讼"}, "f").json()[
        "id"
    ]
    assert keeper.get("/api/v1/kept-papers?state=due").json()["items"][0]["held"] == ["诉讼"]
    assert posted(head, f"holds/{hold}/release", {"reason": "撤诉"}, "g").status_code == 200
    asked = {"label": old.label, "grade": "secret", "reason": "含报价"}
    assert posted(browser("cha"), "secrecy-proposals", asked, "h").status_code == 201
