"""A further version of terms by grade: its text goes through the chain of approval for policies."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.judgements.terms import policy
from xinheng.judgements.terms.errors import TermsInvalid


@transaction.atomic
def propose_version(
    *, actor: Actor, on: date, code: str, text: str, purpose: str, effective_from: date
) -> drafting.PolicyDraft:
    """Submit the text of a further version of terms; once approved it holds from the day on.

    Terms granted before stay as they are until the next grade. Whoever wrote it does not approve it.
    Refuses: AccessDenied, PolicyNotInForce, PolicyInvalid, TermsInvalid, and as base.packs submits a draft.
    """
    access.require(actor, "policies.draft", f"terms:{code}")
    kept = packs.in_force(policy.KIND, code, on=on)
    if policy.load(text).code != code:
        raise TermsInvalid(field="text", cause=_("The text is of other terms than these."))
    told: dict[str, Any] = {"actor": actor, "on": on}
    began = f"{code}@{kept.version}"
    draft = drafting.begin_draft(**told, kind=policy.KIND, text=text, started_from=began, purpose=purpose)
    return drafting.submit_draft(
        **told, draft_id=draft.pk, revision=draft.revision, effective_from=effective_from
    )
