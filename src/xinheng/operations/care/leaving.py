"""A person leaves: what is held goes over, signed by both; customers learn of the successor (INF-06, -11)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.working_days import add_working_days
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.dossiers import queries as dossiers
from xinheng.operations.care import policy, selecting
from xinheng.operations.care.errors import CareInvalid, ItemsOpen, ItIsDone
from xinheng.operations.care.models import Departure, Entry, Handed
from xinheng.operations.care.naming import check_person, check_text, locked, next_no


@transaction.atomic
def begin_departure(
    *, actor: Actor, on: date, login: str, successor: str, receiver: str, leaves_on: date
) -> Departure:
    """Begin the leaving of a person: the list of all that the system knows it holds.

    receiver: who takes the data for the department. Refuses: AccessDenied, CareInvalid, ItIsDone.
    """
    require(actor, "care.write", f"person:{login}")
    leaver, heir = check_person("login", login), check_person("successor", successor)
    taker = check_person("receiver", receiver)
    if leaver in {heir, taker}:
        cause = _("A leaver hands over to somebody else.")
        raise CareInvalid(cause=cause, field="successor")
    if Departure.objects.filter(login=leaver, done_on__isnull=True).exists():
        raise ItIsDone(what=_("departure"), no=leaver)
    kept = Departure.objects.create(
        login=leaver, successor=heir, receiver=taker, leaves_on=leaves_on, begun_by=actor.login, begun_on=on
    )
    held = customers.answering(on=on).filter(person__login=leaver).select_related("customer", "unit")
    rows = [
        Handed(
            departure=kept, kind="customer", subject=f"customer:{one.customer.no}",
            words=f"{one.customer.no} {one.customer.name}",
        )
        for one in held
    ]  # fmt: skip
    mine = dossiers.dossiers_visible(actor, on).filter(custodian=leaver, closed_on__isnull=True)
    rows += [
        Handed(departure=kept, kind="dossier", subject=f"dossier:{one.no}", words=f"{one.no} {one.title}")
        for one in mine
    ]
    Handed.objects.bulk_create(rows)
    after = {"successor": heir, "receiver": taker, "leaves_on": leaves_on, "items": len(rows)}
    record(actor=actor, act="care.begin_departure", subject=f"person:{leaver}", on=on, after=after)
    return kept


@transaction.atomic
def add_item(*, actor: Actor, on: date, departure_id: int, words: str) -> Handed:
    """Add what the system does not know of, as a notebook.

    Refuses: AccessDenied, CareUnknown, ItIsDone.
    """
    require(actor, "care.write", f"departure:{departure_id}")
    departure = _open(actor, departure_id)
    kept = Handed.objects.create(departure=departure, kind="other", words=check_text("words", words, 200))
    record(
        actor=actor, act="care.add_item", subject=f"person:{departure.login}", on=on, after={"item": words}
    )
    return kept


@transaction.atomic
def sign_item(*, actor: Actor, on: date, item_id: int, missing: str = "") -> Handed:
    """Sign for one item: the leaver that it was given, then the receiver or successor that it was taken.

    missing: what was not there, noted by whoever signs. Refuses: AccessDenied, CareUnknown, ItIsDone.
    """
    require(actor, "care.write", f"handed:{item_id}")
    item = locked(Handed, selecting.handed(item_id).pk)
    departure = _open(actor, item.departure_id)
    side = "given" if actor.login == departure.login else "taken"
    if side == "taken" and actor.login not in {departure.receiver, departure.successor}:
        cause = _("Only the receiver or the successor signs for what is taken.")
        raise CareInvalid(cause=cause, field="item")
    if getattr(item, f"{side}_on"):
        raise ItIsDone(what=_("signature"), no=item.pk)
    setattr(item, f"{side}_on", on)
    item.missing = check_text("missing", missing, 300, may_be_blank=True) or item.missing
    item.save(update_fields=[f"{side}_on", "missing"])
    after = {"item": item.words, "side": side, "missing": item.missing}
    record(actor=actor, act="care.sign_item", subject=f"person:{departure.login}", on=on, after=after)
    return item


@transaction.atomic
def finish_departure(*, actor: Actor, on: date, departure_id: int) -> Departure:
    """End a leaving: customers pass to the successor, are told so, and are to be met within the days.

    Refuses: AccessDenied, CareUnknown, ItIsDone, ItemsOpen as long as one item lacks a signature.
    """
    require(actor, "care.write", f"departure:{departure_id}")
    departure = _open(actor, departure_id)
    items = list(Handed.objects.filter(departure=departure))
    waiting = [one for one in items if not (one.given_on and one.taken_on)]
    if waiting:
        raise ItemsOpen(person=departure.login, open=len(waiting), first=waiting[0].words)
    met_by = add_working_days(departure.leaves_on, policy.in_force(on).departures.successor_days).day
    for item in items:
        if item.kind == "customer":
            _pass_on(item, departure, met_by, actor=actor, on=on)
    departure.done_on = on
    departure.save(update_fields=["done_on"])
    after = {"items": len(items), "met_by": met_by}
    record(actor=actor, act="care.finish_departure", subject=f"person:{departure.login}", on=on, after=after)
    return departure


def _pass_on(item: Handed, departure: Departure, met_by: date, *, actor: Actor, on: date) -> None:
    no = item.subject.removeprefix("customer:")
    customer = customers.get(actor, no, on=on)
    unit = customers.responsible([customer], on=on)[customer.pk].unit.code
    files.assign_responsibility(actor=actor, on=on, no=no, unit_code=unit, person_login=departure.successor)
    Entry.objects.create(
        no=next_no("R", on), kind="letter", direction="out", customer=customer, party=customer.name,
        sender=departure.receiver, receiver=customer.name,
        about=_("Notice of your new contact: %(login)s") % {"login": departure.successor},
        passed_on=on, due_on=on, told_by=actor.login, told_on=on,
    )  # fmt: skip
    item.told_on, item.met_due_on = on, met_by
    item.save(update_fields=["told_on", "met_due_on"])


def _open(actor: Actor, departure_id: int) -> Departure:
    departure = locked(Departure, selecting.departure(actor, departure_id).pk)
    if departure.done_on:
        raise ItIsDone(what=_("departure"), no=departure.login)
    return departure
