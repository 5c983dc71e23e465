"""A card fitted by a program: a table is brought, columns said, the report and the document answered."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.judgements.scorecards.test_grade_cards import graded_firms
from tests.web.api.conftest import open_office, program
from xinheng.base.packs.models import PolicyDraft
from xinheng.judgements.scorecards.models import Fit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_program_brings_a_table_and_says_which_column_is_what() -> None:
    open_office()
    asking = program("credit")
    content = graded_firms(60).write_csv().encode()
    brought = asking.send("/fitted-cards", {"table": SimpleUploadedFile("t.csv", content)})

    assert brought.status_code == 201, brought.content
    number = brought.json()["id"]
    assert brought.json()["found"] == ["firm", "debt", "sales", "noise", "等级"]
    unknown = asking.post(f"/fitted-cards/{number}/begin", {"outcome": "grade"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "column_unknown")
    begun = asking.post(
        f"/fitted-cards/{number}/begin", {"outcome": "等级", "ordered": ["A", "B", "C"], "group": "firm"}
    )
    assert (begun.status_code, begun.json()["state"]) == (202, "waiting")
    again = asking.post(f"/fitted-cards/{number}/publish")
    assert (again.status_code, again.json()["code"]) == (409, "fit_not_ready")
    assert not PolicyDraft.objects.exists()
    Fit.objects.update(state="done", report={"kind": "grades"})
    assert asking.get(f"/fitted-cards/{number}").json()["report"] == {"kind": "grades"}
    assert [one["state"] for one in asking.get("/fitted-cards").json()] == ["done"]
    early = asking.post("/fitted-cards-from-history", {"days": ["2999-01-01"]})
    assert early.json()["code"] == "window_open"
    flag = {"days": ["2025-03-31"], "item": "dishonest_debtor"}
    unclear = asking.post("/fitted-cards-from-history", {**flag, "value": "maybe"})
    assert (unclear.status_code, unclear.json()["code"]) == (422, "flag_invalid")
    endless = asking.post("/fitted-cards-from-history", {**flag, "within_months": 10**9})
    assert endless.status_code == 422
    begun = asking.post("/fitted-cards-from-history", {**flag, "code": "flags"})
    assert begun.status_code == 202
    assert Fit.objects.get(pk=begun.json()["id"]).asked["history"]["item"] == "dishonest_debtor"
    assert asking.ask("DELETE", f"/fitted-cards/{begun.json()['id']}").status_code == 409  # it waits
    assert asking.ask("DELETE", f"/fitted-cards/{number}").json() == {"id": number}
    assert asking.get(f"/fitted-cards/{number}").json()["code"] == "fit_unknown"
