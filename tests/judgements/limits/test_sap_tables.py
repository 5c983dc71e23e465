"""The table of automatic checks as SAP keeps it: into a policy, out of one, and refused to the sign."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.judgements.limits.conftest import Desk, adopt
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.limits import policy, sap_tables, services
from xinheng.judgements.limits.errors import SapTableInvalid
from xinheng.judgements.limits.values import NewProfile

HEADINGS = (
    "信用控制区域", "风险类别", "文档信贷组", "项目检查", "动态", "最大单据值", "最早的未清项", "反应",
    "信用期间天数", "最大单据金额", "最早未清项天数",
)  # fmt: skip
ROWS = [
    ("1000", "X1", "01", "X", "X", "", "X", "C", "31", "", "90"),
    ("1000", "X1", "03", "X", "X", "", "", "C", "31", "", ""),
    ("1000", "N", "01", "X", "", "X", "", "B", "", "5000", ""),
    ("2000", "X2", "02", "X", "", "", "X", "A", "", "", "30"),
]


def table(*rows: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=list(HEADINGS), orient="row")


@pytest.mark.any_database
@pytest.mark.req("SAP-05", "SAP-06")
def test_a_table_becomes_a_policy_and_the_policy_the_same_table() -> None:
    checks = policy.load(sap_tables.checks_of(table(*ROWS), version="7"))
    assert [(rule.code, rule.check, rule.strength) for rule in checks.rules] == [
        ("row1_dynamic", "limit", "hold"),
        ("row1_oldest", "oldest", "hold"),
        ("row2_dynamic", "limit", "hold"),
        ("row3_max_document", "document", "stop"),
        ("row4_oldest", "oldest", "warn"),
    ]
    first, _oldest, delivery, document, rush = checks.rules
    assert (first.segments, first.classes, first.kinds, first.stages) == (
        ("1000",),
        ("X1",),
        ("standard",),
        ("order",),
    )
    assert (first.horizon_days, document.at_most, rush.at_most, rush.kinds) == (31, 5000, 30, ("rush",))
    assert (delivery.stages, delivery.kinds) == (("delivery",), ())
    out = sap_tables.table_of(checks)
    assert sorted(out.select(HEADINGS).rows()) == sorted(ROWS)
    assert sap_tables.checks_of(out, version="7") == sap_tables.checks_of(table(*sorted(ROWS)), version="7")


@pytest.mark.any_database
@pytest.mark.req("SAP-06")
@pytest.mark.parametrize(
    ("at", "value", "field"),
    [
        (0, "100", "信用控制区域"),
        (0, "10000", "信用控制区域"),
        (1, "X123", "风险类别"),
        (1, "", "风险类别"),
        (2, "1", "文档信贷组"),
        (2, "99", "文档信贷组"),
        (3, "XX", "项目检查"),
        (4, "Y", "动态"),
        (7, "Z", "反应"),
        (8, "", "信用期间天数"),
        (10, "9.5", "最早未清项天数"),
    ],
)
def test_a_wrong_length_or_sign_is_refused_naming_row_and_field(at: int, value: str, field: str) -> None:
    wrong = list(ROWS[0])
    wrong[at] = value
    with pytest.raises(SapTableInvalid) as refused:
        sap_tables.checks_of(table(ROWS[3], tuple(wrong)), version="1")
    assert (refused.value.params["row"], refused.value.params["name"]) == (3, field)


@pytest.mark.any_database
def test_a_table_without_a_key_or_a_check_is_refused() -> None:
    with pytest.raises(SapTableInvalid):
        sap_tables.checks_of(table(*ROWS).drop("风险类别"), version="1")
    with pytest.raises(SapTableInvalid):
        sap_tables.checks_of(table(("1000", "X1", "01", "X", *[""] * 7)), version="1")
    english = table(*ROWS).rename({"信用控制区域": "kkber", "风险类别": "CTLPC", "文档信贷组": "crmgr"})
    assert "row1_dynamic" in sap_tables.checks_of(english, version="1")


@pytest.mark.django_db
@pytest.mark.req("SAP-01", "SAP-02", "SAP-04", "SAP-05")
def test_areas_are_apart_and_a_company_without_an_area_is_held_with_a_word(desk: Desk, chief: Actor) -> None:
    adopt(chief, sap_tables.checks_of(table(*ROWS), version="2"), from_on=date(2024, 1, 2))
    desk.limit("1000", segment="1000")
    for segment in ("1000", "2000"):
        told = NewProfile("分区", risk_class="X1" if segment == "1000" else "N", segment=segment)
        services.set_profile(actor=chief, on=desk.on, customer_no=desk.no, profile=told)
    assert desk.order("O-1", "1000", segment="1000").verdict == "passed"
    over = desk.order("O-2", "0.01", segment="1000")
    assert (over.verdict, over.reasons[0].cause) == ("held", "over_limit")
    for no, segment in (("O-3", "2000"), ("O-4", "3000"), ("O-5", "")):  # no rule for the key, no area
        found = desk.order(no, "1", segment=segment)
        assert (found.verdict, [reason.cause for reason in found.reasons]) == ("held", ["no_rule"])
