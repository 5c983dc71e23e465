"""A program opens consumers, tells readings and reads them back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.api.conftest import program
from tests.web.api.test_api_acts import ok
from xinheng.runs.services import business_day

pytestmark = pytest.mark.usefixtures("office")


@pytest.mark.any_database
def test_consumers_and_readings_by_program() -> None:
    asking, day = program("credit"), business_day().isoformat()
    new = {"consumer_no": "E-1", "name": "王某", "opened_on": "2024-01-01", "capacity_kva": "8"}
    opened = ok(asking.post("/metering/consumers", new, key="k1"), 201)
    assert (opened["consumer_no"], opened["capacity_kva"], opened["voltage"]) == ("E-1", "8.00", "low")
    assert ok(asking.post("/metering/consumers", new, key="k1"), 201) == opened  # once only
    assert asking.post("/metering/consumers", new).json()["code"] == "consumer_taken"
    wrong = new | {"consumer_no": "E-2", "licence": "91110108551385082A"}
    assert asking.post("/metering/consumers", wrong).json()["code"] == "licence_wrong"

    def told(*days: tuple[str, str, float | None], **more: Any) -> dict[str, Any]:
        rows = [{"consumer": no, "day": on, "kwh": kwh} for no, on, kwh in days]
        answer: dict[str, Any] = ok(asking.post("/metering/readings", {"readings": rows, **more}))
        return answer

    refused = told(("E-1", "2026-05-01", 5), ("E-9", "2026-05-01", 5))
    assert (refused["state"], refused["causes"]) == ("refused", {"unknown_consumer": 1})
    assert refused["samples"][0]["value"] == "E-9"
    taken = told(("E-1", "2026-05-01", 5), ("E-1", "2026-05-02", None))
    assert (taken["state"], taken["new"]) == ("posted", 2)
    found = ok(asking.get(f"/metering/consumers/E-1/readings?since=2026-05-01&until={day}"))
    assert found == [
        {"day": "2026-05-01", "kwh": 5.0, "marks": []},
        {"day": "2026-05-02", "kwh": None, "marks": ["missing"]},
    ]
    change = {"capacity_kva": "16", "from_on": "2026-06-01", "reason": "增容"}
    assert ok(asking.post("/metering/consumers/E-1/supply", change))["capacity_kva"] == "16.00"
    page = ok(asking.get("/metering/consumers?text=王"))
    assert [one["consumer_no"] for one in page["items"]] == ["E-1"]
    assert ok(asking.get("/metering/areas/success?since=2026-05-01&until=2026-05-31"))[0]["read"] == 1
    files = ok(asking.get("/metering/files"))
    assert [one["state"] for one in files] == ["posted", "refused"]
    assert asking.get("/metering/files/999999").json()["code"] == "batch_unknown"
    assert len(ok(asking.get(f"/metering/files/{files[1]['batch_no']}/rejected"))) == 1
