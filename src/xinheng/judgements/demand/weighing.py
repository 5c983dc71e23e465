"""The document of weights: a change needs a reason, and goes through the chain of approval."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.judgements.demand import policy
from xinheng.judgements.demand.errors import ForecastChoiceInvalid


@transaction.atomic
def propose_weights(
    *, actor: Actor, on: date, text: str, purpose: str, effective_from: date
) -> drafting.PolicyDocument | drafting.PolicyDraft:
    """Adopt the first version of the own rules, or submit a further one, which holds once it is approved.

    purpose: why the parameters change; it stands on the trail. Refuses: AccessDenied, DemandPolicyInvalid
    (weights that do not add up to 1), ForecastChoiceInvalid (no reason), and as base.packs adopts or submits.
    """
    access.require(actor, "demand.run")
    rules = policy.load(text)
    if rules.code != policy.CODE:
        raise ForecastChoiceInvalid(option="code", value=rules.code, cause=policy.CODE, field="text")
    if not purpose.strip():
        raise ForecastChoiceInvalid(
            option="purpose", value="—", cause=_("a reason is needed"), field="purpose"
        )
    told: dict[str, Any] = {"actor": actor, "on": on, "kind": policy.KIND, "text": text}
    before = packs.documents(policy.KIND).filter(code=policy.CODE).first()
    if before is None:
        kept = drafting.adopt(**told, effective_from=effective_from)
        after = {"version": kept.version, "effective_from": effective_from, "sha256": kept.sha256}
        audit.record(
            actor=actor, act="demand.propose_weights", subject=f"policy:{policy.CODE}", on=on, after=after,
            reason=purpose.strip()[:300],
        )  # fmt: skip
        return kept
    draft = drafting.begin_draft(**told, started_from=f"{policy.CODE}@{before.version}", purpose=purpose)
    return drafting.submit_draft(
        actor=actor, on=on, draft_id=draft.pk, revision=draft.revision, effective_from=effective_from
    )
