"""Files taken in: what would happen is shown, what is wrong is kept, nothing is posted twice."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from django.utils import translation

from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.queries import search
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.customers.models import Customer
from xinheng.facts.financials.models import Statement, StatementLine, TradeInvoice
from xinheng.facts.intake import catalogue, errors, offers, posting, queries, services, working
from xinheng.facts.intake.models import Batch, RejectedRow, Source
from xinheng.facts.intake.staging import Staging
from xinheng.facts.receivables.models import Bill, Receipt, Settlement, Voiding

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = "客户编号,客户名称\nC1,甲贸易有限公司\nC2,乙电气有限公司\n"
HEADER = "客户编号,发票号码,开票日期,到期日,金额\n"
GOOD = HEADER + 'C1,001,2024-01-05,2024-02-05,100.00\nC2,002,2024年1月6日,2024/2/6,"1,234.50"\n'


@pytest.fixture
def take(chief: Actor, day: date, tmp_path: Path):
    def take(content: str | bytes, kind: str = "bills", **choices: Any) -> Batch:
        path = tmp_path / choices.pop("name", "f.csv")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return services.import_file(actor=chief, on=day, path=path, kind=kind, **choices)

    return take


@pytest.fixture
def companies(take) -> None:
    assert take(CUSTOMERS, "customers").state == "posted"


def causes(batch: Batch) -> list[tuple[int, str, str]]:
    return list(RejectedRow.objects.filter(batch=batch).values_list("row_no", "field", "cause"))


def words(batch: Batch) -> list[str]:
    return [sample.words for cause in services.preview(batch.pk).causes for sample in cause.samples]


def test_good_bills_are_posted_and_counted(take, companies) -> None:
    batch = take(GOOD)

    assert (batch.state, batch.rows_total, batch.rows_accepted, batch.rows_rejected) == ("posted", 2, 2, 0)
    assert list(
        Bill.objects.order_by("bill_no").values_list("customer__no", "bill_no", "due_on", "amount_minor")
    ) == [
        ("C1", "001", date(2024, 2, 5), 10000),
        ("C2", "002", date(2024, 2, 6), 123450),
    ]
    assert batch.totals["file"]["sums"]["amount"] == {"CNY": 133450}


@pytest.mark.req("PWR-07")
def test_a_row_that_fails_a_check_waits_until_it_is_corrected_and_nobody_may_pass_it(
    take, companies, chief, day
) -> None:
    wrong = GOOD + "C1,003,2024-03-01,2024-02-01,5\nC1,004,2024-03-01,2024-04-01,\n"

    batch = take(wrong)

    assert batch.state == "refused"
    assert causes(batch) == [(4, "due_on", "due_before_billed"), (5, "amount", "required")]
    assert not Bill.objects.exists()
    with pytest.raises(errors.BatchInWrongState):
        services.post(actor=chief, on=day, batch_no=batch.pk)

    services.choose_mode(actor=chief, on=day, batch_no=batch.pk, mode="good_rows")
    batch = services.post(actor=chief, on=day, batch_no=batch.pk)
    assert (batch.state, batch.rows_accepted, batch.rows_rejected) == ("posted", 2, 2)
    assert sorted(Bill.objects.values_list("bill_no", flat=True)) == ["001", "002"]
    assert [row.row_no for row in queries.rejected_rows(chief, batch.pk)] == [4, 5]


@pytest.mark.req("RR-13")
@pytest.mark.parametrize(
    ("row", "field", "cause"),
    [
        (",9,2024-01-05,2024-02-05,1", "customer_no", "required"),
        ("C1,,2024-01-05,2024-02-05,1", "bill_no", "required"),
        ("C1,9,2024-02-30,2024-03-05,1", "billed_on", "date_impossible"),
        ("C1,9,2924-02-20,2024-03-05,1", "billed_on", "date_out_of_range"),
        ("C1,9,2026-07-01,2026-08-05,1", "billed_on", "in_the_future"),
        ("C1,9,2024-01-05,2024-02-05,一百", "amount", "not_an_amount"),
        ("C1,9,2024-01-05,2024-02-05,1.234", "amount", "too_many_decimals"),
        ("C1,9,2024-01-05,2024-02-05,0", "amount", "amount_zero"),
        ("C9,9,2024-01-05,2024-02-05,1", "customer_no", "unknown_customer"),
        ("C1,9,2024-01-05,2024-01-04,1", "due_on", "due_before_billed"),
        ("C1,001,2024-01-05,2024-02-05,100.00", "bill_no", "repeated_in_file"),
    ],
)
def test_bad_input_is_refused_with_the_field_in_chinese(
    take, companies, row: str, field: str, cause: str
) -> None:
    batch = take(GOOD + row + "\n", mode="good_rows")

    assert causes(batch) == [(4, field, cause)]
    assert Bill.objects.count() == 2
    with translation.override("zh-hans"):
        said = words(batch)
    assert len(said) == 1
    assert "{" not in said[0]
    assert any("\u4e00" <= mark <= "\u9fff" for mark in said[0])
    with translation.override("en"):
        assert words(batch)[0].isascii() or "“" in words(batch)[0]


def test_rows_that_contradict_each_other_all_wait(take, companies) -> None:
    batch = take(GOOD + "C1,001,2024-01-05,2024-02-05,100.01\n", mode="good_rows")

    assert [(row, cause) for row, _, cause in causes(batch)] == [
        (2, "conflict_in_file"),
        (4, "conflict_in_file"),
    ]
    assert list(Bill.objects.values_list("bill_no", flat=True)) == ["002"]


def test_the_same_file_twice_changes_nothing(take, companies) -> None:
    take(GOOD)
    again = take(GOOD)

    assert (again.state, again.rows_total, again.rows_known, again.rows_accepted) == ("posted", 2, 2, 0)
    assert Bill.objects.count() == 2


@pytest.mark.req("PWR-06")
@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "gb18030"])
def test_the_same_rows_in_another_file_are_known_and_a_new_one_is_taken(take, companies, form: str) -> None:
    take(GOOD)
    rows = pl.DataFrame(
        {
            "客户编号": ["C1", "C2", "C1"], "发票号码": ["001", "002", "003"],
            "开票日期": ["2024-01-05", "2024-01-06", "2024-01-07"], "到期日": ["2024-02-05", "2024-02-06", "2024-02-07"],
            "金额": [100.0, 1234.5, 7.0],
        }
    )  # fmt: skip
    target = io.BytesIO()
    {"xlsx": rows.write_excel, "parquet": rows.write_parquet}.get(form, rows.write_csv)(target)
    content = target.getvalue()
    if form == "gb18030":
        content = content.decode().encode("gb18030")

    batch = take(content)

    assert (batch.state, batch.rows_known, batch.rows_accepted, batch.rows_rejected) == ("posted", 2, 1, 0)
    assert Bill.objects.count() == 3


def test_a_posted_bill_with_other_content_is_a_conflict(take, companies) -> None:
    take(GOOD)
    batch = take(GOOD.replace("100.00", "101.00"), mode="good_rows")

    assert causes(batch) == [(2, "bill_no", "conflict_with_posted")]
    assert words(batch) == ["“001”已入账,但内容不同:金额 100.00。"]
    assert Bill.objects.get(bill_no="001").amount_minor == 10000


def test_void_and_red_letter_bills(take, companies) -> None:
    header = "客户编号,发票号码,开票日期,到期日,金额,发票状态,是否红字\n"
    rows = "C1,1,2024-01-05,2024-02-05,5,作废,否\nC1,2,2024-01-05,2024-02-05,-5,正常,是\n"
    wrong = "C1,3,2024-01-05,2024-02-05,-5,正常,否\nC1,4,2024-01-05,2024-02-05,5,正常,是\n"

    batch = take(header + rows + wrong, mode="good_rows")

    assert (batch.rows_accepted, batch.rows_void, batch.rows_rejected) == (1, 1, 2)
    assert [cause for _, _, cause in causes(batch)] == ["negative_not_red_letter", "red_letter_not_negative"]
    assert Voiding.objects.get().bill.bill_no == "1"
    assert batch.rows_total == batch.rows_accepted + batch.rows_void + batch.rows_known + batch.rows_rejected


def test_a_bill_that_turns_void_in_a_later_file_is_voided(take, companies) -> None:
    header = "客户编号,发票号码,开票日期,到期日,金额,作废\n"
    take(header + "C1,1,2024-01-05,2024-02-05,5,否\n")
    batch = take(header + "C1,1,2024-01-05,2024-02-05,5,是\n")

    assert (batch.state, batch.rows_void) == ("posted", 1)
    assert Voiding.objects.get().bill.bill_no == "1"
    assert Bill.objects.count() == 1


def test_bills_with_the_day_they_were_settled_bring_receipt_and_settlement(take, companies) -> None:
    header = "客户编号,发票号码,开票日期,到期日,金额,结清日期,已收金额\n"
    batch = take(header + "C1,1,2024-01-05,2024-02-05,50,,\nC1,2,2024-01-05,2024-02-05,60,2024-02-01,\n")
    assert batch.rows_accepted == 2
    assert list(Settlement.objects.values_list("bill__bill_no", "amount_minor", "settled_on")) == [
        ("2", 6000, date(2024, 2, 1))
    ]

    later = take(
        header + "C1,1,2024-01-05,2024-02-05,50,2024-03-01,20\nC1,2,2024-01-05,2024-02-05,60,2024-02-01,\n"
    )
    assert (later.state, later.rows_accepted, later.rows_known) == ("posted", 1, 1)
    more = take(header + "C1,1,2024-01-05,2024-02-05,50,2024-04-01,50\n")
    assert more.state == "posted"
    assert list(Receipt.objects.order_by("received_on").values_list("amount_minor", flat=True)) == [
        6000,
        2000,
        3000,
    ]
    assert sum(Settlement.objects.filter(bill__bill_no="1").values_list("amount_minor", flat=True)) == 5000

    wrong = take(header + "C1,3,2024-01-05,2024-02-05,50,2024-04-01,50.01\n")
    assert [cause for _, _, cause in causes(wrong)] == ["paid_above_billed"]


@pytest.fixture(params=[200_000, 1], ids=["at once", "in pieces"])
def pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows posted at once, or as a file of so many rows is: customer by customer."""
    monkeypatch.setattr(posting, "CHUNK_ROWS", request.param)


@pytest.mark.usefixtures("pieces")
def test_receipts_settle_bills_and_the_ledger_has_the_last_word(take, companies) -> None:
    take(GOOD)
    header = "客户编号,收款单号,收款日期,收款金额,核销发票号,核销金额\n"
    batch = take(
        header + "C1,R1,2024-02-01,100,001,60\nC2,R2,2024-02-01,2000,002,1234.50\nC2,R3,2024-02-02,10,,\n",
        "receipts",
    )
    assert (batch.state, batch.rows_accepted) == ("posted", 3)
    assert Receipt.objects.count() == 3
    assert sorted(Settlement.objects.values_list("amount_minor", flat=True)) == [6000, 123450]

    bad = (
        "C1,R4,2024-03-01,100,001,40.01\n"  # only 40 are open
        "C1,R5,2024-03-01,100,404,1\n"  # no such bill
        "C1,R6,2024-03-01,10,001,11\n"  # more than was received
        "C1,R1,2024-02-01,100,001,60\n"  # known
    )
    batch = take(header + bad, "receipts", mode="good_rows")
    assert [(row, cause) for row, _, cause in causes(batch)] == [
        (2, "ledger_more_than_open"), (3, "ledger_bill_unknown"), (4, "paid_above_received"),
    ]  # fmt: skip
    assert (batch.rows_known, batch.rows_accepted) == (1, 0)
    assert Receipt.objects.count() == 3


@pytest.mark.usefixtures("pieces")
def test_the_rows_of_one_receipt_must_agree_and_it_is_spent_once(take, companies) -> None:
    take(GOOD + "C1,003,2024-01-05,2024-02-05,50\n")
    header = "客户编号,收款单号,收款日期,收款金额,核销发票号,核销金额\n"
    split = "C1,R1,2024-02-01,120,001,100\nC1,R1,2024-02-01,120,003,20\n"
    assert take(header + split, "receipts").rows_accepted == 2
    assert Receipt.objects.get().amount_minor == 12000
    assert Settlement.objects.count() == 2

    differing = "C1,R2,2024-02-01,10,003,5\nC1,R2,2024-02-02,10,003,5\n"
    overspent = "C1,R3,2024-02-01,10,003,8\nC1,R3,2024-02-01,10,002,8\nC1,R4,2024-02-01,10,003,8\nC1,R4,2024-02-01,10,,\n"
    batch = take(header + differing + overspent, "receipts", mode="good_rows")
    assert [cause for row, _, cause in causes(batch) if row < 4] == ["conflict_in_file", "conflict_in_file"]
    assert [(row, cause) for row, _, cause in causes(batch) if row > 3] == [(5, "ledger_bill_unknown")]
    third = take(header + "C1,R5,2024-02-01,10,003,1\nC1,R5,2024-02-01,11,,\n", "receipts")
    assert {cause for _, _, cause in causes(third)} == {"receipt_differs"}


def test_cells_of_a_workbook_are_judged_by_what_they_are(take, companies) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["客户编号", "发票号码", "开票日期", "到期日", "金额", "税额"])
        for line, (amount, tax) in enumerate([(1.005, None), (2.5, "0.125"), (3.5, 1)], start=1):
            page.write_row(line, 0, ["C1", f"N{line}", 45296, 45300, amount, tax])
        page.write_row(4, 0, ["C1", "N4", 45296, None, 5])
        page.write_formula(4, 3, "=1/0", value="#DIV/0!")

    batch = take(target.getvalue(), mode="good_rows", name="f.xlsx")

    assert causes(batch) == [(3, "tax", "too_many_decimals"), (5, "due_on", "error_value")]
    assert "#DIV/0!" in words(batch)[0] + words(batch)[1]
    assert list(Bill.objects.order_by("bill_no").values_list("amount_minor", "billed_on")) == [
        (101, date(2024, 1, 5)), (350, date(2024, 1, 5)),
    ]  # fmt: skip


@pytest.mark.any_database
def test_every_cause_has_words_in_both_languages_that_can_be_filled_in() -> None:
    for code, told in catalogue.causes().items():
        assert set(told) == {"zh", "en"}
        for language in ("zh-hans", "en"):
            with translation.override(language):
                said = catalogue.words_of(code, kind_code="bills", field_code="amount", value="v", params={})
                assert "{" not in said
    for kind in catalogue.kinds():
        for check in catalogue.checks(kind):
            assert check.code in catalogue.causes()
            assert catalogue.kind(kind).field(check.field), check


def test_a_number_that_a_workbook_cut_off_is_refused_and_its_days_count_from_where_it_says(
    take, companies
) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "date_1904": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["客户编号", "发票号码", "开票日期", "到期日", "金额"])
        page.write_row(1, 0, ["C1", 911100006000373412, 43834, 43865, 1])
        page.write_row(2, 0, ["C1", "911100006000373412", 43834, 43865, 1])
        page.write_row(3, 0, ["C9", "3", 43834, 43865, 0.1 + 0.2])

    batch = take(target.getvalue(), mode="good_rows", name="f.xlsx")

    assert causes(batch) == [(2, "bill_no", "digits_lost"), (4, "customer_no", "unknown_customer")]
    assert Bill.objects.get().billed_on == date(2024, 1, 5)
    book = openpyxl.load_workbook(io.BytesIO(services.rejects_workbook(batch.pk)))
    book.active.delete_rows(2)
    book.active["A2"].value = "C1"
    fixed = io.BytesIO()
    book.save(fixed)
    assert take(fixed.getvalue(), name="g.xlsx").state == "posted"
    told = Bill.objects.get(bill_no="3")
    assert (told.amount_minor, told.billed_on) == (30, date(2024, 1, 5))


def test_customers_are_found_by_name_where_no_number_is_told(take, companies) -> None:
    header = "单位名称,发票号码,开票日期,到期日,金额\n"
    batch = take(
        header + "甲贸易有限公司,1,2024-01-05,2024-02-05,5\n丙公司,2,2024-01-05,2024-02-05,5\n",
        mode="good_rows",
    )
    assert Bill.objects.get().customer.no == "C1"
    assert causes(batch) == [(3, "customer_name", "unknown_customer")]


def test_units_currencies_and_terms(take, companies) -> None:
    header = "客户编号,发票号码,开票日期,账期天数,金额（万元）,币种\n"
    rows = "C1,1,2024-01-05,30,1.5,人民币\nC1,2,2024-01-05,0,1.5,USD\nC1,3,2024-01-05,0,1,JPY\nC1,4,2024-01-05,0,1,QQQ\n"
    batch = take(header + rows, mode="good_rows")
    assert list(Bill.objects.order_by("bill_no").values_list("amount_minor", "currency", "due_on")) == [
        (1500000, "CNY", date(2024, 2, 4)), (1500000, "USD", date(2024, 1, 5)), (10000, "JPY", date(2024, 1, 5)),
    ]  # fmt: skip
    assert causes(batch) == [(5, "currency", "currency_unknown")]


@pytest.mark.parametrize("heading", ["金额（万元）", "金额万元", "金额/万元", "金额（单位：万元）"])
def test_a_unit_in_the_heading_holds_for_the_column(take, companies, heading: str) -> None:
    take(GOOD.replace("金额\n", heading + "\n").replace(",100.00", ",1.5"))
    assert Bill.objects.get(bill_no="001").amount_minor == 1_500_000


def test_a_unit_above_the_header_holds_and_goes_out_with_the_rejected_rows(take, companies) -> None:
    wrong = "C9,003,2024-01-05,2024-02-05,2.5\n"
    first = take("应收账款,,,,\n单位：万元,,,,\n" + GOOD.replace('"1,234.50"', "3") + wrong, mode="good_rows")
    assert Bill.objects.get(bill_no="002").amount_minor == 3_000_000

    book = openpyxl.load_workbook(io.BytesIO(services.rejects_workbook(first.pk)))
    book.active["A3"].value = "C1"
    fixed = io.BytesIO()
    book.save(fixed)
    assert take(fixed.getvalue()).state == "posted"
    assert Bill.objects.get(bill_no="003").amount_minor == 2_500_000


def test_amounts_in_another_currency_are_refused_until_it_is_told(take, companies) -> None:
    content = GOOD.replace("金额\n", "金额(万美元)\n").replace('"1,234.50"', "3")
    refused = take(content)
    assert (refused.state, Bill.objects.count()) == ("refused", 0)
    assert "万美元" in refused.cause
    assert take(content, settings={"currency": "USD"}).state == "posted"
    told = Bill.objects.get(bill_no="002")
    assert (told.amount_minor, told.currency) == (3_000_000, "USD")


def test_of_two_columns_with_one_heading_none_is_guessed(take, companies) -> None:
    batch = take(GOOD.replace("金额\n", "金额,金额\n").replace(",100.00", ",100.00,7"))
    assert (batch.state, Bill.objects.count()) == ("refused", 0)
    assert services.look(batch.pk).missing == ("金额",)


def test_the_amount_beside_tax_and_total_is_the_net(take, companies) -> None:
    header = "客户编号,发票号码,开票日期,到期日,金额,税额,价税合计\n"
    wrong = "C1,2,2024-01-05,2024-02-05,100,13,114\n"
    batch = take(header + "C1,1,2024-01-05,2024-02-05,100,13,113\n" + wrong, mode="good_rows")
    assert Bill.objects.get().amount_minor == 11_300
    assert causes(batch) == [(3, "amount", "sub_total")]


def test_total_rows_are_no_data_and_must_be_right(take, companies) -> None:
    good = take(GOOD + "合计,,,,1334.50\n")
    assert (good.state, good.rows_total) == ("posted", 2)

    wrong = take((GOOD + "合计,,,,1334.51\n").replace("C1,001", "C1,901").replace("C2,002", "C2,902"))
    assert wrong.state == "refused"
    assert "1,334.51" in wrong.cause
    assert Bill.objects.count() == 2


def test_the_sender_may_announce_rows_and_total(take, companies) -> None:
    refused = take(GOOD, settings={"control_rows": 3})
    assert refused.state == "refused"
    assert not Bill.objects.exists()
    assert take(GOOD, settings={"control_rows": 2, "control_total": "1,334.50"}).state == "posted"


def test_missing_columns_are_named_and_may_be_assigned(take, companies, chief, day) -> None:
    batch = take("客户编号,单据,开票日期,到期日,金额\nC1,1,2024-01-05,2024-02-05,5\n")
    assert batch.state == "refused"
    look = services.look(batch.pk)
    assert look.columns == ("客户编号", "单据", "开票日期", "到期日", "金额")
    assert len(look.missing) == 1
    assert look.mapping["单据"] == ""

    services.set_mapping(actor=chief, on=day, batch_no=batch.pk, mapping={**look.mapping, "单据": "bill_no"})
    services.read_and_check(batch.pk)
    preview = services.preview(batch.pk)
    assert (preview.state, preview.new, preview.may_post) == ("previewed", 1, True)
    assert preview.samples[0]["金额"] == "5.00"
    assert not Bill.objects.exists()
    services.post(actor=chief, on=day, batch_no=batch.pk)
    assert Bill.objects.get().bill_no == "1"


def test_a_source_remembers_how_its_columns_are_assigned(take, companies, chief, day) -> None:
    services.save_source(
        actor=chief, on=day, code="erp", kind="bills", told={"settings": {"date_order": "dmy"}}
    )
    batch = take("客户编号,单据,开票日期,到期日,金额\nC1,1,01/05/2024,02/06/2024,5\n", source="erp")
    look = services.look(batch.pk)
    services.set_mapping(actor=chief, on=day, batch_no=batch.pk, mapping={**look.mapping, "单据": "bill_no"})

    again = take("客户编号,单据,开票日期,到期日,金额\nC1,2,01/05/2024,02/06/2024,5\n", source="erp")

    assert again.state == "posted"
    assert Bill.objects.get().billed_on == date(2024, 5, 1)
    assert Source.objects.get(code="erp").mapping["单据"] == "bill_no"
    with pytest.raises(errors.MappingInvalid):
        services.set_mapping(actor=chief, on=day, batch_no=batch.pk, mapping={"单据": "nonsense"})
    with pytest.raises(errors.SettingInvalid):
        take(GOOD, settings={"date_order": "ymd?"})
    with pytest.raises(errors.SourceUnknown):
        take(GOOD, source="nobody")


def test_rejected_rows_come_back_corrected(take, companies) -> None:
    wrong = (
        'C1,003,2024-03-01,2024-02-01,5,"=HYPERLINK(""http://x"")"\nC9,004,2024-03-01,2024-04-01,-7,@cmd\n'
    )
    first = take(GOOD.replace("金额\n", "金额,备注\n") + wrong, mode="good_rows")
    content = services.rejects_workbook(first.pk)

    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.active
    assert [cell.value for cell in page[1]] == [
        "客户编号",
        "发票号码",
        "开票日期",
        "到期日",
        "金额",
        "备注",
        "错误原因",
        "原行号",
    ]
    assert page["F2"].value == '\'=HYPERLINK("http://x")'
    assert page["F2"].data_type == "s"
    assert page["E3"].value == "-7"
    assert page["H2"].value == "4"

    page["D2"].value, page["A3"].value = "2024-04-01", "C2"
    fixed = io.BytesIO()
    book.save(fixed)
    second = take(fixed.getvalue())
    assert (second.state, second.rows_accepted) == ("posted", 2)
    assert Bill.objects.count() == 4


@pytest.mark.parametrize(
    "kind", ["customers", "bills", "receipts", "statements", "trade_invoices", "assessments"]
)
def test_a_template_is_read_back_with_every_column_assigned(kind: str, chief, day, tmp_path: Path) -> None:
    content = services.template(kind)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[1] == "说明"
    assert book.worksheets[0].data_validations.count > 0
    (tmp_path / "t.xlsx").write_bytes(content)
    batch = services.receive(actor=chief, on=day, path=tmp_path / "t.xlsx", kind=kind)
    look = services.look(batch.pk)
    assert "" not in look.mapping.values()
    assert look.missing == ()
    refused = services.read_and_check(batch.pk)
    assert refused.state == "refused"
    assert "没有数据行" in refused.cause


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_template_filled_in_is_taken_in_either_language(take, companies, language: str) -> None:
    with translation.override(language):
        book = openpyxl.load_workbook(io.BytesIO(services.template("bills")))
    page = book.worksheets[0]
    told = {"no": "C1", "bill": "T-1", "billed": date(2024, 1, 5), "due": date(2024, 2, 5), "amount": 12.5}
    for place, name in ((1, "no"), (3, "bill"), (4, "billed"), (5, "due"), (7, "amount")):
        page.cell(2, place).value = told[name]
    filled = io.BytesIO()
    book.save(filled)
    assert (page.cell(1, 1).value.isascii(), book.sheetnames[1].isascii()) == (language == "en",) * 2
    assert take(filled.getvalue(), name="t.xlsx").state == "posted"
    assert Bill.objects.get().amount_minor == 1250


def test_customers_known_changed_and_clashing(take, companies) -> None:
    header = "客户编号,客户名称,统一社会信用代码,上级单位编号\n"
    good_code = "91110000600037341L"
    rows = (
        "C1,甲贸易有限公司,,\n"  # known
        "C2,乙电气改名有限公司,,\n"  # changed
        f"C3,丙公司,{good_code},C4\n"
        "C4,丁公司,,\n"
        "C5,戊公司,911100006000373412,\n"  # check digit
        "C6,己公司,,C404\n"
    )
    batch = take(header + rows, "customers", mode="good_rows")
    assert any("校验" in said for said in words(batch))
    assert (batch.rows_known, batch.rows_accepted, batch.rows_rejected) == (1, 2, 3)
    assert causes(batch) == [
        (3, "name", "customer_changed"), (6, "uscc", "identifier"), (7, "parent_no", "unknown_parent"),
    ]  # fmt: skip
    assert Customer.objects.get(no="C3").parent.no == "C4"


def test_a_customer_without_name_is_refused_and_both_facts_are_told(take) -> None:
    batch = take("客户编号,客户名称,成立日期\nC1,,2024-02-30\n", "customers")
    assert causes(batch) == [(2, "founded_on", "date_impossible"), (2, "name", "required")]
    assert batch.rows_rejected == 1


def test_trade_invoices_with_code_and_sub_total(take, companies) -> None:
    header = "企业代号,进销方向,发票代码,发票号码,对方,开票日期,金额,税额,价税合计\n"
    rows = "C1,销项,4403,1,B1,2024-01-05,100,13,113\nC1,进项,4403,1,B1,2024-01-05,100,13,113\nC1,销项,,2,B1,2024-01-05,100,13,113.01\n"
    batch = take(header + rows, "trade_invoices", mode="good_rows")
    assert causes(batch) == [(4, "total", "sub_total")]
    assert sorted(TradeInvoice.objects.values_list("side", "invoice_no")) == [
        ("purchase", "4403-1"),
        ("sale", "4403-1"),
    ]


@pytest.mark.usefixtures("pieces")
def test_statements_wide_and_long_say_the_same(take, companies) -> None:
    wide = "客户编号,年度,流动资产合计,资产总计(万元)\nC1,2023,100,5\n"
    long = (
        "客户编号,报表截止日,报表项目,期末数\nC2,2023-12-31,流动资产合计,100\nC2,2023-12-31,资产总计,50000\n"
    )
    assert take(wide, "statements").state == "posted"
    assert take(long, "statements").state == "posted"
    lines = StatementLine.objects.order_by("statement__customer__no", "item")
    told = list(lines.values_list("statement__customer__no", "item", "amount_minor"))
    assert told == [
        ("C1", "current_assets", 10000), ("C1", "total_assets", 5000000),
        ("C2", "current_assets", 10000), ("C2", "total_assets", 5000000),
    ]  # fmt: skip
    assert take(long + "\n", "statements").rows_known == 2
    unknown = take(long.replace("流动资产合计", "流动什么").replace("2023", "2022"), "statements")
    assert causes(unknown) == [(2, "item", "unknown_item"), (3, "item", "statement_incomplete")]
    assert Statement.objects.count() == 2


def test_only_who_may_take_files_in_does(reader, day, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(GOOD)
    with pytest.raises(AccessDenied):
        services.import_file(actor=reader, on=day, path=tmp_path / "f.csv", kind="bills")
    assert not Batch.objects.exists()


def test_a_customer_out_of_reach_is_as_unknown_as_one_that_is_not(
    take, companies, day, tmp_path: Path
) -> None:
    clerk = Actor("clerk", "业务员", None, frozenset({"*"}), Scope("own"))
    (tmp_path / "g.csv").write_text(GOOD)
    batch = services.import_file(actor=clerk, on=day, path=tmp_path / "g.csv", kind="bills")
    assert {cause for _, _, cause in causes(batch)} == {"unknown_customer"}
    assert list(queries.batches(clerk)) == [batch]
    others = Batch.objects.exclude(pk=batch.pk).first()
    assert others
    with pytest.raises(errors.BatchUnknown):
        services.choose_mode(actor=clerk, on=day, batch_no=others.pk, mode="good_rows")
    with pytest.raises(errors.BatchUnknown):
        queries.batch(clerk, others.pk)


def test_a_cancelled_batch_posts_nothing(companies, chief, day, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(GOOD)
    batch = services.receive(actor=chief, on=day, path=tmp_path / "f.csv", kind="bills")
    assert [each.batch_no for each in queries.unfinished()] == [batch.pk]
    services.read_and_check(batch.pk)
    assert services.cancel(actor=chief, on=day, batch_no=batch.pk).state == "cancelled"
    with pytest.raises(errors.BatchInWrongState):
        services.cancel(actor=chief, on=day, batch_no=batch.pk)
    with pytest.raises(errors.BatchInWrongState):
        services.post(actor=chief, on=day, batch_no=batch.pk)
    assert not Bill.objects.exists()
    assert queries.unfinished() == []


def test_cancelling_in_the_middle_undoes_what_was_begun(
    companies, chief, day, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "f.csv").write_text(GOOD)
    batch = services.receive(actor=chief, on=day, path=tmp_path / "f.csv", kind="bills")
    services.read_and_check(batch.pk)
    from xinheng.facts.intake.staging import Staging

    tell = Staging.tell

    def and_cancel(self: Staging, note: str, done: int, total: int) -> None:
        assert Bill.objects.exists()
        services.cancel(actor=chief, on=day, batch_no=self.batch_no)
        tell(self, note, done, total)

    monkeypatch.setattr(Staging, "tell", and_cancel)
    with pytest.raises(errors.ImportCancelled):
        services.post(actor=chief, on=day, batch_no=batch.pk)
    assert not Bill.objects.exists()
    assert Batch.objects.get(pk=batch.pk).state == "cancelled"
    told = [(entry.actor_login, entry.outcome) for entry in search(act="intake.cancel")]
    assert told == [("chief", "done")]


def test_what_was_posted_meanwhile_is_known_when_the_batch_is_posted(
    companies, take, chief, day, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(GOOD)
    batch = services.receive(actor=chief, on=day, path=tmp_path / "a.csv", kind="bills")
    services.read_and_check(batch.pk)
    take(HEADER + "C1,001,2024-01-05,2024-02-05,100.00\n")

    batch = services.post(actor=chief, on=day, batch_no=batch.pk)

    assert (batch.state, batch.rows_known, batch.rows_accepted) == ("posted", 1, 1)
    assert Bill.objects.count() == 2


def test_what_two_hand_in_at_the_same_moment_is_posted_once_and_known_to_the_other(
    companies, take, chief, day, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "a.csv").write_text(GOOD)
    batch = services.receive(actor=chief, on=day, path=tmp_path / "a.csv", kind="bills")
    services.read_and_check(batch.pk)
    take(GOOD + "\n")
    told = Staging(batch.pk).kept("checked")
    monkeypatch.setattr(working, "_last_posting", lambda: told["posted_before"])  # as if nobody had posted

    batch = services.post(actor=chief, on=day, batch_no=batch.pk)

    assert (batch.state, batch.rows_known, batch.rows_accepted) == ("posted", 2, 0)
    assert Bill.objects.count() == 2


def test_a_row_that_came_to_contradict_the_books_is_shown_before_the_others_are_posted(
    companies, take, chief, day, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(GOOD + "C9,9,2024-01-05,2024-02-05,1\n")
    batch = services.receive(actor=chief, on=day, path=tmp_path / "a.csv", kind="bills", mode="good_rows")
    services.read_and_check(batch.pk)
    take(HEADER + "C1,001,2024-01-05,2024-02-05,100.01\n")

    with pytest.raises(errors.ChangedMeanwhile):
        services.post(actor=chief, on=day, batch_no=batch.pk)

    shown = services.preview(batch.pk)
    assert (shown.state, shown.new, shown.rejected) == ("previewed", 1, 2)
    assert Bill.objects.count() == 1
    assert services.post(actor=chief, on=day, batch_no=batch.pk).state == "posted"
    assert Bill.objects.count() == 2


def test_rows_read_by_an_earlier_assignment_cannot_be_posted_any_more(
    companies, chief, day, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(GOOD)
    batch = services.receive(actor=chief, on=day, path=tmp_path / "a.csv", kind="bills")
    services.read_and_check(batch.pk)
    mapping = {**services.look(batch.pk).mapping, "金额": ""}
    services.set_mapping(actor=chief, on=day, batch_no=batch.pk, mapping=mapping)

    assert services.read_and_check(batch.pk).state == "refused"
    services.choose_mode(actor=chief, on=day, batch_no=batch.pk, mode="good_rows")
    with pytest.raises(errors.BatchInWrongState):
        services.post(actor=chief, on=day, batch_no=batch.pk)
    assert services.preview(batch.pk).new == 0
    assert not Bill.objects.exists()


def test_a_file_that_did_not_come_in_whole_leaves_no_batch(
    chief, day, tmp_path: Path, monkeypatch, settings
) -> None:
    (tmp_path / "a.csv").write_text(GOOD)

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("xinheng.facts.intake.batches.shutil.copyfile", full)
    with pytest.raises(OSError, match="no space"):
        services.receive(actor=chief, on=day, path=tmp_path / "a.csv", kind="bills")
    assert not Batch.objects.exists()
    assert not list((Path(settings.HOME) / "intake").glob("incoming-*"))


def test_a_source_remembers_how_its_files_are_read_and_a_sheet_chosen_otherwise_is_assigned_afresh(
    companies, chief, day, tmp_path: Path
) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, headings in (
            ("甲", ["客户编号", "发票号码", "金额"]),
            ("乙", ["客户编号", "发票号", "开票日期"]),
        ):
            book.add_worksheet(name).write_row(0, 0, headings)
    (tmp_path / "a.xlsx").write_bytes(target.getvalue())
    source = services.new_source(actor=chief, on=day, kind="bills", name=" 用友  U8 ")
    assert (source.code, source.name) == ("bills-1", "用友 U8")
    assert services.new_source(actor=chief, on=day, kind="bills", name="用友 U8") == source
    batch = services.receive(actor=chief, on=day, path=tmp_path / "a.xlsx", kind="bills", source="bills-1")
    look = services.look(batch.pk)
    assert look.columns == ("客户编号", "发票号码", "金额")

    services.set_mapping(
        actor=chief,
        on=day,
        batch_no=batch.pk,
        mapping=look.mapping,
        settings={"sheet": "乙", "terms_days": 30},
    )

    look = services.look(batch.pk)
    assert look.mapping == {"客户编号": "customer_no", "发票号": "bill_no", "开票日期": "billed_on"}
    assert look.missing == ("金额",)
    source.refresh_from_db()
    assert source.settings == {"sheet": "乙", "terms_days": 30}


def test_a_row_with_a_null_sign_is_kept_and_read(take, companies) -> None:
    padding = "".join(f"C1,P{number},2024-01-05,2024-02-05,1\n" for number in range(4_000))
    batch = take(
        HEADER + padding + "C9,N\x001,2024-01-05,2024-02-05,1\nC1,N\x002,2024-01-05,2024-02-05,1\n",
        mode="good_rows",
    )
    assert causes(batch) == [(4002, "customer_no", "unknown_customer")]
    assert RejectedRow.objects.get(batch=batch).row["发票号码"] == "N\N{REPLACEMENT CHARACTER}1"
    assert Bill.objects.filter(bill_no="N 2").exists()
    assert services.rejects_workbook(batch.pk)


def test_a_long_workbook_is_opened_when_it_is_checked(
    companies, chief, day, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("xinheng.facts.intake.batches.OPENED_AT_ONCE", 0)
    columns = {"客户编号": ["C1"], "发票号码": ["1"], "开票日期": ["2024-01-05"], "到期日": ["2024-02-05"]}
    pl.DataFrame({**columns, "金额": [5.0]}).write_excel(tmp_path / "a.xlsx")
    batch = services.receive(actor=chief, on=day, path=tmp_path / "a.xlsx", kind="bills")
    assert (batch.state, batch.mapping, services.preview(batch.pk).columns) == ("waiting", {}, ())

    services.read_and_check(batch.pk)

    assert services.preview(batch.pk).new == 1
    assert services.post(actor=chief, on=day, batch_no=batch.pk).state == "posted"
    pl.DataFrame(columns).write_excel(tmp_path / "b.xlsx")
    lacking = services.receive(actor=chief, on=day, path=tmp_path / "b.xlsx", kind="bills")
    assert "金额" in services.read_and_check(lacking.pk).cause


@pytest.mark.req("PWR-07")
def test_a_statement_that_does_not_add_up_waits_with_the_figure_that_is_wrong(take, companies) -> None:
    header = "客户编号,年度,流动资产合计,非流动资产合计,资产总计,负债合计,所有者权益合计\n"
    good, wrong = "C1,2023,100,400,500,200,300\n", "C1,2022,100,400,500,200,301.01\n"
    batch = take(header + good + wrong, "statements", mode="good_rows")
    assert causes(batch) == [(3, "item", "identity")]
    assert words(batch) == ["报表不平:资产总计为 500.00,按各项目计算应为 501.01。"]
    assert Statement.objects.get().period_end == date(2023, 12, 31)

    long = "客户编号,报表截止日,报表项目,期末数\n"
    rows = "".join(
        f"C2,2023-12-31,{item},{amount}\n"
        for item, amount in (("资产总计", 9), ("负债合计", 5), ("所有者权益合计", 6))
    )
    batch = take(long + rows, "statements", mode="good_rows")
    assert [(row, cause) for row, _, cause in causes(batch)] == [
        (2, "identity"), (3, "statement_incomplete"), (4, "statement_incomplete"),
    ]  # fmt: skip
    rounded = "单位:万元,,,,,,\n" + header + "C2,2023,1.01,2.02,3.04,1,2.04\n"
    assert take(rounded, "statements").state == "posted"


def test_one_cause_is_said_once_for_all_figures_of_a_row(take, companies) -> None:
    wide = "客户编号,年度,流动资产合计,资产总计\nC1,2050,1,2\n"
    batch = take(wide, "statements")
    assert causes(batch) == [(2, "period_end", "in_the_future")]


def test_rows_of_a_kind_no_room_posts_are_not_lost(take, companies, monkeypatch) -> None:
    monkeypatch.setattr(offers, "offers", {})
    monkeypatch.setattr("xinheng.facts.intake.posting.offers", offers.offers)
    monkeypatch.setattr("xinheng.facts.intake.checking.known.offers", offers.offers)
    content = "客户编号,评价项目,评价结果,评价日期\nC1,q,1,2024-01-05\n"
    with pytest.raises(errors.PosterMissing):
        take(content, "assessments")
    assert Batch.objects.get(kind="assessments").state == "previewed"

    posted = []
    services.offer_poster("assessments", lambda frame, **told: posted.append((frame, told)))
    batch = take(content + "\n", "assessments")
    assert batch.state == "posted"
    frame, told = posted[0]
    assert frame.select("question", "value", "assessed_on").rows() == [("q", "1", date(2024, 1, 5))]
    assert frame["customer_id"].to_list() == [Customer.objects.get(no="C1").pk]
    assert told["batch_no"] == batch.pk


def test_nonsense_asked_for_is_refused(chief, day, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(GOOD)
    with pytest.raises(errors.KindUnknown):
        services.receive(actor=chief, on=day, path=tmp_path / "f.csv", kind="nonsense")
    with pytest.raises(errors.BatchUnknown):
        services.preview(999_999)
    with pytest.raises(errors.KindUnknown):
        services.template("nonsense")
    (tmp_path / "e.csv").write_text("")
    with pytest.raises(errors.FileEmpty):
        services.receive(actor=chief, on=day, path=tmp_path / "e.csv", kind="bills")
    assert not Batch.objects.exists()
