"""What a request may name and in which form it comes: a misspelt filter or a lost cent is refused, not passed over."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import Program, program
from xinheng.base.audit.models import Entry
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables.models import Bill

pytestmark = pytest.mark.usefixtures("office")
BILL = {"bill_no": "B-9", "billed_on": "2026-05-01", "due_on": "2026-05-31", "amount": "10.00"}


def sent(asking: Program, kind: str, body: str = '{"no": "C-9", "name": "黄河公司"}') -> tuple[int, str]:
    """A new customer sent in a form; gives status and code."""
    answer = asking.client.generic(
        "POST", "/api/v1/customers", body.encode(), content_type=kind,
        HTTP_AUTHORIZATION=f"Bearer {asking.token}", HTTP_ACCEPT_LANGUAGE="en",
    )  # fmt: skip
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml", "multipart/form-data"]
)
def test_a_body_in_another_form_is_refused_and_nothing_is_saved(kind: str) -> None:
    assert sent(program("admin"), kind) == (415, "media_type_unsupported")
    assert not Customer.objects.filter(no="C-9").exists()


def test_json_may_name_its_letters() -> None:
    assert sent(program("admin"), "application/json; charset=utf-8")[0] == 201


def test_the_form_wanted_is_named_where_another_is_asked_for() -> None:
    asking = program("admin", language="en")

    refused = asking.get("/customers", HTTP_ACCEPT="text/html")
    written = asking.post("/customers", {"no": "C-9", "name": "黄河公司"}, HTTP_ACCEPT="application/xml")

    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")
    assert "application/json" in refused.json()["detail"]
    assert written.status_code == 406
    assert not Customer.objects.filter(no="C-9").exists()
    for accepted in ("*/*", "application/*", "application/json;q=0.5, text/html"):
        assert asking.get("/customers", HTTP_ACCEPT=accepted).status_code == 200


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/customers?regoin=x", "regoin"),
        ("/customers?status=open", "status"),
        ("/customers?kind=firm", "kind"),
        ("/customers?industry_section=1", "industry_section"),
        ("/standings?sort=colour", "sort"),
        ("/imports?state=lost", "state"),
        ("/audit?outcome=maybe", "outcome"),
        ("/audit?from_on=2026-06-02&until_on=2026-06-01", "until_on"),
        ("/rating-runs?from_on=2026-06-02&until_on=2026-06-01", "until_on"),
        ("/standings/export?format=pdf", "format"),
        ("/me?a=1", "a"),
    ],
)
def test_a_filter_that_is_none_is_named(path: str, field: str) -> None:
    answer = program("admin").get(path)

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert [one["field"] for one in answer.json()["fields"]] == [field]


def test_who_is_not_signed_in_learns_nothing_of_filters() -> None:
    assert Program("").get("/customers?regoin=x").status_code == 401


@pytest.mark.req("RR-08")
@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/customers/C-1/bills", {**BILL, "amount": "10.005"}, "amount"),
        ("/customers/C-1/bills", {**BILL, "amount": "10.5", "currency": "JPY"}, "amount"),
        ("/customers", {"no": "C-9", "name": "黄河公司", "revenue": "0.001"}, "revenue"),
        (
            "/customers/C-1/statements",
            {"period_end": "2025-12-31", "figures": {"total_assets": "1.001"}},
            "figures.total_assets",
        ),
    ],
)
def test_an_amount_finer_than_its_currency_is_refused_not_rounded(
    path: str, body: dict[str, object], field: str
) -> None:
    answer = program("admin").post(path, body)

    assert answer.status_code == 422, answer.content
    assert [one["field"] for one in answer.json()["fields"]] == [field]
    assert not Bill.objects.filter(bill_no="B-9").exists()
    assert not Customer.objects.filter(no="C-9").exists()


def test_places_that_are_naught_are_no_loss() -> None:
    answer = program("admin").post("/customers/C-1/bills", {**BILL, "amount": "10.500"})

    assert answer.status_code == 201
    assert Bill.objects.get(bill_no="B-9").amount_minor == 1050


def test_chinese_goes_out_as_chinese() -> None:
    assert "长江" in program("admin").get("/customers/C-1").content.decode()


def test_what_was_settled_is_listed_and_names_what_takes_it_back() -> None:
    asking = program("credit")
    listed = asking.get("/customers/C-1/settlements").json()
    assert [(row["bill_no"], row["receipt_no"], row["amount"]["amount"]) for row in listed["items"]] == [
        ("B-C-1", "R-1", "300.00")
    ]
    asking.post(f"/customers/C-1/settlements/{listed['items'][0]['id']}/reverse", {"reason": "错记"})

    rows = asking.get("/customers/C-1/settlements").json()["items"]

    assert [row["is_reversed"] for row in rows] == [True]
    assert asking.get("/customers/C-1/settlements?as_of=2026-04-09").json() == {"items": [], "next": None}
    assert program("wang").get("/customers/C-2/settlements").status_code == 404


def test_receipts_page_and_do_not_shift_when_one_is_added() -> None:
    asking = program("credit")
    for n in range(5):
        paid = {"receipt_no": f"R-9{n}", "received_on": f"2026-05-0{n + 1}", "amount": "1.00"}
        assert asking.post("/customers/C-1/receipts", paid).status_code == 201
    first = asking.get("/customers/C-1/receipts?limit=2").json()
    asking.post(
        "/customers/C-1/receipts", {"receipt_no": "R-NEW", "received_on": "2026-06-01", "amount": "1.00"}
    )

    second = asking.get(f"/customers/C-1/receipts?limit=2&after={first['next']}").json()
    third = asking.get(f"/customers/C-1/receipts?limit=50&after={second['next']}").json()

    seen = [row["receipt_no"] for page in (first, second, third) for row in page["items"]]
    assert seen == ["R-94", "R-93", "R-92", "R-91", "R-90", "R-1"]
    assert third["next"] is None


def test_people_and_units_are_found_and_renamed() -> None:
    asking = program("admin")
    assert [one["login"] for one in asking.get("/people?q=WAN").json()["items"]] == ["wang"]
    assert asking.get("/people?is_active=false").json()["items"] == []
    assert asking.post("/people/wang/rename", {"name": "王芳"}).json()["name"] == "王芳"
    assert asking.get("/people/WANG").json()["name"] == "王芳"
    assert asking.get("/people/nobody").json()["code"] == "person_unknown"
    assert asking.post("/units/EAST/rename", {"name": "东部"}).json()["name"] == "东部"
    assert asking.post("/units/EAST/move", {"parent": "EAST"}).json()["code"] == "unit_misplaced"
    assert asking.post("/units/EAST/move", {"parent": "SOUTH"}).json()["parent"] == "SOUTH"
    assert program("wang").post("/people/li/rename", {"name": "x"}).status_code == 403
    assert Entry.objects.filter(act="people.rename_unit", outcome="done").count() == 1
    held = asking.get("/assignments?as_of=2025-12-31").json()
    assert held == {"items": [], "next": None}
    assert len(asking.get("/assignments?limit=2").json()["items"]) == 2
