"""The sections of a credit report that come from our own books: ledger, contracts, dossiers, judgements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.base.packs import queries as packs
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.contracts.values import STATE_WORDS
from xinheng.facts.contracts.values import Wanted as WantedContracts
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.disputes.values import Wanted as WantedDisputes
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.financials import queries as financials
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import queries as limits
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import queries as reviews
from xinheng.judgements.warnings import queries as warnings
from xinheng.judgements.warnings.values import Wanted as WantedWarnings
from xinheng.reports import words
from xinheng.reports.credit_file_sections import (
    Blocks,
    Sight,
    annotated,
    declared_finance,
    habits,
)
from xinheng.reports.credit_values import WHY, YEARS, Grid, LeftOut, Pairs, Words

SHOWN = 20  # contracts, disputes, warnings, reports of a section
KEY_LINES = (
    "current_assets", "total_assets", "current_liabilities", "total_liabilities", "total_equity", "revenue",
    "net_profit",
)  # fmt: skip


def summary(sight: Sight) -> Blocks:
    """Grade, limit, what is owed, and how complete the file is, at a glance."""
    return [Pairs(headline(sight))]


def headline(sight: Sight) -> list[tuple[str, str]]:
    """The lines of the summary that the maker may see."""
    may, rows = sight.actor.may, []
    if may("ratings.read"):
        standing = [one for one in reviews.standing_of(sight.customer, on=sight.as_of) if one.grade]
        told = "、".join(
            f"{one.grade}（{_policies().get(one.policy_code, one.policy_code)}）" for one in standing
        )
        rows.append((_("Approved grade"), told or _("none")))
    if may("limits.read") and sight.as_of == sight.on:
        known = limits.credit_facts(sight.customer, on=sight.on)
        rows.append((_("Credit limit"), limit_word(known.head.limit, known.head.exposure.currency)))
    if may("receivables.read"):
        rows.append((_("Open balance"), _sums(receivables.open_balance(sight.customer, as_of=sight.as_of))))
        rows.append((_("Overdue amount"), _sums(_overdue(sight))))
    if may("contracts.read"):
        found = _contracts(sight).filter(state__in=("signed", "performing", "changed"))
        rows.append((_("Contracts running"), str(found.count())))
    share = sight.file.completeness
    rows.append((_("Completeness of the file"), _percent(share)))
    if may("warnings.read"):
        rows.append((_("Open warnings"), str(_warnings(sight).filter(state="open").count())))
    return rows


def payment(sight: Sight) -> Blocks:
    """Ageing of what is open, what was paid in advance, and habits of paying."""
    blocks: Blocks = []
    if sight.actor.may("receivables.read"):
        rows = [
            (words.word(words.BUCKETS, row.bucket.code), row.currency, str(row.bills), str(row.amount))
            for row in receivables.ageing_of(sight.customer, as_of=sight.as_of)
        ]
        free = receivables.prepaid(sight.customer, as_of=sight.as_of)
        note = _("Paid and not yet applied: %(sum)s") % {"sum": _sums(free)} if free else ""
        head = [_("Days past due"), _("Currency"), _("Bills"), _("Open amount")]
        if rows:
            blocks.append(Grid(head, rows, right=[2, 3], note=note, title=_("Ageing of what is open")))
    else:
        sight.left_out.append(LeftOut(_("Ageing of what is open"), str(WHY["right"])))
    return [*blocks, *habits(sight)]


def finance(sight: Sight) -> Blocks:
    """Annual statements side by side, the newest first, with ratios; figures told beside them."""
    views = [
        view for view in financials.statements_of(sight.customer, as_of=sight.as_of, known_on=sight.on)
        if view.months == 12 and not view.is_consolidated
    ][: YEARS[sight.depth]]  # fmt: skip
    if not sight.actor.may("financials.read"):
        sight.left_out.append(LeftOut(_("Statements"), str(WHY["right"])))
        views = []
    blocks: Blocks = []
    if views:
        table = financials.statement_table(views)
        rows = [
            (row.line.name, *(str(one) if one is not None else "—" for one in row.amounts))
            for row in table.rows
            if sight.is_full or row.line.code in KEY_LINES
        ]
        head = [_("Line of the statement"), *(view.period_end.isoformat() for view in views)]
        places = list(range(1, len(head)))
        doubt = [view.period_end.isoformat() for view in views if not view.is_consistent]
        note = _("Does not add up: %(days)s") % {"days": "、".join(doubt)} if doubt else ""
        blocks.append(Grid(head, rows, right=places, note=note, title=_("Annual statements")))
        blocks.append(Grid([_("Ratio"), *head[1:]], ratios(views), right=places, title=_("Ratios")))
    return [*blocks, *declared_finance(sight)]


def ratios(views: Sequence[Any]) -> list[tuple[str, ...]]:
    """Ratios of each statement; a dash where a part of one is not told or the divisor is not above zero."""
    asked = [
        (_("Current ratio"), "current_assets", "current_liabilities", False),
        (_("Debt to assets"), "total_liabilities", "total_assets", True),
        (_("Net margin"), "net_profit", "revenue", True),
        (_("Return on equity"), "net_profit", "total_equity", True),
    ]
    return [
        (name, *(_ratio(view.amount(top), view.amount(bottom), percent=percent) for view in views))
        for name, top, bottom, percent in asked
    ]


def contracts_held(sight: Sight) -> Blocks:
    """The last contracts with the customer."""
    kinds = contracts.kinds(sight.as_of)
    rows = [
        (
            one.no, kinds.get(one.kind, one.kind), f"{Money(one.amount_minor, one.currency)} {one.currency}",
            str(STATE_WORDS[one.state]), _day(one.signed_on), _day(one.ends_on),
        )
        for one in _contracts(sight)[:SHOWN]
    ]  # fmt: skip
    head = [
        _("Contract no."),
        _("Kind of contract"),
        _("Amount"),
        _("State"),
        _("Signed on"),
        _("Holds until"),
    ]
    return [Grid(head, rows, right=[2])] if rows else []


def dossiers_held(sight: Sight) -> Blocks:
    """How complete each dossier of the customer is that the maker may see."""
    found = list(dossiers.dossiers_visible(sight.actor, sight.on).filter(customer=sight.customer)[:200])
    told = dossiers.of_dossiers([one.pk for one in found], sight.on)
    kinds = dossiers.kinds(sight.on)
    rows = []
    for one in found:
        known = told.get(one.pk)
        kind = kinds.get(one.kind)
        rows.append((
            one.no, kind.words if kind else one.kind, str(known.asked if known else 0),
            str(known.missing if known else 0),
            _percent(None if known is None or known.share is None else Decimal(str(known.share))),
        ))  # fmt: skip
    head = [_("Dossier no."), _("Kind"), _("Requirements"), _("Missing"), _("Complete")]
    return [Grid(head, rows, right=[2, 3, 4])] if rows else []


def warnings_held(sight: Sight) -> Blocks:
    """Warnings that are open, and those of the last twelve months."""
    known = warnings.signals(sight.on)
    rows = []
    for one in _warnings(sight)[:SHOWN]:
        found = next((row for row in known.signals if row.code == one.signal), None)
        state = _("open yet") if one.state == "open" else _("closed")
        rows.append((_day(one.raised_on), _said(found) if found else one.signal, state, _day(one.closed_on)))
    return [Grid([_("Raised on"), _("Signal"), _("State"), _("Closed on")], rows)] if rows else []


def disputes_held(sight: Sight) -> Blocks:
    """What the customer contests, and which items of the file carry an annotation."""
    rows = []
    if sight.actor.may("disputes.read"):
        rules = disputes.rules_in_force(sight.on)
        for one in _disputes(sight)[:SHOWN]:
            reason = rules.reason(one.reason)
            money = f"{Money(one.amount_minor, one.bill.currency)} {one.bill.currency}"
            state = _("open yet") if one.state == "open" else _("closed")
            told = (
                one.bill.bill_no,
                reason.words if reason else one.reason,
                money,
                _day(one.opened_on),
                state,
            )
            rows.append(told)
    else:
        sight.left_out.append(LeftOut(_("Disputes"), str(WHY["right"])))
    head = [_("Bill number"), _("Reason"), _("Contested"), _("Opened on"), _("State")]
    blocks: Blocks = [Grid(head, rows, right=[2])] if rows else []
    return [*blocks, *annotated(sight)]


def visits(sight: Sight) -> Blocks:
    """Reports from the field, the newest first."""
    found = customers.field_reports_seen(sight.actor, on=sight.on).filter(customer=sight.customer)
    rows = [
        (_day(one.told_on), words.word(words.STATES, one.kind), one.text, one.told_by)
        for one in found.filter(told_on__lte=sight.as_of)[:SHOWN]
    ]
    return [Grid([_("Day"), _("Kind"), _("Report"), _("Told by")], rows)] if rows else []


def _policies() -> dict[str, str]:
    """Rating policies by code in the reader's language, as their newest version is called."""
    rows = packs.documents("rating").order_by("effective_from", "pk")
    return {one.code: one.name if reads_chinese() else one.name_en for one in rows}


def evaluation(sight: Sight) -> Blocks:
    """Grades as rated by each policy, and as approved with their days."""
    names = _policies()
    rated = [
        (names.get(one.run.policy_code, one.run.policy_code), one.grade or "—", _day(one.run.as_of))
        for one in ratings.grades_by_policy(sight.customer, as_of=sight.as_of)
    ]
    approved = [
        (
            names.get(one.policy_code, one.policy_code), one.grade, _day(one.effective_from),
            _day(one.review_due_on), _day(one.valid_until),
        )
        for one in reviews.standing_of(sight.customer, on=sight.as_of) if one.grade
    ]  # fmt: skip
    blocks: Blocks = []
    if approved:
        head = [_("Policy"), _("Approved grade"), _("Since"), _("Review by"), _("Valid until")]
        blocks.append(Grid(head, approved))
    if rated:
        blocks.append(Grid([_("Policy"), _("Grade as rated"), _("As of")], rated))
    return blocks


def declaration(sight: Sight) -> Blocks:
    """What the report is and is not."""
    told = {"day": sight.as_of.isoformat(), "made": sight.on.isoformat()}
    return [Words([
        _("This is a report of the customer's credit file, put together from our own files and books as of "
          "%(day)s and made on %(made)s. It is no report of a credit bureau.") % told,
        _("Values are shown with the day they were true and the channel that told them; what is declared "
          "and not verified is marked so. What is not known is said so; it is never taken for zero."),
        _("It is for internal use in credit decisions and is given outside only with the consent or the "
          "legal ground that our rules ask for."),
    ])]  # fmt: skip


def limit_word(limit: Any, currency: str) -> str:
    """A limit in words."""
    if limit.state != "limited":
        return str(limits.LIMITS[limit.state])
    return f"{Money(limit.minor, currency)} {currency}"


def _contracts(sight: Sight) -> Any:
    rows = contracts.contracts(sight.actor, WantedContracts(sort="-signed"), on=sight.on)
    known = rows.filter(customer=sight.customer, drafted_on__lte=sight.as_of)
    return known.exclude(state__in=("draft", "legal", "countersign", "to_sign", "void"))


def _warnings(sight: Sight) -> Any:
    since = sight.as_of - timedelta(days=365)
    rows = warnings.warnings(sight.actor, WantedWarnings(sort="-raised"), on=sight.on)
    return rows.filter(customer=sight.customer, raised_on__lte=sight.as_of, raised_on__gt=since)


def _disputes(sight: Sight) -> Any:
    rows = disputes.disputes(sight.actor, WantedDisputes(), on=sight.on)
    return rows.filter(customer=sight.customer, opened_on__lte=sight.as_of)


def _overdue(sight: Sight) -> list[Money]:
    sums: dict[str, Money] = {}
    for row in receivables.ageing_of(sight.customer, as_of=sight.as_of):
        if row.bucket.code != "not_due":
            sums[row.currency] = sums.get(row.currency, Money(0, row.currency)) + row.amount
    return list(sums.values())


def _sums(sums: Sequence[Money]) -> str:
    return "；".join(f"{one} {one.currency}" for one in sums) or _("none")


def _said(signal: Any) -> str:
    return str(signal.zh if reads_chinese() else signal.en)


def _percent(share: Any) -> str:
    return "—" if share is None else f"{share:.0%}"


def _ratio(top: Money | None, bottom: Money | None, *, percent: bool) -> str:
    if top is None or bottom is None or bottom.minor <= 0:
        return "—"
    found = Decimal(top.minor) / Decimal(bottom.minor)
    return f"{found:.1%}" if percent else f"{found:.2f}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
