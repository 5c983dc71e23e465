"""Telling and withdrawing permissions: consents with their paper, and rules of the state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.consents import queries
from xinheng.facts.consents.errors import ConsentEnded, ConsentInvalid
from xinheng.facts.consents.models import Consent, Withdrawal
from xinheng.facts.consents.values import NewConsent, Permission
from xinheng.facts.customers import queries as customers

LONGEST = {"recipient": 200, "policy_code": 40, "source": 300}


@transaction.atomic
def tell_consent(
    *, actor: Actor, on: date, customer_no: str, new: NewConsent, paper: Upload | None = None
) -> Permission:
    """Keep a permission of a customer, its paper unchanged in the archive; all of it or nothing.

    Refuses: AccessDenied, CustomerUnknown (also out of scope), ConsentInvalid naming the field, and what
    the archive refuses.
    """
    access.require(actor, "consents.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    _check(new, paper, on=on)
    row = Consent(
        customer=customer,
        purpose=new.purpose,
        basis=new.basis,
        recipient=new.recipient.strip(),
        policy_code=new.policy_code.strip(),
        source=new.source.strip(),
        from_on=new.from_on,
        until_on=new.until_on,
        told_by=actor.login,
        told_on=on,
    )
    if paper is not None:
        row.sha256 = archive.keep(actor=actor, on=on, upload=paper).sha256
    row.save(force_insert=True)
    if paper is not None:
        archive.attach(actor=actor, on=on, subject=f"consent:{row.pk}", upload=paper)
    after = {
        "consent": row.pk, "purpose": row.purpose, "basis": row.basis, "recipient": row.recipient,
        "policy": row.policy_code, "source": row.source, "from_on": row.from_on, "until_on": row.until_on,
        "sha256": row.sha256,
    }  # fmt: skip
    audit.record(actor=actor, act="consents.tell", subject=f"customer:{customer.no}", on=on, after=after)
    return queries.get(actor, row.pk, on=on)


@transaction.atomic
def withdraw_consent(*, actor: Actor, on: date, consent_id: int, reason: str) -> Permission:
    """End a permission from today on. Refuses: AccessDenied, ConsentUnknown, ConsentEnded, ConsentInvalid."""
    access.require(actor, "consents.write", f"consent:{consent_id}")
    one = queries.get(actor, consent_id, on=on)
    said = reason.strip()
    if not said or len(said) > 300:
        raise ConsentInvalid(field=_("Reason"), cause=_("must be given, with at most 300 characters."))
    row = Consent.objects.select_for_update().get(pk=one.id)
    if one.state in ("expired", "withdrawn") or Withdrawal.objects.filter(consent=row).exists():
        raise ConsentEnded(consent=consent_id)
    Withdrawal.objects.create(consent=row, withdrawn_on=on, reason=said, told_by=actor.login)
    audit.record(
        actor=actor,
        act="consents.withdraw",
        subject=f"customer:{one.customer_no}",
        on=on,
        reason=said,
        before={"consent": one.id, "until_on": one.until_on},
        after={"consent": one.id, "withdrawn_on": on},
    )
    return queries.get(actor, consent_id, on=on)


def _check(new: NewConsent, paper: Upload | None, *, on: date) -> None:
    names = {"recipient": _("Recipient"), "policy_code": _("Policy"), "source": _("What it rests on")}
    for field, most in LONGEST.items():
        if len(getattr(new, field).strip()) > most:
            raise ConsentInvalid(field=names[field], cause=_("at most %(most)s characters.") % {"most": most})
    wrong = next(_faults(new, paper, names, on=on), None)
    if wrong is not None:
        raise ConsentInvalid(field=wrong[0], cause=wrong[1])


def _faults(
    new: NewConsent, paper: Upload | None, names: dict[str, str], *, on: date
) -> Iterator[tuple[str, str]]:
    """What cannot be kept, field by field."""
    if new.purpose not in queries.PURPOSES:
        yield _("Purpose"), _("is none of those there are.")
    if not new.source.strip():
        yield names["source"], _("must be given: what was signed, or the rule and its article.")
    if new.purpose == "commission" and not new.recipient.strip():
        yield names["recipient"], _("the agency that rates must be named.")
    if new.policy_code.strip() and new.purpose != "commission":
        yield names["policy_code"], _("only an application to be rated names one.")
    if new.until_on is not None and new.until_on < new.from_on:
        yield _("Until"), _("lies before the first day.")
    yield from _of_a_consent(new, paper, on) if new.basis == "consent" else _of_a_rule(new)


def _of_a_consent(new: NewConsent, paper: Upload | None, on: date) -> Iterator[tuple[str, str]]:
    if new.from_on > on:
        yield _("From"), _("lies in the future.")
    if new.until_on is None:
        yield _("Until"), _("must be given: a consent has a last day.")
    if paper is None:
        yield _("Paper"), _("must be given: the consent as it was signed.")


def _of_a_rule(new: NewConsent) -> Iterator[tuple[str, str]]:
    if new.basis != "law":
        yield _("Basis"), _("is none of those there are.")
    if new.purpose != "material":
        yield _("Basis"), _("only material goes out by a rule of the state; the rest needs the customer.")
