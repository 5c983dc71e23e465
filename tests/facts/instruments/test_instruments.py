"""Bills of exchange from the day they come to the day they are paid or come back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.instruments import queries, services
from xinheng.facts.instruments.errors import (
    InstrumentInvalid,
    InstrumentKept,
    InstrumentStands,
    InstrumentUnknown,
)
from xinheng.facts.instruments.models import Instrument
from xinheng.facts.instruments.values import Dishonour, Holder, NewDiscount, NewInstrument
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import reconciling
from xinheng.judgements.limits.models import Account

TODAY = date(2026, 6, 30)


@pytest.fixture
def ledger(db: None, chief: Actor) -> Ledger:
    """C-7 owes 10,000 since 10 March."""
    customer("C-7")
    found = Ledger(chief, TODAY)
    found.bill("B1", "2026-02-10", "2026-03-10", "10000.00")
    return found


def take(ledger: Ledger, **other: Any) -> Instrument:
    told = {
        "no": "1-3091-2026-0001", "kind": "commercial_acceptance", "amount": Money.of("10000.00"),
        "drawer": "华东机械有限公司", "acceptor": "华东机械有限公司", "issued_on": date(2026, 3, 1),
        "matures_on": date(2026, 6, 20), "received_on": date(2026, 3, 5),
        "endorsed": (Holder("华东机械有限公司", "C-7", date(2026, 3, 2)),), **other,
    }  # fmt: skip
    return services.receive(actor=ledger.actor, on=ledger.on, customer_no="C-7", new=NewInstrument(**told))


def exposure() -> int:
    account = Account.objects.get(segment="")
    return account.receivable_minor - account.prepaid_minor


def test_paper_settles_the_bill_and_stays_exposure_until_it_is_paid(ledger: Ledger) -> None:
    one = take(ledger)
    ledger.settle("B1", "2026-03-05", "10000.00", by=one.no)
    held = Customer.objects.filter(no="C-7")
    assert receivables.open_lines(held, as_of=TODAY).is_empty()
    assert exposure() == 1_000_000  # the paper
    assert queries.open_documents(held, as_of=TODAY)["minor"].to_list() == [1_000_000]

    services.present(actor=ledger.actor, on=TODAY, instrument_id=one.pk, done_on=date(2026, 6, 20))
    services.pay(actor=ledger.actor, on=TODAY, instrument_id=one.pk, done_on=date(2026, 6, 22))

    assert exposure() == 0
    assert reconciling.differences().is_empty()
    assert queries.open_documents(held, as_of=TODAY).is_empty()
    assert queries.open_documents(held, as_of=date(2026, 6, 21))["minor"].to_list() == [1_000_000]
    assert [act.act for act in queries.acts_of(one)] == ["receive", "present", "pay"]


def test_a_dishonoured_bill_opens_the_debt_again_with_its_costs(ledger: Ledger) -> None:
    one = take(ledger)
    ledger.settle("B1", "2026-03-05", "10000.00", by=one.no)
    told = Dishonour(date(2026, 6, 25), "承兑人账户余额不足", Money.of("120.00"))

    services.dishonour(actor=ledger.actor, on=TODAY, instrument_id=one.pk, told=told)

    held = Customer.objects.filter(no="C-7")
    found = receivables.open_lines(held, as_of=TODAY)
    assert dict(found.select("kind", "open_minor").iter_rows()) == {"goods": 1_000_000, "cost": 12_000}
    assert receivables.open_lines(held, as_of=date(2026, 6, 24)).is_empty()  # until then it was settled
    assert exposure() == 1_012_000
    assert reconciling.differences().is_empty()
    one.refresh_from_db()
    rights = {right.right: right.until for right in queries.rights_of(one, on=TODAY)}
    assert rights == {"acceptor": date(2028, 6, 20), "recourse": date(2026, 12, 25)}
    with pytest.raises(InstrumentStands):
        services.pay(actor=ledger.actor, on=TODAY, instrument_id=one.pk, done_on=TODAY)


def test_a_discounted_bill_counts_on_and_recourse_revives_the_debt(ledger: Ledger) -> None:
    one = take(ledger)
    new = NewDiscount("招商银行", date(2026, 3, 22), Decimal("3.6"))
    services.discount(actor=ledger.actor, on=TODAY, instrument_id=one.pk, new=new)
    act = queries.acts_of(one)[-1]
    assert (act.interest_minor, act.proceeds_minor) == (9_000, 991_000)  # 90 days of 360 at 3.6 %
    assert Instrument.objects.get().counted_minor == 1_000_000
    assert [link.to_name for link in queries.chain_of(one)] == ["C-7", "招商银行"]

    services.dishonour(
        actor=ledger.actor, on=TODAY, instrument_id=one.pk, told=Dishonour(date(2026, 6, 21), "拒付")
    )

    one.refresh_from_db()
    assert "recourse_again" in {right.right for right in queries.rights_of(one, on=TODAY)}
    assert receivables.unapplied(None, as_of=TODAY).is_empty()  # the money is gone
    assert exposure() == 1_000_000  # the bill was never settled


def test_an_endorsed_bill_cannot_be_presented_by_us(ledger: Ledger) -> None:
    one = take(ledger)
    told = {"actor": ledger.actor, "on": TODAY, "instrument_id": one.pk}
    services.endorse(**told, done_on=date(2026, 4, 1), to_name="供应商甲")
    with pytest.raises(InstrumentStands):
        services.present(**told, done_on=date(2026, 6, 20))
    with pytest.raises(InstrumentInvalid):
        services.pay(**told, done_on=date(2026, 3, 31))  # before it was endorsed
    services.pay(**told, done_on=date(2026, 6, 20))
    assert queries.acts_of(one)[-1].proceeds_minor == 0  # paid to who has it now


def test_a_bank_acceptance_counts_until_it_matures(ledger: Ledger) -> None:
    take(ledger, kind="bank_acceptance", matures_on=date(2026, 6, 29))
    assert Instrument.objects.get().counted_minor == 0  # told after it matured
    take(ledger, no="2", kind="bank_acceptance", matures_on=date(2026, 6, 30))
    assert Instrument.objects.get(no="2").counted_minor == 1_000_000

    assert services.end_day(actor=ledger.actor, on=date(2026, 7, 1)) == 1

    assert Instrument.objects.get(no="2").counted_minor == 0
    assert reconciling.differences().is_empty()
    assert services.end_day(actor=ledger.actor, on=date(2026, 7, 1)) == 0


def test_alerts_say_what_is_to_be_done_and_by_when(ledger: Ledger, chief: Actor) -> None:
    take(ledger)  # matured on 20 June, to be presented by the 30th
    take(ledger, no="2", matures_on=date(2026, 7, 20))
    take(ledger, no="3", matures_on=date(2026, 8, 20))  # more than 30 days ahead

    assert [(one.code, one.no, one.on) for one in queries.alerts(chief, on=TODAY)] == [
        ("present_now", "1-3091-2026-0001", date(2026, 6, 30)),
        ("matures", "2", date(2026, 7, 20)),
    ]
    assert queries.alerts(chief, on=date(2026, 7, 1))[0].code == "not_presented"


def test_what_cannot_be_is_refused(ledger: Ledger, reader: Actor) -> None:
    one = take(ledger)
    with pytest.raises(InstrumentKept):
        take(ledger)
    with pytest.raises(InstrumentInvalid):
        take(ledger, no="2", matures_on=date(2026, 2, 1))
    with pytest.raises(InstrumentInvalid):
        take(ledger, no="2", amount=Money.of("0"))
    with pytest.raises(InstrumentUnknown):
        services.pay(actor=ledger.actor, on=TODAY, instrument_id=one.pk + 1, done_on=TODAY)
    with pytest.raises(AccessDenied):
        services.pay(actor=reader, on=TODAY, instrument_id=one.pk, done_on=TODAY)
    with pytest.raises(InstrumentInvalid):
        services.present(actor=ledger.actor, on=TODAY, instrument_id=one.pk, done_on=date(2026, 6, 19))
    assert Instrument.objects.count() == 1
