"""Places of the archive, and what lies where."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.facts.custody import errors
from xinheng.facts.custody.models import Loan, Lying, Place
from xinheng.facts.custody.values import PLACE_KINDS, NewPlace
from xinheng.facts.dossiers import queries as dossiers

ORDER = list(PLACE_KINDS)


@transaction.atomic
def add_place(*, actor: Actor, on: date, unit: Any, new: NewPlace) -> Place:
    """Add a room, or a cabinet, shelf or box inside what is larger.

    Refuses: AccessDenied, PlaceUnknown (the one around it), CustodyInvalid: the code is taken or empty, the
    kind does not fit inside.
    """
    require(actor, "custody.write", f"place:{new.code}")
    code, name = new.code.strip().upper(), new.name.strip()
    if not code or len(code) > 40 or not code.isprintable() or any(mark in code for mark in " /"):
        raise errors.CustodyInvalid(cause=_("Give a code without blanks or slashes."), field="code")
    if not name or len(name) > 120:
        raise errors.CustodyInvalid(cause=_("Give it a name."), field="name")
    around = locked_place(new.inside) if new.inside.strip() else None
    fits = new.kind == "room" if around is None else ORDER.index(new.kind) > ORDER.index(around.kind)
    if new.kind not in ORDER or not fits:
        raise errors.CustodyInvalid(cause=_("This does not fit inside there."), field="kind")
    told = {"name": name, "kind": new.kind, "parent": around, "unit": around.unit if around else unit}
    try:
        with transaction.atomic():
            place = Place.objects.create(code=code, capacity=new.capacity, path="", **told)
    except IntegrityError as error:
        raise errors.CustodyInvalid(cause=_("The code is taken."), field="code") from error
    place.path = f"{around.path if around else '/'}{place.pk}/"
    place.save(update_fields=["path"])
    after = {
        "kind": new.kind,
        "name": name,
        "inside": around.code if around else "",
        "capacity": new.capacity,
    }
    record(actor=actor, act="custody.add_place", subject=f"place:{code}", on=on, after=after)
    return place


@transaction.atomic
def close_place(*, actor: Actor, on: date, code: str) -> Place:
    """Use a place no more; what lies there or inside must have been moved.

    Refuses: AccessDenied, PlaceUnknown, CustodyInvalid.
    """
    require(actor, "custody.write", f"place:{code}")
    place = locked_place(code)
    inside = Place.objects.filter(path__startswith=place.path, closed_on__isnull=True).exclude(pk=place.pk)
    if (
        Lying.objects.filter(place__path__startswith=place.path, until__isnull=True).exists()
        or inside.exists()
    ):
        raise errors.CustodyInvalid(cause=_("Something lies there yet, or a place is inside."), field="code")
    place.closed_on = on
    place.save(update_fields=["closed_on"])
    record(
        actor=actor, act="custody.close_place", subject=f"place:{place.code}", on=on, after={"closed_on": on}
    )
    return place


@transaction.atomic
def put(*, actor: Actor, on: date, at: datetime, code: str, place: str, why: str = "") -> Lying:
    """Put what has a bar code (a paper's label, a dossier's number) at a place; where it lay stays known.

    Refuses: AccessDenied, CodeUnknown, PlaceUnknown, PlaceFull, OriginalOut.
    """
    require(actor, "custody.write", f"place:{place}")
    paper = dossiers.papers_visible(actor, on).filter(label=code.strip()).first()
    if paper is not None:
        if loan := Loan.objects.filter(paper=paper, returned_at__isnull=True).first():
            raise errors.OriginalOut(paper=paper.label, holder=loan.holder, due=loan.due_at)
        return _put(actor, on, at, place, why=why, paper=paper)
    dossier = dossiers.dossiers_visible(actor, on).filter(no=code.strip()).first()
    if dossier is None:
        raise errors.CodeUnknown(code=code[:40])
    return put_bag(actor, on, at, dossier, place, why=why)


def put_bag(actor: Actor, on: date, at: datetime, dossier: Any, place: str, *, why: str = "") -> Lying:
    """Put the bag of a dossier at a place. Refuses: PlaceUnknown, PlaceFull."""
    return _put(actor, on, at, place, why=why, dossier=dossier)


def put_paper(actor: Actor, on: date, at: datetime, paper: Any, place: str, *, why: str = "") -> Lying:
    """Put a paper at a place. Refuses: PlaceUnknown, PlaceFull."""
    return _put(actor, on, at, place, why=why, paper=paper)


def follow_paper(sender: Any, *, paper: Any, **told: Any) -> None:  # noqa: ARG001 - as signals call
    """What was destroyed, withdrawn or lost lies nowhere any more."""
    Lying.objects.filter(paper=paper, until__isnull=True).update(until=timestamp())


def locked_place(code: str) -> Place:
    """An open place by its code, locked. Refuses: PlaceUnknown."""
    rows = Place.objects.select_for_update(of=("self",)).select_related("unit")
    found = rows.filter(code=code.strip().upper(), closed_on__isnull=True).first()
    if found is None:
        raise errors.PlaceUnknown(place=code[:40])
    return found


def _put(actor: Actor, on: date, at: datetime, place: str, *, why: str, **what: Any) -> Lying:
    there = locked_place(place)
    lying = Lying.objects.select_for_update().filter(until__isnull=True, **what).first()
    if lying and lying.place_id == there.pk:
        return lying
    held = Lying.objects.filter(place=there, until__isnull=True).count()
    if there.capacity is not None and held >= there.capacity:
        raise errors.PlaceFull(place=there.code, capacity=there.capacity)
    if lying:
        lying.until = max(at, lying.since)
        lying.save(update_fields=["until"])
    kept = Lying.objects.create(place=there, since=at, put_by=actor.login, why=why.strip()[:200], **what)
    thing = what.get("paper") or what["dossier"]
    subject = f"paper:{thing.label}" if "paper" in what else f"dossier:{thing.no}"
    before = {"place": lying.place.code} if lying else None
    record(actor=actor, act="custody.put", subject=subject, on=on, before=before, after={"place": there.code})
    return kept
