"""Confirmation letters and statements of account on paper and in Excel, in Chinese or English.

A letter asks whether a balance is right and carries a reply slip; it asks for no payment, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.capital_figures import capital_figures
from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Upload
from xinheng.operations.confirmations import queries as confirmations
from xinheng.operations.confirmations import services as acts
from xinheng.reports.exports import notes_of
from xinheng.reports.letters import day_told
from xinheng.reports.printing import pdf
from xinheng.reports.sheets import Column, Sheet, workbook

MOST_AT_ONCE = 200  # letters of a round that one act seals


@transaction.atomic
def seal_confirmation(*, actor: Actor, on: date, confirmation_id: int) -> Any:
    """Print a confirmation in its own language and seal the PDF in the archive.

    Refuses: AccessDenied, ConfirmationUnknown, ConfirmationStands, PrintFontMissing, and as the archive does.
    """
    access.require(actor, "confirmations.write", f"confirmation:{confirmation_id}")
    found = confirmations.get(actor, confirmation_id, on=on)
    content = confirmation_pdf(confirmations.told(found))
    paper = Upload(f"{found.form}-{found.customer.no}-{found.as_of:%Y%m%d}-{found.pk}.pdf", content)
    return acts.seal(actor=actor, on=on, confirmation_id=confirmation_id, paper=paper)


def seal_round(*, actor: Actor, on: date, campaign_id: int, most: int = MOST_AT_ONCE) -> int:
    """Print and seal letters of a round that are not sealed yet, up to `most`; gives how many are left.

    Refuses as seal_confirmation does, and: CampaignUnknown.
    """
    access.require(actor, "confirmations.write", f"campaign:{campaign_id}")
    campaign = confirmations.get_campaign(campaign_id)
    wanted = confirmations.Wanted(campaign=campaign.pk, state="drawn", sort="made")
    waiting = confirmations.confirmations(actor, wanted, on=on).filter(sha256="")
    for number in list(waiting.values_list("pk", flat=True)[:most]):
        seal_confirmation(actor=actor, on=on, confirmation_id=number)
    return waiting.count()


def confirmation_pdf(told: confirmations.Told) -> bytes:
    """A confirmation on paper, in its language. Refuses: PrintFontMissing."""
    with translation.override(told.confirmation.language):
        return pdf("confirmation", _sheet(told))


def _sheet(told: confirmations.Told) -> dict[str, Any]:
    found = told.confirmation
    is_letter = found.form == "letter"
    words = {"company": found.company, "day": day_told(found.as_of), "reply_by": day_told(found.reply_by)}
    return {
        "company": found.company,
        "reference": _("Our reference: %(number)s") % {"number": _reference(found)},
        "day": day_told(found.made_on),
        "addressee": _("To: %(name)s") % {"name": found.customer.name},
        "subject": _("Confirmation of balance") if is_letter else _("Statement of account"),
        "opening": list(_opening(found, words)),
        "accounts": [_account(side, found.form) for side in told.sides],
        "closing": [
            _("This is to reconcile accounts only; it is not a reminder of payment.")
            if is_letter
            else _("Please compare it with your books and tell us by %(reply_by)s if anything differs.")
            % words
        ],
        "signed": [found.company, _("(seal)"), day_told(found.made_on)],
        "footer": f"{_reference(found)} · {found.customer.no}",
        "slip": _slip(told, words) if is_letter else None,
    }


def _reference(found: Any) -> str:
    return f"{found.customer.no}/{found.as_of:%Y%m%d}/{found.pk}"


def _opening(found: Any, words: dict[str, str]) -> Iterator[str]:
    if found.form == "statement":
        yield _("Your account with us from %(from_on)s to %(day)s:") % {
            **words, "from_on": day_told(found.from_on),
        }  # fmt: skip
        return
    yield _(
        "To reconcile our books with yours: on %(day)s our books show the following between your company "
        "and ours. If it agrees with yours, please sign and seal on the left of the slip below; if it "
        "differs, on the right, and name your figure and what differs."
    ) % words  # fmt: skip
    yield _("Please return the slip by %(reply_by)s. What was paid after that day is not in it.") % words


def _account(side: confirmations.Side, form: str) -> dict[str, Any]:
    account = side.account
    money, currency = account.balance, account.currency
    sums = [_balance_told(money)]
    if currency == "CNY":
        figures = capital_figures(abs(money.decimal))
        sums.append(_("In words: %(figures)s") % {"figures": f"人民币{figures}"})
    rows = [
        [
            str(confirmations.WHATS[line.what]), line.no, line.on.isoformat(),
            line.due_on.isoformat() if line.due_on else "", str(line.amount), str(line.open),
        ]
        for line in account.lines
    ]  # fmt: skip
    if form == "statement" and account.from_on:
        first = [_("Balance brought forward"), "", account.from_on.isoformat(), "", "", str(account.opening)]
        rows.insert(0, first)
    last = _("Balance") if form == "statement" else _("Open")
    return {
        "title": _("In %(currency)s") % {"currency": currency},
        "head": [_("Document"), _("No."), _("Day"), _("Due on"), _("Amount"), last],
        "widths": [5, 5, 4, 4, 5, 5],
        "aligned": ["left", "left", "left", "left", "right", "right"],
        "rows": rows,
        "sums": sums,
    }


def _balance_told(money: Money) -> str:
    told = {"amount": f"{Money(abs(money.minor), money.currency)} {money.currency}"}
    if money.minor > 0:
        return _("You owe us: %(amount)s") % told
    if money.minor < 0:
        return _("We owe you: %(amount)s") % told
    return _("The account is even: %(amount)s") % told


def _slip(told: confirmations.Told, words: dict[str, str]) -> dict[str, Any]:
    signing = [
        _("Company (seal):"), _("Signed by:"), _("Date:"),
    ]  # fmt: skip
    return {
        "cut": _("Please detach here and send back."),
        "title": _("Reply slip %(number)s") % {"number": _reference(told.confirmation)},
        "to": _("To: %(company)s. As of %(day)s:") % words,
        "choices": [
            {"title": _("1. The information is proven correct."), "lines": ["", *signing]},
            {
                "title": _("2. The information does not agree:"),
                "lines": [_("Our books show: ______________; it differs in: ______________"), *signing],
            },
        ],
    }


def export_account(*, actor: Actor, on: date, confirmation_id: int) -> bytes:
    """One confirmation as Excel in its language: its lines, and what was answered and explained.

    Refuses: AccessDenied, ConfirmationUnknown.
    """
    access.require(actor, "exports.read", f"confirmation:{confirmation_id}")
    found = confirmations.get(actor, confirmation_id, on=on)
    told = confirmations.told(found)
    with translation.override(found.language):
        sheets = [
            *(
                Sheet(f"{_title(found)} {side.account.currency}", _columns(found), _rows(side))
                for side in told.sides
            ),
            Sheet(_("Reconciliation"), _difference_columns(), _reconciliation(told)),
        ]
        notes = [
            (_("Company"), found.company),
            (_("Customer"), f"{found.customer.no} {found.customer.name}"),
            (_("As of"), found.as_of.isoformat()),
            (_("Reply by"), found.reply_by.isoformat()),
            ("SHA-256", found.sha256 or "—"),
        ]
        content = workbook(sheets, notes=[*notes, *notes_of(actor, on, [])], about=_("About this file"))
    audit.record(
        actor=actor, act="exports.confirmation", subject=f"customer:{found.customer.no}", on=on,
        after={"confirmation": found.pk},
    )  # fmt: skip
    return content


def _title(found: Any) -> str:
    return _("Letter") if found.form == "letter" else _("Statement of account")


def _columns(found: Any) -> list[Column]:
    last = _("Balance") if found.form == "statement" else _("Open")
    return [
        Column(_("Document"), width=18), Column(_("No."), width=20), Column(_("Day"), "date", 12),
        Column(_("Due on"), "date", 12), Column(_("Amount"), "money", 16), Column(last, "money", 16),
    ]  # fmt: skip


def _rows(side: confirmations.Side) -> Iterator[tuple[Any, ...]]:
    account = side.account
    if account.from_on:
        opening = account.opening.decimal
        yield (_("Balance brought forward"), "", account.from_on, None, None, opening)
    for line in account.lines:
        what = str(confirmations.WHATS[line.what])
        yield (what, line.no, line.on, line.due_on, line.amount.decimal, line.open.decimal)
    yield (_balance_told(account.balance), "", None, None, None, account.balance.decimal)


def _difference_columns() -> list[Column]:
    return [
        Column(_("Currency"), width=9), Column(_("What"), width=40), Column(_("No."), width=20),
        Column(_("Amount"), "money", 16), Column(_("Who"), width=14), Column(_("Until"), "date", 12),
        Column(_("Worked off on"), "date", 12), Column(_("Outcome"), width=40),
    ]  # fmt: skip


def _reconciliation(told: confirmations.Told) -> Iterator[tuple[Any, ...]]:
    """Our figure, what explains the difference line by line, what is left, and their figure."""
    for side in told.sides:
        currency = side.account.currency
        yield (currency, _("Our balance"), "", side.account.balance.decimal, "", None, None, "")
        for one in side.explained:
            amount = Money(one.amount_minor, currency).decimal
            yield (
                currency, str(confirmations.CAUSES[one.cause]), one.no, amount, one.owner, one.until_on,
                one.closed_on, one.outcome,
            )  # fmt: skip
        if side.theirs is not None:
            yield (currency, _("Not explained yet"), "", side.left.decimal, "", None, None, "")
            yield (currency, _("Their balance"), "", side.theirs.decimal, "", None, None, "")
