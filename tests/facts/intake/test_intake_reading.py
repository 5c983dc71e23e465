"""Files as they come: told by their content, read whatever their dress, or turned down with the cause."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from xinheng.facts.intake import catalogue, errors
from xinheng.facts.intake.reading import parquet_files
from xinheng.facts.intake.reading.opening import open_table
from xinheng.facts.intake.reading.sniffing import Limits, sniff
from xinheng.facts.intake.reading.tables import Table

pytestmark = pytest.mark.any_database
USUAL = Limits()
ROWS = "客户编号,发票号码,开票日期,到期日,金额\nC1,001,2024-01-05,2024-02-05,15.50\n"


@pytest.fixture
def opened(tmp_path: Path):
    def opened(content: bytes, limits: Limits = USUAL, **settings: str) -> Table:
        path = tmp_path / "original"
        path.write_bytes(content)
        form = sniff(path, file_name="f", limits=limits)
        known = set(catalogue.headings("bills"))
        return open_table(path, form=form, file_name="f", settings=settings, known=known)

    return opened


def frame(table: Table) -> pl.DataFrame:
    return pl.concat(list(table.chunks()))


def workbook(write) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        write(book)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
def test_text_is_read_in_any_encoding_with_any_delimiter(opened, encoding: str, delimiter: str) -> None:
    table = opened(ROWS.replace(",", delimiter).encode(encoding))

    assert table.columns == ("客户编号", "发票号码", "开票日期", "到期日", "金额")
    assert frame(table).select(pl.exclude("_row", "_sheet", "_extra")).rows() == [
        ("C1", "001", "2024-01-05", "2024-02-05", "15.50")
    ]
    assert table.notes["encoding"] in {encoding, "utf-16"}


def test_rows_are_counted_as_a_person_counts_them(opened) -> None:
    content = '某公司应收账款\n\n客户编号,发票号码,备注\nC1,1,"两行\n备注"\n\nC2,2,\n'
    assert frame(opened(content.encode()))["_row"].to_list() == [4, 5, 6]


def test_a_row_with_more_cells_than_the_header_is_marked(opened) -> None:
    rows = frame(opened((ROWS + "C2,002,2024-01-05,2024-02-05,1,234.50\n").encode()))
    assert rows["_extra"].to_list() == [None, "234.50"]


def test_a_stray_quote_is_read_as_a_lenient_reader_does(opened) -> None:
    rows = frame(opened('客户编号,客户名称,发票号码\nC1,"甲"公司,1\n'.encode()))
    assert rows["客户名称"].to_list() == ["甲公司"]


def test_a_quotation_mark_that_nothing_closes_is_refused_with_its_row(opened) -> None:
    swallowed = ROWS + 'C2,"002,2024-01-05,2024-02-05,1\nC3,003,2024-01-05,2024-02-05,1\n'
    with pytest.raises(errors.QuoteNotClosed) as refused:
        frame(opened(swallowed.encode()))
    assert refused.value.params["row"] == 3
    later = swallowed + '"C4",004,2024-01-05,2024-02-05,1\n'
    with pytest.raises(errors.FileRefused):
        frame(opened(later.encode()))


def test_a_cell_larger_than_any_is_refused(opened) -> None:
    with pytest.raises(errors.FileNotATable):
        frame(opened(f'{ROWS}C2,"X"{"X" * 3_000_000},2024-01-05,2024-02-05,1\n'.encode()))


def test_what_stands_behind_empty_cells_beyond_the_header_is_marked(opened) -> None:
    rows = frame(
        opened((ROWS + "C2,002,2024-01-05,2024-02-05,1,,\nC3,3,2024-01-05,2024-02-05,1,,x\n").encode())
    )
    assert rows["_extra"].to_list() == [None, None, "x"]


def test_lines_that_end_as_on_old_machines_are_read(opened) -> None:
    assert frame(opened(ROWS.replace("\n", "\r").encode()))["发票号码"].to_list() == ["001"]


def test_two_encodings_in_one_file_are_refused(opened) -> None:
    names = "customer no,bill no,name\nC1,1,甲乙\n".encode("gbk") + "C1,2,甲贸易有限公司\n".encode()
    with pytest.raises(errors.EncodingUnknown):
        frame(opened(names))


def test_text_is_made_utf8_once_and_never_while_another_reads_it(opened, tmp_path: Path) -> None:
    table = opened(ROWS.encode("gb18030"))
    made = tmp_path / "text.gb18030.csv"
    before = made.stat().st_mtime_ns
    opened(ROWS.encode("gb18030"))
    assert made.stat().st_mtime_ns == before
    assert frame(table).height == 1


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", "万元"), ("金额单位:人民币元", "元"), ("单位: 万美元", "万美元"),
        ("编制单位：多元商贸有限公司", ""), ("单位名称：甲公司", ""),
    ],
)  # fmt: skip
def test_a_unit_named_above_the_header_is_found(opened, line: str, unit: str) -> None:
    assert opened(f"应收账款明细\n{line}\n{ROWS}".encode()).notes["unit"] == unit


def test_broken_utf8_is_refused_and_not_taken_for_another_encoding(opened) -> None:
    with pytest.raises(errors.EncodingUnknown):
        opened(ROWS.encode() + "客户".encode()[:-1] + b"\xff,1,2,3,4\n")


def test_an_encoding_the_source_names_is_used(opened) -> None:
    assert opened("客戶,發票號碼\nC1,1\n".encode("big5"), encoding="big5").columns == ("客戶", "發票號碼")
    with pytest.raises(errors.EncodingUnknown):
        opened(ROWS.encode("gb18030"), encoding="ascii")


def test_a_header_below_titles_over_two_merged_lines_is_found(opened) -> None:
    def write(book) -> None:
        page = book.add_worksheet("明细")
        page.merge_range(0, 0, 0, 6, "应收账款明细表")
        page.merge_range(1, 0, 1, 1, "客户")
        page.merge_range(1, 2, 2, 2, "发票号码")
        for column, name in enumerate(["开票日期", "到期日", "金额(万元)"], start=3):
            page.merge_range(1, column, 2, column, name)
        page.write_row(2, 0, ["编号", "名称"])
        page.write_row(3, 0, ["C1", "甲", "001", "2024-01-05"])
        page.write_datetime(3, 4, date(2024, 2, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write(3, 5, 12.5)
        book.add_worksheet("说明").write(0, 0, "填写说明")

    table = opened(workbook(write))

    assert table.columns[:6] == ("客户编号", "客户名称", "发票号码", "开票日期", "到期日", "金额(万元)")
    rows = frame(table)
    assert rows["_row"].to_list() == [4]
    assert rows["_sheet"].to_list() == ["明细"]
    assert rows["到期日"].to_list() == ["2024-02-05 00:00:00"]
    assert table.notes["other_sheets"] == "说明"


def test_sheets_of_one_shape_are_read_together(opened) -> None:
    def write(book) -> None:
        for month in ("一月", "二月"):
            page = book.add_worksheet(month)
            page.write_row(0, 0, ["客户编号", "发票号码", "金额"])
            page.write_row(1, 0, ["C1", f"{month}-1", 1])

    rows = frame(opened(workbook(write)))
    assert rows.select("_sheet", "_row").rows() == [("一月", 2), ("二月", 2)]


def test_columns_of_one_name_are_kept_apart(opened) -> None:
    assert opened("客户编号,金额,金额\nC1,1,2\n".encode()).columns == ("客户编号", "金额", "金额 (2)")


def test_a_number_cell_that_lost_its_last_digits_says_so_and_text_keeps_them(opened) -> None:
    def write(book) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["客户编号", "发票号码"])
        for line, number in enumerate([911100006000373412, "911100006000373412", 123456789012345], start=1):
            page.write_row(line, 0, ["C1", number])

    assert frame(opened(workbook(write)))["发票号码"].to_list() == [
        "9.11100006000373E+17", "911100006000373412", "123456789012345",
    ]  # fmt: skip


def test_a_workbook_that_counts_days_from_1904_says_so(opened) -> None:
    def write(book) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["客户编号", "开票日期"])
        page.write(1, 0, "C1")
        page.write_datetime(1, 1, date(2026, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "date_1904": True}) as book:
        write(book)
    table = opened(target.getvalue())
    assert table.from_1904
    assert frame(table)["开票日期"].to_list() == ["2026-03-05 00:00:00"]


@pytest.mark.parametrize(("second", "unit"), [("单位：万元", "万元"), ("单位：元", ""), ("", "")])
def test_sheets_of_one_shape_are_read_only_in_one_unit(opened, second: str, unit: str) -> None:
    def write(book) -> None:
        for name, line in (("一月", "单位：万元"), ("二月", second)):
            page = book.add_worksheet(name)
            page.write(0, 0, line)
            page.write_row(1, 0, ["客户编号", "发票号码", "金额"])
            page.write_row(2, 0, ["C1", f"{name}-1", 1])

    if unit:
        assert opened(workbook(write)).notes["unit"] == unit
    else:
        with pytest.raises(errors.FileNotATable):
            opened(workbook(write))


def test_sheets_that_are_not_read_are_named_the_hidden_ones_too(opened) -> None:
    def write(book) -> None:
        book.add_worksheet("一月").write_row(0, 0, ["客户编号", "发票号码", "金额"])
        book.add_worksheet("二月").write_row(0, 0, ["客户编号", "发票号码", "金额", "备注"])
        hidden = book.add_worksheet("三月")
        hidden.write_row(0, 0, ["客户编号", "发票号码", "金额"])
        hidden.hide()

    assert opened(workbook(write)).notes["other_sheets"] == "二月、三月"


def zipped(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def xlsx() -> bytes:
    return workbook(lambda book: book.add_worksheet().write_row(0, 0, ["客户编号", "发票号码"]))


def with_entry(content: bytes, name: str, data: bytes) -> bytes:
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, data)
    return target.getvalue()


def test_a_workbook_with_macros_is_refused(opened) -> None:
    with pytest.raises(errors.FileHasMacros):
        opened(with_entry(xlsx(), "xl/vbaProject.bin", b"macro"))


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_a_macro_by_any_name_is_refused(opened, name: str) -> None:
    with pytest.raises(errors.FileHasMacros):
        opened(with_entry(xlsx(), name, b"macro"))
    types = (
        b'<Types><Override PartName="/xl/x.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    with pytest.raises(errors.FileHasMacros):
        opened(zipped({"[Content_Types].xml": types, "xl/workbook.xml": b"<x/>"}))


def test_an_encrypted_workbook_is_refused(opened) -> None:
    with pytest.raises(errors.FileEncrypted):
        opened(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))


def test_an_old_workbook_with_macros_is_refused(opened) -> None:
    with pytest.raises(errors.FileHasMacros):
        opened(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "_VBA_PROJECT".encode("utf-16-le"))


def test_a_zip_bomb_is_refused_before_it_is_read(opened) -> None:
    bomb = with_entry(xlsx(), "xl/worksheets/sheet2.xml", b"")
    target = io.BytesIO(bomb)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", bytes(120 << 20))
    with pytest.raises(errors.FileExpandsTooMuch):
        opened(target.getvalue())


def test_a_bomb_that_lies_about_its_size_is_refused(opened, tmp_path: Path) -> None:
    honest = zipped({"xl/workbook.xml": b"<x/>", "xl/media/x.bin": bytes(120 << 20)})
    true_size, told_size = (120 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    with pytest.raises(errors.FileExpandsTooMuch):
        opened(honest.replace(true_size, told_size))


def test_a_sheet_that_spans_more_than_memory_holds_is_refused(opened) -> None:
    def write(book) -> None:
        page = book.add_worksheet()
        page.write(0, 0, "客户编号")
        page.write(1_048_575, 16_383, 1)

    with pytest.raises(errors.FileExpandsTooMuch):
        opened(workbook(write))


LONG = pa.DictionaryArray.from_arrays(
    pa.array([0, 1] * 40_000, pa.int32()), pa.array(["a", "x" * (1 << 21)])
)  # a few kilobytes on the disk, 80 GB once it is text


@pytest.mark.parametrize(
    ("table", "limit", "detail"),
    [
        ({f"c{number}": ["x"] for number in range(2_001)}, {}, "2,001"),
        ({"客户编号": ["a"] * 51, "名称": ["b"] * 51}, {"MOST_CELLS": 100}, "102"),
        ({"客户编号": ["a"] * 51}, {"MOST_ROWS": 50}, "51"),
        ({"客户编号": LONG}, {}, "2,097,152"),
    ],
    ids=["columns", "cells", "rows", "text"],
)
def test_a_parquet_file_that_declares_too_much_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: dict[str, Any], limit: dict[str, int], detail: str
) -> None:
    for name, value in limit.items():
        monkeypatch.setattr(parquet_files, name, value)
    path = tmp_path / "bomb.parquet"
    pq.write_table(pa.table(table), path)

    with pytest.raises(errors.FileExpandsTooMuch, match=detail):
        parquet_files.open_parquet(path, file_name="bomb.parquet")
    assert path.stat().st_size < 1 << 20


def test_a_wide_sheet_of_usual_length_is_read(opened) -> None:
    def write(book) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["客户编号", "发票号码", *(f"备注{number}" for number in range(70))])
        page.write_row(1, 0, ["C1", "1", *range(70)])

    assert frame(opened(workbook(write))).height == 1


@pytest.mark.parametrize(
    "content",
    [
        b"<html><table><tr>",
        b"  <!DOCTYPE html>",
        b"<!-- saved from --><html><body>a,b",
        b'<?xml version="1.0"?><Workbook>',
        "<html>".encode("utf-16"),
    ],
)
def test_a_web_page_that_calls_itself_a_workbook_is_refused(opened, content: bytes) -> None:
    with pytest.raises(errors.FileIsWebPage):
        opened(content)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 \x00\x01\x02",
        bytes(range(256)) * 8,
        b"one word",
        b"PK\x03\x04 broken",
        zipped({"a.txt": b"x"}),
        zipped({"MimeType": b"x"}),
        b"%PDF-1.4\n1 0 obj, a\n<< b, c >>\n",
        b'[{"a": 1, "b": 2}]',
        b"PAR1 broken",
        b"PAR1xxxxPAR1",
    ],
)
def test_what_is_not_a_table_is_refused(opened, content: bytes) -> None:
    with pytest.raises(errors.FileNotATable):
        opened(content)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\n"])
def test_an_empty_file_is_refused(opened, content: bytes) -> None:
    with pytest.raises(errors.FileEmpty):
        opened(content)


def test_a_file_above_the_limit_is_refused_without_being_read(opened) -> None:
    with pytest.raises(errors.FileTooLarge) as refused:
        opened(bytes(3 << 20), limits=Limits(largest_mb=2))
    assert refused.value.params["limit"] == 2


def test_a_file_of_two_gigabytes_is_above_the_usual_limit(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    with pytest.raises(errors.FileTooLarge):
        sniff(path, file_name="large.csv", limits=Limits())


def test_an_old_document_larger_than_any_old_workbook_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "large.xls"
    with path.open("wb") as file:
        file.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        file.truncate(1 << 30)
    with pytest.raises(errors.FileTooLarge):
        sniff(path, file_name="large.xls", limits=Limits())


def test_an_open_document_sheet_is_read(opened) -> None:
    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    rows = "".join(
        f"<table:table-row>{''.join(map(cell, row))}</table:table-row>"
        for row in (["客户编号", "发票号码"], ["C1", "001"])
    )
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    ods = zipped(
        {"mimetype": kind, "META-INF/manifest.xml": manifest.encode(), "content.xml": content.encode()}
    )
    assert frame(opened(ods))["发票号码"].to_list() == ["001"]


def test_parquet_is_read_with_its_own_types(opened, tmp_path: Path) -> None:
    made = pl.DataFrame({"客户编号": ["C1"], "金额": [1.5]})
    made.write_parquet(tmp_path / "p")
    table = opened((tmp_path / "p").read_bytes())
    assert table.loose == {"金额"}
    assert frame(table).select("_row", "金额").rows() == [(1, 1.5)]


@pytest.mark.parametrize("values", [[b"\xff"], [timedelta(days=1)]])
def test_parquet_of_other_types_is_refused_with_the_column(
    opened, tmp_path: Path, values: list[object]
) -> None:
    pl.DataFrame({"金额": values}).write_parquet(tmp_path / "p")
    with pytest.raises(errors.FileNotATable) as refused:
        opened((tmp_path / "p").read_bytes())
    assert refused.value.params["detail"].startswith("金额")


def test_parquet_with_two_columns_of_one_name_is_refused(opened) -> None:
    target = io.BytesIO()
    pq.write_table(pa.table([[1], [2]], names=["金额", "金额"]), target)
    with pytest.raises(errors.FileNotATable):
        opened(target.getvalue())


def test_nested_parquet_is_not_a_table(opened, tmp_path: Path) -> None:
    pl.DataFrame({"a": [[1, 2]]}).write_parquet(tmp_path / "p")
    with pytest.raises(errors.FileNotATable):
        opened((tmp_path / "p").read_bytes())
