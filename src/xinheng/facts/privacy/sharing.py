"""Data goes to partners under an agreement that holds, and every hand-out is on a log."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.privacy import errors, policy, rules
from xinheng.facts.privacy.agreeing import require_consent
from xinheng.facts.privacy.documents import PrivacyRules
from xinheng.facts.privacy.models import Partner, Sharing
from xinheng.facts.privacy.registering import checked_text, kept_person
from xinheng.facts.privacy.selecting import one_of, partners
from xinheng.facts.privacy.values import NewPartner, Shared


@transaction.atomic
def tell_partner(*, actor: Actor, on: date, new: NewPartner, paper: Upload) -> Partner:
    """Keep a receiver with its signed agreement. Refuses: AccessDenied, NothingShared where the document
    forbids third parties, ItemNotNecessary, PrivacyInvalid, and what the archive refuses."""  # fmt: skip
    require(actor, "privacy.write", f"partner:{new.name}")
    document = _sharing(new.scheme, on)
    rules.check_items(document, new.items)
    name, number = checked_text("name", new.name, 200), checked_text("agreement_no", new.agreement_no, 60)
    unknown = [code for code in new.purposes if document.purpose(code) is None]
    if unknown or not new.purposes or not new.items or new.until_on < new.from_on:
        raise errors.PrivacyInvalid(
            cause=_("Purposes, items or days of the agreement cannot be."), field="purposes"
        )
    if Partner.objects.filter(name=name, agreement_no=number).exists():
        raise errors.PrivacyInvalid(cause=_("This agreement is kept already."), field="agreement_no")
    sha256 = archive.keep(actor=actor, on=on, upload=paper).sha256
    kept = Partner.objects.create(
        scheme=document.code, name=name, agreement_no=number, purposes=list(new.purposes),
        items=list(new.items), from_on=new.from_on, until_on=new.until_on, sha256=sha256,
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    archive.attach(actor=actor, on=on, subject=f"partner:{kept.pk}", upload=paper)
    after = {"name": name, "agreement": number, "until_on": new.until_on, "sha256": sha256}
    record(actor=actor, act="privacy.tell_partner", subject=f"partner:{kept.pk}", on=on, after=after)
    return kept


@transaction.atomic
def end_partner(*, actor: Actor, on: date, partner_id: int, why: str) -> Partner:
    """End an agreement before its day. Refuses: AccessDenied, EntryUnknown, PrivacyInvalid."""
    require(actor, "privacy.write", f"partner:{partner_id}")
    partner: Partner = one_of(partners(actor, on=on), partner_id)
    if partner.ended_on is not None:
        raise errors.PrivacyInvalid(cause=_("The agreement has ended already."), field="why")
    partner.ended_on, partner.ended_why = on, checked_text("why", why, 300)
    partner.save(update_fields=["ended_on", "ended_why"])
    subject = f"partner:{partner_id}"
    record(actor=actor, act="privacy.end_partner", subject=subject, on=on, after={"ended_on": on}, reason=why)
    return partner


@transaction.atomic
def share(*, actor: Actor, on: date, partner_id: int, what: Shared) -> list[Sharing]:
    """Note that data of persons goes to a partner: all of it or nothing.

    Refuses: AccessDenied, EntryUnknown, NothingShared, AgreementMissing, ConsentRequired where a person did
    not agree to the purpose, PersonUnknown, PersonNotKept, PrivacyInvalid.
    """
    require(actor, "privacy.write", f"partner:{partner_id}")
    partner: Partner = one_of(partners(actor, on=on), partner_id)
    document = _sharing(partner.scheme, on)
    if lacks := rules.agreement_lacks(partner, what.purpose, what.items, on):
        cause = _("it is over or not yet begun") if lacks == "term" else lacks
        raise errors.AgreementMissing(partner=partner.name, on=on, cause=cause, field="purpose")
    if not what.persons or not what.items:
        raise errors.PrivacyInvalid(cause=_("Name the persons and the items."), field="persons")
    rows = []
    for number in what.persons:
        person = kept_person(actor, number, on=on)
        if person.scheme != document.code:
            raise errors.PersonUnknown(person=number[:20])
        require_consent(person, what.purpose, on)
        rows.append(
            Sharing(partner=partner, person=person, purpose=what.purpose, items=list(what.items),
                    way=checked_text("way", what.way, 100), on=on, by=actor.login)
        )  # fmt: skip
    Sharing.objects.bulk_create(rows)
    for row in rows:
        after = {"partner": partner.name, "purpose": what.purpose, "items": list(what.items)}
        record(actor=actor, act="privacy.share", subject=f"individual:{row.person.no}", on=on, after=after)
    return rows


def _sharing(scheme: str, on: date) -> PrivacyRules:
    """A document that lets data go to partners. Refuses: NothingShared."""
    document = policy.in_force(scheme, on)
    if document.sharing.partners == "never":
        raise errors.NothingShared(scheme=document.name.words)
    return document
