"""A clerk's program: opens customers, posts bills, keeps the file, gives people their rights."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.web.api.conftest import Program, program

pytestmark = pytest.mark.usefixtures("office")


def ok(answer: object, status: int = 200) -> dict:  # type: ignore[type-arg]
    """The JSON of an answer that must have worked."""
    assert answer.status_code == status, answer.content  # type: ignore[attr-defined]
    return answer.json()  # type: ignore[attr-defined, no-any-return]


def _item(file: dict, code: str) -> dict:  # type: ignore[type-arg]
    items = [item for one in file["dimensions"] for item in one["items"]]
    return next(item for item in items if item["code"] == code)


def test_the_list_pages_and_filters() -> None:
    asking = program("credit")
    first = ok(asking.get("/customers?limit=2"))
    second = ok(asking.get(f"/customers?limit=2&after={first['next']}"))

    assert [row["no"] for row in first["items"] + second["items"]] == ["C-1", "C-2", "P-1"]
    assert second["next"] is None
    assert [row["no"] for row in ok(asking.get("/customers?q=长江"))["items"]] == ["C-1"]
    assert [row["no"] for row in ok(asking.get("/customers?industry_section=C"))["items"]] == ["C-2"]
    assert ok(asking.get("/customers?region=北京"))["items"] == []


def test_a_customer_is_opened_renamed_closed_and_opened_again() -> None:
    asking = program("credit")
    new = {
        "no": "C-9", "name": "黄河实业有限公司", "industry": "C", "revenue": "1234567.80", "unit_code": "EAST",
        "person_login": "wang",
    }  # fmt: skip
    kept = ok(asking.post("/customers", new), 201)
    assert (kept["revenue"], kept["status"]) == ("1234567.80", "active")

    like = asking.post("/customers", {**new, "no": "C-10"})
    assert (like.status_code, like.json()["code"]) == (409, "like_names_exist")
    assert like.json()["params"]["nos"] == ["C-9"]
    assert ok(asking.get("/like-names?name=黄河实业股份有限公司"))[0]["no"] == "C-9"

    assert ok(asking.post("/customers/C-9/rename", {"name": "新黄河公司"}))["former_names"] == [new["name"]]
    assert ok(asking.post("/customers/C-9/close", {"reason": "停业"}))["status"] == "closed"
    assert asking.post("/customers/C-9/rename", {"name": "x"}).json()["code"] == "customer_closed"
    assert ok(asking.post("/customers/C-9/reopen", {"reason": "误关"}))["status"] == "active"
    wrong = asking.post("/customers/C-9/codes", {"uscc": "91110000000000000X"})
    assert wrong.json()["code"] == "identifier_wrong"


def test_bills_receipts_and_settlements() -> None:
    asking = program("credit")
    bill = {"bill_no": "B-9", "billed_on": "2026-05-01", "due_on": "2026-05-31", "amount": "500.00"}
    ok(asking.post("/customers/C-1/bills", bill), 201)
    assert asking.post("/customers/C-1/bills", bill).json()["code"] == "bill_posted"
    paid = {"receipt_no": "R-9", "received_on": "2026-06-02", "amount": "600.00"}
    ok(asking.post("/customers/C-1/receipts", paid), 201)
    cleared = {"bill_no": "B-9", "settled_on": "2026-06-02", "amount": "500.00", "receipt_no": "R-9"}
    settlement = ok(asking.post("/customers/C-1/settlements", cleared), 201)["id"]

    rows = {row["bill_no"]: row for row in ok(asking.get("/customers/C-1/bills"))["items"]}
    assert (rows["B-9"]["open"]["amount"], rows["B-9"]["settled_on"]) == ("0.00", "2026-06-02")
    balance = ok(asking.get("/customers/C-1/balance"))
    assert balance["prepaid"] == [{"amount": "100.00", "currency": "CNY"}]
    earlier = ok(asking.get("/customers/C-1/balance?as_of=2026-05-15"))
    assert earlier["open"] == [{"amount": "1200.00", "currency": "CNY"}]

    ok(asking.post(f"/customers/C-1/settlements/{settlement}/reverse", {"reason": "错记"}))
    ok(asking.post("/customers/C-1/receipts/void", {"receipt_no": "R-9", "reason": "退票"}))
    ok(asking.post("/customers/C-1/bills/correct", {**bill, "amount": "450.00", "reason": "折让"}), 201)
    ok(asking.post("/customers/C-1/bills/void", {"bill_no": "B-9", "reason": "作废"}))
    receipts = {
        row["receipt_no"]: row["is_void"] for row in ok(asking.get("/customers/C-1/receipts"))["items"]
    }
    assert receipts == {"R-9": True, "R-1": False}
    months = ok(asking.get("/customers/C-1/payments?months=6"))
    assert [month["month"] for month in months][-1] == "2026-06-01"
    assert len(months) == 6


def test_bills_page_without_a_gap() -> None:
    asking = program("credit")
    for day in range(1, 8):
        bill = {
            "bill_no": f"N-{day}",
            "billed_on": f"2026-05-0{day}",
            "due_on": "2026-05-31",
            "amount": "1.00",
        }
        ok(asking.post("/customers/C-2/bills", bill), 201)
    seen, after = [], ""
    while after is not None:
        page = ok(asking.get(f"/customers/C-2/bills?limit=3&after={after}"))
        seen += [row["bill_no"] for row in page["items"]]
        after = page["next"]
    assert seen == [f"N-{day}" for day in range(7, 0, -1)] + ["B-C-2"]


def test_the_file_is_told_and_verified_by_someone_else() -> None:
    asking = program("credit")
    code = next(
        item["code"] for item in ok(asking.get("/file-items"))
        if item["type"] == "text" and not item["needs_source"] and not item["sensitive"] and not item["personal"]
    )  # fmt: skip
    fact = {
        "item": code,
        "value": "良好",
        "channel": "observation",
        "source": "走访记录",
        "true_on": "2026-06-01",
    }
    told = ok(asking.post("/customers/C-1/facts", fact), 201)["id"]

    own = asking.post(f"/facts/{told}/verdict", {"holds": True, "evidence": "凭证"})
    assert own.json()["code"] == "own_fact_verified"
    ok(program("admin").post(f"/facts/{told}/verdict", {"holds": True, "evidence": "凭证"}))

    found = ok(asking.get("/customers/C-1/file"))
    items = [item for one in found["dimensions"] for item in one["items"]] + found["unclassified"]
    kept = next(item for item in items if item["code"] == code)
    assert (kept["facts"][0]["value"], kept["facts"][0]["verified_by"]) == ("良好", "admin")
    assert len(found["dimensions"]) == 6
    paid = {"receipt_no": "R-Y", "received_on": "2026-06-02", "amount": "600.00"}
    before = _item(ok(asking.get("/customers/C-1/file")), "receipts_year")["ledger_value"]
    ok(asking.post("/customers/C-1/receipts", paid), 201)
    year = _item(ok(asking.get("/customers/C-1/file")), "receipts_year")
    assert year["basis"] == "ledger"
    assert Decimal(year["ledger_value"]) == Decimal(before or 0) + 600
    assert _item(ok(asking.get("/customers/C-1/file?as_of=2020-01-01")), code)["facts"] == []
    assert ok(asking.get("/file-quality"))["customers"] == 3


def test_people_answer_for_customers_by_date() -> None:
    asking = program("credit")
    history = ok(
        asking.post("/customers/C-1/responsibilities", {"unit_code": "SOUTH", "person_login": "li"}), 201
    )
    assert [row["person_login"] for row in history] == ["li", "wang"]
    assert program("wang").get("/customers/C-1").status_code == 404
    assert program("li").get("/customers/C-1").status_code == 200

    contact = ok(asking.post("/customers/C-1/contacts", {"name": "李经理", "phone": "02112345678"}), 201)[
        "id"
    ]
    ok(asking.post(f"/customers/C-1/contacts/{contact}/end"))
    assert [row["name"] for row in ok(asking.get("/customers/C-1/contacts"))] == ["陈经理"]
    link = {"relation": "shareholder", "other_name": "王某", "share": "0.6"}
    made = ok(asking.post("/customers/C-1/related-parties", link), 201)
    assert Decimal(made["share"]) == Decimal("0.6")
    more = asking.post("/customers/C-1/related-parties", {**link, "other_name": "赵某"})
    assert more.json()["code"] == "shares_exceed"
    ok(asking.post(f"/customers/C-1/related-parties/{made['id']}/end", {"until_on": "2026-06-30"}))


def test_statements_come_in_and_are_checked() -> None:
    asking = program("admin")
    codes = {line["code"]: line for line in ok(asking.get("/statement-lines"))}
    assert "total_assets" in codes
    statement = {"period_end": "2025-12-31", "figures": {"total_assets": "1000.00"}, "openings": {}}
    ok(asking.post("/customers/C-1/statements", statement), 201)

    told = ok(asking.get("/customers/C-1/statements"))
    assert told[0]["figures"][0]["amount"] == {"amount": "1000.00", "currency": "CNY"}
    unknown = asking.post("/customers/C-1/statements", {**statement, "figures": {"colour": "1.00"}})
    assert unknown.json()["code"] == "line_unknown"
    lone = asking.post("/customers/C-1/statements", {**statement, "openings": {"cash": "1.00"}})
    assert lone.status_code == 422
    assert ok(asking.get("/customers/C-1/trade"))["months"] == []


def test_an_administrator_gives_and_takes_rights() -> None:
    asking = program("admin")
    person = {"login": "new", "name": "新人", "password": "長夜-lamp-2026", "role": "analyst", "unit": "HQ"}
    ok(asking.post("/units", {"code": "WEST", "name": "西部", "kind": "department", "parent": "HQ"}), 201)
    assert ok(asking.post("/people", person), 201)["must_change_password"] is True
    weak = asking.post("/people", {**person, "login": "weak", "password": "123"})
    assert weak.json()["code"] == "password_weak"
    held = ok(asking.post("/assignments", {"login": "new", "role": "archivist", "unit": "WEST"}), 201)
    assert [row["role"] for row in ok(asking.get("/assignments?login=NEW"))["items"]] == [
        "analyst",
        "archivist",
    ]
    ok(asking.post(f"/assignments/{held['id']}/end"))
    ok(asking.post("/units/WEST/close"))
    role = {"name": "前台", "name_en": "Desk", "permits": ["customers.read"], "reach": "unit"}
    assert ok(asking.ask("PUT", "/roles/desk", role))["permits"] == ["customers.read"]
    assert "desk" in [row["code"] for row in ok(asking.get("/roles"))]
    assert asking.ask("PUT", "/roles/auditor", role).json()["code"] == "role_shipped"
    assert ok(asking.post("/people/new/unlock")) == {"attempts": 0}
    ok(asking.post("/people/new/password", {"password": "長夜-lamp-2027"}))
    assert ok(asking.post("/people/new/deactivate", {"reason": "离职"}))["is_active"] is False
    assert ok(asking.post("/people/new/reactivate", {"password": "長夜-lamp-2028"}))["is_active"] is True
    units = [row["code"] for row in ok(asking.get("/units"))]  # in the order of the tree
    assert (units[0], sorted(units[1:])) == ("HQ", ["EAST", "SOUTH", "WEST"])
    assert "wang" in [row["login"] for row in ok(asking.get("/people?limit=200"))["items"]]


def test_a_token_is_made_used_and_revoked() -> None:
    asking = program("admin")
    wanted = {"name": "erp", "permits": ["customers.read"], "expires_on": "2026-12-31", "login": "credit"}
    made = ok(asking.post("/tokens", wanted), 201)
    assert ok(Program(made["token"]).get("/me"))["login"] == "credit"
    assert "token" not in ok(asking.get("/tokens"))["items"][0]

    ok(asking.post(f"/tokens/{made['id']}/revoke"))

    assert Program(made["token"]).get("/me").status_code == 401


def test_the_trail_is_searched_and_verified() -> None:
    asking = program("auditor")
    first = ok(asking.get("/audit?limit=2"))
    second = ok(asking.get(f"/audit?limit=2&after={first['next']}"))
    assert first["items"][-1]["id"] > second["items"][0]["id"]
    bills = ok(asking.get("/audit?act=receivables.*&subject=customer:C-1"))["items"]
    assert bills
    assert {row["subject"] for row in bills} == {"customer:C-1"}
    assert ok(asking.get("/audit/verification"))["ok"] is True
    assert program("wang").get("/audit").status_code == 403


def test_policies_are_checked_adopted_and_listed() -> None:
    asking = program("credit")
    shipped = __import__("xinheng.base.packs.services", fromlist=["shipped"]).shipped()[0]
    assert ok(asking.get("/policies")) == []
    checked = ok(asking.post("/policy-checks", {"text": shipped.text}))
    assert (checked["ok"], checked["code"]) == (True, shipped.header.code)
    wrong = ok(asking.post("/policy-checks", {"text": "kind: rating\ncode: x\n"}))
    assert wrong["ok"] is False
    assert wrong["problems"][0].startswith("第 1 行：")
    adopted = {"text": shipped.text, "effective_from": "2026-01-01"}
    kept = ok(asking.post("/policies", adopted), 201)
    further = {**adopted, "text": shipped.text.replace('version: "1"', 'version: "2"')}
    assert asking.post("/policies", further).json()["code"] == "policy_day_taken"
    further["effective_from"] = "2026-02-01"
    assert asking.post("/policies", further).json()["code"] == "chain_needed"
    assert asking.post("/policies", {**further, "past_chain_why": "监管要求"}).status_code == 403
    assert [row["sha256"] for row in ok(asking.get("/policies"))] == [kept["sha256"]]
    assert ok(asking.get("/policies?as_of=2025-12-31")) == []
    version = ok(asking.get(f"/policies/{kept['code']}/versions/{kept['version']}"))
    assert version["text"] == shipped.text
    assert len(ok(asking.get(f"/policies/{kept['code']}"))) == 1
    assert asking.get("/policies/x/versions/1").json()["code"] == "policy_unknown"
    assert "properties" in ok(asking.get("/policy-schema"))


def test_a_number_with_a_slash_is_reached() -> None:
    asking = program("credit")
    ok(asking.post("/customers", {"no": "01/C-9", "name": "黄河公司"}), 201)
    bill = {"bill_no": "B-9", "billed_on": "2026-05-01", "due_on": "2026-05-31", "amount": "500.00"}

    ok(asking.post("/customers/01/C-9/bills", bill), 201)

    assert ok(asking.get("/customers/01%2FC-9"))["name"] == "黄河公司"
    assert ok(asking.get("/customers/01/C-9/balance"))["open"][0]["amount"] == "500.00"
