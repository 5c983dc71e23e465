"""A further version of the check policy on its way through the chain of approval."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.judgements.limits import policy
from xinheng.judgements.limits.errors import ChecksDiffer


def propose_checks(
    *, actor: Actor, on: date, text: str, purpose: str, effective_from: date
) -> drafting.PolicyDraft:
    """Submit the text of a further version of the check policy; once approved it holds from the day on.

    Whoever wrote it does not approve it. Refuses: AccessDenied, PolicyNotInForce, PolicyInvalid,
    ChecksDiffer, and as base.packs submits a draft.
    """
    access.require(actor, "policies.draft", f"policy:{policy.CODE}")
    kept = packs.in_force(policy.KIND, policy.CODE, on=on)
    if (code := policy.load(text).code) != policy.CODE:
        raise ChecksDiffer(code=code, wanted=policy.CODE, field="text")
    told: dict[str, Any] = {"actor": actor, "on": on}
    began = f"{policy.CODE}@{kept.version}"
    draft = drafting.begin_draft(**told, kind=policy.KIND, text=text, started_from=began, purpose=purpose)
    return drafting.submit_draft(
        **told, draft_id=draft.pk, revision=draft.revision, effective_from=effective_from
    )
