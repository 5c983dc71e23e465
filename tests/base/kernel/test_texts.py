"""Names as people type them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.base.kernel import texts

pytestmark = pytest.mark.any_database
HAN = "华為爲技術深圳广廣东東科贸貿易银行重庆长安厦门发髮乾坤臺台公司有限责任股份集团"
NAMES = st.text(st.sampled_from(HAN + "AbZ09（）() ·－ＡＢ１２"), max_size=14)


@pytest.mark.parametrize(
    "name",
    [
        "华为技术有限公司",
        "華為技術有限公司",
        "華爲技術股份有限公司",
        "华为技术有限责任公司",
        "华为（技术）有限公司",
        "华为[技术]公司",
        " 华为\u3000技术 有限公司 ",
    ],
)
def test_names_that_mean_one_company_have_one_key(name: str) -> None:
    assert texts.name_key(name) == "华为技术"


def test_names_of_different_companies_have_different_keys() -> None:
    names = [
        "华为技术有限公司",
        "华为集团有限公司",
        "华为技术服务有限公司",
        "ABC Trading Co., Ltd.",
        "ABC Holding Ltd",
    ]
    assert len({texts.name_key(name) for name in names}) == len(names)
    assert texts.name_key("ＡＢＣ　Trading Co., Ltd.") == "abctrading"
    assert texts.name_key("有限公司") == "有限公司"


def test_pinyin_reads_places_as_they_are_called() -> None:
    assert texts.pinyin_initials("重庆长安汽车") == "cqcaqc"
    assert texts.pinyin("厦门银行") == ["xia", "men", "yin", "hang"]
    assert texts.pinyin("西藏ABC") == ["xi", "zang", "a", "b", "c"]


def test_halfwidth_and_simplified() -> None:
    assert texts.halfwidth("ＡＢＣ１２３（　）") == "ABC123( )"
    assert texts.simplified("廣東華爲乾坤") == "广东华为乾坤"


@settings(deadline=None)  # the first call reads the dictionaries
@given(NAMES)
def test_plain_is_the_same_twice_and_in_parts(name: str) -> None:
    once = texts.plain(name)
    assert texts.plain(once) == once
    assert "".join(texts.plain(sign) for sign in name) == once


@settings(deadline=None)  # the first call reads the dictionaries
@given(st.lists(NAMES))
def test_columns_give_what_single_names_give(names: list[str]) -> None:
    frame = pl.DataFrame({"name": names}, schema={"name": pl.String})
    found = frame.select(
        plain=texts.plain_of(pl.col("name")),
        key=texts.name_key_of(pl.col("name")),
    )
    assert found["plain"].to_list() == [texts.plain(name) for name in names]
    assert found["key"].to_list() == [texts.name_key(name) for name in names]
    spoken = ["".join(f"{one} " for one in texts.pinyin(texts.name_key(name))) for name in names]
    assert texts.pinyin_of(found["key"]).to_list() == spoken


def finds(typed: str, name: str) -> bool:
    """Whether the index of a name answers to what was typed."""
    (row,) = texts.name_tokens(pl.Series([name]))
    there = set(row.split())
    ways = [way for way in texts.wanted(typed) if set(way.tokens) <= there and there & set(way.endings)]
    assert all(way.run in row for way in ways if way.sure)
    return any(way.run in row for way in ways)


@settings(deadline=None)  # the first call reads the dictionaries
@given(NAMES, st.data())
def test_any_part_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name)))
    part = name[start : data.draw(st.integers(start, len(name)))]
    if texts.plain(part):
        assert finds(part, name)


@settings(deadline=None)  # the first call reads the dictionaries
@given(NAMES, st.data())
def test_pinyin_whole_or_by_initials_finds_a_name(name: str, data: st.DataObject) -> None:
    spoken = [one for one in texts.pinyin(texts.name_key(name)) if one in texts.syllables()]
    if spoken != texts.pinyin(texts.name_key(name)) or len(spoken) < 2:
        return
    start = data.draw(st.integers(0, len(spoken) - 2))
    part = spoken[start : data.draw(st.integers(start + 2, len(spoken)))]
    assert finds("".join(one[0] for one in part), name)
    ways = texts.split_pinyin("".join(part))
    if len(ways) < texts.MOST_READINGS:
        assert finds("".join(part), name)
        assert finds("".join(part)[:-1], name)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("华为", True), ("華為", True), ("为", True), ("技术有限", True), ("hw", True), ("szhw", True), ("HWJS", True),
        ("huawei", True), ("huaw", True), ("weijishu", True), ("szhwjsyxgs", True), ("shenzhenhuaweijishu", True),
        ("为华", False), ("wh", False), ("weihua", False), ("华技", False), ("hws", False), ("圳技", False),
        ("", False), ("（）", False), ("' OR 1=1 --", False), ('"*', False),
    ],
)  # fmt: skip
def test_what_finds_huawei_of_shenzhen(typed: str, found: bool) -> None:
    assert finds(typed, "深圳华为技术有限公司") is found


def test_codes_are_found_whole_and_from_the_first_digit_that_counts() -> None:
    told = pl.DataFrame({"no": ["C-0001234", "91350100M000100Y43"]})
    rows = told.select(found=texts.code_tokens(pl.col("no")))["found"].str.split(" ").to_list()
    assert {"c.c0001234", "c.1234"} <= set(rows[0])
    assert "c.91350100m000100y43" in rows[1]
    assert [way.endings for way in texts.wanted("1234")] == [("34",), ("c.1234",)]
