"""A small utility, simulated: who is supplied, what is measured by day, who steals, and who only uses less.

Nobody here exists. The same day gives the same figures. Every theft and every honest decline is named in
CASES, so that what a ranking finds can be held against what was put in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from xinheng.facts.factors import tables as factors
from xinheng.runs.demonstration.files import SEED

MONTHS = 26
QUARTER_DAYS = 35  # of which the 96 points are kept
Figures = npt.NDArray[np.float64]
Shape = Literal["home", "shop", "office", "factory", "continuous", "farm"]
AREAS = (  # code, name, kind, parent, capacity in kVA
    ("T", "星衡市供电公司（演示）", "company", "", None),
    ("T-A", "城关县", "county", "T", None), ("T-B", "河东县", "county", "T", None),
    ("T-C", "云岭县", "county", "T", None),
    ("T-A-1", "城关110kV变电站", "substation", "T-A", 50000), ("T-B-1", "河东110kV变电站", "substation", "T-B", 40000),
    ("T-C-1", "云岭35kV变电站", "substation", "T-C", 16000),
    ("T-A-1-1", "10kV城东线", "line", "T-A-1", None), ("T-A-1-2", "10kV园区线", "line", "T-A-1", None),
    ("T-B-1-1", "10kV河东线", "line", "T-B-1", None), ("T-C-1-1", "10kV云岭线", "line", "T-C-1", None),
    ("TA-01", "和平里1号台区", "transformer", "T-A-1-1", 400), ("TA-02", "和平里2号台区", "transformer", "T-A-1-1", 400),
    ("TA-03", "东风街台区", "transformer", "T-A-1-1", 315), ("TA-04", "河东老街台区", "transformer", "T-B-1-1", 315),
    ("TA-05", "河东新村台区", "transformer", "T-B-1-1", 400), ("TA-06", "滨江苑台区", "transformer", "T-B-1-1", 630),
    ("TA-07", "云岭集镇台区", "transformer", "T-C-1-1", 315), ("TA-08", "云岭茶场台区", "transformer", "T-C-1-1", 200),
)  # fmt: skip
COUNTY_OF = {"A": "PW-A", "B": "PW-B", "C": "PW-C"}
HOMES_AT = (("TA-01", "A", 6), ("TA-02", "A", 6), ("TA-03", "A", 4), ("TA-04", "B", 5), ("TA-05", "B", 5),
            ("TA-06", "B", 5), ("TA-07", "C", 3), ("TA-08", "C", 2))  # fmt: skip
SHOPS = (("东风超市", "F52", "TA-03", "A", "shop"), ("和平里餐馆", "H62", "TA-01", "A", "shop"),
         ("河东五金店", "F52", "TA-04", "B", "shop"), ("滨江网吧", "R90", "TA-06", "B", "shop"),
         ("老街洗衣店", "O80", "TA-04", "B", "shop"), ("云岭茶叶加工点", "C15", "TA-08", "C", "farm"),
         ("新村豆制品作坊", "C13", "TA-05", "B", "shop"), ("集镇修理厂", "O81", "TA-07", "C", "shop"),
         ("东风街诊所", "Q84", "TA-03", "A", "office"), ("滨江物业", "K70", "TA-06", "B", "office"))  # fmt: skip
PLANTS = (("华光纺织", "C17", "T-A-1-2", "A", "continuous", 3200, 800), ("金桥机械", "C34", "T-A-1-2", "A", "factory", 1800, 500),
          ("恒达铸造", "C33", "T-A-1-2", "A", "continuous", 4200, 1000), ("鸿运塑料", "C29", "T-A-1-2", "A", "factory", 1500, 400),
          ("安泰食品", "C14", "T-B-1-1", "B", "factory", 1300, 315), ("顺发建材", "C30", "T-B-1-1", "B", "factory", 2100, 630),
          ("河东水泥", "C30", "T-B-1-1", "B", "continuous", 6000, 1600), ("青山木业", "C20", "T-C-1-1", "C", "factory", 900, 250),
          ("云岭冷库", "G59", "T-C-1-1", "C", "continuous", 1100, 315), ("云岭采石场", "B10", "T-C-1-1", "C", "factory", 1600, 500),
          ("城关自来水厂", "D46", "T-A-1-1", "A", "continuous", 2400, 630), ("河东中学", "P83", "T-B-1-1", "B", "office", 700, 250),
          ("金茂商城", "F51", "T-A-1-1", "A", "shop", 2600, 800), ("众鑫电子", "C39", "T-A-1-2", "A", "factory", 1900, 500))  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What was put in: how a consumer changes from a day before the end on.

    factor: what the meter still shows; ramp: days until it does; off_days: of each ten, how many show nothing.
    """

    consumer: str
    kind: Literal["theft", "honest"]
    what: str
    days: int
    factor: float = 1.0
    ramp: int = 0
    off_days: int = 0
    event: str = ""


CASES = (
    Case("DY0007", "theft", "绕越电能表用电", 200, 0.30, event="301B"),
    Case("DY0019", "theft", "短接电流回路", 150, 0.45),
    Case("DY0028", "theft", "干扰计量装置，时断时续", 120, 1.0, off_days=6, event="302A"),
    Case("DY0039", "theft", "一相失压", 160, 0.66, event="3000"),
    Case("DY0048", "theft", "逐步改动计量", 300, 0.35, ramp=150, event="301B"),
    Case("DY0054", "theft", "夜间绕越", 110, 0.55, event="301C"),
    Case("DY0012", "honest", "房屋空置", 140, 0.03),
    Case("DY0033", "honest", "家庭人口减少", 260, 0.60),
    Case("DY0043", "honest", "更换节能设备", 180, 0.72),
    Case("DY0056", "honest", "订单不足，停一条线", 90, 0.45, event="reduce_request"),
)


@dataclass(frozen=True)
class Told:
    """Everything that is told of the utility, ready to be kept."""

    consumers: pl.DataFrame  # no, name, industry, area, county, shape, level, capacity_kva, voltage
    readings: pl.DataFrame
    quarters: pl.DataFrame
    events: pl.DataFrame
    areas: pl.DataFrame
    bills: pl.DataFrame
    factors: pl.DataFrame  # series, day, value, source


def simulate(through: date) -> Told:
    """The utility up to the day before `through`."""
    made = np.random.default_rng(SEED)
    days = _days(through)
    who = _consumers(made)
    calendar = factors.calendar_days(days[0], days[-1], as_of=through)
    off = calendar["day_off"].fill_null(0).to_numpy()
    spring = calendar["spring_festival"].fill_null(99).to_numpy()
    warmth = _temperature(made, days)
    true = np.vstack([_use(row, warmth, off, spring, made) for row in who.iter_rows(named=True)])
    shown, stolen = _shown(true, who["no"].to_list(), len(days))
    told = shown * made.normal(1, 0.01, shown.shape)
    return Told(
        who, _readings(told, who, days, made), _quarters(told, who, days, made), _events(who, days, made),
        _supplies(true, stolen, who, days, made), _bills(told, who, days, made), _factors(warmth, days, made),
    )  # fmt: skip


def _days(through: date) -> list[date]:
    month = through.year * 12 + through.month - 1 - MONTHS
    first = date(month // 12, month % 12 + 1, 1)
    return [first + timedelta(days=n) for n in range((through - first).days)]


def _consumers(made: np.random.Generator) -> pl.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for area, county, count in HOMES_AT:
        for place in range(count):
            level = float(made.uniform(4, 12))
            rows.append((f"{area[3:]}栋{place + 1}户（演示）", "", area, county, "home", level, 8.0, "low"))
    for name, industry, area, county, shape in SHOPS:
        rows.append(
            (f"{name}（演示）", industry, area, county, shape, float(made.uniform(30, 110)), 30.0, "low")
        )
    for name, industry, area, county, shape, level, kva in PLANTS:
        rows.append((f"{name}（演示）", industry, area, county, shape, float(level), float(kva), "high"))
    names = ["name", "industry", "area", "county", "shape", "level", "capacity_kva", "voltage"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.select(pl.Series("no", [f"DY{n:04}" for n in range(1, frame.height + 1)]), pl.all())


def _temperature(made: np.random.Generator, days: list[date]) -> Figures:
    """A mean temperature of 17 degrees, warmest at the end of July, with weather that lasts some days."""
    of_year = np.array([day.timetuple().tm_yday for day in days])
    noise = np.zeros(len(days))
    for at, shock in enumerate(made.normal(0, 1.6, len(days))):
        noise[at] = 0.75 * noise[at - 1] + shock if at else shock
    found: Figures = 17 + 12.5 * np.cos((of_year - 205) / 365.25 * 2 * np.pi) + noise
    return found


def _use(
    row: dict[str, Any], warmth: Figures, off: Figures, spring: Figures, made: np.random.Generator
) -> Figures:
    """What somebody truly uses by day."""
    count = len(warmth)
    hot, cold = np.clip(warmth - 26, 0, None), np.clip(12 - warmth, 0, None)
    near = np.exp(-(((spring - 1) / 6.0) ** 2))  # around the Spring Festival
    noise = np.exp(made.normal(0, 0.10, count))
    shapes: dict[str, Figures] = {
        "home": (1 + 0.10 * hot + 0.05 * cold) * (1 + 0.10 * off) * (1 + 0.25 * near),
        "shop": (1 + 0.05 * hot + 0.02 * cold) * (1 + 0.12 * off) * (1 - 0.5 * near),
        "office": (1 + 0.07 * hot + 0.04 * cold) * (1 - 0.55 * off) * (1 - 0.6 * near),
        "factory": (1 + 0.01 * hot) * (1 - 0.65 * off) * (1 - 0.85 * near),
        "continuous": (1 + 0.005 * hot) * (1 - 0.08 * off) * (1 - 0.35 * near),
        "farm": (0.5 + 1.2 * np.exp(-(((warmth - 16) / 5) ** 2))) * (1 - 0.6 * near),
    }
    trend = 1 + made.normal(0.02, 0.03) * np.arange(count) / 365
    found: Figures = row["level"] * shapes[row["shape"]] * noise * trend
    return found


def _shown(true: Figures, numbers: list[str], count: int) -> tuple[Figures, Figures]:
    """What the meters show, and what was used past them."""
    shown, stolen = true.copy(), np.zeros_like(true)
    day = np.arange(count)
    for case in CASES:
        at, begin = numbers.index(case.consumer), count - case.days
        share = np.clip((day - begin) / case.ramp, 0, 1) if case.ramp else (day >= begin).astype(float)
        left = 1 - share * (1 - case.factor)
        if case.off_days:
            left = np.where((day >= begin) & (day * 7 % 10 < case.off_days), 0.02, left)
        if case.kind == "theft":
            shown[at] = true[at] * left
            stolen[at] = true[at] - shown[at]
        else:
            shown[at] = true[at] = true[at] * left
    return shown, stolen


def _long(values: Figures, keys: list[str], days: list[date], key: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            key: pl.Series(np.repeat(np.array(keys, dtype=object), len(days)), dtype=pl.String),
            "day": pl.Series(days * len(keys), dtype=pl.Date),
            "kwh": np.round(values.ravel(), 2),
        }
    )


def _readings(told: Figures, who: pl.DataFrame, days: list[date], made: np.random.Generator) -> pl.DataFrame:
    unread = made.random(told.shape) < 0.004
    frame = _long(told, who["no"].to_list(), days, "consumer")
    gaps = pl.Series(unread.ravel())
    return frame.with_columns(kwh=pl.when(gaps).then(None).otherwise("kwh"))


def _quarters(told: Figures, who: pl.DataFrame, days: list[date], made: np.random.Generator) -> pl.DataFrame:
    """The last weeks of the plants and of two who steal, the day's use spread over 96 points."""
    of_day = np.arange(96) / 4
    bells = {
        "home": 0.4 + np.exp(-(((of_day - 20) / 2.5) ** 2)) + 0.5 * np.exp(-(((of_day - 7.5) / 1.5) ** 2)),
        "continuous": np.ones(96) + 0.05 * np.sin(of_day / 24 * 2 * np.pi),
    }
    work = 0.15 + 1 / (1 + np.exp(-(of_day - 7.5) * 3)) / (1 + np.exp((of_day - 18) * 2))
    kept = who.with_row_index("at").filter(
        (pl.col("voltage") == "high") | pl.col("no").is_in(["DY0007", "DY0039"])
    )
    rows = []
    for row in kept.iter_rows(named=True):
        bell = bells.get(row["shape"], work)
        for at in range(len(days) - QUARTER_DAYS, len(days)):
            points = bell * np.exp(made.normal(0, 0.06, 96))
            rows.append(
                (row["no"], days[at], (points / points.sum() * told[row["at"], at]).round(3).tolist())
            )
    schema: dict[str, Any] = {"consumer": pl.String, "day": pl.Date, "kwh": pl.List(pl.Float32)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _events(who: pl.DataFrame, days: list[date], made: np.random.Generator) -> pl.DataFrame:
    rows = [
        (case.consumer, datetime.combine(days[-case.days], datetime.min.time()) + timedelta(hours=2, minutes=17),
         case.event, "")
        for case in CASES if case.event
    ]  # fmt: skip
    for no in made.choice(who["no"].to_numpy(), 12, replace=False):  # power cuts, which say nothing
        down = datetime.combine(days[int(made.integers(60, len(days)))], datetime.min.time())
        rows.append((str(no), down + timedelta(hours=9, minutes=30), "3011", ""))
    schema: dict[str, Any] = {
        "consumer": pl.String,
        "at": pl.Datetime("us"),
        "code": pl.String,
        "note": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _supplies(
    true: Figures, stolen: Figures, who: pl.DataFrame, days: list[date], made: np.random.Generator
) -> pl.DataFrame:
    """What goes into transformer areas and lines: all that is used there, with the loss of the wires."""
    assert (true >= stolen).all()
    parents = {code: parent for code, _name, _kind, parent, _kva in AREAS}
    kinds = {code: kind for code, _name, kind, _parent, _kva in AREAS}
    into: dict[str, Figures] = {}
    for at, area in enumerate(who["area"].to_list()):
        into[area] = into.get(area, np.zeros(len(days))) + true[at]
    for code in [code for code in into if kinds[code] == "transformer"]:
        into[code] = into[code] * (1 + made.uniform(0.025, 0.045) + made.normal(0, 0.004, len(days)))
        line = parents[code]
        into[line] = into.get(line, np.zeros(len(days))) + into[code]
    for code in [code for code in into if kinds[code] == "line"]:
        into[code] = into[code] * (1 + made.uniform(0.015, 0.025) + made.normal(0, 0.003, len(days)))
    codes = sorted(into)
    return _long(np.vstack([into[code] for code in codes]), codes, days, "area")


def _bills(told: Figures, who: pl.DataFrame, days: list[date], made: np.random.Generator) -> pl.DataFrame:
    """Billed use by month: whole months, due on the 20th of the next; some pay late."""
    frame = _long(told, who["no"].to_list(), days, "consumer")
    months = frame.group_by("consumer", pl.col("day").dt.truncate("1mo").alias("month"), maintain_order=True)
    bills = months.agg(pl.col("kwh").sum().round(2)).filter(pl.col("month") < days[-1].replace(day=1))
    price = pl.when(pl.col("voltage") == "high").then(0.68).when(pl.col("industry") == "").then(0.56)
    bills = bills.join(who.select("no", "voltage", "industry"), left_on="consumer", right_on="no")
    late = made.random(bills.height) < 0.08
    lag = np.where(late, made.integers(3, 45, bills.height), -made.integers(0, 10, bills.height))
    due = pl.col("month").dt.offset_by("1mo") + pl.duration(days=19)
    bills = bills.select(
        "consumer", "month", "kwh", amount=(pl.col("kwh") * price.otherwise(0.74)).round(2), due_on=due
    )
    bills = bills.with_columns(pl.Series("lag", lag))
    paid = bills.with_columns(paid_on=pl.col("due_on") + pl.duration(days="lag"), bill_no=pl.lit(""))
    paid = paid.with_columns(paid_late=pl.col("paid_on") > pl.col("due_on")).drop("lag")
    known = pl.col("paid_on") <= days[-1]
    return paid.with_columns(pl.when(known).then("paid_on"), pl.when(known).then("paid_late"))


def _factors(warmth: Figures, days: list[date], made: np.random.Generator) -> pl.DataFrame:
    rows: list[tuple[str, date, float, str]] = [
        ("temperature", day, round(float(value), 1), "模拟气象数据")
        for day, value in zip(days, warmth, strict=True)
    ]
    for day in (day for day in days if day.day == 1):
        rows += [
            ("pmi", day, round(float(made.normal(50.1, 0.6)), 1), "模拟统计数据"),
            ("macro_index", day, round(float(made.normal(100.5, 1.2)), 1), "模拟统计数据"),
            ("regional_consumption", day, round(float(made.normal(104, 1.5)), 1), "模拟统计数据"),
            ("price_industrial", day, 0.68 if day < days[len(days) // 2] else 0.70, "模拟电价表"),
        ]
    return pl.DataFrame(rows, schema=["series", "day", "value", "source"], orient="row")
