"""A past replayed on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.judgements.shadow.test_replays import FILES, POLICY
from tests.wiring.conftest import Typed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.req("ADV-23")
def test_a_past_is_replayed_listed_written_and_thrown_away(founded: Typed, tmp_path: Path) -> None:
    for name, text in {**FILES, "checks.yaml": POLICY}.items():
        (tmp_path / name).write_text(text, "utf-8")
    files = [str(tmp_path / name) for name in ("orders.csv", "bills.csv", "receipts.csv", "blocks.csv")]
    asked = ["--policy", str(tmp_path / "checks.yaml"), "--late", "20", "--until", "2026-06-01"]
    wrong = founded.json("shadow", "run", *files, *asked, "--limits", "by-feeling", code=1)
    assert wrong["refused"] == "shadow_plan_invalid"
    limits = ["--limits", str(tmp_path / "limits.csv")]

    done = founded.json("shadow", "run", *files, *asked, *limits, "--out", str(tmp_path / "out"))

    assert (done["all"]["held"], done["all"]["let_go"], done["agreement"]["both"]["orders"]) == (2, 1, 1)
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"summary.json", "orders.parquet", "customers.csv", "replay.xlsx"}
    assert json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["all"] == done["all"]
    assert pl.read_parquet(tmp_path / "out" / "orders.parquet").height == 5
    number = str(done["number"])
    assert [one["number"] for one in founded.json("shadow", "list")] == [done["number"]]
    shown = founded.run("shadow", "show", number).stdout
    assert "自动放行" in shown
    assert "未回放" in shown
    assert founded.json("shadow", "discard", number) == {"number": done["number"]}
    assert founded.json("shadow", "show", number, code=1)["refused"] == "shadow_unknown"
