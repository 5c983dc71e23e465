"""A program registers letters, plans visits, follows matters and reads the lists."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import program
from tests.web.api.test_api_acts import ok
from xinheng.runs.services import business_day

pytestmark = pytest.mark.usefixtures("office")


@pytest.mark.any_database
def test_letters_visits_and_matters() -> None:
    asking, day = program("credit"), business_day().isoformat()
    entry = {"kind": "fax", "direction": "in", "sender": "刘总", "receiver": "信用部", "about": "询价",
             "passed_on": day, "party": "某公司"}  # fmt: skip
    no = ok(asking.post("/care/register", entry, key="k1"), 201)["no"]
    assert ok(asking.post("/care/register", entry, key="k1"), 201)["no"] == no  # once only
    holding = ok(asking.get("/care/lists/register?state=holding"))
    assert (holding["total"], holding["rows"][0][0], holding["rows"][0][3]) == (1, no, "某公司")
    joined = asking.post(f"/care/register/{no}/join", {"customer_no": "C-2"}, key="k2")
    assert ok(joined) == ok(asking.post(f"/care/register/{no}/join", {"customer_no": "C-2"}, key="k2"))
    assert asking.post(f"/care/register/{no}/join", {"customer_no": "C-2"}).json()["code"] == "care_done"
    assert asking.post("/care/register", entry | {"kind": "horse"}).json()["code"] == "care_invalid"

    visit = ok(asking.post("/customers/C-2/visits-planned", {"occasion": "regular", "planned_on": day}), 201)
    record = {"happened_on": day, "report": "洽谈"}
    ok(asking.post(f"/care/visits/{visit['no']}/record", record))
    assert asking.post(f"/care/visits/{visit['no']}/call-off", {"why": "x"}).json()["code"] == "care_done"

    told = {"kind": "quality", "what": "渗漏", "reported_on": day, "reported_by": "客户", "amount": "12.50"}
    matter = ok(asking.post("/customers/C-2/matters", told), 201)["no"]
    closing = f"/care/matters/{matter}/close"
    assert asking.post(closing, {"result": "已换"}).json()["code"] == "care_confirmation_missing"
    ok(asking.post(f"/care/matters/{matter}/confirm", {"confirmed_by": "刘工"}))
    ok(asking.post(closing, {"result": "已换"}))

    ok(asking.post("/customers/C-2/reception", {"level": "vip", "stage": "contract"}), 201)
    back = asking.post("/customers/C-2/reception", {"level": "vip", "stage": "latent"})
    assert back.json()["code"] == "care_stage_refused"
    answers = {"product": "satisfied", "service": "average"}
    ok(asking.post("/customers/C-2/opinions", {"said_on": day, "answers": answers}), 201)
    found = ok(asking.get(f"/care/satisfaction?since={day}&until={day}"))
    assert (found["mean"], found["answered"], found["asked"]) == ("2.50", 2, 4)
    ok(asking.post("/customers/C-2/file-evaluations", {"finding": "齐全"}), 201)
    assert ok(asking.get("/care/lists/files?text=C-2"))["total"] == 1
    assert asking.get("/care/lists/horses").status_code == 422
