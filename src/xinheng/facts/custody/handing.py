"""A hand-over is expected, its list is written, and it is called off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.custody import errors, policy, selecting
from xinheng.facts.custody.documents import Scheme
from xinheng.facts.custody.models import Handover, HandoverLine, HandoverStep, Season, Signature
from xinheng.facts.custody.values import Expected, NewLine
from xinheng.facts.dossiers import queries as dossiers

MOST_LINES = 500


@transaction.atomic
def expect_handover(actor: Actor, on: date, scheme: str, subject: str, **told: Unpack[Expected]) -> Handover:
    """Start the clock of a hand-over on the day of its event; the same event again gives the one that waits.

    scheme: a code of `packs/<pack>/handovers.yaml`. The due day follows from it (RR-03, RR-04). Called by the
    room in which the event happened, in the transaction of its own act and after its own check of rights.
    Refuses: SchemeUnknown.
    """
    rule = policy.scheme(scheme, on)
    event = {"started_on": told["started_on"], "from_unit": told["from_unit"]}
    same = Handover.objects.filter(scheme=scheme, subject=subject, **event)
    if waiting := same.exclude(state="cancelled").first():
        return waiting
    return begin(actor, on, rule, subject=subject, **told)


@transaction.atomic
def open_handover(
    *, actor: Actor, on: date, scheme: str, subject: str, dossier_no: str = "", **told: Unpack[Expected]
) -> Handover:
    """Tell by hand that something is to be handed over, as of the day of its event.

    Refuses: AccessDenied, SchemeUnknown, CustodyInvalid (an event to come), DossierUnknown.
    """
    require(actor, "custody.write", subject)
    subject = subject.strip()
    if not subject or len(subject) > 120 or "\x00" in subject:
        raise errors.CustodyInvalid(cause=_("Say what it is about."), field="subject")
    if told["started_on"] > on:
        raise errors.CustodyInvalid(cause=_("The event has not happened yet."), field="started_on")
    if dossier_no.strip():
        told["dossier"] = dossiers.get_dossier(actor, dossier_no.strip(), on=on)
    return expect_handover(actor, on, scheme, subject, **told)


def begin(actor: Actor, on: date, rule: Scheme, **told: Any) -> Handover:
    """Write down that a hand-over waits, with the day it is due by its scheme."""
    due, unknown = rule.due.after(told["started_on"])
    kept = Handover.objects.create(
        scheme=rule.code, due_on=due, is_assumed=rule.due.assumed, without_calendar=list(unknown),
        told_by=actor.login, told_on=on, **told,
    )  # fmt: skip
    after = {"handover": kept.pk, "scheme": rule.code, "started_on": kept.started_on, "due_on": due}
    record(actor=actor, act="custody.expect_handover", subject=kept.subject, on=on, after=after)
    return kept


@transaction.atomic
def cancel_handover(*, actor: Actor, on: date, handover_id: int, why: str) -> Handover:
    """Call off a hand-over that nobody signed: its event did not happen, or was opened again (CTR-04).

    Refuses: AccessDenied, HandoverUnknown, HandoverClosed, CustodyInvalid.
    """
    require(actor, "custody.write", f"handover:{handover_id}")
    kept = selecting.locked_handover(actor, handover_id, on=on)
    return call_off(actor, on, kept, why)


def call_off(actor: Actor, on: date, kept: Handover, why: str) -> Handover:
    """Stop the clock of a hand-over; for the room whose event began it, and for whoever may by hand."""
    if kept.state not in ("open", "returned"):
        raise errors.HandoverClosed(handover=kept.pk)
    if not why.strip():
        raise errors.CustodyInvalid(cause=_("Say why."), field="why")
    kept.state, kept.cancelled_why = "cancelled", why.strip()[:300]
    kept.save(update_fields=["state", "cancelled_why"])
    after = {"handover": kept.pk, "state": "cancelled"}
    record(
        actor=actor, act="custody.cancel_handover", subject=kept.subject, on=on, after=after,
        reason=kept.cancelled_why,
    )  # fmt: skip
    return kept


@transaction.atomic
def cancel_waiting(actor: Actor, on: date, scheme: str, subject: str, why: str) -> int:
    """Stop the clocks of a scheme that wait for a subject; for the room whose event was undone. How many."""
    rows = Handover.objects.select_for_update().filter(
        scheme=scheme, subject=subject, state__in=("open", "returned")
    )
    for kept in rows:
        call_off(actor, on, kept, why)
    return len(rows)


@transaction.atomic
def write_list(*, actor: Actor, on: date, handover_id: int, lines: Sequence[NewLine]) -> list[HandoverLine]:
    """Write what is handed over and what is missing, in place of what was written before.

    A line of a season that was closed is marked as filed late (LAR-03). Refuses: AccessDenied,
    HandoverUnknown, HandoverClosed, ListChanged (somebody signed), CustodyInvalid naming the line: without a
    title, without a grade where the scheme asks for one (LAR-09), a copy where the grade wants the original
    (LAR-06).
    """
    require(actor, "custody.borrow", f"handover:{handover_id}")
    kept = selecting.locked_handover(actor, handover_id, on=on)
    open_for_list(kept)
    if len(lines) > MOST_LINES:
        raise errors.CustodyInvalid(cause=_("A list has at most %(most)s lines.") % {"most": MOST_LINES})
    rule = policy.scheme(kept.scheme, kept.told_on)
    closed = Season.objects.filter(closed_on__isnull=False).exclude(pk=kept.season_id or 0)
    last_closed = max(closed.values_list("last", flat=True), default=None)
    rows = []
    for place, line in enumerate(lines, start=1):
        _check_line(place, line, rule, on)
        is_late = bool(last_closed and line.formed_on and line.formed_on <= last_closed and rule.grade_needed)
        told = {
            "item": line.item[:40], "title": line.title.strip()[:200], "copy_form": line.copy_form,
            "secrecy": line.secrecy, "pages": line.pages, "formed_on": line.formed_on,
            "is_missing": line.is_missing, "is_late_filing": is_late, "note": line.note.strip()[:200],
        }  # fmt: skip
        rows.append(HandoverLine(handover=kept, place_in_list=place, paper_id=line.paper_id, **told))
    HandoverLine.objects.filter(handover=kept).delete()
    HandoverLine.objects.bulk_create(rows)
    after = {
        "handover": kept.pk,
        "lines": len(rows),
        "missing": sum(row.is_missing for row in rows),
    }
    record(actor=actor, act="custody.write_list", subject=kept.subject, on=on, after=after)
    return rows


def open_for_list(kept: Handover) -> None:
    """Refuse a hand-over that is closed, or whose list somebody signed this time round."""
    if kept.state not in ("open", "returned"):
        raise errors.HandoverClosed(handover=kept.pk)
    if Signature.objects.filter(handover=kept, round=kept.round).exists():
        raise errors.ListChanged(handover=kept.pk)


def step_done(actor: Actor, on: date, kept: Handover, step: str, note: str = "") -> HandoverStep:
    """Note a step of this round as done."""
    return HandoverStep.objects.create(
        handover=kept, round=kept.round, step=step, on=on, by=actor.login, note=note.strip()[:300]
    )


def _check_line(place: int, line: NewLine, rule: Scheme, on: date) -> None:
    def wrong(cause: str, field: str) -> errors.CustodyInvalid:
        return errors.CustodyInvalid(
            cause=_("Line %(line)s: %(cause)s") % {"line": place, "cause": cause}, field=field
        )

    if not line.title.strip():
        raise wrong(_("the title is missing."), "title")
    if line.formed_on and line.formed_on > on:
        raise wrong(_("the day is to come."), "formed_on")
    if line.is_missing:
        return
    if rule.grade_needed and not line.secrecy and not line.is_not_secret:
        raise wrong(_("give its grade of secrecy, or tick that it is not secret."), "secrecy")
    bound = rule.original_from if line.secrecy and line.copy_form != "original" else None
    if bound and secrecy.rank(line.secrecy, on) >= secrecy.rank(bound, on):
        cause = _("of this grade the original must be in the archive room; a copy is refused.")
        raise wrong(cause, "copy_form")
