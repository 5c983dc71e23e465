"""Ways to propose a limit: pure figures in, money in minor units out, each with all it took.

Source: standards.md 2.9; the table of the working-asset method with its exact bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from xinheng.judgements.applications.document import MethodRule
from xinheng.judgements.applications.values import Known, Proposal, Statement

YEAR = 365
BANK_YEAR = 360
WORKING_ASSETS = (  # the assessed value may be so much: percent of the working assets
    ("-4.60", "0"), ("-3.90", "2.5"), ("-3.20", "5"), ("-2.50", "7.5"), ("-1.80", "10"), ("-1.10", "12.5"),
    ("-0.40", "15"), ("0.30", "17.5"), ("0.99", "20"),
)  # fmt: skip
BEST_PERCENT = "25"  # from 1.00 on
Figures = dict[str, Decimal | int | str | None]


class Lacking(Exception):
    """Figures that a method cannot do without."""

    def __init__(self, *names: str) -> None:
        self.names = names
        super().__init__(*names)


def propose(rule: MethodRule, known: Known) -> Proposal:
    """What a rule's method proposes from what is known; never below zero."""
    inputs: Figures = {}
    try:
        value = METHODS[rule.method](rule, known, inputs)
    except Lacking as lacking:
        return Proposal(rule.code, rule.method, rule.counts, None, _told(inputs), lacking.names)
    minor = max(int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP)), 0)
    return Proposal(rule.code, rule.method, rule.counts, minor, _told(inputs))


def assessed_percent(value: Decimal) -> Decimal:
    """The percent of the working assets at an assessed value, which is rounded half-up to two decimals."""
    rounded = value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    for bound, percent in WORKING_ASSETS:
        if rounded <= Decimal(bound):
            return Decimal(percent)
    return Decimal(BEST_PERCENT)


def _grade_table(rule: MethodRule, known: Known, inputs: Figures) -> Decimal:
    return _by_grade(rule, known, inputs) * 100


def _net_worth(rule: MethodRule, known: Known, inputs: Figures) -> Decimal:
    percent = _by_grade(rule, known, inputs)
    told = _needed(_statement(known), inputs, "equity")
    intangible = _statement(known).intangible or 0
    inputs["intangible"] = intangible
    return (told["equity"] - intangible) * percent / 100


def _working_capital(rule: MethodRule, known: Known, inputs: Figures) -> Decimal:
    told = _needed(_statement(known), inputs, "current_assets", "current_liabilities")
    return max(told["current_assets"] - told["current_liabilities"], Decimal(0)) * rule.percent / 100


def _working_assets(_rule: MethodRule, known: Known, inputs: Figures) -> Decimal:
    told = _needed(
        _statement(known), inputs,
        "current_assets", "inventories", "current_liabilities", "liabilities", "equity",
    )  # fmt: skip
    current, equity = told["current_liabilities"], told["equity"]
    if current <= 0:
        raise Lacking("current_liabilities")
    assets = (told["current_assets"] - current + equity) / 2
    inputs["working_assets"] = assets
    if equity <= 0 or assets <= 0:
        return Decimal(0)
    quick = told["current_assets"] - told["inventories"]
    value = told["current_assets"] / current + quick / current - current / equity
    value -= told["liabilities"] / equity
    inputs["assessed"] = value.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
    inputs["percent"] = assessed_percent(value)
    return assets * assessed_percent(value) / 100


def _turnover(rule: MethodRule, known: Known, inputs: Figures) -> Decimal:
    factor = _by_grade(rule, known, inputs)
    if known.purchases is None:
        raise Lacking("purchases")
    inputs |= {"purchases": known.purchases, "days": known.days, "grace_days": rule.grace_days}
    return Decimal(known.purchases) / YEAR * (known.days + rule.grace_days) * factor


def _history(rule: MethodRule, known: Known, inputs: Figures) -> Decimal:
    last = known.orders[: rule.orders]
    if not last:
        raise Lacking("orders")
    inputs |= {"orders": len(last), "mean_order": Decimal(sum(last)) / len(last), "highest": known.highest}
    return Decimal(sum(last)) / len(last) * rule.percent / 100


def _model(rule: MethodRule, known: Known, inputs: Figures) -> Decimal:
    inputs["base"] = rule.base * 100
    return rule.base * 100 * _by_grade(rule, known, inputs)


def _references(_rule: MethodRule, known: Known, inputs: Figures) -> Decimal:
    if not known.references:
        raise Lacking("references")
    inputs["references"] = len(known.references)
    return Decimal(sum(known.references)) / len(known.references)


def _bank_need(_rule: MethodRule, known: Known, inputs: Figures) -> Decimal:
    names = ("revenue", "cost", "profit", "mean_inventories", "mean_receivables", "mean_payables")
    told = _needed(_statement(known), inputs, *names)
    statement, given = _statement(known), {"growth": known.growth, "own_funds": known.own_funds}
    if lacking := [name for name, value in given.items() if value is None]:
        raise Lacking(*lacking)
    if told["revenue"] <= 0 or told["cost"] <= 0:
        raise Lacking("revenue")
    in_sales, in_cost = BANK_YEAR / told["revenue"], BANK_YEAR / told["cost"]
    days = told["mean_inventories"] * in_cost + told["mean_receivables"] * in_sales
    days += (statement.mean_prepaid or 0) * in_cost - told["mean_payables"] * in_cost
    days -= (statement.mean_received or 0) * in_sales
    if days <= 0:
        inputs["cycle_days"] = days
        return Decimal(0)
    turns = BANK_YEAR / days
    growth = known.growth or Decimal(0)
    need = told["revenue"] * (1 - told["profit"] / told["revenue"]) * (1 + growth / 100) / turns
    loans, others = statement.loans or 0, known.other_sources or 0
    inputs |= {
        "growth": growth, "cycle_days": days.quantize(Decimal("0.01")),
        "turns": turns.quantize(Decimal("0.0001")), "need": need,
        "own_funds": known.own_funds, "loans": loans, "other_sources": others,
    }  # fmt: skip
    return need - (known.own_funds or 0) - loans - others


METHODS: dict[str, Callable[[MethodRule, Known, Figures], Decimal]] = {
    "grade_table": _grade_table,
    "net_worth": _net_worth,
    "working_capital": _working_capital,
    "working_assets": _working_assets,
    "turnover": _turnover,
    "history": _history,
    "model": _model,
    "references": _references,
    "bank_need": _bank_need,
}
MONEY = {  # inputs that are minor units
    "equity", "intangible", "current_assets", "inventories", "current_liabilities", "liabilities",
    "working_assets", "purchases", "mean_order", "highest", "base", "revenue", "cost", "profit",
    "mean_inventories", "mean_receivables", "mean_payables", "need", "own_funds", "loans", "other_sources",
}  # fmt: skip


def _by_grade(rule: MethodRule, known: Known, inputs: Figures) -> Decimal:
    if not known.grade:
        raise Lacking("grade")
    inputs["grade"] = known.grade
    value = rule.by_grade.get(known.grade, Decimal(0))  # a grade that is not named is given nothing
    inputs["by_grade"] = value
    return value


def _statement(known: Known) -> Statement:
    if known.statement is None:
        raise Lacking("statement")
    return known.statement


def _needed(statement: Statement, inputs: Figures, *names: str) -> dict[str, Decimal]:
    """The figures of a statement by name, noted as inputs; all of them or what is lacking."""
    told = {name: getattr(statement, name) for name in names}
    inputs["statement"] = statement.period_end.isoformat()
    inputs |= told
    if lacking := [name for name, value in told.items() if value is None]:
        raise Lacking(*lacking)
    return {name: Decimal(value) for name, value in told.items()}


def _told(inputs: Figures) -> tuple[tuple[str, str], ...]:
    """The inputs as text: money in yuan, the rest as it is."""
    return tuple((name, _text(name, value)) for name, value in inputs.items() if value is not None)


def _text(name: str, value: Decimal | int | str) -> str:
    if name in MONEY and not isinstance(value, str):
        return f"{Decimal(value) / 100:,.2f}"
    return str(value)
