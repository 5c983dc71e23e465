"""Disputes as a workbook; the export itself is on the trail."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.disputes import queries
from xinheng.facts.disputes.values import DisputeRules, Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_disputes(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The disputes that pass the filters. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "disputes")
    found = queries.disputes(actor, wanted, on=on)
    if (rows := found.count()) > MOST_ROWS:
        raise TooManyRows(rows=rows, most=MOST_ROWS)
    told = {name: str(value) for name, value in asdict(wanted).items() if value}
    rules = queries.rules_in_force(on)
    tally = Tally(_row(one, rules) for one in found.iterator(2_000))
    sheet = Sheet(_("Disputes"), _columns(), tally)
    content = workbook([sheet], notes=notes_of(actor, on, told.items()), about=_("About this file"))
    after = {**told, "rows": tally.rows}
    audit.record(actor=actor, act="exports.disputes", subject="disputes", on=on, after=after)
    return content


def _columns() -> list[Column]:
    return [
        Column(_("No."), "count", 8), Column(_("Customer no."), width=14), Column(_("Customer"), width=28),
        Column(_("Bill number"), width=18), Column(_("Reason"), width=14),
        Column(_("What is contested"), width=40), Column(_("Contested"), "money", 16), Column(_("Currency"),
        width=8),
        Column(_("Opened on"), "date", 12), Column(_("Owner"), width=14), Column(_("Next step"), width=28),
        Column(_("By"), "date", 12),
        Column(_("Outcome"), width=16), Column(_("Let go of"), "money", 16), Column(_("Our fault"), width=10),
        Column(_("Complaint"), width=16), Column(_("Closed on"), "date", 12), Column(_("Finding"), width=40),
    ]  # fmt: skip


def _row(one: Any, rules: DisputeRules) -> tuple[Any, ...]:
    currency = one.bill.currency
    reason, outcome = rules.reason(one.reason), rules.outcome(one.outcome)
    return (
        one.pk, one.customer.no, one.customer.name, one.bill.bill_no, reason.words if reason else one.reason,
        one.what, Money(one.amount_minor, currency).decimal, currency, one.opened_on, one.owner,
        one.next_step, one.next_on, outcome.words if outcome else one.outcome, Money(one.agreed_minor,
        currency).decimal,
        _("yes") if one.our_fault else "", one.case_no, one.closed_on, one.finding,
    )  # fmt: skip
