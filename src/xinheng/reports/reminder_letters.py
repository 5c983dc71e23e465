"""The demand for payment on paper, made once and kept as it went out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.messages.values import Paper
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.operations.dunning import queries as dunning
from xinheng.operations.dunning import services as acts
from xinheng.reports.printing import pdf

KIND = "dunning_letter"
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def reminder_paper(which: str) -> Paper:
    """The paper that goes with a message about a letter, kept in the archive. which: its number.

    Refuses: ReminderUnknown, PrintFontMissing, DocumentAltered.
    """
    letter = dunning.letter_by_key(int(which))
    return _kept(letter, system_actor("dunning"), on=letter.sent_on or letter.run.on)


def reminder_letter(*, actor: Actor, on: date, letter_id: int) -> Paper:
    """A letter as PDF: as it went out, or of one that was not sent yet as it would read.

    Refuses: AccessDenied, ReminderUnknown, PrintFontMissing, DocumentAltered.
    """
    letter = dunning.letter(actor, letter_id, on=on)
    if letter.state != "sent":
        return Paper(_name(letter), _printed(letter), "")
    return _kept(letter, system_actor("dunning"), on=on)


def _kept(letter: Any, actor: Actor, *, on: date) -> Paper:
    subject = f"{KIND}:{letter.pk}"
    if letter.paper_id is None:
        upload = Upload(_name(letter), _printed(letter))
        kept = archive.attach(actor=actor, on=on, subject=subject, upload=upload)
        acts.note_paper(actor=actor, on=on, letter_id=letter.pk, paper_id=kept.id)
        return Paper(kept.file_name, upload.content, kept.sha256)
    found = archive.read(actor=actor, on=on, attachment_id=letter.paper_id, subject=subject)
    return Paper(found.attached.file_name, found.content, found.attached.sha256)


def _name(letter: Any) -> str:
    return f"{letter.customer.no}-{letter.run.on:%Y%m%d}-{letter.run_id}-{letter.place}.pdf"


def _printed(letter: Any) -> bytes:
    with translation.override(LANGUAGES[letter.language]):
        return pdf("reminder", told_of(letter))


def told_of(letter: Any) -> dict[str, Any]:
    """What the sheet is filled with, in the language that is active."""
    ladder = dunning.ladder_of_letter(letter)
    words = dunning.words_of(letter, ladder, on=letter.run.on)
    day = dunning.day_told(letter.run.on, letter.language)
    reference = f"{letter.customer.no}/{letter.run.on:%Y%m%d}/{letter.run_id}-{letter.place}"
    lines = dunning.lines_of(letter)
    closing = [_("Contact: %(contact)s") % {"contact": words.contact}]
    return {
        "company": words.company,
        "title": words.title,
        "reference": _("Our reference: %(number)s") % {"number": reference},
        "day": day,
        "addressee": _("To: %(name)s") % {"name": letter.customer.name},
        "indent": letter.language == "zh",
        "body": [part.strip() for part in words.body.splitlines() if part.strip()],
        "head": _head(),
        "rows": [_row(place, item, letter.currency) for place, item in enumerate(lines, start=1)],
        "total": [_("Total"), _money(letter, "open_minor"), _money(letter, "due_minor"), "", ""],
        "consequence": words.consequence,
        "closing": closing,
        "signed": [words.company, _("(seal)"), day],
        "slip": _slip(letter, words, reference) if ladder.slip and letter.level > 0 else None,
        "footer": reference,
    }  # fmt: skip


def _head() -> list[str]:
    named = (_("No."), _("Bill"), _("Billed on"), _("Due on"), _("Open"), _("Amount demanded"))
    return [*named, _("Days overdue"), _("Kind")]


def _money(letter: Any, name: str) -> str:
    return str(Money(getattr(letter, name), letter.currency))


def _row(place: int, item: Any, currency: str) -> list[str]:
    part = f" · {item.instalment}" if item.instalment else ""
    return [
        str(place),
        f"{item.bill.bill_no}{part}",
        item.bill.billed_on.isoformat(),
        item.due_on.isoformat(),
        str(Money(item.open_minor, currency)),
        str(Money(item.due_minor, currency)),
        str(max(item.overdue_days, 0)),
        str(dunning.KINDS.get(item.bill.kind, item.bill.kind)),
    ]


def _slip(letter: Any, words: Any, reference: str) -> dict[str, Any]:
    total = f"{letter.currency} {Money(letter.due_minor, letter.currency)}"
    text = _(
        "We have received your letter %(number)s on amounts due of %(total)s. ( ) We confirm and shall pay"
        " by ________. ( ) We contest them because: ____________."
    ) % {"number": reference, "total": total}
    signature = _("Signature: ____________ Day: ____________")
    return {
        "title": _("Slip to be signed and sent back"),
        "to": _("To: %(name)s") % {"name": words.company},
        "text": text,
        "signed": [_("%(name)s (seal)") % {"name": letter.customer.name}, signature],
    }
