"""Limits by rule and in bulk: key papers out of date, and many limits changed by one request."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.facts.receivables.conftest import customer
from tests.judgements.applications.conftest import JUNE, Office, actor, graded
from tests.judgements.limits.conftest import HEAD, LIMIT, adopt
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.models import Customer
from xinheng.facts.customers.values import NewFact
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.orders.values import NewOrder
from xinheng.judgements.applications import batch_rows, defining, queries, services
from xinheng.judgements.applications.errors import (
    ApplicationInvalid,
    BatchEmpty,
    BatchFaulty,
    BatchStale,
    BatchUnknown,
)
from xinheng.judgements.applications.models import Batch, PaperHold
from xinheng.judgements.applications.values import BatchRow, NewBatch, RowFault, Selection
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.models import Account, Limit
from xinheng.judgements.policies.errors import PolicyInvalid


def paper(no: str, item: str, true_on: date, *, value: str = "一级资质", on: date = JUNE) -> None:
    fact = NewFact(item, value, "customer", source="复印件", true_on=true_on)
    customers.tell_fact(actor=system_actor(), on=on, no=no, fact=fact)


def watch(on: date) -> tuple[int, int]:
    return services.watch_papers(actor=system_actor(), on=on)


def status(no: str) -> str:
    return Account.objects.get(customer__no=no, segment="").status


def test_a_key_paper_out_of_date_shrinks_or_suspends_once_and_gives_back_when_renewed(
    office: Office,
) -> None:
    """general: qualification, 12 months and 30 days, half the limit; lim: licence, 12 months, suspends."""
    office.limit("C-7", "90500")
    office.limit("C-8", "50000")
    paper("C-7", "qualification", date(2025, 6, 30))
    paper("C-8", "business_licence", date(2025, 6, 30), value="yes")
    paper("C-9", "business_licence", date(2020, 1, 1), value="yes")  # has no limit to lose

    assert watch(JUNE) == (0, 0)  # twelve months to the day
    day = JUNE + timedelta(1)
    assert watch(day) == (1, 0)
    assert (status("C-8"), office.credit("C-8").limit.minor) == ("hold", 50_000_00)
    day = JUNE + timedelta(31)
    office.on = day
    assert watch(day) == (1, 0)
    assert watch(day) == (0, 0)  # once a cause
    held = office.credit("C-7").limit
    assert (held.kind, held.minor) == ("temporary", 45_000_00)  # half, down to the thousand
    assert "2025-06-30" in Limit.objects.filter(kind="temporary").latest("pk").reason
    listed = queries.paper_holds(actor("credit"), on=day)
    assert {(one.customer.no, one.item, one.effect) for one in listed} == {
        ("C-7", "qualification", "shrink"), ("C-8", "business_licence", "suspend"),
    }  # fmt: skip

    office.on = day = day + timedelta(1)
    paper("C-7", "qualification", JUNE, value="特级资质", on=day)
    paper("C-8", "business_licence", JUNE, value="yes", on=day)

    assert watch(day) == (0, 2)
    assert (office.credit("C-7").limit.kind, office.credit("C-7").limit.minor) == ("fixed", 90_500_00)
    assert status("C-8") == "open"
    assert not PaperHold.objects.filter(ended_on__isnull=True).exists()


@pytest.mark.req("CTR-01")
def test_credit_is_held_for_a_paper_of_the_dossier_that_ran_out_until_a_newer_one_is_filed(
    office: Office,
) -> None:
    """A line of the customer's dossier named as a key paper: half the limit ten days after its last day."""
    root, shipped = system_actor(), Path(__file__).resolve().parents[3] / "packs/general/application.yaml"
    text = shipped.read_text("utf-8").replace('version: "1"', 'version: "2"', 1).partition("key_papers:")[0]
    line = "  - {{line: {}, after_days: 10, effect: shrink, percent: 50, zh: 营业执照, en: licence, mark: given}}\n"
    with pytest.raises(PolicyInvalid):
        defining.check(text + "key_papers:\n" + line.format("general_customer.nothing"))
    sound = text + "key_papers:\n" + line.format("general_customer.licence")
    put_in_force(actor=root, on=JUNE, kind="application", text=sound, effective_from=JUNE)
    office.limit("C-7", "90500")
    office.limit("C-8", "50000")
    told: dict[str, Any] = {
        "title": "营业执照",
        "has_original": True,
        "upload": None,
        "copy_form": "original",
    }
    files = [
        dossiers.open_dossier(
            actor=root, on=JUNE, kind="general_customer", subject=f"customer:{no}", title=no,
            facts={"party": "company"},
        )
        for no in ("C-7", "C-8")
    ]  # fmt: skip
    for dossier, until in zip(files, (JUNE, JUNE + timedelta(1)), strict=True):
        dossiers.add_paper(actor=root, on=JUNE, dossier=dossier, item="licence", valid_until=until, **told)

    assert watch(JUNE + timedelta(10)) == (0, 0)
    office.on = day = JUNE + timedelta(11)
    assert watch(day) == (1, 0)
    assert watch(day) == (0, 0)
    held = PaperHold.objects.get()
    assert (held.customer.no, held.item, held.paper_on) == ("C-7", "general_customer.licence", JUNE)
    assert (office.credit("C-7").limit.minor, office.credit("C-8").limit.minor) == (45_000_00, 50_000_00)

    next_year = day + timedelta(365)
    dossiers.add_paper(actor=root, on=day, dossier=files[0], item="licence", valid_until=next_year, **told)
    assert watch(day) == (0, 1)
    assert office.credit("C-7").limit.minor == 90_500_00


def asked(*rows: tuple[str, str], **told: Any) -> NewBatch:
    listed = tuple(BatchRow(no, Money.of(amount), place) for place, (no, amount) in enumerate(rows, start=2))
    return NewBatch("general", "年度调整", "调整.xlsx", rows=listed, **told)


def test_many_limits_are_previewed_asked_for_at_once_and_set_whole(office: Office) -> None:
    adopt(system_actor(), HEAD + LIMIT)
    customer("C-1")
    office.limit("C-7", "10000")
    office.limit("C-8", "20000")
    office.ledger("C-8").bill("B1", "2026-06-01", "2026-07-31", "15000")
    for no, amount in (("O-1", "12000"), ("O-2", "2000.01"), ("O-3", "9000")):
        order = NewOrder(no, JUNE, JUNE, Money.of(amount))
        limits.check_order(actor=system_actor(), on=JUNE, customer_no="C-7", order=order)
    wanted = asked(("C-7", "16000"), ("C-8", "14000"), ("C-1", "5000"))

    seen = queries.preview(actor("credit"), wanted, on=JUNE)

    first, second, third = seen.effects
    assert (first.old, first.exposure, first.held, first.passing) == (
        Money.of("10000"), Money.of("2000.01"), 2, 1,
    )  # fmt: skip
    assert (second.below, second.new < second.exposure) == (True, True)
    assert third.old is None
    assert seen.sums == {"customers": 3, "raised": 1, "lowered": 1, "below": 1, "passing": 1}
    assert not Batch.objects.exists()

    batch = services.ask_batch(actor=actor("credit"), on=JUNE, asked=wanted)
    office.approve(batch, "finance")
    assert office.credit("C-7").limit.minor == 10_000_00  # not before the last signature
    office.approve(batch, "general")

    assert [office.credit(no).limit.minor for no in ("C-7", "C-8", "C-1")] == [16_000_00, 14_000_00, 5_000_00]
    assert {word.reason for word in Limit.objects.order_by("-pk")[:3]} == {f"批量调整 {batch.pk}：年度调整"}
    assert (batch.state, batch.ended_by) == ("approved", "general")
    with pytest.raises(BatchEmpty):
        services.ask_batch(actor=actor("credit"), on=JUNE, asked=wanted)


def test_one_wrong_row_keeps_all_of_them_out_and_a_limit_set_meanwhile_too(office: Office) -> None:
    office.limit("C-7", "10000")
    Customer.objects.filter(no="C-9").update(status="closed", closed_on=JUNE)
    wrong = asked(("C-7", "16000"), ("C-404", "1"), ("C-7", "17000"), ("C-9", "1"))
    with pytest.raises(BatchFaulty) as refused:
        services.ask_batch(actor=actor("credit"), on=JUNE, asked=wrong)
    assert (refused.value.params["count"], refused.value.params["row"]) == (3, 3)
    faults = queries.preview(actor("credit"), wrong, on=JUNE).faults
    assert [(one.row, one.field) for one in faults] == [(row, "customer_no") for row in (3, 4, 5)]
    assert not Batch.objects.exists()

    batch = services.ask_batch(actor=actor("credit"), on=JUNE, asked=asked(("C-7", "16000")))
    office.limit("C-7", "12000")
    office.approve(batch, "finance")
    with pytest.raises(BatchStale):
        office.approve(batch, "general")
    assert office.credit("C-7").limit.minor == 12_000_00
    office.decide(batch, "general", "reject", "额度已另行调整")
    assert batch.state == "rejected"
    stranger = actor("seller")
    own = type(stranger)(**{**stranger.__dict__, "scope": type(stranger.scope)("own", person_id=1)})
    with pytest.raises(BatchUnknown):
        queries.get_batch(own, batch.pk, on=JUNE)


def test_all_of_a_grade_are_changed_by_percent(office: Office) -> None:
    customer("C-1")
    graded("C-1", "general", "A", 3)
    for no, amount in (("C-7", "99500"), ("C-1", "50000")):
        office.limit(no, amount)

    def found(**how: Any) -> list[tuple[str, str]]:
        wanted = NewBatch("general", "收紧", "BBB", selection=Selection("BBB", **how))
        effects = queries.preview(actor("credit"), wanted, on=JUNE).effects
        return [(one.customer_no, str(one.new)) for one in effects]

    assert found(percent=Decimal(-20)) == [("C-7", "79,000.00")]  # 79,600 down to the thousand
    assert found(amount=Money.of("50000")) == [("C-7", "50,000.00")]


@pytest.mark.any_database
def test_a_file_tells_its_rows_and_what_is_wrong_with_others() -> None:
    text = '客户编号,名称,新额度\nC-1,甲,"12,000.50"\n,乙,5\nC-3,丙,many\nC-4,丁,-1\n'
    book = BytesIO()
    pl.DataFrame({"customer_no": ["C-1"], "amount": [12000.5]}).write_excel(book)

    rows, faults = batch_rows.read_rows("额度.csv", text.encode("gb18030"))

    assert rows == [BatchRow("C-1", Money.of("12000.50"), 2)]
    assert [(one.row, one.field) for one in faults] == [(3, "客户编号"), (4, "新额度"), (5, "新额度")]
    assert batch_rows.read_rows("limits.xlsx", book.getvalue()) == (rows, [])
    for content in (b"a,b\n1,2\n", b"PK\x03\x04 no workbook"):
        with pytest.raises(ApplicationInvalid):
            batch_rows.read_rows("x.csv", content)
    assert batch_rows.repeated(rows) == []
    assert isinstance(faults[0], RowFault)
