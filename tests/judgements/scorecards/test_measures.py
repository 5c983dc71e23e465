"""Figures of quality, against numbers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from xinheng.judgements.scorecards import measures

pytestmark = pytest.mark.any_database
RISK = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.5, 0.3, 0.2])
BAD = np.array([1, 1, 0, 1, 1, 0, 0, 0])


def test_auc_gini_and_ks_are_those_of_the_pairs_counted_by_hand() -> None:
    # 16 pairs: the bad at 0.9 and 0.8 win 4 each, at 0.6 three, at 0.5 two and a half
    assert measures.auc(RISK, BAD) == 13.5 / 16
    assert measures.gini(RISK, BAD) == 2 * 13.5 / 16 - 1
    # above 0.5: three of four bad, one of four good
    assert measures.ks(RISK, BAD) == 0.5
    assert measures.auc(-RISK, BAD) == 1 - 13.5 / 16
    assert math.isnan(measures.auc(RISK, np.ones(8, dtype=int)))


def test_the_interval_of_delong_is_the_one_worked_by_hand() -> None:
    low, high = measures.delong(RISK, BAD)
    of_bad, of_good = np.array([1, 1, 0.75, 0.625]), np.array([0.5, 0.875, 1, 1])
    spread = 1.959963984540054 * math.sqrt(of_bad.var(ddof=1) / 4 + of_good.var(ddof=1) / 4)

    assert (low, high) == (pytest.approx(13.5 / 16 - spread), 1.0)


def test_rows_of_one_group_are_drawn_together() -> None:
    groups = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    low, high, method = measures.auc_interval(RISK, BAD, groups)

    assert method == "bootstrap by group"
    assert 0 <= low < 13.5 / 16 < high <= 1
    assert measures.auc_interval(RISK, BAD, np.arange(8))[2] == "DeLong"


def test_the_stability_index_is_the_sum_worked_by_hand() -> None:
    # 50/50 against 25/75: (0.25 - 0.5) ln(0.25/0.5) + (0.75 - 0.5) ln(0.75/0.5)
    expected = -0.25 * math.log(0.5) + 0.25 * math.log(1.5)

    assert measures.index(np.array([50, 50]), np.array([25, 75])) == pytest.approx(expected)
    assert measures.index(np.array([50, 50]), np.array([500, 500])) == 0


def test_calibration_compares_what_was_foretold_with_what_came() -> None:
    chance, bad = np.array([0.1, 0.1, 0.6, 0.8]), np.array([0, 0, 1, 1])
    table = measures.calibration(chance, bad, count=2)

    assert table == [
        {"rows": 2, "foretold": pytest.approx(0.1), "bad": 0.0},
        {"rows": 2, "foretold": pytest.approx(0.7), "bad": 1.0},
    ]
    assert measures.calibration_error(table) == pytest.approx(0.2)
    assert measures.brier(chance, bad) == pytest.approx((0.01 + 0.01 + 0.16 + 0.04) / 4)


@pytest.mark.req("PWR-13")
def test_agreement_is_the_share_alike_and_the_quadratic_kappa() -> None:
    told, known = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2])
    found = measures.agreement(told, known, 3)

    # one step apart once of 4: 1 × ¼; by chance (2·1·0 + ...)/4: known 1,2,1 by told 2,1,1
    missed = (1 * 1 * 0.25 + 1 * 1 * 1 + 2 * 2 * 0.25 + 2 * 1 * 0.25 + 1 * 2 * 1 + 1 * 1 * 0.25) / 4
    assert found["accuracy"] == 0.75
    assert found["kappa"] == pytest.approx(1 - 0.25 / missed)
    assert measures.agreement(known, known, 3)["kappa"] == 1
