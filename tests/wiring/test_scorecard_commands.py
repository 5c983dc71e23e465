"""A scorecard by command alone: fitted to a table, read, and scoring another."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.indicators.ledger import customer
from tests.judgements.scorecards.simulated import firms
from tests.wiring.conftest import Typed
from xinheng.facts.customers.models import FileFact

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_card_is_fitted_to_a_chinese_csv_and_scores_rows_it_has_not_seen(
    founded: Typed, tmp_path: Path
) -> None:
    table, new = tmp_path / "历史.csv", tmp_path / "new.csv"
    card, report = tmp_path / "card.yaml", tmp_path / "report.md"
    rows = firms(400)
    table.write_bytes(rows.write_csv().encode("gb18030"))
    rows.drop("违约").tail(30).write_csv(new)

    told = founded.json(
        "scorecard", "fit", str(table), "--outcome", "违约", "--group", "企业", "--folds", "2", "--repeats", "1",
        "--out", str(card), "--report", str(report),
    )  # fmt: skip
    founded.run("policies", "check", str(card))
    scored = founded.run("scorecard", "predict", str(card), str(new), "--id", "企业").stdout

    assert told["report"]["contestants"]["card"]["auc"] > 0.65
    assert "未做拒绝推断" in report.read_text(encoding="utf-8")
    found = list(csv.DictReader(scored.splitlines()))
    assert [row["企业"] for row in found] == rows["企业"].tail(30).to_list()
    assert {row["state"] for row in found} == {"graded"}
    assert all(0 < float(row["chance_of_bad"]) < 1 for row in found)
    by_score = sorted(found, key=lambda row: float(row["score"]))
    chances = [float(row["chance_of_bad"]) for row in by_score]
    assert chances == sorted(chances, reverse=True)


def test_what_cannot_be_fitted_is_refused_in_words_and_nothing_is_written(
    founded: Typed, tmp_path: Path
) -> None:
    table, card = tmp_path / "t.csv", tmp_path / "card.yaml"
    table.write_text("x,y\n" + "1,0\n" * 30, encoding="utf-8")
    told = founded.json("scorecard", "fit", str(table), "--outcome", "y", "--out", str(card), code=1)
    unknown = founded.json("scorecard", "fit", str(table), "--outcome", "z", "--out", str(card), code=1)
    gone = founded.json("scorecard", "fit", str(tmp_path / "no.csv"), "--outcome", "y", code=1)

    assert told["refused"] == "one_outcome_only"
    assert (unknown["refused"], unknown["params"]["column"]) == ("column_unknown", "z")
    assert gone["refused"] == "table_unreadable"
    assert not card.exists()


def test_a_table_of_own_history_tells_who_was_flagged_after_the_day(founded: Typed, tmp_path: Path) -> None:
    who = [customer(f"F-{place}") for place in (1, 2)]
    FileFact.objects.create(
        customer=who[0], item="dishonest_debtor", value="yes", true_on="2024-08-01", told_on="2024-08-02",
        channel="public", source="法院", told_by="lin",
    )  # fmt: skip
    table = tmp_path / "history.csv"
    asked = ["scorecard", "table", str(table), "--day", "2024-06-30", "--within-months", "6", "--flag"]
    refused = founded.json(*asked, "dishonest_debtor", "--flag-value", "maybe", code=1)
    assert refused["refused"] == "flag_invalid"
    assert not table.exists()

    founded.json(*asked, "dishonest_debtor")
    found = {
        row["customer_no"]: row["flagged"] for row in csv.DictReader(table.read_text("utf-8").splitlines())
    }
    assert (found["F-1"], found["F-2"]) == ("1", "0")
