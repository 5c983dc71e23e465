"""A further version of a process: its text goes through the chain of approval for policies."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.judgements.processes import defining
from xinheng.judgements.processes.errors import ProcessDiffers


@transaction.atomic
def propose_version(
    *, actor: Actor, on: date, process: str, text: str, purpose: str, effective_from: date
) -> drafting.PolicyDraft:
    """Submit the text of a further version of a process; once approved it holds from the day on.

    Cases under way keep the version they began by. Whoever wrote it does not approve it. Refuses:
    AccessDenied, PolicyNotInForce, PolicyInvalid, ProcessDiffers, and as base.packs submits a draft.
    """
    access.require(actor, "policies.draft", f"process:{process}")
    kept = packs.in_force(defining.KIND, process, on=on)
    defining.check(text)
    if (code := defining.load(text).code) != process:
        raise ProcessDiffers(process=process, code=code, field="text")
    told: dict[str, Any] = {"actor": actor, "on": on}
    began = f"{process}@{kept.version}"
    draft = drafting.begin_draft(**told, kind=defining.KIND, text=text, started_from=began, purpose=purpose)
    return drafting.submit_draft(
        **told, draft_id=draft.pk, revision=draft.revision, effective_from=effective_from
    )
