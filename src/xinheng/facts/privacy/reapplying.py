"""After a restore: who was erased since is erased again, by the lists that lie outside the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.privacy import gone
from xinheng.facts.privacy.erasing import OPEN, erase, note_gone
from xinheng.facts.privacy.models import Erasure, PersonSubject
from xinheng.facts.retention import queries as retained
from xinheng.facts.retention.services import Gone

KIND = "person"  # on the list of everything that is gone


@transaction.atomic
def reapply(*, actor: Actor, on: date) -> int:
    """Erase again everybody on the lists of the gone who is in the database, and complete the lists.

    Gives how many were erased again. Safe to repeat. Refuses: AccessDenied, GoneListAltered.
    """
    require(actor, "privacy.erase", "gone")
    listed = {one.key: one for one in retained.gone(KIND)}
    listed |= {
        no: Gone(KIND, no, one.erased_on, f"erasure:{one.certificate}") for no, one in gone.listed().items()
    }
    count = sum(erase_again(actor, on, one) for one in _back(listed))
    known = gone.listed()
    for erasure in Erasure.objects.filter(state="erased").select_related("person__customer"):
        if erasure.person.no not in known:
            note_gone(erasure, ())
    return count


def erase_again(actor: Actor, on: date, entry: Gone) -> bool:
    """Erase the person of an entry where a restore brought it back; gives whether it had to."""
    person = PersonSubject.objects.select_for_update().filter(no=entry.key).exclude(state="erased").first()
    if person is None or date.fromisoformat(entry.on) < person.told_on:
        return False  # not there, or another person under a number that was given anew
    certificate = entry.by.removeprefix("erasure:")
    erasure = Erasure.objects.filter(person=person, state__in=OPEN).first()
    if erasure is None:
        day = date.fromisoformat(entry.on)
        erasure = Erasure(person=person, cause="request", why=certificate, asked_by="", asked_on=day)
    erase(erasure, actor, on, certificate=certificate)
    return True


def entries() -> Iterator[Gone]:
    """Everybody the database knows to be erased, as the list of what is gone has it."""
    rows = Erasure.objects.filter(state="erased").select_related("person").order_by("pk")
    for one in rows:
        if one.erased_on:
            yield Gone(KIND, one.person.no, one.erased_on.isoformat(), f"erasure:{one.certificate}")


def _back(listed: dict[str, Gone]) -> list[Gone]:
    """The entries of persons who are in the database and not erased."""
    rows = PersonSubject.objects.filter(no__in=listed).exclude(state="erased")
    return [listed[no] for no in rows.values_list("no", flat=True)]
