"""What is due, tasks and fines on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.wiring.conftest import Typed
from xinheng.base.access.models import Unit
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_task_a_fine_and_the_night_by_command(founded: Typed, tmp_path: Path) -> None:
    today: Any = business_day()
    code = Unit.objects.get().code
    kept = founded.json(
        "duties", "order", "整理档案", code, "--due", str(today), "--owner", "admin", "--every", "year"
    )
    (due,) = founded.json("duties", "list")
    assert (due["kind"], due["words"], due["owner"]) == ("duties.order", "整理档案", "admin")
    assert "整理档案" in founded.run("duties", "list").output
    assert founded.json("duties", "done", str(kept["id"]), "已完成") == {"id": kept["id"]}
    founded.run("duties", "done", str(kept["id"]), "已完成", code=1)

    told = founded.json("duties", "breach", "veh.sales_late", "LSV1", "--person", "admin", "--unit", code)
    assert (told["fine"], told["nth"], told["state"]) == ("50.00", 1, "proposed")
    assert [row["cause"] for row in founded.json("duties", "fines", "LSV1")] == ["LSV1"]
    refused = founded.json(
        "duties", "breach", "veh.none", "LSV2", "--person", "admin", "--unit", code, code=1
    )
    assert refused["refused"] == "duty_invalid"
    written = tmp_path / "fines.xlsx"
    assert founded.json("duties", "sheet", str(written))["bytes"] == written.stat().st_size
    assert founded.json("duties", "rates") == founded.json("duties", "reports", "grp") == []
    assert founded.json("duties", "night") == {"late": 0, "repeated": 0, "told": 0}
