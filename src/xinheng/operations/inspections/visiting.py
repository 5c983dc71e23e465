"""A visit is recorded, evidence is kept with its hash, and the notice is signed."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.clock import at_site
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.operations.inspections import policy, selecting
from xinheng.operations.inspections.documents import named_in
from xinheng.operations.inspections.errors import InspectionInvalid
from xinheng.operations.inspections.models import Case, Exhibit, Finding, Signature, Visit
from xinheng.operations.inspections.naming import check_code, check_day, check_text, inspectors_named
from xinheng.operations.inspections.values import Drawn, NewExhibit, VisitTold
from xinheng.operations.inspections.wording import ROLE_WORDS

PNG = b"\x89PNG\r\n\x1a\n"
LEAST_DRAWING = 200  # bytes of a PNG on which something was drawn
WITH_EVIDENCE = ("assigned", "visited", "found", "confirmed", "appealed")


@transaction.atomic
def record_visit(*, actor: Actor, on: date, no: str, told: VisitTold) -> Visit:
    """Record what a visit saw, by at least so many inspectors with work passes as the rules ask for.

    Refuses: AccessDenied, CaseUnknown, OutOfTurn, InspectionInvalid.
    """
    access.require(actor, "inspections.write", f"inspection:{no[:20]}")
    found = selecting.case_in_state(actor, no, "assigned", "visited")
    least = policy.in_force(on).least_inspectors
    people = inspectors_named("inspectors", told.inspectors, least=least)
    check_day("visited_at", at_site(told.visited_at).date(), latest=on, earliest=found.opened_on)
    kept = Visit.objects.create(
        case=found, visited_at=told.visited_at, inspectors=people,
        meter_no=check_text("meter_no", told.meter_no, 40, may_be_blank=True),
        seals=check_text("seals", told.seals, 300, may_be_blank=True),
        load_kw=_measured("load_kw", told.load_kw), clamp_amperes=_measured("clamp", told.clamp_amperes),
        met=check_text("met", told.met, 200, may_be_blank=True),
        note=check_text("note", told.note, 2000, may_be_blank=True), told_by=actor.login, told_on=on,
    )  # fmt: skip
    found.state = "visited"
    found.save(update_fields=["state"])
    after = {"case": found.no, "inspectors": [one["login"] for one in people], "meter_no": kept.meter_no,
             "seals": kept.seals, "load_kw": kept.load_kw, "visited_at": kept.visited_at}  # fmt: skip
    record(actor=actor, act="inspections.record_visit", subject=f"inspection:{found.no}", on=on, after=after)
    return kept


@transaction.atomic
def add_exhibit(*, actor: Actor, on: date, no: str, new: NewExhibit, upload: Upload) -> Exhibit:
    """Keep a piece of evidence beside a case: its bytes unchanged, with hash, who, when and where.

    The same bytes again are refused, so a photograph cannot count twice. Refuses: AccessDenied, CaseUnknown,
    OutOfTurn, InspectionInvalid, and as archive.services.attach does.
    """
    access.require(actor, "inspections.write", f"inspection:{no[:20]}")
    found = selecting.case_in_state(actor, no, *WITH_EVIDENCE)
    check_code("kind", named_in(policy.in_force(on).exhibits, new.kind))
    check_day("taken_at", at_site(new.taken_at).date(), latest=on)
    subject = f"inspection:{found.no}"
    attached = archive.attach(actor=actor, on=on, subject=subject, upload=upload)
    told = {
        "kind": new.kind, "attachment_id": attached.id, "file_name": attached.file_name,
        "sha256": attached.sha256, "taken_at": new.taken_at, "taken_by": actor.login, "told_on": on,
        "place": check_text("place", new.place, 200, may_be_blank=True),
        "note": check_text("note", new.note, 300, may_be_blank=True),
    }  # fmt: skip
    try:
        with transaction.atomic():
            kept = Exhibit.objects.create(case=found, **told)
    except IntegrityError as error:
        raise InspectionInvalid(
            cause=_("This file is evidence of the case already."), field="file"
        ) from error
    after = {"case": found.no, "kind": kept.kind, "sha256": kept.sha256, "taken_at": kept.taken_at,
             "place": kept.place}  # fmt: skip
    record(actor=actor, act="inspections.add_exhibit", subject=subject, on=on, after=after)
    return kept


@transaction.atomic
def sign(*, actor: Actor, on: date, at: datetime, no: str, drawn: Drawn) -> Signature:
    """Keep a signature drawn on the notice, with the hash of what was signed, or that it was refused.

    Only the consumer may refuse; a witness then signs. Refuses: AccessDenied, CaseUnknown, OutOfTurn,
    InspectionInvalid.
    """
    access.require(actor, "inspections.write", f"inspection:{no[:20]}")
    found = selecting.case_in_state(actor, no, "found")
    check_code("role", drawn.role if drawn.role in ROLE_WORDS else None)
    name = check_text("name", drawn.name, 120)
    if drawn.refused and drawn.role != "consumer":
        raise InspectionInvalid(cause=_("Only the consumer may refuse to sign."), field="refused")
    drawing = None
    if not drawn.refused:
        if not (drawn.png.startswith(PNG) and len(drawn.png) > LEAST_DRAWING):
            raise InspectionInvalid(cause=_("The drawing is empty."), field="drawing")
        file = Upload(f"signature-{found.no}-{drawn.role}.png", drawn.png)
        drawing = archive.keep(actor=system_actor(), on=on, upload=file)
    told = {"drawing": drawing, "refused": drawn.refused, "sheet_sha256": sheet_hash(found), "signed_at": at,
            "told_by": actor.login}  # fmt: skip
    kept, is_new = Signature.objects.get_or_create(case=found, role=drawn.role, name=name, defaults=told)
    if not is_new:
        raise InspectionInvalid(cause=_("%(name)s has signed.") % {"name": name}, field="name")
    after = {"case": found.no, "role": kept.role, "name": name, "refused": kept.refused,
             "sheet_sha256": kept.sheet_sha256}  # fmt: skip
    record(actor=actor, act="inspections.sign", subject=f"inspection:{found.no}", on=on, after=after)
    return kept


def sheet_hash(found: Case) -> str:
    """The hash of what the notice rests on: visits, evidence, finding and money."""
    visits = list(Visit.objects.filter(case=found).values("visited_at", "inspectors", "meter_no", "seals"))
    exhibits = list(Exhibit.objects.filter(case=found).values_list("sha256", flat=True))
    fields = ("kind", "found_on", "method", "breach", "rules", "facts", "fee_minor", "penalty_minor")
    finding = list(Finding.objects.filter(case=found).values(*fields))
    text = json.dumps([found.no, visits, exhibits, finding], ensure_ascii=False, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()


def _measured(field: str, value: Decimal | None) -> Decimal | None:
    if value is not None and not (value.is_finite() and 0 <= value < 10**8):
        raise InspectionInvalid(cause=_("A measured figure is not below zero."), field=field)
    return value
