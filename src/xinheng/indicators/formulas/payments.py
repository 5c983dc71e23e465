"""Payment: how the customer pays what it was billed.

An item is a bill that was paid, wholly or in part, or is open past its due day. It belongs to a window by the
day of its last payment, or by the day measured while it is overdue. Clearing by a credit bill is no payment.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import ibis

from xinheng.indicators.catalogue import Day, Family
from xinheng.indicators.formulas.parts import at_least_zero, count, ratio, total

payment = Family(
    "payment",
    "bills",
    "docs/algorithms/indicators.md#payment",
    "窗口期内没有已付或逾期的账单",
    "no bill was paid or overdue in the window",
)
paid_family = payment.but(missing="近12个月没有付款", missing_en="nothing was paid in 12 months")
SCORES = [  # days beyond terms -> hundredths of a point, straight between them (standards 2.8)
    (-30, 10000), (-20, 9000), (0, 8000), (15, 7000), (22, 6000), (30, 5000), (60, 4000), (90, 3000),
    (120, 2000), (234, 100),  # 20 - (234 - 120) / 6 = 1, the least
]  # fmt: skip
LEAST_ITEMS = 3


def items(bills: Any, day: Day, months: int) -> Any:
    """Bills paid in the window or overdue today: others have no `behaved_on`."""
    return bills.behaved_on > day.back(months)


def score(late: Any) -> Any:
    """Hundredths of payment points of an item so many days beyond terms, straight between the points.

    late: days, below zero where paid early; missing gives missing.
    """
    first, last = SCORES[0], SCORES[-1]
    steps = [
        (late < upto, high - (late - start) * ((high - low) / (upto - start)))
        for (start, high), (upto, low) in pairwise(SCORES)
    ]
    beyond = (late >= last[0], float(last[1]))
    return ibis.cases((late <= first[0], float(first[1])), *steps, beyond).round().cast("int64")


def with_points(bills: Any) -> Any:
    """The rows with `payment_points` of each item; what a snapshot keeps, so that it is reckoned once."""
    return bills.mutate(payment_points=score(bills.late_day_weight / bills.late_weight_minor).cast("int32"))


def index(bills: Any, day: Day, months: int) -> Any:
    """Payment points weighted by money; not measured below three items."""
    inside = items(bills, day, months)
    points = total(bills.payment_points.cast("int64") * bills.late_weight_minor, inside)
    measured = ratio(points, total(bills.late_weight_minor, inside) * 100)
    return (count(inside) >= LEAST_ITEMS).ifelse(measured, None)


@payment.but(missing="近12个月没有结清的账单", missing_en="no bill was paid off in 12 months").indicator(
    "平均付款天数", "Days to pay, mean of bills", "days", "lower"
)
def days_to_pay(bills: Any, day: Day) -> Any:
    """Mean days from billing to the last payment, over bills paid off in the last 12 months."""
    inside = items(bills, day, 12) & bills.days_to_pay.notnull()
    return ratio(total(bills.days_to_pay, inside), count(inside))


@paid_family.indicator("加权付款天数", "Days to pay, weighted by amount", "days", "lower")
def days_to_pay_weighted(bills: Any, day: Day) -> Any:
    """Days from billing to payment, weighted by the money paid, over items of the last 12 months."""
    inside = items(bills, day, 12)
    return ratio(total(bills.paid_day_weight, inside), total(bills.paid_minor, inside))


@payment.indicator("加权超期天数", "Days beyond terms, weighted (WDBT)", "days", "lower")
def days_beyond_terms(bills: Any, day: Day) -> Any:
    """Days from due day to payment (today where overdue), weighted by money; early counts below zero."""
    inside = items(bills, day, 12)
    return ratio(total(bills.late_day_weight, inside), total(bills.late_weight_minor, inside))


@payment.but(
    missing="近12个月付款或逾期账单不足三张",
    missing_en="fewer than three bills were paid or overdue in 12 months",
).indicator("付款指数", "Payment index, 0 to 100", "points", "higher")
def payment_index(bills: Any, day: Day) -> Any:
    """Points by days beyond terms (80 is prompt), weighted by money, over items of the last 12 months."""
    return index(bills, day, 12)


@payment.but(
    missing="近3个月付款或逾期账单不足三张",
    missing_en="fewer than three bills were paid or overdue in 3 months",
).indicator("付款指数变化", "Payment index, 3 months less 12", "points", "higher")
def payment_index_change(bills: Any, day: Day) -> Any:
    """The index of the last 3 months less that of the last 12; -10 and below is a warning."""
    return index(bills, day, 3) - index(bills, day, 12)


@payment.indicator("近12个月最长拖欠天数", "Worst delay, last 12 months", "days", "lower")
def worst_delay_12m(bills: Any, day: Day) -> Any:
    """Most days past due at which a bill of the window was paid, or still stands; 0 where none was late."""
    return at_least_zero(bills.days_late.max(where=items(bills, day, 12)))


@payment.indicator("近24个月最长拖欠天数", "Worst delay, last 24 months", "days", "lower")
def worst_delay_24m(bills: Any, day: Day) -> Any:
    """Most days past due at which a bill of the window was paid, or still stands; 0 where none was late."""
    return at_least_zero(bills.days_late.max(where=items(bills, day, 24)))


@payment.indicator("逾期付款笔数", "Bills paid late", "count", "lower")
def late_count_12m(bills: Any, day: Day) -> Any:
    """Items of the last 12 months that were paid late or are overdue."""
    inside = items(bills, day, 12)
    return (count(inside) > 0).ifelse(count(inside & (bills.days_late > 0)), ibis.null())


@payment.indicator("逾期付款笔数占比", "Share of bills paid late, by count", "share", "lower")
def late_share(bills: Any, day: Day) -> Any:
    """Items of the last 12 months that were paid late or are overdue, by count."""
    inside = items(bills, day, 12)
    return ratio(count(inside & (bills.days_late > 0)), count(inside))


@payment.indicator("逾期付款金额占比", "Share of bills paid late, by amount", "share", "lower")
def late_amount_share(bills: Any, day: Day) -> Any:
    """Items of the last 12 months that were paid late or are overdue, by money."""
    inside = items(bills, day, 12)
    late = total(bills.late_weight_minor, inside & (bills.days_late > 0))
    return ratio(late, total(bills.late_weight_minor, inside))
