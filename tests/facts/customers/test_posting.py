"""Customers in bulk: posted once, changed never silently."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries, services
from xinheng.facts.customers.errors import RowsNotPostable
from xinheng.facts.customers.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "no": ["G-1", "G-2", "P-1"],
            "name": ["东方集团有限公司", "东方贸易有限公司", "王小明"],
            "kind": ["company", None, "person"],
            "uscc": ["91350100M000100Y43", "", None],
            "industry": ["51", "F51", ""],
            "employees": [250, 4, None],
            "revenue_minor": [4_000_000_000_000, 5_000_000_000_000, None],
            "parent_no": ["", "G-1", ""],
            "former_name": [None, "老东方贸易公司", None],
            "founded_on": [date(2001, 2, 3), None, None],
            "id_number": ["", "", "11010519491231002x"],
        }
    )


def post(frame: pl.DataFrame, chief: Actor, day: date) -> int:
    return services.post_customers(frame, batch_no=7, told_on=day, actor=chief)


def test_frame_opens_files_with_all_that_follows(frame: pl.DataFrame, chief: Actor, day: date) -> None:
    assert post(frame, chief, day) == 3

    mother, daughter, person = Customer.objects.order_by("no")
    assert (mother.uscc, mother.size_class, mother.founded_on) == (
        "91350100M000100Y43",
        "large",
        date(2001, 2, 3),
    )
    assert (daughter.parent, daughter.industry, daughter.industry_section) == (mother, "51", "F")
    assert (daughter.size_class, daughter.uscc, daughter.batch_no, daughter.kind) == (
        "micro",
        None,
        7,
        "company",
    )
    assert (person.id_number, person.size_class) == ("11010519491231002X", "not_applicable")
    assert [one.no for one in queries.search(chief, "老东方", on=day)] == ["G-2"]
    assert sorted(queries.ids_by_no()["no"]) == ["G-1", "G-2", "P-1"]


def test_posting_twice_changes_nothing(frame: pl.DataFrame, chief: Actor, day: date) -> None:
    post(frame, chief, day)
    before = list(Customer.objects.values())

    assert post(frame, chief, date(2027, 1, 1)) == 0
    assert list(Customer.objects.values()) == before
    assert queries.compare(frame, on=day)["state"].to_list() == ["known"] * 3


def test_changed_row_is_told_and_never_overwritten(frame: pl.DataFrame, chief: Actor, day: date) -> None:
    post(frame, chief, day)
    told = frame.with_columns(
        name=pl.Series(["东方集团有限公司", "西方贸易有限公司", "王小明"]),
        region=pl.Series(["", None, "上海"]),
    )

    states = queries.compare(told, on=day)

    assert states["state"].to_list() == ["known", "changed", "changed"]
    assert states["fields"].to_list() == [[], ["name"], ["region"]]
    with pytest.raises(RowsNotPostable):
        post(told, chief, day)
    assert Customer.objects.get(no="G-2").name == "东方贸易有限公司"


@pytest.mark.parametrize(
    ("rows", "cause", "fields"),
    [
        ([{"no": "A", "name": "甲"}, {"no": "A", "name": "乙"}], "repeated", ["no"]),
        ([{"no": "A", "name": "甲", "parent_no": "X"}], "unknown", ["parent_no"]),
        ([{"no": "A", "name": "甲", "unit_code": "X"}], "unknown", ["unit_code"]),
        ([{"no": "A", "name": "甲", "person_login": "X"}], "unknown", ["person_login"]),
        (
            [{"no": "A", "name": "甲", "parent_no": "B"}, {"no": "B", "name": "乙", "parent_no": "A"}],
            "cycle",
            ["parent_no"],
        ),
        ([{"no": "A", "name": "甲", "parent_no": "A"}], "cycle", ["parent_no"]),
        ([{"no": "A", "name": "甲", "uscc": "91350100M000100Y43"}], "taken", ["uscc"]),
        ([{"no": "A", "name": "甲", "uscc": "91350100M000100Y44"}], "invalid", ["uscc"]),
        ([{"no": "A", "name": "甲", "id_number": "11010519491231002X"}], "invalid", ["id_number"]),
        ([{"no": "A", "name": "--"}], "invalid", ["name"]),
        ([{"no": "", "name": "甲"}], "invalid", ["no"]),
        ([{"no": "A", "name": "甲", "industry": "C51"}], "invalid", ["industry"]),
        ([{"no": "A", "name": "甲", "kind": "x"}], "invalid", ["kind"]),
    ],
)
def test_clash_is_named_and_posts_nothing(
    rows: list[dict[str, str]], cause: str, fields: list[str], frame: pl.DataFrame, chief: Actor, day: date
) -> None:
    post(frame.head(1), chief, day)

    states = queries.compare(pl.DataFrame(rows), on=day)

    assert states["state"].to_list() == ["conflict"] * len(rows)
    assert (states["cause"][0], states["fields"][0].to_list()) == (cause, fields)
    with pytest.raises(RowsNotPostable):
        post(pl.DataFrame(rows), chief, day)
    assert Customer.objects.count() == 1


def test_like_name_is_told_beside_a_new_row(frame: pl.DataFrame, chief: Actor, day: date) -> None:
    post(frame, chief, day)
    states = queries.compare(
        pl.DataFrame({"no": ["X", "Y"], "name": ["東方貿易股份有限公司", "别家"]}), on=day
    )
    assert states["like_no"].to_list() == ["G-2", None]


def test_long_chain_of_parents_is_no_cycle(chief: Actor, day: date) -> None:
    nos = [f"N{number:03}" for number in range(70)]
    chain = pl.DataFrame({"no": nos, "name": [f"公司{no}" for no in nos], "parent_no": [*nos[1:], ""]})
    assert post(chain, chief, day) == 70


def test_reader_posts_nothing(frame: pl.DataFrame, reader: Actor, day: date) -> None:
    with pytest.raises(AccessDenied):
        post(frame, reader, day)
