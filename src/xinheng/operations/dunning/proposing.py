"""A further version of a ladder on its way through the chain of approval."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.operations.dunning import policy


def propose_ladder(
    *, actor: Actor, on: date, text: str, purpose: str, effective_from: date
) -> drafting.PolicyDraft | drafting.PolicyDocument:
    """Submit a further version of a ladder; once approved it holds from the day on. The first version of a
    ladder is adopted at once, by who may adopt policies.

    Whoever wrote it does not approve it. Refuses: AccessDenied, PolicyInvalid, and as base.packs submits a
    draft or adopts a policy.
    """
    access.require(actor, "policies.draft", f"policy:{policy.KIND}")
    code = policy.load(text).code
    told: dict[str, Any] = {"actor": actor, "on": on, "kind": policy.KIND, "text": text}
    kept = packs.documents_in_force(policy.KIND, on=on).filter(code=code).first()
    if kept is None:
        return drafting.adopt(**told, effective_from=effective_from)
    draft = drafting.begin_draft(**told, started_from=f"{code}@{kept.version}", purpose=purpose)
    return drafting.submit_draft(
        actor=actor, on=on, draft_id=draft.pk, revision=draft.revision, effective_from=effective_from
    )
