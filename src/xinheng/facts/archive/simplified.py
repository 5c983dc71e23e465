"""Office files, tables, mails and texts as plain pages: their words and tables, not their looks."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
from pathlib import Path
from typing import Any

import docx
import openpyxl
import typst
from docx.table import Table
from docx.text.paragraph import Paragraph

from xinheng.base.kernel.fonts import font_folder
from xinheng.facts.archive.kinds import PACKED

SHEET = Path(__file__).parent / "simplified.typ"
MOST_BLOCKS, MOST_ROWS, MOST_COLUMNS, MOST_SHEETS, MOST_SIGNS = 3000, 500, 16, 20, 400_000
Block = dict[str, Any]


def pdf(content: bytes, content_type: str) -> bytes:
    """The words and tables of a file as a PDF; a page that says so where it cannot be read."""
    try:
        blocks = KINDS[content_type](content)
    except Exception:  # noqa: BLE001 - libraries of foreign formats raise what they like
        blocks = []
    fonts = font_folder()
    made = typst.compile(
        str(SHEET),
        root=str(SHEET.parent),
        font_paths=[str(fonts)] if fonts else [],
        sys_inputs={"told": json.dumps({"blocks": blocks}, ensure_ascii=False)},
    )
    assert isinstance(made, bytes)
    return made


def _docx(content: bytes) -> list[Block]:
    blocks: list[Block] = []
    for part in docx.Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(part, Table):
            rows = [[cell.text for cell in row.cells[:MOST_COLUMNS]] for row in part.rows[:MOST_ROWS]]
            blocks.append(_table(rows))
        elif isinstance(part, Paragraph) and part.text.strip():
            style = part.style.name if part.style is not None and part.style.name else ""
            blocks.append({"text": part.text, "is_heading": style.startswith(("Heading", "Title"))})
    return blocks[:MOST_BLOCKS]


def _xlsx(content: bytes) -> list[Block]:
    blocks: list[Block] = []
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        for name in book.sheetnames[:MOST_SHEETS]:
            rows = [
                ["" if cell is None else str(cell) for cell in row]
                for row in book[name].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
            ]
            blocks += [{"text": name, "is_heading": True}, _table(rows)]
    finally:
        book.close()
    return blocks


def _csv(content: bytes) -> list[Block]:
    lines = csv.reader(io.StringIO(_text(content)))
    return [_table([row[:MOST_COLUMNS] for row, _place in zip(lines, range(MOST_ROWS), strict=False)])]


def _plain(content: bytes) -> list[Block]:
    return [{"text": line or " ", "is_heading": False} for line in _text(content).splitlines()][:MOST_BLOCKS]


def _mail(content: bytes) -> list[Block]:
    letter = email.message_from_bytes(content, policy=email.policy.default)
    heads = [f"{name}: {letter[name]}" for name in ("From", "To", "Date", "Subject") if letter[name]]
    body = letter.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    lines = [*heads, " ", *text[:MOST_SIGNS].splitlines()]
    return [{"text": line or " ", "is_heading": False} for line in lines][:MOST_BLOCKS]


def _table(rows: list[list[str]]) -> Block:
    """A table whose rows are equally long, without the empty ones and columns at its end."""
    there = [row for row in rows if any(cell.strip() for cell in row)]
    width = max((place + 1 for row in there for place, cell in enumerate(row) if cell.strip()), default=0)
    return {"rows": [[*row[:width], *[""] * (width - len(row))] for row in there], "columns": width}


def _text(content: bytes) -> str:
    for coding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(coding)[:MOST_SIGNS]
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")[:MOST_SIGNS]


KINDS = {
    PACKED[".docx"]: _docx,
    PACKED[".xlsx"]: _xlsx,
    "text/csv": _csv,
    "text/plain": _plain,
    "text/markdown": _plain,
    "message/rfc822": _mail,
}
