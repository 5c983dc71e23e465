"""Every pack gives the figures that stand in it, and packs that look alike stay apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.packs.figures import check, figures, rate, shipped
from tests.packs.pages import CODES, pages

pytestmark = pytest.mark.any_database


def cases(code: str) -> list[Any]:
    return [pytest.param(code, rows, id=f"{code}: {name}") for name, rows in figures(code)]


def run(code: str, rows: list[dict[str, Any]]) -> None:
    check(shipped(code), rows)


@pytest.mark.req("ADV-08", "ADV-09", "ADV-10", "ADV-11", "ADV-12", "RR-01", "RR-05", "RR-07", "RR-09")
@pytest.mark.parametrize(("code", "rows"), cases("adv"))
def test_adv_gives_its_figures(code: str, rows: list[dict[str, Any]]) -> None:
    run(code, rows)


@pytest.mark.req("NET-07", "NET-08", "NET-09", "NET-10")
@pytest.mark.parametrize(("code", "rows"), cases("net"))
def test_net_gives_its_figures(code: str, rows: list[dict[str, Any]]) -> None:
    run(code, rows)


@pytest.mark.req("LSE-15", "LSE-16", "LSE-18")
@pytest.mark.parametrize(("code", "rows"), cases("lse"))
def test_lse_gives_its_figures(code: str, rows: list[dict[str, Any]]) -> None:
    run(code, rows)


@pytest.mark.parametrize(("code", "rows"), cases("general"))
def test_general_gives_its_figures(code: str, rows: list[dict[str, Any]]) -> None:
    run(code, rows)


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


@pytest.mark.req("NET-09", "RR-16")
def test_the_lost_conditions_of_net_never_pass_silently() -> None:
    row = rate(shipped("net"), [{"role": "customer", "promises": "kept"}])[0]

    assert row["condition_C8"] is None
    lost = [condition.code for condition in shipped("net").conditions if condition.mark == "lost"]
    assert lost == ["C8"]


@pytest.mark.parametrize("code", ["adv", "net", "lse", "general"])
def test_every_value_of_a_pack_says_where_it_comes_from(code: str) -> None:
    policy = shipped(code)
    marked = [*policy.parameters, *policy.questions, *policy.conditions, *policy.caps, *policy.vetoes]
    if policy.scoring:
        marked += [*policy.scoring.items, *policy.scoring.thresholds]

    assert [part for part in marked if part.mark == "given" and not part.clause] == []
    assert (code == "general") == all(part.mark == "assumed" for part in marked)


@pytest.mark.parametrize("code", CODES)
def test_the_page_of_a_pack_says_what_the_pack_says(code: str) -> None:
    stale = [path.name for path, text in pages(code).items() if path.read_text(encoding="utf-8") != text]

    assert stale == [], "run .venv/bin/python -m tests.packs.pages"
