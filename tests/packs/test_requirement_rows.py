"""Rows of the requirements that packs fulfil, each proven with its exact figures and with what must not happen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.packs.figures import PACKS, rate, shipped
from xinheng.judgements.policies import services
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings.improving import Search

pytestmark = pytest.mark.any_database


def changed(code: str, *changes: tuple[str, str]) -> Policy:
    """A version of a shipped pack that a company wrote."""
    text = (PACKS / code / "policy.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return services.load(text, file=f"{code}.yaml")


TPA = {
    "is_customer": True, "late_amount_share": 0, "active_months_12": 12, "debt_to_assets": 0.4, "net_margin": 0.1,
    "tpa_industry_points": 30,
}  # fmt: skip
INPUTS_OF_TPA = {
    "dealings": ("late_amount_share", "active_months_12"),
    "finances": ("debt_to_assets", "net_margin"),
    "trade": ("tpa_industry_points",),
}


@pytest.mark.req("TPA-03", "RR-09")
@pytest.mark.parametrize(("missing", "codes"), INPUTS_OF_TPA.items())
def test_tpa_needs_all_three_inputs_and_says_which_is_not_known(missing: str, codes: tuple[str, ...]) -> None:
    whole, without = rate(shipped("tpa"), [TPA, TPA | dict.fromkeys(codes)])

    assert (whole["state"], whole["grade"], whole["score_milli"]) == ("graded", "PRIME", 100_000)
    assert (without["state"], without["grade"], without["score_milli"]) == ("incomplete", "", None)
    unknown = {name for name, value in without.items() if name.startswith("points_") and value is None}
    assert len(unknown) == len(codes), missing
    maxima = {item.code: item.maximum for item in shipped("tpa").scoring.items}  # type: ignore[union-attr]
    groups = [("late", "activity"), ("debt", "profit"), ("industry",)]
    assert [sum(maxima[code] for code in group) for group in groups] == [40, 30, 30]


TPB = {
    "is_customer": True, "repute": "high", "turnover_12m": 1_000_000, "worst_delay_12m": 0, "late_amount_share": 0,
    "disputes_24m": 0, "debt_to_assets": 0.4, "net_margin": 0.1, "bills_12m": 12,
}  # fmt: skip


@pytest.mark.req("TPB-01", "RR-07")
@pytest.mark.parametrize(
    ("facts", "grade", "fired"),
    [
        ({}, "PRIME", {"P1", "P2", "P3"}),
        ({"worst_delay_12m": 91}, "RISK", {"P1", "P2", "R2"}),  # large volume, serious delay: payment decides
        ({"worst_delay_12m": 90}, "ORDINARY", {"P1", "P2"}),  # slightly late
        ({"turnover_12m": 300_000}, "ORDINARY", {"P1", "P3"}),  # medium volume, prompt
        ({"repute": "low"}, "RISK", {"P2", "P3", "R1"}),
        ({"repute": "low", "worst_delay_12m": 91}, "RISK", {"P2", "R1", "R2"}),
    ],
)
def test_tpb_takes_the_worst_class_of_a_mixed_pattern(
    facts: dict[str, Any], grade: str, fired: set[str]
) -> None:
    row = rate(shipped("tpb"), [TPB | facts])[0]

    assert row["grade"] == grade
    assert {
        name.removeprefix("condition_")
        for name, value in row.items()
        if name.startswith("condition_") and value
    } == fired


@pytest.mark.req("TPB-02")
def test_tpb_weights_are_the_companys_and_make_a_hundred() -> None:
    row = rate(shipped("tpb"), [TPB])[0]
    groups = [("on_time", "disputes"), ("debt", "profit"), ("volume", "frequency")]
    assert [sum(row[f"points_{code}"] for code in group) for group in groups] == [40_000, 30_000, 30_000]

    heavier = ("[{from: 12, inclusive: true, points: 10}", "[{from: 12, inclusive: true, points: 20}")
    with pytest.raises(PolicyInvalid) as refused:
        changed(
            "tpb",
            ("      maximum: 10\n      of: bills_12m", "      maximum: 20\n      of: bills_12m"),
            heavier,
        )
    assert "110" in str(refused.value)

    lighter = (
        "of: turnover_12m\n      missing: {rule: incomplete}\n      mark: assumed\n      clause: 第三章\n      bands: "
        "[{from: 1000000, inclusive: true, points: 20}",
        "of: turnover_12m\n      missing: {rule: incomplete}\n      mark: assumed\n      clause: 第三章\n      bands: "
        "[{from: 1000000, inclusive: true, points: 10}",
    )
    own = changed(
        "tpb",
        ("      maximum: 10\n      of: bills_12m", "      maximum: 20\n      of: bills_12m"),
        heavier,
        ("      maximum: 20\n      of: turnover_12m", "      maximum: 10\n      of: turnover_12m"),
        lighter,
        ("{from: 200000, inclusive: true, points: 12}", "{from: 200000, inclusive: true, points: 6}"),
    )
    one = rate(own, [TPB])[0]
    assert (one["points_volume"], one["points_frequency"], one["score_milli"]) == (10_000, 20_000, 100_000)


LIM = {
    "is_customer": True, "licensed": True, "trade_repute_good": True, "turnover_12m": 120_000, "turnover_trend": 0,
    "worst_delay_24m": 0,
}  # fmt: skip


@pytest.mark.req("LIM-03")
def test_lim_admits_by_licence_sales_and_repute_together() -> None:
    lacking = [{"licensed": False}, {"trade_repute_good": False}, {"turnover_12m": 119_999.88}]
    forecast = {"turnover_12m": None, "turnover_trend": None, "forecast_monthly": 10_000}

    rows = rate(shipped("lim"), [LIM, *(LIM | one for one in lacking), LIM | forecast])

    assert [row["grade"] for row in rows] == ["PASS", "CASH", "CASH", "CASH", "PASS"]
    assert [row["flag_forecast_only"] for row in rows] == [False, False, False, False, True]


@pytest.mark.req("LIM-04")
@pytest.mark.parametrize(
    ("kind", "first"),
    [("shop_4s", True), ("fleet", True), ("state_enterprise", True), ("other", False), (None, None)],
)
def test_lim_priority_is_handled_first_and_skips_no_check(kind: str | None, first: bool | None) -> None:
    checks = [
        {}, {"licensed": False}, {"trade_repute_good": None}, {"turnover_12m": 0}, {"worst_delay_24m": 91},
        {"promises": "often_broken"}, {"debt_dispute": True}, {"funds": "weak", "debt_ability": "poor"},
        {"heavy_losses": True}, {"unfair_acts": True}, {"closed_by_state": True}, {"sued_by_supplier": True},
    ]  # fmt: skip
    plain = rate(shipped("lim"), [LIM | one for one in checks])
    rows = rate(shipped("lim"), [LIM | one | {"business_type": kind} for one in checks])

    assert [row["flag_priority"] for row in rows] == [first] * len(checks)
    results = ("state", "grade", "rank", "grade_before_caps")
    assert [[row[key] for key in results] for row in rows] == [[row[key] for key in results] for row in plain]
    flags = {flag.code: flag.handled_first for flag in shipped("lim").flags}
    assert flags == {"priority": True, "forecast_only": False}


LOA = {
    "kind": "company", "founded_years": 10, "statement_age": 6, "debt_to_assets": 0.48, "interest_cover": 3.3,
    "quick_ratio": 1.251, "cash_flow_ratio": 0.178, "return_on_equity": 0.106, "return_on_assets": 0.077,
    "receivables_turnover": 17.6, "capital_preservation": 1.091, "loa_record_points": 12, "loa_management_points": 8,
    "loa_prospect_points": 10,
}  # fmt: skip


@pytest.mark.req("LOA-05")
@pytest.mark.parametrize(
    ("facts", "must"),
    [
        ({"loan_relation": True}, ["must_borrower"]),
        ({"loan_applied": True}, ["must_applicant"]),
        ({"guarantees_loan": True}, ["must_guarantor"]),
        ({"guarantees_loan": True, "loan_relation": True}, ["must_borrower", "must_guarantor"]),
        ({"guarantees_loan": True, "guarantee_company": True, "loan_applied": True}, ["must_applicant"]),
        ({}, []),  # nobody knows: rated
        ({"guarantees_loan": True, "guarantee_company": True}, None),
        ({"loan_relation": False, "loan_applied": False, "guarantees_loan": False}, None),
    ],
)
def test_loa_rates_who_borrows_applies_or_guarantees(facts: dict[str, Any], must: list[str] | None) -> None:
    rows = rate(shipped("loa"), [LOA | facts])

    assert len(rows) == 1  # a guarantor who borrows too is one party, rated once
    assert rows[0]["state"] == ("not_applicable" if must is None else "graded")
    told = [
        name.removeprefix("flag_")
        for name, value in rows[0].items()
        if name.startswith("flag_must") and value
    ]
    assert told == (must or [])


@pytest.mark.req("LOA-01")
def test_loa_says_which_figure_of_the_corrected_core_would_raise_the_grade() -> None:
    policy = shipped("loa")
    row = {"customer_no": "C-1", "customer_id": 1} | dict.fromkeys(services.inputs_of(policy))
    row |= LOA | {"debt_to_assets": 0.967}
    now = rate(policy, [LOA | {"debt_to_assets": 0.967}])[0]
    assert (now["points_debt"], now["grade"]) == (26_000, "AA")  # 20 of 44, corrected by 1.3: 82 points

    found = [one for one in Search(policy, row, now).found() if set(one) == {"debt_to_assets"}]

    assert found
    for one in found:
        raised = rate(policy, [LOA | one])[0]
        assert (raised["grade"], raised["score_milli"] >= 90_000) == ("AAA", True)
        worse = rate(policy, [LOA | {"debt_to_assets": one["debt_to_assets"] + 0.05}])[0]
        assert worse["grade"] == "AA"  # no larger change than is needed


@pytest.mark.req("LOA-06")
def test_loa_low_risk_is_a_list_of_the_policy() -> None:
    kinds = ["deposit", "treasury", "full_margin", "accepted_bill", "several", "other", None]
    rows = rate(shipped("loa"), [LOA | {"low_risk_business": kind} for kind in kinds])
    shorter = changed("loa", ("'treasury', 'full_margin'", "'full_margin'"))

    assert [row["state"] for row in rows] == ["not_applicable"] * 5 + ["graded"] * 2
    assert rate(shorter, [LOA | {"low_risk_business": "treasury"}])[0]["state"] == "graded"


@pytest.mark.req("LOA-07")
def test_loa_puts_every_industry_into_exactly_one_of_eight_classes() -> None:
    sections = "ABCDEFGHIJKLMNOPQRST"
    classes = {
        1: "BC", 2: "A", 3: "FHL", 4: "G", 5: "K", 6: "E", 7: "DNPQR", 8: "IJMOST",
    }  # fmt: skip

    rows = rate(shipped("loa"), [LOA | {"industry_section": section} for section in [*sections, None]])

    told = [[number for number in range(1, 9) if row[f"flag_class{number}"]] for row in rows]
    assert told == [
        *([number] for section in sections for number in classes if section in classes[number]),
        [],
    ]
    marks = {flag.code: flag.mark for flag in shipped("loa").flags if flag.code.startswith("class")}
    assert marks == {**{f"class{number}": "given" for number in range(1, 8)}, "class8": "assumed"}


@pytest.mark.req("PWR-10")
def test_pwr_weights_make_a_hundred_percent_or_the_model_is_refused() -> None:
    with pytest.raises(PolicyInvalid) as refused:
        changed(
            "pwr", ("      maximum: 5\n", "      maximum: 6\n"), ("[{from: 0.1, inclusive: true, points: 5}",
            "[{from: 0.1, inclusive: true, points: 6}"),
        )  # fmt: skip

    assert "101" in str(refused.value)


@pytest.mark.req("LSE-14", "RR-16")
def test_lse_limits_by_grade_are_named_and_not_set() -> None:
    policy = shipped("lse")
    limits = {one.code: one for one in policy.parameters if one.code.startswith("limit_")}

    assert list(limits) == ["limit_a", "limit_b", "limit_c"]
    assert {(one.mark, one.value, one.clause) for one in limits.values()} == {("lost", None, "三、3③")}


@pytest.mark.req("FIL-01", "RR-16")
def test_fil_classes_by_the_criteria_of_the_company_and_by_nothing_else() -> None:
    policy = shipped("fil")
    assert {condition.code: condition.when for condition in policy.conditions} == dict.fromkeys(
        ("K1", "O1", "T1", "L1")
    )
    text = (PACKS / "fil" / "policy.yaml").read_text(encoding="utf-8")
    rules = {
        "K1": "turnover_12m >= 1000000", "O1": "turnover_12m < 1000000",
        "T1": "turnover_12m IS NULL AND is_customer", "L1": "turnover_12m IS NULL AND NOT is_customer",
    }  # fmt: skip
    for code, rule in rules.items():
        text = text.replace(f"{{code: {code}, ", f"{{code: {code}, when: {rule}, ", 1)
    own = services.load(text.replace("unknown: incomplete", "unknown: does_not_fire"), file="fil.yaml")

    rows = rate(
        own,
        [
            {"turnover_12m": 1_000_000, "is_customer": True},
            {"turnover_12m": 999_999.99, "is_customer": True},
            {"is_customer": True},
            {"is_customer": False},
        ],
    )

    assert [row["grade"] for row in rows] == ["KEY", "ORDINARY", "TARGET", "LATENT"]
