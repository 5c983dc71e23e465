"""Changing customers in bulk, by choice: old values stay as history."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit import queries as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries, services
from xinheng.facts.customers.errors import RowsNotPostable
from xinheng.facts.customers.models import Customer

pytestmark = pytest.mark.django_db
LATER = date(2026, 9, 30)


@pytest.fixture
def frame(chief: Actor, day: date) -> pl.DataFrame:
    for code, kind, parent in (
        ("HQ", "company", ""),
        ("EAST", "department", "HQ"),
        ("WEST", "department", "HQ"),
    ):
        access.create_unit(actor=chief, on=day, code=code, name=code, kind=kind, parent=parent)
    told = pl.DataFrame(
        {
            "no": ["A", "B", "C"],
            "name": ["甲公司", "乙公司", "丙公司"],
            "industry": ["51", "51", None],
            "employees": [4, 5, 6],
            "revenue_minor": [123_456, None, None],
            "address": ["上海", "北京", ""],
            "unit_code": ["EAST", "EAST", ""],
            "former_name": ["", "老乙公司", ""],
        }
    )
    services.post_customers(told, batch_no=1, told_on=day, actor=chief)
    return told


def change(rows: list[dict[str, object]], chief: Actor, on: date = LATER) -> int:
    return services.post_changes(pl.DataFrame(rows), batch_no=2, told_on=on, actor=chief)


def test_what_is_told_changes_and_what_is_not_stays(frame: pl.DataFrame, chief: Actor) -> None:
    rows = [
        {"no": "A", "name": "甲公司", "address": "广州", "revenue_minor": 5, "unit_code": "WEST"},
        {"no": "B", "name": "新乙科技公司"},
        {"no": "C", "name": "丙公司", "parent_no": "A"},
        {"no": "D", "name": "丁公司"},
    ]

    assert change(rows, chief) == 3

    first, second, third = Customer.objects.order_by("no")
    assert (first.address, first.employees, first.revenue_minor, first.industry) == ("广州", 4, 5, "51")
    assert (second.name, second.name_key, second.address) == ("新乙科技公司", "新乙科技", "北京")
    assert third.parent == first
    assert next((one.unit.code, one.from_on) for one in queries.responsibilities(first)) == ("WEST", LATER)
    assert [one.unit.code for one in queries.responsibilities(second)] == ["EAST"]


def test_old_values_stay_as_facts_names_and_on_the_trail(frame: pl.DataFrame, chief: Actor) -> None:
    change([{"no": "A", "name": "甲公司", "revenue_minor": 5}, {"no": "B", "name": "新乙科技公司"}], chief)

    file = queries.file_of(queries.get(chief, "A", on=LATER), on=LATER)
    (line,) = [one for one in file.items if one.item.code == "revenue_year"]
    assert ([fact.value for fact in line.facts], [fact.value for fact in line.history]) == (
        ["0.05"],
        ["1234.56"],
    )
    for text in ("新乙", "老乙", "乙公司"):
        assert [one.no for one in queries.search(chief, text, on=LATER)] == ["B"]
    entry = audit.search(act="customers.post_changes").get()
    assert entry.before == {"A": {"revenue_minor": 123456}, "B": {"name": "乙公司"}}
    assert entry.after == {"A": {"revenue_minor": 5}, "B": {"name": "新乙科技公司"}}


def test_telling_the_same_again_changes_nothing(frame: pl.DataFrame, chief: Actor) -> None:
    before = list(Customer.objects.values())
    assert services.post_changes(frame, batch_no=2, told_on=LATER, actor=chief) == 0
    assert list(Customer.objects.values()) == before


def test_clash_changes_nothing(frame: pl.DataFrame, chief: Actor, reader: Actor) -> None:
    rows = [{"no": "A", "name": "别名", "parent_no": "B"}, {"no": "B", "name": "乙公司", "parent_no": "A"}]
    with pytest.raises(RowsNotPostable) as refused:
        change(rows, chief)
    assert refused.value.params["rows"] == 2
    with pytest.raises(AccessDenied):
        change([{"no": "A", "name": "别名"}], reader)
    assert Customer.objects.get(no="A").name == "甲公司"
