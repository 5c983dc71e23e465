"""The same past, told to the real services day by day: what a replay must come to."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from tests.judgements.limits.conftest import Desk
from xinheng.facts.orders.values import NewDelivery
from xinheng.facts.receivables.values import NewBill
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.errors import OrderNotPassed
from xinheng.judgements.limits.models import OrderCredit
from xinheng.judgements.shadow import values
from xinheng.judgements.shadow.reading import ledger_of
from xinheng.judgements.shadow.values import Ledger

BEGUN = date(2026, 1, 5)
RANKS = {"pay": 0, "order": 1, "delivery": 2, "bill": 3}


def random_ledger(seed: int, *, days: int = 20, orders: int = 12) -> Ledger:
    """Orders of one customer, most of them delivered, billed and paid: some late, some never, some in parts."""
    rng = random.Random(seed)  # noqa: S311 - a test
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for no in range(orders):
        on = BEGUN + timedelta(rng.randrange(days))
        ship, minor = on + timedelta(rng.choice([0, 2, 5, 40])), rng.randrange(1, 40) * 1000
        payment = rng.choice(["credit"] * 5 + ["prepaid"])
        rows["order"].append(
            {"order_no": f"O-{no}", "customer_no": "C-7", "on": on, "ship_on": ship, "minor": minor,
             "payment": payment, "order_kind": rng.choice(["standard", "rush"])}
        )  # fmt: skip
        if rng.random() < 0.1:
            rows["end"].append({"order_no": f"O-{no}", "on": on + timedelta(rng.randrange(1, 6))})
            continue
        parts = [minor] if rng.random() < 0.7 else [minor // 2, minor - minor // 2]
        for part, worth in enumerate(parts):
            left = on + timedelta(rng.randrange(0, 8) + 3 * part)
            rows["delivery"].append({"order_no": f"O-{no}", "customer_no": "C-7", "on": left, "minor": worth})
            bill = f"B-{no}-{part}"
            due = left + timedelta(rng.choice([3, 10, 20]))
            rows["bill"].append({"bill_no": bill, "order_no": f"O-{no}", "customer_no": "C-7", "on": left,
                                 "due_on": due, "minor": worth})  # fmt: skip
            if rng.random() < 0.75:
                paid = due + timedelta(rng.randrange(-2, 15))
                rows["receipt"].append(
                    {
                        "bill_no": bill,
                        "customer_no": "C-7",
                        "on": max(paid, left + timedelta(1)),
                        "minor": worth,
                    }
                )
    if rng.random() < 0.7:
        rows["receipt"].append(
            {"bill_no": None, "customer_no": "C-7", "on": BEGUN, "minor": rng.randrange(1, 9) * 1000}
        )
    schemas = {"order": {**values.ORDERS, "order_kind": pl.String}, "delivery": values.DELIVERIES,
               "bill": values.BILLS, "receipt": values.RECEIPTS, "end": values.ENDS}  # fmt: skip
    tables = {
        kind: pl.DataFrame(rows[kind], schema={name: schemas[kind][name] for name in rows[kind][0]})
        for kind in rows
    }
    return ledger_of(tables, "CNY", ())


@dataclass
class ByServices:
    """Tells a ledger to the services; what follows a held order is told later by the days it was held."""

    desk: Desk
    ledger: Ledger
    last: date
    verdict: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    released: dict[str, date] = field(default_factory=dict)
    ended: dict[str, date] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)  # days its goods were held back
    _shift: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _waiting: list[tuple[str, str, Any]] = field(default_factory=list)
    _done: set[Any] = field(default_factory=set)
    _billed: dict[str, int] = field(default_factory=dict)  # by how many days a bill was later

    def told(self) -> ByServices:
        """Every day from the first to the last."""
        self._events = self._all_events()
        today = BEGUN
        while today <= self.last:
            self.desk.on = today
            for event in sorted(self._events):
                if event not in self._done and self._day_of(event) == today:
                    self._tell(event)
            self._evening(today)
            today += timedelta(1)
        return self

    def _all_events(self) -> list[tuple[Any, ...]]:
        bills = {row["bill_no"]: row["order_no"] for row in self.ledger.bills.to_dicts()}
        ends = set(self.ledger.ends["order_no"])
        frames = {"order": self.ledger.orders.filter(pl.col("on").is_not_null()), "delivery": self.ledger.deliveries,
                  "bill": self.ledger.bills, "pay": self.ledger.receipts, "end": self.ledger.ends}  # fmt: skip
        events = []
        for kind, frame in frames.items():
            for at, row in enumerate(frame.to_dicts()):
                order = row.get("order_no") or bills.get(row.get("bill_no"), "")
                events.append((row["on"], RANKS.get(kind, 5), at, kind, order))
        self._rows = {kind: frame.to_dicts() for kind, frame in frames.items()}
        assert ends <= set(self.ledger.orders["order_no"])
        return events

    def _day_of(self, event: tuple[Any, ...]) -> date:
        on, _rank, at, kind, order = event
        if kind == "pay":
            return on + timedelta(self._billed.get(self._rows["pay"][at]["bill_no"], 0))
        return on if kind in ("order", "end") else on + timedelta(self._shift[order])

    def _tell(self, event: tuple[Any, ...]) -> None:
        _on, _rank, at, kind, order = event
        row, today = self._rows[kind][at], self.desk.on
        state = OrderCredit.objects.filter(order_no=order).values_list("state", flat=True).first()
        if kind == "order":
            self._order(row)
        elif kind == "end":
            self._end(order, str(state))
        elif kind == "pay":
            if row["bill_no"] and row["bill_no"] not in self._billed:
                return
            self._pay(row, at)
        elif order and (state != "passed" or order in {one for one, _what, _e in self._waiting}):
            return
        elif kind == "delivery":
            if not self._leaves(row, at):
                self._waiting.append((order, "gate", event))
                self.back.setdefault(order, 0)
                return
        elif kind == "bill":
            new = NewBill(
                row["bill_no"], today, row["due_on"] + timedelta(self._shift[order]), _money(row["minor"])
            )
            from xinheng.facts.orders import services as orders

            orders.bill_order(actor=self.desk.actor, on=today, customer_no="C-7", order_no=order, bill=new)
            self._billed[row["bill_no"]] = self._shift[order]
        self._done.add(event)

    def _end(self, order: str, state: str) -> None:
        waiting = {one for one, _what, _event in self._waiting}
        if state == "held" or order in waiting:
            self.ended[order] = self.desk.on
            self._waiting = [one for one in self._waiting if one[0] != order]
        if state != "rejected":
            self.desk.end(order)

    def _order(self, row: dict[str, Any]) -> None:
        found = self.desk.order(
            row["order_no"], str(_money(row["minor"]).decimal), ship=row["ship_on"], payment=row["payment"],
            kind=row["kind"],
        )  # fmt: skip
        self.verdict[row["order_no"]] = found.verdict
        self.reasons[row["order_no"]] = [reason.rule for reason in found.reasons]
        if found.verdict == "held":
            self._waiting.append((row["order_no"], "order", None))

    def _leaves(self, row: dict[str, Any], at: int) -> bool:
        from xinheng.facts.orders import services as orders

        new = NewDelivery(f"D-{at}", self.desk.on, _money(row["minor"]))
        try:
            orders.deliver(
                actor=self.desk.actor,
                on=self.desk.on,
                customer_no="C-7",
                order_no=row["order_no"],
                delivery=new,
            )
        except OrderNotPassed:
            return False
        return True

    def _pay(self, row: dict[str, Any], at: int) -> None:
        today, worth = self.desk.on.isoformat(), str(_money(row["minor"]).decimal)
        self.desk.ledger.receipt(f"R-{at}", today, worth)
        if row["bill_no"]:
            self.desk.ledger.settle(row["bill_no"], today, worth, by=f"R-{at}")

    def _evening(self, today: date) -> None:
        """Everything that waits is asked about, the longest first; what follows is told at once."""
        let_go = []
        for order, what, event in list(self._waiting):
            if what == "order" and (verdict := self._asked_again(order, today)) != "held":
                self._waiting.remove((order, what, event))
                if verdict == "passed":
                    let_go.append(order)
            elif what == "gate" and self._leaves(self._rows["delivery"][event[2]], event[2]):
                waited = (today - self._day_of(event)).days
                self._shift[order] += waited
                self.back[order] += waited
                self._waiting.remove((order, what, event))
                self._done.add(event)
                let_go.append(order)
        for event in sorted(self._events, key=lambda one: (one[1], one)):
            is_following = event[4] in let_go and event not in self._done and event[3] not in ("order", "end")
            if is_following and self._day_of(event) == today:
                self._tell(event)

    def _asked_again(self, order: str, today: date) -> str:
        verdict = limits.recheck(actor=self.desk.actor, on=today, order_no=order).verdict
        if verdict == "passed":
            self.released[order] = today
            placed = next(row["on"] for row in self._rows["order"] if row["order_no"] == order)
            self._shift[order] = (today - placed).days
        elif verdict == "rejected":
            self.ended[order] = today
        return verdict


def _money(minor: int) -> Any:
    from xinheng.base.kernel.money import Money

    return Money(minor, "CNY")
