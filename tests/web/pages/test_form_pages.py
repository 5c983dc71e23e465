"""A site adds and changes its questionnaires at the pages, through the chain of approval."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.web.pages.test_customer_acts import company, desk  # noqa: F401
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.approvals import services as approvals
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs.models import PolicyDocument, PolicyDraft
from xinheng.facts.customers import queries as customers
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db


@pytest.mark.req("SIX-14", "FOU-11")
def test_a_changed_form_is_drafted_checked_approved_and_read(desk: Any) -> None:  # noqa: F811
    lin, on = desk("lin"), business_day()
    page = lin.see("/surveys/forms/")
    assert "客户资料调查表" in page
    assert "本单位自定" not in page

    begun = lin.client.post("/surveys/forms/begin/", {"from": "fou_survey"})
    draft = PolicyDraft.objects.get()
    address = f"/surveys/forms/drafts/{draft.pk}/"
    assert (begun["Location"], draft.kind, draft.started_from) == (address, "form", "fou_survey@1")
    text = lin.client.get(address).context["text"]
    wrong = text.replace("- phone", "- shoe_size")
    seen = lin.client.post(f"{address}check/", {"text": wrong})
    assert "信用档案没有项目 shoe_size" in seen.content.decode()

    lin.client.post(address, {"step": "save", "revision": "1", "text": wrong})
    refused = lin.client.post(address, {"step": "submit", "effective_from": on.isoformat()})
    assert refused.status_code == 422
    assert "shoe_size" in refused.content.decode()
    assert not PolicyDocument.objects.filter(kind="form").exists()
    stale = lin.client.post(address, {"step": "save", "revision": "1", "text": text})
    assert stale.status_code == 409
    better = text.replace("- phone", "- bank_account")
    lin.client.post(address, {"step": "save", "revision": "2", "text": better})
    sent = lin.client.post(address, {"step": "submit", "effective_from": on.isoformat()})
    assert sent.status_code == 302, sent.content.decode()[:3000]
    assert customers.forms(on=on)["fou_survey"].sha256 == ""

    approved(draft)

    now = customers.forms(on=on)["fou_survey"]
    assert (now.version, "bank_account" in now.items, "phone" in now.items) == ("2", True, False)
    read = lin.see("/surveys/forms/read/fou_survey/")
    assert "本单位自定" in read
    assert "bank_account" in read
    assert "bank_account" not in lin.see("/surveys/forms/read/fou_survey/?version=1")
    assert f"/surveys/forms/drafts/{draft.pk}/" in lin.client.get(f"/workshop/drafts/{draft.pk}/")["Location"]


def approved(draft: PolicyDraft) -> None:
    """Somebody else signs."""
    draft.refresh_from_db()
    boss = access.actor_of(Person.objects.get(login="chen"), on=business_day())
    approvals.decide(actor=boss, on=business_day(), request_id=draft.request_id, decision="approve")


@pytest.fixture(autouse=True)
def _chen(company: None, db: None) -> None:  # noqa: F811
    """Approves policies."""
    access.create_person(
        actor=system_actor(), on=date(2024, 1, 1), login="chen", name="陈总", password="长江-river-2026",
        role="approver", unit="HQ",
    )  # fmt: skip


def test_who_may_not_draft_reads_only(desk: Any) -> None:  # noqa: F811
    zhao = desk("zhao")
    page = zhao.see("/surveys/forms/")
    assert "起草" not in page
    assert zhao.client.post("/surveys/forms/begin/", {"from": "fou_survey"}).status_code == 403
    assert zhao.client.get("/surveys/forms/read/no_such/").status_code == 404
    assert not PolicyDraft.objects.exists()
