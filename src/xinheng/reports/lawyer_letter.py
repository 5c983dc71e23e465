"""The lawyer's letter (律师函): principal, authority, facts, law, demand, term, reservation, attachments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.utils import translation
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.capital_figures import capital_figures
from xinheng.base.kernel.money import Money
from xinheng.operations.collection import queries as collection
from xinheng.operations.collection.values import DueLine
from xinheng.reports.errors import LetterIncomplete
from xinheng.reports.letter_files import letter_docx, letter_pdf
from xinheng.reports.letters import day_told
from xinheng.reports.values import Letter, LetterForm, LetterPart

LONGEST_DAYS = 90
MOST_LINES = 200


@dataclass(frozen=True)
class LawyerLetterWanted:
    """Who writes for whom, and what is demanded. days: to pay in, from the day of the letter.

    account: to which is paid. reference: of the firm. attachments: names of what goes with it.
    """

    firm: str
    lawyer: str
    phone: str
    principal: str
    account: str
    days: int = 7
    reference: str = ""
    attachments: tuple[str, ...] = ()
    language: Literal["zh-hans", "en"] = "zh-hans"


def export_lawyer_letter(
    *, actor: Actor, on: date, case_id: int, wanted: LawyerLetterWanted, form: LetterForm = "pdf"
) -> bytes:
    """The letter about what is due on a case today, as a file; contested amounts are left out of the demand.

    The paper itself is no step: the signed letter is kept with the step of the law.
    Refuses: AccessDenied, CaseUnknown, LetterIncomplete, PrintFontMissing (PDF).
    """
    access.require(actor, "collection.write", f"case:{case_id}")
    case = collection.get_case(actor, case_id, on=on)
    lines = collection.due_lines(case.customer, on=on, currency=case.currency)
    with translation.override(wanted.language):
        letter = lawyer_letter(case, lines, wanted, on=on)
        content = letter_pdf(letter) if form == "pdf" else letter_docx(letter)
    after = {"case": case_id, "form": form, "demand": _demand(lines, case.currency), "days": wanted.days}
    audit.record(
        actor=actor, act="collection.write_letter", subject=f"customer:{case.customer.no}", on=on, after=after
    )
    return content


def lawyer_letter(case: Any, lines: Sequence[DueLine], wanted: LawyerLetterWanted, *, on: date) -> Letter:
    """What the letter says, in the language that is spoken. Refuses: LetterIncomplete."""
    _check(wanted, lines, case.currency)
    day, until = day_told(on), day_told(on + timedelta(days=wanted.days))
    reference = wanted.reference.strip() or f"{on:%Y%m%d}-{case.pk}"
    return Letter(
        company=wanted.firm.strip(),
        reference=_("Our reference: %(number)s") % {"number": reference},
        day=day,
        addressee=_("To: %(name)s") % {"name": case.customer.name},
        subject=_("Lawyer's letter"),
        parts=tuple(_parts(case, lines, wanted, until)),
        closing=(
            _("Contact: %(lawyer)s, telephone %(phone)s")
            % {"lawyer": wanted.lawyer.strip(), "phone": wanted.phone.strip()},
        ),
        signed=(wanted.firm.strip(), wanted.lawyer.strip(), day),
        footer=_("Please sign and return a copy to confirm that this letter arrived."),
    )


def _parts(case: Any, lines: Sequence[DueLine], wanted: LawyerLetterWanted, until: str) -> list[LetterPart]:
    demand = _demand(lines, case.currency)
    told = {
        "firm": wanted.firm.strip(), "principal": wanted.principal.strip(), "name": case.customer.name,
        "lawyer": wanted.lawyer.strip(), "amount": f"{case.currency} {demand}", "until": until,
        "account": wanted.account.strip(),
    }  # fmt: skip
    if case.currency == "CNY":
        told["amount"] += f" ({capital_figures(demand.decimal)})"
    facts = tuple(_line(one) for one in lines[:MOST_LINES])
    return [
        LetterPart(
            "text",
            _(
                "%(firm)s was entrusted by %(principal)s and appointed the lawyer %(lawyer)s to write to you "
                "about the following debt."
            )
            % told,
        ),
        LetterPart(
            "list",
            _("Facts: as the books and papers of %(principal)s show, these claims are due and unpaid:")
            % told,
            facts,
        ),
        LetterPart(
            "text",
            _(
                "Law: under Articles 509, 577, 579 and 626 of the Civil Code the parties perform as agreed, "
                "and who does not pay the price when it is due is liable for it."
            ),
        ),
        LetterPart("text", _("Demand: pay %(amount)s by %(until)s to this account: %(account)s.") % told),
        LetterPart(
            "text",
            _(
                "Should you not pay in time, %(principal)s will claim principal, interest, penalty and costs "
                "in court and apply for measures of preservation. This letter demands the whole debt and "
                "interrupts the time of limitation (Article 195)."
            )
            % told,
        ),
        LetterPart("text", _("All further rights of %(principal)s are reserved.") % told),
        *([LetterPart("list", _("Attachments:"), wanted.attachments)] if wanted.attachments else []),
    ]


def _line(one: DueLine) -> str:
    words = _("%(no)s, due on %(due)s, open %(open)s, %(days)s days overdue")
    told = {"no": one.bill_no, "due": one.due_on, "open": one.open, "days": one.overdue_days}
    said = words % told
    if one.disputed.minor:
        said += _("; of it %(amount)s contested and not demanded here") % {"amount": one.disputed}
    return said


def _demand(lines: Sequence[DueLine], currency: str) -> Money:
    return Money(sum(one.open.minor - one.disputed.minor for one in lines), currency)


def _check(wanted: LawyerLetterWanted, lines: Sequence[DueLine], currency: str) -> None:
    for field, text in (
        (_("law firm"), wanted.firm), (_("lawyer"), wanted.lawyer), (_("telephone"), wanted.phone),
        (_("principal"), wanted.principal), (_("account"), wanted.account),
    ):  # fmt: skip
        if not text.strip():
            raise LetterIncomplete(field=field, cause=_("must be given."))
    if not 0 < wanted.days <= LONGEST_DAYS:
        cause = _("is from 1 to %(most)s days.") % {"most": LONGEST_DAYS}
        raise LetterIncomplete(field=_("time to pay"), cause=cause)
    if _demand(lines, currency).minor <= 0:
        raise LetterIncomplete(field=_("demand"), cause=_("is nothing: what is due is paid or contested."))
