"""Losses, targets and figures as files: workbooks, entries as CSV, and a summary on paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import polars as pl
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.judgements.losses import queries as losses
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import notes_of
from xinheng.reports.losses_lists import BEHIND, LISTS, Field, cell, rows_of, target_words
from xinheng.reports.printed import Table
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, safe_text, workbook

KINDS: dict[str, Any] = {"yes": "text"}


def export_losses_list(*, actor: Actor, on: date, name: str, as_of: date, by: str = "") -> bytes:
    """One of the lists of figures as a workbook, with what each column means on the last sheet.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", f"losses:{name}")
    listed = LISTS[name]
    rows = rows_of(name, actor=actor, as_of=as_of, on=on, by=by)
    meanings = [(str(field.title), str(field.meaning)) for field in listed.fields if field.meaning]
    notes = [*notes_of(actor, on, [("as_of", as_of), ("by", by)]), *meanings]
    return _kept(actor, on, as_of, _listed(str(listed.title), listed.fields, rows), notes)


def export_behind(*, actor: Actor, on: date, code: str, as_of: date) -> bytes:
    """What stands behind a target, as a workbook. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", f"target:{code}")
    rows = losses.behind(actor, code, as_of=as_of, on=on)
    notes = notes_of(actor, on, [("as_of", as_of), ("target", code)])
    title = str(target_words().get(code, code))
    return _kept(actor, on, as_of, _listed(title, BEHIND, rows), notes)


def export_expected(*, actor: Actor, on: date, as_of: date, method: Any = None) -> bytes:
    """Expected losses of a day as a workbook: the matrix, single assessments, bills for the tax office.

    Refuses: AccessDenied.
    """
    access.require(actor, "exports.read", "losses")
    found = losses.expected(actor, as_of=as_of, on=on, method=method)
    hints = losses.tax_hints(actor, as_of=as_of, on=on, most=MOST_ROWS)
    told = [("as_of", as_of), ("method", found.method), ("policy", found.policy), ("factor", found.factor)]
    content = workbook(
        [
            Sheet(_("Expected losses"), _matrix_columns(), list(_matrix(found))),
            Sheet(_("Judged by themselves"), _single_columns(), list(_singles(found))),
            Sheet(_("Deductible from tax"), _tax_columns(), list(_hints(hints))),
        ],
        notes=notes_of(actor, on, told),
        about=_("About this file"),
    )
    audit.record(actor=actor, act="exports.losses", subject="losses", on=on, after={"as_of": as_of})
    return content


def export_allowance(*, actor: Actor, on: date, allowance_id: int, form: Literal["xlsx", "csv"]) -> bytes:
    """The entry of a proposed allowance for the books, and in Excel the figures it rests on.

    Nothing is posted anywhere: who keeps the books takes the file in. Refuses: AccessDenied, ReachTooSmall,
    AllowanceUnknown.
    """
    access.require(actor, "exports.read", f"allowance:{allowance_id}")
    kept = losses.get_allowance(actor, allowance_id, on=on)
    if form == "csv":
        content = _entries_csv(kept)
    else:
        content = workbook(
            [
                Sheet(_("Entry"), _entry_columns(), list(_entries(kept))),
                Sheet(_("Expected losses"), _matrix_columns(), list(_frozen_matrix(kept.figures))),
            ],
            notes=notes_of(
                actor, on, [("as_of", kept.as_of), ("policy", kept.policy), ("sha256", kept.sha256)]
            ),
            about=_("About this file"),
        )
    after = {"form": form, "sha256": kept.sha256}
    audit.record(actor=actor, act="exports.losses", subject=f"allowance:{allowance_id}", on=on, after=after)
    return content


def export_target_summary(*, actor: Actor, on: date, as_of: date) -> bytes:
    """The targets, the figures and the report on the three goals on paper.

    Refuses: AccessDenied, PrintFontMissing.
    """
    access.require(actor, "exports.read", "targets")
    day = as_of.isoformat()
    left = _("As of %(day)s") % {"day": day}
    tables = [
        Table(
            _("Targets"),
            _("Targets of the credit policy"),
            left,
            "",
            _target_columns(),
            _targets(actor, as_of, on),
        ),
        Table(
            _("Figures"), _("Figures of receivables"), left, "", _figure_columns(), _whole(actor, as_of, on)
        ),
        Table(
            _("Goals"), _("Report on the three goals"), left, "", _goal_columns(), _goals(actor, as_of, on)
        ),
    ]
    footer = _("Printed by %(who)s on %(day)s") % {"who": actor.name, "day": on.isoformat()}
    content = print_pdf(tables, title=str(tables[0].title), footer=footer, across=False, apart=False)
    audit.record(actor=actor, act="exports.losses", subject="targets", on=on, after={"as_of": as_of})
    return content


def share_text(share: float | None) -> str:
    """A share in percent with one place, half-up; a dash where it was not measured."""
    return (
        "—" if share is None else f"{Decimal(str(share * 100)).quantize(Decimal('0.1'), 'ROUND_HALF_UP')} %"
    )


def _listed(title: str, fields: tuple[Field, ...], rows: pl.DataFrame) -> Sheet:
    if rows.height > MOST_ROWS:
        raise TooManyRows(rows=rows.height, most=MOST_ROWS)
    columns = [
        Column(
            str(field.title), KINDS.get(field.kind, field.kind), 30 if field.key in ("label", "name") else 16
        )
        for field in fields
    ]
    lines = ([_plain(cell(row, field), field) for field in fields] for row in rows.iter_rows(named=True))
    return Sheet(title, columns, lines)


def _kept(actor: Actor, on: date, as_of: date, sheet: Sheet, notes: list[tuple[str, str]]) -> bytes:
    content = workbook([sheet], notes=notes, about=_("About this file"))
    after = {"as_of": as_of, "list": sheet.name}
    audit.record(actor=actor, act="exports.losses", subject="losses", on=on, after=after)
    return content


def _plain(value: Any, field: Field) -> Any:
    if field.kind == "yes":
        return _("yes") if value else _("no")
    return value.decimal if isinstance(value, Money) else value


def _words(one: Any) -> str:
    zh, en = (one["zh"], one["en"]) if isinstance(one, dict) else (one.zh, one.en)
    return str(zh if reads_chinese() else en)


def _matrix_columns() -> list[Column]:
    return [
        Column(_("Portfolio"), width=14), Column(_("Currency"), width=10), Column(_("Age"), width=24),
        Column(_("Balance"), "money", 18), Column(_("Rate of loss"), "number", 12),
        Column(_("With the look ahead"), "number", 12), Column(_("Expected loss"), "money", 18),
    ]  # fmt: skip


def _matrix(found: Any) -> Iterator[list[Any]]:
    for one in found.portfolios:
        for line in one.buckets:
            rate = None if line.rate is None else line.rate * 100
            yield [
                one.group, one.currency, _words(line), line.balance.decimal, rate, line.applied * 100,
                line.required.decimal,
            ]  # fmt: skip


def _frozen_matrix(figures: dict[str, Any]) -> Iterator[list[Any]]:
    for one in figures["portfolios"]:
        for line in one["buckets"]:
            rate = None if line["rate"] is None else Decimal(line["rate"]) * 100
            yield [
                one["group"], one["currency"], _words(line), Decimal(line["balance"]["amount"]), rate,
                Decimal(line["applied"]) * 100, Decimal(line["required"]["amount"]),
            ]  # fmt: skip
    for single in figures["singles"]:
        yield [
            single["customer_no"], single["balance"]["currency"], single["name"],
            Decimal(single["balance"]["amount"]), Decimal(single["percent"]), Decimal(single["percent"]),
            Decimal(single["required"]["amount"]),
        ]  # fmt: skip


def _single_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Balance"), "money", 18),
        Column(_("Percent"), "number", 12), Column(_("Expected loss"), "money", 18),
        Column(_("Reason"), width=40),
    ]  # fmt: skip


def _singles(found: Any) -> Iterator[list[Any]]:
    for one in found.singles:
        yield [one.customer_no, one.name, one.balance.decimal, one.percent, one.required.decimal, one.reason]


def _tax_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Bill"), width=18),
        Column(_("Due on"), "date", 12), Column(_("Open"), "money", 18), Column(_("Why"), width=30),
    ]  # fmt: skip


def _hints(hints: list[Any]) -> Iterator[list[Any]]:
    for one in hints:
        why = _("with a special report") if one.why == "report" else _("small amount")
        yield [one.customer_no, one.name, one.bill_no, one.due_on, one.open.decimal, why]


def _entry_columns() -> list[Column]:
    return [
        Column(_("Day"), "date", 12), Column(_("Side"), width=10), Column(_("Ledger account"), width=24),
        Column(_("Amount"), "money", 18), Column(_("Currency"), width=10), Column(_("State"), width=16),
    ]  # fmt: skip


def _entries(kept: Any) -> Iterator[list[Any]]:
    state = str(losses.STATES[kept.state])
    for line in kept.figures["entries"]:
        side = _("debit") if line["side"] == "debit" else _("credit (side)")
        yield [kept.as_of, side, _words(line), Decimal(line["amount"]), line["currency"], state]


def _entries_csv(kept: Any) -> bytes:
    """The entry for a program: plain column names, the accounts in Chinese."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(["as_of", "side", "account", "amount", "currency", "state", "sha256"])
    for line in kept.figures["entries"]:
        account = safe_text(line["zh"])
        row = [kept.as_of, line["side"], account, line["amount"], line["currency"], kept.state, kept.sha256]
        writer.writerow(row)
    return target.getvalue().encode("utf-8-sig")


def _target_columns() -> list[Column]:
    return [
        Column(_("Target"), width=40), Column(_("Wanted"), width=16), Column(_("Measured figure"), width=12),
        Column(_("State"), width=12),
    ]  # fmt: skip


def wanted_text(least: Decimal | None, most: Decimal | None) -> str:
    """Where a share should be, in percent."""
    if least is not None and most is not None:
        return f"{least}–{most} %"
    return f"≥ {least} %" if least is not None else f"≤ {most} %"


def _targets(actor: Actor, as_of: date, on: date) -> list[list[str]]:
    words = {"met": _("met"), "missed": _("missed"), "unknown": _("not measured")}
    return [
        [_words(one), wanted_text(one.at_least, one.at_most), share_text(one.share), words[one.state]]
        for one in losses.targets(actor, as_of=as_of, on=on)
    ]


def _figure_columns() -> list[Column]:
    return [
        Column(_("Figure"), width=26), Column(_("Currency"), width=10), Column(_("Value"), width=18),
        Column(_("How it is reckoned"), width=50),
    ]  # fmt: skip


def _whole(actor: Actor, as_of: date, on: date) -> list[list[str]]:
    found = losses.figures(actor, as_of=as_of, on=on)
    fields = [field for field in LISTS["figures"].fields if field.key not in ("group", "label", "currency")]
    return [
        [str(field.title), row["currency"], value_text(cell(row, field), field), str(field.meaning)]
        for row in found.iter_rows(named=True)
        for field in fields
    ]


def value_text(value: Any, field: Field) -> str:
    """A value as people read it; a dash where it was not measured."""
    if value is None:
        return "—"
    if field.kind == "share":
        return share_text(value)
    if field.kind == "number":
        return f"{Decimal(str(value)).quantize(Decimal('0.1'), 'ROUND_HALF_UP'):,}"
    if field.kind == "count":
        return f"{value:,}"
    if field.kind == "yes":
        return _("yes") if value else _("no")
    return value.isoformat() if isinstance(value, date) else str(value)


def _goal_columns() -> list[Column]:
    return [Column(_("Goal"), width=32), Column(_("Figure"), width=40), Column(_("Value"), width=16)]


def _goals(actor: Actor, as_of: date, on: date) -> list[list[str]]:
    return [
        [str(losses.GOALS[one.goal]), str(losses.GOAL_FIGURES[one.code]), goal_text(one)]
        for one in losses.goals(actor, as_of=as_of, on=on)
    ]


def goal_text(one: Any) -> str:
    """A figure of the report; said where there is too little history."""
    if one.value is None:
        return _("too little history")
    return share_text(one.value) if one.is_share else f"{one.value:,.0f}"
