"""Requests from outside for data: on what they rest, granted by another, given as one file."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import services as archive
from xinheng.facts.privacy import errors, policy, rules
from xinheng.facts.privacy.agreeing import usable
from xinheng.facts.privacy.models import Dealing, Extract, PersonSubject
from xinheng.facts.privacy.registering import checked_text
from xinheng.facts.privacy.selecting import extracts, one_of, within_reach
from xinheng.facts.privacy.values import EXTRACT_STATES, EXTRACTS, NewExtract

BY_CONSENT = ("paid", "service")  # kinds that need each person's own consent to be given to others
SHARE = "share"  # the purpose that consent is to


@transaction.atomic
def ask_extract(*, actor: Actor, on: date, new: NewExtract) -> Extract:
    """Take in a request from outside with its letter or order.

    Refuses: AccessDenied, SchemeUnknown, ExtractForbidden (kind not in the document), LetterMissing,
    ConsentRequired, PersonUnknown, ItemNotNecessary, PrivacyInvalid.
    """
    require(actor, "privacy.write", f"scheme:{new.scheme}")
    document = policy.in_force(new.scheme, on)
    if new.kind not in document.extracts:
        kind = str(EXTRACTS.get(new.kind, new.kind))
        raise errors.ExtractForbidden(scheme=document.name.words, kind=kind, field="kind")
    _check_paper(new)
    rules.check_items(document, new.items)
    persons = _persons(actor, new, document.code, on)
    if (
        new.until_on < new.from_on
        or new.until_on > on
        or (new.kind == "paid") != bool(new.fee and new.fee.minor)
    ):
        raise errors.PrivacyInvalid(
            cause=_("The days cannot be, or a fee is missing or has no place."), field="until_on"
        )
    sha256 = archive.keep(actor=actor, on=on, upload=new.paper).sha256 if new.paper else ""
    kept = Extract.objects.create(
        scheme=document.code, kind=new.kind, recipient=checked_text("recipient", new.recipient, 200),
        purpose=checked_text("purpose", new.purpose, 300),
        rests_on=checked_text("rests_on", new.rests_on, 300),
        letter_no=new.letter_no.strip()[:60], letter_from=new.letter_from.strip()[:200], sha256=sha256,
        people=persons, items=list(new.items), from_on=new.from_on, until_on=new.until_on,
        fee_minor=new.fee.minor if new.fee else 0, asked_by=actor.login, asked_on=on,
    )  # fmt: skip
    if new.paper:
        archive.attach(actor=actor, on=on, subject=f"extract:{kept.pk}", upload=new.paper)
    after = {"kind": new.kind, "recipient": kept.recipient, "rests_on": kept.rests_on, "persons": persons,
             "from_on": new.from_on, "until_on": new.until_on, "fee": new.fee}  # fmt: skip
    record(actor=actor, act="privacy.ask_extract", subject=f"extract:{kept.pk}", on=on, after=after)
    return kept


@transaction.atomic
def decide_extract(*, actor: Actor, on: date, extract_id: int, grants: bool, why: str = "") -> Extract:
    """Grant a request from outside or turn it down. Refuses: AccessDenied, EntryUnknown, ExtractStands,
    AnotherMustDecide, PrivacyInvalid without a reason for turning down."""  # fmt: skip
    require(actor, "privacy.erase", f"extract:{extract_id}")
    found: Extract = one_of(extracts(actor).select_for_update(), extract_id)
    if found.state != "asked":
        raise errors.ExtractStands(extract=extract_id, state=EXTRACT_STATES[found.state])
    if found.asked_by == actor.login:
        raise errors.AnotherMustDecide()
    found.state, found.decided_by, found.decided_on = "granted" if grants else "refused", actor.login, on
    found.decided_why = why.strip()[:300] if grants else checked_text("why", why, 300)
    found.save(update_fields=["state", "decided_by", "decided_on", "decided_why"])
    subject = f"extract:{extract_id}"
    record(
        actor=actor,
        act="privacy.decide_extract",
        subject=subject,
        on=on,
        after={"state": found.state},
        reason=why,
    )
    return found


@transaction.atomic
def give_extract(*, actor: Actor, on: date, extract_id: int, content: bytes, rows: int) -> Extract:
    """Note that the file of a granted extract went out, with its hash; a fee makes its line of an invoice.

    Refuses: AccessDenied, EntryUnknown, ExtractStands.
    """
    require(actor, "privacy.write", f"extract:{extract_id}")
    found: Extract = one_of(extracts(actor).select_for_update(), extract_id)
    if found.state not in ("granted", "given"):
        raise errors.ExtractStands(extract=extract_id, state=EXTRACT_STATES[found.state])
    found.state, found.given_by, found.given_on, found.rows = "given", actor.login, on, rows
    found.given_sha256 = hashlib.sha256(content).hexdigest()
    if found.fee_minor:
        words = _("Extract %(number)s for %(recipient)s: %(fee)s yuan")
        fee = f"{found.fee_minor // 100}.{found.fee_minor % 100:02}"
        found.invoice_line = (words % {"number": found.pk, "recipient": found.recipient, "fee": fee})[:200]
    found.save()
    after = {
        "sha256": found.given_sha256,
        "rows": rows,
        "recipient": found.recipient,
        "fee_minor": found.fee_minor,
    }
    record(actor=actor, act="privacy.give_extract", subject=f"extract:{extract_id}", on=on, after=after)
    for number in found.people:
        told = {"extract": extract_id, "recipient": found.recipient}
        record(actor=actor, act="privacy.give_extract", subject=f"individual:{number}", on=on, after=told)
    return found


def dealings_of(found: Extract) -> list[Dealing]:
    """The dealings an extract may show: of its persons still in use, and of no day outside its range."""
    rows = Dealing.objects.filter(person__no__in=found.people, person__state="kept")
    return list(rows.filter(on__gte=found.from_on, on__lte=found.until_on).select_related("person"))


def persons_of(found: Extract) -> list[PersonSubject]:
    """The persons of an extract whose data is still in use, by number."""
    return list(PersonSubject.objects.filter(no__in=found.people, state="kept").order_by("no"))


def _check_paper(new: NewExtract) -> None:
    """A letter of introduction names number and issuer; a letter and an order come with their paper."""
    if new.kind == "letter":
        for field in ("letter_no", "letter_from"):
            if not getattr(new, field).strip():
                raise errors.LetterMissing(field=field)
    if new.kind in ("letter", "order") and new.paper is None:
        raise errors.LetterMissing(field="paper")
    if not new.rests_on.strip():
        raise errors.LetterMissing(field="rests_on")


def _persons(actor: Actor, new: NewExtract, scheme: str, on: date) -> list[str]:
    """The numbers asked for: within reach, in use, of the document, and agreed where the kind needs it."""
    asked = sorted(set(new.persons))
    rows = within_reach(actor, on=on).filter(no__in=asked, scheme=scheme, state="kept")
    found = {one.no: one.pk for one in rows}
    if not asked or (missing := [no for no in asked if no not in found]):
        raise errors.PersonUnknown(person=(asked and missing[0][:20]) or "—")
    if new.kind in BY_CONSENT:
        agreed = usable(list(found.values()), SHARE, on)
        if refused := [no for no in asked if found[no] not in agreed]:
            raise errors.ConsentRequired(person=refused[0], purpose=SHARE, on=on, field="persons")
    return asked
