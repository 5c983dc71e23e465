"""A clerk's first day: three files come in, are checked, measured and rated; every grade answers for itself.

All figures are worked by hand in the comments, so that a reader can reckon them again.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit import services as audit
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.intake import queries as batches
from xinheng.facts.intake import services as intake
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.models import Bill, Settlement
from xinheng.indicators import queries as indicators
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as rating
from xinheng.runs import services as runs

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 6, 30)
PASSWORD = "早春-window-2026"

CUSTOMERS = """\
客户编号,客户名称,责任部门,业务员
C-1,长江机电有限公司,EAST,wang
C-2,东方建材有限公司,EAST,wang
C-3,北辰食品有限公司,EAST,li
"""
# C-1 paid A1 on its due day, A2 20 days late, and A3 is not due; C-2 has paid nothing since January.
BILLS = """\
客户编号,账单号,开票日期,到期日,金额(元)
C-1,A1,2026-02-01,2026-03-03,"1,000.00"
C-1,A2,2026-04-01,2026-05-01,"3,000.00"
C-1,A3,2026-06-01,2026-07-01,500.00
C-2,B1,2026-01-01,2026-01-31,200.00
C-9,X1,2026-06-01,2026-07-01,10.00
C-2,B2,2026-06-31,2026-07-31,90.00
"""
RECEIPTS = [
    ("客户编号", "收款单号", "收款日期", "收款金额(元)", "核销账单号", "核销金额(元)"),
    ("C-1", "S1", date(2026, 3, 3), 1000, "A1", 1000),
    ("C-1", "S2", date(2026, 5, 21), 3000, "A2", 3000),
]
ANSWERS = """\
客户编号,评价项目,评价结果,评价日期,依据
C-1,persons_served,600,2026-06-30,合同
C-1,repute,high,2026-06-30,走访
C-1,funds,strong,2026-06-30,走访
"""


@pytest.fixture
def company(tmp_path: Path) -> Callable[[str], Actor]:
    """A company with a credit manager and a salesperson; gives who asks by login."""
    chief = system_actor()
    access.load_shipped_roles(actor=chief, on=DAY)
    access.create_unit(actor=chief, on=DAY, code="HQ", name="信衡贸易公司", kind="company")
    access.create_unit(actor=chief, on=DAY, code="EAST", name="华东部", kind="department", parent="HQ")
    for login, name, role, unit in (
        ("credit", "林晓", "credit_manager", "HQ"),
        ("wang", "王芳", "salesperson", "EAST"),
        ("li", "李强", "salesperson", "EAST"),
    ):
        access.create_person(
            actor=chief, on=DAY, login=login, name=name, password=PASSWORD, role=role, unit=unit
        )
    rating.adopt_shipped_policies(actor=chief, on=DAY)
    return lambda login: access.actor_of(people.person_by_login(login), on=DAY)


@pytest.fixture
def day_of_work(company: Callable[[str], Actor], tmp_path: Path) -> dict[str, int]:
    """All files are in and the company is measured and rated; gives the runs by policy."""
    clerk = company("credit")
    for kind, path in files(tmp_path).items():
        batch = intake.import_file(actor=clerk, on=DAY, path=path, kind=kind, mode="good_rows")
        assert batch.state == "posted", (kind, batch.cause)
    made = runs.measure_and_rate(
        actor=clerk, on=DAY, as_of=DAY, policies=["adv", "general"], tell=lambda *_step: None
    )
    return dict(zip(("adv", "general"), made, strict=True))


def files(folder: Path) -> dict[str, Path]:
    """The files as three offices send them: CSV of an old program in GB18030, Excel, CSV in UTF-8 with a mark."""
    told = {
        "customers": folder / "客户.csv",
        "bills": folder / "账单.csv",
        "receipts": folder / "收款.xlsx",
        "assessments": folder / "评价.csv",
    }
    told["customers"].write_bytes(CUSTOMERS.encode("gb18030"))
    told["bills"].write_bytes(BILLS.encode("gb18030"))
    told["assessments"].write_bytes(ANSWERS.encode("utf-8-sig"))
    book = openpyxl.Workbook()
    for row in RECEIPTS:
        book.active.append(row)
    book.save(told["receipts"])
    return told


def ageing(as_of: date) -> dict[str, tuple[int, Money]]:
    """Bills and money by days past due; empty buckets left out."""
    rows = receivables.ageing(None, as_of=as_of)
    return {row.bucket.code: (row.bills, row.amount) for row in rows if row.bills}


@pytest.mark.req("RR-13", "PWR-07")
def test_bad_rows_are_named_come_back_and_are_taken_once_corrected(
    company: Callable[[str], Actor], tmp_path: Path
) -> None:
    clerk, told = company("credit"), files(tmp_path)
    intake.import_file(actor=clerk, on=DAY, path=told["customers"], kind="customers")

    batch = intake.receive(actor=clerk, on=DAY, path=told["bills"], kind="bills", mode="good_rows")
    batch = intake.read_and_check(batch.pk)

    assert (batch.state, batch.rows_total, batch.rows_accepted, batch.rows_rejected) == ("previewed", 6, 4, 2)
    rejected = batches.worded(list(batches.rejected_rows(clerk, batch.pk)), "bills")
    assert [(row.row_no, row.field, row.value) for row in rejected] == [
        (6, "customer_no", "C-9"),  # nobody we know
        (7, "billed_on", "2026-06-31"),  # June has thirty days
    ]
    assert not Bill.objects.exists()  # a preview changes nothing

    intake.post(actor=clerk, on=DAY, batch_no=batch.pk)
    assert sorted(Bill.objects.values_list("bill_no", flat=True)) == ["A1", "A2", "A3", "B1"]

    book = openpyxl.load_workbook(io.BytesIO(intake.rejects_workbook(batch.pk)))
    for line in book.active.iter_rows():
        for cell in line:
            cell.value = {"C-9": "C-2", "2026-06-31": "2026-06-30"}.get(str(cell.value), cell.value)
    corrected = tmp_path / "改正.xlsx"
    book.save(corrected)
    again = intake.import_file(actor=clerk, on=DAY, path=corrected, kind="bills")

    assert (again.state, again.rows_accepted, again.rows_rejected) == ("posted", 2, 0)
    assert sorted(Bill.objects.values_list("bill_no", flat=True)) == ["A1", "A2", "A3", "B1", "B2", "X1"]


def test_the_same_files_again_change_nothing(
    company: Callable[[str], Actor], day_of_work: dict[str, int], tmp_path: Path
) -> None:
    before = (Bill.objects.count(), Settlement.objects.count(), ageing(DAY))

    for kind, path in files(tmp_path).items():
        again = intake.import_file(actor=company("credit"), on=DAY, path=path, kind=kind, mode="good_rows")
        assert (again.state, again.rows_accepted) == ("posted", 0), kind

    assert (Bill.objects.count(), Settlement.objects.count(), ageing(DAY)) == before


@pytest.mark.usefixtures("day_of_work")
def test_the_books_stand_as_they_were_on_any_day() -> None:
    # 30 June: A3 (500.00) is due tomorrow; B1 (200.00) is due since 31 January: 28+31+30+31+30 = 150 days.
    assert ageing(DAY) == {"not_due": (1, Money.of("500.00")), ">90": (1, Money.of("200.00"))}
    # 10 May: A2 (3,000.00) is 9 days late, B1 is 28+31+30+10 = 99 days late; A3 was not billed.
    assert ageing(date(2026, 5, 10)) == {
        "1-30": (1, Money.of("3000.00")),
        ">90": (1, Money.of("200.00")),
    }
    # On its due day itself a bill is not late.
    assert ageing(date(2026, 1, 31)) == {"not_due": (1, Money.of("200.00"))}


@pytest.mark.usefixtures("day_of_work")
@pytest.mark.req("RR-09")
def test_what_was_measured_is_right_and_what_was_not_is_not_zero() -> None:
    def figures(customer_no: str, *codes: str) -> list[Any]:
        told = {value.card.code: value.figure for value in indicators.values_of(customer_no, as_of=DAY)}
        return [told[code] for code in codes]

    codes = (
        "turnover_12m",
        "balance",
        "overdue_amount",
        "days_beyond_terms",
        "worst_delay_24m",
        "late_count_12m",
    )
    # C-1: (1,000 × 0 + 3,000 × 20) ÷ 4,000 = 15 days beyond terms; A3 is not due and does not weigh.
    assert figures("C-1", *codes) == [450_000, 50_000, 0, Decimal(15), 20, 1]
    # C-2: its only bill is open, 150 days past due.
    assert figures("C-2", *codes) == [20_000, 20_000, 20_000, Decimal(150), 150, 1]
    # C-3 never dealt with us.
    assert figures("C-3", *codes) == [None] * len(codes)


@pytest.mark.req("RR-07", "RR-09", "ADV-09", "ADV-10", "ADV-11", "ADV-12")
def test_every_grade_says_all_that_led_to_it(
    company: Callable[[str], Actor], day_of_work: dict[str, int]
) -> None:
    def told(customer_no: str) -> tuple[str, str, set[str]]:
        why = ratings.explanation(company("credit"), day_of_work["adv"], customer_no, on=DAY)
        assert why.summary
        return why.state, why.grade, {reason.code for reason in why.reasons if reason.outcome == "fired"}

    # C-1: 600 persons, high repute, strong funds: A(1). Late, but paid within 30 days: B(2); once only: B(3).
    # The worst holds. Dealing since 1 February, not yet 12 months: Article 14 would cap an A as well.
    assert told("C-1") == ("graded", "B", {"A1", "B2", "B3", "new_customer"})
    # C-2: 150 days are more than 90: C(2). One late bill is occasional, B(3), but the worst holds.
    # Nobody answered a question about it, so key data are missing too.
    assert told("C-2") == ("graded", "C", {"B3", "C2", "new_customer", "key_data"})
    # C-3: nothing is known; that is no B.
    state, grade, fired = told("C-3")
    assert (state, grade) == ("incomplete", "")
    assert not fired & {"A1", "A2", "A3", "A4", "A5", "A6", "B1", "B2", "B3"}


@pytest.mark.req("RR-10")
def test_a_stored_run_gives_the_same_again_and_an_altered_input_is_named(
    company: Callable[[str], Actor], day_of_work: dict[str, int]
) -> None:
    clerk = company("credit")
    for run in day_of_work.values():
        again = rating.replay(actor=clerk, run_id=run)
        assert (again.same, again.customers, again.differences) == (True, 3, ())

    kept = Path(settings.HOME) / ratings.get_run(day_of_work["adv"]).inputs_path
    honest = kept.read_bytes()
    pl.read_parquet(kept).reverse().write_parquet(kept)
    try:
        altered = rating.replay(actor=clerk, run_id=day_of_work["adv"])
    finally:
        kept.write_bytes(honest)
    assert not altered.same
    assert altered.cause


@pytest.mark.req("RR-14")
def test_who_may_not_is_refused_noted_and_sees_only_own_customers(
    company: Callable[[str], Actor], day_of_work: dict[str, int], tmp_path: Path
) -> None:
    clerk, wang = company("credit"), company("wang")

    assert sorted(customers.visible(wang, on=DAY).values_list("no", flat=True)) == ["C-1", "C-2"]
    with pytest.raises(AccessDenied):
        intake.receive(actor=wang, on=DAY, path=files(tmp_path)["bills"], kind="bills")
    job = runs.enqueue_rating("adv", DAY, "wang")
    call_command("db_worker", "--batch", "--no-startup-delay", "--interval", "0", verbosity=0)

    assert runs.job_state(job).state == "refused"
    assert Entry.objects.filter(outcome="refused", act="ratings.run", actor_login="wang").count() == 1
    assert ratings.runs(clerk).count() == len(day_of_work)
    assert batches.batches(clerk).count() == len(files(tmp_path))


def test_the_trail_is_whole_until_somebody_writes_in_it(day_of_work: dict[str, int]) -> None:
    audit.seal_new_entries()
    whole = audit.verify()
    assert (whole.ok, whole.unsealed, whole.sealed) == (True, 0, Entry.objects.count())
    rated = Entry.objects.get(act="ratings.run", subject=f"run:{day_of_work['adv']}")
    assert (rated.actor_login, rated.business_day) == ("credit", DAY)

    with connection.cursor() as cursor:  # by hand, past the program
        cursor.execute("UPDATE audit_entry SET actor_login = 'wang' WHERE id = %s", [rated.pk])

    altered = audit.verify()
    assert (altered.ok, altered.first_altered) == (False, rated.pk)
