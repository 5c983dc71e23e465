"""Industries by GB/T 4754-2017 and size classes by the 2017 thresholds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.facts.customers.industry import normal_code, normal_codes, section_of, sections, sections_of
from xinheng.facts.customers.sizes import editions, size_class, size_class_of

pytestmark = pytest.mark.any_database
ON = date(2026, 6, 30)
WAN = 1_000_000


def classed(code: str, x: int | None = None, y: str | None = None, z: str | None = None) -> str | None:
    """x in persons, y and z in 万元."""
    revenue, assets = (None if one is None else int(Decimal(one) * WAN) for one in (y, z))
    return size_class(code, employees=x, revenue_minor=revenue, assets_minor=assets, on=ON)


@pytest.mark.parametrize(
    ("code", "x", "y", "z", "expected"),
    [
        ("C", 1000, "40000", None, "large"),
        ("39", 999, "500000", None, "medium"),
        ("3911", 350, "1800", None, "small"),
        ("06", 19, "100000", None, "micro"),
        ("47", None, "80000", "79999", "medium"),
        ("51", 4, "50000", None, "micro"),
        ("5111", 20, "5000", None, "medium"),
        ("65", 299, "20000", None, "medium"),
        ("7010", None, "200000", "10000", "large"),
        ("71", 120, None, "7999", "small"),
        ("73", 9, None, None, "micro"),
        ("80", 10, None, None, "small"),
        ("01", None, "500", None, "medium"),
        ("A", None, "49.99", None, "micro"),
        ("591", 1000, "30000", None, "large"),
        ("5920", 1000, "30000", None, "large"),
        ("7020", 100, "500", None, "small"),
        ("53", 9999, "9999999", "9999999", "not_applicable"),
        ("J", None, None, None, "not_applicable"),
        ("84", 1, None, None, "not_applicable"),
        ("7030", 1, "1", "1", "not_applicable"),
    ],
)
def test_known_answers(code: str, x: int | None, y: str | None, z: str | None, expected: str) -> None:
    assert classed(code, x, y, z) == expected


# every line of the 2017 rule: codes that meet it, and the least for large, medium and small (y, z in 万元)
RULE = [
    (["01", "05", "A"], {"y": [20000, 500, 50]}),
    (["06", "13", "43", "46", "B", "C", "D", "3911"], {"x": [1000, 300, 20], "y": [40000, 2000, 300]}),
    (["47", "50", "E"], {"y": [80000, 6000, 300], "z": [80000, 5000, 300]}),
    (["51", "5199"], {"x": [200, 20, 5], "y": [40000, 5000, 1000]}),
    (["52"], {"x": [300, 50, 10], "y": [20000, 500, 100]}),
    (["54", "58", "591", "5910"], {"x": [1000, 300, 20], "y": [30000, 3000, 200]}),
    (["592", "599", "5990"], {"x": [200, 100, 20], "y": [30000, 1000, 100]}),
    (["60"], {"x": [1000, 300, 20], "y": [30000, 2000, 100]}),
    (["61", "62", "H"], {"x": [300, 100, 10], "y": [10000, 2000, 100]}),
    (["63", "64"], {"x": [2000, 100, 10], "y": [100000, 1000, 100]}),
    (["65"], {"x": [300, 100, 10], "y": [10000, 1000, 50]}),
    (["701", "7010"], {"y": [200000, 1000, 100], "z": [10000, 5000, 2000]}),
    (["702", "7020"], {"x": [1000, 300, 100], "y": [5000, 1000, 500]}),
    (["71", "72", "L"], {"x": [300, 100, 10], "z": [120000, 8000, 100]}),
    (["73", "75", "76", "79", "80", "82", "85", "86", "90", "M", "N", "O", "R"], {"x": [300, 100, 10]}),
]


@pytest.mark.parametrize(("codes", "bounds"), RULE)
def test_every_bound_of_the_rule_is_reached_by_itself_and_missed_by_one(
    codes: list[str], bounds: dict[str, list[int]]
) -> None:
    def found(code: str, told: dict[str, int]) -> str | None:
        money = {name: told.get(name) for name in ("y", "z")}
        return size_class(
            code, employees=told.get("x"), revenue_minor=money["y"], assets_minor=money["z"], on=ON
        )

    classes = ["large", "medium", "small", "micro"]
    for code in codes:
        for at in range(3):
            exact = {name: least[at] * (1 if name == "x" else WAN) for name, least in bounds.items()}
            assert found(code, exact) == classes[at], (code, exact)
            for name in bounds:
                high = {one: least[0] * (1 if one == "x" else WAN) for one, least in bounds.items()}
                short = high | {name: exact[name] - 1}  # one person, or one 分, below the bound
                assert found(code, short) == classes[at + 1], (code, short)


@pytest.mark.parametrize(
    "code", ["53", "66", "69", "J", "83", "P", "84", "91", "96", "S", "97", "T", "703", "709"]
)
def test_what_the_rule_does_not_cover_is_not_classed(code: str) -> None:
    assert (
        size_class(code, employees=9999, revenue_minor=10**14, assets_minor=10**14, on=ON) == "not_applicable"
    )


@pytest.mark.parametrize(
    ("code", "x", "y", "z"),
    [("C", None, "40000", None), ("C", 1000, None, None), ("47", 1, "80000", None), ("", 1, "1", "1")],
)
def test_missing_input_is_no_class(code: str, x: int | None, y: str | None, z: str | None) -> None:
    assert classed(code, x, y, z) is None


@pytest.mark.parametrize("code", ["59", "70", "K", "F", "G", "I", "Q"])
def test_code_too_short_to_choose_between_lines_is_no_class(code: str) -> None:
    assert classed(code, 1000, "400000", "400000") is None


def test_day_before_the_first_thresholds_has_no_class() -> None:
    told = {"employees": 1000, "revenue_minor": 40000 * WAN, "assets_minor": None}
    assert size_class("C", **told, on=date(2017, 12, 27)) is None
    assert size_class("C", **told, on=date(2017, 12, 28)) == "large"


numbers = st.none() | st.integers(0, 3000)
amounts = st.none() | st.integers(0, 300_000 * WAN)


@settings(deadline=None)  # the first call reads the dictionaries
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*sorted(editions()[-1].line_of), "", "59", "K"]), numbers, amounts, amounts
        )
    )
)
def test_column_gives_what_single_values_give(
    rows: list[tuple[str, int | None, int | None, int | None]],
) -> None:
    schema = {"industry": pl.String} | dict.fromkeys(("employees", "revenue_minor", "assets_minor"), pl.Int64)
    found = pl.DataFrame(rows, schema=schema, orient="row").select(found=size_class_of(ON))["found"].to_list()
    assert found == [
        size_class(code, employees=x, revenue_minor=y, assets_minor=z, on=ON) or "" for code, x, y, z in rows
    ]


def test_every_division_has_one_section() -> None:
    found = [section_of(f"{number:02}") for number in range(1, 98)]
    assert "" not in found
    assert [one.code for one in sections()] == list("ABCDEFGHIJKLMNOPQRST")
    assert (section_of("05"), section_of("06"), section_of("43"), section_of("9700")) == ("A", "B", "C", "T")


@settings(deadline=None)  # the first call reads the dictionaries
@given(st.text("ABCTUZ0123456789 x", max_size=6))
def test_codes_in_a_column_are_read_as_single_ones(text: str) -> None:
    code = normal_code(text)
    found = pl.DataFrame({"text": [text]}).select(
        code=normal_codes(pl.col("text")), section=sections_of(normal_codes(pl.col("text")))
    )
    assert found.row(0) == (code, section_of(code) if code else "")
