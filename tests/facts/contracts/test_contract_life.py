"""A contract from its draft to its end: numbered once, checked before it is signed, watched until it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests import worlds
from tests.facts.contracts.world import access_of, department, draft, office, ready, signed
from tests.judgements.terms.conftest import adopt, stands
from xinheng.base.access.errors import AccessDenied
from xinheng.base.approvals import services as approvals
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.contracts import errors, queries, services
from xinheng.facts.contracts.models import Change, Contract, Event
from xinheng.facts.contracts.values import ContractChange, NewRecord, Signed, Wanted, about_to_sign
from xinheng.facts.custody.models import Handover
from xinheng.facts.custody.records import Consultation
from xinheng.facts.dossiers import services as files
from xinheng.facts.dossiers.errors import PapersMissing
from xinheng.judgements.terms.errors import NoCooperation
from xinheng.judgements.terms.models import TermsRequest

DAY = date(2024, 1, 31)


@pytest.fixture
def keeper(db: None, chief: Actor) -> Actor:
    worlds.given(office)
    return chief


def who(actor: Actor, contract: Contract, on: date = DAY) -> dict[str, Any]:
    return {"actor": actor, "on": on, "contract_id": contract.pk}


@pytest.mark.req("CTR-02", "CTR-03")
def test_a_number_is_given_by_department_and_year_and_never_again(keeper: Actor, reader: Actor) -> None:
    first, second = draft(keeper, DAY), draft(keeper, DAY)
    assert [first.no, second.no] == ["XS-2024-0001", "XS-2024-0002"]
    assert draft(keeper, DAY, unit="CG").no == "CG-2024-0001"

    services.void(**who(keeper, second), reason="客户取消采购")
    third = draft(keeper, date(2024, 2, 1))
    assert third.no == "XS-2024-0003"
    assert draft(keeper, date(2025, 1, 2)).no == "XS-2025-0001"
    kept = Contract.objects.get(no="XS-2024-0002")
    assert (kept.state, kept.end_reason) == ("void", "客户取消采购")
    with pytest.raises(errors.ContractNotInState):
        services.send_to_legal_check(**who(keeper, kept))

    draft(keeper, DAY, outside_no="HT-88")
    with pytest.raises(errors.ContractNumberTaken) as refused:
        draft(keeper, DAY, outside_no="HT-88")
    assert refused.value.params["contract"] == "XS-2024-0004"
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=third.pk).update(serial=1)
    assert draft(keeper, DAY).no == "XS-2024-0005"  # what was refused took no number

    handler = Actor("xiao", "肖", permits=frozenset({"contracts.write", "*.read"}), scope=Scope("everything"))
    with pytest.raises(AccessDenied):
        services.void(**who(handler, third), reason="改错")
    with pytest.raises(AccessDenied):
        draft(reader, DAY)
    with pytest.raises(errors.ContractInvalid) as wrong:
        draft(keeper, DAY, unit="没有")
    assert wrong.value.params["field"] == "unit"
    with pytest.raises(errors.ContractInvalid):
        draft(keeper, DAY, effective_on=date(2024, 3, 1), ends_on=date(2024, 2, 29))


@pytest.mark.req("FSP-03", "FSP-05", "FSP-07", "FSP-04", "FSP-02")
def test_a_product_sale_is_checked_countersigned_filed_and_ends_with_a_notice(keeper: Actor) -> None:
    with pytest.raises(errors.ContractInvalid) as unasked:
        draft(keeper, DAY, kind="product_sale")
    assert unasked.value.params["field"] == "demand"
    told: dict[str, Any] = {"kind": "product_sale", "demand": "客户求购 200 吨"}
    one = draft(keeper, DAY, **told)
    assert one.template == "fsp@1"
    with pytest.raises(errors.LegalCheckMissing):
        services.sign(**who(keeper, one), signed=Signed(DAY))

    services.send_to_legal_check(**who(keeper, one))
    with pytest.raises(errors.ContractInvalid):
        services.check_legally(**who(keeper, one), is_ok=False)
    services.check_legally(**who(keeper, one), is_ok=False, comments="违约责任条款不明确")
    one.refresh_from_db()
    assert one.state == "draft"

    other = ready(keeper, DAY, **told)
    assert other.state == "to_sign"
    with pytest.raises(errors.CustomerFileMissing):
        services.sign(**who(keeper, other), signed=Signed(DAY))
    assert not Event.objects.exists()
    customer = other.customer
    files.open_dossier(
        actor=keeper,
        on=DAY,
        kind="general_customer",
        subject="customer:C-7",
        title="客户档案",
        customer=customer,
    )
    services.sign(**who(keeper, other), signed=Signed(DAY))
    with pytest.raises(errors.NoticeMissing):
        services.end_process(**who(keeper, other))
    services.tell_to_pay(**who(keeper, other), amount=Money.of("36000.00"), told_on=DAY, words="预付三成货款")
    assert services.end_process(**who(keeper, other)).process_ended_on == DAY

    services.archive(**who(keeper, other))
    with pytest.raises(errors.ContractArchived):
        services.change(**who(keeper, other), new=ContractChange(DAY, "加价", amount=Money.of("1.00")))
    with pytest.raises(errors.ContractArchived):
        services.agree_next_term(**who(keeper, other), what="续签")
    services.record_performance(**who(keeper, other), new=NewRecord("delivery", DAY, "首批 50 吨"))


@pytest.mark.req("FSP-05")
def test_what_is_returned_by_a_signer_is_checked_again_before_it_is_signed(keeper: Actor) -> None:
    contract = draft(keeper, DAY)
    services.send_to_legal_check(**who(keeper, contract))
    services.check_legally(**who(keeper, contract), is_ok=True)
    with pytest.raises(errors.CountersignMissing):
        services.sign(**who(keeper, contract), signed=Signed(DAY))
    request = services.send_to_countersign(**who(keeper, contract)).request
    assert request is not None
    head = access_of("bu", DAY)
    approvals.decide(actor=head, on=DAY, request_id=request.pk, decision="return", reason="付款期太长")
    contract.refresh_from_db()
    assert contract.state == "draft"
    approvals.resubmit(actor=keeper, on=DAY, request_id=request.pk)
    with pytest.raises(errors.ContractNotInState):  # corrected or not, it was not checked again
        approvals.decide(actor=head, on=DAY, request_id=request.pk, decision="approve", reason="")
    services.send_to_legal_check(**who(keeper, contract))
    services.check_legally(**who(keeper, contract), is_ok=True)
    services.send_to_countersign(**who(keeper, contract))
    for login in ("bu", "kuai"):
        person = access_of(login, DAY)
        approvals.decide(actor=person, on=DAY, request_id=request.pk, decision="approve", reason="")
    services.sign(**who(keeper, contract), signed=Signed(DAY))


@pytest.mark.req("CTR-04", "CTR-06")
def test_each_of_the_four_events_starts_a_month_of_its_own(keeper: Actor) -> None:
    """W-21: finished 2024-01-31, with the administrator by 2024-02-29."""
    contract = signed(keeper, DAY)
    services.change(
        **who(keeper, contract, date(2024, 3, 15)),
        new=ContractChange(
            date(2024, 3, 15), "增加数量", amount=Money.of("150000.00"), matter="无缝钢管 250 吨"
        ),
    )
    services.finish_performance(**who(keeper, contract, date(2024, 10, 8)), performed_on=date(2024, 9, 30))
    services.end(**who(keeper, contract, date(2024, 12, 31)), ended_on=date(2024, 12, 31), reason="期满")

    told = {one.kind: one for one in queries.events_of(contract)}
    assert list(told) == ["signed", "changed", "performed", "ended"]
    clocks = {kind: Handover.objects.get(subject=queries.event_subject(one)) for kind, one in told.items()}
    assert {kind: one.due_on for kind, one in clocks.items()} == {
        "signed": date(2024, 2, 29), "changed": date(2024, 4, 15), "performed": date(2024, 10, 30),
        "ended": date(2025, 1, 31),
    }  # fmt: skip
    assert clocks["signed"].from_unit == department()
    assert clocks["signed"].to_unit.code == "HQ"

    reopened = services.reopen_event(
        **who(keeper, contract, date(2025, 1, 6)), event_id=told["ended"].pk, why="终止协议缺对方签章"
    )
    assert reopened.reopened_on == date(2025, 1, 6)
    states = {kind: Handover.objects.get(pk=one.pk).state for kind, one in clocks.items()}
    assert states == {"signed": "open", "changed": "open", "performed": "open", "ended": "cancelled"}
    with pytest.raises(errors.EventUnknown):
        services.reopen_event(**who(keeper, contract), event_id=told["ended"].pk, why="再次")
    again = services.finish_again(
        **who(keeper, contract, date(2025, 1, 20)), kind="ended", finished_on=date(2025, 1, 20)
    )
    assert Handover.objects.get(subject=queries.event_subject(again)).due_on == date(2025, 2, 20)

    change = Change.objects.get(contract=contract)
    assert (change.version, change.before["amount"], change.after["amount"]) == (2, "120000.00", "150000.00")
    assert Entry.objects.filter(act="contracts.change", subject=f"contract:{contract.pk}").count() == 1


@pytest.mark.req("ADV-27")
def test_a_contract_is_brought_up_a_month_before_it_ends(keeper: Actor) -> None:
    """W-30: to 2024-03-31, from 2024-02-29 on."""
    contract = signed(keeper, DAY, ends_on=date(2024, 3, 31))

    def seen(day: date, look: str = "expiring") -> list[str]:
        return [one.no for one in queries.contracts(keeper, Wanted(look=look), on=day)]

    assert seen(date(2024, 2, 28)) == []
    assert seen(date(2024, 2, 29)) == [contract.no]
    assert seen(date(2024, 3, 31)) == [contract.no]
    assert seen(date(2024, 4, 1)) == []
    assert seen(date(2024, 4, 1), "past_end") == [contract.no]
    assert queries.alive_for(contract.customer_id, date(2024, 4, 1))

    def due(day: date) -> list[tuple[date, date | None]]:
        found = queries.dues(keeper, since=day, until=day)
        return [(one.due_on, one.done_on) for one in found if one.kind == "contracts.ending"]

    assert due(date(2024, 2, 28)) == []
    assert due(date(2024, 2, 29)) == [(date(2024, 3, 31), None)]
    services.end(**who(keeper, contract, date(2024, 3, 31)), ended_on=date(2024, 3, 31), reason="期满")
    assert not queries.alive_for(contract.customer_id, date(2024, 4, 1))
    assert due(date(2024, 3, 31)) == [(date(2024, 3, 31), date(2024, 3, 31))]


@pytest.mark.req("MIN-08")
def test_nobody_signs_a_cooperation_whose_file_they_have_not_read(keeper: Actor) -> None:
    contract = ready(keeper, DAY, kind="cooperation", handler="xiao")
    dossier = files.open_dossier(
        actor=keeper, on=DAY, kind="general_customer", subject="customer:C-7", title="客户档案",
        customer=contract.customer,
    )  # fmt: skip
    with pytest.raises(errors.NotConsulted) as refused:
        services.sign(**who(keeper, contract), signed=Signed(DAY))
    assert (refused.value.params["handler"], refused.value.params["days"]) == ("xiao", 30)
    consulted(dossier, date(2023, 12, 31))
    with pytest.raises(errors.NotConsulted):
        services.sign(**who(keeper, contract), signed=Signed(DAY))
    consulted(dossier, date(2024, 1, 1))
    assert services.sign(**who(keeper, contract), signed=Signed(DAY)).state == "signed"


def consulted(dossier: Any, day: date) -> None:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    told = {"login": "xiao", "on": day, "at": at, "way": "screen", "purpose": "签约前查阅"}
    Consultation.objects.create(dossier=dossier, subject=dossier.subject, **told)


@pytest.mark.req("CTR-01", "C15")
def test_papers_and_rooms_above_may_stop_the_signing(keeper: Actor) -> None:
    contract = ready(keeper, DAY)
    dossier = services.open_file(**who(keeper, contract))
    assert dossier.subject == f"contract:{contract.pk}"
    assert dossier.facts == {"guaranteed": "without"}
    assert services.open_file(**who(keeper, contract)) == dossier
    with pytest.raises(PapersMissing):
        services.sign(**who(keeper, contract), signed=Signed(DAY))
    assert not Event.objects.exists()
    other = ready(keeper, DAY, customer_no="C-8")

    def forbid(**_told: Any) -> None:
        raise errors.ContractInvalid(cause="D 级不合作")

    about_to_sign.connect(forbid)
    try:
        with pytest.raises(errors.ContractInvalid):
            services.sign(**who(keeper, other), signed=Signed(DAY))
    finally:
        about_to_sign.disconnect(forbid)
    other.refresh_from_db()
    assert other.state == "to_sign"


@pytest.mark.req("LSE-22")
def test_below_c_no_contract_is_signed_without_an_exception(keeper: Actor) -> None:
    adopt("lse")
    stands("C-7", "D", policy="lse")
    poor, fine = ready(keeper, DAY), ready(keeper, DAY, customer_no="C-8")
    with pytest.raises(NoCooperation) as refused:
        services.sign(**who(keeper, poor), signed=Signed(DAY))
    assert refused.value.params == {"customer_no": "C-7", "grade": "D"}
    assert services.sign(**who(keeper, fine), signed=Signed(DAY)).state == "signed"
    TermsRequest.objects.create(
        customer=poor.customer, policy_code="lse", what="cooperation", reason="总经理批准", state="approved",
        asked_by="xiao", asked_on=DAY,
    )  # fmt: skip
    assert services.sign(**who(keeper, poor), signed=Signed(DAY)).state == "signed"


@pytest.mark.req("RR-14")
def test_what_is_out_of_reach_does_not_exist(keeper: Actor) -> None:
    contract = draft(keeper, DAY)
    stranger = Actor("fremd", "外人", permits=frozenset({"*"}), scope=Scope("own", person_id=0))
    asked: tuple[Callable[[], Any], ...] = (
        lambda: queries.get_contract(stranger, contract.pk, on=DAY),
        lambda: queries.get_contract(keeper, contract.pk + 1000, on=DAY),
        lambda: services.archive(**who(stranger, contract)),
    )
    for ask in asked:
        with pytest.raises(errors.ContractUnknown):
            ask()
    assert not queries.contracts(stranger, Wanted(), on=DAY).exists()
    assert queries.contracts(system_actor(), Wanted(text="C-7", unit="HQ", year=2024), on=DAY).count() == 1
