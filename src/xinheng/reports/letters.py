"""Letters to customers: the decision and its reasons in plain words, and no internal grade (LOA-03).

A letter is made of a closed list: sentences of ours, measured figures of the catalogue, terms that are
numbers or chosen, our units and people. So a grade cannot get in, but in the address somebody types, which is
looked through for one. Only the result of a commissioned rating may be told, on the customer's application.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings.values import Explanation, Outlook, Reason
from xinheng.reports.disclosed import is_outside, published
from xinheng.reports.errors import GradeNotDisclosed, NothingToSend
from xinheng.reports.letter_files import letter_docx, letter_pdf
from xinheng.reports.letter_terms import SECURITIES, check, terms_of
from xinheng.reports.values import Letter, LetterForm, LetterPart, LetterWanted

MOST_REASONS, MOST_WAYS = 4, 3


def export_letter(
    *, actor: Actor, on: date, run_id: int, customer_no: str, wanted: LetterWanted, form: LetterForm = "pdf"
) -> bytes:
    """The letter as a file; the letter itself is on the trail.

    Refuses: AccessDenied, CustomerUnknown, RunUnknown, NotRated, RunFilesMissing, LetterIncomplete,
    GradeNotDisclosed, NothingToSend, NotConsented, ConsentExpired, PrintFontMissing (PDF).
    """
    access.require(actor, "ratings.write_letters", f"customer:{customer_no}")
    with translation.override(wanted.language):
        letter = letter_to(actor, run_id, customer_no, wanted=wanted, on=on)
        content = letter_pdf(letter) if form == "pdf" else letter_docx(letter)
    after = {"run": run_id, "form": form, "reference": letter.reference, **asdict(wanted)}
    audit.record(
        actor=actor, act="ratings.write_letters", subject=f"customer:{customer_no}", on=on, after=after
    )
    return content


def letter_to(actor: Actor, run_id: int, customer_no: str, *, wanted: LetterWanted, on: date) -> Letter:
    """What the letter says, in the language of the letter."""
    check(wanted, on=on)
    found = ratings.explanation(actor, run_id, customer_no, on=on)
    if found.state != "graded":
        raise NothingToSend(run_id=run_id, customer_no=customer_no)
    result = published(actor, found, found.customer_name, on=on) if wanted.tell_grade else ""
    return compose(found, ratings.outlook(actor, run_id, customer_no, on=on), wanted, on=on, result=result)


def compose(
    found: Explanation, better: Outlook, wanted: LetterWanted, *, on: date, result: str = ""
) -> Letter:
    """The letter about one decision. result: of a commissioned rating, where it may be told."""
    letter = Letter(
        company=wanted.company,
        reference=_("Our reference: %(number)s")
        % {"number": f"{found.customer_no}/{found.as_of:%Y%m%d}/{found.run_id}"},
        day=day_told(on),
        addressee=_("To: %(name)s") % {"name": found.customer_name},
        subject=_("Our answer on your credit terms"),
        parts=(*_parts(found, better, wanted), *([LetterPart("text", result)] if result else [])),
        closing=tuple(_closing(wanted)),
        signed=(wanted.company, day_told(on)),
        footer=_(
            "This letter tells our decision and its main reasons; internal ratings are not told to anyone."
        ),
    )
    if not result:
        _never_the_grade(found, letter)
    return letter


def _parts(found: Explanation, better: Outlook, wanted: LetterWanted) -> Iterator[LetterPart]:
    greeting = _(
        "Thank you for doing business with us. "
        "We have looked at what we know about you up to %(day)s and decided as follows."
    )
    yield LetterPart("text", greeting % {"day": day_told(found.as_of)})
    yield LetterPart("text", _decided(wanted))
    if wanted.decision == "granted":
        return
    reasons = _reasons(found) or [_("What is on file with us does not support more yet.")]
    yield LetterPart("list", _("The main reasons:"), tuple(reasons))
    if ways := _ways(better):
        yield LetterPart("list", _("Any one of these would let us decide more favourably:"), tuple(ways))
    asked = sorted({one.name for one in better.wanting if is_outside(one)})
    if asked:
        yield LetterPart("list", _("We would be glad to hear from you:"), tuple(asked[:MOST_REASONS]))
    yield LetterPart(
        "text",
        _(
            "If something stated here is wrong, please tell us and send what shows it: "
            "we will look at the decision again."
        ),
    )


def _decided(wanted: LetterWanted) -> str:
    said = {
        "granted": _("We are glad to grant the credit terms you asked for."),
        "conditional": _("We can grant credit terms under the conditions named below."),
        "reduced": _("We can grant credit terms, but not to the extent you asked for."),
        "declined": _(
            "We regret that we cannot grant credit terms at present. "
            "Deliveries against payment in advance remain possible."
        ),
    }[wanted.decision]
    terms = terms_of(wanted)
    return f"{said}\n{_('Terms')}: {ratings.joined(terms)}" if terms else said


def _reasons(found: Explanation) -> list[str]:
    """The decisive reasons as an outsider can check them: measured figures; no points, rules or opinions."""
    told: list[str] = []
    for reason in (one for one in found.reasons if _counts_against(one, found)):
        for figure in reason.inputs:
            line = f"{figure.name}: {ratings.told(figure)}"
            if figure.value is not None and is_outside(figure) and line not in told:
                told.append(line)
    return told[:MOST_REASONS]


def _counts_against(reason: Reason, found: Explanation) -> bool:
    if reason.kind in ("veto", "cap"):  # one that holds for want of figures says nothing of the known ones
        return reason.outcome == "fired" and all(one.value is not None for one in reason.inputs)
    if reason.kind == "points":
        return reason.points is not None and reason.maximum is not None and reason.points * 2 < reason.maximum
    return reason.kind == "condition" and reason.outcome == "fired" and reason.grade == found.grade


def _ways(better: Outlook) -> list[str]:
    ways = (way for way in better.improvements if len(way.changes) <= MOST_WAYS)
    return [way.text for way in ways if all(is_outside(one.then) for one in way.changes)][:MOST_WAYS]


def _closing(wanted: LetterWanted) -> Iterator[str]:
    told = {"contact": wanted.contact, "phone": wanted.phone}
    yield _("Your contact: %(contact)s, telephone %(phone)s") % told
    if wanted.address.strip():
        yield _("Address: %(address)s") % {"address": wanted.address.strip()}


def day_told(day: date) -> str:
    """A day as a letter writes it."""
    return _("%(year)s-%(month)s-%(day)s") % {"year": day.year, "month": f"{day:%m}", "day": f"{day:%d}"}


def _never_the_grade(found: Explanation, letter: Letter) -> None:
    """No letter leaves with a grade in it, whoever wrote the words: AAA级, grade AAA, 评为AAA."""
    scale = policies.load(packs.document(found.policy_sha256).text).scale
    codes = "|".join(sorted((re.escape(step.code) for step in scale), key=len, reverse=True))
    named = re.compile(
        rf"(?<![A-Za-z0-9])({codes})\s*(级|等|类)"
        rf"|(grades?|ratings?|rated|class)\W*({codes})(?![A-Za-z0-9])"
        rf"|(等级|评级|评为|级别)\W*(为|是)?\s*({codes})(?![A-Za-z0-9])",
        re.IGNORECASE,
    )
    for where, text in _texts(letter):
        if named.search(text):
            raise GradeNotDisclosed(customer_no=found.customer_no, where=where)


def _texts(letter: Letter) -> Iterator[tuple[str, str]]:
    for part in letter.parts:
        yield _("the text of the letter"), "\n".join((part.text, *part.items))
    for line in (letter.company, *letter.closing):
        yield _("sender and contact"), line


def letter_choices() -> dict[str, Any]:
    """The decisions a letter can tell, in words."""
    return {
        "granted": _("granted"),
        "conditional": _("granted with conditions"),
        "reduced": _("granted in part"),
        "declined": _("not granted"),
    }


def letter_securities() -> dict[str, str]:
    """What a letter can name as security, in words."""
    return {code: str(word) for code, word in SECURITIES.items()}
