"""The chains and calendars of the shipped packs are those of their sources."""

from __future__ import annotations

import ibis
import polars as pl
import pytest

from tests.packs.figures import shipped
from tests.packs.pages import CODES, ROLES
from xinheng.judgements.policies import services

pytestmark = pytest.mark.any_database
CHAINS = {
    "adv": [({"vice_president", "legal_manager", "finance_manager"}, "all"), ({"general_manager"}, "any")],
    "fou": [({"sales_manager"}, "any"), ({"marketing_director"}, "any")],
    "lim": [({"sales_supervisor"}, "any"), ({"department_head"}, "any")],
    "net": [({"department_head"}, "any"), ({"finance_manager"}, "any")],
    "dat": [({"department_head"}, "any"), ({"finance_manager"}, "any")],
    "fil": [({"department_head"}, "any"), ({"marketing_director"}, "any")],
    "flw": [({"credit_manager"}, "any"), ({"department_head"}, "any")],
    "pwr": [({"marketing_director"}, "any"), ({"finance_manager"}, "any")],
    "tpa": [({"credit_manager"}, "any"), ({"finance_manager"}, "any")],
    "tpb": [({"credit_manager"}, "any"), ({"finance_manager"}, "any")],
    "col": [({"credit_manager"}, "any"), ({"finance_manager"}, "any")],
    "gbt": [({"credit_manager"}, "any"), ({"finance_manager"}, "any")],
}
SILENT = ("tpa", "tpb", "flw", "col", "pwr", "gbt", "pts", "loa", "lse", "general")  # name no approver


@pytest.mark.req("ADV-13", "FOU-08", "LIM-07", "NET-04", "DAT-08")
@pytest.mark.parametrize("code", CHAINS)
def test_who_approves_and_in_which_order(code: str) -> None:
    approval = shipped(code).approval
    assert approval
    assert [(set(step.roles), step.sign) for step in approval.steps] == CHAINS[code]


@pytest.mark.parametrize("code", CODES)
def test_a_chain_the_source_is_silent_on_says_that_it_is_assumed(code: str) -> None:
    approval = shipped(code).approval
    assert approval
    marks = {approval.mark, *(step.mark for step in approval.steps)}
    assert (marks == {"assumed"}) == (code in SILENT)
    assert {role for step in approval.steps for role in step.roles} <= ROLES.keys()


@pytest.mark.req("FIL-03", "FIL-04")
def test_a_class_is_filed_with_market_promotion_in_five_working_days_and_so_is_a_change() -> None:
    policy = shipped("fil")
    assert policy.approval
    assert policy.review
    filing, change = policy.approval.steps[-1], policy.review.events[0]

    assert (filing.code, filing.within_days, filing.mark, filing.clause) == ("filing", 5, "given", "1.4")
    assert (change.code, change.within_days, change.mark) == ("great_change", 5, "given")


@pytest.mark.req("ADV-31", "LOA-09", "FOU-08", "NET-06", "PTS-01", "PWR-12")
@pytest.mark.parametrize(
    ("code", "mark", "months"),
    [
        ("adv", "given", {"A": 12, "B": 6, "C": 3}),
        ("fou", "assumed", dict.fromkeys("ABCD", 3)),
        ("net", "given", {"A": 3, "B": 3, "C": 3}),
        ("pts", "given", dict.fromkeys("ABCD", 12)),
        ("loa", "assumed", dict.fromkeys(("AAA", "AA", "A", "B", "C"), 12)),
        ("pwr", "given", dict.fromkeys(("AAA", "AA", "A", "B", "C", "D"), 3)),
        ("dat", "assumed", dict.fromkeys(("IMPORTANT", "STABLE", "ORDINARY", "LATENT"), 12)),
        ("fil", "assumed", dict.fromkeys(("KEY", "ORDINARY", "TARGET", "LATENT"), 12)),
        ("flw", "assumed", dict.fromkeys("ABC", 12)),
        ("col", "assumed", dict.fromkeys("LMS", 12)),
        ("tpa", "assumed", dict.fromkeys(("PRIME", "ORDINARY", "RISK"), 12)),
        ("tpb", "assumed", dict.fromkeys(("PRIME", "ORDINARY", "RISK"), 12)),
    ],
)
def test_how_often_each_grade_is_looked_at_again(code: str, mark: str, months: dict[str, int]) -> None:
    review = shipped(code).review
    assert review
    assert {one.grade: one.months for one in review.intervals} == months
    assert {one.mark for one in review.intervals} == {mark}


DEFAULT_DAYS = {  # the longest delay that calls nobody
    "adv": 90, "net": 90, "lse": 90, "lim": 90, "fou": 90, "pts": 90, "loa": 90, "tpa": 90, "tpb": 90, "col": 30,
    "pwr": 90, "gbt": 90, "general": 90,
}  # fmt: skip


@pytest.mark.parametrize("code", DEFAULT_DAYS)
def test_a_long_delay_calls_a_review_from_the_figures_alone(code: str) -> None:
    policy, days = shipped(code), DEFAULT_DAYS[code]
    types = {"float64": pl.Float64, "int64": pl.Int64, "boolean": pl.Boolean, "string": pl.String}
    schema = {"customer_no": pl.String, "role": pl.String} | {
        name: types[kind] for name, kind in services.inputs_of(policy).items()
    }
    delays = [days, days + 1, None]
    rows = [
        {"customer_no": str(place), "role": "customer", "longest_overdue": delay}
        for place, delay in enumerate(delays)
    ]
    table = ibis.memtable(pl.DataFrame(rows, schema=schema))

    found = services.events_of(policy, table).to_polars().sort("customer_no")

    assert found["event_overdue"].to_list() == [False, True, None]


@pytest.mark.req("PWR-26")
def test_proven_theft_and_breach_of_use_lower_a_grade_by_policy_data() -> None:
    policy = shipped("pwr")
    assert policy.review
    events = {one.code: one for one in policy.review.events}

    assert services.falls_of(policy, "proven_theft") == dict.fromkeys(("AAA", "AA", "A", "B", "C"), "D")
    assert services.falls_of(policy, "breach_of_use") == dict.fromkeys(("AAA", "AA", "A"), "B")
    assert services.falls_of(policy, "lawsuit") == {}
    told = [events[code].downgrade for code in ("proven_theft", "breach_of_use")]
    assert [(one.mark, one.at_once) for one in told if one] == [("assumed", True)] * 2
