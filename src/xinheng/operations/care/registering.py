"""Items, letters and calls are registered, and those of an unknown party joined to a file later."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Attached, Upload
from xinheng.facts.customers import queries as customers
from xinheng.operations.care import policy, rules, selecting
from xinheng.operations.care.errors import ItIsDone
from xinheng.operations.care.models import Entry
from xinheng.operations.care.naming import check_code, check_day, check_text, locked, next_no
from xinheng.operations.care.values import DIRECTIONS, NewEntry, named_in


@transaction.atomic
def register(*, actor: Actor, on: date, new: NewEntry) -> Entry:
    """Put a line into the register; one of an unknown party goes on the holding list (PRP-01, INF-09).

    Refuses: AccessDenied, CareInvalid, CustomerUnknown.
    """
    require(actor, "care.write", "register")
    care = policy.in_force(on)
    check_code("kind", named_in(care.register_.kinds, new.kind))
    check_code("direction", new.direction if new.direction in DIRECTIONS else None)
    customer = customers.get(actor, new.customer_no, on=on) if new.customer_no else None
    check_day("passed_on", new.passed_on, latest=on)
    kept = Entry.objects.create(
        no=next_no("R", on), kind=new.kind, direction=new.direction, customer=customer,
        sender=check_text("sender", new.sender, 120), receiver=check_text("receiver", new.receiver, 120),
        party=check_text("party", new.party or (customer.name if customer else ""), 200),
        about=check_text("about", new.about, 200),
        note=check_text("note", new.note, 1000, may_be_blank=True),
        is_confidential=new.is_confidential, passed_on=new.passed_on,
        due_on=rules.registered_by(new.passed_on, care), told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {"kind": kept.kind, "direction": kept.direction, "party": kept.party, "passed_on": kept.passed_on}
    record(actor=actor, act="care.register", subject=subject_of(kept), on=on, after=after)
    return kept


@transaction.atomic
def join(*, actor: Actor, on: date, no: str, customer_no: str) -> Entry:
    """Join a line of the holding list to the file of its customer.

    Refuses: AccessDenied, CareUnknown, CustomerUnknown, ItIsDone.
    """
    require(actor, "care.write", f"entry:{no}")
    entry = locked(Entry, selecting.entry(actor, no, on=on).pk)
    if entry.customer_id:
        raise ItIsDone(what=_("line of the register"), no=no)
    entry.customer = customers.get(actor, customer_no, on=on)
    entry.save(update_fields=["customer"])
    record(actor=actor, act="care.join", subject=subject_of(entry), on=on, after={"customer_no": customer_no})
    return entry


@transaction.atomic
def keep_paper(*, actor: Actor, on: date, no: str, upload: Upload) -> Attached:
    """Keep the letter or fax itself beside its line.

    Refuses: AccessDenied, CareUnknown, and as the archive does.
    """
    require(actor, "care.write", f"entry:{no}")
    entry = selecting.entry(actor, no, on=on)
    return archive.attach(actor=actor, on=on, subject=subject_of(entry), upload=upload)


def subject_of(entry: Entry) -> str:
    """What the trail calls it."""
    return f"entry:{entry.no}"
