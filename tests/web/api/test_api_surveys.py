"""Questionnaires, facts that contradict each other, items of the site's own, senders of files."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import program
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
