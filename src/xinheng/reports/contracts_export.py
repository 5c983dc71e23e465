"""The ledger of contracts, its figures and its audits as workbooks; the export itself is on the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period
from xinheng.facts.contracts import queries
from xinheng.facts.contracts.values import STATE_WORDS, Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_contracts(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The contracts that pass the filters. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "contracts")
    found = queries.contracts(actor, wanted, on=on)
    if (rows := found.count()) > MOST_ROWS:
        raise TooManyRows(rows=rows, most=MOST_ROWS)
    told = {name: str(value) for name, value in asdict(wanted).items() if value}
    kinds = queries.kinds(on)
    tally = Tally(_row(one, kinds) for one in found.iterator(2_000))
    sheet = Sheet(_("Contracts"), _columns(), tally)
    content = workbook([sheet], notes=notes_of(actor, on, told.items()), about=_("About this file"))
    after = {**told, "rows": tally.rows}
    audit.record(actor=actor, act="exports.contracts", subject="contracts", on=on, after=after)
    return content


def export_contract_figures(*, actor: Actor, on: date, period: Period, unit: str = "") -> bytes:
    """The figures of a period, a sheet a way of grouping. Refuses: AccessDenied."""
    access.require(actor, "exports.read", "contracts")
    words = {**queries.kinds(on), **{code: str(text) for code, text in STATE_WORDS.items()}}
    names = {"kind": _("By kind"), "unit": _("By department"), "state": _("By state")}
    figures = queries.figures(actor, on=on, period=period, unit=unit)
    sheets = [
        Sheet(
            name, figure_columns(),
            figure_rows(figures[by], words),
        )
        for by, name in names.items()
    ]  # fmt: skip
    told = {"period": str(period), **({"unit": unit} if unit else {})}
    content = workbook(sheets, notes=notes_of(actor, on, told.items()), about=_("About this file"))
    audit.record(actor=actor, act="exports.contract_figures", subject="contracts", on=on, after=told)
    return content


def export_contract_audit(*, actor: Actor, on: date, audit_id: int) -> bytes:
    """An audit with every test; population, share and seed stand on the last sheet.

    Refuses: AccessDenied, AuditUnknown.
    """
    access.require(actor, "exports.read", f"contract_audit:{audit_id}")
    kept = queries.get_audit(actor, audit_id, on=on)
    tests = {test.code: test.words for rules in queries.in_force(on) for test in rules.audit.tests}
    verdicts = {"open": _("no verdict yet"), "ok": _("in order"), "issue": _("issue found")}
    rows = [
        (one.contract.no, one.contract.customer.name, one.contract.title, one.contract.signed_on,
         tests.get(one.test, one.test), verdicts[one.verdict], one.words, one.found_by, one.found_on)
        for one in queries.findings_of(kept)
    ]  # fmt: skip
    columns = [
        Column(_("Contract no."), width=18), Column(_("Customer"), width=28),
        Column(_("Name of the contract"), width=30), Column(_("Signed on"), "date", 12),
        Column(_("Test"), width=12), Column(_("Verdict of the test"), width=12),
        Column(_("In words"), width=40), Column(_("Tested by"), width=12),
        Column(_("Tested on"), "date", 12),
    ]  # fmt: skip
    told = {
        "period": f"{kept.first_on}…{kept.last_on}", "population": len(kept.population),
        "share": str(kept.share), "seed": kept.seed, "conclusion": kept.conclusion,
    }  # fmt: skip
    notes = notes_of(actor, on, told.items())
    content = workbook([Sheet(_("Sample audit"), columns, rows)], notes=notes, about=_("About this file"))
    subject = f"contract_audit:{audit_id}"
    audit.record(actor=actor, act="exports.contract_audit", subject=subject, on=on, after={"rows": len(rows)})
    return content


def figure_columns() -> list[Column]:
    """The columns of the figures."""
    return [
        Column(_("Grouping"), width=24), Column(_("Currency"), width=9),
        Column(_("Contracts signed"), "count", 12),
        Column(_("Amount"), "money", 18), Column(_("Due"), "count", 10),
        Column(_("Performed in time"), "count", 12), Column(_("Performance rate"), "share", 12),
        Column(_("Ended"), "count", 10), Column(_("With a breach"), "count", 12),
    ]  # fmt: skip


def figure_rows(rows: list[dict[str, Any]], words: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """The figures as rows of those columns; no rate where nothing was due."""
    return [
        (
            words.get(row["group"], row["group"]), row["currency"], row["contracts"],
            Money(row["amount_minor"], row["currency"]).decimal, row["due"], row["performed"],
            row["performed"] / row["due"] if row["due"] else None, row["ended"], row["breached"],
        )
        for row in rows
    ]  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(_("Contract no."), width=18), Column(_("Department"), width=16),
        Column(_("Customer no."), width=14), Column(_("Customer"), width=28),
        Column(_("Kind of contract"), width=16), Column(_("Name of the contract"), width=30),
        Column(_("What the contract is about"), width=36), Column(_("Amount"), "money", 18),
        Column(_("Currency"), width=9),
        Column(_("State"), width=14), Column(_("Version"), "count", 8), Column(_("Handler"), width=12),
        Column(_("Drafted on"), "date", 12), Column(_("Signed on"), "date", 12),
        Column(_("Effective from"), "date", 12), Column(_("Last day to perform"), "date", 12),
        Column(_("Holds until"), "date", 12), Column(_("Performed on"), "date", 12),
        Column(_("Ended on"), "date", 12), Column(_("Archived on"), "date", 12),
        Column(_("Number of the other side"), width=18), Column(_("Reason of the end"), width=30),
    ]  # fmt: skip


def _row(one: Any, kinds: Mapping[str, str]) -> tuple[Any, ...]:
    return (
        one.no, one.unit.name, one.customer.no, one.customer.name, kinds.get(one.kind, one.kind), one.title,
        one.matter, Money(one.amount_minor, one.currency).decimal, one.currency, str(STATE_WORDS[one.state]),
        one.version, one.handler, one.drafted_on, one.signed_on, one.effective_on, one.due_on, one.ends_on,
        one.performed_on, one.ended_on, one.archived_on, one.outside_no, one.end_reason,
    )  # fmt: skip
