"""Questions to the store of policies."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs.errors import (
    DraftUnknown,
    PolicyNameUnknown,
    PolicyNotInForce,
    PolicyUnknown,
    RevisionUnknown,
)
from xinheng.base.packs.headers import shipped
from xinheng.base.packs.models import PolicyDocument, PolicyDraft, PolicyRevision
from xinheng.base.packs.values import ShippedPack

DRAFT_STATES: dict[str, str | Promise] = {
    "open": _("being drafted"),
    "proposed": _("proposed"),
    "submitted": _("waiting for approval"),
    "adopted": _("adopted"),
    "rejected": _("rejected"),
    "discarded": _("given up"),
}


def documents(kind: str) -> QuerySet[PolicyDocument]:
    """Every version of every policy of a kind, by code, the newest first."""
    return PolicyDocument.objects.filter(kind=kind)


def not_adopted(kind: str) -> list[ShippedPack]:
    """The shipped packs of a kind of which no version was ever adopted, by code."""
    kept = set(documents(kind).order_by().values_list("code", flat=True).distinct())
    return [pack for pack in shipped(kind) if pack.header.code not in kept]


def documents_in_force(kind: str, *, on: date) -> QuerySet[PolicyDocument]:
    """The version of each policy of a kind that holds on a day, by code."""
    begun = documents(kind).filter(effective_from__lte=on)
    return begun.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=on)).order_by("code")


def texts_in_force(kind: str, *, on: date) -> dict[str, str]:
    """The text of each document of a kind on a day, by code: what the site adopted, else what is shipped."""
    adopted = {one.code: one.text for one in documents_in_force(kind, on=on)}
    return dict(_shipped_texts(kind, str(settings.PACKS_DIR))) | adopted


@lru_cache(maxsize=64)
def _shipped_texts(kind: str, _folder: str) -> tuple[tuple[str, str], ...]:
    return tuple((pack.header.code, pack.text) for pack in shipped(kind))


def in_force(kind: str, code: str, *, on: date) -> PolicyDocument:
    """The version of one policy that holds on a day. Refuses: PolicyNotInForce."""
    found = documents_in_force(kind, on=on).filter(code=code).first()
    if found is None:
        raise PolicyNotInForce(code=code, on=on)
    return found


# the hash of the version of one policy that holds on a day, as part of a statement; it takes four
# parameters: kind, code, and the day twice
SHA256_IN_FORCE = """(SELECT p.sha256 FROM packs_policydocument p WHERE p.kind = %s AND p.code = %s
    AND p.effective_from <= %s AND (p.effective_until IS NULL OR p.effective_until > %s))"""


def document(sha256: str) -> PolicyDocument:
    """The version with this hash, whether or not it still holds. Refuses: PolicyUnknown."""
    found = PolicyDocument.objects.filter(sha256=sha256).first()
    if found is None:
        raise PolicyUnknown(code=sha256[:12], version="")
    return found


def version(kind: str, code: str, number: str) -> PolicyDocument:
    """One version of one policy. Refuses: PolicyUnknown."""
    found = documents(kind).filter(code=code, version=number).first()
    if found is None:
        raise PolicyUnknown(code=code, version=number)
    return found


def drafts(actor: Actor, kind: str) -> QuerySet[PolicyDraft]:
    """The drafts an actor may see, the newest first: the own ones; all for who may adopt or reaches all.

    Refuses: AccessDenied.
    """
    access.require(actor, "policies.read")
    found = PolicyDraft.objects.filter(kind=kind)
    return found if _sees_all(actor) else found.filter(drafted_by=actor.login)


def draft(actor: Actor, draft_id: int) -> PolicyDraft:
    """One draft the actor may see. Refuses: AccessDenied, DraftUnknown."""
    access.require(actor, "policies.read", f"draft:{draft_id}")
    found = PolicyDraft.objects.filter(pk=draft_id).first()
    if found is None or not (_sees_all(actor) or found.drafted_by == actor.login):
        raise DraftUnknown(draft=draft_id)
    return found


def revisions(draft_id: int) -> QuerySet[PolicyRevision]:
    """The texts of a draft, the newest first. Not narrowed: for callers that asked for the draft."""
    return PolicyRevision.objects.filter(draft_id=draft_id)


def revision(actor: Actor, draft_id: int, number: int) -> PolicyRevision:
    """One text of a draft. Refuses: AccessDenied, DraftUnknown, RevisionUnknown."""
    found = revisions(draft(actor, draft_id).pk).filter(number=number).first()
    if found is None:
        raise RevisionUnknown(draft=draft_id, revision=number)
    return found


def may_change(actor: Actor, kept: PolicyDraft) -> bool:
    """Whether the actor may edit a draft: the own one, or any where one reaches every customer."""
    return actor.may("policies.draft") and (
        kept.drafted_by == actor.login or actor.scope.reach == "everything"
    )


def may_judge(actor: Actor, kept: PolicyDraft) -> bool:
    """Whether the actor may turn a proposal down: who may adopt policies, and did not write it."""
    return actor.may("policies.adopt") and kept.drafted_by != actor.login


def _sees_all(actor: Actor) -> bool:
    return actor.may("policies.adopt") or actor.scope.reach == "everything"


def text_named(actor: Actor, kind: str, name: str, *, on: date | None = None) -> tuple[str, str]:
    """A policy text by its name, as "adv@1", "shipped:adv" or "draft:3": its name in full, and the text.

    A code alone is the version in force on the day, where one is given. Refuses: AccessDenied, PolicyUnknown,
    PolicyNameUnknown, PolicyNotInForce, DraftUnknown.
    """
    access.require(actor, "policies.read", name[:80])
    where, sign, what = name.partition(":")
    if where == "draft" and what.isascii() and what.isdigit() and len(what) < 19:
        kept = draft(actor, int(what))
        text = revisions(kept.pk).filter(number=kept.revision).values_list("text", flat=True).first()
        return f"draft:{kept.pk}#{kept.revision}", text or ""
    if where == "shipped":
        found = {pack.header.code: pack for pack in shipped(kind)}
        if what in found:
            return f"shipped:{what}@{found[what].header.version}", found[what].text
    code, at, number = name.partition("@")
    known = documents(kind).order_by("code").values_list("code", flat=True).distinct()
    if sign or code not in known or not (at or on):
        raise PolicyNameUnknown(name=name[:80], codes=", ".join(known) or "—")
    held = version(kind, code, number) if on is None or at else in_force(kind, code, on=on)
    return f"{held.code}@{held.version}", held.text


def text_in_force(kind: str, code: str, *, on: date, shipped: Path) -> tuple[str, str]:
    """The text of a day and the name to cite it by: what the site adopted, else what is shipped."""
    kept = documents_in_force(kind, on=on).filter(code=code).first()
    return (kept.text, f"{code}.yaml") if kept else (shipped.read_text("utf-8"), shipped.name)
