"""How fast a million customers are posted and how fast a typed text finds some of them.

    .venv/bin/python benchmarks/find_customers.py [--customers 1000000] [--rounds 7] [--home FOLDER]

Builds the customers in a scratch SQLite database (or in DATABASE_URL) through `post_customers`, then asks
for the first fifty hits of typed texts of every kind and prints the median, the worst and the processor time
of each: on a busy machine only the last tells (SQLite works inside this process).
A folder given with --home is kept and used again.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import tempfile
import time
from datetime import date

import polars as pl

DAY = date(2026, 6, 30)
BUDGET_MS = 50
CITIES = [
    "北京",
    "上海",
    "深圳",
    "广州",
    "杭州",
    "苏州",
    "重庆",
    "成都",
    "武汉",
    "西安",
    "南京",
    "天津",
    "长沙",
    "青岛",
    "厦门",
]
WORDS = list("华为中天恒信達达鑫瑞德隆泰盛昌興榮富贵祥丰康安和顺通宝金银汇联创新海江龍飞远博雅嘉")
TRADES = [
    "科技",
    "贸易",
    "实业",
    "电子",
    "机械",
    "建材",
    "物流",
    "化工",
    "食品",
    "服装",
    "医药",
    "汽车",
    "信息技术",
    "环保",
    "新材料",
]
FORMS = ["有限公司", "有限公司", "有限责任公司", "股份有限公司"]
TEXTS = (
    "华",
    "囍",
    "有",
    "有限公司",
    "华为",
    "華為",
    "鑫瑞",
    "上海鑫",
    "深圳华为科技有限公司",
    "科技 瑞",
    "hw",
    "hwkj",
    "kj",
    "zzz",
    "ji",
    "hua",
    "huawei",
    "keji",
    "jike",
    "chongqing",
    "c-00",
    "C-0001234",
    "1234",
    "hw keji",
    "没有的",
)


def generated(count: int) -> pl.DataFrame:
    """Customers with names as companies have them, every tenth below another."""
    rng = random.Random(7)  # noqa: S311 (a benchmark)
    names = [
        rng.choice(CITIES)
        + "".join(rng.choices(WORDS, k=rng.choice((2, 2, 3))))
        + rng.choice(TRADES)
        + rng.choice(FORMS)
        for _ in range(count)
    ]
    row = pl.int_range(count, eager=True)
    nos = "C-" + row.cast(pl.String).str.zfill(7)
    above = pl.select(pl.when(row % 10 == 9).then(nos.shift(9))).to_series()
    industries = rng.choices(["51", "3911", "65", "7010", "52"], k=count)
    return pl.DataFrame(
        {
            "no": nos,
            "name": names,
            "industry": industries,
            "region": rng.choices(CITIES, k=count),
            "employees": rng.choices(range(1, 2000), k=count),
            "revenue_minor": rng.choices(range(10**8, 10**12, 10**8), k=count),
            "parent_no": above,
        }
    )


def main() -> None:
    """Post the customers where there are none yet, then ask."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--customers", type=int, default=1_000_000)
    given.add_argument("--rounds", type=int, default=7)
    given.add_argument("--home", default="")
    asked = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="xinheng-bench-") as scratch:
        os.environ["XINHENG_HOME"] = asked.home or scratch
        os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.wiring.settings"
        import django

        django.setup()
        post(asked.customers)
        ask(asked.rounds)


def post(count: int) -> None:
    """Fill the database, once."""
    from django.core.management import call_command
    from django.db import connection

    from xinheng.base.kernel.actors import system_actor
    from xinheng.facts.customers import services
    from xinheng.facts.customers.models import Customer

    call_command("migrate", verbosity=0)
    if Customer.objects.exists():
        return
    frame = generated(count)
    start = time.perf_counter()
    services.post_customers(frame, batch_no=1, told_on=DAY, actor=system_actor())
    seconds = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"posted {count:,} customers in {seconds:.1f} s, {count / seconds:,.0f} a second, peak {peak:,.0f} MB"
    )


def ask(rounds: int) -> None:
    """Time the first page of each text; the first round warms the caches and is not counted."""
    from xinheng.base.kernel.actors import system_actor
    from xinheng.facts.customers import queries

    actor, worst = system_actor(), 0.0
    for text in TEXTS:
        taken, worked = [], []
        for _ in range(rounds + 1):
            start, begun = time.perf_counter(), time.process_time()
            hits = list(queries.search(actor, text, on=DAY)[:50])
            taken.append((time.perf_counter() - start) * 1000)
            worked.append((time.process_time() - begun) * 1000)
        median = statistics.median(taken[1:])
        worst = max(worst, median)
        work = statistics.median(worked[1:])
        print(
            f"{text:20} {len(hits):3} hits, ms: mid {median:6.1f} worst {max(taken[1:]):6.1f} cpu {work:6.1f}"
        )
    print(f"slowest median {worst:.1f} ms, budget {BUDGET_MS} ms")


if __name__ == "__main__":
    main()
