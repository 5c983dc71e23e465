"""Every pack gives the figures that stand in it, and packs that look alike stay apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.packs.figures import check, figures, rate, shipped
from tests.packs.pages import CODES, pages

pytestmark = pytest.mark.any_database


PROVEN = {  # the requirements a pack's figures prove
    "adv": ("ADV-08", "ADV-09", "ADV-10", "ADV-11", "ADV-12", "RR-01", "RR-05", "RR-07", "RR-09"),
    "net": ("NET-07", "NET-08", "NET-09", "NET-10"),
    "lse": ("LSE-15", "LSE-16", "LSE-18"),
    "tpa": ("TPA-03", "RR-09"),
    "tpb": ("TPB-01", "TPB-02", "RR-07"),
    "pts": ("PTS-01", "PTS-02", "PTS-03"),
    "lim": ("LIM-03", "LIM-04", "LIM-06"),
    "loa": ("LOA-01", "LOA-06", "LOA-07"),
    "pwr": ("PWR-08", "PWR-09", "PWR-26"),
    "dat": ("DAT-03", "RR-16"),
    "fou": ("FOU-02", "RR-16"),
    "fil": ("FIL-01", "RR-16"),
    "col": ("COL-07", "RR-16"),
    "flw": ("RR-16",),
}


def every_case() -> list[Any]:
    return [
        pytest.param(code, rows, id=f"{code}: {name}", marks=pytest.mark.req(*PROVEN.get(code, ())))
        for code in CODES
        for name, rows in figures(code)
    ]


@pytest.mark.parametrize(("code", "rows"), every_case())
def test_a_pack_gives_its_figures(code: str, rows: list[dict[str, Any]]) -> None:
    check(shipped(code), rows)


W_09 = {f"W-09 row {number}" for number in range(1, 10)}
W_18 = {
    "W-18: 8 + 12 + 18 + 15 + 28 + 9 = 90", "W-18: 89.9 is B, not rounded up", "W-18: 80 is B", "W-18: 79.9 is C",
    "W-18: 70 is C", "W-18: 69.9 is below C", "W-18: 4,000,000 of 12,000,000", "W-18: 5,000,000 is 6.25, half up 6.3",
    "W-18: 11,000,000 is 13.75, half up 13.8", "W-18: a new customer gets 10",
}  # fmt: skip


def test_no_worked_number_of_the_requirements_is_left_out() -> None:
    adv = {name for name, _rows in figures("adv")}
    lse = {case["name"] for _name, rows in figures("lse") for case in rows}

    assert adv >= W_09
    assert lse >= W_18


ALIKE = {"months_since_first": 36, "operation_2y": "good", "funds": "strong", "debt_ability": "strong"}


@pytest.mark.req("ADV-09", "NET-08")
def test_any_one_condition_is_a_in_adv_and_all_six_are_needed_in_net() -> None:
    adv = rate(shipped("adv"), [ALIKE | {"is_customer": True, "persons_served": 200, "repute": "high"}])
    net = rate(shipped("net"), [ALIKE | {"role": "customer"}])

    assert (adv[0]["grade"], net[0]["grade"]) == ("A", "B")


@pytest.mark.req("ADV-10", "NET-10")
def test_b_has_conditions_of_its_own_in_adv_and_is_the_remainder_in_net() -> None:
    ordinary = {"months_since_first": 36, "operation_2y": "ordinary", "funds": "ordinary"}
    adv = rate(shipped("adv"), [ordinary | {"is_customer": True}])
    net = rate(shipped("net"), [ordinary | {"role": "customer"}])

    assert (adv[0]["state"], adv[0]["grade"]) == ("incomplete", "")
    assert (net[0]["state"], net[0]["grade"]) == ("graded", "B")


@pytest.mark.req("NET-08")
@pytest.mark.parametrize(
    "changed",
    [
        {"months_since_first": 11}, {"worst_delay_24m": 91}, {"serious_breach_2y": True}, {"lawful_strict": False},
        {"promises": "sometimes_broken"}, {"operation_2y": "ordinary"}, {"funds": "ordinary"},
        {"debt_ability": "ordinary"}, {"turnover_12m": 499_999.99},
        *[{code: None} for code in ("lawful_strict", "promises", "operation_2y", "funds", "turnover_12m")],
    ],
)  # fmt: skip
def test_a_of_net_falls_with_any_one_of_its_six_conditions(changed: dict[str, Any]) -> None:
    six = {
        "role": "customer", "months_since_first": 12, "worst_delay_24m": 0, "serious_breach_2y": False,
        "lawful_strict": True, "promises": "kept", "operation_2y": "good", "funds": "strong",
        "debt_ability": "strong", "turnover_12m": 500_000,
    }  # fmt: skip
    whole, without = rate(shipped("net"), [six, six | changed])

    assert whole["grade"] == "A"
    assert without["grade"] in ("B", "C")


@pytest.mark.req("LSE-15", "RR-09")
@pytest.mark.parametrize("item", ["strength", "potential", "repute", "payment", "other"])
def test_an_item_of_lse_is_within_its_maximum_or_there_is_no_grade(item: str) -> None:
    maxima = {"strength": 10, "potential": 15, "repute": 20, "payment": 30, "other": 10}
    full = {f"{code}_points": points for code, points in maxima.items()} | {"relation_months": 0}
    beyond = [None, -0.1, maxima[item] + 0.1]
    rows = rate(shipped("lse"), [full | {"is_customer": True, f"{item}_points": one} for one in beyond])

    assert [row["state"] for row in rows] == ["incomplete"] * 3
    assert sum(maxima.values()) + 15 == shipped("lse").scoring.total  # type: ignore[union-attr]


@pytest.mark.req("LSE-17")
def test_points_a_person_gives_need_their_reason() -> None:
    points = [question for question in shipped("lse").questions if question.code.endswith("_points")]

    assert len(points) == 5
    assert all(question.evidence == "required" for question in points)


NOBODY_GRADED = ("fou", "fil", "flw", "col")


@pytest.mark.req("RR-16")
@pytest.mark.parametrize("code", [*NOBODY_GRADED, "dat"])
def test_a_policy_that_cannot_grade_yet_says_so_where_it_says_what_it_is(code: str) -> None:
    about = shipped(code).about

    assert "资料不全" in about.zh
    assert "未设定" in about.zh
    assert "incomplete" in about.en
    assert "not set" in about.en or "sets them" in about.en


@pytest.mark.req("NET-09", "RR-16")
def test_the_lost_conditions_of_net_never_pass_silently() -> None:
    row = rate(shipped("net"), [{"role": "customer", "promises": "kept"}])[0]

    assert row["condition_C8"] is None
    lost = [condition.code for condition in shipped("net").conditions if condition.mark == "lost"]
    assert lost == ["C8"]


@pytest.mark.parametrize("code", CODES)
def test_every_value_of_a_pack_says_where_it_comes_from(code: str) -> None:
    marked = shipped(code).marked()

    assert [part for part in marked if part.mark == "given" and not part.clause] == []
    assert (code in ("general", "gbt")) == all(part.mark == "assumed" for part in marked)


@pytest.mark.parametrize("code", CODES)
def test_the_page_of_a_pack_says_what_the_pack_says(code: str) -> None:
    stale = [path.name for path, text in pages(code).items() if path.read_text(encoding="utf-8") != text]

    assert stale == [], "run .venv/bin/python -m tests.packs.pages"
