"""The customers of the demonstration company and their habits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.random import Generator
from stdnum.cn import uscc

CUSTOMERS = 400
REGIONS = (("华东", "EAST"), ("华南", "SOUTH"), ("华北", "NORTH"))
INDUSTRIES = (  # GB/T 4754 division, word in the name, yearly revenue in 万元 (median), employees per 万元
    ("01", "农业", 900, 0.02),
    ("34", "机械", 6000, 0.015),
    ("47", "建筑", 9000, 0.01),
    ("51", "商贸", 5000, 0.004),
    ("54", "物流", 3500, 0.02),
    ("62", "餐饮", 800, 0.05),
    ("65", "软件", 2500, 0.03),
    ("73", "检测", 1500, 0.03),
)
CITIES = {  # with the district that registers
    "华东": (
        ("上海", "310115"),
        ("杭州", "330106"),
        ("苏州", "320505"),
        ("南京", "320106"),
        ("宁波", "330212"),
    ),
    "华南": (
        ("广州", "440106"),
        ("深圳", "440305"),
        ("东莞", "441900"),
        ("佛山", "440604"),
        ("珠海", "440402"),
    ),
    "华北": (
        ("北京", "110108"),
        ("天津", "120101"),
        ("石家庄", "130102"),
        ("太原", "140105"),
        ("唐山", "130203"),
    ),
}
SELLERS = {"华东": ("lihua",), "华南": ("wangqiang",), "华北": ("lihua", "wangqiang")}
FIRST = "恒瑞嘉宏泰远盛安诚博凯华信达荣兴源鼎和德"
SECOND = "通源丰达悦辉科联成隆旺祥顺康利创益美佳峰"
HABITS = (  # habit, share of customers
    ("good", 0.46),
    ("slow", 0.22),
    ("worsening", 0.07),
    ("failing", 0.04),
    ("seasonal", 0.10),
    ("new", 0.06),
    ("dormant", 0.05),
)
GROUP_HEAD, SUBSIDIARIES = 0, 5  # the first customer heads a group; the next five belong to it


@dataclass(frozen=True)
class Parties:
    """customers: a row a customer as the import file tells it. habit and others: one entry a customer."""

    customers: pl.DataFrame
    habit: list[str]
    revenue_wan: np.ndarray  # yearly, 万元
    since: list[date]
    terms_days: np.ndarray


def make_parties(dice: Generator, *, end: date) -> Parties:
    """400 companies in eight industries and three regions; a group of six among them."""
    industry = dice.integers(0, len(INDUSTRIES), CUSTOMERS)
    region = dice.choice(len(REGIONS), CUSTOMERS, p=[0.45, 0.33, 0.22])
    habit = dice.choice([h for h, _ in HABITS], CUSTOMERS, p=[share for _, share in HABITS]).tolist()
    medians = np.array([row[2] for row in INDUSTRIES])[industry]
    revenue = medians * np.exp(dice.normal(0, 0.9, CUSTOMERS))
    staff = np.maximum(
        1, revenue * np.array([row[3] for row in INDUSTRIES])[industry] * dice.uniform(0.6, 1.6, CUSTOMERS)
    )
    habit[GROUP_HEAD : SUBSIDIARIES + 1] = ["good", "good", "slow", "worsening", "good", "slow"]
    cities = [CITIES[REGIONS[r][0]][dice.integers(0, 5)] for r in region]
    names = _names(dice, industry, [name for name, _district in cities])
    for i in range(GROUP_HEAD, SUBSIDIARIES + 1):
        names[i] = (
            f"北辰{'控股' if i == 0 else '东西南北中'[i - 1] + '方'}{INDUSTRIES[industry[i]][1]}有限公司"
        )
    since = [_since(dice, kind, end) for kind in habit]
    ages = dice.integers(1, 20, CUSTOMERS)  # years before the first dealing
    founded = [first.replace(year=first.year - int(years)) for first, years in zip(since, ages, strict=True)]
    parents = [""] + ["D0001"] * SUBSIDIARIES + [""] * (CUSTOMERS - SUBSIDIARIES - 1)
    sellers = [str(dice.choice(SELLERS[REGIONS[r][0]])) for r in region]
    frame = pl.DataFrame(
        {
            "客户编号": [f"D{i + 1:04d}" for i in range(CUSTOMERS)],
            "客户名称": names,
            "统一社会信用代码": [_code(dice, district) for _name, district in cities],
            "行业代码": [INDUSTRIES[i][0] for i in industry],
            "地区": [REGIONS[r][0] for r in region],
            "地址": [
                f"{city}市演示路{n}号"
                for (city, _district), n in zip(cities, dice.integers(1, 999, CUSTOMERS), strict=True)
            ],
            "成立日期": founded,
            "从业人数": staff.astype(int),
            "年营业收入(万元)": np.round(revenue, 2),
            "资产总额(万元)": np.round(revenue * dice.uniform(0.5, 1.5, CUSTOMERS), 2),
            "上级单位编号": parents,
            "责任部门": [REGIONS[r][1] for r in region],
            "业务员": sellers,
        }
    )
    terms = dice.choice([30, 45, 60, 90], CUSTOMERS, p=[0.4, 0.2, 0.3, 0.1])
    return Parties(frame, habit, revenue, since, terms)


def _names(dice: Generator, industry: np.ndarray, cities: list[str]) -> list[str]:
    pairs = [a + b for a in FIRST for b in SECOND]
    brands = dice.permutation(pairs)[:CUSTOMERS]
    return [
        f"{city}{brand}{INDUSTRIES[i][1]}有限公司"
        for brand, i, city in zip(brands, industry, cities, strict=True)
    ]


def _since(dice: Generator, habit: str, end: date) -> date:
    months = int(dice.integers(2, 11)) if habit == "new" else int(dice.integers(30, 140))
    year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
    return date(year, month + 1, int(dice.integers(1, 28)))


def _code(dice: Generator, area: str) -> str:
    digits = "".join(dice.choice(list("0123456789"), 6))
    subject = f"MA{digits}"
    values = [int(c, 36) for c in subject]
    check = 11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    subject += {10: "X", 11: "0"}.get(check, str(check))
    body = f"91{area}{subject}"
    return body + str(uscc.calc_check_digit(body))
