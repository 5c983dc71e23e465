"""The facts behind a figure of a decision: out of the snapshot it was measured from, or as they were told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.financials import queries as financials
from xinheng.indicators import queries as indicators
from xinheng.indicators import tables
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings.values import InputValue
from xinheng.reports import evidence
from xinheng.reports.errors import NoRowsBehind
from xinheng.reports.evidence import Behind
from xinheng.reports.values import RowsBehind

MOST_ROWS = 200  # shown; the total is of all
Rows = list[dict[str, Any]]


def rows_behind(
    actor: Actor, run_id: int, customer_no: str, code: str, *, on: date, most: int = MOST_ROWS
) -> RowsBehind:
    """The rows one figure of a decision was made of, the weightiest first, with the total of all.

    code: an indicator, a fact of the file, or a question people answered. Indicators come out of the
    snapshot that was measured then, facts and answers as they were known then: a later one changes nothing.
    Where there are none, `why` says so. Refuses: AccessDenied, CustomerUnknown, RunUnknown, NotRated,
    NoRowsBehind for what no policy looks at, or where the snapshot is gone.
    """
    found = ratings.decision(actor, run_id, customer_no, on=on)
    question = next((one for one in found.case.policy.questions if one.code == code), None)
    if question is not None:
        return _answers(found, question, most)
    right = evidence.right_to(code)
    if not right:
        raise NoRowsBehind(code=code)
    access.require(actor, right, f"customer:{customer_no}")
    return _facts(found, code) if code in evidence.FIELDS else _measured(found, code, most)


def _measured(found: Any, code: str, most: int) -> RowsBehind:
    behind, card = evidence.behind(code), indicators.card(code)
    measurement = indicators.measurement(found.run.measurement_id)
    if behind is None or measurement is None:
        raise NoRowsBehind(code=code)
    path = tables.facts(measurement, "statements" if behind.kind == "statement" else behind.kind)
    if not path.is_file():
        raise NoRowsBehind(code=code)
    day = measurement.as_of
    scan = pl.scan_parquet(path).filter(pl.col("customer_no") == found.customer.no)
    if behind.kind == "bills":
        scan = scan.filter(pl.col("is_main_currency"))
    held = scan.filter(behind.which(lambda months: indicators.months_back(day, months))).collect()
    currency = held["currency"][0] if behind.kind == "bills" and held.height else "CNY"
    if behind.kind == "statement":
        rows = list(_lines(held, code))
    else:
        rows = [_row(row, currency) for row in _weightiest(held, behind).head(most).to_dicts()]
    return RowsBehind(
        code=code, kind=behind.kind, as_of=day, how=behind.how or "", total=_total(held, behind),
        unit=card.unit, currency=currency,
        number=len(rows) if behind.kind == "statement" else held.height, rows=tuple(rows),
        why="" if rows else (card.missing if reads_chinese() else card.missing_en),
    )  # fmt: skip


def _total(rows: pl.DataFrame, behind: Behind) -> int | None:
    """What the rows come to; it is the figure itself where the figure is a sum, a count or a largest."""
    if behind.how is None or (rows.is_empty() and behind.how == "max" and behind.of == "days_late"):
        return None
    if behind.how == "count":
        return rows.height
    if behind.how == "sum":
        return int(rows[behind.of].sum())
    return max(0, int(rows[behind.of].max() or 0))  # type: ignore[arg-type]


def _weightiest(rows: pl.DataFrame, behind: Behind) -> pl.DataFrame:
    by = behind.of or ("days_late" if behind.kind == "bills" else "net_minor")
    when = "billed_on" if behind.kind == "bills" else "issued_on"
    return rows.sort(pl.col(by).abs(), pl.col(when), descending=True, nulls_last=True)


def _row(row: dict[str, Any], currency: str) -> dict[str, Any]:
    """A bill or an invoice as people see it; money in its currency."""
    if "bill_no" in row:
        return {
            "no": row["bill_no"],
            "date": row["billed_on"],
            "due_on": row["due_on"],
            "amount": Money(row["amount_minor"], currency),
            "open": Money(row["open_minor"], currency),
            "paid_on": row["last_paid_on"],
            "days_late": row["days_late"],
        }
    return {
        "no": row["invoice_no"],
        "date": row["issued_on"],
        "counterparty": row["counterparty"],
        "side": _("sale") if row["side"] == "sale" else _("purchase"),
        "amount": Money(row["net_minor"], "CNY"),
        "tax": Money(row["tax_minor"], "CNY"),
    }


def _lines(held: pl.DataFrame, code: str) -> Iterator[dict[str, Any]]:
    """The lines of the statement that the formula reads, in the order statements are printed."""
    read = indicators.columns_read(code)
    parts = {part for total in read if total.endswith("_parts") for part in _of_total(total)}
    for told in held.to_dicts():
        for item, line in financials.lines().items():
            before = f"{item}_before"
            if not {item, before} & read and item not in parts:
                continue
            yield {
                "line": line.name if reads_chinese() else line.name_en,
                "code": item,
                "period_end": told["period_end"],
                "amount": _yuan(told.get(item)),
                "before": _yuan(told.get(before)),
                "consolidated": told["is_consolidated"],
                "opinion": told["opinion"] or "",
            }


def _of_total(column: str) -> list[str]:
    """The lines that a sub-total is checked by: one left off is nil only where they make it up."""
    signs = financials.sums().filter(pl.col("check") == f"{column.removesuffix('_parts')}_sum")
    return signs["item"].to_list()


def _yuan(minor: int | None) -> Money | None:
    return None if minor is None else Money(minor, "CNY")


def _facts(found: Any, code: str) -> RowsBehind:
    """Who told what of a fact, when and by which channel, up to the day of the run; the newest first."""
    fields, day = evidence.FIELDS[code], found.run.as_of
    file = customers.file_of(found.customer, on=day)
    rows: Rows = []
    for one in (item for dimension in file.dimensions for item in dimension.items):
        if one.item.field in fields:
            rows += [_fact(one.item, fact) for fact in (*one.facts, *one.history)]
    listed = {row["field"] for row in rows}
    rows += [_own(found.customer, field) for field in fields if field not in listed]
    rows = [row for row in rows if row["value"] and row["told_on"] <= day]
    rows.sort(key=lambda row: (row["true_on"], row["told_on"]), reverse=True)
    shown = tuple({name: value for name, value in row.items() if name != "field"} for row in rows)
    none = _("Nothing was told of it by then.")
    if not fields:
        none = _("It is read in the files of other customers.")
    return RowsBehind(
        code=code, kind="facts", as_of=day, how="", total=None, unit="", currency="", number=len(shown),
        rows=shown, why="" if shown else none,
    )  # fmt: skip


def _fact(item: Any, fact: Any) -> dict[str, Any]:
    return {
        "field": item.field,
        "item": item.zh if reads_chinese() else item.en,
        "value": fact.value,
        "true_on": fact.true_on,
        "told_on": fact.told_on,
        "channel": fact.channel,
        "source": fact.source,
        "by": fact.told_by,
        "verification": fact.verification,
    }


def _own(customer: Any, field: str) -> dict[str, Any]:
    """A field of the customer's own row, which the file has no item for."""
    value = getattr(customer, field)
    names = ratings.facts()
    source = customer.source or (f"batch {customer.batch_no}" if customer.batch_no else "")
    return {
        "field": field,
        "item": names.get(field, field),
        "value": "" if value is None else str(value),
        "true_on": customer.told_on,
        "told_on": customer.told_on,
        "channel": customer.channel,
        "source": source,
        "by": "",
        "verification": "declared",
    }


def _answers(found: Any, question: Any, most: int) -> RowsBehind:
    """The answers to a question as they were known then, and the questionnaires they came by."""
    day = found.run.as_of
    told = ratings.assessments_of(found.customer, as_of=day).filter(question=question.code)
    rows = [
        {
            "date": one.assessed_on,
            "value": one.value,
            "by": one.assessed_by,
            "evidence": one.evidence,
            "told_on": one.told_on,
            "channel": one.channel,
            "survey": one.survey_id,
            "verification": one.verification,
        }
        for one in told.order_by("-assessed_on", "-pk")[:most]
    ]
    return RowsBehind(
        code=question.code, kind="answers", as_of=day, how="", total=None, unit=question.unit, currency="",
        number=told.count(), rows=tuple(rows), why="" if rows else _("Nobody had answered by then."),
    )  # fmt: skip


def has_rows(actor: Actor, figure: InputValue) -> bool:
    """Whether rows of facts stand behind a figure of an explanation, and the actor may see them."""
    if figure.origin == "assessment":
        return True
    right = evidence.right_to(figure.code)
    return bool(right) and actor.may(right)


def total_in_words(found: RowsBehind) -> str:
    """The total with its unit; nothing where the rows have none."""
    if found.total is None:
        return ""
    if found.how == "sum":
        return str(Money(found.total, found.currency))
    return f"{Decimal(found.total):,}"
