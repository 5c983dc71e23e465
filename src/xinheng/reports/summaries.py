"""A rating run as a department reports it: grades in counts and money, by industry, and who moved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.indicators import tables as measured
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import tables as graded
from xinheng.reports.run_tables import migration, run_shares
from xinheng.reports.values import GradeLine, GradeSummary, IndustryLine

MEASURES = ("turnover_12m", "turnover_ever")  # sales of a year; the sum ever billed or leased (LSE-13)


def grade_summary(actor: Actor, run_id: int, *, on: date) -> GradeSummary:
    """The grades of one run among the customers the actor may see, with counts, shares and money.

    Shares are percent with one decimal, half up; none where there is nothing to take a share of.
    Refuses: AccessDenied, RunUnknown.
    """
    access.require(actor, "ratings.read", f"run:{run_id}")
    run = ratings.get_run(run_id)
    policy = policies.load(packs.document(run.policy_sha256).text)
    chinese = reads_chinese()
    words = {step.code: step.zh if chinese else step.en for step in policy.scale}
    counts: dict[str, int] = {}
    for share in run_shares(actor, run_id, on=on):
        counts[share.grade] = counts.get(share.grade, 0) + share.customers
    grades = [*words, *([""] if counts.get("") else [])]
    currency: str = "CNY"
    money: dict[str, dict[str, int]] = {}
    if actor.may("indicators.read"):
        rated = graded.leading_grades(run.pk).lazy()
        if actor.scope.reach != "everything":
            seen = customers.visible(actor, on=on).order_by().values_list("pk", flat=True)
            rated = rated.filter(pl.col("customer_id").is_in(list(seen)))
        currency, money = money_of(rated, indicators.measurement(run.measurement_id))
    return GradeSummary(
        run_id=run.pk,
        as_of=run.as_of,
        policy_code=run.policy_code,
        policy_name=policy.name.zh if chinese else policy.name.en,
        policy_version=run.policy_version,
        grades=tuple(words),
        lines=grade_lines({grade: counts.get(grade, 0) for grade in grades}, words, currency, money),
        customers=sum(counts.values()),
        industries=_industries(actor, run_id, grades, on=on),
        moves=tuple(migration(actor, run_id, on=on)),
        currency=currency,
        totals=totals_of(grades, currency, money),
    )


def grade_lines(
    counts: dict[str, int], words: dict[str, str], currency: str, money: dict[str, dict[str, int]]
) -> tuple[GradeLine, ...]:
    """Counts by grade, best first, as a table: shares and running totals (W-04), money where measured."""
    total, running = sum(counts.values()), 0
    sums = {measure: sum(held.values()) for measure, held in money.items()}
    lines = []
    for grade, number in counts.items():
        running += number
        held = {measure: amounts.get(grade, 0) for measure, amounts in money.items()}
        lines.append(
            GradeLine(
                grade=grade,
                word=words.get(grade, ""),
                customers=number,
                share=percent(number, total),
                running=running,
                running_share=percent(running, total),
                amounts={measure: Money(amount, currency) for measure, amount in held.items()},
                amount_shares={measure: percent(held[measure], sums[measure]) for measure in money},
            )
        )
    return tuple(lines)


def percent(part: int, whole: int) -> Decimal | None:
    """A share in percent, one decimal, half up; none of nothing (LSE-13: total 0 is n/a)."""
    if whole <= 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _industries(actor: Actor, run_id: int, grades: Iterable[str], *, on: date) -> tuple[IndustryLine, ...]:
    held: dict[str, dict[str, int]] = {}
    for share in run_shares(actor, run_id, by="industry_section", on=on):
        row = held.setdefault(share.group, dict.fromkeys(grades, 0))
        row[share.grade] = row.get(share.grade, 0) + share.customers
    lines = [IndustryLine(section, row, sum(row.values())) for section, row in held.items()]
    return tuple(sorted(lines, key=lambda line: (-line.customers, line.section)))


def totals_of(grades: list[str], currency: str, money: dict[str, dict[str, int]]) -> dict[str, Money]:
    return {
        measure: Money(sum(held.get(grade, 0) for grade in grades), currency)
        for measure, held in money.items()
    }


def money_of(grades: pl.LazyFrame, measurement: Any) -> tuple[str, dict[str, dict[str, int]]]:
    """What the customers of each grade were billed, as a measurement has it; one currency only.

    grades: customer_id, grade. The currency is the one of most customers; what is billed in others is left
    out.
    """
    if measurement is None or not measured.values(measurement).is_file():
        return "CNY", {}
    who = pl.scan_parquet(measured.customers(measurement)).select("customer_no", "customer_id")
    values = pl.scan_parquet(measured.values(measurement)).select("customer_no", "currency", *MEASURES)
    joined = grades.join(who, on="customer_id").join(values, on="customer_no")
    summed = (
        joined.group_by("currency", "grade")
        .agg(pl.len().alias("customers"), *(pl.col(name).sum() for name in MEASURES))
        .collect()
    )
    if summed.is_empty():
        return "CNY", {name: {} for name in MEASURES}
    most = summed.group_by("currency").agg(pl.col("customers").sum()).sort("customers", descending=True)
    currency = str(most["currency"][0])
    of_it = summed.filter(pl.col("currency") == currency)
    return currency, {name: dict(zip(of_it["grade"], of_it[name], strict=True)) for name in MEASURES}
