"""The letter to a customer whose order is held: what is needed so that the goods may leave, never the grade.

It names the order, what the customer can do of what would clear it, and what was asked of it. Limits,
exposure, reasons and grades stay inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils import translation
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits.queries import OrderFacts
from xinheng.reports.errors import NothingNeeded
from xinheng.reports.letter_files import letter_docx, letter_pdf
from xinheng.reports.letter_terms import check
from xinheng.reports.letters import day_told
from xinheng.reports.values import Letter, LetterForm, LetterPart, LetterWanted


@dataclass(frozen=True)
class HoldLetterWanted:
    """Who writes, one of our units, and whom to call; nothing of it is free text."""

    company: str
    contact: str
    phone: str
    language: Literal["zh-hans", "en"] = "zh-hans"


def export_hold_letter(
    *, actor: Actor, on: date, order_no: str, wanted: HoldLetterWanted, form: LetterForm = "pdf"
) -> bytes:
    """The letter as a file; it is on the trail with what it asked for.

    Refuses: AccessDenied, OrderUnknown, NothingNeeded, LetterIncomplete, PrintFontMissing (PDF).
    """
    access.require(actor, "limits.release", f"order:{order_no}")
    facts = credit.order_facts(actor, order_no, on=on)
    with translation.override(wanted.language):
        letter = hold_letter(facts, wanted, on=on)
        content = letter_pdf(letter) if form == "pdf" else letter_docx(letter)
    asked = [item for part in letter.parts for item in part.items]
    audit.record(
        actor=actor, act="limits.write_letter", subject=f"customer:{facts.customer.no}", on=on,
        after={"order_no": order_no, "form": form, "asked": asked},
    )  # fmt: skip
    return content


def hold_letter(facts: OrderFacts, wanted: HoldLetterWanted, *, on: date) -> Letter:
    """What the letter says, in the language that is spoken. Refuses: NothingNeeded, LetterIncomplete."""
    check(LetterWanted("declined", wanted.company, wanted.contact, wanted.phone), on=on)
    if facts.credit is None or facts.credit.state != "held":
        raise NothingNeeded(order_no=facts.order.order_no)
    company, day = wanted.company.strip(), day_told(on)
    return Letter(
        company=company,
        reference=_("Our reference: %(number)s") % {"number": facts.order.order_no},
        day=day,
        addressee=_("To: %(name)s") % {"name": facts.customer.name},
        subject=_("Your order %(number)s") % {"number": facts.order.order_no},
        parts=tuple(_parts(facts)),
        closing=(
            _("Your contact: %(contact)s, telephone %(phone)s")
            % {"contact": wanted.contact.strip(), "phone": wanted.phone.strip()},
        ),
        signed=(company, day),
        footer=_("This letter names what we need; what we know of your company is not told to anyone."),
    )


def _parts(facts: OrderFacts) -> Iterator[LetterPart]:
    order = facts.order
    told = {"day": day_told(order.ordered_on), "amount": f"{order.amount} {order.amount.currency}"}
    yield LetterPart("text", _("Thank you for your order of %(day)s over %(amount)s.") % told)
    yield LetterPart("text", _("We have noted it and cannot send the goods yet."))
    currency = facts.of_customer.head.exposure.currency
    asked = [_cover(one) for one in facts.covers if one.state == "open"]
    needed = [credit.way_told(way, currency) for way in facts.ways if way.by_customer]
    if asked:
        yield LetterPart("list", _("We ask you for:"), tuple(asked))
    if needed:
        yield LetterPart("list", _("Each of these helps us to release it:"), tuple(needed))
    if not asked and not needed:
        yield LetterPart("text", _("We are looking into it and will be in touch with you."))


def _cover(one: object) -> str:
    said = {
        "prepayment": _("payment of %(amount)s before delivery"),
        "guarantee": _("a guarantee over %(amount)s"),
    }[one.what]  # type: ignore[attr-defined]
    money = Money(one.amount_minor, one.currency)  # type: ignore[attr-defined]
    text = said % {"amount": f"{money} {money.currency}"}
    until: date | None = one.until_on  # type: ignore[attr-defined]
    return _("%(what)s, by %(day)s") % {"what": text, "day": day_told(until)} if until else text
