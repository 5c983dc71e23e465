"""Drafts of policies: begun, saved by revision, given up. No version in force is ever touched."""

from __future__ import annotations

import re
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.base.packs import headers
from xinheng.base.packs.errors import (
    DraftChanged,
    DraftClosed,
    DraftReasonMissing,
    DraftUnknown,
    DraftUnreadable,
    PolicyHeaderInvalid,
    RevisionUnknown,
)
from xinheng.base.packs.models import PolicyDraft, PolicyRevision
from xinheng.base.packs.queries import DRAFT_STATES, may_change, may_judge
from xinheng.base.packs.values import Header

LARGEST = 300_000  # characters
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # no database keeps them all
HEADED = {"code": 40, "version": 20, "name": 120, "name_en": 120}


@transaction.atomic
def begin_draft(
    *, actor: Actor, on: date, kind: str, text: str, started_from: str = "", purpose: str = ""
) -> PolicyDraft:
    """Begin a draft with a text; started_from says where the text was taken from.

    Refuses: AccessDenied, PolicyKindUnknown, DraftUnreadable.
    """
    access.require(actor, "policies.draft")
    headers.check_of(kind)
    text = _readable(text)
    draft = PolicyDraft(
        kind=kind,
        started_from=started_from[:80],
        purpose=_plain(purpose, 600),
        drafted_by=actor.login,
        drafted_on=on,
        changed_by=actor.login,
        changed_at=timestamp(),
    )
    _head(draft, text)
    draft.save(force_insert=True)
    _keep(draft, text, actor)
    _record(actor, on, "begin_draft", draft, started_from=draft.started_from)
    return draft


@transaction.atomic
def save_draft(
    *, actor: Actor, on: date, draft_id: int, revision: int, text: str, is_kept: bool = True
) -> PolicyDraft:
    """Save a new text; faults in it are kept too, since a draft is work in progress.

    revision: the one the writer saw. is_kept: false while one types; such a revision gives way to the next
    of the same writer, so that the list holds what people saved. The same text again changes nothing.
    Refuses: AccessDenied, DraftUnknown, DraftClosed, DraftChanged where somebody saved meanwhile,
    DraftUnreadable.
    """
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    draft = _open(actor, draft_id)
    text = _readable(text)
    newest = PolicyRevision.objects.get(draft=draft, number=draft.revision)
    if newest.text == text and (newest.is_kept or not is_kept):
        return draft
    if draft.revision != revision:
        raise DraftChanged(login=draft.changed_by, revision=draft.revision)
    goes_on = not newest.is_kept and newest.saved_by == actor.login
    if goes_on:
        newest.delete()
    draft.revision += 1
    draft.changed_by, draft.changed_at = actor.login, timestamp()
    _head(draft, text)
    draft.save()
    _keep(draft, text, actor, is_kept=is_kept)
    if is_kept or not goes_on:
        _record(actor, on, "save_draft", draft)
    return draft


@transaction.atomic
def restore_draft(*, actor: Actor, on: date, draft_id: int, revision: int, number: int) -> PolicyDraft:
    """Go back to an earlier revision; that too is a new one, so nothing is lost.

    Refuses: as save_draft, RevisionUnknown.
    """
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    _open(actor, draft_id)
    earlier = PolicyRevision.objects.filter(draft_id=draft_id, number=number).first()
    if earlier is None:
        raise RevisionUnknown(draft=draft_id, revision=number)
    return save_draft(actor=actor, on=on, draft_id=draft_id, revision=revision, text=earlier.text)


@transaction.atomic
def propose_draft(*, actor: Actor, on: date, draft_id: int, purpose: str) -> PolicyDraft:
    """Hand a draft to those who revise and submit policies, saying what the change is for (FOU-09).

    Refuses: AccessDenied, DraftUnknown, DraftClosed, DraftReasonMissing.
    """
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    draft = _open(actor, draft_id)
    if not _plain(purpose, 600):
        raise DraftReasonMissing(field="purpose")
    draft.purpose, draft.state = _plain(purpose, 600), "proposed"
    draft.save(update_fields=["purpose", "state"])
    _record(actor, on, "propose_draft", draft, reason=draft.purpose)
    return draft


@transaction.atomic
def reject_proposal(*, actor: Actor, on: date, draft_id: int, reason: str) -> PolicyDraft:
    """Turn a proposal down; it is kept with the reason (FOU-09).

    Only who may adopt policies, and not one's own. Refuses: AccessDenied, DraftUnknown, DraftClosed,
    DraftReasonMissing.
    """
    access.require(actor, "policies.adopt", f"draft:{draft_id}")
    draft = locked(draft_id)
    if not may_judge(actor, draft):
        raise DraftUnknown(draft=draft_id)
    if draft.state != "proposed":
        raise DraftClosed(draft=draft_id, state=DRAFT_STATES[draft.state])
    end(draft, "rejected", actor, on, needed(reason))
    _record(actor, on, "reject_proposal", draft, reason=draft.ended_why)
    return draft


@transaction.atomic
def discard_draft(*, actor: Actor, on: date, draft_id: int, reason: str = "") -> PolicyDraft:
    """Give a draft up; its revisions are kept. Refuses: AccessDenied, DraftUnknown, DraftClosed."""
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    draft = _open(actor, draft_id)
    end(draft, "discarded", actor, on, _plain(reason, 1000))
    _record(actor, on, "discard_draft", draft, reason=draft.ended_why)
    return draft


def text_of(draft: PolicyDraft) -> str:
    """The newest text of a draft."""
    kept = PolicyRevision.objects.filter(draft_id=draft.pk, number=draft.revision).first()
    return kept.text if kept else ""


def locked(draft_id: int) -> PolicyDraft:
    """The draft, held until the act is done. Refuses: DraftUnknown."""
    draft = PolicyDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise DraftUnknown(draft=draft_id)
    return draft


def end(draft: PolicyDraft, state: str, actor: Actor, on: date, why: str) -> None:
    """Leave a draft in a state, with who did it, when and why."""
    draft.state, draft.ended_by, draft.ended_on, draft.ended_why = state, actor.login, on, why
    draft.save(update_fields=["state", "ended_by", "ended_on", "ended_why"])


def needed(reason: str) -> str:
    """A reason that must be given. Refuses: DraftReasonMissing."""
    plain = _plain(reason, 1000)
    if not plain:
        raise DraftReasonMissing(field="reason")
    return plain


def _open(actor: Actor, draft_id: int) -> PolicyDraft:
    draft = locked(draft_id)
    if not may_change(actor, draft):
        raise DraftUnknown(draft=draft_id)
    if draft.state not in ("open", "proposed"):
        raise DraftClosed(draft=draft_id, state=DRAFT_STATES[draft.state])
    return draft


def _readable(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if len(text) > LARGEST:
        raise DraftUnreadable(cause=_("it is longer than %(most)s characters") % {"most": LARGEST})
    if CONTROL.search(text):
        raise DraftUnreadable(cause=_("it holds a control character"))
    return text


def _plain(words: str, most: int) -> str:
    return CONTROL.sub("", words).strip()[:most]


def _head(draft: PolicyDraft, text: str) -> None:
    """What the text says of itself, as far as it says it."""
    try:
        head: Header | None = headers.header_of(text)
    except PolicyHeaderInvalid:
        head = None
    for field, most in HEADED.items():
        setattr(draft, field, getattr(head, field)[:most] if head else getattr(draft, field))


def _keep(draft: PolicyDraft, text: str, actor: Actor, *, is_kept: bool = True) -> None:
    PolicyRevision.objects.create(
        draft=draft,
        number=draft.revision,
        text=text,
        saved_by=actor.login,
        saved_at=draft.changed_at,
        is_kept=is_kept,
    )


def _record(actor: Actor, on: date, act: str, draft: PolicyDraft, *, reason: str = "", **told: str) -> None:
    audit.record(
        actor=actor,
        act=f"policies.{act}",
        subject=f"draft:{draft.pk}",
        on=on,
        after={"code": draft.code, "version": draft.version, "revision": draft.revision, **told},
        reason=reason,
    )
