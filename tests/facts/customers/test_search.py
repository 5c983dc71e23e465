"""Search as a Chinese user expects it, on either database."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.customers import queries, services
from xinheng.facts.customers import search as index

pytestmark = pytest.mark.django_db
NAMES = {
    "C-0001": "深圳华为技术有限公司",
    "C-0002": "重庆长安汽车股份有限公司",
    "C-0003": "華泰證券（上海）有限责任公司",
    "C-0004": "ABC贸易有限公司",
    "C-0005": "华夏银行",
    "X-9": "O'Neil & Sons",
}


@pytest.fixture
def customers(chief: Actor, day: date) -> None:
    person = {"no": "P-1", "name": "单雄信", "kind": "person", "id_number": "11010519491231002X"}
    rows = [{"no": no, "name": name} for no, name in NAMES.items()]
    rows[1] |= {"uscc": "91350100M000100Y43", "former_name": "西南汽修厂"}
    services.post_customers(pl.DataFrame([*rows, person]), batch_no=1, told_on=day, actor=chief)


def found(actor: Actor, text: str, day: date) -> list[str]:
    return [one.no for one in queries.search(actor, text, on=day)]


@pytest.mark.parametrize("few", [index.FEW, 0])  # few hits by their ids, many in passing: the same answer
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("华", ["C-0001", "C-0003", "C-0005"]),
        ("华为", ["C-0001"]),
        ("華為技術", ["C-0001"]),
        ("华泰证券上海", ["C-0003"]),
        ("華泰證券(上海)", ["C-0003"]),
        ("cqca", ["C-0002"]),
        ("chongqing", ["C-0002"]),
        ("xiyin", []),
        ("hxyh", ["C-0005"]),
        ("huaxiayinh", ["C-0005"]),
        ("汽修", ["C-0002"]),
        ("91350100", ["C-0002"]),
        ("91350100m000100y43", ["C-0002"]),
        ("c-000", ["C-0001", "C-0002", "C-0003", "C-0004", "C-0005"]),
        ("C0003", ["C-0003"]),
        ("9", ["C-0002", "X-9"]),
        ("有限公司", ["C-0001", "C-0002", "C-0004"]),
        ("abc", ["C-0004"]),
        ("ＡＢＣ贸", ["C-0004"]),
        ("o'neil", ["X-9"]),
        ("上海 华泰", ["C-0003"]),
        ("上海 华为", []),
        ("有限 科", []),
        ("有限 h", ["C-0003"]),
        ("()", []),
        ("%", []),
        ("华%", ["C-0001", "C-0003", "C-0005"]),
        ('" OR "', []),
        ("';DROP TABLE customers_customer;--", []),
        ("没有的", []),
        ("x" * 5000, []),
    ],
)
def test_what_is_typed_finds(  # noqa: PLR0917 (fixtures)
    customers: None,
    chief: Actor,
    day: date,
    text: str,
    expected: list[str],
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index, "FEW", few)
    assert sorted(found(chief, text, day)) == expected


def test_blank_text_finds_all_and_whole_id_number_finds_its_holder(
    customers: None, chief: Actor, day: date
) -> None:
    assert len(found(chief, "  ", day)) == 7
    assert found(chief, "11010519491231002x", day) == ["P-1"]
    assert found(chief, "11010519", day) == []


def test_likeliest_comes_first(chief: Actor, day: date) -> None:
    names = ["新华夏银行物业", "华夏银行北京分行", "华夏银行"]
    rows = pl.DataFrame({"no": ["A", "B", "C"], "name": names})
    services.post_customers(rows, batch_no=1, told_on=day, actor=chief)
    for typed in ("华夏银行", "華夏銀行", "华夏 银行"[:2] + "银行"):
        assert found(chief, typed, day) == ["C", "B", "A"], typed
    assert found(chief, "ｂ", day)[0] == "B"


def test_search_stays_within_reach(customers: None, day: date) -> None:
    outsider = Actor(login="x", name="x", permits=frozenset({"customers.read"}), scope=Scope("own", (), 1))
    assert found(outsider, "华为", day) == []


def test_search_asks_a_handful_of_queries(customers: None, chief: Actor, day: date) -> None:
    with CaptureQueriesContext(connection) as asked:
        found(chief, "hw", day)
    assert len(asked) <= 12
