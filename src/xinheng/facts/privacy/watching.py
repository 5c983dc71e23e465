"""Who looks at personal data: shown to the trained, noted each time, and told of when it is too much."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.audit import queries as trail
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_days
from xinheng.facts.privacy import errors, policy
from xinheng.facts.privacy.caring import require_trained
from xinheng.facts.privacy.erasing import follow_frozen
from xinheng.facts.privacy.models import (
    Agreement,
    Dealing,
    Erasure,
    PersonRequest,
    PersonSubject,
    ReadingAlert,
    Sharing,
)
from xinheng.facts.privacy.registering import checked_text
from xinheng.facts.privacy.selecting import alerts, get_person, one_of, subject_of
from xinheng.facts.privacy.values import PersonFile

READ = "privacy.read_person"
LOOKS = (READ, "sensitive.read", "privacy.copy", "privacy.share", "privacy.give_extract")
MASK = "***"


@transaction.atomic
def read_person(*, actor: Actor, on: date, person_no: str) -> PersonFile:
    """All that is kept of a person; sensitive items masked without the right. The trail notes the look.

    Of who is frozen nothing is shown but that it is. Refuses: AccessDenied, PersonUnknown, NotTrained.
    """
    person = get_person(actor, person_no, on=on)
    require_trained(actor, on)
    unmasked = actor.may("sensitive.read")
    file = own_file(person, on=on, unmasked=unmasked)
    record(actor=actor, act=READ, subject=subject_of(person), on=on, after={"unmasked": unmasked})
    return file


def own_file(person: PersonSubject, *, on: date, unmasked: bool = True) -> PersonFile:
    """All that is kept of a person; the caller has looked who may see it, and notes it."""
    document = policy.in_force(person.scheme, on)
    shown = []
    for code, value in person.items.items():
        item = document.item(code)
        hidden = not unmasked and (item is None or item.sensitive)
        shown.append((item.words if item else code, MASK if hidden else value))
    return PersonFile(
        person=person,
        rules=document,
        items=tuple(shown),
        agreements=tuple(Agreement.objects.filter(person=person)),
        dealings=tuple(Dealing.objects.filter(person=person)[:200]),
        requests=tuple(PersonRequest.objects.filter(person=person)),
        erasures=tuple(Erasure.objects.filter(person=person)),
        sharings=tuple(Sharing.objects.filter(person=person).select_related("partner")),
        is_masked=not unmasked,
    )


@transaction.atomic
def watch(*, actor: Actor, on: date, day: date | None = None) -> int:
    """Raise an alert for each of our people who read more persons on a day than is normal (HPT-08).

    day: the day looked at (the business day). Counted over the trail in one question; gives how many alerts
    are new. Refuses: AccessDenied.
    """
    day = day or on
    require(actor, "privacy.erase", f"day:{day}")
    normal = policy.of_the_site(day).reading.persons_a_day
    kept = set(ReadingAlert.objects.filter(on=day).values_list("login", flat=True))
    fresh = 0
    for login, persons in trail.subjects_seen(acts=LOOKS, on=day, over=normal):
        if login in kept:
            continue
        ReadingAlert.objects.create(login=login, on=day, persons=persons, normal=normal)
        after = {"persons": persons, "normal": normal}
        record(actor=actor, act="privacy.alert", subject=f"person:{login}", on=on, after=after)
        fresh += 1
    return fresh


def end_day(*, actor: Actor, on: date) -> None:
    """What the night does: erase who is held no more, look at the reading of the day before.

    Refuses: AccessDenied.
    """
    require(actor, "privacy.erase", f"day:{on}")
    follow_frozen(actor=actor, on=on)
    watch(actor=actor, on=on, day=add_days(on, -1))


@transaction.atomic
def clear_alert(*, actor: Actor, on: date, alert_id: int, finding: str) -> ReadingAlert:
    """Note what an alert came to. Refuses: AccessDenied, EntryUnknown, OwnAlert, PrivacyInvalid."""
    require(actor, "privacy.erase", f"alert:{alert_id}")
    alert: ReadingAlert = one_of(alerts(actor), alert_id)
    if alert.login == actor.login:
        raise errors.OwnAlert()
    alert.seen_by, alert.seen_on = actor.login, on
    alert.finding = checked_text("finding", finding, 300)
    alert.save(update_fields=["seen_by", "seen_on", "finding"])
    after = {"persons": alert.persons, "finding": alert.finding}
    record(actor=actor, act="privacy.clear_alert", subject=f"person:{alert.login}", on=on, after=after)
    return alert
