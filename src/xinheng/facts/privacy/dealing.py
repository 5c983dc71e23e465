"""What happens with persons, and with guests nobody named."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_days, add_months
from xinheng.facts.privacy import errors, policy, rules
from xinheng.facts.privacy.models import Dealing
from xinheng.facts.privacy.registering import kept_person
from xinheng.facts.privacy.selecting import within_reach
from xinheng.facts.privacy.values import DEALINGS, NewDealing


@transaction.atomic
def tell_dealing(*, actor: Actor, on: date, new: NewDealing, person_no: str = "") -> Dealing:
    """Note a consumption, complaint, claim, contract or bad conduct; a visit moves the person's last visit.

    Without a person only consumption is kept, with no words: a guest who agreed to nothing stays unnamed
    (HPT-04). Refuses: AccessDenied, PersonUnknown, PersonNotKept, PrivacyInvalid, SchemeUnknown.
    """
    require(actor, "privacy.write", f"individual:{person_no}" if person_no else f"scheme:{new.scheme}")
    person = kept_person(actor, person_no, on=on) if person_no else None
    minor = new.amount.minor if new.amount else 0
    if new.kind not in DEALINGS or (person is None and (new.kind != "consumption" or new.text.strip())):
        raise errors.PrivacyInvalid(
            cause=_("Without a person only consumption is kept, and nothing in words."), field="kind"
        )
    if new.on > on or minor < 0:
        raise errors.PrivacyInvalid(cause=_("The day lies ahead, or the amount is below zero."), field="on")
    scheme = person.scheme if person else policy.in_force(new.scheme, on).code
    dealing = Dealing.objects.create(
        person=person, scheme=scheme, kind=new.kind, on=new.on, amount_minor=minor,
        text=new.text.strip()[:500], ended_on=None if new.is_open else new.on, told_by=actor.login,
    )  # fmt: skip
    if person is not None and new.kind != "negative" and new.on > person.last_visit_on:
        person.last_visit_on = new.on
        person.save(update_fields=["last_visit_on"])
    after = {"dealing": dealing.pk, "kind": new.kind, "on": new.on, "amount": new.amount, "open": new.is_open}
    subject = f"individual:{person_no}" if person else f"scheme:{scheme}"
    record(actor=actor, act="privacy.tell_dealing", subject=subject, on=on, after=after)
    return dealing


@transaction.atomic
def end_dealing(*, actor: Actor, on: date, dealing_id: int, ended_on: date) -> Dealing:
    """Note that something is paid, settled or over. Refuses: AccessDenied, EntryUnknown, PrivacyInvalid."""
    require(actor, "privacy.write", f"dealing:{dealing_id}")
    seen = within_reach(actor, on=on)
    rows = Dealing.objects.select_for_update(of=("self",)).select_related("person")
    dealing = rows.filter(pk=dealing_id, person__in=seen).first()
    if dealing is None or dealing.person is None:
        raise errors.EntryUnknown(entry=dealing_id)
    if dealing.ended_on is not None or not dealing.on <= ended_on <= on:
        raise errors.PrivacyInvalid(cause=_("It has ended already, or the day cannot be."), field="ended_on")
    dealing.ended_on = ended_on
    dealing.save(update_fields=["ended_on"])
    after = {"dealing": dealing.pk, "kind": dealing.kind, "ended_on": ended_on}
    subject = f"individual:{dealing.person.no}"
    record(actor=actor, act="privacy.end_dealing", subject=subject, on=on, after=after)
    return dealing


def outdated(on: date) -> list[Dealing]:
    """Bad conduct whose term is over: it ended, and the years of its document have passed. Not narrowed."""
    found: list[Dealing] = []
    for document in policy.schemes(on):
        about = add_days(add_months(on, -12 * document.retention.negative_years), 3)  # months end unevenly
        rows = Dealing.objects.filter(kind="negative", scheme=document.code, person__isnull=False)
        ended = rows.filter(ended_on__lte=about).select_related("person")
        found += [one for one in ended if one.ended_on and rules.negative_ends(document, one.ended_on) <= on]
    return found


@transaction.atomic
def drop_outdated(*, actor: Actor, on: date) -> int:
    """Take bad conduct whose term is over off the persons: its words go, its amount stays with nobody.

    Refuses: AccessDenied.
    """
    require(actor, "privacy.erase", "negative")
    keys = [one.pk for one in outdated(on)]
    Dealing.objects.filter(pk__in=keys).update(person=None, text="")
    if keys:
        record(actor=actor, act="privacy.drop_outdated", subject="negative", on=on, after={"dealings": keys})
    return len(keys)
