"""The acts of rating."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import services as packs
from xinheng.judgements.ratings.assessing import assess, assessment_causes, post_assessments, questions
from xinheng.judgements.ratings.rating import fail_unfinished, rate
from xinheng.judgements.ratings.replaying import replay, replay_decision
from xinheng.judgements.ratings.simulating import (
    begin_simulation,
    month_ends,
    run_simulation,
    simulate,
    sized,
)
from xinheng.judgements.ratings.simulations import (
    cancel_simulation,
    discard_simulation,
    fail_unfinished_simulations,
)
from xinheng.judgements.ratings.surveying import (
    assessment,
    attach_to_assessment,
    beside_assessment,
    form_questions,
    hand_in_survey,
    read_assessment_file,
    save_survey,
    verify_answer,
)

__all__ = [
    "adopt_shipped_policies",
    "assess",
    "assessment",
    "assessment_causes",
    "attach_to_assessment",
    "begin_simulation",
    "beside_assessment",
    "cancel_simulation",
    "discard_simulation",
    "fail_unfinished",
    "fail_unfinished_simulations",
    "form_questions",
    "hand_in_survey",
    "month_ends",
    "post_assessments",
    "questions",
    "rate",
    "read_assessment_file",
    "replay",
    "replay_decision",
    "run_simulation",
    "save_survey",
    "simulate",
    "sized",
    "verify_answer",
]
FROM_THE_START = date(2000, 1, 1)
FIRST = ("adv", "general", "lse", "net")  # packs that rate by bills, invoices and a visit


def adopt_shipped_policies(
    *, actor: Actor, on: date, effective_from: date = FROM_THE_START, codes: Collection[str] = FIRST
) -> list[packs.PolicyDocument]:
    """Adopt shipped policies that are not kept yet, so that past days can be rated too.

    Refuses: AccessDenied, PolicyUnknown.
    """
    return packs.adopt_shipped(actor=actor, on=on, effective_from=effective_from, codes=codes)
