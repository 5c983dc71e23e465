"""A program keeps the archive room: hands over, lends, takes back, counts."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import TODAY, program
from tests.web.api.test_api_acts import ok
from xinheng.base.access.models import Unit
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.custody import services
from xinheng.facts.custody.values import NewPlace

pytestmark = pytest.mark.usefixtures("office")


def test_custody() -> None:
    asking, unit = program("credit"), Unit.objects.order_by("path")[0]
    services.add_place(actor=system_actor(), on=TODAY, unit=unit, new=NewPlace("R1", "一号库", "room"))
    event = {"scheme": "veh_sales", "subject": "vehicle:LSV1", "from_unit": unit.code, "to_unit": unit.code,
             "started_on": TODAY.isoformat()}  # fmt: skip
    kept = ok(asking.post("/handovers", event, key="h1"), 201)
    assert ok(asking.post("/handovers", event, key="h1"), 201)["id"] == kept["id"]
    assert (kept["state"], kept["is_late"], kept["signed"]) == ("open", False, [])
    unknown = asking.post("/handovers", {**event, "scheme": "none"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "handover_scheme_unknown")
    listing = {"lines": [{"title": "销售合同", "pages": 12}, {"title": "行驶证", "is_missing": True}]}
    lines = ok(asking.post(f"/handovers/{kept['id']}/list", listing))["lines"]
    assert [(one["title"], one["is_missing"]) for one in lines] == [("销售合同", False), ("行驶证", True)]
    assert [one["id"] for one in ok(asking.get("/handovers?scheme=veh_sales"))["items"]] == [kept["id"]]
    assert ok(asking.get(f"/handovers/on-time?since={TODAY.isoformat()}")) == []

    dossier = ok(
        asking.post("/dossiers", {"kind": "lar_volume", "title": "档案卷", "subject": "volume:1"}), 201
    )
    new = {"dossier_no": dossier["no"], "way": "lend", "purpose": "核对"}
    empty = asking.post("/paper-slips", new)
    assert (empty.status_code, empty.json()["code"]) == (400, "custody_invalid")
    assert ok(asking.get("/paper-slips"))["items"] == []
    assert ok(asking.get("/paper-loans?out=true"))["items"] == []
    seen = ok(asking.post("/consultations", {"dossier_no": dossier["no"], "purpose": "签约前查阅"}), 201)
    assert (seen["login"], seen["way"]) == ("credit", "screen")
    ok(asking.post("/paper-places/put", {"code": dossier["no"], "place": "R1"}))
    assert [(one["code"], one["lies"]) for one in ok(asking.get("/paper-places"))] == [("R1", 1)]
    count = ok(asking.post("/stock-takes", {"place": "R1"}), 201)
    codes = {"codes": [{"code": dossier["no"], "place": "R1"}, {"code": "X-1"}]}
    assert ok(asking.post(f"/stock-takes/{count['id']}/codes", codes))["read"] == 2
    closed = ok(asking.post(f"/stock-takes/{count['id']}/close", {}))
    assert closed["counts"] == {"right": 1, "unknown": 1}
    assert ok(asking.get("/stock-takes"))[0]["id"] == count["id"]
    assert ok(asking.get("/paper-incidents")) == []
    assert program("auditor", "customers.read").get("/handovers").status_code == 403
