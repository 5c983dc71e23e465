"""Figures made of two columns: found where they tell more than the columns, and rated by the engine."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from xinheng.judgements.policies import services as policies
from xinheng.judgements.scorecards import learning, pairing, scoring
from xinheng.judgements.scorecards.axes import Made
from xinheng.judgements.scorecards.preparing import prepare
from xinheng.judgements.scorecards.values import Choices, Columns

CHOICES = Choices(folds=2, repeats=1, challenger=False, items=4, own_names=False)


def ratios(rows: int = 700, *, of_both: bool = True) -> pl.DataFrame:
    """Debt and equity tell of default by their ratio alone, or by debt alone."""
    chance = np.random.default_rng(5)
    debt, equity = np.round(chance.lognormal(0, 1, rows), 2) + 0.01, np.round(chance.lognormal(0, 1, rows), 2)
    equity[:30] = 0
    told = np.log(debt / (equity + 0.05)) if of_both else np.log(debt)
    bad = chance.random(rows) < 1 / (1 + np.exp(-2.5 * told))
    return pl.DataFrame({"负债": debt, "equity": equity, "noise": chance.normal(size=rows), "bad": bad})


@pytest.mark.parametrize("of_both", [True, False])
def test_two_columns_are_put_in_relation_only_where_rows_not_seen_gain(*, of_both: bool) -> None:
    made = prepare(ratios(of_both=of_both), Columns("bad"))
    found = pairing.paired(made.features, made.bad, np.arange(len(made.bad)), CHOICES)

    if not of_both:
        assert found == ()
        return
    assert {found[0].left, found[0].right} == {"负债", "equity"}
    assert found[0].sign == "/"
    assert pairing.paired(made.features, made.bad, np.arange(len(made.bad)), Choices(pairs=0)) == ()


def test_amounts_are_only_divided_by_amounts() -> None:
    assert pairing._candidates("a", "b", frozenset({"a"})) == []
    assert {made.sign for made in pairing._candidates("a", "b", frozenset({"a", "b"}))} == {"/"}
    assert {made.name for made in pairing._candidates("a", "b", frozenset())} == {
        "a ÷ b", "a − b", "a + b", "a × b", "b ÷ a"
    }  # fmt: skip


def test_the_engine_reads_the_figure_as_a_term_and_a_division_by_nothing_is_not_known() -> None:
    table = ratios()
    fitted = learning.learn(table, Columns("bad"), CHOICES, tell=lambda *_told: None)
    policy = policies.load(fitted.document)

    assert "equity" in {part for term in policy.terms for part in term.of.split()}
    ratio = next(
        item for item in fitted.report["items"] if item["column"] in ("负债 ÷ equity", "equity ÷ 负债")
    )
    missing = next(band for band in ratio["bands"] if band["band"] == "missing")
    assert missing["rows"] == (30 if ratio["column"] == "负债 ÷ equity" else 0)
    scores = scoring.score(policy, table)["score"].to_numpy()
    assert len(np.unique(scores)) > 10
    assert fitted.report["contestants"]["card"]["auc"] > fitted.report["contestants"]["naive"]["auc"] + 0.05
    without = scoring.score(policy, table.with_columns(pl.lit(None).alias("equity")))
    assert set(without["state"]) == {"graded"}  # points of missing, as the card says


def test_a_figure_of_two_columns_is_what_its_name_says() -> None:
    rows = pl.DataFrame({"a": [6.0, 1.0, None], "b": [3.0, 0.0, 2.0]})
    assert Made("a", "/", "b").of(rows).to_list() == [2.0, None, None]
    assert Made("a", "-", "b").of(rows).to_list() == [3.0, 1.0, None]
    assert Made("a", "*", "b").of(rows).to_list() == [18.0, 0.0, None]
