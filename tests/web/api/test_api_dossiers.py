"""A program opens a dossier, says what comes later, puts a paper in and files it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.api.conftest import TODAY, program
from tests.web.api.test_api_acts import ok

pytestmark = pytest.mark.usefixtures("office")
VIN = "1M8GDM9AXKP042788"


def test_dossiers() -> None:
    asking = program("credit")
    kinds = {kind["code"]: kind for kind in ok(asking.get("/dossier-kinds"))}
    assert len(kinds["veh_new_car"]["lines"]) == 13
    new = {"kind": "veh_new_car", "title": "沪A12345", "subject": f"vehicle:{VIN}",
           "facts": {"vin": VIN, "population": "sold", "party": "company"}}  # fmt: skip
    dossier = ok(asking.post("/dossiers", new, key="o1"), 201)
    assert ok(asking.post("/dossiers", new, key="o1"), 201)["no"] == dossier["no"]
    again = asking.post("/dossiers", new, key="o2")
    assert (again.status_code, again.json()["code"]) == (409, "dossier_exists")
    wrong = asking.post("/dossiers", {**new, "facts": {"vin": "X"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "dossier_invalid")
    assert (dossier["completeness"]["asked"], dossier["completeness"]["share"]) == (11, 0)

    here = f"/dossiers/{dossier['no']}"
    ok(asking.post(f"{here}/lines/vehicle_licence", {"state": "later", "until": "2026-07-15"}))
    sent = {
        "item": "sales_contract",
        "title": "销售合同",
        "copy_form": "copy",
        "file": SimpleUploadedFile("a.txt", "合同".encode()),
    }
    paper = ok(asking.send(f"{here}/papers", sent, key="p1"), 201)
    assert (paper["version"], len(paper["sha256"])) == (1, 64)
    sheet = ok(
        asking.send(
            f"{here}/papers",
            {"item": "invoice", "title": "发票", "copy_form": "copy", "has_original": "true"},
        ),
        201,
    )
    assert sheet["sha256"] is None
    number = ok(asking.post(f"/papers/{paper['label']}/file"))["number"]
    assert number == f"XH01-ZY·{TODAY.year}-D10-HQ-0001"
    staged = ok(asking.post(f"{here}/lines/invoice/stage", {"stage": "arrange"}))
    states = {line["code"]: line["state"] for line in staged["lines"]}
    assert (states["sales_contract"], states["vehicle_licence"], states["invoice"]) == (
        "flagged",
        "later",
        "present",
    )
    assert staged["completeness"]["asked"] == 10
    missing = ok(asking.get("/missing-papers?kind=veh_new_car"))
    assert (missing["total"], {one["dossier"] for one in missing["items"]}) == (8, {dossier["no"]})
    ended = ok(asking.post(f"/papers/{sheet['label']}/withdraw", {"why": "重复"}))
    assert ended["state"] == "withdrawn"
    assert ok(asking.get(f"/papers/{sheet['label']}"))["state"] == "withdrawn"
    assert [one["no"] for one in ok(asking.get("/dossiers?only=incomplete"))["items"]] == [dossier["no"]]

    other = program("li")  # another unit's salesperson: the file is not there
    assert other.get(here).status_code == 404
    assert ok(other.get("/dossiers"))["items"] == []
    assert program("auditor", "customers.read").get("/dossiers").status_code == 403
