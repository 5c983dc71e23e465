"""A customer's own business: statements, and trade by its invoices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.financials import queries as financials
from xinheng.facts.financials import services as acts
from xinheng.facts.financials.values import NewStatement, StatementView
from xinheng.runs.services import business_day
from xinheng.web.api.fields import AsOf, No
from xinheng.web.api.ledger import Months
from xinheng.web.api.ledger_schemas import LineOut, StatementIn, StatementOut, TradeOut
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["statements and trade"])


@router.get("/statement-lines", response={200: list[LineOut], **PROBLEMS})
def statement_lines(request: HttpRequest) -> list[Any]:
    """Every line a statement may have."""
    access.require(actor_of(request), "financials.read")
    return list(financials.lines().values())


@router.get("/customers/{path:no}/statements", response={200: list[StatementOut], **PROBLEMS})
def statements(request: HttpRequest, no: No, as_of: AsOf = None) -> list[dict[str, Any]]:
    """A customer's statements of periods that ended by a day, the newest first, with what does not add up."""
    customer = _customer(request, no)
    return [_statement(view) for view in financials.statements_of(customer, as_of=as_of or business_day())]


@router.post("/customers/{path:no}/statements", response={201: DoneOut, **PROBLEMS})
@once()
def post_statement(request: HttpRequest, no: No, body: StatementIn) -> Status[Any]:
    """Post one statement; told before, it becomes the next version."""
    openings = {code: Money.of(amount, body.currency).minor for code, amount in body.openings.items()}
    told = {
        code: (Money.of(amount, body.currency).minor, openings.get(code))
        for code, amount in body.figures.items()
    }
    statement = NewStatement(**body.model_dump(exclude={"figures", "openings"}), figures=told)
    kept = acts.post_statement(
        actor=actor_of(request), on=business_day(), customer_no=no, statement=statement
    )
    return Status(201, {"id": kept.pk})


@router.get("/customers/{path:no}/trade", response={200: TradeOut, **PROBLEMS})
def trade(request: HttpRequest, no: No, as_of: AsOf = None, months: Months = 24) -> dict[str, Any]:
    """What a customer sold and bought by its VAT invoices, by month and by its largest partners."""
    found = financials.trade_summary(_customer(request, no), as_of=as_of or business_day(), months=months)
    if found is None:
        return {}
    return {
        "first_on": found.first_on,
        "last_on": found.last_on,
        "months": [
            {"month": one.month, "sold": MoneyOut.of(one.sold), "bought": MoneyOut.of(one.bought)}
            for one in found.months
        ],
        "sides": [_side(one) for one in found.sides],
    }


def _customer(request: HttpRequest, no: str) -> Any:
    access.require(actor_of(request), "financials.read", f"customer:{no}")
    return customers.get(actor_of(request), no, on=business_day())


def _statement(view: StatementView) -> dict[str, Any]:
    return {
        **vars(view),
        "figures": [
            {
                **{name: getattr(one.line, name) for name in ("code", "name", "name_en", "statement")},
                "amount": MoneyOut.of(one.amount),
                "opening": MoneyOut.of_any(one.opening),
            }
            for one in view.figures
        ],
        "checks": [
            {
                "code": one.code,
                "line": one.line.code,
                "told": MoneyOut.of(one.told),
                "expected": MoneyOut.of(one.expected),
                "grave": one.grave,
            }
            for one in view.checks
        ],
    }


def _side(side: Any) -> dict[str, Any]:
    return {
        **vars(side),
        "net": MoneyOut.of(side.net),
        "tax": MoneyOut.of(side.tax),
        "largest": [
            {"name": one.name, "invoices": one.invoices, "net": MoneyOut.of(one.net), "share": one.share}
            for one in side.largest
        ],
    }
