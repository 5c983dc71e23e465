"""A replay as a whole: what is told, what is assumed and said so, what it came to, how it is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.judgements.limits.conftest import HEAD
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.judgements.shadow import keeping, queries, services
from xinheng.judgements.shadow.errors import (
    LedgerUnreadable,
    PlanInvalid,
    ResultAltered,
    ShadowEnded,
    ShadowUnknown,
)
from xinheng.judgements.shadow.values import LimitsPlan, Plan, Wanted

JUNE = date(2026, 6, 30)
POLICY = (
    HEAD.rstrip()
    + """
  - {code: limit, check: limit, stages: [order], zh: 限额, en: limit, mark: given}
  - {code: late, check: overdue_amount, days: 0, at_most: 0, stages: [order], strength: warn, zh: 逾期, en: overdue, mark: given}
  - {code: review, check: review, at_most: 30, strength: warn, zh: 复审, en: review, mark: given}
"""
)
ORDERS = """订单号,客户编号,客户名称,订单日期,金额
O-1,C-1,长江贸易,2026-01-05,600.00
O-2,C-1,长江贸易,2026-01-10,500.00
O-3,C-1,长江贸易,2026-02-20,100.00
O-4,C-2,珠江机电,2026-01-05,"1,000.01"
O-5,C-2,珠江机电,2026-03-01,400
,C-2,珠江机电,2026-03-02,400
"""
BILLS = """bill_no,order_no,customer_no,date,due_date,amount
B-1,O-1,C-1,2026-01-06,2026-01-20,600
B-2,O-2,C-1,2026-01-12,2026-01-26,500
B-3,O-3,C-1,2026-02-21,2026-03-07,100
B-4,O-4,C-2,2026-01-06,2026-01-20,1000.01
B-5,O-5,C-2,2026-03-02,2026-03-16,400
"""
RECEIPTS = "bill_no,customer_no,date,amount\nB-1,C-1,2026-02-15,600\nB-2,C-1,2026-01-26,500\nB-3,C-1,2026-03-01,100\n"
LIMITS = "customer_no,amount\nC-1,1000\nC-2,1000\n"
BLOCKS = "order_no,date,until_on\nO-2,2026-01-10,2026-01-13\nO-3,2026-02-20,2026-02-21\n"
FILES = {
    "orders.csv": ORDERS,
    "bills.csv": BILLS,
    "receipts.csv": RECEIPTS,
    "limits.csv": LIMITS,
    "blocks.csv": BLOCKS,
}


def files(**other: str) -> dict[str, list[bytes]]:
    return {name: [text.encode()] for name, text in {**FILES, **other}.items()}


def plan(**told: Any) -> Plan:
    usual = {"limits": LimitsPlan("table"), "until_on": date(2026, 6, 1), "late_days": 20}
    return Plan(policy="checks.yaml", text=POLICY, **{**usual, **told})


def who(actor: Actor) -> dict[str, Any]:
    return {"actor": actor, "on": JUNE}


@pytest.mark.req("ADV-23")
@pytest.mark.django_db
def test_a_past_is_replayed_with_every_figure_and_kept_under_its_hash(chief: Actor) -> None:
    """C-1: 500 more than the limit leaves is held until 600 are paid. C-2: a cent too much is held for ever."""
    with pytest.raises(PlanInvalid):
        services.begin(**who(chief), plan=plan())
    done = []
    run = services.replay(**who(chief), plan=plan(), files=files(), tell=lambda *now: done.append(now))
    assert (run.state, run.currency, run.documents) == ("done", "CNY", 13)
    assert done[-1] == (2, 2)
    rows = {row["order_no"]: row for row in queries.orders_of(run, Wanted()).to_dicts()}
    assert list(rows) == ["O-1", "O-4", "O-2", "O-3", "O-5"]
    assert [rows[no]["verdict"] for no in ("O-1", "O-2", "O-3", "O-4", "O-5")] == [
        "passed", "held", "passed", "held", "passed",
    ]  # fmt: skip
    second = rows["O-2"]
    assert (second["exposure_minor"], second["limit_minor"], second["over_minor"]) == (
        600_00,
        1000_00,
        100_00,
    )
    assert (second["released_on"], second["held_days"]) == (date(2026, 2, 15), 36)
    assert (rows["O-4"]["over_minor"], rows["O-4"]["released_on"]) == (1, None)
    # O-2 came 36 days later, so its bill was due, and paid, 36 days later: on 20 February nothing is overdue
    assert (rows["O-3"]["reasons"], rows["O-3"]["overdue_minor"], rows["O-3"]["receivable_minor"]) == (
        0,
        0,
        500_00,
    )
    assert [(no, rows[no]["outcome"], rows[no]["lost_minor"]) for no in ("O-1", "O-2", "O-4")] == [
        ("O-1", "late", 600_00), ("O-2", "good", 0), ("O-4", "unpaid", 1000_01),
    ]  # fmt: skip
    whole = run.summary["all"]
    assert {name: whole[name] for name in ("orders", "held", "rejected", "let_go", "still_held", "warned")} == {
        "orders": 5, "held": 2, "rejected": 0, "let_go": 1, "still_held": 1, "warned": 0,
    }  # fmt: skip
    assert (whole["saved"], whole["missed"], whole["delayed"], whole["lost_sales"]) == (
        1000_01,
        1000_00,
        500_00,
        0,
    )
    agreed = run.summary["agreement"]
    assert [agreed[one]["orders"] for one in ("both", "only_real", "only_shadow", "neither")] == [1, 1, 1, 2]
    assert (agreed["both"]["block_days"], agreed["both"]["held_days"]) == (3, 36)
    assert [(one["rule"], one["orders"], one["alone"]) for one in run.summary["reasons"]] == [
        ("limit", 2, 2), ("late", 0, 0), ("review", 0, 0),
    ]  # fmt: skip
    notes = queries.notes_of(run)
    assert any("review" in note for note in notes)  # a rule that cannot be replayed is named
    assert any(
        ("5" in note and "bills" in note.lower()) or "5 张账单" in note for note in notes
    )  # no deliveries told
    assert any("orders" in note and "1" in note for note in notes)  # the row without a number
    assert [row["order_no"] for row in queries.orders_of(run, Wanted(verdict="let_go")).to_dicts()] == ["O-2"]
    assert queries.orders_of(run, Wanted(reason="limit", text="珠江"))["order_no"].to_list() == ["O-4"]
    assert queries.orders_of(run, Wanted(block="blocked", sort="-value"))["order_no"].to_list() == [
        "O-2",
        "O-3",
    ]
    assert queries.customers_of(run)["customer_no"].to_list() == ["C-2", "C-1"]
    _kept(run, chief)


def _kept(run: Any, chief: Actor) -> None:
    """Others who do not reach everybody see nothing of it; an altered file is found; it is thrown away whole."""
    other = Actor(login="other", name="旁人", permits=frozenset({"shadow.*"}), scope=Scope("unit"))
    with pytest.raises(ShadowUnknown):
        queries.shadow_run(other, run.pk)
    with pytest.raises(ShadowEnded):
        services.run(**who(chief), number=run.pk)
    path = keeping.folder_of(run.pk) / "orders.parquet"
    pl.read_parquet(path).with_columns(minor=pl.lit(1)).write_parquet(path)
    with pytest.raises(ResultAltered):
        queries.orders_of(run, Wanted())
    waiting = services.begin(**who(chief), plan=plan(), files=files())
    assert services.stop(**who(chief), number=waiting.pk).state == "cancelled"
    with pytest.raises(ShadowEnded):
        services.run(**who(chief), number=waiting.pk)
    services.discard(**who(chief), number=run.pk)
    assert not keeping.folder_of(run.pk).exists()
    with pytest.raises(ShadowUnknown):
        queries.shadow_run(chief, run.pk)
    assert list(Entry.objects.order_by("pk").values_list("act", flat=True)) == [
        "shadow.begin", "shadow.begin", "shadow.stop", "shadow.discard",
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_cannot_be_read_fails_and_says_why(chief: Actor) -> None:
    broken = files(**{"orders.csv": "客户编号,金额\nC-1,3\n"})
    begun = services.begin(**who(chief), plan=plan(), files=broken)
    with pytest.raises(LedgerUnreadable) as refused:
        services.run(**who(chief), number=begun.pk)
    begun.refresh_from_db()
    assert begun.state == "failed"
    assert str(refused.value) == begun.cause
    assert Path(str(refused.value.params["file"])).stem == "orders"
