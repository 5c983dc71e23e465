"""Every indicator over a small ledger again, in plain Python and slowly: what the engine must agree with."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import sqrt


@dataclass
class Payment:
    on: date
    amount: int
    by_credit: bool = False
    reversed: bool = False


@dataclass
class Bill:
    billed_on: date
    due_on: date
    amount: int
    void_on: date | None = None
    payments: list[Payment] = field(default_factory=list)


@dataclass
class Invoice:
    side: str
    counterparty: str
    on: date
    net: int
    tax: int
    is_void: bool


def back(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month(day: date) -> int:
    return day.year * 12 + day.month - 1


def completed(since: date, day: date) -> int:
    """Months completed: the most that, counted back from the day, do not go before the other."""
    months = 0
    while forward(since, months + 1) <= day:
        months += 1
    return months


def forward(day: date, months: int) -> date:
    return back(day, -months)


def over(above: float, below: float) -> float | None:
    return float(Fraction(above) / Fraction(below)) if below > 0 else None


class Standing:
    """A bill as it stood on a day."""

    def __init__(self, bill: Bill, as_of: date) -> None:
        self.bill = bill
        self.is_void = bill.void_on is not None and bill.void_on <= as_of
        known = [p for p in bill.payments if p.on <= as_of and not p.reversed]
        self.open = 0 if self.is_void else bill.amount - sum(p.amount for p in known)
        self.paid = [] if self.is_void else [p for p in known if not p.by_credit]
        past = (as_of - bill.due_on).days
        self.overdue_days = past if self.open > 0 and past > 0 else 0
        last = max((p.on for p in self.paid), default=None)
        self.behaved_on = as_of if self.overdue_days else last
        self.days_late = self.overdue_days or (None if last is None else (last - bill.due_on).days)
        self.days_to_pay = None if last is None or self.open else (last - bill.billed_on).days
        parts = [(p.amount, (p.on - bill.due_on).days) for p in self.paid]
        if self.overdue_days:
            parts.append((self.open, self.overdue_days))
        self.late_weight = sum(weight for weight, _ in parts)
        self.late_days = sum(weight * days for weight, days in parts)


SCALE = [(-30, 100), (-20, 90), (0, 80), (15, 70), (22, 60), (30, 50), (60, 40), (90, 30), (120, 20)]


def points(days: Fraction) -> float:
    if days <= -30:
        return 100
    for (low, high_points), (high, low_points) in pairwise(SCALE):
        if days <= high:
            return float(high_points - (days - low) * (high_points - low_points) / (high - low))
    return max(1.0, float(20 - (days - 120) / 6))


def index(items: list[Standing]) -> float | None:
    if len(items) < 3:
        return None
    weight = sum(i.late_weight for i in items)
    return sum(round(points(Fraction(i.late_days, i.late_weight)), 2) * i.late_weight for i in items) / weight


def of_bills(bills: list[Bill], as_of: date) -> dict[str, float | None]:
    told = [Standing(b, as_of) for b in bills if b.billed_on <= as_of]
    if not told:
        return {}
    return {**dealings(told, as_of), **payment(told, as_of), **position(told, as_of)}


def dealings(told: list[Standing], as_of: date) -> dict[str, float | None]:
    valid = [s.bill for s in told if not s.is_void]

    def billed(months: int) -> list[Bill]:
        return [b for b in valid if b.billed_on > back(as_of, months)]

    def money(some: Iterable[Bill]) -> int:
        return sum(b.amount for b in some)

    t3, t12, t24 = (money(billed(months)) for months in (3, 12, 24))
    begun = min((b.billed_on for b in valid), default=None)
    first = None if begun is None else month(begun)
    last = max((month(b.billed_on) for b in valid), default=None)
    recent = [s for s in told if s.bill.billed_on > back(as_of, 24)]
    void = [s.bill for s in recent if s.is_void]
    gone = sum(abs(b.amount) for b in void)
    plus = sum(b.amount for b in billed(24) if b.amount > 0)
    grown = first is not None and month(as_of) - first >= 23 and t24 - t12 > 0
    return {
        "turnover_12m": t12,
        "turnover_24m": t24,
        "turnover_ever": money(valid),
        "turnover_growth": t12 / (t24 - t12) - 1 if grown else None,
        "turnover_trend": None if t12 <= 0 else t3 * 4 / t12 - 1,
        "bills_12m": len(billed(12)),
        "void_share": over(len(void), len(recent)),
        "void_amount_share": over(gone, sum(abs(s.bill.amount) for s in recent)),
        "credit_share": over(sum(b.amount < 0 for b in billed(24)), len(billed(24))),
        "credit_amount_share": over(plus - t24, plus),
        "active_months_12": active((b.billed_on for b in valid), as_of, 12),
        "active_months_24": active((b.billed_on for b in valid), as_of, 24),
        "months_since_first": None if begun is None else completed(begun, as_of),
        "months_since_last": None if last is None else month(as_of) - last,
        "relation_years": None if begun is None else completed(begun, as_of) / 12,
        "seasonality": seasonality([(b.billed_on, b.amount) for b in billed(24)]),
        "turnover_falling_months": falling([(month(b.billed_on), b.amount) for b in valid], as_of),
    }


def falling(rows: list[tuple[int, int]], as_of: date) -> int:
    last = month(as_of) - (as_of.day != calendar.monthrange(as_of.year, as_of.month)[1])
    sums = [sum(amount for when, amount in rows if when == last - ago) for ago in range(7)]
    return next((ago for ago in range(6) if not sums[ago] < sums[ago + 1]), 6)


def active(days: Iterable[date], as_of: date, months: int) -> int:
    return len({month(d) for d in days if 0 <= month(as_of) - month(d) < months})


def seasonality(rows: list[tuple[date, int]]) -> float | None:
    quarters: dict[int, int] = dict.fromkeys(range(4), 0)
    for day, amount in rows:
        quarters[(day.month - 1) // 3] += amount
    return over(max(quarters.values()), sum(quarters.values()))


def payment(told: list[Standing], as_of: date) -> dict[str, float | None]:
    def items(months: int) -> list[Standing]:
        return [s for s in told if s.behaved_on is not None and s.behaved_on > back(as_of, months)]

    year, quarter = items(12), items(3)
    off = [s.days_to_pay for s in year if s.days_to_pay is not None]
    paid = [(p.amount, (p.on - s.bill.billed_on).days) for s in year for p in s.paid]
    weight = sum(s.late_weight for s in year)
    late = [s for s in year if (s.days_late or 0) > 0]
    now, short = index(year), index(quarter)
    return {
        "days_to_pay": over(sum(off), len(off)),
        "days_to_pay_weighted": over(sum(a * d for a, d in paid), sum(a for a, _ in paid)),
        "days_beyond_terms": over(sum(s.late_days for s in year), weight),
        "payment_index": now,
        "payment_index_change": None if now is None or short is None else short - now,
        "worst_delay_12m": max((max(s.days_late or 0, 0) for s in year), default=None),
        "worst_delay_24m": max((max(s.days_late or 0, 0) for s in items(24)), default=None),
        "late_count_12m": len(late) if year else None,
        "late_share": over(len(late), len(year)),
        "late_amount_share": over(sum(s.late_weight for s in late), weight),
    }


def position(told: list[Standing], as_of: date) -> dict[str, float | None]:
    since = back(as_of, 3)
    sold = sum(s.bill.amount for s in told if not s.is_void and s.bill.billed_on > since)
    days = (as_of - since).days
    balance = sum(s.open for s in told)
    overdue = [s for s in told if s.overdue_days > 0]
    overdue_money = sum(s.open for s in overdue)
    plus = [s.open for s in told if s.open > 0]
    return {
        "balance": balance,
        "overdue_amount": overdue_money,
        "overdue_count": len(overdue),
        "overdue_count_share": over(len(overdue), len(plus)),
        "overdue_amount_share": over(overdue_money, sum(plus)),
        "longest_overdue": max(s.overdue_days for s in told),
        "dso": over(balance * days, sold),
        "best_possible_dso": over((balance - overdue_money) * days, sold),
        "average_days_delinquent": over(overdue_money * days, sold),
        "utilisation": None,
    }


def of_invoices(told: list[Invoice], as_of: date) -> dict[str, float | None]:
    known = [i for i in told if i.on <= as_of]
    if not known:
        return {}
    found: dict[str, float | None] = {}
    sides = {side: [i for i in known if i.side == side] for side in ("sale", "purchase")}
    valid = {side: [i for i in rows if not i.is_void] for side, rows in sides.items()}
    sold, bought = valid["sale"], valid["purchase"]

    def money(rows: list[Invoice], months: int, of: Callable[[Invoice], int] = lambda i: i.net) -> int:
        return sum(of(i) for i in rows if i.on > back(as_of, months))

    s3, s12, s24 = (money(sold, months) for months in (3, 12, 24))
    found |= {"sales_trend": s3 * 4 / s12 - 1 if s12 > 0 else None}
    if sides["sale"]:
        found |= {"sales_12m": s12, "sales_24m": s24}
        found["sales_months_12"] = active((i.on for i in sold), as_of, 12)
        found["sales_months_24"] = active((i.on for i in sold), as_of, 24)
    if sides["purchase"]:
        found |= {"purchases_12m": money(bought, 12), "purchases_24m": money(bought, 24)}
    found |= {"sales_growth": growth(sold, as_of), "purchases_growth": growth(bought, as_of)}
    ever, spent = sum(i.net for i in sold), sum(i.net for i in bought)
    both = bool(sides["purchase"])
    found["trade_margin_12m"] = over(s12 - money(bought, 12), s12) if both else None
    found["trade_margin"] = over(ever - spent, ever) if both else None
    tax = money(sold, 12, lambda i: i.tax) - money(bought, 12, lambda i: i.tax)
    found["vat_burden"] = over(tax, s12) if both else None
    months = [month(i.on) for i in sold]
    span = max(months) - min(months) + 1 if months else None
    found["trading_months"] = span
    found["sales_monthly"] = None if span is None else ever / span
    found["months_since_sale"] = month(as_of) - max(months) if months else None
    found["months_since_purchase"] = month(as_of) - max(month(i.on) for i in bought) if bought else None
    recent = {side: [i for i in rows if i.on > back(as_of, 24)] for side, rows in sides.items()}
    for side, code in (("sale", "sales_void_share"), ("purchase", "purchases_void_share")):
        found[code] = over(sum(i.is_void for i in recent[side]), len(recent[side]))
    void = sum(abs(i.net) for i in recent["sale"] if i.is_void)
    found["sales_void_amount_share"] = over(void, sum(abs(i.net) for i in recent["sale"]))
    live = [i for i in recent["sale"] if not i.is_void]
    plus = sum(i.net for i in live if i.net > 0)
    found["sales_red_share"] = over(sum(i.net < 0 for i in live), len(live))
    found["sales_red_amount_share"] = over(plus - s24, plus)
    found["sales_seasonality"] = seasonality([(i.on, i.net) for i in live])
    found["sales_volatility"] = volatility(sold, as_of)
    return found | concentration(valid, as_of)


def growth(rows: list[Invoice], as_of: date) -> float | None:
    now = sum(i.net for i in rows if i.on > back(as_of, 12))
    before = sum(i.net for i in rows if back(as_of, 24) < i.on <= back(as_of, 12))
    covered = bool(rows) and month(as_of) - min(month(i.on) for i in rows) >= 23
    return now / before - 1 if covered and before > 0 else None


def volatility(sold: list[Invoice], as_of: date) -> float | None:
    months = [sum(i.net for i in sold if month(i.on) == month(as_of) - ago) for ago in range(12)]
    mean = Fraction(sum(months), 12)
    return sqrt(sum((m - mean) ** 2 for m in months) / 12) / float(mean) if mean > 0 else None


def concentration(valid: dict[str, list[Invoice]], as_of: date) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    shares: dict[str, list[float]] = {}
    for side, rows in valid.items():
        by: dict[str, int] = defaultdict(int)
        for i in rows:
            if i.on > back(as_of, 24):
                by[i.counterparty] += i.net
        kept = sorted((amount for amount in by.values() if amount > 0), reverse=True)
        shares[side] = [amount / sum(kept) for amount in kept]
    if not any(shares.values()):
        return {}
    for side, name, plural in (("sale", "buyer", "buyers"), ("purchase", "supplier", "suppliers")):
        of = shares[side]
        found[f"{plural}_24m"] = len(of) or None
        found[f"{name}_hhi"] = sum((share * 100) ** 2 for share in of) if of else None
        found[f"{name}_top1_share"] = of[0] if of else None
        found[f"{name}_top5_share"] = sum(of[:5]) if of else None
    return found
