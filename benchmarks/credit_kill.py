"""Whether credit holds when processes are killed while orders are checked and goods move.

    .venv/bin/python -m benchmarks.credit_kill [--minutes 3] [--clients 16] [--database sqlite|postgresql]
        [--every 5] [--seed 1] [--home FOLDER]

Real server processes on a real database. The clients post orders, changes, deliveries, bills, receipts,
settlements and cancellations over HTTP, each under an idempotency key, and repeat a request until it is
answered. Every few seconds something is killed with SIGKILL: one worker, the server, or (PostgreSQL) the
postmaster; or the database is stopped without a checkpoint. Afterwards: no limit is exceeded, own or group;
every acknowledged act stands exactly once and nothing else does; no order is without its one check, and its
answer is the one that was given; running sums equal the facts; the trail is whole. Prints a line of figures;
exit code 1 where anything is breached.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.credit_world import Caller, Database, Served, found, token

CUSTOMERS, LIMIT = 6, "20000"
MEMBERS, GROUP_LIMIT = 3, "45000"  # the first three are a group; the others stand alone
TOLD = ("order", "delivery", "bill", "receipt", "settlement", "end", "change")


@dataclass
class Placed:
    """An order as a client knows it from the answers."""

    no: str
    customer: str
    amount: int  # yuan
    verdict: str
    stage: str = "ordered"  # delivered, billed, received, paid, ended


@dataclass
class Journal:
    """What was acknowledged, and what was refused. orders: verdict of each first check."""

    orders: dict[str, str] = field(default_factory=dict)
    done: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in TOLD})
    refused: Counter[str] = field(default_factory=Counter)


class Client:
    """One program that orders, delivers, bills and pays."""

    def __init__(self, number: int, port: int, text: str, customers: list[str], seed: int) -> None:
        self.number, self.customers = number, customers
        self.caller, self.journal = Caller(port, text), Journal()
        self.random = random.Random(f"{seed}:{number}")  # noqa: S311
        self.placed: list[Placed] = []
        self.asked = 0

    def work(self, until: float) -> None:
        """Act after act; one that was begun is brought to its answer."""
        while time.monotonic() < until:
            self.asked += 1
            open_now = [one for one in self.placed[-40:] if one.stage not in ("paid", "ended")]
            if not open_now or self.random.random() < 0.4:
                self.order()
            else:
                self.go_on(self.random.choice(open_now))

    def order(self) -> None:
        no = f"O-{self.number}-{self.asked}"
        customer, amount = self.random.choice(self.customers), 100 * self.random.randint(1, 30)
        body = {"order_no": no, "ordered_on": TODAY, "ship_on": TODAY, "amount": f"{amount}.00"}
        answer = self.tell("order", f"/customers/{customer}/orders", no, body)
        if answer is not None:
            self.journal.orders[no] = answer["verdict"]
            self.placed.append(Placed(no, customer, amount, answer["verdict"]))

    def go_on(self, one: Placed) -> None:
        where, amount = f"/customers/{one.customer}", f"{one.amount}.00"
        if one.stage == "ordered" and one.verdict == "held" and self.random.random() < 0.5:
            self.recheck(one)
        elif one.stage == "ordered" and (one.verdict != "passed" or self.random.random() < 0.2):
            self.end_or_change(one)
        elif one.stage == "ordered":
            body = {"delivery_no": f"D-{one.no}", "delivered_on": TODAY, "amount": amount}
            self.step(
                one, "delivery", f"{where}/orders/{one.no}/deliveries", f"D-{one.no}", body, "delivered"
            )
        elif one.stage == "delivered":
            body = {"bill_no": f"B-{one.no}", "billed_on": TODAY, "due_on": TODAY, "amount": amount}
            self.step(one, "bill", f"{where}/orders/{one.no}/bills", f"B-{one.no}", body, "billed")
        elif one.stage == "billed":
            body = {"receipt_no": f"R-{one.no}", "received_on": TODAY, "amount": amount}
            self.step(one, "receipt", f"{where}/receipts", f"R-{one.no}", body, "received")
        else:
            body = {
                "bill_no": f"B-{one.no}",
                "receipt_no": f"R-{one.no}",
                "settled_on": TODAY,
                "amount": amount,
            }
            self.step(one, "settlement", f"{where}/settlements", f"B-{one.no}", body, "paid")

    def step(self, one: Placed, kind: str, path: str, no: str, body: Any, stage: str) -> None:
        if self.tell(kind, path, no, body) is not None:
            one.stage = stage

    def end_or_change(self, one: Placed) -> None:
        path = f"/customers/{one.customer}/orders/{one.no}"
        if one.verdict != "passed" or self.random.random() < 0.5:
            if (
                self.tell("end", f"{path}/end", one.no, {"how": "cancelled", "reason": "客户取消"})
                is not None
            ):
                one.stage = "ended"
            return
        amount = 100 * self.random.randint(1, 30)
        body = {
            "order_no": one.no,
            "ordered_on": TODAY,
            "ship_on": TODAY,
            "amount": f"{amount}.00",
            "reason": "改量",
        }
        answer = self.tell("change", path, f"{one.no}/{self.asked}", body, method="PUT")
        if answer is not None:
            one.amount, one.verdict = amount, answer["credit"]

    def recheck(self, one: Placed) -> None:
        key = f"recheck-{self.number}-{self.asked}"
        status, answer = self.caller.until_answered("POST", f"/api/v1/held-orders/{one.no}/recheck", {}, key)
        if status == 200:
            one.verdict = answer["verdict"]

    def tell(self, kind: str, path: str, no: str, body: Any, method: str = "POST") -> Any:
        key = f"{kind}-{self.number}-{self.asked}"
        status, answer = self.caller.until_answered(method, f"/api/v1{path}", body, key)
        if status in (200, 201):
            self.journal.done[kind].append(no)
            return answer
        self.journal.refused[f"{kind}:{answer.get('code')}"] += 1
        return None


def kill_at_random(database: Database, served: Served, until: float, asked: Any) -> Counter[str]:
    """Something every few seconds, each kind once before any comes twice; gives what was killed how often."""
    choose, killed, left = random.Random(asked.seed), Counter[str](), list[str]()  # noqa: S311
    kinds = ["worker", "server"] + (["postmaster", "database"] if database.kind == "postgresql" else [])
    while time.monotonic() + asked.every < until or not all(killed[kind] for kind in kinds):
        time.sleep(asked.every * choose.uniform(0.5, 1.5))
        left = left or choose.sample(kinds, len(kinds))
        what = left.pop()
        match what:
            case "worker":
                served.kill_one_worker(choose.choice)
            case "server":
                served.kill_and_start()
            case "postmaster":
                database.kill(signal.SIGKILL)
            case _:
                database.kill(signal.SIGQUIT)
        killed[what] += 1
    return killed


def breaches(journals: list[Journal], customers: list[str]) -> list[str]:
    """All that is not as it must be."""
    from django.db import connection
    from django.db.models import Count

    from xinheng.base.audit import services as audit
    from xinheng.facts.customers.models import Customer
    from xinheng.facts.orders.models import Delivery, OrderEnd, SalesOrder
    from xinheng.facts.receivables.models import Bill, Receipt, Settlement
    from xinheng.judgements.limits import queries as limits
    from xinheng.judgements.limits.models import Decision, OrderCredit
    from xinheng.runs.services import business_day

    connection.close()
    wrong: list[str] = []
    kept: dict[str, Any] = {
        "order": SalesOrder.objects.filter(version=1).values_list("order_no", flat=True),
        "change": SalesOrder.objects.filter(version__gt=1).values_list("order_no", flat=True),
        "delivery": Delivery.objects.values_list("delivery_no", flat=True),
        "bill": Bill.objects.values_list("bill_no", flat=True),
        "receipt": Receipt.objects.values_list("receipt_no", flat=True),
        "settlement": Settlement.objects.values_list("bill__bill_no", flat=True),
        "end": OrderEnd.objects.values_list("order_no", flat=True),
    }
    for kind, rows in kept.items():
        told = Counter(no.partition("/")[0] for one in journals for no in one.done[kind])
        stands = Counter(rows)
        if lost := told - stands:
            wrong.append(f"{kind} acknowledged and lost: {sorted(lost)[:5]}")
        if extra := stands - told:
            wrong.append(f"{kind} stands twice, or was never acknowledged: {sorted(extra)[:5]}")
    verdicts = {no: verdict for one in journals for no, verdict in one.orders.items()}
    checks = Decision.objects.filter(act="check").values_list("order_no", "verdict").annotate(Count("pk"))
    found = {no: (verdict, count) for no, verdict, count in checks.order_by()}
    if found != {no: (verdict, 1) for no, verdict in verdicts.items()}:
        wrong.append("a check stands twice, not at all, or differs from its answer")
    if set(OrderCredit.objects.values_list("order_no", flat=True)) != set(verdicts):
        wrong.append("an order stands without a decision")
    for no in ["K-M", *customers]:
        left = limits.headroom(Customer.objects.get(no=no), on=business_day()).left
        if left is not None and left.minor < 0:
            wrong.append(f"limit of {no} exceeded by {-left.minor / 100}")
    if (differences := limits.differences()).height:
        wrong.append(f"running sums differ from the facts: {differences}")
    audit.seal_new_entries()
    if not (trail := audit.verify()).ok:
        wrong.append(f"trail: {trail.sentence}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--every", type=float, default=5, help="seconds between two kills, about")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--like", default="", help="a database of this version whose tables are taken")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xinheng-kill-", ignore_cleanup_errors=True) as scratch:
        return run(asked, asked.home or Path(scratch))


def run(asked: Any, home: Path) -> int:
    global TODAY
    database = Database(asked.database, home)
    database.set_up(asked.like)
    from xinheng.runs.services import business_day

    customers = found(customers=CUSTOMERS, limit=LIMIT, group_limit=GROUP_LIMIT, members=MEMBERS)
    TODAY, text, served = business_day().isoformat(), token(), Served()
    from django.db import connections

    connections.close_all()
    served.start()
    try:
        until = time.monotonic() + asked.minutes * 60
        clients = [
            Client(number, served.port, text, customers, asked.seed) for number in range(asked.clients)
        ]
        with ThreadPoolExecutor(asked.clients) as pool:
            working = [pool.submit(client.work, until) for client in clients]
            killed = kill_at_random(database, served, until, asked)
            for one in working:
                one.result()
    finally:
        served.kill()
    journals = [client.journal for client in clients]
    wrong = breaches(journals, customers)
    acts = Counter({kind: sum(len(one.done[kind]) for one in journals) for kind in TOLD})
    verdicts = Counter(verdict for one in journals for verdict in one.orders.values())
    refused = sum((one.refused for one in journals), Counter[str]())
    print(
        f"{asked.database}: {asked.minutes} min, {asked.clients} clients; killed {dict(killed)};",
        f"acknowledged {dict(acts)}; checks {dict(verdicts)}; refused {dict(refused)};",
        f"sent anew {sum(client.caller.tries for client in clients)}; breaches {len(wrong)}",
    )
    for each in wrong:
        print("BREACH", each)
    return 1 if wrong else 0


TODAY = ""

if __name__ == "__main__":
    sys.exit(main())
