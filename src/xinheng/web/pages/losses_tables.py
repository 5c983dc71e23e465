"""Frames as tables of a page: searched, sorted, a page at a time, with the headings that sort them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import polars as pl
from django.core.paginator import Paginator
from django.http import HttpRequest

from xinheng.reports import services as reports
from xinheng.runs.services import business_day

A_PAGE = 50
NUMERIC = ("money", "share", "number", "count")
NAMES = ("label", "name")
SEARCHED = ("label", "name", "group", "customer_no", "document_no")
Address = Callable[[dict[str, Any], str], str]


def day_of(request: HttpRequest) -> date:
    """The day the address names, at most today; anything else is today."""
    today = business_day()
    try:
        asked = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return today
    return min(asked, today) if asked.year > 1999 else today


def table(
    request: HttpRequest, rows: pl.DataFrame, fields: Sequence[Any], address: Address | None = None
) -> dict[str, Any]:
    """What the template losses/table.html shows of a frame: its page, headings and cells.

    address: where a cell leads, by its row and column; "" for nowhere.
    """
    text, sort = request.GET.get("q", "").strip()[:100], request.GET.get("sort", "")
    found = _searched(rows, text)
    key = sort.removeprefix("-")
    if key in {field.key for field in fields}:
        found = found.sort(key, descending=sort.startswith("-"), nulls_last=True, maintain_order=True)
    page = Paginator(range(found.height), A_PAGE).get_page(request.GET.get("page"))
    shown = found.slice(page.start_index() - 1 if found.height else 0, A_PAGE)
    return {
        "page": page,
        "text": text,
        "headings": [_heading(request, field, sort) for field in fields],
        "rows": [[_cell(row, field, address) for field in fields] for row in shown.iter_rows(named=True)],
        "query": request.GET.urlencode(),
        "count": found.height,
    }


def _searched(rows: pl.DataFrame, text: str) -> pl.DataFrame:
    columns = [name for name in SEARCHED if name in rows.columns]
    if not text or not columns:
        return rows
    wanted = text.lower()
    return rows.filter(
        pl.any_horizontal(
            pl.col(name).str.to_lowercase().str.contains(wanted, literal=True).fill_null(False)  # noqa: FBT003
            for name in columns
        )
    )


def _heading(request: HttpRequest, field: Any, sort: str) -> dict[str, Any]:
    here = sort.removeprefix("-") == field.key
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{field.key}" if here and not sort.startswith("-") else field.key
    order = ("descending" if sort.startswith("-") else "ascending") if here else "none"
    return {
        "label": field.title, "meaning": field.meaning, "address": f"?{query.urlencode()}", "sorted": order,
        "is_number": field.kind in NUMERIC,
    }  # fmt: skip


def _cell(row: dict[str, Any], field: Any, address: Address | None) -> dict[str, Any]:
    return {
        "text": reports.value_text(reports.cell(row, field), field),
        "look": "xh-num" if field.kind in NUMERIC else "xh-name" if field.key in NAMES else "xh-nowrap",
        "address": address(row, field.key) if address else "",
    }
