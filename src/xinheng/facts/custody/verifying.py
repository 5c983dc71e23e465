"""What follows the signatures: the archivist checks, sends back for correction, scans, shelves and files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.custody import errors, policy, selecting, signing
from xinheng.facts.custody.handing import begin, step_done
from xinheng.facts.custody.models import Handover, HandoverLine, Place
from xinheng.facts.custody.placing import put_bag
from xinheng.facts.custody.values import Finding


@transaction.atomic
def check_before(*, actor: Actor, on: date, handover_id: int, note: str = "") -> Handover:
    """The giver has checked the papers, before anybody signs (VEH-05, VEH-08).

    Refuses: AccessDenied, HandoverUnknown, HandoverClosed, CustodyInvalid (not a step here, or done).
    """
    require(actor, "custody.borrow", f"handover:{handover_id}")
    kept = selecting.locked_handover(actor, handover_id, on=on)
    if kept.state not in ("open", "returned"):
        raise errors.HandoverClosed(handover=kept.pk)
    signing.require_turn(kept, policy.scheme(kept.scheme, kept.told_on), "check")
    step_done(actor, on, kept, "check", note)
    _told(actor, on, kept, "custody.check_before", step="check")
    return kept


@transaction.atomic
def verify(
    *, actor: Actor, on: date, handover_id: int, findings: Sequence[Finding], exception: str = ""
) -> Handover:
    """The archivist has looked at each line; the clock of the next hand-over starts on this day (CTR-06).

    exception: why it is verified though papers are missing (CTR-05). Refuses: AccessDenied, HandoverUnknown,
    SignatureMissing, StepSkipped, CustodyInvalid: a line nobody looked at, one that is wrong (return it), or
    missing papers without a written exception.
    """
    require(actor, "custody.write", f"handover:{handover_id}")
    kept = selecting.locked_handover(actor, handover_id, on=on)
    rule = policy.scheme(kept.scheme, kept.told_on)
    signing.require_turn(kept, rule, "verify")
    _note_findings(kept, findings)
    lines = HandoverLine.objects.filter(handover=kept)
    if (left := lines.filter(is_missing=False, is_right__isnull=True).first()) is not None:
        cause = _("“%(title)s” was not looked at.") % {"title": left.title}
        raise errors.CustodyInvalid(cause=cause, field="findings")
    if (wrong := lines.filter(is_right=False).first()) is not None:
        cause = _("“%(title)s” is not right: send the list back for correction.") % {"title": wrong.title}
        raise errors.CustodyInvalid(cause=cause, field="findings")
    if lines.filter(is_missing=True).exists() and not exception.strip():
        cause = _("Papers are missing: write down why it is verified all the same.")
        raise errors.CustodyInvalid(cause=cause, field="exception")
    kept.verified_on, kept.exception = on, exception.strip()[:300]
    step_done(actor, on, kept, "verify", exception)
    _close_after(kept, "verify", on)
    _told(actor, on, kept, "custody.verify", verified_on=on, reason=kept.exception)
    if rule.then:
        begin(
            actor, on, policy.scheme(rule.then, on), subject=kept.subject, dossier=kept.dossier,
            from_unit=kept.to_unit, to_unit=_archive_unit(kept), started_on=on, owner=actor.login,
            follows=kept,
        )  # fmt: skip
    return kept


@transaction.atomic
def send_back(
    *, actor: Actor, on: date, handover_id: int, why: str, findings: Sequence[Finding] = ()
) -> Handover:
    """Send a list back for correction; it is signed anew, and its first deadline stands (VEH-08).

    Refuses: AccessDenied, HandoverUnknown, HandoverClosed, CustodyInvalid (no reason).
    """
    require(actor, "custody.write", f"handover:{handover_id}")
    kept = selecting.locked_handover(actor, handover_id, on=on)
    if kept.state != "received" or kept.verified_on:
        raise errors.HandoverClosed(handover=kept.pk)
    if not why.strip():
        raise errors.CustodyInvalid(cause=_("Say what is to be corrected."), field="why")
    _note_findings(kept, findings)
    step_done(actor, on, kept, "return", why)
    kept.state, kept.round, kept.accepted_on, kept.verify_by = "returned", kept.round + 1, None, None
    kept.save()
    HandoverLine.objects.filter(handover=kept).update(is_right=None)
    _told(actor, on, kept, "custody.send_back", due_on=kept.due_on, reason=why.strip())
    return kept


@transaction.atomic
def do_step(
    *, actor: Actor, on: date, at: datetime, handover_id: int, step: str, place: str = ""
) -> Handover:
    """Note that the papers were scanned, shelved or filed, in this order; the last step ends it.

    place: where the bag of the dossier is put with "shelve". Refuses: AccessDenied, HandoverUnknown,
    HandoverClosed, StepSkipped, SignatureMissing, CustodyInvalid, PlaceUnknown, PlaceFull.
    """
    require(actor, "custody.write", f"handover:{handover_id}")
    kept = selecting.locked_handover(actor, handover_id, on=on)
    if step not in ("scan", "shelve", "record"):
        raise errors.CustodyInvalid(cause=_("There is no such step."), field="step")
    if kept.state in ("done", "cancelled"):
        raise errors.HandoverClosed(handover=kept.pk)
    signing.require_turn(kept, policy.scheme(kept.scheme, kept.told_on), step)
    if step == "shelve" and place.strip() and kept.dossier:
        put_bag(actor, on, at, kept.dossier, place.strip(), why=_("hand-over %(no)s") % {"no": kept.pk})
    step_done(actor, on, kept, step, place)
    _close_after(kept, step, on)
    _told(actor, on, kept, "custody.do_step", step=step, place=place)
    return kept


def _note_findings(kept: Handover, findings: Sequence[Finding]) -> None:
    lines = {one.pk: one for one in HandoverLine.objects.filter(handover=kept)}
    for finding in findings:
        line = lines.get(finding.line_id)
        if line is None:
            raise errors.CustodyInvalid(cause=_("The list has no such line."), field="findings")
        found = finding.found.strip()
        if finding.pages is not None and line.pages is not None and finding.pages != line.pages:
            words = {"told": line.pages, "counted": finding.pages}
            found = f"{found} {_('pages: %(told)s told, %(counted)s counted') % words}".strip()
        line.is_right, line.found = finding.is_right, found[:200]
    HandoverLine.objects.bulk_update(lines.values(), ["is_right", "found"])


def _close_after(kept: Handover, step: str, on: date) -> None:
    if policy.scheme(kept.scheme, kept.told_on).steps[-1] == step:
        kept.state, kept.done_on = "done", on
    kept.save()


def _archive_unit(kept: Handover) -> object:
    """The unit of the archive room; where there is none yet, who received."""
    room = Place.objects.filter(kind="room", closed_on__isnull=True).select_related("unit").first()
    return room.unit if room else kept.to_unit


def _told(actor: Actor, on: date, kept: Handover, act: str, *, reason: str = "", **after: object) -> None:
    told = {"handover": kept.pk, "state": kept.state, **after}
    record(actor=actor, act=act, subject=kept.subject, on=on, after=told, reason=reason)
