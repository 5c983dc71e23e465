"""Questionnaires, facts that contradict each other, items of the site's own, senders of files."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import Program, program
from tests.web.api.test_api_acts import ok
from xinheng.base.audit.models import Entry

pytestmark = pytest.mark.usefixtures("office")


def test_a_questionnaire_is_begun_kept_and_handed_in() -> None:
    asking = program("credit")
    form = next(one for one in ok(asking.get("/survey-forms")) if not one["review"])
    begun = ok(asking.post("/customers/C-1/surveys", {"form": form["code"], "channel": "own_dealings"}), 201)
    path = f"/surveys/{begun['id']}"

    kept = ok(asking.post(f"{path}/answers", {"answers": {"address": "上海市长江路1号"}}))
    early = asking.post(f"{path}/submit", {"signed": True})
    unknown = asking.post(f"{path}/answers", {"answers": {"colour": "red"}})
    theirs = program("li").post(f"{path}/answers", {"answers": {"address": "x"}})
    ok(asking.post(f"{path}/answers", {"answers": dict.fromkeys(set(form["items"]) - {"address"})}))
    unsigned = asking.post(f"{path}/submit", {"signed": False})
    handed = ok(asking.post(f"{path}/submit", {"signed": True}, key="k-1"))

    assert (kept["answers"], kept["submitted_on"]) == ({"address": "上海市长江路1号"}, None)
    assert early.json()["code"] == "survey_unfinished"
    assert unknown.json()["code"] == "item_unknown"
    assert theirs.status_code in {403, 404}
    assert unsigned.json()["code"] == "survey_unsigned"
    assert (handed["submitted_on"], handed["state"], handed["signed_by"]) == (
        "2026-06-30",
        "handed_in",
        "credit",
    )
    assert ok(asking.post(f"{path}/submit", {"signed": True}, key="k-1")) == handed
    assert asking.post(f"{path}/submit", {"signed": True}).json()["code"] == "survey_unknown"
    assert [one["id"] for one in ok(asking.get("/customers/C-1/surveys"))] == [begun["id"]]
    assert "上海市长江路1号" in str(ok(asking.get("/customers/C-1/file")))


def test_one_of_two_facts_is_let_hold() -> None:
    asking = program("credit")
    told = {"item": "address", "channel": "own_dealings", "source": "合同", "true_on": "2026-05-01"}
    first = ok(asking.post("/customers/C-1/facts", {**told, "value": "长江路1号"}), 201)["id"]
    ok(asking.post("/customers/C-1/facts", {**told, "value": "黄河路2号", "source": "名片"}), 201)

    done = ok(program("admin").post(f"/facts/{first}/settle", {"evidence": "现场查看"}))

    assert done == {"id": first}
    facts = {
        fact["value"]: fact["verification"]
        for dimension in ok(asking.get("/customers/C-1/file"))["dimensions"]
        for item in dimension["items"]
        if item["code"] == "address"
        for fact in item["facts"] + item["history"]
    }
    assert facts["长江路1号"] == "verified"
    assert facts.get("黄河路2号") in {None, "disputed"}
    assert Entry.objects.filter(act="customers.verify_fact", outcome="done").exists()


def test_an_item_of_the_sites_own_is_classified() -> None:
    asking = program("admin")
    ok(asking.post("/customers/C-1/facts", {"item": "parking", "value": "5", "channel": "own_dealings"}), 201)
    assert ok(asking.get("/unclassified-items")) == [{"code": "parking", "facts": 1}]

    ok(asking.ask("PUT", "/file-items/parking", {"dimension": 3, "credit": "asset", "name": "车位数"}))

    assert ok(asking.get("/unclassified-items")) == []
    assert "parking" in [item["code"] for item in ok(asking.get("/file-items"))]
    wrong = asking.ask("PUT", "/file-items/address", {"dimension": 3, "credit": "asset", "name": "地址"})
    assert wrong.json()["code"] == "item_unknown"


def test_a_sender_is_named_once() -> None:
    asking = program("credit")
    made = ok(asking.post("/import-sources", {"kind": "bills", "name": "金蝶导出"}), 201)

    again = ok(asking.post("/import-sources", {"kind": "bills", "name": "金蝶导出"}), 201)

    assert again == made
    assert made["code"] in [one["code"] for one in ok(asking.get("/import-sources?kind=bills"))]
    assert asking.post("/import-sources", {"kind": "colours", "name": "x"}).json()["code"] == "kind_unknown"


def test_what_is_left_to_settle_is_told() -> None:
    asking = program("credit")
    paid = {"receipt_no": "R-9", "received_on": "2026-05-01", "amount": "5.00"}
    ok(asking.post("/customers/C-1/receipts", paid), 201)

    found = ok(asking.get("/customers/C-1/open-items"))

    assert [(one["no"], one["left"]["amount"]) for one in found["bills"]] == [("B-C-1", "700.00")]
    assert [(one["no"], one["left"]["amount"]) for one in found["receipts"]] == [("R-9", "5.00")]
    assert found["credit_bills"] == []
    assert program("wang").get("/customers/C-2/open-items").status_code == 404


@pytest.mark.req("SIX-14")
def test_a_program_reads_checks_and_adopts_a_form() -> None:
    asking = program("credit")
    told = ok(asking.get("/survey-forms/fou_survey"))
    text = told["text"].replace("code: fou_survey", "code: visit")

    wrong = ok(asking.post("/survey-form-checks", {"text": text.replace("- phone", "- shoe_size")}))
    refused = asking.post(
        "/survey-forms", {"text": text.replace("- phone", "- shoe_size"), "effective_from": "2026-06-30"}
    )
    kept = ok(asking.post("/survey-forms", {"text": text, "effective_from": "2026-06-30"}), 201)

    assert (wrong["ok"], "shoe_size" in wrong["problems"][0]) == (False, True)
    assert (refused.status_code, refused.json()["code"]) == (422, "form_invalid")
    forms = {one["code"]: one for one in ok(asking.get("/survey-forms"))}
    assert (forms["visit"]["sha256"], forms["fou_survey"]["sha256"]) == (kept["sha256"], "")
    assert ok(asking.post("/survey-form-checks", {"text": text})) == {"ok": True, "problems": []}
    assert (
        program("wang").post("/survey-forms", {"text": text, "effective_from": "2026-06-30"}).status_code
        == 403
    )
    begun = ok(asking.post("/customers/C-1/surveys", {"form": "visit", "channel": "bank"}), 201)
    assert begun["form"] == "visit"


@pytest.mark.req("ADV-06", "RR-17")
def test_a_report_is_turned_down_by_a_program() -> None:
    asking, reviewing = program("wang"), program("credit")
    form = next(one for one in ok(asking.get("/survey-forms")) if one["code"] == "adv_investigation")
    begun = ok(asking.post("/customers/C-1/surveys", {"form": form["code"], "channel": "observation"}), 201)
    path = f"/surveys/{begun['id']}"
    answers = dict.fromkeys(form["items"]) | {"phone": "13800000001"}
    ok(asking.post(f"{path}/answers", {"answers": answers}))
    early = reviewing.post(f"{path}/reject", {"reason": "虚假"})
    ok(asking.post(f"{path}/submit", {"signed": True}))

    without = reviewing.post(f"{path}/reject", {"reason": " "})
    own = asking.post(f"{path}/reject", {"reason": "虚假"})
    theirs = program("li").post(f"{path}/reject", {"reason": "虚假"})
    done = ok(reviewing.post(f"{path}/reject", {"reason": "虚假"}, key="r-1"))
    again = reviewing.post(f"{path}/reject", {"reason": "虚假"})

    assert (early.status_code, early.json()["code"]) == (409, "survey_not_there")
    assert without.json()["code"] == "field_invalid"
    assert own.status_code == 403
    assert theirs.status_code in {403, 404}
    assert (done["state"], done["returned_why"]) == ("rejected", "虚假")
    assert ok(reviewing.post(f"{path}/reject", {"reason": "虚假"}, key="r-1")) == done
    assert again.json()["code"] == "survey_not_there"
    facts = [
        fact
        for dimension in ok(reviewing.get("/customers/C-1/file"))["dimensions"]
        for item in dimension["items"]
        if item["code"] == "phone"
        for fact in item["facts"] + item["history"]
    ]
    assert [(fact["value"], fact["verification"]) for fact in facts] == [("13800000001", "disputed")]


@pytest.mark.req("NET-05", "SIX-15")
def test_contradictions_of_customers_within_reach_are_listed() -> None:
    asking = program("admin")
    for no, channel, value in (
        ("C-1", "customer", "021-1"),
        ("C-1", "registry", "021-2"),
        ("C-2", "customer", "020-1"),
        ("C-2", "registry", "020-1"),  # the same: no contradiction
    ):
        fact = {
            "item": "phone",
            "value": value,
            "channel": channel,
            "source": "登记",
            "true_on": "2026-05-01",
        }
        ok(asking.post(f"/customers/{no}/facts", fact), 201)
    for channel, value in (("customer", "6222000011112222"), ("bank", "6222000011113333")):
        fact = {
            "item": "bank_account",
            "key": "1",
            "value": value,
            "channel": channel,
            "source": "x",
            "true_on": "2026-05-01",
        }
        ok(asking.post("/customers/C-2/facts", fact), 201)

    found = ok(program("admin").get("/contradictions"))

    assert [(one["customer_no"], one["item"]) for one in found if one["item"] == "phone"] == [
        ("C-1", "phone")
    ]
    assert found[0]["told"] == [
        {"channel": "customer", "value": "021-1", "true_on": "2026-05-01"},
        {"channel": "registry", "value": "021-2", "true_on": "2026-05-01"},
    ]
    assert "6222" not in str(found)
    assert [one["customer_no"] for one in ok(program("wang").get("/contradictions"))] == ["C-1"]
    assert {one["customer_no"] for one in ok(program("li").get("/contradictions"))} <= {"C-2"}
    assert len(ok(asking.get("/contradictions?limit=1"))) == 1
    assert asking.get("/contradictions?limit=0").status_code == 422
    assert Program("").get("/contradictions").status_code == 401
