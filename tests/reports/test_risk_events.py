"""Credit-risk events: paid late, not paid when due, unable to pay; measured against the due day."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest

from tests.facts.receivables.conftest import Ledger
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.errors import FieldInvalid, SourceMissing, ValueInvalid
from xinheng.facts.customers.models import FileFact
from xinheng.facts.customers.values import NewCustomer, NewFact
from xinheng.facts.receivables import queries as receivables
from xinheng.reports import queries, services
from xinheng.reports.queries import RiskWanted

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
PERMITS = frozenset({"customers.read", "exports.read", "receivables.read"})
CLERK = Actor(login="clerk", name="财务", permits=PERMITS, scope=Scope("everything"))


@pytest.fixture
def ledger(db: None) -> Ledger:
    """Bills of C-7, all due on 2026-03-31: on time, late in two parts, half late, open; one not due yet."""
    for no, name in (("C-7", "长江贸易有限公司"), ("C-8", "黄河贸易有限公司")):
        files.register(actor=system_actor(), on=date(2025, 1, 1), new=NewCustomer(no=no, name=name))
    told = Ledger(system_actor(), DAY)
    for no in ("ONTIME", "LATE", "HALF", "OPEN", "BACK"):
        told.bill(no, "2026-03-01", "2026-03-31", "100.00")
    told.bill("NEW", "2026-06-20", "2026-06-30", "50.00")
    told.bill("CREDIT", "2026-03-01", "2026-03-01", "-30.00")
    told.receipt("R-1", "2026-03-31", "200.00")
    told.receipt("R-2", "2026-04-10", "200.00")
    told.receipt("R-3", "2026-05-10", "200.00")
    told.settle("ONTIME", "2026-03-31", "100.00", by="R-1")
    told.settle("LATE", "2026-04-10", "60.00", by="R-2")
    told.settle("LATE", "2026-05-10", "40.00", by="R-3")
    told.settle("HALF", "2026-04-10", "50.00", by="R-2")
    told.settle("OPEN", "2026-04-20", "30.00", credit="CREDIT")
    told.reverse(told.settle("BACK", "2026-04-10", "80.00", by="R-2"))
    return told


def unable(**told: Any) -> FileFact:
    fact: dict[str, Any] = {
        "item": "unable_to_pay", "value": "账户被冻结，来函承认无款可付", "channel": "customer",
        "source": "2026-04-02 来函", "key": "OPEN", "true_on": date(2026, 4, 2),
    }  # fmt: skip
    return files.tell_fact(actor=system_actor(), on=DAY, no="C-7", fact=NewFact(**{**fact, **told}))


def seen(**wanted: Any) -> list[tuple[Any, ...]]:
    found = queries.risk_events(CLERK, RiskWanted(**wanted), on=DAY)
    return [
        (one.bill_no, one.event, one.happened_on.isoformat()[5:], one.days_late, str(one.amount or ""))
        for one in found.lines
    ]


LATE = [
    ("LATE", "late", "05-10", 40, "40.00"),
    ("HALF", "late", "04-10", 10, "50.00"),
    ("LATE", "late", "04-10", 10, "60.00"),
]
NOT_PAID = [
    ("BACK", "not_paid", "03-31", 91, "100.00"),
    ("HALF", "not_paid", "03-31", 91, "50.00"),
    ("OPEN", "not_paid", "03-31", 91, "70.00"),
]


@pytest.mark.req("ADV-01")
def test_events_are_classed_by_the_due_day(ledger: Ledger) -> None:
    assert seen() == [*LATE, *NOT_PAID]  # nothing on time, nothing due today, nothing of what was taken back
    assert seen(event="late") == LATE
    assert seen(event="not_paid", as_of=date(2026, 3, 31)) == []
    assert [one[0] for one in seen(as_of=date(2026, 4, 1))] == ["BACK", "HALF", "LATE", "OPEN"]
    assert seen(event="late", since=date(2026, 5, 1)) == LATE[:1]
    frame = receivables.risk_events(None, as_of=DAY, since=date(2026, 1, 1))
    assert frame.columns == [
        "customer_id", "bill_no", "event", "due_on", "happened_on", "days_late", "amount_minor", "currency",
    ]  # fmt: skip
    assert frame.filter(frame["event"] == "not_paid")["amount_minor"].sum() == 22_000
    nobody = customers.visible(CLERK, on=DAY).none()
    assert receivables.risk_events(nobody, as_of=DAY, since=DAY).is_empty()


@pytest.mark.req("ADV-01")
def test_unable_needs_evidence_and_counts_until_it_is_found_wrong(ledger: Ledger) -> None:
    with pytest.raises(ValueInvalid):
        unable(value=" ")
    with pytest.raises(SourceMissing):
        unable(source="")
    with pytest.raises(FieldInvalid):
        unable(key="")
    assert not FileFact.objects.exists()

    fact = unable()
    found = queries.risk_events(CLERK, RiskWanted(event="unable"), on=DAY)
    assert found.counts == {"late": 3, "not_paid": 3, "unable": 1}
    (one,) = found.lines
    assert (one.customer_no, one.bill_no, one.evidence) == ("C-7", "OPEN", "账户被冻结，来函承认无款可付")
    assert (one.source, one.amount, one.days_late) == ("2026-04-02 来函", None, None)

    files.verify_fact(
        actor=replace(CLERK, permits=frozenset({"*"})), on=DAY, fact_id=fact.pk, holds=False, evidence="已付"
    )
    assert seen(event="unable") == []


@pytest.mark.req("ADV-01")
def test_events_are_found_counted_and_exported_within_the_rights(ledger: Ledger) -> None:
    unable()
    assert len(seen(text="长江")) == 7
    assert seen(text="黄河") == []
    page = queries.risk_events(CLERK, RiskWanted(), on=DAY, skip=2, most=2)
    assert (page.total, [one.bill_no for one in page.lines]) == (7, ["LATE", "OPEN"])

    content = services.export_risk_events(actor=CLERK, on=DAY, wanted=RiskWanted(event="late"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = list(book["信用风险事件"].iter_rows(values_only=True))
    assert rows[0][:4] == ("客户编号", "名称", "事件", "单据或合同编号")
    assert [(row[2], row[3], row[6], row[7]) for row in rows[1:]] == [
        ("逾期付款", "LATE", 40, 40), ("逾期付款", "HALF", 10, 50), ("逾期付款", "LATE", 10, 60),
    ]  # fmt: skip
    entry = Entry.objects.get(act="exports.risk_events")
    assert entry.after == {"event": "late", "as_of": "2026-06-30", "rows": 3}

    for lacking in PERMITS:
        poorer = replace(CLERK, permits=PERMITS - {lacking})
        with pytest.raises(AccessDenied):
            services.export_risk_events(actor=poorer, on=DAY, wanted=RiskWanted())
    own = replace(CLERK, scope=Scope("own"))
    assert queries.risk_events(own, RiskWanted(), on=DAY).total == 0
