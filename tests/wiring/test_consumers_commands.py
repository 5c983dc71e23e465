"""Consumer risk at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import worlds
from tests.judgements.consumers.conftest import utility
from xinheng.judgements.consumers.models import CaseFigures, RiskRun
from xinheng.wiring.cli import consumers as commands

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def told(capsys: Any, act: Callable[..., Any], **given: Any) -> Any:
    with pytest.raises(SystemExit) as ended:
        act(**given, as_json=True)
    assert ended.value.code == 0, capsys.readouterr()
    return json.loads(capsys.readouterr().out)


@pytest.mark.req("PWR-12", "PWR-19")
def test_a_past_month_is_judged_as_things_stood_and_what_came_is_taken_from_the_bills(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As of 5 March the bills of February are open; H-1 and L-2 then pay late, L-1 and L-4 in time."""
    worlds.given(utility)

    made = told(capsys, commands.make_run, as_of="2026-03-05")

    assert (made["month"], made["method"], made["notes"]["basis_billed"]) == ("2026-03-01", "past", 5)
    shown = told(capsys, commands.show, what="risks", level="at_risk")
    assert [row[0] for row in shown["rows"]] == ["H-1", "L-2"]
    high, low = told(capsys, commands.actuals, run=made["run"])
    assert (high["late"], high["found"], high["late_amount"]) == (1, 1, "20000.00")
    assert (low["late"], low["recall"], low["precision"]) == (1, 1.0, 1.0)
    assert Decimal(low["by_number"]) == 1
    with pytest.raises(SystemExit):
        commands.show(what="plan", out=tmp_path / "plan.xlsx", as_json=True)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx").worksheets[0]
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["H-1", "L-2"]
    capsys.readouterr()
    counted = told(capsys, commands.actuals, run=made["run"], voltage="low", late=0, amount="0")
    assert counted[1]["recall"] is None
    assert RiskRun.objects.count() == 1


@pytest.mark.req("PWR-38")
def test_case_figures_points_and_balances(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    worlds.given(utility)
    found = told(capsys, commands.case, published=True)
    assert found["tables"]["accuracy"]["高压"][3] == "87.6 %"
    told(capsys, commands.case, template=tmp_path / "case.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "case.xlsx").worksheets[0]
    assert next(iter(sheet.values))[:2] == ("item", "value")
    assert CaseFigures.objects.count() == 1
    points = told(capsys, commands.points, no="L-1", code="manual", reason="私自启封")
    assert (points["points"], points["demerits"][0]["whole"]) == (650, 50)
    file = tmp_path / "balances.csv"
    file.write_text("consumer,amount\nL-1,12.00\n", encoding="utf-8")
    assert told(capsys, commands.balances, file=file) == {"balances": 1}
