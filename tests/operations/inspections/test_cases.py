"""From a suspicion to money and back: who may do what, what is refused, and what an appeal takes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.facts.archive.bad_files import picture
from tests.operations.inspections import utility
from tests.operations.inspections.utility import DAY, INK, at, confirmed, found, theft, visited, who
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import queries as ledger
from xinheng.facts.receivables import services as receivables
from xinheng.facts.receivables.values import NewReceipt, NewSettlement
from xinheng.operations.inspections import queries, services
from xinheng.operations.inspections.errors import (
    AppealTooLate,
    CaseOpenAlready,
    CaseUnknown,
    FindingIncomplete,
    InspectionInvalid,
    OutOfTurn,
    SamePerson,
)
from xinheng.operations.inspections.models import Case, Finding, Signature
from xinheng.operations.inspections.values import (
    Assignment,
    BreachFacts,
    Drawn,
    NewCase,
    NewExhibit,
    NewFinding,
    VisitTold,
    Wanted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _given(db: None, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    utility.given()


def gao(on: date = DAY) -> dict[str, Any]:
    return {"actor": who("gao", on), "on": on}


def wu(on: date = DAY) -> dict[str, Any]:
    return {"actor": who("wu", on), "on": on}


@pytest.mark.req("PWR-25")
def test_the_work_list_puts_the_weightiest_first_and_each_county_sees_its_own() -> None:
    run = utility.ranked({"6001": (0.95, "high"), "6002": (0.7, "medium"), "6003": (0.4, "low")})

    cases = services.open_suspects(**wu(), run=run)

    assert [case.consumer.consumer_no for case in cases] == ["6001", "6002", "6003"]
    listed = queries.cases(who("wu"), Wanted(state="work"))
    assert [(case.consumer.consumer_no, case.level) for case in listed] == [
        ("6003", "low"), ("6001", "high"), ("6002", "medium"),  # 0.4 × 400 kVA weighs more than 0.95 × 8 kVA
    ]  # fmt: skip
    assert [case.no for case in queries.cases(who("lin"))] == ["J2026-00003"]
    with pytest.raises(CaseUnknown):
        queries.case(who("lin"), "J2026-00001")
    first = Case.objects.get(no="J2026-00001")
    assert (first.run_id, first.score, first.detectors) == (run, Decimal("0.95"), ["drop"])
    assert first.evidence[0]["zh"] == "用电量骤降"
    assert services.open_suspects(**wu(), run=run) == []  # nobody twice
    with pytest.raises(CaseOpenAlready):
        services.open_case(**gao(), new=NewCase("6001", "tip", "举报"))


@pytest.mark.req("PWR-25")
def test_a_day_is_planned_by_weight_for_teams_of_two_of_one_unit() -> None:
    services.open_suspects(**wu(), run=utility.ranked({"6001": (0.9, "high"), "6003": (0.4, "low")}))

    told = services.plan_day(**wu(), planned_on=DAY + timedelta(days=1))

    assert (told.given, told.left) == (1, 1)  # lin alone is no team, so the south waits
    case = queries.case(who("gao"), "J2026-00001")
    assert (case.state, case.planned_on, [one["login"] for one in case.crew]) == (
        "assigned",
        date(2026, 6, 11),
        ["bai", "gao"],
    )
    assert services.plan_day(**wu(), planned_on=DAY + timedelta(days=1)).given == 0


@pytest.mark.req("PWR-25")
@pytest.mark.parametrize("new", [theft(None), theft(inspectors=()), theft(inspectors=(" ",))])
def test_a_finding_without_inspectors_or_day_is_refused(new: NewFinding) -> None:
    case = visited()

    with pytest.raises(FindingIncomplete):
        services.record_finding(**gao(), no=case.no, new=new)

    assert not Finding.objects.exists()
    assert Case.objects.get(pk=case.pk).state == "visited"


@pytest.mark.req("PWR-25")
def test_nobody_is_accused_by_one_inspector_or_without_evidence() -> None:
    case = services.open_case(**gao(), new=NewCase("6004", "own", "夜间负荷异常"))
    with pytest.raises(OutOfTurn):
        services.record_visit(**gao(), no=case.no, told=VisitTold(at(DAY), ("gao", "bai")))
    services.assign(**gao(), no=case.no, new=Assignment(("gao", "bai"), DAY))
    for people in [("gao",), ("gao", "gao"), ("gao", "wu")]:  # wu has no work pass
        with pytest.raises(InspectionInvalid):
            services.record_visit(**gao(), no=case.no, told=VisitTold(at(DAY), people))
    services.record_visit(**gao(), no=case.no, told=VisitTold(at(DAY), ("gao", "bai")))

    with pytest.raises(FindingIncomplete):
        services.record_finding(**gao(), no=case.no, new=theft())

    kept = services.record_finding(**gao(), no=case.no, new=NewFinding("none", DAY, ("gao", "bai")))
    assert (kept.total, Case.objects.get(pk=case.pk).state) == (Money(0), "none")


@pytest.mark.req("PWR-25")
def test_evidence_is_kept_once_with_its_hash_and_whose_it_is() -> None:
    case = visited()
    (kept,) = queries.exhibits_of(case)

    with pytest.raises(InspectionInvalid):
        services.add_exhibit(
            **gao(),
            no=case.no,
            new=NewExhibit("photo", at(DAY)),
            upload=Upload("again.png", picture(size=(61, 40))),
        )

    row, file = queries.evidence_file(who("gao"), case.no, kept.pk)
    assert (row.taken_by, row.place, len(row.sha256), file.sha256) == ("gao", "表箱旁", 64, row.sha256)
    told = Entry.objects.get(act="inspections.add_exhibit").after
    assert (told["sha256"], told["place"]) == (row.sha256, "表箱旁")


@pytest.mark.req("PWR-25")
def test_a_confirmed_theft_is_two_claims_by_the_rule_and_another_person_confirms_what_was_signed() -> None:
    case = visited()
    services.record_finding(**gao(), no=case.no, new=theft())
    with pytest.raises(FindingIncomplete):  # nobody signed
        services.confirm_finding(**wu(), no=case.no)
    services.sign(**gao(), at=at(DAY, 11), no=case.no, drawn=Drawn("consumer", "李某", refused=True))
    with pytest.raises(FindingIncomplete):  # refused, and no witness
        services.confirm_finding(**wu(), no=case.no)
    services.sign(**gao(), at=at(DAY, 11), no=case.no, drawn=Drawn("witness", "居委会 张某", INK))
    with pytest.raises(AccessDenied):
        services.confirm_finding(**gao(), no=case.no)

    kept = services.confirm_finding(**wu(), no=case.no)

    assert (kept.kwh, kept.fee, kept.penalty, kept.total) == (
        Decimal(2376), Money.of("1330.56"), Money.of("3991.68"), Money.of("5322.24"),
    )  # fmt: skip
    assert kept.bills == ["J2026-00001-F", "J2026-00001-P"]
    customer = Customer.objects.get(no="C-6001")
    bills = [ledger.bill_now(customer, no) for no in kept.bills]
    assert [(one.kind, one.amount, one.due_on) for one in bills if one] == [
        ("goods", Money.of("1330.56"), date(2026, 6, 17)), ("fee", Money.of("3991.68"), date(2026, 6, 17)),
    ]  # fmt: skip
    assert kept.appeal_until == date(2026, 6, 25)
    hashes = set(Signature.objects.values_list("sheet_sha256", flat=True))
    assert len(hashes) == 1  # both signed the same sheet
    with pytest.raises(OutOfTurn):
        services.confirm_finding(**wu(), no=case.no)


@pytest.mark.req("PWR-25")
def test_who_found_does_not_confirm_and_a_wrong_finding_goes_back_before_anything_is_claimed() -> None:
    case = visited()
    services.record_finding(**wu(), no=case.no, new=theft())  # the office types what inspectors told
    with pytest.raises(SamePerson):
        services.confirm_finding(**wu(), no=case.no)

    services.withdraw_finding(**gao(), no=case.no, why="容量记错")

    breach = NewFinding("breach", DAY, ("gao", "bai"), breach=BreachFacts("over_capacity", kw=Decimal(12)))
    services.record_finding(**gao(), no=case.no, new=breach)
    services.sign(**gao(), at=at(DAY, 12), no=case.no, drawn=Drawn("consumer", "李某", INK))
    kept = services.confirm_finding(**wu(), no=case.no)
    assert (kept.kind, kept.fee, kept.penalty, kept.bills) == (
        "breach",
        Money(0),
        Money.of(600),
        [f"{case.no}-P"],
    )
    assert Entry.objects.get(act="inspections.withdraw_finding").before["kind"] == "theft"


@pytest.mark.req("PWR-25")
def test_money_is_not_claimed_of_a_consumer_without_a_credit_file() -> None:
    case = found("6002")

    with pytest.raises(InspectionInvalid):
        services.confirm_finding(**wu(), no=case.no)

    assert Case.objects.get(pk=case.pk).state == "found"


@pytest.mark.req("PWR-26")
def test_an_overturned_finding_cancels_its_claims_and_frees_what_was_paid() -> None:
    case = confirmed()
    root = {"actor": system_actor(), "on": DAY, "customer_no": "C-6001"}
    receivables.post_receipt(**root, receipt=NewReceipt("R-1", DAY, Money.of(1000)))  # type: ignore[arg-type]
    paid = NewSettlement(f"{case.no}-F", DAY, Money.of(1000), "R-1")
    receivables.settle(**root, settlement=paid)  # type: ignore[arg-type]
    late = date(2026, 6, 26)
    with pytest.raises(AppealTooLate):
        services.appeal(**gao(late), no=case.no, words="我没有窃电")
    services.appeal(**gao(late), no=case.no, words="我没有窃电", told_on=date(2026, 6, 25))
    with pytest.raises(SamePerson):  # she confirmed it
        services.decide_appeal(**wu(late), no=case.no, result="overturned", why="表前线路属供电公司")

    zheng = {"actor": who("zheng", late), "on": late}
    made = services.decide_appeal(**zheng, no=case.no, result="overturned", why="表前线路属供电公司")  # type: ignore[arg-type]

    assert made.decided_by == "zheng"
    customer = Customer.objects.get(no="C-6001")
    bills = [ledger.bill_now(customer, f"{case.no}-{sign}") for sign in "FP"]
    assert [(one.is_void, one.open) for one in bills if one] == [(True, Money(0))] * 2
    (receipt,) = ledger.receipts_of(customer, as_of=late)
    assert receipt.unsettled == Money.of(1000)
    assert Case.objects.get(pk=case.pk).state == "overturned"
    acts = set(Entry.objects.filter(subject=f"inspection:{case.no}").values_list("act", flat=True))
    assert {
        f"inspections.{one}" for one in (
            "assign", "record_visit", "add_exhibit", "record_finding", "sign", "confirm_finding", "appeal",
            "decide_appeal",
        )
    } <= acts  # fmt: skip


@pytest.mark.req("PWR-26")
def test_an_upheld_finding_stands_and_is_not_appealed_twice() -> None:
    case = confirmed()
    services.appeal(**gao(), no=case.no, words="异议")
    zheng = {"actor": who("zheng"), "on": DAY}
    services.decide_appeal(**zheng, no=case.no, result="upheld", why="证据充分")  # type: ignore[arg-type]

    assert Case.objects.get(pk=case.pk).state == "confirmed"
    bill = ledger.bill_now(Customer.objects.get(no="C-6001"), f"{case.no}-F")
    assert bill is not None
    assert not bill.is_void
    with pytest.raises(InspectionInvalid):
        services.appeal(**gao(), no=case.no, words="再次异议")


@pytest.mark.req("PWR-27")
def test_usefulness_counts_inspections_by_level_and_detector_and_labels_teach_the_next_ranking() -> None:
    before = queries.usefulness(who("wu"))
    assert (before.whole.rate, before.inspected_share, before.population) == (None, None, 4)
    services.open_suspects(**wu(), run=utility.ranked({"6001": (0.9, "high"), "6004": (0.8, "high")}))
    for no, kind in {"J2026-00001": "theft", "J2026-00002": "none"}.items():
        services.assign(**gao(), no=no, new=Assignment(("gao", "bai"), DAY))
        services.record_visit(**gao(), no=no, told=VisitTold(at(DAY), ("gao", "bai")))
        photo = Upload("p.png", picture(size=(70 + int(no[-1]), 30)))
        services.add_exhibit(**gao(), no=no, new=NewExhibit("photo", at(DAY)), upload=photo)
        new = theft() if kind == "theft" else NewFinding("none", DAY, ("gao", "bai"))
        services.record_finding(**gao(), no=no, new=new)

    told = queries.usefulness(who("wu"))

    assert (told.whole.inspected, told.whole.theft, told.whole.rate) == (2, 1, Decimal("0.5"))
    assert (told.inspected_share, told.per_found) == (Decimal("0.5"), Money.of("5322.24"))
    assert [(one.name, one.inspected, one.found) for one in (*told.by_level, *told.by_detector)] == [
        ("high", 2, 1), ("drop", 2, 1),
    ]  # fmt: skip
    assert queries.usefulness(who("lin")).whole.inspected == 0  # the other county
    labels = queries.labels(who("wu"), as_of=DAY)
    assert labels.to_dicts() == [
        {"consumer": "6001", "found": 1, "day": DAY}, {"consumer": "6004", "found": 0, "day": DAY},
    ]  # fmt: skip
    assert queries.labels(who("wu"), as_of=DAY - timedelta(days=1)).schema["found"] == pl.Int8
    assert queries.labels(who("wu"), as_of=DAY - timedelta(days=1)).is_empty()


@pytest.mark.req("PWR-27")
def test_an_overturned_theft_teaches_nothing_from_the_day_it_was_overturned() -> None:
    case, next_day = confirmed(), DAY + timedelta(days=1)
    services.appeal(**gao(), no=case.no, words="异议")
    zheng: Any = {"actor": who("zheng", next_day), "on": next_day}
    services.decide_appeal(**zheng, no=case.no, result="overturned", why="接线属实但非其所为")

    assert queries.labels(who("wu"), as_of=DAY)["found"].to_list() == [1]
    assert queries.labels(who("wu"), as_of=next_day)["found"].to_list() == [0]
    told = queries.usefulness(who("wu"))
    assert (told.whole.inspected, told.whole.found, told.total, told.overturned) == (1, 0, Money(0), 1)


def test_a_dropped_case_says_why_and_frees_the_consumer() -> None:
    case = services.open_case(**gao(), new=NewCase("6001", "tip", "举报"))

    services.drop_case(**gao(), no=case.no, why="用户已销户")

    assert Case.objects.get(pk=case.pk).why_dropped == "用户已销户"
    assert services.open_case(**gao(), new=replace(NewCase("6001"), reason="复查")).no == "J2026-00002"
