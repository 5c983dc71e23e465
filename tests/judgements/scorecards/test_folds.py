"""Who is tested on whom."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tests.judgements.scorecards.simulated import firms
from xinheng.judgements.scorecards import folds, preparing, validating
from xinheng.judgements.scorecards.errors import TooFewEarlier, TooFewGroups
from xinheng.judgements.scorecards.values import Choices, Columns

pytestmark = pytest.mark.any_database
COLUMNS = Columns("违约", group="企业")


def test_no_firm_stands_on_both_sides_of_any_fold() -> None:
    made = preparing.prepare(firms(), COLUMNS)
    plan = validating.planned(made, COLUMNS, Choices(repeats=3))

    assert len(plan.splits) == 3
    for repeat in plan.splits:
        assert sorted(np.concatenate([test for _learn, test in repeat])) == list(range(600))
        for learn, test in repeat:
            assert not set(plan.groups[learn]) & set(plan.groups[test])
            assert len(learn) + len(test) == 600


def test_with_time_later_rows_are_tested_by_earlier_rows_of_other_firms() -> None:
    table, columns = firms(), Columns("违约", group="企业", time="year")
    made = preparing.prepare(table, columns)
    plan = validating.planned(made, columns, Choices(fresh_share=0.3))
    years = table["year"].to_numpy()

    assert (plan.kind, plan.since) == ("forward", 2017)
    for learn, test in plan.splits[0]:
        assert set(years[learn]) == {2015, 2016}
        assert set(years[test]) == {2017}
        assert not set(plan.groups[learn]) & set(plan.groups[test])


def test_bad_firms_are_dealt_evenly() -> None:
    groups = np.arange(100)
    bad = (groups < 10).astype(int)
    fold = folds.dealt(groups, bad, 5, seed=1)

    assert [int(bad[fold == one].sum()) for one in range(5)] == [2, 2, 2, 2, 2]
    assert [int((fold == one).sum()) for one in range(5)] == [20] * 5


def test_outcomes_of_one_firm_alone_are_refused() -> None:
    table = firms(300).with_columns(pl.lit("one").alias("企业"))
    made = preparing.prepare(table, COLUMNS)
    with pytest.raises(TooFewGroups):
        validating.planned(made, COLUMNS, Choices())


def test_a_day_before_which_nothing_went_bad_is_refused() -> None:
    columns = Columns("违约", time="year")
    made = preparing.prepare(firms(), columns)
    with pytest.raises(TooFewEarlier):
        validating.planned(made, columns, Choices(fresh_share=1.0))
