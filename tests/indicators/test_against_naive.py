"""The engine and the plain Python model give the same figure for every indicator of any small ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.indicators import naive
from xinheng.facts.customers import tables as customers
from xinheng.facts.financials import tables as financials
from xinheng.facts.receivables import tables as receivables
from xinheng.indicators import engine, snapshots
from xinheng.indicators.catalogue import FORMULAS

pytestmark = pytest.mark.any_database
START = date(2023, 1, 1)
days = st.integers(0, 1300).map(lambda number: START + timedelta(days=number))
amounts = st.integers(-300_000, 1_000_000).filter(bool)


@st.composite
def bills(draw: Any) -> naive.Bill:
    billed = draw(days)
    bill = naive.Bill(billed, billed + timedelta(days=draw(st.sampled_from([0, 30, 45, 90]))), draw(amounts))
    if draw(st.integers(0, 9)) == 0:
        bill.void_on = billed + timedelta(days=draw(st.integers(0, 100)))
    elif bill.amount > 0:
        left = bill.amount
        for _ in range(draw(st.integers(0, 3))):
            amount = draw(st.integers(1, left))
            on = billed + timedelta(days=draw(st.integers(0, 300)))
            kinds = st.sampled_from(["paid", "paid", "paid", "credit", "reversed"])
            kind = draw(kinds)
            bill.payments.append(naive.Payment(on, amount, kind == "credit", kind == "reversed"))
            left -= 0 if kind == "reversed" else amount
            if not left:
                break
    return bill


invoices = st.builds(
    naive.Invoice,
    side=st.sampled_from(["sale", "purchase"]),
    counterparty=st.sampled_from([f"P{number}" for number in range(8)]),
    on=days,
    net=amounts,
    tax=st.integers(-1000, 100_000),
    is_void=st.booleans(),
)
ledgers = st.lists(
    st.tuples(st.lists(bills(), max_size=12), st.lists(invoices, max_size=14)), min_size=1, max_size=12
)


def tell(patch: pytest.MonkeyPatch, told: list[tuple[list[naive.Bill], list[naive.Invoice]]]) -> None:
    """Make the facts' doors give these ledgers, one a customer."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("who", "bills", "voids", "settled", "trade")
    }
    for who, (posted, traded) in enumerate(told):
        rows["who"].append(
            {"customer_id": who, "customer_no": f"C{who:03}", "told_on": START, "kind": "company"}
        )
        for bill in posted:
            number = len(rows["bills"])
            rows["bills"].append(
                {
                    "bill_id": number, "customer_id": who, "bill_no": f"B{number}", "billed_on": bill.billed_on,
                    "due_on": bill.due_on, "amount_minor": bill.amount, "currency": "CNY", "told_on": START,
                }
            )  # fmt: skip
            if bill.void_on is not None:
                rows["voids"].append({"bill_id": number, "voided_on": bill.void_on, "told_on": START})
            for payment in bill.payments:
                settle(rows["settled"], number, payment)
        rows["trade"] += [
            {
                "customer_id": who, "side": i.side, "invoice_no": f"I{number}", "counterparty": i.counterparty,
                "issued_on": i.on, "net_minor": i.net, "tax_minor": i.tax, "is_void": i.is_void, "told_on": START,
            }
            for number, i in enumerate(traded)
        ]  # fmt: skip
    give(patch, customers, "read_customers", customers.CUSTOMERS, rows["who"])
    give(patch, receivables, "read_bills", receivables.BILLS, rows["bills"])
    give(patch, receivables, "read_voidings", receivables.VOIDINGS, rows["voids"])
    give(patch, receivables, "read_receipts", receivables.RECEIPTS, [])
    give(patch, receivables, "read_settlements", receivables.SETTLEMENTS, rows["settled"])
    give(patch, financials, "read_trade_invoices", financials.TRADE_INVOICES, rows["trade"])
    give(patch, financials, "read_statements", financials.STATEMENTS, [])


def settle(rows: list[dict[str, Any]], bill: int, payment: naive.Payment) -> None:
    by = {"credit_bill_id": 10**6} if payment.by_credit else {"receipt_id": 1}
    row = {"bill_id": bill, "settled_on": payment.on, "amount_minor": payment.amount, "told_on": START, **by}
    rows.append({"settlement_id": len(rows), **row})
    if payment.reversed:
        back = {"amount_minor": -payment.amount, "reverses_id": len(rows) - 1, "settlement_id": len(rows)}
        rows.append({**row, **back})


def give(
    patch: pytest.MonkeyPatch, room: Any, name: str, schema: pa.Schema, rows: list[dict[str, Any]]
) -> None:
    table = pa.Table.from_pylist(rows, schema=schema)
    patch.setattr(room, name, table.to_reader)


def measured(as_of: date) -> list[dict[str, Any]]:
    snapshot = snapshots.write(as_of=as_of, known_on=as_of)
    path = snapshot.folder / "values.parquet"
    engine.measure(snapshot, path)
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a ledger is small already, and shrinking takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    told=ledgers,
    as_of=st.sampled_from([date(2026, 6, 30), date(2025, 2, 28), date(2026, 3, 17), date(2024, 2, 29)]),
)
def test_every_indicator_agrees(
    told: list[tuple[list[naive.Bill], list[naive.Invoice]]], as_of: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        tell(patch, told)
        found = measured(as_of)
    assert [row["customer_no"] for row in found] == [f"C{who:03}" for who in range(len(told))]
    for (posted, traded), row in zip(told, found, strict=True):
        expected = {**naive.of_bills(posted, as_of), **naive.of_invoices(traded, as_of)}
        for code in FORMULAS:
            want, have = expected.get(code), row[code]
            if want is None or have is None:
                assert have == want, f"{row['customer_no']} {code}"
            else:
                tolerance = 1 if code == "sales_monthly" else 1e-5 if code.endswith("_hhi") else 1e-6
                assert have == pytest.approx(want, rel=1e-6, abs=tolerance), f"{row['customer_no']} {code}"


def test_the_naive_model_knows_every_indicator_but_those_of_statements() -> None:
    bill = naive.Bill(date(2026, 1, 1), date(2026, 2, 1), 100)
    traded = [
        naive.Invoice(side, "P", date(2026, 1, 1), 1, 0, is_void=False) for side in ("sale", "purchase")
    ]
    known = {*naive.of_bills([bill], date(2026, 6, 30)), *naive.of_invoices(traded, date(2026, 6, 30))}
    assert known == {code for code, formula in FORMULAS.items() if formula.rows != "statements"}
