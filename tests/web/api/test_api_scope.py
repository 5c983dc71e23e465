"""Everyone sees only what they reach, and sensitive fields only by right."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import ID_NUMBER, program
from xinheng.base.audit.models import Entry

pytestmark = pytest.mark.usefixtures("office")
READ = (
    "", "/file", "/responsibilities", "/contacts", "/related-parties", "/subsidiaries", "/ageing", "/balance",
    "/bills", "/receipts", "/payments", "/statements", "/trade", "/indicators", "/trends?code=dso", "/assessments",
    "/curve?policy_code=adv",
)  # fmt: skip


def test_a_salesperson_lists_only_own_customers() -> None:
    told = program("wang").get("/customers").json()

    assert [row["no"] for row in told["items"]] == ["C-1", "P-1"]
    assert told["next"] is None


@pytest.mark.req("RR-14")
@pytest.mark.parametrize("path", READ)
def test_anothers_customer_is_as_unknown_as_one_that_is_not_there(path: str) -> None:
    asking = program("wang")

    theirs, nobodys = asking.get(f"/customers/C-2{path}"), asking.get(f"/customers/C-X{path}")

    assert theirs.status_code == nobodys.status_code
    assert theirs.status_code == (403 if path in {"/statements", "/trade"} else 404)  # no right to either
    assert theirs.content.replace(b"C-2", b"C-X") == nobodys.content
    assert Entry.objects.filter(outcome="refused", actor_login="wang").count() == 2


def test_sums_are_of_own_customers_only() -> None:
    everything, own = program("auditor"), program("wang")

    assert everything.get("/totals").json()[0]["open"] == {"amount": "1700.00", "currency": "CNY"}
    assert own.get("/totals").json()[0]["open"] == {"amount": "700.00", "currency": "CNY"}
    aged = {row["bucket"]: row["amount"]["amount"] for row in own.get("/ageing").json()}
    assert (aged["not_due"], aged[">90"]) == ("0.00", "700.00")


def test_sensitive_fields_are_masked_without_the_right() -> None:
    whole, masked = program("admin"), program("credit", "customers.read")

    assert whole.get("/customers/P-1").json()["id_number"] == ID_NUMBER
    assert masked.get("/customers/P-1").json()["id_number"] == "1101**********4477"
    assert whole.get("/customers/C-1/contacts").json()[0]["phone"] == "13800001234"
    assert "*" in masked.get("/customers/C-1/contacts").json()[0]["phone"]


def test_a_related_party_out_of_reach_is_named_without_its_number() -> None:
    link = {"relation": "guarantor", "other_no": "C-2"}
    made = program("credit").post("/customers/C-1/related-parties", link)
    assert (made.status_code, made.json()["other_no"]) == (201, "C-2")

    seen = program("wang").get("/customers/C-1/related-parties").json()[0]

    assert (seen["other_no"], seen["other_name"]) == (None, "珠江机电有限公司")


def test_a_parent_out_of_reach_is_not_named() -> None:
    program("credit").post("/customers/C-1/parent", {"parent_no": "C-2"})

    assert program("wang").get("/customers/C-1").json()["parent_no"] is None
    assert program("credit").get("/customers/C-1").json()["parent_no"] == "C-2"
    below = program("credit").get("/customers/C-2/subsidiaries").json()
    assert [row["no"] for row in below] == ["C-1"]
