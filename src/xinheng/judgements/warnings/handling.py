"""Warnings are given to somebody, closed with an outcome, and told to their owners once a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.messages import services as messages
from xinheng.base.messages.values import NewMessage
from xinheng.judgements.warnings import policy, selecting, wording
from xinheng.judgements.warnings.errors import WarningClosed, WarningInvalid, WarningUnknown
from xinheng.judgements.warnings.models import DigestSent, RaisedWarning

MOST = 1000
LISTED = 20  # warnings that a digest names


@transaction.atomic
def close_warning(*, actor: Actor, on: date, warning_id: int, outcome: str, note: str) -> RaisedWarning:
    """Close a warning with what it came to.

    Refuses: AccessDenied, WarningUnknown, WarningClosed, WarningInvalid.
    """
    require(actor, "warnings.write", f"warning:{warning_id}")
    selecting.get_warning(actor, warning_id, on=on)
    found = (
        RaisedWarning.objects.select_for_update(of=("self",)).select_related("customer").get(pk=warning_id)
    )
    if found.state == "closed":
        raise WarningClosed(warning=warning_id, closed_on=found.closed_on)
    told = policy.in_force(on).outcome(outcome)
    if told is None:
        raise WarningInvalid(cause=_("There is no such outcome."), field="outcome")
    if not note.strip() or len(note) > 500:
        raise WarningInvalid(cause=_("Say what was found and done, in up to 500 signs."), field="note")
    found.state, found.outcome, found.is_true, found.note = "closed", told.code, told.is_true, note.strip()
    found.closed_on, found.closed_by = on, actor.login
    found.save(update_fields=["state", "outcome", "is_true", "note", "closed_on", "closed_by"])
    after = {"warning": found.pk, "signal": found.signal, "outcome": outcome}
    record(
        actor=actor, act="warnings.close", subject=subject_of(found), on=on, after=after, reason=found.note
    )
    return found


@transaction.atomic
def assign_warnings(*, actor: Actor, on: date, warning_ids: Sequence[int], owner: str) -> int:
    """Give open warnings to a person; gives how many changed hands.

    Refuses: AccessDenied, WarningUnknown (one of them out of reach), WarningInvalid, PersonUnknown.
    """
    require(actor, "warnings.write", "warnings")
    ids = sorted(set(warning_ids))
    if not 0 < len(ids) <= MOST:
        raise WarningInvalid(cause=_("Choose 1 to %(most)s warnings.") % {"most": MOST}, field="warnings")
    person = people.person_by_login(owner)
    seen = set(selecting.seen(actor, on=on).filter(pk__in=ids).values_list("pk", flat=True))
    if missing := [one for one in ids if one not in seen]:
        raise WarningUnknown(warning=missing[0])
    rows = RaisedWarning.objects.filter(pk__in=ids, state="open").exclude(owner=person.login)
    changed = rows.update(owner=person.login)
    after = {"warnings": ids[:100], "owner": person.login, "changed": changed}
    record(actor=actor, act="warnings.assign", subject=f"person:{person.login}", on=on, after=after)
    return changed


@transaction.atomic
def send_digest(*, actor: Actor, on: date) -> int:
    """Tell each owner once a day what is open with them; gives how many were told.

    Owners without an address in the document find their warnings on the first page. Refuses: AccessDenied.
    """
    require(actor, "warnings.write", f"day:{on}")
    document = policy.in_force(on)
    told = set(DigestSent.objects.filter(on=on).values_list("owner", flat=True))
    late = Count("pk", filter=Q(due_on__lt=on))
    rows = RaisedWarning.objects.filter(state="open", owner__in=document.digest.addresses).order_by("owner")
    counted = rows.values_list("owner").annotate(open=Count("pk"), late=late)
    owners = [row for row in counted if row[0] not in told]
    names = people.names_by_login([owner for owner, *_rest in owners])
    new = []
    for owner, number, overdue in owners:
        words: dict[str, Any] = {"number": number, "late": overdue}
        new.append(
            NewMessage(
                document.digest.way, names.get(owner, owner), document.digest.addresses[owner],
                _("Warnings: %(number)s open, %(late)s late") % words, _listing(owner, document, on=on),
                subject=f"person:{owner}", about="warnings",
            )
        )  # fmt: skip
    messages.send_all(new, on=on, by=actor.login)
    DigestSent.objects.bulk_create(
        DigestSent(owner=owner, on=on, warnings=number) for owner, number, _l in owners
    )
    record(actor=actor, act="warnings.send_digest", subject=f"day:{on}", on=on, after={"owners": len(new)})
    return len(new)


def subject_of(found: RaisedWarning) -> str:
    """What the trail calls it: the customer's, or a cause of all."""
    return f"customer:{found.customer.no}" if found.customer else f"warning:{found.pk}"


def _listing(owner: str, document: Any, *, on: date) -> str:
    rows = RaisedWarning.objects.filter(state="open", owner=owner).select_related("customer")
    lines = [wording.line_of(row, document, on=on) for row in rows.order_by("due_on", "pk")[:LISTED]]
    return "\n".join(lines)
