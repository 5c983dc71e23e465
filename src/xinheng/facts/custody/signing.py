"""Both sides sign for a list, each by its own password or by hand; one signature alone accepts nothing."""

from __future__ import annotations

import json
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.errors import PersonUnknown
from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.custody import errors, policy, selecting
from xinheng.facts.custody.documents import STEPS, Scheme
from xinheng.facts.custody.handing import step_done
from xinheng.facts.custody.models import Handover, HandoverLine, HandoverStep, Signature
from xinheng.facts.custody.values import SIDES, STEP_WORDS, Hand

SIGNED = ["title", "item", "copy_form", "secrecy", "pages", "formed_on", "is_missing", "note"]
PNG = b"\x89PNG\r\n\x1a\n"


@transaction.atomic
def sign(*, actor: Actor, on: date, at: datetime, handover_id: int, side: str, hand: Hand) -> Handover:
    """Sign a list for one side; the second signature accepts the hand-over on its day.

    hand: whose signature; the password of that login, or a drawing that is kept with its hash. The actor is
    who is at the device. Refuses: AccessDenied, HandoverUnknown, HandoverClosed, StepSkipped (the giver has
    not checked), CustodyInvalid (an empty list), SignatureRefused.
    """
    require(actor, "custody.borrow", f"handover:{handover_id}")
    kept = selecting.locked_handover(actor, handover_id, on=on)
    rule = policy.scheme(kept.scheme, kept.told_on)
    if kept.state not in ("open", "returned"):
        raise errors.HandoverClosed(handover=kept.pk)
    require_turn(kept, rule, "sign")
    lines = HandoverLine.objects.filter(handover=kept)
    if side not in SIDES:
        raise errors.SignatureRefused(cause=_("There is no such side."), field="side")
    if not kept.is_nil and not lines.exists():
        raise errors.CustodyInvalid(cause=_("The list is empty."), field="lines")
    signer = _signer(kept, side, hand, on=on)
    drawing = None
    if hand.drawing:
        file = Upload(f"signature-{kept.pk}-{kept.round}-{side}.png", hand.drawing)
        drawing = archive.keep(actor=system_actor(), on=on, upload=file)
    Signature.objects.create(
        handover=kept, round=kept.round, side=side, login=signer.login, name=signer.name,
        way="hand" if drawing else "login", drawing=drawing, list_sha256=hash_of(kept), on=on, at=at,
    )  # fmt: skip
    after: dict[str, Any] = {"handover": kept.pk, "side": side, "login": signer.login,
                             "by_hand": bool(drawing)}  # fmt: skip
    if len(sides_signed(kept)) == len(SIDES):
        _accept(actor, on, kept, rule)
        after |= {"accepted_on": on, "due_on": kept.due_on}
    record(actor=actor, act="custody.sign", subject=kept.subject, on=on, after=after)
    return kept


@transaction.atomic
def hand_in_nil(*, actor: Actor, on: date, handover_id: int, is_nil: bool = True) -> Handover:
    """Say that there is nothing to hand over (LAR-04), or take that back; both sides sign for it too.

    Refuses: AccessDenied, HandoverUnknown, HandoverClosed, ListChanged, CustodyInvalid.
    """
    require(actor, "custody.borrow", f"handover:{handover_id}")
    kept = selecting.locked_handover(actor, handover_id, on=on)
    if kept.state not in ("open", "returned"):
        raise errors.HandoverClosed(handover=kept.pk)
    if sides_signed(kept):
        raise errors.ListChanged(handover=kept.pk)
    lines = HandoverLine.objects.filter(handover=kept, is_missing=False)
    if is_nil and (not policy.scheme(kept.scheme, kept.told_on).nil_allowed or lines.exists()):
        raise errors.CustodyInvalid(cause=_("A nil return is not possible here."), field="is_nil")
    kept.is_nil = is_nil
    kept.save(update_fields=["is_nil"])
    after = {"handover": kept.pk, "is_nil": is_nil}
    record(actor=actor, act="custody.hand_in_nil", subject=kept.subject, on=on, after=after)
    return kept


def hash_of(kept: Handover) -> str:
    """The hash of a list as it stands, which both signatures carry."""
    rows = [
        {name: str(value) for name, value in row.items()}
        for row in HandoverLine.objects.filter(handover=kept).values(*SIGNED)
    ]
    text = json.dumps([kept.subject, kept.is_nil, rows], ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()


def sides_signed(kept: Handover) -> set[str]:
    """The sides that signed this time round."""
    rows = Signature.objects.filter(handover=kept, round=kept.round)
    return set(rows.order_by().values_list("side", flat=True))


def steps_done(kept: Handover) -> set[str]:
    """The steps done this time round."""
    rows = HandoverStep.objects.filter(handover=kept, round=kept.round)
    return set(rows.order_by().values_list("step", flat=True))


def require_turn(kept: Handover, rule: Scheme, step: str) -> None:
    """Refuse a step out of turn, done before, or not of the scheme: StepSkipped, CustodyInvalid …"""
    done = steps_done(kept)
    if step not in rule.steps or step in done:
        raise errors.CustodyInvalid(cause=_("This step is done, or not of this hand-over."), field="step")
    before = [one for one in STEPS[: STEPS.index(step)] if one in rule.steps and one not in done]
    if not before:
        return
    if before[0] == "sign" and len(signed := sides_signed(kept)) < len(SIDES):
        side = next(one for one in SIDES if one not in signed)
        raise errors.SignatureMissing(handover=kept.pk, side=str(SIDES[side]))
    raise errors.StepSkipped(step=str(STEP_WORDS[step]), first=str(STEP_WORDS[before[0]]))


def _signer(kept: Handover, side: str, hand: Hand, *, on: date) -> Any:
    try:
        person = people.person_by_login(hand.login)
    except PersonUnknown as error:
        raise errors.SignatureRefused(cause=_("login or password is wrong."), field="login") from error
    if hand.drawing and not (hand.drawing.startswith(PNG) and len(hand.drawing) > 200):
        raise errors.SignatureRefused(cause=_("the drawing is empty."), field="drawing")
    if not person.is_active or (not hand.drawing and not person.check_password(hand.password)):
        raise errors.SignatureRefused(cause=_("login or password is wrong."), field="password")
    given = Signature.objects.filter(handover=kept, round=kept.round)
    if given.filter(side=side).exists():
        raise errors.SignatureRefused(cause=_("this side has signed."), field="side")
    if given.filter(login=person.login).exists():
        raise errors.SignatureRefused(cause=_("nobody signs for both sides."), field="login")
    unit = kept.from_unit if side == "giver" else kept.to_unit
    placed = people.assignments(system_actor(), on=on).filter(person=person, unit__path__startswith=unit.path)
    if not (side == "giver" and kept.owner == person.login) and not placed.exists():
        cause = _("%(name)s is not of %(unit)s.") % {"name": person.name, "unit": unit.name}
        raise errors.SignatureRefused(cause=cause, field="login")
    return person


def _accept(actor: Actor, on: date, kept: Handover, rule: Scheme) -> None:
    """Both signed: the hand-over is accepted, and where several file the same the earliest counts."""
    kept.state, kept.accepted_on = "received", on
    if rule.verify_within:
        kept.verify_by = rule.verify_within.after(on)[0]
    if rule.single:
        same = Handover.objects.filter(scheme=kept.scheme, subject=kept.subject, accepted_on__isnull=False)
        kept.same_as = same.exclude(pk=kept.pk).filter(same_as__isnull=True).order_by("accepted_on").first()
    step_done(actor, on, kept, "sign")
    if rule.steps[-1] == "sign":
        kept.state, kept.done_on = "done", on
    kept.save()
