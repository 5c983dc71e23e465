"""Packs that look alike and must stay separate: the same facts, other grades (requirements 6.4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.packs.figures import figures, rate, shipped
from xinheng.judgements.policies import services

pytestmark = pytest.mark.any_database
SOUND = {  # one good customer, as every pack may know it
    "is_customer": True, "role": "customer", "months_since_first": 36, "relation_years": 3, "turnover_12m": 120_000,
    "turnover_24m": 240_000, "turnover_ever": 360_000, "turnover_trend": 0, "bills_12m": 12, "worst_delay_24m": 0,
    "late_count_12m": 0, "payment_index": 80, "persons_served": 200, "repute": "high", "funds": "ordinary",
    "debt_ability": "ordinary", "lawful_strict": True, "promises": "kept", "operation_2y": "good",
    "breach_2y": "none", "serious_breach_2y": False, "licensed": True, "trade_repute_good": True,
    "strength_points": 7, "potential_points": 12, "repute_points": 18, "payment_points": 28, "other_points": 9,
}  # fmt: skip


def graded(code: str, **changed: Any) -> dict[str, Any]:
    policy = shipped(code)
    asked = {*services.inputs_of(policy), *(["role"] if policy.roles else [])}
    return rate(policy, [{fact: value for fact, value in (SOUND | changed).items() if fact in asked}])[0]


@pytest.mark.req("ADV-09", "FOU-02", "PTS-03", "LIM-06", "LSE-18", "NET-08")
def test_one_customer_is_another_grade_in_each_scheme() -> None:
    found = {
        code: (graded(code)["state"], graded(code)["grade"])
        for code in ("adv", "net", "fou", "pts", "lim", "lse")
    }

    assert found == {
        "adv": ("graded", "A"),  # any one condition
        "net": ("graded", "B"),  # not all six
        "fou": ("incomplete", ""),  # its standards are lost
        "pts": ("graded", "C"),  # by place: the only one of its population
        "lim": ("graded", "PASS"),  # admitted, not graded
        "lse": ("graded", "B"),  # 89 of 100 points
    }


@pytest.mark.req("FOU-02", "PTS-03", "LSE-18")
def test_the_last_grade_means_another_thing_in_each_scheme() -> None:
    """FOU: a standard nobody may guess. PTS: the last tenth by place, however good. LSE: fewer than 70 points."""
    strong = [
        {"is_customer": True, "turnover_12m": 5_000_000 - place, "payment_index": 90} for place in range(10)
    ]

    assert [row["grade"] for row in rate(shipped("pts"), strong)].count("D") == 1
    assert graded("lse", strength_points=0, potential_points=0, payment_points=9)["grade"] == "D"
    assert graded("lse")["grade"] != "D"
    assert graded("fou", promises="often_broken", funds="weak", debt_ability="poor")["grade"] == ""
    assert graded("lim", promises="often_broken")["grade"] == "REFUSED"
    assert {shipped(code).scale[-1].zh for code in ("fou", "pts", "lse")} == {
        "D类客户", "D级客户", "C级以下（尽量回避，不合作）",
    }  # fmt: skip


@pytest.mark.req("ADV-09", "NET-08", "LIM-06")
def test_what_refuses_credit_in_lim_is_only_one_ground_among_others_elsewhere() -> None:
    sued = {"sued_by_supplier": True}

    assert graded("lim", **sued)["grade"] == "REFUSED"
    assert (graded("adv", **sued)["grade"], graded("net", **sued)["grade"]) == ("A", "B")


@pytest.mark.req("FIL-01", "DAT-03")
def test_the_four_classes_of_fil_and_dat_are_not_the_same_four() -> None:
    fil, dat = shipped("fil"), shipped("dat")

    assert [step.zh for step in fil.scale] == ["重点客户", "一般客户", "目标客户", "潜在客户"]
    assert [step.zh for step in dat.scale] == ["重要客户", "稳定客户", "一般客户", "潜在客户"]
    wants = {"needs_us": True, "turnover_ever": None}
    assert graded("dat", **wants)["grade"] == "LATENT"
    assert graded("fil", **wants)["grade"] == ""


@pytest.mark.req("LSE-18", "PTS-03")
def test_points_decide_in_lse_and_place_decides_in_pts() -> None:
    low = [{"is_customer": True, "turnover_12m": 1000 + place} for place in range(10)]
    rows = rate(shipped("pts"), low)

    assert {row["score_milli"] for row in rows} == {5_000}
    assert [row["grade"] for row in rows].count("A") == 2


@pytest.mark.req("PWR-09")
def test_the_six_grades_of_the_case_are_counted_as_printed() -> None:
    """W-04: a population of households that pays as the grades of Q1 2004 were given."""
    printed = {"AAA": 648, "AA": 760, "A": 156, "B": 1488, "C": 814, "D": 52}
    pays = {"AAA": (80, 0), "AA": (70, 0), "A": (70, 30), "B": (60, 30), "C": (50, 30), "D": (0, 0)}
    pays["B"] = (60, 15)
    rows = [
        {
            "is_customer": True,
            "kind": "person",
            "payment_index": pays[grade][0],
            "worst_delay_12m": pays[grade][1],
        }
        for grade, count in printed.items()
        for _household in range(count)
    ]

    found = [row["grade"] for row in rate(shipped("pwr"), rows)]

    counts = {grade: found.count(grade) for grade in printed}
    assert counts == printed
    assert len(found) == 3918
    shares = {grade: round(count * 1000 / 3918) / 10 for grade, count in counts.items()}
    assert shares == {"AAA": 16.5, "AA": 19.4, "A": 4.0, "B": 38.0, "C": 20.8, "D": 1.3}


@pytest.mark.req("DAT-01", "DAT-02", "DAT-03")
@pytest.mark.parametrize(
    ("facts", "grade"),
    [
        ({"yearly_least_3y": 1_000_000}, "IMPORTANT"),
        ({"yearly_least_3y": 999_999.99, "yearly_least_2y": 999_999.99}, "STABLE"),
        ({"single_contract": 600_000}, "IMPORTANT"),
        ({"single_contract": 300_000}, "STABLE"),
        ({"single_contract": 299_999.99}, "ORDINARY"),
        ({"contract_total": 5_000_000}, "IMPORTANT"),
        ({"latent_demand": 2_000_000}, "STABLE"),
        ({"national_rank": 50}, "IMPORTANT"),
        ({"national_rank": 51}, "ORDINARY"),
        ({"yearly_least_3y": 1_000_000, "single_contract": 300_000}, "IMPORTANT"),
        ({}, "ORDINARY"),
        ({"turnover_ever": None, "needs_us": True, "latent_demand": 9_000_000}, "LATENT"),
    ],
)  # fmt: skip
def test_dat_classes_once_a_company_has_set_its_amounts(facts: dict[str, Any], grade: str) -> None:
    amounts = {
        "important_yearly": 1_000_000, "important_single": 600_000, "important_total": 5_000_000, "important_rank": 50,
        "stable_yearly": 500_000, "stable_single": 300_000, "stable_total": 2_000_000,
    }  # fmt: skip
    nothing = {
        "turnover_ever": 1, "yearly_least_3y": 0, "yearly_least_2y": 0, "single_contract": 0, "contract_total": 0,
        "latent_demand": 0, "national_rank": 1_000_000,
    }  # fmt: skip

    assert rate(with_values("dat", amounts), [nothing | facts])[0]["grade"] == grade


@pytest.mark.req("COL-07")
def test_col_shows_both_results_once_a_company_has_set_its_boundaries() -> None:
    bounds = {"month_large": 100_000, "month_medium": 10_000, "year_large": 1_000_000, "year_medium": 100_000}
    sales = [1_200_000, 1_199_999.88, 120_000, 119_999.88]
    rows = rate(
        with_values("col", bounds),
        [{"is_customer": True, "turnover_12m": amount, "worst_delay_12m": 31} for amount in sales],
    )

    assert [row["grade"] for row in rows] == ["L", "M", "M", "S"]
    assert [row["flag_by_year_large"] for row in rows] == [True, True, False, False]
    assert [row["flag_credit_poor"] for row in rows] == [True] * 4


@pytest.mark.req("RR-16")
@pytest.mark.parametrize("code", ["fou", "fil", "flw"])
def test_lost_criteria_never_pass_silently(code: str) -> None:
    row = rate(shipped(code), [rows[0]["facts"] for _name, rows in figures(code)][:1])[0]

    assert row["state"] == "incomplete"
    assert {value for name, value in row.items() if name.startswith("condition_")} == {None}


@pytest.mark.req("LIM-06", "RR-16")
def test_the_lost_letter_of_lim_is_kept_and_never_fires() -> None:
    policy = shipped("lim")
    letters = next(one.any for one in policy.criteria.grades if one.grade == "REFUSED")  # type: ignore[union-attr]

    assert "".join(letters) == "abcdefghi"
    assert [one.code for one in policy.conditions if one.mark == "lost"] == ["g"]
    assert graded("lim")["condition_g"] is None


def with_values(code: str, values: dict[str, Any]) -> Any:
    """A pack in which the company has set the parameters the source lost."""
    from tests.packs.figures import PACKS

    lines = []
    for line in (PACKS / code / "policy.yaml").read_text(encoding="utf-8").splitlines():
        name = line.partition("{code: ")[2].partition(",")[0]
        lines.append(
            line.replace("mark: lost", f"value: {values[name]}, mark: lost") if name in values else line
        )
    return services.load("\n".join(lines) + "\n", file=f"{code}.yaml")
