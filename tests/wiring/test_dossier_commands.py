"""Dossiers on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wiring.conftest import Typed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]
VIN = "1M8GDM9AXKP042788"


def test_a_dossier_is_kept_by_command(founded: Typed, tmp_path: Path) -> None:
    kinds = {row["kind"]: row["papers"] for row in founded.json("dossiers", "kinds")}
    assert (kinds["veh_new_car"], kinds["ctr_contract"]) == (13, 13)
    facts = ("--fact", f"vin={VIN}", "--fact", "population=sold", "--fact", "party=person")
    opened = founded.json(
        "dossiers", "open", "veh_new_car", "沪A12345", "--subject", f"vehicle:{VIN}", *facts
    )
    again = founded.json(
        "dossiers", "open", "veh_new_car", "二", "--subject", f"vehicle:{VIN}", *facts, code=1
    )
    assert again["refused"] == "dossier_exists"
    no = opened["no"]
    file = tmp_path / "发票.txt"
    file.write_text("购车发票", "utf-8")
    paper = founded.json("dossiers", "add", no, str(file), "--line", "invoice", "--form", "copy")
    assert founded.json("dossiers", "file", paper["label"])["number"].startswith("XH01-ZY·")
    founded.json("dossiers", "stage", no, "invoice", "arrange")
    refused = founded.json("dossiers", "line", no, "photo", "not_applicable", code=1)
    assert refused["refused"] == "dossier_reason_missing"
    founded.json("dossiers", "line", no, "photo", "not_applicable", "--why", "未拍照")
    (row,) = founded.json("dossiers", "list", VIN)
    assert (row["no"], row["asked"], row["present"], row["missing"]) == (no, 10, 1, 9)
    assert len(founded.json("dossiers", "missing", "--kind", "veh_new_car")) == 9
    shown = founded.json("dossiers", "show", no)
    assert {line["line"] for line in shown["lines"] if line["labels"]} == {"invoice"}
    assert "购车发票复印件" in founded.run("dossiers", "show", no).stdout
    founded.json("dossiers", "withdraw", paper["label"], "重复")
    assert [
        one["void"] for one in founded.json("dossiers", "numbers") if one["series"].startswith("XH01")
    ] == [1]
    assert founded.json("dossiers", "show", "ZY·2020-1", code=1)["refused"] == "dossier_unknown"
