"""Policy documents: adopted by version, in force by day, never edited."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs.adopting import put_in_force
from xinheng.base.packs.approving import chain, refuse_own_draft, submit_draft
from xinheng.base.packs.documents import line_in, read_document
from xinheng.base.packs.drafts import (
    begin_draft,
    discard_draft,
    propose_draft,
    reject_proposal,
    restore_draft,
    save_draft,
)
from xinheng.base.packs.errors import PolicyUnknown
from xinheng.base.packs.headers import own, shipped
from xinheng.base.packs.models import PolicyDocument, PolicyDraft
from xinheng.base.packs.queries import documents, in_force
from xinheng.base.packs.values import Header, ShippedPack

__all__ = [
    "Header",
    "PolicyDocument",
    "PolicyDraft",
    "ShippedPack",
    "adopt",
    "adopt_shipped",
    "begin_draft",
    "chain",
    "discard_draft",
    "documents",
    "in_force",
    "line_in",
    "own",
    "propose_draft",
    "read_document",
    "reject_proposal",
    "restore_draft",
    "save_draft",
    "shipped",
    "submit_draft",
]


@transaction.atomic
def adopt(
    *, actor: Actor, on: date, kind: str, text: str, effective_from: date, past_chain_why: str = ""
) -> PolicyDocument:
    """Adopt the first version of a policy from a day on; a further one goes through the chain of approval.

    past_chain_why: adopts a further version all the same and ends the one before (RR-11), in an emergency;
    it takes a right of its own, and the reason stands on the trail. The owner of the kind checks the text
    first. The same text under the same version again changes nothing. Refuses: AccessDenied,
    PolicyKindUnknown, what the owner refuses (PolicyInvalid), PolicyHeaderInvalid, PolicyVersionExists,
    PolicyDayTaken, ChainNeeded, DrafterMayNotApprove.
    """
    access.require(actor, "policies.adopt")
    why = past_chain_why.strip()[:300]
    if why:
        access.require(actor, "emergency.adopt")
    refuse_own_draft(actor, kind, text)
    kept = put_in_force(
        actor=actor, on=on, kind=kind, text=text, effective_from=effective_from, is_first=not why
    )
    if why:
        audit.record(
            actor=actor, act="policies.adopt_past_chain", subject=f"policy:{kept.code}@{kept.version}",
            on=on, after={"effective_from": kept.effective_from}, reason=why,
        )  # fmt: skip
    return kept


def adopt_shipped(
    *, actor: Actor, on: date, effective_from: date, codes: Collection[str], kind: str = "rating"
) -> list[PolicyDocument]:
    """Adopt the shipped packs of a kind and these codes whose version is not kept yet; gives the new ones.

    A pack of which a version was adopted before is left alone: a further one goes through approval.
    Refuses: AccessDenied, PolicyUnknown.
    """
    access.require(actor, "policies.adopt")
    packs = {pack.header.code: pack for pack in shipped(kind)}
    adopted = []
    for code in sorted(codes):
        if code not in packs:
            raise PolicyUnknown(code=code, version="")
        header = packs[code].header
        if PolicyDocument.objects.filter(kind=header.kind, code=header.code).exists():
            continue
        text = packs[code].text
        adopted.append(adopt(actor=actor, on=on, kind=header.kind, text=text, effective_from=effective_from))
    return adopted
